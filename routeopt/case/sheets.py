"""Tables of others as lines of text with places: a CSV file, or a sheet of a workbook."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from routeopt.case.csvfile import MAX_ROWS
from routeopt.case.files import MAX_TABLE_BYTES, decode
from routeopt.case.places import Faults, Place, shown

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOKS = (".xlsx", ".xlsm")


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
        from openpyxl.utils import get_column_letter  # noqa: PLC0415  only where it is needed

        cell = f"{get_column_letter(index + 1)}{line}"
        return Place(f"{self.file}:{self.sheet}", None, cell, header)

    def line_place(self, line: int) -> Place:
        """Where a line stands."""
        return Place(f"{self.file}:{self.sheet}" if self.sheet else self.file, line)


def read_sheet(path: Path, sheet: str | None, faults: Faults) -> Sheet | None:
    """Read a table; None once a fault is recorded that makes it unreadable."""
    data = _bytes(path, faults)
    if data is None:
        return None
    if path.suffix.lower() in WORKBOOKS:
        return _workbook(data, str(path), sheet, faults)
    if path.suffix.lower() in {".xls", ".ods"}:
        faults.add("E103", Place(str(path)), "can't be read: save it as .xlsx or as CSV")
        return None
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
    from zipfile import BadZipFile  # noqa: PLC0415  only where it is needed

    from openpyxl import load_workbook  # noqa: PLC0415  takes 0.2 s
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(data), read_only=True)
        names = values.sheetnames
        name = names[0] if sheet is None else sheet
        if name not in names:
            message = f"no sheet {shown(name)}; there are: {', '.join(names)}"
            faults.add("E100", Place(file), message, value=name, known=names)
            return None
        return _read(values[name], formulas[name], file, faults)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as err:
        faults.add("E103", Place(file), f"can't be read: it is no workbook (.xlsx): {err}")
        return None


def _read(values: Worksheet, formulas: Worksheet, file: str, faults: Faults) -> Sheet | None:
    """Read the stored values; a formula without one is a fault."""
    lines: list[tuple[int, tuple[str, ...]]] = []
    found = Sheet(file=file, sheet=values.title, lines=())
    pairs = zip(
        values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=True
    )
    for line, (cells, written) in enumerate(pairs, 1):
        for index, (cell, formula) in enumerate(zip(cells, written, strict=True)):
            if cell is None and formula is not None:
                message = (
                    f"the formula {shown(str(formula))} has no stored value: "
                    "open the workbook in a spreadsheet program and save it"
                )
                faults.add("E205", found.place(line, index, ""), message, value=str(formula))
        texts = tuple(_text(cell) for cell in cells)
        if any(texts):
            lines.append((line, texts))
        if len(lines) > MAX_ROWS:
            faults.add("E121", found.line_place(line), f"more than {MAX_ROWS:,} rows")
            return None
    return Sheet(file=file, sheet=values.title, lines=tuple(lines))


def _text(cell: object) -> str:
    """Cell as a case's table would write it.

    >>> _text(0.1 + 0.2), _text(12.0), _text(True), _text(None)
    ('0.3', '12', 'true', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).strip()
