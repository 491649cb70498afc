"""Published examples with known optimum, mapped to cases: `solve` proves the same value."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from routeopt.case import load_case
from routeopt.freight import Plan, Status
from routeopt.optimize import solve

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def netflow() -> Plan:
    return solve(load_case(HERE / "netflow" / "case.yaml"))


@pytest.fixture(scope="module")
def plants() -> Plan:
    return solve(load_case(HERE / "plants" / "case.yaml"))


def last_legs(plan: Plan) -> Counter[tuple[str, str]]:
    """How many shipments take which last leg, by row."""
    return Counter((s.id.rpartition("/")[0], s.legs[-1].service) for s in plan.shipments)


def test_two_commodities_on_shared_arcs(netflow: Plan) -> None:
    assert netflow.status is Status.OPTIMAL
    assert netflow.totals.cost_eur == pytest.approx(5500, rel=1e-9)
    # 50 × 10 + 50 × 40 + 10 × 30 + 30 × 20 + 30 × 20 + 10 × 60 + 30 × 30 = 5500, lots of 10
    assert last_legs(netflow) == {
        ("pencils-boston", "Detroit-Boston"): 5,
        ("pencils-new-york", "Denver-New York"): 5,
        ("pencils-seattle", "Denver-Seattle"): 1,
        ("pens-boston", "Detroit-Boston"): 3,
        ("pens-new-york", "Detroit-New York"): 3,
        ("pens-boston", "Denver-Boston"): 1,
        ("pens-seattle", "Denver-Seattle"): 3,
    }


def test_fixed_costs_of_plants_that_all_share(plants: Plan) -> None:
    assert plants.status is Status.OPTIMAL
    assert plants.totals.cost_eur == pytest.approx(210_500, rel=1e-9)
    assert [departure.service for departure in plants.departures] == [
        "plant 1",
        "plant 2",
        "plant 4",
        "plant 5",
    ]
    assert [departure.tonnes for departure in plants.departures] == [20, 22, 19, 6]
    # 12 + 15 + 13 + 16 thousand for the plants, and
    # 14 × 2000 + 1 × 2500 + 18 × 3000 + 14 × 1200 + 6 × 2200 + 8 × 2600 + 6 × 3200 = 154 500
    assert sum(departure.cost_eur for departure in plants.departures) == pytest.approx(56_000)


@pytest.mark.parametrize("name", ["netflow", "plants"])
def test_the_optimum_is_proven_in_one_stage(name: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(name)
    (bound,) = plan.bounds
    assert bound.objective == "cost"
    assert bound.gap <= 1e-6
    assert bound.bound <= plan.totals.cost_eur * (1 + 1e-9)
