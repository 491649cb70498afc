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
TABLE = "toc_id,mode,WTT (g CO2e/tkm),TTW (g CO2e/tkm)\nlorry,road,20.5,68.5\n"


def factors(*words: object) -> Result:
    return CliRunner().invoke(main, ["factors", *map(str, words)], env={"COLUMNS": "80"})


@pytest.mark.parametrize("command", ["list", "show", "import", "rail"])
def test_help_ends_with_an_example_that_is_a_command(command: str) -> None:
    shown = factors(command, "--help")
    assert shown.exit_code == 0
    assert f"\n  Example:\n    routeopt factors {command} " in shown.output
    assert max(len(line) for line in shown.output.splitlines()) <= 80


def test_the_group_names_its_commands() -> None:
    shown = factors("--help").output
    for name in ("list", "show", "import", "rail", "explain"):
        assert f"\n  {name} " in shown


def test_examples_of_the_help_texts_work(tmp_path: Path) -> None:
    for words in (
        ("list", "--mode", "rail", "--country", "PT"),
        ("list", "--table", "toc", "--mode", "rail", "--country", "PT"),
        ("show", "vlsfo"),
        ("rail", "--gross-t", "1190", "--net-t", "700"),
    ):
        assert factors(*words).exit_code == 0
    (tmp_path / "my-table.csv").write_text(TABLE, encoding="utf-8")
    target = tmp_path / "my-case"
    assert factors("import", tmp_path / "my-table.csv", "--as", "toc", "-o", target).exit_code == 0


def test_units_stand_in_the_header_and_sources_below() -> None:
    shown = factors("list", "--mode", "rail").stdout
    assert "kWh/tkm  WTT g/tkm  TTW g/tkm  WTW g/tkm" in shown
    assert "by grid" in shown
    assert "[1] EcoTransIT World Methodology and Data (July 2010), Table 23, p.44" in shown
    assert "verified: partly" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_a_country_replaces_by_grid() -> None:
    # rail-electric-1000 in Portugal: 4.764 g/tkm
    shown = factors("list", "--table", "toc", "--mode", "rail", "--country", "PT").stdout
    assert "by grid" not in shown
    assert "4.764" in shown


def test_everything_can_be_listed() -> None:
    for style in ("table", "json", "csv"):
        assert factors("list", "--format", style).exit_code == 0
    for table in ("toc", "hoc", "fuels", "grid", "refrigerants", "rules"):
        shown = factors("list", "--table", table).stdout
        assert shown.startswith(f"{table}: ")


def test_json_and_csv_hold_the_same() -> None:
    rows = json.loads(factors("list", "--fuel", "hvo", "--format", "json").stdout)
    lines = list(
        csv.DictReader(io.StringIO(factors("list", "--fuel", "hvo", "--format", "csv").stdout))
    )
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    truck = rows[0]
    # 0.91002 MJ/tkm * (28.56 + 1.16) g/MJ = 27.046 g/tkm
    assert (truck["id"], truck["unit"], truck["gwp"]) == ("road-artic-eu-hvo", "g/tkm", "AR6")
    assert truck["wtw"] == pytest.approx(27.046, abs=0.001)
    assert truck["wtw"] == pytest.approx(truck["wtt"] + truck["ttw"], rel=1e-9)
    assert {"scope", "licence", "verified", "source", "place", "year", "data_type"} <= truck.keys()
    assert float(lines[0]["wtw"]) == truck["wtw"]


def test_electric_rows_are_open_in_json() -> None:
    rows = json.loads(
        factors("list", "--fuel", "electricity", "--mode", "rail", "--format", "json").stdout
    )
    assert all(row["by_grid"] and row["wtt"] is None and row["ttw"] == 0 for row in rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list", "--mode", "rial"), "did you mean 'rail'?"),
        (("list", "--table", "tox"), "did you mean 'toc'?"),
        (("list", "--fuel", "vlsf"), "did you mean 'vlsfo'?"),
        (("list", "--country", "XX"), "no country in the grid table 'XX'"),
        (("list", "--set", "opn"), "did you mean 'open'?"),
        (("show", "vlsf"), "did you mean 'vlsfo'?"),
        (("show", "vlsfo", "--case", "nowhere"), "no such case"),
        (("rail", "--gross-t", "100", "--net-t", "200"), "want a net mass"),
    ],
)
def test_unknown_words_are_bad_input(words: tuple[str, ...], told: str) -> None:
    done = factors(*words)
    assert done.exit_code == 3
    assert told in done.stderr
    assert not done.stdout


def test_set_and_case_exclude_each_other(make_case: MakeCase) -> None:
    assert factors("list", "--set", "open", "--case", make_case()).exit_code == 2


def test_filters_that_nothing_fits(make_case: MakeCase) -> None:
    done = factors("list", "--mode", "barge", "--fuel", "hvo", "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
    assert "no factor fits" in done.stderr
    shown = factors("list", "--table", "toc", "--mode", "rail", "--case", make_case()).stdout
    assert "\nrail " in shown


def test_show_tells_all_of_a_fuel() -> None:
    # FuelEU: 13.5 + 78.101235 = 91.6012 g/MJ; ETS 2026: (3.114 + 0.00005*28 + 0.00018*265) / 41.3
    # = 0.0765884 kg/MJ
    shown = factors("show", "vlsfo").stdout
    for words in ("16.4649 g/MJ", "91.6012 g/MJ", "76.5884 g/MJ", "AR6", "ship-asia-med", "p.85"):
        assert words in shown


def test_show_as_json() -> None:
    (fact,) = json.loads(factors("show", "road-artic-eu", "--format", "json").stdout)
    assert fact["factor"]["wtw"] == pytest.approx(89, abs=0.001)
    assert fact["cells"]["reefer"] == "road-artic-eu-reefer"
    assert fact["referred_by"] == {}
    (reefer,) = json.loads(factors("show", "road-artic-eu-reefer", "--format", "json").stdout)
    assert reefer["referred_by"] == {"reefer row of toc": ["road-artic-eu"]}
    grids = json.loads(factors("show", "PT", "--format", "json").stdout)
    assert [grid["counts"] for grid in grids].count(True) == 1


@pytest.mark.parametrize("id_", ["R-134a", "fueleu_limit", "cross-dock", "road-artic-bev", "ES"])
def test_show_finds_rows_of_every_table(id_: str) -> None:
    assert factors("show", id_).stdout.startswith(id_)


def test_rail_derives_and_prints_the_row() -> None:
    # 1200 * 1190^-0.62 = 14.871 Wh/gross tkm; * 1190 / 700 = 25.281 Wh/tkm
    shown = factors("rail", "--gross-t", "1190", "--net-t", "700").stdout
    assert "1200 × 1190^-0.62 = 14.871 Wh/gross tkm" in shown
    assert "= 25.281 Wh/tkm" in shown
    assert "rail-electric-1190,rail,kWh/tkm,0.0252808,electricity" in shown


def test_rail_as_csv_is_a_table_of_a_case(tmp_path: Path) -> None:
    words = ("--gross-t", 1190, "--net-t", 700, "--diesel", "--reefer-pct", 12, "--format", "csv")
    (tmp_path / "toc.csv").write_text(factors("rail", *words).stdout, encoding="utf-8")
    done = factors("import", tmp_path / "toc.csv", "--as", "toc", "-o", tmp_path / "case")
    assert done.exit_code == 0
    assert "2 of 2 rows imported" in done.stderr


def test_rail_by_wagons_and_as_json() -> None:
    # 700 t + 20 wagons * 24.5 t = 1190 t
    words = ("--wagons", 20, "--wagon-t", 24.5, "--net-t", 700, "--format", "json")
    answer = json.loads(factors("rail", *words).stdout)
    assert answer["rows"][0]["id"] == "rail-electric-1190"
    assert answer["steps"][-1]["value"] == pytest.approx(25.281, abs=0.001)


@pytest.mark.parametrize(
    "words", [(), ("--wagons", "20"), ("--gross-t", "9", "--wagons", "20", "--wagon-t", "3")]
)
def test_rail_wants_one_way_to_the_gross_mass(words: tuple[str, ...]) -> None:
    assert factors("rail", "--net-t", "7", *words).exit_code == 2


def test_import_writes_a_table_and_never_over_one(tmp_path: Path) -> None:
    file, case = tmp_path / "t.csv", tmp_path / "case"
    file.write_text(TABLE, encoding="utf-8")
    done = factors("import", file, "--as", "toc", "-o", case)
    assert (done.exit_code, done.stdout) == (0, "tables: {toc: toc.csv}\n")
    assert "1 of 1 rows imported" in done.stderr
    assert (case / "toc.csv").read_text("utf-8") == (
        "id,mode,unit,wtt,ttw\nlorry,road,g/tkm,20.5,68.5\n"
    )
    assert factors("import", file, "--as", "toc", "-o", case).exit_code == 3
    assert factors("import", file, "--as", "toc", "-o", case, "--force").exit_code == 0


def test_import_writes_nothing_where_there_are_faults(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(TABLE + 'van,road,"1,5",2\n', encoding="utf-8")
    done = factors("import", file, "--as", "toc", "-o", tmp_path)
    assert done.exit_code == 3
    assert "t.csv:3:WTT (g CO2e/tkm): E205" in done.stderr
    assert not (tmp_path / "toc.csv").exists()
    done = factors("import", file, "--as", "toc", "-o", tmp_path, "--partial")
    assert done.exit_code == 0
    assert "1 of 2 rows imported" in done.stderr


def test_an_imported_table_serves_a_case(tmp_path: Path, make_case: MakeCase) -> None:
    file, case = tmp_path / "t.csv", make_case()
    file.write_text(
        "toc_id,unit,TTW,WTW\nrail,gCO2e/tkm,5,10\nroad,gCO2e/tkm,60,80\n", encoding="utf-8"
    )
    assert factors("import", file, "--as", "toc", "-o", case, "--force").exit_code == 0
    assert CliRunner().invoke(main, ["check", str(case)]).exit_code == 0


def test_import_of_no_row_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("toc_id,unit,WTW\nrail,gCO2e/tkm,5\n", encoding="utf-8")
    done = factors("import", file, "--as", "toc", "-o", tmp_path)
    assert done.exit_code == 3
    assert "WTW alone is given" in done.stderr
