"""The line of each service on a map: measured on the network's layer, or a great circle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from routeopt.case.measured import lines_on
from routeopt.case.model import Case
from routeopt.emissions import great_circle_km
from routeopt.errors import RouteoptError
from routeopt.network import Service

if TYPE_CHECKING:
    from routeopt.network.physical import Physical, Spot, Way

Point = tuple[float, float]
"""Latitude and longitude."""

STEP_KM = 50.0
"""Most km between two points of a great circle."""
_SAME = 1e-9
_OPPOSITE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points of a way in its direction, both ends included.

    Parameters
    ----------
    measured
        Whether it follows the network's layer; else it is the great circle.
    """

    points: tuple[Point, ...]
    measured: bool


def lines(case: Case, services: Iterable[str]) -> dict[str, Line]:
    """Line of each service.

    Raises
    ------
    RouteoptError
        If a way comes out otherwise than when the case was read: a bug of ours.
    """
    groups: dict[tuple[str, date], list[Service]] = {}
    found: dict[str, Line] = {}
    for id_ in sorted(set(services)):
        service = case.network.services[id_]
        if service.measured:
            on = lines_on(_first_day(case), service.valid_from)
            groups.setdefault((service.mode, on), []).append(service)
        else:
            here, there = (_place(case, end) for end in (service.origin, service.destination))
            found[id_] = Line(points=great_circle(here, there), measured=False)
    if case.network.physical is not None:
        for (mode, on), some in groups.items():
            found.update(_measured(case, case.network.physical, mode, on, some))
    return found


def _place(case: Case, terminal: str) -> Point:
    place = case.network.terminals[terminal]
    return place.lat, place.lon


def _measured(
    case: Case, physical: Physical, mode: str, on: date, services: Sequence[Service]
) -> Iterator[tuple[str, Line]]:
    """Ways as the case measured them: on the same day, with its passages."""
    ways = physical.ways(
        mode,
        [(_spot(case, service.origin), _spot(case, service.destination)) for service in services],
        on=on,
        avoid=case.avoid.passages if mode == "sea" else (),
        via=case.via_passages if mode == "sea" else (),
        points=True,
    )
    for service, way in zip(services, ways, strict=True):
        yield service.id, Line(points=_same(service, way).points, measured=True)


def _same(service: Service, way: Way | None) -> Way:
    """See that a way is as long as the leg that it draws.

    Raises
    ------
    RouteoptError
        If not: the map would show another way than the one that counts.
    """
    if way is None or not math.isclose(way.distance_km, service.distance_km, rel_tol=_SAME):
        km = "no way" if way is None else f"{way.distance_km!r} km"
        raise RouteoptError(f"{service.id}: {service.distance_km!r} km in the case, drawn: {km}")
    return way


def _spot(case: Case, terminal: str) -> Spot:
    from routeopt.network.ties import Spot  # noqa: PLC0415  loads numpy

    place = case.network.terminals[terminal]
    return Spot(
        id=place.id, lat=place.lat, lon=place.lon, name=place.name, gauges_mm=place.gauges_mm
    )


def _first_day(case: Case) -> date:
    return datetime.fromtimestamp(case.start * 60, UTC).date()


def great_circle(here: Point, there: Point, *, step_km: float = STEP_KM) -> tuple[Point, ...]:
    """Points of the shortest line on the sphere.

    Between opposite points, of which every line is the shortest, the ends alone.

    >>> great_circle((0.0, 0.0), (0.0, 0.9), step_km=60)
    ((0.0, 0.0), (0.0, 0.45), (0.0, 0.9))
    """
    parts = math.ceil(great_circle_km(*here, *there) / step_km)
    a, b = _vector(here), _vector(there)
    angle = math.atan2(math.hypot(*_cross(a, b)), sum(x * y for x, y in zip(a, b, strict=True)))
    if parts <= 1 or math.pi - angle < _OPPOSITE:
        return here, there
    inner = []
    for part in range(1, parts):
        share = part / parts
        p, q = math.sin((1 - share) * angle), math.sin(share * angle)
        inner.append(_point([p * x + q * y for x, y in zip(a, b, strict=True)]))
    return (here, *inner, there)


def _vector(point: Point) -> tuple[float, float, float]:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _cross(a: Sequence[float], b: Sequence[float]) -> tuple[float, float, float]:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _point(vector: Sequence[float]) -> Point:
    x, y, z = vector
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
