"""From a problem to a proven plan, objective by objective.

The first objective: generate columns to a bound, select the best of them, then list every
itinerary whose value under the proof's prices lies within the gap; no plan as good as the best
found can use another one, so the selection over that pool is exact for the whole problem, and for
all later objectives and ties too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from routeopt.freight import Bound, Itinerary, Status, Totals
from routeopt.itineraries.search import Prices, TooMany
from routeopt.optimize.model import (
    OBJECTIVES,
    RELATIVE,
    Column,
    Group,
    Limit,
    Measure,
    Problem,
)
from routeopt.optimize.relaxation import TARGET, Proof, Relaxation
from routeopt.optimize.selection import Choice, Selected, Selection
from routeopt.optimize.solver import Effort, Outcome

MAX_LABELS = 2_000_000
"""Labels of one enumeration; beyond, the plan keeps the gap that it has."""

_CLOSED = 0.9 * RELATIVE
"""Gap at which a program is solved: within the contract's 1e-6, with room for arithmetic.

To zero, a program may branch for a minute over how to spend the millionth by which the objective
before it may give way.
"""

_WIDENING = (0.02, 0.2, 2.0, math.inf)
"""While no plan is known: list itineraries up to these shares of the bound above it."""

TIES = ("cost", "time", "co2e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """News of a solve: `best` and `bound` in the unit of the objective, None while unknown."""

    stage: str
    best: float | None
    bound: float | None
    gap: float | None
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a solve may take, and whom it tells about its progress."""

    gap: float = 0.0
    time_limit_s: float = 60.0
    seed: int = 0
    on_progress: Callable[[Progress], None] | None = None


@dataclass(slots=True)
class Solution:
    """What is known about a problem: the best choice, and a bound for each objective."""

    status: Status = Status.UNKNOWN
    choice: Choice | None = None
    bounds: list[Bound] = field(default_factory=list)
    interrupted: bool = False


class _Infeasible(Exception):  # noqa: N818 - a result, not an error
    """No plan exists."""


class _OutOfTime(Exception):  # noqa: N818 - a result, not an error
    """The time limit was reached."""


def value_of(name: str, totals: Totals, left_teu: float) -> float:
    """Value of an objective from the totals of a plan."""
    return {
        "co2e": totals.co2e_kg,
        "cost": totals.cost_eur,
        "time": totals.hours,
        "unserved": left_teu,
    }[name]


def assigned(problem: Problem, choice: Choice) -> dict[str, Itinerary]:
    """Itinerary of each served shipment; the first members of a group are those left behind."""
    found = {}
    for group, columns in zip(problem.groups, choice, strict=True):
        members = group.members[group.count - len(columns) :]
        for member, column in zip(members, columns, strict=True):
            found[member] = problem.itinerary(column)
    return found


class Solver:
    """One run over all stages of a problem."""

    def __init__(self, problem: Problem, options: Options) -> None:
        self.problem = problem
        self.options = options
        self.may_leave = problem.case.serve == "most"
        self.solution = Solution()
        self.limits: list[Limit] = list(problem.limits)
        self._began = time.monotonic()
        self._stage = ""
        self._bound: float | None = None
        self._served_most = not self.may_leave
        self._told = 0.0
        for group in problem.groups:
            group.search.tick = self._check_time

    def run(self) -> Solution:
        """Solve as far as time and Ctrl-C allow."""
        solution = self.solution
        try:
            self._run()
            solution.status = self._proven_status()
        except _Infeasible:
            solution.status, solution.choice = Status.INFEASIBLE, None
        except (_OutOfTime, TimeoutError):
            self._stopped()
        except KeyboardInterrupt:
            self._stopped()
            solution.interrupted = True
        return solution

    def _stopped(self) -> None:
        """State what is known when a solve ends early."""
        solution = self.solution
        if solution.choice is None:
            solution.status = Status.UNKNOWN
            return
        done = {bound.objective for bound in solution.bounds}
        if self._stage in self.problem.case.objective and self._stage not in done:
            self._note_bound(self._stage, self._bound)
        solution.bounds = [self._restated(bound) for bound in solution.bounds]
        solution.status = self._proven_status()

    def _proven_status(self) -> Status:
        """Say `optimal` if every objective is proven, and that no more TEU can be served.

        Ties may be left: which of equal plans it is proves nothing about them.
        """
        bounds = self.solution.bounds
        every = [bound.objective for bound in bounds] == list(self.problem.case.objective)
        proven = every and all(bound.gap <= RELATIVE for bound in bounds)
        return Status.OPTIMAL if proven and self._served_most else Status.FEASIBLE

    def _restated(self, bound: Bound) -> Bound:
        """Return a bound beside the value that the choice has now."""
        return _bound(bound.objective, self._value(bound.objective), bound.bound)

    def _run(self) -> None:
        problem, case = self.problem, self.problem.case
        seeds = self._seeds()
        if self.may_leave:
            self._stage = "unserved"
            self._first("unserved", seeds)
            left = _bound("unserved", self._value("unserved"), self._bound)
            self._served_most = left.gap <= RELATIVE
            self._hold("unserved")
        pool, exact = self._first(case.objective[0], seeds)
        self._hold(case.objective[0])
        for name in case.objective[1:]:
            pool = self._next(name, pool, exact=exact)
            self._hold(name)
        if not exact or self.options.gap > RELATIVE:
            return
        for name in TIES:
            if name not in case.objective:
                pool = self._next(name, pool, exact=True)
                self._hold(name)
        self._stage = "ties"
        assert self.solution.choice is not None  # noqa: S101 - a stage ends with a choice
        selection = Selection(problem, pool, self.limits, may_leave=self.may_leave)
        self._accept(selection.lexicographic(self._effort(0.0), self.solution.choice))

    # -- what is known ------------------------------------------------------------------------

    def _value(self, name: str) -> float:
        """Value of an objective in the best choice, from its itineraries."""
        choice = self.solution.choice
        assert choice is not None  # noqa: S101 - callers have checked
        return self._value_of(name, choice)

    def _value_of(self, name: str, choice: Choice) -> float:
        _, _, totals = self.problem.ledger.settle(assigned(self.problem, choice), {})
        left = math.fsum(
            (group.count - len(columns)) * group.size.teu
            for group, columns in zip(self.problem.groups, choice, strict=True)
        )
        return value_of(name, totals, left)

    def _has_plan(self) -> bool:
        return self.solution.choice is not None

    def _accept(self, choice: Choice) -> None:
        self.solution.choice = choice

    def _take(self, selected: Selected) -> None:
        """Keep a choice if it is better in the stage at hand."""
        if selected.choice is None or self._stage not in OBJECTIVES:
            return
        known = self.solution.choice
        if known is None or self._value_of(self._stage, selected.choice) < self._value(self._stage):
            self._accept(selected.choice)
            self._tell(force=True)

    def _hold(self, name: str) -> None:
        """Make what was reached in an objective a limit for those after it.

        They may give way by a millionth of the best there is; where only a bound below the value
        is known, by a millionth of that.
        """
        value, bound = self._value(name), self._bound
        proven = bound is not None and value - bound <= RELATIVE * abs(value)
        best = min(value, bound) if proven and bound is not None else value
        upper = max(value, best + RELATIVE * abs(best)) + (1e-9 if not value else 0.0)
        if name == "unserved" and not value:
            # Nobody is left: half the smallest shipment says so too, and GLOP takes a limit of
            # next to nothing for an impossible one.
            upper = min(group.size.teu for group in self.problem.groups) / 2
        self.limits.append(Limit(name=name, measure=OBJECTIVES[name], upper=upper))

    def _note_bound(self, name: str, bound: float | None) -> None:
        if name in self.problem.case.objective:
            value = self._value(name)
            self.solution.bounds.append(_bound(name, value, bound))

    # -- time and news ------------------------------------------------------------------------

    def _remaining_s(self) -> float:
        return self.options.time_limit_s - (time.monotonic() - self._began)

    def _check_time(self) -> None:
        if self._remaining_s() <= 0:
            raise _OutOfTime
        self._tell()

    def _effort(self, gap: float | None = None) -> Effort:
        self._check_time()
        return Effort(
            limit_s=self._remaining_s(),
            seed=self.options.seed,
            gap=max(self.options.gap, _CLOSED) if gap is None else gap,
        )

    def _tell(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if self.options.on_progress is None or (not force and now - self._told < _NEWS_S):
            return
        self._told = now
        best = None
        if self.solution.choice is not None and self._stage in OBJECTIVES:
            best = self._value(self._stage)
        gap = None
        if best is not None and self._bound is not None:
            gap = _bound(self._stage, best, self._bound).gap
        self.options.on_progress(
            Progress(
                stage=self._stage,
                best=best,
                bound=self._bound,
                gap=gap,
                elapsed_s=now - self._began,
            )
        )

    # -- stages -------------------------------------------------------------------------------

    def _seeds(self) -> list[Column]:
        """Best itineraries of each group alone in each single measure."""
        found: dict[tuple[int, object], Column] = {}
        for group in self.problem.groups:
            for name in TIES:
                for item in group.search.best(self._alone_prices(group, OBJECTIVES[name])):
                    column = self.problem.column(group, item)
                    found[column.k, column.key] = column
            if not self.may_leave and not any(k == group.k for k, _ in found):
                raise _Infeasible
        return list(found.values())

    def _alone_prices(self, group: Group, measure: Measure) -> Prices:
        service = {}
        for v in group.ways.arcs.v:
            if not self.problem.graph.on_demand[v]:
                sharing = self.problem.sharing(v)
                units = self.problem.graph.services[v].units(group.size)
                service[v] = units * sharing.unit_worth(measure) + sharing.open_worth(measure)
        return Prices(eur=measure.eur, kg=measure.kg, minute=measure.minute, service=service)

    def _first(self, name: str, seeds: Sequence[Column]) -> tuple[list[Column], bool]:
        """Best value of an objective by generation and enumeration; the pool, and if it is whole.

        Raises
        ------
        _Infeasible
            If there is no plan.
        """
        self._stage, self._bound = name, None
        measure = OBJECTIVES[name]
        self._take(self._select(seeds, measure))
        scale = self._scale(name, seeds)
        relaxation = Relaxation(
            self.problem, measure, self.limits, scale=scale, may_leave=self.may_leave
        )
        relaxation.add(seeds)
        if self.solution.choice is not None:  # with a plan's columns it can't fail
            relaxation.add(column for columns in self.solution.choice for column in columns)
        elif not self.may_leave:
            relaxation.add(self._feasible_columns(seeds))
        proof = relaxation.generate(self._on_proof(scale))
        if proof is None:
            raise _Infeasible
        self._bound = proof.bound / scale
        if not self._close_enough(name):
            self._take(self._select(relaxation.columns, measure))
        enough = self._close_enough(name)
        if enough and (self.options.gap > RELATIVE or name == "unserved"):
            self._note_bound(name, self._bound)
            return relaxation.columns, False
        pool = self._pool(proof, measure, scale, relaxation.columns)
        if pool is None:
            self._note_bound(name, self._bound)
            return relaxation.columns, False
        self._finish(name, pool)
        return pool, True

    def _scale(self, name: str, seeds: Sequence[Column]) -> float:
        """Factor that brings the objective to about TARGET."""
        if self.solution.choice is not None:
            value = abs(self._value(name))
        else:
            value = sum(abs(column.worth(OBJECTIVES[name])) for column in seeds)
        return TARGET / value if value > 1e-6 else TARGET  # noqa: PLR2004 - about 0

    def _on_proof(self, scale: float) -> Callable[[Proof], None]:
        def tick(proof: Proof) -> None:
            if math.isfinite(proof.bound):
                self._bound = max(0.0, proof.bound / scale)
            self._check_time()

        return tick

    def _close_enough(self, name: str) -> bool:
        if self.solution.choice is None or self._bound is None:
            return False
        return _bound(name, self._value(name), self._bound).gap <= self.options.gap

    def _feasible_columns(self, seeds: Sequence[Column]) -> list[Column]:
        """Columns that satisfy the relaxation, found by serving as much as it can.

        Raises
        ------
        _Infeasible
            If not even the relaxation can serve everything.
        """
        scale = TARGET / sum(group.count * group.size.teu for group in self.problem.groups)
        measure = OBJECTIVES["unserved"]
        relaxation = Relaxation(self.problem, measure, self.limits, scale=scale, may_leave=True)
        relaxation.add(seeds)
        proof = relaxation.generate(lambda _: self._check_time())
        if proof is None or proof.bound > RELATIVE * TARGET:
            raise _Infeasible
        return relaxation.columns

    def _select(self, columns: Sequence[Column], measure: Measure) -> Selected:
        selection = Selection(self.problem, columns, self.limits, may_leave=self.may_leave)
        known = self._value(self._stage) if self._has_plan() else None
        return selection.best(measure, self._effort(), known)

    def _pool(
        self, proof: Proof, measure: Measure, scale: float, columns: Sequence[Column]
    ) -> list[Column] | None:
        """Every column that a plan as good as the best may use; None: too many to list.

        Raises
        ------
        _Infeasible
            If all itineraries are listed and make no plan.
        """
        if self._has_plan():
            best = self._value(self._stage) * scale
            return self._enumerate(proof, best - proof.bound + RELATIVE * abs(best))
        for share in _WIDENING:
            pool = self._enumerate(proof, share * max(abs(proof.bound), RELATIVE * TARGET))
            if pool is None:
                return None
            self._take(self._select([*pool, *columns], measure))
            if self._has_plan():
                return self._pool(proof, measure, scale, columns)
        raise _Infeasible

    def _enumerate(self, proof: Proof, room: float) -> list[Column] | None:
        """Columns whose value under the proof's prices is within `room` of their group's least."""
        pool = []
        for group in self.problem.groups:
            below = proof.least[group.k] + room + 1e-9 * TARGET
            found = group.search.run(
                proof.prices[group.k], below=below, all_of_them=True, max_labels=MAX_LABELS
            )
            try:
                pool += [self.problem.column(group, item) for item in found]
            except TooMany:
                return None
        return pool

    def _finish(self, name: str, pool: Sequence[Column]) -> None:
        """Best of a pool that holds every column that matters."""
        selected = self._select(pool, OBJECTIVES[name])
        self._take(selected)
        value = self._value(name)
        if selected.outcome is Outcome.INFEASIBLE:
            raise AssertionError(f"{name}: a plan is known, but its program has none")
        bound = max(self._bound or 0.0, min(selected.bound, value))
        if bound > value * (1 + RELATIVE) + RELATIVE:
            raise AssertionError(f"bound {bound} of {name} above its value {value}")
        self._bound = bound
        self._note_bound(name, bound)

    def _next(self, name: str, pool: Sequence[Column], *, exact: bool) -> list[Column]:
        """Best value of a further objective over the pool; the columns that can still matter."""
        self._stage, self._bound = name, None
        if not exact:
            self._take(self._select(pool, OBJECTIVES[name]))
            self._note_bound(name, None)
            return list(pool)
        kept = self._thin(name, pool)
        self._finish(name, kept)
        return self._thin(name, kept)

    def _thin(self, name: str, pool: Sequence[Column]) -> list[Column]:
        """Drop columns that no plan as good as the best can use, by the relaxation's prices."""
        scale = self._scale(name, pool)
        relaxation = Relaxation(
            self.problem, OBJECTIVES[name], self.limits, scale=scale, may_leave=self.may_leave
        )
        relaxation.add(pool)
        proof = relaxation.pool_proof()
        if proof is None:
            return list(pool)
        self._bound = max(self._bound or 0.0, proof.bound / scale)
        best = self._value(name) * scale
        room = best - proof.bound + RELATIVE * abs(best) + 1e-9 * TARGET
        return [
            column
            for column in relaxation.columns
            if relaxation.value(column, proof.prices) <= proof.least[column.k] + room
        ]


_NEWS_S = 0.1


def _bound(name: str, value: float, bound: float | None) -> Bound:
    known = max(0.0, min(value, bound if bound is not None else 0.0))
    gap = (value - known) / value if value else 0.0
    return Bound(objective=name, value=value, bound=known, gap=gap)
