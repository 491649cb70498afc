"""The table of the plan's front."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from routeopt.case import Case
from routeopt.freight import Plan, Status
from routeopt.frontier import CapPoint, Frontier
from routeopt.frontier.points import points_of
from routeopt.report import frontier_csv, frontier_json, frontier_text

MakePoint = Callable[..., CapPoint]


@pytest.fixture
def make_point(make_plan: Callable[..., Plan]) -> MakePoint:
    """Point with these kg and EUR; the legs are three chains by rail and one truck."""
    plan = make_plan()

    def make(kg: float, eur: float, *, cap_kg: float | None = None, **rest: Any) -> CapPoint:  # noqa: ANN401  any field
        bound = rest.pop("bound_eur", eur)
        status = Status.OPTIMAL if bound == eur else Status.FEASIBLE
        totals = replace(plan.totals, co2e_kg=kg, cost_eur=eur, **rest)
        return CapPoint(
            cap_kg=cap_kg or kg,
            plan=replace(plan, totals=totals, status=status),
            served_teu=8.0,
            bound_eur=bound,
        )

    return make


def front_of(case: Case, *points: CapPoint, **rest: Any) -> Frontier:  # noqa: ANN401  any field
    marked = points_of(points)
    ends = {"least_kg": marked[0].co2e_kg, "least_eur": marked[-1].cost_eur}
    return Frontier(case=case, points=marked, **{"caps": len(points), **ends, **rest})


def flat(text: str) -> str:
    return " ".join(text.split())


def test_rows_of_plans_with_their_loosest_caps(case: Case, make_point: MakePoint) -> None:
    # (0.2, 0.2) lies 0.6 below the line. 800 EUR for 0.1 t = 8,000 EUR/t; 200 / 0.4 t = 500.
    text = frontier_text(
        front_of(
            case,
            make_point(1000, 3000),
            make_point(1100, 2200, cap_kg=1150),
            make_point(1100, 2200, cap_kg=1300),
            make_point(1500, 2000),
        )
    )
    assert flat(text).startswith(
        "Sines to Madrid: least cost under 4 caps on CO2e; 3 plans, from the cleanest to"
    )
    assert "cleanest   1,000    1,000  3,000  8,000" in text
    assert "knee       1,300    1,100  2,200    500" in text
    assert "cheapest   1,500    1,500  2,000      –" in text
    assert "Caps that lead to the same plan are one row, with the loosest of them." in text
    assert "proof" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_what_is_not_proven_is_said(case: Case, make_point: MakePoint) -> None:
    # (2200 - 2090) / 2200 = 5 %
    found = front_of(
        case,
        make_point(1000, 3000),
        make_point(1200, 2200, bound_eur=2090),
        make_point(1500, 2000),
        least_kg=950.0,
        least_eur=1900.0,
    )
    text = flat(frontier_text(found))
    assert "proof" in text
    assert "gap 5 %" in text
    assert "Not all is proven: `gap` says how much cheaper" in text
    assert "The cleanest plan is the cleanest found; none emits less than 950 kg (proven)." in text
    assert "The cheapest plan is the cheapest found; none costs less than 1,900 EUR" in text
    middle = json.loads(frontier_json(found))["points"][1]
    assert (middle["status"], middle["bound_eur"]) == ("feasible", 2090)
    assert middle["gap"] == pytest.approx(0.05)


def test_one_plan_is_a_sentence(case: Case, make_point: MakePoint) -> None:
    text = flat(frontier_text(front_of(case, make_point(1000, 3000))))
    assert "the cleanest plan is also the cheapest, 1,000 kg CO2e, 3,000 EUR" in text
    assert "Proven: no plan of this case costs less, and none emits less." in text


def test_one_plan_that_is_not_proven_claims_nothing(case: Case, make_point: MakePoint) -> None:
    found = front_of(case, make_point(1000, 3000, bound_eur=2000), least_eur=2000.0)
    text = flat(frontier_text(found))
    assert "one plan was found, 1,000 kg CO2e, 3,000 EUR; none that was found is cleaner" in text
    assert "also the cheapest" not in text
    assert "none costs less than 2,000 EUR (proven)" in text


def test_a_part_of_a_front_names_no_ends(case: Case, make_point: MakePoint) -> None:
    points = make_point(1000, 3000), make_point(1500, 2000)
    text = frontier_text(front_of(case, *points, caps=10, both_ends=False, interrupted=True))
    assert "least cost under 2 caps of 10 on CO2e; 2 plans." in flat(text)
    assert "cleanest" not in text


def test_unserved_teu_are_told(case: Case, make_point: MakePoint) -> None:
    points = [make_point(kg, 4000 - kg, unserved=1, served=3) for kg in (1000, 1500)]
    short = [replace(point, served_teu=6.0) for point in points]
    assert "Not all is served: 6 of 8 TEU." in frontier_text(front_of(case, *short))


def test_csv_has_words_for_truth(case: Case, make_point: MakePoint) -> None:
    header, first, _ = frontier_csv(
        front_of(case, make_point(1000, 3000), make_point(1500, 2000))
    ).splitlines()
    assert header.startswith("cap_kg,co2e_kg,cost_eur,status,eur_per_t,")
    assert header.endswith("share_road,share_rail,share_sea,share_barge")
    assert ",false,false," in first
