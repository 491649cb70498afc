"""Workbooks: which text each kind of cell becomes, and files that are none or are damaged."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook

from routeopt.case import check_case, load_case
from routeopt.case import workbook as workbooks
from routeopt.case.booktable import read_sheet_rows
from routeopt.case.places import Faults
from routeopt.case.rows import Row
from routeopt.case.workbook import Book, BookSheet, UnreadableError, open_book, text_of, value_text
from routeopt.errors import sheet_reference
from tests.broken.good import CASE, edited
from tests.broken.workbooks import BOOK, IN_BOOK, book, put, write_book

HEADER = ("country", "import_pct", "transit_pct", "source")


def saved(made: Workbook) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def of_rows(*rows: tuple[object, ...], sheet: str = "duties") -> bytes:
    made = Workbook()
    made.worksheets[0].title = sheet
    for row in rows:
        made.worksheets[0].append(list(row))
    return saved(made)


def edit_part(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Workbook with a part changed as text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if name == part else text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes, table: str = "duties") -> tuple[list[Row], bool, list[str]]:
    faults = Faults("case.yaml")
    opened = open_book(data, "b.xlsx", faults)
    assert opened is not None
    rows, whole = read_sheet_rows(table, next(iter(opened.sheets.values())), faults)
    return rows, whole, [str(fault) for fault in faults.all()]


def cells(data: bytes, table: str = "duties") -> list[Mapping[str, str]]:
    rows, whole, faults = read(data, table)
    assert (whole, faults) == (True, [])
    return [row.cells for row in rows]


def only_sheet(data: bytes) -> BookSheet:
    (sheet,) = Book(data, "b.xlsx").sheets.values()
    return sheet


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (2.0, "2"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (1e15, "1000000000000000"),
        (1.5e20, "1.5e+20"),
        (123456789012.5, "123456789012.5"),
        (-0.25, "-0.25"),
        (True, "true"),
        (False, "false"),
        ("  x ", "x"),
        ("\u00a012\u00a0", "12"),
        ("'12", "'12"),
        (None, ""),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 8), "2026-03-02T08:00"),  # noqa: DTZ001  cells have no zone
        (datetime(2026, 3, 2, 8, 0, 30), "2026-03-02T08:00:30"),  # noqa: DTZ001
        (time(6, 30), "06:30"),
    ],
)
def test_text_of_a_cell(value: object, text: str) -> None:
    sheet = only_sheet(of_rows(("x", value)))
    ((_, found),) = sheet.lines()
    assert "".join(text_of(cell) for cell in found[1:]) == text


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy-mm-dd", "2026-03-02"),
        ("[$-816]d/mmm/yy", "2026-03-02"),
        ('d "hours" yyyy', "2026-03-02"),
        ("yyyy-mm-dd hh:mm", "2026-03-02T00:00"),
        ("m/d/yy h:mm AM/PM", "2026-03-02T00:00"),
    ],
)
def test_midnight_is_a_time_only_where_the_cell_shows_one(number_format: str, text: str) -> None:
    made = Workbook()
    made.worksheets[0]["A1"] = datetime(2026, 3, 2)  # noqa: DTZ001  cells have no zone
    made.worksheets[0]["A1"].number_format = number_format
    ((_, (cell,)),) = only_sheet(saved(made)).lines()
    assert text_of(cell) == text


def test_a_time_of_a_formula_is_rounded_to_the_second() -> None:
    # 46083 + 1/3 days is 08:00:00; written with few digits it is 07:59:59.9
    made = Workbook()
    made.worksheets[0]["A1"] = 46083.333332
    made.worksheets[0]["A1"].number_format = "yyyy-mm-dd hh:mm"
    ((_, (cell,)),) = only_sheet(saved(made)).lines()
    assert text_of(cell) == "2026-03-02T08:00"


def test_rows_with_their_places() -> None:
    rows, whole, faults = read(of_rows((), HEADER, ("PT", 1.5, None, "law"), (" ",), ("ES",)))
    assert (whole, faults) == (True, [])
    assert [(row.line, row.cells) for row in rows] == [
        (3, {"country": "PT", "import_pct": "1.5", "source": "law"}),
        (5, {"country": "ES"}),
    ]
    place = rows[1].place("transit_pct")
    assert (place.file, place.line, place.column) == ("b.xlsx", 5, "transit_pct")
    assert (place.sheet, place.cell) == ("duties", "C5")
    assert rows[1].place("commodity").cell == "A5"  # the sheet has no such column
    assert rows[0].where == "b.xlsx:duties!A3"


def test_blanks_around_headers_and_columns_without_anything_are_fine() -> None:
    data = of_rows((" country ", None, "import_pct", None), ("PT", None, "'2".strip("'"), None))
    assert cells(data) == [{"country": "PT", "import_pct": "2"}]


def test_formulas_count_by_their_stored_values() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as made:
        sheet = made.add_worksheet("duties")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("PT",))
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(1, 3, '=A2&"!"', None, "PT!")
    rows, whole, faults = read(data.getvalue())
    assert whole
    assert [row.cells for row in rows] == [{"country": "PT", "import_pct": "2", "source": "PT!"}]
    assert [fault[:22] for fault in faults] == ["b.xlsx:duties: W632 a "]
    calculated = edit_part(
        data.getvalue(), "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', "")
    )
    assert read(calculated)[2] == []


def test_an_empty_text_of_a_formula_is_a_value_and_no_value_is_none() -> None:
    data = of_rows(HEADER, ("PT", "=1+1", "=2+2", "law"))
    typed = edit_part(data, SHEET, lambda text: text.replace('<c r="C2">', '<c r="C2" t="str">'))
    assert typed != data
    rows, _, faults = read(typed)
    assert [fault.split(": ")[:2] for fault in faults] == [["b.xlsx:duties!B2", "E133 import_pct"]]
    assert rows[0].broken
    assert rows[0].cells == {"country": "PT", "source": "law"}


def test_a_stated_size_that_is_wrong_hides_nothing() -> None:
    data = of_rows(HEADER, ("PT", 1), ("ES", 2))
    small = edit_part(data, SHEET, lambda text: re.sub('ref="A1:D3"', 'ref="A1:B2"', text))
    assert small != data
    assert [row["country"] for row in cells(small)] == ["PT", "ES"]


def test_merged_cells_without_a_value_are_fine() -> None:
    made = load_workbook(io.BytesIO(of_rows(HEADER, ("PT", 1), (), ("ES", 2))))
    made.worksheets[0].merge_cells("A3:D3")
    assert [row["country"] for row in cells(saved(made))] == ["PT", "ES"]


def test_merged_header() -> None:
    made = load_workbook(io.BytesIO(of_rows(HEADER, ("PT", 1))))
    made.worksheets[0].merge_cells("A1:B1")
    rows, whole, faults = read(saved(made))
    assert (rows, whole) == ([], False)
    assert [fault.split(" ")[:2] for fault in faults] == [["b.xlsx:duties!A1:", "E132"]]


def test_rows_of_merged_cells_are_left_out_and_the_others_are_read() -> None:
    made = load_workbook(io.BytesIO(of_rows(HEADER, ("PT", 1), ("x", 1), ("ES", 2))))
    made.worksheets[0].merge_cells("B2:B3")
    rows, whole, _ = read(saved(made))
    assert [row.cells["country"] for row in rows] == ["ES"]
    assert not whole


def test_many_stray_values_end_the_reading() -> None:
    strays = [("PT", 1, None, "law", "stray")] * 500
    _, whole, faults = read(of_rows(HEADER, *strays))
    assert not whole
    assert len(faults) == 101


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routeopt.case.booktable.MAX_ROWS", 2)
    rows, whole, faults = read(of_rows(HEADER, ("PT",), ("ES",), ("FR",)))
    assert (len(rows), whole) == (2, False)
    assert faults == ["b.xlsx:duties!A4: E121 more than 2 rows"]


@pytest.mark.parametrize(
    ("sheet", "cell", "text"),
    [
        ("services", "D7", "services!D7"),
        ("my_table", "D7", "my_table!D7"),
        ("Week 10", None, "'Week 10'"),
        ("it's", "A1", "'it''s'!A1"),
        ("2026", "A1", "'2026'!A1"),
        ("a\nb", "A1", "'a\\nb'!A1"),
    ],
)
def test_sheets_are_named_as_in_a_formula(sheet: str, cell: str | None, text: str) -> None:
    assert sheet_reference(sheet, cell) == text


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableError) as raised:
        list(only_sheet(data).lines())
    return str(raised.value)


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_bin", ".bin"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"id,origin\n", "is no workbook (.xlsx): save it as .xlsx or as CSV"),
        (b"", "is no workbook"),
        (OLE + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le"), "is encrypted: save it"),
        (OLE + b"\0" * 99, "is an old workbook (.xls) under another name"),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is an OpenDocument"),
        (zipped(xl__workbook_bin=""), "is a binary workbook (.xlsb)"),
        (zipped(a="b"), "is no sound workbook"),
        (b"PK\3\4rubbish", "is no sound workbook"),
        (of_rows(HEADER)[:-40], "is no sound workbook"),
    ],
)
def test_what_is_no_workbook(data: bytes, reason: str) -> None:
    assert refusal(data).startswith(reason)


def test_size_is_that_of_the_parts_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", " " * 2_000_000)
    assert len(out.getvalue()) < 10_000
    monkeypatch.setattr(workbooks, "MAX_TABLE_BYTES", 1_000_000)
    assert refusal(out.getvalue()) == (
        "is too big: 2,000,000 bytes unpacked, at most 1,000,000 are read"
    )


def test_entities_that_grow_are_refused() -> None:
    laughs = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10)
    )
    data = edit_part(
        of_rows(HEADER, ("PT", 1)),
        SHEET,
        lambda text: f"<!DOCTYPE x [{laughs}]>{text.replace('<v>1</v>', '<v>&a9;</v>')}",
    )
    assert "is no sound workbook" in refusal(data)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('r="D1"', 'r="XXXXD1"', "a cell stands farther right"),
        ('<row r="2"', '<row r="99999999999"', "a line stands lower"),
        ("<sheetData>", "<sheetData", "is no sound workbook"),
        ("<v>1</v>", "<v>one</v>", "is no sound workbook"),
    ],
)
def test_damaged_sheets(old: str, new: str, reason: str) -> None:
    data = of_rows(HEADER, ("PT", 1))
    damaged = edit_part(data, SHEET, lambda text: text.replace(old, new))
    assert refusal(damaged).startswith(reason)


def test_damaged_sheet_of_a_case_is_told(tmp_path: Path) -> None:
    write_book(tmp_path)
    data = (tmp_path / BOOK).read_bytes()
    damaged = edit_part(
        data, "xl/worksheets/sheet3.xml", lambda text: text.replace("</sheetData>", "")
    )
    (tmp_path / BOOK).write_bytes(damaged)
    case, faults = check_case(tmp_path)
    assert case is None
    assert [str(fault)[:56] for fault in faults] == [
        "book.xlsx:services: E130 is no sound workbook (.xlsx): op"[:56]
    ]


def test_whatever_the_bytes_a_case_is_read_or_its_faults_are_told(tmp_path: Path) -> None:
    # openpyxl has no error of its own for most damage: whatever it raises must become a fault
    write_book(tmp_path, put("services", "J2", "=1+1"))
    good = (tmp_path / BOOK).read_bytes()
    with zipfile.ZipFile(io.BytesIO(good)) as parts:
        names = parts.namelist()
    chance = random.Random(7)  # noqa: S311  no secret
    tokens = ("", "<", ">", '"', "=", "9" * 30, "-1", "s", "A1", "/", "&#0;", "\u2028", "true")
    for _ in range(120):

        def mutate(text: str) -> str:
            at = chance.randrange(len(text))
            return text[:at] + chance.choice(tokens) + text[at + chance.randrange(4) :]

        damaged = edit_part(good, chance.choice(names), mutate)
        (tmp_path / BOOK).write_bytes(damaged)
        case, faults = check_case(tmp_path)
        assert (case is None) == any(fault.severity == "error" for fault in faults)
        assert all("\n" not in str(fault) for fault in faults)


def test_sheets_are_found_whatever_their_letter_case(tmp_path: Path) -> None:
    def rename(made: Workbook) -> None:
        made["services"].title = " Services "

    case = load_case(write_book(tmp_path, rename))
    assert set(case.network.services) == {"train", "train/back", "truck", "old"}


@pytest.mark.parametrize("first", ["Cargo of week 10", "shipments"])
def test_shipments_are_the_sheet_of_that_name_or_the_first(first: str, tmp_path: Path) -> None:
    (tmp_path / CASE).write_text(edited(IN_BOOK)[CASE], "utf-8")
    made = book()
    made["shipments"].title = first
    made.move_sheet(first, 4 if first == "shipments" else 0)
    made.save(tmp_path / BOOK)
    assert [row.id for row in load_case(tmp_path).shipments] == ["A", "B"]


def test_one_table_in_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    text = edited([(CASE, "services: services.csv", "services: in/trains.xlsx")])
    for name, content in text.items():
        (tmp_path / name).write_text(content, "utf-8")
    made = book(("services",))
    made["services"].title = "Timetable"
    made.create_sheet("notes")
    made.save(tmp_path / "in" / "trains.xlsx")
    case = load_case(tmp_path)
    assert "in/trains.xlsx" in case.inputs
    assert "services.csv" not in case.inputs
    assert case.network.services["train"].distance_km == 800


def test_a_scenario_that_names_a_table_lays_it_over_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "fast.csv").write_text(
        "id,mode,from,to,departures,distance_km,hours,toc\n"
        "truck,road,PTSIE-XXI,ESMAD,any,700,9,road\n",
        "utf-8",
    )
    keys = "tables: {services: fast.csv}, avoid: {services: []}"
    edits = [
        (CASE, "carbon_price_eur_per_t: 100", keys),
        (CASE, "where: {mode: rail}", "where: {mode: road}"),
    ]
    case = load_case(write_book(tmp_path, edits=edits), scenario="Carbon at 100")
    assert list(case.network.services) == ["truck"]
    assert case.network.services["truck"].toc == "road"  # of the workbook's sheet toc
    assert len(load_case(tmp_path).network.services) == 4


def test_warnings_of_a_workbook_are_those_of_each_scenario(tmp_path: Path) -> None:
    def hide(made: Workbook) -> None:
        made["services"].row_dimensions[3].hidden = True

    write_book(tmp_path, hide)
    for scenario in (None, "Dearer"):
        assert [w.code for w in load_case(tmp_path, scenario=scenario).warnings] == ["W631"]
    assert [fault.code for fault in check_case(tmp_path)[1]] == ["W631"]


def test_overrides_match_rows_of_a_workbook(tmp_path: Path) -> None:
    # 400 USD * 1.2 * 0.92 EUR/USD = 441.6 EUR
    services = load_case(write_book(tmp_path), scenario="Dearer").network.services
    assert services["train"].cost_per_teu_eur == pytest.approx(441.6)


def test_values_that_have_no_cell() -> None:
    assert value_text(datetime(2026, 3, 2, 8)) == "2026-03-02T08:00:00"  # noqa: DTZ001
