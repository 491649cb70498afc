"""Looks for faults in a network: its layers, the ties of its terminals, its distances."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Literal

import numpy as np

from routeopt.emissions import great_circle_km
from routeopt.errors import InputError
from routeopt.network import MODES
from routeopt.network.layers import DEGREE, EPOCH, NEVER, Floats, Layer, Mask
from routeopt.network.physical import NoTieError, Physical, Spot
from routeopt.network.routing import Whole

KM_PER_NM = 1.852

MEDIAN_PCT = 5.0
"""Median error of a mode from which its distances count as wrong."""
SHARE_WITHIN = 0.95
"""Least share of the known distances within their tolerance."""

_SMALL_PART = 30
"""Parts of fewer nodes are leftovers of roads or rails, not regions."""
_NEAR_KM = 100.0
"""A place this near a layer, and not tied to it, is more likely misplaced than outside."""
_CROSSINGS = 3
"""A sea edge that crosses so many roads or railways lies on land; one may be a bridge."""
_SHOWN = 8
_FILE = "distances.csv"
_COLUMNS = ("mode", "from", "to", "from_lat", "from_lon", "to_lat", "to_lon", "tolerance_pct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found.

    Parameters
    ----------
    severity
        `error`: the network is wrong; `warning`: look at it; `note`: what was checked.
    mode
        Layer concerned; empty for the whole network.
    """

    severity: Literal["error", "warning", "note"]
    check: str
    mode: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A terminal.

    Parameters
    ----------
    modes
        Modes that call there; none given: any.
    measured
        Whether services of the network leave their km from or to it to be measured.
    """

    spot: Spot
    modes: tuple[str, ...] = ()
    measured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDistance:
    """A distance that a source gives.

    Parameters
    ----------
    known_gap
        The layer is known to be wrong here, or the distance to be doubtful: told, not counted.
    """

    mode: str
    start: Spot
    end: Spot
    km: float
    tolerance_pct: float
    known_gap: bool = False


def read_distances(folder: Path) -> list[KnownDistance]:
    """Read `distances.csv` of a network's folder; none where there is no such file.

    Raises
    ------
    InputError
        If it can't be read; the text names the file, the line and what is wrong.
    """
    file = folder / _FILE
    if not file.is_file():
        return []
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            lacking = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise InputError(f"{file}:1: missing column {', '.join(lacking)}")
            return [_known(row, f"{file}:{reader.line_num}") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise InputError(f"{file}: can't be read: {err}") from err


def _known(row: dict[str, str], place: str) -> KnownDistance:
    def number(name: str) -> float:
        text = row.get(name) or ""
        try:
            return float(text)
        except ValueError as err:
            raise InputError(f"{place}: {name}: want a number, got {text!r}") from err

    if row["mode"] not in MODES:
        raise InputError(f"{place}: mode: want one of {', '.join(MODES)}, got {row['mode']!r}")
    km = number("real_km") if row.get("real_km") else KM_PER_NM * number("real_nm")
    if not 0 < km < math.inf:
        raise InputError(f"{place}: real_km: want a distance above 0, got {km:g}")
    start = Spot(id=row["from"], lat=number("from_lat"), lon=number("from_lon"))
    return KnownDistance(
        mode=row["mode"],
        start=start,
        end=Spot(id=row["to"], lat=number("to_lat"), lon=number("to_lon")),
        km=km,
        tolerance_pct=number("tolerance_pct"),
        known_gap=(row.get("known_gap") or "no") != "no",
    )


def check(
    physical: Physical, terminals: Sequence[Stop], distances: Sequence[KnownDistance]
) -> list[Finding]:
    """Look for all faults of a network, errors first.

    Raises
    ------
    InputError
        If a layer's file is damaged.
    """
    on = last_opening(physical)
    found = [
        *_settings(physical),
        *_lost(physical, terminals, on),
        *_parts(physical, terminals, on),
        *_short_edges(physical),
        *_one_way(physical),
        *_sea(physical),
        *_distances(physical, distances, on),
    ]
    order = ("error", "warning", "note")
    return sorted(found, key=lambda finding: order.index(finding.severity))


def last_opening(physical: Physical) -> date:
    """Day on which the last line of the network opens: it is checked as it will be."""
    days = [0]
    for mode in physical.modes:
        opened = physical.layer(mode).valid_from
        days.append(int(opened[opened < NEVER].max(initial=0)))
    return EPOCH + timedelta(days=max(days))


def _settings(physical: Physical) -> Iterator[Finding]:
    settings = physical.settings
    if not physical.modes:
        yield Finding(
            severity="error",
            check="settings",
            mode="",
            message=f"no layers: want at least one of {', '.join(f'{m}.npz' for m in MODES)}",
        )
    for name in settings.closed:
        if name not in physical.passages:
            message = f"closed_passages: the sea layer has no passage {name!r}: nothing is closed"
            yield Finding(severity="error", check="settings", mode="sea", message=message)
    for mode in physical.modes:
        if mode != "road" and mode not in settings.speeds_kmh:
            message = f"speeds_kmh has no {mode}: hours of its services can't be told"
            yield Finding(severity="warning", check="settings", mode=mode, message=message)


# ---- terminals ------------------------------------------------------------------------------


def _lost(physical: Physical, terminals: Sequence[Stop], on: date) -> Iterator[Finding]:
    """Terminals that no layer reaches, or not all that they name."""
    tied = 0
    outside: dict[str, list[str]] = {mode: [] for mode in physical.modes}
    for stop in terminals:
        modes = [mode for mode in physical.modes if not stop.modes or mode in stop.modes]
        missed = _missed(physical, stop.spot, modes, on)
        tied += len(missed) < len(modes)
        swapped = [err for err in missed.values() if err.swapped]
        if swapped:
            yield Finding(
                severity="error", check="lost terminals", mode="", message=str(swapped[0])
            )
        elif missed and len(missed) == len(modes):
            yield _nowhere(stop, missed)
        elif stop.modes:
            for mode, err in missed.items():
                if err.km is not None and err.km < _NEAR_KM:
                    message = str(err)
                    yield Finding(
                        severity="warning", check="lost terminals", mode=mode, message=message
                    )
                else:
                    outside[mode].append(stop.spot.id)
    message = f"{tied} of {len(terminals)} terminals are tied to a layer that they name"
    yield Finding(severity="note", check="lost terminals", mode="", message=message)
    for mode, ids in outside.items():
        if ids:
            message = f"terminals that name it and lie outside it: {len(ids)} ({_some(ids)})"
            yield Finding(severity="note", check="lost terminals", mode=mode, message=message)


def _missed(
    physical: Physical, spot: Spot, modes: Iterable[str], on: date
) -> dict[str, NoTieError]:
    """Layers to which a place is not tied, and why."""
    missed = {}
    for mode in modes:
        try:
            physical.tie(mode, spot, on=on)
        except NoTieError as err:
            missed[mode] = err
    return missed


def _nowhere(stop: Stop, missed: Mapping[str, NoTieError]) -> Finding:
    """Tell of a terminal that no layer reaches: wrong where a service would be measured there."""
    far = [
        f"{mode} {'not in use' if err.km is None else f'{err.km:,.0f} km away'}"
        for mode, err in missed.items()
    ]
    but = "" if stop.measured else "; no service needs its km to be measured there"
    return Finding(
        severity="error" if stop.measured else "warning",
        check="lost terminals",
        mode="",
        message=f"{stop.spot.label}: no layer reaches it: {', '.join(far)}{but}",
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


# ---- parts that are not joined --------------------------------------------------------------


def _parts(physical: Physical, terminals: Sequence[Stop], on: date) -> Iterator[Finding]:
    """Parts of each layer, terminals that sit on a leftover, and ports apart."""
    for mode in physical.modes:
        layer = physical.layer(mode)
        closed = physical.settings.closed if mode == "sea" else ()
        allowed = layer.allowed(closed=closed)
        part = _part_of(layer, allowed)
        sizes = np.bincount(part[part >= 0])
        big = sorted(sizes[sizes >= _SMALL_PART].tolist(), reverse=True)
        small = sizes[(sizes < _SMALL_PART) & (sizes > 0)]
        shown = f"{len(big)} large ({_some([f'{size:,}' for size in big])} nodes)" if big else ""
        rest = f"{len(small)} of fewer than {_SMALL_PART} nodes" if len(small) else ""
        message = f"separate parts: {' and '.join(filter(None, (shown, rest)))}"
        yield Finding(severity="note", check="components", mode=mode, message=message)
        if mode in {"road", "rail"}:
            yield from _apart(physical, mode, part, terminals, on)
    yield from _closed_world(physical, terminals, on)


def _part_of(layer: Layer, allowed: Mask) -> Whole:
    """Label the part of each node; -1 for nodes without an edge."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415  takes long to load

    _, labels = connected_components(layer.matrix(allowed), directed=False)
    part: Whole = np.full(len(layer.lat_udeg), -1, dtype=np.int64)
    for ends in (layer.tail[allowed], layer.head[allowed]):
        part[ends] = labels[ends]
    return part


def _apart(
    physical: Physical, mode: str, part: Whole, terminals: Sequence[Stop], on: date
) -> Iterator[Finding]:
    """Terminals tied to a leftover of roads or rails."""
    layer = physical.layer(mode)
    sizes = np.bincount(part[part >= 0])
    homes: dict[int, list[str]] = {}
    for stop in terminals:
        if mode in (stop.modes or MODES) and not _missed(physical, stop.spot, [mode], on):
            tie = physical.tie(mode, stop.spot, on=on)
            homes.setdefault(int(part[layer.tail[tie.edge]]), []).append(stop.spot.label)
    for home, names in sorted(homes.items()):
        if sizes[home] < _SMALL_PART <= sizes.max():
            message = f"{_some(names)}: tied to a part of only {sizes[home]} nodes"
            yield Finding(severity="warning", check="components", mode=mode, message=message)


def _closed_world(physical: Physical, terminals: Sequence[Stop], on: date) -> Iterator[Finding]:
    """Ports that no open way joins with most others."""
    if "sea" not in physical.modes:
        return
    ports = [
        stop.spot
        for stop in terminals
        if "sea" in (stop.modes or MODES) and not _missed(physical, stop.spot, ["sea"], on)
    ]
    reach = np.isfinite(physical.table("sea", ports, on=on)).sum(axis=1)
    apart = [port.label for port, count in zip(ports, reach, strict=True) if count < reach.max()]
    if apart:
        message = f"no open way by sea joins {_some(apart)} with the other ports: a closed world"
        yield Finding(severity="error", check="components", mode="sea", message=message)


# ---- edges ----------------------------------------------------------------------------------


def _short_edges(physical: Physical) -> Iterator[Finding]:
    for mode in physical.modes:
        layer = physical.layer(mode)
        straight_m = 1000 * _ends_km(layer)
        lacking_m = straight_m - layer.length_m
        short = np.flatnonzero(lacking_m > 1)  # lengths are whole metres
        if len(short):
            worst = int(short[np.argmax(lacking_m[short])])
            (lat, lon), (lat2, lon2) = layer.way(worst)[0], layer.way(worst)[-1]
            message = (
                f"{len(short):,} edges are shorter than the straight line; the worst is edge "
                f"{worst} from {lat:.3f}, {lon:.3f} to {lat2:.3f}, {lon2:.3f}: "
                f"{layer.length_m[worst] / 1000:.3f} km, straight {straight_m[worst] / 1000:.3f} km"
            )
            yield Finding(severity="error", check="short edges", mode=mode, message=message)
        else:
            message = f"none of {len(layer):,} edges is shorter than the straight line"
            yield Finding(severity="note", check="short edges", mode=mode, message=message)


def _ends_km(layer: Layer) -> Floats:
    """Great circle between the ends of each edge."""
    ends = [
        (layer.lat_udeg[node] / DEGREE, layer.lon_udeg[node] / DEGREE)
        for node in (layer.tail, layer.head)
    ]
    pairs = zip(*(part.tolist() for end in ends for part in end), strict=True)
    return np.array([great_circle_km(*pair) for pair in pairs])


def _one_way(physical: Physical) -> Iterator[Finding]:
    if physical.modes:
        message = "no place can be a trap: every edge runs both ways in this format"
        yield Finding(severity="note", check="one-way traps", mode="", message=message)


# ---- the sea --------------------------------------------------------------------------------


def _sea(physical: Physical) -> Iterator[Finding]:
    """Sea edges in a country, or across roads and railways of the network."""
    if "sea" not in physical.modes:
        return
    sea = physical.layer("sea")
    inland = [name for i, name in enumerate(sea.countries) if name and (sea.country == i).any()]
    if inland:
        message = f"sea edges lie in a country: {_some(inland)}"
        yield Finding(severity="error", check="sea on land", mode="sea", message=message)
    land = [physical.layer(mode) for mode in ("road", "rail") if mode in physical.modes]
    if not land:
        message = "not checked: the network has neither roads nor railways that tell land"
        yield Finding(severity="note", check="sea on land", mode="sea", message=message)
        return
    crossed = np.sum([_crossings(sea, layer) for layer in land], axis=0)
    dry = np.flatnonzero(crossed >= _CROSSINGS)
    for edge in dry.tolist():
        (lat, lon), (lat2, lon2) = sea.way(edge)[0], sea.way(edge)[-1]
        message = (
            f"edge {edge} from {lat:.2f}, {lon:.2f} to {lat2:.2f}, {lon2:.2f} crosses "
            f"{crossed[edge]} roads or railways: it is drawn over land"
        )
        yield Finding(severity="warning", check="sea on land", mode="sea", message=message)
    message = (
        f"{len(dry)} of {len(sea):,} edges cross {_CROSSINGS} or more roads or railways "
        "(checked only where the network has some)"
    )
    yield Finding(severity="note", check="sea on land", mode="sea", message=message)


def _crossings(sea: Layer, land: Layer) -> Whole:
    """How many pieces of land ways each sea edge crosses."""
    count = np.zeros(len(sea), dtype=np.int64)
    edge, lines = _lines(sea)
    _, ways = _lines(land)
    if not len(ways):
        return count
    south, west, north, east = _boxes(ways)
    boxes = _boxes(lines)
    near = (boxes[0] <= north.max()) & (boxes[2] >= south.min())
    near &= (boxes[1] <= east.max()) & (boxes[3] >= west.min())
    near &= boxes[3] - boxes[1] < 180  # noqa: PLR2004  not over the date line
    for index in np.flatnonzero(near).tolist():
        low_lat, low_lon, high_lat, high_lon = boxes[:, index].tolist()
        beside = np.flatnonzero((south <= high_lat) & (north >= low_lat))
        beside = beside[(west[beside] <= high_lon) & (east[beside] >= low_lon)]
        if len(beside):
            count[edge[index]] += int(_cross(lines[index], ways[beside]).sum())
    return count


def _lines(layer: Layer) -> tuple[Whole, Floats]:
    """Edge of each straight piece, and its lat, lon, lat, lon."""
    numbers = np.arange(len(layer))
    edge = np.concatenate([numbers, np.repeat(numbers, np.diff(layer.shape_at)), numbers])
    lat = [layer.lat_udeg[layer.tail], layer.shape_lat_udeg, layer.lat_udeg[layer.head]]
    lon = [layer.lon_udeg[layer.tail], layer.shape_lon_udeg, layer.lon_udeg[layer.head]]
    order = np.argsort(edge, kind="stable")  # tail, inner points, head
    points = np.column_stack([np.concatenate(lat), np.concatenate(lon)])[order] / DEGREE
    edge = edge[order]
    start = np.flatnonzero(edge[1:] == edge[:-1])
    return edge[start], np.hstack([points[start], points[start + 1]])


def _boxes(lines: Floats) -> Floats:
    """South, west, north and east of each piece, shape (4, pieces)."""
    low, high = np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])
    return np.ascontiguousarray(np.hstack([low, high]).T)


def _cross(line: Floats, ways: Floats) -> Mask:
    """Whether a piece crosses each of many."""

    def side(a: Floats, b: Floats, c: Floats) -> Floats:
        found: Floats = (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0]) - (
            b[..., 0] - a[..., 0]
        ) * (c[..., 1] - a[..., 1])
        return found

    a, b, c, d = line[:2], line[2:], ways[:, :2], ways[:, 2:]
    crossed: Mask = (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
    return crossed


# ---- distances ------------------------------------------------------------------------------


def _distances(
    physical: Physical, distances: Iterable[KnownDistance], on: date
) -> Iterator[Finding]:
    """Rows of `distances.csv` against the ways that the network measures."""
    by_mode: dict[str, list[KnownDistance]] = {}
    for known in distances:
        by_mode.setdefault(known.mode, []).append(known)
    if not by_mode:
        message = f"not checked: the network has no {_FILE}"
        yield Finding(severity="note", check="distances", mode="", message=message)
    for mode, rows in by_mode.items():
        errors_pct: list[float] = []
        within = 0
        for known in rows:
            error_pct, reason = _error_pct(physical, known, on)
            good = abs(error_pct) <= known.tolerance_pct
            if not known.known_gap:
                errors_pct.append(abs(error_pct))
                within += good
            if good != known.known_gap:
                continue
            gap = "known gap, now within tolerance" if good else reason
            severity: Literal["warning", "note"] = "note" if known.known_gap else "warning"
            message = f"{known.start.id} to {known.end.id}: {gap}"
            yield Finding(severity=severity, check="distances", mode=mode, message=message)
        yield _summary(mode, errors_pct, within, gaps=len(rows) - len(errors_pct))


def _error_pct(physical: Physical, known: KnownDistance, on: date) -> tuple[float, str]:
    """Error of a measured distance in percent, infinite without a way; and what to say of it."""
    if known.mode not in physical.modes:
        return math.inf, f"the network has no layer {known.mode!r}"
    try:
        way = physical.way(known.mode, known.start, known.end, on=on, points=False)
    except NoTieError as err:
        return math.inf, str(err)
    if way is None:
        return math.inf, "there is no way"
    error_pct = 100 * (way.distance_km / known.km - 1)
    return error_pct, (
        f"{way.distance_km:,.0f} km, a source says {known.km:,.0f} km: "
        f"{error_pct:+.1f} %, tolerance {known.tolerance_pct:g} %"
    )


def _summary(mode: str, errors_pct: Sequence[float], within: int, *, gaps: int) -> Finding:
    if not errors_pct:
        message = f"known distances: none but known gaps ({gaps})"
        return Finding(severity="warning", check="distances", mode=mode, message=message)
    middle, share = median(errors_pct), within / len(errors_pct)
    message = (
        f"known distances: {len(errors_pct)}, median error {middle:.1f} %, "
        f"{100 * share:.0f} % within tolerance; known gaps left out: {gaps}"
    )
    wrong = middle > MEDIAN_PCT or share < SHARE_WITHIN
    severity: Literal["error", "note"] = "error" if wrong else "note"
    return Finding(severity=severity, check="distances", mode=mode, message=message)
