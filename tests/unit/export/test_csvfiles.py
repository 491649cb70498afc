from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from routeopt.export.csvfiles import EXCEL, PLAIN, table_csv
from routeopt.export.model import Cell, Column, Facts, Table
from routeopt.export.tables import tables

MOMENT = datetime(2026, 3, 2, 20, 0, tzinfo=ZoneInfo("Europe/Madrid"))


def one(row: tuple[Cell, ...]) -> Table:
    listed = tuple(
        Column(name=name, title=name, unit="", kind="text", meaning="") for name in "abcdef"
    )
    return Table(name="one", columns=listed[: len(row)], rows=(row,))


def test_plain_is_rfc_4180() -> None:
    data = table_csv(one(('a "b", c', 1234.5, 7, True, MOMENT, None)))
    assert data == b'a,b,c,d,e,f\r\n"a ""b"", c",1234.5,7,true,2026-03-02T20:00:00+01:00,\r\n'


def test_excel_in_iberia_reads_it_by_a_double_click() -> None:
    data = table_csv(one(("a; b", 1234.5, 7, False, MOMENT, "São Bento")), EXCEL)
    told = 'a;b;c;d;e;f\r\n"a; b";1234,5;7;false;2026-03-02 20:00;São Bento\r\n'
    assert data == b"\xef\xbb\xbf" + told.encode()


@pytest.mark.parametrize("dialect", [PLAIN, EXCEL])
@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx", "\rx"])
def test_formulas_are_defused_and_numbers_are_not(text: str, dialect: object) -> None:
    assert dialect in (PLAIN, EXCEL)
    data = table_csv(one((text, -1.5)), PLAIN if dialect is PLAIN else EXCEL)
    rows = csv.reader(
        io.StringIO(data.decode("utf-8-sig"), newline=""),
        delimiter="," if dialect is PLAIN else ";",
    )
    assert [*rows][1] == [f"'{text}", "-1.5" if dialect is PLAIN else "-1,5"]


def test_numbers_keep_all_digits(sea: Facts) -> None:
    for table in tables(sea):
        rows = [*csv.reader(io.StringIO(table_csv(table).decode(), newline=""))]
        assert rows[0] == [column.name for column in table.columns]
        for told, row in zip(rows[1:], table.rows, strict=True):
            for text, cell in zip(told, row, strict=True):
                if isinstance(cell, float):
                    assert float(text) == cell
                elif isinstance(cell, datetime):
                    assert datetime.fromisoformat(text) == cell.astimezone(UTC)
