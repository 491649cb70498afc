"""`compare --sweep` as a planner types it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main

MakeCase = Callable[..., Path]
ROOT = Path(__file__).parents[2]
CARBON = "carbon_price_eur_per_t=0:4000:1000"
DEARER = """\
override:
  - {table: services, where: {id: train}, set: {cost_per_unit: 1500}}
"""


def sweep(folder: Path, words: str, *more: object) -> Result:
    options = [*map(str, more)]
    if "--workers" not in options:
        options += ["--workers", "1"]
    return CliRunner().invoke(main, ["compare", str(folder), "--sweep", words, *options])


def answer_of(folder: Path, words: str, *more: object) -> dict[str, Any]:
    done = sweep(folder, words, *more, "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def dear_trains(make_case: MakeCase, more: str = "") -> Path:
    """Trains at 1,500 EUR a slot: a box pays 3,000 + 30 EUR and emits 120 kg; a truck 930, 1,040.

    The train is the cheaper one from (3,030 - 930) / (1.04 - 0.12) = 2,282.6 EUR/t on.
    """
    return make_case(more=f"objective: [cost, co2e]\n{more}{DEARER}")


def test_the_break_even_price_of_carbon(make_case: MakeCase) -> None:
    found = answer_of(dear_trains(make_case), CARBON)
    assert [row["value"] for row in found["rows"]] == [0, 1000, 2000, 3000, 4000]
    assert [row["share"] for row in found["rows"]] == [{"road": 1.0}] * 3 + [{"rail": 1.0}] * 2
    # 3 x 930 EUR + 3.12 t x 1,000 EUR/t
    assert found["rows"][1]["cost_eur"] == pytest.approx(2790 + 3120)
    (switch,) = found["switches"]
    assert switch["below"] < 2100 / 0.92 <= switch["above"] == switch["value"]
    assert switch["value"] == pytest.approx(2100 / 0.92, rel=0.01)
    assert switch["changed"] == "6 of 6 TEU move from trucks to trains"


def test_table(make_case: MakeCase) -> None:
    text = sweep(dear_trains(make_case), CARBON).stdout
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "carbon_price_eur_per_t: 5 values"
    assert lines[3].startswith("0 EUR/t       3,120   2,790    15.0  100 %")
    between = next(n for n, line in enumerate(lines) if line.startswith("  » from 22"))
    assert lines[between].endswith("EUR/t: 6 of 6 TEU move from trucks to trains")
    assert lines[between - 1].startswith("2000 EUR/t")
    assert lines[between + 1].startswith("3000 EUR/t")


def test_csv_has_switches_as_rows_of_their_own_kind(make_case: MakeCase) -> None:
    done = sweep(dear_trains(make_case), CARBON, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["kind"] for row in rows] == ["sweep"] * 5 + ["switch"]
    assert float(rows[-1]["value"]) == pytest.approx(2282.6, rel=0.01)
    assert rows[-1]["changed"] == "6 of 6 TEU move from trucks to trains"


def test_a_column_is_scaled_after_the_overrides_of_the_case(make_case: MakeCase) -> None:
    # 2 slots x 1,500 x f + 30 EUR = 930 at f = 0.3
    words = "services[mode=rail].cost_per_unit*=0.1:0.5:0.1"
    found = answer_of(dear_trains(make_case), words)
    assert found["rows"][0]["name"] == "× 0.1"
    assert found["rows"][0]["cost_eur"] == pytest.approx(3 * (300 + 30))
    (switch,) = found["switches"]
    assert switch["value"] == pytest.approx(0.3, rel=0.015)


def test_a_column_is_set_in_a_scenario(make_case: MakeCase) -> None:
    # its list of overrides replaces that of the case: trains at 200 EUR a slot, 400 + 30 a box
    more = """\
  - name: Fair
    override:
      - {table: services, where: {id: train}, set: {cost_per_unit: 200}}
"""
    folder = make_case(more=more + DEARER)
    words = "services[id=train].max_units=2:4:2"
    found = answer_of(folder, words, "--scenario", "Fair", "--objective", "cost")
    assert found["rows"][0]["scenario"] == "Fair"
    assert found["rows"][1]["cost_eur"] == pytest.approx(3 * 430)
    # two slots a train take one box each on Tuesday and on Thursday: the third goes by truck
    assert found["rows"][0]["cost_eur"] == pytest.approx(2 * 430 + 930)
    assert sweep(folder, words, "--scenario", "Fiar").exit_code == 3


def test_a_baseline_stands_first(make_case: MakeCase) -> None:
    found = answer_of(make_case(), "max_legs=1:2:1", "--baseline", "road")
    assert [row["name"] for row in found["rows"]] == ["all road", "1", "2"]
    assert found["rows"][1]["saved_kg"] == pytest.approx(2760.0)
    assert found["switches"] == []


def test_where_there_begins_to_be_a_plan(make_case: MakeCase) -> None:
    text = sweep(make_case(), "limits.cost_eur=600:800:100").stdout
    assert "\n600 EUR: infeasible\n  BOX/1" in text
    assert "EUR: there is a plan\n700 EUR" in text


def test_prices_that_decide_nothing_are_told(make_case: MakeCase) -> None:
    text = sweep(make_case(), "carbon_price_eur_per_t=0:100:100").stdout
    assert "The plan is the same at every value." in text
    assert "--objective cost asks for the cheapest plan" in " ".join(text.split())


def test_an_end_that_the_step_does_not_reach_is_told(make_case: MakeCase) -> None:
    done = sweep(make_case(), "carbon_price_eur_per_t=0:100:40")
    assert "the last value is 80 EUR/t: the step does not reach 100 EUR/t" in done.stderr
    assert sweep(make_case("b"), "carbon_price_eur_per_t=0:100:40", "-q").stderr == ""


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("carbon_prise=0:1:1", 2, "Invalid value for '--sweep'"),
        ("services[mode=rial].hours*=1:2:1", 3, "has the mode 'rial': did you mean 'rail'?"),
        ("services[mode=rail,id=truck].hours*=1:2:1", 3, "no row of services has all of it"),
        ("services[id=train].cost_per_t*=1:2:1", 3, "no such row has a cost_per_t"),
        ("regulations.ets2_eur_per_t=0:1:1", 3, "regulations.year: missing key"),
    ],
)
def test_sweeps_that_do_not_fit(make_case: MakeCase, words: str, status: int, message: str) -> None:
    done = sweep(make_case(), words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert message in " ".join(done.stderr.split())


def test_one_case_one_sweep_one_scenario(make_case: MakeCase) -> None:
    one, two = make_case("one"), make_case("two")
    assert sweep(one, CARBON, two).exit_code == 2
    assert sweep(one, CARBON, "--sweep", CARBON).exit_code == 2
    assert sweep(one, CARBON, "--scenario", "Strike", "--scenario", "Other").exit_code == 2
    assert "wants one CASE" in sweep(one / "plan.json", CARBON).stderr


def test_as_many_workers_as_one_likes(make_case: MakeCase) -> None:
    folder = dear_trains(make_case)
    texts = {sweep(folder, CARBON, "--workers", n, "--format", "json").stdout for n in (1, 2)}
    assert len(texts) == 1


def test_dalian_and_yingkou_draw_level_where_the_readme_says() -> None:
    # its README: when Dalian handles for 57 EUR a TEU
    words = "terminals[id=CNDAL-DAYAOWAN].handling_eur_per_teu=56:58:2"
    (switch,) = answer_of(ROOT / "cases" / "dalian-or-yingkou", words)["switches"]
    assert switch["below"] < 57 <= switch["above"]
    assert switch["above"] == pytest.approx(57, rel=0.01)
    assert "TEU move from ships out of Dalian" in switch["changed"]
