"""Broken cases: workbooks, made from the sound case by openpyxl and changed in a cell or two."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.broken.good import CASE, GOOD, Edit, edited

BOOK = "book.xlsx"
IN_BOOK: Sequence[Edit] = (
    (CASE, "shipments: shipments.csv", "shipments: book.xlsx"),
    (
        CASE,
        (
            "tables:\n  terminals: terminals.csv\n  services: services.csv\n"
            "  toc: toc.csv\n  duties: duties.csv\n"
        ),
        "tables: book.xlsx\n",
    ),
)
"""Edits after which the sound case reads everything from one workbook."""

Change = Callable[[Workbook], None]
Broken = dict[str, tuple[list[Edit], Change, list[str]]]
"""By what is wrong: edits of the case file, change of the workbook, every fault that is told."""


def value(column: str, text: str) -> object:
    """Cell as a planner would have it: numbers, dates, times and truth values are such."""
    if column in {"ready", "due"} and text:
        return datetime.fromisoformat(text)
    if text in {"true", "false"}:
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text or None


def book(
    tables: Sequence[str] = ("shipments", "terminals", "services", "toc", "duties"),
) -> Workbook:
    """Workbook of the sound case, a sheet a table."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for table in tables:
        sheet = made.create_sheet(table)
        rows = list(csv.reader(GOOD[f"{table}.csv"].splitlines()))
        sheet.append(rows[0])
        for row in rows[1:]:
            sheet.append([value(c, t) for c, t in zip(rows[0], row, strict=True)])
    return made


def write_book(
    folder: Path, change: Change | None = None, edits: Sequence[Edit] = (), name: str = BOOK
) -> Path:
    """Write the sound case with all its tables in a workbook."""
    files = edited([*IN_BOOK, *edits])
    (folder / CASE).write_text(files[CASE], encoding="utf-8")
    made = book()
    if change is not None:
        change(made)
    made.save(folder / name)
    return folder


def put(sheet: str, cell: str, new: object, number_format: str = "") -> Change:
    """Change that writes a cell."""

    def change(made: Workbook) -> None:
        where: Worksheet = made[sheet]
        where[cell] = new  # type: ignore[assignment]  # as above
        if number_format:
            where[cell].number_format = number_format

    return change


def all_of(*changes: Change) -> Change:
    """Change that makes several."""

    def change(made: Workbook) -> None:
        for each in changes:
            each(made)

    return change


def merge(sheet: str, cells: str) -> Change:
    """Change that merges cells."""
    return lambda made: made[sheet].merge_cells(cells)


def rename(old: str, new: str) -> Change:
    """Change that gives a sheet another name."""

    def change(made: Workbook) -> None:
        made[old].title = new

    return change


def add(*names: str) -> Change:
    """Change that adds empty sheets."""

    def change(made: Workbook) -> None:
        for name in names:
            made.create_sheet(name)

    return change


def hide(sheet: str, *lines: int) -> Change:
    """Change that hides lines."""

    def change(made: Workbook) -> None:
        for line in lines:
            made[sheet].row_dimensions[line].hidden = True

    return change


def empty(sheet: str) -> Change:
    """Change that empties a sheet."""
    return lambda made: made[sheet].delete_rows(1, 100)


def nothing(_: Workbook) -> None:
    """Leave the workbook as it is."""


WORKBOOKS: Broken = {
    "values of the wrong kind": (
        [],
        all_of(
            put("services", "F2", "far"),
            put("services", "G3", -1),
            put("services", "J2", "400,50"),
            put("terminals", "D2", 137),
            put("shipments", "H2", "frozen"),
        ),
        [
            ("book.xlsx:services!F2: E205 distance_km: want a number >= 0, got 'far'"),
            (
                "book.xlsx:services!J2: E205 cost_per_teu: want a number >= 0, got '400,50': "
                "write a decimal point, and no separator of thousands"
            ),
            "book.xlsx:services!G3: E206 hours: want a number 0 to 87600, got '-1'",
            ("book.xlsx:shipments!H2: E207 cargo: want one of dry, reefer, got 'frozen'"),
            (
                "book.xlsx:terminals!D2: E206 lat: want a number -90 to 90, got '137': are lat and "
                "lon swapped?"
            ),
        ],
    ),
    "references and doubled ids": (
        [],
        all_of(
            put("services", "D3", "ESMAO"),
            put("services", "L2", "rail-f"),
            put("toc", "A4", "rail-d"),
        ),
        [
            ("book.xlsx:services!L2: E304 toc: no toc 'rail-f': did you mean 'rail-e'?"),
            ("book.xlsx:services!D3: E303 to: no terminal 'ESMAO': did you mean 'ESMAD'?"),
            "book.xlsx:services!L3: E304 toc: no toc 'road': did you mean 'rail-d'?",
            "book.xlsx:toc!A4: E301 id 'rail-d' stands twice in toc; first in line 3",
            "book.xlsx:toc!G4: E306 reefer: no toc 'road': did you mean 'rail-d'?",
        ],
    ),
    "columns": (
        [],
        all_of(
            put("services", "N1", "both_way"),
            put("shipments", "G1", "ready"),
            put("toc", "B1", None),
        ),
        [
            (
                "book.xlsx:services!N1: E201 unknown column 'both_way' of services: "
                "did you mean 'both_ways'?"
            ),
            "book.xlsx:shipments!G1: E125 column 'ready' stands twice",
            (
                "book.xlsx:shipments!A1: E202 due: missing column, want a time such as "
                "2026-03-02T08:00"
            ),
            "book.xlsx:toc!B2: E123 'rail' stands in a column without a name in the header",
            "book.xlsx:toc!B3: E123 'rail' stands in a column without a name in the header",
            "book.xlsx:toc!B4: E123 'road' stands in a column without a name in the header",
        ],
    ),
    "a value beside the table": (
        [],
        put("duties", "H2", "see the mail of May"),
        [
            (
                "book.xlsx:duties!H2: E123 'see the mail of May' stands in a column without a "
                "name in the header"
            ),
        ],
    ),
    "missing values": (
        [],
        all_of(put("services", "C3", None), put("terminals", "C3", "  ")),
        [
            "book.xlsx:services!C3: E202 from: missing value",
            "book.xlsx:terminals!C3: E202 country: missing value, want a country such as PT",
        ],
    ),
    "empty sheet": (
        [],
        empty("duties"),
        [
            "book.xlsx:duties!A1: E120 is empty: want a header line",
        ],
    ),
    "formula without a value, and errors": (
        [],
        all_of(
            put("services", "J2", "=200*2"),
            put("services", "C3", "=A2"),
            put("terminals", "D2", "#REF!"),
            put("shipments", "A2", "#N/A"),
        ),
        [
            (
                "book.xlsx:services!J2: E133 cost_per_teu: the formula '=200*2' has no stored "
                "value: open the workbook in a spreadsheet program and save it"
            ),
            (
                "book.xlsx:services!C3: E133 from: the formula '=A2' has no stored value: open "
                "the workbook in a spreadsheet program and save it"
            ),
            (
                "book.xlsx:shipments!A2: E134 id: the cell is an error, #N/A: mend its formula "
                "or value"
            ),
            (
                "book.xlsx:terminals!D2: E134 lat: the cell is an error, #REF!: mend its formula "
                "or value"
            ),
        ],
    ),
    "merged cells": (
        [],
        merge("services", "E2:E3"),
        [
            (
                "book.xlsx:services!E2: E132 E2:E3 are merged, so that only the first holds a "
                "value: unmerge them"
            ),
        ],
    ),
    "dates where none belong, and percentages": (
        [],
        all_of(
            put("services", "A2", date(2026, 3, 1), "d-mmm"),
            put("services", "G3", time(10, 0), "h:mm"),
            put("services", "F3", timedelta(hours=36), "[h]:mm"),
            put("duties", "D2", 0.05, "0%"),
        ),
        [
            (
                "book.xlsx:duties!D2: E135 import_pct: the cell is formatted as a percentage and "
                "holds 0.05: format it as a number, and write 5"
            ),
            (
                "book.xlsx:services!A2: E135 id: the cell holds a date or time, 2026-03-01: "
                "format it as text or number, and write it again"
            ),
            (
                "book.xlsx:services!F3: E135 distance_km: the cell holds a date or time, 36:00: "
                "format it as text or number, and write it again"
            ),
            (
                "book.xlsx:services!G3: E135 hours: the cell holds a date or time, 10:00: format "
                "it as text or number, and write it again"
            ),
            "book.xlsx:shipments!I2: W606 value_eur: no duties row from PT to ES: none is charged",
            "book.xlsx:shipments!I3: W606 value_eur: no duties row from PT to ES: none is charged",
        ],
    ),
    "a date without its time": (
        [],
        put("shipments", "G2", date(2026, 3, 6), "dd/mm/yyyy"),
        [
            (
                "book.xlsx:shipments!G2: E209 due: want a time such as 2026-03-02T08:00, got the "
                "date '2026-03-06': add the time of day"
            ),
        ],
    ),
    "sheets that nothing reads": (
        [
            (
                CASE,
                "shipments: book.xlsx",
                (
                    "shipments: [{id: A, origin: PTSIE-XXI, destination: "
                    "ESMAD, teu: 2, ready: 2026-03-02T08:00, due: 2026-03-06T18:00}]"
                ),
            )
        ],
        all_of(
            rename("duties", "dutys"),
            add("Notes", "_old", "Explain"),
        ),
        [
            (
                "book.xlsx:dutys: W630 sheet 'dutys' is not read: it has the name of no table: "
                "did you mean 'duties'?"
            ),
            (
                "book.xlsx:shipments: W630 sheet 'shipments' is not read: the case's `shipments` "
                "names another file"
            ),
        ],
    ),
    "hidden lines": (
        [],
        hide("services", 3, 4, 9),
        [
            "book.xlsx:services: W631 2 hidden lines are read like the others",
        ],
    ),
    "no such sheet": (
        [
            (
                CASE,
                "tables: book.xlsx",
                (
                    "tables: {terminals: book.xlsx, service: book.xlsx, toc: "
                    "book.xlsx, duties: book.xlsx, services: book.xlsx, hoc: book.xlsx}"
                ),
            )
        ],
        nothing,
        [
            ("case.yaml:11:32: E201 unknown key 'service' of tables: did you mean 'services'?"),
            (
                "case.yaml:11:113: E131 book.xlsx has no sheet 'hoc'; there are: 'shipments', "
                "'terminals', 'services', 'toc', 'duties': did you mean 'toc'?"
            ),
        ],
    ),
    "a workbook of another kind": (
        [
            (CASE, "shipments: book.xlsx", "shipments: cargo.xls"),
            (CASE, "tables: book.xlsx", "tables: book.ods"),
        ],
        nothing,
        [
            (
                "case.yaml:10:12: E130 'cargo.xls' is an old workbook (.xls): save it as .xlsx "
                "or as CSV"
            ),
            (
                "case.yaml:11:9: E130 'book.ods' is an OpenDocument workbook (.ods): save it as "
                ".xlsx or as CSV"
            ),
        ],
    ),
    "tables that are no workbook": (
        [(CASE, "tables: book.xlsx", "tables: services.csv")],
        nothing,
        [
            (
                "case.yaml:11:9: E204 tables: want a mapping of tables to files, or a workbook "
                "(.xlsx), got 'services.csv'"
            ),
        ],
    ),
    "no such workbook, and one outside": (
        [
            (CASE, "shipments: book.xlsx", "shipments: boook.xlsx"),
            (CASE, "tables: book.xlsx", "tables: ../book.xlsx"),
        ],
        nothing,
        [
            "case.yaml:10:12: E100 no such file 'boook.xlsx': did you mean 'book.xlsx'?",
            (
                "case.yaml:11:9: E110 want a path in the case's folder, without '..' and "
                "relative, got '../book.xlsx'"
            ),
        ],
    ),
    "an override that breaks a row of a workbook": (
        [(CASE, "scale: {cost_per_teu: 1.2}", "set: {hours: -1}, scale: {max_unit: 2}")],
        nothing,
        [
            (
                "case.yaml:16:74: E201 scenario 'Dearer': unknown column 'max_unit' of services: "
                "did you mean 'max_units'?"
            ),
        ],
    ),
}
