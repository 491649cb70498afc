"""The README of each case says what its plans say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routeopt.box import cases_dir
from tests.casebook import Claim, Names, Readme

UNCHECKED = {"starter", "sines-corridor"}
"""Cases whose numbers are invented, or whose README is older than the rule."""

FOLDERS = sorted(
    path.parent for path in cases_dir().glob("*/case.yaml") if path.parent.name not in UNCHECKED
)
CHECKED = ("The answer", "What would change it")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_numbers_of_a_readme_are_those_of_its_plans(folder: Path) -> None:
    readme, names = Readme.read(folder / "README.md"), Names(folder)
    flat = " ".join(readme.text.split())
    wrong = []
    for claim in readme.claims:
        if claim.text not in flat:
            wrong.append(f"{claim.text} is not in the text")
        if claim.formula is not None:
            value = names.value(claim.formula)
            if not claim.holds(value):
                wrong.append(f"{claim.text} is {value:,.4f} by {claim.formula}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_no_number_of_an_answer_goes_unchecked(folder: Path) -> None:
    readme = Readme.read(folder / "README.md")
    known = {claim.number for claim in readme.claims}
    for title in CHECKED:
        assert readme.numbers(title) - known == set(), title


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("81,686 kg", 81685.84, True),
        ("81,686 kg", 81686.51, False),
        ("43 EUR", -43.0, False),
        ("−43 EUR", -43.2, True),
        ("0.67 %", 0.6749, True),
        ("0.67 %", 0.6751, False),
    ],
)
def test_a_number_holds_to_its_last_digit(text: str, value: float, holds: bool) -> None:  # noqa: FBT001
    assert Claim(text=text, formula="").holds(value) is holds


def test_numbers_with_units_and_cells_of_tables_are_found() -> None:
    readme = Readme(
        text="## The answer\n240 TEU for 134,123 EUR in 2016 by km 12.\n\n"
        "| as planned | 240 | **81,685.8** | 43 EUR a box |\n## Next\n7 kg\n",
        claims=(),
    )
    assert readme.numbers("The answer") == {"240", "134,123", "81,685.8", "43"}


def test_every_case_stands_on_the_page_of_cases() -> None:
    page = (cases_dir() / "README.md").read_text("utf-8")
    folders = {path.parent.name for path in cases_dir().glob("*/case.yaml")}
    assert set(re.findall(r"^\| \[([a-z-]+)\]\(\1/\)", page, re.MULTILINE)) == folders
