from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt import optimize
from routeopt.commands import main
from routeopt.freight import Plan
from routeopt.plots import fonts

MakeCase = Callable[..., Path]


def pareto(*words: object) -> Result:
    return CliRunner().invoke(main, ["pareto", *map(str, words)])


def test_front_in_words(make_case: MakeCase) -> None:
    # Tuesday's train: 20 t x 600 km x 10 g = 120 kg, 2 x 100 + 2 x 15 = 230 EUR, there Wed 08:00
    # in Madrid; the truck emits 20 x 650 x 80 g = 1040 kg and costs 930 EUR, there Tue 00:00.
    done = pareto(make_case(), "--shipment", "BOX/1")
    assert (done.exit_code, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "BOX/1, Port to Dry port" in text
    assert "1 Wed 4 Mar 08:00 120 230 47.0 –" in text
    assert "2 Tue 3 Mar 00:00 1,040 930 15.0 –" in text


def test_json_follows_the_contract(make_case: MakeCase) -> None:
    answer = json.loads(pareto(make_case(), "--shipment", "BOX/1", "--format", "json").stdout)
    assert set(answer) == {"shipment", "points"}
    first, second = answer["points"]
    assert set(first) == {"co2e_kg", "cost_eur", "delivered", "hours", "legs", "transfers"}
    assert first["co2e_kg"] == pytest.approx(120.0)
    assert first["delivered"] == "2026-03-04T07:00:00+00:00"
    assert first["legs"][0]["service"] == "train"
    assert [transfer["terminal"] for transfer in second["transfers"]] == ["PORT", "DRY"]


def test_csv_has_a_row_for_each_point(make_case: MakeCase) -> None:
    done = pareto(make_case(), "--shipment", "BOX/1", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["point"] for row in rows] == ["1", "2"]


def test_empty_front_is_4_with_the_reason(make_case: MakeCase) -> None:
    folder = make_case(due="2026-03-02T20:00")
    done = pareto(folder, "--shipment", "BOX/1", "--format", "json")
    assert done.exit_code == 4
    assert json.loads(done.stdout) == {"shipment": "BOX/1", "points": []}
    assert done.stderr.startswith("BOX/1 can't be served: ")
    assert pareto(folder, "--shipment", "BOX/1").stdout == ""


def test_unknown_shipment_names_the_nearest(make_case: MakeCase) -> None:
    done = pareto(make_case(), "--shipment", "BOX1")
    assert done.exit_code == 3
    assert "BOX/1" in done.stderr


def test_scenario(make_case: MakeCase) -> None:
    done = pareto(make_case(), "--shipment", "BOX/1", "--scenario", "Strike", "--format", "json")
    (point,) = json.loads(done.stdout)["points"]
    assert point["legs"][0]["service"] == "truck"


# ---- the whole plan ---------------------------------------------------------------------------

CHEAP_TRUCK = "override: [{table: services, where: {id: truck}, set: {cost_per_unit: 50}}]\n"
KEYS = {
    "cap_kg", "co2e_kg", "cost_eur", "status", "eur_per_t", "bound_eur", "gap", "hours", "served",
    "unserved", "same_plan", "knee", "share",
}  # fmt: skip


@pytest.fixture
def trade(make_case: MakeCase) -> Path:
    """Three boxes, each 120 kg for 230 EUR by train, 1040 kg for 80 EUR by truck."""
    return make_case(more=CHEAP_TRUCK)


def test_plan_front_in_words(trade: Path) -> None:
    # Caps of 360, 1740 and 3120 kg; up to 1740 kg one box goes by truck: 2 x 120 + 1040 = 1280 kg,
    # 2 x 230 + 80 = 540 EUR. Each truck saves 150 EUR and emits 0.92 t: 163 EUR/t.
    # Shares: 2 x 12,000 of 37,000 tkm by rail. Hours: 47, 47 and 95 by train, 15 by truck.
    done = pareto(trade, "--points", 3)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == (
        "Three boxes: least cost under 3 caps on CO2e; 3 plans, from the cleanest to the"
    )
    words = [line.split() for line in lines[3:7]]
    assert words[0] == ["cap", "kg", "kg", "CO2e", "EUR", "EUR/t", "h", "each", "road", "rail"]
    assert words[1] == ["cleanest", "360", "360", "690", "163", "63.0", "–", "100", "%"]
    assert words[2] == ["1,740", "1,280", "540", "163", "36.3", "35", "%", "65", "%"]
    assert words[3] == ["cheapest", "3,120", "3,120", "240", "–", "15.0", "100", "%", "–"]
    assert "Proven: no plan of this case that keeps the cap of a row costs less." in done.stdout
    assert "knee" not in done.stdout.lower()
    assert max(map(len, lines)) <= 80


def test_plan_front_as_json(trade: Path) -> None:
    answer = json.loads(pareto(trade, "--points", 4, "--format", "json").stdout)
    points = answer["points"]
    assert all(set(point) == KEYS for point in points)
    assert [point["cap_kg"] for point in points] == pytest.approx([360, 1280, 2200, 3120])
    assert [point["co2e_kg"] for point in points] == pytest.approx([360, 1280, 2200, 3120])
    assert [point["cost_eur"] for point in points] == pytest.approx([690, 540, 390, 240])
    assert [point["status"] for point in points] == ["optimal"] * 4
    assert [p["eur_per_t"] for p in points] == pytest.approx([150 / 0.92] * 3 + [None])
    assert points[1]["share"] == pytest.approx(
        {"road": 13 / 37, "rail": 24 / 37, "sea": 0, "barge": 0}
    )


def test_plan_front_as_csv(trade: Path) -> None:
    done = pareto(trade, "--points", 7, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 7
    # 360 + 460 n kg: every second cap admits no further truck.
    assert [row["same_plan"] for row in rows] == ["false", "true"] * 3 + ["false"]
    assert rows[-1]["eur_per_t"] == ""
    assert float(rows[0]["share_rail"]) == 1.0


def test_any_number_of_processes_gives_the_same_bytes(trade: Path) -> None:
    outputs = {
        pareto(trade, "--format", "json", "--points", 5, *words).stdout
        for words in ([], ["--workers", 1], ["--workers", 2])
    }
    assert len(outputs) == 1
    assert '"cap_kg"' in outputs.pop()


def test_processes_work_on_the_scenario(trade: Path) -> None:
    done = pareto(trade, "--scenario", "Strike", "--workers", 2, "--format", "json")
    (point,) = json.loads(done.stdout)["points"]
    assert point["co2e_kg"] == pytest.approx(3120)


def test_cleanest_and_cheapest_in_one(make_case: MakeCase) -> None:
    done = pareto(make_case())
    text = " ".join(done.stdout.split())
    assert "the cleanest plan is also the cheapest, 360 kg CO2e, 690 EUR. No cap" in text
    assert done.exit_code == 0


def test_infeasible_plan_is_4_with_the_reason(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case(more="limits: {cost_eur: 100}\n")
    done = pareto(folder, "--format", "json", "--plot", tmp_path / "front.svg")
    assert done.exit_code == 4
    assert json.loads(done.stdout) == {"points": []}
    assert "no plan keeps every deadline and limit (proven)" in done.stderr
    assert "100 EUR" in done.stderr
    assert not (tmp_path / "front.svg").exists()


def test_no_plan_in_time_is_5(trade: Path) -> None:
    done = pareto(trade, "--time-limit", 1e-9)
    assert (done.exit_code, done.stdout) == (5, "")
    assert "no plan was found before the time limit" in done.stderr


def test_ctrl_c_shows_what_is_done(trade: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, calls = optimize.solve, itertools.count(1)

    def search(*args: Any, **rest: Any) -> Plan:  # noqa: ANN401  as the real one
        return replace(found(*args, **rest), interrupted=next(calls) == 4)

    monkeypatch.setattr(optimize, "solve", search)
    done = pareto(trade, "--points", 4, "--format", "json")
    assert done.exit_code == 130
    assert "interrupted; 3 of 4 points are done" in done.stderr
    costs = [point["cost_eur"] for point in json.loads(done.stdout)["points"]]
    assert costs == pytest.approx([690, 540, 240])


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["--points", 1], 2, "x>=2"),
        (["--plot", "front.gif"], 3, "want a picture that ends in .svg, .png or .pdf"),
        (["--plot", "nowhere/front.svg"], 3, "there is no folder nowhere"),
        (["--shipment", "BOX/1", "--points", 4], 2, "--points: not with --shipment"),
    ],
)
def test_wrong_words_are_told_before_any_work(
    trade: Path, monkeypatch: pytest.MonkeyPatch, words: list[object], status: int, message: str
) -> None:
    def never(*_: Any, **__: Any) -> Plan:  # noqa: ANN401  whatever it is asked
        raise AssertionError("solved")

    monkeypatch.setattr(optimize, "solve", never)
    done = pareto(trade, *words)
    assert done.exit_code == status
    assert message in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("words", [["--points", 4], ["--shipment", "BOX/1"]])
def test_plot_is_drawn_beside_the_table(trade: Path, tmp_path: Path, words: list[object]) -> None:
    picture = tmp_path / "front.svg"
    done = pareto(trade, *words, "--plot", picture)
    assert done.exit_code == 0
    assert done.stderr == f"Picture: {picture}\n"
    assert "EUR" in done.stdout
    assert "CO2e of the " in picture.read_text("utf-8")


def test_letters_that_no_font_has_are_told(
    trade: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "SCRIPTS", ())
    text = (trade / "case.yaml").read_text("utf-8").replace("Three boxes", "三 boxes")
    (trade / "case.yaml").write_text(text, "utf-8")
    assert "No font on this computer has 三" in pareto(trade, "--plot", tmp_path / "a.png").stderr
    assert "No font" not in pareto(trade, "--plot", tmp_path / "a.svg").stderr
    assert "三 boxes" in (tmp_path / "a.svg").read_text("utf-8")
