"""Names beside points, none over another: a name that finds no room is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ASIDE_PT = 3.0
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Where a name may stand, best first: right, left, above, below, the corners."""
_FROM = {1: "left", 0: "center", -1: "right"}
_OVER = {1: "bottom", 0: "center", -1: "top"}
_SAME_PX = 60.0
"""The same name is not written again within this distance."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name for the point at x, y (data)."""

    x: float
    y: float
    text: str


def write_names(axes: Axes, names: Sequence[Name], *, size: float = 6.0) -> tuple[str, ...]:
    """Write names beside their points, the first first; tell those for which there was room.

    Call it last: where there is room depends on where the axes stand in the figure.
    """
    figure = axes.figure
    figure.draw_without_rendering()  # type: ignore[union-attr]  # settles the layout
    frame = axes.get_window_extent().extents
    pixel = figure.dpi / 72
    points = [axes.transData.transform((name.x, name.y)) for name in names]
    taken: list[Box] = [(x - pixel, y - pixel, x + pixel, y + pixel) for x, y in points]
    said: list[tuple[str, float, float]] = []
    for name, (x, y) in zip(names, points, strict=True):
        if any(name.text == text and abs(x - a) + abs(y - b) < _SAME_PX for text, a, b in said):
            continue
        text = axes.annotate(name.text, (name.x, name.y), fontsize=size, zorder=9)
        text.set_in_layout(False)
        extent = text.get_window_extent()
        for side in _SIDES:
            box = _box(x, y, side, extent.width, extent.height, _ASIDE_PT * pixel)
            if _inside(box, frame) and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                said.append((name.text, x, y))
                _put(text, side)
                break
        else:
            text.remove()
    return tuple(text for text, _, _ in said)


def _put(text: object, side: tuple[int, int]) -> None:
    """Move a name to its side of the point."""
    text.xyann = (side[0] * _ASIDE_PT, side[1] * _ASIDE_PT)  # type: ignore[attr-defined]
    text.set(  # type: ignore[attr-defined]
        anncoords="offset points",
        ha=_FROM[side[0]],
        va=_OVER[side[1]],
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.2},
    )


def _box(
    x: float, y: float, side: tuple[int, int], width: float, height: float, aside: float
) -> Box:
    across, up = side
    left = x + across * aside - width * (1 - across) / 2
    bottom = y + up * aside - height * (1 - up) / 2
    return left, bottom, left + width, bottom + height


def _inside(box: Box, frame: Sequence[float]) -> bool:
    return bool(
        box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
    )


def _overlap(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
