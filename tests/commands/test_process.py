"""What only a process of its own shows: signals, pipes, encodings, full disks."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from routeopt.commands import main

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
    for command in (None, "check", "solve", "pareto", "verify"):
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
