"""The nine tables of an export, in the order in which a workbook shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from routeopt.export import evidence, journeys
from routeopt.export.model import Facts, Row, Table, table
from routeopt.export.summary import summary

MAKERS: Mapping[str, Callable[[Facts], Iterable[Row]]] = MappingProxyType(
    {
        "summary": summary,
        "shipments": journeys.shipments,
        "legs": journeys.legs,
        "transfers": journeys.transfers,
        "departures": journeys.departures,
        "emissions": evidence.emissions,
        "factors": evidence.factors,
        "inputs": evidence.inputs,
        "manifest": evidence.manifest,
    }
)
"""What makes the rows of each table."""


def tables(facts: Facts) -> tuple[Table, ...]:
    """Make all tables of a plan; nothing is rounded."""
    return tuple(table(name, make(facts)) for name, make in MAKERS.items())
