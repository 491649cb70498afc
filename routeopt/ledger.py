"""The ledger of a plan: what chosen itineraries cost and emit, alone and on shared departures.

Totals of a plan come from here, never from a solver.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routeopt.case.model import Case
from routeopt.emissions import Emission
from routeopt.freight import (
    Departure,
    Itinerary,
    Leg,
    Minute,
    Ride,
    Shipment,
    ShipmentPlan,
    Size,
    Totals,
    Transfer,
    whole_minutes,
)
from routeopt.network import Network, Service, Terminal


@dataclass(frozen=True, slots=True)
class Handling:
    """Cargo handled at a terminal; `depart` is None at the destination."""

    terminal: Terminal
    start: Minute
    end: Minute
    depart: Minute | None


@dataclass(frozen=True, slots=True)
class Rider:
    """A shipment on a leg of its itinerary."""

    member: str
    shipment: Shipment
    ride: Ride


def handlings(case: Case, shipment: Shipment, itinerary: Itinerary) -> list[Handling]:
    """When and where cargo is handled, origin and destination included."""
    network = case.network
    stops = [shipment.origin]
    stops += [network.services[ride.service].destination for ride in itinerary.rides]
    arrivals = [shipment.ready, *(ride.arrive for ride in itinerary.rides)]
    departures: list[Minute | None] = [*(ride.depart for ride in itinerary.rides), None]
    found = []
    for id_, arrive, depart in zip(stops, arrivals, departures, strict=True):
        terminal = network.terminals[id_]
        start = terminal.handling_start(arrive)
        found.append(Handling(terminal, start, start + whole_minutes(terminal.handling_h), depart))
    return found


def alone(case: Case, member: str, shipment: Shipment, itinerary: Itinerary) -> ShipmentPlan:
    """Numbers of a shipment that shares no departure."""
    legs = {}
    for index, ride in enumerate(itinerary.rides):
        service = case.network.services[ride.service]
        units = service.units(shipment.size)
        intensity = case.network.leg_intensity(service, shipment.cargo)
        emission = intensity.emission(shipment.size, units)
        legs[index] = (service.transport_eur(shipment.size), emission)
    return _shipment_plan(case, member, shipment, itinerary, legs)


def settle(
    case: Case, chosen: Mapping[str, Itinerary], reasons: Mapping[str, str] | None = None
) -> tuple[tuple[ShipmentPlan, ...], tuple[Departure, ...], Totals]:
    """Shipments, departures and totals of a plan, shared departures split among their riders.

    Parameters
    ----------
    chosen
        Itinerary of each served shipment by its id.
    reasons
        Why a shipment is not served, by its id.
    """
    riders: dict[tuple[str, Minute], list[Rider]] = defaultdict(list)
    shares: dict[tuple[str, str, Minute], tuple[float, Emission]] = {}
    for member, itinerary in chosen.items():
        for ride in itinerary.rides:
            rider = Rider(member, case.members[member], ride)
            key = (ride.service, ride.depart)
            if case.network.services[ride.service].timetable.on_demand:
                shares[member, *key] = _split(case.network, [rider])[0]
            else:
                riders[key].append(rider)
    departures = []
    for key, group in sorted(riders.items()):
        parts = _split(case.network, group)
        for rider, part in zip(group, parts, strict=True):
            shares[rider.member, *key] = part
        departures.append(_departure(case.network, group, math.fsum(eur for eur, _ in parts)))
    plans = []
    for member, shipment in case.members.items():
        if member not in chosen:
            reason = (reasons or {}).get(member)
            plans.append(_unserved(member, shipment, reason))
            continue
        legs = {
            index: shares[member, ride.service, ride.depart]
            for index, ride in enumerate(chosen[member].rides)
        }
        plans.append(_shipment_plan(case, member, shipment, chosen[member], legs))
    return tuple(plans), tuple(departures), totals(plans)


def _unserved(member: str, shipment: Shipment, reason: str | None) -> ShipmentPlan:
    return ShipmentPlan(
        id=member, served=False, ready=shipment.ready, due=shipment.due, reason=reason
    )


def _total_size(group: Sequence[Rider]) -> Size:
    return sum((rider.shipment.size for rider in group), Size(0.0, 0.0, 0.0))


def _split(network: Network, group: Sequence[Rider]) -> list[tuple[float, Emission]]:
    """Share of each rider in the price and the emission of one departure, EUR and kg."""
    service = network.services[group[0].ride.service]
    units = service.units(_total_size(group))
    together_eur = math.fsum(
        [
            units * service.cost_per_unit_eur,
            service.cost_per_departure_eur,
            *(service.linear_eur(rider.shipment.size) for rider in group),
        ]
    )
    alone_eur = [service.transport_eur(rider.shipment.size) for rider in group]
    sum_eur = math.fsum(alone_eur)
    shared = _shared_emissions(network, service, group, units)
    parts = []
    for rider, eur, share in zip(group, alone_eur, shared, strict=True):
        own = network.leg_intensity(service, rider.shipment.cargo).emission(rider.shipment.size, 0)
        parts.append((together_eur * eur / sum_eur if sum_eur else 0.0, own + share))
    return parts


def _shared_emissions(
    network: Network, service: Service, group: Sequence[Rider], units: int
) -> list[Emission]:
    """Share of each rider in what the vehicles emit: by what each would emit alone.

    Reefer and dry cargo on one departure emit at different rows; then tonnes divide the vehicles.
    """
    per_unit = [network.leg_intensity(service, rider.shipment.cargo).per_unit for rider in group]
    if len(set(per_unit)) == 1:
        weights = [float(service.units(rider.shipment.size)) for rider in group]
    else:
        weights = [rider.shipment.size.tonnes for rider in group]
    whole = math.fsum(weights)
    return [
        emission * (units * weight / whole)
        for emission, weight in zip(per_unit, weights, strict=True)
    ]


def _departure(network: Network, group: Sequence[Rider], cost_eur: float) -> Departure:
    service = network.services[group[0].ride.service]
    size = _total_size(group)
    return Departure(
        service=service.id,
        depart=group[0].ride.depart,
        units=service.units(size),
        max_units=service.max_units,
        teu=size.teu,
        tonnes=size.tonnes,
        cost_eur=cost_eur,
    )


def _shipment_plan(
    case: Case,
    member: str,
    shipment: Shipment,
    itinerary: Itinerary,
    parts: Mapping[int, tuple[float, Emission]],
) -> ShipmentPlan:
    stops = handlings(case, shipment, itinerary)
    legs = tuple(
        _leg(case, shipment, ride, *parts[index]) for index, ride in enumerate(itinerary.rides)
    )
    transfers = tuple(_transfer(case, shipment, stop) for stop in stops)
    elements: tuple[Leg | Transfer, ...] = (*legs, *transfers)
    co2e_kg = math.fsum(element.co2e_kg for element in elements)
    duties_eur = case.network.duties_eur(
        shipment, frozenset(stop.terminal.country for stop in stops)
    )
    carbon_eur = co2e_kg * case.carbon_price_eur_per_t / 1000
    plan = ShipmentPlan(
        id=member,
        served=True,
        ready=shipment.ready,
        due=shipment.due,
        delivered=stops[-1].end,
        legs=legs,
        transfers=transfers,
        co2e_kg=co2e_kg,
        wtt_kg=math.fsum(element.wtt_kg for element in elements),
        ttw_kg=math.fsum(element.ttw_kg for element in elements),
        cost_eur=math.fsum(
            [
                *(leg.cost_eur for leg in legs),
                *(transfer.cost_eur for transfer in transfers),
                *(transfer.storage_eur for transfer in transfers),
                duties_eur,
                carbon_eur,
            ]
        ),
        duties_eur=duties_eur,
        carbon_eur=carbon_eur,
    )
    return replace(plan, cost_alone_eur=_alone_eur(case, shipment, plan))


def _alone_eur(case: Case, shipment: Shipment, plan: ShipmentPlan) -> float:
    """Cost of the same itinerary on departures that nobody shares."""
    network = case.network
    difference = 0.0
    for leg in plan.legs:
        service = network.services[leg.service]
        kg = network.leg_intensity(service, shipment.cargo).emission(
            shipment.size, service.units(shipment.size)
        )
        difference += service.transport_eur(shipment.size) - leg.cost_eur
        more_kg = kg.in_scope(case.co2e_scope) - leg.co2e_kg
        difference += more_kg * case.carbon_price_eur_per_t / 1000
    return plan.cost_eur + difference


def _leg(case: Case, shipment: Shipment, ride: Ride, cost_eur: float, kg: Emission) -> Leg:
    service = case.network.services[ride.service]
    return Leg(
        service=service.id,
        mode=service.mode,
        origin=service.origin,
        destination=service.destination,
        depart=ride.depart,
        arrive=ride.arrive,
        distance_km=service.distance_km,
        tkm=shipment.size.tonnes * service.distance_km,
        units=service.units(shipment.size),
        cost_eur=cost_eur,
        wtt_kg=kg.wtt_kg,
        ttw_kg=kg.ttw_kg,
        co2e_kg=kg.in_scope(case.co2e_scope),
        toc=_factor_id(case.network.tocs, service.toc, shipment.cargo),
        source=case.network.tocs[_factor_id(case.network.tocs, service.toc, shipment.cargo)].source,
    )


def _factor_id(table: Mapping[str, object], id_: str, cargo: str) -> str:
    row = table[id_]
    return getattr(row, "reefer", None) or id_ if cargo == "reefer" else id_


def _transfer(case: Case, shipment: Shipment, stop: Handling) -> Transfer:
    wait_min = 0 if stop.depart is None else stop.depart - stop.end
    kg = case.network.handling_emission(stop.terminal, shipment.cargo, shipment.size)
    hoc = stop.terminal.hoc
    return Transfer(
        terminal=stop.terminal.id,
        start=stop.start,
        hours=(stop.end - stop.start) / 60,
        wait_h=wait_min / 60,
        cost_eur=stop.terminal.handling_eur(shipment.size),
        storage_eur=stop.terminal.storage_eur(shipment.size, wait_min),
        wtt_kg=kg.wtt_kg,
        ttw_kg=kg.ttw_kg,
        co2e_kg=kg.in_scope(case.co2e_scope),
        hoc=None if hoc is None else _factor_id(case.network.hocs, hoc, shipment.cargo),
    )


def totals(plans: Sequence[ShipmentPlan]) -> Totals:
    """Add up the shipments of a plan."""
    legs = [leg for plan in plans for leg in plan.legs]
    transfers = [transfer for plan in plans for transfer in plan.transfers]
    return Totals(
        co2e_kg=math.fsum(plan.co2e_kg for plan in plans),
        wtt_kg=math.fsum(plan.wtt_kg for plan in plans),
        ttw_kg=math.fsum(plan.ttw_kg for plan in plans),
        cost_eur=math.fsum(plan.cost_eur for plan in plans),
        hours=math.fsum(plan.hours for plan in plans),
        tkm=math.fsum(leg.tkm for leg in legs),
        transport_eur=math.fsum(leg.cost_eur for leg in legs),
        handling_eur=math.fsum(transfer.cost_eur for transfer in transfers),
        storage_eur=math.fsum(transfer.storage_eur for transfer in transfers),
        duties_eur=math.fsum(plan.duties_eur for plan in plans),
        carbon_eur=math.fsum(plan.carbon_eur for plan in plans),
        served=sum(plan.served for plan in plans),
        unserved=sum(not plan.served for plan in plans),
    )
