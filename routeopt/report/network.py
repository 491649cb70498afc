"""Networks, what a check of one found, and ways on one as text and data."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from routeopt.network.health import Finding
from routeopt.network.inventory import LayerFacts
from routeopt.network.physical import Physical, Way
from routeopt.report.grid import grid
from routeopt.words import count, heading, number, span, wrapped

LIST_COLUMNS = ("name", "title", "layers", "terminals", "folder")
CHECK_COLUMNS = ("severity", "check", "mode", "message")
_AT_SEA = "at sea"

_Facts = dict[str, Any]


def list_rows(networks: Sequence[Physical], terminals: Sequence[int]) -> list[_Facts]:
    """Name, title, layers, terminals and folder of each network."""
    return [
        {
            "name": physical.settings.name,
            "title": physical.settings.title,
            "layers": ";".join(physical.modes),
            "terminals": terminal_count,
            "folder": _folder(physical),
        }
        for physical, terminal_count in zip(networks, terminals, strict=True)
    ]


def _folder(physical: Physical) -> str:
    """Folder from where one stands, if that is shorter."""
    whole = str(physical.folder.resolve())
    try:
        return min(os.path.relpath(whole), whole, key=len)
    except ValueError:  # another drive
        return whole


def list_text(rows: Sequence[_Facts]) -> str:
    """Networks as a table."""
    lines = [
        (row["name"], row["layers"].replace(";", ", "), row["folder"], f"{row['terminals']:,}")
        for row in rows
    ]
    text = grid(("network", "layers", "folder", "terminals"), lines, left=3)
    titles = [wrapped(f"{row['name']}: {row['title']}", hang="  ") for row in rows]
    return "\n".join([text, "", *titles])


def show_facts(
    physical: Physical,
    layers: Sequence[LayerFacts],
    terminals: Sequence[Mapping[str, Any]],
    services: Sequence[Mapping[str, Any]],
) -> _Facts:
    """All that `network show` tells, as data."""
    settings = physical.settings
    return {
        "name": settings.name,
        "title": settings.title,
        "version": settings.version,
        "folder": _folder(physical),
        "layers": [_layer(facts) for facts in layers],
        "passages": list(physical.passages),
        "closed_passages": list(settings.closed),
        "speeds_kmh": dict(settings.speeds_kmh),
        "driving_rules": {name: dict(rule) for name, rule in settings.driving_rules.items()},
        "terminals": len(terminals),
        "terminals_by_kind": _counted(terminals, "kind"),
        "services": len(services),
        "services_by_mode": _counted(services, "mode"),
        "licence": list(settings.licence),
        "attribution": list(settings.attribution),
    }


def _layer(facts: LayerFacts) -> _Facts:
    row: _Facts = {
        "mode": facts.mode,
        "nodes": facts.nodes,
        "edges": facts.edges,
        "km": facts.km,
        "bytes": facts.bytes,
        "country_km": dict(facts.country_km),
    }
    if facts.gauge_km:
        row |= {
            "gauge_km": {str(gauge): km for gauge, km in facts.gauge_km.items()},
            "unwired_km": facts.unwired_km,
        }
    return row


def _counted(rows: Sequence[Mapping[str, Any]], key: str) -> dict[str, int]:
    """How many rows have each value, the most first."""
    found = Counter(str(row.get(key) or "other") for row in rows)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def show_text(facts: _Facts, *, bold: bool) -> str:
    """Tell what a network holds, for reading."""
    lines = [heading(f"{facts['name']}: {facts['title']}", bold=bold), f"folder: {facts['folder']}"]
    lines += ["", heading("Layers", bold=bold), _layers_text(facts["layers"])]
    for layer in facts["layers"]:
        if "gauge_km" in layer:
            gauges = ", ".join(
                f"{gauge} mm {number(km)} km" for gauge, km in layer["gauge_km"].items()
            )
            unwired = f"{number(layer['unwired_km'])} km without catenary"
            lines.append(wrapped(f"rail gauges: {gauges}; {unwired}", hang="  "))
    lines += [
        wrapped(f"{layer['mode']} countries: {', '.join(_countries(layer))}", hang="  ")
        for layer in facts["layers"]
        if _countries(layer)
    ]
    if facts["passages"]:
        shut = f"; closed unless in `via`: {', '.join(facts['closed_passages']) or 'none'}"
        lines.append(wrapped(f"sea passages: {', '.join(facts['passages'])}{shut}", hang="  "))
    if facts["speeds_kmh"]:
        speeds = ", ".join(f"{mode} {speed:g} km/h" for mode, speed in facts["speeds_kmh"].items())
        lines.append(f"speeds: {speeds}")
    lines += ["", heading("Tables", bold=bold)]
    for what, noun, by in (
        ("terminals", "terminal", "terminals_by_kind"),
        ("services", "service", "services_by_mode"),
    ):
        parts = ", ".join(f"{name} {size}" for name, size in facts[by].items())
        lines.append(
            wrapped(f"{count(facts[what], noun)}{f': {parts}' if parts else ''}", hang="  ")
        )
    lines += ["", heading("Licence", bold=bold)]
    lines += [wrapped(line, hang="  ") for line in facts["licence"]]
    lines += ["", heading("Attribution, to repeat where results are shown", bold=bold)]
    lines += [wrapped(line, hang="  ") for line in facts["attribution"]]
    return "\n".join(lines)


def _layers_text(layers: Sequence[_Facts]) -> str:
    rows = [
        (
            layer["mode"],
            f"{layer['nodes']:,}",
            f"{layer['edges']:,}",
            f"{layer['km']:,.0f}",
            f"{layer['bytes']:,}",
            f"{len(_countries(layer)):,}",
        )
        for layer in layers
    ]
    return grid(("layer", "nodes", "edges", "km", "bytes", "countries"), rows)


def _countries(layer: _Facts) -> list[str]:
    return [name for name in layer["country_km"] if name]


def check_rows(found: Sequence[Finding]) -> list[_Facts]:
    """Give findings as data."""
    return [
        {"severity": f.severity, "check": f.check, "mode": f.mode, "message": f.message}
        for f in found
    ]


def check_text(name: str, found: Sequence[Finding], *, bold: bool) -> str:
    """Tell findings, errors first."""
    totals = Counter(finding.severity for finding in found)
    said = f"{count(totals['error'], 'error')}, {count(totals['warning'], 'warning')}"
    lines = [heading(f"{name}: {said}", bold=bold)]
    kind = ""
    for finding in found:
        if finding.severity != kind:
            kind = finding.severity
            title = {"error": "Errors", "warning": "Warnings", "note": "What was checked"}[kind]
            lines += ["", heading(title, bold=bold)]
        where = f" ({finding.mode})" if finding.mode else ""
        lines.append(wrapped(f"- {finding.check}{where}: {finding.message}", hang="  "))
    return "\n".join(lines)


def distance_facts(way: Way, *, hours: float | None, gcd_km: float) -> _Facts:
    """Facts of a way, by the keys that `network distance --format json` has."""
    return {
        "distance_km": way.distance_km,
        "hours": hours,
        "gcd_km": gcd_km,
        "snap_km": list(way.snap_km),
        "country_km": dict(way.country_km),
        "unwired_km": dict(way.unwired_km),
        "passages": list(way.passages),
    }


def distance_text(facts: _Facts, mode: str, origin: str, destination: str, factor: float) -> str:
    """Tell a way for reading."""
    hours = facts["hours"]
    rows = [
        ("distance", f"{facts['distance_km']:,.1f} km"),
        ("hours", "not known" if hours is None else f"{hours:,.1f} h ({span(60 * hours)})"),
        ("great circle", f"{facts['gcd_km']:,.1f} km"),
        ("ties", " and ".join(f"{km:.1f} km" for km in facts["snap_km"]) + _counted_as(factor)),
    ]
    if set(facts["country_km"]) != {""}:
        rows.append(("by country", _by_country(facts["country_km"])))
    if mode == "rail":
        rows.append(("without wire", _by_country(facts["unwired_km"]) or "none"))
    if mode == "sea":
        rows.append(("passages", ", ".join(facts["passages"]) or "none"))
    width = max(len(label) for label, _ in rows)
    lines = [f"{label:<{width}}  {text}" for label, text in rows]
    return "\n".join([f"{origin} to {destination} by {mode}", *lines])


def way_lines(way: Way, origin: str, destination: str, day: str = "") -> list[str]:
    """Tell a way in short, for over and under a map: its km first."""
    on = f" on {day}" if day else ""
    lines = [f"{origin} to {destination} by {way.mode}{on}: {way.distance_km:,.1f} km"]
    if set(way.country_km) != {""}:
        lines.append(f"by country: {_by_country(way.country_km)}")
    if way.mode == "rail":
        lines.append(f"without wire: {_by_country(way.unwired_km) or 'none'}")
    if way.mode == "sea":
        lines.append(f"passages: {', '.join(way.passages) or 'none'}")
    return lines


def _counted_as(factor: float) -> str:
    return f" in a straight line, counted {factor:g} times"


def _by_country(km: Mapping[str, float]) -> str:
    most = sorted(km.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{name or _AT_SEA} {value:,.1f} km" for name, value in most)
