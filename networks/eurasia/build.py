# ruff: noqa: INP001  # a folder of data with the script that made them is no package
"""Build the layers of this network: `python networks/eurasia/build.py FOLDER [OUT]`.

FOLDER holds the three packages that SOURCES.md names, as downloaded; the layers go into OUT, or
beside this script. No network is used. The steps stand in the order in which they run, and in rail
the order matters: high-speed lines are found before anything is removed, or trains would leave by
them. The parsed world is kept in FOLDER as `parsed-*.npz`, since parsing takes a minute; the sea
takes two more.

A layer is built as a networkx graph: nodes with lat and lon, edges with km and what `EDGE` lists.
Only the last step, `pack`, turns it into arrays.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from routeopt.emissions import great_circle_km
from routeopt.network.layers import EPOCH, NEVER, Layer

HERE = Path(__file__).parent
SCGRAPH = "scgraph_data-2.0.0-py3-none-any.whl"
SEAROUTE = "searoute-1.6.0.tar.gz"
ATLAS = "world-atlas-2.0.2.tgz"

Place = tuple[float, float]  # lat, lon in degrees
Rows = list[dict[str, str]]

BOXES = {"iberia": (35.8, -9.7, 44.0, 3.6), "dongbei": (38.3, 115.0, 54.0, 136.0)}
"""Lat min, lon min, lat max, lon max of the two regions."""

STITCH_KM = 0.5  # a dead end is tied to a node this near,
DETOUR = 5.0  # if the way round is this many times longer
SEARCH_KM = 8.0  # (looked for within this far)
LEAST_NODES = 30  # components below are scraps of the source
RAIL_FACTOR = {"iberia": 1.02, "dongbei": 1.04}
TIE_KM = {"road": 3.5, "rail": 1.5, "sea": 60.0, "barge": 1.0}  # ends of hand-drawn lines
NEIGHBOUR_KM = 1.2  # points of two hand-drawn rail lines this near are one place

EVORA_CAIA_OPENS = date(2027, 1, 1)
"""Press: trains "end of 2026 or early 2027"; the day is an assumption."""

GAUGES = {"PT": 1668, "ES": 1668, "AD": 1668, "RU": 1520, "MN": 1520, "BY": 1520, "KZ": 1520}
"""Gauge by country (rail_rules.csv); 1435 in all others."""

SLIVER_KM = 0.3  # what the border layer can't tell apart: pieces below join their neighbour

SEA_DETOUR = 1.15  # a sea way this much longer than a straight line over water gets that line
PORT_DETOUR = 1.05  # the same between two ports
SEA_LINK_KM = 300.0  # such lines are at most this long,
SHORTEST_LINK_KM = 5.0  # and at least this
HARBOUR_KM = 8.0  # so near to a port, the coast of a world map may lie across the fairway
HALF_TURN = 180  # degrees between two longitudes: more means over the date line

EDGE: dict[str, Any] = {
    "country": "", "gauge_mm": 0, "wired": 0, "valid_from": 0, "passage": "",
}  # fmt: skip
"""Attributes of an edge beside km, with their values where nothing is said."""

COUNTRIES = {
    "620": "PT", "724": "ES", "250": "FR", "020": "AD", "292": "GI", "504": "MA", "156": "CN",
    "643": "RU", "408": "KP", "410": "KR", "496": "MN", "398": "KZ", "112": "BY", "616": "PL",
    "276": "DE", "012": "DZ", "056": "BE", "528": "NL", "442": "LU", "756": "CH",
    "440": "LT", "804": "UA",
}  # fmt: skip
"""ISO 3166 numeric to alpha-2, of the countries that a land layer can touch."""


def main() -> None:
    """Build all layers."""
    folder = Path(sys.argv[1])
    out = Path(sys.argv[2]) if sys.argv[2:] else HERE
    borders = Borders(folder)
    layers = {
        "road": road(folder, borders),
        "rail": rail(folder, borders),
        "sea": sea(folder),
        "barge": barge(borders),
    }
    for mode, graph in layers.items():
        layer = pack(graph, mode)
        layer.write(out / f"{mode}.npz")
        sys.stderr.write(f"{mode}: {len(layer.lat_udeg)} nodes, {len(layer)} edges\n")


# ---- road --------------------------------------------------------------------------------------


def road(folder: Path, borders: Borders) -> nx.Graph:
    """Cut, stitch and lengthen the roads of both regions, then add those drawn by hand."""
    world = parsed(folder, "world_highways")
    known = table("road_calibration.csv")
    graph = nx.Graph()
    for region, box in BOXES.items():
        part = without_scraps(stitched(cut(world, box)))
        factor = road_factor(part, [row for row in known if row["region"] == region])
        sys.stderr.write(f"road, {region}: lengths x {factor}\n")
        scale(part.edges, part, factor)
        join(graph, part)
    add_lines(graph, hand_lines("road_lines_by_hand.csv"), "road")
    borders.split(graph)
    lost = [(u, v) for u, v, data in graph.edges(data=True) if data["country"] == "DZ"]
    graph.remove_edges_from(lost)  # the box reaches Algeria; no road leads there
    return graph


def road_factor(graph: nx.Graph, rows: Rows) -> float:
    """Divide the published km of a region's motorways by the km that the source gives them.

    The source simplified its lines, so that bends are lost. One factor for a region, from roads
    that are no check distances, holds for places that nobody listed; single roads are not fitted.
    A sum, not a median of ratios: of few and unlike roads it hangs least on any one of them.
    """
    used = [row for row in rows if row["used"] == "yes"]
    walked = sum(walked_km(graph, places_of(row["way_latlon"])) for row in used)
    return round(sum(float(row["published_km"]) for row in used) / walked, 4)


def walked_km(graph: nx.Graph, places: Sequence[Place]) -> float:
    """Length of the way through places; what is walked there and back to reach one is left out."""
    times = Counter(path_edges(graph, places))
    return float(sum(graph.edges[edge]["km"] for edge, count in times.items() if count % 2))


def places_of(text: str) -> list[Place]:
    """Places of a text `lat lon;lat lon`."""
    return [(float(lat), float(lon)) for lat, lon in map(str.split, text.split(";"))]


# ---- rail --------------------------------------------------------------------------------------


def rail(folder: Path, borders: Borders) -> nx.Graph:
    """Cut, stitch and correct both regions, give gauges, then draw what is missing."""
    world = parsed(folder, "world_railways")
    rules = table("rail_rules.csv")
    iberia = without_scraps(stitched(cut(world, BOXES["iberia"])))
    perthus = list(path_edges(iberia, PERTHUS))
    drop_high_speed(iberia, rules, keep=set(perthus))
    scale(iberia.edges, iberia, RAIL_FACTOR["iberia"])
    for edge in perthus:
        shared = min(at(iberia, node)[0] for node in edge) < PERTHUS_ALONE_LAT
        iberia.edges[edge]["gauge_mm"] = BOTH if shared else 1435
    dongbei = without_scraps(stitched(cut(world, BOXES["dongbei"])))
    scale_conventional(dongbei, rules)
    graph = nx.Graph()
    join(graph, iberia)
    join(graph, dongbei)
    borders.split(graph)
    give_gauges(graph)
    graph = nodes_by_gauge(graph)
    lines = [*hand_lines("rail_lines_by_hand.csv"), *hand_lines("rail_lines_added.csv")]
    add_lines(graph, lines, "rail")
    borders.split(graph)
    without_remnants(graph)
    wire(graph, table("rail_wire.csv"))
    return graph


PERTHUS = ((41.379, 2.140), (42.265, 2.943), (42.696, 2.879))
"""Barcelona, Figueres, Perpignan: the 1435 mm line (rail_rules.csv, rule `gauge`, path)."""

PERTHUS_ALONE_LAT = 41.70
"""South of Massanet the source has one line in places for both gauges (seen on a map of it)."""

BOTH = 1435 + 1668
"""Marks an edge that becomes two, one for each gauge."""


def drop_high_speed(graph: nx.Graph, rules: Rows, keep: set[tuple[int, int]]) -> None:
    """Remove the stretches of high-speed line that rule `drop` names.

    All are found before the first is removed: a removal would send the next path elsewhere.
    """
    doomed: set[tuple[int, int]] = set()
    for rule in rules:
        if rule["rule"] != "drop":
            continue
        places = [
            (float(a), float(b)) for a, b in re.findall(r"\(([\d.]+),(-?[\d.]+)\)", rule["where"])
        ]
        marks = re.search(r"km (\d+)(?: and km |\.\.)(\d+)", rule["where"])
        if marks is None:
            raise ValueError(f"no km marks in {rule}")
        low, high = float(marks[1]), float(marks[2])
        past = 0.0
        for edge in path_edges(graph, places):
            km = graph.edges[edge]["km"]
            if low <= past + km / 2 <= high:
                doomed.add(edge)
            past += km
    graph.remove_edges_from(sorted(doomed - keep))


def scale_conventional(graph: nx.Graph, rules: Rows) -> None:
    """Lengthen high-speed lines to the conventional ones beside them, and all the rest a little.

    A later row replaces the factor of an earlier one where their paths overlap.
    """
    factors: dict[tuple[int, int], float] = {}
    for rule in rules:
        places = [
            (float(a), float(b)) for a, b in re.findall(r"\(([\d.]+),(-?[\d.]+)\)", rule["where"])
        ]
        if rule["rule"] != "scale" or len(places) < 2:  # noqa: PLR2004  # the default rows
            continue
        factor = re.search(r"(?:x|by )([\d.]+)", rule["effect"])
        if factor is None:
            raise ValueError(f"no factor in {rule}")
        factors |= dict.fromkeys(path_edges(graph, places), float(factor[1]))
    for edge in graph.edges:
        key = (min(edge), max(edge))
        graph.edges[edge]["km"] *= factors.get(key, RAIL_FACTOR["dongbei"])


def give_gauges(graph: nx.Graph) -> None:
    """Give each edge the gauge of its country, unless it has one."""
    for _, _, data in graph.edges(data=True):
        data["gauge_mm"] = data["gauge_mm"] or GAUGES.get(data["country"], 1435)


def nodes_by_gauge(graph: nx.Graph) -> nx.Graph:
    """Part the nodes where gauges meet: no train goes through."""
    parted: nx.Graph = nx.Graph()
    for u, v, data in graph.edges(data=True):
        gauges = (1435, 1668) if data["gauge_mm"] == BOTH else (data["gauge_mm"],)
        for gauge in gauges:
            for node in (u, v):
                parted.add_node((node, gauge), **graph.nodes[node] | {"gauge_mm": gauge})
            parted.add_edge((u, gauge), (v, gauge), **data | {"gauge_mm": gauge})
    return nx.convert_node_labels_to_integers(parted)


def without_remnants(graph: nx.Graph) -> None:
    """Drop components that no hand-drawn line touches.

    They are what is left of high-speed lines, and ends of networks that a box cut off (Algeria,
    the line along the Amur). All that a terminal uses meets some hand-drawn line.
    """
    for nodes in list(nx.connected_components(graph)):
        part = graph.subgraph(nodes)
        if not any(data.get("drawn") for _, _, data in part.edges(data=True)):
            graph.remove_nodes_from(list(nodes))


def wire(graph: nx.Graph, rows: Rows) -> None:
    """Say which edges have catenary: rows without a path are their country's default."""
    named = [row for row in rows if row["path_latlon"]]
    default = {row["country"]: int(row["wired"] == "yes") for row in rows if not row["path_latlon"]}
    for _, _, data in graph.edges(data=True):
        if not data.get("drawn"):
            data["wired"] = default.get(data["country"], 0)
    for row in named:
        places = [tuple(map(float, text.split())) for text in row["path_latlon"].split(";")]
        gauge = int(row["gauge_mm"])
        nodes = [n for n, data in graph.nodes(data=True) if data["gauge_mm"] == gauge]
        part = graph.subgraph(nodes)
        for edge in path_edges(part, places):
            if not graph.edges[edge].get("drawn"):
                graph.edges[edge]["wired"] = int(row["wired"] == "yes")


# ---- sea and inland waterways ------------------------------------------------------------------


def sea(folder: Path) -> nx.Graph:
    """Take the sea lanes of searoute, add lines that they lack, and mark the passages."""
    graph = without_lanes(sea_lanes(folder), table("sea_lanes_dropped.csv"))
    lines = hand_lines("sea_lines_by_hand.csv")
    add_lines(graph, lines, "sea")
    land = Land(folder)
    add_ports(graph, table("sea_ports.csv"), land)
    add_short_sea(graph, land)
    mark_passages(graph, table("passages.csv"))
    return graph


def sea_lanes(folder: Path) -> nx.Graph:
    """Read the lanes; nodes on both sides of the date line become one."""
    with tarfile.open(folder / SEAROUTE) as package:
        member = package.extractfile("searoute-1.6.0/searoute/data/marnet_dict.py")
        text = member.read().decode() if member else ""
    lanes = ast.literal_eval(text[text.index("edge_list=") + len("edge_list=") :])
    graph: nx.Graph = nx.Graph()
    numbers: dict[Place, int] = {}
    for tail, heads in lanes.items():
        for head, data in heads.items():
            if str(data.get("passage", "")).startswith("segment"):
                continue  # drawn along the date line, over land and sea alike
            ends = [turned(place) for place in (tail, head)]
            pair = [add_place(graph, numbers, place) for place in ends]
            if pair[0] != pair[1]:
                km = max(float(data["weight"]), great_circle_km(*ends[0], *ends[1]))
                graph.add_edge(*pair, **EDGE | {"km": km})
    return largest(graph)


def turned(lonlat: Sequence[float]) -> Place:
    """Lat, lon of a lon, lat pair, with lon in -180..180."""
    return round(float(lonlat[1]), 6), round((float(lonlat[0]) + 180) % 360 - 180, 6)


def without_lanes(graph: nx.Graph, rows: Rows) -> nx.Graph:
    """Drop lanes that cut over land."""
    for row in rows:
        places = [(float(row[f"{end}_lat"]), float(row[f"{end}_lon"])) for end in ("from", "to")]
        ends = [nearest_node(graph, place) for place in places]
        graph.remove_edge(*ends)  # fails if searoute has no such lane
    return largest(graph)


def add_ports(graph: nx.Graph, ports: Rows, land: Land) -> None:
    """Lead each port to the lanes near it: to its nearest, and to all that shorten a way.

    A port with an approach is led there from the last point of it alone, in open water; without
    one, the line may cross the coast within `HARBOUR_KM`.
    """
    lanes = sorted(graph.nodes)
    tree, known = finder(graph, lanes)[0], set(lanes)
    numbers: dict[Place, int] = {}  # ports of one bay share their approach
    for port in ports:
        node, trim = approach(graph, port, numbers)
        place = at(graph, node)
        near = [
            lanes[i] for i in tree.query_ball_point(on_sphere([place])[0], chord(TIE_KM["sea"]))
        ]
        near.sort(key=lambda n: gap_km(graph, n, place))
        for other in near:
            km = gap_km(graph, other, place)
            reach = way_km(graph, node, other, SEA_DETOUR * km)
            if reach > SEA_DETOUR * km and land.clear(place, at(graph, other), (trim, 0)):
                graph.add_edge(node, other, **EDGE | {"km": max(km, 0.001)})
        if not set(graph[node]) & known:
            raise ValueError(f"no way over water from {port['id']} to the lanes")


def approach(graph: nx.Graph, port: dict[str, str], numbers: dict[Place, int]) -> tuple[int, float]:
    """Add a port with its approach; the node that meets the lanes, and km over land allowed there.

    What lies behind it is `inner`: no straight line may start there.
    """
    places = [(float(port["lat"]), float(port["lon"]))]
    if port["approach_latlon"]:
        places += places_of(port["approach_latlon"])
    nodes = [add_place(graph, numbers, place) for place in places]
    for (u, v), (start, end) in zip(pairwise(nodes), pairwise(places), strict=True):
        graph.add_edge(u, v, **EDGE | {"km": great_circle_km(*start, *end)})
    for node in nodes[:-1]:
        graph.nodes[node]["inner"] = True
    trim = 0.0 if len(nodes) > 1 else HARBOUR_KM
    graph.nodes[nodes[-1]]["port_trim_km"] = trim
    return nodes[-1], trim


def add_short_sea(graph: nx.Graph, land: Land) -> None:
    """Add straight lines over water where the lanes make a wide detour.

    Shortest first, so that few lines serve many pairs; the lanes of a crowded coast stay as they
    are, since a line comes in only where the way so far is longer by `SEA_DETOUR` (between two
    ports by `PORT_DETOUR`).
    """
    nodes = sorted(node for node, data in graph.nodes(data=True) if not data.get("inner"))
    trim_km = dict(graph.nodes(data="port_trim_km"))  # None off the ports
    tree, points = finder(graph, nodes)
    pairs = tree.query_pairs(chord(SEA_LINK_KM), output_type="ndarray")
    km = arc(np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1))
    for row in np.lexsort((pairs[:, 1], pairs[:, 0], km)):
        if km[row] < SHORTEST_LINK_KM:
            continue
        u, v = (nodes[i] for i in pairs[row])
        ports = trim_km[u] is not None and trim_km[v] is not None
        limit = (PORT_DETOUR if ports else SEA_DETOUR) * float(km[row])
        start, end = at(graph, u), at(graph, v)
        trims = (trim_km[u] or 0.0, trim_km[v] or 0.0)
        if way_km(graph, u, v, limit) > limit and land.clear(start, end, trims):
            graph.add_edge(u, v, **EDGE | {"km": great_circle_km(*start, *end)})


def mark_passages(graph: nx.Graph, gates: Rows) -> None:
    """Mark each edge that crosses the gate of a passage; what is left must not get through."""
    for gate in gates:
        line = shapely.from_wkt(gate["gate_wkt_lonlat"])
        for u, v, data in graph.edges(data=True):
            (lat1, lon1), (lat2, lon2) = at(graph, u), at(graph, v)
            if abs(lon1 - lon2) < HALF_TURN and line.intersects(
                LineString([(lon1, lat1), (lon2, lat2)])
            ):
                if data["passage"]:
                    raise ValueError(f"{gate['id']} and {data['passage']} on one edge")
                data["passage"] = gate["id"]
    for gate in gates:
        check_gate(graph, gate)


def check_gate(graph: nx.Graph, gate: dict[str, str]) -> None:
    """Make sure that within its window a closed passage parts the two sides, and an open joins."""
    south, west, north, east = map(float, gate["window"].split())
    window = cut(graph, (south, west, north, east))
    ends = [tuple(map(float, text.split())) for text in gate["sides_latlon"].split(";")]
    sides = [nearest_node(window, end) for end in ends]
    if not nx.has_path(window, *sides):
        raise ValueError(f"{gate['id']}: no way through its gate")
    shut = {gate["id"], gate["cut_with"]} - {""}
    closed = [(u, v) for u, v, data in window.edges(data=True) if data["passage"] in shut]
    window.remove_edges_from(closed)
    if nx.has_path(window, *sides):
        raise ValueError(f"{gate['id']}: a way leads round its gate")


def barge(borders: Borders) -> nx.Graph:
    """Draw the waterways, all by hand."""
    graph: nx.Graph = nx.Graph()
    add_lines(graph, hand_lines("barge_lines_by_hand.csv"), "barge")
    borders.split(graph)
    return graph


# ---- sources -----------------------------------------------------------------------------------


def table(name: str) -> Rows:
    """Read the rows of a table of this folder."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parsed(folder: Path, name: str) -> nx.Graph:
    """Read a world graph of scgraph_data; kept in FOLDER once parsed."""
    kept = folder / f"parsed-{name}.npz"
    if not kept.exists():
        with zipfile.ZipFile(folder / SCGRAPH) as package:
            text = package.read(f"scgraph_data/{name}.py").decode()
        middle = text.index("\nnodes=")
        links = ast.literal_eval(text[text.index("graph=") + len("graph=") : middle])
        places = ast.literal_eval(text[middle + len("\nnodes=") : text.index("\nworld_", middle)])
        rows = [(i, j, km) for i, near in enumerate(links) for j, km in near.items() if i < j]
        np.savez_compressed(kept, places=np.array(places), edges=np.array(rows))
    with np.load(kept, allow_pickle=False) as arrays:
        places, rows = arrays["places"].tolist(), arrays["edges"].tolist()
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from((i, {"lat": lat, "lon": lon}) for i, (lat, lon) in enumerate(places))
    graph.add_edges_from((int(i), int(j), EDGE | {"km": km}) for i, j, km in rows)
    return graph


def hand_lines(name: str) -> Iterator[tuple[dict[str, str], list[Place]]]:
    """Read rows of lines drawn by hand with their points."""
    for row in table(name):
        inside = row["wkt_lonlat"].removeprefix("LINESTRING (").removesuffix(")")
        points = [tuple(map(float, text.split())) for text in inside.split(",")]
        yield row, [(lat, lon) for lon, lat in points]


@cache
def atlas(folder: Path, name: str) -> dict[str, Any]:
    """Read a TopoJSON file of world-atlas, its arcs as lists of lon, lat."""
    with tarfile.open(folder / ATLAS) as package:
        member = package.extractfile(f"package/{name}")
        data: dict[str, Any] = json.load(member) if member else {}
    (scale_x, scale_y), (start_x, start_y) = data["transform"].values()
    data["lines"] = []
    for steps in data["arcs"]:
        whole = np.cumsum(np.array(steps), axis=0)
        data["lines"].append(whole * [scale_x, scale_y] + [start_x, start_y])
    return data


def polygons(data: dict[str, Any], geometry: dict[str, Any]) -> list[BaseGeometry]:
    """Put the arcs of a geometry together."""
    groups = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]

    def ring(arcs: list[int]) -> list[tuple[float, float]]:
        parts = [data["lines"][i] if i >= 0 else data["lines"][~i][::-1] for i in arcs]
        return [tuple(point) for part in parts for point in part.tolist()]

    made = []
    for rings in groups:
        outer, *holes = [r for r in map(ring, rings) if len(r) > 3] or [[]]  # noqa: PLR2004
        if outer:  # an islet that the rounding of the file left without area is none
            made.append(shapely.make_valid(Polygon(outer, holes)))
    return made


class Land:
    """Where a straight line at sea would run aground."""

    def __init__(self, folder: Path) -> None:
        data = atlas(folder, "land-10m.json")
        parts = [p for g in data["objects"]["land"]["geometries"] for p in polygons(data, g)]
        self.parts = shapely.get_parts(parts)
        self.tree = shapely.STRtree(self.parts)

    def clear(self, start: Place, end: Place, trim_km: tuple[float, float]) -> bool:
        """Whether the line keeps to the water, but for so many km at its start and its end."""
        if abs(start[1] - end[1]) > HALF_TURN:  # over the date line: leave it
            return False
        km = great_circle_km(*start, *end)
        if km <= sum(trim_km):
            return True
        line = LineString([start[::-1], end[::-1]])
        part = substring(line, trim_km[0] / km, 1 - trim_km[1] / km, normalized=True)
        return not len(self.tree.query(part, predicate="intersects"))


class Borders:
    """Countries, and the lines between them."""

    def __init__(self, folder: Path) -> None:
        data = atlas(folder, "countries-10m.json")
        self.shapes: dict[str, BaseGeometry] = {}
        used: dict[int, int] = {}
        for geometry in data["objects"]["countries"]["geometries"]:
            for arc_ in {a if a >= 0 else ~a for a in flat(geometry["arcs"])}:
                used[arc_] = used.get(arc_, 0) + 1
            code = COUNTRIES.get(geometry.get("id"))
            if code:
                shape = shapely.union_all(polygons(data, geometry))
                shapely.prepare(shape)
                self.shapes[code] = shape
        shared = [data["lines"][a] for a, count in sorted(used.items()) if count > 1]
        steps = [LineString(pair) for line in shared for pair in pairwise(line.tolist())]
        self.tree = shapely.STRtree(steps)

    def of(self, lonlat: np.ndarray[Any, Any]) -> list[str]:
        """Country of each point; off the coast, the nearest."""
        codes = np.full(len(lonlat), "", dtype="U2")
        for code, shape in self.shapes.items():
            codes[shapely.contains_xy(shape, lonlat[:, 0], lonlat[:, 1])] = code
        for i in np.flatnonzero(codes == ""):
            point = Point(lonlat[i])
            codes[i] = min(self.shapes, key=lambda code: (self.shapes[code].distance(point), code))
        return [str(code) for code in codes]

    def split(self, graph: nx.Graph) -> None:
        """Cut edges where they cross a border, and give the pieces their country."""
        edges = [(u, v) for u, v, data in graph.edges(data=True) if not data["country"]]
        lines = [LineString([at(graph, u)[::-1], at(graph, v)[::-1]]) for u, v in edges]
        hits: dict[int, list[float]] = {}
        for i, j in self.tree.query(lines, predicate="intersects").T.tolist():
            cross = lines[i].intersection(self.tree.geometries[j])
            hits.setdefault(i, []).append(lines[i].project(cross.centroid, normalized=True))
        middles = np.array([line.interpolate(0.5, normalized=True).coords[0] for line in lines])
        for i, country in enumerate(self.of(middles)):
            if i not in hits:
                graph.edges[edges[i]]["country"] = country
        for i, crossings in sorted(hits.items()):
            self.split_edge(graph, edges[i], lines[i], sorted(crossings))

    def split_edge(
        self, graph: nx.Graph, edge: tuple[int, int], line: LineString, crossings: list[float]
    ) -> None:
        """Cut one edge into runs of one country."""
        stops = [0.0, *crossings, 1.0]
        middles = [
            line.interpolate((a + b) / 2, normalized=True).coords[0] for a, b in pairwise(stops)
        ]
        data = graph.edges[edge]
        runs: list[tuple[str, float]] = []  # country, where it ends
        for country, begin, stop in zip(self.of(np.array(middles)), stops, stops[1:], strict=False):
            known = runs and (country == runs[-1][0] or (stop - begin) * data["km"] < SLIVER_KM)
            if known:
                runs[-1] = (runs[-1][0], stop)
            else:
                runs.append((country, stop))
        last, begin = edge[0], 0.0
        graph.remove_edge(*edge)
        for country, stop in runs:
            node = edge[1]
            if stop < 1:
                lon, lat = line.interpolate(stop, normalized=True).coords[0]
                node = max(graph.nodes) + 1
                same = {
                    k: graph.nodes[edge[0]][k] for k in ("gauge_mm",) if k in graph.nodes[edge[0]]
                }
                graph.add_node(node, lat=lat, lon=lon, **same)
            graph.add_edge(
                last, node, **data | {"country": country, "km": data["km"] * (stop - begin)}
            )
            last, begin = node, stop


def flat(nested: Any) -> Iterator[int]:  # noqa: ANN401  # TopoJSON nests arcs by geometry type
    """Yield the arc numbers of nested lists."""
    for item in nested:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


# ---- steps -------------------------------------------------------------------------------------


def cut(world: nx.Graph, box: tuple[float, float, float, float]) -> nx.Graph:
    """Keep the edges with both ends in the box."""
    south, west, north, east = box
    inside = [
        node
        for node, data in world.nodes(data=True)
        if south <= data["lat"] <= north and west <= data["lon"] <= east
    ]
    part = world.subgraph(inside).copy()
    part.remove_nodes_from([node for node in list(part) if not part.degree(node)])
    return part


def stitched(graph: nx.Graph) -> nx.Graph:
    """Tie dead ends to what lies beside them, where the way round is long."""
    nodes = sorted(graph.nodes)
    tree, points = finder(graph, nodes)
    ties = []
    for i, node in enumerate(nodes):
        if graph.degree(node) != 1:
            continue
        near = tree.query_ball_point(points[i], chord(STITCH_KM))
        near.sort(key=lambda j: (gap_km(graph, nodes[j], at(graph, node)), j))
        for other in (nodes[j] for j in near):
            if other != node and not graph.has_edge(node, other):
                gap = gap_km(graph, other, at(graph, node))
                if way_km(graph, node, other, SEARCH_KM) > DETOUR * max(gap, 0.3):
                    ties.append((node, other, gap))
                break
    graph.add_edges_from((u, v, EDGE | {"km": max(gap, 0.001)}) for u, v, gap in ties)
    return graph


def without_scraps(graph: nx.Graph) -> nx.Graph:
    """Drop components of few nodes."""
    for nodes in [set(c) for c in nx.connected_components(graph) if len(c) < LEAST_NODES]:
        graph.remove_nodes_from(nodes)
    return graph


def largest(graph: nx.Graph) -> nx.Graph:
    """Keep the largest component."""
    return graph.subgraph(max(nx.connected_components(graph), key=len)).copy()


def scale(edges: Iterable[tuple[int, int]], graph: nx.Graph, factor: float) -> None:
    """Multiply the lengths of edges."""
    for edge in edges:
        graph.edges[edge]["km"] *= factor


def join(graph: nx.Graph, part: nx.Graph) -> None:
    """Add another region."""
    graph.add_nodes_from(part.nodes(data=True))
    graph.add_edges_from(part.edges(data=True))


def path_edges(graph: nx.Graph, places: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """Yield the edges, smaller node first, of the shortest path through places."""
    stops = [nearest_node(graph, place) for place in places]
    for start, end in pairwise(stops):
        for u, v in pairwise(nx.dijkstra_path(graph, start, end, weight="km")):
            yield min(u, v), max(u, v)


def add_lines(
    graph: nx.Graph, lines: Iterable[tuple[dict[str, str], list[Place]]], mode: str
) -> None:
    """Add lines drawn by hand, each with its own length; only their ends touch what was there.

    Points equal to three decimals are one. A line with two gauges becomes two.
    """
    old = sorted(graph.nodes)
    drawn: dict[int, dict[Place, int]] = {}
    ends: list[tuple[int, int]] = []
    for row, places in lines:
        for gauge in gauges_of(row) if mode == "rail" else [0]:
            numbers = drawn.setdefault(gauge, {})
            nodes = [add_place(graph, numbers, (round(p[0], 3), round(p[1], 3))) for p in places]
            for node in nodes if mode == "rail" else ():
                graph.nodes[node]["gauge_mm"] = gauge
            add_line(graph, nodes, row, EDGE | {"gauge_mm": gauge} | status(row, mode))
            ends += [(nodes[0], gauge), (nodes[-1], gauge)]
    for gauge, numbers in drawn.items():
        tie(graph, [n for n, g in ends if g == gauge], old, gauge, TIE_KM[mode])
        if mode == "rail":
            tie_neighbours(graph, sorted(numbers.values()), gauge)


def gauges_of(row: dict[str, str]) -> list[int]:
    """Gauges of a hand-drawn rail line."""
    return [int(text) for text in re.findall(r"\d{4}", row["gauge_mm"])]


SWITCHED_OFF = {"PT-ALE-5", "CN-DDSI"}
"""Lines that rule `off` of rail_rules.csv names, without those that a date opens."""


def status(row: dict[str, str], mode: str) -> dict[str, Any]:
    """Catenary and opening of a hand-drawn line; half-wired ones count as unwired."""
    if mode != "rail":
        return {"drawn": row["id"]}
    opens = 0
    if row["id"] in SWITCHED_OFF:
        opens = NEVER
    elif not row["status"].startswith("open"):
        opens = (EVORA_CAIA_OPENS - EPOCH).days
    return {"wired": int(row["electrified"] == "yes"), "valid_from": opens, "drawn": row["id"]}


def add_line(graph: nx.Graph, nodes: list[int], row: dict[str, str], data: dict[str, Any]) -> None:
    """Add the edges of a line, scaled to sum to its length; where none is given, as drawn."""
    straight = [gap_km(graph, v, at(graph, u)) for u, v in pairwise(nodes)]
    factor = float(row["length_km"]) / sum(straight) if row["length_km"] else 1.0
    if factor < 1:
        sys.stderr.write(f"{row['id']}: drawn {sum(straight):.1f} km, given {row['length_km']}\n")
    for (u, v), km in zip(pairwise(nodes), straight, strict=True):
        graph.add_edge(u, v, **data | {"km": km * factor})


def tie(graph: nx.Graph, ends: list[int], old: list[int], gauge: int, reach_km: float) -> None:
    """Tie ends of lines to the nearest node that was there before, of their gauge."""
    known = [n for n in old if not gauge or graph.nodes[n]["gauge_mm"] == gauge]
    if not known:
        return
    tree, _ = finder(graph, known)
    for end in dict.fromkeys(ends):
        gap, i = tree.query(on_sphere([at(graph, end)])[0])
        if arc(gap) <= reach_km:
            data = EDGE | {"gauge_mm": gauge, "wired": 1, "drawn": "tie"}
            graph.add_edge(end, known[int(i)], **data | {"km": max(float(arc(gap)), 0.001)})


def tie_neighbours(graph: nx.Graph, nodes: list[int], gauge: int) -> None:
    """Tie points of hand-drawn rail lines that are one place."""
    tree, points = finder(graph, nodes)
    for i, j in sorted(tree.query_pairs(chord(NEIGHBOUR_KM))):
        if not graph.has_edge(nodes[i], nodes[j]):
            km = max(float(arc(np.linalg.norm(points[i] - points[j]))), 0.001)
            data = EDGE | {"gauge_mm": gauge, "wired": 1, "drawn": "tie"}
            graph.add_edge(nodes[i], nodes[j], **data | {"km": km})


# ---- geometry ----------------------------------------------------------------------------------


def at(graph: nx.Graph, node: int) -> Place:
    """Place of a node."""
    data = graph.nodes[node]
    return data["lat"], data["lon"]


def add_place(graph: nx.Graph, numbers: dict[Place, int], place: Place) -> int:
    """Find or add the node at a place."""
    if place not in numbers:
        numbers[place] = max(graph.nodes, default=-1) + 1
        graph.add_node(numbers[place], lat=place[0], lon=place[1])
    return numbers[place]


def gap_km(graph: nx.Graph, node: int, place: Place) -> float:
    """Straight line from a node to a place."""
    return great_circle_km(*at(graph, node), *place)


def way_km(graph: nx.Graph, start: int, end: int, limit_km: float) -> float:
    """Shortest way in the graph, infinite beyond the limit."""
    reached = nx.single_source_dijkstra_path_length(graph, start, cutoff=limit_km, weight="km")
    return float(reached.get(end, np.inf))


def on_sphere(places: Sequence[Place]) -> np.ndarray[Any, Any]:
    """Points on the unit sphere, so that a plain search tree knows the date line."""
    lat, lon = np.radians(np.array(places)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


EARTH_KM = great_circle_km(0, 0, 0, 180) / np.pi


def chord(km: float) -> float:
    """Straight line through the unit sphere under an arc."""
    return float(2 * np.sin(km / EARTH_KM / 2))


def arc(length: Any) -> Any:  # noqa: ANN401  # one number or an array
    """Kilometres of the arc over a straight line through the unit sphere."""
    return 2 * EARTH_KM * np.arcsin(np.minimum(1, np.asarray(length) / 2))


def finder(graph: nx.Graph, nodes: list[int]) -> tuple[Any, np.ndarray[Any, Any]]:
    """Search tree over nodes, and their points on the unit sphere."""
    points = on_sphere([at(graph, node) for node in nodes])
    return cKDTree(points), points


def nearest_node(graph: nx.Graph, place: Sequence[float]) -> int:
    """Node nearest to a place."""
    there = (place[0], place[1])
    return int(min(graph.nodes, key=lambda node: (gap_km(graph, node, there), node)))


# ---- packing -----------------------------------------------------------------------------------


def pack(graph: nx.Graph, mode: str) -> Layer:
    """Merge nodes between two equal edges into shapes, and put all into arrays."""
    chains = merged(graph)
    kept = sorted({node for chain in chains for node in (chain[0], chain[-1])})
    number = {node: i for i, node in enumerate(kept)}
    chains = sorted(c if number[c[0]] < number[c[-1]] else c[::-1] for c in chains)
    edges = [graph.edges[c[0], c[1]] for c in chains]
    countries = ["", *sorted({e["country"] for e in edges} - {""})]
    passages = ["", *sorted({e["passage"] for e in edges} - {""})]
    ints = partial(np.array, dtype=np.int32)
    shapes = [[micro(graph, node) for node in c[1:-1]] for c in chains]
    inner = [point for shape in shapes for point in shape]
    places = [micro(graph, node) for node in kept]
    return Layer(
        mode=mode,
        lat_udeg=ints([lat for lat, _ in places]),
        lon_udeg=ints([lon for _, lon in places]),
        tail=ints([number[c[0]] for c in chains]),
        head=ints([number[c[-1]] for c in chains]),
        length_m=ints([length_m(graph, c) for c in chains]),
        country=ints([countries.index(e["country"]) for e in edges]),
        gauge_mm=ints([e["gauge_mm"] for e in edges]),
        wired=ints([e["wired"] or 0 for e in edges]),
        valid_from=ints([e["valid_from"] for e in edges]),
        passage=ints([passages.index(e["passage"]) for e in edges]),
        shape_at=ints(np.concatenate([[0], np.cumsum([len(shape) for shape in shapes])])),
        shape_lat_udeg=ints([lat for lat, _ in inner]),
        shape_lon_udeg=ints([lon for _, lon in inner]),
        countries=tuple(countries),
        passages=tuple(passages),
    )


def micro(graph: nx.Graph, node: int) -> tuple[int, int]:
    """Place of a node in whole micro-degrees."""
    lat, lon = at(graph, node)
    return round(lat * 1e6), round(lon * 1e6)


def length_m(graph: nx.Graph, chain: Sequence[int]) -> int:
    """Length of a chain, never below the straight line between its ends as they are stored."""
    km = float(sum(graph.edges[u, v]["km"] for u, v in pairwise(chain)))
    (lat1, lon1), (lat2, lon2) = micro(graph, chain[0]), micro(graph, chain[-1])
    straight = great_circle_km(lat1 / 1e6, lon1 / 1e6, lat2 / 1e6, lon2 / 1e6)
    return max(round(km * 1000), int(np.ceil(straight * 1000)), 1)


def merged(graph: nx.Graph) -> list[list[int]]:
    """Chains of nodes between which nothing branches and nothing changes.

    A hand-drawn line keeps its ends: within it, length grows evenly along what is drawn. No two
    chains join the same two nodes, and none closes on itself: such a chain keeps inner nodes, so
    that a plain graph holds all.
    """

    def kind(u: int, v: int) -> tuple[Any, ...]:
        data = graph.edges[u, v]
        return (data.get("drawn"), *(data[name] for name in EDGE))

    def inner(node: int) -> bool:
        near = list(graph.neighbors(node))
        return len(near) == 2 and kind(node, near[0]) == kind(node, near[1])  # noqa: PLR2004

    seen: set[tuple[int, int]] = set()
    chains: list[list[int]] = []
    firsts = sorted(graph.nodes, key=lambda node: (inner(node), node))
    for first in firsts:
        for second in sorted(graph.neighbors(first)):
            if (first, second) in seen:
                continue
            chain = [first, second]
            while inner(chain[-1]) and chain[-1] != first:
                chain.append(next(n for n in sorted(graph.neighbors(chain[-1])) if n != chain[-2]))
            seen |= {pair for u, v in pairwise(chain) for pair in ((u, v), (v, u))}
            chains.append(chain)
        # a ring without any branch starts at whichever of its nodes comes first
    return simple(chains)


def simple(chains: list[list[int]]) -> list[list[int]]:
    """Cut chains that would join the same two nodes, or a node with itself."""
    taken: set[tuple[int, int]] = set()
    kept: list[list[int]] = []
    for chain in sorted(chains, key=lambda c: (len(c), c)):
        ends = (min(chain[0], chain[-1]), max(chain[0], chain[-1]))
        if ends[0] == ends[1]:
            third = len(chain) // 3
            kept += [chain[: third + 1], chain[third : 2 * third + 1], chain[2 * third :]]
        elif ends in taken:
            half = len(chain) // 2
            kept += [chain[: half + 1], chain[half:]]
        else:
            taken.add(ends)
            kept.append(chain)
    return kept


if __name__ == "__main__":
    main()
