"""Tables as CSV: for programs, or as spreadsheets in Spain and Portugal read it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from routeopt.export.model import Cell, Table
from routeopt.report.sheet import defused


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a CSV file is written.

    Parameters
    ----------
    decimal
        Sign before the decimals.
    time
        Format of `strftime`; empty: ISO with the offset.
    """

    separator: str
    decimal: str
    encoding: str
    time: str


PLAIN = Dialect(separator=",", decimal=".", encoding="utf-8", time="")
"""RFC 4180 in UTF-8, times in ISO 8601."""

EXCEL = Dialect(separator=";", decimal=",", encoding="utf-8-sig", time="%Y-%m-%d %H:%M")
"""What Excel and Calc read by a double click where the comma is the decimal sign."""


def table_csv(table: Table, dialect: Dialect = PLAIN) -> bytes:
    """Write a table; numbers with all their digits, texts that look like formulas defused."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=dialect.separator)  # lines end as in RFC 4180, by CR LF
    writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        writer.writerow([_cell(cell, dialect) for cell in row])
    return file.getvalue().encode(dialect.encoding)


def _cell(cell: Cell, dialect: Dialect) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return cell.strftime(dialect.time) if dialect.time else cell.isoformat()
    return str(cell).replace(".", dialect.decimal)
