"""What EU ETS, FuelEU Maritime and ETS2 charge: the rules once more.

Numbers of law stand once, in the tables that the package ships (`factors/rules.csv`, `eea.csv`,
`ports.csv`); they are read here anew, and nothing of `regulations` is called.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import groupby

from routeopt.audit.energy import GRID_POWER, Piece, UnpricedError, burnt_g, fuel_row
from routeopt.audit.findings import named
from routeopt.emissions import Factors, Fuel, Toc
from routeopt.network import Service, Terminal
from routeopt.regulations import Regulations

G_PER_T = 1_000_000
_LESS_CH4, _MORE_N2O = 28 - 25, 298 - 265  # from the GWP100 pair 28/265 to 25/298


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    text = resources.files("routeopt").joinpath("factors").joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def in_force(rule: str, year: int) -> float:
    """Value of a rule in a year: of its last change until then, 0 before the first.

    >>> in_force("ets_phase_in", 2023), in_force("ets_phase_in", 2025)
    (0.0, 0.7)
    """
    rows = [(int(row["from_year"]), float(row["value"])) for row in _steps(rule)]
    return max((row for row in rows if row[0] <= year), default=(0, 0.0))[1]


def _steps(rule: str) -> list[dict[str, str]]:
    rows = [row for row in _table("rules.csv") if row["rule"] == rule]
    if not rows:
        raise KeyError(rule)
    return rows


@cache
def _eea() -> frozenset[str]:
    return frozenset(row["country"] for row in _table("eea.csv"))


def _is_listed(terminal: str) -> bool:
    """Whether a ship's stop there is no port of call."""
    return any(terminal.startswith(row["prefix"]) for row in _table("ports.csv"))


def coverages(services: Sequence[Service], terminals: Mapping[str, Terminal]) -> list[float]:
    """Share of each leg of a way that EU ETS and FuelEU cover: half for each end in the EEA.

    The ends of a sea leg are the last port of call before it and the first one after it; a listed
    transshipment port is none. Where the chain of sea legs has none, that end is outside.
    """
    shares: list[float] = []
    for at_sea, group in groupby(services, lambda service: service.mode == "sea"):
        legs = [*group]
        ports = [legs[0].origin, *(leg.destination for leg in legs)]
        shares += [
            (_calls_in_eea(ports[n::-1], terminals) + _calls_in_eea(ports[n + 1 :], terminals)) / 2
            if at_sea
            else 0.0
            for n in range(len(legs))
        ]
    return shares


def _calls_in_eea(ports: Sequence[str], terminals: Mapping[str, Terminal]) -> bool:
    """Whether the first port of call among these is in the EEA."""
    call = next((port for port in ports if not _is_listed(port)), None)
    return call is not None and terminals[call].country in _eea()


def ship_eur(toc: Toc, factors: Factors, rules: Regulations | None) -> tuple[float, float]:
    """(EU ETS, FuelEU) per unit of activity on a voyage between two ports of the EEA, EUR.

    Raises
    ------
    UnpricedError
        If the energy can't be told, or a fuel is not known.
    """
    if rules is None or rules.surcharge == "carrier":
        return 0.0, 0.0
    if not (rules.fueleu or rules.eu_ets_eur_per_t):
        return 0.0, 0.0
    burnt = [
        (share, fuel_row(carrier, factors))
        for carrier, share in toc.carriers
        if carrier != GRID_POWER
    ]
    mj = _mj_behind(toc, burnt) if toc.energy_mj is None else toc.energy_mj
    return (
        mj * math.fsum(share * _ets_eur_per_mj(fuel, rules) for share, fuel in burnt),
        mj * math.fsum(share * _fueleu_eur_per_mj(fuel, rules) for share, fuel in burnt),
    )


def _mj_behind(toc: Toc, burnt: Sequence[tuple[float, Fuel]]) -> float:
    """Energy behind a given intensity: so much as emits its tank-to-wheel part."""
    if toc.carriers and not burnt:  # all of it is electricity
        return 0.0
    g_per_mj = math.fsum(share * fuel.ttw_g_per_mj for share, fuel in burnt)
    if not g_per_mj:
        raise UnpricedError(
            f"the energy behind the toc {named(toc.id)}, which EU ETS and FuelEU count, "
            "can't be told from its fuel"
        )
    return toc.ttw_g / g_per_mj


def _ets_eur_per_mj(fuel: Fuel, rules: Regulations) -> float:
    """Price an MJ under EU ETS: CO2, from 2026 CH4 and N2O too; TTW where gases aren't given."""
    kg_per_mj = 0.0 if fuel.ets_zero_rated else fuel.ttw_g_per_mj / 1000
    if fuel.ets_co2_kg_per_kg is not None and fuel.lhv_mj_per_kg:
        kg_per_kg = (
            0.0 if fuel.ets_zero_rated else fuel.ets_co2_kg_per_kg,
            (fuel.ets_ch4_kg_per_kg or 0.0) * in_force("ets_gwp_ch4", rules.year),
            (fuel.ets_n2o_kg_per_kg or 0.0) * in_force("ets_gwp_n2o", rules.year),
        )
        kg_per_mj = math.fsum(kg_per_kg) / fuel.lhv_mj_per_kg
    return kg_per_mj / 1000 * in_force("ets_phase_in", rules.year) * rules.eu_ets_eur_per_t


def _fueleu_eur_per_mj(fuel: Fuel, rules: Regulations) -> float:
    """Price an MJ (by the ISO heating value) under FuelEU: what it lacks to the limit."""
    limit = in_force("fueleu_limit", rules.year)
    if not rules.fueleu or not limit:
        return 0.0
    intensity = _fueleu_g_per_mj(fuel, rules)
    lcv = fuel.fueleu_lcv_mj_per_kg or fuel.lhv_mj_per_kg
    counted_mj = lcv / fuel.lhv_mj_per_kg if lcv and fuel.lhv_mj_per_kg else 1.0
    deficit_g = (intensity - limit) * counted_mj
    if deficit_g <= 0 or intensity <= 0:
        return 0.0
    if rules.fueleu_pool_eur_per_t:
        return deficit_g * rules.fueleu_pool_eur_per_t / G_PER_T
    vlsfo_t = deficit_g / intensity / in_force("fueleu_energy", rules.year)
    return vlsfo_t * in_force("fueleu_penalty", rules.year)


def _fueleu_g_per_mj(fuel: Fuel, rules: Regulations) -> float:
    """Intensity under FuelEU: its own columns, else those of ISO 14083."""
    own = (fuel.fueleu_wtt_g_per_mj, fuel.fueleu_ttw_g_per_mj)
    iso = (fuel.wtt_g_per_mj, fuel.ttw_g_per_mj)
    g_per_mj = math.fsum(b if a is None else a for a, b in zip(own, iso, strict=True))
    lcv = fuel.fueleu_lcv_mj_per_kg or fuel.lhv_mj_per_kg
    if rules.fueleu_gwp == "25/298" and lcv:
        more_kg_per_kg = (fuel.ets_n2o_kg_per_kg or 0.0) * _MORE_N2O
        more_kg_per_kg -= (fuel.ets_ch4_kg_per_kg or 0.0) * _LESS_CH4
        g_per_mj += more_kg_per_kg * 1000 / lcv
    return g_per_mj / max(1.0, min(fuel.rwd, in_force("fueleu_rwd", rules.year)))


def ets2_eur(
    piece: Piece, service: Service, terminals: Mapping[str, Terminal], factors: Factors,
    rules: Regulations | None,
) -> float:  # fmt: skip
    """ETS2 per unit of activity on a road leg, EUR: on what fuels emit tank-to-wheel."""
    if rules is None or not in_force("ets2", rules.year):
        return 0.0
    taxed_g = burnt_g(piece, factors).ttw * _share_in_eea(service, terminals)
    return taxed_g / G_PER_T * rules.ets2_eur_per_t


def _share_in_eea(service: Service, terminals: Mapping[str, Terminal]) -> float:
    """Share of the km in the EEA; where they are not known, all if either end lies in it."""
    by_zone = service.country_km or {}
    whole = math.fsum(by_zone.values())
    if whole:
        return math.fsum(km for zone, km in by_zone.items() if zone[:2] in _eea()) / whole
    ends = (service.origin, service.destination)
    return 1.0 if any(terminals[end].country in _eea() for end in ends) else 0.0
