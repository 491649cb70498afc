"""Templates whose tables are put into a workbook: shapes that the cases in the box don't have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from routeopt.case import load_case
from routeopt.case.template import booked
from tests.broken.good import CASE, SHIPMENTS, Edit, edited, write

BLOCK = (
    "tables:\n  terminals: terminals.csv\n  services: services.csv\n"
    "  toc: toc.csv\n  duties: duties.csv\n"
)
FLOW = (
    "tables: {terminals: terminals.csv,\n"
    "  services: services.csv, toc: toc.csv, duties: duties.csv}"
)
ROWS = (
    "shipments:\n  - {id: A, origin: PTSIE-XXI, destination: ESMAD, teu: 2, "
    "ready: 2026-03-02T08:00, due: 2026-03-06T18:00}\n"
)
EDITS: dict[str, list[Edit]] = {
    "as it is": [],
    "quoted, with a comment": [
        (CASE, "shipments: shipments.csv", "shipments:   'shipments.csv'  # what goes"),
    ],
    "tables in braces": [(CASE, BLOCK, f"{FLOW}   # all of them\n")],
    "a comment between tables": [
        (CASE, "  toc: toc.csv\n", "  # our own\n\n  toc: toc.csv  # from the annex\n"),
    ],
    "tables at the end": [(CASE, BLOCK, ""), (CASE, "1.2}}\n", f"1.2}}}}\n{BLOCK}")],
    "shipments in the case file": [(CASE, "shipments: shipments.csv\n", ROWS)],
    "digits that a workbook does not keep": [
        (SHIPMENTS, "ESMAD,2,20,", "ESMAD,2.0000000000000004,20.10,"),
    ],
    "times with an offset, and seconds": [
        (
            SHIPMENTS,
            "A,PTSIE-XXI,ESMAD,2,20,2026-03-02T08:00,",
            "A,PTSIE-XXI,ESMAD,2,20,2026-03-02T08:00Z,",
        ),
        (SHIPMENTS, "1,12,2026-03-02T08:00", "1,12,2026-03-02 08:00:40"),
    ],
    "ids that look like numbers, dates and formulas": [
        (SHIPMENTS, "\nA,", "\n007,"),
        (SHIPMENTS, "\nB,", "\n=1+1,"),
    ],
}


@pytest.mark.parametrize("name", EDITS)
def test_round_trip(name: str, tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    folder = write(tmp_path / "csv", EDITS[name])
    made = booked(folder)
    assert made is not None
    target = tmp_path / "book"
    target.mkdir()
    (target / CASE).write_text(made.case_text, "utf-8")
    (target / "book.xlsx").write_bytes(made.book)
    one, other = load_case(folder), load_case(target)
    assert replace(other, path=one.path, inputs=one.inputs) == one
    assert made.replaced <= set(edited(EDITS[name]))
    assert not [key for key in other.inputs if key.endswith(".csv")]
    for line in (folder / CASE).read_text("utf-8").splitlines():
        assert line.partition("# ")[2] in made.case_text


def test_case_in_a_workbook_stays(tmp_path: Path) -> None:
    write(tmp_path, [(CASE, BLOCK, "tables: own.xlsx\n")])
    assert booked(tmp_path) is None
