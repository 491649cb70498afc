from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main

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
