"""`solve` in one process, the real optimizer or one that ends as the test wants it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt import optimize
from routeopt.audit import Finding
from routeopt.commands import main
from routeopt.freight import IsoReport, Plan, ShipmentPlan, Status, Totals

MakeCase = Callable[..., Path]


def solve(*words: object) -> Result:
    return CliRunner().invoke(main, ["solve", *map(str, words)])


def plan_of(folder: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return plan


@pytest.fixture
def end_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the search end with changes of the plan that it found."""

    def arrange(**changes: Any) -> None:  # noqa: ANN401  any field of a plan
        found = optimize.solve

        def search(*args: Any, **rest: Any) -> Plan:  # noqa: ANN401  as the real one
            plan = found(*args, **rest)
            if changes.get("shipments") == "unserved":
                bare = tuple(
                    ShipmentPlan(id=s.id, served=False, ready=s.ready, due=s.due, reason="no time")
                    for s in plan.shipments
                )
                totals = Totals(unserved=len(bare))
                plan = replace(plan, shipments=bare, departures=(), bounds=(), totals=totals)
                plan = replace(plan, iso=IsoReport())
            return replace(plan, **{k: v for k, v in changes.items() if k != "shipments"})

        monkeypatch.setattr(optimize, "solve", search)

    return arrange


def test_answer_on_stdout_and_plan_in_a_file(make_case: MakeCase, tmp_path: Path) -> None:
    # Two boxes of 2 TEU fill the 4 slots of Tuesday's train; the third takes Thursday's, which
    # leaves at 20:00 and is there on Friday at 06:00 + 1 h, before 18:00.
    # 3 x 20 t x 600 km x 10 g/tkm = 360 kg; 6 units x 100 + 6 TEU x (10 + 5) = 690 EUR.
    done = solve(make_case(), "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert "Three boxes: 6 TEU served, 360 kg CO2e, 690 EUR" in " ".join(done.stdout.split())
    assert "Proven: no plan of this case emits less" in done.stdout
    assert "all road" in done.stdout
    plan = plan_of(tmp_path / "out")
    assert plan["status"] == "optimal"
    assert plan["totals"]["co2e_kg"] == pytest.approx(360.0)
    assert plan["totals"]["cost_eur"] == pytest.approx(690.0)


def test_next_commands_are_quoted(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case("my boxes")
    done = solve(folder, "-o", tmp_path / "my out")
    assert f"routeopt verify '{tmp_path / 'my out' / 'plan.json'}'" in done.stdout
    assert f"routeopt pareto '{folder}' --shipment BOX/1\n" in done.stdout
    done = solve(folder, "-o", tmp_path / "out", "--scenario", "Strike")
    assert "--shipment BOX/1 --scenario Strike\n" in done.stdout


def test_default_folder_is_out(
    make_case: MakeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case()
    monkeypatch.chdir(tmp_path)
    assert solve("boxes").exit_code == 0
    assert plan_of(tmp_path / "out")["manifest"]["case_path"] == "../boxes/case.yaml"


def test_json_is_the_plan_file(make_case: MakeCase, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = solve(make_case(), "-o", out, "--format", "json")
    assert done.exit_code == 0
    assert done.stdout == (out / "plan.json").read_text(encoding="utf-8")
    assert done.stderr == f"{tmp_path / 'boxes'}: optimal; plan in {out / 'plan.json'}\n"


def test_csv_adds_up(make_case: MakeCase, tmp_path: Path) -> None:
    done = solve(make_case(), "-o", tmp_path / "out", "--format", "csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.stderr == ""
    assert sum(float(row["cost_eur"]) for row in rows) == pytest.approx(690.0)
    assert {row["case"] for row in rows} == {"Three boxes"}


def test_manifest_says_how_to_make_the_plan_again(make_case: MakeCase, tmp_path: Path) -> None:
    folder, out = make_case(), tmp_path / "out"
    words = ["--seed", "7", "--workers", "1", "--gap", "0.5", "--time-limit", "9"]
    words += ["--objective", "cost,time", "--serve", "most", "--scenario", "Strike"]
    assert solve(folder, "-o", out, *words).exit_code == 0
    plan = plan_of(out)
    manifest = plan["manifest"]
    assert set(manifest["inputs"]) == {
        "case.yaml", "hoc.csv", "services.csv", "shipments.csv", "terminals.csv", "toc.csv",
    }  # fmt: skip
    assert plan["case"]["sha256"] == manifest["inputs"]["case.yaml"]
    assert {key: manifest[key] for key in ("seed", "workers", "gap", "time_limit_s")} == {
        "seed": 7, "workers": 1, "gap": 0.5, "time_limit_s": 9.0,
    }  # fmt: skip
    assert manifest["scenario"] == "Strike"
    assert manifest["overrides"] == {"objective": ["cost", "time"], "serve": "most"}
    assert plan["objective"] == ["cost", "time"]
    assert manifest["command"].startswith("routeopt solve ")
    assert manifest["command"].endswith("--scenario Strike")
    assert set(manifest["software"]) >= {"routeopt", "python", "ortools"}
    assert {leg["mode"] for s in plan["shipments"] for leg in s["legs"]} == {"road"}


def test_same_case_same_plan(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case()
    texts = []
    for name in ("a", "b"):
        assert solve(folder, "-o", tmp_path / name).exit_code == 0
        plan = plan_of(tmp_path / name)
        del plan["manifest"]
        texts.append(json.dumps(plan))
    assert texts[0] == texts[1]
    again = (tmp_path / "a" / "plan.json").read_bytes()
    assert solve(folder, "-o", tmp_path / "a").exit_code == 0
    assert (tmp_path / "a" / "plan.json").read_bytes() == again


def test_infeasible_is_4_with_reasons_and_a_file(make_case: MakeCase, tmp_path: Path) -> None:
    # The truck needs 2 h handling, 12 h, 1 h handling: Mon 23:00 UTC = Tue 00:00 in Madrid.
    done = solve(make_case(due="2026-03-02T20:00"), "-o", tmp_path / "out")
    assert done.exit_code == 4
    assert done.stdout.startswith("Three boxes: no plan keeps every deadline and limit (proven).")
    assert "3 × BOX (/1 to /3): " in done.stdout
    plan = plan_of(tmp_path / "out")
    assert plan["status"] == "infeasible"
    assert all(shipment["reason"] for shipment in plan["shipments"])


def test_stopped_without_a_plan_is_5(
    make_case: MakeCase, tmp_path: Path, end_with: Callable[..., None]
) -> None:
    end_with(status=Status.UNKNOWN, shipments="unserved")
    done = solve(make_case(), "-o", tmp_path / "out")
    assert done.exit_code == 5
    assert "before a plan was found" in " ".join(done.stdout.split())
    assert plan_of(tmp_path / "out")["status"] == "unknown"


def test_interrupted_is_130_with_the_best_plan(
    make_case: MakeCase, tmp_path: Path, end_with: Callable[..., None]
) -> None:
    end_with(status=Status.FEASIBLE, interrupted=True, bounds=())
    done = solve(make_case(), "-o", tmp_path / "out")
    assert done.exit_code == 130
    assert f"interrupted; the best plan so far is in {tmp_path / 'out'}" in done.stderr
    assert "Interrupted: the best plan found until then." in done.stdout
    assert "all road" not in done.stdout
    assert plan_of(tmp_path / "out")["status"] == "feasible"


def test_interrupt_of_the_comparison_keeps_the_plan(
    make_case: MakeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(optimize, "alternatives", stop)
    done = solve(make_case(), "-o", tmp_path / "out")
    assert done.exit_code == 130
    assert "Proven: no plan" in done.stdout
    assert plan_of(tmp_path / "out")["status"] == "optimal"


def test_second_interrupt_aborts(
    make_case: MakeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("routeopt.audit.audit", stop)
    done = solve(make_case(), "-o", tmp_path / "out")
    assert done.exit_code == 130
    assert done.stderr == "interrupted\n"
    assert not (tmp_path / "out" / "plan.json").exists()


def test_plan_that_fails_the_audit_is_a_bug(
    make_case: MakeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = make_case(), tmp_path / "out"
    assert solve(folder, "-o", out).exit_code == 0
    before = (out / "plan.json").read_bytes()
    finding = Finding(where="totals.cost_eur", message="wrong", stated=1.0, recomputed=2.0)
    monkeypatch.setattr("routeopt.audit.audit", lambda *_: (finding,))
    done = solve(folder, "-o", out)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert str(finding) in done.stderr
    assert "This is a bug in routeopt. Please report it" in done.stderr
    assert (out / "plan.json").read_bytes() == before


@pytest.mark.parametrize("text", ["mine", "{}", '{"plan": 1}', "[]", ""])
def test_other_files_are_never_overwritten(make_case: MakeCase, tmp_path: Path, text: str) -> None:
    file = tmp_path / "out" / "plan.json"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    done = solve(make_case(), "-o", file.parent)
    assert done.exit_code == 3
    assert "is no plan of routeopt" in done.stderr
    assert file.read_text(encoding="utf-8") == text
    assert solve(tmp_path / "boxes", "-o", file.parent, "--force").exit_code == 0
    assert plan_of(file.parent)["status"] == "optimal"


def test_folder_called_plan_json_is_left_alone(make_case: MakeCase, tmp_path: Path) -> None:
    (tmp_path / "out" / "plan.json").mkdir(parents=True)
    done = solve(make_case(), "-o", tmp_path / "out", "--force")
    assert done.exit_code == 3
    assert "is a folder" in done.stderr


def test_file_in_the_way_of_the_folder(make_case: MakeCase, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    done = solve(make_case(), "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert "can't be made" in done.stderr


def test_bad_case_leaves_no_folder_behind(make_case: MakeCase, tmp_path: Path) -> None:
    done = solve(make_case(more="sevre: all\n"), "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert "did you mean" in done.stderr or "serve" in done.stderr
    assert not (tmp_path / "out").exists()


def test_unknown_scenario_is_bad_input(make_case: MakeCase, tmp_path: Path) -> None:
    done = solve(make_case(), "-o", tmp_path / "out", "--scenario", "Strke")
    assert done.exit_code == 3
    assert "Strike" in done.stderr


def test_several_cases_and_the_worst_exit_status(make_case: MakeCase, tmp_path: Path) -> None:
    good, late = make_case("good"), make_case("late", due="2026-03-02T20:00")
    bad = make_case("bad", more="sevre: all\n")
    out = tmp_path / "out"
    done = solve(bad, good, late / "case.yaml", "-o", out)
    assert done.exit_code == 4
    assert "sevre" in done.stderr
    assert plan_of(out / "good")["status"] == "optimal"
    assert plan_of(out / "late")["status"] == "infeasible"
    assert not (out / "bad").exists()
    assert solve(bad, good, "-o", out).exit_code == 3


def test_several_cases_as_json_are_a_list(make_case: MakeCase, tmp_path: Path) -> None:
    cases = [make_case("a"), make_case("b")]
    done = solve(*cases, "-o", tmp_path / "out", "--format", "json", "-q")
    plans = json.loads(done.stdout)
    assert plans == [plan_of(tmp_path / "out" / name) for name in ("a", "b")]
    done = solve(*cases, "-o", tmp_path / "out", "--format", "csv", "-q")
    assert done.stdout.count("case,shipment") == 1


def test_interrupt_ends_the_whole_run(
    make_case: MakeCase, tmp_path: Path, end_with: Callable[..., None]
) -> None:
    end_with(status=Status.FEASIBLE, interrupted=True, bounds=())
    done = solve(make_case("a"), make_case("b"), "-o", tmp_path / "out")
    assert done.exit_code == 130
    assert (tmp_path / "out" / "a" / "plan.json").exists()
    assert not (tmp_path / "out" / "b").exists()


def test_serve_most_with_unserved_is_0(make_case: MakeCase, tmp_path: Path) -> None:
    folder = make_case(due="2026-03-02T20:00")
    done = solve(folder, "-o", tmp_path / "out", "--serve", "most")
    assert done.exit_code == 0
    assert "no shipment can be served" in done.stdout
    assert plan_of(tmp_path / "out")["status"] == "optimal"
