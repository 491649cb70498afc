"""Tables of who travels how: shipments, legs, transfers and departures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from routeopt.case.model import Case
from routeopt.export.model import Cell, Facts, Row, times

_KILOGRAMS = ("co2e_kg", "wtt_kg", "ttw_kg")


def shipments(facts: Facts) -> Iterator[Row]:
    """One row for each shipment, served or not."""
    for row in facts.plan["shipments"]:
        yield {**_cargo(facts.case, row), **_window(facts.case, row), **_result(facts, row)}


def _cargo(case: Case, row: Mapping[str, Any]) -> Row:
    shipment = case.members[row["id"]]
    return {
        "shipment": row["id"],
        "row": shipment.id,
        "status": row["status"],
        "reason": row.get("reason"),
        "origin": shipment.origin,
        "origin_name": case.network.place(shipment.origin),
        "destination": shipment.destination,
        "destination_name": case.network.place(shipment.destination),
        "cargo": shipment.cargo,
        "commodity": shipment.commodity or None,
        "teu": shipment.size.teu,
        "tonnes": shipment.size.tonnes,
        "m3": shipment.size.m3,
    }


def _window(case: Case, row: Mapping[str, Any]) -> Row:
    shipment = case.members[row["id"]]
    here, there = (_zone(case, id_) for id_ in (shipment.origin, shipment.destination))
    due = times("due", row["due"], there)
    cells: dict[str, Cell] = {
        **times("ready", row["ready"], here),
        "due_local": due["due_local"],
        "due_utc": due["due_utc"],
    }
    if row["delivered"] is not None:
        early = datetime.fromisoformat(row["due"]) - datetime.fromisoformat(row["delivered"])
        cells |= times("delivered", row["delivered"], there)
        cells["early_h"] = early.total_seconds() / 3600
    return cells


def _result(facts: Facts, row: Mapping[str, Any]) -> Row:
    """Numbers of a served shipment; nothing for one that is not."""
    if row["status"] != "served":
        return {}
    tkm = sum(leg["tkm"] for leg in row["legs"])
    return {
        "hours": row["hours"],
        "legs": len(row["legs"]),
        "modes": ", ".join(leg["mode"] for leg in row["legs"]),
        "tkm": tkm,
        **{key: row[key] for key in _KILOGRAMS},
        "g_per_tkm": row["co2e_kg"] * 1000 / tkm if tkm else None,
        "cost_eur": row["cost_eur"],
        "cost_per_teu_eur": row["cost_eur"] / facts.case.members[row["id"]].size.teu,
        "cost_alone_eur": row["cost_alone_eur"],
        "duties_eur": row["duties_eur"],
        "carbon_eur": row["carbon_eur"],
    }


def legs(facts: Facts) -> Iterator[Row]:
    """One row for each leg of each shipment."""
    for shipment in facts.plan["shipments"]:
        for number, leg in enumerate(shipment["legs"], 1):
            yield {"shipment": shipment["id"], "leg": number, **_leg(facts.case, leg)}


def _leg(case: Case, leg: Mapping[str, Any]) -> Row:
    service = case.network.services[leg["service"]]
    passages = leg.get("passages")
    under_way = datetime.fromisoformat(leg["arrive"]) - datetime.fromisoformat(leg["depart"])
    return {
        "mode": leg["mode"],
        "operator": service.operator or None,
        **_ends(case, leg["service"]),
        **times("depart", leg["depart"], _zone(case, leg["from"])),
        **times("arrive", leg["arrive"], _zone(case, leg["to"])),
        "hours": under_way.total_seconds() / 3600,
        **{key: leg[key] for key in ("distance_km", "tkm", "units", "cost_eur", *_KILOGRAMS)},
        **{
            key: leg.get(key)
            for key in ("carbon_eur", "activity", "activity_unit", "distance_kind", "data_type")
        },
        "passages": "; ".join(passages) if passages else None,
        "toc": leg["toc"],
        "factor_source": leg["source"] or None,
        "timetable_source": service.source or None,
        "price_source": service.price_source or service.source or None,
    }


def transfers(facts: Facts) -> Iterator[Row]:
    """One row for each handling of each shipment, origin and destination included."""
    case = facts.case
    stated = ("hours", "wait_h", "cost_eur", "storage_eur", "co2e_kg", "hoc")
    optional = ("wtt_kg", "ttw_kg", "activity", "activity_unit", "plug_kwh", "data_type")
    for shipment in facts.plan["shipments"]:
        for number, stop in enumerate(shipment["transfers"], 1):
            terminal = case.network.terminals[stop["terminal"]]
            yield {
                "shipment": shipment["id"],
                "transfer": number,
                "terminal": terminal.id,
                "terminal_name": case.network.place(terminal.id),
                "country": terminal.country,
                **times("start", stop["start"], terminal.timezone, zone_column="timezone"),
                **{key: stop[key] for key in stated},
                **{key: stop.get(key) for key in optional},
            }


def departures(facts: Facts) -> Iterator[Row]:
    """One row for each departure of a timetable that the plan uses."""
    case = facts.case
    riders = Counter(
        (leg["service"], datetime.fromisoformat(leg["depart"]))
        for shipment in facts.plan["shipments"]
        for leg in shipment["legs"]
    )
    for row in facts.plan["departures"]:
        service = case.network.services[row["service"]]
        most = row["max_units"]
        yield {
            "mode": service.mode,
            "operator": service.operator or None,
            **_ends(case, service.id),
            **times("depart", row["depart"], _zone(case, service.origin), zone_column="timezone"),
            "shipments": riders[service.id, datetime.fromisoformat(row["depart"])],
            "units": row["units"],
            "max_units": most,
            "used_pct": 100 * row["units"] / most if most else None,
            "teu": row["teu"],
            "tonnes": row.get("tonnes"),
            "cost_eur": row["cost_eur"],
        }


def _ends(case: Case, id_: str) -> Row:
    """Service and both its ends."""
    service = case.network.services[id_]
    return {
        "service": id_,
        "from": service.origin,
        "from_name": case.network.place(service.origin),
        "to": service.destination,
        "to_name": case.network.place(service.destination),
    }


def _zone(case: Case, terminal: str) -> str:
    return case.network.terminals[terminal].timezone
