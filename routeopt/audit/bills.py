"""What each leg, transfer and shipment costs and emits, shares of departures included.

Carbon has no line of its own here: what the rules charge is a part of each `Burden`, and the
case's own price follows from its kilograms.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routeopt.audit.burdens import (
    Burden,
    LegRates,
    RateBook,
    burden_sum,
    hoc_row,
    plugged_kwh,
    stop_burden,
)
from routeopt.audit.carbon import coverages
from routeopt.audit.chain import Hop, Stop, Trip
from routeopt.audit.findings import Findings, named
from routeopt.audit.prices import (
    BILLIONTH,
    departure_eur,
    duties_eur,
    handling_eur,
    size_sum,
    storage_eur,
    units_needed,
)
from routeopt.case.model import Case
from routeopt.emissions import Hoc
from routeopt.freight import Minute, Shipment, Size, stamp
from routeopt.network import Service

Run = tuple[str, Minute]
"""Service and departure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegBill:
    """A leg alone and as a share of its departure.

    `units` are those that the shipment would take alone, `shared_units` its share of those that
    the departure takes.
    """

    rates: LegRates
    units: int
    shared_units: float
    tkm: float
    alone_eur: float
    cost_eur: float
    alone: Burden
    burden: Burden


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBill:
    """A handling and the wait after it."""

    handling_eur: float
    storage_eur: float
    hoc: Hoc | None
    plug_kwh: float
    burden: Burden


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A shipment: its legs and stops, and what is charged for the whole way."""

    legs: tuple[LegBill, ...]
    stops: tuple[StopBill, ...]
    duties_eur: float
    cost_eur: float
    cost_alone_eur: float
    burden: Burden
    alone: Burden

    @property
    def tkm(self) -> float:
        """Transport activity of its legs."""
        return math.fsum(leg.tkm for leg in self.legs)


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
    covered: float

    @property
    def own(self) -> Burden:
        """What is the shipment's own, whoever shares the departure."""
        return self.rates.own_part(self.shipment.size).covered(self.covered)

    @property
    def per_unit(self) -> Burden:
        """What a unit adds."""
        return self.rates.per_unit.covered(self.covered)


def bills_of(trips: Sequence[Trip], book: RateBook) -> tuple[list[Bill], dict[Run, RunBill]]:
    """Bill of each trip, in order, and of each timetabled departure that they use."""
    legs: dict[tuple[int, int], LegBill] = {}
    runs: dict[Run, RunBill] = {}
    for hop, riders in _departures(trips, book):
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
        _bill(trip, tuple(legs[number, leg] for leg in range(len(trip.hops))), book.case)
        for number, trip in enumerate(trips)
    ]
    return bills, runs


def _departures(trips: Sequence[Trip], book: RateBook) -> list[tuple[Hop, list[_Rider]]]:
    """Riders of each departure; on demand, each leg is a departure of its own."""
    alone: list[tuple[Hop, list[_Rider]]] = []
    shared: dict[Run, tuple[Hop, list[_Rider]]] = {}
    for number, trip in enumerate(trips):
        services = [hop.service for hop in trip.hops]
        covered = coverages(services, book.case.network.terminals)
        for index, hop in enumerate(trip.hops):
            rider = _Rider(
                trip=number,
                leg=index,
                shipment=trip.shipment,
                rates=book.leg(hop.service, trip.shipment.cargo),
                covered=covered[index],
            )
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
    shared_units = _shared_units(service, riders, units)
    return [
        LegBill(
            rates=rider.rates,
            units=units[n],
            shared_units=shared_units[n],
            tkm=sizes[n].tonnes * service.distance_km,
            alone_eur=alone_eur[n],
            cost_eur=cost_eur[n],
            alone=burden_sum((rider.own, rider.per_unit.times(units[n]))),
            burden=burden_sum((rider.own, rider.per_unit.times(shared_units[n]))),
        )
        for n, rider in enumerate(riders)
    ]


def _split(total: float, weights: Sequence[float]) -> list[float]:
    """Split in proportion; nothing to go by is nothing to split."""
    whole = math.fsum(weights)
    return [total * weight / whole if whole else 0.0 for weight in weights]


def _shared_units(service: Service, riders: Sequence[_Rider], units: Sequence[int]) -> list[float]:
    """Share of each rider in the units that the departure takes for all.

    Where a unit burdens all alike, in proportion to what each would cause alone: to its units.
    Where it doesn't (reefer beside dry cargo, other voyages under EU ETS), by tonnes.
    """
    together = units_needed(service, size_sum(rider.shipment.size for rider in riders))
    weights: list[float] = [*units]
    if len({rider.per_unit for rider in riders}) > 1:
        weights = [rider.shipment.size.tonnes for rider in riders]
    return _split(together, weights)


def _bill(trip: Trip, legs: tuple[LegBill, ...], case: Case) -> Bill:
    shipment = trip.shipment
    stops = tuple(_stop_bill(stop, shipment, case) for stop in trip.stops)
    countries = [stop.terminal.country for stop in trip.stops]
    duties = duties_eur(case.network, shipment, countries)
    burden = burden_sum((*(leg.burden for leg in legs), *(stop.burden for stop in stops)))
    alone = burden_sum((*(leg.alone for leg in legs), *(stop.burden for stop in stops)))
    fixed = [duties, *(stop.handling_eur for stop in stops), *(stop.storage_eur for stop in stops)]
    return Bill(
        legs=legs,
        stops=stops,
        duties_eur=duties,
        cost_eur=math.fsum((*fixed, burden.carbon_eur(case), *(leg.cost_eur for leg in legs))),
        cost_alone_eur=math.fsum(
            (*fixed, alone.carbon_eur(case), *(leg.alone_eur for leg in legs))
        ),
        burden=burden,
        alone=alone,
    )


def _stop_bill(stop: Stop, shipment: Shipment, case: Case) -> StopBill:
    hoc = hoc_row(case, stop.terminal, shipment.cargo)
    return StopBill(
        handling_eur=handling_eur(stop.terminal, shipment.size),
        storage_eur=storage_eur(stop.terminal, shipment.size, stop.wait_min),
        hoc=hoc,
        plug_kwh=plugged_kwh(hoc, shipment, stop.wait_min),
        burden=stop_burden(case, stop.terminal, shipment, stop.wait_min),
    )


def check_bill(trip: Trip, bill: Bill, case: Case, found: Findings) -> None:
    """Compare the numbers of a shipment, and hold it to its own limits."""
    where, stated = trip.where, trip.stated
    for index, leg in enumerate(bill.legs):
        place, row = f"{where}.legs[{index}]", stated["legs"][index]
        found.same(f"{place}.units", row["units"], leg.units)
        found.number(f"{place}.cost_eur", row["cost_eur"], leg.cost_eur)
        check_kg(row, place, leg.burden, case, found)
        check_carbon(row, place, leg.burden, case, found)
    for index, (stop, row) in enumerate(zip(bill.stops, stated["transfers"], strict=False)):
        place = f"{where}.transfers[{index}]"
        found.number(f"{place}.cost_eur", row["cost_eur"], stop.handling_eur)
        found.number(f"{place}.storage_eur", row["storage_eur"], stop.storage_eur)
        check_kg(row, place, stop.burden, case, found)
    check_kg(stated, where, bill.burden, case, found)
    check_carbon(stated, where, bill.burden, case, found)
    found.number(f"{where}.cost_eur", stated["cost_eur"], bill.cost_eur)
    found.number(f"{where}.cost_alone_eur", stated["cost_alone_eur"], bill.cost_alone_eur)
    found.number(f"{where}.duties_eur", stated["duties_eur"], bill.duties_eur)
    _check_own_limits(trip, bill, case, found)


def check_kg(
    stated: Mapping[str, Any], where: str, burden: Burden, case: Case, found: Findings
) -> None:
    """Compare CO2e in scope and its two parts; a transfer need not state the parts."""
    found.number(f"{where}.co2e_kg", stated["co2e_kg"], burden.counted(case.co2e_scope))
    found.number(f"{where}.wtt_kg", stated.get("wtt_kg", burden.wtt), burden.wtt)
    found.number(f"{where}.ttw_kg", stated.get("ttw_kg", burden.ttw), burden.ttw)


def check_carbon(
    stated: Mapping[str, Any], where: str, burden: Burden, case: Case, found: Findings
) -> None:
    """Compare what carbon costs, and its parts; a plan need not state either of a leg."""
    whole_eur = burden.carbon_eur(case)
    found.number(f"{where}.carbon_eur", stated.get("carbon_eur", whole_eur), whole_eur)
    parts = stated.get("carbon_parts", {})
    for key, part_eur in burden.carbon_parts(case).items():
        found.number(f"{where}.carbon_parts.{key}", parts.get(key, part_eur), part_eur)


def _check_own_limits(trip: Trip, bill: Bill, case: Case, found: Findings) -> None:
    """Check limits that hold for the shipment as if it travelled alone, on-demand vehicles too."""
    shipment, where = trip.shipment, trip.where
    alone_kg = bill.alone.counted(case.co2e_scope)
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
