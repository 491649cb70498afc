"""Whole cases, pinned; a number here changes only by hand, with the reason in the commit."""

from __future__ import annotations

import pytest

from routeopt.audit import audit
from routeopt.box import cases_dir
from routeopt.freight import Status
from routeopt.planfile import plan_dict
from tests.casebook import told

PINNED = {  # kg, EUR, hours, tonne-km; worked out by hand in the README of each case
    "bohai-ferry": (
        35221.060773302605,
        25833.22169684342,
        658.5,
        335052.54714949464,
    ),
    "corredor-sul": (
        162920.35851859712,
        262443.8052396651,
        21013.466666666667,
        3902333.63969791,
    ),
    "dalian-or-yingkou": (
        81438.27460524808,
        134026.62314617334,
        27900.0,
        5244792.270882809,
    ),
    "leixoes-sines": (
        34041.19935675394,
        184152.42706309233,
        12839.35,
        2434702.8111065477,
    ),
    "sines-corridor": (6031.088913724723, 11737.077142986631, 1480.0, 426000.0),
    "sines-madrid-week": (
        5702.712210263446,
        8861.139390050737,
        775.2833333333333,
        183934.46002948997,
    ),
    "starter": (907.8790949198449, 3520.0, 201.0, 30120.0),
    "zhaodong-grain": (
        66636.0683822543,
        126131.61162982212,
        20900.0,
        5767963.498347104,
    ),
}


@pytest.mark.parametrize("name", PINNED)
def test_totals_are_those_worked_out_by_hand(name: str) -> None:
    answer = told(cases_dir() / name)
    case, plan, totals = answer.case, answer.plan, answer.plan.totals
    assert plan.status is Status.OPTIMAL
    assert (totals.co2e_kg, totals.cost_eur, totals.hours, totals.tkm) == pytest.approx(
        PINNED[name], rel=1e-9
    )
    assert audit(plan_dict(plan), case) == ()


def test_every_case_in_the_box_is_pinned() -> None:
    folders = {path.parent.name for path in cases_dir().glob("*/case.yaml")}
    assert folders == set(PINNED)
