"""Ways on one layer as it stands on a day: ties, routes and tables, each found once."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from routeopt.emissions import great_circle_km
from routeopt.network import tablecache
from routeopt.network.layers import EPOCH, Floats, Layer, Tie
from routeopt.network.routing import EdgeIndex, Lengths, Router, TiePair, Whole
from routeopt.network.settings import NetworkSettings
from routeopt.network.shape import way_points
from routeopt.network.ties import Finder, NoTieError, Spot, too_far

_CACHE_VERSION = 1
"""Counts up when ways come out differently: tables kept in files are then measured again."""
_MANY = 400
"""Pairs from which a table is kept in a file."""
_AT_ONCE = 10_000
"""Pairs measured at once: a pair's way has some hundred nodes."""
_REMEMBERED = 200_000
"""Ways kept in memory."""
_POLE = 90

_Place = tuple[float, float, tuple[int, ...]]
_Pair = tuple[_Place, _Place]
_Track = tuple[TiePair, Whole]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way between two places.

    Parameters
    ----------
    distance_km
        Both ties included.
    country_km
        Km by country ("" at sea); they sum to `distance_km`. A tie counts in the country of the
        edge to which it leads.
    unwired_km
        Rail: km without catenary by country; empty for other modes.
    passages
        Sea passages that it crosses, by name.
    snap_km
        Straight lines from both places to the layer.
    points
        (lat, lon) of the whole way, both places included; empty where not asked for.
    """

    mode: str
    distance_km: float
    country_km: Mapping[str, float] = field(default_factory=dict)
    unwired_km: Mapping[str, float] = field(default_factory=dict)
    passages: tuple[str, ...] = ()
    snap_km: tuple[float, float] = (0.0, 0.0)
    points: tuple[tuple[float, float], ...] = ()

    def turned(self) -> Way:
        """Give the way back."""
        return replace(self, snap_km=self.snap_km[::-1], points=self.points[::-1])


class Base:
    """A layer of a network's folder, with what is found on it once."""

    def __init__(self, file: Path, layer: Layer, settings: NetworkSettings) -> None:
        self.file = file
        self.layer = layer
        self.settings = settings
        self.finder = Finder(layer, settings.snap_km)
        self.edges = EdgeIndex(layer)
        self.gauges_mm: tuple[int | None, ...] = (None,)
        if layer.mode == "rail":
            self.gauges_mm = tuple(np.unique(layer.gauge_mm).tolist())
        self._openings = np.unique(layer.valid_from).tolist()

    def stage(self, on: date) -> int:
        """Day of the last opening of a line until then: days between two openings are alike."""
        at = bisect_right(self._openings, (on - EPOCH).days)
        return int(self._openings[at - 1]) if at else -1

    @cached_property
    def digest(self) -> str:
        """Hash of the layer's file."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


class _View:
    """Track of one gauge, or a whole layer without gauges, with the ties found on it."""

    def __init__(self, base: Base, stage: int, closed: tuple[str, ...], gauge: int | None) -> None:
        self._base = base
        self._allowed = base.layer.allowed(
            day=EPOCH + timedelta(days=stage), gauge_mm=gauge, closed=closed
        )
        self._ties: dict[tuple[float, float], Tie | None] = {}
        self._far: dict[tuple[float, float], Tie | None] = {}

    @cached_property
    def router(self) -> Router:
        """Router, made when it is first needed."""
        return Router(self._base.layer, self._allowed, self._base.edges)

    def tie(self, lat: float, lon: float) -> Tie | None:
        """Tie within the limit."""
        if (lat, lon) not in self._ties:
            self._ties[lat, lon] = self._base.finder.tie(lat, lon, self._allowed)
        return self._ties[lat, lon]

    def nearest(self, lat: float, lon: float) -> Tie | None:
        """Tie without limit: it scans the whole layer, and each scenario asks for the same."""
        if (lat, lon) not in self._far:
            self._far[lat, lon] = self._base.layer.nearest(lat, lon, self._allowed)
        return self._far[lat, lon]


class Field:
    """What of a layer may be used: lines open on a day, passages not closed."""

    def __init__(self, base: Base, stage: int, closed: tuple[str, ...]) -> None:
        self.base = base
        self.layer = base.layer
        self.settings = base.settings
        self._facts = stage, closed
        self._views = {gauge: _View(base, stage, closed, gauge) for gauge in base.gauges_mm}
        self._ways: dict[tuple[_Pair, bool], Way | None] = {}
        self._tables: dict[str, Floats] = {}

    # ---- ties -------------------------------------------------------------------------------

    def tie(self, spot: Spot) -> Tie:
        """Nearest point, for rail on track of a gauge of the place.

        Raises
        ------
        NoTieError
            If it is farther than the network's limit.
        """
        views = [v for gauge, v in self._views.items() if _can_use(_place(spot), gauge)]
        found = [tie for view in views if (tie := view.tie(spot.lat, spot.lon)) is not None]
        if found:
            return min(found, key=lambda tie: tie.km)
        far = [tie for view in views if (tie := view.nearest(spot.lat, spot.lon)) is not None]
        swapped = abs(spot.lon) <= _POLE and any(
            view.tie(spot.lon, spot.lat) is not None for view in views
        )
        nearest = min(far, key=lambda tie: tie.km, default=None)
        limit_km = self.settings.snap_km
        message = too_far(self.layer.mode, spot, nearest, limit_km, swapped=swapped)
        raise NoTieError(message, km=None if nearest is None else nearest.km, swapped=swapped)

    # ---- ways -------------------------------------------------------------------------------

    def table(self, spots: Sequence[Spot]) -> Floats:
        """Km between all places; infinite where there is no way or no tie."""
        places = [_place(spot) for spot in spots]
        key = self._key("table", places)
        if key not in self._tables:
            folder = self.base.file.parent
            many = len(spots) * (len(spots) - 1) >= 2 * _MANY
            kept = tablecache.load(folder, key) if many else None
            if kept is None:
                kept = {"km": self._table(places)}
                if many:
                    tablecache.save(folder, key, kept)
            self._tables[key] = kept["km"]
        return self._tables[key].copy()

    def ways(self, pairs: Sequence[tuple[Spot, Spot]], *, points: bool) -> list[Way | None]:
        """Shortest ways in a field, from memory where they are known."""
        places = [(_place(a), _place(b)) for a, b in pairs]
        keys: list[_Pair] = [(a, b) if a <= b else (b, a) for a, b in places]
        unknown = [k for k in dict.fromkeys(keys) if (k, points) not in self._ways]
        if unknown:
            if len(self._ways) + len(unknown) > _REMEMBERED:
                self._ways.clear()
                unknown = list(dict.fromkeys(keys))
            measured = self._drawn(unknown) if points else self._measured(unknown)
            self._ways.update(
                ((key, points), way) for key, way in zip(unknown, measured, strict=True)
            )
        found = (self._ways[key, points] for key in keys)
        return [
            way if way is None or key == pair else way.turned()
            for key, pair, way in zip(keys, places, found, strict=True)
        ]

    def _drawn(self, pairs: Sequence[_Pair]) -> Iterator[Way | None]:
        """Ways with their points."""
        layer = self.layer
        lengths, tracks = self._lengths(pairs)
        for row, way in enumerate(self._told(lengths)):
            if way is None:
                yield None
                continue
            (start, end), nodes = tracks[row]
            edges = self.base.edges.between(nodes[:-1], nodes[1:])
            between = way_points(layer, start, end, nodes, edges)
            (a, b), ends = pairs[row], (between[0], between[-1])
            first = (a[:2],) if a[:2] != ends[0] else ()
            last = (b[:2],) if b[:2] != ends[1] else ()
            yield replace(way, points=(*first, *between, *last))

    def _measured(self, pairs: Sequence[_Pair]) -> Iterator[Way | None]:
        """Ways without points; many of them are kept in a file."""
        if len(pairs) < _MANY:
            return self._told(self._lengths(pairs)[0])
        key = self._key("ways", pairs)
        kept = tablecache.load(self.base.file.parent, key)
        if kept is not None:
            return self._told(Lengths(**kept))
        lengths, _ = self._lengths(pairs)
        names = Lengths.__slots__
        tablecache.save(
            self.base.file.parent, key, {name: getattr(lengths, name) for name in names}
        )
        return self._told(lengths)

    def _key(self, what: str, places: Sequence[object]) -> str:
        """Hash of all that a table depends on."""
        options = self.settings.tie_factor, self.settings.snap_km
        facts = _CACHE_VERSION, what, self.base.digest, self._facts, options, places
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def _told(self, lengths: Lengths) -> Iterator[Way | None]:
        """Ways as callers get them."""
        layer = self.layer
        rows = zip(
            lengths.km.tolist(),
            lengths.country_km.tolist(),
            lengths.unwired_km.tolist(),
            lengths.crossed.tolist(),
            lengths.snap_km.tolist(),
            strict=True,
        )
        for km, country_km, unwired_km, crossed, snap_km in rows:
            if km == np.inf:
                yield None
                continue
            yield Way(
                mode=layer.mode,
                distance_km=km,
                country_km=_named(layer.countries, country_km),
                unwired_km=_named(layer.countries, unwired_km),
                passages=tuple(
                    sorted(name for name, on in zip(layer.passages, crossed, strict=True) if on)
                ),
                snap_km=(snap_km[0], snap_km[1]),
            )

    def _lengths(self, pairs: Sequence[_Pair]) -> tuple[Lengths, dict[int, _Track]]:
        """Km of each pair on its best gauge, with the nodes of the way."""
        layer = self.layer
        whole = Lengths.none(layer, len(pairs))
        tracks: dict[int, _Track] = {}
        # the place with the most pairs is the source: one Dijkstra serves them all
        often = Counter(place for pair in pairs for place in pair)
        turned = np.array([often[b] > often[a] for a, b in pairs], dtype=np.bool_)
        ways = [(b, a) if back else (a, b) for (a, b), back in zip(pairs, turned, strict=True)]
        for gauge, view in self._views.items():
            for rows, ties in self._tied(gauge, ways):
                trails = view.router.trails(ties)
                found = view.router.lengths(ties, trails, self.settings.tie_factor)
                at = np.searchsorted(trails.pair, np.arange(len(ties) + 1))
                for index in whole.put(rows, found).tolist():
                    nodes = trails.nodes[at[index] : at[index + 1]]
                    tracks[int(rows[index])] = ties[index], nodes
        whole.snap_km[turned] = whole.snap_km[turned, ::-1]
        for row in np.flatnonzero(turned).tolist():
            if row in tracks:
                (start, end), nodes = tracks[row]
                tracks[row] = (end, start), nodes[::-1]
        if self.layer.mode == "sea":
            _lengthen(whole, pairs, layer.countries.index(""))
        return whole, tracks

    def _tied(
        self, gauge: int | None, pairs: Sequence[_Pair]
    ) -> Iterator[tuple[Whole, list[TiePair]]]:
        """Ties of the pairs that can use a gauge, some at a time, with the numbers of the pairs."""
        view = self._views[gauge]
        tie_of = {
            place: view.tie(place[0], place[1])
            for place in dict.fromkeys(place for pair in pairs for place in pair)
            if _can_use(place, gauge)
        }
        rows: list[int] = []
        ties: list[TiePair] = []
        for row, (a, b) in enumerate(pairs):
            start, end = tie_of.get(a), tie_of.get(b)
            if start is not None and end is not None:
                rows.append(row)
                ties.append((start, end))
        for first in range(0, len(rows), _AT_ONCE):
            yield np.array(rows[first : first + _AT_ONCE]), ties[first : first + _AT_ONCE]

    def _table(self, places: Sequence[_Place]) -> Floats:
        """Km between all places, without the ways."""
        km = np.full((len(places), len(places)), np.inf)
        one, two = (index.tolist() for index in np.triu_indices(len(places), 1))
        pairs = [(places[i], places[j]) for i, j in zip(one, two, strict=True)]
        best = np.full(len(pairs), np.inf)
        for gauge, view in self._views.items():
            for rows, ties in self._tied(gauge, pairs):
                straight_km = np.array([start.km + end.km for start, end in ties])
                found = view.router.km(ties) + self.settings.tie_factor * straight_km
                best[rows] = np.minimum(best[rows], found)
        if self.layer.mode == "sea":
            best = np.maximum(best, [great_circle_km(*a[:2], *b[:2]) for a, b in pairs])
        km[one, two] = km[two, one] = best
        np.fill_diagonal(km, 0)
        return km


def _place(spot: Spot) -> _Place:
    return spot.lat, spot.lon, spot.gauges_mm


def _can_use(place: _Place, gauge: int | None) -> bool:
    """Whether a place is served by a gauge; one that names none by any."""
    return gauge is None or not place[2] or gauge in place[2]


def _named(names: Sequence[str], km: Sequence[float]) -> dict[str, float]:
    return {name: value for name, value in zip(names, km, strict=True) if value}


def _lengthen(lengths: Lengths, pairs: Sequence[_Pair], at_sea: int) -> None:
    """Make no way shorter than the great circle: part of an edge may be, by its drawn shape."""
    gcd_km = np.array([great_circle_km(*a[:2], *b[:2]) for a, b in pairs])
    lacking_km = np.maximum(gcd_km - lengths.km, 0)
    lengths.country_km[:, at_sea] += lacking_km
    lengths.km[:] += lacking_km
