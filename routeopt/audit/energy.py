"""What runs a leg and where: its km by category and country, and what a km emits.

DESIGN sections 3, 5 and 9 once more, from raw fields: nothing here calls the functions of
`emissions` or the methods of the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from routeopt.audit.findings import named
from routeopt.emissions import Factors, Fuel, Hoc, Toc
from routeopt.network import Network, Service, Terminal

EARTH_KM = 6371.0088
KWH_MJ = 3.6
GRID_POWER = "electricity"
SUM_ROUNDING = 1e-9


class UnpricedError(LookupError):
    """A factor that a leg or a stop needs is not in the case; the message says which."""


class Grams(NamedTuple):
    """CO2e per unit of activity, well-to-tank and tank-to-wheel, g."""

    wtt: float = 0.0
    ttw: float = 0.0


class Piece(NamedTuple):
    """Km of a leg in one category; `country` is empty where no grid prices them.

    `km` are those of the category's distance basis.
    """

    toc: Toc
    country: str
    km: float


_Row = TypeVar("_Row", Toc, Hoc)


def row_for(table: Mapping[str, _Row], id_: str, cargo: str) -> _Row | None:
    """Row that counts for this cargo; None where reefer cargo has none."""
    row = table.get(id_)
    if row is None or cargo != "reefer":
        return row
    return None if row.reefer is None else table.get(row.reefer)


def pieces_of(network: Network, service: Service, cargo: str) -> tuple[Piece, ...]:
    """Cut a leg by what runs it, and by country where electricity does.

    Raises
    ------
    UnpricedError
        If a category has no row for the cargo, or the countries of electric km are not known.
    """
    off_km = math.fsum(service.unwired_km.values())
    wired = category(network, service.toc, cargo)
    spans = [(wired, country, km) for country, km in _wired_km(service, wired, off_km).items()]
    if off_km:
        other = category(network, service.toc_unwired or service.toc, cargo)
        by_country = service.unwired_km if _on_grid(other) else {"": off_km}
        spans += [(other, country, km) for country, km in by_country.items()]
    return tuple(
        Piece(toc, country, _activity_km(network, service, toc, km)) for toc, country, km in spans
    )


def category(network: Network, id_: str, cargo: str) -> Toc:
    """Category that counts for this cargo.

    Raises
    ------
    UnpricedError
        If there is none.
    """
    toc = row_for(network.tocs, id_, cargo)
    if toc is None:
        raise UnpricedError(f"the toc {named(id_)} has no row for {cargo} cargo")
    return toc


def _on_grid(toc: Toc) -> bool:
    return toc.energy_mj is not None and GRID_POWER in dict(toc.carriers)


def _wired_km(service: Service, toc: Toc, off_km: float) -> dict[str, float]:
    """Km that the service's first category covers: what the unwired km leave of the distance."""
    rest_km = service.distance_km - off_km
    if not _on_grid(toc):
        return {"": rest_km}
    if rest_km <= SUM_ROUNDING * service.distance_km:  # no wire anywhere
        return {}
    known = service.country_km or {}
    left = {country: km - service.unwired_km.get(country, 0.0) for country, km in known.items()}
    # no country keeps a wired km, but for rounding: then each has its share of that
    left = {c: km for c, km in left.items() if km > 0} or {c: km for c, km in known.items() if km}
    if not left and (rest_km > 0 or service.country_km is None):
        raise UnpricedError(
            f"the toc {named(toc.id)} runs on electricity, "
            f"and the km of {named(service.id)} in each country are not known"
        )
    whole = math.fsum(left.values())
    return {country: rest_km * km / whole for country, km in left.items()}


def _activity_km(network: Network, service: Service, toc: Toc, km: float) -> float:
    if toc.distance_basis == "actual":
        return km * toc.daf
    if toc.distance_basis == "gcd":
        whole = service.distance_km
        share = km / whole if whole else 1.0
        return share * _arc_km(
            network.terminals[service.origin], network.terminals[service.destination]
        )
    return km


def _arc_km(here: Terminal, there: Terminal) -> float:
    """Great circle by the chord between two unit vectors: not the formula of `emissions`."""
    chord = math.dist(_unit_vector(here), _unit_vector(there))
    return 2 * EARTH_KM * math.asin(min(1.0, chord / 2))


def _unit_vector(terminal: Terminal) -> tuple[float, float, float]:
    lat, lon = math.radians(terminal.lat), math.radians(terminal.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def burnt_g(piece: Piece, factors: Factors) -> Grams:
    """CO2e of the energy of a piece, without leaks."""
    toc = piece.toc
    if toc.energy_mj is None:
        return Grams(toc.wtt_g, toc.ttw_g)
    rows = [(share, _carrier_g(carrier, piece.country, factors)) for carrier, share in toc.carriers]
    return Grams(
        toc.energy_mj * math.fsum(share * row.wtt for share, row in rows),
        toc.energy_mj * math.fsum(share * row.ttw for share, row in rows),
    )


def _carrier_g(carrier: str, country: str, factors: Factors) -> Grams:
    """CO2e of an MJ of a fuel, or of electricity of a country."""
    if carrier == GRID_POWER:
        return Grams(wtt=grid_g_per_kwh(country, factors) / KWH_MJ)
    fuel = fuel_row(carrier, factors)
    return Grams(fuel.wtt_g_per_mj, fuel.ttw_g_per_mj)


def grid_g_per_kwh(country: str, factors: Factors) -> float:
    """CO2e of a kWh that arrives: what is lost on its way was generated too.

    Raises
    ------
    UnpricedError
        If the case has no electricity of the country.
    """
    grid = factors.grids.get(country)
    if grid is None:
        raise UnpricedError(f"no electricity of {named(country)} in the grid table")
    return grid.g_per_kwh * 100 / (100 - grid.loss_pct)


def fuel_row(id_: str, factors: Factors) -> Fuel:
    """Fuel of the case.

    Raises
    ------
    UnpricedError
        If there is none of this id.
    """
    fuel = factors.fuels.get(id_)
    if fuel is None:
        raise UnpricedError(f"no fuel of the case is called {named(id_)}")
    return fuel


def leaked_g(row: Toc | Hoc, factors: Factors) -> float:
    """CO2e of the refrigerant that leaks per unit of activity; AR6 counts unless AR5 is named.

    Raises
    ------
    UnpricedError
        If the refrigerant is not known.
    """
    if not row.leak_g:
        return 0.0
    agent = factors.refrigerants.get(row.refrigerant)
    if agent is None:
        raise UnpricedError(f"no refrigerant of the case is called {named(row.refrigerant)}")
    return row.leak_g * (agent.gwp_ar5 if row.gwp == "AR5" else agent.gwp_ar6)


def gwp_sets(pieces: Iterable[Piece], factors: Factors) -> set[str]:
    """GWP100 sets behind the numbers of some pieces."""
    found = set()
    for piece in pieces:
        toc = piece.toc
        if toc.energy_mj is None or toc.leak_g:
            found.add(toc.gwp)
        if toc.energy_mj is not None:
            found |= {fuel_row(c, factors).gwp for c, _ in toc.carriers if c != GRID_POWER}
    return found - {""}
