"""The service network as the searches need it: numbers by index, departures sorted, no strings.

A `ServiceGraph` is built once for a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from routeopt.case.model import Case
from routeopt.freight import Minute, whole_minutes
from routeopt.itineraries.tariff import Tariff
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
        and not any(km > 0 for c, km in known_km(service).items() if c[:2] in case.avoid.countries)
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
    def tariff(self) -> Tariff:
        """Prices and emissions of the services in arrays."""
        minutes = [
            self.cutoff_min[v] + self.ride_min[v] + self.handling_min[j]
            for v, j in enumerate(self.head)
        ]
        return Tariff(
            self.case,
            self.services,
            ends=(self.tail, self.head),
            on_demand=self.on_demand,
            minutes=minutes,
        )

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
