"""The Pareto front of one shipment: each choice that no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from routeopt.case import Case
from routeopt.freight import Leg, stamp
from routeopt.report.chain import ride_name
from routeopt.report.grid import grid
from routeopt.report.sheet import to_csv
from routeopt.words import at, clock, count, heading, money, number, signed, stuck, wrapped

if TYPE_CHECKING:
    from routeopt.itineraries import Point

COLUMNS = ("shipment", "point", "co2e_kg", "cost_eur", "delivered", "hours", "chain")


def front_csv(shipment: str, points: Sequence[Point]) -> str:
    """Points as rows of CSV; `chain` is service@departure, joined by `; `."""
    rows = [
        (
            shipment,
            index,
            point.co2e_kg,
            point.cost_eur,
            stamp(point.delivered),
            point.hours,
            "; ".join(f"{leg.service}@{stamp(leg.depart)}" for leg in point.shipment.legs),
        )
        for index, point in enumerate(points, start=1)
    ]
    return to_csv(COLUMNS, rows)


def front_text(case: Case, shipment: str, points: Sequence[Point], *, bold: bool = False) -> str:
    """Points from the least CO2e on, with what each tonne saved costs against the cheapest."""
    row = case.members[shipment]
    place = case.network.place
    title = (
        f"{shipment}, {place(row.origin)} to {place(row.destination)}, ready "
        f"{at(case, row.origin, row.ready)}, due {at(case, row.destination, row.due)}: "
        f"{count(len(points), 'choice')} that no other beats in CO2e, cost and time."
    )
    cheapest = min(points, key=lambda point: (point.cost_eur, point.co2e_kg))
    zone_name = case.network.terminals[row.destination].timezone
    rows = [
        (
            str(index),
            clock(point.delivered, zone_name),
            number(point.co2e_kg),
            money(point.cost_eur),
            f"{point.hours:,.1f}",
            _per_tonne(point, cheapest),
        )
        for index, point in enumerate(points, start=1)
    ]
    header = ("", "delivered", "kg CO2e", "EUR", "hours", "EUR/t saved")
    first, *lines = grid(header, rows, left=2).splitlines()
    told = [heading(first, bold=bold)]
    for line, point in zip(lines, points, strict=True):
        told += [line, wrapped(_chain(case, point.shipment.legs), indent="     ", hang="  ")]
    note = (
        "EUR/t saved: what each tonne of CO2e less than the cheapest choice costs. The shipment "
        "travels alone here; on a departure shared with others it may cost less."
    )
    return "\n".join([wrapped(title), "", *told, "", wrapped(note)])


def _per_tonne(point: Point, cheapest: Point) -> str:
    kg = cheapest.co2e_kg - point.co2e_kg
    if kg <= 1e-6 * cheapest.co2e_kg:
        return "–"
    return signed(money((point.cost_eur - cheapest.cost_eur) * 1000 / kg)).removeprefix("+")


def _chain(case: Case, legs: Sequence[Leg]) -> str:
    parts = [
        stuck(f"{ride_name(leg)}, {at(case, leg.origin, leg.depart)}")
        + " "
        + stuck(f"→ {case.network.place(leg.destination)}")
        for leg in legs
    ]
    return "; ".join(parts)
