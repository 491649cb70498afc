"""How long the network takes, beside networkx and searoute on the same questions.

Off by default; `python -m pytest benchmarks/test_network.py --benchmark-only`. What was asked for
stands in `extra_info` as `asked_s`; only ratios and memory are asserted, since times are those of
a machine.
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from routeopt.box import cases_dir, networks_dir
from routeopt.network.layers import Layer, Tie
from routeopt.network.physical import Physical, Spot, open_network

ON = date(2026, 3, 2)
PAIRS = 40
MEMORY_MB = 1000
SOLVE = """
import resource, sys
from routeopt.commands import main
try:
    main(["solve", sys.argv[1], "-o", sys.argv[2], "--quiet"])
except SystemExit as end:
    assert not end.code, end.code
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The network, without tables that other runs have kept."""
    kept = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(networks_dir() / "eurasia", tmp_path / "eurasia", ignore=kept)


def cold(folder: Path) -> Physical:
    """The network with its layers read, and nothing measured on it."""
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    physical = open_network(folder)
    for mode in physical.modes:
        physical.layer(mode)
    return physical


def terminals(folder: Path, mode: str) -> list[Spot]:
    with (folder / "terminals.csv").open(encoding="utf-8") as file:
        return [
            Spot(id=row["id"], lat=float(row["lat"]), lon=float(row["lon"]))
            for row in csv.DictReader(file)
            if mode in row["modes"].split(";")
        ]


def node(layer: Layer, tie: Tie) -> int:
    """End of a tie's edge that is nearer."""
    return int(layer.tail[tie.edge] if tie.share <= 0.5 else layer.head[tie.edge])


def beside(benchmark: BenchmarkFixture, asked_s: float, other: Callable[[], Any]) -> float:
    """Time the alternative once, in the same run; give its time over ours."""
    began = time.perf_counter()
    other()
    other_s = time.perf_counter() - began
    ratio = float(other_s / benchmark.stats["median"])  # type: ignore[index]
    facts = {"asked_s": asked_s, "alternative_s": round(other_s, 4), "ratio": round(ratio, 2)}
    benchmark.extra_info.update(facts)
    return ratio


def test_load(benchmark: BenchmarkFixture, folder: Path) -> None:
    """All layers read and checked, beside making the road layer alone a networkx graph."""
    benchmark.pedantic(lambda: cold(folder), rounds=9, warmup_rounds=1)  # type: ignore[no-untyped-call]
    assert beside(benchmark, 0.3, open_network(folder).layer("road").graph) > 1


def test_one_road_distance(benchmark: BenchmarkFixture, folder: Path) -> None:
    """New pairs of places on a warm layer, beside networkx between their nodes."""
    physical = cold(folder)
    layer, graph = physical.layer("road"), physical.graph("road")
    draw = random.Random(1)  # noqa: S311  an example, not a secret
    west = np.flatnonzero(layer.lon_udeg < 50e6).tolist()
    east = np.flatnonzero(layer.lon_udeg > 50e6).tolist()

    def place(side: list[int]) -> Spot:
        at = draw.choice(side)
        lat, lon = (float(x[at]) / 1e6 for x in (layer.lat_udeg, layer.lon_udeg))
        return Spot(id="x", lat=lat + draw.uniform(0, 0.02), lon=lon + draw.uniform(0, 0.02))

    asked = [(place(side), place(side)) for side in (west, east) * (5 * PAIRS)]
    batches = iter([asked[at : at + PAIRS] for at in range(0, len(asked), PAIRS)])

    def ours(pairs: list[tuple[Spot, Spot]]) -> None:
        for a, b in pairs:
            physical.way("road", a, b, on=ON, points=False)

    def others() -> None:
        for a, b in asked[:PAIRS]:
            ends = (node(layer, physical.tie("road", spot, on=ON)) for spot in (a, b))
            if nx.has_path(graph, *(pair := tuple(ends))):
                nx.bidirectional_dijkstra(graph, *pair, weight="km")

    ours(next(batches))  # warm
    benchmark.pedantic(ours, setup=lambda: ((next(batches),), {}), rounds=8)  # type: ignore[no-untyped-call]
    assert beside(benchmark, 0.002 * PAIRS, others) > 5
    benchmark.extra_info["distances"] = PAIRS


def test_table_by_road(benchmark: BenchmarkFixture, folder: Path) -> None:
    """Km between all terminals, cold, beside a Dijkstra of networkx from each."""
    spots = terminals(folder, "road")
    warm = cold(folder)
    layer, graph = warm.layer("road"), warm.graph("road")
    table = warm.table("road", spots, on=ON)
    tied = [spot for spot, row in zip(spots, table, strict=True) if np.isfinite(row).sum() > 1]
    nodes = [node(layer, warm.tie("road", spot, on=ON)) for spot in tied]
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda physical: physical.table("road", spots, on=ON),
        setup=lambda: ((cold(folder),), {}),
        rounds=5,
    )

    def others() -> None:
        for start in nodes:
            nx.single_source_dijkstra_path_length(graph, start, weight="km")

    assert beside(benchmark, 1.0, others) > 5


def test_table_by_sea(benchmark: BenchmarkFixture, folder: Path) -> None:
    """Km between all seaports, cold, beside searoute for each pair."""
    searoute = pytest.importorskip("searoute", reason="the alternative: pip install searoute")
    spots = terminals(folder, "sea")
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda physical: physical.table("sea", spots, on=ON),
        setup=lambda: ((cold(folder),), {}),
        rounds=5,
    )
    searoute.searoute([spots[0].lon, spots[0].lat], [spots[1].lon, spots[1].lat])  # warm

    def others() -> None:
        for number, start in enumerate(spots):
            for end in spots[:number]:
                searoute.searoute([start.lon, start.lat], [end.lon, end.lat])

    assert beside(benchmark, 1.0, others) > 5


def test_memory_of_a_solve(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """A case on the network in a process of its own: its peak, beside what was asked for."""
    pytest.importorskip("resource", reason="this platform does not tell a process's peak")
    case = str(cases_dir() / "dalian-or-yingkou")
    peaks = []

    def solve() -> None:
        words = [sys.executable, "-c", SOLVE, case, str(tmp_path)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        per_mb = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
        peaks.append(int(done.stdout.split()[-1]) / per_mb)

    benchmark.pedantic(solve, rounds=2)  # type: ignore[no-untyped-call]
    benchmark.extra_info.update({"peak_mb": round(max(peaks)), "asked_mb": MEMORY_MB})
    assert max(peaks) < MEMORY_MB
