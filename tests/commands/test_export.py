from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main

MakeCase = Callable[..., Path]
Run = Callable[..., object]
TABLES = [
    *("summary", "shipments", "legs", "transfers", "departures"),
    *("emissions", "factors", "inputs", "manifest"),
]


def command(*words: object) -> Result:
    return CliRunner().invoke(main, list(map(str, words)))


def export(*words: object) -> Result:
    return command("export", *words)


@pytest.fixture
def plan(make_case: MakeCase, tmp_path: Path) -> Path:
    assert command("solve", make_case(), "-o", tmp_path / "out").exit_code == 0
    return tmp_path / "out" / "plan.json"


def rows(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_files_stand_beside_the_plan_and_are_listed(plan: Path) -> None:
    done = export(plan, "--to", "xlsx,csv")
    assert (done.exit_code, done.stderr) == (0, "")
    names = ["plan.xlsx", *(f"plan-{name}.csv" for name in TABLES), "plan-export.json"]
    lines = done.stdout.splitlines()
    assert [line.partition("  ")[0] for line in lines] == [str(plan.parent / n) for n in names]
    assert all(line.endswith(" kB") for line in lines)
    assert {file.name for file in plan.parent.iterdir()} == {*names, "plan.json"}


def test_legs_have_both_clocks(plan: Path, tmp_path: Path) -> None:
    assert export(plan.parent, "--to", "csv", "-o", tmp_path / "files").exit_code == 0
    train = next(r for r in rows(tmp_path / "files" / "plan-legs.csv") if r["service"] == "train")
    assert train["depart_local"] == "2026-03-03T20:00:00+00:00"  # Tuesday 20:00 in Lisbon
    assert (train["depart_timezone"], train["arrive_timezone"]) == (
        "Europe/Lisbon",
        "Europe/Madrid",
    )
    # 20:00 + 10 h is 06:00 in Lisbon and UTC, 07:00 in Madrid
    assert train["arrive_local"] == "2026-03-04T07:00:00+01:00"
    assert train["arrive_utc"] == "2026-03-04T06:00:00+00:00"
    assert float(train["co2e_kg"]) == pytest.approx(20 * 600 * 10 / 1000)


def test_excel_csv(plan: Path) -> None:
    assert export(plan, "--to", "csv").exit_code == 0
    plain = rows(plan.parent / "plan-legs.csv")
    assert export(plan, "--to", "csv", "--excel").exit_code == 0  # ours: overwritten
    told = rows(plan.parent / "plan-legs.csv", ";")
    assert [row["co2e_kg"].replace(",", ".") for row in told] == [r["co2e_kg"] for r in plain]
    done = export(plan, "--to", "xlsx", "--excel")
    assert done.exit_code == 2
    assert "--excel is about csv" in done.stderr


def test_same_bytes_from_another_folder(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert export(plan, "--to", "xlsx,csv,geojson", "-o", tmp_path / "a").exit_code == 0
    monkeypatch.chdir(tmp_path / "out")
    assert export("plan.json", "--to", "geojson,csv,xlsx", "-o", "../b").exit_code == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_ids_that_look_like_formulas(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case()
    for file, old, new in (
        ("shipments.csv", "BOX", "=1+1"),
        ("services.csv", "train,", "@train,"),
        ("services.csv", "truck,", "-truck,"),
        ("terminals.csv", "Dry port", '"=HYPERLINK(""http://x.example"")"'),
    ):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(old, new), "utf-8")
    assert command("solve", folder, "-o", tmp_path / "out").exit_code == 0
    assert export(tmp_path / "out", "--to", "xlsx,csv,geojson").exit_code == 0
    row = rows(tmp_path / "out" / "plan-legs.csv")[0]
    assert (row["shipment"], row["to_name"]) == ("'=1+1/1", '\'=HYPERLINK("http://x.example")')
    sheet = openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx")["Legs"]
    assert sheet["A2"].value == "=1+1/1"
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert {cell.hyperlink for line in sheet for cell in line} == {None}


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("gpkg", "no format 'gpkg'; there are xlsx, csv, geojson"),
        ("csv,html", "no format 'html'; there are xlsx, csv, geojson"),
        ("exlsx", "did you mean xlsx?"),
        ("csv,csv", "named twice"),
        ("", "no format ''"),
    ],
)
def test_unknown_formats_are_wrong_usage(plan: Path, word: str, told: str) -> None:
    done = export(plan, "--to", word)
    assert done.exit_code == 2
    assert told in done.stderr
    assert [file.name for file in plan.parent.iterdir()] == ["plan.json"]


def test_format_must_be_named(plan: Path) -> None:
    assert export(plan).exit_code == 2


def test_changed_input_is_named_and_nothing_is_written(plan: Path, tmp_path: Path) -> None:
    file = tmp_path / "boxes" / "toc.csv"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    done = export(plan, "--to", "csv")
    assert done.exit_code == 3
    assert "not exported" in done.stderr
    assert "manifest.inputs[toc.csv]" in done.stderr
    assert "the file has changed since the plan was made" in done.stderr
    assert [file.name for file in plan.parent.iterdir()] == ["plan.json"]


def test_wrong_number_does_not_leave_the_house(plan: Path) -> None:
    told = json.loads(plan.read_text("utf-8"))
    told["shipments"][0]["legs"][0]["co2e_kg"] += 1
    plan.write_text(json.dumps(told), "utf-8")
    done = export(plan, "--to", "csv", "-q")
    assert done.exit_code == 3
    assert "legs[0].co2e_kg" in done.stderr
    assert [file.name for file in plan.parent.iterdir()] == ["plan.json"]


def test_number_within_the_tolerance_of_the_audit_must_add_up(plan: Path) -> None:
    told = json.loads(plan.read_text("utf-8"))
    told["totals"]["wtt_kg"] *= 1 + 5e-7
    plan.write_text(json.dumps(told), "utf-8")
    assert command("verify", plan).exit_code == 0
    done = export(plan, "--to", "csv")
    assert done.exit_code == 3
    assert "wtt_kg: the rows add up to" in done.stderr


def test_other_files_are_not_overwritten(plan: Path) -> None:
    mine = plan.parent / "plan-legs.csv"
    mine.write_text("mine", "utf-8")
    done = export(plan, "--to", "xlsx,csv")
    assert done.exit_code == 3
    assert done.stderr == (
        f"{mine} was not written by routeopt; give another -o, or --force to overwrite it\n"
    )
    assert not (plan.parent / "plan.xlsx").exists()
    assert mine.read_text("utf-8") == "mine"
    assert export(plan, "--to", "csv", "--force").exit_code == 0
    assert mine.read_text("utf-8").startswith("shipment,leg,")


def test_work_in_an_exported_file_is_kept(plan: Path) -> None:
    assert export(plan, "--to", "xlsx,csv").exit_code == 0
    assert export(plan, "--to", "csv").exit_code == 0
    book = openpyxl.load_workbook(plan.parent / "plan.xlsx")
    book["Legs"]["A2"] = "my note"
    book.save(plan.parent / "plan.xlsx")
    done = export(plan, "--to", "xlsx")
    assert done.exit_code == 3
    assert "plan.xlsx was changed since it was written" in done.stderr
    assert export(plan, "--to", "xlsx", "--force").exit_code == 0


def test_record_knows_every_file_that_was_written(plan: Path) -> None:
    assert export(plan, "--to", "xlsx").exit_code == 0
    assert export(plan, "--to", "csv").exit_code == 0
    record = json.loads((plan.parent / "plan-export.json").read_text("utf-8"))
    assert record["export"] == 1
    assert len(record["sha256"]) == 10
    for name, sha256 in record["sha256"].items():
        assert hashlib.sha256((plan.parent / name).read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize("text", ["mine", "[]", '{"sha256": 1}'])
def test_record_that_is_none_is_kept(plan: Path, text: str) -> None:
    record = plan.parent / "plan-export.json"
    record.write_text(text, "utf-8")
    done = export(plan, "--to", "csv")
    assert done.exit_code == 3
    assert "is no record of an export" in done.stderr
    assert record.read_text("utf-8") == text
    assert export(plan, "--to", "csv", "--force").exit_code == 0


def test_same_bytes_need_no_record(plan: Path) -> None:
    assert export(plan, "--to", "csv").exit_code == 0
    (plan.parent / "plan-export.json").unlink()  # as when an export was cut short
    assert export(plan, "--to", "csv").exit_code == 0


def test_outputs_that_can_not_be_written_are_3(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = export(plan, "--to", "csv", "-o", tmp_path / "file")
    assert done.exit_code == 3
    assert "can't be made" in done.stderr
    (tmp_path / "files" / "plan.xlsx").mkdir(parents=True)
    done = export(plan, "--to", "xlsx", "-o", tmp_path / "files", "--force")
    assert done.exit_code == 3
    assert "plan.xlsx is a folder" in done.stderr
    (tmp_path / "more" / "plan-export.json").mkdir(parents=True)
    assert export(plan, "--to", "csv", "-o", tmp_path / "more", "--force").exit_code == 3


def test_quiet(plan: Path) -> None:
    done = export(plan, "--to", "csv", "-q")
    assert (done.exit_code, done.output) == (0, "")


def test_files_are_named_after_the_plan(plan: Path) -> None:
    named = plan.rename(plan.parent / "week 10.json")
    assert export(named, "--to", "xlsx").exit_code == 0
    assert (plan.parent / "week 10.xlsx").exists()


def test_case_that_has_moved(plan: Path, tmp_path: Path) -> None:
    shutil.move(tmp_path / "boxes", tmp_path / "crates")
    done = export(plan, "--to", "csv")
    assert done.exit_code == 3
    assert "give it with --case" in done.stderr
    assert export(plan, "--to", "csv", "--case", tmp_path / "crates").exit_code == 0


def test_scenario_and_options_of_the_plan_count(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case()
    words = ("--scenario", "Strike", "--objective", "cost", "-o", tmp_path / "out")
    assert command("solve", folder, *words).exit_code == 0
    assert export(tmp_path / "out", "--to", "csv").exit_code == 0
    told = {row["item"]: row["text"] for row in rows(tmp_path / "out" / "plan-summary.csv")}
    assert (told["Scenario"], told["Objective"]) == ("Strike", "cost")
    assert {row["mode"] for row in rows(tmp_path / "out" / "plan-legs.csv")} == {"road"}


def test_factors_are_those_of_the_scenario(make_case: MakeCase, tmp_path: Path) -> None:
    change = "{table: toc, where: {id: rail}, set: {ttw: 7}}"
    folder = make_case(more=f"  - {{name: Old trains, override: [{change}]}}\n")
    assert command("solve", folder, "--scenario", "Old trains", "-o", tmp_path).exit_code == 0
    assert export(tmp_path, "--to", "csv").exit_code == 0
    told = {row["id"]: row["ttw"] for row in rows(tmp_path / "plan-factors.csv")}
    assert told["rail"] == "7.0"


def test_plan_that_serves_nothing(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case(due="2026-03-02T09:00")
    assert command("solve", folder, "-o", tmp_path / "out").exit_code == 4
    done = export(tmp_path / "out", "--to", "xlsx,csv,geojson")
    assert done.exit_code == 0
    assert "no shipment is served" in done.stderr
    told = rows(tmp_path / "out" / "plan-shipments.csv")
    assert {row["status"] for row in told} == {"unserved"}
    assert all(row["reason"] for row in told)
