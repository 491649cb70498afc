"""CSV as rows of text with places: comma-separated, UTF-8, one header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from routeopt.case.attributes import TABLES
from routeopt.case.places import Faults, Place, shown
from routeopt.case.rows import Row, missing

MAX_ROWS = 1_000_000


class _Records:
    """Records of a text, each with the line where it begins."""

    def __init__(self, text: str) -> None:
        self.reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.line = 1

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            self.line = self.reader.line_num + 1
            try:
                record = next(self.reader)
            except StopIteration:
                return
            if any(cell and not cell.isspace() for cell in record):
                yield record


def read_csv(table: str, text: str, file: str, faults: Faults) -> tuple[list[Row], bool]:
    """Rows of a table, and whether it was read whole: misshapen records are told and left out."""
    rows: list[Row] = []
    whole = True
    records = _Records(text)
    try:
        iterator = iter(records)
        header = next(iterator, None)
        if header is None:
            faults.add("E120", Place(file, 1), "is empty: want a header line")
            return rows, False
        columns = _columns(table, header, Place(file, records.line), faults)
        if columns is None:
            return rows, False
        absent = {a.name for a in TABLES[table].values() if a.required} - set(columns)
        for record in iterator:
            if len(rows) >= MAX_ROWS:
                faults.add("E121", Place(file, records.line), f"more than {MAX_ROWS:,} rows")
                return rows, False
            if len(record) != len(columns):
                _wrong_length(record, columns, Place(file, records.line), faults)
                whole = False
                continue
            cells = {n: c for n, cell in zip(columns, record, strict=True) if (c := cell.strip())}
            rows.append(Row(table, cells, at=Place(file, records.line), absent=absent))
    except csv.Error as err:
        faults.add("E122", Place(file, records.line), _unquoted(str(err)))
        whole = False
    return rows, whole


def _unquoted(reason: str) -> str:
    if "unexpected end" in reason or "field larger" in reason:
        return 'a quote (") is opened and never closed'
    if "expected after" in reason:
        return 'text after a closing quote ("): write a quote inside a cell twice ("")'
    return f"is not CSV: {reason}"


def _wrong_length(record: list[str], columns: list[str], place: Place, faults: Faults) -> None:
    few = "few" if len(record) < len(columns) else "many"
    hint = ": put a cell that holds commas in quotes" if few == "many" else ""
    message = f"too {few} cells: {len(record)}, where the header has {len(columns)}{hint}"
    faults.add("E123", place, message)


def _columns(table: str, header: list[str], place: Place, faults: Faults) -> list[str] | None:
    """Names of the columns; None if the header is not separated by commas."""
    names = [name.strip() for name in header]
    if len(names) == 1:
        sign = next((sign for sign in ";\t|" if sign in names[0]), None)
        if sign is not None:
            message = f"cells are separated by {shown(sign)}: save as CSV with commas"
            faults.add("E124", place, message)
            return None

    def place_of(index: int | None, name: str) -> Place:
        return Place(place.file, place.line, name or str((index or 0) + 1), name)

    check_columns(table, list(enumerate(names)), place_of, faults)
    return names


def check_columns(
    table: str,
    columns: Sequence[tuple[int, str]],
    place_of: Callable[[int | None, str], Place],
    faults: Faults,
) -> None:
    """Record columns that are unknown, stand twice or are missing.

    Parameters
    ----------
    columns
        Index and name of each.
    place_of
        Place of a column in the header, from its index (None: it is missing) and name.
    """
    known = TABLES[table]
    seen: set[str] = set()
    for index, name in columns:
        here = place_of(index, name if name.isprintable() else shown(name))  # a fault is one line
        if name in seen:
            faults.add("E125", here, f"column {shown(name)} stands twice", value=name)
        elif name not in known:
            message = f"unknown column {shown(name)} of {table}"
            faults.add("E201", here, message, value=name, known=list(known))
        seen.add(name)
    for attribute in known.values():
        if attribute.required and attribute.name not in seen:
            missing(attribute, place_of(None, attribute.name), faults, what="column")
