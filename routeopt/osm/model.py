"""What to build, and what there is to say about what was built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from routeopt.network.layers import Layer

MODES = ("road", "rail")

Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]

BASE_BYTES = 300e6  # memory: of the libraries,
BYTES_PER_POINT = 4500.0  # and for each point of a way (3,300 to 3,600 measured on made-up roads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to build.

    Parameters
    ----------
    extract
        File of OpenStreetMap data; None with `overpass`.
    bbox
        West, south, east, north in degrees: ways that touch it are kept whole.
    country
        ISO 3166 code of all edges; "" with `borders`.
    borders
        GeoJSON of countries.
    overpass
        Endpoint to load from in place of an extract.
    """

    extract: Path | None
    modes: tuple[str, ...] = MODES
    bbox: tuple[float, float, float, float] | None = None
    country: str = ""
    borders: Path | None = None
    overpass: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What would be loaded of one mode."""

    ways: int
    points: int

    @property
    def memory_bytes(self) -> float:
        """Memory that the build takes at its peak, roughly."""
        return BASE_BYTES + self.points * BYTES_PER_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Kilometres of a class and a truck's or train's mean speed on it."""

    name: str
    km: float
    kmh: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A layer, with what there is to say about how it came about."""

    layer: Layer
    speed_kmh: float
    speeds: tuple[Speed, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Notes:
    """What there is to say about one mode: told as it happens, and kept for SOURCES.md."""

    mode: str
    say: Say
    lines: list[str] = field(default_factory=list)

    def __call__(self, text: str) -> None:
        """Tell this, and keep it."""
        self.say(f"{self.mode}: {text}")
        self.lines.append(text)
