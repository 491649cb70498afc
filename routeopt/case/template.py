"""A template with its tables in one workbook: a sheet a table, and one that explains."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from routeopt.case.attributes import ROW_TABLES, TABLES, Attribute
from routeopt.case.reference import allowed_in_words, kind_in_words
from routeopt.case.values import UnfitError, read_number
from routeopt.case.workbook import value_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook as Writer
    from xlsxwriter.worksheet import Worksheet

BOOK = "book.xlsx"
EXPLAIN = "explain"
_TABLES_LINE = f"tables: {BOOK}"
_SHEETS = "a sheet for each table; NAME.csv in a comment is the sheet NAME"
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001  fixed, so that the same case gives the same bytes
_NUMBERS = {"number", "integer", "latitude", "longitude"}
_LOCAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NARROW, _WIDE = 8, 44
_BLANK_ROWS = 200
"""Rows below the last that have their column's format too."""

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Header and records, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A case whose tables stand in a workbook.

    Parameters
    ----------
    case_text
        The case file, with its comments.
    book
        The workbook.
    replaced
        Paths of the CSV files that it stands for.
    """

    case_text: str
    book: bytes
    replaced: frozenset[str]


def booked(folder: Path) -> Booked | None:
    """Put the tables of a sound case into a workbook; None if its tables stand in one already."""
    text = (folder / "case.yaml").read_text("utf-8")
    top = _pairs(yaml.compose(text, Loader=yaml.SafeLoader))
    named = _named(top)
    if named is None:
        return None
    tables = {table: _read(folder / file) for table, file in named.items()}
    if top["network"].value != "none":
        for table in ("terminals", "services"):
            tables.setdefault(table, (_columns(table), ()))
    return Booked(
        case_text=_renamed(text, top),
        book=write_book({table: tables[table] for table in ROW_TABLES if table in tables}),
        replaced=frozenset(named.values()),
    )


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _named(top: Mapping[str, yaml.Node]) -> dict[str, str] | None:
    """CSV file of each table; None where `tables` is a workbook."""
    if isinstance(top.get("tables"), yaml.ScalarNode) and top["tables"].value:
        return None
    named = {table: str(node.value) for table, node in _pairs(top.get("tables")).items()}
    if isinstance(top["shipments"], yaml.ScalarNode):
        named["shipments"] = str(top["shipments"].value)
    return {table: file for table, file in named.items() if file.endswith(".csv")}


def _read(path: Path) -> Table:
    lines = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    records = [record for record in lines if any(cell.strip() for cell in record)]
    return [name.strip() for name in records[0]], records[1:]


def _columns(table: str) -> list[str]:
    """Columns of an empty sheet: all that are read, and the note."""
    return [a.name for a in TABLES[table].values() if a.status == "read" or a.name == "note"]


def _renamed(text: str, top: Mapping[str, yaml.Node]) -> str:
    """Case file that names the workbook; comments stay, those on a table as one on its sheet."""
    lines = text.splitlines()
    shipments, tables = top["shipments"], top.get("tables")
    edits: dict[int, list[str]] = {}
    if isinstance(shipments, yaml.ScalarNode):
        line = shipments.start_mark.line
        edits[line] = [_with_value(lines[line], shipments, BOOK)]
    if tables is None:
        line = shipments.start_mark.line
        edits[line] = [*edits.get(line, [lines[line]]), f"{_TABLES_LINE:<31}# {_SHEETS}"]
    else:
        edits |= _tables_lines(lines, tables)
    out = [new for number, old in enumerate(lines) for new in edits.get(number, [old])]
    return "\n".join(out) + "\n"


def _with_value(line: str, node: yaml.Node, value: str) -> str:
    """Line with another value; a comment behind it stays in its column where there is room."""
    begin, end = node.start_mark.column, node.end_mark.column
    rest = line[end:]
    comment = rest.lstrip()
    width = max(len(value) + 2, end - begin + len(rest) - len(comment))
    return f"{line[:begin]}{value:<{width}}{comment}".rstrip()


def _tables_lines(lines: Sequence[str], tables: yaml.Node) -> dict[int, list[str]]:
    """Lines in place of those of the mapping `tables`, by their numbers."""
    files = list(_pairs(tables).items())
    first = tables.start_mark.line
    if isinstance(tables, yaml.MappingNode) and tables.flow_style:
        last = tables.end_mark.line
        behind = lines[last][tables.end_mark.column :].strip() or f"# {_SHEETS}"
        return {n: [] for n in range(first, last + 1)} | {first: [f"{_TABLES_LINE:<31}{behind}"]}
    entries = {node.start_mark.line: table for table, node in files}
    key = min(entries, default=first) - 1
    while not lines[key].startswith("tables:"):
        key -= 1
    edits = {key: [f"{_TABLES_LINE:<31}# {_SHEETS}"]}
    number = key + 1
    last = max(entries, default=first)
    while number <= last or (number < len(lines) and lines[number].startswith(" ")):
        edits[number] = _sheet_line(lines[number])
        number += 1
    return edits


def _sheet_line(line: str) -> list[str]:
    """Comment on a sheet, from the entry (or the entry in a comment) of a table; others stay."""
    hit = re.fullmatch(r"(\s+)(?:# )?([a-z]+): \S+\.csv(?:(\s+)#(.*))?\s*", line)
    if hit is None:
        return [line]
    if hit[4] is None:
        return []
    told = f"{hit[1]}# sheet {hit[2]}"
    return [f"{told:<31}#{hit[4]}"]


def write_book(tables: Mapping[str, Table]) -> bytes:
    """Workbook with a sheet a table and one that explains their columns; same tables, same bytes.

    Parameters
    ----------
    tables
        Header and records of each, as a CSV file has them.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415  takes 0.1 s

    data = io.BytesIO()
    writer: Writer = Workbook(data, {"in_memory": True})
    writer.set_properties({"created": _CREATED})
    formats = _formats(writer)
    for table, content in tables.items():
        _sheet(writer.add_worksheet(table), table, content, formats)
    _explain(writer.add_worksheet(EXPLAIN), tables, formats)
    writer.close()
    return data.getvalue()


def _formats(writer: Writer) -> dict[str, Format]:
    return {
        "head": writer.add_format({"bold": True, "bottom": 1}),
        "wrap": writer.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "text": writer.add_format({"num_format": "@"}),  # an id such as 3-1 stays one
        "time": writer.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "date": writer.add_format({"num_format": "yyyy-mm-dd"}),
        "number": writer.add_format({}),
    }


def _format_of(attribute: Attribute | None) -> str:
    """Name of the format of a column."""
    kind = "text" if attribute is None else attribute.type
    if kind in _NUMBERS or kind == "truth":
        return "number"
    return kind if kind in {"time", "date"} else "text"


def _sheet(sheet: Worksheet, table: str, content: Table, formats: Mapping[str, Format]) -> None:
    header, records = content
    attributes = [TABLES[table].get(name) for name in header]
    for column, (name, attribute) in enumerate(zip(header, attributes, strict=True)):
        texts = [record[column] for record in records]
        longest = max(map(len, [name, *texts]))
        if _format_of(attribute) == "time":
            longest = max(longest, len("2026-03-02 08:00"))
        style = formats[_format_of(attribute)]
        sheet.set_column(column, column, min(max(longest + 2, _NARROW), _WIDE), style)
        sheet.write_string(0, column, name, formats["head"])
    for row, record in enumerate(records, 1):
        for column, (text, attribute) in enumerate(zip(record, attributes, strict=True)):
            _write(sheet, (row, column), text.strip(), attribute, formats)
    sheet.freeze_panes(1, 1)


def _write(
    sheet: Worksheet,
    at: tuple[int, int],
    text: str,
    attribute: Attribute | None,
    formats: Mapping[str, Format],
) -> None:
    """Write a cell as a spreadsheet has it, if it reads back as it was; else as text."""
    value: Any = _value(text, attribute)
    style = formats[_format_of(attribute)]
    if not text:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, float):
        sheet.write_number(*at, value)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, style)
    else:
        sheet.write_string(*at, text, formats["text"])


def _value(text: str, attribute: Attribute | None) -> object:
    kind = "text" if attribute is None else attribute.type
    if kind in _NUMBERS:
        return _exact(text)
    if kind == "truth" and text in {"true", "false"}:
        return text == "true"
    if kind == "time" and _LOCAL_TIME.fullmatch(text):
        return datetime.fromisoformat(text)
    if kind == "date" and _DATE.fullmatch(text):
        return date.fromisoformat(text)
    return text


def _exact(text: str) -> float | None:
    """Read a number, if a workbook keeps every digit of it (it keeps 15)."""
    try:
        number = read_number(text)
    except UnfitError:
        return None
    return number if float(value_text(number)) == number else None


def _explain(sheet: Worksheet, tables: Mapping[str, Table], formats: Mapping[str, Format]) -> None:
    """List each column that the sheets have or may have."""
    titles = ("sheet", "column", "required", "value", "unit", "default", "allowed", "meaning")
    for column, (title, width) in enumerate(
        zip(titles, (11, 24, 9, 14, 13, 11, 36, 90), strict=True)
    ):
        sheet.set_column(column, column, width, formats["wrap"])
        sheet.write_string(0, column, title, formats["head"])
    attributes = [attribute for table in tables for attribute in TABLES[table].values()]
    for row, attribute in enumerate(attributes, 1):
        kept = "" if attribute.status == "read" else " Kept and not read."
        texts = (
            attribute.table,
            attribute.name,
            "yes" if attribute.required else "no",
            kind_in_words(attribute),
            attribute.unit,
            attribute.default,
            allowed_in_words(attribute),
            attribute.meaning + kept,
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, formats["wrap"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(attributes), len(titles) - 1)
