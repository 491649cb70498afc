"""`routeopt network build`: a new network of a region from OpenStreetMap."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt import __version__
from routeopt.commands.options import (
    AnyPath,
    example,
    quiet_option,
)
from routeopt.commands.output import quoted
from routeopt.commands.progress import watching
from routeopt.commands.streams import emit, say
from routeopt.errors import InputError

if TYPE_CHECKING:
    from routeopt.osm import Built, Counts, Request

MODES = ("road", "rail")
LIBRARIES = ("osmnx", "osmium", "networkx", "numpy", "scipy", "shapely")
TERMINALS = "id,name,country,lat,lon,timezone,modes,gauges_mm,kind,handling_h,source\n"

LICENCE = (
    "Road and rail layers (road.npz, rail.npz): Open Database License (ODbL) 1.0, "
    "https://opendatacommons.org/licenses/odbl/1-0/"
)
ATTRIBUTION = (
    "Contains road and rail data (c) OpenStreetMap contributors, available under the Open "
    "Database License (ODbL) 1.0; filtered and simplified by routeopt with osmnx. The derived "
    "database is offered under ODbL."
)
SETTINGS = """\
# Roads and rail of a region, built by routeopt; SOURCES.md says from what and how.
network: 1
name: {name}
title: {title}

licence:
  - {licence}
attribution:
  - {attribution}

# Means over the km of this network. Road: motorways, trunk and primary roads (all where there are
# none of them); the trucks of trucking.csv have their own speed. Rail: the lines' limits, at most
# {rail_kmh:.0f} for a freight train with its stops (assumption).
speeds_kmh:
{speeds}
snap_km: 25
tie_factor: 1.3

closed_passages: []

driving_rules:
  eu:
    driving_h: 4.5
    break_h: 0.75
    day_h: 9
    rest_h: 11
    source: Regulation (EC) 561/2006, Art. 6 to 8
  # No text was found that limits the hours of a goods vehicle's driver in a day. The 8 h are \
those that
  # passenger drivers have; then rest until 24 h are over: 24 - 8 - 1/3 = 15.67 h. Two drivers \
in turn,
  # which are common on long hauls, are quicker.
  cn:
    driving_h: 4
    break_h: 0.3333333333333333
    day_h: 8
    rest_h: 15.666666666666666
    source: >-
      4 h and 20 min: Regulation on the Implementation of the Road Traffic Safety Law (State \
Council
      Order 405, 2004, amended 2017), Art. 62. 8 h in 24 h: assumption, after what the Measures \
for the
      Dynamic Supervision of Road Transport Vehicles (2014, No. 5) name for passenger drivers
"""
SOURCES = """\
# Sources of the layers

{files} were built on {date} by

    {command}

{table}

Built with routeopt {routeopt}, Python {python}, {libraries}.

## Licence and attribution

The layers are a database derived from OpenStreetMap. They are offered as a whole under the Open
Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/: changed versions of
them must stay under that licence. Repeat this where results are shown:

> {attribution}

## What was done

- Kept: motorways to unclassified roads with their ramps, but those closed to trucks by their tags
  (`hgv`, `goods`, `motor_vehicle`, `vehicle`, `access`); `railway=rail` and `narrow_gauge` with
  sidings and spurs, but those for passengers, tourism, tests or the military alone.
- Merged with osmnx into edges between junctions; nodes where gauge or wire changes stay. A line
  of two gauges is two edges, and trains keep to one. Lengths are those of all points of a way;
  drawn lines are simplified to about 10 m.
- Each dead end with a node of its gauge within 0.5 km, to which the way round is over five times as
  long, is tied to it. Most such gaps are faults of a map or of its filter; some are a river.
- Parts of fewer than 30 nodes are dropped, but never the largest of a gauge.
- Country of the edges: {country}.

{notes}

| mode | class | km | mean km/h | cap and default |
|---|---|--:|--:|---|
{speeds}

A speed is the limit that is tagged, else the default of the class (ramps 40), up to the cap. Only
the means in `network.yaml` are used; edges have no speed of their own.

## What is missing

Directions (a layer's edges go both ways, so a way against a one-way street may come out too
short), turn restrictions, tolls, bans by time, weight, height and length limits, ferries,
gradients, capacities of lines.
"""


class _Modes(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """`road,rail`: the layers to build."""

    name = "road,rail"

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        """Read the names, each once."""
        names = tuple(dict.fromkeys(part.strip() for part in str(value).split(",")))
        for name in names:
            if name not in MODES:
                self.fail(f"want road, rail or both, got {name!r}", param, ctx)
        return names


class _Box(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """`W,S,E,N` in degrees."""

    name = "W,S,E,N"

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, float, float, float]:
        """Read west, south, east, north."""
        try:
            west, south, east, north = map(float, str(value).split(","))
        except ValueError:
            self.fail(f"want four numbers west,south,east,north, got {value!r}", param, ctx)
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004  the Earth
            want = "west < east within -180..180 and south < north within -90..90"
            self.fail(f"want {want}, got {value!r}", param, ctx)
        return west, south, east, north


class _Country(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """ISO 3166 alpha-2."""

    name = "XX"

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Read the code."""
        if not re.fullmatch("[A-Za-z]{2}", str(value)):
            self.fail(
                f"want a code of two letters (ISO 3166), such as PT, got {value!r}", param, ctx
            )
        return str(value).upper()


@click.command(
    short_help="Build a network of a region from OpenStreetMap.",
    epilog=example("routeopt network build portugal-latest.osm.pbf -o portugal --country PT"),
)
@click.argument("extract", metavar="EXTRACT", type=AnyPath(), required=False)
@click.option("-o", "--output", "folder", metavar="DIR", type=AnyPath(), help="Folder to write.")
@click.option(
    "--modes", type=_Modes(), default="road,rail", show_default=True, help="Layers to build."
)
@click.option("--bbox", type=_Box(), help="Only ways that touch this box; they are kept whole.")
@click.option("--country", type=_Country(), help="Country of all edges.")
@click.option(
    "--borders",
    metavar="FILE",
    type=AnyPath(),
    help="GeoJSON of countries, in place of --country: edges are cut at the borders.",
)
@click.option("--name", metavar="NAME", help="Name of the network; left out: that of DIR.")
@click.option("--dry-run", is_flag=True, help="Say what would be loaded and the memory it takes.")
@click.option("--force", is_flag=True, help="Build anew in a DIR that holds a network.")
@click.option(
    "--overpass", metavar="URL", help="Load from this Overpass server, in place of EXTRACT."
)
@quiet_option
def build(**options: Any) -> None:  # noqa: ANN401  click calls it
    """Build the road and rail layers of a region from EXTRACT into DIR.

    EXTRACT is a file of OpenStreetMap data (.osm.pbf, .osm, .osm.bz2), such as download servers
    offer by country. Nothing is loaded from the internet, but with --overpass. DIR is then a
    network: name its path in a case, after `network:`.
    """
    _check_usage(options)
    quiet = options["quiet"]
    tell: Callable[[str], None] = (lambda _: None) if quiet else say
    request = _request(options)
    if options["dry_run"]:
        from routeopt.osm import survey

        with watching("reading", quiet=quiet):
            counts = survey(request, say=tell)
        emit(_counts_text(counts))
        return
    folder: Path = options["folder"]
    name = options["name"] or folder.resolve().name
    _see_that_free(folder, force=options["force"])
    from routeopt.osm import build as build_layers

    with watching("building", quiet=quiet):
        built = build_layers(request, say=tell)
    texts = {
        "SOURCES.md": _sources(request, built, _command(options)),
        "network.yaml": _settings(request, built, name),
    }
    kept = _write(folder, built, texts)
    tell(f"{folder}: {', '.join([*(f'{mode}.npz' for mode in built), *texts])}{kept}. Next:")
    emit(f"routeopt network show {quoted(folder)}\nrouteopt network check {quoted(folder)}")


def _check_usage(options: Mapping[str, Any]) -> None:
    if (options["extract"] is None) == (options["overpass"] is None):
        raise click.UsageError("want either an EXTRACT or --overpass URL")
    if options["overpass"] is not None:
        if not re.match(r"https?://", options["overpass"]):
            raise click.UsageError(f"want --overpass http(s)://…, got {options['overpass']!r}")
        if options["bbox"] is None:
            raise click.UsageError("--overpass needs --bbox: it says what to load")
        if options["dry_run"]:
            raise click.UsageError("--dry-run counts what is in an EXTRACT; there is none")
    if options["dry_run"]:
        return
    if options["folder"] is None:
        raise click.UsageError("want a folder to write: -o DIR (or --dry-run)")
    if (options["country"] is None) == (options["borders"] is None):
        raise click.UsageError(
            "want either --country XX, if all lies in one country, or --borders FILE"
        )


def _request(options: Mapping[str, Any]) -> Request:
    for name in ("osmnx", "osmium"):
        if find_spec(name) is None:
            raise InputError(
                f"building a network needs {name}, which is not installed: "
                "pip install 'routeopt[osm]'"
            )
    from routeopt.osm import Request

    return Request(
        extract=options["extract"],
        modes=options["modes"],
        bbox=options["bbox"],
        country=options["country"] or "",
        borders=options["borders"],
        overpass=options["overpass"] or "",
    )


def _counts_text(counts: Mapping[str, Counts]) -> str:
    lines = [f"{'layer':5} {'ways':>10} {'points':>12} {'memory':>8}"]
    lines += [
        f"{mode:5} {count.ways:>10,} {count.points:>12,} {count.memory_bytes / 1e9:>5.1f} GB"
        for mode, count in counts.items()
    ]
    return "\n".join(lines)


def _see_that_free(folder: Path, *, force: bool) -> None:
    """See, before the long work, that the network may be written there."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; give another -o")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "network.yaml").exists():
        raise InputError(f"{folder} holds files that are no network; give another -o")
    if not force:
        raise InputError(f"{folder} is there already; give another -o, or --force to build anew")


def _write(folder: Path, built: Mapping[str, Built], texts: Mapping[str, str]) -> str:
    """Write all files, or none where the disk is full; say what was kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as spare:
            whole = Path(spare)
            for mode, one in built.items():
                one.layer.write(whole / f"{mode}.npz")
            for name, text in texts.items():
                (whole / name).write_text(text, "utf-8", newline="\n")
            for mode in MODES:  # a layer of an earlier build is none of this one
                if mode not in built:
                    (folder / f"{mode}.npz").unlink(missing_ok=True)
            for name in (*(f"{mode}.npz" for mode in built), *texts):  # network.yaml comes last
                (whole / name).replace(folder / name)
        terminals = folder / "terminals.csv"
        if terminals.exists():
            return "; terminals.csv was kept"
        terminals.write_text(TERMINALS, "utf-8", newline="\n")
    except OSError as err:
        raise InputError(f"{folder}: can't be written: {err.strerror or err}") from err
    return ", terminals.csv (empty)"


def _settings(request: Request, built: Mapping[str, Built], name: str) -> str:
    """Write network.yaml; texts are quoted as JSON, which is YAML too."""
    from routeopt.osm.speeds import RAIL_KMH

    title = f"{' and '.join(built)} of {_source_name(request)}"
    return SETTINGS.format(
        name=json.dumps(name, ensure_ascii=False),
        title=json.dumps(title, ensure_ascii=False),
        licence=json.dumps(LICENCE),
        attribution=json.dumps(ATTRIBUTION),
        rail_kmh=RAIL_KMH,
        speeds="".join(f"  {mode}: {one.speed_kmh:g}\n" for mode, one in built.items()),
    )


def _sources(request: Request, built: Mapping[str, Built], command: str) -> str:
    speeds = [
        f"| {mode} | {row.name} | {row.km:,.1f} | {row.kmh:.0f} | {row.source} |"
        for mode, one in built.items()
        for row in one.speeds
    ]
    notes = [f"- {mode}: {note}." for mode, one in built.items() for note in one.notes]
    country = f"cut at the borders of {request.borders.name}" if request.borders else ""
    return SOURCES.format(
        files=" and ".join(f"`{mode}.npz`" for mode in built),
        date=datetime.now(tz=UTC).date().isoformat(),
        command=command,
        table=_origin(request),
        routeopt=__version__,
        python=sys.version.split()[0],
        libraries=", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        attribution=ATTRIBUTION,
        country=country or f"{request.country}, as given",
        notes="\n".join(notes),
        speeds="\n".join(speeds),
    )


def _source_name(request: Request) -> str:
    return request.extract.name if request.extract else request.overpass


def _origin(request: Request) -> str:
    """Table of the files that the network was built from."""
    if request.extract is None:
        return f"Loaded from the Overpass server {request.overpass} on that day."
    from routeopt.osm import data_date

    stamp = data_date(request.extract) or "not told in the file"
    rows = [_File(request.extract, f"OpenStreetMap extract, data of: {stamp}")]
    rows += [_File(request.borders, "borders of countries")] if request.borders else []
    return "\n".join(["| file | what | bytes | sha256 |", "|---|---|--:|---|", *map(str, rows)])


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    what: str

    def __str__(self) -> str:
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"| {self.path.name} | {self.what} | {self.path.stat().st_size:,} | {digest} |"


def _command(options: Mapping[str, Any]) -> str:
    """Write the command as it was given, with names of files in place of their paths."""
    words = ["routeopt network build"]
    if options["extract"]:
        words.append(quoted(options["extract"].name))
    words += ["-o", quoted(options["folder"].resolve().name)]
    if options["modes"] != MODES:
        words += ["--modes", ",".join(options["modes"])]
    if options["bbox"]:
        words += ["--bbox", ",".join(map(str, options["bbox"]))]
    for key in ("country", "name", "overpass"):
        words += [f"--{key}", quoted(options[key])] if options[key] else []
    words += ["--borders", quoted(options["borders"].name)] if options["borders"] else []
    return " ".join(words)
