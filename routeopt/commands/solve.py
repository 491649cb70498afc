"""`routeopt solve`: the plan that emits least, how sure that is, and what else there is."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.group import BUG, INTERRUPTED, typed
from routeopt.commands.manifest import Settings, signed, usable_cores
from routeopt.commands.options import (
    SERVES,
    AnyPath,
    Objective,
    example,
    format_option,
    gap_option,
    quiet_option,
    scenario_option,
    seed_option,
    time_limit_option,
    workers_option,
)
from routeopt.commands.output import claim, folders, quoted
from routeopt.commands.progress import watching
from routeopt.commands.streams import colours, emit, say
from routeopt.errors import RouteoptError
from routeopt.interrupts import held

if TYPE_CHECKING:
    from routeopt.case import Case
    from routeopt.freight import Plan
    from routeopt.optimize import Alternative

EXIT = {"optimal": 0, "feasible": 0, "infeasible": 4, "unknown": 5}
ALTERNATIVES_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """How the answer is shown."""

    style: str
    quiet: bool
    force: bool
    words: tuple[str, ...]
    several: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plan that was audited and written."""

    plan: Plan
    case: Case
    case_path: Path
    file: Path


@click.command(
    short_help="Find the plan that emits least, and prove it.",
    epilog=example("routeopt solve my-case"),
)
@click.argument("case_paths", metavar="CASE...", nargs=-1, required=True, type=AnyPath())
@click.option(
    "-o",
    "--out",
    metavar="DIR",
    type=AnyPath(),
    default=Path("out"),
    show_default=True,
    help="Folder for plan.json; with several CASEs, for a folder of each.",
)
@click.option(
    "--objective",
    type=Objective(),
    metavar="NAMES",
    help="What to minimize, first to last: some of co2e,cost,time.  [case]",
)
@time_limit_option("Stop then, with the best plan found and how far from the best it may be.")
@gap_option
@click.option(
    "--serve",
    type=click.Choice(SERVES),
    help="All shipments, or as many TEU as can be.  [case]",
)
@seed_option
@workers_option("Cores to use; so far one is used.  [all]")
@scenario_option
@format_option("table", "json", "csv")
@click.option("--force", is_flag=True, help="Overwrite a plan.json that is no plan of routeopt.")
@quiet_option
@click.pass_context
def solve(ctx: click.Context, /, case_paths: tuple[Path, ...], out: Path, **options: Any) -> None:  # noqa: ANN401  click calls it
    """Choose the routes and departures that emit least in CASE, a case file or its folder.

    The plan keeps every deadline, budget, timetable and capacity of the case. It is proven best
    or says how far from it it may be, is checked by separate code, and is written to
    DIR/plan.json. Ctrl-C writes the best plan found until then; a second one aborts.
    """
    printing = Printing(
        style=options["style"],
        quiet=options["quiet"],
        force=options["force"],
        words=tuple(typed(ctx)),
        several=len(case_paths) > 1,
    )
    settings = Settings(
        gap=options["gap"],
        time_limit_s=options["time_limit_s"],
        seed=options["seed"],
        workers=options["workers"] or usable_cores(),
        scenario=options["scenario"],
        objective=options["objective"],
        serve=options["serve"],
    )
    ctx.exit(_solve_all(case_paths, out, settings=settings, printing=printing))


def _solve_all(
    case_paths: tuple[Path, ...], out: Path, *, settings: Settings, printing: Printing
) -> int:
    """Solve one case after the other; the worst exit status.

    One bad case does not keep the others from being solved; an interrupt does.
    """
    status, answers = [0], []
    for case_path, folder in zip(case_paths, folders(case_paths, out), strict=True):
        try:
            answer = _solve_one(case_path, folder, settings=settings, printing=printing)
        except RouteoptError as err:
            say(str(err))
            status.append(err.exit_code)
            continue
        answers.append(answer)
        status.append(INTERRUPTED if answer.plan.interrupted else EXIT[answer.plan.status])
        if printing.style == "table":
            status.append(_show(answer, limit_s=settings.time_limit_s, printing=printing))
        elif not printing.quiet:
            say(_message(answer))
        if INTERRUPTED in status:
            break
    _print_data(answers, printing)
    return BUG if BUG in status else max(status)


def _solve_one(case_path: Path, folder: Path, *, settings: Settings, printing: Printing) -> Answer:
    """Load, solve, audit and write.

    Raises
    ------
    RouteoptError
        If the plan does not stand the audit: a bug of ours; nothing is written.
    """
    with held():
        from routeopt.audit import require_sound
        from routeopt.case import load_case
        from routeopt.planfile import plan_json, write_text_atomic

    case = settings.applied(load_case(case_path, scenario=settings.scenario))
    file = claim(folder, force=printing.force)
    with held():
        from routeopt import optimize

    with watching("preparing", quiet=printing.quiet) as watch:
        plan = optimize.solve(
            case,
            gap=settings.gap,
            time_limit_s=settings.time_limit_s,
            seed=settings.seed,
            workers=settings.workers,
            on_progress=watch,
        )
    plan = signed(plan, case, settings=settings, folder=folder, words=printing.words)
    require_sound(plan, case, what=str(case_path))
    write_text_atomic(file, plan_json(plan))
    return Answer(plan=plan, case=case, case_path=case_path, file=file)


def _show(answer: Answer, *, limit_s: float, printing: Printing) -> int:
    """Print the first screen; 130 if Ctrl-C cut the comparison short."""
    from routeopt.report import plan_text

    status = 0
    others: tuple[Alternative, ...] = ()
    if answer.plan.totals.served and not answer.plan.interrupted:
        from routeopt.optimize import alternatives

        try:
            with watching("comparing", quiet=printing.quiet):
                others = alternatives(
                    answer.case, answer.plan, time_limit_s=min(limit_s, ALTERNATIVES_S)
                )
        except KeyboardInterrupt:  # the plan is whole and written
            status = INTERRUPTED
    if answer.plan.interrupted or status:
        say(f"interrupted; the best plan so far is in {answer.file}")
    text = plan_text(
        answer.plan, answer.case, alternatives=others, files=_next(answer), bold=colours()
    )
    emit(text + "\n" * printing.several)
    return status


def _next(answer: Answer) -> list[str]:
    """Where the plan is, and what to type next."""
    file = quoted(answer.file)
    case, scenario = quoted(answer.case_path), answer.plan.manifest["scenario"]
    patch = f" --scenario {quoted(scenario)}" if scenario else ""
    lines = [
        f"Plan: {answer.file}",
        f"  routeopt verify {file}",
        f"  routeopt factors explain {file}",
    ]
    if answer.plan.totals.served:
        lines += [f"  routeopt export {file} --to xlsx", f"  routeopt compare {case}"]
    first = answer.plan.shipments[0].id if answer.plan.shipments else None
    if first:
        lines.append(f"  routeopt pareto {case} --shipment {quoted(first)}{patch}")
    return lines


def _message(answer: Answer) -> str:
    plan = answer.plan
    state = "interrupted, " if plan.interrupted else ""
    return f"{answer.case_path}: {state}{plan.status}; plan in {answer.file}"


def _print_data(answers: list[Answer], printing: Printing) -> None:
    """Print plans as JSON (a list if several cases were given) or as CSV; nothing for a table."""
    if printing.style == "csv" and answers:
        from routeopt.report import plan_csv

        emit(plan_csv([answer.plan for answer in answers]))
    if printing.style != "json" or not answers:
        return
    from routeopt.planfile import plan_json

    texts = [plan_json(answer.plan) for answer in answers]
    emit(
        "[\n" + ",\n".join(text.rstrip("\n") for text in texts) + "\n]\n"
        if printing.several
        else texts[0]
    )
