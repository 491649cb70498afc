"""Operation categories and what they emit (ISO 14083): TOC of a leg, HOC of a handling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from routeopt.freight import Size

EARTH_RADIUS_KM = 6371.0088
"""Radius of the sphere on which great-circle distances are measured (IUGG mean radius)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toc:
    """Transport operation category: operations that share one emission intensity (ISO 14083).

    Parameters
    ----------
    wtt_g, ttw_g
        Well-to-tank and tank-to-wheel CO2e, g per unit of `activity`, empty running included.
    activity
        What is multiplied: tonne-km, TEU-km or vehicle-km.
    distance_basis, daf
        Which km count: `sfd` the leg's own, `gcd` the great circle between its ends, `actual`
        the leg's own × `daf`.
    reefer
        Id of the TOC that counts for reefer cargo.
    fuel, gwp
        What burns and the GWP100 set behind the intensities: for information.
    source
        Document, year and place in it, as in the factor table.

    Raises
    ------
    ValueError
        If an intensity is negative or NaN.
    """

    id: str
    wtt_g: float
    ttw_g: float
    activity: Literal["tkm", "teukm", "vehiclekm"]
    distance_basis: Literal["sfd", "gcd", "actual"] = "sfd"
    daf: float = 1.0
    reefer: str | None = None
    mode: str = ""
    fuel: str = ""
    gwp: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not (self.wtt_g >= 0 and self.ttw_g >= 0 and self.daf > 0):  # `not >=`: NaN fails too
            raise ValueError(f"want wtt_g >= 0, ttw_g >= 0 and daf > 0, got {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoc:
    """Hub operation category: handlings that share one emission intensity, kg per t or per TEU."""

    id: str
    wtt_kg: float
    ttw_kg: float
    per: Literal["t", "teu"]
    reefer: str | None = None
    fuel: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not (self.wtt_kg >= 0 and self.ttw_kg >= 0):
            raise ValueError(f"want wtt_kg >= 0 and ttw_kg >= 0, got {self}")


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


def leg_intensity(parts: Sequence[tuple[Toc, float]], *, gcd_km: float) -> LegIntensity:
    """Intensity of a leg that is made of parts.

    Parameters
    ----------
    parts
        TOC and km of each part (wired and unwired, say); the km sum to the leg's distance.
    gcd_km
        Great-circle km between the leg's ends; each part has the share of them that it has of
        the distance.
    """
    distance_km = sum(km for _, km in parts)
    total = {"tkm": NOTHING, "teukm": NOTHING, "vehiclekm": NOTHING}
    for toc, km in parts:
        share = km / distance_km if distance_km else 1 / len(parts)
        basis_km = {"sfd": km, "gcd": gcd_km * share, "actual": km * toc.daf}[toc.distance_basis]
        grams = Emission(toc.wtt_g, toc.ttw_g)
        total[toc.activity] = total[toc.activity] + grams * (basis_km / 1000)
    return LegIntensity(per_t=total["tkm"], per_teu=total["teukm"], per_unit=total["vehiclekm"])
