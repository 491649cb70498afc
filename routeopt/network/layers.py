"""Physical layers of a network: the ways of one mode, as arrays that load fast and last.

A layer is one file (`road.npz`, ...). `Layer.graph` gives it to networkx, `Layer.matrix` to scipy,
`Layer.nearest` ties a place to its nearest way, `Layer.km` measures between two such ties.
Coordinates are whole micro-degrees and lengths whole metres, so that a file has one meaning on
every machine and can be compared byte for byte.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from routeopt.errors import InputError
from routeopt.network.pieces import Floats, Ints, Mask, Pieces, Tie, Whole

if TYPE_CHECKING:
    import networkx as nx
    from scipy.sparse import csr_array

__all__ = ["DEGREE", "EPOCH", "NEVER", "Floats", "Ints", "Layer", "Mask", "Tie", "Whole"]

VERSION = 1
"""Version of the file format; a file of another one is refused."""

NEVER = 2**31 - 1
"""`valid_from` of a line that no date opens: it is there, and off."""

DEGREE = 1_000_000
"""Micro-degrees in a degree."""

EPOCH = date(1970, 1, 1)

_NODES = ("lat_udeg", "lon_udeg")
_EDGES = ("tail", "head", "length_m", "country", "gauge_mm", "wired", "valid_from", "passage")
_SHAPE = ("shape_at", "shape_lat_udeg", "shape_lon_udeg")
_NAMES = ("countries", "passages")
_ZIP = b"PK"


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """Nodes and edges of one mode; an edge may be used both ways, and joins two nodes once.

    Parameters
    ----------
    mode
        road, rail, sea or barge.
    lat_udeg, lon_udeg
        Nodes, micro-degrees.
    tail, head
        Edges: the nodes that they join, tail < head.
    length_m
        Length of the way, metres; more than the straight line between the ends.
    country
        Index into `countries` (ISO 3166 alpha-2, "" at sea); an edge lies in one country.
    gauge_mm
        Rail: the track's gauge; 0 elsewhere. A line with two gauges is two edges between nodes
        of their own, so that no train changes gauge on its way.
    wired
        Rail: catenary.
    valid_from
        Days since 1970 from which the edge may be used; 0: always, `NEVER`: switched off.
    passage
        Sea: index into `passages` ("" for none): the edges of a passage cut the sea in two there.
    shape_at, shape_lat_udeg, shape_lon_udeg
        Inner points of edge e, tail to head: those from `shape_at[e]` to `shape_at[e + 1]`.
    """

    mode: str
    lat_udeg: Ints
    lon_udeg: Ints
    tail: Ints
    head: Ints
    length_m: Ints
    country: Ints
    gauge_mm: Ints
    wired: Ints
    valid_from: Ints
    passage: Ints
    shape_at: Ints
    shape_lat_udeg: Ints
    shape_lon_udeg: Ints
    countries: tuple[str, ...]
    passages: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Layer:
        """Read the file at `path`.

        Raises
        ------
        InputError
            If the file can't be read, is damaged, or is of another version; the text names it.
        """
        try:
            raw = path.read_bytes()
        except OSError as err:
            raise InputError(f"{path}: can't read this layer: {err.strerror or err}") from err
        try:
            arrays = _unpack(raw)
            if arrays["version"].tolist() != VERSION:
                raise InputError(
                    f"{path}: layer of version {arrays['version']}, want version {VERSION}: "
                    "build the network anew, or update routeopt"
                )
            layer = cls._from_arrays(arrays)
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError) as err:
            raise InputError(f"{path}: damaged or no layer file ({err}); copy it anew") from err
        fault = _fault(layer)
        if fault:
            raise InputError(f"{path}: damaged layer: {fault}; copy it anew, or build it again")
        return layer

    @classmethod
    def _from_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> Layer:
        ints = {
            name: arrays[name].astype(np.int32, casting="safe")
            for name in (*_NODES, *_EDGES, *_SHAPE)
        }
        names = {name: tuple(str(text) for text in arrays[name].tolist()) for name in _NAMES}
        return cls(mode=str(arrays["mode"]), **ints, **names)  # type: ignore[arg-type]

    def write(self, path: Path) -> None:
        """Write to `path`; equal layers give equal bytes (with one version of zlib)."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "version": np.array(VERSION, dtype=np.int32),
            "mode": np.array(self.mode),
        }
        arrays |= {name: np.asarray(getattr(self, name)) for name in (*_NODES, *_EDGES, *_SHAPE)}
        arrays |= {name: np.array(getattr(self, name), dtype=np.str_) for name in _NAMES}
        path.write_bytes(_pack(arrays))

    def __len__(self) -> int:
        """Count of edges."""
        return len(self.tail)

    def allowed(
        self, *, day: date | None = None, gauge_mm: int | None = None, closed: Iterable[str] = ()
    ) -> Mask:
        """Which edges may be used, as a mask over the edges.

        Parameters
        ----------
        day
            The day of the trip: lines that open later are left out. None: all, but those that
            are switched off.
        gauge_mm
            Only track of this gauge.
        closed
            Passages that are closed; names that this layer doesn't know close nothing.
        """
        until = NEVER - 1 if day is None else (day - EPOCH).days
        mask: Mask = self.valid_from <= until
        if gauge_mm is not None:
            mask &= self.gauge_mm == gauge_mm
        shut = [self.passages.index(name) for name in closed if name in self.passages]
        return mask & ~np.isin(self.passage, shut) if shut else mask

    def graph(self, allowed: Mask | None = None) -> nx.Graph:
        """Give the layer, or its `allowed` edges, as an undirected networkx graph.

        Nodes have lat, lon (degrees); edges have edge (their number), km, country, gauge_mm,
        wired, passage, valid_from.
        """
        import networkx as nx  # noqa: PLC0415  # takes long to load

        graph = nx.Graph(mode=self.mode)
        lats, lons = (self.lat_udeg / DEGREE).tolist(), (self.lon_udeg / DEGREE).tolist()
        for node, (lat, lon) in enumerate(zip(lats, lons, strict=True)):
            graph.add_node(node, lat=lat, lon=lon)
        chosen = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        ends = zip(self.tail[chosen].tolist(), self.head[chosen].tolist(), strict=True)
        rows = zip(*(column[chosen].tolist() for column in self._attributes), strict=True)
        km = (self.length_m[chosen] / 1000).tolist()
        for edge, (tail, head), length_km, row in zip(chosen.tolist(), ends, km, rows, strict=True):
            country, gauge_mm, wired, valid_from, passage = row
            graph.add_edge(
                tail,
                head,
                edge=edge,
                km=length_km,
                country=self.countries[country],
                gauge_mm=gauge_mm,
                wired=bool(wired),
                valid_from=valid_from,
                passage=self.passages[passage],
            )
        return graph

    @property
    def _attributes(self) -> tuple[Ints, ...]:
        return self.country, self.gauge_mm, self.wired, self.valid_from, self.passage

    def matrix(self, allowed: Mask | None = None) -> csr_array:
        """Kilometres between neighbours, symmetric, for `scipy.sparse.csgraph`.

        Row and column i are node i, with or without `allowed`.
        """
        from scipy.sparse import csr_array  # noqa: PLC0415  # takes long to load

        chosen = slice(None) if allowed is None else allowed
        tail, head, km = self.tail[chosen], self.head[chosen], self.length_m[chosen] / 1000
        rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
        count = len(self.lat_udeg)
        return csr_array((np.concatenate([km, km]), (rows, columns)), shape=(count, count))

    def way(self, edge: int) -> list[tuple[float, float]]:
        """Points (lat, lon) of an edge from tail to head, degrees."""
        inner = slice(self.shape_at[edge], self.shape_at[edge + 1])
        ends = [self.tail[edge], self.head[edge]]
        lat = [*self.lat_udeg[ends[:1]], *self.shape_lat_udeg[inner], *self.lat_udeg[ends[1:]]]
        lon = [*self.lon_udeg[ends[:1]], *self.shape_lon_udeg[inner], *self.lon_udeg[ends[1:]]]
        return [(int(a) / DEGREE, int(b) / DEGREE) for a, b in zip(lat, lon, strict=True)]

    @cached_property
    def pieces(self) -> Pieces:
        """Straight pieces of all edges."""
        first = np.concatenate([[0], np.cumsum(np.diff(self.shape_at) + 2)])
        total = int(first[-1])
        lat, lon = np.empty(total), np.empty(total)
        is_inner = np.ones(total, dtype=np.bool_)
        for at, node in ((first[:-1], self.tail), (first[1:] - 1, self.head)):
            lat[at], lon[at] = self.lat_udeg[node] / DEGREE, self.lon_udeg[node] / DEGREE
            is_inner[at] = False
        lat[is_inner] = self.shape_lat_udeg / DEGREE
        lon[is_inner] = self.shape_lon_udeg / DEGREE
        return Pieces.of(lat, lon, first)

    def nearest(self, lat: float, lon: float, allowed: Mask | None = None) -> Tie | None:
        """Find the point of the layer nearest to a place; None if no edge is `allowed`."""
        among = None if allowed is None else np.flatnonzero(allowed[self.pieces.edge])
        return self.pieces.nearest(lat, lon, among)

    def nearest_on(self, edges: Whole, lat: float, lon: float) -> Tie | None:
        """Find the point of these edges, given in order, nearest to a place; None on none."""
        return self.pieces.nearest(lat, lon, self.pieces.on(edges))

    def km(self, start: Tie, end: Tie, allowed: Mask | None = None) -> float:
        """Shortest way between two points of the layer, km; infinite if there is none."""
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415  # takes long to load

        here, there = self._ends(start), self._ends(end)
        table = dijkstra(self.matrix(allowed), indices=[node for node, _ in here])
        best = min(
            near + table[row, node] + far
            for row, (_, near) in enumerate(here)
            for node, far in there
        )
        if start.edge == end.edge:
            along = abs(start.share - end.share) * self.length_m[start.edge] / 1000
            best = min(best, along)
        return float(best)

    def _ends(self, tie: Tie) -> tuple[tuple[int, float], tuple[int, float]]:
        """Both ends of a tie's edge with the km to them."""
        km = self.length_m[tie.edge] / 1000
        tail, head = int(self.tail[tie.edge]), int(self.head[tie.edge])
        return (tail, tie.share * km), (head, (1 - tie.share) * km)


def _pack(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    """Pack arrays as a numpy zip without anything that differs between two builds."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy")  # dated 1980 whenever it is written
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            array = arrays[name].astype(arrays[name].dtype.newbyteorder("<"), order="C")
            data = io.BytesIO()
            np.lib.format.write_array(data, array, version=(1, 0), allow_pickle=False)
            archive.writestr(entry, data.getvalue(), compresslevel=9)
    return buffer.getvalue()


def _unpack(raw: bytes) -> dict[str, npt.NDArray[Any]]:
    """Unpack all arrays of a numpy zip; nothing in it is run."""
    if not raw.startswith(_ZIP):  # numpy would advise to load it unsafely
        raise ValueError("no numpy zip")
    archive = np.load(io.BytesIO(raw), allow_pickle=False)
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise ValueError("no numpy zip")  # noqa: TRY004  # a wrong file, not a wrong type
    with archive:
        return {name: archive[name] for name in archive.files}


def _fault(layer: Layer) -> str:
    """Name what in the arrays can't be; "" if they fit together."""
    nodes, edges = len(layer.lat_udeg), len(layer.tail)
    sizes = {len(getattr(layer, name)) for name in _EDGES}
    at, inner = layer.shape_at, len(layer.shape_lat_udeg)
    checks = {
        "columns of different lengths": len(layer.lon_udeg) == nodes
        and sizes == {edges}
        and len(at) == edges + 1
        and len(layer.shape_lon_udeg) == inner,
        "an edge to no node": lambda: (
            _within(layer.tail, 0, nodes - 1)
            and _within(layer.head, 0, nodes - 1)
            and bool(np.all(layer.tail < layer.head))
        ),
        "two edges between the same nodes": lambda: (
            len(np.unique(layer.tail.astype(np.int64) * nodes + layer.head)) == edges
        ),
        "an edge without length": lambda: bool(np.all(layer.length_m > 0)),
        "a place off the Earth": lambda: (
            all(
                _within(lat, -90 * DEGREE, 90 * DEGREE)
                for lat in (layer.lat_udeg, layer.shape_lat_udeg)
            )
            and all(
                _within(lon, -180 * DEGREE, 180 * DEGREE)
                for lon in (layer.lon_udeg, layer.shape_lon_udeg)
            )
        ),
        "a country or passage without a name": lambda: (
            _within(layer.country, 0, len(layer.countries) - 1)
            and _within(layer.passage, 0, len(layer.passages) - 1)
        ),
        "shapes out of order": lambda: (
            bool(np.all(np.diff(at) >= 0)) and at[0] == 0 and at[-1] == inner
        ),
    }
    for fault, holds in checks.items():
        if not (holds() if callable(holds) else holds):
            return fault
    return ""


def _within(values: Ints, low: int, high: int) -> bool:
    return not len(values) or (int(values.min()) >= low and int(values.max()) <= high)
