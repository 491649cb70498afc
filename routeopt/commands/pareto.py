"""`routeopt pareto`: all choices of one shipment that no other beats."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.options import AnyPath, example, format_option, scenario_option
from routeopt.commands.streams import colours, emit, say

if TYPE_CHECKING:
    from routeopt.itineraries import Point

INFEASIBLE = 4


@click.command(
    short_help="Show all choices of one shipment worth having.",
    epilog=example("routeopt pareto my-case --shipment furniture/1"),
)
@click.argument("case_path", metavar="CASE", type=AnyPath())
@click.option("--shipment", metavar="ID", help="The shipment; one of a counted row is ID/1.")
@scenario_option
@format_option("table", "json", "csv")
@click.pass_context
def pareto(
    ctx: click.Context, case_path: Path, shipment: str | None, scenario: str | None, style: str
) -> None:
    """Show every choice of one shipment of CASE that no other beats in CO2e, cost and time.

    The front is complete: a choice that is not in it is beaten by one that is. The shipment
    travels alone: its own limits hold, those of the whole plan do not.
    """
    if shipment is None:
        raise click.UsageError(
            "want --shipment ID; the front of the whole plan, without it, is still to come"
        )
    from routeopt.case import load_case
    from routeopt.itineraries import front

    case = load_case(case_path, scenario=scenario)
    points = sorted(
        front(case, shipment), key=lambda point: (point.co2e_kg, point.cost_eur, point.delivered)
    )
    if style == "json":
        emit(_json(shipment, points))
    elif style == "csv":
        from routeopt.report import front_csv

        emit(front_csv(shipment, points))
    elif points:
        from routeopt.report import front_text

        emit(front_text(case, shipment, points, bold=colours()))
    if not points:
        from routeopt.reasons import explain

        say(f"{shipment} can't be served: {explain(case, shipment)}")
        ctx.exit(INFEASIBLE)


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
