"""Pictures for `routeopt network show --plot` and `distance --plot`."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from routeopt.commands.streams import say

if TYPE_CHECKING:
    from routeopt.case.rows import Row
    from routeopt.network.physical import Physical, Spot, Way
    from routeopt.plots.frame import Frame

PlotFile = click.Path(path_type=Path, dir_okay=False)


class Box(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """A box `W,S,E,N` in degrees; east below west: across longitude 180."""

    name = "W,S,E,N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Frame:
        """Read the four numbers."""
        from routeopt.plots.frame import Frame

        if isinstance(value, Frame):
            return value
        try:
            west, south, east, north = (float(part) for part in str(value).split(","))
            east += 360 if -180 <= east < west <= 180 else 0  # noqa: PLR2004
            return Frame(west=west, south=south, east=east, north=north)
        except ValueError:
            self.fail(
                f"{value!r}: want west,south,east,north in degrees, such as -10,36,-6,42.2",
                param,
                ctx,
            )


def plot_layers(
    physical: Physical, terminals: Sequence[Row], frame: Frame | None, path: Path
) -> None:
    """Draw the layers and terminals of a network, or those in a box."""
    from routeopt.plots.network import Mark, draw_network, whole_frame

    marks = [
        Mark(
            name=str(values.get("name") or row.id),
            lat=values["lat"],
            lon=values["lon"],
            kind=str(values.get("kind") or ""),
        )
        for row in terminals
        if (values := row.values) is not None
    ]
    title = f"{physical.settings.name}: {physical.settings.title}"
    if frame is not None:
        title = f"{physical.settings.name}, {frame}"
    draw_network(physical, marks, frame or whole_frame(physical, marks), path, title=title)
    say(f"picture: {path}")


def plot_way(
    physical: Physical, way: Way, start: Spot, end: Spot, *, on: date | None, path: Path
) -> None:
    """Draw a way; `on` is told where the way depends on the day."""
    from routeopt.plots.network import Route, draw_route

    day = "" if on is None else f"{on}"
    draw_route(physical, Route(origin=start, destination=end, way=way, day=day), path)
    say(f"picture: {path}")
