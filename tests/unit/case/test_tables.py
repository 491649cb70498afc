"""Sizes filled in, and times by place."""

from __future__ import annotations

from datetime import date

import pytest

from routeopt.case.tables import first_minute, minute, size_of
from routeopt.freight import Size


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ({"teu": 2.0}, Size(2, 20, 66)),  # 2 * 10 t, 2 * 33 m3
        ({"tonnes": 25.0}, Size(2.5, 25, 82.5)),  # 25 / 10 TEU, 2.5 * 33 m3
        ({"m3": 16.5}, Size(0.5, 5, 16.5)),  # 16.5 / 33 TEU, 0.5 * 10 t
        ({"tonnes": 25.0, "m3": 33.0}, Size(2.5, 25, 33)),  # tonnes count before m3
        ({"teu": 1.0, "m3": 10.0}, Size(1, 10, 10)),
        ({"teu": 1.0, "tonnes": 3.0, "m3": 10.0}, Size(1, 3, 10)),
    ],
)
def test_size(given: dict[str, float], size: Size) -> None:
    assert size_of(given) == size


def test_minutes() -> None:
    assert first_minute(date(1970, 1, 2)) == 1440
    assert minute("1970-01-02T00:00", "Europe/Madrid") == 1440 - 60
    assert minute("1970-01-02T00:00Z", "Europe/Madrid") == 1440
