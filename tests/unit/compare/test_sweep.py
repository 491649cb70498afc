"""Sweeps as they are typed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from routeopt.compare import Sweep, SweepError, read_sweep
from routeopt.compare.sweep import plain


def values(text: str) -> list[str]:
    return [plain(value) for value in read_sweep(f"carbon_price_eur_per_t={text}").values]


def test_values_are_exact_and_include_the_end() -> None:
    assert values("0:200:50") == ["0", "50", "100", "150", "200"]
    assert values("0.8:1.2:0.1") == ["0.8", "0.9", "1", "1.1", "1.2"]
    assert values("7:7:1") == ["7"]
    assert values(" 0 : 1e2 : 50 ") == ["0", "50", "100"]


def test_the_end_is_taken_if_it_is_missed_by_rounding_alone() -> None:
    assert values("0:1:0.333") == ["0", "0.333", "0.666", "1"]
    sweep = read_sweep("carbon_price_eur_per_t=0:100:30")
    assert [*map(plain, sweep.values)] == ["0", "30", "60", "90"]
    assert sweep.to == 100


def patch(text: str, value: str) -> tuple[dict[str, object], str]:
    sweep = read_sweep(text)
    return sweep.patch(Decimal(value)), sweep.label(Decimal(value))


def test_a_key_of_the_case() -> None:
    assert patch("carbon_price_eur_per_t=0:200:20", "20.50") == (
        {"carbon_price_eur_per_t": "20.5"},
        "20.5 EUR/t",
    )
    assert patch("limits.cost_eur=1:3:1", "2E+3") == ({"limits": {"cost_eur": "2000"}}, "2000 EUR")
    assert patch("limits.min_share.rail=0:1:0.5", "0.5")[0] == {
        "limits": {"min_share": {"rail": "0.5"}}
    }
    assert patch("fx_to_eur.USD=0.8:1:0.1", "0.9")[0] == {"fx_to_eur": {"USD": "0.9"}}
    assert patch("grid.year=2020:2025:1", "2024")[0] == {"grid": {"year": "2024"}}


def test_a_column_that_is_set() -> None:
    found, label = patch("terminals[id=CNDAL-DAYAOWAN].handling_eur_per_teu=50:78:4", "54")
    where = {"id": ["CNDAL-DAYAOWAN"]}
    assert found["override"] == [
        {"table": "terminals", "where": where, "set": {"handling_eur_per_teu": "54"}}
    ]
    assert label == "54 EUR/TEU"


def test_a_column_that_is_scaled() -> None:
    found, label = patch("services[mode=rail;barge, from=A].cost_per_teu*=0.8:1.2:0.1", "0.9")
    where = {"mode": ["rail", "barge"], "from": ["A"]}
    assert found["override"] == [
        {"table": "services", "where": where, "scale": {"cost_per_teu": "0.9"}}
    ]
    assert label == "× 0.9"


def test_values_may_hold_commas_and_brackets_may_be_empty() -> None:
    door = read_sweep("shipments[origin=45.7,126.6 Works,teu=2].max_hours=1:2:1")
    assert door.where == {"origin": ("45.7,126.6 Works",), "teu": ("2",)}
    assert read_sweep("services[].hours*=1:2:1").where == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("carbon_price_eur_per_t", "want KEY=FROM:TO:STEP"),
        ("carbon_price_eur_per_t=0:200", "want KEY=FROM:TO:STEP"),
        ("=0:200:20", "want KEY=FROM:TO:STEP"),
        ("carbon_prise_eur_per_t=0:200:20", "did you mean 'carbon_price_eur_per_t'?"),
        ("limits.cost_ur=0:200:20", "did you mean 'limits.cost_eur'?"),
        ("name=0:1:1", "'name' is no key of the case with a number"),
        ("servics[id=a].hours=0:1:1", "no table of a case: did you mean 'services'?"),
        ("services[id=a].huors=0:1:1", "did you mean 'hours'?"),
        ("services[mod=a].hours=0:1:1", "'mod' is no column of services: did you mean 'mode'?"),
        ("services[a].hours=0:1:1", "want column=value, got 'a'"),
        ("services[id=a,id=b].hours=0:1:1", "id stands twice; write id=a;b"),
        ("services[id=a].mode=0:1:1", "'mode' is no column of services with a number"),
        ("services.hours=0:1:1", "services[].hours is every row"),
        ("max_legs*=1:2:1", "only a column of a table can be scaled"),
        ("max_legs=1:2:0.5", "want a whole number 1 to 1000, got '1.5'"),
        ("carbon_price_eur_per_t=-5:5:5", "want a number >= 0, got '-5'"),
        ("services[id=a].hours*=-1:1:1", "want a number >= 0, got '-1'"),
        ("limits.min_share.rail=0:2:1", "want a number 0 to 1, got '2'"),
        ("max_legs=5:1:1", "want FROM <= TO"),
        ("max_legs=1:5:0", "want STEP > 0"),
        ("max_legs=1:5:7", "the step is longer"),
        ("max_legs=1:5:x", "want a number, got 'x'"),
        ("max_legs=1:nan:1", "want a number, got 'nan'"),
        ("max_legs=1:1_0:1", "want a number, got '1_0'"),
        ("max_legs=1:1e400:1", "want a number from 1E-9 to 1e+12"),
        ("max_legs=1:5:1e-999999", "want a number from 1E-9 to 1e+12"),
        ("max_legs=1:201:1", "at most 200"),
    ],
)
def test_what_is_wrong_and_what_is_nearest(text: str, message: str) -> None:
    with pytest.raises(SweepError) as caught:
        read_sweep(text)
    assert message in str(caught.value)


def test_as_many_values_as_are_allowed() -> None:
    assert len(read_sweep("max_legs=1:200:1").values) == 200


def test_whole_numbers() -> None:
    assert read_sweep("max_legs=1:3:1").whole
    assert not read_sweep("services[].max_units*=1:3:1").whole
    assert isinstance(read_sweep("max_legs=1:3:1"), Sweep)
