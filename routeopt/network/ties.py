"""Places and how they are tied to a layer: the nearest edge within the network's limit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from routeopt.emissions import EARTH_RADIUS_KM
from routeopt.errors import InputError
from routeopt.network.layers import DEGREE, Layer, Mask, Tie, Whole

_DEGREE_KM = 2 * math.pi * EARTH_RADIUS_KM / 360
_STEEPEST = 89.9
_CLOSE_KM = 4.0
"""Most places have an edge nearer than half of this: the few edges so near are looked at first."""
_ON_IT_KM = 1e-6
"""A place nearer than this lies on the layer, but for arithmetic."""
_POLE = 90
_WHAT = {"road": "road", "rail": "railway", "sea": "shipping lane", "barge": "waterway"}
_WHY = {
    "road": "it lies in the sea, or where this network has no roads",
    "rail": "this network has no railway there",
    "sea": "it lies inland: give a seaport",
    "barge": "give a place on a waterway of this network",
}


class NoTieError(InputError):
    """A place too far from a layer.

    Parameters
    ----------
    km
        Straight line to the layer; None where nothing of it is in use.
    swapped
        Whether the place would be near with latitude and longitude swapped.
    """

    def __init__(self, message: str, *, km: float | None = None, swapped: bool = False) -> None:
        super().__init__(message)
        self.km = km
        self.swapped = swapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place to be tied: a terminal or a door.

    Parameters
    ----------
    lat, lon
        Degrees.
    gauges_mm
        Rail gauges of the place; empty: any.
    """

    id: str
    lat: float
    lon: float
    name: str = ""
    gauges_mm: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= _POLE and abs(self.lon) <= 2 * _POLE):  # NaN fails too
            swapped = abs(self.lon) <= _POLE < abs(self.lat) <= 2 * _POLE
            hint = ": are lat and lon swapped?" if swapped else ""
            raise InputError(f"{self.id}: no place on Earth: {self.lat:g}, {self.lon:g}{hint}")

    @property
    def label(self) -> str:
        """Name and id, as a message shows them."""
        told = not self.name or self.name in self.id
        return self.id if told else f"{self.name} ({self.id})"


class Finder:
    """Finds the nearest edge of a layer, looking only at edges whose box is near."""

    def __init__(self, layer: Layer, within_km: float) -> None:
        self.layer = layer
        self._within_km = within_km
        south, north, middle, half = _boxes(layer)
        # from south to north: those near a latitude stand together
        self._edges = np.argsort(south, kind="stable")
        self._boxes = tuple(column[self._edges] for column in (south, north, middle, half))
        self._tallest = float(np.max(north - south, initial=0))

    def tie(self, lat: float, lon: float, allowed: Mask) -> Tie | None:
        """Nearest point on an allowed edge within the limit; None if there is none."""
        tie = self._tie(lat, lon, allowed, min(_CLOSE_KM, self._within_km))
        if tie is None or tie.km > _CLOSE_KM / 2:
            tie = self._tie(lat, lon, allowed, self._within_km)
        if tie is None or tie.km > self._within_km:
            return None
        return tie if tie.km > _ON_IT_KM else replace(tie, km=0.0)

    def _tie(self, lat: float, lon: float, allowed: Mask, within_km: float) -> Tie | None:
        """Nearest point among the allowed edges whose box comes within so many km."""
        near = self._near(lat, lon, within_km)
        return self.layer.nearest_on(near[allowed[near]], lat, lon)

    def _near(self, lat: float, lon: float, within_km: float) -> Whole:
        """Edges whose box comes within so many km, in order."""
        south, north, middle, half = self._boxes
        margin = 1.01 * within_km / _DEGREE_KM + 1e-6
        wide = margin / math.cos(math.radians(min(_STEEPEST, abs(lat) + margin)))
        first = int(south.searchsorted(lat - margin - self._tallest, side="left"))
        last = int(south.searchsorted(lat + margin, side="right"))
        rows = first + np.flatnonzero(north[first:last] >= lat - margin)
        aside = np.abs((middle[rows] - lon + 180) % 360 - 180)
        near: Whole = np.sort(self._edges[rows[aside <= half[rows] + wide]])
        return near


def _boxes(layer: Layer) -> tuple[npt.NDArray[np.float64], ...]:
    """South, north, middle longitude and half width of the box of each edge, degrees."""
    south = np.minimum(layer.lat_udeg[layer.tail], layer.lat_udeg[layer.head]).astype(np.int64)
    north = np.maximum(layer.lat_udeg[layer.tail], layer.lat_udeg[layer.head]).astype(np.int64)
    start = layer.lon_udeg[layer.tail].astype(np.int64)
    step = _turned(layer.lon_udeg[layer.head] - start)
    west, east = np.minimum(step, 0), np.maximum(step, 0)
    edge = np.repeat(np.arange(len(layer)), np.diff(layer.shape_at))
    aside = _turned(layer.shape_lon_udeg - start[edge])
    np.minimum.at(south, edge, layer.shape_lat_udeg)
    np.maximum.at(north, edge, layer.shape_lat_udeg)
    np.minimum.at(west, edge, aside)
    np.maximum.at(east, edge, aside)
    middle, half = start + (west + east) / 2, (east - west) / 2
    return south / DEGREE, north / DEGREE, middle / DEGREE, half / DEGREE


def _turned(udeg: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Bring differences of longitude into -180..180 degrees: edges may cross the date line."""
    turned: npt.NDArray[np.int64] = (udeg + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE
    return turned


def too_far(mode: str, spot: Spot, found: Tie | None, limit_km: float, *, swapped: bool) -> str:
    """Say that a place is too far from a layer, and what may be the matter."""
    what = _WHAT[mode]
    if mode == "rail" and spot.gauges_mm:
        what = f"{what} of {' or '.join(map(str, spot.gauges_mm))} mm"
    if found is None:
        return f"{spot.label}: this network has no {what} in use"
    far = f"{found.km:,.0f} km" if found.km >= limit_km + 1 else f"{found.km:.2f} km"
    text = f"{spot.label}: the nearest {what} is {far} away, more than {limit_km:g} km"
    if swapped:
        return (
            f"{text}: are lat and lon swapped? {spot.lon:g}, {spot.lat:g} lies within "
            f"{limit_km:g} km of a {what}"
        )
    return f"{text}: {_WHY[mode]}"
