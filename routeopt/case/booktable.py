"""A sheet of a workbook as the rows of a table, by the same rules as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from routeopt.case.attributes import ROW_TABLES, TABLES, Attribute
from routeopt.case.csvfile import MAX_ROWS, check_columns
from routeopt.case.places import MAX_FAULTS, Faults, Place, shown
from routeopt.case.rows import Row, SheetColumns
from routeopt.case.workbook import (
    Book,
    BookSheet,
    UnreadableError,
    is_date,
    letter,
    shows_percent,
    text_of,
)

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell

_TAKES_DATES = {"date", "time", "departures", "text"}
_REMARKS = {"explain", "notes"}
"""Sheets that are no table, beside those whose name begins with `_`."""


def is_remark(sheet: str) -> bool:
    """Whether a sheet is for the reader: it is not read, and nobody is warned."""
    name = sheet.strip().casefold()
    return name in _REMARKS or name.startswith("_")


def sheet_of(book: Book, table: str, *, place: Place, faults: Faults) -> BookSheet | None:
    """Sheet of a table in a workbook that is named for this table; None once a fault is recorded.

    It is the one with the table's name; of shipments else the first, of another table the only.
    """
    sheet = book.find(table)
    others = [s for name, s in book.sheets.items() if not is_remark(name)]
    if sheet is None and others and (table == "shipments" or len(others) == 1):
        sheet = others[0]
    if sheet is None:
        names = list(book.sheets)
        there = ", ".join(shown(name) for name in names[:10])
        message = f"{book.file} has no sheet {shown(table)}; there are: {there or 'none'}"
        faults.add("E131", place, message, value=table, known=names)
    return sheet


def check_sheets(book: Book, faults: Faults, *, has_shipments: bool) -> None:
    """Warn of sheets that nothing reads.

    Parameters
    ----------
    has_shipments
        Whether the case reads its shipments from this workbook.
    """
    for name in book.sheets:
        table = name.strip().casefold()
        here = Place(book.file, sheet=name)
        if table == "shipments" and not has_shipments:
            message = f"sheet {shown(name)} is not read: the case's `shipments` names another file"
            faults.add("W630", here, message, value=name)
        elif table not in ROW_TABLES and not is_remark(name):
            message = f"sheet {shown(name)} is not read: it has the name of no table"
            faults.add("W630", here, message, value=name, known=ROW_TABLES)


def read_sheet_rows(table: str, sheet: BookSheet, faults: Faults) -> tuple[list[Row], bool]:
    """Rows of a table, and whether it was read whole, as `read_csv` does."""
    reader = _Reader(table, sheet, faults)
    try:
        reader.read()
    except UnreadableError as err:
        faults.add("E130", Place(sheet.book.file, sheet=sheet.name), str(err))
        return [], False
    return reader.rows, reader.whole


class _Reader:
    def __init__(self, table: str, sheet: BookSheet, faults: Faults) -> None:
        self.table = table
        self.sheet = sheet
        self.faults = faults
        self.rows: list[Row] = []
        self.whole = True
        self.columns: dict[int, str] = {}
        self.attributes: dict[int, Attribute] = {}
        self.absent: set[str] = set()
        self.places = SheetColumns(sheet.name, {})
        self.merged_until = 0
        self.misshapen = 0

    def read(self) -> None:
        lines = self.sheet.lines()
        first = next(self._filled(lines), None)
        if first is None:
            message = "is empty: want a header line"
            self.faults.add("E120", self.sheet.place(1, 0), message)
            self.whole = False
            return
        if not self._header(first[0], first[2]):
            self.whole = False
            return
        for line, cells, texts in self._filled(lines):
            if len(self.rows) >= MAX_ROWS or self.misshapen > MAX_FAULTS:
                self._stop(line)
                return
            self._row(line, cells, texts)
        self._warn()

    def _stop(self, line: int) -> None:
        self.whole = False
        if len(self.rows) >= MAX_ROWS:
            self.faults.add("E121", self.sheet.place(line, 0), f"more than {MAX_ROWS:,} rows")

    def _filled(
        self, lines: Iterator[tuple[int, Sequence[ReadOnlyCell]]]
    ) -> Iterator[tuple[int, Sequence[ReadOnlyCell], list[str]]]:
        """Lines in which something stands, with their texts."""
        for line, cells in lines:
            texts = [text_of(cell) for cell in cells]
            if any(texts) or line in self.sheet.unstored_lines:
                yield line, cells, texts

    def _header(self, line: int, texts: Sequence[str]) -> bool:
        """Read the header line; False where it can't be told what the columns are."""
        if not self._unmerged(line, texts):
            return False
        named = [(index, text) for index, text in enumerate(texts) if text]

        def place_of(index: int | None, name: str) -> Place:
            here = self.sheet.place(line, index or 0)
            return here._replace(column=name, key=name)

        check_columns(self.table, named, place_of, self.faults)
        known = TABLES[self.table]
        self.columns = dict(named)
        self.attributes = {index: known[name] for index, name in named if name in known}
        letters = {name: letter(index) for index, name in reversed(named)}
        self.places = SheetColumns(self.sheet.name, letters)
        self.absent = {a.name for a in known.values() if a.required} - set(letters)
        return True

    def _unmerged(self, line: int, texts: Sequence[str]) -> bool:
        """Whether the line touches no merged cells that hold a value; records where they begin."""
        for index, name, bottom in self.sheet.merged.get(line, ()):
            if index < len(texts) and texts[index]:
                message = f"{name} are merged, so that only the first holds a value: unmerge them"
                column = self.columns.get(index, "")
                self.faults.add("E132", self.sheet.place(line, index, column), message)
                self.merged_until = max(self.merged_until, bottom)
        return line > self.merged_until

    def _row(self, line: int, cells: Sequence[ReadOnlyCell], texts: Sequence[str]) -> None:
        if not self._unmerged(line, texts) or not self._under_header(line, texts):
            self.whole = False
            return
        found: dict[str, str] = {}
        broken: set[str] = set()
        for index, name in self.columns.items():
            if index >= len(cells):
                break
            fault = self._fault(line, index, cells[index])
            if fault is not None:
                self.faults.add(
                    fault[0],
                    self.sheet.place(line, index, name),
                    f"{name}: {fault[1]}",
                    value=texts[index],
                )
                broken.add(name)
            if texts[index] and (fault is None or name == "id"):
                found[name] = texts[index]
        self.rows.append(
            Row(
                self.table,
                found,
                at=Place(self.sheet.book.file, line),
                absent=self.absent | broken if broken else self.absent,
                sheet=self.places,
                broken=bool(broken),
            )
        )

    def _under_header(self, line: int, texts: Sequence[str]) -> bool:
        """Whether each value stands in a column that the header names."""
        strays = [i for i, text in enumerate(texts) if text and i not in self.columns]
        if strays:
            cell = self.sheet.place(line, strays[0])
            message = f"{shown(texts[strays[0]])} stands in a column without a name in the header"
            self.faults.add("E123", cell, message, value=texts[strays[0]])
            self.misshapen += 1
        return not strays

    def _fault(self, line: int, index: int, cell: ReadOnlyCell) -> tuple[str, str] | None:
        """Say why a cell can't be read as a value of its column."""
        trouble = self.sheet.trouble(line, index, cell)
        attribute = self.attributes.get(index)
        if trouble is not None or attribute is None:
            return trouble
        if is_date(cell) and attribute.type not in _TAKES_DATES:
            message = (
                f"the cell holds a date or time, {text_of(cell)}: format it as text or number, "
                "and write it again"
            )
            return "E135", message
        if attribute.unit == "%" and shows_percent(cell):
            text = text_of(cell)
            percent = float(text) * 100
            message = (
                f"the cell is formatted as a percentage and holds {text}: format it as a number, "
                f"and write {percent:g}"
            )
            return "E135", message
        return None

    def _warn(self) -> None:
        here = Place(self.sheet.book.file, sheet=self.sheet.name)
        hidden = len(self.sheet.hidden & {row.line for row in self.rows})
        if hidden:
            lines = "line is" if hidden == 1 else "lines are"
            self.faults.add("W631", here, f"{hidden:,} hidden {lines} read like the others")
        left = self.sheet.has_formulas and self.sheet.book.never_calculated
        if left and not self.sheet.unstored:
            message = (
                "a program wrote this workbook and left its formulas to be calculated on opening: "
                "their stored values count; open it in a spreadsheet program and save it"
            )
            self.faults.add("W632", here, message)
