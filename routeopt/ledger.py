"""The ledger of a plan: what chosen itineraries cost and emit, alone and on shared departures.

Totals of a plan come from here, never from a solver.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routeopt.carbon import CarbonPrices
from routeopt.case.model import Case
from routeopt.emissions import DATA_TYPES, Emission, for_cargo
from routeopt.freight import (
    NO_CARBON,
    Carbon,
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
from routeopt.network import Service, Terminal


@dataclass(frozen=True, slots=True)
class Handling:
    """Cargo handled at a terminal; `depart` is None at the destination."""

    terminal: Terminal
    start: Minute
    end: Minute
    depart: Minute | None


@dataclass(frozen=True, slots=True)
class Rider:
    """A shipment on a leg of its itinerary; EU ETS and FuelEU cover so much of the leg."""

    member: str
    shipment: Shipment
    ride: Ride
    covered: float = 0.0

    @property
    def key(self) -> tuple[str, str, Minute]:
        """What tells it apart in a plan."""
        return (self.member, self.ride.service, self.ride.depart)


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
    return Ledger(case).alone(member, shipment, itinerary)


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
    return Ledger(case).settle(chosen, reasons or {})


@dataclass(frozen=True, slots=True)
class Share:
    """A rider's part in a departure: its price without carbon, emissions, what carbon costs.

    `units` are those of the departure that are counted as its own; `alone`: nobody shares it.
    """

    eur: float
    kg: Emission
    carbon: Carbon
    units: float
    alone: bool


class Ledger:
    """Prices what was chosen; rates of services are computed once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.network = case.network
        self.carbon = CarbonPrices(case)

    def alone(self, member: str, shipment: Shipment, itinerary: Itinerary) -> ShipmentPlan:
        """Numbers of a shipment that shares no departure."""
        riders = self._riders(member, shipment, itinerary)
        return self._shipment_plan(itinerary, riders, [self.split([rider])[0] for rider in riders])

    def settle(
        self, chosen: Mapping[str, Itinerary], reasons: Mapping[str, str]
    ) -> tuple[tuple[ShipmentPlan, ...], tuple[Departure, ...], Totals]:
        """Shipments, departures and totals of a plan."""
        riders = self._all_riders(chosen)
        runs, alone = self._groups(riders)
        shares = self._shares([*runs.values(), *alone])
        departures = [
            self._departure(group, math.fsum(shares[rider.key].eur for rider in group))
            for _, group in sorted(runs.items())
        ]
        plans = []
        for member, shipment in self.case.members.items():
            if member in chosen:
                own = [shares[rider.key] for rider in riders[member]]
                plans.append(self._shipment_plan(chosen[member], riders[member], own))
            else:
                plans.append(_unserved(member, shipment, reasons.get(member)))
        return tuple(plans), tuple(departures), totals(plans)

    def _riders(self, member: str, shipment: Shipment, itinerary: Itinerary) -> list[Rider]:
        services = [self.network.services[ride.service] for ride in itinerary.rides]
        covered = self.carbon.coverages(services)
        return [
            Rider(member, shipment, ride, coverage)
            for ride, coverage in zip(itinerary.rides, covered, strict=True)
        ]

    def _all_riders(self, chosen: Mapping[str, Itinerary]) -> dict[str, list[Rider]]:
        return {
            member: self._riders(member, self.case.members[member], itinerary)
            for member, itinerary in chosen.items()
        }

    def _groups(
        self, riders: Mapping[str, Sequence[Rider]]
    ) -> tuple[dict[tuple[str, Minute], list[Rider]], list[list[Rider]]]:
        """Riders of each timetabled departure, and those who ride on demand, each alone."""
        runs: dict[tuple[str, Minute], list[Rider]] = defaultdict(list)
        alone = []
        for group in riders.values():
            for rider in group:
                if self.network.services[rider.ride.service].timetable.on_demand:
                    alone.append([rider])
                else:
                    runs[rider.ride.service, rider.ride.depart].append(rider)
        return runs, alone

    def shares(self, chosen: Mapping[str, Itinerary]) -> dict[tuple[str, str, Minute], Share]:
        """Share of each rider in each departure, by (shipment, service, departure)."""
        runs, alone = self._groups(self._all_riders(chosen))
        return self._shares([*runs.values(), *alone])

    def _shares(self, groups: Sequence[Sequence[Rider]]) -> dict[tuple[str, str, Minute], Share]:
        return {
            rider.key: share
            for group in groups
            for rider, share in zip(group, self.split(group), strict=True)
        }

    def split(self, group: Sequence[Rider]) -> list[Share]:
        """Share of each rider in one departure."""
        service = self.network.services[group[0].ride.service]
        sizes = [rider.shipment.size for rider in group]
        units = service.units(_total_size(group))
        together_eur = math.fsum(
            [
                units * service.cost_per_unit_eur,
                service.cost_per_departure_eur,
                *(service.linear_eur(size) for size in sizes),
            ]
        )
        alone_eur = [service.transport_eur(size) for size in sizes]
        sum_eur = math.fsum(alone_eur)
        return [
            Share(
                eur=together_eur * eur / sum_eur if sum_eur else 0.0,
                kg=self.network.leg_intensity(service, rider.shipment.cargo).emission(
                    rider.shipment.size, own_units
                ),
                carbon=self._carbon(service, rider, own_units),
                units=own_units,
                alone=len(group) == 1,
            )
            for rider, eur, own_units in zip(
                group, alone_eur, self._own_units(service, group, units), strict=True
            )
        ]

    def _carbon(self, service: Service, rider: Rider, units: float) -> Carbon:
        if not self.carbon.charges:
            return NO_CARBON
        rates = self.carbon.leg(service, rider.shipment.cargo).at(rider.covered)
        return rates.own(rider.shipment.size) + rates.per_unit * units

    def _own_units(self, service: Service, group: Sequence[Rider], units: int) -> list[float]:
        """Units of the departure that count as each rider's own: by what each would emit alone.

        Reefer and dry cargo on one departure emit at different rows; then tonnes divide the units.
        """
        if len(group) == 1:
            return [float(units)]
        per_unit = {
            (
                self.network.leg_intensity(service, rider.shipment.cargo).per_unit,
                self.carbon.leg(service, rider.shipment.cargo).at(rider.covered).per_unit,
            )
            for rider in group
        }
        if len(per_unit) == 1:
            weights = [float(service.units(rider.shipment.size)) for rider in group]
        else:
            weights = [rider.shipment.size.tonnes for rider in group]
        whole = math.fsum(weights)
        return [units * weight / whole for weight in weights]

    def _departure(self, group: Sequence[Rider], cost_eur: float) -> Departure:
        service = self.network.services[group[0].ride.service]
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
        self, itinerary: Itinerary, riders: Sequence[Rider], shares: Sequence[Share]
    ) -> ShipmentPlan:
        member, shipment = riders[0].member, riders[0].shipment
        stops = handlings(self.case, shipment, itinerary)
        legs = tuple(
            self._leg(shipment, rider.ride, share)
            for rider, share in zip(riders, shares, strict=True)
        )
        transfers = tuple(self._transfer(shipment, stop) for stop in stops)
        elements: tuple[Leg | Transfer, ...] = (*legs, *transfers)
        duties_eur = self.network.duties_eur(
            shipment, frozenset(stop.terminal.country for stop in stops)
        )
        carbon = sum(
            (
                self.carbon.shadow(Emission(transfer.wtt_kg, transfer.ttw_kg))
                for transfer in transfers
            ),
            sum((leg.carbon for leg in legs), NO_CARBON),
        )
        cost_eur = math.fsum(
            [
                *(leg.cost_eur for leg in legs),
                *(transfer.cost_eur for transfer in transfers),
                *(transfer.storage_eur for transfer in transfers),
                duties_eur,
                carbon.eur,
            ]
        )
        return ShipmentPlan(
            id=member,
            served=True,
            ready=shipment.ready,
            due=shipment.due,
            delivered=stops[-1].end,
            legs=legs,
            transfers=transfers,
            co2e_kg=math.fsum(element.co2e_kg for element in elements),
            wtt_kg=math.fsum(element.wtt_kg for element in elements),
            ttw_kg=math.fsum(element.ttw_kg for element in elements),
            cost_eur=cost_eur,
            cost_alone_eur=cost_eur + self._more_alone_eur(riders, shares),
            duties_eur=duties_eur,
            carbon=carbon,
        )

    def _more_alone_eur(self, riders: Sequence[Rider], shares: Sequence[Share]) -> float:
        """Price what the same itinerary costs more on departures that nobody shares."""
        more = 0.0
        for rider, share in zip(riders, shares, strict=True):
            if share.alone:
                continue
            by_itself = self.split([rider])[0]
            more += by_itself.eur - share.eur + by_itself.carbon.eur - share.carbon.eur
        return more

    def _leg(self, shipment: Shipment, ride: Ride, share: Share) -> Leg:
        service = self.network.services[ride.service]
        toc = for_cargo(self.network.tocs, service.toc, shipment.cargo)
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
            cost_eur=share.eur,
            wtt_kg=share.kg.wtt_kg,
            ttw_kg=share.kg.ttw_kg,
            co2e_kg=share.kg.in_scope(self.case.co2e_scope),
            carbon=share.carbon,
            toc=toc.id,
            source=toc.source,
            passages=service.passages,
            **self._activity(service, shipment, share),
        )

    def _activity(self, service: Service, shipment: Shipment, share: Share) -> dict[str, Any]:
        """Find what ISO 14083 reports of a leg: amount and kind of its activity, and its data."""
        parts = self.network.leg_parts(service, shipment.cargo)
        toc = for_cargo(self.network.tocs, service.toc, shipment.cargo)
        amount = {
            "tkm": shipment.size.tonnes,
            "teukm": shipment.size.teu,
            "vehiclekm": share.units,
        }[toc.activity]
        km = math.fsum(part.km for part in parts)
        ranks = [DATA_TYPES.index(part.toc.data_type) for part in parts] or [
            DATA_TYPES.index(toc.data_type)
        ]
        return {
            "activity": amount * km,
            "activity_unit": toc.activity,
            "distance_kind": toc.distance_basis,
            "data_type": DATA_TYPES[max(ranks)],
        }

    def _transfer(self, shipment: Shipment, stop: Handling) -> Transfer:
        terminal, size, cargo = stop.terminal, shipment.size, shipment.cargo
        wait_min = 0 if stop.depart is None else stop.depart - stop.end
        kg = self.network.handling_emission(terminal, cargo, size)
        plug_kg = self.network.waiting_kg_per_h(terminal, cargo, size) * wait_min / 60
        kg += Emission(wtt_kg=plug_kg)
        hoc = None if terminal.hoc is None else for_cargo(self.network.hocs, terminal.hoc, cargo)
        return Transfer(
            terminal=terminal.id,
            start=stop.start,
            hours=(stop.end - stop.start) / 60,
            wait_h=wait_min / 60,
            cost_eur=terminal.handling_eur(size),
            storage_eur=terminal.storage_eur(size, wait_min),
            wtt_kg=kg.wtt_kg,
            ttw_kg=kg.ttw_kg,
            co2e_kg=kg.in_scope(self.case.co2e_scope),
            hoc=None if hoc is None else hoc.id,
            plug_kwh=self.network.plug_kw(terminal, cargo, size) * wait_min / 60,
            activity=size.teu if hoc is not None and hoc.per == "teu" else size.tonnes,
            activity_unit="t" if hoc is None else hoc.per,
            data_type=None if hoc is None else hoc.data_type,
        )


def _unserved(member: str, shipment: Shipment, reason: str | None) -> ShipmentPlan:
    return ShipmentPlan(
        id=member, served=False, ready=shipment.ready, due=shipment.due, reason=reason
    )


def _total_size(group: Sequence[Rider]) -> Size:
    return sum((rider.shipment.size for rider in group), Size(0.0, 0.0, 0.0))


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
        carbon=sum((plan.carbon for plan in plans), NO_CARBON),
        served=sum(plan.served for plan in plans),
        unserved=sum(not plan.served for plan in plans),
    )
