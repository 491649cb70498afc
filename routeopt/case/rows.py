"""Rows of a table as text with places, and their cells as values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from routeopt.case.attributes import TABLES, Attribute
from routeopt.case.places import Faults, Place
from routeopt.case.values import UnfitError, cell_converter, wanted_number
from routeopt.errors import sheet_reference

Values = Mapping[str, Any]
_POLE = 90


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """A sheet of a workbook: its name, and the letter of each column by the column's name."""

    name: str
    letters: Mapping[str, str]

    def cell(self, column: str, line: int | None) -> str:
        """Name a cell; of a column that the sheet has not, the first cell of the line."""
        return f"{self.letters.get(column, 'A')}{line}"


class Row:
    """One row: its cells as written (empty ones left out), and their values once read.

    Parameters
    ----------
    label
        Of a row in YAML, e.g. `shipments[2]`; empty in CSV, where a place names the column.
    spots
        Places of cells that stand elsewhere than the row: YAML values, cells of an override.
    absent
        Required cells whose lack is told elsewhere, as that of a whole column.
    sheet
        Sheet of a workbook in which it stands.
    broken
        Whether a fault of one of its cells is told already: it gets no values.

    Attributes
    ----------
    values
        Values of its cells; None where one of them has a fault.
    read
        Values of the cells without one, of a row that has faults: what they name is checked too.
    """

    __slots__ = (
        "absent",
        "broken",
        "cells",
        "column",
        "file",
        "label",
        "line",
        "read",
        "sheet",
        "spots",
        "table",
        "values",
    )

    def __init__(  # noqa: PLR0913  one argument an attribute
        self,
        table: str,
        cells: dict[str, str],
        *,
        at: Place,
        label: str = "",
        spots: dict[str, Place] | None = None,
        absent: Collection[str] = (),
        sheet: SheetColumns | None = None,
        broken: bool = False,
    ) -> None:
        self.table = table
        self.cells = cells
        self.file = at.file
        self.line = at.line
        self.column = at.column
        self.label = label
        self.spots = spots
        self.absent = absent
        self.sheet = sheet
        self.broken = broken
        self.values: dict[str, Any] | None = None
        self.read: dict[str, Any] = {}

    @property
    def id(self) -> str:
        """Its id as written."""
        return self.cells.get("id", "")

    def place(self, name: str) -> Place:
        """Where a cell stands, or would stand."""
        if self.spots and name in self.spots:
            return self.spots[name]
        if self.label:
            return Place(self.file, self.line, self.column, f"{self.label}.{name}")
        if self.sheet is not None:
            cell = self.sheet.cell(name, self.line)
            return Place(self.file, self.line, name, name, self.sheet.name, cell)
        return Place(self.file, self.line, name, name)

    @property
    def where(self) -> str:
        """File and line, or sheet and first cell, in one word."""
        if self.sheet is not None:
            return f"{self.file}:{sheet_reference(self.sheet.name, self.sheet.cell('', self.line))}"
        return f"{self.file}:{self.line}"

    def with_values(self, values: Mapping[str, Any]) -> Row:
        """Copy with more values, as if they had been read."""
        row = self._copy(self.cells, self.spots)
        row.values = {**(self.values or {}), **values}
        return row

    def changed(self, cells: Mapping[str, tuple[str, Place]]) -> Row:
        """Copy with other cells; an empty text empties one."""
        texts = {**self.cells, **{name: text for name, (text, _) in cells.items()}}
        return self._copy(
            {name: text for name, text in texts.items() if text},
            {**(self.spots or {}), **{name: place for name, (_, place) in cells.items()}},
        )

    def _copy(self, cells: dict[str, str], spots: dict[str, Place] | None) -> Row:
        return Row(
            self.table,
            cells,
            at=Place(self.file, self.line, self.column),
            label=self.label,
            spots=spots,
            absent=self.absent,
            sheet=self.sheet,
            broken=self.broken,
        )


def read_rows(table: str, rows: Iterable[Row], faults: Faults) -> list[Row]:
    """Give each row its values; rows with faults are left out.

    Values that are not given are absent, or the attribute's default.
    """
    attributes = TABLES[table]
    plans = {
        name: cell_converter(attribute)
        for name, attribute in attributes.items()
        if attribute.status == "read"
    }
    required = [a for a in attributes.values() if a.required]
    defaults = {
        name: convert(attributes[name].default)
        for name, convert in plans.items()
        if attributes[name].default
    }
    sound = []
    for row in rows:
        if row.values is None:
            row.read, fits = _values(row, plans, defaults, faults)
            if _complete(row, required, faults) and fits and not row.broken:
                row.values, row.read = row.read, {}
        if row.values is not None:
            sound.append(row)
    return sound


def _values(
    row: Row, plans: Mapping[str, Any], defaults: Values, faults: Faults
) -> tuple[dict[str, Any], bool]:
    """Values of the cells that can be read, and whether all can."""
    values = dict(defaults)
    fits = True
    for name, text in row.cells.items():
        convert = plans.get(name)
        if convert is None:  # kept and not read
            continue
        try:
            values[name] = convert(text)
        except UnfitError as err:
            tell(err, row.place(name), text, faults, hint=_swapped(row, name))
            fits = False
    return values, fits


def tell(err: UnfitError, place: Place, text: str, faults: Faults, *, hint: str = "") -> None:
    """Record a text that is no value."""
    faults.add(
        err.code,
        place,
        f"{place.key}: {err}{hint}",
        value=text,
        allowed=err.allowed,
        known=err.known,
    )


def _swapped(row: Row, name: str) -> str:
    """Hint for latitude and longitude that would be right the other way round."""
    if name not in {"lat", "lon"}:
        return ""
    try:
        lat, lon = float(row.cells.get("lat", "")), float(row.cells.get("lon", ""))
    except ValueError:
        return ""
    return ": are lat and lon swapped?" if abs(lon) <= _POLE < abs(lat) <= 2 * _POLE else ""


def _complete(row: Row, required: Iterable[Attribute], faults: Faults) -> bool:
    complete = True
    for attribute in required:
        if attribute.name not in row.cells:
            complete = False
            if attribute.name not in row.absent:
                missing(attribute, row.place(attribute.name), faults)
    return complete


def missing(attribute: Attribute, place: Place, faults: Faults, *, what: str = "value") -> None:
    """Record a value that must be given."""
    want = wanted(attribute)
    message = f"{place.key}: missing {what}" + (f", want {want}" if want else "")
    faults.add("E202", place, message, allowed=want or None)


def wanted(attribute: Attribute) -> str:
    """Say what an attribute takes; empty where its meaning does."""
    if attribute.type in {"number", "integer", "latitude", "longitude"}:
        return wanted_number(attribute)
    if attribute.type.startswith("some "):
        return "a text or a list of texts"
    if attribute.choices:
        return ("a list of " if attribute.type.startswith("list") else "one of ") + ", ".join(
            attribute.choices
        )
    return {
        "date": "a date such as 2026-03-02",
        "time": "a time such as 2026-03-02T08:00",
        "departures": "any, daily 06:00, Mon,Thu 18:30, every 6h or ISO times",
        "rows": "a CSV file, a workbook or a list of mappings",
        "country": "a country such as PT",
    }.get(attribute.type, "")
