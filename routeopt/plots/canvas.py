"""What all our pictures share: colours that colour-blind readers tell apart, and how to save one.

No window is ever opened, and no setting of matplotlib's outside a picture is touched.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from routeopt.atomic import write_atomic
from routeopt.errors import InputError
from routeopt.plots.fonts import families

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "DASHES", "FORMATS", "canvas", "check_format", "save"]

COLOURS = MappingProxyType(
    {"road": "#d55e00", "rail": "#0072b2", "sea": "#009e73", "barge": "#cc79a7"}
)
"""Colour by mode, from the palette of Okabe and Ito (2008)."""

DASHES = MappingProxyType(
    {"road": (0, ()), "rail": (0, (6, 2)), "sea": (0, (2, 1)), "barge": (0, (4, 1, 1, 1))}
)
"""Dashes by mode: colour is never the only sign."""

FORMATS = ("svg", "png", "pdf")

_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.dpi": 150,
    "svg.hashsalt": "routeopt",  # else each file differs
    "svg.fonttype": "none",  # text stays text: it can be searched, and read aloud
}


def check_format(path: str | os.PathLike[str]) -> str:
    """Tell the format of a picture from its name, before any work is done for it.

    Raises
    ------
    InputError
        If the ending is none of `FORMATS`.
    """
    ending = Path(path).suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise InputError(f"{path}: want a picture that ends in .svg, .png or .pdf")
    return ending


@contextmanager
def canvas(width_cm: float = 18.0, height_cm: float = 11.0) -> Iterator[Figure]:
    """Give an empty figure in our style, and keep the style until it was saved."""
    from matplotlib import rc_context  # noqa: PLC0415  # takes long to load
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context({**_STYLE, "font.family": families()}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ ")  # `fonts.lacking` tells them
        yield Figure(figsize=(width_cm / 2.54, height_cm / 2.54), layout="constrained")


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure, whole or not at all; the same figure gives the same bytes.

    Raises
    ------
    InputError
        If the ending is unknown or the file can't be written.
    """
    ending = check_format(path)
    undated = {"svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None}}
    data = io.BytesIO()
    figure.savefig(data, format=ending, metadata=undated[ending])
    write_atomic(path, data.getvalue())
