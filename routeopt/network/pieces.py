"""The straight pieces of a layer's edges, and the nearest point on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from routeopt.emissions import EARTH_RADIUS_KM

Ints = npt.NDArray[np.int32]
Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A place's nearest point on a layer.

    Parameters
    ----------
    edge
        The edge on which the point lies.
    share
        Where on the edge: 0 at its tail, 1 at its head, by length.
    lat, lon
        The point.
    km
        Straight line from the place to the point.
    """

    edge: int
    share: float
    lat: float
    lon: float
    km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Straight pieces of all edges, edge after edge.

    Parameters
    ----------
    begin
        Pieces of edge e: those from `begin[e]` to `begin[e + 1]`.
    edge
        Edge of each piece.
    ends
        Lat, lon of start and end, shape (pieces, 4), degrees.
    shares
        Share of the edge's length at start and end, shape (pieces, 2).
    """

    begin: Whole
    edge: Ints
    ends: Floats
    shares: Floats

    @classmethod
    def of(cls, lat: Floats, lon: Floats, first: Whole) -> Pieces:
        """Pieces between the points of edges, degrees; those of edge e begin at `first[e]`."""
        edges = len(first) - 1
        edge_of = np.repeat(np.arange(edges, dtype=np.int32), np.diff(first))
        start = np.flatnonzero(edge_of[:-1] == edge_of[1:])
        ends = np.column_stack([lat[start], lon[start], lat[start + 1], lon[start + 1]])
        km = np.maximum(sphere_km(ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3]), 1e-9)
        edge = edge_of[start]
        past = np.concatenate([[0.0], np.cumsum(km)])
        begin = first - np.arange(edges + 1)  # an edge has one piece less than points
        base, length = past[begin[:-1]][edge], np.diff(past[begin])[edge]
        shares = np.column_stack([past[:-1] - base, past[1:] - base]) / length[:, None]
        return cls(begin=begin, edge=edge, ends=ends, shares=shares)

    def on(self, edges: Whole) -> Whole:
        """Pieces of these edges."""
        counts = self.begin[edges + 1] - self.begin[edges]
        skipped = self.begin[edges] - np.concatenate([[0], np.cumsum(counts)[:-1]])
        pieces: Whole = np.arange(counts.sum()) + np.repeat(skipped, counts)
        return pieces

    def nearest(self, lat: float, lon: float, among: Whole | None = None) -> Tie | None:
        """Find the point nearest to a place, on all pieces or `among` some; None on none."""
        edge, ends, shares = self.edge, self.ends, self.shares
        if among is not None:
            edge, ends, shares = edge[among], ends[among], shares[among]
        if not len(edge):
            return None
        wide = np.cos(np.radians(lat))
        start_y, start_x = ends[:, 0] - lat, _turn(ends[:, 1] - lon) * wide
        step_y, step_x = ends[:, 2] - ends[:, 0], _turn(ends[:, 3] - ends[:, 1]) * wide
        square = np.maximum(step_y**2 + step_x**2, 1e-18)
        along = np.clip(-(start_y * step_y + start_x * step_x) / square, 0, 1)
        best = int(np.argmin((start_y + along * step_y) ** 2 + (start_x + along * step_x) ** 2))
        part = float(along[best])
        at_lat = float(ends[best, 0] + part * step_y[best])
        at_lon = float(_turn(ends[best, 1] + part * step_x[best] / wide))
        return Tie(
            edge=int(edge[best]),
            share=float(shares[best, 0] + part * (shares[best, 1] - shares[best, 0])),
            lat=at_lat,
            lon=at_lon,
            km=float(sphere_km(*(np.float64(x) for x in (lat, lon, at_lat, at_lon)))),
        )


def _turn(degrees: Any) -> Any:  # noqa: ANN401  # one number or an array
    """Bring a longitude, or a difference of two, into -180..180."""
    return (degrees + 180) % 360 - 180


def sphere_km(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:  # noqa: ANN401
    """Great-circle km between points or arrays of points (haversine), degrees."""
    half = (
        np.sin(np.radians(lat2 - lat1) / 2) ** 2
        + np.cos(np.radians(lat1))
        * np.cos(np.radians(lat2))
        * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1, np.sqrt(half)))
