"""A small network on disk, near the equator, whose distances can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from routeopt.network.layers import NEVER, Layer

SETTINGS = """\
network: 1
name: toy
title: A toy
licence: [ODbL 1.0]
attribution: [Made up by hand]
speeds_kmh: {rail: 50, sea: 25, barge: 10}
snap_km: 25
tie_factor: 1.3
closed_passages: [arctic]
driving_rules:
  eu: {driving_h: 4.5, break_h: 0.75, day_h: 9, rest_h: 11, source: 561/2006}
"""


class Edge(NamedTuple):
    tail: int
    head: int
    km: float
    country: str = ""
    gauge_mm: int = 0
    wired: int = 0
    valid_from: int = 0
    passage: str = ""
    shape: tuple[tuple[float, float], ...] = ()


def layer(mode: str, nodes: Sequence[tuple[float, float]], edges: Sequence[Edge]) -> Layer:
    """Layer of nodes (lat, lon) and edges."""
    countries = ("", *sorted({edge.country for edge in edges} - {""}))
    passages = ("", *sorted({edge.passage for edge in edges} - {""}))
    inner = [point for edge in edges for point in edge.shape]

    def ints(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.array([round(value) for value in values], dtype=np.int32)

    return Layer(
        mode=mode,
        lat_udeg=ints([lat * 1e6 for lat, _ in nodes]),
        lon_udeg=ints([lon * 1e6 for _, lon in nodes]),
        tail=ints([edge.tail for edge in edges]),
        head=ints([edge.head for edge in edges]),
        length_m=ints([edge.km * 1000 for edge in edges]),
        country=ints([countries.index(edge.country) for edge in edges]),
        gauge_mm=ints([edge.gauge_mm for edge in edges]),
        wired=ints([edge.wired for edge in edges]),
        valid_from=ints([edge.valid_from for edge in edges]),
        passage=ints([passages.index(edge.passage) for edge in edges]),
        shape_at=ints(np.cumsum([0, *(len(edge.shape) for edge in edges)]).tolist()),
        shape_lat_udeg=ints([lat * 1e6 for lat, _ in inner]),
        shape_lon_udeg=ints([lon * 1e6 for _, lon in inner]),
        countries=countries,
        passages=passages,
    )


ROAD = layer(
    "road",
    [(0, 0), (0, 1), (0, 2), (5, 5), (5, 6)],
    [Edge(0, 1, 112, "ES"), Edge(1, 2, 120, "PT"), Edge(3, 4, 115, "PT")],
)
"""0 -112 km ES- 1 -120 km PT- 2 along the equator; 3 -115 km PT- 4 is an island."""

RAIL = layer(
    "rail",
    [(0, 0), (0, 1), (0, 2), (0, 0), (0, 2), (0, 3)],
    [
        Edge(0, 1, 112, "ES", 1668, 1),
        Edge(1, 2, 120, "PT", 1668, 0),
        Edge(0, 2, 230, "ES", 1668, 1, valid_from=20_819),  # 2027-01-01
        Edge(3, 4, 225, "ES", 1435, 1),
        Edge(2, 5, 112, "PT", 1668, 0, valid_from=NEVER),
    ],
)
"""Broad gauge 0-1-2 (232 km, half of it unwired), from 2027 0-2 (230 km); 1435 mm: 225 km."""

SEA = layer(
    "sea",
    [(-1, 0), (-1, 5), (-1, 10), (-20, 5), (20, 5)],
    [
        Edge(0, 1, 560),
        Edge(1, 2, 560, passage="canal"),
        Edge(0, 3, 2200),
        Edge(2, 3, 2200, passage="cape"),
        Edge(0, 4, 500, passage="arctic"),
        Edge(2, 4, 400),
    ],
)
"""From (-1, 0) to (-1, 10): by canal 1,120 km, round the cape 4,400, by the arctic 900 km.

The arctic is shorter than the Earth: ways are never shorter than the great circle.
"""


def write(folder: Path, *layers: Layer, settings: str = SETTINGS) -> Path:
    """Write a network's folder; without layers, with all of the above."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.yaml").write_text(settings, "utf-8")
    for one in layers or (ROAD, RAIL, SEA):
        one.write(folder / f"{one.mode}.npz")
    return folder
