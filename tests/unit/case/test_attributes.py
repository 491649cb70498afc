"""One table of attributes drives reading, validation and the reference page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routeopt.case.attributes import ROW_TABLES, TABLES, Attribute
from routeopt.case.reference import reference_page
from routeopt.case.values import CONVERTERS, cell_converter

ALL = [attribute for table in TABLES.values() for attribute in table.values()]
SHAPES = {"mapping", "list"}


def name_of(attribute: Attribute) -> str:
    return f"{attribute.table}.{attribute.name}"


@pytest.mark.parametrize("attribute", ALL, ids=name_of)
def test_attribute(attribute: Attribute) -> None:
    assert attribute.status in {"read", "later", "kept"}
    assert attribute.meaning.endswith((".", "`."))
    item = attribute.type.removeprefix("list ").removeprefix("some ")
    assert attribute.type in SHAPES or item in CONVERTERS
    if attribute.default:
        assert attribute.type not in SHAPES
        cell_converter(attribute)(attribute.default)
        assert not attribute.required


def test_keys_of_the_contract() -> None:
    keys = (
        "case name network start days objective co2e_scope carbon_price_eur_per_t regulations "
        "factors grid fx_to_eur serve limits avoid via trucking max_legs shipments tables "
        "scenarios override"
    )
    assert list(TABLES["case"]) == keys.split()
    required = {a.name for a in TABLES["case"].values() if a.required}
    assert required == {"case", "name", "network", "start", "days", "shipments"}


def test_columns_that_every_table_may_carry() -> None:
    common = {"note", "licence", "verified", "unlocode", "checked_against"}
    origin = {"place", "year", "scope"}  # what factor tables say of their sources
    for table in ROW_TABLES:
        kept = {a.name for a in TABLES[table].values() if a.status == "kept"}
        factors = table in {"toc", "hoc", "fuels", "grid"}
        assert kept == common | ({*origin} - _read_columns(table) if factors else set())


def _read_columns(table: str) -> set[str]:
    return {a.name for a in TABLES[table].values() if a.status == "read"}


def test_reference_page_is_fresh() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "case.md"
    assert page.read_text("utf-8") == reference_page()


def test_reference_page_has_each_attribute() -> None:
    for attribute in ALL:
        assert re.search(rf"`{re.escape(attribute.name)}`", reference_page())
