from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from routeopt.case import load_case
from routeopt.emissions import great_circle_km
from routeopt.errors import RouteoptError
from routeopt.export.geojson import bbox, geojson, line_geometry
from routeopt.export.lines import great_circle, lines
from routeopt.export.model import Facts
from tests import toynetwork
from tests.exportfacts import facts_of

Feature = dict[str, Any]


def parts(geometry: Feature) -> list[list[list[float]]]:
    """Positions of each part."""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Point":
        return [[coordinates]]
    return [coordinates] if geometry["type"] == "LineString" else coordinates


def check(collection: Feature) -> None:
    """What RFC 7946 asks of a collection of lines and points."""
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    west, south, east, north = collection["bbox"]
    for feature in collection["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert feature["geometry"]["type"] in {"Point", "LineString", "MultiLineString"}
        for part in parts(feature["geometry"]):
            assert len(part) >= (1 if feature["geometry"]["type"] == "Point" else 2)
            for lon, lat in part:
                assert -180 <= lon <= 180
                assert south <= lat <= north
                assert west <= lon <= east if west <= east else lon >= west or lon <= east
                assert (round(lon, 6), round(lat, 6)) == (lon, lat)
            for (lon, _), (after, _) in pairwise(part):
                assert abs(after - lon) <= 180  # no line runs back round the Earth


# ---- a case on a network -------------------------------------------------------------------------

CASE = """\
case: 1
name: Toy
network: net
start: 2026-03-02
days: 20
trucking: doors
AVOID
shipments:
  - {id: box, origin: A, destination: "0.05,1.9 Works", teu: 2, READY}
  - {id: sea, origin: W, destination: E, teu: 2, READY}
  - {id: far, origin: E, destination: F, teu: 2, READY}
tables: {terminals: terminals.csv, services: services.csv, toc: toc.csv}
"""
FILES = {
    "terminals.csv": """\
id,name,country,lat,lon,timezone,gauges_mm,handling_h,hoc,source
A,Alpha,ES,0,0,UTC,1668,0,rail-terminal,made up
B,Beta,PT,0,1,Europe/Lisbon,1668,0,rail-terminal,made up
C,Gamma,PT,0,2,Europe/Lisbon,1668,0,rail-terminal,made up
W,West,ES,-1,0,UTC,,0,container-terminal,made up
E,East,ES,-1,10,UTC,,0,container-terminal,made up
F,Fiji,FJ,-17,178,UTC,,0,container-terminal,made up
S,Samoa,WS,-14,-172,Asia/Shanghai,,0,container-terminal,made up
""",
    "services.csv": """\
id,mode,from,to,departures,distance_km,hours,both_ways,toc,source
back,rail,B,A,daily 08:00,,5,true,rail,made up
wide,rail,A,C,2027-01-01T08:00,,5,,rail,made up
ship,sea,W,E,daily 08:00,,50,,ship,made up
far,sea,E,S,daily 08:00,20000,200,,ship,made up
isle,sea,S,F,daily 08:00,1300,40,,ship,made up
""",
    "toc.csv": """\
id,mode,unit,wtt,ttw,source
rail,rail,g/tkm,1,1,made up
ship,sea,g/tkm,1,1,made up
road,road,g/tkm,1,1,made up
""",
}
TRUCKING = """\
country,eur_per_km,eur_per_trip,speed_kmh,unit_teu,unit_t,toc,rules,source
PT,1,0,60,2,26,road,none,made up
"""


SEA = replace(
    toynetwork.SEA,
    passages=tuple({"canal": "suez"}.get(name, name) for name in toynetwork.SEA.passages),
)
"""As in `toynetwork`; a case may avoid the canal."""


def write(folder: Path, *, avoid: str = "") -> Path:
    net = toynetwork.write(folder / "net", toynetwork.ROAD, toynetwork.RAIL, SEA)
    (net / "trucking.csv").write_text(TRUCKING, "utf-8")
    ready = "ready: 2026-03-02T06:00, due: 2026-03-22T06:00"
    text = CASE.replace("READY", ready).replace("AVOID\n", avoid)
    (folder / "case.yaml").write_text(text, "utf-8")
    for name, told in FILES.items():
        (folder / name).write_text(told, "utf-8")
    return folder


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(write(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="module")
def collection(toy: Facts) -> Feature:
    told: Feature = json.loads(geojson(toy))
    return told


def of(collection: Feature, service: str) -> Feature:
    return next(f for f in collection["features"] if f["properties"].get("service") == service)


def test_it_is_valid(collection: Feature) -> None:
    check(collection)
    assert [f["properties"]["feature"] for f in collection["features"]] == [
        *["leg"] * 5, "door", *["terminal"] * 6,
    ]  # fmt: skip


def test_rails_and_roads_follow_their_lines_in_the_direction_of_travel(
    collection: Feature,
) -> None:
    train = of(collection, "back/back")  # the way back of B to A
    assert train["properties"]["line"] == "measured"
    assert train["geometry"] == {"type": "LineString", "coordinates": [[0.0, 0.0], [1.0, 0.0]]}
    truck = of(collection, "truck B > 0.05,1.9 Works")
    # from node 1 along the equator to the point of the edge nearest to the works, then there
    assert truck["geometry"]["coordinates"] == [[1.0, 0.0], [1.9, 0.0], [1.9, 0.05]]


def test_trains_keep_to_the_gauge_of_their_terminals(toy: Facts) -> None:
    # 1435 mm would lead there in 225 km, in one straight edge
    assert toy.case.network.services["wide"].distance_km == pytest.approx(232)
    line = lines(toy.case, ["wide"])["wide"]
    assert line.points == ((0.0, 0.0), (0.0, 1.0), (0.0, 2.0))


def test_sea_legs_keep_the_passages_of_the_case(collection: Feature, tmp_path: Path) -> None:
    canal = [[0.0, -1.0], [5.0, -1.0], [10.0, -1.0]]
    assert of(collection, "ship")["geometry"]["coordinates"] == canal
    facts = facts_of(write(tmp_path, avoid="avoid: {passages: [suez]}\n"))
    cape = [[0.0, -1.0], [5.0, -20.0], [10.0, -1.0]]
    assert of(json.loads(geojson(facts)), "ship")["geometry"]["coordinates"] == cape


def test_a_train_of_a_line_that_opens_meanwhile_is_drawn_on_it(tmp_path: Path) -> None:
    # Evora - Caia opens on 2027-01-01, within the horizon: 798 km by it, 917 without
    (tmp_path / "case.yaml").write_text(
        "case: 1\nname: New Year\nnetwork: eurasia\nstart: 2026-12-28\ndays: 14\n"
        "fx_to_eur: {USD: 0.92, CNY: 0.128}\ntrucking: none\nshipments:\n"
        "  - {id: a, origin: PTSIE-XXI, destination: ES-COSLADA, teu: 2,\n"
        "     ready: 2026-12-30T09:00, due: 2027-01-02T12:00}\n",
        "utf-8",
    )
    case = load_case(tmp_path)
    drawn = lines(case, ["rail-sines-coslada-before", "rail-sines-coslada-after"])
    assert len(set(drawn.values())) == 2
    assert all(line.measured for line in drawn.values())


def test_given_distance_is_a_great_circle_split_at_180(collection: Feature) -> None:
    isle = of(collection, "isle")
    assert isle["properties"]["line"] == "great circle"
    assert isle["geometry"]["type"] == "MultiLineString"
    one, two = isle["geometry"]["coordinates"]
    assert (one[0], one[-1][0]) == ([-172.0, -14.0], -180.0)
    assert (two[0][0], two[-1]) == (180.0, [178.0, -17.0])
    assert one[-1][1] == two[0][1]
    assert -17 < one[-1][1] < -14
    # from 10 east by the short way to 172 west: over 180 as well
    assert of(collection, "far")["geometry"]["type"] == "MultiLineString"
    assert collection["bbox"][0::2] == [0.0, -172.0]


def test_properties_of_a_leg(toy: Facts, collection: Feature) -> None:
    told = of(collection, "far")["properties"]
    leg = next(leg for leg in toy.plan["shipments"][2]["legs"] if leg["service"] == "far")
    for key in ("distance_km", "tkm", "co2e_kg", "cost_eur"):
        assert told[key] == leg[key]
    assert (told["mode"], told["shipments"], told["teu"], told["tonnes"]) == ("sea", "far", 2, 20)
    # Shanghai is 8 h before UTC; the clock is kept as it is there
    assert told["arrive_timezone"] == "Asia/Shanghai"
    assert told["arrive_utc"] == leg["arrive"]
    hours = (int(told["arrive_local"][11:13]) - int(told["arrive_utc"][11:13])) % 24
    assert (hours, len(told["arrive_local"])) == (8, len("2026-03-02T08:00"))


def test_points_add_up_with_the_legs(toy: Facts, collection: Feature) -> None:
    told = [feature["properties"] for feature in collection["features"]]
    kg = math.fsum(row["co2e_kg"] for row in told)
    assert kg == pytest.approx(toy.plan["totals"]["co2e_kg"])
    works = next(row for row in told if row["feature"] == "door")
    assert (works["name"], works["handled_teu"], works["shipments"]) == ("Works", 2, "box")


def test_attribution_of_the_network_stands_in_the_file(collection: Feature) -> None:
    assert collection["attribution"] == ["Made up by hand"]
    assert collection["licence"] == ["ODbL 1.0"]


def test_shared_departure_is_one_line(sea: Facts) -> None:
    told = json.loads(geojson(sea))
    check(told)
    ship = of(told, "=ship")["properties"]
    assert ship["shipments"] == "dry/1; dry/2; dry/3; ice"
    assert ship["teu"] == 7
    assert "attribution" not in told  # no network, nothing to attribute
    assert sum(f["properties"]["feature"] == "leg" for f in told["features"]) == 3


def test_another_way_than_the_one_that_counts_is_a_bug(toy: Facts, tmp_path: Path) -> None:
    case = load_case(write(tmp_path))
    assert lines(case, ["ship"])["ship"].measured
    object.__setattr__(case.network.services["ship"], "distance_km", 1121.0)
    with pytest.raises(RouteoptError, match=r"ship: 1121\.0 km in the case, drawn: 1120\.0 km"):
        lines(case, ["ship"])
    assert toy.case.network.services["ship"].distance_km == pytest.approx(1120)


# ---- lines ---------------------------------------------------------------------------------------


def test_great_circle_is_sampled_and_as_short_as_can_be() -> None:
    here, there = (35.42, 139.69), (8.95, -79.57)
    points = great_circle(here, there)
    assert (points[0], points[-1]) == (here, there)
    steps = [great_circle_km(*a, *b) for a, b in pairwise(points)]
    assert max(steps) <= 50
    assert math.fsum(steps) == pytest.approx(great_circle_km(*here, *there), rel=1e-9)


@pytest.mark.parametrize(
    ("here", "there", "count"),
    [((1.0, 2.0), (1.0, 2.0), 2), ((0.0, 0.0), (0.0, 180.0), 2), ((90.0, 0.0), (89.9, 9.0), 2)],
)
def test_great_circles_without_a_direction(
    here: tuple[float, float], there: tuple[float, float], count: int
) -> None:
    points = great_circle(here, there)
    assert (points[0], points[-1], len(points)) == (here, there, count)


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ([(0, 170), (2, 174)], [[(170.0, 0.0), (174.0, 2.0)]]),
        # both sides of the antimeridian, from either side
        (
            [(0, 170), (10, -170)],
            [[(170.0, 0.0), (180.0, 5.0)], [(-180.0, 5.0), (-170.0, 10.0)]],
        ),
        (
            [(0, -170), (10, 170)],
            [[(-170.0, 0.0), (-180.0, 5.0)], [(180.0, 5.0), (170.0, 10.0)]],
        ),
        # a point on it, written either way, and an end on it: no part of one point is left
        (
            [(0, 170), (1, 180), (2, -170)],
            [[(170.0, 0.0), (180.0, 1.0)], [(-180.0, 1.0), (-170.0, 2.0)]],
        ),
        (
            [(0, 170), (1, -180), (2, -170)],
            [[(170.0, 0.0), (180.0, 1.0)], [(-180.0, 1.0), (-170.0, 2.0)]],
        ),
        ([(0, 170), (1, -180)], [[(170.0, 0.0), (180.0, 1.0)]]),
        ([(1, 180), (0, 170)], [[(180.0, 1.0), (170.0, 0.0)]]),
        ([(1, 180), (2, -170)], [[(-180.0, 1.0), (-170.0, 2.0)]]),
        # over and back
        (
            [(0, 179), (0, -179), (2, 179)],
            [
                [(179.0, 0.0), (180.0, 0.0)],
                [(-180.0, 0.0), (-179.0, 0.0), (-180.0, 1.0)],
                [(180.0, 1.0), (179.0, 2.0)],
            ],
        ),
        # six decimals, none twice; a line of one place has two positions all the same
        ([(0, 1), (0, 1.0000001), (0, 2.00000049)], [[(1.0, 0.0), (2.0, 0.0)]]),
        ([(0, 1), (0, 1)], [[(1.0, 0.0), (1.0, 0.0)]]),
        ([(0, 1), (0, 1.0000001)], [[(1.0, 0.0), (1.0, 0.0)]]),
    ],
)
def test_split_at_180(points: list[tuple[float, float]], wanted: list[Any]) -> None:
    geometry = line_geometry(points)
    assert [list(part) for part in parts(geometry)] == wanted
    assert geometry["type"] == ("LineString" if len(wanted) == 1 else "MultiLineString")


@pytest.mark.parametrize(
    ("lons", "wanted"),
    [
        ([(0, 10), (20, 30)], (0, 30)),
        ([(170, 180), (-180, -170)], (170, -170)),
        # Sines - Yokohama - Balboa: the Atlantic is the widest gap
        ([(-9, 140), (140, 180), (-180, -80)], (-9, -80)),
        ([(-180, 180)], (-180, 180)),
        # one part within another
        ([(0, 100), (10, 20), (150, 160)], (0, 160)),
    ],
)
def test_box_leaves_out_the_widest_gap(
    lons: list[tuple[int, int]], wanted: tuple[int, int]
) -> None:
    told = [{"type": "LineString", "coordinates": [(a, 1), (b, 2)]} for a, b in lons]
    assert bbox(told) == [wanted[0], 1, wanted[1], 2]
    assert bbox([]) == []
