"""Stretches of way between two nodes: the edges of a layer to be."""

# ruff: noqa: PLC0415  # shapely takes long to load
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx
    from shapely import LineString

Place = tuple[float, float]  # lat, lon in degrees
Node = tuple[int, int]  # OpenStreetMap's id, rail gauge


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of way between two nodes; `points` hold both ends."""

    tail: Node
    head: Node
    points: tuple[Place, ...]
    km: float
    wired: bool
    country: str = ""


def pieces_of(graph: nx.MultiDiGraph) -> list[Piece]:
    """List the edges once, whichever way they run; track of two gauges becomes two."""
    pieces: dict[tuple[int, tuple[Place, ...]], Piece] = {}
    for u, v, data in graph.edges(data=True):
        if "geometry" in data:
            points = tuple((lat, lon) for lon, lat in data["geometry"].coords)
        else:
            points = tuple((graph.nodes[n]["y"], graph.nodes[n]["x"]) for n in (u, v))
        ends = (u, v) if points <= points[::-1] else (v, u)
        points = min(points, points[::-1])
        for text in data.get("gauge", "0").split(";"):
            gauge = int(text)
            pieces[gauge, points] = Piece(
                tail=(ends[0], gauge),
                head=(ends[1], gauge),
                points=points,
                km=data["length"] / 1000,
                wired=data.get("electrified") == "yes",
            )
    return [pieces[key] for key in sorted(pieces)]


def as_line(piece: Piece) -> LineString:
    """Draw a piece, in lon and lat."""
    import shapely

    return shapely.LineString([(lon, lat) for lat, lon in piece.points])


def cut(piece: Piece, shares: Sequence[float], ids: Iterator[int]) -> list[Piece]:
    """Cut a piece at these shares of its drawn length, with nodes of their own there."""
    from shapely.ops import substring

    if not shares:
        return [piece]
    line = as_line(piece)
    nodes = [piece.tail, *((-next(ids), piece.tail[1]) for _ in shares), piece.head]
    parts = []
    for (a, b), (tail, head) in zip(pairwise([0.0, *shares, 1.0]), pairwise(nodes), strict=True):
        coords = substring(line, a, b, normalized=True).coords
        points = tuple((lat, lon) for lon, lat in coords)
        parts.append(replace(piece, tail=tail, head=head, points=points, km=piece.km * (b - a)))
    return parts
