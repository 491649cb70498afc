"""Workbooks (.xlsx): their cells as texts such as a CSV table holds, and their faults."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn
from xml.etree.ElementTree import ParseError

from routeopt.case.files import MAX_TABLE_BYTES
from routeopt.case.places import Faults, Place, shown

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell

SUFFIXES = (".xlsx", ".xlsm")
MAX_LINES = 1_048_576
"""Lines of a sheet in any spreadsheet program."""

_REFUSED = {
    ".xls": "an old workbook (.xls)",
    ".xlsb": "a binary workbook (.xlsb)",
    ".ods": "an OpenDocument workbook (.ods)",
    ".numbers": "a workbook of Numbers",
}
_SAVE = "save it as .xlsx or as CSV"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_DAMAGED = (  # openpyxl has no error of its own for a part that is not as it should be
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,  # a password on a part, or nested beyond reason
)

_EMPTY_FORMULA = re.compile(  # a formula whose stored value is empty or left out
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?calcPr\s[^>]*\bfullCalcOnLoad=[\"'](?:1|true)"
)  # openpyxl takes it for the default, so that it can't be asked
_REFERENCE = rb"[A-Z]{1,3}[0-9]{1,7}"
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"'](" + _REFERENCE + rb":" + _REFERENCE + rb")[\"']"
)
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_ROW_NUMBER = re.compile(rb"\br=[\"']([0-9]{1,7})[\"']")
_FAR_COLUMN = re.compile(rb"\sr=[\"'][A-Za-z]{4,}[0-9]")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""Parts of a number format that stand for themselves, and colours, currencies, conditions."""

_CERTAIN_DIGITS = 1e15
_HOUR_S = 3600


class UnreadableError(Exception):
    """A file that is no workbook, or none that can be read; its text says why."""


def is_workbook(name: str) -> bool:
    """Whether a file is read as a workbook, or refused as one of another kind."""
    return PurePosixPath(name.lower()).suffix in {*SUFFIXES, *_REFUSED}


def refused(name: str) -> str | None:
    """Say why a file is not read, from its name alone; None where it may be.

    >>> refused("cargo.ods")
    "'cargo.ods' is an OpenDocument workbook (.ods): save it as .xlsx or as CSV"
    """
    kind = _REFUSED.get(PurePosixPath(name.lower()).suffix)
    return None if kind is None else f"{shown(name)} is {kind}: {_SAVE}"


class Book:
    """An open workbook.

    Parameters
    ----------
    data
        Content of the file.
    file
        What faults call it.

    Raises
    ------
    UnreadableError
        If it is none.
    """

    def __init__(self, data: bytes, file: str) -> None:
        from openpyxl import load_workbook  # noqa: PLC0415  takes 0.2 s

        self.file = file
        self._data = data
        _refuse_others(data)
        try:
            self._parts = zipfile.ZipFile(io.BytesIO(data))
            _refuse_big(self._parts)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out
                self._book = load_workbook(
                    io.BytesIO(data), read_only=True, data_only=True, keep_links=False
                )
            sheets = self._book.worksheets
        except _DAMAGED as err:
            _unsound(err)
        self.sheets = {
            sheet.title: BookSheet(self, sheet, index) for index, sheet in enumerate(sheets)
        }

    def find(self, name: str) -> BookSheet | None:
        """Sheet of a name; letter case and blanks around it don't count, as in a spreadsheet."""
        wanted = name.strip().casefold()
        return next((s for t, s in self.sheets.items() if t.strip().casefold() == wanted), None)

    @property
    def never_calculated(self) -> bool:
        """Whether a program wrote it that left formulas to be calculated on opening."""
        try:
            return _UNCALCULATED.search(self._parts.read("xl/workbook.xml")) is not None
        except _DAMAGED:  # the part has another name: programs that do so are not known to us
            return False


class BookSheet:
    """A sheet of an open workbook: its lines, and what a spreadsheet shows beside values."""

    def __init__(self, book: Book, sheet: Any, index: int) -> None:  # noqa: ANN401  of openpyxl
        self.book = book
        self._index = index
        self._sheet = sheet

    @property
    def name(self) -> str:
        """Its name as written."""
        return str(self._sheet.title)

    def place(self, line: int, index: int, column: str = "") -> Place:
        """Where a cell stands, from its line (from 1), index (from 0) and column's name."""
        key = column or None
        return Place(self.book.file, line, key, key, self.name, f"{letter(index)}{line}")

    def lines(self) -> Iterator[tuple[int, Sequence[ReadOnlyCell]]]:
        """Lines that are not empty, by their number.

        Raises
        ------
        UnreadableError
            If the sheet is damaged, or reaches farther than sheets do.
        """
        if _FAR_COLUMN.search(self._xml):
            raise UnreadableError("a cell stands farther right than any sheet reaches")
        self._sheet.reset_dimensions()  # the size that a file states may be wrong
        rows = self._sheet.iter_rows()
        line = 0
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of dates out of range: told as #VALUE!
                    cells = next(rows, None)
            except _DAMAGED as err:
                _unsound(err)
            if cells is None:
                return
            line += 1
            if line > MAX_LINES:
                raise UnreadableError("a line stands lower than any sheet reaches")
            if any(cell.value is not None for cell in cells) or line in self.unstored_lines:
                yield line, cells

    @cached_property
    def _xml(self) -> bytes:
        part = self._sheet._worksheet_path  # noqa: SLF001  no public name for it
        try:
            return self.book._parts.read(part)  # noqa: SLF001  one thing with the book
        except _DAMAGED as err:
            _unsound(err)

    @property
    def has_formulas(self) -> bool:
        """Whether any of its cells is a formula."""
        return _FORMULA.search(self._xml) is not None

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Numbers of lines that a filter or a hand has hidden."""
        if not _HIDDEN.search(self._xml):
            return frozenset()
        tags = (tag for tag in _ROW.findall(self._xml) if _HIDDEN.search(tag))
        return frozenset(int(hit[1]) for tag in tags if (hit := _ROW_NUMBER.search(tag)))

    @cached_property
    def merged(self) -> Mapping[int, Sequence[tuple[int, str, int]]]:
        """Merged cells by their first line: index of the first, as `B2:B4`, and last line."""
        from openpyxl.utils import range_boundaries  # noqa: PLC0415  takes 0.2 s

        found: dict[int, list[tuple[int, str, int]]] = {}
        for hit in _MERGED.findall(self._xml):
            name = hit.decode("ascii")
            left, top, _, bottom = range_boundaries(name)
            found.setdefault(int(top or 1), []).append((int(left or 1) - 1, name, int(bottom or 1)))
        return found

    @cached_property
    def unstored(self) -> Mapping[tuple[int, int], str]:
        """Formulas without a stored value by line and index; an empty text is a value."""
        if not _EMPTY_FORMULA.search(self._xml):
            return {}
        from openpyxl import load_workbook  # noqa: PLC0415  takes 0.2 s

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                source = io.BytesIO(self.book._data)  # noqa: SLF001  one thing with the book
                written = load_workbook(source, read_only=True, keep_links=False)
                empty = {
                    (cell.row, cell.column)
                    for cell in _cells(self._sheet)
                    if cell.value is None and cell.data_type == "n"  # an empty text has `str`
                }
                return {
                    (cell.row, cell.column - 1): str(getattr(cell.value, "text", cell.value))
                    for cell in _cells(written.worksheets[self._index])
                    if cell.data_type == "f" and (cell.row, cell.column) in empty
                }
        except _DAMAGED as err:
            _unsound(err)

    @cached_property
    def unstored_lines(self) -> frozenset[int]:
        """Lines that hold a formula without a stored value."""
        return frozenset(line for line, _ in self.unstored)

    def trouble(self, line: int, index: int, cell: ReadOnlyCell) -> tuple[str, str] | None:
        """Say why a cell has no value of its own: code and message; None where it has one."""
        formula = self.unstored.get((line, index)) if self.unstored else None
        if formula is not None:
            return "E133", no_value(formula)
        if cell.data_type == "e":
            return "E134", f"the cell is an error, {cell.value}: mend its formula or value"
        return None


def no_value(formula: str) -> str:
    """Say that a formula has no stored value, and what to do."""
    return (
        f"the formula {shown(formula)} has no stored value: "
        "open the workbook in a spreadsheet program and save it"
    )


def _cells(sheet: Any) -> Iterator[ReadOnlyCell]:  # noqa: ANN401  of openpyxl, not typed
    """Cells that stand in the file, the empty ones too."""
    from openpyxl.cell.read_only import EMPTY_CELL  # noqa: PLC0415  takes 0.2 s

    sheet.reset_dimensions()
    for cells in sheet.iter_rows():
        yield from (cell for cell in cells if cell is not EMPTY_CELL)


def open_book(data: bytes, file: str, faults: Faults) -> Book | None:
    """Open a workbook; None once its fault is recorded."""
    try:
        return Book(data, file)
    except UnreadableError as err:
        faults.add("E130", Place(file), str(err))
        return None


def _refuse_others(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableError("is encrypted: save it without a password")
        raise UnreadableError("is an old workbook (.xls) under another name: save it as .xlsx")
    if not data.startswith(b"PK"):
        raise UnreadableError(f"is no workbook (.xlsx): {_SAVE}")


def _refuse_big(parts: zipfile.ZipFile) -> None:
    names = set(parts.namelist())
    if "mimetype" in names and "xl/workbook.xml" not in names:
        raise UnreadableError(f"is an OpenDocument file under another name: {_SAVE}")
    if "xl/workbook.bin" in names:
        raise UnreadableError(f"is a binary workbook (.xlsb) under another name: {_SAVE}")
    size = sum(part.file_size for part in parts.infolist())  # no more than this is ever unpacked
    if size > MAX_TABLE_BYTES:
        raise UnreadableError(
            f"is too big: {size:,} bytes unpacked, at most {MAX_TABLE_BYTES:,} are read"
        )


def _unsound(err: Exception) -> NoReturn:
    reason = " ".join(str(err).split())[:80]
    message = "is no sound workbook (.xlsx): open it in a spreadsheet program and save it again"
    raise UnreadableError(f"{message} ({reason or type(err).__name__})") from err


def letter(index: int) -> str:
    """Letters of a column from its index.

    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  takes 0.2 s

    return get_column_letter(index + 1)


def text_of(cell: ReadOnlyCell) -> str:
    """Cell as a case's table would write it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return _moment(value, _shown_as(cell))
    return value_text(value)


def value_text(value: object) -> str:
    """Value of a cell as a case's table would write it.

    >>> value_text(0.1 + 0.2), value_text(12.0), value_text(True), value_text(time(6))
    ('0.3', '12', 'true', '06:00')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _CERTAIN_DIGITS
        return str(int(value)) if whole else f"{value:.15g}"
    if isinstance(value, time):
        return _to_second(datetime.combine(date(2000, 1, 1), value)).time().isoformat("minutes")
    if isinstance(value, timedelta):
        hours, rest = divmod(round(value.total_seconds()), _HOUR_S)
        return f"{hours}:{rest // 60:02}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _shown_as(cell: ReadOnlyCell) -> str:
    """Signs of a cell's number format that show its value."""
    try:
        return _NOT_SHOWN.sub("", cell.number_format).casefold()
    except LookupError:  # a style that the workbook has not
        return ""


def _moment(value: datetime, shown_as: str) -> str:
    """Date and time; the date alone where the cell shows no more and it is midnight."""
    moment = _to_second(value)
    day_only = "d" in shown_as or "y" in shown_as
    if moment.time() == time() and day_only and "h" not in shown_as:
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _to_second(value: datetime) -> datetime:
    """Round: spreadsheets keep fractions of a day."""
    try:
        return (value + timedelta(milliseconds=500)).replace(microsecond=0)
    except OverflowError:  # the last half second of the year 9999
        return value.replace(microsecond=0)


def is_date(cell: ReadOnlyCell) -> bool:
    """Whether a cell holds a date, a time or a duration."""
    return isinstance(cell.value, date | time | timedelta)


def shows_percent(cell: ReadOnlyCell) -> bool:
    """Whether a number is shown as a percentage, so that 0.05 stands as 5 %."""
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return is_number and "%" in _shown_as(cell)
