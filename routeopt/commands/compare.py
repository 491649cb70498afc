"""`routeopt compare`: baselines, scenarios, cases and plans side by side."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.group import INTERRUPTED
from routeopt.commands.manifest import usable_cores
from routeopt.commands.options import (
    AnyPath,
    Objective,
    example,
    format_option,
    gap_option,
    quiet_option,
    time_limit_option,
    workers_option,
)
from routeopt.commands.output import PLAN
from routeopt.commands.progress import watching
from routeopt.commands.streams import colours, emit, say
from routeopt.errors import InputError
from routeopt.interrupts import held

if TYPE_CHECKING:
    from routeopt.compare import Answer, Asked, Question, Search, Sweep

EXIT = {"optimal": 0, "feasible": 0, "infeasible": 4, "unknown": 5, "error": InputError.exit_code}
BASELINES = ("road", "cheapest", "fastest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    paths: tuple[Path, ...]
    baselines: tuple[str, ...] | None
    scenarios: tuple[str, ...] | None
    objective: tuple[str, ...] | None
    time_limit_s: float
    gap: float
    workers: int
    style: str
    quiet: bool


class SweepOf(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """`KEY=FROM:TO:STEP`."""

    name = "sweep"

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Sweep:
        """Read it; the case is not known yet."""
        with held():
            from routeopt.compare import Sweep, SweepError, read_sweep

        if isinstance(value, Sweep):
            return value
        try:
            return read_sweep(str(value))
        except SweepError as err:
            self.fail(str(err), param, ctx)


@click.command(
    short_help="Hold plans, scenarios and baselines against each other.",
    epilog=example("routeopt compare my-case"),
)
@click.argument("paths", metavar="CASE|PLAN...", nargs=-1, required=True, type=AnyPath())
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    type=click.Choice(BASELINES),
    help="Hold everything against this; repeatable.  [all, after the case as planned]",
)
@click.option(
    "--scenario",
    "scenarios",
    metavar="NAME",
    multiple=True,
    help="Only this scenario of the case; repeatable.  [all of a single case]",
)
@click.option("--no-scenarios", is_flag=True, help="No scenario of the case.")
@click.option(
    "--sweep",
    "sweeps",
    metavar="KEY=FROM:TO:STEP",
    multiple=True,
    type=SweepOf(),
    help="Give a number of the case these values, or 'TABLE[column=value].column*=…' to scale one; "
    "and find where another plan becomes the best.",
)
@click.option(
    "--objective",
    type=Objective(),
    metavar="NAMES",
    help="What to minimize, first to last, in all rows but cheapest and fastest.  [case]",
)
@time_limit_option("Stop each row then, with the best plan found.")
@gap_option
@workers_option("Rows to work on at the same time.  [cores]")
@format_option("table", "json", "csv")
@quiet_option
@click.pass_context
def compare(ctx: click.Context, /, paths: tuple[Path, ...], **options: Any) -> None:  # noqa: ANN401  click calls it
    """Hold plans against each other: CO2e, cost, hours, modes, and what each tonne saved costs.

    A single CASE is solved as it stands, then all by road, cheapest and fastest, then with each
    of its scenarios. Of several CASEs each is a row. A PLAN (plan.json or its folder) is a row as
    it stands. All are held against the first row. A row without a plan says why.
    """
    if options["no_scenarios"] and options["scenarios"]:
        raise click.UsageError("--scenario and --no-scenarios exclude each other")
    sweeps: tuple[Sweep, ...] = options["sweeps"]
    if len(sweeps) > 1:
        raise click.UsageError("one --sweep at a time: a switching value is of one number")
    wanted = Wanted(
        paths=paths,
        baselines=tuple(dict.fromkeys(options["baselines"])) or None,
        scenarios=()
        if options["no_scenarios"]
        else tuple(dict.fromkeys(options["scenarios"])) or None,
        objective=options["objective"],
        time_limit_s=options["time_limit_s"],
        gap=options["gap"],
        workers=options["workers"] or usable_cores(),
        style=options["style"],
        quiet=options["quiet"],
    )
    with held():
        import routeopt.compare  # noqa: F401  loads the solver
    ctx.exit(_sweep(wanted, sweeps[0]) if sweeps else _rows(wanted))


def _sweep(wanted: Wanted, sweep: Sweep) -> int:
    """Answer the values of a sweep, narrow down where the plan changes; the exit status."""
    from routeopt.compare import Search

    asked = _swept(wanted, sweep)
    if sweep.values[-1] < sweep.to and not wanted.quiet:
        last = sweep.label(sweep.values[-1])
        say(f"the last value is {last}: the step does not reach {sweep.label(sweep.to)}")
    answers, whole = answered(asked, wanted)
    search = Search(sweep, {Decimal(each.value): each for each in answers if each.value})
    done = f"{len(answers)} of {len(asked)} rows are done"
    while whole and (todo := search.todo()):
        done = "the rows are done, the search for where the plan changes is not"
        between = [_at(value, sweep, asked[-1]) for value in todo]
        found, whole = answered(between, wanted, stage="narrowing down")
        for each in found:
            if each.value and not each.interrupted:
                search.add(Decimal(each.value), each)
    if not whole:
        say(f"interrupted; {done}")
    if answers:
        _print_sweep(sweep, answers, search, wanted.style)
    return status_of(answers) if whole else INTERRUPTED


def _swept(wanted: Wanted, sweep: Sweep) -> list[Question]:
    """List the baselines that were asked for and the values, once all of it is known to be sound.

    Raises
    ------
    click.UsageError
        If there is no single case, or more than one scenario.
    InputError
        With every fault of the case, or if the sweep does not fit it.
    """
    from routeopt.compare import Asked, Question, Terms, check_sweep, questions

    if len(wanted.paths) > 1 or _is_plan(wanted.paths[0]):
        raise click.UsageError("--sweep wants one CASE")
    if len(wanted.scenarios or ()) > 1:
        raise click.UsageError("--sweep wants one --scenario at most")
    (case,) = _asked(wanted)
    scenario = wanted.scenarios[0] if wanted.scenarios else None
    check_sweep(wanted.paths[0], sweep, scenario=scenario)
    terms = Terms(gap=wanted.gap, time_limit_s=wanted.time_limit_s, objective=wanted.objective)
    bare = [replace(case, scenarios=())] if isinstance(case, Asked) else []
    before = questions(bare, baselines=wanted.baselines or (), terms=terms)[:-1]
    first = Question(name="", kind="sweep", path=wanted.paths[0], scenario=scenario, terms=terms)
    return [*before, *(_at(value, sweep, first) for value in sweep.values)]


def _at(value: Decimal, sweep: Sweep, question: Question) -> Question:
    """Ask a question of a sweep at a value."""
    from routeopt.compare.sweep import plain

    return replace(question, name=sweep.label(value), value=plain(value), patch=sweep.patch(value))


def _print_sweep(sweep: Sweep, answers: Sequence[Answer], search: Search, style: str) -> None:
    from routeopt.compare import compared
    from routeopt.report import sweep_csv, sweep_json, sweep_text

    rows, switches = compared(answers), search.switches()
    if style == "json":
        emit(sweep_json(sweep, rows, switches))
    elif style == "csv":
        emit(sweep_csv(sweep, rows, switches))
    else:
        emit(sweep_text(sweep, rows, switches, bold=colours()))


def _rows(wanted: Wanted) -> int:
    """Answer all questions and print the rows; the exit status."""
    from routeopt.compare import Terms, questions

    terms = Terms(gap=wanted.gap, time_limit_s=wanted.time_limit_s, objective=wanted.objective)
    asked = questions(_asked(wanted), baselines=wanted.baselines, terms=terms)
    answers, whole = answered(asked, wanted)
    if not whole:
        say(f"interrupted; {len(answers)} of {len(asked)} rows are done")
    if answers:
        _print(answers, wanted.style)
    return status_of(answers) if whole else INTERRUPTED


def _asked(wanted: Wanted) -> list[Asked | Answer]:
    """Read each case, with all its scenarios, and each plan, before anything is solved.

    Raises
    ------
    InputError
        With every fault, or if a scenario is not known.
    """
    from routeopt.case import load_case
    from routeopt.compare import Asked, plan_answer

    alone = len(wanted.paths) == 1
    found: list[Asked | Answer] = []
    for path in wanted.paths:
        if _is_plan(path):
            found.append(plan_answer(path / PLAN if path.is_dir() else path))
            continue
        case = load_case(path)
        for scenario in wanted.scenarios or ():
            if scenario not in case.scenarios:
                load_case(path, scenario=scenario, patch={})  # raises, with the nearest name
        scenarios = (
            (case.scenarios if alone else ()) if wanted.scenarios is None else wanted.scenarios
        )
        found.append(Asked(path=path, name="" if alone else case.name, scenarios=scenarios))
    names = Counter(each.name for each in found)
    return [
        replace(each, name=f"{each.name} ({path})") if names[each.name] > 1 else each
        for path, each in zip(wanted.paths, found, strict=True)
    ]


def _is_plan(path: Path) -> bool:
    """Whether it is a plan file, or a folder that holds one and no case."""
    if path.is_dir():
        return (path / PLAN).is_file() and not (path / "case.yaml").exists()
    return path.suffix == ".json"


def answered(
    asked: Sequence[Question | Answer], wanted: Wanted, *, stage: str = "comparing"
) -> tuple[list[Answer], bool]:
    """Solve what has no answer yet, side by side.

    Returns
    -------
    tuple
        Answers in the order of the rows, and whether all are there: Ctrl-C keeps what is done.
    """
    from routeopt.compare import Question, answer
    from routeopt.parallel import side_by_side

    kept = {row: each for row, each in enumerate(asked) if not isinstance(each, Question)}
    todo = {row: each for row, each in enumerate(asked) if isinstance(each, Question)}
    numbers, whole = list(todo), True
    with watching(f"{stage}, {len(kept)} of {len(asked)} rows", quiet=wanted.quiet) as watch:

        def keep(index: int, found: Answer) -> None:
            kept[numbers[index]] = found
            watch.turn(f"{stage}, {len(kept)} of {len(asked)} rows")
            if found.interrupted:  # the search heard Ctrl-C, which is meant for all rows
                raise KeyboardInterrupt

        try:
            side_by_side(answer, list(todo.values()), workers=wanted.workers, on_done=keep)
        except KeyboardInterrupt:
            whole = False
    return [kept[row] for row in sorted(kept)], whole


def status_of(answers: Sequence[Answer]) -> int:
    """0 if any row has a plan, else the worst of theirs."""
    if any(each.solved for each in answers):
        return 0
    return max((EXIT[each.status] for each in answers), default=0)


def _print(answers: Sequence[Answer], style: str) -> None:
    from routeopt.compare import compared
    from routeopt.report import compare_csv, compare_json, compare_text

    rows = compared(answers)
    if style == "json":
        emit(compare_json(rows))
    elif style == "csv":
        emit(compare_csv(rows))
    else:
        emit(compare_text(rows, bold=colours()))
