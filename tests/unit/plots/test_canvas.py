"""Pictures are saved in three formats, byte by byte the same, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from routeopt.errors import InputError
from routeopt.plots.canvas import COLOURS, DASHES, FORMATS, canvas, save

START = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


def draw(path: Path) -> bytes:
    with canvas() as figure:
        axes = figure.add_subplot()
        for mode, colour in COLOURS.items():
            axes.plot([0, 1], [1, 0], color=colour, linestyle=DASHES[mode], label=mode)
        axes.legend()
        save(figure, path)
    return path.read_bytes()


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_picture_has_the_same_bytes(ending: str, tmp_path: Path) -> None:
    first, second = (draw(tmp_path / f"{name}.{ending}") for name in "ab")
    assert first == second
    assert first.startswith(START[ending])


def test_text_in_a_drawing_stays_text(tmp_path: Path) -> None:
    assert b">barge</text>" in draw(tmp_path / "a.svg")


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"want a picture that ends in \.svg"):
        draw(tmp_path / "front.gif")
    assert not list(tmp_path.iterdir())
