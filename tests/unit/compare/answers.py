"""Answers made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from routeopt.compare.answers import Answer, Ride, Way
from routeopt.freight import minute_of

PLACES = {"PORT": "Sines", "DRY": "Coslada", "HUB": "Badajoz"}
ZONES = dict.fromkeys(PLACES, "Europe/Lisbon")
TUESDAY, WEDNESDAY = minute_of("2026-03-03T20:00:00Z"), minute_of("2026-03-04T20:00:00Z")


def ride(service: str, ends: str = "PORT DRY", **rest: Any) -> Ride:  # noqa: ANN401  any field
    origin, destination = ends.split()
    mode = "road" if service.startswith("truck") else "rail"
    fields: dict[str, Any] = {
        "mode": mode,
        "depart": TUESDAY,
        "timetabled": mode != "road",
        "distance_km": 600.0,
    }
    return Ride(service=service, origin=origin, destination=destination, **(fields | rest))


def ways(*groups: tuple[int, Sequence[Ride]], teu: float | None = 2.0) -> dict[str, Way]:
    """So many members of one row go so."""
    rides = [tuple(each) for count, each in groups for _ in range(count)]
    return {
        f"BOX/{n}": Way(row=("BOX",), teu=teu, rides=each) for n, each in enumerate(rides, start=1)
    }


def answer(
    name: str,
    kg: float = 0.0,
    eur: float = 0.0,
    *,
    ways: Mapping[str, Way] | None = None,
    **rest: Any,  # noqa: ANN401  any field
) -> Answer:
    found = ways or {}
    served = sum(bool(way.rides) for way in found.values())
    fields: dict[str, Any] = {
        "kind": "case",
        "status": "optimal",
        "case_name": "Boxes",
        "hours": 10.0,
        "served": served,
        "unserved": len(found) - served,
        "tkm": {"rail": 3.0, "road": 1.0},
        "gap": 0.0,
        "places": PLACES,
        "zones": ZONES,
        "objective": ("co2e", "cost"),
    }
    return Answer(name=name, co2e_kg=kg, cost_eur=eur, ways=found, **(fields | rest))
