"""The part of the Earth that a map shows: degrees as they are, narrowed by the middle latitude."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from routeopt.emissions import EARTH_RADIUS_KM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60)
_WIDEST_WITH_SCALE = 60
"""Degrees; a wider map has no one scale."""
_LOWEST, _HIGHEST = 0.35, 1.6
"""Least height over width of a map, and most."""
_DEGREE_KM = 2 * math.pi * EARTH_RADIUS_KM / 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A box in degrees; one that crosses longitude 180 has an `east` above 180.

    Parameters
    ----------
    west, south, east, north
        Degrees, west < east <= west + 360, south < north.

    Raises
    ------
    ValueError
        If they are out of order or off the Earth.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        wide = self.west < self.east <= self.west + 360 and abs(self.west) <= 360  # noqa: PLR2004
        if not (wide and -90 <= self.south < self.north <= 90):  # noqa: PLR2004  NaN fails too
            raise ValueError(f"no box: {self.west:g},{self.south:g},{self.east:g},{self.north:g}")

    @classmethod
    def around(
        cls, lat: Floats, lon: Floats, *, margin: float = 0.08, shape: float | None = None
    ) -> Frame:
        """Box around points whose longitudes run on past 180, with a margin on each side.

        Parameters
        ----------
        shape
            Height over width, if it is to be this; else it may be from 0.35 to 1.6.
        """
        west, east = float(lon.min()), float(lon.max())
        south, north = float(lat.min()), float(lat.max())
        aside = margin * max(east - west, north - south, 0.2)
        narrow = math.cos(math.radians((south + north) / 2))
        wide, high = (east - west + 2 * aside) * narrow, north - south + 2 * aside
        more_high = max(0.0, (shape or _LOWEST) * wide - high) / 2
        more_wide = max(0.0, high / (shape or _HIGHEST) - wide) / 2 / narrow
        return cls(
            west=west - aside - more_wide,
            east=min(east + aside + more_wide, west - aside - more_wide + 360),
            south=max(-90.0, south - aside - more_high),
            north=min(90.0, north + aside + more_high),
        )

    def __str__(self) -> str:
        """Its sides, for a title."""
        west, east = (_degrees((x + 180) % 360 - 180, "EW") for x in (self.west, self.east))
        south, north = (_degrees(y, "NS") for y in (self.south, self.north))
        return f"{west} to {east}, {south} to {north}"

    @property
    def narrow(self) -> float:
        """Km of a degree of longitude over those of a degree of latitude, in the middle."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def shape(self) -> float:
        """Height over width."""
        return (self.north - self.south) / ((self.east - self.west) * self.narrow)

    def x(self, lon: Any) -> Any:  # noqa: ANN401  # one number or an array
        """Longitude as it stands in the box: the one that is nearest to its middle."""
        middle = (self.west + self.east) / 2
        return middle + (lon - middle + 180) % 360 - 180

    def segments(self, ends: Floats) -> Floats:
        """Straight pieces that lie in the box, shape (n, 2, 2): start and end, x and y.

        Parameters
        ----------
        ends
            Lat, lon of start and end, shape (pieces, 4), degrees.
        """
        x, y, y2 = self.x(ends[:, 1]), ends[:, 0], ends[:, 2]
        x2 = x + (ends[:, 3] - ends[:, 1] + 180) % 360 - 180
        found = []
        for turn in (-360.0, 0.0, 360.0):  # what leaves on one side comes in on the other
            here = (np.maximum(x, x2) + turn >= self.west) & (np.minimum(x, x2) + turn <= self.east)
            here &= (np.maximum(y, y2) >= self.south) & (np.minimum(y, y2) <= self.north)
            start = np.column_stack([x[here] + turn, y[here]])
            found.append(np.stack([start, np.column_stack([x2[here] + turn, y2[here]])], axis=1))
        segments: Floats = np.concatenate(found)
        return segments


def unwrapped(points: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of a line; the latter run on past 180."""
    lat, lon = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
    steps = (np.diff(lon) + 180) % 360 - 180
    return lat, np.concatenate([lon[:1], lon[0] + np.cumsum(steps)])


def dress(axes: Axes, frame: Frame, *, lines: int) -> None:
    """Give axes the box, a graticule of so many lines at most each way, and a scale.

    There is no scale on a map so wide that none holds for all of it.
    """
    axes.set_xlim(frame.west, frame.east)
    axes.set_ylim(frame.south, frame.north)
    axes.set_aspect(1 / frame.narrow)
    wide = max((frame.east - frame.west), (frame.north - frame.south))
    step = next((step for step in _STEPS if wide / step <= lines), _STEPS[-1])
    axes.set_xticks(_multiples(frame.west, frame.east, step))
    axes.set_yticks(_multiples(frame.south, frame.north, step))
    axes.xaxis.set_major_formatter(lambda value, _: _degrees((value + 180) % 360 - 180, "EW"))
    axes.yaxis.set_major_formatter(lambda value, _: _degrees(value, "NS"))
    axes.spines[:].set(visible=True, color="#bbbbbb", linewidth=0.6)
    axes.tick_params(length=0, labelsize=6, labelcolor="#666666")
    if frame.east - frame.west <= _WIDEST_WITH_SCALE:
        _scale(axes, frame)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [number * step for number in range(first, last + 1)]


def _degrees(value: float, sides: str) -> str:
    value = round(value, 6)
    side = "" if value in {0, -180} else sides[0] if value > 0 else sides[1]
    return f"{abs(value):g}°{f' {side}' if side else ''}"


def _scale(axes: Axes, frame: Frame) -> None:
    """Draw a bar of so many whole km into the lower right corner."""
    wide_km = (frame.east - frame.west) * frame.narrow * _DEGREE_KM
    size = 10 ** math.floor(math.log10(wide_km / 4))
    km = next(part * size for part in (5, 2, 1) if part * size <= wide_km / 4)
    right, left = 0.97, 0.97 - km / wide_km
    axes.plot([left, right], [0.035, 0.035], "k", lw=1.5, transform=axes.transAxes, zorder=8)
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
    axes.text(
        right,
        0.05,
        f"{km:g} km",
        transform=axes.transAxes,
        ha="right",
        fontsize=6,
        bbox=box,
        zorder=8,
    )
