"""Labels beside points, placed where they cover neither each other nor a point."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

TITLE_WIDTH = 78
_DISTANCES_PT = (7.0, 16.0, 28.0, 44.0, 62.0)
SIDES = ((1, 1), (1, -1), (-1, -1), (-1, 1), (0, 1), (0, -1), (1, 0), (-1, 0))
_ALIGN = {-1: "right", 0: "center", 1: "left"}
_STAND = {-1: "top", 0: "center", 1: "bottom"}
_ROOM_PT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Text for a point.

    Parameters
    ----------
    x, y
        The point, in data coordinates.
    sides
        Where the text may stand, best first: (right 1 or left -1, above 1 or below -1).
    needed
        It stands even where it covers something.
    """

    x: float
    y: float
    text: str
    sides: Sequence[tuple[int, int]] = SIDES
    needed: bool = True
    bold: bool = False


def titled(text: str) -> str:
    """Break a title into lines that fit above a picture."""
    return textwrap.fill(text, TITLE_WIDTH)


def place(axes: Axes, labels: Sequence[Label], points: Sequence[tuple[float, float]]) -> None:
    """Write labels, each near its point; call it when all else is drawn and the limits are set.

    Parameters
    ----------
    labels
        The more important first: later ones make way, and if not needed are left out.
    points
        What labels should not cover, in data coordinates.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101  axes of ours have one
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # nothing moves any more
    taken = [_around(axes, point) for point in points]
    for label in labels:
        best = _placed(axes, label, taken)
        if best is not None:
            taken.append(best)


def _around(axes: Axes, point: tuple[float, float]) -> Bbox:
    from matplotlib.transforms import Bbox  # noqa: PLC0415  # takes long to load

    x, y = axes.transData.transform(point)
    half = _ROOM_PT * _dots_per_pt(axes)
    return Bbox.from_extents(x - half, y - half, x + half, y + half)


def _dots_per_pt(axes: Axes) -> float:
    return axes.figure.get_dpi() / 72


def _placed(axes: Axes, label: Label, taken: Sequence[Bbox]) -> Bbox | None:
    """Write a label at the first spot that is free, else if needed at the least crowded one."""
    frame = axes.bbox
    fewest, best = len(taken) + 2, None
    for distance, side in product(_DISTANCES_PT, label.sides):
        note = _written(axes, label, distance, side)
        box = _box(note)
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1
        inside = inside and frame.y0 <= box.y0 and box.y1 <= frame.y1
        covered = sum(box.overlaps(other) for other in taken) + (0 if inside else len(taken) + 1)
        if not covered:
            return box
        note.remove()
        if covered < fewest:
            fewest, best = covered, (distance, side)
    if best is None or not label.needed:
        return None
    return _box(_written(axes, label, *best))


def _box(note: Annotation) -> Bbox:
    """Find where the text stands; what the note itself tells takes in its line to the point."""
    from matplotlib.text import Text  # noqa: PLC0415  # takes long to load

    note.get_window_extent()  # brings the text to its place
    return Text.get_window_extent(note)


def _written(axes: Axes, label: Label, distance: float, side: tuple[int, int]) -> Annotation:
    far = distance > _DISTANCES_PT[0]
    note = axes.annotate(
        label.text,
        (label.x, label.y),
        xytext=(side[0] * distance, side[1] * distance),
        textcoords="offset points",
        ha=_ALIGN[side[0]],
        va=_STAND[side[1]],
        fontsize=8,
        fontweight="bold" if label.bold else "normal",
        arrowprops={"arrowstyle": "-", "color": "#777777", "linewidth": 0.6} if far else None,
    )
    note.set_in_layout(False)
    return note
