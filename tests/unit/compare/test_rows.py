"""What each row saves against the first, worked out by hand."""

from __future__ import annotations

import pytest

from routeopt.compare import Row, compared
from tests.unit.compare.answers import answer, ride, ways

TRUCK, TRAIN = ride("truck"), ride("train")


def second(first: tuple[float, float], other: tuple[float, float]) -> Row:
    """Row of a plan of (kg, EUR) beside a first one."""
    rows = compared([answer("a", *first), answer("b", *other)])
    assert rows[0].saved_kg is None
    return rows[1]


def test_eur_per_tonne_abated() -> None:
    # 50 kg for 100 EUR against 20 kg for 110 EUR: 10 EUR / 30 kg x 1000 = 333.33 EUR/t
    row = second((50, 100), (20, 110))
    assert row.saved_kg == pytest.approx(30)
    assert row.eur_per_t == pytest.approx(1000 / 3)


def test_cheaper_and_cleaner_is_negative() -> None:
    # (80 - 100) EUR / (50 - 20) kg x 1000 = -666.67
    assert second((50, 100), (20, 80)).eur_per_t == pytest.approx(-2000 / 3)


def test_more_kilograms_save_nothing() -> None:
    row = second((20, 110), (50, 100))
    assert (row.saved_kg, row.eur_per_t) == (-30, None)


def test_differences_by_rounding_are_none() -> None:
    row = second((50, 100), (50 + 1e-9, 90))
    assert (row.saved_kg, row.eur_per_t) == (0, None)
    assert second((50, 1e6), (20, 1e6 + 0.5)).eur_per_t == 0


@pytest.mark.parametrize("status", ["infeasible", "unknown", "error"])
def test_rows_without_a_plan_are_not_held_against_anything(status: str) -> None:
    rows = compared([answer("a", 50, 100), answer("b", status=status, reason="too late")])
    assert (rows[1].saved_kg, rows[1].eur_per_t, rows[1].changed) == (None, None, "")
    rows = compared([answer("a", status=status), answer("b", 50, 100), answer("c", 20, 110)])
    assert [row.saved_kg for row in rows] == [None, None, None]


def test_less_cargo_is_no_saving() -> None:
    # 3 x 2 TEU by truck, against 2 x 2 TEU with one box left behind
    whole = answer("whole", 150, 300, ways=ways((3, [TRUCK])))
    part = answer("part", 100, 200, ways=ways((2, [TRUCK]), (1, [])))
    row = compared([whole, part])[1]
    assert (row.saved_kg, row.eur_per_t) == (None, None)
    assert row.unlike == "serves 4 TEU, not 6"
    assert row.changed == "2 of 6 TEU of trucks are left behind"


def test_other_cases_are_compared_by_their_totals_alone() -> None:
    first = answer("a", 50, 100, ways=ways((1, [TRUCK])))
    other = answer("b", 20, 110, ways=ways((3, [TRAIN])), case_name="Other")
    row = compared([first, other])[1]
    assert row.saved_kg == 30
    assert (row.changed, row.unlike) == ("", "")


def test_shares_are_of_tonne_km() -> None:
    assert answer("a").share == {"rail": 0.75, "road": 0.25}
    assert answer("a", tkm={}).share == {}
