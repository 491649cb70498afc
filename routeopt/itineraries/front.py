"""The exact Pareto front of one shipment alone in CO2e, cost and time of delivery.

Labels in order of time. A label is dropped if another one can do all that it can, or if even the
least that is left to the destination can't make it better than an itinerary already found.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import heappop, heappush

from routeopt.case.model import Case
from routeopt.errors import InputError
from routeopt.freight import Itinerary, Minute, ShipmentPlan
from routeopt.itineraries.arcs import Arc
from routeopt.itineraries.dominance import Waiting
from routeopt.itineraries.graph import ServiceGraph, Trail
from routeopt.itineraries.search import Prices, Search
from routeopt.itineraries.ways import ASHORE, Voyage, Ways
from routeopt.ledger import Ledger

TIE = 1e-9
"""Relative difference below which two sums are the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A non-dominated choice of one shipment alone; `shipment` holds its legs and transfers."""

    itinerary: Itinerary
    shipment: ShipmentPlan

    @property
    def co2e_kg(self) -> float:
        """CO2e in the case's scope."""
        return self.shipment.co2e_kg

    @property
    def cost_eur(self) -> float:
        """Cost alone."""
        return self.shipment.cost_eur

    @property
    def delivered(self) -> Minute:
        """End of the handling at the destination."""
        return self.shipment.ready + round(self.shipment.hours * 60)

    @property
    def hours(self) -> float:
        """From ready to delivered."""
        return self.shipment.hours


def front(case: Case, shipment_id: str, graph: ServiceGraph | None = None) -> tuple[Point, ...]:
    """All non-dominated itineraries of a shipment alone, one per distinct triple, cleanest first.

    The case's plan limits do not apply, the shipment's own and `max_teu_per_day` do.

    Raises
    ------
    InputError
        If the case has no such shipment.
    """
    shipment = case.members.get(shipment_id)
    if shipment is None:
        near = get_close_matches(shipment_id, case.members, n=1, cutoff=0)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(f"the case has no shipment {shipment_id!r}{hint}")
    ways = Ways(graph or ServiceGraph(case), shipment)
    points, ledger = [], Ledger(case)
    for rides in _Front(Search(ways)).run():
        itinerary = ways.itinerary(rides)
        plan = ledger.alone(shipment_id, shipment, itinerary)
        points.append(Point(itinerary=itinerary, shipment=plan))
    return _non_dominated(points)


def _non_dominated(points: list[Point]) -> tuple[Point, ...]:
    """Drop what is equal or worse in all three; sums that differ by rounding are equal."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda p: (p.delivered, p.itinerary.key)):
        rivals = [p for p in points if p is not point]
        worse = any(_beats(rival, point) for rival in rivals)
        if not worse and not any(_same(other, point) for other in kept):
            kept.append(point)
    return tuple(sorted(kept, key=lambda p: (p.co2e_kg, p.cost_eur, p.delivered)))


def _at_most(a: float, b: float) -> bool:
    return a <= b + TIE * max(abs(a), abs(b))


def _same(a: Point, b: Point) -> bool:
    return (
        a.delivered == b.delivered
        and math.isclose(a.co2e_kg, b.co2e_kg, rel_tol=TIE)
        and math.isclose(a.cost_eur, b.cost_eur, rel_tol=TIE)
    )


def _beats(a: Point, b: Point) -> bool:
    return (
        a.delivered <= b.delivered
        and _at_most(a.co2e_kg, b.co2e_kg)
        and _at_most(a.cost_eur, b.cost_eur)
        and not _same(a, b)
    )


@dataclass(slots=True)
class _Label(Trail):
    """Cargo free at terminal `i`: CO2e and cost alone until here."""

    free: Minute
    kg: float
    eur: float
    i: int
    legs: int
    visited: int
    paid: int
    voyage: Voyage


class _Front:
    """One search for the front."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.ways = search.ways
        self.graph = search.ways.graph
        self.heap: list[tuple[Minute, float, float, int, _Label]] = []
        self.pushed = 0
        self.ends: list[tuple[float, float, Minute, tuple[tuple[int, Minute], ...]]] = []

    def run(self) -> Iterator[tuple[tuple[int, Minute], ...]]:
        """Rides of each end point found; a few may be dominated by others."""
        if not self.search.has_way:
            return
        self._seed()
        ranking = _Ranking(self.ways)
        ways = self.ways
        start = (ways.root_free, ways.root_kg, ways.root_eur, ways.source)
        root = _Label(None, None, *start, 0, 1 << ways.source, 0, ASHORE)
        self._push(root)
        while self.heap:
            label = heappop(self.heap)[-1]
            if label.i == ways.target:
                self._end(label.kg, label.eur, label.free, label.rides())
            elif self._still_hopeful(label) and not ranking.dominated(label):
                self._extend(label)
        for _, _, _, rides in self.ends:
            yield rides

    def _seed(self) -> None:
        """Best itineraries in single criteria and mixtures, which let the bounds bite at once."""
        search = self.search
        firsts = [
            found
            for prices in (Prices(kg=1.0), Prices(eur=1.0), Prices(minute=1.0))
            for found in search.best(prices)
        ]
        if len(firsts) == 3:  # noqa: PLR2004 - one for each criterion
            kg, eur = (max(found.alone_kg for found in firsts), max(f.alone_eur for f in firsts))
            hours = max(found.delivered for found in firsts) - self.ways.shipment.ready
            even = Prices(kg=1 / max(kg, 1e-9), eur=1 / max(eur, 1e-9), minute=1 / max(hours, 1))
            firsts += search.best(even)
        for found in firsts:
            self._end(found.alone_kg, found.alone_eur, found.delivered, found.rides)

    def _end(
        self, kg: float, eur: float, free: Minute, rides: tuple[tuple[int, Minute], ...]
    ) -> None:
        if free > self.ways.due or eur > self.search.max_eur or kg > self.search.max_kg:
            return
        if not any(k <= kg and c <= eur and t <= free for k, c, t, _ in self.ends):
            self.ends = [
                end for end in self.ends if not (kg <= end[0] and eur <= end[1] and free <= end[2])
            ]
            self.ends.append((kg, eur, free, rides))

    def _still_hopeful(self, label: _Label) -> bool:
        return self._hopeful(label.i, label.legs, label.free, label.kg, label.eur)

    def _hopeful(self, i: int, legs: int, free: Minute, kg: float, eur: float) -> bool:
        """Whether what is left at least can still end within limits and beside the ends found."""
        search = self.search
        left = search.max_legs - legs
        free_then = free + search.minutes_left[left][i]
        eur += search.eur_left[left][i]
        kg += search.kg_left[left][i]
        if not (free_then <= self.ways.due and eur <= search.max_eur and kg <= search.max_kg):
            return False
        if kg == math.inf:
            return False
        for rank, (k, c, t, _) in enumerate(self.ends):
            if k <= kg and c <= eur and t <= free_then:
                if i == self.ways.target and (k, c, t) == (kg, eur, free_then):
                    continue
                if rank:  # what dropped one label drops its neighbours
                    self.ends[0], self.ends[rank] = self.ends[rank], self.ends[0]
                return False
        return True

    def _extend(self, label: _Label) -> None:
        if label.legs == self.search.max_legs:
            return
        hopeless: Arc | None = None
        for arc, depart in self.ways.boardings(label.i, label.free, label.visited):
            # a later departure of the same service emits as much, and is not sooner or cheaper
            if arc is not hopeless and not self._ride(label, arc, depart):
                hopeless = arc

    def _ride(self, label: _Label, arc: Arc, depart: Minute) -> bool:
        """Push the label behind a ride, unless it is hopeless."""
        ways, j = self.ways, arc.head
        free = self.graph.free_from(j, depart + self.graph.ride_min[arc.v])
        wait_min = depart - label.free
        wait_eur, wait_kg = ways.waiting(label.i, wait_min) if wait_min else (0.0, 0.0)
        kg = label.kg + arc.alone_kg + wait_kg
        eur = label.eur + arc.alone_eur + wait_eur
        voyage = ASHORE
        if ways.open_voyages:
            more, voyage = ways.voyage(arc, label.voyage)
            eur += more
        paid = label.paid
        bit = ways.country_bit[j] & ~paid
        if bit:
            eur += ways.transit_eur[j]
            paid |= bit
        legs = label.legs + 1
        if not self._hopeful(j, legs, free, kg, eur):
            return False
        visited = label.visited | 1 << j
        self._push(_Label(label, (arc.v, depart), free, kg, eur, j, legs, visited, paid, voyage))
        return True

    def _push(self, label: _Label) -> None:
        self.pushed += 1
        heappush(self.heap, (label.free, label.kg, label.eur, self.pushed, label))


class _Ranking:
    """Which labels at a terminal are beaten by an earlier one (see `dominance`).

    Beside what `dominance` asks for, A has not more legs, CO2e and cost than B.
    """

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.waiting = Waiting(ways)
        self.labels: dict[tuple[int, Minute | None, int], list[_Label]] = {}
        self.stairs: dict[tuple[int, int], tuple[list[float], list[float]]] = {}

    def dominated(self, label: _Label) -> bool:
        """Whether an earlier label beats this one; it is remembered if not."""
        waiting, i = self.waiting, label.i
        if waiting.free_detours and not self.ways.compensation(-1):
            return self._under_stairs(label)
        minute = None if waiting.comparable(i, label.free) else label.free
        bucket = self.labels.setdefault((i, minute, label.voyage.stage), [])
        for other in reversed(bucket):
            later = label.free - other.free
            if (
                other.kg + waiting.kg(i, later) <= label.kg
                and other.legs <= label.legs
                and (waiting.free_detours or not other.visited & ~label.visited)
                and other.eur
                + waiting.eur(i, later)
                + max(0.0, other.voyage.pending_eur - label.voyage.pending_eur) / 2
                + self.ways.compensation(label.paid & ~other.paid)
                <= label.eur
            ):
                return True
        bucket.append(label)
        return False

    def _under_stairs(self, label: _Label) -> bool:
        """Without storage and duties: two criteria, by number of legs, in order of time."""
        for legs in range(label.legs + 1):
            kgs, eurs = self.stairs.setdefault((label.i, legs), ([], []))
            at = bisect_right(kgs, label.kg) - 1
            if at >= 0 and eurs[at] <= label.eur:
                return True
        kgs, eurs = self.stairs[label.i, label.legs]
        at = bisect_right(kgs, label.kg)
        end = at
        while end < len(kgs) and eurs[end] >= label.eur:
            end += 1
        kgs[at:end] = [label.kg]
        eurs[at:end] = [label.eur]
        return False
