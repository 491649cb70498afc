"""From a request to layers: the steps of a build, in the order in which they run."""

# ruff: noqa: PLC0415  # osmnx takes long to load
from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from routeopt.osm.borders import Borders, read_borders
from routeopt.osm.gauges import give_gauges
from routeopt.osm.loading import download, load
from routeopt.osm.model import Built, Notes, Request, Say
from routeopt.osm.packing import pack, simple
from routeopt.osm.parts import connected
from routeopt.osm.pieces import pieces_of
from routeopt.osm.speeds import LONG_HAUL, class_speeds, mean_kmh

if TYPE_CHECKING:
    import networkx as nx


def build(request: Request, *, say: Say) -> dict[str, Built]:
    """Build the layers; modes of which the extract has nothing are left out, and `say` says so.

    Raises
    ------
    InputError
        If the extract or the borders can't be read, or nothing in them is of use.
    """
    borders = read_borders(request.borders) if request.borders else None
    graphs = download(request, say) if request.overpass else load(request, say)
    return {mode: _layer(graph, mode, request, borders, say) for mode, graph in graphs}


def _layer(
    graph: nx.MultiDiGraph,
    mode: str,
    request: Request,
    borders: Borders | None,
    say: Say,
) -> Built:
    """Turn a graph of all points into a layer."""
    import osmnx as ox

    notes = Notes(mode, say)
    if mode == "rail":
        give_gauges(graph, notes)
    speeds = class_speeds(graph, mode)
    oneway = 100 * _km(graph, oneway=True) / max(_km(graph), 1e-9)
    if oneway:
        notes(f"{oneway:.0f} % of the km are one-way in the source; a layer's edges go both ways")
    graph = ox.simplify_graph(graph, edge_attrs_differ=["gauge", "electrified"])
    pieces = connected(pieces_of(graph), notes)
    ids = count(1)
    if borders:
        pieces = borders.assign(pieces, ids)
    else:
        pieces = [replace(piece, country=request.country) for piece in pieces]
    layer = pack(simple(pieces, ids), mode)
    km = float(layer.length_m.sum()) / 1000
    notes(f"{len(layer.lat_udeg):,} nodes and {len(layer):,} edges kept, {km:,.1f} km")
    speed = mean_kmh([row for row in speeds if row.name in LONG_HAUL] or list(speeds))
    return Built(layer=layer, speed_kmh=speed, speeds=speeds, notes=tuple(notes.lines))


def _km(graph: nx.MultiDiGraph, **wanted: bool) -> float:
    """Kilometres of a graph of all points, each way counted once."""
    edges = (data for _, _, data in graph.edges(data=True) if not data["reversed"])
    kept = (data for data in edges if all(data[key] == value for key, value in wanted.items()))
    return float(sum(data["length"] for data in kept)) / 1000
