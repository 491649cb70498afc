"""Legs and places of a plan as GeoJSON (RFC 7946), for any map."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from routeopt.export.lines import Line, Point, lines
from routeopt.export.model import Facts, times
from routeopt.export.summary import notices

DIGITS = 6
"""Decimals of a coordinate: a tenth of a metre."""

_Position = tuple[float, float]
"""Longitude and latitude, the order of GeoJSON."""


def geojson(facts: Facts) -> bytes:
    """Write a line for each departure that is used and a point for each place; the same each time.

    What the data ask to be said of them stands in `attribution` and `licence`.
    """
    features = [*_legs(facts), *_places(facts)]
    attribution, licence = notices(facts)
    head: dict[str, Any] = {"type": "FeatureCollection", "name": facts.plan["case"]["name"]}
    if attribution:
        head |= {"attribution": list(attribution), "licence": list(licence)}
    box = bbox([feature["geometry"] for feature in features])
    if box:
        head["bbox"] = box
    start = _json(head).removesuffix("}")
    body = ",\n".join(_json(feature) for feature in features)
    return f'{start},"features":[\n{body}\n]}}\n'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _feature(geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


# ---- legs --------------------------------------------------------------------------------------


def _legs(facts: Facts) -> Iterator[dict[str, Any]]:
    """One line for each departure, whoever shares it, in the order of time."""
    shared: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = {}
    for shipment in facts.plan["shipments"]:
        for leg in shipment["legs"]:
            key = leg["depart"], leg["service"]
            shared.setdefault(key, []).append((shipment["id"], leg))
    drawn = lines(facts.case, {service for _, service in shared})
    for (_, service), riders in sorted(shared.items()):
        line = drawn[service]
        yield _feature(line_geometry(line.points), _of_leg(facts, riders, line))


def _of_leg(
    facts: Facts, riders: Sequence[tuple[str, Mapping[str, Any]]], line: Line
) -> dict[str, Any]:
    case, leg = facts.case, riders[0][1]
    sizes = [case.members[id_].size for id_, _ in riders]
    here, there = (case.network.terminals[leg[end]] for end in ("from", "to"))
    return {
        "feature": "leg",
        "line": "measured" if line.measured else "great circle",
        "mode": leg["mode"],
        "service": leg["service"],
        "from": leg["from"],
        "from_name": here.name,
        "to": leg["to"],
        "to_name": there.name,
        **_clocks("depart", leg["depart"], here.timezone),
        **_clocks("arrive", leg["arrive"], there.timezone),
        "shipments": "; ".join(id_ for id_, _ in riders),
        "distance_km": leg["distance_km"],
        "teu": math.fsum(size.teu for size in sizes),
        "tonnes": math.fsum(size.tonnes for size in sizes),
        **{
            key: math.fsum(row[key] for _, row in riders)
            for key in ("tkm", "co2e_kg", "wtt_kg", "ttw_kg", "cost_eur")
        },
    }


def _clocks(name: str, stamp: str, zone_name: str) -> dict[str, str]:
    """Cells of an instant; the local one without offset, which map programs would reckon away."""
    cells = times(name, stamp, zone_name)
    return {
        key: cell.isoformat() if key.endswith("_utc") else f"{cell:%Y-%m-%dT%H:%M}"
        for key, cell in cells.items()
        if isinstance(cell, datetime)
    } | {f"{name}_timezone": zone_name}


def line_geometry(points: Sequence[Point]) -> dict[str, Any]:
    """Line through points, in two or more parts where it crosses longitude 180.

    >>> line_geometry([(0, 170), (10, -170)])["coordinates"]
    [[(170.0, 0.0), (180.0, 5.0)], [(-180.0, 5.0), (-170.0, 10.0)]]
    """
    from antimeridian import fix_shape  # noqa: PLC0415  takes long to load

    track = [((lon + 180) % 360 - 180, lat) for lat, lon in points]
    if len(set(track)) == 1:
        return {"type": "LineString", "coordinates": [_rounded(p) for p in track[:1] * 2]}
    cut = fix_shape({"type": "LineString", "coordinates": track}, great_circle=False)
    whole = [cut["coordinates"]] if cut["type"] == "LineString" else cut["coordinates"]
    parts = [part for part in map(_distinct, whole) if len(part) > 1]
    if len(parts) > 1:
        return {"type": "MultiLineString", "coordinates": parts}
    one = parts[0] if parts else [_rounded(track[0]), _rounded(track[-1])]
    return {"type": "LineString", "coordinates": one}


def _rounded(position: Sequence[float]) -> _Position:
    return round(float(position[0]), DIGITS), round(float(position[1]), DIGITS)


def _distinct(part: Sequence[Sequence[float]]) -> list[_Position]:
    """Positions rounded, none twice in a row."""
    found: list[_Position] = []
    for position in map(_rounded, part):
        if not found or position != found[-1]:
            found.append(position)
    return found


# ---- places ------------------------------------------------------------------------------------


def _places(facts: Facts) -> Iterator[dict[str, Any]]:
    """One point for each terminal and door where cargo of the plan is handled."""
    stops: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for shipment in facts.plan["shipments"]:
        for stop in shipment["transfers"]:
            stops.setdefault(stop["terminal"], []).append((shipment["id"], stop))
    for id_, rows in sorted(stops.items()):
        place = facts.case.network.terminals[id_]
        yield _feature(
            {"type": "Point", "coordinates": _rounded((place.lon, place.lat))},
            {
                "feature": "door" if place.is_door else "terminal",
                "id": id_,
                "name": place.name,
                "country": place.country,
                "timezone": place.timezone,
                "shipments": "; ".join(who for who, _ in rows),
                "handled_teu": math.fsum(facts.case.members[who].size.teu for who, _ in rows),
                "co2e_kg": math.fsum(stop["co2e_kg"] for _, stop in rows),
                "handling_eur": math.fsum(stop["cost_eur"] for _, stop in rows),
                "storage_eur": math.fsum(stop["storage_eur"] for _, stop in rows),
            },
        )


# ---- box ---------------------------------------------------------------------------------------


def bbox(geometries: Sequence[Mapping[str, Any]]) -> list[float]:
    """West, south, east and north of geometries; west is the greater if they lie across 180.

    Of all boxes that hold them, the narrowest; nothing for no geometries.

    >>> bbox([{"type": "Point", "coordinates": (170.0, 1.0)},
    ...       {"type": "Point", "coordinates": (-170.0, 2.0)}])
    [170.0, 1.0, -170.0, 2.0]
    """
    parts = [part for geometry in geometries for part in _parts(geometry)]
    if not parts:
        return []
    spans = sorted((min(x for x, _ in part), max(x for x, _ in part)) for part in parts)
    west, east, reach = spans[0][0], max(end for _, end in spans), spans[0][1]
    widest = west + 360 - east  # the gap across 180
    for start, end in spans[1:]:
        if start - reach > widest:
            widest, west, east = start - reach, start, reach
        reach = max(reach, end)
    lats = [lat for part in parts for _, lat in part]
    return [west, min(lats), east, max(lats)]


def _parts(geometry: Mapping[str, Any]) -> list[Sequence[_Position]]:
    """Positions of a geometry, of each part for itself."""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Point":
        return [[coordinates]]
    return [coordinates] if geometry["type"] == "LineString" else list(coordinates)
