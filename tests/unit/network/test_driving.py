"""Hours of trucks, worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routeopt.network.driving import DrivingRules, truck_hours

EU = DrivingRules(driving_h=4.5, break_h=0.75, day_h=9, rest_h=11, source="561/2006")
CN = DrivingRules(driving_h=4, break_h=1 / 3, day_h=8, rest_h=16, source="made up")


@pytest.mark.parametrize(
    ("km", "hours"),
    [
        (0, 0.0),
        (210, 3.0),  # 3 h at 70 km/h, no break
        (315, 4.5),  # exactly 4 h 30: the break would come after the arrival
        (315.07, 4.501 + 0.75),
        (490, 7 + 0.75),
        (630, 9 + 0.75),  # a whole day, one break in its middle, no rest
        # Sines - Coslada: 640 km are 9 h 08 min 34 s: 4.5 + 0.75 + 4.5 + 11 + 0.142857 h
        (640, 640 / 70 + 0.75 + 11),
        # 1,400 km are 20 h: two days of 9 h with a break each, two rests, 2 h
        (1400, 20 + 2 * 0.75 + 2 * 11),
        # 23 h: two days, then 5 h with a break
        (1610, 23 + 3 * 0.75 + 2 * 11),
    ],
)
def test_eu_rules(km: float, hours: float) -> None:
    assert truck_hours(km, 70, EU) == pytest.approx(hours, abs=1e-9)


@pytest.mark.parametrize(
    ("km", "hours"),
    [
        (260, 4.0),  # 4 h at 65 km/h
        (325, 5 + 1 / 3),
        (520, 8 + 1 / 3),  # a whole day
        (585, 9 + 1 / 3 + 16),  # 8 h with a break, a rest, 1 h
        (940, 940 / 65 + 2 / 3 + 16),  # Dalian - Harbin: 14.46 h: 8 h, a rest, 6.46 h with a break
    ],
)
def test_chinese_form_of_rules(km: float, hours: float) -> None:
    assert truck_hours(km, 65, CN) == pytest.approx(hours, abs=1e-9)


def test_without_rules_it_drives_on() -> None:
    assert truck_hours(1300, 65, None) == 20


@given(st.floats(0, 5000), st.floats(0, 500))
def test_more_km_never_take_less_time(km: float, more_km: float) -> None:
    assert truck_hours(km + more_km, 70, EU) >= truck_hours(km, 70, EU) - 1e-9


@pytest.mark.parametrize("field", ["driving_h", "break_h", "day_h", "rest_h"])
def test_rules_that_make_no_sense(field: str) -> None:
    good = DrivingRules(driving_h=4.5, break_h=0.75, day_h=9.0, rest_h=11.0)
    for bad in (-1.0, math.nan):
        with pytest.raises(ValueError, match="hours at the wheel"):
            replace(good, **{field: bad})  # type: ignore[arg-type]  # each is a number
