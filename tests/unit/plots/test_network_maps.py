"""Maps of a toy network: what is on them, and that they are the same each time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from routeopt.box import networks_dir
from routeopt.errors import InputError
from routeopt.network.physical import Physical, Spot, open_network
from routeopt.plots.network import Mark, Route, draw_network, draw_route, draw_routes, whole_frame
from tests.toynetwork import write

MARKS = (
    Mark(name="First port - east quay", lat=0, lon=0, kind="seaport"),
    Mark(name="Second port", lat=0, lon=2, kind="rail terminal"),
)


@pytest.fixture
def toy(tmp_path: Path) -> Physical:
    return open_network(write(tmp_path / "toy"))


def route(toy: Physical, mode: str, start: Spot, end: Spot, day: str = "") -> Route:
    way = toy.way(mode, start, end, on=date(2026, 3, 2))
    assert way is not None
    return Route(origin=start, destination=end, way=way, day=day)


def test_layers_terminals_and_attribution_are_on_it(toy: Physical, tmp_path: Path) -> None:
    draw_network(toy, MARKS, whole_frame(toy, MARKS), tmp_path / "a.svg", title="A toy network")
    svg = (tmp_path / "a.svg").read_text()
    for text in (
        "A toy network",
        "Made up by hand",
        "First port",
        "Second port",
        "railway, 1435 mm",
        "railway, 1668 mm",
        "without wire: hollow",
        "sea lane",
        "terminal",
    ):
        assert f">{text}</text>" in svg, text
    assert "waterway" not in svg  # the toy has none
    assert "east quay" not in svg


def test_what_lies_outside_the_box_is_not_in_the_legend(toy: Physical, tmp_path: Path) -> None:
    frame = whole_frame(toy, MARKS)
    away = type(frame)(west=100, south=40, east=101, north=41)
    draw_network(toy, MARKS, away, tmp_path / "a.svg", title="Nothing")
    svg = (tmp_path / "a.svg").read_text()
    assert "railway" not in svg
    assert "First port" not in svg


def test_the_same_map_has_the_same_bytes(toy: Physical, tmp_path: Path) -> None:
    for name in "ab":
        draw_network(toy, MARKS, whole_frame(toy, MARKS), tmp_path / f"{name}.png", title="x")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_way_is_drawn_with_its_km_countries_and_wire(toy: Physical, tmp_path: Path) -> None:
    start, end = (Spot(id=i, lat=0, lon=n, gauges_mm=(1668,)) for i, n in (("A", 0), ("B", 2)))
    draw_route(toy, route(toy, "rail", start, end, "2026-03-02"), tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text()
    for text in (
        "A to B by rail on 2026-03-02: 232.0 km",
        "by country: PT 120.0 km, ES 112.0 km",
        "without wire: PT 120.0 km",
        "Made up by hand",
    ):
        assert f">{text}</text>" in svg, text


def test_several_ways_side_by_side(toy: Physical, tmp_path: Path) -> None:
    start, end = Spot(id="-1,0", lat=-1, lon=0), Spot(id="-1,10", lat=-1, lon=10)
    ways = [route(toy, "sea", start, end), route(toy, "sea", end, start)]
    draw_routes(toy, ways, tmp_path / "a.svg", columns=2)
    svg = (tmp_path / "a.svg").read_text()
    assert svg.count(">passages: canal</text>") == 2
    assert ">-1,10 to -1,0 by sea: 1,120.0 km</text>" in svg


def test_a_way_over_the_date_line_stays_whole(toy: Physical, tmp_path: Path) -> None:
    spots = [Spot(id=name, lat=0, lon=lon) for name, lon in (("E", 179.0), ("W", -179.0))]
    found = route(toy, "sea", Spot(id="x", lat=-1, lon=0), Spot(id="y", lat=-1, lon=10))
    way = type(found.way)(mode="sea", distance_km=223, points=((0, 179), (0, 180), (0, -179)))
    draw_route(toy, Route(origin=spots[0], destination=spots[1], way=way), tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text()
    assert ">180°</text>" in svg
    assert ">0° E</text>" not in svg


def test_an_unknown_ending_is_refused_before_any_work(toy: Physical, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="want a picture that ends in"):
        draw_network(toy, MARKS, whole_frame(toy, MARKS), tmp_path / "a.gif", title="x")


def test_the_world_is_cut_far_from_the_terminals() -> None:
    eurasia = open_network(networks_dir() / "eurasia")
    ends = (Mark(name="Lisbon", lat=38.7, lon=-9.0), Mark(name="Tokyo", lat=35.6, lon=140.0))
    frame = whole_frame(eurasia, ends)
    # the widest gap of longitudes is from 140 over 180 to -9; its middle is 140 + 211 / 2 = 245.5
    assert (frame.west, frame.east) == pytest.approx((-114.5, 245.5))
