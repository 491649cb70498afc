"""Plans: choose itineraries for all shipments together, proven."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from routeopt.case.model import Case
from routeopt.freight import Plan, Status
from routeopt.isoreport import iso_report
from routeopt.ledger import settle
from routeopt.optimize.baselines import baseline, first_objective, without_trucks
from routeopt.optimize.elastic import reasons
from routeopt.optimize.model import Problem
from routeopt.optimize.stages import Options, Progress, Solver, assigned
from routeopt.words import span

__all__ = ["Alternative", "Progress", "alternatives", "baseline", "solve", "without_trucks"]

_REASONS_S = 20.0
"""Time for the second solve that finds out why a plan fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another choice beside a plan; `plan` None and a `reason` where there is none."""

    name: str
    plan: Plan | None
    reason: str | None = None


def solve(
    case: Case,
    *,
    gap: float = 0.0,
    time_limit_s: float = 60.0,
    seed: int = 0,
    workers: int | None = None,  # noqa: ARG001 - part of the contract; one core is used
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Choose the itineraries of all shipments, best in the case's objectives.

    Parameters
    ----------
    gap
        Relative distance from the bound at which an objective counts as done.
    workers
        Cores that may be used; all parts run on one for now, so that plans can't differ.
    on_progress
        Told about stage, best value, bound and gap now and then.

    Returns
    -------
    Plan
        `optimal` only if proven in every objective; `infeasible` if proven, with reasons.

    Raises
    ------
    ValueError
        If `gap` is negative or the time limit not positive.
    """
    if not (gap >= 0 and time_limit_s > 0):
        raise ValueError(f"want gap >= 0 and time_limit_s > 0, got {gap} and {time_limit_s}")
    problem = Problem(case)
    options = Options(gap=gap, time_limit_s=time_limit_s, seed=seed, on_progress=on_progress)
    solution = Solver(problem, options).run()
    chosen = {} if solution.choice is None else assigned(problem, solution.choice)
    left = {member: row for member, row in case.members.items() if member not in chosen}
    why: dict[str, str] = {}
    if solution.status is Status.UNKNOWN:
        ended = "Ctrl-C" if solution.interrupted else f"the time limit of {time_limit_s:g} s"
        why = dict.fromkeys(left, f"no plan was found before {ended}")
    elif left and not solution.interrupted:
        quick = replace(options, time_limit_s=min(_REASONS_S, time_limit_s), on_progress=None)
        why = reasons(case, left, quick)
    shipments, departures, totals = settle(case, chosen, why)
    return Plan(
        status=solution.status,
        objective=case.objective,
        totals=totals,
        bounds=() if solution.choice is None else tuple(solution.bounds),
        shipments=shipments,
        departures=departures,
        iso=iso_report(case, shipments),
        interrupted=solution.interrupted,
        warnings=_warnings(case),
        case_name=case.name,
        case_sha256=case.sha256,
    )


def _warnings(case: Case) -> tuple[str, ...]:
    """Warnings of the case that concern what the plan's numbers mean."""
    return tuple(fault.message for fault in case.warnings)


def alternatives(case: Case, plan: Plan, *, time_limit_s: float = 30.0) -> tuple[Alternative, ...]:
    """Other choices beside a plan: all road (without the plan's limits), cheapest, fastest.

    Parameters
    ----------
    plan
        An alternative that its first objective already answers is left out.
    time_limit_s
        For all of them together.
    """
    apart = without_trucks(case)
    found = [] if apart is None else [Alternative(name="all road", plan=None, reason=apart)]
    questions = [("all road", baseline(case, "road"))] if apart is None else []
    questions += [
        (name, baseline(case, name))
        for name in ("cheapest", "fastest", "cleanest")
        if plan.objective[0] != first_objective(name)
    ]
    began = time.monotonic()
    for name, question in questions:
        left_s = time_limit_s - (time.monotonic() - began)
        if left_s <= 0:
            reason = f"not worked out within {span(time_limit_s / 60)}"
            found.append(Alternative(name=name, plan=None, reason=reason))
            continue
        found.append(_alternative(name, question, left_s))
    return tuple(found)


def _alternative(name: str, case: Case, time_limit_s: float) -> Alternative:
    answer = solve(case, time_limit_s=time_limit_s)
    if answer.status in {Status.INFEASIBLE, Status.UNKNOWN}:
        reason = next((s.reason for s in answer.shipments if s.reason), None)
        return Alternative(name=name, plan=None, reason=reason)
    return Alternative(name=name, plan=answer)
