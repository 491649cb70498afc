"""Shortest ways on a layer, in bulk: one Dijkstra a source, its tree traced for the targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from routeopt.emissions import great_circle_km
from routeopt.network.layers import Floats, Layer, Mask, Tie, Whole

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["EdgeIndex", "Lengths", "Router", "TieArrays", "TiePair", "Trails", "Whole"]

TiePair = tuple[Tie, Tie]

_AT_ONCE = 64
"""Sources of one run: their trees take 12 bytes a node and source."""
_FEW = 16
"""Ways up to which each is traced by itself."""
_DETOUR = 1.4
_AROUND_KM = 20.0
"""Trees grow to this multiple of the longest straight line, and so much more, at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trails:
    """Shortest ways of pairs of ties, along the layer only.

    Parameters
    ----------
    km
        Length by pair; infinite where there is no way.
    nodes
        Nodes of all ways, pair after pair, each from its start to its end; a way within one edge
        has none.
    pair
        The pair of each of `nodes`.
    """

    km: Floats
    nodes: Whole
    pair: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Km of ways by country, wire and passage, a row a pair.

    Parameters
    ----------
    km
        Whole length with both ties, shape (pairs,); infinite where there is no way.
    country_km, unwired_km
        Shape (pairs, countries of the layer).
    crossed
        Passages on the way, shape (pairs, passages of the layer).
    snap_km
        Straight lines of both ties, shape (pairs, 2).
    """

    km: Floats
    country_km: Floats
    unwired_km: Floats
    crossed: Mask
    snap_km: Floats

    def put(self, rows: Whole, other: Lengths) -> Whole:
        """Take over what is shorter in `other`, whose row i is row `rows[i]` here; name which."""
        better: Whole = np.flatnonzero(other.km < self.km[rows])
        for name in self.__slots__:
            getattr(self, name)[rows[better]] = getattr(other, name)[better]
        return better

    @classmethod
    def none(cls, layer: Layer, pairs: int) -> Lengths:
        """No way for any of so many pairs."""
        shape = (pairs, len(layer.countries))
        return cls(
            km=np.full(pairs, np.inf),
            country_km=np.zeros(shape),
            unwired_km=np.zeros(shape),
            crossed=np.zeros((pairs, len(layer.passages)), dtype=np.bool_),
            snap_km=np.zeros((pairs, 2)),
        )


class EdgeIndex:
    """Finds the edge between two neighbouring nodes of a layer."""

    def __init__(self, layer: Layer) -> None:
        self._count = len(layer.lat_udeg)
        keys = layer.tail.astype(np.int64) * self._count + layer.head
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    def between(self, first: Whole, second: Whole) -> Whole:
        """Edges between these nodes, pair by pair."""
        keys = np.minimum(first, second) * self._count + np.maximum(first, second)
        found: Whole = self._order[np.searchsorted(self._keys, keys)]
        return found


class Router:
    """Finds shortest ways between ties on the allowed edges of a layer."""

    def __init__(self, layer: Layer, allowed: Mask, edges: EdgeIndex) -> None:
        self.layer = layer
        self._count = len(layer.lat_udeg)
        self._matrix = _with_sources(layer.matrix(allowed))
        self._one_by_one = Lock()  # the ways out of the sources are written into the matrix
        self._edges = edges

    def km(self, pairs: Sequence[TiePair]) -> Floats:
        """Length of the shortest way of each pair, km; infinite where there is none."""
        km = np.full(len(pairs), np.inf)
        for here, chunk in self._chunks(pairs):
            km[here] = chunk.best()[0]
        return km

    def trails(self, pairs: Sequence[TiePair]) -> Trails:
        """Shortest way of each pair, with its nodes."""
        km = np.full(len(pairs), np.inf)
        nodes, owners = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for here, chunk in self._chunks(pairs):
            km[here], last = chunk.best()
            found, pair = chunk.trace(last)
            nodes.append(found)
            owners.append(here[pair])
        node, owner = np.concatenate(nodes), np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        return Trails(km=km, nodes=node[order], pair=owner[order])

    def _chunks(self, pairs: Sequence[TiePair]) -> Iterator[tuple[Whole, _Chunk]]:
        """Numbers of the pairs of a few sources at a time, with their trees."""
        sources = list(dict.fromkeys(start for start, _ in pairs))
        number = {tie: index for index, tie in enumerate(sources)}
        source = np.array([number[start] for start, _ in pairs], dtype=np.int64)
        for first in range(0, len(sources), _AT_ONCE):
            here = np.flatnonzero((source >= first) & (source < first + _AT_ONCE))
            starts, ends = zip(*(pairs[index] for index in here.tolist()), strict=True)
            yield (
                here,
                self._chunk(sources[first : first + _AT_ONCE], source[here] - first, starts, ends),
            )

    def _chunk(
        self, sources: Sequence[Tie], row: Whole, starts: Sequence[Tie], ends: Sequence[Tie]
    ) -> _Chunk:
        """Trees of a few sources, grown as far as their ends need."""
        straight_km = max(
            great_circle_km(a.lat, a.lon, b.lat, b.lon) for a, b in zip(starts, ends, strict=True)
        )
        limits_km = (_DETOUR * straight_km + _AROUND_KM, np.inf)
        for limit_km in limits_km:
            tree_km, before = self._trees(sources, limit_km)
            chunk = _Chunk(
                layer=self.layer,
                tree_km=tree_km,
                before=before,
                row=row,
                starts=TieArrays.of(starts),
                ends=TieArrays.of(ends),
            )
            # what lies beyond the limit is farther than any way that was found within it
            if chunk.best()[0].max() <= limit_km:
                break
        return chunk

    def _trees(self, ties: Sequence[Tie], limit_km: float) -> tuple[Floats, npt.NDArray[np.int32]]:
        """Km from each tie to all nodes, and the node before each on the shortest way."""
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415  takes long to load

        at, more = TieArrays.of(ties), len(ties)
        metres = self.layer.length_m[at.edge]
        ends = np.column_stack([self.layer.tail[at.edge], self.layer.head[at.edge]])
        parts_km = np.column_stack([at.share * metres, (1 - at.share) * metres]) / 1000
        own = self._matrix.nnz - 2 * _AT_ONCE
        mine = slice(own, own + 2 * more)
        with self._one_by_one:
            self._matrix.indices[mine], self._matrix.data[mine] = ends.ravel(), parts_km.ravel()
            tree_km, before = dijkstra(
                self._matrix,
                indices=np.arange(self._count, self._count + more),
                return_predecessors=True,
                limit=limit_km,
            )
        return tree_km, before

    def lengths(self, pairs: Sequence[TiePair], trails: Trails, tie_factor: float) -> Lengths:
        """Km of the ways by country, wire and passage, ties included."""
        layer, count = self.layer, len(pairs)
        starts, ends = TieArrays.of([a for a, _ in pairs]), TieArrays.of([b for _, b in pairs])
        owner, edge, metres = self._pieces(starts, ends, trails)
        place = owner * len(layer.countries) + layer.country[edge]
        cells = count * len(layer.countries)
        passage = layer.passage[edge]
        snap_km = np.column_stack([starts.km, ends.km])
        table = (count, len(layer.countries))
        country_m = np.bincount(place, metres, cells).astype(np.float64).reshape(table)
        unwired = metres * (layer.wired[edge] == 0) * (layer.mode == "rail")
        unwired_m = np.bincount(place, unwired, cells).astype(np.float64).reshape(table)
        crossed = np.zeros((count, len(layer.passages)), dtype=np.bool_)
        used = metres > 0
        crossed[owner[used], passage[used]] = True
        for index, name in enumerate(layer.passages):
            if not name:
                crossed[:, index] = False
        for side, ties in enumerate((starts, ends)):
            rows = np.arange(count)
            tie_m = 1000 * tie_factor * snap_km[:, side]
            country_m[rows, layer.country[ties.edge]] += tie_m
            off_wire = (layer.wired[ties.edge] == 0) & (layer.mode == "rail")
            unwired_m[rows, layer.country[ties.edge]] += tie_m * off_wire
        whole_m = np.where(np.isfinite(trails.km), country_m.sum(axis=1), np.inf)
        return Lengths(
            km=whole_m / 1000,
            country_km=country_m / 1000,
            unwired_km=unwired_m / 1000,
            crossed=crossed,
            snap_km=snap_km,
        )

    def _pieces(
        self, starts: TieArrays, ends: TieArrays, trails: Trails
    ) -> tuple[Whole, Whole, Floats]:
        """Pair, edge and metres of all pieces of all ways, the parts of edges at ties included."""
        layer, node, pair = self.layer, trails.nodes, trails.pair
        inside = np.flatnonzero(pair[1:] == pair[:-1])
        edge = self._edges.between(node[inside], node[inside + 1])
        owners, edges, metres = [pair[inside]], [edge], [layer.length_m[edge].astype(np.float64)]
        change = np.flatnonzero(np.diff(pair)) + 1
        firsts = np.concatenate([[0], change]) if len(pair) else change
        lasts = np.concatenate([change, [len(pair)]]) - 1 if len(pair) else change
        for ties, at in ((starts, firsts), (ends, lasts)):
            owner = pair[at]
            part = ties.edge[owner]
            to_tail = node[at] == layer.tail[part]
            share = np.where(to_tail, ties.share[owner], 1 - ties.share[owner])
            owners.append(owner)
            edges.append(part)
            metres.append(share * layer.length_m[part])
        direct = np.isfinite(trails.km)
        direct[pair] = False
        owner = np.flatnonzero(direct)
        owners.append(owner)
        edges.append(starts.edge[owner])
        along = np.abs(starts.share[owner] - ends.share[owner])
        metres.append(along * layer.length_m[starts.edge[owner]])
        return np.concatenate(owners), np.concatenate(edges), np.concatenate(metres)


def _with_sources(matrix: csr_array) -> csr_array:
    """Give a matrix more nodes, behind its own: sources, each with two ways out, none in."""
    from scipy.sparse import csr_array  # noqa: PLC0415  takes long to load

    base, ways = matrix, 2 * np.arange(1, _AT_ONCE + 1)
    return csr_array(
        (
            np.concatenate([base.data, np.zeros(2 * _AT_ONCE)]),
            np.concatenate([base.indices, np.zeros(2 * _AT_ONCE, base.indices.dtype)]),
            np.concatenate([base.indptr, (base.indptr[-1] + ways).astype(base.indptr.dtype)]),
        ),
        shape=(base.shape[0] + _AT_ONCE, base.shape[1] + _AT_ONCE),
    )


@dataclass(frozen=True, slots=True)
class TieArrays:
    """Ties as arrays."""

    edge: Whole
    share: Floats
    km: Floats

    @classmethod
    def of(cls, ties: Sequence[Tie]) -> TieArrays:
        """Take these ties."""
        return cls(
            np.array([tie.edge for tie in ties], dtype=np.int64),
            np.array([tie.share for tie in ties], dtype=np.float64),
            np.array([tie.km for tie in ties], dtype=np.float64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """Trees of a few sources, and the pairs that start there; `row` is the tree of each pair."""

    layer: Layer
    tree_km: Floats
    before: npt.NDArray[np.int32]
    row: Whole
    starts: TieArrays
    ends: TieArrays

    def best(self) -> tuple[Floats, Whole]:
        """Km of each pair, and the last node before its end; -1 within one edge or without way."""
        layer, ends = self.layer, self.ends
        metres = layer.length_m[ends.edge]
        tail, head = layer.tail[ends.edge], layer.head[ends.edge]
        by_tail = self.tree_km[self.row, tail] + ends.share * metres / 1000
        by_head = self.tree_km[self.row, head] + (1 - ends.share) * metres / 1000
        along = np.abs(self.starts.share - ends.share) * metres / 1000
        direct = np.where(self.starts.edge == ends.edge, along, np.inf)
        km: Any = np.minimum(np.minimum(by_tail, by_head), direct)
        last = np.where(by_tail <= by_head, tail, head).astype(np.int64)
        last[(direct <= km) | ~np.isfinite(km)] = -1
        return km, last

    def trace(self, last: Whole) -> tuple[Whole, Whole]:
        """Nodes of all ways from start to end, and the pair of each.

        All ways go back together, one node a round: as many rounds as the longest has nodes.
        """
        own = len(self.layer.lat_udeg)
        pair = np.flatnonzero(last >= 0)
        if len(pair) <= _FEW:
            return self._trace_few(pair, last)
        node, row = last[pair], self.row[pair]
        nodes, pairs = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        while len(pair):
            nodes.append(node)
            pairs.append(pair)
            node = self.before[row, node].astype(np.int64)
            left = node < own  # the nodes behind are the sources
            pair, row, node = pair[left], row[left], node[left]
        found, owner = np.concatenate(nodes)[::-1], np.concatenate(pairs)[::-1]
        order = np.argsort(owner, kind="stable")
        return found[order], owner[order]

    def _trace_few(self, pairs: Whole, last: Whole) -> tuple[Whole, Whole]:
        """Nodes of a few ways, one way after the other: for so few a round costs more."""
        own = len(self.layer.lat_udeg)
        found: list[int] = []
        owner: list[int] = []
        for pair in pairs.tolist():
            before = self.before[self.row[pair]]
            node, way = int(last[pair]), []
            while node < own:
                way.append(node)
                node = before.item(node)
            found += way[::-1]
            owner += [pair] * len(way)
        return np.array(found, dtype=np.int64), np.array(owner, dtype=np.int64)
