from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from routeopt.commands import progress


@dataclass(frozen=True)
class Report:
    """Stands in for the progress of the optimizer."""

    stage: str
    best: float | None = None
    bound: float | None = None
    gap: float | None = None
    elapsed_s: float = 0.0


def test_line_in_words() -> None:
    watch = progress.Watch("preparing")
    assert watch.line() == "preparing, 0 s"
    watch(Report("least CO2e", best=3412.04, bound=3400.0, gap=0.00353))  # type: ignore[arg-type]  # see Report
    assert watch.line() == "least CO2e, best 3,412.0, bound 3,400.0, gap 0.35%, 0 s"
    watch(Report("comparing"))  # type: ignore[arg-type]  # see Report
    assert watch.line() == "comparing, 0 s"


def test_plain_lines_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "HEARTBEAT_S", 0.05)
    with progress.watching("preparing", quiet=False) as watch:
        watch(Report("least CO2e"))  # type: ignore[arg-type]  # see Report
        time.sleep(0.3)
    shown = capsys.readouterr()
    lines = shown.err.splitlines()
    assert shown.out == ""
    assert 2 <= len(lines) <= 6
    assert lines[0] == "least CO2e, 0 s"
    time.sleep(0.1)
    assert capsys.readouterr().err == ""


def test_quiet_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "HEARTBEAT_S", 0.01)
    with progress.watching("preparing", quiet=True):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_short_search_says_nothing_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress.watching("preparing", quiet=False):
        pass
    assert capsys.readouterr().err == ""


def test_live_line_on_a_terminal(env: dict[str, str]) -> None:
    code = (
        "import time\n"
        "from types import SimpleNamespace\n"
        "from routeopt.commands.progress import watching\n"
        "with watching('preparing', quiet=False) as watch:\n"
        "    watch(SimpleNamespace(stage='least CO2e', best=None, bound=12.0, gap=None))\n"
        "    time.sleep(0.5)\n"
    )
    pty = pytest.importorskip("pty", reason="this platform has no pseudo-terminals")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=env | {"TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    shown = io.BytesIO()
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown.write(data)
    os.close(ours)
    out, _ = process.communicate(timeout=20)
    assert out == b""
    assert process.returncode == 0
    assert b"least CO2e, bound 12.0, 0 s" in shown.getvalue()
