"""A new network from OpenStreetMap: roads and rail of a region; the only importer of osmnx.

The extract is read by osmium and filtered to what trucks and freight trains use before osmnx
loads it. The steps of `build` stand in the order in which they run.
"""

# ruff: noqa: PLC0415  # osmnx, osmium, shapely, scipy and networkx take long to load
from __future__ import annotations

import json
import os
import re
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from routeopt.emissions import great_circle_km
from routeopt.errors import InputError
from routeopt.network.layers import DEGREE, Layer

if TYPE_CHECKING:
    import networkx as nx
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

__all__ = ["MODES", "Built", "Counts", "Request", "Speed", "build", "data_date", "survey"]

MODES = ("road", "rail")
SUFFIXES = (".pbf", ".osm", ".osm.bz2", ".osm.gz")

Place = tuple[float, float]  # lat, lon in degrees
Node = tuple[int, int]  # OpenStreetMap's id, rail gauge
Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]

LIMITER = "Directive 92/6/EEC as amended by 2002/85/EC: speed limiters of trucks, 90 km/h"
ROADS: Mapping[str, tuple[float, float, str]] = {
    "motorway": (90, 90, LIMITER),
    "trunk": (80, 90, f"{LIMITER}; default: assumption"),
    "primary": (60, 80, "assumption"),
    "secondary": (50, 80, "assumption"),
    "tertiary": (40, 60, "assumption"),
    "unclassified": (30, 50, "assumption"),
}
"""Truck roads: km/h where no limit is tagged, km/h of a truck at most, source."""

LEAST_KMH = 5.0  # a limit of 0 or "walk" is not believed
LINK_KMH = 40.0  # ramps and slip roads: assumption
LONG_HAUL = ("motorway", "trunk", "primary")  # the network's road speed is their mean
RAIL_KMH = 60.0  # a freight train with its stops, and at most: assumption

PURPOSELESS = {"tourism", "leisure", "test", "military"}  # rail that freight does not use
CLOSED = {"no", "private", "agricultural", "forestry", "military", "emergency"}
ACCESS = ("hgv", "goods", "motor_vehicle", "vehicle", "access")  # the first that is tagged counts
TRACKS = {"rail": "1435", "narrow_gauge": "1000"}
"""Kinds of track, and their gauge where no track that they touch or meet has one: assumption."""

TAGS = (
    "highway", "junction", "maxspeed", "oneway", "area", "disused", "abandoned", *ACCESS,
    "railway", "gauge", "electrified", "voltage", "usage", "service", "railway:traffic_mode",
)  # fmt: skip

STITCH_KM = 0.5  # a dead end is tied to a node this near,
DETOUR = 5.0  # if the way round is this many times longer
SEARCH_KM = 8.0  # (looked for within this far);
LEAST_GAP_KM = 0.3  # gaps below count as this long
LEAST_NODES = 30  # smaller parts are dropped, but never the largest of a gauge
SHAPE_DEG = 1e-4  # lines keep their shape to about 10 m; lengths are those of all points
BASE_BYTES = 300e6  # memory: of the libraries,
BYTES_PER_POINT = 4500.0  # and for each point of a way (3,300 to 3,600 measured on made-up roads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to build.

    Parameters
    ----------
    extract
        File of OpenStreetMap data; None with `overpass`.
    bbox
        West, south, east, north in degrees: ways that touch it are kept whole.
    country
        ISO 3166 code of all edges; "" with `borders`.
    borders
        GeoJSON of countries.
    overpass
        Endpoint to load from in place of an extract.
    """

    extract: Path | None
    modes: tuple[str, ...] = MODES
    bbox: tuple[float, float, float, float] | None = None
    country: str = ""
    borders: Path | None = None
    overpass: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What would be loaded of one mode."""

    ways: int
    points: int

    @property
    def memory_bytes(self) -> float:
        """Memory that the build takes at its peak, roughly."""
        return BASE_BYTES + self.points * BYTES_PER_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Kilometres of a class and a truck's or train's mean speed on it."""

    name: str
    km: float
    kmh: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A layer, with what there is to say about how it came about."""

    layer: Layer
    speed_kmh: float
    speeds: tuple[Speed, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of the extract that is wanted."""

    tags: dict[str, str]
    refs: Ints


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Nodes of the extract, by rising id; coordinates in 1e-7 degrees."""

    ids: Ints
    lat: npt.NDArray[np.int32]
    lon: npt.NDArray[np.int32]

    def within(self, bbox: tuple[float, float, float, float]) -> Ints:
        """Ids of those in the box."""
        west, south, east, north = (degrees * 1e7 for degrees in bbox)
        inside = (self.lat >= south) & (self.lat <= north)
        return self.ids[inside & (self.lon >= west) & (self.lon <= east)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A stretch of way between two nodes; `points` hold both ends."""

    tail: Node
    head: Node
    points: tuple[Place, ...]
    km: float
    wired: bool
    country: str = ""


def data_date(extract: Path) -> str:
    """Tell of which date an extract's data are, as it says itself; "" where it says nothing."""
    from osmium import FileProcessor

    try:
        header = FileProcessor(str(extract)).header
    except RuntimeError:  # damage is told when it is read
        return ""
    return str(header.get("osmosis_replication_timestamp") or header.get("timestamp") or "")


def survey(request: Request, *, say: Say) -> dict[str, Counts]:
    """Count what a build would load, and load nothing.

    Raises
    ------
    InputError
        As `build` does.
    """
    ways, _ = _scan(request, say)
    return {
        mode: Counts(ways=len(rows), points=sum(len(way.refs) for way in rows))
        for mode, rows in ways.items()
    }


def build(request: Request, *, say: Say) -> dict[str, Built]:
    """Build the layers; modes of which the extract has nothing are left out, and `say` says so.

    Raises
    ------
    InputError
        If the extract or the borders can't be read, or nothing in them is of use.
    """
    borders = _read_borders(request.borders) if request.borders else None
    graphs = _download(request, say) if request.overpass else _load(request, say)
    return {mode: _layer(graph, mode, request, borders, say) for mode, graph in graphs}


# ---- reading the extract -----------------------------------------------------------------------


def _wanted(tags: Mapping[str, str], mode: str) -> bool:
    """Whether a truck or a freight train may use a way."""
    if tags.get("disused") == "yes" or tags.get("abandoned") == "yes":
        return False
    if mode == "rail":
        passengers = tags.get("railway:traffic_mode") == "passenger"
        return tags.get("railway") in TRACKS and not (
            passengers or tags.get("usage") in PURPOSELESS
        )
    if tags.get("highway", "").removesuffix("_link") not in ROADS or tags.get("area") == "yes":
        return False
    return next((tags[key] for key in ACCESS if key in tags), "yes") not in CLOSED


def _scan(request: Request, say: Say) -> tuple[dict[str, list[_Way]], _Nodes]:
    """Read what is wanted: first the ways, then the nodes on them."""
    extract = request.extract
    if extract is None or not extract.is_file():
        raise InputError(f"{extract}: no such file")
    if not extract.name.lower().endswith(SUFFIXES):
        raise InputError(f"{extract}: want a file .osm.pbf, .osm, .osm.bz2 or .osm.gz")
    try:
        say(f"reading ways of {extract.name}")
        ways = _read_ways(extract, request.modes)
        say(f"reading the nodes of {sum(map(len, ways.values())):,} ways")
        nodes = _read_nodes(extract, [way.refs for rows in ways.values() for way in rows])
    except (RuntimeError, ValueError) as err:  # how osmium tells of damage
        raise InputError(f"{extract}: not OpenStreetMap data, or damaged ({err})") from err
    if not any(ways.values()):
        raise InputError(f"{extract}: no {_names(request.modes)} in it")
    complete, absent = _without_absent(ways, nodes)
    if absent:
        say(f"{absent:,} nodes are not in the extract: their ways end where they are missing")
    if request.bbox is not None:
        complete = _within_bbox(complete, nodes, request)
    for mode, rows in complete.items():
        if not rows:
            say(f"no {_names([mode])} there: no layer {mode}")
    if not any(complete.values()):
        raise InputError(f"{extract}: no {_names(request.modes)} with their nodes in it")
    return {mode: rows for mode, rows in complete.items() if rows}, nodes


def _names(modes: Sequence[str]) -> str:
    return " or ".join({"road": "truck roads", "rail": "freight rail"}[mode] for mode in modes)


def _read_ways(extract: Path, modes: Sequence[str]) -> dict[str, list[_Way]]:
    from osmium import FileProcessor
    from osmium.filter import TagFilter
    from osmium.osm import WAY, Way

    classes = [("highway", name + end) for name in ROADS for end in ("", "_link")]
    tracks = [("railway", kind) for kind in TRACKS]
    found: dict[str, list[_Way]] = {mode: [] for mode in modes}
    reader = FileProcessor(str(extract), WAY).with_filter(TagFilter(*classes, *tracks))
    for way in cast("Iterable[Way]", reader):
        tags = {tag.k: tag.v for tag in way.tags if tag.k in TAGS}
        refs = np.array([node.ref for node in way.nodes], dtype=np.int64)
        for mode in modes:
            if len(refs) > 1 and _wanted(tags, mode):
                found[mode].append(_Way(tags, refs))
    return found


def _read_nodes(extract: Path, refs: list[Ints]) -> _Nodes:
    from osmium import FileProcessor
    from osmium.filter import IdFilter
    from osmium.osm import NODE
    from osmium.osm import Node as OsmNode

    wanted = np.unique(np.concatenate([np.empty(0, np.int64), *refs]))
    reader = FileProcessor(str(extract), NODE)
    if len(wanted) and wanted[0] > 0:  # osmium's filter takes no negative ids, which editors make
        reader = reader.with_filter(IdFilter(map(int, wanted)))
    ids, lat, lon = array("q"), array("i"), array("i")
    for node in cast("Iterable[OsmNode]", reader):
        if node.location.valid():
            ids.append(node.id)
            lat.append(node.location.y)
            lon.append(node.location.x)
    known, first = np.unique(np.array(ids, dtype=np.int64), return_index=True)
    places = (np.array(values, dtype=np.int32)[first] for values in (lat, lon))
    return _Nodes(known, *places)


def _without_absent(
    ways: Mapping[str, list[_Way]], nodes: _Nodes
) -> tuple[dict[str, list[_Way]], int]:
    """Cut ways where the extract lacks a node, as those clipped at its edge do."""
    kept: dict[str, list[_Way]] = {mode: [] for mode in ways}
    absent = 0
    for mode, rows in ways.items():
        for way in rows:
            there = _among(way.refs, nodes.ids)
            absent += int(np.count_nonzero(~there))
            for run in np.split(way.refs, np.flatnonzero(~there)):
                refs = run[_among(run, nodes.ids)]
                if len(refs) > 1:
                    kept[mode].append(_Way(way.tags, refs))
    return kept, absent


def _among(refs: Ints, ids: Ints) -> npt.NDArray[np.bool_]:
    """Which of `refs` are in `ids`, which rise."""
    found = np.searchsorted(ids, refs, side="right") > np.searchsorted(ids, refs, side="left")
    return np.asarray(found, dtype=np.bool_)


def _within_bbox(
    ways: Mapping[str, list[_Way]], nodes: _Nodes, request: Request
) -> dict[str, list[_Way]]:
    """Keep, whole, the ways with a node in the box."""
    inside = nodes.within(request.bbox or (-180, -90, 180, 90))
    kept = {
        mode: [way for way in rows if _among(way.refs, inside).any()] for mode, rows in ways.items()
    }
    if not any(kept.values()):
        west, east = nodes.lon.min() / 1e7, nodes.lon.max() / 1e7
        south, north = nodes.lat.min() / 1e7, nodes.lat.max() / 1e7
        raise InputError(
            f"{request.extract}: nothing in the box; its {_names(request.modes)} lie within "
            f"{west:.3f},{south:.3f},{east:.3f},{north:.3f} (west, south, east, north)"
        )
    return kept


# ---- loading with osmnx ------------------------------------------------------------------------


def _load(request: Request, say: Say) -> Iterator[tuple[str, nx.MultiDiGraph]]:
    """Yield the graph of each mode, every point of a way a node."""
    import osmnx as ox

    ways, nodes = _scan(request, say)
    for mode, rows in ways.items():
        counts = Counts(ways=len(rows), points=sum(len(way.refs) for way in rows))
        say(
            f"{mode}: loading {counts.ways:,} ways with {counts.points:,} points; this takes about "
            f"{counts.memory_bytes / 1e9:.1f} GB of memory"
        )
        with tempfile.TemporaryDirectory() as folder, _settings():
            file = Path(folder) / f"{mode}.osm"
            _write_xml(file, rows, nodes)
            graph = ox.graph_from_xml(file, simplify=False, retain_all=True)
        yield mode, graph


def _write_xml(file: Path, ways: Sequence[_Way], nodes: _Nodes) -> None:
    """Write ways with their nodes as osmnx reads them, which knows no pbf."""
    used = np.unique(np.concatenate([way.refs for way in ways]))
    at = np.searchsorted(nodes.ids, used)
    places = zip(
        used.tolist(), (nodes.lat[at] / 1e7).tolist(), (nodes.lon[at] / 1e7).tolist(), strict=True
    )
    with file.open("w", encoding="utf-8") as out:
        out.write('<osm version="0.6" generator="routeopt">\n')
        out.writelines(f'<node id="{id_}" lat="{lat}" lon="{lon}"/>\n' for id_, lat, lon in places)
        for number, way in enumerate(ways, start=1):  # a way cut in two can't keep its id
            refs = "".join(f'<nd ref="{ref}"/>' for ref in way.refs.tolist())
            tags = "".join(f'<tag k="{k}" v="{escape(v)}"/>' for k, v in sorted(way.tags.items()))
            out.write(f'<way id="{number}">{refs}{tags}</way>\n')
        out.write("</osm>\n")


@contextmanager
def _settings(**changes: Any) -> Iterator[None]:  # noqa: ANN401  # osmnx's settings are of any type
    """Set what osmnx reads from its settings, and put it back."""
    from osmnx import settings

    changes |= {"useful_tags_way": list(TAGS)}  # before the graph is made: else edges are bare
    before = {name: getattr(settings, name) for name in changes}
    try:
        for name, value in changes.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


QUERIES = {
    "road": f'["highway"~"^({"|".join(ROADS)})(_link)?$"]["area"!~"yes"]',
    "rail": f'["railway"~"^({"|".join(TRACKS)})$"]',
}


def _download(request: Request, say: Say) -> Iterator[tuple[str, nx.MultiDiGraph]]:
    """Yield the graph of each mode from an Overpass server, filtered as an extract is."""
    import osmnx as ox

    if request.bbox is None:
        raise InputError("want --bbox with --overpass: it says what to load")
    empty = True
    for mode in request.modes:
        say(f"{mode}: loading from {request.overpass}; use an extract for more than a small region")
        try:
            with _overpass(request.overpass):
                graph = ox.graph_from_bbox(
                    request.bbox,
                    custom_filter=QUERIES[mode],
                    simplify=False,
                    retain_all=True,
                    truncate_by_edge=True,
                )
        except (ox._errors.InsufficientResponseError, ValueError):  # noqa: SLF001  # not exported
            say(f"no {_names([mode])} there: no layer {mode}")
            continue
        except (OSError, ox._errors.ResponseStatusCodeError) as err:  # noqa: SLF001  # not exported
            raise InputError(f"{request.overpass}: no answer to use ({err})") from err
        edges = graph.edges(keys=True, data=True)
        graph.remove_edges_from([(u, v, k) for u, v, k, tags in edges if not _wanted(tags, mode)])
        if graph.size():
            empty = False
            yield mode, graph
    if empty:
        raise InputError(f"{request.overpass}: no {_names(request.modes)} in the box")


@contextmanager
def _overpass(url: str) -> Iterator[None]:
    """Let osmnx ask this server and no other, and keep answers in the user's cache folder."""
    import socket
    from urllib.error import HTTPError
    from urllib.request import urlopen

    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    cache = (Path(home) if home else Path.home() / ".cache") / "routeopt" / "overpass"
    resolve = socket.getaddrinfo  # osmnx replaces it
    changes = {"overpass_url": url, "cache_folder": cache, "doh_url_template": None}
    try:  # else osmnx waits a minute for a server that is down, or that tells no free slots
        urlopen(f"{url.rstrip('/')}/status", timeout=30).close()  # noqa: S310  # the user's own
    except HTTPError as err:
        err.close()
        changes["overpass_rate_limit"] = False
    try:
        with _settings(**changes):
            yield
    finally:
        socket.getaddrinfo = resolve


# ---- from a graph to a layer -------------------------------------------------------------------


@dataclass(slots=True)
class _Notes:
    """What there is to say about one mode: told as it happens, and kept for SOURCES.md."""

    mode: str
    say: Say
    lines: list[str] = field(default_factory=list)

    def __call__(self, text: str) -> None:
        self.say(f"{self.mode}: {text}")
        self.lines.append(text)


def _layer(
    graph: nx.MultiDiGraph,
    mode: str,
    request: Request,
    borders: _Borders | None,
    say: Say,
) -> Built:
    """Turn a graph of all points into a layer."""
    import osmnx as ox

    notes = _Notes(mode, say)
    if mode == "rail":
        _give_gauges(graph, notes)
    speeds = _speeds(graph, mode)
    oneway = 100 * _km(graph, oneway=True) / max(_km(graph), 1e-9)
    if oneway:
        notes(f"{oneway:.0f} % of the km are one-way in the source; a layer's edges go both ways")
    graph = ox.simplify_graph(graph, edge_attrs_differ=["gauge", "electrified"])
    pieces = _connected(_pieces(graph), notes)
    ids = count(1)
    if borders:
        pieces = borders.assign(pieces, ids)
    else:
        pieces = [replace(piece, country=request.country) for piece in pieces]
    layer = _pack(_simple(pieces, ids), mode)
    km = float(layer.length_m.sum()) / 1000
    notes(f"{len(layer.lat_udeg):,} nodes and {len(layer):,} edges kept, {km:,.1f} km")
    speed = _mean([row for row in speeds if row.name in LONG_HAUL] or list(speeds))
    return Built(layer=layer, speed_kmh=speed, speeds=speeds, notes=tuple(notes.lines))


def _km(graph: nx.MultiDiGraph, **wanted: bool) -> float:
    """Kilometres of a graph of all points, each way counted once."""
    edges = (data for _, _, data in graph.edges(data=True) if not data["reversed"])
    kept = (data for data in edges if all(data[key] == value for key, value in wanted.items()))
    return float(sum(data["length"] for data in kept)) / 1000


def _give_gauges(graph: nx.MultiDiGraph, notes: _Notes) -> None:
    """Write gauge and wire alike everywhere; track without a gauge takes that of its neighbours."""
    import networkx as nx

    bare: nx.Graph = nx.Graph()
    near: dict[int, Counter[str]] = {}
    for u, v, data in graph.edges(data=True):
        data["electrified"] = "yes" if _is_wired(data.get("electrified", "")) else "no"
        data["gauge"] = ";".join(sorted(set(re.findall(r"\b\d{3,4}\b", data.get("gauge", "")))))
        if not data["gauge"]:
            bare.add_edge(u, v)
        for node in (u, v) if data["gauge"] else ():
            near.setdefault(node, Counter())[data["gauge"]] += 1
    km: defaultdict[str, float] = defaultdict(float)
    of = {n: nodes for nodes in nx.connected_components(bare) for n in nodes}
    known = {id(nodes): _most(near.get(n, {}) for n in sorted(nodes)) for nodes in of.values()}
    for u, _, data in graph.edges(data=True):
        if not data["gauge"]:
            data["gauge"] = known[id(of[u])] or TRACKS.get(str(data.get("railway")), "1435")
            if not data["reversed"]:
                km[f"{data['gauge']} mm"] += data["length"] / 1000
    for gauge, length in sorted(km.items()):
        notes(f"{length:.1f} km have no gauge tagged and count as {gauge}, as tracks they touch, "
              "or else as usual")  # fmt: skip


def _is_wired(electrified: str) -> bool:
    """Whether there is catenary: a third rail is of no use to freight."""
    return bool({"contact_line", "yes"} & set(electrified.split(";")))


def _most(counters: Iterable[Mapping[str, int]]) -> str:
    """Most frequent key of all counters; of equals the first by name, "" of none."""
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return min(total, key=lambda key: (-total[key], key), default="")


def _speeds(graph: nx.MultiDiGraph, mode: str) -> tuple[Speed, ...]:
    """Find the mean speed by class: the limit, or that of the class, up to the truck's cap."""
    import osmnx as ox

    rows = {name: row for name, row in ROADS.items() if mode == "road"}
    if mode == "rail":
        rows["rail"] = (RAIL_KMH, RAIL_KMH, "a freight train with its stops: assumption")
        for _, _, data in graph.edges(data=True):
            data["highway"] = "rail"  # osmnx looks speeds up by it
    named = {name: row[0] for name, row in rows.items()}
    named |= {f"{name}_link": min(kmh, LINK_KMH) for name, kmh in named.items()}
    ox.add_edge_speeds(graph, hwy_speeds=named, fallback=LINK_KMH)
    km: defaultdict[str, float] = defaultdict(float)
    hours: defaultdict[str, float] = defaultdict(float)
    for _, _, data in graph.edges(data=True):
        if not data["reversed"]:
            name = data["highway"].removesuffix("_link")
            km[name] += float(data["length"]) / 1000
            kmh = max(min(float(data["speed_kph"]), rows[name][1]), LEAST_KMH)
            hours[name] += float(data["length"]) / 1000 / kmh
    return tuple(
        Speed(
            name=name,
            km=km[name],
            kmh=km[name] / hours[name],
            source=f"default {row[0]:g}, cap {row[1]:g}: {row[2]}",
        )
        for name, row in rows.items()
        if hours[name]
    )


def _mean(speeds: Sequence[Speed]) -> float:
    """Mean over km: what a way with this mix takes."""
    return round(sum(row.km for row in speeds) / sum(row.km / row.kmh for row in speeds), 1)


def _pieces(graph: nx.MultiDiGraph) -> list[_Piece]:
    """List the edges once, whichever way they run; track of two gauges becomes two."""
    pieces: dict[tuple[int, tuple[Place, ...]], _Piece] = {}
    for u, v, data in graph.edges(data=True):
        if "geometry" in data:
            points = tuple((lat, lon) for lon, lat in data["geometry"].coords)
        else:
            points = tuple((graph.nodes[n]["y"], graph.nodes[n]["x"]) for n in (u, v))
        ends = (u, v) if points <= points[::-1] else (v, u)
        points = min(points, points[::-1])
        for text in data.get("gauge", "0").split(";"):
            gauge = int(text)
            pieces[gauge, points] = _Piece(
                tail=(ends[0], gauge),
                head=(ends[1], gauge),
                points=points,
                km=data["length"] / 1000,
                wired=data.get("electrified") == "yes",
            )
    return [pieces[key] for key in sorted(pieces)]


# ---- stitching, parts --------------------------------------------------------------------------


def _connected(pieces: list[_Piece], notes: _Notes) -> list[_Piece]:
    """Tie dead ends, then keep the large parts of each gauge."""
    import networkx as nx

    kept: list[_Piece] = []
    for gauge in sorted({piece.tail[1] for piece in pieces}):
        own = [piece for piece in pieces if piece.tail[1] == gauge]
        ties = _ties(own)
        graph = _plain([*own, *ties])
        parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
        large = {
            n for i, part in enumerate(parts) if not i or len(part) >= LEAST_NODES for n in part
        }
        lost = [piece for piece in own if piece.tail not in large]
        of = f" of gauge {gauge} mm" if gauge else ""
        if ties:
            km = sum(tie.km for tie in ties)
            notes(f"{len(ties)} dead ends{of} tied to a node near them, {km:.2f} km in all")
        if lost:
            small = sum(min(part) not in large for part in parts)
            notes(f"{small} small parts{of} that nothing joins to the rest dropped, "
                  f"{sum(piece.km for piece in lost):.1f} km")  # fmt: skip
        kept += [piece for piece in [*own, *ties] if piece.tail in large]
    return kept


def _plain(pieces: Iterable[_Piece]) -> nx.Graph:
    """Nodes with their place, and the shortest km between neighbours."""
    import networkx as nx

    graph: nx.Graph = nx.Graph()
    for piece in pieces:
        graph.add_node(piece.tail, place=piece.points[0])
        graph.add_node(piece.head, place=piece.points[-1])
        known = graph.get_edge_data(piece.tail, piece.head, {"km": piece.km})["km"]
        graph.add_edge(piece.tail, piece.head, km=min(known, piece.km))
    return graph


def _ties(pieces: list[_Piece]) -> list[_Piece]:
    """Tie each dead end to the nearest node beside it, where the way round is long."""
    import networkx as nx
    from scipy.spatial import cKDTree

    graph = _plain(pieces)
    wired = {node: piece.wired for piece in pieces for node in (piece.tail, piece.head)}
    nodes = sorted(graph.nodes)
    place: dict[Node, Place] = dict(graph.nodes(data="place"))
    points = _on_sphere([place[node] for node in nodes])
    tree = cKDTree(points)
    reach = 2 * np.sin(STITCH_KM / EARTH_KM / 2)  # the chord under that arc
    ties: dict[tuple[Node, Node], _Piece] = {}
    for i in (i for i, node in enumerate(nodes) if graph.degree(node) == 1):
        near = [nodes[j] for j in tree.query_ball_point(points[i], reach)]
        others = [n for n in near if n != nodes[i] and not graph.has_edge(n, nodes[i])]
        if not others:
            continue
        gap, other = min((great_circle_km(*place[nodes[i]], *place[n]), n) for n in others)
        around = nx.single_source_dijkstra_path_length(
            graph, nodes[i], cutoff=SEARCH_KM, weight="km"
        )
        if around.get(other, np.inf) > DETOUR * max(gap, LEAST_GAP_KM):
            ends = (min(nodes[i], other), max(nodes[i], other))
            ties[ends] = _Piece(
                tail=ends[0],
                head=ends[1],
                points=(place[ends[0]], place[ends[1]]),
                km=gap,
                wired=wired[nodes[i]],
            )
    return [ties[key] for key in sorted(ties)]


EARTH_KM = great_circle_km(0, 0, 0, 180) / np.pi


def _on_sphere(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Points on the unit sphere, for a plain search tree."""
    lat, lon = np.radians(np.array(places)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


# ---- countries ---------------------------------------------------------------------------------

CODES = ("ISO_A2_EH", "iso_a2_eh", "ISO_A2", "iso_a2", "ISO3166-1-Alpha-2", "ISO3166-1:alpha2",
         "country", "id")  # fmt: skip
"""Properties of a GeoJSON feature that may hold its country, the most trusted first."""


def _read_borders(file: Path) -> _Borders:
    """Read countries by their code."""
    import shapely

    try:
        features = json.loads(file.read_text("utf-8"))["features"]
        parts: dict[str, list[BaseGeometry]] = {}
        for feature in features:
            values = {"id": feature.get("id")} | (feature.get("properties") or {})
            codes = [str(values.get(name)) for name in CODES]
            code = next((c.upper() for c in codes if re.fullmatch("[A-Za-z]{2}", c)), "")
            if code and feature["geometry"]:
                shape = shapely.from_geojson(json.dumps(feature["geometry"]))
                parts.setdefault(code, []).append(shapely.make_valid(shape))
    except OSError as err:
        raise InputError(f"{file}: can't be read: {err.strerror}") from err
    except (ValueError, KeyError, TypeError, AttributeError, shapely.GEOSException) as err:
        raise InputError(f"{file}: want a GeoJSON FeatureCollection of countries ({err})") from err
    if not parts:
        raise InputError(f"{file}: no feature has a country code in any of: {', '.join(CODES)}")
    return _Borders({code: shapely.union_all(parts[code]) for code in sorted(parts)})


class _Borders:
    """Countries, and the lines between them."""

    def __init__(self, countries: Mapping[str, BaseGeometry]) -> None:
        import shapely

        self.codes = list(countries)
        self.shapes = shapely.STRtree(list(countries.values()))
        rims = shapely.get_parts([shape.boundary for shape in countries.values()])
        coords = [shapely.get_coordinates(rim) for rim in rims]
        steps = [np.stack([line[:-1], line[1:]], axis=1) for line in coords]
        self.steps = list(np.asarray(shapely.linestrings(np.concatenate(steps)), dtype=object))
        self.lines = shapely.STRtree(self.steps)

    def of(self, line: LineString, share: float) -> str:
        """Country of a point of a line; off the coast, the nearest."""
        point = line.interpolate(share, normalized=True)
        inside = self.shapes.query(point, predicate="intersects")
        return self.codes[min(inside, default=self.shapes.nearest(point))]

    def assign(self, pieces: list[_Piece], ids: Iterator[int]) -> list[_Piece]:
        """Give each piece its country, and cut those that cross a border there."""
        lines = [_line(piece) for piece in pieces]
        hits: dict[int, set[float]] = {}
        for i, j in self.lines.query(lines, predicate="intersects").T.tolist():
            cross = lines[i].intersection(self.steps[j]).centroid
            hits.setdefault(i, set()).add(lines[i].project(cross, normalized=True))
        done: list[_Piece] = []
        for i, piece in enumerate(pieces):
            stops = self.stops(lines[i], sorted(hits.get(i, ())))
            parts = _cut(piece, stops, ids)
            done += [replace(part, country=self.of(_line(part), 0.5)) for part in parts]
        return done

    def stops(self, line: LineString, crossings: Sequence[float]) -> list[float]:
        """Crossings at which the country changes: a border of two is crossed twice at once."""
        marks = [0.0, *(mark for mark in crossings if 0 < mark < 1), 1.0]
        countries = [self.of(line, (a + b) / 2) for a, b in pairwise(marks)]
        changes = zip(marks[1:-1], pairwise(countries), strict=True)
        return [mark for mark, (before, after) in changes if before != after]


# ---- packing -----------------------------------------------------------------------------------


def _line(piece: _Piece) -> LineString:
    import shapely

    return shapely.LineString([(lon, lat) for lat, lon in piece.points])


def _cut(piece: _Piece, shares: Sequence[float], ids: Iterator[int]) -> list[_Piece]:
    """Cut a piece at these shares of its drawn length, with nodes of their own there."""
    from shapely.ops import substring

    if not shares:
        return [piece]
    line = _line(piece)
    nodes = [piece.tail, *((-next(ids), piece.tail[1]) for _ in shares), piece.head]
    parts = []
    for (a, b), (tail, head) in zip(pairwise([0.0, *shares, 1.0]), pairwise(nodes), strict=True):
        coords = substring(line, a, b, normalized=True).coords
        points = tuple((lat, lon) for lon, lat in coords)
        parts.append(replace(piece, tail=tail, head=head, points=points, km=piece.km * (b - a)))
    return parts


def _simple(pieces: Iterable[_Piece], ids: Iterator[int]) -> list[_Piece]:
    """Cut rings in three and parallel ways in two: a layer joins two nodes once."""
    taken: set[frozenset[Node]] = set()
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.km, p.tail, p.head, p.points)):
        ends = frozenset((piece.tail, piece.head))
        if len(ends) == 1:
            kept += _cut(piece, (1 / 3, 2 / 3), ids)
        elif ends in taken:
            kept += _cut(piece, (0.5,), ids)
        else:
            taken.add(ends)
            kept.append(piece)
    return kept


def _pack(pieces: list[_Piece], mode: str) -> Layer:
    """Put pieces into the arrays of a layer."""
    import shapely

    places = {
        node: _micro(at)
        for piece in pieces
        for node, at in ((piece.tail, piece.points[0]), (piece.head, piece.points[-1]))
    }
    nodes = sorted(places, key=lambda node: (places[node], node))
    number = {node: i for i, node in enumerate(nodes)}
    rows = [p if number[p.tail] < number[p.head] else _turned(p) for p in pieces]
    rows.sort(key=lambda p: (number[p.tail], number[p.head]))
    lines = shapely.simplify([shapely.LineString(p.points) for p in rows], SHAPE_DEG)
    shapes = [[_micro(at) for at in list(line.coords)[1:-1]] for line in lines]
    inner = [at for shape in shapes for at in shape]
    countries = ["", *sorted({p.country for p in rows} - {""})]
    ints, none = partial(np.array, dtype=np.int32), np.zeros(len(rows), dtype=np.int32)
    return Layer(
        mode=mode,
        lat_udeg=ints([places[node][0] for node in nodes]),
        lon_udeg=ints([places[node][1] for node in nodes]),
        tail=ints([number[p.tail] for p in rows]),
        head=ints([number[p.head] for p in rows]),
        length_m=ints([_length_m(p) for p in rows]),
        country=ints([countries.index(p.country) for p in rows]),
        gauge_mm=ints([p.tail[1] for p in rows]),
        wired=ints([p.wired for p in rows]),
        valid_from=none,
        passage=none,
        shape_at=ints(np.cumsum([0, *map(len, shapes)])),
        shape_lat_udeg=ints([lat for lat, _ in inner]),
        shape_lon_udeg=ints([lon for _, lon in inner]),
        countries=tuple(countries),
        passages=("",),
    )


def _turned(piece: _Piece) -> _Piece:
    return replace(piece, tail=piece.head, head=piece.tail, points=piece.points[::-1])


def _micro(place: Sequence[float]) -> tuple[int, int]:
    return round(place[0] * DEGREE), round(place[1] * DEGREE)


def _length_m(piece: _Piece) -> int:
    """Whole metres, never below the straight line between the ends as they are stored."""
    ends = (value / DEGREE for at in (piece.points[0], piece.points[-1]) for value in _micro(at))
    return max(round(piece.km * 1000), int(np.ceil(great_circle_km(*ends) * 1000)), 1)
