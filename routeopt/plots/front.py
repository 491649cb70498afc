"""The front as a picture: of the whole plan by cap on its CO2e, or of one shipment's choices."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from routeopt.freight import Status
from routeopt.plots.canvas import canvas, save
from routeopt.plots.labels import Label, place, titled
from routeopt.words import listed, money, number, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from routeopt.frontier import CapPoint, Frontier
    from routeopt.itineraries import Point

__all__ = ["draw_front", "draw_frontier"]

MARKS = MappingProxyType({"road": "s", "rail": "o", "sea": "^", "barge": "D"})
"""Marker by the mode that carries most of a choice's tonne-km."""

PROVEN_GAP = 1e-6
_INK, _BAND, _KNEE = "#0072b2", "#cfe3f1", "#d55e00"
_TONNES_FROM_KG = 10_000.0
_MOST_PRICES = 8
"""With more plans than this, EUR per tonne between neighbours is left to the table."""


class _Scale:
    """Kilograms as the axis shows them: in tonnes from 10 t on."""

    def __init__(self, most_kg: float) -> None:
        tonnes = most_kg >= _TONNES_FROM_KG
        self._kg = 1000.0 if tonnes else 1.0
        self.unit = "t" if tonnes else "kg"

    def __call__(self, kg: float) -> float:
        return kg / self._kg

    def words(self, kg: float) -> str:
        """Kilograms with the unit of the axis."""
        return f"{number(self(kg))} {self.unit}"


# ---- the whole plan ---------------------------------------------------------------------------


def draw_frontier(found: Frontier, path: str | os.PathLike[str]) -> None:
    """Draw the least cost of the whole plan by cap on its CO2e; there must be a point.

    Raises
    ------
    InputError
        If the ending of `path` is unknown or the file can't be written.
    """
    points, plans = found.points, found.plans
    scale = _Scale(max(point.co2e_kg for point in points))
    with canvas() as figure:
        axes = figure.add_subplot()
        if len(plans) > 1:
            _steps(axes, points, scale)
        _dots(axes, plans, scale)
        _frame(axes, [p.co2e_kg for p in points], [p.cost_eur for p in points], scale)
        axes.set_title(titled(found.case.name), loc="left")
        axes.set_xlabel(f"CO2e of the plan ({scale.unit})")
        axes.set_ylabel("cost of the plan (EUR)")
        if len(plans) > 1:
            figure.legend(loc="outside lower center", ncols=3, fontsize=8)
        labels = [*_plan_labels(found, scale), *_price_labels(plans, scale)]
        place(axes, labels, _spots(plans, scale))
        save(figure, path)


def _steps(axes: Axes, points: Sequence[CapPoint], scale: _Scale) -> None:
    """Draw what is proven as lines, and the room between plans and bounds as a band."""
    edges = sorted({x for point in points for x in (point.co2e_kg, point.cap_kg)})
    upper, lower = [], []
    for left, right in pairwise(edges):
        upper.append(min(p.cost_eur for p in points if p.co2e_kg <= left))
        lower.append(next(p.bound_eur for p in points if p.cap_kg >= right))
    edges = [scale(edge) for edge in edges]
    stairs = [*upper, points[-1].cost_eur]
    axes.fill_between(
        edges,
        stairs,
        [*lower, lower[-1]],
        step="post",
        color=_BAND,
        linewidth=0,
        label="least cost lies in here",
    )
    axes.step(edges, stairs, where="post", color=_INK, linewidth=1.2, linestyle=(0, (2, 2)))
    known = [
        n for n, (most, least) in enumerate(zip(upper, lower, strict=True))
        if most - least <= PROVEN_GAP * most
    ]  # fmt: skip
    for n in known:
        axes.plot(
            edges[n : n + 2],
            [upper[n]] * 2,
            color=_INK,
            linewidth=2.2,
            solid_capstyle="butt",
            label="least cost, proven" if n == known[0] else None,
        )


def _dots(axes: Axes, plans: Sequence[CapPoint], scale: _Scale) -> None:
    """Draw the plans: full if proven, else hollow with a bar down to the bound."""
    for proven, face in ((True, _INK), (False, "white")):
        some = [p for p in plans if (p.status is Status.OPTIMAL) is proven]
        if some:
            axes.plot(
                [scale(p.co2e_kg) for p in some],
                [p.cost_eur for p in some],
                "o",
                color=_INK,
                markerfacecolor=face,
                markersize=6,
                zorder=3,
                label="plan" if proven else "plan, not proven; bar: down to the bound",
            )
    loose = [p for p in plans if p.gap > PROVEN_GAP]
    if loose:
        kg = [scale(p.co2e_kg) for p in loose]
        axes.vlines(kg, [p.bound_eur for p in loose], [p.cost_eur for p in loose], color=_INK)
        axes.plot(kg, [p.bound_eur for p in loose], "_", color=_INK, markersize=8)
    for point in plans:
        if point.knee:
            axes.plot(
                [scale(point.co2e_kg)],
                [point.cost_eur],
                "o",
                markersize=12,
                markerfacecolor="none",
                markeredgecolor=_KNEE,
                markeredgewidth=1.8,
                zorder=4,
                label="knee",
            )


def _spots(plans: Sequence[CapPoint], scale: _Scale) -> list[tuple[float, float]]:
    """List what labels should not cover: plans, and the corners of the steps between them."""
    spots = [(scale(p.co2e_kg), p.cost_eur) for p in plans]
    return [
        *spots,
        *((scale(b.co2e_kg), a.cost_eur) for a, b in pairwise(plans)),
    ]


def _plan_labels(found: Frontier, scale: _Scale) -> list[Label]:
    plans = found.plans
    names: dict[int, list[str]] = defaultdict(list)
    if found.both_ends:
        names[0].append("cleanest")
        names[len(plans) - 1].append("cheapest")
    for index, point in enumerate(plans):
        if point.knee:
            names[index].append("knee")
    return [
        Label(
            x=scale(plans[index].co2e_kg),
            y=plans[index].cost_eur,
            text=f"{listed(words)}: {scale.words(plans[index].co2e_kg)}, "
            f"{money(plans[index].cost_eur)} EUR",
            bold=True,
        )
        for index, words in sorted(names.items())
    ]


def _price_labels(plans: Sequence[CapPoint], scale: _Scale) -> list[Label]:
    """EUR per tonne beside the drop of each step, unless there are many."""
    if len(plans) > _MOST_PRICES:
        return []
    return [
        Label(
            x=scale(cheaper.co2e_kg),
            y=(point.cost_eur + cheaper.cost_eur) / 2,
            text=f"{signed(money(point.eur_per_t)).removeprefix('+')} EUR/t",
            sides=((1, 0), (-1, 0)),
            needed=False,
        )
        for point, cheaper in pairwise(plans)
        if point.eur_per_t is not None
    ]


# ---- one shipment -----------------------------------------------------------------------------


def draw_front(title: str, points: Sequence[Point], path: str | os.PathLike[str]) -> None:
    """Draw the choices of one shipment, time as colour, main mode as shape; there must be one.

    Raises
    ------
    InputError
        If the ending of `path` is unknown or the file can't be written.
    """
    scale = _Scale(max(point.co2e_kg for point in points))
    with canvas() as figure:
        axes = figure.add_subplot()
        _choices(figure, axes, points, scale)
        _frame(axes, [p.co2e_kg for p in points], [p.cost_eur for p in points], scale)
        axes.set_title(titled(title), loc="left")
        axes.set_xlabel(f"CO2e of the shipment ({scale.unit})")
        axes.set_ylabel("cost of the shipment (EUR)")
        spots = [(scale(p.co2e_kg), p.cost_eur) for p in points]
        place(axes, _choice_labels(points, scale), spots)
        save(figure, path)


def main_mode(point: Point) -> str:
    """Mode with most of the tonne-km; of equal ones the first by name."""
    tkm: dict[str, float] = defaultdict(float)
    for leg in point.shipment.legs:
        tkm[leg.mode] += leg.tkm
    return min(tkm, key=lambda mode: (-tkm[mode], mode))


def _choices(figure: Figure, axes: Axes, points: Sequence[Point], scale: _Scale) -> None:
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415  # takes long to load
    from matplotlib.colors import Normalize  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415

    hours = [point.hours for point in points]
    least, most = min(hours), max(hours)
    room = 0.5 if most - least < 1 else 0.0  # one colour needs a range of colours too
    norm = Normalize(least - room, most + room)
    modes = [mode for mode in MARKS if mode in {main_mode(point) for point in points}]
    for mode in modes:
        some = [point for point in points if main_mode(point) == mode]
        axes.scatter(
            [scale(p.co2e_kg) for p in some],
            [p.cost_eur for p in some],
            c=[p.hours for p in some],
            norm=norm,
            cmap="viridis",
            marker=MARKS[mode],
            s=45,
            edgecolors="black",
            linewidths=0.6,
            zorder=3,
        )
    bar = figure.colorbar(ScalarMappable(norm, "viridis"), ax=axes)
    bar.set_label("hours from ready to delivered")
    bar.outline.set_visible(False)
    keys = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=MARKS[mode],
            markerfacecolor="#bbbbbb",
            markeredgecolor="black",
            label=f"most tonne-km by {mode}",
        )
        for mode in modes
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=4, fontsize=8)


def _choice_labels(points: Sequence[Point], scale: _Scale) -> list[Label]:
    """Name the cleanest, the cheapest and the fastest choice; one may be all of them."""
    ends = {
        "cleanest": min(points, key=lambda p: (p.co2e_kg, p.cost_eur, p.hours)),
        "cheapest": min(points, key=lambda p: (p.cost_eur, p.co2e_kg, p.hours)),
        "fastest": min(points, key=lambda p: (p.hours, p.co2e_kg, p.cost_eur)),
    }
    names: dict[int, list[str]] = defaultdict(list)
    for name, point in ends.items():
        names[points.index(point)].append(name)
    return [
        Label(
            x=scale(points[index].co2e_kg),
            y=points[index].cost_eur,
            text=f"{listed(words)}: {scale.words(points[index].co2e_kg)},\n"
            f"{money(points[index].cost_eur)} EUR, {points[index].hours:,.1f} h",
        )
        for index, words in names.items()
    ]


# ---- both -------------------------------------------------------------------------------------


def _frame(axes: Axes, kg: Sequence[float], eur: Sequence[float], scale: _Scale) -> None:
    """Set limits with room for labels, and separators of thousands on both axes."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415  # takes long to load

    for axis, values, limit in (
        (axes.xaxis, [scale(value) for value in kg], axes.set_xlim),
        (axes.yaxis, list(eur), axes.set_ylim),
    ):
        least, most = min(values), max(values)
        room = 0.15 * (most - least) if most > least else 0.1 * max(most, 1.0)
        limit(least - room, most + room)
        axis.set_major_locator(MaxNLocator(nbins=7))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
