"""Workbooks opened again by openpyxl, as a spreadsheet would."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from routeopt.errors import InputError
from routeopt.export import workbook as module
from routeopt.export.model import Facts, Table, table
from routeopt.export.tables import tables
from routeopt.export.workbook import MAX_TEXT, workbook


@pytest.fixture(scope="module")
def book(sea: Facts) -> Any:  # noqa: ANN401  an openpyxl workbook
    return openpyxl.load_workbook(io.BytesIO(workbook(tables(sea), title="Sea")))


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {info.filename: file.read(info).decode() for info in file.infolist()}


def test_sheets_in_their_order(book: Any) -> None:  # noqa: ANN401
    assert book.sheetnames == [
        "Summary", "Shipments", "Legs", "Transfers", "Departures",
        "Emissions", "Factors", "Inputs", "Manifest",
    ]  # fmt: skip


def test_each_cell_is_what_the_table_has(book: Any, sea: Facts) -> None:  # noqa: ANN401
    for made in tables(sea):
        sheet = book[made.name.capitalize()]
        assert [cell.value for cell in sheet[1]] == [column.header for column in made.columns]
        rows = sheet.iter_rows(min_row=2, values_only=True)
        for told, row in zip(rows, made.rows, strict=True):
            for value, cell in zip(told, row, strict=True):
                if isinstance(cell, datetime):
                    assert value == cell.replace(tzinfo=None)
                elif isinstance(cell, float):
                    assert isinstance(value, int | float)
                    assert value == pytest.approx(cell, rel=1e-15)
                else:
                    assert value == cell


def test_no_formulas_and_no_links(book: Any) -> None:  # noqa: ANN401
    ids = []
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n", "d", "b"}, cell.coordinate
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    ids.append(cell)
    assert {cell.value for cell in ids} == {"=ship"}
    assert all(cell.quotePrefix for cell in ids)  # a text still after somebody edits it


def test_header_is_frozen_bold_filtered_with_notes_and_widths(book: Any) -> None:  # noqa: ANN401
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(cell.font.b and cell.comment for cell in sheet[1])
        assert all(7 < width.width < 92 for width in sheet.column_dimensions.values())
    headers = {cell.value for cell in book["Legs"][1]}
    assert {"Distance, km", "CO2e, kg", "Departs, local time", "Departs, UTC"} <= headers


def test_numbers_and_times_have_formats(book: Any) -> None:  # noqa: ANN401
    sheet = book["Legs"]
    at = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(2, at["CO2e, kg"]).number_format == "#,##0.00"
    assert sheet.cell(2, at["Departs, UTC"]).number_format == "yyyy-mm-dd hh:mm"
    summary = book["Summary"]
    units = {row[3].value: row[2].number_format for row in summary.iter_rows(min_row=2)}
    assert (units["kg"], units["tkm"], units["shipments"]) == ("#,##0.00", "#,##0.0", "#,##0")


def test_same_bytes_at_any_time(sea: Facts) -> None:
    data = workbook(tables(sea), title="Sea")
    assert data == workbook(tables(sea), title="Sea")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    # no date, and thus no second run, is told by any part
    stamps = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", parts(data)["docProps/core.xml"])
    assert stamps == ["1980-01-01T00:00:00Z", "1980-01-01T00:00:00Z"]


def test_properties_name_the_case_and_no_path(sea: Facts) -> None:
    told = parts(workbook(tables(sea), title="Sea"))
    core = told["docProps/core.xml"]
    assert "<dc:title>Sea</dc:title>" in core
    assert "<dc:creator>routeopt</dc:creator>" in core
    for name in ("docProps/core.xml", "docProps/app.xml", "xl/workbook.xml"):
        assert str(sea.case.path.parent) not in told[name]


def inputs(text: str) -> tuple[Table, ...]:
    return (table("inputs", [{"file": text}]),)


def test_longest_text_of_a_cell() -> None:
    whole = "x" * MAX_TEXT
    for text, told in ((whole, whole), (whole + "y", whole[:-1] + "…")):
        book = openpyxl.load_workbook(io.BytesIO(workbook(inputs(text), title="")))
        assert book["Inputs"]["A2"].value == told


def test_more_rows_than_a_sheet_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = table("inputs", [{"file": "a"}, {"file": "b"}])
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    assert workbook([made], title="")
    with pytest.raises(InputError, match="table inputs has 3 rows and a sheet takes 2; use --to"):
        workbook([replace(made, rows=(*made.rows, made.rows[0]))], title="")
