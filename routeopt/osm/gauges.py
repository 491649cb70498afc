"""Gauge and wire of rail, also where they are not tagged."""

# ruff: noqa: PLC0415  # networkx takes long to load
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from routeopt.osm.model import Notes
from routeopt.osm.tags import TRACKS

if TYPE_CHECKING:
    import networkx as nx


def give_gauges(graph: nx.MultiDiGraph, notes: Notes) -> None:
    """Write gauge and wire alike everywhere; track without a gauge takes that of its neighbours."""
    import networkx as nx

    bare: nx.Graph = nx.Graph()
    near: dict[int, Counter[str]] = {}
    for u, v, data in graph.edges(data=True):
        data["electrified"] = "yes" if _is_wired(data.get("electrified", "")) else "no"
        data["gauge"] = ";".join(sorted(set(re.findall(r"\b\d{3,4}\b", data.get("gauge", "")))))
        if not data["gauge"]:
            bare.add_edge(u, v)
        for node in (u, v) if data["gauge"] else ():
            near.setdefault(node, Counter())[data["gauge"]] += 1
    km: defaultdict[str, float] = defaultdict(float)
    of = {n: nodes for nodes in nx.connected_components(bare) for n in nodes}
    known = {id(nodes): _most(near.get(n, {}) for n in sorted(nodes)) for nodes in of.values()}
    for u, _, data in graph.edges(data=True):
        if not data["gauge"]:
            data["gauge"] = known[id(of[u])] or TRACKS.get(str(data.get("railway")), "1435")
            if not data["reversed"]:
                km[f"{data['gauge']} mm"] += data["length"] / 1000
    for gauge, length in sorted(km.items()):
        notes(f"{length:.1f} km have no gauge tagged and count as {gauge}, as tracks they touch, "
              "or else as usual")  # fmt: skip


def _is_wired(electrified: str) -> bool:
    """Whether there is catenary: a third rail is of no use to freight."""
    return bool({"contact_line", "yes"} & set(electrified.split(";")))


def _most(counters: Iterable[Mapping[str, int]]) -> str:
    """Most frequent key of all counters; of equals the first by name, "" of none."""
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return min(total, key=lambda key: (-total[key], key), default="")
