"""Each point of the front is what brute force finds under its cap."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, event, given, seed, settings

from routeopt.case.model import Case
from routeopt.freight import Status
from routeopt.frontier import frontier_of
from tests import oracle, randomcases

EXAMPLES = settings(randomcases.SETTINGS, max_examples=60, derandomize=False)


def under(case: Case, cap_kg: float) -> oracle.Best:
    """Least cost, then least CO2e, up to a cap."""
    own = case.limits.co2e_kg
    limits = replace(case.limits, co2e_kg=cap_kg if own is None else min(cap_kg, own))
    return oracle.best_plan(replace(case, objective=("cost", "co2e"), limits=limits))


def check(case: Case) -> int:
    """One case; how many plans its front has."""
    cleanest = oracle.best_plan(replace(case, objective=("co2e", "cost")))
    assume(cleanest.clear)
    found = frontier_of(case, points=4)
    if not cleanest.feasible:
        assert found.points == ()
        assert found.failure is not None
        assert found.failure.status is Status.INFEASIBLE
        return 0
    first = found.points[0]
    assert (first.co2e_kg, first.cost_eur) == pytest.approx(
        (cleanest.co2e_kg, cleanest.cost_eur), rel=2e-6, abs=1e-9
    )
    for point in found.points[1:]:
        best = under(case, point.cap_kg)
        if best.clear:
            assert point.status is Status.OPTIMAL
            assert (point.cost_eur, point.co2e_kg) == pytest.approx(
                (best.cost_eur, best.co2e_kg), rel=2e-6, abs=1e-9
            )
    costs = [point.cost_eur for point in found.points]
    assert costs == sorted(costs, reverse=True)
    cheapest = oracle.best_plan(replace(case, objective=("cost", "co2e")))
    assert costs[-1] == pytest.approx(cheapest.cost_eur, rel=2e-6, abs=1e-9)
    return len(found.plans)


def test_points_equal_brute_force() -> None:
    sizes: list[int] = []

    @seed(31)
    @EXAMPLES
    @given(randomcases.cases(most_plans=3_000))
    def look(case: Case) -> None:
        sizes.append(check(case))
        event(f"{sizes[-1]} plans")

    look()
    assert sum(size >= 3 for size in sizes) >= 5, sizes
    assert sizes.count(0) >= 2
