"""What the tutorial on scenarios and sweeps shows is what the program prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from routeopt.commands import main

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "what-if.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.*?)```", re.DOTALL)


def test_every_command_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(TEXT)
    assert len(blocks) == TEXT.count("```console")
    for command, shown in blocks:
        program, *words = shlex.split(command)
        assert program == "routeopt"
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, command
        assert done.stdout == shown, command


def test_yaml_shown_is_that_of_the_case() -> None:
    case = (PAGE.parents[2] / "cases" / "starter" / "case.yaml").read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL):
        assert block in case


def test_every_sweep_of_the_table_can_be_read() -> None:
    from routeopt.compare import read_sweep  # noqa: PLC0415  loads the solver

    table = [line for line in TEXT.splitlines() if line.startswith("| ") and "`" in line]
    sweeps = [each for line in table for each in re.findall(r"`([^`]+)`", line)]
    assert len(sweeps) == 6
    for each in sweeps:
        assert read_sweep(each).values
