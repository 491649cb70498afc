"""How long each phase takes, beside a named alternative that answers the same question.

Off by default; `python -m pytest benchmarks --benchmark-only`. Times of one run are compared with
each other only: `extra_info["ratio"]` is the alternative's time over ours.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.instances import SCALES, make
from routeopt.audit import audit
from routeopt.box import cases_dir
from routeopt.carbon import CarbonPrices
from routeopt.case import load_case
from routeopt.case.model import Case
from routeopt.freight import Status
from routeopt.itineraries import front
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.search import Prices
from routeopt.optimize import solve
from routeopt.optimize.model import OBJECTIVES, Problem
from routeopt.optimize.selection import Selection
from routeopt.optimize.solver import Effort
from routeopt.planfile import plan_dict

SIZES = tuple(SCALES)


def against(
    benchmark: BenchmarkFixture, ours: Callable[[], Any], other: Callable[[], Any], *, rounds: int
) -> None:
    """Time ours by the fixture and the alternative once, in the same run."""
    benchmark.pedantic(ours, rounds=rounds, warmup_rounds=1)  # type: ignore[no-untyped-call]
    began = time.perf_counter()
    other()
    other_s = time.perf_counter() - began
    benchmark.extra_info["alternative_s"] = round(other_s, 4)
    benchmark.extra_info["ratio"] = round(other_s / benchmark.stats["median"], 2)  # type: ignore[index]


@pytest.mark.parametrize("rows", [100, 1000, 10000])
def test_load(benchmark: BenchmarkFixture, tmp_path: Path, rows: int) -> None:
    """Reading and checking services, beside reading the same files without a check."""
    (tmp_path / "case.yaml").write_text(
        "case: 1\nname: x\nnetwork: none\nstart: 2026-03-02\ndays: 7\nfactors: published\n"
        "shipments: [{id: a, origin: A, destination: B, teu: 1, ready: 2026-03-02T08:00, "
        "due: 2026-03-06T08:00}]\ntables: {terminals: t.csv, services: s.csv}\n"
    )
    (tmp_path / "t.csv").write_text(
        "id,name,country,lat,lon,hoc,source\n"
        "A,,ES,40,-3,rail-terminal,assumption\nB,,ES,41,-3,rail-terminal,assumption\n"
    )
    lines = ["id,mode,from,to,departures,distance_km,hours,cost_per_teu,toc,source"]
    lines += [
        f's{n},rail,A,B,"Mon,Thu {n % 24:02}:00",300,8,{n},rail-diesel-eu,assumption'
        for n in range(rows)
    ]
    (tmp_path / "s.csv").write_text("\n".join(lines) + "\n")

    def plain() -> None:
        yaml.safe_load((tmp_path / "case.yaml").read_text())
        with (tmp_path / "s.csv").open() as file:
            list(csv.DictReader(file))

    against(benchmark, lambda: load_case(tmp_path), plain, rounds=3)


SERVICE_KINDS = (
    ("rail", "A", "B", "PT 300; ES 200", "ES 50", "rail-electric-1000", "rail-diesel-eu"),
    ("road", "A", "B", "PT 200; ES 300", "", "road-artic-eu", ""),
    ("sea", "A", "C", "", "", "ship-asia-med", ""),
    ("road", "A", "B", "PT 200; ES 300", "", "road-artic-bev", ""),
)


def _mixed_services(folder: Path, rows: int) -> Case:
    """A case of electric and diesel trains, trucks and ships, under all regulations."""
    (folder / "case.yaml").write_text(
        "case: 1\nname: x\nnetwork: none\nstart: 2026-03-02\ndays: 7\n"
        "regulations: {year: 2028, eu_ets_eur_per_t: 75, fueleu: true, ets2_eur_per_t: 60}\n"
        "shipments: [{id: a, origin: A, destination: B, teu: 1, ready: 2026-03-02T08:00, "
        "due: 2026-03-06T08:00}]\ntables: {terminals: t.csv, services: s.csv}\n"
    )
    (folder / "t.csv").write_text(
        "id,name,country,lat,lon,hoc,source\nA,,PT,38,-9,rail-terminal,assumption\n"
        "B,,ES,40,-6,rail-terminal,assumption\nC,,CN,31,121,rail-terminal,assumption\n"
    )
    lines = ["id,mode,from,to,country_km,unwired_km,toc,toc_unwired,departures,distance_km,hours"]
    for n in range(rows):
        kind = ",".join(SERVICE_KINDS[n % len(SERVICE_KINDS)])
        lines.append(f"s{n},{kind},any,{20000 if ',C,' in kind else 500},8")
    (folder / "s.csv").write_text("\n".join(lines) + "\n")
    return load_case(folder)


def _factors_in_pandas(folder: Path) -> None:
    """The same kilograms per unit of activity by joins of the raw tables, without a check."""
    box = files("routeopt").joinpath("factors")
    with box.joinpath("toc.csv").open() as toc_csv, box.joinpath("fuels.csv").open() as fuels_csv:
        tocs = pd.read_csv(toc_csv).set_index("id")
        fuels = pd.read_csv(fuels_csv).set_index("id")
    with box.joinpath("grid.csv").open() as grid_csv:
        grid = pd.read_csv(grid_csv).query("basis == 'consumption_lifecycle' and year == 2025")
    grid = grid.set_index("country")
    services = pd.read_csv(folder / "s.csv").join(tocs[["energy", "fuel"]], on="toc")
    burnt = services[services["fuel"] != "electricity"].join(fuels, on="fuel")
    (burnt["energy"] * burnt["ttw_g_per_mj"] * burnt["distance_km"]).sum()
    wired = services[services["fuel"] == "electricity"]
    km = wired["country_km"].str.split("; ").explode().str.split(" ", expand=True)
    used = grid["g_per_kwh"] / (1 - grid["loss_pct"] / 100)
    kg = km[1].astype(float) * km[0].map(used) * wired["energy"].reindex(km.index)
    kg.groupby(level=0).sum()


def test_emissions(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """CO2e and carbon charges of 10,000 services, beside joins of the raw tables in pandas."""
    case = _mixed_services(tmp_path, 10_000)

    def rates() -> None:
        fresh = replace(case, network=replace(case.network))  # nothing is remembered
        prices = CarbonPrices(fresh)
        for service in fresh.network.services.values():
            fresh.network.leg_intensity(service, "dry")
            prices.leg(service, "dry")

    against(benchmark, rates, lambda: _factors_in_pandas(tmp_path), rounds=5)


def _simple_paths(case: Case) -> None:
    """Front by networkx: shortest simple paths by cost, filtered, cut off after 500."""
    shipment = case.shipments[0]
    graph = nx.DiGraph()
    for service in case.network.services.values():
        eur = service.transport_eur(shipment.size)
        known = graph.get_edge_data(service.origin, service.destination)
        if known is None or known["eur"] > eur:
            graph.add_edge(service.origin, service.destination, eur=eur, km=service.distance_km)
    paths = nx.shortest_simple_paths(graph, shipment.origin, shipment.destination, weight="eur")
    best: list[tuple[float, float]] = []
    for path in islice(paths, 500):
        edges = [graph.edges[pair] for pair in pairwise(path)]
        point = (sum(edge["eur"] for edge in edges), sum(edge["km"] for edge in edges))
        if not any(a <= point[0] and b <= point[1] for a, b in best):
            best.append(point)


@pytest.mark.parametrize("size", SIZES)
def test_front(benchmark: BenchmarkFixture, size: str) -> None:
    """The exact front of a shipment, beside 500 shortest simple paths of networkx (not exact)."""
    case = make(SCALES[size])
    graph = ServiceGraph(case)
    front(case, case.shipments[0].id, graph)

    against(
        benchmark,
        lambda: front(case, case.shipments[0].id, graph),
        lambda: _simple_paths(case),
        rounds=5,
    )


def _enumerate_all(case: Case) -> float:
    """Every itinerary of every shipment in one integer program: best CO2e."""
    problem = Problem(case)
    columns = [
        problem.column(group, found)
        for group in problem.groups
        for found in group.search.run(Prices(kg=1.0), all_of_them=True)
    ]
    selection = Selection(problem, columns, problem.limits, may_leave=False)
    return selection.best(OBJECTIVES["co2e"], Effort(limit_s=300)).bound


@pytest.mark.parametrize("shipments", [5, 10, 15])
def test_solve(benchmark: BenchmarkFixture, shipments: int) -> None:
    """A proven plan, beside all itineraries and one integer program (first objective only)."""
    case = replace(make(replace(SCALES["medium"], shipments=shipments)), max_legs=5)

    def ours() -> None:
        assert solve(case).status is Status.OPTIMAL

    against(benchmark, ours, lambda: _enumerate_all(case), rounds=2)


@pytest.mark.parametrize("shipments", [10, 20, 40])
def test_audit(benchmark: BenchmarkFixture, shipments: int) -> None:
    """The audit of a plan, beside finding it."""
    case = make(replace(SCALES["medium"], shipments=shipments))
    plan = plan_dict(solve(case))
    against(benchmark, lambda: audit(plan, case), lambda: solve(case), rounds=3)
    assert audit(plan, case) == ()


def test_whole_process(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """`routeopt solve` of the first case, beside importing ortools, pandas and networkx."""

    def run(*words: str) -> None:
        subprocess.run([sys.executable, *words], cwd=tmp_path, check=True, capture_output=True)

    case = str(cases_dir() / "sines-madrid-week")
    imports = "import ortools.math_opt.python.mathopt, pandas, networkx"
    against(
        benchmark,
        lambda: run("-m", "routeopt", "solve", case),
        lambda: run("-c", imports),
        rounds=5,
    )


def test_help(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """`routeopt --help`, beside importing click."""

    def run(*words: str) -> None:
        subprocess.run([sys.executable, *words], cwd=tmp_path, check=True, capture_output=True)

    against(
        benchmark,
        lambda: run("-m", "routeopt", "--help"),
        lambda: run("-c", "import click"),
        rounds=9,
    )
