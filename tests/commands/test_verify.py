from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main

MakeCase = Callable[..., Path]


def command(*words: object) -> Result:
    return CliRunner().invoke(main, list(map(str, words)))


@pytest.fixture
def plan_file(make_case: MakeCase, tmp_path: Path) -> Path:
    assert command("solve", make_case(), "-o", tmp_path / "out").exit_code == 0
    return tmp_path / "out" / "plan.json"


def edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    plan = json.loads(file.read_text(encoding="utf-8"))
    change(plan)
    file.write_text(json.dumps(plan), encoding="utf-8")


def test_one_line_says_what_was_checked(plan_file: Path, tmp_path: Path) -> None:
    done = command("verify", plan_file)
    assert (done.exit_code, done.stderr) == (0, "")
    case_file = tmp_path / "boxes" / "case.yaml"
    assert done.stdout == (
        f"{plan_file} agrees with {case_file}: 3 shipments, 3 legs, 6 transfers, 2 departures, "
        "every limit and total; inputs unchanged\n"
    )
    assert command("verify", plan_file.parent).exit_code == 0


def test_json(plan_file: Path) -> None:
    answer = json.loads(command("verify", plan_file, "--format", "json").stdout)
    assert answer["agrees"] is True
    assert answer["checked"] == {"shipments": 3, "legs": 3, "transfers": 6, "departures": 2}
    assert answer["findings"] == []


def test_tampered_plan_is_3_with_the_place(plan_file: Path) -> None:
    edit(plan_file, lambda plan: plan["totals"].update(cost_eur=1.0))
    done = command("verify", plan_file)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "totals.cost_eur" in done.stderr
    done = command("verify", plan_file, "--format", "json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["agrees"] is False


def test_changed_inputs_are_found(plan_file: Path, tmp_path: Path) -> None:
    with (tmp_path / "boxes" / "toc.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    done = command("verify", plan_file)
    assert done.exit_code == 3
    assert "toc.csv" in done.stderr


def test_case_is_found_when_both_move_and_given_when_it_moves(
    plan_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    shutil.move(tmp_path / "boxes", tmp_path / "new" / "boxes")
    done = command("verify", plan_file)
    assert done.exit_code == 3
    assert "give it with --case" in done.stderr
    assert command("verify", plan_file, tmp_path / "new" / "boxes").exit_code == 0
    assert command("verify", plan_file, "--case", tmp_path / "new" / "boxes").exit_code == 0
    shutil.move(tmp_path / "out", tmp_path / "new" / "out")
    assert command("verify", tmp_path / "new" / "out").exit_code == 0


def test_case_path_relative_to_here(
    plan_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(plan_file, lambda plan: plan["manifest"].update(case_path="boxes"))
    monkeypatch.chdir(tmp_path)
    assert command("verify", plan_file).exit_code == 0


def test_plan_without_a_case_path_asks_for_it(plan_file: Path) -> None:
    edit(plan_file, lambda plan: plan["manifest"].update(case_path=""))
    done = command("verify", plan_file)
    assert done.exit_code == 3
    assert "--case" in done.stderr


def test_overrides_and_scenario_are_applied(plan_file: Path, tmp_path: Path) -> None:
    words = ["--objective", "time", "--scenario", "Strike", "--serve", "most"]
    assert command("solve", tmp_path / "boxes", "-o", tmp_path / "o", *words).exit_code == 0
    assert command("verify", tmp_path / "o").exit_code == 0
    edit(tmp_path / "o" / "plan.json", lambda plan: plan["manifest"].update(scenario=None))
    assert command("verify", plan_file).exit_code == 0


@pytest.mark.parametrize(
    "overrides", ["text", {"objective": 3}, {"objective": ["co2"]}, {"serve": "some"}, [1]]
)
def test_nonsense_in_the_manifest_is_bad_input(plan_file: Path, overrides: object) -> None:
    edit(plan_file, lambda plan: plan["manifest"].update(overrides=overrides))
    done = command("verify", plan_file)
    assert done.exit_code == 3
    assert "overrides" in done.stderr


def test_infeasible_plan_can_be_verified(make_case: MakeCase, tmp_path: Path) -> None:
    late = make_case("late", due="2026-03-02T20:00")
    assert command("solve", late, "-o", tmp_path / "o").exit_code == 4
    assert command("verify", tmp_path / "o").exit_code == 0
