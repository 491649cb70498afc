"""What only a process of its own shows: signals, pipes, encodings, full disks."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from routeopt.commands import main
from routeopt.interrupts import held

MakeCase = Callable[..., Path]
Run = Callable[..., subprocess.CompletedProcess[str]]
posix = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")


def words_of(*words: object) -> list[str]:
    return [sys.executable, "-m", "routeopt", *map(str, words)]


def test_streams_stay_apart(run: Run, make_case: MakeCase) -> None:
    done = run("solve", make_case(), "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"
    assert done.stderr.count("\n") == 1


def test_paths_with_spaces(run: Run, make_case: MakeCase, tmp_path: Path) -> None:
    make_case("my case")
    assert run("solve", "my case", "-o", "my out").returncode == 0
    assert run("verify", "my out/plan.json").returncode == 0
    assert (tmp_path / "my out" / "plan.json").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_utf8_whatever_the_platform_writes(run: Run, make_case: MakeCase, encoding: str) -> None:
    done = run("solve", make_case(), PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert "→ train, Tue 3 Mar 20:00 → Dry port" in done.stdout


def test_every_help_example_works(run: Run) -> None:
    for command in (None, "check", "solve", "pareto", "compare", "verify", "export"):
        shown = CliRunner().invoke(main, [command, "--help"] if command else ["--help"]).output
        words = shlex.split(shown.rstrip().splitlines()[-1])
        assert words[0] == "routeopt"
        done = run(*words[1:])
        assert done.returncode == 0, done.stderr
    example = CliRunner().invoke(main, ["init", "--help"]).output.rstrip().splitlines()[-1]
    assert run(*shlex.split(example)[1:-1], "other-case").returncode == 0


@posix
@pytest.mark.parametrize("command", ["solve", "check"])
def test_reader_that_goes_away_is_no_error(
    make_case: MakeCase, env: dict[str, str], tmp_path: Path, command: str
) -> None:
    process = subprocess.Popen(
        words_of(command, make_case()),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=env,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["init", "--list"]])
def test_output_that_cannot_be_written_is_3(env: dict[str, str], words: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            words_of(*words), stdout=full, stderr=subprocess.PIPE, env=env, check=False, text=True
        )
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_write_permission(run: Run, make_case: MakeCase, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    assert run("solve", make_case(), "-o", locked).returncode == 3
    assert run("solve", tmp_path / "boxes", "-o", locked / "out").returncode == 3


def on_a_terminal(words: list[str], *, cwd: Path, env: dict[str, str]) -> bytes:
    """What a process writes to a terminal on standard output."""
    pty = pytest.importorskip("pty", reason="this platform has no pseudo-terminals")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        words, stdout=theirs, stderr=subprocess.DEVNULL, cwd=cwd, env=env | {"TERM": "xterm"}
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(ours)
    process.wait(60)
    return shown


def test_bold_on_a_terminal_only(
    run: Run, make_case: MakeCase, tmp_path: Path, env: dict[str, str]
) -> None:
    words = words_of("solve", make_case())
    assert b"\033[1m" in on_a_terminal(words, cwd=tmp_path, env=env)
    assert b"\033" not in on_a_terminal(words, cwd=tmp_path, env=env | {"NO_COLOR": "1"})
    assert "\033" not in run("solve", "boxes").stdout


@posix
def test_kill_during_writing_leaves_the_old_plan_whole(
    run: Run, make_case: MakeCase, tmp_path: Path, env: dict[str, str]
) -> None:
    folder = make_case()
    assert run("solve", folder).returncode == 0
    file = tmp_path / "out" / "plan.json"
    start = time.monotonic()
    assert run("solve", folder).returncode == 0
    whole_s = time.monotonic() - start
    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        process = subprocess.Popen(
            words_of("solve", folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=tmp_path,
            env=env,
        )
        time.sleep(whole_s * share)
        process.kill()
        process.wait()
        assert json.loads(file.read_text(encoding="utf-8"))["status"] == "optimal"


@posix
def test_interrupt_waits_for_imports() -> None:
    done: list[str] = []

    def load() -> None:
        with held():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            done.append("loaded")
        done.append("went on")

    with pytest.raises(KeyboardInterrupt):
        load()
    assert done == ["loaded"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


SERVICE_COLUMNS = (
    "id,mode,from,to,departures,distance_km,hours,unit_teu,max_units,cost_per_unit,"
    "cost_per_departure,toc,source"
)


def hard_case(folder: Path) -> Path:
    """Odd sizes that share trains with whole units: solved in no time, not proven for long."""
    places, rows, shipments = range(5), [], []
    for a in places:
        for b in places:
            if a != b:
                km, at = 100 + 90 * abs(a - b) + 7 * a, (5 * a + 3 * b) % 24
                rows.append(
                    f"train{a}{b},rail,T{a},T{b},daily {at:02}:00,{km},{3 + 2 * abs(a - b)},1,"
                    f"{8 + (a + 2 * b) % 5},{25 + 3 * a + b},{150 + 60 * a + 20 * b},rail,x"
                )
                rows.append(
                    f"truck{a}{b},road,T{a},T{b},any,{km},{2 + abs(a - b)},2,,{300 + km},,road,x"
                )
    for n in range(30):
        a, b = n % 5, (n + 1 + n % 4) % 5
        teu, day = (0.7, 1.3, 1.6, 2.5, 0.9)[n * 7 % 5], 2 + n % 3
        shipments.append(
            f"S{n},T{a},T{b},{teu},{5 + n * 11 % 20},2026-03-0{day}T0{n % 9}:00,2026-03-08T12:00"
        )
    tables = {
        "terminals.csv": [
            "id,name,country,lat,lon,handling_h,hoc,source",
            *(f"T{n},Place {n},ES,{40 + n},-3,1,lift,x" for n in places),
        ],
        "services.csv": [
            SERVICE_COLUMNS,
            *rows,
        ],
        "toc.csv": [
            "id,mode,unit,wtt,ttw,source",
            "rail,rail,g/vehiclekm,30,50,x",
            "road,road,g/tkm,20,60,x",
        ],
        "hoc.csv": ["id,unit,wtt,ttw,source", "lift,kg/t,0.1,0.1,x"],
        "shipments.csv": ["id,origin,destination,teu,tonnes,ready,due", *shipments],
        "case.yaml": [
            "case: 1", "name: Hard", "network: none", "start: 2026-03-02", "days: 7",
            "shipments: shipments.csv", "limits: {min_share: {rail: 0.7}}",
            ("tables: {terminals: terminals.csv, services: services.csv, "
            "toc: toc.csv, hoc: hoc.csv}"),
        ],
    }  # fmt: skip
    folder.mkdir()
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@posix
def test_interrupt_writes_the_best_plan(tmp_path: Path, env: dict[str, str]) -> None:
    process = subprocess.Popen(
        words_of("solve", hard_case(tmp_path / "hard"), "--time-limit", "100", "--format", "json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=env,
        text=True,
    )
    time.sleep(6)
    assert process.poll() is None, "the case is too easy for this test"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    plan = json.loads(out)
    assert plan == json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert plan["status"] == "feasible"
    assert plan["interrupted"] is True
    assert plan["totals"]["served"] == 30
    assert "interrupted, feasible; plan in out/plan.json" in err
