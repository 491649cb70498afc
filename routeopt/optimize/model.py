"""The master problem in the field's terms: groups, columns, shared departures, limits, measures.

A **group** is a row of shipments (one, or `count` equal ones). A **column** is one itinerary of a
group, with what sharing can't change. A **shared departure** adds whole units and what is paid
once. A **measure** weighs EUR, kg, minutes, tonne-km and unserved TEU: objectives and limits are
measures, and so is any price that the duals of a relaxation put on them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from routeopt.carbon import CarbonPrices
from routeopt.case.model import Case
from routeopt.freight import Itinerary, Minute, Shipment, Size
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.search import Found, Search
from routeopt.itineraries.ways import Ways
from routeopt.ledger import Ledger
from routeopt.network import Service

RELATIVE = 1e-6
"""Plans within this of the best are equal in an objective (DESIGN: lexicographic)."""

DepartureKey = tuple[int, Minute]
"""Index of a service in the graph, and the minute of departure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Weights of EUR, kg CO2e in scope, minutes, tonne-km by mode and unserved TEU."""

    eur: float = 0.0
    kg: float = 0.0
    minute: float = 0.0
    tkm: Mapping[str, float] = field(default_factory=dict)
    unserved: float = 0.0

    def plus(self, other: Measure, factor: float) -> Measure:
        """Sum of this and `factor` × the other."""
        modes = {*self.tkm, *other.tkm}
        return Measure(
            eur=self.eur + factor * other.eur,
            kg=self.kg + factor * other.kg,
            minute=self.minute + factor * other.minute,
            tkm={m: self.tkm.get(m, 0.0) + factor * other.tkm.get(m, 0.0) for m in sorted(modes)},
            unserved=self.unserved + factor * other.unserved,
        )


OBJECTIVES = {
    "co2e": Measure(kg=1.0),
    "cost": Measure(eur=1.0),
    "time": Measure(minute=1 / 60),
    "unserved": Measure(unserved=1.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A measure of the plan that must not exceed `upper`; `name` says whose limit it is."""

    name: str
    measure: Measure
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A row of shipments with its ways and searches."""

    k: int
    shipment: Shipment
    members: tuple[str, ...]
    ways: Ways
    search: Search

    @property
    def count(self) -> int:
        """How many equal shipments."""
        return len(self.members)

    @property
    def size(self) -> Size:
        """Size of each of them."""
        return self.shipment.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One itinerary of a group; sums leave out what departures share."""

    k: int
    rides: tuple[DepartureKey, ...]
    eur: float
    kg: float
    minutes: int
    tkm: Mapping[str, float]
    days: tuple[tuple[int, date], ...]
    key: tuple[tuple[str, Minute], ...]

    def worth(self, measure: Measure) -> float:
        """Value of the column's own sums."""
        value = measure.eur * self.eur + measure.kg * self.kg + measure.minute * self.minutes
        for mode, weight in measure.tkm.items():
            value += weight * self.tkm.get(mode, 0.0)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What each departure of a timetabled service adds to the sums of its riders.

    Parameters
    ----------
    unit_eur, unit_kg
        For each whole unit; with `mixed` the least that a unit emits, whatever its cargo.
    open_eur, open_kg
        Once, if anything rides.
    units
        Dimensions of a unit, none where the service gives none.
    most
        Units that may be used at all.
    mixed
        A unit of this service emits, or costs, otherwise with reefer than with dry cargo.
    """

    unit_eur: float
    unit_kg: float
    open_eur: float
    open_kg: float
    units: tuple[tuple[str, float], ...]
    most: float
    max_t: float | None
    mixed: bool

    @property
    def counts_units(self) -> bool:
        """Whether the number of units matters."""
        finite = self.most < math.inf
        return bool(self.units) and (self.unit_eur > 0 or self.unit_kg > 0 or finite)

    @property
    def opens(self) -> bool:
        """Whether something is paid once."""
        return self.open_eur > 0 or self.open_kg > 0

    @property
    def couples(self) -> bool:
        """Whether shipments on one departure concern each other at all."""
        return self.counts_units or self.opens or self.max_t is not None or self.mixed

    def unit_worth(self, measure: Measure) -> float:
        """Value of a unit."""
        return measure.eur * self.unit_eur + measure.kg * self.unit_kg

    def open_worth(self, measure: Measure) -> float:
        """Value of opening the departure."""
        return measure.eur * self.open_eur + measure.kg * self.open_kg


class Problem:
    """A case as a master problem: what all stages of its solution have in common.

    Attributes
    ----------
    groups
        Sorted by shipment id.
    limits
        The case's own limits on the whole plan.
    """

    def __init__(self, case: Case, graph: ServiceGraph | None = None) -> None:
        self.case = case
        self.graph = graph or ServiceGraph(case)
        self.cargoes = tuple(sorted({shipment.cargo for shipment in case.shipments}))
        self._sharing: dict[int, Sharing] = {}
        mixed = any(
            not on_demand and self.sharing(v).mixed
            for v, on_demand in enumerate(self.graph.on_demand)
        )
        rows = [
            (shipment, members)
            for shipment in sorted(case.shipments, key=lambda shipment: shipment.id)
            for members in _groups(shipment, apart=mixed)
        ]
        self.groups = tuple(self._group(k, *row) for k, row in enumerate(rows))
        self.limits = _plan_limits(case)

    def _group(self, k: int, shipment: Shipment, members: tuple[str, ...]) -> Group:
        ways = Ways(self.graph, shipment)
        return Group(k=k, shipment=shipment, members=members, ways=ways, search=Search(ways))

    @cached_property
    def ledger(self) -> Ledger:
        """What prices choices of this case."""
        return Ledger(self.case)

    @cached_property
    def users(self) -> Mapping[int, int]:
        """How many groups can ride each service (by index)."""
        found: dict[int, int] = {}
        for group in self.groups:
            for v in group.ways.arcs.v:
                found[v] = found.get(v, 0) + 1
        return found

    @cached_property
    def total_size(self) -> Size:
        """Size of all shipments together."""
        sizes = (
            Size(g.size.teu * g.count, g.size.tonnes * g.count, g.size.m3 * g.count)
            for g in self.groups
        )
        return sum(sizes, Size(0.0, 0.0, 0.0))

    def sharing(self, v: int) -> Sharing:
        """Return what the departures of a service share."""
        if v not in self._sharing:
            self._sharing[v] = self._shares(self.graph.services[v])
        return self._sharing[v]

    def _shares(self, service: Service) -> Sharing:
        per_unit = self._per_units(service)
        kg = min((each for each, _ in per_unit), default=0.0)
        eur = service.cost_per_unit_eur + min((each for _, each in per_unit), default=0.0)
        whole = bool(service.unit_sizes)
        limited = whole and service.max_units is not None
        return Sharing(
            unit_eur=eur if whole else 0.0,
            unit_kg=kg if whole else 0.0,
            open_eur=service.cost_per_departure_eur + (0.0 if whole else eur),
            open_kg=0.0 if whole else kg,
            units=service.unit_sizes,
            most=float(service.max_units or 0) if limited else math.inf,
            max_t=service.max_t,
            mixed=len(set(per_unit)) > 1,
        )

    @property
    def carbon(self) -> CarbonPrices:
        """What carbon costs in this case."""
        return self.graph.tariff.carbon

    def coupled(self, column: Column) -> tuple[DepartureKey, ...]:
        """Departures of the column that others may share to an effect."""
        return tuple(
            (v, depart)
            for v, depart in column.rides
            if not self.graph.on_demand[v] and self.sharing(v).couples
        )

    def column(self, group: Group, found: Found) -> Column:
        """Column of an itinerary that a search found."""
        graph = self.graph
        tkm: dict[str, float] = {}
        for v, _ in found.rides:
            mode = graph.services[v].mode
            tkm[mode] = tkm.get(mode, 0.0) + group.ways.arcs.arc(group.ways.arcs.place[v]).tkm
        return Column(
            k=group.k,
            rides=found.rides,
            eur=found.own_eur,
            kg=found.own_kg,
            minutes=found.delivered - group.shipment.ready,
            tkm=tkm,
            days=self._days(group, found.rides),
            key=tuple((graph.services[v].id, depart) for v, depart in found.rides),
        )

    def _days(self, group: Group, rides: Iterable[DepartureKey]) -> tuple[tuple[int, date], ...]:
        """(terminal, local date) of each handling at terminals that limit their day."""
        graph = self.graph
        stops = [(group.ways.source, group.ways.root_free)]
        for v, depart in rides:
            arrive = depart + graph.ride_min[v]
            stops.append((graph.head[v], graph.free_from(graph.head[v], arrive)))
        return tuple(
            (i, graph.handling_day(i, free))
            for i, free in stops
            if graph.terminals[i].max_teu_per_day is not None
        )

    def itinerary(self, column: Column) -> Itinerary:
        """Itinerary of a column."""
        return self.groups[column.k].ways.itinerary(column.rides)

    def shared_extra(self, v: int, riders: Sequence[Group]) -> tuple[float, float]:
        """Kg and EUR beyond units × the least per unit, because of who rides together."""
        service = self.graph.services[v]
        size = sum((group.size for group in riders), Size(0.0, 0.0, 0.0))
        units = service.units(size)
        per_unit = [self._per_unit(service, group.shipment.cargo) for group in riders]
        shares = [group.size.tonnes / size.tonnes for group in riders]
        if len(set(per_unit)) == 1:
            kg, eur = per_unit[0]
        else:
            kg = sum(each * share for (each, _), share in zip(per_unit, shares, strict=True))
            eur = sum(each * share for (_, each), share in zip(per_unit, shares, strict=True))
        least = self._least_per_unit(service)
        return max(0.0, units * (kg - least[0])), max(0.0, units * (eur - least[1]))

    def most_extra(self, v: int) -> tuple[float, float]:
        """Bounds on `shared_extra`: all cargo aboard, each unit emitting and costing the most."""
        service = self.graph.services[v]
        units = service.units(self.total_size)
        per_unit = self._per_units(service)
        kg, eur = max(each for each, _ in per_unit), max(each for _, each in per_unit)
        return 2 * units * kg + 1, 2 * units * eur + 1  # room for rounding

    def _least_per_unit(self, service: Service) -> tuple[float, float]:
        per_unit = self._per_units(service)
        return min(kg for kg, _ in per_unit), min(eur for _, eur in per_unit)

    def _per_units(self, service: Service) -> list[tuple[float, float]]:
        """Kg and EUR per unit of each cargo that the service carries."""
        carries = self.case.network.carries
        return [self._per_unit(service, c) for c in self.cargoes if carries(service, c)]

    def _per_unit(self, service: Service, cargo: str) -> tuple[float, float]:
        """Kg in scope and EUR on carbon that each unit of a departure adds.

        At the coverage known of the leg alone: a scheduled ship from or to a transshipment port
        has no rates per unit (a check of the case).
        """
        emission = self.case.network.leg_intensity(service, cargo).per_unit
        covered = self.carbon.ends(service).known_coverage
        rates = self.carbon.leg(service, cargo).at(covered)
        return emission.in_scope(self.case.co2e_scope), rates.per_unit.eur

    def capacity(self, v: int, group: Group) -> int:
        """How many shipments of a group one departure takes at most."""
        sharing, size = self.sharing(v), group.size
        most = float(group.count)
        for dimension, unit in sharing.units:
            most = min(most, sharing.most * unit / getattr(size, dimension))
        if sharing.max_t is not None:
            most = min(most, sharing.max_t / size.tonnes)
        return max(1, math.floor(most * (1 + 1e-9)))


def _groups(shipment: Shipment, *, apart: bool) -> list[tuple[str, ...]]:
    """Members of a row as one group, or each alone where it matters who rides with whom."""
    return [(member,) for member in shipment.members] if apart else [shipment.members]


def _plan_limits(case: Case) -> tuple[Limit, ...]:
    limits = []
    if case.limits.cost_eur is not None:
        limits.append(Limit(name="cost_eur", measure=Measure(eur=1.0), upper=case.limits.cost_eur))
    if case.limits.co2e_kg is not None:
        limits.append(Limit(name="co2e_kg", measure=Measure(kg=1.0), upper=case.limits.co2e_kg))
    for mode, share in sorted(case.limits.min_share.items()):
        limits.append(
            Limit(name=f"min_share.{mode}", measure=share_measure(mode, share), upper=0.0)
        )
    return tuple(limits)


def share_measure(mode: str, share: float) -> Measure:
    """Tonne-km that a mode lacks of its least share."""
    modes = ("road", "rail", "sea", "barge")
    return Measure(tkm={m: share - (1.0 if m == mode else 0.0) for m in modes})


def without_limits(problem: Problem) -> Problem:
    """Return the same problem without the case's limits on the whole plan."""
    free = Problem.__new__(Problem)
    free.__dict__.update(problem.__dict__)
    free.limits = ()
    return free
