"""What one shipment can ride on the service network, priced for its size."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

import numpy as np

from routeopt.freight import DAY_MIN, Itinerary, Minute, Ride, Shipment, whole_minutes
from routeopt.itineraries.arcs import Arc, Arcs
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.tariff import Flags, Quote, Tariff
from routeopt.network import Terminal


class Ways:
    """The services that a shipment can use, priced for its size.

    Attributes
    ----------
    source, target
        Index of origin and destination; -1 where `avoid` takes one of them.
    arcs
        The services that it can ride.
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
        handling = [self._handled(terminal) for terminal in graph.terminals]
        self.root_eur = self.root_kg = 0.0
        if self.source >= 0:
            eur, self.root_kg = handling[self.source]
            duty = (shipment.value_eur or 0.0) * case.network.import_pct(shipment) / 100
            self.root_eur = eur + duty
        self._set_transit()
        tariff = graph.tariff
        quote = tariff.quote(size, shipment.cargo)
        self.arcs = Arcs(
            tariff,
            quote,
            np.flatnonzero(self._usable(tariff, quote)).tolist(),
            handling=(
                np.array([eur for eur, _ in handling]),
                np.array([kg for _, kg in handling]),
            ),
            tonnes=size.tonnes,
            eur_per_kg=self.eur_per_kg,
        )
        self._leaving: dict[int, tuple[list[Arc], list[Arc]]] = {}

    def _usable(self, tariff: Tariff, quote: Quote) -> Flags:
        """Which services the shipment can ride: they have room, and so has where they end."""
        roomy = np.array(
            [self._roomy(terminal.id) for terminal in self.graph.terminals], dtype=np.bool_
        )
        usable: Flags = quote.takes & roomy[tariff.head]
        usable &= (tariff.head != self.source) & (tariff.tail != self.target)
        for mode in self.shipment.avoid_modes:
            usable &= tariff.modes != mode
        return usable

    def leaving(self, i: int) -> tuple[list[Arc], list[Arc]]:
        """Arcs on demand, and timetabled ones, that leave a terminal."""
        known = self._leaving.get(i)
        if known is None:
            on_demand = self.graph.on_demand
            arcs = self.arcs.leaving(i)
            known = (
                [arc for arc in arcs if on_demand[arc.v]],
                [arc for arc in arcs if not on_demand[arc.v]],
            )
            self._leaving[i] = known
        return known

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

    def boardings(self, i: int, free: Minute, visited: int) -> Iterator[tuple[Arc, Minute]]:
        """Arcs to terminals not visited, each with the departures that cargo can board.

        Parameters
        ----------
        visited
            Bits of the indices of the terminals visited.
        """
        graph = self.graph
        demand, scheduled = self.leaving(i)
        for arc in demand:
            if not visited >> arc.head & 1:
                depart = graph.demand_departure(arc.v, free)
                if depart is not None:
                    yield arc, depart
        for arc in scheduled:
            if not visited >> arc.head & 1:
                departures = graph.departures(arc.v)
                first = bisect_left(departures, free + graph.cutoff_min[arc.v])
                for depart in islice(departures, first, None):
                    if depart > self.due:
                        break
                    yield arc, depart

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
