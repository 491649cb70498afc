"""Stitch dead ends to what lies beside them, and drop small parts."""

# ruff: noqa: PLC0415  # scipy and networkx take long to load
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from routeopt.emissions import great_circle_km
from routeopt.osm.model import Notes
from routeopt.osm.pieces import Node, Piece, Place

if TYPE_CHECKING:
    import networkx as nx

STITCH_KM = 0.5  # a dead end is tied to a node this near,
DETOUR = 5.0  # if the way round is this many times longer
SEARCH_KM = 8.0  # (looked for within this far);
LEAST_GAP_KM = 0.3  # gaps below count as this long
LEAST_NODES = 30  # smaller parts are dropped, but never the largest of a gauge

EARTH_KM = great_circle_km(0, 0, 0, 180) / np.pi


def connected(pieces: list[Piece], notes: Notes) -> list[Piece]:
    """Tie dead ends, then keep the large parts of each gauge."""
    import networkx as nx

    kept: list[Piece] = []
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


def _plain(pieces: Iterable[Piece]) -> nx.Graph:
    """Nodes with their place, and the shortest km between neighbours."""
    import networkx as nx

    graph: nx.Graph = nx.Graph()
    for piece in pieces:
        graph.add_node(piece.tail, place=piece.points[0])
        graph.add_node(piece.head, place=piece.points[-1])
        known = graph.get_edge_data(piece.tail, piece.head, {"km": piece.km})["km"]
        graph.add_edge(piece.tail, piece.head, km=min(known, piece.km))
    return graph


def _ties(pieces: list[Piece]) -> list[Piece]:
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
    ties: dict[tuple[Node, Node], Piece] = {}
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
            ties[ends] = Piece(
                tail=ends[0],
                head=ends[1],
                points=(place[ends[0]], place[ends[1]]),
                km=gap,
                wired=wired[nodes[i]],
            )
    return [ties[key] for key in sorted(ties)]


def _on_sphere(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Points on the unit sphere, for a plain search tree."""
    lat, lon = np.radians(np.array(places)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
