"""Factors as aligned tables with their sources below, as rows of CSV, and one of them in full."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from routeopt.emissions import ELECTRICITY
from routeopt.factorbook import TITLES, Book, Factor
from routeopt.regulations import ets_kg_per_mj, fueleu_g_per_mj, fueleu_lcv
from routeopt.report.grid import grid
from routeopt.trains import Train
from routeopt.words import heading

COLUMNS = (
    "table",
    "id",
    "mode",
    "basis",
    "value",
    "value_unit",
    "fuel",
    "wtt",
    "ttw",
    "wtw",
    "unit",
    "by_grid",
    "distance_basis",
    "daf",
    "gwp",
    "scope",
    "data_type",
    "licence",
    "verified",
    "source",
    "place",
    "year",
    "note",
)
BY_GRID = "by grid"
_RULE_YEAR = 2026


def factor_row(factor: Factor) -> dict[str, object]:
    """Facts of a factor by column; None where there is nothing to say.

    Of what a grid must price, `wtt` and `wtw` are None and `by_grid` is true.
    """
    given, cell = factor.intensity, factor.cell
    open_ = given is not None and given.by_grid
    row: dict[str, object] = {
        name: cell(name) or None
        for name in COLUMNS
        if name not in {"table", "id", "value", "wtt", "ttw", "wtw", "by_grid"}
    }
    return {name: row.get(name) for name in COLUMNS} | {
        "table": factor.table,
        "id": factor.id,
        "value": factor.value,
        "value_unit": factor.value_unit or None,
        "wtt": None if given is None or open_ else given.wtt,
        "ttw": None if given is None else given.ttw,
        "wtw": None if given is None or open_ else given.wtw,
        "unit": None if given is None else given.unit,
        "by_grid": open_,
        "gwp": factor.gwp or None,
        "data_type": _data_type(factor) or None,
        "year": _year(factor) or None,
    }


def _data_type(factor: Factor) -> str:
    values = factor.row.values or {}
    return str(values.get("data_type", ""))


def _year(factor: Factor) -> str:
    return factor.cell("from_year") if factor.table == "rules" else factor.cell("year")


def factors_text(factors: Sequence[Factor], *, width: int, bold: bool = False) -> str:
    """Tables of factors with equal units, their sources numbered below them."""
    groups: dict[tuple[str, str], list[Factor]] = {}
    for factor in factors:
        groups.setdefault((factor.table, _unit(factor)), []).append(factor)
    blocks, told = [], ""
    for (table, unit), members in groups.items():
        if table != told:
            blocks.append(heading(f"{table}: {TITLES[table]}", bold=bold))
            told = table
        blocks.append(_block(table, unit, members, width))
    return "\n\n".join(blocks)


def _unit(factor: Factor) -> str:
    """Name the unit that the rows of a block share."""
    if factor.table == "toc":
        return factor.cell("unit")
    return "" if factor.intensity is None else factor.intensity.unit


def _block(table: str, unit: str, members: Sequence[Factor], width: int) -> str:
    notes: dict[str, int] = {}
    marks = [f"[{notes.setdefault(_note(factor), len(notes) + 1)}]" for factor in members]
    columns = [("id", [factor.id for factor in members]), *_columns(table, unit, members)]
    columns = _fitting(columns, width - max(len(mark) for mark in marks) - 2)
    columns.append(("", marks))
    left = 1 + sum(name in _WORDS for name, _ in columns)
    ordered = sorted(columns[1:], key=lambda column: column[0] not in _WORDS)
    header = ["id", *(name for name, _ in ordered)]
    lines = zip(columns[0][1], *(cells for _, cells in ordered), strict=True)
    text = grid(header, list(lines), left=left)
    below = [
        textwrap.fill(
            note,
            width,
            initial_indent=f"  [{number}] ",
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for note, number in notes.items()
    ]
    return "\n".join([text, *below])


_WORDS = frozenset({"basis", "mode", "fuel", "scope", "type", "unit"})
"""Columns that are flush left: they hold words."""

_Column = tuple[str, list[str]]


def _columns(table: str, unit: str, members: Sequence[Factor]) -> Iterator[_Column]:
    """Columns after the id, the most needed first; one without any cell is left out."""
    given = [factor.intensity for factor in members]
    if table == "grid":
        yield "basis", [factor.cell("basis") for factor in members]
        yield "year", [factor.cell("year") for factor in members]
        yield "g/kWh", [_number(factor.value) for factor in members]
        yield "loss %", [factor.cell("loss_pct") for factor in members]
        yield "used g/kWh", [_number(each.wtt) for each in given if each is not None]
        return
    if table == "rules":
        yield "from", [factor.cell("from_year") for factor in members]
    if any(factor.value is not None for factor in members):
        per = unit if table == "toc" else {"refrigerants": "kg CO2e/kg", "hoc": "kW/TEU"}.get(table)
        yield per or "value", [_number(factor.value) for factor in members]
    if table == "rules":
        yield "unit", [factor.value_unit for factor in members]
        return
    if any(each is not None for each in given):
        per = given[0].unit if given[0] else ""
        grids = [each is not None and each.by_grid for each in given]
        for name, value in (("WTT", "wtt"), ("TTW", "ttw"), ("WTW", "wtw")):
            cells = [_number(getattr(each, value)) for each in given]
            if value != "ttw":
                cells = [BY_GRID if g else c for g, c in zip(grids, cells, strict=True)]
            yield f"{name} {per}", cells
    if any(factor.gwp for factor in members):
        yield "GWP", [factor.gwp for factor in members]
    for name, cells in (
        ("fuel", [factor.cell("fuel") for factor in members]),
        ("km", [_km(factor) for factor in members]),
        ("verified", [factor.cell("verified") for factor in members]),
        ("type", [_data_type(factor) for factor in members]),
        ("mode", [factor.cell("mode") for factor in members]),
    ):
        if any(cells):
            yield name, cells


def _km(factor: Factor) -> str:
    """Kind of km that a row multiplies."""
    if factor.table != "toc":
        return ""
    values = factor.row.values or {}
    daf = f" x {values['daf']:g}" if "daf" in values else ""
    return f"{values.get('distance_basis', '')}{daf}"


_LEAST = 7
"""Columns that are shown whatever the width: those with the numbers."""


def _fitting(columns: Sequence[_Column], width: int) -> list[_Column]:
    """Columns of numbers, and of the others as many as fit in the width."""
    kept, used = [], 0
    for index, (name, cells) in enumerate(columns):
        wide = max(len(name), *(len(cell) for cell in cells)) + 2
        numbers = index < _LEAST and name not in {"fuel", "km", "verified", "type", "mode", "GWP"}
        if not numbers and used + wide > width:
            continue
        kept.append((name, cells))
        used += wide
    return kept


def _number(value: float | None) -> str:
    """Four digits, as few as tell the value."""
    return "" if value is None else f"{value:.4g}" if abs(value) < 10000 else f"{value:.0f}"  # noqa: PLR2004


def _note(factor: Factor) -> str:
    """Source, scope, data type, licence and check of a row, which rows of a block share."""
    parts = [factor.cell("source") or "no source given", factor.cell("scope"), _data_type(factor)]
    licence, verified = factor.cell("licence"), factor.cell("verified")
    parts += [f"licence: {licence}" if licence else "no licence given"]
    parts += [f"verified: {verified}" if verified else ""]
    return "; ".join(part for part in parts if part)


def factor_facts(book: Book, factor: Factor) -> dict[str, object]:
    """All about a factor: its row as written, what it comes to, and what refers to it."""
    row = factor.row
    facts: dict[str, object] = {
        "table": factor.table,
        "id": factor.id,
        "in": book.origin,
        "at": row.where,
        "cells": dict(row.cells),
        "factor": factor_row(factor),
        "referred_by": book.referring(factor),
    }
    if factor.table == "fuels":
        facts["rules"] = _rule_values(book, factor)
    if factor.table == "grid":
        chosen = book.factors.grids.get(factor.id)
        facts["counts"] = chosen is not None and (
            (chosen.basis, str(chosen.year)) == (factor.cell("basis"), factor.cell("year"))
        )
    return facts


def _rule_values(book: Book, factor: Factor) -> dict[str, float | None]:
    fuel = book.factors.fuels[factor.id]
    return {
        "year": _RULE_YEAR,
        "fueleu_g_per_mj": fueleu_g_per_mj(fuel, _RULE_YEAR),
        "fueleu_lcv_mj_per_kg": fueleu_lcv(fuel),
        "ets_g_per_mj": ets_kg_per_mj(fuel, _RULE_YEAR) * 1000,
    }


def show_text(book: Book, factors: Sequence[Factor], *, width: int, bold: bool = False) -> str:
    """Each factor of an id in full."""
    return "\n\n".join(_one(book, factor, width, bold=bold) for factor in factors)


def _one(book: Book, factor: Factor, width: int, *, bold: bool) -> str:
    gwp = f", {factor.gwp}" if factor.table == "refrigerants" else ""
    year = f", {factor.cell('basis')} {factor.cell('year')}" if factor.table == "grid" else ""
    lines = [heading(f"{factor.id} ({factor.table}{gwp}{year}), in {book.origin}", bold=bold)]
    facts = list(_told(book, factor))
    names = max(len(name) for name, _ in facts)
    for name, text in facts:
        lines.append(
            textwrap.fill(
                text,
                width,
                initial_indent=f"  {name:{names}}  ",
                subsequent_indent=" " * (names + 4),
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n".join(lines)


_TOLD = (
    ("reefer row", "reefer"),
    ("scope", "scope"),
    ("how derived", "note"),
    ("source", "source"),
    ("place", "place"),
    ("year", "year"),
    ("licence", "licence"),
    ("verified", "verified"),
)
_FUELEU = ("fueleu_wtt_g_per_mj", "fueleu_ttw_g_per_mj", "fueleu_lcv_mj_per_kg", "rwd")
_ETS = ("ets_co2_kg_per_kg", "ets_ch4_kg_per_kg", "ets_n2o_kg_per_kg", "ets_zero_rated")


def _told(book: Book, factor: Factor) -> Iterator[tuple[str, str]]:
    """Name and text of each line."""
    yield from _values(book, factor)
    for name, column in _TOLD:
        text = factor.cell(column)
        if text:
            yield name, text
    if factor.gwp:
        yield "GWP100 set", factor.gwp
    if _data_type(factor):
        yield "data type", _data_type(factor)
    sheet = factor.row.sheet
    where = factor.row.file if sheet is None else f"{factor.row.file}, sheet {sheet.name}"
    yield "row", f"{where}, line {factor.row.line}"
    for way, ids in book.referring(factor).items():
        yield ("prices toc" if factor.table == "grid" else way), ", ".join(ids)


def _values(book: Book, factor: Factor) -> Iterator[tuple[str, str]]:
    """Numbers of a factor with their units."""
    given = factor.intensity
    if factor.value is not None:
        name = {"toc": "energy", "hoc": "plug power", "grid": "fed in"}.get(factor.table, "value")
        of = f" of {factor.cell('fuel')}" if factor.table == "toc" else ""
        yield name, f"{factor.value:.6g} {factor.value_unit}{of}"
    if factor.table == "grid":
        yield "lost on its way", f"{factor.cell('loss_pct') or 0} %"
        yield "used", "" if given is None else f"{given.wtt:.6g} g/kWh = fed in / (1 - lost)"
    elif given is not None and given.by_grid:
        yield "WTT", f"{given.grid_kwh:.6g} kWh of the grid of each country's km"
        yield "TTW", f"{given.ttw:.6g} {given.unit}"
    elif given is not None:
        yield "WTT", f"{given.wtt:.6g} {given.unit}"
        yield "TTW", f"{given.ttw:.6g} {given.unit}"
        yield "WTW", f"{given.wtw:.6g} {given.unit}"
    if factor.table == "toc":
        yield "mode", factor.cell("mode") or "any"
        yield "km", _km(factor)
    if factor.table == "hoc" and factor.cell("fuel"):
        yield "runs on", f"{factor.cell('fuel')} (for information)"
    if factor.table == "fuels":
        yield from _fuel_values(book, factor)


def _fuel_values(book: Book, factor: Factor) -> Iterator[tuple[str, str]]:
    for name, column, unit in (
        ("heating value", "lhv_mj_per_kg", "MJ/kg"),
        ("price", "price_eur_per_kg", "EUR/kg"),
    ):
        if factor.cell(column):
            yield name, f"{factor.cell(column)} {unit}"
    for name, columns in (("FuelEU columns", _FUELEU), ("ETS columns", _ETS)):
        cells = [f"{column} {factor.cell(column)}" for column in columns if factor.cell(column)]
        if cells:
            yield name, "; ".join(cells)
    rules = _rule_values(book, factor)
    yield f"FuelEU {_RULE_YEAR}", f"{rules['fueleu_g_per_mj']:.6g} g/MJ, GWP100 28/265"
    yield f"EU ETS {_RULE_YEAR}", f"{rules['ets_g_per_mj']:.6g} g/MJ burnt, before coverage"


def train_text(train: Train, rows: Sequence[Mapping[str, str]], row_csv: str) -> str:
    """Tell how the energy of a train follows, step by step, and its rows for the toc table."""
    steps = [
        (step.what, step.formula, f"{step.value:.5g}", step.unit, step.source)
        for step in train.steps()
    ]
    lines = [
        f"{rows[0]['id']}: a train of {train.gross_t:g} t with {train.net_t:g} t of cargo",
        *(f"  {what}: {formula} = {value} {unit}" for what, formula, value, unit, _ in steps),
    ]
    sources = dict.fromkeys(source for *_, source in steps if source not in {"", "given"})
    lines += [f"  source: {source}" for source in sources]
    if rows[0]["fuel"] == ELECTRICITY:
        lines.append("  emissions: energy × g/kWh of each country's grid / (1 - loss)")
    return "\n".join([*lines, "", "Rows for toc.csv:", row_csv])
