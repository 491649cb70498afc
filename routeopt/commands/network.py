"""`routeopt network`: what networks hold, how far it is on one, and whether it is sound."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.network_build import build
from routeopt.commands.network_pictures import Box, PlotFile, plot_layers, plot_way
from routeopt.commands.options import example, format_option
from routeopt.commands.streams import colours, emit, say
from routeopt.errors import CaseError, InputError

if TYPE_CHECKING:
    from routeopt.case.rows import Row, Values
    from routeopt.network.physical import Physical, Spot, Way
    from routeopt.plots.frame import Frame

_MODES = ("road", "rail", "sea", "barge")
_NUMBERS = re.compile(r"-[0-9.]+\s*,.*")
_POINT = re.compile(r"[-+0-9.,\s]+")


class _Places(click.Command):
    """A command whose arguments may be places south of the equator: `-33.9,18.4`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Shield them: what begins with a blank is no option."""
        return super().parse_args(ctx, [f" {a}" if _NUMBERS.fullmatch(a) else a for a in args])


@click.group(
    short_help="Show networks, measure on them, look for faults.",
    epilog=example("routeopt network distance eurasia road PTSIE-XXI 40.42,-3.68"),
)
def network() -> None:
    """Show what networks hold, measure distances on one, and look for faults in one."""


def _open(name: str) -> Physical:
    from routeopt.network.physical import find_network, open_network

    return open_network(find_network(name, Path()))


def _rows(folder: Path, table: str) -> list[Row]:
    """Rows of a network's table; none where there is no such file."""
    from routeopt.case.csvfile import read_csv
    from routeopt.case.places import Faults
    from routeopt.case.rows import read_rows

    file = folder / f"{table}.csv"
    if not file.is_file():
        return []
    faults = Faults(str(file))
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise InputError(f"{file}: can't be read: {err}") from err
    rows = read_rows(table, read_csv(table, text, str(file), faults)[0], faults)
    if faults.any_errors:
        raise CaseError(faults.all(severity="E"))
    return rows


def _json(facts: object) -> None:
    emit(json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False))


@network.command("list", short_help="List the networks.", epilog=example("routeopt network list"))
@format_option("table", "json", "csv")
def list_(*, style: str) -> None:
    """List the networks that come with routeopt, with their layers and terminals."""
    from routeopt.network.physical import open_network, shipped_networks
    from routeopt.report.network import LIST_COLUMNS, list_rows, list_text
    from routeopt.report.sheet import to_csv

    found = [open_network(folder) for folder in shipped_networks().values()]
    rows = list_rows(found, [len(_rows(physical.folder, "terminals")) for physical in found])
    if style == "json":
        _json(rows)
    elif style == "csv":
        emit(to_csv(LIST_COLUMNS, [list(row.values()) for row in rows]))
    elif rows:
        emit(list_text(rows))
    if not rows:
        say("no networks come with this routeopt; `routeopt network build` makes one")


@network.command(
    short_help="Show what a network holds.",
    epilog=example("routeopt network show eurasia --plot iberia.svg --bbox -10,36,4,44"),
)
@click.argument("name", metavar="NETWORK")
@click.option(
    "--plot", metavar="FILE", type=PlotFile, help="Draw its layers: a .svg, .png or .pdf file."
)
@click.option("--bbox", "box", metavar="W,S,E,N", type=Box(), help="Draw only this box, degrees.")
@format_option("table", "json")
def show(*, name: str, plot: Path | None, box: Frame | None, style: str) -> None:
    """Show layers, terminals, services, licence and attribution of NETWORK.

    NETWORK is a name that `routeopt network list` shows, or the path of a network's folder.
    """
    from routeopt.network.inventory import layer_facts
    from routeopt.report.network import show_facts, show_text

    if box is not None and plot is None:
        raise click.UsageError("--bbox is for a picture: give --plot FILE too")
    physical = _open(name)
    rows = _rows(physical.folder, "terminals")
    if plot is not None:
        plot_layers(physical, rows, box, plot)
    terminals, services = (
        [row.values or {} for row in table] for table in (rows, _rows(physical.folder, "services"))
    )
    facts = show_facts(physical, layer_facts(physical), terminals, services)
    if style == "json":
        _json(facts)
    else:
        emit(show_text(facts, bold=colours()))


@network.command(
    "check",
    short_help="Look for faults in a network.",
    epilog=example("routeopt network check eurasia"),
)
@click.argument("name", metavar="NETWORK")
@format_option("table", "json", "csv")
@click.pass_context
def check_(ctx: click.Context, *, name: str, style: str) -> None:
    """Look for faults in NETWORK; exit status 3 if it has errors.

    Looked for: terminals that no layer reaches, parts that are not joined, edges shorter than
    the straight line, sea edges over land, and distances that differ from those that the
    network's distances.csv gives with their sources.
    """
    from routeopt.network.health import Stop, check, read_distances
    from routeopt.report.network import CHECK_COLUMNS, check_rows, check_text
    from routeopt.report.sheet import to_csv

    physical = _open(name)
    services = _rows(physical.folder, "services")
    measured = {
        row.cells[end]
        for row in services
        if "distance_km" not in row.cells
        for end in ("from", "to")
    }
    stops = [
        Stop(
            spot=_spot(row),
            modes=tuple((row.values or {}).get("modes") or ()),
            measured=row.id in measured or not services,
        )
        for row in _rows(physical.folder, "terminals")
    ]
    found = check(physical, stops, read_distances(physical.folder))
    if style == "json":
        _json(check_rows(found))
    elif style == "csv":
        emit(to_csv(CHECK_COLUMNS, [list(row.values()) for row in check_rows(found)]))
    else:
        emit(check_text(physical.settings.name, found, bold=colours()))
    if any(finding.severity == "error" for finding in found):
        ctx.exit(InputError.exit_code)


def _spot(row: Row) -> Spot:
    from routeopt.case.values import split_list
    from routeopt.network.physical import Spot

    values = row.values or {}
    text = row.cells.get("gauges_mm", "")
    try:
        gauges_mm = tuple(int(part) for part in split_list(text))
    except ValueError as err:
        raise InputError(
            f"{row.file}:{row.line}: gauges_mm: want numbers such as 1668;1435, got {text!r}"
        ) from err
    return Spot(
        id=row.id,
        lat=values["lat"],
        lon=values["lon"],
        name=values.get("name", ""),
        gauges_mm=gauges_mm,
    )


@network.command(
    cls=_Places,
    short_help="Measure the way between two places.",
    epilog=example("routeopt network distance eurasia sea PTSIE-XXI 39.02,121.89 --avoid suez"),
)
@click.argument("name", metavar="NETWORK")
@click.argument("mode", metavar="MODE", type=click.Choice(_MODES))
@click.argument("origin", metavar="FROM")
@click.argument("destination", metavar="TO")
@click.option("--avoid", multiple=True, metavar="P", help="A sea passage that is closed; repeats.")
@click.option(
    "--via",
    multiple=True,
    metavar="P",
    help="A sea passage to use if the shortest way that may does so; repeats.",
)
@click.option(
    "--on",
    "day",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the trip: lines that open later don't count.  [default: today]",
)
@click.option(
    "--plot", metavar="FILE", type=PlotFile, help="Draw the way: a .svg, .png or .pdf file."
)
@format_option("table", "json")
def distance(  # noqa: PLR0913  one argument an option
    *,
    name: str,
    mode: str,
    origin: str,
    destination: str,
    avoid: tuple[str, ...],
    via: tuple[str, ...],
    day: datetime | None,
    plot: Path | None,
    style: str,
) -> None:
    """Measure the way by MODE from FROM to TO on NETWORK.

    MODE is road, rail, sea or barge. FROM and TO are ids of terminals of the network, or
    `lat,lon`. Hours are those of the network's speed for the mode; a truck's are those of the
    country where it starts, with its driving and rest rules.
    """
    from routeopt.emissions import great_circle_km
    from routeopt.report.network import distance_facts, distance_text

    physical = _open(name)
    terminals = _rows(physical.folder, "terminals")
    start, end = _place(origin, terminals), _place(destination, terminals)
    on = date.today() if day is None else day.date()  # noqa: DTZ011  the planner's own day
    way = _way(physical, mode, start, end, on=on, avoid=avoid, via=via, points=plot is not None)
    if plot is not None:
        plot_way(physical, way, start, end, on=on if mode == "rail" else None, path=plot)
    facts = distance_facts(
        way,
        hours=_hours(physical, way, start, on, terminals),
        gcd_km=great_circle_km(start.lat, start.lon, end.lat, end.lon),
    )
    unused = sorted(set(via) - set(way.passages))
    if unused:
        say(f"not used: {', '.join(unused)}: the shortest way that may does not go there")
    if style == "json":
        _json(facts)
    else:
        factor = physical.settings.tie_factor
        emit(distance_text(facts, mode, start.label, end.label, factor))


def _place(text: str, terminals: Sequence[Row]) -> Spot:
    """Find a terminal by its id, or read `lat,lon`."""
    from routeopt.case.measured import DOOR
    from routeopt.network.physical import Spot

    text = text.strip()
    for row in terminals:
        if row.id == text:
            return _spot(row)
    hit = DOOR.fullmatch(text)
    if hit is not None:
        return Spot(id=text, lat=float(hit[1]), lon=float(hit[2]), name=hit[3] or "")
    if text and _POINT.fullmatch(text):
        raise InputError(f"no place: {text!r}: want latitude, longitude such as 37.94,-8.85")
    raise InputError(f"unknown terminal {text!r}{_near(text, terminals)}")


def _near(text: str, terminals: Sequence[Row]) -> str:
    """Hint at the terminal that was meant: by the nearest id, or by its name."""
    from routeopt.case.places import nearest

    if not terminals:
        return ": the network has no terminals; give latitude, longitude such as 37.94,-8.85"
    folded = text.casefold()
    named = {row.id: str((row.values or {}).get("name", "")) for row in terminals}
    hits = [id_ for id_, name in named.items() if len(folded) > 1 and folded in name.casefold()]
    near = hits[0] if hits else nearest(text, list(named))
    return f": did you mean {near!r} ({named[near]})?" if near else "; or give latitude,longitude"


def _way(  # noqa: PLR0913  the question as it is asked
    physical: Physical,
    mode: str,
    start: Spot,
    end: Spot,
    *,
    on: date,
    avoid: tuple[str, ...],
    via: tuple[str, ...],
    points: bool,
) -> Way:
    way = physical.way(mode, start, end, on=on, avoid=avoid, via=via, points=points)
    if way is not None:
        return way
    said = f"no way by {mode} from {start.label} to {end.label} on {on}"
    closing = physical.closing(mode, start, end, on=on, avoid=avoid, via=via)
    if closing:
        raise InputError(f"{said}: closed: {', '.join(closing)}")
    why = "no track of one gauge joins them" if mode == "rail" else "the layer does not join them"
    raise InputError(f"{said}: {why}")


def _hours(
    physical: Physical, way: Way, start: Spot, on: date, terminals: Sequence[Row]
) -> float | None:
    """Hours on the way; None, with a message, where the network has no speed for it."""
    if way.mode != "road":
        speed = physical.settings.speeds_kmh.get(way.mode)
        if speed is None:
            say(f"no hours: the network has no speed by {way.mode}")
        return None if speed is None else way.distance_km / speed
    country = _country(physical, start, on, terminals)
    trucks = {
        (row.values or {})["country"]: row.values for row in _rows(physical.folder, "trucking")
    }
    truck = trucks.get(country)
    if truck is None:
        say(f"no hours: trucking.csv of the network has no row for {country or 'this place'}")
        return None
    return _truck_hours(way.distance_km, truck, physical.settings.driving_rules)


def _country(physical: Physical, start: Spot, on: date, terminals: Sequence[Row]) -> str:
    """Country where a truck starts: the terminal's, or that of the road at a door."""
    for row in terminals:
        if row.id == start.id:
            return str((row.values or {})["country"])
    layer = physical.layer("road")
    return layer.countries[int(layer.country[physical.tie("road", start, on=on).edge])]


def _truck_hours(km: float, truck: Values, rules: Mapping[str, Mapping[str, Any]]) -> float:
    from routeopt.network.driving import DrivingRules, truck_hours

    name = truck["rules"]
    if name != "none" and name not in rules:
        raise InputError(f"trucking.csv: rules {name!r}: not in driving_rules of network.yaml")
    rule = None if name == "none" else DrivingRules(**rules[name])
    return truck_hours(km, truck["speed_kmh"], rule)


network.add_command(build)
