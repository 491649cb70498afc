"""Pack pieces into the arrays of a layer."""

# ruff: noqa: PLC0415  # shapely takes long to load
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from routeopt.emissions import great_circle_km
from routeopt.network.layers import DEGREE, Layer
from routeopt.osm.pieces import Node, Piece, cut

SHAPE_DEG = 1e-4  # lines keep their shape to about 10 m; lengths are those of all points


def simple(pieces: Iterable[Piece], ids: Iterator[int]) -> list[Piece]:
    """Cut rings in three and parallel ways in two: a layer joins two nodes once."""
    taken: set[frozenset[Node]] = set()
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.km, p.tail, p.head, p.points)):
        ends = frozenset((piece.tail, piece.head))
        if len(ends) == 1:
            kept += cut(piece, (1 / 3, 2 / 3), ids)
        elif ends in taken:
            kept += cut(piece, (0.5,), ids)
        else:
            taken.add(ends)
            kept.append(piece)
    return kept


def pack(pieces: list[Piece], mode: str) -> Layer:
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


def _turned(piece: Piece) -> Piece:
    return replace(piece, tail=piece.head, head=piece.tail, points=piece.points[::-1])


def _micro(place: Sequence[float]) -> tuple[int, int]:
    return round(place[0] * DEGREE), round(place[1] * DEGREE)


def _length_m(piece: Piece) -> int:
    """Whole metres, never below the straight line between the ends as they are stored."""
    ends = (value / DEGREE for at in (piece.points[0], piece.points[-1]) for value in _micro(at))
    return max(round(piece.km * 1000), int(np.ceil(great_circle_km(*ends) * 1000)), 1)
