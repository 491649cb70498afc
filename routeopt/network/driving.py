"""From km at the wheel to hours on the way: driving and rest rules by country group."""

from __future__ import annotations

import math
from dataclasses import dataclass

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivingRules:
    """Rules of one driver: a break after so many hours at the wheel, a rest after a day's.

    Parameters
    ----------
    driving_h, break_h
        Most hours at the wheel in one go, and the break after them.
    day_h, rest_h
        Most hours at the wheel a day, and the rest after them.
    """

    driving_h: float
    break_h: float
    day_h: float
    rest_h: float
    source: str = ""

    def __post_init__(self) -> None:
        positive = self.driving_h > 0 and self.day_h > 0
        if not (positive and self.break_h >= 0 and self.rest_h >= 0):  # NaN fails too
            raise ValueError(f"want hours at the wheel > 0, breaks and rests >= 0, got {self}")


def truck_hours(km: float, speed_kmh: float, rules: DrivingRules | None) -> float:
    """Hours from departure to arrival of a truck with one driver who begins rested.

    No break or rest follows the last minute at the wheel. Without rules the truck drives on.

    >>> eu = DrivingRules(driving_h=4.5, break_h=0.75, day_h=9, rest_h=11)
    >>> truck_hours(315, 70, eu), truck_hours(630, 70, eu)
    (4.5, 9.75)
    """
    wheel_h = km / speed_kmh
    if rules is None or not wheel_h:
        return wheel_h
    full_days = _before_last(wheel_h, rules.day_h)
    breaks = full_days * _before_last(rules.day_h, rules.driving_h)
    breaks += _before_last(wheel_h - full_days * rules.day_h, rules.driving_h)
    return wheel_h + full_days * rules.rest_h + breaks * rules.break_h


def _before_last(whole_h: float, part_h: float) -> int:
    """How many full parts end before the whole does."""
    return max(0, math.ceil(whole_h / part_h - _ROUNDING) - 1)
