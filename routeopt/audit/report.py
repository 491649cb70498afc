"""What a plan states for an ISO 14083 report: activities, kinds of distance and data, factors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from routeopt.audit.bills import Bill, LegBill, StopBill
from routeopt.audit.burdens import burden_sum
from routeopt.audit.chain import Trip
from routeopt.audit.energy import gwp_sets
from routeopt.audit.findings import Findings
from routeopt.case.model import Case
from routeopt.freight import Size

STANDARD = "ISO 14083:2023"
_WEAKEST_FIRST = ("default", "modelled", "primary")


def check_activity(trip: Trip, bill: Bill, case: Case, found: Findings) -> None:
    """Compare what legs and transfers state beside their kilograms, and the shipment's intensity.

    Keys that the plan doesn't state are not missed.
    """
    size = trip.shipment.size
    for index, (leg, row) in enumerate(zip(bill.legs, trip.stated["legs"], strict=True)):
        _compare(row, f"{trip.where}.legs[{index}]", _leg_facts(leg, size), found)
    for index, (stop, row) in enumerate(zip(bill.stops, trip.stated["transfers"], strict=False)):
        _compare(row, f"{trip.where}.transfers[{index}]", _stop_facts(stop, size), found)
    kg, tkm = bill.burden.counted(case.co2e_scope), bill.tkm
    facts = {"tkm": tkm, "g_per_tkm": kg * 1000 / tkm if tkm else 0.0}
    _compare(trip.stated, trip.where, facts, found)


def _compare(
    stated: Mapping[str, Any], where: str, facts: Mapping[str, object], found: Findings
) -> None:
    """Compare what is stated, numbers within the tolerance and the rest exactly."""
    for key, fact in facts.items():
        if key not in stated:
            continue
        if isinstance(fact, float):
            found.number(f"{where}.{key}", stated[key], fact)
        else:
            found.same(f"{where}.{key}", stated[key], fact)


def _leg_facts(leg: LegBill, size: Size) -> dict[str, object]:
    toc = leg.rates.toc
    amounts = {"tkm": size.tonnes, "teukm": size.teu, "vehiclekm": leg.shared_units}
    return {
        "activity": amounts[toc.activity] * math.fsum(piece.km for piece in leg.rates.pieces),
        "activity_unit": toc.activity,
        "distance_kind": toc.distance_basis,
        "data_type": _weakest(leg),
    }


def _weakest(leg: LegBill) -> str:
    """Weakest of the data that a leg rests on."""
    types = {leg.rates.toc.data_type, *(piece.toc.data_type for piece in leg.rates.pieces)}
    return next(name for name in _WEAKEST_FIRST if name in types)


def _stop_facts(stop: StopBill, size: Size) -> dict[str, object]:
    return {
        "activity": _handled(stop, size),
        "activity_unit": _hub_unit(stop),
        "plug_kwh": stop.plug_kwh,
        "data_type": None if stop.hoc is None else stop.hoc.data_type,
    }


def _hub_unit(stop: StopBill) -> str:
    """Find the unit in which a hub counts: its category's, tonnes where it has none."""
    return "t" if stop.hoc is None else stop.hoc.per


def _handled(stop: StopBill, size: Size) -> float:
    return float({"t": size.tonnes, "teu": size.teu}[_hub_unit(stop)])


def check_iso(
    stated: Mapping[str, Any],
    trips: Sequence[Trip],
    bills: Sequence[Bill],
    case: Case,
    found: Findings,
) -> None:
    """Compare the report data of the whole plan."""
    burden = burden_sum(bill.burden for bill in bills)
    tkm = math.fsum(bill.tkm for bill in bills)
    per_tkm = 1000 / tkm if tkm else 0.0
    facts = {
        "standard": STANDARD,
        "g_per_tkm": (burden.wtt + burden.ttw) * per_tkm,
        "ttw_g_per_tkm": burden.ttw * per_tkm,
        "hub_activity_t": _hub_activity(trips, bills, "t"),
        "hub_activity_teu": _hub_activity(trips, bills, "teu"),
        "distance_kinds": _kinds(trips, bills),
        "gwp": sorted(_gwp(bills, case)),
    }
    _compare(stated, "iso", facts, found)
    shares = _data_shares(bills)
    _compare(stated["data_type_share"], "iso.data_type_share", shares, found)
    _check_grids(stated["grids"], _powered(trips, bills), case, found)


def _hub_activity(trips: Sequence[Trip], bills: Sequence[Bill], unit: str) -> float:
    """Cargo handled where the hub's category counts in this unit; without one it has none."""
    return math.fsum(
        _handled(stop, trip.shipment.size)
        for trip, bill in zip(trips, bills, strict=True)
        for stop in bill.stops
        if stop.hoc is not None and stop.hoc.per == unit
    )


def _kinds(trips: Sequence[Trip], bills: Sequence[Bill]) -> dict[str, list[str]]:
    kinds: dict[str, set[str]] = {}
    for trip, bill in zip(trips, bills, strict=True):
        for hop, leg in zip(trip.hops, bill.legs, strict=True):
            kinds.setdefault(hop.service.mode, set()).add(leg.rates.toc.distance_basis)
    return {mode: sorted(found) for mode, found in kinds.items()}


def _gwp(bills: Sequence[Bill], case: Case) -> set[str]:
    found = {stop.hoc.gwp for bill in bills for stop in bill.stops if stop.hoc is not None}
    for rates in {id(leg.rates): leg.rates for bill in bills for leg in bill.legs}.values():
        found |= gwp_sets(rates.pieces, case.network.factors)
    return found - {""}


def _data_shares(bills: Sequence[Bill]) -> dict[str, float]:
    """Share of the CO2e that rests on each type of data; a handling without a factor has none."""
    rows = [(_weakest(leg), leg.burden) for bill in bills for leg in bill.legs]
    rows += [
        (stop.hoc.data_type, stop.burden)
        for bill in bills
        for stop in bill.stops
        if stop.hoc is not None
    ]
    kg = {
        name: math.fsum(burden.wtt + burden.ttw for kind, burden in rows if kind == name)
        for name in _WEAKEST_FIRST
    }
    whole = math.fsum(kg.values())
    return {name: part / whole if whole else 0.0 for name, part in kg.items()}


def _powered(trips: Sequence[Trip], bills: Sequence[Bill]) -> set[str]:
    """Countries whose electricity counts: on rails and roads, and at plugs."""
    countries = set()
    for trip, bill in zip(trips, bills, strict=True):
        for leg in bill.legs:
            countries |= {piece.country for piece in leg.rates.pieces if piece.country}
        for stop, stop_bill in zip(trip.stops, bill.stops, strict=True):
            countries |= {stop.terminal.country} if stop_bill.plug_kwh else set()
    return countries


def _check_grids(
    stated: Sequence[Mapping[str, Any]], countries: set[str], case: Case, found: Findings
) -> None:
    listed, wanted = [row["country"] for row in stated], sorted(countries)
    if listed != wanted:
        found.same("iso.grids", listed, wanted)
        return
    for index, row in enumerate(stated):
        grid = case.network.factors.grids[row["country"]]
        facts = {
            "basis": grid.basis,
            "year": grid.year,
            "g_per_kwh": float(grid.g_per_kwh),
            "loss_pct": float(grid.loss_pct),
        }
        _compare(row, f"iso.grids[{index}]", facts, found)
