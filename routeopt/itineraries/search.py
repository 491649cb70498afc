"""Best-first search for itineraries of one shipment under given prices.

Itineraries come in ascending order of value. With dominance the first one is the best; without,
the sequence is complete: every itinerary up to a value, which is what proofs are made of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

import numpy as np

from routeopt.freight import Minute
from routeopt.itineraries.arcs import Arc
from routeopt.itineraries.dominance import Waiting
from routeopt.itineraries.graph import Trail
from routeopt.itineraries.ways import ASHORE, Voyage, Ways

_TICK = 1024
SLACK = 1 + 1e-9
"""Own limits are met up to this factor: sums of floats are not exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a unit of each thing is worth to a stage of the optimization.

    Parameters
    ----------
    eur, kg, minute
        Of own cost, own CO2e in scope, time from ready to delivered.
    tkm
        Of a tonne-km, by mode.
    service
        Of boarding a departure of a service (index) that `boarding` does not name.
    boarding
        Of boarding a departure (service index, minute); like `service` never negative.
    day
        Of being handled at a terminal (index) on a local date; never negative.
    """

    eur: float = 0.0
    kg: float = 0.0
    minute: float = 0.0
    tkm: Mapping[str, float] = field(default_factory=dict)
    service: Mapping[int, float] = field(default_factory=dict)
    boarding: Mapping[tuple[int, Minute], float] = field(default_factory=dict)
    day: Mapping[tuple[int, date], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An itinerary with its value; `rides` are (service index, departure)."""

    value: float
    rides: tuple[tuple[int, Minute], ...]
    own_eur: float
    own_kg: float
    alone_eur: float
    alone_kg: float
    delivered: Minute


class TooMany(Exception):  # noqa: N818 - not an error: the caller goes on with a weaker result
    """More labels than allowed."""


@dataclass(slots=True)
class _Label(Trail):
    """Cargo free at terminal `i` after some rides, at value `g`."""

    g: float
    i: int
    free: Minute
    legs: int
    visited: int
    paid: int
    own_eur: float
    own_kg: float
    alone_eur: float
    alone_kg: float
    voyage: Voyage


def _nothing() -> None:
    """Do nothing."""


class Search:
    """Searches for one shipment; bounds that no prices change are computed once."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.waiting = Waiting(ways)
        self.max_legs = ways.graph.case.max_legs
        self.arcs = ways.arcs
        self.has_way = ways.can_start
        self.tick: Callable[[], None] = _nothing  # called now and then: may raise to stop a search
        shipment = ways.shipment
        self.max_eur = math.inf if shipment.max_cost_eur is None else shipment.max_cost_eur * SLACK
        self.max_kg = math.inf if shipment.max_co2e_kg is None else shipment.max_co2e_kg * SLACK
        if self.has_way:
            arcs = self.arcs
            self.minutes_left = arcs.to_target(arcs.minutes, ways.target, self.max_legs)
            self.eur_left = arcs.to_target(arcs.eur, ways.target, self.max_legs)
            self.kg_left = arcs.to_target(arcs.kg, ways.target, self.max_legs)

    def run(
        self,
        prices: Prices,
        *,
        below: float = math.inf,
        all_of_them: bool = False,
        max_labels: int | None = None,
    ) -> Iterator[Found]:
        """Itineraries in ascending order of value, up to `below` included.

        Parameters
        ----------
        all_of_them
            No dominance: every itinerary with a value up to `below`.

        Raises
        ------
        TooMany
            After `max_labels` labels.
        """
        if self.has_way:
            yield from _Run(self, prices, below, dominance=not all_of_them).found(max_labels)

    def best(self, prices: Prices, *, below: float = math.inf, most: int = 1) -> list[Found]:
        """Least itinerary, and up to `most` of the next that dominance leaves."""
        found = []
        for item in self.run(prices, below=below):
            found.append(item)
            if len(found) == most:
                break
        return found


class _Run:
    """One search under one set of prices."""

    def __init__(self, search: Search, prices: Prices, below: float, *, dominance: bool) -> None:
        self.search = search
        self.ways = search.ways
        self.graph = search.ways.graph
        self.prices = prices
        self.below = below
        self.dominance = dominance
        self.heap: list[tuple[float, int, _Label]] = []
        self.pushed = 0
        # where tonne-km earn something, a detour may pay
        pays = any(price < 0 for price in prices.tkm.values())
        self.free_detours = search.waiting.free_detours and not prices.day and not pays
        self.settled: dict[tuple[int, Minute | None, int], list[_Label]] = {}
        arcs = search.arcs
        weights = prices.eur * arcs.own_eur + prices.kg * arcs.own_kg
        weights += prices.minute * arcs.minutes
        self.tkm_of: dict[int, float] = {}
        if prices.tkm:
            by_mode = np.zeros(len(arcs.v))
            for mode, price in prices.tkm.items():
                by_mode[arcs.modes == mode] = price
            weights += by_mode * arcs.tkm
            self.tkm_of = dict(zip(arcs.v, (by_mode * arcs.tkm).tolist(), strict=True))
        if prices.service or prices.boarding:
            least_boarding = self._least_boarding()
            weights += np.array([least_boarding[v] for v in arcs.v])
        self.left = arcs.to_target(weights, self.ways.target, search.max_legs)

    def _least_boarding(self) -> dict[int, float]:
        """Least price of boarding any departure of each service."""
        priced: dict[int, list[float]] = {}
        for (v, _), price in self.prices.boarding.items():
            priced.setdefault(v, []).append(price)
        least = {}
        for v in self.search.arcs.v:
            named = priced.get(v, [])
            default = self.prices.service.get(v, 0.0)
            if not named:
                least[v] = default
            elif len(named) >= len(self.graph.departures(v)):
                least[v] = min(named)
            else:
                least[v] = min(default, *named)
        return least

    def found(self, max_labels: int | None) -> Iterator[Found]:
        """Run the search."""
        self._push(self._root())
        settled = 0
        while self.heap:
            value, _, label = heappop(self.heap)
            if label.i == self.ways.target:
                yield self._found(value, label)
                continue
            if self.dominance and self._dominated(label):
                continue
            settled += 1
            if settled % _TICK == 0:
                self.search.tick()
            if max_labels is not None and self.pushed > max_labels:
                raise TooMany
            self._extend(label)

    def _found(self, value: float, label: _Label) -> Found:
        return Found(
            value=value,
            rides=label.rides(),
            own_eur=label.own_eur,
            own_kg=label.own_kg,
            alone_eur=label.alone_eur,
            alone_kg=label.alone_kg,
            delivered=label.free,
        )

    def _root(self) -> _Label:
        ways, prices = self.ways, self.prices
        free = ways.root_free
        g = (
            prices.eur * ways.root_eur
            + prices.kg * ways.root_kg
            + prices.minute * (free - ways.shipment.ready)
            + self._day_price(ways.source, free)
        )
        start = (g, ways.source, free, 0, 1 << ways.source, 0)
        sums = (ways.root_eur, ways.root_kg)
        return _Label(None, None, *start, *sums, *sums, ASHORE)

    def _day_price(self, i: int, free: Minute) -> float:
        if not self.prices.day:
            return 0.0
        return self.prices.day.get((i, self.graph.handling_day(i, free)), 0.0)

    def _push(self, label: _Label) -> None:
        """Keep a label that can still end in time, within own limits and up to `below`."""
        search, i = self.search, label.i
        legs_left = search.max_legs - label.legs
        value = label.g + self.left[legs_left][i]
        if (
            value <= self.below
            and label.free + search.minutes_left[legs_left][i] <= self.ways.due
            and label.alone_eur + search.eur_left[legs_left][i] <= search.max_eur
            and label.alone_kg + search.kg_left[legs_left][i] <= search.max_kg
            and value < math.inf
        ):
            self.pushed += 1
            heappush(self.heap, (value, self.pushed, label))

    def _extend(self, label: _Label) -> None:
        if label.legs == self.search.max_legs:
            return
        for arc, depart in self.ways.boardings(label.i, label.free, label.visited):
            self._ride(label, arc, depart)

    def _ride(self, label: _Label, arc: Arc, depart: Minute) -> None:
        ways, prices, j = self.ways, self.prices, arc.head
        free = self.graph.free_from(j, depart + self.graph.ride_min[arc.v])
        wait_min = depart - label.free
        eur, kg = ways.waiting(label.i, wait_min) if wait_min else (0.0, 0.0)
        voyage = ASHORE
        if ways.open_voyages:
            more, voyage = ways.voyage(arc, label.voyage)
            eur += more
        paid = label.paid
        bit = ways.country_bit[j] & ~paid
        if bit:
            eur += ways.transit_eur[j]
            paid |= bit
        g = (
            label.g
            + prices.eur * (arc.own_eur + eur)
            + prices.kg * (arc.own_kg + kg)
            + prices.minute * (free - label.free)
            + self.tkm_of.get(arc.v, 0.0)
        )
        boarding = prices.boarding.get((arc.v, depart))
        g += prices.service.get(arc.v, 0.0) if boarding is None else boarding
        g += self._day_price(j, free)
        self._push(
            _Label(
                label,
                (arc.v, depart),
                g,
                j,
                free,
                label.legs + 1,
                label.visited | 1 << j,
                paid,
                label.own_eur + arc.own_eur + eur,
                label.own_kg + arc.own_kg + kg,
                label.alone_eur + arc.alone_eur + eur,
                label.alone_kg + arc.alone_kg + kg,
                voyage,
            )
        )

    def _dominated(self, label: _Label) -> bool:
        """Whether a settled label at the same terminal can do all that this one can.

        Prices of terminal days depend on the minute of arrival, so with them only labels of the
        same minute are compared (see `dominance`), and only labels at the same stage of a voyage.
        """
        waiting, prices, i = self.search.waiting, self.prices, label.i
        whenever = not prices.day and waiting.comparable(i, label.free)
        free_detours = self.free_detours
        minute = None if whenever else label.free
        bucket = self.settled.setdefault((i, minute, label.voyage.stage), [])
        for other in bucket:
            later = label.free - other.free
            if (
                later < 0
                or other.legs > label.legs
                or (other.visited & ~label.visited and not free_detours)
            ):
                continue
            more_eur = self.ways.compensation(label.paid & ~other.paid) + waiting.eur(i, later)
            more_eur += max(0.0, other.voyage.pending_eur - label.voyage.pending_eur) / 2
            more_kg = waiting.kg(i, later)
            more = prices.minute * later + prices.eur * more_eur + prices.kg * more_kg
            if (
                other.g + more <= label.g
                and (
                    self.search.max_eur == math.inf or other.alone_eur + more_eur <= label.alone_eur
                )
                and (self.search.max_kg == math.inf or other.alone_kg + more_kg <= label.alone_kg)
            ):
                return True
        bucket.append(label)
        return False
