"""The text, CSV and JSON of an explanation, on the case of tests/seacase.py."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routeopt.case import Case
from routeopt.explain import Explanation, Sum, explain
from routeopt.report.explain import COLUMNS, explain_csv, explain_dict, explain_text
from routeopt.sensitivity import Outcome, Question, Verdict
from tests import seacase

WTW = seacase.WTT + seacase.TTW


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, dict[str, Any]]:
    case, _, plan = seacase.solved(seacase.write(tmp_path_factory.mktemp("sea")))
    return case, plan


@pytest.fixture
def whole(solved: tuple[Case, dict[str, Any]]) -> Explanation:
    return explain(*solved)


def outcome(verdict: Verdict, *, note: str = "", **rest: Any) -> Outcome:  # noqa: ANN401  any field
    question = Question(name="grid of 2024", patch={"grid": {"year": 2024}}, note=note)
    return Outcome(question=question, verdict=verdict, **rest)


def flat(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def test_first_lines_answer(whole: Explanation) -> None:
    first = flat(explain_text(whole).partition("\n\n")[0])
    # 3 × 298 + 246.8 and 3 × 940 + 886.2; oil on ships 3 × 1,064 + 1,007 = 4,199 kg
    assert first.startswith(
        "Singapore to Madrid, 4 shipments: 4,847 kg CO2e = 1,141 well to tank + 3,706 tank to "
        "wheel. Of what: oil in ships 4,199 kg (86.6 %), electricity in trains 350 kg (7.2 %), "
        "oil in trains 133 kg (2.7 %), handling at terminals 126 kg (2.6 %), "
        "reefer plugs at terminals 22.8 kg (0.5 %), R-134a in ships 16.2 kg (0.3 %). "
    )
    assert "How sure: primary data behind 21.1 %, modelled data behind 58.8 %" in first


def test_no_line_is_wider_than_100(whole: Explanation) -> None:
    asked = [outcome(Verdict.BEST, co2e_kg=WTW, cost_eur=1.0, note="a note " * 40)]
    assert max(map(len, explain_text(whole, asked).splitlines())) <= 100


def test_group_is_one_block_that_adds_up(whole: Explanation) -> None:
    text = explain_text(whole)
    # 60 t × (10,000 + 600 + 500) km = 666,000 tkm; 3,714 kg
    title = "3 × dry (/1 to /3), together: 60 t in 6 TEU, 3,714 kg, 5.58 g/tkm WTW over 666,000 tkm"
    assert title in flat(text)
    ship = next(line for line in text.splitlines() if line.startswith("leg 1  =ship"))
    assert ship.split() == [
        "leg", "1", "=ship", "[2]", "10,000", "60,000", "TEU-km", "7.5", "40", "450.0", "2,400.0",
        "2,850.0",
    ]  # fmt: skip


def test_total_stands_beside_the_plans(whole: Explanation) -> None:
    text = flat(explain_text(whole))
    assert (
        "All rows add up to 4,847.018 kg (1,140.8 WTT, 3,706.218 TTW); "
        "the plan says 4,847.018 kg (1,140.8 WTT, 3,706.218 TTW): they agree." in text
    )


def test_difference_is_shouted(whole: Explanation) -> None:
    wrong = (Sum(what="co2e_kg", rows=WTW, stated=1.0), *whole.sums[1:])
    text = flat(explain_text(replace(whole, sums=wrong)))
    assert "THE ROWS DO NOT ADD UP" in text.partition("leg 1")[0]
    assert "THEY DIFFER. Differs: co2e_kg: the rows add up to" in text


def test_factors_show_energy_times_grams_and_sources(whole: Explanation) -> None:
    text = flat(explain_text(whole))
    assert (
        "[2] ship, oil: 0.5 MJ per TEU-km × (15 + 80) g/MJ = 7.5 WTT + 40 TTW g per TEU-km; "
        "modelled data, sfd km, GWP100 of AR6 ship: ships, p.1 oil: fuels, p.1" in text
    )
    assert (
        "rail, electricity: 0.05 kWh per tkm × 200 g/kWh (PT 2025 made_up: 180 generated, "
        "10 % lost) = 10 WTT + 0 TTW g per tkm; default data" in text
    )
    assert "no hub category: handling counts as 0 kg" in text
    assert "cold, R-134a that leaks: 1.53 g per TEU-km; primary data" in text
    assert "oil: as in [2]" in text


def test_charges_with_coverage(whole: Explanation) -> None:
    text = explain_text(whole)
    # dry: 3 × 12.38 shadow, 3 × 49.63 EU ETS, 3 × 19.541 FuelEU
    row = next(line for line in text.splitlines() if line.startswith("3 × dry (/1 to /3)   "))
    assert row.split()[-5:] == ["37.14", "149", "58.62", "0", "245"]
    assert (
        "Covered by EU ETS and FuelEU, 3 × dry (/1 to /3) and ice: "
        "leg 1 =ship 50 %, leg 2 feeder 50 %." in flat(text)
    )


def test_statements(whole: Explanation) -> None:
    text = flat(explain_text(whole))
    # hubs with a category: 3 × 3 × 2 + 3 = 21 TEU; 666,000 + 10 × 11,100 tkm
    for words in (
        "Intensity: 6.24 g/tkm WTW, 4.77 TTW, over 777,000 tkm.",
        "Hubs handled 21 TEU: their kilograms are in the intensity",
        "their activity is not in the tkm.",
        "Distances: rail sfd, sea sfd.",
        "GWP100 sets: AR6.",
        "PT made_up 2025, 180 g/kWh and 10 % lost",
        "Left out: making, servicing and scrapping of vehicles",
        "Computed by the method of ISO 14083:2023; nobody has certified it.",
    ):
        assert words in text


def test_plan_without_charges(tmp_path: Path) -> None:
    prices = (
        "carbon_price_eur_per_t: 10\n"
        "regulations: {year: 2026, eu_ets_eur_per_t: 100, fueleu: true}\n"
    )
    case, _, plan = seacase.solved(seacase.write(tmp_path, case=(prices, "")))
    explanation = explain(case, plan)
    assert explanation.charges == ()
    assert "Carbon charges: none in this plan." in explain_text(explanation)


def test_nothing_served(solved: tuple[Case, dict[str, Any]]) -> None:
    case, plan = solved
    zero = dict.fromkeys(("co2e_kg", "wtt_kg", "ttw_kg"), 0.0)
    nobody = {**plan, "shipments": [], "totals": {**zero, "cost_parts": {"carbon": 0.0}}}
    assert "no shipment is served" in explain_text(explain(case, nobody))


def test_many_chains_are_cut_and_still_add_up(
    whole: Explanation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routeopt.report.explain.MAX_GROUPS", 1)
    text = explain_text(whole)
    # ice: 1,133.018 kg
    assert "and 1 more chain with 1,133 kg: see --format csv, or --shipment" in text
    assert "1 more shipments" not in text
    assert "1 more shipment " in text


def test_long_ids_are_cut_in_their_middle(whole: Explanation) -> None:
    lines = tuple(replace(line, name="a" * 50 + "-" + "z" * 50) for line in whole.lines)
    text = explain_text(replace(whole, lines=lines))
    table = text.partition("\n\n")[2].partition("\n\n")[0]
    assert max(map(len, table.splitlines())) <= 100
    assert "a…z" in table


def test_sensitivity_in_words(whole: Explanation) -> None:
    asked = [
        outcome(Verdict.BEST, co2e_kg=WTW * 0.9, cost_eur=10.0, note="PT 180 → 90"),
        outcome(Verdict.OTHER, co2e_kg=WTW * 1.2, cost_eur=10.0, best_kg=WTW, best_eur=20.0,
                moved=3, proven=True),
        outcome(Verdict.OTHER, co2e_kg=WTW, cost_eur=10.0, best_kg=WTW, best_eur=20.0, moved=0,
                broken="train would carry 84 t, 72 t are its most"),
        outcome(Verdict.INFEASIBLE, co2e_kg=WTW, cost_eur=1.0, reason="No train runs."),
        outcome(Verdict.OPEN, co2e_kg=WTW, cost_eur=1.0, reason="no plan was found in time"),
        outcome(Verdict.UNTOUCHED, note="no electric leg"),
    ]  # fmt: skip
    text = flat(explain_text(whole, asked))
    for words in (
        "moves the whole plan's total by −10 % to +20 %",
        "4,362 −10 % 10 still the best",
        "5,816 +20 % 10 not the best",
        "the best would be 4,847 kg and 20 EUR, 3 shipments going another way.",
        "as planned train would carry 84 t, 72 t are its most; the best found",
        "in time would be 4,847 kg and 20 EUR, only other departures.",
        "4,847 0 % 1 infeasible",
        "grid of 2024: No train runs.",
        "not worked out in time",
        "grid of 2024: no plan was found in time.",
        "no number changes",
        "grid of 2024: no electric leg.",
    ):
        assert words in text


def test_csv_adds_up_unrounded(whole: Explanation) -> None:
    text = explain_csv(whole)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text.count("shipment,element,kind") == 1
    assert tuple(rows[0]) == COLUMNS
    for key, total in (("wtt_kg", seacase.WTT), ("ttw_kg", seacase.TTW), ("wtw_kg", WTW)):
        assert math.fsum(float(row[key]) for row in rows if row[key]) == pytest.approx(total, 1e-12)
    for row in rows:
        if row["wtt_kg"]:
            activity, grams = float(row["activity"]), float(row["wtt_g_per_activity"])
            assert float(row["wtt_kg"]) == activity * grams / 1000
    assert {row["shipment"] for row in rows} == {"dry/1", "dry/2", "dry/3", "ice"}
    charges = [row for row in rows if row["kind"] == "carbon charge"]
    ets = math.fsum(float(row["ets_eur"]) for row in charges if row["shipment"] == "dry/1")
    assert ets == pytest.approx(49.63)
    assert {row["coverage"] for row in charges} == {"", "0.5"}


def test_csv_defuses_formulas_and_leaves_numbers(whole: Explanation) -> None:
    rows = list(csv.DictReader(io.StringIO(explain_csv(whole))))
    assert {row["service_or_terminal"] for row in rows if row["element"] == "leg 1"} == {"'=ship"}
    # a credit would be a number below 0, and no formula
    lower = replace(whole, lines=(replace(whole.lines[0], wtt_g=-4000.0),), charges=())
    (row,) = csv.DictReader(io.StringIO(explain_csv(lower)))
    assert row["wtt_g_per_activity"] == "-4000.0"


def test_json_holds_it_all(whole: Explanation) -> None:
    asked = [outcome(Verdict.BEST, co2e_kg=WTW, cost_eur=10.0)]
    answer = json.loads(json.dumps(explain_dict(whole, asked), allow_nan=False))
    assert answer["agrees"] is True
    assert answer["certified"] is False
    assert answer["co2e_kg"] == pytest.approx(WTW)
    assert math.fsum(row["wtw_kg"] for row in answer["lines"]) == pytest.approx(WTW)
    ice = next(row for row in answer["shipments"] if row["id"] == "ice")
    # 1,133.018 kg over 10 t × 11,100 km
    assert ice["wtw_g_per_tkm"] == pytest.approx(1_133_018 / 111_000)
    assert answer["hub_activity_teu"] == 21
    assert answer["sensitivity"][0]["verdict"] == "still the best"
    assert answer["sensitivity"][0]["patch"] == {"grid": {"year": 2024}}
    assert explain_dict(whole)["sensitivity"] is None
    assert sum(answer["data_type_share"].values()) == pytest.approx(1)
