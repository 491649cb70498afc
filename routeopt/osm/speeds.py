"""Mean speeds of trucks and freight trains, by class of road."""

# ruff: noqa: PLC0415  # osmnx takes long to load
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from routeopt.osm.model import Speed
from routeopt.osm.tags import ROADS

if TYPE_CHECKING:
    import networkx as nx

LEAST_KMH = 5.0  # a limit of 0 or "walk" is not believed
LINK_KMH = 40.0  # ramps and slip roads: assumption
LONG_HAUL = ("motorway", "trunk", "primary")  # the network's road speed is their mean
RAIL_KMH = 60.0  # a freight train with its stops, and at most: assumption


def class_speeds(graph: nx.MultiDiGraph, mode: str) -> tuple[Speed, ...]:
    """Find the mean speed by class: the limit, or that of the class, up to the truck's cap."""
    import osmnx as ox

    rows = {name: row for name, row in ROADS.items() if mode == "road"}
    if mode == "rail":
        rows["rail"] = (RAIL_KMH, RAIL_KMH, "a freight train with its stops: assumption")
        for _, _, data in graph.edges(data=True):
            data["highway"] = "rail"  # osmnx looks speeds up by it
    named = {name: row[0] for name, row in rows.items()}
    named |= {f"{name}_link": min(kmh, LINK_KMH) for name, kmh in named.items()}
    ox.add_edge_speeds(graph, hwy_speeds=named, fallback=LINK_KMH)
    km: defaultdict[str, float] = defaultdict(float)
    hours: defaultdict[str, float] = defaultdict(float)
    for _, _, data in graph.edges(data=True):
        if not data["reversed"]:
            name = data["highway"].removesuffix("_link")
            km[name] += float(data["length"]) / 1000
            kmh = max(min(float(data["speed_kph"]), rows[name][1]), LEAST_KMH)
            hours[name] += float(data["length"]) / 1000 / kmh
    return tuple(
        Speed(
            name=name,
            km=km[name],
            kmh=km[name] / hours[name],
            source=f"default {row[0]:g}, cap {row[1]:g}: {row[2]}",
        )
        for name, row in rows.items()
        if hours[name]
    )


def mean_kmh(speeds: Sequence[Speed]) -> float:
    """Mean over km: what a way with this mix takes."""
    return round(sum(row.km for row in speeds) / sum(row.km / row.kmh for row in speeds), 1)
