"""All tables as one workbook: numbers are numbers, times are dates, texts are never formulas."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from routeopt.errors import InputError
from routeopt.export.model import Cell, Column, Table
from routeopt.report.sheet import looks_like_formula

if TYPE_CHECKING:
    import xlsxwriter

MAX_ROWS = 1_048_576
"""Rows that a sheet can have, the header included."""
MAX_TEXT = 32_767
"""Characters that a cell can hold."""

_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001  as the parts of the file say; a true date would differ
_TIME = "yyyy-mm-dd hh:mm"
_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "kg": "#,##0.00",
        "EUR": "#,##0.00",
        "EUR/TEU": "#,##0.00",
        "km": "#,##0.0",
        "tkm": "#,##0.0",
        "h": "#,##0.00",
        "t": "#,##0.00",
        "TEU": "#,##0.00",
        "m3": "#,##0.00",
        "kWh": "#,##0.00",
        "g/tkm": "#,##0.00",
        "%": "0.0",
        "shipments": "#,##0",
    }
)
"""How numbers are shown, by unit; others as they are. Cells keep all digits."""

_LEAST_WIDTH, _MOST_WIDTH = 7, 46
_PROSE, _PROSE_WIDTH = "In words", 90
"""A column of sentences, shown in full: its lines are wrapped."""
_TIME_WIDTH = len("2026-03-02 08:00")
_SAMPLE = 2_000
"""Rows that a column's width is fitted to."""


def workbook(tables: Sequence[Table], *, title: str) -> bytes:
    """Write tables as sheets in their order; the same tables give the same bytes.

    Raises
    ------
    InputError
        If a table has more rows than a sheet.
    """
    import xlsxwriter  # noqa: PLC0415  takes long to load

    for table in tables:
        if len(table.rows) >= MAX_ROWS:
            raise InputError(
                f"table {table.name} has {len(table.rows):,} rows and a sheet takes "
                f"{MAX_ROWS - 1:,}; use --to csv"
            )
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": _fitting(title), "author": "routeopt", "created": _CREATED})
        styles = _Styles(book)
        for table in tables:
            _sheet(book, table, styles)
    return file.getvalue()


class _Styles:
    """Formats of cells, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **properties: object) -> Any:  # noqa: ANN401  the library has no types
        """Give the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def _sheet(book: xlsxwriter.Workbook, table: Table, styles: _Styles) -> None:
    sheet = book.add_worksheet(table.name.capitalize())
    last_row, last_column = len(table.rows), len(table.columns) - 1
    head = styles.get(bold=True, text_wrap=True, valign="top", bottom=1)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.header, head)
        sheet.write_comment(0, at, f"{column.name}: {column.meaning}", {"x_scale": 1.5})
        sheet.set_column(at, at, _width(table, at))
    units = next((n for n, column in enumerate(table.columns) if column.name == "unit"), None)
    for line, row in enumerate(table.rows, 1):
        for at, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            unit = row[units] if column.kind == "value" and units is not None else column.unit
            style = _style(column, cell, unit=str(unit))
            _write(sheet, (line, at), cell, styles.get(**style) if style else None)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last_row, last_column)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _style(column: Column, cell: Cell, *, unit: str) -> dict[str, object]:
    """How a cell is shown."""
    if isinstance(cell, datetime):
        return {"num_format": _TIME}
    if isinstance(cell, str):
        style: dict[str, object] = {"text_wrap": True} if column.title == _PROSE else {}
        # the mark keeps it a text even if somebody edits the cell
        return style | ({"quote_prefix": True} if looks_like_formula(cell) else {})
    return {"num_format": _FORMATS[unit]} if unit in _FORMATS else {}


def _write(sheet: Any, at: tuple[int, int], cell: Cell, style: Any) -> None:  # noqa: ANN401  the library has no types
    """Write a cell by its type: nothing is guessed from a text."""
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(*at, cell, style)
    elif isinstance(cell, datetime):
        # a sheet knows no zones: the header, and the column beside it, say which clock it is
        sheet.write_datetime(*at, cell.replace(tzinfo=None), style)
    elif isinstance(cell, str):
        sheet.write_string(*at, _fitting(cell), style)
    else:
        sheet.write_number(*at, cell, style)


def _fitting(text: str) -> str:
    """Text as long as a cell can hold."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def _width(table: Table, at: int) -> int:
    """Width of a column in characters: its cells, and the longest word of its header."""
    column = table.columns[at]
    words = max(map(len, column.header.split()))
    shown = (_shown(column, row[at]) for row in table.rows[:_SAMPLE])
    filter_button = 3
    most = _PROSE_WIDTH if column.title == _PROSE else _MOST_WIDTH
    return min(most, max([_LEAST_WIDTH, words + filter_button, *shown]) + 1)


def _shown(column: Column, cell: Cell) -> int:
    """How many characters a cell shows."""
    if cell is None:
        return 0
    if isinstance(cell, datetime):
        return _TIME_WIDTH
    if isinstance(cell, str):
        return len(cell)
    return len(f"{cell:,.2f}") if column.unit in _FORMATS else len(f"{cell:.10g}")
