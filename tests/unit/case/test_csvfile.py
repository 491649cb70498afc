"""CSV as rows with places."""

from __future__ import annotations

from routeopt.case.csvfile import read_csv
from routeopt.case.places import Faults, Place
from routeopt.case.rows import Row

HEADER = "country,import_pct,source"


def read(text: str) -> tuple[list[Row], bool, list[str]]:
    faults = Faults("case.yaml")
    rows, whole = read_csv("duties", text, "duties.csv", faults)
    return rows, whole, [str(fault) for fault in faults.all()]


def test_lines_are_those_on_which_rows_begin() -> None:
    rows, whole, faults = read(f'\n{HEADER}\nPT,1,"two\nlines"\n\n , ,\nES,2,x\r\nFR,,\n')
    assert (whole, faults) == (True, [])
    assert [(row.line, row.cells) for row in rows] == [
        (3, {"country": "PT", "import_pct": "1", "source": "two\nlines"}),
        (7, {"country": "ES", "import_pct": "2", "source": "x"}),
        (8, {"country": "FR"}),
    ]
    place = rows[1].place("import_pct")
    assert place == Place("duties.csv", 7, "import_pct", "import_pct")


def test_misshapen_records_do_not_hide_the_others() -> None:
    rows, whole, faults = read(f"{HEADER}\nPT,1\nES,1,x\nFR,1,x,y\n")
    assert [row.cells["country"] for row in rows] == ["ES"]
    assert not whole
    assert [fault.split(": ")[:2] for fault in faults] == [
        ["duties.csv:2", "E123 too few cells"],
        ["duties.csv:4", "E123 too many cells"],
    ]


def test_a_column_without_a_name() -> None:
    assert read("country,\nPT,\n")[2] == ["duties.csv:1:2: E201 unknown column '' of duties"]


def test_a_huge_unclosed_cell() -> None:
    _, whole, faults = read(f'{HEADER}\nPT,1,"' + "x\n" * 200_000)
    assert not whole
    assert faults == ['duties.csv:2: E122 a quote (") is opened and never closed']


def test_tabs() -> None:
    assert " E124 cells are separated by '\\t'" in read("country\timport_pct\nPT\t1\n")[2][0]


def test_a_header_with_a_line_break_is_told_in_one_line() -> None:
    faults = Faults("s.csv")
    read_csv("shipments", '"id,origin\nA,PTSIE",due\n', "s.csv", faults)
    assert faults.any_errors
    assert not any("\n" in str(fault) for fault in faults.all())
