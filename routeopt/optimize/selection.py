"""The integer program over a pool of columns: which itineraries, exactly."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from routeopt.optimize.model import Column, DepartureKey, Group, Limit, Measure, Problem
from routeopt.optimize.relaxation import ROW, TARGET, row_scale
from routeopt.optimize.solver import Effort, Outcome, Program, Solved

Choice = tuple[tuple[Column, ...], ...]
"""Columns chosen for each group, sorted by key; fewer than its members where some are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """End of a selection: `choice` None if none was found; `bound` in the measure's own unit."""

    outcome: Outcome
    choice: Choice | None
    bound: float


class Selection:
    """Integer program over a pool of columns; limits can be added between solves.

    A departure that only one single shipment of the pool can ride needs no variables: what it
    costs alone is that column's own.
    """

    def __init__(
        self,
        problem: Problem,
        columns: Sequence[Column],
        limits: Sequence[Limit],
        *,
        may_leave: bool,
    ) -> None:
        self.problem = problem
        self.columns = sorted(columns, key=lambda column: (column.k, column.key))
        self.program = Program("selection")
        self._worths: list[Callable[[Measure], float]] = []
        self._private = self._private_departures()
        self._columns_at: list[int] = []
        self._mixed: dict[DepartureKey, tuple[int, int]] = {}
        self._companies: set[tuple[int, frozenset[int]]] = set()
        self._left: list[int | None] = []
        self._build(may_leave=may_leave)
        for limit in limits:
            self.add_limit(limit)

    def _private_departures(self) -> frozenset[DepartureKey]:
        groups: dict[DepartureKey, set[int]] = defaultdict(set)
        for column in self.columns:
            for key in self.problem.coupled(column):
                groups[key].add(column.k)
        return frozenset(
            key
            for key, users in groups.items()
            if len(users) == 1
            and self.problem.groups[min(users)].count == 1
            and not self.problem.sharing(key[0]).mixed
        )

    def _variable(
        self, upper: float, worth: Callable[[Measure], float], *, integer: bool = True
    ) -> int:
        self._worths.append(worth)
        return self.program.variable(upper, integer=integer)

    def _build(self, *, may_leave: bool) -> None:
        groups = self.problem.groups
        cover: list[dict[int, float]] = [{} for _ in groups]
        loads: dict[DepartureKey, dict[int, dict[int, float]]] = {}
        days: dict[tuple[int, date], dict[int, float]] = defaultdict(dict)
        for column in self.columns:
            group = groups[column.k]
            variable = self._variable(group.count, self._column_worth(column, group))
            self._columns_at.append(variable)
            cover[column.k][variable] = 1.0
            for day in column.days:
                days[day][variable] = group.size.teu
            for key in self.problem.coupled(column):
                if key not in self._private:
                    loads.setdefault(key, {}).setdefault(column.k, {})[variable] = 1.0
        for group, terms in zip(groups, cover, strict=True):
            left = self._variable(group.count, _left_worth(group)) if may_leave else None
            self._left.append(left)
            if left is not None:
                terms[left] = 1.0
            self.program.row(terms, lower=group.count, upper=group.count)
        for day, handled in sorted(days.items()):
            cap = self.problem.graph.terminals[day[0]].max_teu_per_day or 0.0
            self._at_most(handled, cap)
        for key in sorted(loads):
            self._departure(key, loads[key])

    def _column_worth(self, column: Column, group: Group) -> Callable[[Measure], float]:
        """Value of a column with the private departures that it rides."""
        private = [
            (self.problem.sharing(v), self.problem.graph.services[v].units(group.size))
            for v, depart in self.problem.coupled(column)
            if (v, depart) in self._private
        ]

        def worth(measure: Measure) -> float:
            return column.worth(measure) + math.fsum(
                units * sharing.unit_worth(measure) + sharing.open_worth(measure)
                for sharing, units in private
            )

        return worth

    def _at_most(self, terms: Mapping[int, float], cap: float) -> None:
        """Sum of terms not above a capacity, scaled to its size."""
        factor = ROW / cap if cap else ROW
        self.program.row({v: value * factor for v, value in terms.items()}, upper=cap * factor)

    def _departure(self, key: DepartureKey, riders: Mapping[int, Mapping[int, float]]) -> None:
        """Variables and rows of a departure that several may share."""
        problem, v = self.problem, key[0]
        sharing, groups = problem.sharing(v), problem.groups
        sizes = {variable: groups[k].size for k, terms in riders.items() for variable in terms}
        units = None
        if sharing.counts_units:
            most = min(sharing.most, problem.graph.services[v].units(problem.total_size))
            units = self._variable(most, sharing.unit_worth)
            for dimension, unit in sharing.units:
                terms = {x: ROW * getattr(size, dimension) / unit for x, size in sizes.items()}
                self.program.row({**terms, units: -ROW}, upper=0.0)
        if sharing.max_t is not None:
            self._at_most({x: size.tonnes for x, size in sizes.items()}, sharing.max_t)
        opened = self._variable(1.0, sharing.open_worth) if sharing.opens else None
        for k, rides in riders.items():
            if opened is not None:
                capacity = problem.capacity(v, groups[k])
                self.program.row({**rides, opened: -float(capacity)}, upper=0.0)
            if units is not None and groups[k].count == 1:
                alone = float(problem.graph.services[v].units(groups[k].size))
                self.program.row({**dict.fromkeys(rides, alone), units: -1.0}, upper=0.0)
        if sharing.mixed:
            most_kg, most_eur = problem.most_extra(v)
            self._mixed[key] = (
                self._variable(most_kg, lambda measure: measure.kg, integer=False),
                self._variable(most_eur, lambda measure: measure.eur, integer=False),
            )

    def add_limit(self, limit: Limit) -> None:
        """Add a limit on the plan."""
        worths = {x: worth(limit.measure) for x, worth in enumerate(self._worths)}
        terms = {x: value for x, value in worths.items() if value}
        factor = row_scale(limit)
        if not limit.upper and terms:
            factor = ROW / max(abs(value) for value in terms.values())
        self.program.row(
            {x: value * factor for x, value in terms.items()}, upper=limit.upper * factor
        )

    def best(self, measure: Measure, effort: Effort, value: float | None = None) -> Selected:
        """Best choice in a measure.

        Parameters
        ----------
        value
            The measure's value in a plan that is known, to scale by.
        """
        costs = [worth(measure) for worth in self._worths]
        scale = TARGET / max(1e-9, *(abs(cost) for cost in costs), abs(value or 0.0))
        self.program.minimize([cost * scale for cost in costs])
        return self._selected(self._solve(effort), scale)

    def _solve(self, effort: Effort) -> Solved:
        """Solve, cut and solve again, all of it within the effort's time."""
        deadline = time.monotonic() + effort.limit_s
        solved = self.program.solve(effort)
        while solved.values and self._cut(solved):
            left_s = deadline - time.monotonic()
            if left_s <= 0:  # what was found counts too little: no choice, and a bound that holds
                return replace(solved, outcome=Outcome.UNKNOWN, values=())
            solved = self.program.solve(replace(effort, limit_s=left_s))
        return solved

    def _selected(self, solved: Solved, scale: float) -> Selected:
        choice = self._choice(solved.values) if solved.values else None
        return Selected(outcome=solved.outcome, choice=choice, bound=solved.bound / scale)

    def _choice(self, values: Sequence[float]) -> Choice:
        chosen: list[list[Column]] = [[] for _ in self.problem.groups]
        for variable, column in zip(self._columns_at, self.columns, strict=True):
            chosen[column.k] += [column] * round(values[variable])
        return tuple(tuple(columns) for columns in chosen)

    def _cut(self, solved: Solved) -> bool:
        """Cut off a solution that counts too little for reefer and dry cargo on one departure.

        What such a departure emits is not linear in who rides it. Its variable starts at 0, and
        each company that comes up gets the row: at least its exact value, unless somebody joins
        or leaves. Companies are finite, so this ends with an exact solution: one that has its row
        is not cut off again for what the solver's tolerance on whole numbers leaves of it.
        """
        cut = False
        for key, extras in self._mixed.items():
            riding = {
                variable: column
                for variable, column in zip(self._columns_at, self.columns, strict=True)
                if key in column.rides
            }
            aboard = [x for x in riding if round(solved.values[x])]
            groups = [self.problem.groups[riding[x].k] for x in aboard]
            ks = frozenset(group.k for group in groups)
            worth = self.problem.shared_extra(key[0], groups) if groups else (0.0, 0.0)
            for extra, exact in zip(extras, worth, strict=True):
                short = solved.values[extra] < exact - 1e-7 * max(1.0, exact)
                if short and (extra, ks) not in self._companies:
                    self._companies.add((extra, ks))
                    terms = {x: (-1.0 if c.k in ks else 1.0) * exact for x, c in riding.items()}
                    self.program.row({extra: 1.0, **terms}, lower=exact * (1 - len(ks)))
                    cut = True
        return cut

    def lexicographic(self, effort: Effort, choice: Choice) -> Choice:
        """Least list of (service, depart) by shipment id among the choices that limits leave.

        Groups come in order of ids, their columns in order of keys: for each group the first
        columns are taken as often as the limits allow.
        """
        first = dict(zip(self._columns_at, self.columns, strict=True))
        for group in self.problem.groups:
            variables = [x for x, column in first.items() if column.k == group.k]
            left = self._left[group.k]
            if left is not None:  # an empty list is the least of all
                choice = self._leave(left, effort, choice)
            remaining = len(choice[group.k])
            while remaining and variables:
                choice, taken, passed = self._take(variables, remaining, effort, choice)
                remaining -= taken
                variables = variables[passed:]
            for x in variables:
                self.program.set_upper(x, 0.0)
        return choice

    def _leave(self, left: int, effort: Effort, choice: Choice) -> Choice:
        """Leave as many of a group as the limits allow."""
        k = self._left.index(left)
        count = self.problem.groups[k].count
        if len(choice[k]):
            costs = [-1.0 if x == left else 0.0 for x in range(len(self._worths))]
            better = self._again(costs, effort)
            choice = better if len(better[k]) < len(choice[k]) else choice
        self.program.set_lower(left, count - len(choice[k]))
        self.program.set_upper(left, count - len(choice[k]))
        return choice

    def _again(self, costs: Sequence[float], effort: Effort) -> Choice:
        """Solve to the end for other costs; raises TimeoutError."""
        self.program.minimize(costs)
        solved = self._solve(replace(effort, gap=0.0))
        if solved.outcome is not Outcome.OPTIMAL:
            raise TimeoutError
        return self._choice(solved.values)

    def _take(
        self, variables: Sequence[int], remaining: int, effort: Effort, choice: Choice
    ) -> tuple[Choice, int, int]:
        """Fix the first variables that can be used: (choice, how often used, variables fixed)."""
        span = len(variables)
        first = 0
        while span > 1:  # halve towards the first variable that can be used at all
            half = span // 2
            head = variables[first : first + half]
            used, choice = self._most(head, effort, choice, enough=1)
            if used:
                span = half
            else:
                for x in head:
                    self.program.set_upper(x, 0.0)
                first, span = first + half, span - half
        used, choice = self._most([variables[first]], effort, choice, enough=remaining)
        self.program.set_lower(variables[first], used)
        self.program.set_upper(variables[first], used)
        return choice, used, first + 1

    def _most(
        self, variables: Sequence[int], effort: Effort, choice: Choice, *, enough: int
    ) -> tuple[int, Choice]:
        """How often these variables can be used together, and a choice that does."""
        wanted = set(variables)
        index = {x: i for i, x in enumerate(self._columns_at)}

        def used(candidate: Choice) -> int:
            keys = {(self.columns[index[x]].k, self.columns[index[x]].key) for x in wanted}
            return sum((c.k, c.key) in keys for columns in candidate for c in columns)

        if used(choice) >= enough:
            return used(choice), choice
        costs = [-1.0 if x in wanted else 0.0 for x in range(len(self._worths))]
        better = self._again(costs, effort)
        return (used(better), better) if used(better) > used(choice) else (used(choice), choice)


def _left_worth(group: Group) -> Callable[[Measure], float]:
    teu = group.size.teu
    return lambda measure: measure.unserved * teu
