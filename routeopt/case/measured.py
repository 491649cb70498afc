"""What was measured on a network for a case: plain data, without the layers themselves."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from routeopt.case.rows import Values
from routeopt.case.values import split_list

if TYPE_CHECKING:
    from routeopt.network.physical import Way

DOOR = re.compile(r"\s*([+-]?[0-9]+\.?[0-9]*)\s*,\s*([+-]?[0-9]+\.?[0-9]*)(?:\s+(\S.*))?")
"""A door: latitude, longitude, and a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """A truck on demand from one place to another, with the trucking row that prices it."""

    origin: str
    destination: str
    way: Way
    hours: float
    row: Values

    @property
    def id(self) -> str:
        """Id of its service."""
        return f"truck {self.origin} > {self.destination}"


@dataclass(kw_only=True)
class Measured:
    """What was measured for a case.

    Parameters
    ----------
    ways
        Way of each service whose way was measured.
    idle
        Services that do not run, and why.
    """

    ways: dict[str, Way] = field(default_factory=dict)
    idle: dict[str, str] = field(default_factory=dict)
    trucks: list[Truck] = field(default_factory=list)


def lines_on(start: date, valid_from: date | None) -> date:
    """Day whose lines a measured service runs on: that of the case's start, or its first, if later.

    >>> lines_on(date(2026, 3, 2), date(2027, 1, 1))
    datetime.date(2027, 1, 1)
    """
    return start if valid_from is None else max(start, valid_from)


def gauges_of(values: Values) -> tuple[int, ...]:
    """Gauges of a terminal's tracks, mm; none: any.

    >>> gauges_of({"gauges_mm": "1435; 1520"})
    (1435, 1520)
    """
    return tuple(int(float(text)) for text in split_list(values.get("gauges_mm", "")))


def truck_ids(places: Collection[str], text: str) -> bool:
    """Whether a text is the id of a truck between two places."""
    origin, _, destination = text.removeprefix("truck ").partition(" > ")
    return text.startswith("truck ") and origin in places and destination in places
