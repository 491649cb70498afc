"""What exports are made of: tables with their columns, and the checked plan behind them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from routeopt.case.model import Case
from routeopt.explain import Explanation
from routeopt.factorbook import Book
from routeopt.network.calendar import zone

Cell = str | float | bool | datetime | None
"""What stands in a cell; None: not given. Times know their zone."""

Row = Mapping[str, Cell]
"""Cells by the name of the column; those left out are None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A plan that was audited, with all that its tables tell beside it.

    Parameters
    ----------
    plan
        What `plan.json` holds.
    case
        The case with the scenario and options that the plan was made with.
    book
        The factors that lie under that case.
    """

    plan: Mapping[str, Any]
    case: Case
    explanation: Explanation
    book: Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    name
        Stable name, the header in CSV.
    title, unit
        For people, the header in a workbook.
    kind
        `text`, `number`, `integer`, `truth`, `local` or `utc` (a time), or `value` (a number or
        a text, in the unit of the row).
    meaning
        One sentence.
    """

    name: str
    title: str
    unit: str
    kind: str
    meaning: str

    @property
    def header(self) -> str:
        """Title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows with a cell for each column."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@cache
def columns() -> Mapping[str, tuple[Column, ...]]:
    """Columns of each table, in the order in which they stand."""
    text = resources.files("routeopt").joinpath("export/columns.csv").read_text("utf-8")
    found: dict[str, list[Column]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row.pop("table"), []).append(Column(**row))
    return MappingProxyType({table: tuple(rows) for table, rows in found.items()})


def table(name: str, rows: Iterable[Row]) -> Table:
    """Put cells in the order of the columns.

    Raises
    ------
    KeyError
        If a row has a cell without a column: it would be lost.
    """
    listed = columns()[name]
    names = {column.name for column in listed}
    made = []
    for row in rows:
        if not names.issuperset(row):
            raise KeyError(*sorted(set(row) - names))
        made.append(tuple(row.get(column.name) for column in listed))
    return Table(name=name, columns=listed, rows=tuple(made))


def times(name: str, stamp: str, zone_name: str, *, zone_column: str | None = None) -> Row:
    """Cells of an instant: on the local clock, which clock that is, and in UTC.

    Parameters
    ----------
    zone_column
        Where the name of the zone stands; None: `NAME_timezone`.
    """
    moment = datetime.fromisoformat(stamp)
    return {
        f"{name}_local": moment.astimezone(zone(zone_name)),
        zone_column or f"{name}_timezone": zone_name,
        f"{name}_utc": moment.astimezone(UTC),
    }
