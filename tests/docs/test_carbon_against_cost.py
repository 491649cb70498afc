"""The page on carbon against cost shows what its commands print and draw."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorials" / "carbon-against-cost.md").read_text("utf-8")


def block(after: str, kind: str) -> str:
    """First fenced block of a kind after these words."""
    hit = re.search(rf"{re.escape(after)}.*?```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert hit, after
    return hit[1].rstrip("\n")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder like that of the project, in which the commands of the page work."""
    shutil.copytree(ROOT / "cases", tmp_path / "cases")
    (tmp_path / "docs" / "img").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str) -> Result:
    program, *words = shlex.split(command)
    assert program == "routeopt"
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return done


def drawn(picture: Path) -> list[str]:
    """Texts in a picture, which do not depend on the version of matplotlib."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.read_text("utf-8"))


def test_the_table_and_the_picture_are_fresh(checkout: Path) -> None:
    done = run(block("<!-- whole plan -->", "console"))
    assert done.stdout.rstrip("\n") == block("It prints:", "text")
    link = re.search(r"\]\(\.\./(img/.*?\.svg)\)", PAGE)
    assert link
    assert drawn(checkout / "docs" / link[1]) == drawn(ROOT / "docs" / link[1])


def test_the_sum_on_the_page_is_that_of_the_table() -> None:
    hit = re.search(
        r"\(([\d,.]+) − ([\d,.]+)\) EUR / \(([\d,.]+) −\s+([\d,.]+)\) kg × 1,000 = ([\d,]+)", PAGE
    )
    assert hit
    more, less, dirty, clean, per_t = (float(text.replace(",", "")) for text in hit.groups())
    assert (more - less) / (dirty - clean) * 1000 == pytest.approx(per_t, abs=0.5)


@pytest.mark.usefixtures("checkout")
def test_the_other_commands_work() -> None:
    assert run(block("<!-- more points -->", "console")).stdout.count("\n") == 31
    run(block("<!-- one shipment -->", "console"))
    assert Path("furniture.png").exists()


def test_a_plan_is_taken_by_its_scenario(checkout: Path) -> None:
    with (checkout / "cases" / "starter" / "case.yaml").open("a", encoding="utf-8") as file:
        file.write(block("Take a plan from it", "yaml") + "\n")
    done = run(block("and solve it:", "text") + " -o out")
    assert "1,091 kg CO2e, 3,280 EUR" in " ".join(done.stdout.split())


def test_python_example_runs(checkout: Path) -> None:
    code = block("The same in Python:", "python")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "908 3520 optimal", "1000 3400 optimal", "1091 3280 optimal", "1183 3160 optimal",
    ]  # fmt: skip
