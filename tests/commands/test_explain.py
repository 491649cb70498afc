"""`explain` as a command of its own; how it is reached is tested with its group."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt.commands.explain import explain
from routeopt.commands.group import Cli
from routeopt.commands.manifest import Settings, signed
from routeopt.optimize import solve
from routeopt.planfile import plan_json
from tests import seacase

WTW = seacase.WTT + seacase.TTW
group = Cli("routeopt")
group.add_command(explain)


def command(*words: object) -> Result:
    return CliRunner().invoke(group, ["explain", *map(str, words)])


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """Plan of the case, written as `solve` does."""
    settings = Settings(
        gap=0, time_limit_s=60, seed=0, workers=1, scenario=None, objective=None, serve=None
    )
    case, _, _ = seacase.solved(seacase.write(tmp_path / "sea"))
    folder = tmp_path / "out"
    folder.mkdir()
    plan = signed(solve(case), case, settings=settings, folder=folder, words=["solve"])
    (folder / "plan.json").write_text(plan_json(plan), encoding="utf-8")
    return folder / "plan.json"


def edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    plan = json.loads(file.read_text(encoding="utf-8"))
    change(plan)
    file.write_text(json.dumps(plan), encoding="utf-8")


def test_table_of_a_plan_or_its_folder(plan_file: Path) -> None:
    done = command(plan_file, "--no-sensitivity")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Singapore to Madrid, 4 shipments: 4,847 kg CO2e")
    assert "if otherwise" not in done.stdout
    assert command(plan_file.parent, "--no-sensitivity").stdout == done.stdout


def test_sensitivity_at_the_end(plan_file: Path) -> None:
    done = command(plan_file, "-q")
    assert (done.exit_code, done.stderr) == (0, "")
    end = done.stdout.partition("The plan, if otherwise")[2]
    for words in ("grid of 2020", "GWP set AR5", "a fifth more t per TEU", "trucks 70 % full"):
        assert words in end
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_json(plan_file: Path) -> None:
    answer = json.loads(command(plan_file, "--format", "json", "-q").stdout)
    assert answer["agrees"] is True
    assert len(answer["sensitivity"]) == 7
    answer = json.loads(command(plan_file, "--format", "json", "--no-sensitivity").stdout)
    assert answer["sensitivity"] is None


def test_csv_asks_no_questions(plan_file: Path) -> None:
    done = command(plan_file, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert sum(float(row["wtw_kg"]) for row in rows if row["wtw_kg"]) == pytest.approx(WTW)
    assert done.stderr == ""


def test_one_shipment(plan_file: Path) -> None:
    done = command(plan_file, "--shipment", "ice", "--format", "csv")
    rows = csv.DictReader(io.StringIO(done.stdout))
    assert {row["shipment"] for row in rows} == {"ice"}
    done = command(plan_file, "--shipment", "ice", "-q")
    assert "of the kg; what is asked below moves the whole" in " ".join(done.stdout.split())
    done = command(plan_file, "--shipment", "rice")
    assert done.exit_code == 3
    assert done.stderr == "no shipment 'rice' in the plan, did you mean 'ice'?\n"


@pytest.mark.parametrize("style", ["table", "csv", "json"])
def test_plan_that_does_not_add_up_is_3(plan_file: Path, style: str) -> None:
    edit(plan_file, lambda plan: plan["totals"].update(co2e_kg=WTW + 1))
    done = command(plan_file, "--format", style)
    assert done.exit_code == 3
    assert f"{plan_file}: co2e_kg: the rows add up to " in done.stderr
    assert done.stdout


def test_many_differences_are_cut(plan_file: Path) -> None:
    def worse(plan: dict[str, Any]) -> None:
        plan["totals"].update(co2e_kg=1.0, wtt_kg=1.0, ttw_kg=1.0)
        for row in plan["shipments"]:
            row.update(wtt_kg=1.0, ttw_kg=1.0)

    edit(plan_file, worse)
    done = command(plan_file, "--format", "csv")
    assert done.exit_code == 3
    assert f"{plan_file}: and 1 more\n" in done.stderr


def test_changed_case_is_told(plan_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "sea" / "fuels.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("oil,15,80", "oil,16,80"), encoding="utf-8")
    done = command(plan_file, "--format", "csv", "-q")
    assert done.exit_code == 3
    assert "Warning: 'fuels.csv' of the case has changed since the plan was made" in done.stderr
    file.write_text(f"{text}\n", encoding="utf-8")  # the same numbers
    assert command(plan_file, "--format", "csv", "-q").stderr == ""
    done = command(plan_file, "--format", "csv")
    assert done.exit_code == 0
    assert "'fuels.csv'" in done.stderr


def test_interrupt_leaves_the_rows(plan_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("routeopt.sensitivity.sensitivity", interrupted)
    done = command(plan_file)
    assert done.exit_code == 130
    assert done.stdout == command(plan_file, "--no-sensitivity").stdout
    assert "interrupted" in done.stderr


def test_case_that_has_moved(plan_file: Path, tmp_path: Path) -> None:
    (tmp_path / "sea").rename(tmp_path / "lake")
    done = command(plan_file, "--format", "csv")
    assert done.exit_code == 3
    assert "give it with --case" in done.stderr
    assert command(plan_file, "--case", tmp_path / "lake", "--format", "csv").exit_code == 0


def test_not_a_plan(tmp_path: Path) -> None:
    assert command(tmp_path / "none.json").exit_code == 3
    assert command(tmp_path, "--time-limit", "0").exit_code == 2


def test_help_has_a_line_for_the_list() -> None:
    done = command("--help")
    assert done.exit_code == 0
    assert "activity" in done.stdout
    assert os.linesep not in (explain.short_help or "")
