"""The linear relaxation of the master problem, its prices, and the bounds that they prove.

Whatever non-negative prices are put on what shipments share, the sum of each group's cheapest
itinerary under these prices, less what the shared things are worth, is a bound on every plan
(Lagrange). The relaxation only suggests good prices; the bound is added up here from the searches,
so that an inaccurate dual can weaken it but never make it wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from routeopt.itineraries.search import Prices
from routeopt.network import Service
from routeopt.optimize.model import (
    Column,
    DepartureKey,
    Group,
    Limit,
    Measure,
    Problem,
    Sharing,
)
from routeopt.optimize.solver import Program

TARGET = 1e4
"""Objectives are scaled to about this, so that the solvers' absolute tolerances are small."""

ROW = 1e3
"""Rows are scaled to about this, so that a tolerance of 1e-6 is a billionth of them."""

_IMPROVES = 1e-9
"""A column must gain this share of the scaled objective to be worth adding."""

_COLUMNS_A_TURN = 3


@dataclass(slots=True)
class _SharedDeparture:
    """Variables and rows of a departure that columns share."""

    sharing: Sharing
    service: Service
    n: int | None = None
    y: int | None = None
    unit_rows: dict[str, int] = field(default_factory=dict)
    tonnes_row: int | None = None
    links: dict[int, int] = field(default_factory=dict)
    wholes: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Charge:
    """What a departure charges its riders: duals of its rows, and the slack they leave."""

    unit: dict[str, float]
    wholes: dict[int, float]
    links: dict[int, float]
    tonne: float = 0.0
    spare_unit: float = 0.0
    spare_opening: float = 0.0

    def price(self, shared: _SharedDeparture, group: Group, capacity: int) -> float:
        """Price of boarding for a shipment of the group."""
        k, size = group.k, group.size
        price: float = sum(each * getattr(size, d) for d, each in self.unit.items())
        price += self.spare_unit * _per_size(shared.sharing, group) + self.tonne * size.tonnes
        price += self.wholes.get(k, 0.0) * shared.service.units(size)
        return price + (self.links[k] if k in self.links else self.spare_opening / capacity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A bound on the (scaled) objective, and the prices that prove it.

    Parameters
    ----------
    least
        For each group a value that no itinerary of it undercuts under `prices`.
    """

    bound: float
    prices: tuple[Prices, ...]
    least: tuple[float, ...]


class Relaxation:
    """The relaxation over the columns added so far.

    Parameters
    ----------
    scale
        Factor on the measure; values of this class are scaled by it.
    may_leave
        Shipments may stay unserved, at the measure's price.
    """

    def __init__(
        self,
        problem: Problem,
        measure: Measure,
        limits: Sequence[Limit],
        *,
        scale: float,
        may_leave: bool,
    ) -> None:
        self.problem = problem
        self.measure = Measure().plus(measure, scale)
        self.may_leave = may_leave
        self.limits = tuple(limits)
        self.columns: list[Column] = []
        self._known: set[tuple[int, tuple[DepartureKey, ...]]] = set()
        self._shared: dict[DepartureKey, _SharedDeparture] = {}
        self._days: dict[tuple[int, date], int] = {}
        self._program = program = Program("relaxation")
        self._limit_scale = [row_scale(limit) for limit in self.limits]
        self._limit_rows = [
            program.row({}, upper=limit.upper * factor)
            for limit, factor in zip(self.limits, self._limit_scale, strict=True)
        ]
        self._cover = []
        for group in problem.groups:
            row = program.row({}, lower=group.count, upper=group.count)
            self._cover.append(row)
            if may_leave:
                teu = group.size.teu
                left = program.variable(group.count, cost=self.measure.unserved * teu)
                program.put(row, left, 1.0)
                self._put_limits(left, lambda m, teu=teu: m.unserved * teu)  # type: ignore[misc]

    def add(self, columns: Iterable[Column]) -> int:
        """Add the columns that are new; says how many."""
        before = len(self.columns)
        for column in columns:
            if (column.k, column.rides) not in self._known:
                self._known.add((column.k, column.rides))
                self._add(column)
        return len(self.columns) - before

    def _add(self, column: Column) -> None:
        group, program = self.problem.groups[column.k], self._program
        variable = program.variable(math.inf, cost=column.worth(self.measure))
        self.columns.append(column)
        program.put(self._cover[column.k], variable, 1.0)
        self._put_limits(variable, column.worth)
        for day in column.days:
            program.put(self._day_row(day), variable, group.size.teu)
        for key in self.problem.coupled(column):
            self._ride(self._departure(key), group, variable)

    def _put_limits(self, variable: int, worth: Callable[[Measure], float]) -> None:
        for row, factor, limit in zip(
            self._limit_rows, self._limit_scale, self.limits, strict=True
        ):
            value = worth(limit.measure)
            if value:
                self._program.put(row, variable, value * factor)

    def _day_row(self, day: tuple[int, date]) -> int:
        if day not in self._days:
            cap = self.problem.graph.terminals[day[0]].max_teu_per_day
            self._days[day] = self._program.row({}, upper=cap or 0.0)
        return self._days[day]

    def _departure(self, key: DepartureKey) -> _SharedDeparture:
        known = self._shared.get(key)
        if known is not None:
            return known
        sharing, program = self.problem.sharing(key[0]), self._program
        shared = _SharedDeparture(sharing, self.problem.graph.services[key[0]])
        if sharing.counts_units:
            shared.n = program.variable(sharing.most, cost=sharing.unit_worth(self.measure))
            self._put_limits(shared.n, sharing.unit_worth)
            for dimension, unit in sharing.units:
                shared.unit_rows[dimension] = program.row({shared.n: -unit}, upper=0.0)
        if sharing.opens:
            shared.y = program.variable(1.0, cost=sharing.open_worth(self.measure))
            self._put_limits(shared.y, sharing.open_worth)
        if sharing.max_t is not None:
            shared.tonnes_row = program.row({}, upper=sharing.max_t)
        self._shared[key] = shared
        return shared

    def _ride(self, shared: _SharedDeparture, group: Group, variable: int) -> None:
        program, k = self._program, group.k
        for dimension, row in shared.unit_rows.items():
            program.put(row, variable, getattr(group.size, dimension))
        if shared.tonnes_row is not None:
            program.put(shared.tonnes_row, variable, group.size.tonnes)
        if shared.y is not None:
            if k not in shared.links:
                capacity = self.problem.capacity(_index(self.problem, shared.service), group)
                shared.links[k] = program.row({shared.y: -float(capacity)}, upper=0.0)
            program.put(shared.links[k], variable, 1.0)
        if shared.n is not None and group.count == 1:
            if k not in shared.wholes:
                shared.wholes[k] = program.row({shared.n: -1.0}, upper=0.0)
            program.put(shared.wholes[k], variable, float(shared.service.units(group.size)))

    def generate(self, tick: Callable[[Proof], None]) -> Proof | None:
        """Add columns until none improves the relaxation; None: no columns can satisfy it.

        Parameters
        ----------
        tick
            Called with the best proof after each turn; may raise to stop.
        """
        best: Proof | None = None
        while True:
            relaxed = self._program.relax()
            if not relaxed.feasible:
                return None
            cover = [relaxed.duals[row] for row in self._cover]
            prices, constant = self._prices(relaxed.duals)
            found, least = self._price_groups(prices, cover)
            proof = Proof(
                bound=constant + self._sum_least(least), prices=prices, least=tuple(least)
            )
            if best is None or proof.bound > best.bound:
                best = proof
            tick(best)
            closed = best.bound >= relaxed.value - _IMPROVES * max(abs(relaxed.value), TARGET)
            if closed or not self.add(found):
                return best

    def _price_groups(
        self, prices: Sequence[Prices], cover: Sequence[float]
    ) -> tuple[list[Column], list[float]]:
        """Columns that improve, and the least value of each group (not above its dual)."""
        columns, least = [], []
        for group, group_prices, dual in zip(self.problem.groups, prices, cover, strict=True):
            below = dual - _IMPROVES * max(abs(dual), TARGET)
            found = group.search.best(group_prices, below=below, most=_COLUMNS_A_TURN)
            columns += [self.problem.column(group, item) for item in found]
            least.append(found[0].value if found else below)
        return columns, least

    def _sum_least(self, least: Sequence[float]) -> float:
        total = []
        for group, value in zip(self.problem.groups, least, strict=True):
            left = self.measure_with_limits.unserved * group.size.teu
            total.append(group.count * (min(value, left) if self.may_leave else value))
        return math.fsum(total)

    def pool_proof(self) -> Proof | None:
        """Proof over a pool that is known to hold every column that matters."""
        relaxed = self._program.relax()
        if not relaxed.feasible:
            return None
        prices, constant = self._prices(relaxed.duals)
        least = [math.inf] * len(self.problem.groups)
        for column in self.columns:
            least[column.k] = min(least[column.k], self.value(column, prices))
        return Proof(bound=constant + self._sum_least(least), prices=prices, least=tuple(least))

    def value(self, column: Column, prices: Sequence[Prices]) -> float:
        """Value of a column under the prices of its group."""
        price = prices[column.k]
        measure = Measure(eur=price.eur, kg=price.kg, minute=price.minute, tkm=price.tkm)
        value = column.worth(measure)
        for v, depart in column.rides:
            boarding = price.boarding.get((v, depart))
            value += price.service.get(v, 0.0) if boarding is None else boarding
        return value + sum(price.day.get(day, 0.0) for day in column.days)

    def _prices(self, duals: Sequence[float]) -> tuple[tuple[Prices, ...], float]:
        """Prices of each group from the duals, and the constant of the bound.

        Departures that the relaxation leaves closed have slack between what they cost and what
        their rows charge; it is charged as well (to those without a link, where it is paid once),
        or else every departure without rows would look free.
        """
        measure, constant = self.measure, 0.0
        for row, factor, limit in zip(
            self._limit_rows, self._limit_scale, self.limits, strict=True
        ):
            weight = max(0.0, -duals[row]) * factor
            measure = measure.plus(limit.measure, weight)
            constant -= weight * limit.upper
        self.measure_with_limits = measure
        day_price = {day: max(0.0, -duals[row]) for day, row in self._days.items()}
        for (i, _), price in day_price.items():
            constant -= price * (self.problem.graph.terminals[i].max_teu_per_day or 0.0)
        boarding: list[dict[DepartureKey, float]] = [{} for _ in self.problem.groups]
        for key, shared in self._shared.items():
            constant += self._charge(key, shared, measure, duals, boarding)
        prices = tuple(
            Prices(
                eur=measure.eur,
                kg=measure.kg,
                minute=measure.minute,
                tkm=measure.tkm,
                service=self._service_prices(group, measure),
                boarding=boarding[group.k],
                day={day: price * group.size.teu for day, price in day_price.items() if price},
            )
            for group in self.problem.groups
        )
        return prices, constant

    def _service_prices(self, group: Group, measure: Measure) -> dict[int, float]:
        """Price of boarding a departure that has no rows yet, by service."""
        prices = {}
        for v in group.ways.arcs.v:
            if self.problem.graph.on_demand[v]:
                continue
            sharing = self.problem.sharing(v)
            price = _per_size(sharing, group) * sharing.unit_worth(measure)
            if sharing.opens:
                capacity = self.problem.capacity(v, group)
                price += sharing.open_worth(measure) / (self.problem.users[v] * capacity)
            if price:
                prices[v] = price
        return prices

    def _charge(
        self,
        key: DepartureKey,
        shared: _SharedDeparture,
        measure: Measure,
        duals: Sequence[float],
        boarding: Sequence[dict[DepartureKey, float]],
    ) -> float:
        """Write the price of one departure for each group; part of the bound's constant."""
        v, constant = key[0], 0.0
        charge = _Charge(
            unit={d: max(0.0, -duals[row]) for d, row in shared.unit_rows.items()},
            wholes={k: max(0.0, -duals[row]) for k, row in shared.wholes.items()},
            links={k: max(0.0, -duals[row]) for k, row in shared.links.items()},
        )
        if shared.tonnes_row is not None:
            charge.tonne = max(0.0, -duals[shared.tonnes_row])
            constant -= charge.tonne * (shared.sharing.max_t or 0.0)
        if shared.n is not None:
            constant += self._spare_units(shared, measure, charge)
        if shared.y is not None:
            constant += self._spare_opening(v, shared, measure, charge)
        for group in self.problem.groups:
            if v in group.ways.arcs.place:
                capacity = self.problem.capacity(v, group)
                boarding[group.k][key] = charge.price(shared, group, capacity)
        return constant

    def _spare_units(self, shared: _SharedDeparture, measure: Measure, charge: _Charge) -> float:
        """Charge what units cost beyond their rows; what they earn beyond it is in the bound."""
        sharing = shared.sharing
        charged = sum(charge.unit[d] * unit for d, unit in sharing.units)
        left = sharing.unit_worth(measure) - charged - sum(charge.wholes.values())
        charge.spare_unit = max(0.0, left)
        return min(sharing.most, shared.service.units(self.problem.total_size)) * min(0.0, left)

    def _spare_opening(
        self, v: int, shared: _SharedDeparture, measure: Measure, charge: _Charge
    ) -> float:
        """Charge what opening costs beyond its links to those without one; likewise."""
        problem = self.problem
        charged = sum(
            price * problem.capacity(v, problem.groups[k]) for k, price in charge.links.items()
        )
        left = shared.sharing.open_worth(measure) - charged
        unlinked = problem.users[v] - len(charge.links)
        charge.spare_opening = max(0.0, left) / unlinked if unlinked else 0.0
        return min(0.0, left)


def _index(problem: Problem, service: Service) -> int:
    return problem.graph.service_index[service.id]


def _per_size(sharing: Sharing, group: Group) -> float:
    """Units that a shipment of the group fills, in the first dimension that is given."""
    for dimension, unit in sharing.units:
        filled: float = getattr(group.size, dimension) / unit
        return filled
    return 0.0


def row_scale(limit: Limit) -> float:
    """Factor that brings a limit to about ROW."""
    return ROW / abs(limit.upper) if abs(limit.upper) > 1e-6 else 1.0  # noqa: PLR2004 - about 0
