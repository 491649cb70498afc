"""Where the rows of a case's own tables come from: the case file, CSV files, workbooks."""

from __future__ import annotations

from dataclasses import dataclass, field

from routeopt.case.booktable import check_sheets, read_sheet_rows, sheet_of
from routeopt.case.csvfile import read_csv
from routeopt.case.files import Folder
from routeopt.case.places import Faults, Place
from routeopt.case.rows import Row
from routeopt.case.settings import Settings
from routeopt.case.workbook import Book, is_workbook, open_book, refused

_Read = tuple[list[Row], bool]
"""Rows, and whether all were read."""


@dataclass
class Sources:
    """Files of the tables of a case and its scenarios; each is read, and its errors told, once."""

    folder: Folder
    _tables: dict[tuple[str, str, bool], tuple[_Read, Faults]] = field(default_factory=dict)
    _books: dict[str, Book | None] = field(default_factory=dict)

    def rows(self, table: str, settings: Settings, faults: Faults) -> _Read:
        """Rows of a table of the case's own, as text, and whether all were read."""
        key = "shipments" if table == "shipments" else f"tables.{table}"
        source = settings.shipments if table == "shipments" else settings.get(key)
        if isinstance(source, list):
            return source, True
        if source is not None:
            return self._cached(table, source, settings.places[key], faults, whole_book=False)
        if table == "shipments" or settings.workbook is None:
            return [], settings.tables_known and key not in settings.places
        place = settings.places["tables"]
        return self._cached(table, settings.workbook, place, faults, whole_book=True)

    def check(self, settings: Settings, faults: Faults) -> None:
        """Warn of sheets of the case's workbook that nothing reads."""
        if settings.workbook is None:
            return
        book = self._book(settings.workbook, settings.places["tables"], faults)
        if book is not None:
            shipments = settings.shipments
            same = isinstance(shipments, str) and self.folder.relative(shipments) == book.file
            check_sheets(book, faults, has_shipments=same)

    def _cached(
        self, table: str, name: str, place: Place, faults: Faults, *, whole_book: bool
    ) -> _Read:
        kept = self._tables.get((table, name, whole_book))
        if kept is None:
            told = Faults(faults.file)
            read = self._read(table, name, place, told, whole_book=whole_book)
            self._tables[table, name, whole_book] = (read, told)
            faults.repeat(told)
            return read
        faults.repeat(kept[1], severity="W")  # each scenario has its warnings
        return kept[0]

    def _read(
        self, table: str, name: str, place: Place, faults: Faults, *, whole_book: bool
    ) -> _Read:
        if not is_workbook(name):
            text = self.folder.read_table(name, place, faults)
            if text is None:
                return [], False
            return read_csv(table, text, self.folder.relative(name), faults)
        book = self._book(name, place, faults)
        if book is None:
            return [], False
        sheet = book.find(table) if whole_book else None
        if whole_book and sheet is None:
            return [], True  # a table that the workbook has not
        sheet = sheet or sheet_of(book, table, place=place, faults=faults)
        return ([], False) if sheet is None else read_sheet_rows(table, sheet, faults)

    def _book(self, name: str, place: Place, faults: Faults) -> Book | None:
        file = self.folder.relative(name)
        if file not in self._books:
            self._books[file] = self._open(name, file, place, faults)
        return self._books[file]

    def _open(self, name: str, file: str, place: Place, faults: Faults) -> Book | None:
        reason = refused(name)
        if reason is not None:
            faults.add("E130", place, reason, value=name)
            return None
        data = self.folder.read_bytes(name, place, faults)
        return None if data is None else open_book(data, file, faults)
