"""Countries from a file of borders: pieces are cut where they cross one."""

# ruff: noqa: PLC0415  # shapely takes long to load
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from routeopt.errors import InputError
from routeopt.osm.pieces import Piece, as_line, cut

if TYPE_CHECKING:
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

CODES = ("ISO_A2_EH", "iso_a2_eh", "ISO_A2", "iso_a2", "ISO3166-1-Alpha-2", "ISO3166-1:alpha2",
         "country", "id")  # fmt: skip
"""Properties of a GeoJSON feature that may hold its country, the most trusted first."""


def read_borders(file: Path) -> Borders:
    """Read countries by their code."""
    import shapely

    try:
        features = json.loads(file.read_text("utf-8"))["features"]
        parts: dict[str, list[BaseGeometry]] = {}
        for feature in features:
            values = {"id": feature.get("id")} | (feature.get("properties") or {})
            codes = [str(values.get(name)) for name in CODES]
            code = next((c.upper() for c in codes if re.fullmatch("[A-Za-z]{2}", c)), "")
            if code and feature["geometry"]:
                shape = shapely.from_geojson(json.dumps(feature["geometry"]))
                parts.setdefault(code, []).append(shapely.make_valid(shape))
    except OSError as err:
        raise InputError(f"{file}: can't be read: {err.strerror}") from err
    except (ValueError, KeyError, TypeError, AttributeError, shapely.GEOSException) as err:
        raise InputError(f"{file}: want a GeoJSON FeatureCollection of countries ({err})") from err
    if not parts:
        raise InputError(f"{file}: no feature has a country code in any of: {', '.join(CODES)}")
    return Borders({code: shapely.union_all(parts[code]) for code in sorted(parts)})


class Borders:
    """Countries, and the lines between them."""

    def __init__(self, countries: Mapping[str, BaseGeometry]) -> None:
        import shapely

        self.codes = list(countries)
        self.shapes = shapely.STRtree(list(countries.values()))
        rims = shapely.get_parts([shape.boundary for shape in countries.values()])
        coords = [shapely.get_coordinates(rim) for rim in rims]
        steps = [np.stack([line[:-1], line[1:]], axis=1) for line in coords]
        self.steps = list(np.asarray(shapely.linestrings(np.concatenate(steps)), dtype=object))
        self.lines = shapely.STRtree(self.steps)

    def of(self, line: LineString, share: float) -> str:
        """Country of a point of a line; off the coast, the nearest."""
        point = line.interpolate(share, normalized=True)
        inside = self.shapes.query(point, predicate="intersects")
        return self.codes[min(inside, default=self.shapes.nearest(point))]

    def assign(self, pieces: list[Piece], ids: Iterator[int]) -> list[Piece]:
        """Give each piece its country, and cut those that cross a border there."""
        lines = [as_line(piece) for piece in pieces]
        hits: dict[int, set[float]] = {}
        for i, j in self.lines.query(lines, predicate="intersects").T.tolist():
            cross = lines[i].intersection(self.steps[j]).centroid
            hits.setdefault(i, set()).add(lines[i].project(cross, normalized=True))
        done: list[Piece] = []
        for i, piece in enumerate(pieces):
            stops = self.stops(lines[i], sorted(hits.get(i, ())))
            parts = cut(piece, stops, ids)
            done += [replace(part, country=self.of(as_line(part), 0.5)) for part in parts]
        return done

    def stops(self, line: LineString, crossings: Sequence[float]) -> list[float]:
        """Crossings at which the country changes: a border of two is crossed twice at once."""
        marks = [0.0, *(mark for mark in crossings if 0 < mark < 1), 1.0]
        countries = [self.of(line, (a + b) / 2) for a, b in pairwise(marks)]
        changes = zip(marks[1:-1], pairwise(countries), strict=True)
        return [mark for mark, (before, after) in changes if before != after]
