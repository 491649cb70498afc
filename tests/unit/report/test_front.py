from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from routeopt.case import Case
from routeopt.freight import Itinerary, Plan, Ride
from routeopt.itineraries import Point
from routeopt.report import front_csv, front_text


@pytest.fixture
def points(make_plan: Callable[..., Plan]) -> tuple[Point, ...]:
    plan = make_plan()
    return tuple(
        Point(
            itinerary=Itinerary(
                rides=tuple(
                    Ride(service=leg.service, depart=leg.depart, arrive=leg.arrive)
                    for leg in shipment.legs
                )
            ),
            shipment=shipment,
        )
        for shipment in (plan.shipments[0], plan.shipments[3])
    )


def test_front_in_words(case: Case, points: tuple[Point, ...]) -> None:
    # By rail each of three pays (1300 + 1800 + 60) / 3 = 1053 EUR and emits 720 kg; the truck
    # costs 920 EUR and emits 1024 kg: 133.33 EUR / 0.304 t = 439 EUR/t.
    text = front_text(case, "MAD/1", points)
    title = " ".join(text.split("\n\n")[0].split())
    assert title.startswith("MAD/1, Sines to Madrid Coslada, ready Mon 2 Mar 08:00, due Fri 6")
    assert "2 choices that no other beats" in title
    assert "1  Wed 4 Mar 12:00      720  1,053   51.0          439\n" in text
    assert "2  Tue 3 Mar 00:00    1,024    920   15.0            –\n" in text
    assert "train rail-sines-badajoz, Tue 3 Mar 20:00 → Badajoz;" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_front_as_csv(points: tuple[Point, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(front_csv("MAD/1", points))))
    assert [row["point"] for row in rows] == ["1", "2"]
    assert float(rows[1]["co2e_kg"]) == pytest.approx(1024.0)
    assert rows[1]["chain"] == "truck-sines-madrid@2026-03-02T10:00:00+00:00"
