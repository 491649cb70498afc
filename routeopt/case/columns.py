"""What the columns of a published table mean: their names and units in a planner's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from routeopt.case.attributes import TABLES

_COMMON = {
    "id": "id identifier code category",
    "source": "source document publication",
    "place": "place locator page table reference",
    "year": "year vintage publicationyear",
    "licence": "licence license",
    "verified": "verified",
    "note": "note notes remark remarks comment comments why",
    "gwp": "gwp gwpset gwp100",
    "scope": "scope",
    "wtt": "wtt welltotank energyprovision upstream",
    "ttw": "ttw tanktowheel tanktowake operation",
    "wtw": "wtw welltowheel welltowake total intensity",
    "unit": "unit units",
    "data_type": "datatype",
    "distance_basis": "distancebasis distancekind",
    "reefer": "reefer",
    "refrigerant": "refrigerant",
    "leak_g": "leakg",
}
_OWN = {
    "toc": {
        "id": "tocid toc",
        "mode": "mode transportmode",
        "energy": "energy energyuse energyconsumption",
        "fuel": "fuel energycarrier",
        "daf": "daf distanceadjustmentfactor dafinvalue",
    },
    "hoc": {
        "id": "hocid hoc",
        "fuel": "fuel energycarrier",
        "plug_kw_per_teu": "plugkwperteu",
    },
    "fuels": {
        "id": "fuelid",
        "lhv_mj_per_kg": "lhv lhvmjperkg lowerheatingvalue ncv",
        "price_eur_per_kg": "price priceeurperkg",
    },
    "grid": {
        "country": "country zone iso countrycode",
        "basis": "basis",
        "g_per_kwh": "gperkwh value carbonintensity gridfactor intensity",
        "loss_pct": "losspct loss losses",
        "losses_inside": "includeslosses",
    },
}
_NOTED = (
    "name vehicle vehicletype region lane condition application hubtype cargobasis loadfactor "
    "emptyrunning fuelname"
)
"""Further columns that go into the note, since the format of a case has none for them."""

_PER = {
    "tkm": "tkm",
    "tonnekm": "tkm",
    "tonkm": "tkm",
    "teukm": "teukm",
    "vkm": "vehiclekm",
    "vehiclekm": "vehiclekm",
    "t": "t",
    "tonne": "t",
    "teu": "teu",
    "container": "box",
    "box": "box",
    "mj": "mj",
    "kg": "kg",
    "kwh": "kwh",
}
_UNIT = re.compile(
    r"(?:^|[\s(\[,_])(kg|g|mj|kwh|wh)\s*(?:/|[_ ]?per[_ ])\s*([a-z][a-z\- ]*?)\s*[)\]]?$"
)
_CO2 = re.compile(r"[ \-]?co(?:2|₂)(?:[ \-]?e(?:q|quivalents?)?)?", re.IGNORECASE)
Unit = tuple[str, str]
"""(mass or energy, what it counts per)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its header as written, the target it means, and its unit if named."""

    index: int
    header: str
    target: str
    unit: Unit | None


def columns_of(table: str, cells: Sequence[str]) -> list[Column]:
    """Columns whose header is known."""
    found = []
    for index, header in enumerate(cells):
        name, unit = split_header(header)
        target = _target(table, name)
        if not target and header.casefold() in TABLES[table]:
            target = header.casefold()
        if target:
            found.append(Column(index, header, target, unit))
    return found


def split_header(header: str) -> tuple[str, Unit | None]:
    """Name and unit of a header.

    >>> split_header("TTW g CO2e/t-km"), split_header("wtt_kg_per_kg"), split_header("Well-to-tank")
    (('ttw', ('g', 'tkm')), ('wtt', ('kg', 'kg')), ('welltotank', None))
    """
    text = _CO2.sub("", header.casefold())
    hit = _UNIT.search(text)
    unit = _unit(hit) if hit else None
    name = text[: hit.start()] if hit and unit else text
    return re.sub(r"[^a-z0-9]", "", name), unit


def _unit(hit: re.Match[str]) -> Unit | None:
    per = _PER.get(re.sub(r"[^a-z]", "", hit[2]))
    return None if per is None else (hit[1], per)


def _target(table: str, name: str) -> str:
    """Column of the case's table that a name means; `noted` for one that goes into the note."""
    for targets in (_OWN[table], _COMMON):
        for target, names in targets.items():
            if name in names.split():
                return target
    if name in _NOTED.split() or (table in {"fuels", "hoc"} and name == "fuel"):
        return "noted"
    return ""


def unit_in(text: str) -> Unit | None:
    """Find the unit at the end of a text; None where there is none that is known.

    >>> unit_in("gCO2e/TEU-km"), unit_in("ratio")
    (('g', 'teukm'), None)
    """
    hit = _UNIT.search(_CO2.sub("", text.casefold()))
    return _unit(hit) if hit else None
