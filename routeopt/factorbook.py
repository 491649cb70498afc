"""All factors that would lie under a case, as rows that can be found, filtered and priced."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from routeopt.case.attributes import TABLES
from routeopt.case.build import factors_of, fuel_of, grid_of
from routeopt.case.layering import laid_over, shipped_rows, shipped_under
from routeopt.case.load import case_tables, refrigerants
from routeopt.case.places import Place, nearest, shown
from routeopt.case.rows import Row, Values
from routeopt.case.tables import SHIPPED
from routeopt.emissions import (
    ELECTRICITY,
    MJ_PER_KWH,
    Factors,
    Toc,
    choose_grids,
    components,
)
from routeopt.errors import InputError

SETS = ("default", "published", "open")
MODES = TABLES["toc"]["mode"].choices
TITLES = {
    "toc": "transport operation categories, CO2e",
    "hoc": "hub operation categories, CO2e",
    "fuels": "energy carriers, CO2e",
    "grid": "electricity by country, CO2e",
    "refrigerants": "refrigerants",
    "rules": "numbers of the carbon rules",
}
"""Tables of factors, in the order in which they are told."""

_CASE_TABLES = ("toc", "hoc", "fuels", "grid")
_BASIS, _YEAR = ("consumption_lifecycle",), 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity:
    """What a row emits: `wtt` and `ttw` in `unit`, without what a grid must price.

    Parameters
    ----------
    grid_kwh
        kWh from the grid that the values leave out, since no country is given.
    """

    unit: str
    wtt: float = 0.0
    ttw: float = 0.0
    grid_kwh: float = 0.0

    @property
    def by_grid(self) -> bool:
        """Whether the country of each km decides."""
        return self.grid_kwh > 0

    @property
    def wtw(self) -> float:
        """Well-to-wheel CO2e."""
        return self.wtt + self.ttw


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor: a row of a table with what it comes to.

    Parameters
    ----------
    value, value_unit
        What the row gives where that is no pair of intensities: an energy, g per kWh fed into the
        grid, the GWP100 of a refrigerant, a number of a rule.
    intensity
        None for refrigerants and rules.
    """

    table: str
    row: Row
    value: float | None = None
    value_unit: str = ""
    intensity: Intensity | None = None
    gwp: str = ""

    @property
    def id(self) -> str:
        """What it is found by: its id, the country of a grid row, the name of a rule."""
        return _id(self.table, self.row)

    def cell(self, name: str) -> str:
        """Cell of the row as written."""
        return self.row.cells.get(name, "")

    @property
    def carriers(self) -> tuple[str, ...]:
        """Ids of the fuels that it burns, or is."""
        if self.table == "fuels":
            return (self.row.id,)
        mix = (self.row.values or {}).get("fuel", ())
        return tuple(carrier for carrier, _ in mix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Rows of each table of factors, and the objects that price energy.

    Parameters
    ----------
    origin
        In words, where the rows come from: a shipped set, or a case.
    """

    origin: str
    rows: Mapping[str, Sequence[Row]]
    factors: Factors

    def factor(self, table: str, row: Row, country: str | None = None) -> Iterator[Factor]:
        """Factors of a row; a refrigerant has one for each GWP100 set."""
        values: Values = row.values or row.cells
        if table == "refrigerants":
            for gwp in ("AR5", "AR6"):
                value = float(values[f"gwp_{gwp.lower()}"])
                yield Factor(table=table, row=row, value=value, value_unit="kg/kg", gwp=gwp)
        elif table == "rules":
            value = float(values["value"])
            yield Factor(table=table, row=row, value=value, value_unit=str(values["unit"]))
        else:
            yield _FACTORS[table](self, row, values, country)

    def select(
        self,
        *,
        table: str | None = None,
        mode: str | None = None,
        country: str | None = None,
        fuel: str | None = None,
    ) -> list[Factor]:
        """Rows that fit all filters, in the order of the tables.

        A mode leaves the toc table alone; a fuel leaves what burns it, and itself; a country
        leaves its own rows of the grid table, and prices electric rows by the one that counts.

        Raises
        ------
        InputError
            If a filter is no known word.
        """
        self._check(table, mode, country, fuel)
        found = []
        for name, rows in self.rows.items():
            if (table and name != table) or (mode and name != "toc"):
                continue
            if fuel and name not in {"toc", "hoc", "fuels"}:
                continue
            for row in rows:
                if mode and row.cells.get("mode") != mode:
                    continue
                if country and name == "grid" and row.cells["country"] != country:
                    continue
                found += [
                    factor
                    for factor in self.factor(name, row, country)
                    if fuel is None or fuel in factor.carriers
                ]
        return found

    def _check(
        self, table: str | None, mode: str | None, country: str | None, fuel: str | None
    ) -> None:
        known(table, "table", self.rows)
        known(mode, "mode", MODES)
        known(country, "country in the grid table", self.countries)
        known(fuel, "fuel", [*self.factors.fuels, ELECTRICITY])
        if country and country not in self.factors.grids and table in {None, "toc"}:
            raise InputError(
                f"no grid row of {country} has the basis that counts here, so electric rows "
                f"have no price; see factors list --table grid --country {country}"
            )

    @property
    def countries(self) -> list[str]:
        """Countries and zones of the grid table."""
        return list(dict.fromkeys(row.cells["country"] for row in self.rows["grid"]))

    def find(self, id_: str) -> list[Factor]:
        """Factors of an id, in whichever tables it stands.

        Raises
        ------
        InputError
            If it stands in none.
        """
        hits = [
            factor
            for table, rows in self.rows.items()
            for row in rows
            if _id(table, row) == id_
            for factor in self.factor(table, row)
        ]
        if not hits:
            ids = {_id(table, row) for table, rows in self.rows.items() for row in rows}
            known(id_, "factor", ids, told=f" in {self.origin}; see routeopt factors list")
        return hits

    def referring(self, factor: Factor) -> dict[str, list[str]]:
        """Ids of the rows that refer to a factor, by how they do."""
        found: dict[str, list[str]] = {}
        name = ELECTRICITY if factor.table == "grid" else factor.id
        ways = {"fuels": "fuel", "grid": "fuel", "refrigerants": "refrigerant"}
        for table in ("toc", "hoc"):
            for row in self.rows[table]:
                values: Values = row.values or {}
                if factor.table == table and values.get("reefer") == name and row.id != name:
                    found.setdefault(f"reefer row of {table}", []).append(row.id)
                column = ways.get(factor.table, "")
                given: Any = values.get(column, "")
                burnt = [carrier for carrier, _ in given] if column == "fuel" and given else given
                if column and (name == burnt if isinstance(burnt, str) else name in burnt):
                    found.setdefault(f"{column} of {table}", []).append(row.id)
        return found


def known(word: str | None, what: str, words: Iterable[str], *, told: str = "") -> None:
    """See that a word is one of those known.

    Raises
    ------
    InputError
        With the nearest of them, if it is not.
    """
    names = list(words)
    if word is None or word in names:
        return
    near = nearest(word, names)
    hint = f": did you mean {shown(near)}?" if near else ""
    few = len(names) <= 12 and not told  # noqa: PLR2004  they fit on a line
    listed = f" (there are: {', '.join(names)})" if few else ""
    raise InputError(f"no {what} {shown(word)}{told}{hint}{listed}")


def shipped_book(set_: str = "default") -> Book:
    """Book of a shipped set: `default`, or one laid over it.

    Raises
    ------
    InputError
        If there is no such set.
    """
    known(set_, "set", SETS)
    rows = {
        table: laid_over(table, [shipped_rows(name) for name in shipped_under(table, set_)])
        for table in _CASE_TABLES
    }
    fuels = {row.id: fuel_of(row.values) for row in rows["fuels"] if row.values}
    grids = choose_grids((grid_of(row.values) for row in rows["grid"] if row.values), _BASIS, _YEAR)
    factors = Factors(fuels=fuels, grids=grids, refrigerants=refrigerants())
    return _book(f"the shipped set {set_}", rows, factors)


def case_book(path: Path, *, scenario: str | None = None) -> Book:
    """Book of what lies under a case, with its own tables and overrides on top.

    Parameters
    ----------
    scenario
        Name of the scenario that is laid over the case.

    Raises
    ------
    CaseError
        If the case has errors.
    """
    tables = case_tables(path, scenario=scenario)
    rows = {table: tables.rows[table] for table in _CASE_TABLES}
    return _book(f"the case {shown(tables.settings.get('name'))}", rows, factors_of(tables))


def _book(origin: str, rows: Mapping[str, Sequence[Row]], factors: Factors) -> Book:
    others = {table: _plain(table) for table in ("refrigerants", "rules")}
    return Book(origin=origin, rows={**rows, **others}, factors=factors)


@cache
def _plain(table: str) -> tuple[Row, ...]:
    """Rows of a shipped table that no case can replace."""
    file = f"{table}.csv"
    text = files("routeopt").joinpath("factors", file).read_text("utf-8")
    return tuple(
        Row(
            table, {k: v for k, v in cells.items() if v}, at=Place(f"{SHIPPED}factors/{file}", line)
        )
        for line, cells in enumerate(csv.DictReader(text.splitlines()), 2)
    )


def _id(table: str, row: Row) -> str:
    return row.cells.get({"grid": "country", "rules": "rule"}.get(table, "id"), "")


def _toc(book: Book, row: Row, values: Values, country: str | None) -> Factor:
    kind, _, activity = values["unit"].partition("/")
    unit = f"g/{activity}"
    get = values.get
    if kind == "g":
        leaked = _leak_g(book, values)
        given = Intensity(unit=unit, wtt=get("wtt", 0.0), ttw=get("ttw", 0.0) + leaked)
        return Factor(table="toc", row=row, intensity=given, gwp=get("gwp", ""))
    mj = values["energy"] * (MJ_PER_KWH if kind == "kWh" else 1.0)
    wired = sum(share for carrier, share in values["fuel"] if carrier == ELECTRICITY)
    unpriced = mj * wired if country is None else 0.0
    burnt = tuple(
        (carrier, share)
        for carrier, share in values["fuel"]
        if country is not None or carrier != ELECTRICITY
    )
    rest = sum(share for _, share in burnt)
    wtt = ttw = 0.0
    if burnt:
        toc = Toc(
            id=row.id,
            activity=activity,
            energy_mj=mj * rest,
            carriers=tuple((carrier, share / rest) for carrier, share in burnt),
        )
        parts = components(toc, country or "", book.factors)
        wtt, ttw = sum(p.wtt_g for p in parts), sum(p.ttw_g for p in parts)
    gwp = "; ".join(_gwp_sets(book, burnt))
    leaked = _leak_g(book, values)
    return Factor(
        table="toc",
        row=row,
        value=values["energy"],
        value_unit=values["unit"],
        intensity=Intensity(unit=unit, wtt=wtt, ttw=ttw + leaked, grid_kwh=unpriced / MJ_PER_KWH),
        gwp=gwp,
    )


def _gwp_sets(book: Book, carriers: Iterable[tuple[str, float]]) -> list[str]:
    """GWP100 sets behind fuels, each once; electricity names none."""
    fuels = (book.factors.fuels.get(carrier) for carrier, _ in carriers)
    return list(dict.fromkeys(fuel.gwp for fuel in fuels if fuel is not None and fuel.gwp))


def _leak_g(book: Book, values: Values) -> float:
    """CO2e of the refrigerant that leaks, in the mass unit of leak_g."""
    leak: float = values.get("leak_g", 0.0)
    if not leak:
        return 0.0
    return leak * book.factors.refrigerants[values["refrigerant"]].gwp(values.get("gwp", ""))


def _hoc(book: Book, row: Row, values: Values, _country: str | None) -> Factor:
    given = Intensity(
        unit=values["unit"],
        wtt=values.get("wtt", 0.0),
        ttw=values.get("ttw", 0.0) + _leak_g(book, values) / 1000,
    )
    plug = values.get("plug_kw_per_teu") or None
    return Factor(
        table="hoc",
        row=row,
        value=plug,
        value_unit="kW/TEU plugged in" if plug else "",
        intensity=given,
        gwp=values.get("gwp", ""),
    )


def _fuel(_book: Book, row: Row, values: Values, _country: str | None) -> Factor:
    given = Intensity(unit="g/MJ", wtt=values["wtt_g_per_mj"], ttw=values["ttw_g_per_mj"])
    return Factor(table="fuels", row=row, intensity=given, gwp=values.get("gwp", ""))


def _grid(_book: Book, row: Row, values: Values, _country: str | None) -> Factor:
    used = grid_of(values).used_g_per_kwh
    return Factor(
        table="grid",
        row=row,
        value=values["g_per_kwh"],
        value_unit="g/kWh",
        intensity=Intensity(unit="g/kWh", wtt=used),
    )


_FACTORS = {"toc": _toc, "hoc": _hoc, "fuels": _fuel, "grid": _grid}
