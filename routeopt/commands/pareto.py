"""`routeopt pareto`: what each tonne of CO2e less costs, for the whole plan or one shipment."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from routeopt.commands.group import INTERRUPTED
from routeopt.commands.manifest import usable_cores
from routeopt.commands.options import (
    AnyPath,
    example,
    format_option,
    gap_option,
    quiet_option,
    scenario_option,
    seed_option,
    time_limit_option,
    workers_option,
)
from routeopt.commands.output import claim_picture
from routeopt.commands.progress import watching
from routeopt.commands.streams import colours, emit, say
from routeopt.interrupts import held

if TYPE_CHECKING:
    from routeopt.frontier import Frontier
    from routeopt.itineraries import Point

DONE, INFEASIBLE, UNKNOWN = 0, 4, 5
QUICK_S = 1.0
"""Two more processes take longer to start than some plans that take less than this."""

OF_THE_PLAN = ("points", "time_limit_s", "gap", "seed", "workers")
"""Options that the front of one shipment does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Where the answer goes."""

    style: str
    quiet: bool
    plot: Path | None


@click.command(
    short_help="Show what each tonne of CO2e less costs.",
    epilog=example("routeopt pareto my-case --plot front.svg"),
)
@click.argument("case_path", metavar="CASE", type=AnyPath())
@click.option(
    "--shipment",
    metavar="ID",
    help="Show every choice of this shipment alone; one of a counted row is ID/1.",
)
@click.option(
    "--points",
    metavar="N",
    type=click.IntRange(2),
    default=10,
    show_default=True,
    help="Caps on the plan's CO2e, the cleanest and the cheapest plan among them.",
)
@click.option(
    "--plot",
    metavar="FILE",
    type=AnyPath(),
    help="Draw the front into FILE: .svg, .png or .pdf.",
)
@time_limit_option("For each point; one that is not proven by then shows its gap.")
@gap_option
@seed_option
@workers_option("Points worked on at a time, each on a core.  [all cores, if that is faster]")
@scenario_option
@format_option("table", "json", "csv")
@quiet_option
@click.pass_context
def pareto(ctx: click.Context, /, case_path: Path, **options: Any) -> None:  # noqa: ANN401  click calls it
    """Show what the plan of CASE costs under each cap on its CO2e, cleanest to cheapest.

    Each point is the plan of least cost that keeps its cap and all limits of the case, proven or
    with its gap; between neighbours stands what each tonne of CO2e less costs. Ctrl-C shows the
    points that are done.

    With --shipment: every choice of one shipment that no other beats in CO2e, cost and time. That
    front is complete. The shipment travels alone: its own limits hold, those of the whole plan do
    not.
    """
    printing = Printing(style=options["style"], quiet=options["quiet"], plot=options["plot"])
    shipment: str | None = options["shipment"]
    if shipment is not None:
        _refuse_options_of_the_plan(ctx)
    if printing.plot is not None:
        claim_picture(printing.plot)
    if shipment is None:
        ctx.exit(_plan_front(case_path, options, printing))
    ctx.exit(_shipment_front(case_path, shipment, options["scenario"], printing))


def _refuse_options_of_the_plan(ctx: click.Context) -> None:
    given = {
        param.opts[-1]
        for param in ctx.command.params
        if param.name in OF_THE_PLAN
        and ctx.get_parameter_source(param.name) is not ParameterSource.DEFAULT
    }
    if given:
        names = ", ".join(sorted(given))
        raise click.UsageError(f"{names}: not with --shipment, whose front is always complete")


# ---- the whole plan ---------------------------------------------------------------------------


def _plan_front(case_path: Path, options: dict[str, Any], printing: Printing) -> int:
    """Find, print and draw the front of the whole plan; the exit status."""
    found = _search(case_path, options, quiet=printing.quiet)
    if printing.style == "json":
        from routeopt.report import frontier_json

        emit(frontier_json(found))
    elif printing.style == "csv":
        from routeopt.report import frontier_csv

        emit(frontier_csv(found))
    elif found.points:
        from routeopt.report import frontier_text

        emit(frontier_text(found, bold=colours()))
    if printing.plot is not None and found.points:
        with held():
            from routeopt.plots.front import draw_frontier

        draw_frontier(found, printing.plot)
        _tell_picture(printing, found.case.name)
    return _tell_end(found, options["time_limit_s"])


def _search(case_path: Path, options: dict[str, Any], *, quiet: bool) -> Frontier:
    with held():
        from routeopt.frontier import Effort, frontier

    effort = Effort(
        gap=options["gap"],
        time_limit_s=options["time_limit_s"],
        seed=options["seed"],
        workers=options["workers"] or usable_cores(),
        quick_s=0.0 if options["workers"] else QUICK_S,
    )
    with watching("the cleanest and the cheapest plan", quiet=quiet) as watch:
        return frontier(
            case_path,
            scenario=options["scenario"],
            points=options["points"],
            effort=effort,
            on_answer=lambda done, total: watch.turn(f"{done} of {total} points done"),
        )


def _tell_end(found: Frontier, time_limit_s: float) -> int:
    """Say on standard error what is missing; the exit status."""
    name = found.case.name
    if found.failure is not None and found.failure.status == "infeasible":
        from routeopt.report.chain import reasons_text

        unserved = [shipment for shipment in found.failure.shipments if not shipment.served]
        say(f"{name}: no plan keeps every deadline and limit (proven). What would do:")
        say(reasons_text(found.case, unserved))
        return INFEASIBLE
    if found.interrupted:
        done = f"{len(found.points)} of {found.caps} points are done"
        say(f"interrupted; {done if found.points else 'no plan was found until then'}")
        return INTERRUPTED
    if not found.points:
        say(
            f"{name}: no plan was found before the time limit of {time_limit_s:g} s; that there "
            "is none is not proven. A longer --time-limit may find one."
        )
        return UNKNOWN
    for end in found.missing:
        say(f"{name}: no {end} plan was found within {time_limit_s:g} s; the front ends before it")
    return DONE


# ---- one shipment -----------------------------------------------------------------------------


def _shipment_front(
    case_path: Path, shipment: str, scenario: str | None, printing: Printing
) -> int:
    """Find, print and draw the front of one shipment; the exit status."""
    from routeopt.case import load_case
    from routeopt.itineraries import front

    case = load_case(case_path, scenario=scenario)
    points = sorted(
        front(case, shipment), key=lambda point: (point.co2e_kg, point.cost_eur, point.delivered)
    )
    if printing.style == "json":
        emit(_json(shipment, points))
    elif printing.style == "csv":
        from routeopt.report import front_csv

        emit(front_csv(shipment, points))
    elif points:
        from routeopt.report import front_text

        emit(front_text(case, shipment, points, bold=colours()))
    if not points:
        from routeopt.reasons import explain

        say(f"{shipment} can't be served: {explain(case, shipment)}")
        return INFEASIBLE
    if printing.plot is not None:
        with held():
            from routeopt.plots.front import draw_front

        title = f"{case.name}: {shipment}"
        draw_front(title, points, printing.plot)
        _tell_picture(printing, title)
    return DONE


def _tell_picture(printing: Printing, title: str) -> None:
    """Say where the picture is, and what of its title no font here can draw."""
    from routeopt.plots.fonts import lacking

    if printing.quiet or printing.plot is None:
        return
    say(f"Picture: {printing.plot}")
    lost = lacking(title)
    if lost and printing.plot.suffix.lower() != ".svg":
        say(
            f"No font on this computer has {lost}: boxes stand for it in the picture; "
            "an .svg keeps it as text."
        )


def _json(shipment: str, points: Sequence[Point]) -> str:
    answer = {"shipment": shipment, "points": [_point(point) for point in points]}
    return json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False)


def _point(point: Point) -> dict[str, Any]:
    """Point with its legs and transfers as they stand in a plan file."""
    from routeopt.freight import Plan, Status, Totals, stamp
    from routeopt.planfile import plan_dict

    alone = Plan(
        status=Status.OPTIMAL,
        objective=(),
        totals=Totals(),
        bounds=(),
        shipments=(point.shipment,),
        departures=(),
    )
    plan = plan_dict(alone)["shipments"][0]
    return {
        "co2e_kg": point.co2e_kg,
        "cost_eur": point.cost_eur,
        "delivered": stamp(point.delivered),
        "hours": point.hours,
        "legs": plan["legs"],
        "transfers": plan["transfers"],
    }
