"""The page of pictures: each is there, small, and the km are the network's."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "network.md").read_text(encoding="utf-8")
EACH_BYTES, ALL_BYTES = 300_000, 2_500_000


@cache
def pictures() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "pictures.py"))


def test_the_page_shows_every_picture_that_is_there() -> None:
    files = {file.name for file in (DOCS / "img").glob("*.png")}
    assert files == set(re.findall(r"!\[[^\]]+\]\(img/([^)]+)\)", PAGE))
    code = pictures()
    assert files == {f"{name}.png" for name in code["pictures"](code["eurasia"]())}


def test_pictures_are_small() -> None:
    sizes = [file.stat().st_size for file in (DOCS / "img").iterdir()]
    assert max(sizes) < EACH_BYTES
    assert sum(sizes) < ALL_BYTES


def test_the_km_of_the_page_are_those_of_the_network() -> None:
    code = pictures()
    table = code["table"](code["eurasia"]())
    assert table.count("\n") == 14  # two lines of heading, 13 ways
    assert table in PAGE, "write the page again: python docs/pictures.py"


def test_one_picture_is_drawn_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PAGE
    pictures()["main"](["ways-road"], tmp_path)
    (drawn,) = tmp_path.iterdir()
    assert drawn.name == "ways-road.png"
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert drawn.stat().st_size < EACH_BYTES
    assert "ways-road.png: " in capsys.readouterr().out
    assert (DOCS / "network.md").read_text(encoding="utf-8") == before


def test_an_unknown_picture_is_named() -> None:
    with pytest.raises(SystemExit, match="no picture 'iberai'; there are: iberia, "):
        pictures()["main"](["iberai"])
