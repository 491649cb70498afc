"""Small cases written to disk for worked examples: terminals on a line, services between them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from routeopt.case import load_case
from routeopt.case.model import Case

Row = Mapping[str, object]


def write_case(
    folder: Path, *, tables: Mapping[str, Sequence[Row]], shipments: Sequence[Row], **keys: object
) -> Path:
    """Write `case.yaml` and its tables; columns that a row does not name are empty cells."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {**tables, "shipments": shipments}.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    case: dict[str, Any] = {
        "case": 1,
        "name": folder.name,
        "network": "none",
        "start": "2026-03-02",
        "days": 60,
        "shipments": "shipments.csv",
        "tables": {name: f"{name}.csv" for name in tables},
        **keys,
    }
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(case, sort_keys=False), encoding="utf-8")
    return path


def terminal(id_: str, country: str, **cells: object) -> dict[str, object]:
    """Row of a terminal; its place on the map does not count."""
    return {"id": id_, "name": id_, "country": country, "lat": 40, "lon": 0, **cells}


def service(id_: str, mode: str, way: str, toc: str, **cells: object) -> dict[str, object]:
    """Row of a service on demand; `way` is `FROM > TO`."""
    origin, _, destination = way.partition(" > ")
    return {
        "id": id_,
        "mode": mode,
        "from": origin,
        "to": destination,
        "departures": "any",
        "hours": 1,
        "toc": toc,
        **cells,
    }


def shipment(id_: str, way: str, **cells: object) -> dict[str, object]:
    """Row of a shipment that has all the time of the case; `way` is `FROM > TO`."""
    origin, _, destination = way.partition(" > ")
    return {
        "id": id_,
        "origin": origin,
        "destination": destination,
        "ready": "2026-03-02T00:00Z",
        "due": "2026-04-30T00:00Z",
        **cells,
    }


def line_case(folder: Path, services: Sequence[Row], **keys: object) -> Case:
    """Load a case that holds these services, the terminals that they name, and a 10 t box.

    The country of a terminal is the first two letters of its id.
    """
    ends = sorted({str(row[end]) for row in services for end in ("from", "to")})
    path = write_case(
        folder,
        tables={"terminals": [terminal(id_, id_[:2]) for id_ in ends], "services": services},
        shipments=[shipment("box", f"{ends[0]} > {ends[-1]}", teu=1, tonnes=10)],
        **keys,
    )
    return load_case(path)
