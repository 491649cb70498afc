"""Every shipped factor row: whence it comes, and that it fits the others."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from routeopt.factorbook import SETS, Book, Factor, shipped_book

TABLES = (
    "toc",
    "toc_published",
    "toc_open",
    "hoc",
    "fuels",
    "grid",
    "refrigerants",
    "rules",
)
_NO_PLACE = ("second-hand", "2003/87/EC, as amended", "provisional deal")
"""Sources that name no place: their rows are not verified, or only partly."""
_NO_YEAR = ("of this table", "commit 008e288")
"""Rows derived from their own table, and a table that has a commit in place of a year."""


def rows(table: str) -> list[dict[str, str]]:
    text = files("routeopt").joinpath("factors", f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


EVERY = [
    pytest.param(table, row, id=f"{table}-{index}-{next(iter(row.values()))}")
    for table in TABLES
    for index, row in enumerate(rows(table))
]


@pytest.mark.parametrize(("table", "row"), EVERY)
def test_a_row_says_where_it_comes_from(table: str, row: dict[str, str]) -> None:
    source = row["source"]
    assumed = source.startswith("assumption")
    assert source
    assert row["licence"]
    assert row["scope"]
    assert row["verified"] in {"yes", "partly", "no"}
    if assumed:
        assert row["verified"] == "no"
        return
    assert row["place"] or any(words in source for words in _NO_PLACE)
    assert row["place"] or row["verified"] != "yes"
    if table != "grid":  # its year is the value's
        assert row["year"] or any(words in source for words in _NO_YEAR)


@pytest.mark.parametrize(("table", "row"), EVERY)
def test_year_and_document_stand_in_the_source(table: str, row: dict[str, str]) -> None:
    known = {"v3.1": "2024", "v3.2": "2025"}  # other rows name the years of these versions
    if table == "grid":
        return
    for year in filter(None, row["year"].split("; ")):
        versions = {known[version] for version in known if version in row["source"]}
        assert year in row["source"] or year in versions


def every_factor(book: Book) -> list[Factor]:
    return [
        f for table, members in book.rows.items() for r in members for f in book.factor(table, r)
    ]


@pytest.mark.parametrize("set_", SETS)
def test_wtw_is_the_sum_of_its_parts(set_: str) -> None:
    for factor in every_factor(shipped_book(set_)):
        if factor.intensity is not None:
            given = factor.intensity
            assert given.wtt >= 0
            assert given.ttw >= 0
            assert given.wtw == pytest.approx(given.wtt + given.ttw, rel=1e-9)


@pytest.mark.parametrize("set_", SETS)
def test_values_that_hold_fuel_name_their_gwp_set(set_: str) -> None:
    for factor in every_factor(shipped_book(set_)):
        fuelled = factor.table == "toc" and set(factor.carriers) - {"electricity"}
        if fuelled or factor.table == "fuels":
            assert factor.gwp in {"AR5", "AR6"}, factor.id


@pytest.mark.parametrize("set_", SETS)
def test_references_resolve_and_reefer_is_never_below_dry(set_: str) -> None:
    book = shipped_book(set_)
    carriers = {*book.factors.fuels, "electricity"}
    for table in ("toc", "hoc"):
        ids = {row.id: row for row in book.rows[table]}
        for row in book.rows[table]:
            (dry,) = book.factor(table, row, "PT" if table == "toc" else None)
            assert set(dry.carriers) <= carriers, row.id
            reefer = row.cells.get("reefer")
            if not reefer:
                continue
            (cooled,) = book.factor(table, ids[reefer], "PT" if table == "toc" else None)
            if dry.intensity is None or cooled.intensity is None:
                raise AssertionError(row.id)
            if dry.intensity.unit == cooled.intensity.unit:
                assert cooled.intensity.wtw >= dry.intensity.wtw * (1 - 1e-9), row.id


def test_energy_rows_give_the_wtw_that_their_source_prints() -> None:
    # 0.91002 MJ/tkm * (22.5 + 75.3) g/MJ = 89.0 g/tkm; 0.563301 * 76.513317 = 43.1 g/teukm TTW
    (truck,) = shipped_book().find("road-artic-eu")
    (ship,) = shipped_book().find("ship-asia-med")
    if truck.intensity is None or ship.intensity is None:
        raise AssertionError
    assert truck.intensity.wtw == pytest.approx(89.0, abs=0.001)
    assert ship.intensity.ttw == pytest.approx(43.1, abs=0.001)


def test_plug_power_by_hours_is_the_dry_value_and_power() -> None:
    # 4.38 kW per reefer box / 1.7 TEU per box = 2.576 kW/TEU
    found = {row["id"]: row for row in rows("hoc")}
    dry, cooled = (found[f"container-terminal-by-hours{end}"] for end in ("", "-reefer"))
    for row in (dry, cooled):
        assert (row["wtt"], row["ttw"]) == ("4.299", "2.407")
        assert row["reefer"] == "container-terminal-by-hours-reefer"
    assert float(cooled["plug_kw_per_teu"]) == pytest.approx(4.38 / 1.7, abs=0.001)
    assert not dry["plug_kw_per_teu"]
    assert "assumption" in cooled["source"]
