"""Load graphs with osmnx, every point of a way a node: from an extract, or an Overpass server."""

# ruff: noqa: PLC0415  # osmnx takes long to load
from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from routeopt.errors import InputError
from routeopt.osm.extract import Nodes, Way, scan
from routeopt.osm.model import Counts, Request, Say
from routeopt.osm.tags import ROADS, TAGS, TRACKS, is_wanted, mode_names

if TYPE_CHECKING:
    import networkx as nx

QUERIES = {
    "road": f'["highway"~"^({"|".join(ROADS)})(_link)?$"]["area"!~"yes"]',
    "rail": f'["railway"~"^({"|".join(TRACKS)})$"]',
}


def load(request: Request, say: Say) -> Iterator[tuple[str, nx.MultiDiGraph]]:
    """Yield the graph of each mode, every point of a way a node."""
    import osmnx as ox

    ways, nodes = scan(request, say)
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


def _write_xml(file: Path, ways: Sequence[Way], nodes: Nodes) -> None:
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


def download(request: Request, say: Say) -> Iterator[tuple[str, nx.MultiDiGraph]]:
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
            say(f"no {mode_names([mode])} there: no layer {mode}")
            continue
        except (OSError, ox._errors.ResponseStatusCodeError) as err:  # noqa: SLF001  # not exported
            raise InputError(f"{request.overpass}: no answer to use ({err})") from err
        edges = graph.edges(keys=True, data=True)
        graph.remove_edges_from([(u, v, k) for u, v, k, tags in edges if not is_wanted(tags, mode)])
        if graph.size():
            empty = False
            yield mode, graph
    if empty:
        raise InputError(f"{request.overpass}: no {mode_names(request.modes)} in the box")


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
