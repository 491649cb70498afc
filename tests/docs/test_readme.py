"""What the README shows is what the program prints."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(after: str) -> str:
    """Fenced block on the line after a marker."""
    hit = re.search(rf"{re.escape(after)}\n+```\w*\n(.*?)```", README, re.DOTALL)
    assert hit, after
    return hit[1].rstrip("\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Folder that holds the cases, as a checkout does."""
    shutil.copytree(ROOT / "cases", tmp_path / "cases")
    return tmp_path


def test_first_run_prints_what_the_readme_shows(checkout: Path) -> None:
    words = block("<!-- first-run -->").split(" && ")[-1].split()
    assert words[0] == ".venv/bin/routeopt"
    done = subprocess.run(
        [sys.executable, "-m", "routeopt", *words[1:]],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.rstrip("\n") == block("It prints:")


def test_compare_prints_what_the_readme_shows(checkout: Path) -> None:
    command = block("<!-- compare -->")
    program, *words = shlex.split(command)
    assert program == ".venv/bin/routeopt"
    done = subprocess.run(
        [sys.executable, "-m", "routeopt", *words],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.rstrip("\n") == block(f"{command}\n```")


def test_the_test_command_is_what_ci_runs() -> None:
    assert block("<!-- tests -->").endswith("python -m pytest -q")
    assert "python -m pytest" in (ROOT / ".ci" / "run").read_text()


def test_python_example_runs(checkout: Path) -> None:
    code = block("The same in Python:")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["optimal", "5702.7", "8861.14"]


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:

    for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link
