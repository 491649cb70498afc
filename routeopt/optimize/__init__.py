"""Plans: choose itineraries for all shipments together, proven."""

from __future__ import annotations

from collections.abc import Callable

from routeopt.case.model import Case
from routeopt.freight import Plan, Status
from routeopt.ledger import settle
from routeopt.optimize.model import Problem
from routeopt.optimize.stages import Options, Progress, Solver, assigned

__all__ = ["Progress", "solve"]


def solve(
    case: Case,
    *,
    gap: float = 0.0,
    time_limit_s: float = 60.0,
    seed: int = 0,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Choose the itineraries of all shipments, best in the case's objectives.

    Parameters
    ----------
    gap
        Relative distance from the bound at which an objective counts as done.
    workers
        Threads of the integer solver.
    on_progress
        Told about stage, best value, bound and gap now and then.

    Returns
    -------
    Plan
        `optimal` only if proven in every objective; `infeasible` if proven, with reasons.
    """
    problem = Problem(case)
    options = Options(
        gap=gap, time_limit_s=time_limit_s, seed=seed, workers=workers or 1, on_progress=on_progress
    )
    solution = Solver(problem, options).run()
    chosen = {} if solution.choice is None else assigned(problem, solution.choice)
    shipments, departures, totals = settle(case, chosen)
    return Plan(
        status=solution.status,
        objective=case.objective,
        totals=totals,
        bounds=tuple(solution.bounds) if solution.status is not Status.INFEASIBLE else (),
        shipments=shipments,
        departures=departures,
        interrupted=solution.interrupted,
        case_name=case.name,
        case_sha256=case.sha256,
    )
