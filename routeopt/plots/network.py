"""Maps of a network: its layers with the terminals, and ways on it.

Land and borders are not drawn: no network holds them. What a network's licence asks to be repeated
stands under each map.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routeopt.network.layers import Layer, Mask
from routeopt.network.measuring import Way
from routeopt.network.physical import Physical, Spot
from routeopt.plots.canvas import COLOURS, DASHES, canvas, check_format, save
from routeopt.plots.frame import Frame, dress, unwrapped
from routeopt.plots.names import Name, write_names
from routeopt.report.network import way_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["GAUGES", "Mark", "Route", "draw_network", "draw_route", "draw_routes", "whole_frame"]

_KINDS = ("seaport", "rail terminal", "inland port", "border crossing", "distribution centre")
"""Whose names come first where there is not room for all."""
GAUGES = {1435: COLOURS["rail"], 1668: "#000000", 1520: "#e69f00", 1067: "#882255"}
"""Colour of a railway by its gauge."""
_OTHER_GAUGE = "#777777"
_LANES = {"road": 0.35, "sea": 0.3, "barge": 1.4}
"""Line widths, points."""
_FAINT = {"road": 0.6, "sea": 0.35, "barge": 1.0}
_RAIL_PT, _HOLLOW_PT = 1.2, 0.5
_WORDS = {"road": "road", "sea": "sea lane", "barge": "waterway"}
_MANY = 3000
"""Lines from which a layer is an image within a drawing: as lines it would be megabytes."""
_AROUND = 350
"""Degrees from which a layer goes around the Earth."""
_WIDTH_CM, _MAP_CM = 18.0, 16.9
_LEGEND_CM = 0.5
_PANEL = 0.8
"""Height over width of each of several maps."""
_GRATICULE = 8
_LINE_CHARS, _SMALL_CHARS = 112, 195
"""Characters of a title and of small print from side to side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A terminal on a map."""

    name: str
    lat: float
    lon: float
    kind: str = ""

    @property
    def short(self) -> str:
        """Place alone."""
        return _short(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way to be drawn, with what is said of it; its `way` has points."""

    origin: Spot
    destination: Spot
    way: Way
    day: str = ""


def _short(name: str) -> str:
    """Cut a name at its first dash, slash or bracket."""
    return re.split(r" - | / | \(", name, maxsplit=1)[0]


def whole_frame(physical: Physical, marks: Sequence[Mark]) -> Frame:
    """Box of all layers; where they go around the Earth it is cut far from the terminals."""
    layers = [physical.layer(mode) for mode in physical.modes]
    lat = np.concatenate([layer.lat_udeg for layer in layers]) / 1e6
    lon = np.concatenate([layer.lon_udeg for layer in layers]) / 1e6
    west, span = _widest_gap(lon)
    if span >= _AROUND:
        west, span = _widest_gap(np.array([mark.lon for mark in marks] or [0.0]))
        west -= (360 - span) / 2
        return Frame(west=west, east=west + 360, south=float(lat.min()), north=float(lat.max()))
    return Frame.around(lat, west + (lon - west) % 360, margin=0.02)


def _widest_gap(lon: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
    """Longitude east of the widest gap between longitudes, and degrees from there to the last."""
    sorted_ = np.unique(lon % 360)
    gaps = np.diff(np.append(sorted_, sorted_[0] + 360))
    widest = int(np.argmax(gaps))
    west = float(sorted_[(widest + 1) % len(sorted_)])
    return (west + 180) % 360 - 180, 360 - float(gaps[widest])


def draw_network(
    physical: Physical,
    marks: Sequence[Mark],
    frame: Frame,
    path: str | os.PathLike[str],
    *,
    title: str,
) -> None:
    """Draw the layers and terminals of a network within a box.

    Raises
    ------
    InputError
        If the ending of `path` is unknown or it can't be written.
    """
    check_format(path)
    height_cm = min(26.0, max(7.0, _MAP_CM * frame.shape + 3.5))
    with canvas(_WIDTH_CM, height_cm) as figure:
        axes = figure.add_subplot()
        dress(axes, frame, lines=_GRATICULE)
        handles = _layers(axes, physical, frame)
        x = [float(frame.x(mark.lon)) for mark in marks]
        (dots,) = axes.plot(
            x,
            [mark.lat for mark in marks],
            "o",
            ms=2.6,
            mfc="white",
            mec="k",
            mew=0.7,
            lw=0,
            zorder=7,
        )
        _legend(axes, {**handles, **({"terminal": dots} if marks else {})}, frame.shape)
        axes.set_title(title, loc="left", fontsize=9)
        _attribution(figure, physical.settings.attribution)
        ordered = sorted(zip(marks, x, strict=True), key=lambda pair: _rank(pair[0]))
        seen = [
            Name(x=at, y=mark.lat, text=mark.short)
            for mark, at in ordered
            if frame.west <= at <= frame.east and frame.south <= mark.lat <= frame.north
        ]
        write_names(axes, seen)
        save(figure, path)


def _rank(mark: Mark) -> int:
    return _KINDS.index(mark.kind) if mark.kind in _KINDS else len(_KINDS)


def _layers(axes: Axes, physical: Physical, frame: Frame) -> dict[str, Any]:
    """Draw all layers but what is switched off; give what the legend shows."""
    handles: dict[str, Any] = {}
    for mode in ("sea", "road", "rail", "barge"):
        if mode not in physical.modes:
            continue
        layer = physical.layer(mode)
        if mode == "rail":
            handles |= _rails(axes, layer, frame)
        else:
            look = {"color": COLOURS[mode], "lw": _LANES[mode], "alpha": _FAINT[mode]}
            lines = _lines(axes, layer, frame, layer.allowed(), **look)
            handles |= {} if lines is None else {_WORDS[mode]: lines}
    return handles


def _rails(axes: Axes, layer: Layer, frame: Frame) -> dict[str, Any]:
    """Railways, coloured by gauge, hollow where there is no wire."""
    from matplotlib.lines import Line2D  # noqa: PLC0415  # takes long to load

    handles: dict[str, Any] = {}
    for gauge in np.unique(layer.gauge_mm).tolist():
        colour = GAUGES.get(gauge, _OTHER_GAUGE)
        track = layer.allowed(gauge_mm=gauge)
        drawn = _lines(axes, layer, frame, track, color=colour, lw=_RAIL_PT)
        if drawn is None:
            continue
        handles[f"railway, {gauge} mm"] = Line2D([], [], color=colour, lw=_RAIL_PT)
        unwired = track & (layer.wired == 0)
        if _lines(axes, layer, frame, unwired, color="white", lw=_HOLLOW_PT) is not None:
            handles["without wire: hollow"] = (
                Line2D([], [], color="#555555", lw=2 * _RAIL_PT),
                Line2D([], [], color="white", lw=2 * _HOLLOW_PT),
            )
    hollow = handles.pop("without wire: hollow", None)
    return handles if hollow is None else {**handles, "without wire: hollow": hollow}


def _lines(axes: Axes, layer: Layer, frame: Frame, allowed: Mask, **look: Any) -> Any:  # noqa: ANN401
    """Draw edges of a layer; None if none lies in the box."""
    from matplotlib.collections import LineCollection  # noqa: PLC0415  # takes long to load

    pieces = layer.pieces
    segments = frame.segments(pieces.ends[allowed[pieces.edge]])
    if not len(segments):
        return None
    lines = LineCollection(list(segments), capstyle="butt", **look)
    lines.set_rasterized(len(segments) > _MANY)
    return axes.add_collection(lines, autolim=False)


def _legend(axes: Axes, handles: Mapping[str, Any], shape: float) -> None:
    """Put the legend under a map of this height over width."""
    from matplotlib.legend_handler import HandlerTuple  # noqa: PLC0415  # takes long to load

    shown = axes.legend(
        list(handles.values()),
        list(handles),
        handler_map={tuple: HandlerTuple(ndivide=1)},
        loc="upper center",
        bbox_to_anchor=(0.5, -_LEGEND_CM / (_MAP_CM * shape)),
        ncols=4,
        fontsize=7,
        handlelength=2.4,
    )
    for line in shown.get_lines():
        line.set_alpha(1)


def _attribution(figure: Figure, lines: Sequence[str]) -> None:
    text = "\n".join(textwrap.fill(line, _SMALL_CHARS) for line in lines)
    figure.supxlabel(text, x=0.01, ha="left", fontsize=5, color="#444444")


# ---- ways -----------------------------------------------------------------------------------


def draw_route(physical: Physical, route: Route, path: str | os.PathLike[str]) -> None:
    """Draw one way over its layer, with its km in the title.

    Raises
    ------
    InputError
        If the ending of `path` is unknown or it can't be written.
    """
    draw_routes(physical, [route], path, columns=1)


def draw_routes(
    physical: Physical, routes: Sequence[Route], path: str | os.PathLike[str], *, columns: int
) -> None:
    """Draw ways side by side, each over its layer, with its km above it.

    Raises
    ------
    InputError
        If the ending of `path` is unknown or it can't be written.
    """
    check_format(path)
    shape = None if len(routes) == 1 else _PANEL
    frames = [Frame.around(*unwrapped(route.way.points), shape=shape) for route in routes]
    rows = -(-len(routes) // columns)
    height_cm = rows * (_MAP_CM / columns * max(frame.shape for frame in frames) + 2.2) + 1.0
    with canvas(_WIDTH_CM, min(27.0, height_cm)) as figure:
        all_axes = [figure.add_subplot(rows, columns, at + 1) for at in range(len(routes))]
        for axes, route, frame in zip(all_axes, routes, frames, strict=True):
            dress(axes, frame, lines=_GRATICULE // columns + 2 * (columns > 1))
            _route(axes, physical, route, frame, columns=columns)
        _attribution(figure, physical.settings.attribution)
        for axes, route in zip(all_axes, routes, strict=True):
            write_names(axes, _ends(route))
        save(figure, path)


def _route(axes: Axes, physical: Physical, route: Route, frame: Frame, *, columns: int) -> None:
    mode, layer = route.way.mode, physical.layer(route.way.mode)
    _lines(axes, layer, frame, layer.allowed(), color="#bbbbbb", lw=0.4, alpha=0.7)
    lat, lon = unwrapped(route.way.points)
    axes.plot(lon, lat, color=COLOURS[mode], linestyle=DASHES[mode], lw=1.8, zorder=5)
    axes.plot(lon[[0, -1]], lat[[0, -1]], "o", ms=4, mfc="white", mec="k", mew=0.9, zorder=7)
    names = [spot.name or spot.id for spot in (route.origin, route.destination)]
    names = names if columns == 1 else [_short(name) for name in names]
    head, *more = way_lines(route.way, names[0], names[1], route.day)
    size = 8 if columns == 1 else 7
    axes.set_title(_filled([head], _LINE_CHARS // columns), loc="left", fontsize=size)
    axes.set_xlabel(_filled(more, _LINE_CHARS * 8 // 6 // columns), loc="left", fontsize=6)


def _filled(lines: Sequence[str], chars: int) -> str:
    return "\n".join(textwrap.fill(line, chars, break_on_hyphens=False) for line in lines)


def _ends(route: Route) -> list[Name]:
    lat, lon = unwrapped(route.way.points)
    return [
        Name(x=float(lon[at]), y=float(lat[at]), text=_short(spot.name or spot.id))
        for at, spot in ((0, route.origin), (-1, route.destination))
    ]
