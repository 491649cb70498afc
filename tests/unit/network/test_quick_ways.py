"""What makes one distance quick changes no distance: ties among near edges, ways one by one."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from routeopt.box import networks_dir
from routeopt.network.layers import Layer, Tie
from routeopt.network.physical import Physical, Spot, Way, open_network
from routeopt.network.ties import Finder

ON = date(2026, 3, 2)


@pytest.fixture(scope="module")
def eurasia() -> Physical:
    return open_network(networks_dir() / "eurasia")


def near_nodes(layer: Layer, count: int, aside: float) -> list[tuple[float, float]]:
    """Places up to so many degrees aside of nodes, the same each time."""
    draw = random.Random(5)  # noqa: S311  an example, not a secret
    places = []
    for _ in range(count):
        node = draw.randrange(len(layer.lat_udeg))
        lat = int(layer.lat_udeg[node]) / 1e6 + draw.uniform(-aside, aside)
        lon = int(layer.lon_udeg[node]) / 1e6 + draw.uniform(-aside, aside)
        places.append((lat, (lon + 180) % 360 - 180))
    return places


def within(tie: Tie | None, limit_km: float) -> Tie | None:
    """The tie as a limit leaves it; a place less than a millimetre aside lies on the layer."""
    if tie is None or tie.km > limit_km:
        return None
    return replace(tie, km=0.0) if tie.km < 1e-6 else tie


@pytest.mark.parametrize("mode", ["road", "rail", "sea", "barge"])
@pytest.mark.parametrize("aside", [0.0, 0.05, 0.2, 0.5])
def test_the_tie_is_the_nearest_of_all(eurasia: Physical, mode: str, aside: float) -> None:
    layer = eurasia.layer(mode)
    finder = Finder(layer, 25)
    allowed = layer.allowed(day=ON)
    allowed[::3] = False  # as other gauges or closed passages do
    tied = 0
    for lat, lon in near_nodes(layer, 40, aside):
        want = within(layer.nearest(lat, lon, allowed), 25)
        assert finder.tie(lat, lon, allowed) == want
        tied += want is not None
    assert tied > 5


def test_a_tie_over_the_date_line(eurasia: Physical) -> None:
    layer = eurasia.layer("sea")
    finder, allowed = Finder(layer, 300), layer.allowed()
    for lat in range(-50, 60, 5):
        for lon in (-180.0, -179.9, 179.9, 180.0):
            assert finder.tie(lat, lon, allowed) == within(layer.nearest(lat, lon, allowed), 300)


def spots(physical: Physical, mode: str, count: int) -> list[Spot]:
    places = near_nodes(physical.layer(mode), count, 0.01)
    return [Spot(id=f"p{n}", lat=lat, lon=lon) for n, (lat, lon) in enumerate(places)]


@pytest.mark.parametrize("mode", ["road", "rail", "sea"])
def test_ways_one_by_one_are_those_in_bulk(mode: str) -> None:
    bulk, single = (open_network(networks_dir() / "eurasia") for _ in range(2))
    places = spots(bulk, mode, 40)
    pairs = list(zip(places[::2], places[1::2], strict=True))
    found = bulk.ways(mode, pairs, on=ON)
    assert sum(way is not None for way in found) > 5
    assert [single.way(mode, a, b, on=ON, points=False) for a, b in pairs] == found


def test_threads_do_not_mix_their_ways() -> None:
    alone, shared = (open_network(networks_dir() / "eurasia") for _ in range(2))
    places = spots(alone, "road", 80)
    pairs = list(zip(places[::2], places[1::2], strict=True))

    def way(pair: tuple[Spot, Spot]) -> Way | None:
        return shared.way("road", *pair, on=ON, points=False)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(way, pairs))
    assert found == alone.ways("road", pairs, on=ON)
