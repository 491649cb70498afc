"""What each leg, transfer and shipment costs and emits, shares of departures included."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routeopt.audit.chain import Hop, Trip
from routeopt.audit.findings import Findings, named
from routeopt.audit.prices import (
    BILLIONTH,
    Kg,
    LegRates,
    departure_eur,
    duties_eur,
    handling_eur,
    handling_kg,
    kg_sum,
    leg_rates,
    size_sum,
    storage_eur,
    units_needed,
)
from routeopt.case.model import Case
from routeopt.freight import Minute, Shipment, Size, stamp
from routeopt.network import Service

Run = tuple[str, Minute]
"""Service and departure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegBill:
    """A leg alone and as a share of its departure."""

    units: int
    tkm: float
    alone_eur: float
    cost_eur: float
    alone: Kg
    kg: Kg


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBill:
    """A handling and the wait after it."""

    handling_eur: float
    storage_eur: float
    kg: Kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A shipment: its legs and stops, and what is charged for the whole way."""

    legs: tuple[LegBill, ...]
    stops: tuple[StopBill, ...]
    duties_eur: float
    carbon_eur: float
    cost_eur: float
    cost_alone_eur: float
    kg: Kg
    kg_alone: Kg


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBill:
    """A timetabled departure that is used."""

    service: Service
    depart: Minute
    units: int
    size: Size
    cost_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rider:
    """A shipment on a departure: numbers of the trip and of the leg in it."""

    trip: int
    leg: int
    shipment: Shipment
    rates: LegRates


def bills_of(trips: Sequence[Trip], case: Case) -> tuple[list[Bill], dict[Run, RunBill]]:
    """Bill of each trip, in order, and of each timetabled departure that they use."""
    legs: dict[tuple[int, int], LegBill] = {}
    runs: dict[Run, RunBill] = {}
    for hop, riders in _departures(trips, case):
        for rider, bill in zip(riders, _leg_bills(hop.service, riders), strict=True):
            legs[rider.trip, rider.leg] = bill
        if not hop.service.timetable.on_demand:
            size = size_sum(rider.shipment.size for rider in riders)
            runs[hop.service.id, hop.depart] = RunBill(
                service=hop.service,
                depart=hop.depart,
                units=units_needed(hop.service, size),
                size=size,
                cost_eur=departure_eur(hop.service, size),
            )
    bills = [
        _bill(trip, tuple(legs[number, leg] for leg in range(len(trip.hops))), case)
        for number, trip in enumerate(trips)
    ]
    return bills, runs


def _departures(trips: Sequence[Trip], case: Case) -> list[tuple[Hop, list[_Rider]]]:
    """Riders of each departure; on demand, each leg is a departure of its own."""
    alone: list[tuple[Hop, list[_Rider]]] = []
    shared: dict[Run, tuple[Hop, list[_Rider]]] = {}
    rates: dict[tuple[str, str], LegRates] = {}
    for number, trip in enumerate(trips):
        cargo = trip.shipment.cargo
        for index, hop in enumerate(trip.hops):
            pair = (hop.service.id, cargo)
            if pair not in rates:
                rates[pair] = leg_rates(case.network, hop.service, cargo)
            rider = _Rider(trip=number, leg=index, shipment=trip.shipment, rates=rates[pair])
            if hop.service.timetable.on_demand:
                alone.append((hop, [rider]))
            else:
                shared.setdefault((hop.service.id, hop.depart), (hop, []))[1].append(rider)
    return [*alone, *shared.values()]


def _leg_bills(service: Service, riders: Sequence[_Rider]) -> list[LegBill]:
    sizes = [rider.shipment.size for rider in riders]
    alone_eur = [departure_eur(service, size) for size in sizes]
    cost_eur = _split(departure_eur(service, size_sum(sizes)), alone_eur)
    units = [units_needed(service, size) for size in sizes]
    own = [rider.rates.own_part(rider.shipment.size) for rider in riders]
    vehicles = _vehicle_parts(service, riders, units)
    return [
        LegBill(
            units=units[n],
            tkm=sizes[n].tonnes * service.distance_km,
            alone_eur=alone_eur[n],
            cost_eur=cost_eur[n],
            alone=kg_sum((own[n], rider.rates.per_unit.times(units[n]))),
            kg=kg_sum((own[n], vehicles[n])),
        )
        for n, rider in enumerate(riders)
    ]


def _split(total: float, weights: Sequence[float]) -> list[float]:
    """Split in proportion; nothing to go by is nothing to split."""
    whole = math.fsum(weights)
    return [total * weight / whole if whole else 0.0 for weight in weights]


def _vehicle_parts(service: Service, riders: Sequence[_Rider], units: Sequence[int]) -> list[Kg]:
    """Share of each rider in what the departure's vehicles emit.

    Where all emit by one row, in proportion to what each would emit alone: to its units. Where
    reefer and dry cargo meet, each by its own row for its tonnes' share of all the units.
    """
    size = size_sum(rider.shipment.size for rider in riders)
    together = units_needed(service, size)
    weights: list[float] = [*units]
    if len({rider.rates.per_unit for rider in riders}) > 1:
        weights = [rider.shipment.size.tonnes for rider in riders]
    shares = _split(together, weights)
    return [rider.rates.per_unit.times(share) for rider, share in zip(riders, shares, strict=True)]


def _bill(trip: Trip, legs: tuple[LegBill, ...], case: Case) -> Bill:
    size, network = trip.shipment.size, case.network
    stops = tuple(
        StopBill(
            handling_eur=handling_eur(stop.terminal, size),
            storage_eur=storage_eur(stop.terminal, size, stop.wait_min),
            kg=handling_kg(case, stop.terminal, trip.shipment),
        )
        for stop in trip.stops
    )
    duties = duties_eur(network, trip.shipment, [stop.terminal.country for stop in trip.stops])
    kg = kg_sum((*(leg.kg for leg in legs), *(stop.kg for stop in stops)))
    kg_alone = kg_sum((*(leg.alone for leg in legs), *(stop.kg for stop in stops)))
    eur_per_kg = case.carbon_price_eur_per_t / 1000
    carbon = kg.counted(case.co2e_scope) * eur_per_kg
    carbon_alone = kg_alone.counted(case.co2e_scope) * eur_per_kg
    fixed = [duties, *(stop.handling_eur for stop in stops), *(stop.storage_eur for stop in stops)]
    return Bill(
        legs=legs,
        stops=stops,
        duties_eur=duties,
        carbon_eur=carbon,
        cost_eur=math.fsum((*fixed, carbon, *(leg.cost_eur for leg in legs))),
        cost_alone_eur=math.fsum((*fixed, carbon_alone, *(leg.alone_eur for leg in legs))),
        kg=kg,
        kg_alone=kg_alone,
    )


def check_bill(trip: Trip, bill: Bill, case: Case, found: Findings) -> None:
    """Compare the numbers of a shipment, and hold it to its own limits."""
    where, stated = trip.where, trip.stated
    for index, leg in enumerate(bill.legs):
        place, row = f"{where}.legs[{index}]", stated["legs"][index]
        found.same(f"{place}.units", row["units"], leg.units)
        found.number(f"{place}.cost_eur", row["cost_eur"], leg.cost_eur)
        check_kg(row, place, leg.kg, case, found)
    for index, (stop, row) in enumerate(zip(bill.stops, stated["transfers"], strict=False)):
        place = f"{where}.transfers[{index}]"
        found.number(f"{place}.cost_eur", row["cost_eur"], stop.handling_eur)
        found.number(f"{place}.storage_eur", row["storage_eur"], stop.storage_eur)
        check_kg(row, place, stop.kg, case, found)
    check_kg(stated, where, bill.kg, case, found)
    found.number(f"{where}.cost_eur", stated["cost_eur"], bill.cost_eur)
    found.number(f"{where}.cost_alone_eur", stated["cost_alone_eur"], bill.cost_alone_eur)
    found.number(f"{where}.duties_eur", stated["duties_eur"], bill.duties_eur)
    found.number(f"{where}.carbon_eur", stated["carbon_eur"], bill.carbon_eur)
    _check_own_limits(trip, bill, case, found)


def check_kg(stated: Mapping[str, Any], where: str, kg: Kg, case: Case, found: Findings) -> None:
    """Compare CO2e in scope and its two parts; a transfer need not state the parts."""
    found.number(f"{where}.co2e_kg", stated["co2e_kg"], kg.counted(case.co2e_scope))
    found.number(f"{where}.wtt_kg", stated.get("wtt_kg", kg.wtt), kg.wtt)
    found.number(f"{where}.ttw_kg", stated.get("ttw_kg", kg.ttw), kg.ttw)


def _check_own_limits(trip: Trip, bill: Bill, case: Case, found: Findings) -> None:
    """Check limits that hold for the shipment as if it travelled alone, on-demand vehicles too."""
    shipment, where = trip.shipment, trip.where
    alone_kg = bill.kg_alone.counted(case.co2e_scope)
    for key, value, limit in (
        ("max_cost_eur", bill.cost_alone_eur, shipment.max_cost_eur),
        ("max_co2e_kg", alone_kg, shipment.max_co2e_kg),
    ):
        if limit is not None and found.exceeds(value, limit):
            found.add(where, f"{value:.10g} alone is over {key} {limit:.10g}")
    for index, (hop, leg) in enumerate(zip(trip.hops, bill.legs, strict=True)):
        if hop.service.timetable.on_demand:
            place = f"{where}.legs[{index}]"
            check_capacity(hop.service, place, leg.units, shipment.size.tonnes, found)


def check_capacity(
    service: Service, where: str, units: int, tonnes: float, found: Findings
) -> None:
    """Check the units and tonnes of one departure."""
    if service.max_units is not None and units > service.max_units:
        found.add(f"{where}.units", f"{units} units are over max_units {service.max_units}")
    if service.max_t is not None and tonnes > service.max_t * (1 + BILLIONTH):
        found.add(where, f"{tonnes:.10g} t are over max_t {service.max_t:.10g}")


def check_departures(
    stated: Sequence[Mapping[str, Any]], runs: Mapping[Run, RunBill], found: Findings
) -> None:
    """Check that every timetabled departure in use is listed, once, with the right numbers."""
    times = defaultdict(list)
    for index, row in enumerate(stated):
        times[row["service"], row["depart"]].append(index)
    left = {(id_, stamp(depart)): run for (id_, depart), run in runs.items()}
    for (id_, depart), indexes in times.items():
        run = left.pop((id_, depart), None)
        if run is None or len(indexes) > 1:
            message = "no shipment uses this departure" if run is None else "listed twice"
            found.add(f"departures[{indexes[-1]}]", f"{named(id_)} {named(depart)}: {message}")
        else:
            _check_run(stated[indexes[0]], f"departures[{indexes[0]}]", run, found)
    for id_, depart in left:
        found.add("departures", f"{named(id_)} at {depart} is used and not listed")
    for run in runs.values():
        where = f"departures[{named(run.service.id)} {stamp(run.depart)}]"
        check_capacity(run.service, where, run.units, run.size.tonnes, found)


def _check_run(row: Mapping[str, Any], where: str, run: RunBill, found: Findings) -> None:
    found.same(f"{where}.units", row["units"], run.units)
    found.same(f"{where}.max_units", row["max_units"], run.service.max_units)
    found.number(f"{where}.teu", row["teu"], run.size.teu)
    found.number(f"{where}.tonnes", row.get("tonnes", run.size.tonnes), run.size.tonnes)
    found.number(f"{where}.cost_eur", row["cost_eur"], run.cost_eur)
