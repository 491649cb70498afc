"""The tutorial on exports runs as it stands, and prints what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from routeopt.commands import main
from routeopt.commands.export import FORMATS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorials" / "export.md").read_text("utf-8")
_SIZE = re.compile(r"  [\d.,]+ kB")


def blocks(kind: str) -> list[str]:
    """Fenced blocks of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_it_is_short() -> None:
    assert len(PAGE.split()) < 500


def test_commands_print_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "cases" / "sines-madrid-week", tmp_path / "cases" / "sines-madrid-week")
    monkeypatch.chdir(tmp_path)
    first, second = blocks("console")
    printed = []
    for line in (first + second).splitlines():
        words = shlex.split(line)
        assert words[0] == "routeopt"
        done = CliRunner().invoke(main, words[1:])
        assert done.exit_code == 0, done.stderr
        printed.append(done.stdout)
    (shown,) = blocks("text")
    # the sizes follow the versions of routeopt and of the libraries
    assert _SIZE.sub("", printed[1].replace("\\", "/")) == _SIZE.sub("", shown)
    assert (tmp_path / "for-excel" / "plan-legs.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_format_is_told() -> None:
    for name in FORMATS:
        assert name in PAGE
