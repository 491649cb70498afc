"""Whole cases, pinned; a number here changes only by hand, with the reason in the commit."""

from __future__ import annotations

import pytest

from routeopt.audit import audit
from routeopt.box import cases_dir
from routeopt.freight import Status
from routeopt.planfile import plan_dict
from tests.casebook import told

PINNED = {  # kg, EUR, hours, tonne-km; worked out by hand in the README of each case
    "corredor-sul": (
        168098.77487013568,
        262899.151885061,
        21017.483333333334,
        4057678.200145009,
    ),
    "dalian-or-yingkou": (
        81476.75840662503,
        134053.6483009505,
        27900.0,
        5245224.673359243,
    ),
    "leixoes-sines": (
        34283.45578830448,
        184296.61586938356,
        12840.433333333334,
        2441481.7422278062,
    ),
    "sines-corridor": (6031.088913724723, 11737.077142986631, 1480.0, 426000.0),
    "sines-madrid-week": (
        5704.299775435563,
        8862.486145441211,
        775.2833333333333,
        183952.29784923134,
    ),
    "starter": (907.8790949198449, 3520.0, 201.0, 30120.0),
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
