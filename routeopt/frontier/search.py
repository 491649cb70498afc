"""Finds the plans of the front: one for each end, then one for each cap between them."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from routeopt import optimize
from routeopt.audit import require_sound
from routeopt.case import Case, load_case
from routeopt.errors import InputError
from routeopt.freight import Plan, Status
from routeopt.frontier.points import NOISE, CapPoint, more, points_of
from routeopt.parallel import side_by_side

_Key = tuple[tuple[str, ...], float | None]
"""Objective and cap of a plan."""

_CLEANEST: _Key = (("co2e", "cost"), None)
_CHEAPEST: _Key = (("cost", "co2e"), None)
_ENDS = {_CLEANEST: "cleanest", _CHEAPEST: "cheapest"}
_FOUND = frozenset({Status.OPTIMAL, Status.FEASIBLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What the search may take.

    Parameters
    ----------
    gap, time_limit_s, seed
        For each plan: relative distance from the bound that is near enough, seconds, and the seed
        of random choices.
    workers
        Processes that work side by side; the answer is the same for any number.
    quick_s
        If the ends take less than this each, the rest is done in this process: others take longer
        to start.
    """

    gap: float = 0.0
    time_limit_s: float = 60.0
    seed: int = 0
    workers: int = 1
    quick_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """Least cost of the whole plan by cap on its CO2e.

    Parameters
    ----------
    points
        One for each cap, tightest first; a single one if the cleanest plan is the cheapest too.
    caps
        How many caps were asked for.
    least_kg, least_eur
        No plan emits less; none costs less.
    both_ends
        Both the cleanest and the cheapest plan were found.
    missing
        Ends for which the time limit was too short, `cleanest` or `cheapest`.
    failure
        The answer without a plan, where there is no point: `infeasible`, with reasons, or
        `unknown`.
    interrupted
        Ctrl-C ended the search; caps that were not done are missing.
    """

    case: Case
    points: tuple[CapPoint, ...]
    caps: int
    least_kg: float = 0.0
    least_eur: float = 0.0
    both_ends: bool = True
    missing: tuple[str, ...] = ()
    failure: Plan | None = None
    interrupted: bool = False

    @property
    def plans(self) -> tuple[CapPoint, ...]:
        """Points with plans of their own, none twice."""
        return tuple(point for point in self.points if not point.repeats)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One plan to find; small, so that it can go to another process.

    `inputs` are the hashes of the case's files: all plans must be of the same case.
    """

    run: str
    path: Path
    scenario: str | None
    inputs: Mapping[str, str]
    objective: tuple[str, ...]
    cap_kg: float | None
    effort: Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The plan found for a task, and the TEU that it serves."""

    plan: Plan
    served_teu: float


OnAnswer = Callable[[int, int], None]
"""Told how many plans are found, and of how many."""


def frontier(
    path: Path | str,
    *,
    scenario: str | None = None,
    points: int = 10,
    effort: Effort | None = None,
    on_answer: OnAnswer | None = None,
) -> Frontier:
    """Find the least cost of a case's whole plan under each of some caps on its CO2e.

    Parameters
    ----------
    points
        Caps, both ends included.

    Raises
    ------
    CaseError
        With all errors of the case.
    InputError
        If files of the case change meanwhile.
    RouteoptError
        If a plan does not stand the audit: a bug of ours.
    ValueError
        If `points` is less than 2.
    """
    case = load_case(path, scenario=scenario)
    search = _Search(case, path=Path(path), scenario=scenario, effort=effort, on_answer=on_answer)
    return search.run(points)


def frontier_of(
    case: Case,
    *,
    points: int = 10,
    effort: Effort | None = None,
    on_answer: OnAnswer | None = None,
) -> Frontier:
    """Do as `frontier` does, in this process, for a case as it is in memory.

    Raises
    ------
    RouteoptError
        If a plan does not stand the audit: a bug of ours.
    ValueError
        If `points` is less than 2.
    """
    alone = replace(effort or Effort(), workers=1)  # no other process could read it
    search = _Search(case, path=case.path, scenario=None, effort=alone, on_answer=on_answer)
    return search.run(points)


# ---- one plan, in whichever process -----------------------------------------------------------

_HELD: dict[str, Case] = {}
"""The case that this process works on, by run: it is read once, not for each plan."""


def _case_of(task: _Task) -> Case:
    if task.run not in _HELD:
        case = load_case(task.path, scenario=task.scenario)
        if case.inputs != task.inputs:
            raise InputError(f"{task.path}: its files were changed meanwhile; run it again")
        _HELD.clear()
        _HELD[task.run] = case
    return _HELD[task.run]


def _solve(task: _Task) -> _Answer:
    """Solve and audit.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C ended the search: half a search makes no point.
    """
    case = replace(_case_of(task), objective=task.objective)
    if task.cap_kg is not None:
        own = case.limits.co2e_kg
        cap = task.cap_kg * (1 + NOISE)
        limits = replace(case.limits, co2e_kg=cap if own is None else min(cap, own))
        case = replace(case, limits=limits)
    effort = task.effort
    plan = optimize.solve(case, gap=effort.gap, time_limit_s=effort.time_limit_s, seed=effort.seed)
    if plan.interrupted:
        raise KeyboardInterrupt
    require_sound(plan, case, what=str(task.path))
    teu = math.fsum(case.members[s.id].size.teu for s in plan.shipments if s.served)
    return _Answer(plan=plan, served_teu=teu)


# ---- all of them ------------------------------------------------------------------------------


class _Search:
    """The plans of one case: those at the ends, then those between."""

    def __init__(
        self,
        case: Case,
        *,
        path: Path,
        scenario: str | None,
        effort: Effort | None,
        on_answer: OnAnswer | None,
    ) -> None:
        self.case = case
        self._on_answer = on_answer
        self._blank = _Task(
            run=uuid.uuid4().hex,
            path=path,
            scenario=scenario,
            inputs=dict(case.inputs),
            objective=_CHEAPEST[0],
            cap_kg=None,
            effort=effort or Effort(),
        )
        self._found: dict[_Key, _Answer] = {}
        self._total = 0

    def run(self, points: int) -> Frontier:
        """Find all points; after Ctrl-C those that were done."""
        if points < 2:  # noqa: PLR2004  both ends
            raise ValueError(f"want points >= 2, got {points}")
        self._total = points
        _HELD[self._blank.run] = self.case
        interrupted = False
        try:
            self._run(points)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            _HELD.pop(self._blank.run, None)
        return self._frontier(points, interrupted=interrupted)

    def _run(self, points: int) -> None:
        effort, began = self._blank.effort, time.monotonic()
        together = effort.workers > 1 and not effort.quick_s
        for batch in [[*_ENDS]] if together else [[_CLEANEST], [_CHEAPEST]]:
            self._solve_all(batch, workers=effort.workers if together else 1)
            if any(a.plan.status is Status.INFEASIBLE for a in self._found.values()):
                return
        quick = time.monotonic() - began < effort.quick_s * len(_ENDS)
        low, high = (self._found[end].plan for end in _ENDS)
        if low.status not in _FOUND or high.status not in _FOUND:
            return
        caps = _caps(low.totals.co2e_kg, high.totals.co2e_kg, points)
        self._total = len(_ENDS) + len(caps)
        between = [(_CHEAPEST[0], cap) for cap in caps]
        self._solve_all(between, workers=1 if quick else effort.workers)

    def _solve_all(self, keys: Sequence[_Key], *, workers: int) -> None:
        def keep(number: int, answer: _Answer) -> None:
            self._found[keys[number]] = answer
            if self._on_answer is not None:
                self._on_answer(len(self._found), self._total)

        tasks = [replace(self._blank, objective=key[0], cap_kg=key[1]) for key in keys]
        side_by_side(_solve, tasks, workers=workers, on_done=keep)

    def _frontier(self, points: int, *, interrupted: bool) -> Frontier:
        found = self._found
        ends = {key: found[key] for key in _ENDS if key in found}
        failures = [answer.plan for answer in ends.values() if not _has_plan(answer)]
        failures.sort(key=lambda plan: plan.status)  # infeasible before unknown
        kept = points_of(_points(found))
        return Frontier(
            case=self.case,
            points=kept,
            caps=points,
            least_kg=_bound(ends[_CLEANEST].plan, "co2e") if _CLEANEST in ends else 0.0,
            least_eur=_bound(ends[_CHEAPEST].plan, "cost") if _CHEAPEST in ends else 0.0,
            both_ends=len(ends) - len(failures) == len(_ENDS),
            missing=tuple(_ENDS[key] for key, answer in ends.items() if not _has_plan(answer)),
            failure=failures[0] if failures and not kept else None,
            interrupted=interrupted,
        )


def _has_plan(answer: _Answer) -> bool:
    return answer.plan.status in _FOUND


def _bound(plan: Plan, objective: str) -> float:
    """Bound of an objective; 0 where it was not reached."""
    return next((bound.bound for bound in plan.bounds if bound.objective == objective), 0.0)


def _caps(low_kg: float, high_kg: float, points: int) -> list[float]:
    """Caps between the ends, evenly spaced; none if the ends are one."""
    if not more(high_kg, low_kg):
        return []
    step = (high_kg - low_kg) / (points - 1)
    return [low_kg + step * n for n in range(1, points - 1)]


def _points(found: Mapping[_Key, _Answer]) -> list[CapPoint]:
    """Points of the answers, those that came too late with the plan of the cleanest end."""
    points = []
    if any(_has_plan(answer) for answer in found.values()):
        for (_, cap_kg), answer in found.items():
            if answer.plan.status is Status.INFEASIBLE:
                raise AssertionError(f"there are plans, yet none up to {cap_kg} kg")
            kept = answer if _has_plan(answer) or cap_kg is None else found[_CLEANEST]
            if _has_plan(kept):
                points.append(
                    CapPoint(
                        cap_kg=kept.plan.totals.co2e_kg if cap_kg is None else cap_kg,
                        plan=kept.plan,
                        served_teu=kept.served_teu,
                        bound_eur=_bound(answer.plan, "cost"),
                    )
                )
    return points
