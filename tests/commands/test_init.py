from __future__ import annotations

import csv
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from routeopt import box
from routeopt.case import Case, load_case
from routeopt.case.attributes import TABLES
from routeopt.commands import main
from routeopt.optimize import solve
from routeopt.planfile import plan_dict


def init(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["init", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_list_says_what_each_template_is_about() -> None:
    code, out, err = init("--list")
    names = {line.split()[0] for line in out.splitlines()}
    assert (code, err) == (0, "")
    assert names == {path.parent.name for path in box.cases_dir().glob("*/case.yaml")}
    assert out.startswith("starter")
    assert all(len(line.split()) > 3 for line in out.splitlines())


def test_copies_the_starter_byte_for_byte(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "my case"
    code, out, err = init(target)
    assert code == 0
    assert out.splitlines() == [
        f"routeopt check {shlex.quote(str(target))}",
        f"routeopt solve {shlex.quote(str(target))}",
    ]
    assert "case.yaml" in err
    source = box.cases_dir() / "starter"
    for path in target.rglob("*"):
        assert path.read_bytes() == (source / path.relative_to(target)).read_bytes()
    assert (target / "case.yaml").is_file()


def test_named_template(tmp_path: Path) -> None:
    code, _, _ = init("sines-madrid-week", tmp_path / "x")
    assert code == 0
    assert "Sines" in (tmp_path / "x" / "case.yaml").read_text(encoding="utf-8")


def test_folder_named_after_a_template_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert init("sines-madrid-week")[0] == 0
    text = (tmp_path / "sines-madrid-week" / "case.yaml").read_text(encoding="utf-8")
    assert "Sines" in text


def test_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("mine", encoding="utf-8")
    code, out, err = init(tmp_path)
    assert (code, out) == (3, "")
    assert str(tmp_path / "services.csv") in err
    assert [path.name for path in tmp_path.iterdir()] == ["services.csv"]
    assert (tmp_path / "services.csv").read_text(encoding="utf-8") == "mine"


def test_does_not_write_through_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "case.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert init(tmp_path / "x")[0] == 3
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_other_files_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert init(tmp_path)[0] == 0


def test_file_in_the_way_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    code, _, err = init(tmp_path / "x")
    assert code == 3
    assert "can't write to" in err


def test_half_a_copy_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes: Callable[[Path], bytes] = Path.read_bytes

    def fail_at_terminals(path: Path) -> bytes:
        if path.name == "terminals.csv":
            raise OSError(28, "No space left on device")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", fail_at_terminals)
    code, _, err = init(tmp_path / "x")
    assert code == 3
    assert "No space left" in err
    assert not list((tmp_path / "x").iterdir())


def test_plans_and_hidden_files_are_no_part_of_a_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "cases" / "starter"
    (template / "out").mkdir(parents=True)
    (template / "out" / "plan.json").write_text("{}", encoding="utf-8")
    (template / ".DS_Store").write_text("", encoding="utf-8")
    (template / "case.yaml").write_text("# About\ncase: 1\n", encoding="utf-8")
    monkeypatch.setattr(box, "cases_dir", lambda: tmp_path / "cases")
    assert init(tmp_path / "x")[0] == 0
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["case.yaml"]


def test_installation_without_templates_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "cases_dir", lambda: tmp_path)
    code, _, err = init("--list")
    assert code == 3
    assert "no templates" in err


def test_wheel_brings_its_data_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "_PACKAGE", tmp_path / "routeopt")
    assert box.networks_dir() == tmp_path / "networks"
    (tmp_path / "routeopt" / "data" / "networks").mkdir(parents=True)
    assert box.networks_dir() == tmp_path / "routeopt" / "data" / "networks"


CASES = sorted(path.parent.name for path in box.cases_dir().glob("*/case.yaml"))


def same_plan(one: Case, other: Case) -> bool:
    """Whether two cases solve to the same plan; the hash of the case file apart."""
    plans = [plan_dict(replace(solve(case), case_sha256="")) for case in (one, other)]
    return bool(plans[0] == plans[1] and plans[0]["status"] == "optimal")


def alike(one: Case, other: Case) -> bool:
    """Whether two cases say the same; places of warnings apart."""
    codes = [warning.code for warning in one.warnings]
    same = replace(other, path=one.path, inputs=one.inputs, warnings=one.warnings)
    return same == one and codes == [warning.code for warning in other.warnings]


@pytest.mark.parametrize("name", CASES)
def test_each_template_solves_in_its_new_place_and_in_a_workbook(name: str, tmp_path: Path) -> None:
    plain, in_book = tmp_path / "plain", tmp_path / "in book"
    assert init(name, plain)[0] == 0
    assert init(name, in_book, "--xlsx")[0] == 0
    for folder in (plain, in_book):
        assert (folder / "README.md").is_file()
    for path in plain.rglob("*"):
        source = box.cases_dir() / name / path.relative_to(plain)
        assert path.is_dir() or path.read_bytes() == source.read_bytes()
    one, other = load_case(plain), load_case(in_book)
    assert alike(one, other)
    assert same_plan(one, other)
    for scenario in one.scenarios[-1:]:  # reading it checks the others too
        assert alike(*(load_case(folder, scenario=scenario) for folder in (plain, in_book)))
    assert not {"shipments.csv", "services.csv"} & {path.name for path in in_book.iterdir()}
    assert sorted(other.inputs)[:2] == ["book.xlsx", "case.yaml"]


@pytest.mark.parametrize("name", CASES)
def test_comments_of_the_case_file_stay(name: str, tmp_path: Path) -> None:
    init(name, tmp_path, "--xlsx")
    new = (tmp_path / "case.yaml").read_text("utf-8")
    old = (box.cases_dir() / name / "case.yaml").read_text("utf-8")
    comments = [line.partition("# ")[2] for line in old.splitlines() if ".csv " not in line]
    told = [line.rpartition(".csv")[2].partition("# ")[2] for line in old.splitlines()]
    assert [text for text in (*comments, *told) if text not in new] == []
    assert new.splitlines()[0] == old.splitlines()[0]


def test_workbook_has_each_table_and_explains_each_column(tmp_path: Path) -> None:
    init("starter", tmp_path, "--xlsx")
    made = load_workbook(tmp_path / "book.xlsx")
    assert made.sheetnames == ["shipments", "terminals", "services", "explain"]
    for name in made.sheetnames[:3]:
        with (box.cases_dir() / "starter" / f"{name}.csv").open(encoding="utf-8", newline="") as f:
            rows = list(csv.reader(f))
        assert [cell.value for cell in made[name][1]] == rows[0]
        assert made[name].max_row == len(rows)
        assert made[name].freeze_panes == "B2"
    told = list(made["explain"].iter_rows(values_only=True))
    assert told[0] == (
        *("sheet", "column", "required", "value", "unit", "default", "allowed", "meaning"),
    )
    assert [row[:2] for row in told[1:]] == [
        (table, name) for table in made.sheetnames[:3] for name in TABLES[table]
    ]
    hours = next(row for row in told if row[:2] == ("terminals", "handling_h"))
    assert hours[2:7] == ("no", "number", "h", "0", "0 to 87600")


def test_cells_are_what_a_spreadsheet_should_take_them_for(tmp_path: Path) -> None:
    init("sines-corridor", tmp_path, "--xlsx")
    made = load_workbook(tmp_path / "book.xlsx")
    header = [cell.value for cell in made["services"][1]]
    row = {name: made["services"].cell(2, n + 1) for n, name in enumerate(header)}
    assert (row["distance_km"].value, row["id"].number_format) == (2130, "@")
    assert row["departures"].value == "Sat 12:00"
    ready = made["shipments"]["F2"]
    assert ready.value == datetime(2026, 3, 5, 8)  # noqa: DTZ001  cells have no zone
    assert ready.number_format == "yyyy-mm-dd hh:mm"


def test_case_on_a_network_gets_empty_sheets_to_start_from(tmp_path: Path) -> None:
    init("dalian-or-yingkou", tmp_path, "--xlsx")
    made = load_workbook(tmp_path / "book.xlsx")
    assert made.sheetnames == ["shipments", "terminals", "services", "explain"]
    assert made["services"].max_row == 1
    assert {"id", "mode", "departures", "note"} <= {cell.value for cell in made["services"][1]}


def test_the_same_template_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        init(tmp_path / name, "--xlsx")
    first = (tmp_path / "a" / "book.xlsx").read_bytes()
    assert (tmp_path / "b" / "book.xlsx").read_bytes() == first


def test_workbook_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("mine", encoding="utf-8")
    code, _, err = init(tmp_path, "--xlsx")
    assert code == 3
    assert "book.xlsx is there already" in err
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]
