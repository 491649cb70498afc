"""Draw the pictures of docs/network.md, and write its table of ways: `python docs/pictures.py`.

With names of pictures, only these are drawn: `python docs/pictures.py iberia ways-rail`.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import Image

from routeopt.box import networks_dir
from routeopt.network.physical import Physical, Spot, open_network
from routeopt.plots.canvas import COLOURS
from routeopt.plots.frame import Frame
from routeopt.plots.network import GAUGES, Mark, Route, draw_network, draw_routes

DOCS = Path(__file__).parent
PAGE = DOCS / "network.md"
IMAGES = DOCS / "img"
TODAY, OPENED = date(2026, 3, 2), date(2027, 3, 1)
"""Day of all ways, and one after the line Evora - Caia opens."""
NM_KM = 1.852
TINTS = 16
"""Steps from each colour of a map to white; other colours become the nearest of these."""
TABLE = re.compile(r"(<!-- ways -->\n).*?(\n<!-- /ways -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A way to be shown: between two terminals, or the `known` places of a row of distances.csv."""

    mode: str
    origin: str = ""
    destination: str = ""
    known: tuple[str, str] = ("", "")
    on: date = TODAY
    avoid: tuple[str, ...] = ()


LAYERS = {
    "iberia": ("Iberia: roads, railways, waterways, sea lanes", (-10.0, 35.7, 4.2, 44.2)),
    "north-east-china": (
        "North-East China: roads, railways, waterways, sea lanes",
        (115.0, 37.3, 136.0, 54.0),
    ),
    "world": ("The world by sea, and the land bridge", (-115.0, -60.0, 245.0, 78.0)),
}
WAYS = {
    "ways-road": (
        Asked(mode="road", origin="PTSIE-XXI", destination="ES-ABRONIGAL"),
        Asked(mode="road", known=("Sines", "Badajoz")),
        Asked(mode="road", known=("Dalian", "Harbin")),
    ),
    "ways-rail": (
        Asked(mode="rail", origin="PTSIE-XXI", destination="ES-ABRONIGAL"),
        Asked(mode="rail", known=("Sines", "Caia"), on=OPENED),
        Asked(mode="rail", origin="CNDAL-DAYAOWAN", destination="CNHRN"),
        Asked(mode="rail", origin="ESIRU", destination="DEDUI"),
        Asked(mode="rail", origin="RU-ZABAIKALSK", destination="PLMAA"),
    ),
    "ways-sea": (
        Asked(mode="sea", origin="PTSIE-XXI", destination="CNDAL-DAYAOWAN"),
        Asked(mode="sea", origin="PTSIE-XXI", destination="CNDAL-DAYAOWAN", avoid=("suez",)),
        Asked(mode="sea", known=("Dalian", "Yantai")),
        Asked(mode="sea", known=("Dalian", "Yokohama")),
        Asked(mode="sea", origin="PTSIE-XXI", destination="NLRTM"),
    ),
}
COLUMNS = 3
Rows = dict[str, dict[str, str]]


def eurasia() -> Physical:
    """Open the network."""
    return open_network(networks_dir() / "eurasia")


def terminals(physical: Physical) -> Rows:
    """Rows of its terminals by id."""
    with (physical.folder / "terminals.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def known_rows(physical: Physical) -> dict[tuple[str, str, str], dict[str, str]]:
    """Rows of its known distances by mode and places."""
    with (physical.folder / "distances.csv").open(encoding="utf-8") as file:
        return {(row["mode"], row["from"], row["to"]): row for row in csv.DictReader(file)}


def places(physical: Physical, asked: Asked) -> tuple[Spot, Spot]:
    """Both ends: those of the known distance, so that it can be compared; else the terminals."""
    row = known_rows(physical).get((asked.mode, *asked.known))
    if row is not None:
        start, end = (
            Spot(id=row[at], lat=float(row[f"{at}_lat"]), lon=float(row[f"{at}_lon"]))
            for at in ("from", "to")
        )
        return start, end
    rows = terminals(physical)
    start, end = (
        Spot(
            id=row["id"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            name=row["name"],
            gauges_mm=tuple(int(gauge) for gauge in row["gauges_mm"].split(";") if gauge),
        )
        for row in (rows[asked.origin], rows[asked.destination])
    )
    return start, end


def measure(physical: Physical, asked: Asked) -> Route:
    """Find a way with its points."""
    start, end = places(physical, asked)
    way = physical.way(asked.mode, start, end, on=asked.on, avoid=asked.avoid)
    if way is None:
        raise SystemExit(f"no way by {asked.mode} from {start.label} to {end.label}")
    day = f"{asked.on}" if asked.mode == "rail" else ""
    return Route(origin=start, destination=end, way=way, day=day)


def table(physical: Physical) -> str:
    """All ways with their km, beside the known distance where there is one."""
    known = known_rows(physical)
    lines = ["| way | km | known km | where the known distance is from |", "|---|---|---|---|"]
    for asked in (asked for group in WAYS.values() for asked in group):
        route = measure(physical, asked)
        aside = f", {', '.join(asked.avoid)} closed" if asked.avoid else ""
        aside += f", {asked.on}" if asked.on != TODAY else ""
        name = f"{asked.mode}: {_short(route.origin)} to {_short(route.destination)}{aside}"
        row = known.get((asked.mode, *asked.known))
        km, source = ("", "") if row is None else _known(row)
        lines.append(f"| {name} | {route.way.distance_km:,.0f} | {km} | {source} |")
    return "\n".join(lines)


def _short(spot: Spot) -> str:
    if not spot.name:
        return spot.id
    return f"{Mark(name=spot.name, lat=spot.lat, lon=spot.lon).short} ({spot.id})"


def _known(row: dict[str, str]) -> tuple[str, str]:
    km = float(row["real_km"] or 0) or float(row["real_nm"]) * NM_KM
    source = row["source"].split("; KNOWN GAP")[0].replace("|", "/")
    return f"{km:,.0f}", f"{row['basis']}: {source}"


def pictures(physical: Physical) -> dict[str, Callable[[Path], None]]:
    """Give what draws each picture into a file, by the picture's name."""
    marks = [
        Mark(name=row["name"], lat=float(row["lat"]), lon=float(row["lon"]), kind=row["kind"])
        for row in terminals(physical).values()
    ]

    def layers(name: str) -> Callable[[Path], None]:
        title, (west, south, east, north) = LAYERS[name]
        frame = Frame(west=west, south=south, east=east, north=north)
        return lambda path: draw_network(physical, marks, frame, path, title=title)

    def ways(name: str) -> Callable[[Path], None]:
        return lambda path: draw_routes(
            physical,
            [measure(physical, asked) for asked in WAYS[name]],
            path,
            columns=COLUMNS,
        )

    return {name: layers(name) for name in LAYERS} | {name: ways(name) for name in WAYS}


def shrink(path: Path) -> None:
    """Write a picture again with few colours: a third of the bytes."""
    data = io.BytesIO()
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE)
    few.save(data, format="png", optimize=True)
    path.write_bytes(data.getvalue())


def _palette() -> Image.Image:
    """Colours of the maps, paler and paler."""
    inks = [*COLOURS.values(), *GAUGES.values()]
    rgb = [tuple(bytes.fromhex(ink[1:])) for ink in dict.fromkeys(inks)]
    parts = [round(255 * at / (TINTS - 1)) for at in range(TINTS)]
    tints = [value + (255 - value) * part // 255 for ink in rgb for part in parts for value in ink]
    palette = Image.new("P", (1, 1))
    palette.putpalette(tints)
    return palette


def main(names: list[str], folder: Path = IMAGES) -> None:
    """Draw pictures, all if none is named, and with all of them write the table anew."""
    physical = eurasia()
    known = pictures(physical)
    for name in names:
        if name not in known:
            raise SystemExit(f"no picture {name!r}; there are: {', '.join(known)}")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or known:
        path = folder / f"{name}.png"
        known[name](path)
        shrink(path)
        sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")
    if not names:
        text = PAGE.read_text(encoding="utf-8")
        whole = TABLE.sub(lambda hit: f"{hit[1]}{table(physical)}{hit[2]}", text)
        PAGE.write_text(whole, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
