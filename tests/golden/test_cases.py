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
        35306.117660839016,
        25892.952686721947,
        658.5,
        336008.2429875511,
    ),
    "corredor-sul": (
        162706.44632469345,
        262268.8190196771,
        21012.016666666666,
        3899930.1307129874,
    ),
    "dalian-or-yingkou": (
        81476.75840662503,
        134053.6483009505,
        27900.0,
        5245224.673359243,
    ),
    "leixoes-sines": (
        33972.99626511757,
        184096.86833738198,
        12838.916666666666,
        2433936.4838553704,
    ),
    "sines-corridor": (6031.088913724723, 11737.077142986631, 1480.0, 426000.0),
    "sines-madrid-week": (
        5702.106250068572,
        8860.625344912187,
        775.2833333333333,
        183927.6514846085,
    ),
    "starter": (907.8790949198449, 3520.0, 201.0, 30120.0),
    "zhaodong-grain": (
        66639.63589906163,
        126133.53876820319,
        20900.0,
        5768003.58282543,
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
