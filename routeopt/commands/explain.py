"""`routeopt factors explain`: every number of a plan back to its factor."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.group import INTERRUPTED
from routeopt.commands.options import (
    AnyPath,
    example,
    format_option,
    quiet_option,
    time_limit_option,
)
from routeopt.commands.progress import watching
from routeopt.commands.streams import colours, emit, say
from routeopt.commands.verify import as_solved, find_case
from routeopt.errors import VerifyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from routeopt.explain import Explanation
    from routeopt.sensitivity import Outcome

_SHOWN = 10


@click.command(
    short_help="Every number of a plan back to its factor.",
    epilog=example("routeopt factors explain out/plan.json"),
)
@click.argument("plan_path", metavar="PLAN", type=AnyPath())
@click.option("--shipment", metavar="ID", help="This shipment, or these of a counted row, alone.")
@click.option("--case", "case_path", type=AnyPath(), help="The case, if it has moved.")
@format_option("table", "json", "csv")
@click.option(
    "--sensitivity/--no-sensitivity",
    default=True,
    show_default=True,
    help="Ask how the total moves, and whether the plan stays the best, with other grid years, "
    "GWP sets and loads; not with csv.",
)
@time_limit_option("For all of these questions together.")
@quiet_option
@click.pass_context
def explain(ctx: click.Context, /, plan_path: Path, **options: Any) -> None:  # noqa: ANN401  click calls it
    """Take the emissions of PLAN (plan.json or its folder) apart: each number is activity ×
    factor, with the source of the factor, and all add up to the plan's total.

    With csv and json every shipment has its own rows, and nothing is rounded. Exit status 3: the
    rows don't add up to what the plan says.
    """  # noqa: D205  click makes one paragraph of it
    from routeopt.explain import explain as take_apart
    from routeopt.planfile import read_plan

    file = plan_path / "plan.json" if plan_path.is_dir() else plan_path
    plan = read_plan(file)
    case = as_solved(options["case_path"] or find_case(plan, file), plan)
    explanation = take_apart(case, plan, options["shipment"])
    outcomes, status = None, 0
    ask = options["sensitivity"] and options["style"] != "csv"
    if ask and explanation.lines and not explanation.differences:
        try:
            outcomes = _outcomes(
                explanation,
                plan,
                time_limit_s=options["time_limit_s"],
                quiet=options["quiet"],
            )
        except KeyboardInterrupt:  # the rows are there all the same
            say("interrupted: how the total would move was not worked out")
            status = INTERRUPTED
    _print(explanation, outcomes, options["style"])
    for message in _messages(explanation, plan, file, quiet=options["quiet"]):
        say(message)
    ctx.exit(VerifyError.exit_code if explanation.differences else status)


def _outcomes(
    explanation: Explanation, plan: Mapping[str, Any], *, time_limit_s: float, quiet: bool
) -> tuple[Outcome, ...]:
    from routeopt.explain import explain as take_apart
    from routeopt.sensitivity import sensitivity

    whole = explanation if explanation.whole else take_apart(explanation.case, plan)
    with watching("asking what if", quiet=quiet):
        return sensitivity(
            whole, scenario=plan["manifest"].get("scenario"), time_limit_s=time_limit_s
        )


def _print(explanation: Explanation, outcomes: Sequence[Outcome] | None, style: str) -> None:
    from routeopt.report.explain import explain_csv, explain_dict, explain_text

    if style == "csv":
        emit(explain_csv(explanation))
    elif style == "json":
        answer = explain_dict(explanation, outcomes)
        emit(json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False))
    else:
        emit(explain_text(explanation, outcomes, bold=colours()))


def _messages(
    explanation: Explanation, plan: Mapping[str, Any], file: Path, *, quiet: bool
) -> Iterator[str]:
    """Say what differs, and which files of the case are not those that the plan was made from."""
    differences = explanation.differences
    yield from (f"{file}: {each}" for each in differences[:_SHOWN])
    if len(differences) > _SHOWN:
        yield f"{file}: and {len(differences) - _SHOWN} more"
    if differences or not quiet:
        then, now = plan["manifest"]["inputs"], explanation.case.inputs
        for name in sorted(name for name in {*then, *now} if then.get(name) != now.get(name)):
            yield f"Warning: {name!r} of the case has changed since the plan was made"
