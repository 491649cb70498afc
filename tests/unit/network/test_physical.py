from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from routeopt.emissions import great_circle_km
from routeopt.errors import InputError
from routeopt.network import tablecache
from routeopt.network.measuring import Field
from routeopt.network.physical import (
    NetworkSettings,
    NoTieError,
    Physical,
    Spot,
    Way,
    find_network,
    open_network,
)
from tests.toynetwork import RAIL, ROAD, SETTINGS, Edge, layer, write

DEGREE_KM = 111.19508  # of a great circle: 2 * pi * 6371.0088 / 360
ON = date(2026, 3, 2)
LATER = date(2027, 3, 2)

WEST = Spot(id="WEST", lat=-1, lon=0)
EAST = Spot(id="EAST", lat=-1, lon=10)


def spot(lat: float, lon: float, *gauges_mm: int, name: str = "") -> Spot:
    return Spot(id=f"{lat:g},{lon:g}", lat=lat, lon=lon, name=name, gauges_mm=gauges_mm)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Physical:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    return open_network(write(tmp_path / "toy"))


def found(way: Way | None) -> Way:
    assert way is not None
    return way


# ---- ties and lengths -----------------------------------------------------------------------


def test_a_way_is_its_edges_and_both_ties(toy: Physical) -> None:
    way = found(toy.way("road", spot(0.1, 0.5), spot(-0.05, 2), on=ON))
    # ties: 0.1 degree = 11.1195 km and 0.05 degree = 5.5598 km, each counted 1.3 times
    # ES: 1.3 * 11.1195 + half of 112 km = 14.4554 + 56 = 70.4554 km
    # PT: 120 + 1.3 * 5.5598 = 127.2277 km
    assert way.snap_km == pytest.approx((0.1 * DEGREE_KM, 0.05 * DEGREE_KM), rel=1e-6)
    assert dict(way.country_km) == pytest.approx({"ES": 70.4554, "PT": 127.2277}, abs=1e-3)
    assert way.distance_km == pytest.approx(197.6830, abs=1e-3)
    assert way.distance_km == pytest.approx(sum(way.country_km.values()), abs=1e-9)
    assert way.unwired_km == {}
    assert way.passages == ()


def test_points_run_from_place_to_place(toy: Physical) -> None:
    way = found(toy.way("road", spot(0.1, 0.5), spot(-0.05, 2), on=ON))
    assert np.allclose(way.points, [(0.1, 0.5), (0, 0.5), (0, 1), (0, 2), (-0.05, 2)], atol=1e-6)
    assert found(toy.way("road", spot(0.1, 0.5), spot(0, 2), on=ON, points=False)).points == ()


def test_the_way_back_is_the_way_turned(toy: Physical) -> None:
    a, b = spot(0.1, 0.5), spot(-0.05, 2)
    there, back = (found(toy.way("road", *pair, on=ON)) for pair in ((a, b), (b, a)))
    assert back == there.turned()
    assert back.points == there.points[::-1]
    assert back.snap_km == there.snap_km[::-1]


def test_two_places_on_one_edge_need_no_node(toy: Physical) -> None:
    way = found(toy.way("road", spot(0, 0.25), spot(0, 0.75), on=ON))
    assert way.distance_km == pytest.approx(56, abs=1e-6)  # half of 112 km
    assert np.allclose(way.points, [(0, 0.25), (0, 0.75)], atol=1e-6)


def test_points_follow_the_shape_of_edges(tmp_path: Path) -> None:
    bent = layer("road", [(0, 0), (0, 2)], [Edge(0, 1, 320, "ES", shape=((1, 1),))])
    physical = open_network(write(tmp_path, bent))
    way = found(physical.way("road", spot(0.5, 0.5), spot(0, 2), on=ON))
    assert np.allclose(way.points, [(0.5, 0.5), (1, 1), (0, 2)], atol=1e-4)
    assert way.distance_km == pytest.approx(240, rel=1e-3)  # three quarters of 320 km


def test_edges_over_the_date_line_are_near(tmp_path: Path) -> None:
    line = layer("sea", [(0, 179.5), (0, -179.5)], [Edge(0, 1, 112)])
    physical = open_network(write(tmp_path, line, settings=SETTINGS.replace("[arctic]", "[]")))
    way = found(physical.way("sea", spot(0.1, 179.9), spot(0.1, -179.9), on=ON))
    # 0.2 of a degree: 22.4 km of 112 km; two ties of 0.1 degree: 2 * 1.3 * 11.1195 = 28.9107 km
    assert way.distance_km == pytest.approx(51.3107, abs=1e-3)
    assert [round(lon, 1) for _, lon in way.points] == [179.9, 179.9, -179.9, -179.9]


def test_no_way_where_nothing_joins(toy: Physical) -> None:
    assert toy.way("road", spot(0, 0), spot(5, 5), on=ON) is None
    assert toy.closing("road", spot(0, 0), spot(5, 5), on=ON) == ()


@pytest.mark.parametrize(
    ("mode", "place", "said"),
    [
        ("road", spot(0, 0.5, name="Inland"), None),
        (
            "road",
            spot(1, 1, name="Far"),
            r"Far \(1,1\): the nearest road is 111 km away, more than",
        ),
        ("road", spot(7, 5, name="North"), "in the sea, or where this network has no roads"),
        ("road", spot(1.9, 0, name="Turned"), "swapped\\? 0, 1.9 lies within 25 km of a road"),
        ("sea", spot(5, 1), "the nearest shipping lane is .* it lies inland: give a seaport"),
        ("rail", spot(0, 0, 1520), "this network has no railway of 1520 mm in use"),
        ("rail", spot(0.5, 0, 1435), "the nearest railway of 1435 mm is 56 km away"),
    ],
)
def test_places_too_far_are_told(toy: Physical, mode: str, place: Spot, said: str | None) -> None:
    if said is None:
        assert toy.tie(mode, place, on=ON).km == 0
        return
    with pytest.raises(NoTieError, match=said):
        toy.tie(mode, place, on=ON)
    with pytest.raises(NoTieError, match=said):
        toy.way(mode, place, spot(0, 0), on=ON)


def test_a_tie_just_over_the_limit_says_so_with_decimals(toy: Physical) -> None:
    # 25.1 km are 0.225729 degrees
    with pytest.raises(NoTieError, match=r"25\.10 km away, more than 25 km"):
        toy.tie("road", spot(25.1 / DEGREE_KM, 0.5), on=ON)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0)])
def test_no_place_on_earth(lat: float, lon: float) -> None:
    with pytest.raises(InputError, match="no place on Earth"):
        spot(lat, lon)
    with pytest.raises(InputError, match="are lat and lon swapped"):
        spot(121.9, 39.0)


# ---- rail -----------------------------------------------------------------------------------


def test_trains_keep_to_one_gauge_and_take_the_shortest(toy: Physical) -> None:
    a, b = spot(0, 0), spot(0, 2)
    assert found(toy.way("rail", a, b, on=ON)).distance_km == 225  # 1435 mm
    broad = found(toy.way("rail", spot(0, 0, 1668), spot(0, 2, 1668, 1435), on=ON))
    assert broad.distance_km == 112 + 120
    assert broad.country_km == {"ES": 112, "PT": 120}
    assert broad.unwired_km == {"PT": 120}
    assert toy.way("rail", spot(0, 0, 1668), spot(0, 2, 1435), on=ON) is None


def test_lines_count_from_the_day_they_open(toy: Physical) -> None:
    a, b = spot(0, 0, 1668), spot(0, 2, 1668)
    assert found(toy.way("rail", a, b, on=date(2026, 12, 31))).distance_km == 232
    assert found(toy.way("rail", a, b, on=date(2027, 1, 1))).distance_km == 230
    with pytest.raises(NoTieError):  # a line that is switched off ties nothing
        toy.tie("rail", spot(0, 3, 1668), on=LATER)


def test_the_tie_of_a_place_is_to_its_nearest_gauge(toy: Physical) -> None:
    assert toy.tie("rail", spot(0, 1.5), on=ON).km == 0
    assert RAIL.gauge_mm[toy.tie("rail", spot(0, 1.5, 1435), on=ON).edge] == 1435


# ---- the sea --------------------------------------------------------------------------------


def test_arctic_passages_are_closed_unless_named(toy: Physical) -> None:
    way = found(toy.way("sea", WEST, EAST, on=ON))
    assert (way.distance_km, way.passages) == (1120, ("canal",))
    assert dict(way.country_km) == {"": 1120}
    way = found(toy.way("sea", WEST, EAST, on=ON, via=["arctic"]))
    # edges of 500 + 400 km; the great circle of 10 degrees at 1 degree south is longer
    assert way.passages == ("arctic",)
    assert way.distance_km == pytest.approx(great_circle_km(-1, 0, -1, 10), rel=1e-12)
    assert sum(way.country_km.values()) == pytest.approx(way.distance_km, rel=1e-12)


def test_avoided_passages_are_closed_and_win_over_via(toy: Physical) -> None:
    way = found(toy.way("sea", WEST, EAST, on=ON, avoid=["canal"]))
    assert (way.distance_km, way.passages) == (4400, ("cape",))
    way = found(toy.way("sea", WEST, EAST, on=ON, avoid=["canal", "arctic"], via=["arctic"]))
    assert way.passages == ("cape",)


def test_via_counts_for_nothing_where_the_shortest_way_does_not_go(toy: Physical) -> None:
    # with canal and cape open, the shortest way goes by the canal: `via: cape` changes nothing
    way = found(toy.way("sea", WEST, EAST, on=ON, via=["cape"]))
    assert way.passages == ("canal",)
    ways = toy.ways("sea", [(WEST, EAST), (WEST, spot(-1, 5))], on=ON, via=["arctic"])
    assert [found(way).passages for way in ways] == [("arctic",), ()]


def test_a_closed_world_says_what_closes_it(toy: Physical) -> None:
    closed = {"on": ON, "avoid": ("canal", "cape")}
    assert toy.way("sea", WEST, EAST, **closed) is None  # type: ignore[arg-type]
    assert toy.closing("sea", WEST, EAST, **closed) == ("arctic",)  # type: ignore[arg-type]
    assert toy.closing("sea", WEST, EAST, on=ON) == ()
    assert toy.passages == ("arctic", "canal", "cape")


def test_a_port_in_a_closed_passage_leads_out_of_neither_end(toy: Physical) -> None:
    # nearest to (-1, 5.1) is the canal's edge; with the canal closed it ties to 0 - 1 instead
    port = spot(-1, 5.1)
    assert found(toy.way("sea", port, EAST, on=ON)).passages == ("canal",)
    way = found(toy.way("sea", port, EAST, on=ON, avoid=["canal"]))
    assert way.passages == ("cape",)


def test_misspelt_passages_close_nothing_silently(toy: Physical) -> None:
    with pytest.raises(InputError, match="unknown passage 'kanal': did you mean 'canal'"):
        toy.way("sea", WEST, EAST, on=ON, avoid=["kanal"])
    with pytest.raises(InputError, match="unknown passage 'xxx': known: arctic, canal, cape"):
        toy.way("sea", WEST, EAST, on=ON, via=["xxx"])


# ---- in bulk --------------------------------------------------------------------------------


def random_network(folder: Path, seed: int, size: int = 8) -> Physical:
    """Grid of roads with random lengths and gaps."""
    random = np.random.default_rng(seed)
    nodes = [(i / 10, j / 10) for i in range(size) for j in range(size)]
    edges = []
    for node, (lat, lon) in enumerate(nodes):
        for other in (node + 1, node + size):
            if other >= len(nodes) or (other == node + 1 and other % size == 0):
                continue
            if random.random() < 0.8:
                km = great_circle_km(lat, lon, *nodes[other]) * (1 + random.random())
                edges.append(Edge(node, other, km, "ES" if lon < 0.4 else "PT"))
    return open_network(write(folder, layer("road", nodes, edges)))


def by_networkx(physical: Physical, a: Spot, b: Spot) -> float:
    """Km with both ties put into the graph as nodes."""
    road, graph = physical.layer("road"), physical.graph("road").copy()
    ties = [physical.tie("road", place, on=ON) for place in (a, b)]
    for name, tie in zip("ab", ties, strict=True):
        km = road.length_m[tie.edge] / 1000
        graph.add_edge(name, int(road.tail[tie.edge]), km=tie.share * km)
        graph.add_edge(name, int(road.head[tie.edge]), km=(1 - tie.share) * km)
    if ties[0].edge == ties[1].edge:
        km = abs(ties[0].share - ties[1].share) * road.length_m[ties[0].edge] / 1000
        graph.add_edge("a", "b", km=km)
    try:
        along = float(nx.dijkstra_path_length(graph, "a", "b", weight="km"))
    except nx.NetworkXNoPath:
        return float("inf")
    return along + 1.3 * (ties[0].km + ties[1].km)


@pytest.mark.parametrize("seed", range(8))
def test_ways_and_tables_are_those_of_networkx(seed: int, tmp_path: Path) -> None:
    physical = random_network(tmp_path, seed)
    random = np.random.default_rng(seed)
    spots = [spot(lat, lon) for lat, lon in random.uniform(-0.05, 0.75, (10, 2)).tolist()]
    pairs = [(a, b) for a in spots for b in spots if a is not b]
    ways = physical.ways("road", pairs, on=ON)
    table = physical.table("road", spots, on=ON)
    for (a, b), way in zip(pairs, ways, strict=True):
        want = by_networkx(physical, a, b)
        got = float("inf") if way is None else way.distance_km
        assert got == pytest.approx(want, abs=1e-6)
        assert table[spots.index(a), spots.index(b)] == pytest.approx(want, abs=1e-6)
        if way is not None:
            assert sum(way.country_km.values()) == pytest.approx(way.distance_km, abs=1e-9)
    fresh = open_network(tmp_path)
    assert ways == [fresh.way("road", a, b, on=ON, points=False) for a, b in pairs]


def test_drawn_ways_are_as_long_as_they_say(tmp_path: Path) -> None:
    # edges are up to twice as long as the straight lines between their nodes
    physical = random_network(tmp_path, 3)
    a, b = spot(0, 0), spot(0.7, 0.7)
    way = found(physical.way("road", a, b, on=ON))
    pairs = zip(way.points, way.points[1:], strict=False)
    drawn_km = sum(great_circle_km(*p, *q) for p, q in pairs)
    assert drawn_km < way.distance_km < 2 * drawn_km
    assert max(abs(np.diff(np.array(way.points), axis=0).ravel())) < 0.101  # one edge at a time


def test_a_table_has_no_km_where_there_is_no_tie_or_way(toy: Physical) -> None:
    spots = [spot(0, 0), spot(0, 1), spot(5, 5), spot(9, 9)]
    inf = np.inf
    want = [[0, 112, inf, inf], [112, 0, inf, inf], [inf, inf, 0, inf], [inf, inf, inf, 0]]
    assert toy.table("road", spots, on=ON).tolist() == want
    assert toy.table("road", [], on=ON).shape == (0, 0)
    assert toy.ways("road", [], on=ON) == []


def test_tables_by_sea_are_no_shorter_than_the_great_circle(toy: Physical) -> None:
    assert toy.table("sea", [WEST, EAST], on=ON)[0, 1] == 1120
    assert toy.table("sea", [WEST, EAST], on=ON, avoid=["canal"])[1, 0] == 4400
    near = spot(-1, 5), spot(-1, 5.5)
    assert toy.table("sea", near, on=ON)[0, 1] >= great_circle_km(-1, 5, -1, 5.5)


def test_a_table_may_be_changed_by_who_got_it(toy: Physical) -> None:
    spots = [spot(0, 0), spot(0, 1)]
    toy.table("road", spots, on=ON)[0, 1] = -1
    assert toy.table("road", spots, on=ON)[0, 1] == 112


# ---- files of tables ------------------------------------------------------------------------


def many(count: int = 30) -> list[Spot]:
    return [spot(0.001 * (i % 7), i * 2 / count) for i in range(count)]  # 435 pairs of 30


def many_ways(folder: Path) -> list[Way | None]:
    spots = many()
    return open_network(folder).ways("road", [(a, b) for a in spots for b in spots], on=ON)


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*.table"))


def test_many_ways_are_kept_beside_the_network(
    toy: Physical, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = many_ways(toy.folder)
    assert len(kept(toy.folder)) == 1

    def refuse(*_: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(Field, "_lengths", refuse)
    assert many_ways(toy.folder) == ways


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:10],
        lambda _: b"",
        lambda raw: raw[:200] + bytes([raw[200] ^ 1]) + raw[201:],
        lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
    ],
)
def test_a_damaged_table_is_built_anew(toy: Physical, harm: Callable[[bytes], bytes]) -> None:
    ways = many_ways(toy.folder)
    (file,) = kept(toy.folder)
    raw = file.read_bytes()
    file.write_bytes(harm(raw))
    assert many_ways(toy.folder) == ways
    assert file.read_bytes() == raw


def test_another_layer_or_setting_is_another_table(toy: Physical) -> None:
    many_ways(toy.folder)
    write(toy.folder, settings=SETTINGS.replace("1.3", "1.5"))
    many_ways(toy.folder)
    longer = layer("road", [(0, 0), (0, 2)], [Edge(0, 1, 300, "ES")])
    write(toy.folder, longer, settings=SETTINGS)
    way = found(many_ways(toy.folder)[-2])
    assert len(kept(toy.folder)) == 3
    assert way.country_km.keys() == {"ES"}


def test_a_table_of_another_key_is_not_believed(tmp_path: Path) -> None:
    first = tablecache.save(tmp_path, "a" * 64, {"km": np.ones(3)})
    assert first is not None
    first.rename(first.with_name(f"ways-{'b' * 32}.table"))
    assert tablecache.load(tmp_path, "b" * 64) is None
    assert tablecache.load(tmp_path, "a" * 64) is None


def test_a_folder_that_cannot_be_written_sends_tables_to_the_user(
    toy: Physical, tmp_path: Path
) -> None:
    (toy.folder / "__pycache__").write_text("a file where the folder should be")
    ways = many_ways(toy.folder)
    assert len(list((tmp_path / "cache/routeopt/ways").glob("*.table"))) == 1
    assert many_ways(toy.folder) == ways


def test_nowhere_to_write_is_no_fault(
    toy: Physical, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (toy.folder / "__pycache__").write_text("a file where the folder should be")
    (tmp_path / "cache").write_text("another")
    assert len(many_ways(toy.folder)) == 900
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name)

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert len(many_ways(toy.folder)) == 900


def test_old_tables_go(tmp_path: Path) -> None:
    for index in range(45):
        tablecache.save(tmp_path, f"{index:064d}"[::-1], {"km": np.zeros(1)})
    assert len(kept(tmp_path)) == 40


def test_large_tables_are_kept_too(toy: Physical) -> None:
    table = toy.table("road", many(), on=ON)
    assert len(kept(toy.folder)) == 1
    assert np.array_equal(open_network(toy.folder).table("road", many(), on=ON), table)


# ---- layers and folders ---------------------------------------------------------------------


def test_layers_are_read_once_and_named_when_missing(toy: Physical) -> None:
    assert toy.modes == ("road", "rail", "sea")
    assert toy.layer("road") is toy.layer("road")
    assert toy.graph("rail") is toy.graph("rail")
    assert toy.graph("rail").edges[1, 2]["gauge_mm"] == 1668
    with pytest.raises(InputError, match="no layer 'barge'; has road, rail, sea"):
        toy.layer("barge")


def test_a_layer_under_another_name_is_refused(toy: Physical) -> None:
    ROAD.write(toy.folder / "barge.npz")
    with pytest.raises(InputError, match=r"barge\.npz: holds a layer 'road'"):
        open_network(toy.folder).layer("barge")


def test_a_damaged_layer_is_named(toy: Physical) -> None:
    toy.file("road").write_bytes(toy.file("road").read_bytes()[:300])
    with pytest.raises(InputError, match=r"road\.npz: damaged"):
        open_network(toy.folder).way("road", spot(0, 0), spot(0, 1), on=ON)


def test_a_network_without_sea_has_no_passages(tmp_path: Path) -> None:
    assert open_network(write(tmp_path, ROAD)).passages == ()


def test_it_travels_as_its_folder(toy: Physical) -> None:
    toy.way("road", spot(0, 0), spot(0, 1), on=ON)
    packed = pickle.dumps(toy)
    assert len(packed) < 1000
    again = pickle.loads(packed)  # noqa: S301  our own bytes
    assert found(again.way("road", spot(0, 0), spot(0, 1), on=ON)).distance_km == 112


def test_ways_are_plain_data(toy: Physical) -> None:
    way = found(toy.way("rail", spot(0, 0), spot(0, 2), on=ON))
    facts = [way.distance_km, way.country_km, way.unwired_km, way.snap_km, way.points]
    assert json.loads(json.dumps(facts))[0] == 225


@pytest.mark.parametrize("name", ["toy", "./toy", "toy/network.yaml"])
def test_networks_are_found_by_path(toy: Physical, name: str) -> None:
    assert find_network(name, toy.folder.parent).samefile(toy.folder)
    assert find_network(str(toy.folder), Path("/")) == toy.folder


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("eurasai", "no network 'eurasai': did you mean 'eurasia'"),
        ("mars", "no network 'mars'; there are: eurasia"),
        ("", "no network ''"),
        ("a\0b", "no network"),
        ("x" * 5000, "no network"),
        ("empty", "no network: it has no network.yaml"),
    ],
)
def test_networks_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    write(tmp_path / "shipped" / "eurasia")
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr("routeopt.network.physical.networks_dir", lambda: tmp_path / "shipped")
    assert find_network("eurasia", tmp_path) == tmp_path / "shipped" / "eurasia"
    with pytest.raises(InputError, match=said):
        find_network(name, tmp_path)


def test_no_shipped_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routeopt.network.physical.networks_dir", lambda: tmp_path / "none")
    with pytest.raises(InputError, match="there are: none"):
        find_network("eurasia", tmp_path)


# ---- settings -------------------------------------------------------------------------------


def test_settings_are_read(toy: Physical) -> None:
    settings = toy.settings
    assert (settings.version, settings.name, settings.title) == (1, "toy", "A toy")
    assert settings.licence == ("ODbL 1.0",)
    assert settings.speeds_kmh == {"rail": 50, "sea": 25, "barge": 10}
    assert (settings.snap_km, settings.tie_factor, settings.closed) == (25, 1.3, ("arctic",))
    assert settings.driving_rules["eu"] == {
        "driving_h": 4.5,
        "break_h": 0.75,
        "day_h": 9,
        "rest_h": 11,
        "source": "561/2006",
    }


def test_most_settings_have_defaults(tmp_path: Path) -> None:
    (tmp_path / "network.yaml").write_text("network: 1\nname: x\nlicence: own\nattribution: []\n")
    settings = NetworkSettings.read(tmp_path)
    assert (settings.title, settings.licence, settings.attribution) == ("x", ("own",), ())
    assert (settings.snap_km, settings.tie_factor, settings.closed) == (25, 1.3, ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("network: 1", "network: 2", "network.yaml:1: network: want version 1, got '2'"),
        ("name: toy", "", "network.yaml: name: missing"),
        ("name: toy", "name: []", "name: want a text"),
        ("snap_km: 25", "snap_km: far", "network.yaml:7: snap_km: want a number above 0"),
        ("snap_km: 25", "snap_km: nan", "snap_km: want a number above 0, at most 1000"),
        ("snap_km: 25", "snap_km: [1]", "snap_km: want a number .* got 'no number'"),
        ("snap_km: 25", "snapkm: 25", "snapkm: unknown key: did you mean 'snap_km'"),
        ("snap_km: 25", "zzz: 25", "zzz: unknown key, want network, name"),
        ("snap_km: 25", "snap_km: 25\nsnap_km: 26", "snap_km: stands twice"),
        ("tie_factor: 1.3", "tie_factor: 0.9", "tie_factor: want a number from 1 to 10"),
        ("rail: 50", "rail: 0", r"speeds_kmh\.rail: want a number above 0, got '0'"),
        ("rail: 50", "rial: 50", r"speeds_kmh\.rial: unknown key: did you mean 'rail'"),
        ("{rail: 50, sea: 25, barge: 10}", "[50]", "speeds_kmh: want a mapping"),
        ("[arctic]", "{arctic: yes}", "closed_passages: want a list of texts"),
        ("break_h: 0.75, ", "", r"driving_rules\.eu\.break_h: missing"),
        ("day_h: 9", "day_h: 900", r"driving_rules\.eu\.day_h: want a number"),
    ],
)
def test_faults_of_settings_name_file_and_key(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in SETTINGS
    write(tmp_path, settings=SETTINGS.replace(old, new))
    with pytest.raises(InputError, match=said):
        open_network(tmp_path)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"- 1\n", "want a mapping"),
        (b"", "want a mapping"),
        (b"a: [", "is not YAML"),
        (b"a: \xff", "is not UTF-8"),
        (b"a: 1\n---\nb: 2\n", "is not YAML"),
    ],
)
def test_files_that_are_no_settings(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "network.yaml").write_bytes(raw)
    with pytest.raises(InputError, match=said):
        open_network(tmp_path)


def test_all_faults_of_settings_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, settings="snap_km: -1\ntie_factor: x\n")
    with pytest.raises(InputError) as caught:
        open_network(tmp_path)
    assert len(str(caught.value).splitlines()) == 6  # four missing keys, two wrong ones


def test_no_settings_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't read this network"):
        open_network(tmp_path / "none")
