"""Read with osmium what is wanted of an extract: the ways of each mode, and the nodes on them."""

# ruff: noqa: PLC0415  # osmium takes long to load
from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from routeopt.errors import InputError
from routeopt.osm.model import Counts, Ints, Request, Say
from routeopt.osm.tags import ROADS, TAGS, TRACKS, is_wanted, mode_names

SUFFIXES = (".pbf", ".osm", ".osm.bz2", ".osm.gz")


@dataclass(frozen=True, slots=True)
class Way:
    """A way of the extract that is wanted."""

    tags: dict[str, str]
    refs: Ints


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes of the extract, by rising id; coordinates in 1e-7 degrees."""

    ids: Ints
    lat: npt.NDArray[np.int32]
    lon: npt.NDArray[np.int32]

    def within(self, bbox: tuple[float, float, float, float]) -> Ints:
        """Ids of those in the box."""
        west, south, east, north = (degrees * 1e7 for degrees in bbox)
        inside = (self.lat >= south) & (self.lat <= north)
        return self.ids[inside & (self.lon >= west) & (self.lon <= east)]


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
    ways, _ = scan(request, say)
    return {
        mode: Counts(ways=len(rows), points=sum(len(way.refs) for way in rows))
        for mode, rows in ways.items()
    }


def scan(request: Request, say: Say) -> tuple[dict[str, list[Way]], Nodes]:
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
        raise InputError(f"{extract}: no {mode_names(request.modes)} in it")
    complete, absent = _without_absent(ways, nodes)
    if absent:
        say(f"{absent:,} nodes are not in the extract: their ways end where they are missing")
    if request.bbox is not None:
        complete = _within_bbox(complete, nodes, request)
    for mode, rows in complete.items():
        if not rows:
            say(f"no {mode_names([mode])} there: no layer {mode}")
    if not any(complete.values()):
        raise InputError(f"{extract}: no {mode_names(request.modes)} with their nodes in it")
    return {mode: rows for mode, rows in complete.items() if rows}, nodes


def _read_ways(extract: Path, modes: Sequence[str]) -> dict[str, list[Way]]:
    from osmium import FileProcessor
    from osmium.filter import TagFilter
    from osmium.osm import WAY
    from osmium.osm import Way as OsmWay

    classes = [("highway", name + end) for name in ROADS for end in ("", "_link")]
    tracks = [("railway", kind) for kind in TRACKS]
    found: dict[str, list[Way]] = {mode: [] for mode in modes}
    reader = FileProcessor(str(extract), WAY).with_filter(TagFilter(*classes, *tracks))
    for way in cast("Iterable[OsmWay]", reader):
        tags = {tag.k: tag.v for tag in way.tags if tag.k in TAGS}
        refs = np.array([node.ref for node in way.nodes], dtype=np.int64)
        for mode in modes:
            if len(refs) > 1 and is_wanted(tags, mode):
                found[mode].append(Way(tags, refs))
    return found


def _read_nodes(extract: Path, refs: list[Ints]) -> Nodes:
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
    return Nodes(known, *places)


def _without_absent(
    ways: Mapping[str, list[Way]], nodes: Nodes
) -> tuple[dict[str, list[Way]], int]:
    """Cut ways where the extract lacks a node, as those clipped at its edge do."""
    kept: dict[str, list[Way]] = {mode: [] for mode in ways}
    absent = 0
    for mode, rows in ways.items():
        for way in rows:
            there = _among(way.refs, nodes.ids)
            absent += int(np.count_nonzero(~there))
            for run in np.split(way.refs, np.flatnonzero(~there)):
                refs = run[_among(run, nodes.ids)]
                if len(refs) > 1:
                    kept[mode].append(Way(way.tags, refs))
    return kept, absent


def _among(refs: Ints, ids: Ints) -> npt.NDArray[np.bool_]:
    """Which of `refs` are in `ids`, which rise."""
    found = np.searchsorted(ids, refs, side="right") > np.searchsorted(ids, refs, side="left")
    return np.asarray(found, dtype=np.bool_)


def _within_bbox(
    ways: Mapping[str, list[Way]], nodes: Nodes, request: Request
) -> dict[str, list[Way]]:
    """Keep, whole, the ways with a node in the box."""
    inside = nodes.within(request.bbox or (-180, -90, 180, 90))
    kept = {
        mode: [way for way in rows if _among(way.refs, inside).any()] for mode, rows in ways.items()
    }
    if not any(kept.values()):
        west, east = nodes.lon.min() / 1e7, nodes.lon.max() / 1e7
        south, north = nodes.lat.min() / 1e7, nodes.lat.max() / 1e7
        raise InputError(
            f"{request.extract}: nothing in the box; its {mode_names(request.modes)} lie within "
            f"{west:.3f},{south:.3f},{east:.3f},{north:.3f} (west, south, east, north)"
        )
    return kept
