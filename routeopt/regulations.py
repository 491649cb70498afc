"""What carbon rules charge: EU ETS and FuelEU Maritime on ships, ETS2 on road fuels.

None of it changes a result of ISO 14083: buying allowances removes no emission. Numbers of the
rules stand in `factors/rules.csv`, the member states in `factors/eea.csv`, the transshipment ports
in `factors/ports.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from routeopt.emissions import ELECTRICITY, Component, Fuel

GwpPair = Literal["28/265", "25/298"]
_GWP_OF: Mapping[str, tuple[float, float]] = {"28/265": (28, 265), "25/298": (25, 298)}
_G_PER_T = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulations:
    """What a case lets the rules charge.

    Parameters
    ----------
    year
        Year whose phase-in, limits and rules count.
    eu_ets_eur_per_t, ets2_eur_per_t
        Prices of an allowance; 0 charges nothing.
    fueleu
        Whether FuelEU penalties are charged.
    fueleu_pool_eur_per_t
        Price of a tonne CO2e of deficit in a pool, in place of the penalty; 0: the penalty.
    fueleu_gwp
        GWP100 of CH4 and N2O behind FuelEU intensities.
    surcharge
        `own`: ships are charged by the rules here; `carrier`: by `surcharge_per_teu` of the
        service instead.
    """

    year: int
    eu_ets_eur_per_t: float = 0.0
    fueleu: bool = False
    fueleu_pool_eur_per_t: float = 0.0
    fueleu_gwp: GwpPair = "28/265"
    ets2_eur_per_t: float = 0.0
    surcharge: Literal["own", "carrier"] = "own"

    @property
    def charges_ships(self) -> bool:
        """Whether EU ETS or FuelEU can cost a ship anything."""
        return self.surcharge == "own" and (self.eu_ets_eur_per_t > 0 or self.fueleu)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("routeopt").joinpath("factors", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _rules() -> Mapping[str, tuple[tuple[int, float], ...]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for row in _rows("rules"):
        found.setdefault(row["rule"], []).append((int(row["from_year"]), float(row["value"])))
    return {rule: tuple(sorted(steps)) for rule, steps in found.items()}


def rule(name: str, year: int) -> float:
    """Value of a rule in a year; 0 before it begins.

    >>> rule("ets_phase_in", 2025), rule("fueleu_limit", 2024)
    (0.7, 0.0)
    """
    value = 0.0
    for first, step in _rules()[name]:
        if year >= first:
            value = step
    return value


@cache
def eea() -> frozenset[str]:
    """Countries whose ports are inside EU ETS and FuelEU, and whose road fuels are inside ETS2."""
    return frozenset(row["country"] for row in _rows("eea"))


@cache
def _listed() -> tuple[str, ...]:
    return tuple(row["prefix"] for row in _rows("ports"))


def is_transshipment_port(terminal: str) -> bool:
    """Whether a stop of a containership there is no port of call.

    >>> is_transshipment_port("MAPTM-TC4"), is_transshipment_port("PTSIE")
    (True, False)
    """
    return terminal.startswith(_listed())


def coverage(from_eea: bool, to_eea: bool) -> float:  # noqa: FBT001  the two ends of a voyage
    """Share of a voyage's emissions that EU ETS and FuelEU cover; a berth in the EEA is (1, 1).

    >>> coverage(True, True), coverage(True, False), coverage(False, False)
    (1.0, 0.5, 0.0)
    """
    return (from_eea + to_eea) / 2


def ets_share(year: int, *, gross_tonnage: float = 5000) -> float:
    """Share of covered emissions for which allowances are surrendered.

    >>> ets_share(2024), ets_share(2026), ets_share(2026, gross_tonnage=4900)
    (0.4, 1.0, 0.0)
    """
    return rule("ets_phase_in", year) if gross_tonnage >= rule("ets_least_gt", year) else 0.0


def ets_kg_per_mj(fuel: Fuel, year: int) -> float:
    """Emissions that EU ETS counts, kg CO2e per MJ burnt; its own TTW where gases aren't given."""
    if fuel.ets_co2_kg_per_kg is None or not fuel.lhv_mj_per_kg:
        return 0.0 if fuel.ets_zero_rated else fuel.ttw_g_per_mj / 1000
    kg = 0.0 if fuel.ets_zero_rated else fuel.ets_co2_kg_per_kg
    kg += (fuel.ets_ch4_kg_per_kg or 0.0) * rule("ets_gwp_ch4", year)
    kg += (fuel.ets_n2o_kg_per_kg or 0.0) * rule("ets_gwp_n2o", year)
    return kg / fuel.lhv_mj_per_kg


def fueleu_lcv(fuel: Fuel) -> float | None:
    """Lower calorific value that FuelEU takes, MJ per kg."""
    return fuel.fueleu_lcv_mj_per_kg or fuel.lhv_mj_per_kg


def fueleu_g_per_mj(fuel: Fuel, year: int, gwp: GwpPair = "28/265") -> float:
    """FuelEU intensity of a fuel burnt alone, g CO2e per MJ (Annex I, no wind reward)."""
    wtt = fuel.wtt_g_per_mj if fuel.fueleu_wtt_g_per_mj is None else fuel.fueleu_wtt_g_per_mj
    ttw = fuel.ttw_g_per_mj if fuel.fueleu_ttw_g_per_mj is None else fuel.fueleu_ttw_g_per_mj
    lcv = fueleu_lcv(fuel)
    if gwp != "28/265" and lcv:  # the table's values are in 28/265
        (ch4, n2o), (ch4_then, n2o_then) = _GWP_OF[gwp], _GWP_OF["28/265"]
        ttw += (fuel.ets_ch4_kg_per_kg or 0.0) * (ch4 - ch4_then) * 1000 / lcv
        ttw += (fuel.ets_n2o_kg_per_kg or 0.0) * (n2o - n2o_then) * 1000 / lcv
    reward = min(fuel.rwd, rule("fueleu_rwd", year)) if fuel.rwd > 1 else 1.0
    return (wtt + ttw) / max(reward, 1.0)


def fueleu_balance_g(intensity: float, energy_mj: float, year: int) -> float:
    """Compliance balance of so much energy at an intensity, g CO2e; below 0 it is a deficit."""
    return (rule("fueleu_limit", year) - intensity) * energy_mj


def fueleu_penalty_eur(balance_g: float, intensity: float, year: int, *, nth: int = 1) -> float:
    """Penalty for a deficit (Annex IV B), dearer in the `nth` year of deficit in a row."""
    if balance_g >= 0 or intensity <= 0:
        return 0.0
    vlsfo_t = -balance_g / (intensity * rule("fueleu_energy", year))
    more = 1 + rule("fueleu_aggravation", year) * (nth - 1)
    return vlsfo_t * rule("fueleu_penalty", year) * more


def fueleu_advance_g(energy_mj: float, year: int) -> float:
    """Largest advance that a ship may borrow from its next year, g CO2e (Art. 20)."""
    return rule("fueleu_borrowing", year) * rule("fueleu_limit", year) * energy_mj


def fueleu_pool_holds(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether balances may be pooled so (Art. 21).

    Their sum is not negative and does not change, no ship in deficit ends lower, and none with a
    surplus ends below 0.
    """
    tolerance = 1e-9 * max(1.0, *(abs(each) for each in before))
    return (
        sum(before) >= -tolerance
        and abs(sum(before) - sum(after)) <= tolerance
        and all(
            b >= a - tolerance if a < 0 else b >= -tolerance
            for a, b in zip(before, after, strict=True)
        )
    )


def fueleu_eur_per_mj(fuel: Fuel, rules: Regulations) -> float:
    """Price an MJ of a fuel (by its ISO heating value) on a fully covered voyage under FuelEU."""
    limit = rule("fueleu_limit", rules.year)
    lcv = fueleu_lcv(fuel)
    if not rules.fueleu or not limit:
        return 0.0
    intensity = fueleu_g_per_mj(fuel, rules.year, rules.fueleu_gwp)
    energy = lcv / fuel.lhv_mj_per_kg if lcv and fuel.lhv_mj_per_kg else 1.0
    balance_g = fueleu_balance_g(intensity, energy, rules.year)
    if rules.fueleu_pool_eur_per_t:
        return max(0.0, -balance_g) / _G_PER_T * rules.fueleu_pool_eur_per_t
    return fueleu_penalty_eur(balance_g, intensity, rules.year)


def ship_eur_per_mj(fuel: Fuel, rules: Regulations) -> tuple[float, float]:
    """(EU ETS, FuelEU) per MJ of a fuel on a fully covered voyage, EUR."""
    allowances_t = ets_kg_per_mj(fuel, rules.year) * ets_share(rules.year) / 1000
    return allowances_t * rules.eu_ets_eur_per_t, fueleu_eur_per_mj(fuel, rules)


def ship_eur(
    component: Component,
    carriers: Sequence[tuple[str, float]],
    fuels: Mapping[str, Fuel],
    rules: Regulations,
) -> tuple[float, float]:
    """(EU ETS, FuelEU) of a TOC's addend per unit of activity on a fully covered voyage, EUR.

    Parameters
    ----------
    carriers
        Fuels behind a given intensity and their shares of energy: the energy is then that which
        burns to its TTW.

    Raises
    ------
    ValueError
        If an intensity is given and its energy can't be told from the fuels.
    """
    if not rules.charges_ships or component.leak:
        return 0.0, 0.0
    if component.energy_mj is not None:
        carriers, energy_mj = ((component.carrier, 1.0),), component.energy_mj
    else:
        energy_mj = burnt_mj(component.ttw_g, carriers, fuels)
    ets = fueleu = 0.0
    for carrier, share in carriers:
        if carrier != ELECTRICITY:
            per_mj = ship_eur_per_mj(fuels[carrier], rules)
            ets += energy_mj * share * per_mj[0]
            fueleu += energy_mj * share * per_mj[1]
    return ets, fueleu


def burnt_mj(
    ttw_g: float, carriers: Sequence[tuple[str, float]], fuels: Mapping[str, Fuel]
) -> float:
    """Energy that emits so many grams tank to wheel.

    Raises
    ------
    ValueError
        If the fuels are not known, or emit nothing where they burn.
    """
    burnt = [(carrier, share) for carrier, share in carriers if carrier != ELECTRICITY]
    per_mj = sum(share * fuels[carrier].ttw_g_per_mj for carrier, share in burnt)
    if carriers and not burnt:  # no fuel is on board
        return 0.0
    if not per_mj:
        raise ValueError("the energy behind a given intensity can't be told from its fuel")
    return ttw_g / per_mj
