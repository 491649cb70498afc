"""The service network as the searches need it: numbers by index, departures sorted, no strings.

A `ServiceGraph` is built once for a case; `Ways` are what one shipment can ride on it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from routeopt.case.model import Case
from routeopt.freight import DAY_MIN, Itinerary, Minute, Ride, Shipment, whole_minutes
from routeopt.network import Service, Terminal
from routeopt.network.calendar import local_date


def usable_terminal(case: Case, terminal: Terminal) -> bool:
    """Whether `avoid` leaves this terminal."""
    return terminal.id not in case.avoid.terminals and terminal.country not in case.avoid.countries


def usable_service(case: Case, service: Service) -> bool:
    """Whether `avoid` leaves this service: its mode, itself, its ends, its km where known."""
    terminals = case.network.terminals
    ends = (terminals[service.origin], terminals[service.destination])
    return (
        service.mode not in case.avoid.modes
        and service.id not in case.avoid.services
        and all(usable_terminal(case, terminal) for terminal in ends)
        and not any(km > 0 for c, km in known_km(service).items() if c in case.avoid.countries)
    )


def known_km(service: Service) -> Mapping[str, float]:
    """Km by country as far as they are known."""
    return service.country_km or {}


class ServiceGraph:
    """Usable terminals and services of a case by index, with times in minutes.

    Attributes
    ----------
    terminals, services
        By index; services are sorted by id, so that the order of rows in a file changes nothing.
    tail, head
        Index of the terminal where a service starts and ends.
    ride_min, cutoff_min
        Minutes on board, and minutes that cargo must be there before departure.
    out_scheduled, out_demand
        Indices of the services that leave a terminal.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        network = case.network
        self.terminals = [
            network.terminals[id_]
            for id_ in sorted(network.terminals)
            if usable_terminal(case, network.terminals[id_])
        ]
        self.index = {terminal.id: i for i, terminal in enumerate(self.terminals)}
        self.services = [
            network.services[id_]
            for id_ in sorted(network.services)
            if usable_service(case, network.services[id_])
        ]
        self.service_index = {service.id: v for v, service in enumerate(self.services)}
        self.tail = [self.index[service.origin] for service in self.services]
        self.head = [self.index[service.destination] for service in self.services]
        self.ride_min = [whole_minutes(service.hours) for service in self.services]
        self.cutoff_min = [whole_minutes(service.cutoff_h) for service in self.services]
        self.handling_min = [whole_minutes(terminal.handling_h) for terminal in self.terminals]
        self.on_demand = [service.timetable.on_demand for service in self.services]
        self.out_scheduled: list[list[int]] = [[] for _ in self.terminals]
        self.out_demand: list[list[int]] = [[] for _ in self.terminals]
        for v, i in enumerate(self.tail):
            (self.out_demand if self.on_demand[v] else self.out_scheduled)[i].append(v)
        self._departures: dict[int, tuple[Minute, ...]] = {}
        self._free: dict[tuple[int, Minute], Minute] = {}
        self._dates: dict[tuple[int, Minute], date] = {}

    def departures(self, v: int) -> tuple[Minute, ...]:
        """Departures of a timetabled service in the horizon, sorted."""
        found = self._departures.get(v)
        if found is None:
            service = self.services[v]
            found = self._departures[v] = service.timetable.departures(
                self.terminals[self.tail[v]].timezone,
                start=self.case.start,
                end=self.case.end,
                valid_from=service.valid_from,
                valid_to=service.valid_to,
            )
        return found

    def demand_departure(self, v: int, free: Minute) -> Minute | None:
        """When an on-demand service takes cargo that is available from `free`; None: it doesn't."""
        depart = free + self.cutoff_min[v]
        if not self.case.start <= depart <= self.case.end:
            return None
        service = self.services[v]
        if service.valid_from or service.valid_to:
            day = local_date(depart, self.terminals[self.tail[v]].timezone)
            if service.valid_from and day < service.valid_from:
                return None
            if service.valid_to and day > service.valid_to:
                return None
        return depart

    def free_from(self, i: int, arrive: Minute) -> Minute:
        """End of the handling of cargo that arrives at a terminal."""
        if self.terminals[i].open is None:
            return arrive + self.handling_min[i]
        found = self._free.get((i, arrive))
        if found is None:
            start = self.terminals[i].handling_start(arrive)
            found = self._free[i, arrive] = start + self.handling_min[i]
        return found

    def handling_day(self, i: int, free: Minute) -> date:
        """Local date on which the handling that ends at `free` starts."""
        start = free - self.handling_min[i]
        found = self._dates.get((i, start))
        if found is None:
            found = self._dates[i, start] = local_date(start, self.terminals[i].timezone)
        return found

    @cached_property
    def demand_reach(self) -> list[frozenset[int]]:
        """Terminals that on-demand services alone lead to from each terminal, itself included."""
        reach = []
        for i in range(len(self.terminals)):
            seen, todo = {i}, [i]
            while todo:
                for v in self.out_demand[todo.pop()]:
                    if self.head[v] not in seen:
                        seen.add(self.head[v])
                        todo.append(self.head[v])
            reach.append(frozenset(seen))
        return reach


@dataclass(slots=True)
class Trail:
    """How a label came about: the label before it and the ride between; none at the origin."""

    parent: Trail | None
    ride: tuple[int, Minute] | None

    def rides(self) -> tuple[tuple[int, Minute], ...]:
        """(service index, departure) of each ride from the origin to here."""
        found = []
        label: Trail | None = self
        while label is not None and label.ride is not None:
            found.append(label.ride)
            label = label.parent
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Arc:
    """What a service means to a shipment; sums include the handling where the service ends.

    Parameters
    ----------
    own_eur, own_kg
        Cost and CO2e in scope that sharing can't change.
    alone_eur, alone_kg
        The same for a shipment that rides alone.
    """

    v: int
    head: int
    own_eur: float
    own_kg: float
    alone_eur: float
    alone_kg: float
    tkm: float


class Ways:
    """The services that a shipment can use, priced for its size.

    Attributes
    ----------
    source, target
        Index of origin and destination; -1 where `avoid` takes one of them.
    scheduled, demand
        Arcs that leave a terminal, by its index.
    root_eur, root_kg
        Handling at the origin, and import duty.
    transit_eur, country_bit
        Duty for being handled in a terminal's country on the way, and the country as a bit.
    """

    def __init__(self, graph: ServiceGraph, shipment: Shipment) -> None:
        self.graph = graph
        self.shipment = shipment
        case, size = graph.case, shipment.size
        self.eur_per_kg = case.carbon_price_eur_per_t / 1000
        self.source = graph.index.get(shipment.origin, -1)
        self.target = graph.index.get(shipment.destination, -1)
        self.due = shipment.due
        if shipment.max_hours is not None:
            self.due = min(self.due, shipment.ready + whole_minutes(shipment.max_hours))
        self.storage = [terminal.storage_rate_eur(size) for terminal in graph.terminals]
        self.free_days = [terminal.free_days for terminal in graph.terminals]
        self._handling = [self._handled(terminal) for terminal in graph.terminals]
        self.root_eur = self.root_kg = 0.0
        if self.source >= 0:
            eur, self.root_kg = self._handling[self.source]
            duty = (shipment.value_eur or 0.0) * case.network.import_pct(shipment) / 100
            self.root_eur = eur + duty
        self._set_transit()
        self.arcs: dict[int, Arc] = {}
        self.scheduled: list[list[Arc]] = [[] for _ in graph.terminals]
        self.demand: list[list[Arc]] = [[] for _ in graph.terminals]
        for v, service in enumerate(graph.services):
            if self._rides(v, service):
                arc = self.arcs[v] = self._arc(v, service)
                by_tail = self.demand if graph.on_demand[v] else self.scheduled
                by_tail[graph.tail[v]].append(arc)

    def _rides(self, v: int, service: Service) -> bool:
        return (
            self.graph.head[v] != self.source
            and self.graph.tail[v] != self.target
            and service.mode not in self.shipment.avoid_modes
            and service.takes(self.shipment.size)
            and self._roomy(service.destination)
        )

    def _roomy(self, terminal_id: str) -> bool:
        cap = self.graph.case.network.terminals[terminal_id].max_teu_per_day
        return cap is None or self.shipment.size.teu <= cap * (1 + 1e-9)

    @property
    def can_start(self) -> bool:
        """Whether origin and destination are there and take a shipment of this size in a day."""
        ends = self.source >= 0 and self.target >= 0
        return ends and self._roomy(self.shipment.origin) and self._roomy(self.shipment.destination)

    def _handled(self, terminal: Terminal) -> tuple[float, float]:
        """EUR (with carbon) and kg of handling the shipment once."""
        shipment = self.shipment
        kg = self.graph.case.network.handling_emission(terminal, shipment.cargo, shipment.size)
        in_scope = kg.in_scope(self.graph.case.co2e_scope)
        return terminal.handling_eur(shipment.size) + in_scope * self.eur_per_kg, in_scope

    def _arc(self, v: int, service: Service) -> Arc:
        case, shipment = self.graph.case, self.shipment
        size, scope = shipment.size, case.co2e_scope
        intensity = case.network.leg_intensity(service, shipment.cargo)
        handling_eur, handling_kg = self._handling[self.graph.head[v]]
        alone = intensity.emission(size, service.units(size)).in_scope(scope)
        own = alone if self.graph.on_demand[v] else intensity.emission(size, 0).in_scope(scope)
        alone_eur = service.transport_eur(size)
        own_eur = alone_eur if self.graph.on_demand[v] else service.linear_eur(size)
        return Arc(
            v=v,
            head=self.graph.head[v],
            own_eur=own_eur + own * self.eur_per_kg + handling_eur,
            own_kg=own + handling_kg,
            alone_eur=alone_eur + alone * self.eur_per_kg + handling_eur,
            alone_kg=alone + handling_kg,
            tkm=size.tonnes * service.distance_km,
        )

    def _set_transit(self) -> None:
        network, shipment = self.graph.case.network, self.shipment
        value = shipment.value_eur or 0.0
        countries = sorted({terminal.country for terminal in self.graph.terminals})
        bit_of: dict[str, int] = {}
        eur_of: dict[str, float] = {}
        for country in countries:
            eur = value * network.transit_pct(shipment, country) / 100 if value else 0.0
            if eur:
                bit_of[country] = 1 << len(bit_of)
                eur_of[country] = eur
        self.country_bit = [bit_of.get(t.country, 0) for t in self.graph.terminals]
        self.transit_eur = [eur_of.get(t.country, 0.0) for t in self.graph.terminals]
        self._bit_eur = {bit_of[country]: eur for country, eur in eur_of.items()}
        self._compensation: dict[int, float] = {}

    def compensation(self, bits: int) -> float:
        """Sum of the transit duties of these countries."""
        found = self._compensation.get(bits)
        if found is None:
            found = math.fsum(eur for bit, eur in self._bit_eur.items() if bit & bits)
            self._compensation[bits] = found
        return found

    def storage_eur(self, i: int, wait_min: int) -> float:
        """Storage of a wait at a terminal."""
        rate = self.storage[i]
        if not rate:
            return 0.0
        return max(0, -(-wait_min // DAY_MIN) - self.free_days[i]) * rate

    def boardable(self, arc: Arc, free: Minute) -> tuple[Minute, ...]:
        """Departures of a timetabled arc that cargo available from `free` can board."""
        departures = self.graph.departures(arc.v)
        return departures[bisect_left(departures, free + self.graph.cutoff_min[arc.v]) :]

    @property
    def root_free(self) -> Minute:
        """When cargo is available at its origin."""
        return self.graph.free_from(self.source, self.shipment.ready)

    def itinerary(self, rides: tuple[tuple[int, Minute], ...]) -> Itinerary:
        """Itinerary of (service index, departure) pairs."""
        graph = self.graph
        return Itinerary(
            rides=tuple(
                Ride(service=graph.services[v].id, depart=depart, arrive=depart + graph.ride_min[v])
                for v, depart in rides
            )
        )
