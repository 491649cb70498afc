"""What one shipment can ride on the service network, priced for its size."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from routeopt.freight import DAY_MIN, Itinerary, Minute, Ride, Shipment, whole_minutes
from routeopt.itineraries.arcs import Arc, Arcs
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.tariff import Flags, Quote, Tariff
from routeopt.network import Terminal

FROM_OUTSIDE, FROM_EEA = 1, 2
"""Stages of a voyage that goes on at a transshipment port: where it began."""


class Voyage(NamedTuple):
    """Cargo that came to a transshipment port by sea: the next leg may belong to its voyage.

    `stage` is 0 anywhere else; `pending_eur` is the charge at full coverage of the legs so far,
    half of which is due if the voyage ends in the EEA.
    """

    stage: int = 0
    pending_eur: float = 0.0


ASHORE = Voyage()


class Ways:
    """The services that a shipment can use, priced for its size.

    Attributes
    ----------
    source, target
        Index of origin and destination; -1 where `avoid` takes one of them.
    arcs
        The services that it can ride.
    open_voyages
        Whether what carbon costs on a sea leg may depend on the legs beside it.
    plug_kg
        CO2e in scope of a minute's wait at each terminal.
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
        handled = [case.network.handles(t, shipment.cargo) for t in graph.terminals]
        self.plug_kg = [  # no service for this cargo touches the others
            self._plugged(t) if ok else 0.0 for t, ok in zip(graph.terminals, handled, strict=True)
        ]
        handling = [
            self._handled(t) if ok else (0.0, 0.0)
            for t, ok in zip(graph.terminals, handled, strict=True)
        ]
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
        )
        self.plugged = any(self.plug_kg)
        self.open_voyages = bool(self.arcs.voyage_eur.any())
        self._leaving: dict[int, tuple[list[Arc], list[Arc]]] = {}

    def _usable(self, tariff: Tariff, quote: Quote) -> Flags:
        """Which services the shipment can ride: they have room, and so has where they end."""
        network, cargo = self.graph.case.network, self.shipment.cargo
        roomy = np.array(
            [
                self._roomy(t.id)
                and network.handles(t, cargo)
                and (not t.is_door or t.id == self.shipment.destination)  # a door is no terminal
                for t in self.graph.terminals
            ],
            dtype=np.bool_,
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

    def _plugged(self, terminal: Terminal) -> float:
        """Kilograms in scope of a minute's wait: electricity is all well-to-tank."""
        case, shipment = self.graph.case, self.shipment
        if case.co2e_scope == "ttw":
            return 0.0
        return case.network.waiting_kg_per_h(terminal, shipment.cargo, shipment.size) / 60

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

    def waiting(self, i: int, wait_min: int) -> tuple[float, float]:
        """EUR (storage, carbon) and kg in scope of a wait at a terminal."""
        if not self.plugged:
            return self.storage_eur(i, wait_min), 0.0
        kg = self.plug_kg[i] * wait_min
        return self.storage_eur(i, wait_min) + kg * self.eur_per_kg, kg

    def voyage(self, arc: Arc, state: Voyage) -> tuple[float, Voyage]:
        """Charge of a ride beyond what is known of its leg, and the voyage that goes on.

        A half of each leg's charge is due for each end of its voyage in the EEA. A leg whose fuel
        costs nothing belongs to its voyage all the same.
        """
        service = self.graph.services[arc.v]
        ends = self.graph.tariff.carbon.ends(service)
        if service.mode != "sea" or not ends.open:
            return 0.0, ASHORE
        at_sea = ends.from_listed and state.stage
        from_eea = state.stage == FROM_EEA if at_sea else ends.from_eea and not ends.from_listed
        pending = state.pending_eur if at_sea else 0.0
        more = arc.voyage_eur / 2 if at_sea and from_eea else 0.0
        if ends.to_listed:
            stage = FROM_EEA if from_eea else FROM_OUTSIDE
            return more, Voyage(stage, pending + arc.voyage_eur)
        return more + (pending / 2 if ends.to_eea else 0.0), ASHORE

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
