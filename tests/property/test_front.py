"""The front of one shipment equals that of brute force."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given, settings

from routeopt.case.model import Case
from routeopt.itineraries import Point, front
from routeopt.optimize import solve
from tests import oracle, randomcases

EXAMPLES = settings(randomcases.SETTINGS, max_examples=250)


def in_order(point: tuple[float, float, int]) -> tuple[int, float, float]:
    """By time and rounded sums, so that the last digit of a float doesn't matter."""
    co2e_kg, cost_eur, delivered = point
    return delivered, round(cost_eur, 6), round(co2e_kg, 6)


def alone(case: Case, point: Point) -> tuple[float, float, int]:
    """What the itinerary of a point costs, emits and takes by the arithmetic of brute force."""
    row = case.members[point.shipment.id]
    (way,) = (w for w in oracle.itineraries(case, row) if w.key == point.itinerary.key)
    return way.co2e_kg, way.cost_eur, way.delivered


@EXAMPLES
@given(randomcases.cases(most_plans=10**6))
def test_front_equals_brute_force(case: Case) -> None:
    check(case)


@EXAMPLES
@given(randomcases.hub_cases())
def test_front_by_a_hub_equals_brute_force(case: Case) -> None:
    check(case)
    plan, best = solve(case), oracle.best_plan(case)
    assert plan.totals.cost_eur == pytest.approx(best.cost_eur, rel=1e-6)
    assert plan.totals.co2e_kg == pytest.approx(best.co2e_kg, rel=1e-6)


def check(case: Case) -> None:
    """Check the front of each shipment of a case."""
    for row in case.shipments:
        expected = sorted(oracle.front(case, row), key=in_order)
        points = sorted(
            front(case, row.members[0]),
            key=lambda point: in_order((point.co2e_kg, point.cost_eur, point.delivered)),
        )
        event(f"{min(len(expected), 5)} points")
        found = [(point.co2e_kg, point.cost_eur, point.delivered) for point in points]
        assert len(found) == len(expected)
        for have, want in zip(found, expected, strict=True):
            assert have == pytest.approx(want, rel=1e-9, abs=1e-9)
        for point, numbers in zip(points, found, strict=True):
            assert alone(case, point) == pytest.approx(numbers, rel=1e-9, abs=1e-9)


@settings(EXAMPLES, max_examples=40)
@given(randomcases.cases(most_plans=10**6))
def test_limits_of_the_plan_do_not_apply_to_a_front(case: Case) -> None:
    free = replace(case, limits=type(case.limits)())
    for row in case.shipments:
        id_ = row.members[0]
        assert front(case, id_) == front(free, id_)
