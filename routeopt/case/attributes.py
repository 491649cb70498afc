"""The one table of attributes that drives reading, validation, templates and the reference page."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

Status = Literal["read", "kept"]

ROW_TABLES = (
    "shipments",
    "terminals",
    "services",
    "toc",
    "hoc",
    "fuels",
    "grid",
    "duties",
    "trucking",
)
"""Tables of rows, in the order in which they are read; the other tables are mappings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One key of a mapping, or one column of a table.

    Parameters
    ----------
    type
        Kind of value; `values.CONVERTERS` has one converter a type.
    allowed
        `> 0`, `>= 0`, `0..1` or `a | b | c`; empty: whatever the type takes.
    default
        Value as text where none is given; empty: none.
    status
        `read`; `kept` is accepted and not read.
    """

    table: str
    name: str
    type: str
    unit: str
    allowed: str
    default: str
    required: bool
    status: Status
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        """Words allowed, where only some are.

        >>> TABLES["case"]["serve"].choices
        ('all', 'most')
        """
        return tuple(self.allowed.split(" | ")) if " | " in self.allowed else ()


def _read() -> Mapping[str, Mapping[str, Attribute]]:
    text = files("routeopt.case").joinpath("attributes.csv").read_text("utf-8")
    tables: dict[str, dict[str, Attribute]] = {}
    for row in csv.DictReader(text.splitlines()):
        attribute = Attribute(
            table=row["table"],
            name=row["name"],
            type=row["type"],
            unit=row["unit"],
            allowed=row["allowed"],
            default=row["default"],
            required=row["required"] == "yes",
            status=cast("Status", row["status"]),
            meaning=row["meaning"],
        )
        tables.setdefault(attribute.table, {})[attribute.name] = attribute
    return MappingProxyType({table: MappingProxyType(rows) for table, rows in tables.items()})


TABLES = _read()
"""Attributes by table and name, in the order of the file."""
