from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from routeopt.commands import main
from tests.broken.workbooks import put, write_book

MakeCase = Callable[..., Path]
KEYS = {
    "code", "severity", "file", "line", "column", "key", "value", "allowed", "nearest", "message",
    "sheet", "cell",
}  # fmt: skip


def check(*words: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, words)])


def test_sound_case_shows_a_summary(make_case: MakeCase) -> None:
    done = check(make_case())
    assert done.exit_code == 0
    assert done.stderr == ""
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0] == "Three boxes: sound"
    assert "3 shipments: 6 TEU, 60 t" in lines
    assert "2 services: 1 road, 1 rail" in lines
    assert "2 departures in the horizon: 2 rail" in lines  # Tue 3 and Thu 5 March
    assert "1 of 2 prices are assumptions" in lines


def test_sound_case_as_json_is_an_empty_list(make_case: MakeCase) -> None:
    done = check(make_case(), "--format", "json")
    assert (done.exit_code, json.loads(done.stdout), done.stderr) == (0, [], "")


def test_all_faults_on_stderr_with_their_places(make_case: MakeCase) -> None:
    folder = make_case(more="sevre: all\n")
    services = folder / "services.csv"
    text = services.read_text(encoding="utf-8").replace("truck,road", "truck,raod")
    services.write_text(text, encoding="utf-8")
    done = check(folder)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "case.yaml:11:1: E" in done.stderr
    assert "services.csv:3:mode: E" in done.stderr
    assert done.stderr.endswith("2 errors, no warnings\n")


def test_faults_as_json_and_csv(make_case: MakeCase) -> None:
    folder = make_case(more="sevre: all\n")
    done = check(folder, "--format", "json")
    (fault,) = json.loads(done.stdout)
    assert done.exit_code == 3
    assert set(fault) == KEYS
    assert (fault["severity"], fault["file"], fault["line"]) == ("error", "case.yaml", 11)
    assert fault["nearest"] == "serve"
    rows = list(csv.DictReader(io.StringIO(check(folder, "--format", "csv").stdout)))
    assert rows[0]["code"] == fault["code"]


def test_the_cell_of_a_workbook_is_named(tmp_path: Path) -> None:
    done = check(write_book(tmp_path, put("services", "F2", "far")), "--format", "json")
    (fault,) = json.loads(done.stdout)
    assert done.exit_code == 3
    assert set(fault) == KEYS
    places = ("file", "sheet", "cell", "line", "column", "key")
    assert [fault[key] for key in places] == [
        *("book.xlsx", "services", "F2", 2, "distance_km", "distance_km"),
    ]
    assert check(tmp_path).stderr.startswith("book.xlsx:services!F2: E205 distance_km: want a ")


def test_shipment_that_cannot_be_served_is_a_warning(make_case: MakeCase) -> None:
    folder = make_case(due="2026-03-02T20:00")
    done = check(folder)
    assert done.exit_code == 0
    assert "can't be served at all" in done.stdout
    assert "BOX" in done.stdout
    faults = json.loads(check(folder, "--format", "json").stdout)
    assert {fault["severity"] for fault in faults} == {"warning"}
    assert all(fault["code"].startswith("W") for fault in faults)
    assert set(faults[0]) == KEYS
    assert faults[0]["message"].startswith("BOX can't be served: arrives Tue 3 Mar 00:00")


def test_scenario_is_checked(make_case: MakeCase) -> None:
    done = check(make_case(due="2026-03-05T18:00"), "--scenario", "Strike")
    assert done.exit_code == 0
    assert check(make_case("other"), "--scenario", "Strke").exit_code == 3
