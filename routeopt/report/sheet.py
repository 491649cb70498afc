"""Plans as rows of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from routeopt.freight import Leg, Plan, ShipmentPlan, Transfer, stamp
from routeopt.report.charges import charges_of

COLUMNS = (
    "case",
    "shipment",
    "element",
    "service",
    "mode",
    "from",
    "to",
    "start",
    "end",
    "distance_km",
    "tkm",
    "units",
    "cost_eur",
    "co2e_kg",
    "wtt_kg",
    "ttw_kg",
    "factor",
    "note",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_Row = dict[str, object]


def to_csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows of CSV; a text that a spreadsheet would take for a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue()


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula.

    >>> looks_like_formula("=1+1"), looks_like_formula("a=b")
    (True, False)
    """
    return text.startswith(_FORMULA)


def defused(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    >>> defused("=1+1"), defused("box/1")
    ("'=1+1", 'box/1')
    """
    return f"'{text}" if looks_like_formula(text) else text


def plan_csv(plans: Sequence[Plan]) -> str:
    """Legs and handlings of plans in the order of time, one row each.

    Duties and what carbon costs follow as rows of their own, so that `cost_eur` and `co2e_kg` add
    up to the totals; a shipment that is not served has one row with the reason.
    """
    rows = [row for plan in plans for shipment in plan.shipments for row in _rows(plan, shipment)]
    return to_csv(COLUMNS, [[row.get(column, "") for column in COLUMNS] for row in rows])


def _rows(plan: Plan, shipment: ShipmentPlan) -> Iterator[_Row]:
    head: _Row = {"case": plan.case_name, "shipment": shipment.id}
    if not shipment.served:
        yield head | {"element": "unserved", "note": shipment.reason or ""}
        return
    for index, transfer in enumerate(shipment.transfers):
        yield head | _transfer(transfer)
        if index < len(shipment.legs):
            yield head | _leg(shipment.legs[index])
    for element, eur in {"duties": shipment.duties_eur, **charges_of(shipment.carbon)}.items():
        if eur:
            yield head | {"element": element, "cost_eur": eur, "co2e_kg": 0.0}


def _transfer(transfer: Transfer) -> _Row:
    end = transfer.start + round(transfer.hours * 60)
    wait = f"waits {transfer.wait_h:g} h" if transfer.wait_h else ""
    return {
        "element": "handling",
        "from": transfer.terminal,
        "to": transfer.terminal,
        "start": stamp(transfer.start),
        "end": stamp(end),
        "cost_eur": transfer.cost_eur + transfer.storage_eur,
        "co2e_kg": transfer.co2e_kg,
        "wtt_kg": transfer.wtt_kg,
        "ttw_kg": transfer.ttw_kg,
        "factor": transfer.hoc or "",
        "note": wait,
    }


def _leg(leg: Leg) -> _Row:
    return {
        "element": "leg",
        "service": leg.service,
        "mode": leg.mode,
        "from": leg.origin,
        "to": leg.destination,
        "start": stamp(leg.depart),
        "end": stamp(leg.arrive),
        "distance_km": leg.distance_km,
        "tkm": leg.tkm,
        "units": leg.units,
        "cost_eur": leg.cost_eur,
        "co2e_kg": leg.co2e_kg,
        "wtt_kg": leg.wtt_kg,
        "ttw_kg": leg.ttw_kg,
        "factor": leg.toc,
        "note": leg.source,
    }
