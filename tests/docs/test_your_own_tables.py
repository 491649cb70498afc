"""The page on own tables shows what the program prints."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import time
from pathlib import Path

from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorials" / "your-own-tables.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```console\n\$ routeopt (.*?)\n(.*?)```", PAGE, re.DOTALL)
EDITS: Mapping[str, Mapping[str, object]] = {  # cells of `services` that the page changes before
    "solve my-week -o my-plan | head -2": {"O3": 75, "E2": "Mon,Wed 20:00"},
    "check my-week": {"H2": time(7), "Q4": "road-artic-e"},
}


def test_commands_print_what_the_page_shows(tmp_path: Path) -> None:
    assert [line.split()[0] for line, _ in COMMANDS] == ["init", "solve", "check", "init"]
    for line, shown in COMMANDS:
        edit(tmp_path / "my-week" / "book.xlsx", EDITS.get(line, {}))
        words, _, head = line.partition(" | head -")
        done = subprocess.run(
            [sys.executable, "-m", "routeopt", *words.split()],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        out = (done.stdout or done.stderr).splitlines()
        assert out[: int(head) if head else None] == shown.splitlines()


def edit(file: Path, cells: Mapping[str, object]) -> None:
    """Change cells of the sheet `services`, whose columns are those that the page names."""
    if not cells:
        return
    book = load_workbook(file)
    sheet = book["services"]
    for cell, value in cells.items():
        assert f"cell {cell})" in PAGE
        column = {"O": "cost_per_teu", "E": "departures", "H": "hours", "Q": "toc"}[cell[0]]
        assert sheet[f"{cell[0]}1"].value == column
        sheet[cell] = value  # type: ignore[assignment]  # openpyxl takes more than its types say
    book.save(file)


def test_the_page_is_short() -> None:
    assert len(PAGE.split()) < 700
