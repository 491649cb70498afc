"""`compare` as a planner types it."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main
from tests.commands.test_process import hard_case, words_of

MakeCase = Callable[..., Path]
TIGHT = "  - {name: Tight, limits: {cost_eur: 600}}\n"


def compare(*words: object) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, words), "--workers", "1"])


def rows_of(*words: object) -> dict[str, dict[str, Any]]:
    done = compare(*words, "--format", "json")
    assert done.exit_code == 0, done.output
    return {row["name"]: row for row in json.loads(done.stdout)["rows"]}


def test_table(make_case: MakeCase) -> None:
    # Three boxes by train: 3 x 20 t x 600 km x 10 g = 360 kg, 3 x 230 = 690 EUR. By truck:
    # 3 x 20 x 650 x 80 g = 3,120 kg, 3 x 930 = 2,790 EUR; 2,760 kg more.
    done = compare(make_case())
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "Compared    kg CO2e    EUR  h each   road   rail  kg saved  EUR/t"
    # Two trains arrive Wed 08:00 local, one Fri 08:00: 47, 47 and 95 h from Mon 08:00 UTC
    assert lines[1] == "as planned      360    690    63.0      –  100 %"
    assert lines[2] == "all road      3,120  2,790    15.0  100 %      –    −2,760"
    assert lines[3] == "  6 of 6 TEU move from trains to trucks"
    assert [line for line in lines if line and not line.startswith(" ")][3:6] == [
        "cheapest        360    690    63.0      –  100 %         0",
        "fastest       3,120  2,790    15.0  100 %      –    −2,760",
        "Strike        3,120  2,790    15.0  100 %      –    −2,760",
    ]
    assert "against as planned" in done.stdout


def test_json_follows_the_contract(make_case: MakeCase) -> None:
    rows = rows_of(make_case())
    assert list(rows) == ["as planned", "all road", "cheapest", "fastest", "Strike"]
    planned, road = rows["as planned"], rows["all road"]
    assert planned["status"] == "optimal"
    assert planned["co2e_kg"] == pytest.approx(360.0)
    assert planned["cost_eur"] == pytest.approx(690.0)
    assert planned["hours"] == pytest.approx(47 + 47 + 95)
    assert planned["share"] == {"rail": 1.0}
    assert (planned["saved_kg"], planned["eur_per_t"], planned["changed"]) == (None, None, None)
    assert road["baseline"] == "road"
    assert road["share"] == {"road": 1.0}
    assert road["saved_kg"] == pytest.approx(-2760.0)
    assert rows["Strike"]["scenario"] == "Strike"


def test_a_given_baseline_is_what_the_others_are_held_against(make_case: MakeCase) -> None:
    # The trains save 2,760 kg and 2,100 EUR: -2,100 / 2,760 x 1000 = -760.87 EUR/t
    folder = make_case()
    rows = rows_of(folder, "--baseline", "road")
    assert list(rows) == ["all road", "as planned", "Strike"]
    assert rows["as planned"]["saved_kg"] == pytest.approx(2760.0)
    assert rows["as planned"]["eur_per_t"] == pytest.approx(-2100 / 2.76)
    assert rows["as planned"]["changed"] == "6 of 6 TEU move from trucks to trains"
    assert "saves both" in compare(folder, "--baseline", "road").stdout


def test_csv(make_case: MakeCase) -> None:
    done = compare(make_case(more=TIGHT), "--format", "csv")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert float(rows["all road"]["share_road"]) == 1.0
    assert float(rows["all road"]["share_rail"]) == 0.0
    assert (rows["Tight"]["status"], rows["Tight"]["co2e_kg"]) == ("infeasible", "")
    assert rows["Tight"]["reason"]


def test_an_infeasible_scenario_is_a_row_with_its_reason(make_case: MakeCase) -> None:
    folder = make_case(more=TIGHT)
    row = rows_of(folder)["Tight"]
    assert row["status"] == "infeasible"
    assert (row["co2e_kg"], row["cost_eur"], row["hours"]) == (None, None, None)
    assert "690" in row["reason"]
    text = compare(folder).stdout
    assert "\nTight: infeasible\n  BOX/1" in text


def test_no_row_with_a_plan_is_the_worst_status(make_case: MakeCase) -> None:
    done = compare(make_case(due="2026-03-02T20:00"), "--format", "json")
    assert done.exit_code == 4
    assert {row["status"] for row in json.loads(done.stdout)["rows"]} == {"infeasible"}
    done = compare(make_case("late", due="2026-03-02T20:00"))
    assert done.exit_code == 4
    assert "as planned has no plan: nothing can be held against it." in done.stdout


def test_scenarios_that_are_asked_for(make_case: MakeCase) -> None:
    folder = make_case(more=TIGHT)
    assert list(rows_of(folder, "--scenario", "Strike"))[4:] == ["Strike"]
    assert len(rows_of(folder, "--no-scenarios")) == 4
    done = compare(folder, "--scenario", "Srike")
    assert done.exit_code == 3
    assert "no scenario 'Srike': did you mean 'Strike'?" in done.stderr
    assert compare(folder, "--scenario", "Strike", "--no-scenarios").exit_code == 2


def test_objective_holds_for_all_but_the_baselines(make_case: MakeCase) -> None:
    rows = rows_of(make_case(), "--objective", "time")
    assert rows["as planned"]["share"] == {"road": 1.0}
    assert rows["as planned"]["objective"] == ["time"]
    assert rows["cheapest"]["objective"] == ["cost", "co2e"]


def test_a_faulty_case_is_told_before_anything_is_solved(make_case: MakeCase) -> None:
    good = make_case("good")
    bad = make_case("bad", more="  - {name: Odd, avoid: {mode: [rail]}}\n")
    done = compare(good, bad)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "did you mean 'modes'?" in done.stderr
    assert compare(good / "none").exit_code == 3


def test_a_plan_beside_a_case(make_case: MakeCase, tmp_path: Path) -> None:
    folder, out = make_case(), tmp_path / "out"
    words = ["solve", str(folder), "-o", str(out), "--scenario", "Strike", "-q"]
    assert CliRunner().invoke(main, words).exit_code == 0
    rows = rows_of(out / "plan.json", folder)
    assert list(rows) == ["Three boxes: Strike", "Three boxes"]
    assert rows["Three boxes: Strike"]["kind"] == "plan"
    assert rows["Three boxes"]["saved_kg"] == pytest.approx(2760.0)
    assert rows["Three boxes"]["changed"] == "3 of 3 shipments move from trucks to trains"
    assert list(rows_of(out)) == ["Three boxes: Strike"]  # its folder does as well
    (out / "plan.json").write_text('{"plan": 1}', encoding="utf-8")
    assert compare(out / "plan.json", folder).exit_code == 3


def test_a_plan_needs_no_case(make_case: MakeCase, tmp_path: Path) -> None:
    folder, out = make_case(), tmp_path / "out"
    assert CliRunner().invoke(main, ["solve", str(folder), "-o", str(out), "-q"]).exit_code == 0
    folder.rename(tmp_path / "elsewhere")
    assert rows_of(out)["Three boxes"]["co2e_kg"] == pytest.approx(360.0)


def test_cases_of_one_name_are_told_apart(make_case: MakeCase) -> None:
    one, two = make_case("one"), make_case("two")
    assert list(rows_of(one, two)) == [f"Three boxes ({one})", f"Three boxes ({two})"]


def test_long_names_have_a_line_of_their_own(make_case: MakeCase) -> None:
    name = "A scenario that takes more words than a column has room for"
    text = compare(make_case(more=f"  - {{name: {name}, max_legs: 3}}\n")).stdout
    assert f"\n{name}\n                360    690" in text


def test_as_many_workers_as_one_likes(make_case: MakeCase) -> None:
    folder = make_case(more=TIGHT)
    words = ["compare", str(folder), "--format", "json"]
    outputs = {CliRunner().invoke(main, [*words, "--workers", str(n)]).stdout for n in (1, 2)}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["rows"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("workers", [1, 2])
def test_interrupt_keeps_the_rows_that_are_done(
    make_case: MakeCase, tmp_path: Path, env: dict[str, str], workers: int
) -> None:
    words = ("compare", make_case(), hard_case(tmp_path / "hard"), "--time-limit", "100")
    process = subprocess.Popen(
        words_of(*words, "--format", "json", "--workers", workers),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=env,
        text=True,
    )
    time.sleep(8)
    assert process.poll() is None, "the case is too easy for this test"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    rows = json.loads(out)["rows"]
    assert rows[0]["name"] == "Three boxes"
    assert rows[0]["co2e_kg"] == pytest.approx(360.0)
    assert f"interrupted; {len(rows)} of 2 rows are done" in err
    if workers == 1:  # the search itself heard it, and gave the best until then
        assert rows[1]["interrupted"] is True
