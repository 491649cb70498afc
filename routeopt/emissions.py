"""Operation categories and what they emit (ISO 14083): TOC of a leg, HOC of a handling."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from routeopt.freight import Size

EARTH_RADIUS_KM = 6371.0088
"""Radius of the sphere on which great-circle distances are measured (IUGG mean radius)."""


ELECTRICITY = "electricity"
"""Energy carrier whose emissions depend on the country of each km."""

MJ_PER_KWH = 3.6

Activity = Literal["tkm", "teukm", "vehiclekm"]
DataType = Literal["primary", "modelled", "default"]
DATA_TYPES: tuple[DataType, ...] = ("primary", "modelled", "default")
"""From measured to printed (ISO 14083): what a category's intensity rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel:
    """An energy carrier: g CO2e per MJ, and what the rules of EU ETS and FuelEU say of it.

    Parameters
    ----------
    wtt_g_per_mj, ttw_g_per_mj
        Well-to-tank and tank-to-wheel CO2e of ISO 14083; methane slip is inside.
    lhv_mj_per_kg
        Lower heating value; None where not known.
    fueleu_wtt_g_per_mj, fueleu_ttw_g_per_mj, fueleu_lcv_mj_per_kg
        The values of Regulation (EU) 2023/1805; None: those above.
    rwd
        Reward factor of renewable fuels of non-biological origin (2 until 2033, else 1).
    ets_co2_kg_per_kg, ets_ch4_kg_per_kg, ets_n2o_kg_per_kg
        Gases per kg of fuel as EU ETS counts them (slip as CH4); None where not known.
    ets_zero_rated
        Its CO2 costs nothing under EU ETS.
    """

    id: str
    wtt_g_per_mj: float
    ttw_g_per_mj: float
    lhv_mj_per_kg: float | None = None
    price_eur_per_kg: float | None = None
    fueleu_wtt_g_per_mj: float | None = None
    fueleu_ttw_g_per_mj: float | None = None
    fueleu_lcv_mj_per_kg: float | None = None
    rwd: float = 1.0
    ets_co2_kg_per_kg: float | None = None
    ets_ch4_kg_per_kg: float | None = None
    ets_n2o_kg_per_kg: float | None = None
    ets_zero_rated: bool = False
    gwp: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not (self.wtt_g_per_mj >= 0 and self.ttw_g_per_mj >= 0):  # `not >=`: NaN fails too
            raise ValueError(f"want wtt_g_per_mj >= 0 and ttw_g_per_mj >= 0, got {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Electricity of a country or zone: g CO2e per kWh generated, and percent lost on its way."""

    country: str
    basis: str
    year: int
    g_per_kwh: float
    loss_pct: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        if not (self.g_per_kwh >= 0 and 0 <= self.loss_pct < 100):  # noqa: PLR2004  percent
            raise ValueError(f"want g_per_kwh >= 0 and 0 <= loss_pct < 100, got {self}")

    @property
    def used_g_per_kwh(self) -> float:
        """CO2e per kWh that arrives.

        >>> Grid(country="XX", basis="b", year=2025, g_per_kwh=90, loss_pct=10).used_g_per_kwh
        100.0
        """
        return self.g_per_kwh / (1 - self.loss_pct / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refrigerant:
    """A cooling agent: kg CO2e per kg leaked, by GWP100 set."""

    id: str
    gwp_ar5: float
    gwp_ar6: float
    source: str = ""

    def gwp(self, name: str) -> float:
        """Potential in a set; AR6 unless AR5 is named."""
        return self.gwp_ar5 if name == "AR5" else self.gwp_ar6


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What energy and leaks emit: fuels and refrigerants by id, the chosen grid by country.

    Parameters
    ----------
    grids
        One row for each country or zone: of the basis and year that the case asks for, or the
        nearest that it allows.
    """

    fuels: Mapping[str, Fuel] = field(default_factory=dict)
    grids: Mapping[str, Grid] = field(default_factory=dict)
    refrigerants: Mapping[str, Refrigerant] = field(default_factory=dict)


def choose_grids(rows: Iterable[Grid], bases: Sequence[str], year: int) -> dict[str, Grid]:
    """Row of each country that counts: the first basis that it has, its nearest year.

    Of two years as near, the later one counts. A country that has none of the bases is left out:
    no row of another basis ever stands in.
    """
    chosen: dict[str, Grid] = {}
    rank = {basis: place for place, basis in enumerate(bases)}

    def order(row: Grid) -> tuple[int, int, int]:
        return rank[row.basis], abs(row.year - year), -row.year

    for row in rows:
        if row.basis in rank:
            best = chosen.get(row.country)
            if best is None or order(row) < order(best):
                chosen[row.country] = row
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Toc:
    """Transport operation category: operations that share one emission intensity (ISO 14083).

    Parameters
    ----------
    wtt_g, ttw_g
        Well-to-tank and tank-to-wheel CO2e, g per unit of `activity`, empty running included; of
        a category that is given by its energy they are 0 and don't count.
    activity
        What is multiplied: tonne-km, TEU-km or vehicle-km.
    energy_mj, carriers
        MJ per unit of activity, and (fuel id or `electricity`, share of the energy): the
        intensity then follows from the fuels, and from the grid of the country of each km.
    distance_basis, daf
        Which km count: `sfd` the leg's own, `gcd` the great circle between its ends, `actual`
        the leg's own × `daf`.
    reefer
        Id of the TOC that counts for reefer cargo.
    refrigerant, leak_g
        What leaks from cooling units, and g of it per unit of activity.
    data_type
        What the intensity rests on: measured (primary), modelled, or a default.
    fuel
        What burns, as written; with given intensities for information and for the rules.
    gwp
        The GWP100 set behind given intensities.
    source
        Document, year and place in it, as in the factor table.

    Raises
    ------
    ValueError
        If an intensity is negative or NaN, or the shares of the carriers don't sum to 1.
    """

    id: str
    wtt_g: float = 0.0
    ttw_g: float = 0.0
    activity: Activity
    energy_mj: float | None = None
    carriers: tuple[tuple[str, float], ...] = ()
    distance_basis: Literal["sfd", "gcd", "actual"] = "sfd"
    daf: float = 1.0
    reefer: str | None = None
    refrigerant: str = ""
    leak_g: float = 0.0
    mode: str = ""
    fuel: str = ""
    gwp: str = ""
    data_type: DataType = "default"
    source: str = ""

    def __post_init__(self) -> None:
        grams = (self.wtt_g, self.ttw_g, self.leak_g, self.energy_mj or 0.0)
        if not (all(value >= 0 for value in grams) and self.daf > 0):  # `not >=`: NaN fails too
            raise ValueError(f"want intensities >= 0 and daf > 0, got {self}")
        if self.energy_mj is not None and abs(sum(s for _, s in self.carriers) - 1) > 1e-6:  # noqa: PLR2004
            raise ValueError(f"want carriers whose shares sum to 1, got {self}")

    @property
    def by_energy(self) -> bool:
        """Whether the intensity follows from energy and fuel."""
        return self.energy_mj is not None

    @property
    def electric(self) -> bool:
        """Whether a grid prices a part of its energy."""
        return self.by_energy and any(carrier == ELECTRICITY for carrier, _ in self.carriers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoc:
    """Hub operation category: handlings that share one emission intensity, kg per t or per TEU.

    Parameters
    ----------
    plug_kw_per_teu
        Power that reefer boxes draw while they wait, priced by the grid of the terminal's
        country; 0 where `wtt_kg` holds it already.
    refrigerant, leak_g
        What leaks, and g of it per t or TEU.
    """

    id: str
    wtt_kg: float
    ttw_kg: float
    per: Literal["t", "teu"]
    plug_kw_per_teu: float = 0.0
    reefer: str | None = None
    refrigerant: str = ""
    leak_g: float = 0.0
    fuel: str = ""
    gwp: str = ""
    data_type: DataType = "default"
    source: str = ""

    def __post_init__(self) -> None:
        values = (self.wtt_kg, self.ttw_kg, self.plug_kw_per_teu, self.leak_g)
        if not all(value >= 0 for value in values):
            raise ValueError(f"want wtt_kg, ttw_kg, plug_kw_per_teu, leak_g >= 0, got {self}")


@dataclass(frozen=True, slots=True)
class Emission:
    """Kilograms CO2e, well-to-tank and tank-to-wheel side by side."""

    wtt_kg: float = 0.0
    ttw_kg: float = 0.0

    def __add__(self, other: Emission) -> Emission:
        return Emission(self.wtt_kg + other.wtt_kg, self.ttw_kg + other.ttw_kg)

    def __mul__(self, factor: float) -> Emission:
        return Emission(self.wtt_kg * factor, self.ttw_kg * factor)

    def in_scope(self, scope: str) -> float:
        """Kilograms that count: all under `wtw`, tank-to-wheel under `ttw`."""
        return self.ttw_kg if scope == "ttw" else self.wtt_kg + self.ttw_kg


NOTHING = Emission()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegIntensity:
    """Emissions of a leg by what they grow with: kg per tonne, per TEU and per unit (vehicle)."""

    per_t: Emission = NOTHING
    per_teu: Emission = NOTHING
    per_unit: Emission = NOTHING

    def emission(self, size: Size, units: float) -> Emission:
        """Emission of `size` that takes `units` units."""
        return self.per_t * size.tonnes + self.per_teu * size.teu + self.per_unit * units


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on the sphere (haversine), km.

    >>> round(great_circle_km(0, 0, 0, 90), 1)
    10007.6
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


_Row = TypeVar("_Row", Toc, Hoc)


def for_cargo(table: Mapping[str, _Row], id_: str, cargo: str) -> _Row:
    """Row of the table that counts for this cargo.

    Raises
    ------
    KeyError
        If reefer cargo meets a row that names no reefer row.
    """
    row = table[id_]
    return table[row.reefer or ""] if cargo == "reefer" else row


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An addend of a TOC's intensity: what one energy carrier, or a leak, emits.

    Parameters
    ----------
    carrier
        Fuel, `electricity` or refrigerant; of given intensities what burns, as written.
    country
        Where the electricity comes from; empty for anything else.
    energy_mj
        MJ of it per unit of activity; None where intensities are given.
    wtt_g, ttw_g
        CO2e, g per unit of activity.
    source
        Of the carrier's factor.
    """

    carrier: str
    country: str = ""
    energy_mj: float | None = None
    wtt_g: float = 0.0
    ttw_g: float = 0.0
    leak: bool = False
    gwp: str = ""
    source: str = ""


def components(toc: Toc, country: str, factors: Factors) -> tuple[Component, ...]:
    """Find the addends of a TOC's intensity on km of a country.

    Raises
    ------
    KeyError
        If a fuel, the grid of the country or a refrigerant is not there.
    """
    found = []
    if toc.energy_mj is None:
        found.append(
            Component(
                carrier=toc.fuel, wtt_g=toc.wtt_g, ttw_g=toc.ttw_g, gwp=toc.gwp, source=toc.source
            )
        )
    else:
        found += [
            _carried(carrier, toc.energy_mj * share, country, factors)
            for carrier, share in toc.carriers
        ]
    if toc.leak_g:
        agent = factors.refrigerants[toc.refrigerant]
        found.append(
            Component(
                carrier=agent.id,
                ttw_g=toc.leak_g * agent.gwp(toc.gwp),
                leak=True,
                gwp=toc.gwp,
                source=agent.source,
            )
        )
    return tuple(found)


def _carried(carrier: str, energy_mj: float, country: str, factors: Factors) -> Component:
    if carrier == ELECTRICITY:
        grid = factors.grids[country]
        return Component(
            carrier=carrier,
            country=country,
            energy_mj=energy_mj,
            wtt_g=energy_mj / MJ_PER_KWH * grid.used_g_per_kwh,
            source=grid.source,
        )
    fuel = factors.fuels[carrier]
    return Component(
        carrier=carrier,
        energy_mj=energy_mj,
        wtt_g=energy_mj * fuel.wtt_g_per_mj,
        ttw_g=energy_mj * fuel.ttw_g_per_mj,
        gwp=fuel.gwp,
        source=fuel.source,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LegPart:
    """Km of a leg on which one TOC emits one way: `km` are those of its distance basis."""

    toc: Toc
    km: float
    components: tuple[Component, ...]


def basis_km(toc: Toc, km: float, *, distance_km: float, gcd_km: float) -> float:
    """Km that count for a part of a leg; of a great circle it has its share of the distance."""
    if toc.distance_basis == "actual":
        return km * toc.daf
    if toc.distance_basis == "gcd":
        return gcd_km * (km / distance_km if distance_km else 1.0)
    return km


def leg_intensity(parts: Iterable[LegPart]) -> LegIntensity:
    """Sum of what the parts of a leg emit, by what it grows with."""
    total = {"tkm": [0.0, 0.0], "teukm": [0.0, 0.0], "vehiclekm": [0.0, 0.0]}
    for part in parts:
        both = total[part.toc.activity]
        kilo = part.km / 1000
        for component in part.components:
            both[0] += component.wtt_g * kilo
            both[1] += component.ttw_g * kilo
    per_t, per_teu, per_unit = (
        Emission(*both) if any(both) else NOTHING for both in total.values()
    )
    return LegIntensity(per_t=per_t, per_teu=per_teu, per_unit=per_unit)
