"""Tables of others as lines of text with places: a CSV file, or a sheet of a workbook."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from routeopt.case.csvfile import MAX_ROWS
from routeopt.case.files import MAX_TABLE_BYTES, decode
from routeopt.case.places import Faults, Place, shown
from routeopt.case.rows import SheetColumns
from routeopt.case.workbook import (
    BookSheet,
    UnreadableError,
    is_workbook,
    letter,
    no_value,
    open_book,
    refused,
    text_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Lines of a table with their numbers; empty lines are left out.

    Parameters
    ----------
    sheet
        Name of the sheet of a workbook; empty for CSV.
    """

    file: str
    sheet: str
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    def place(self, line: int, index: int, header: str) -> Place:
        """Where a cell stands: line and column's name in CSV, sheet and cell in a workbook."""
        if not self.sheet:
            return Place(self.file, line, header, header)
        cell = f"{letter(index)}{line}"
        return Place(self.file, line, header, header, self.sheet, cell)

    def line_place(self, line: int) -> Place:
        """Where a line stands."""
        if not self.sheet:
            return Place(self.file, line)
        return Place(self.file, line, sheet=self.sheet, cell=f"A{line}")

    @property
    def columns(self) -> SheetColumns | None:
        """The sheet as the rows made of it name it; None for CSV."""
        return SheetColumns(self.sheet, {}) if self.sheet else None


def read_sheet(path: Path, sheet: str | None, faults: Faults) -> Sheet | None:
    """Read a table; None once a fault is recorded that makes it unreadable."""
    reason = refused(path.name)
    if reason is not None:
        faults.add("E130", Place(str(path)), reason)
        return None
    data = _bytes(path, faults)
    if data is None:
        return None
    if is_workbook(path.name):
        return _workbook(data, str(path), sheet, faults)
    text = decode(data, str(path), faults)
    return None if text is None else _csv(text, str(path), faults)


def _bytes(path: Path, faults: Faults) -> bytes | None:
    here = Place(str(path))
    try:
        if not path.is_file():
            code, what = ("E101", "want a file") if path.exists() else ("E100", "no such file")
            beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            faults.add(code, here, what, value=path.name, known=beside if code == "E100" else ())
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_TABLE_BYTES + 1)
    except OSError as err:
        faults.add("E103", here, f"can't be read: {err.strerror}")
        return None
    if len(data) > MAX_TABLE_BYTES:
        faults.add("E102", here, f"is too big: at most {MAX_TABLE_BYTES:,} bytes are read")
        return None
    return data


def _csv(text: str, file: str, faults: Faults) -> Sheet | None:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1
            if len(lines) > MAX_ROWS:
                faults.add("E121", Place(file, line), f"more than {MAX_ROWS:,} rows")
                return None
    except csv.Error as err:
        faults.add("E122", Place(file, line), f"is not CSV: {err}")
        return None
    if lines and all(len(cells) == 1 for _, cells in lines):
        sign = next((sign for sign in ";\t|" if sign in lines[0][1][0]), None)
        if sign is not None:
            message = f"cells are separated by {shown(sign)}: save as CSV with commas"
            faults.add("E124", Place(file, lines[0][0]), message)
            return None
    return Sheet(file=file, sheet="", lines=tuple(lines))


def _workbook(data: bytes, file: str, sheet: str | None, faults: Faults) -> Sheet | None:
    book = open_book(data, file, faults)
    if book is None:
        return None
    names = list(book.sheets)
    found = book.find(names[0] if sheet is None and names else sheet or "")
    if found is None:
        message = f"no sheet {shown(sheet or '')}; there are: {', '.join(names) or 'none'}"
        faults.add("E131", Place(file), message, value=sheet, known=names)
        return None
    try:
        return _read(found, faults)
    except UnreadableError as err:
        faults.add("E130", Place(file, sheet=found.name), str(err))
        return None


def _read(found: BookSheet, faults: Faults) -> Sheet | None:
    """Read the stored values; a formula without one is a fault."""
    lines: list[tuple[int, tuple[str, ...]]] = []
    for (line, index), formula in found.unstored.items():
        faults.add("E133", found.place(line, index), no_value(formula), value=formula)
    for line, cells in found.lines():
        texts = tuple(text_of(cell) for cell in cells)
        if any(texts):
            lines.append((line, texts))
        if len(lines) > MAX_ROWS:
            faults.add("E121", found.place(line, 0), f"more than {MAX_ROWS:,} rows")
            return None
    return Sheet(file=found.book.file, sheet=found.name, lines=tuple(lines))
