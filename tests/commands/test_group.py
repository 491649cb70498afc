from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from routeopt.commands import main

COMMANDS = ("init", "check", "solve", "pareto", "compare", "verify", "export", "network", "factors")


def python(code: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False
    )


def test_help_loads_nothing_heavy(env: dict[str, str]) -> None:
    code = (
        "import sys\n"
        "from routeopt.commands import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pandas', 'ortools', 'networkx', 'rich', 'yaml'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)\n"
    )
    done = python(code, env)
    assert done.stderr == "[]\n"
    assert done.stdout.startswith("Usage:")


def test_help_is_fast(env: dict[str, str]) -> None:
    def best(words: list[str]) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            subprocess.run([sys.executable, *words], capture_output=True, env=env, check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    assert best(["-m", "routeopt", "--help"]) <= 4 * best(["-c", "import click"])


def test_commands_stand_in_the_order_of_work() -> None:
    assert isinstance(main, click.Group)
    assert main.list_commands(click.Context(main)) == list(COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, None])
def test_help_ends_with_an_example(command: str | None) -> None:
    words = [command, "--help"] if command else ["--help"]
    shown = CliRunner().invoke(main, words).output
    assert re.search(r"\n  Example:\n    routeopt [^\n]+\n$", shown)
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_version_names_what_computes() -> None:
    shown = CliRunner().invoke(main, ["--version"]).output
    names = [line.split()[0] for line in shown.splitlines()]
    assert names == ["routeopt", "python", "ortools", "networkx", "numpy", "pandas"]
    assert all(len(line.split()) == 2 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sovle"], "No such command"),
        (["solve"], "Missing argument"),
        (["solve", "x", "--objective", "co2"], "did you mean 'co2e'"),
        (["solve", "x", "--objective", "co2e,co2e"], "named twice"),
        (["solve", "x", "--objective", ""], "want co2e, cost, time"),
        (["solve", "x", "--time-limit", "nan"], "want a number"),
        (["solve", "x", "--time-limit", "inf"], "want a number"),
        (["solve", "x", "--time-limit", "0"], "x>0"),
        (["solve", "x", "--gap", "-1"], "0<=x<=1"),
        (["solve", "x", "--serve", "some"], "'all', 'most'"),
        (["solve", "x", "--workers", "0"], "x>=1"),
        (["solve", "", "-o", "y"], "got nothing"),
        (["solve", "x", "-o", ""], "got nothing"),
        (["solve", "a/x", "b/x"], "two cases are called x"),
        (["pareto", "x", "--points", "1"], "x>=2"),
        (["verify", "x", "y", "--case", "z"], "given twice"),
        (["init"], "want a DIR"),
        (["init", ""], "empty word"),
        (["init", "a", "b", "c"], "got 3 words"),
        (["init", "startr", "b"], "did you mean 'starter'"),
    ],
)
def test_wrong_usage_is_2_on_stderr(words: list[str], said: str) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr


@pytest.mark.parametrize("command", ["check", "solve", "pareto --shipment x", "verify"])
def test_missing_file_is_bad_input(command: str, tmp_path: Path) -> None:
    name, *rest = command.split()
    done = CliRunner().invoke(main, [name, str(tmp_path / "none.yaml"), *rest])
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "none.yaml" in done.stderr


def test_bug_shows_traceback_and_asks_to_report(env: dict[str, str]) -> None:
    code = (
        "from routeopt import box\n"
        "from routeopt.commands import main\n"
        "box.cases_dir = lambda: 1 / 0\n"
        "main(['init', '--list'])\n"
    )
    done = python(code, env)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.count("This is a bug in routeopt. Please report it") == 1


def test_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr("routeopt.box.cases_dir", stop)
    done = CliRunner().invoke(main, ["init", "--list"])
    assert done.exit_code == 130
    assert done.stderr == "interrupted\n"


def test_python_m_and_cli_py_are_the_same(env: dict[str, str]) -> None:
    root = Path(env["PYTHONPATH"])
    shown = [
        subprocess.run(
            [sys.executable, *words, "--version"], capture_output=True, env=env, check=True
        ).stdout
        for words in (["-m", "routeopt"], [str(root / "cli.py")])
    ]
    assert shown[0] == shown[1]
