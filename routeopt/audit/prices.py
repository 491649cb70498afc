"""Prices and emissions from the raw fields of the case: DESIGN sections 5 and 9, once more.

Nothing here calls the pricing methods of `Terminal`, `Service`, `Network` or `emissions`: a fault
in those must show as a difference.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from routeopt.case.model import Case
from routeopt.emissions import Hoc, Toc
from routeopt.freight import DAY_MIN, Shipment, Size
from routeopt.network import Duty, Network, Service, Terminal

EARTH_KM = 6371.0088
BILLIONTH = 1e-9  # so much more than a whole unit, or than a limit, is arithmetic and not cargo


class Kg(NamedTuple):
    """Kilograms of CO2e, well-to-tank and tank-to-wheel."""

    wtt: float = 0.0
    ttw: float = 0.0

    def times(self, factor: float) -> Kg:
        """Return both multiplied."""
        return Kg(self.wtt * factor, self.ttw * factor)

    def counted(self, scope: str) -> float:
        """Return the kilograms in scope."""
        return self.ttw if scope == "ttw" else self.wtt + self.ttw


def kg_sum(rows: Iterable[Kg]) -> Kg:
    """Add up."""
    both = list(rows)
    return Kg(math.fsum(row.wtt for row in both), math.fsum(row.ttw for row in both))


def size_sum(sizes: Iterable[Size]) -> Size:
    """Size of several together."""
    rows = list(sizes)
    return Size(
        math.fsum(row.teu for row in rows),
        math.fsum(row.tonnes for row in rows),
        math.fsum(row.m3 for row in rows),
    )


_Row = TypeVar("_Row", Toc, Hoc)


def row_for(table: Mapping[str, _Row], id_: str, cargo: str) -> _Row | None:
    """Row that counts for this cargo; None where reefer cargo has none."""
    row = table.get(id_)
    if row is None or cargo != "reefer":
        return row
    return None if row.reefer is None else table.get(row.reefer)


def units_needed(service: Service, size: Size) -> int:
    """Whole units for this size: the most that any given dimension needs, 1 if none is given."""
    needs = [
        amount / unit
        for amount, unit in (
            (size.teu, service.unit_teu),
            (size.tonnes, service.unit_t),
            (size.m3, service.unit_m3),
        )
        if unit is not None
    ]
    return max([1, *(math.ceil(need - BILLIONTH * max(1.0, need)) for need in needs)])


def departure_eur(service: Service, size: Size) -> float:
    """Price of a departure that carries this much in all."""
    return math.fsum(
        (
            units_needed(service, size) * service.cost_per_unit_eur,
            size.teu * service.cost_per_teu_eur,
            size.teu * service.surcharge_per_teu_eur,
            size.tonnes * service.cost_per_t_eur,
            size.m3 * service.cost_per_m3_eur,
            service.cost_per_departure_eur,
        )
    )


def handling_eur(terminal: Terminal, size: Size) -> float:
    """Price of handling once."""
    return (
        size.teu * terminal.handling_eur_per_teu
        + size.tonnes * terminal.handling_eur_per_t
        + size.m3 * terminal.handling_eur_per_m3
    )


def storage_eur(terminal: Terminal, size: Size, wait_min: int) -> float:
    """Price of a wait: started days of 24 h, less the free ones."""
    started = -(-wait_min // DAY_MIN)
    paid = started - terminal.free_days
    if paid <= 0:
        return 0.0
    per_day = (
        size.teu * terminal.storage_eur_per_teu_day + size.m3 * terminal.storage_eur_per_m3_day
    )
    return paid * per_day


def handling_kg(case: Case, terminal: Terminal, shipment: Shipment) -> Kg:
    """CO2e of handling once; nothing where the terminal has no category."""
    hoc = None if terminal.hoc is None else row_for(case.network.hocs, terminal.hoc, shipment.cargo)
    if hoc is None:
        return Kg()
    size = shipment.size
    return Kg(hoc.wtt_kg, hoc.ttw_kg).times(size.teu if hoc.per == "teu" else size.tonnes)


class LegRates(NamedTuple):
    """CO2e of a leg per tonne, per TEU and per unit."""

    per_t: Kg
    per_teu: Kg
    per_unit: Kg

    def own_part(self, size: Size) -> Kg:
        """Return what is the shipment's own, whoever shares the departure."""
        return kg_sum((self.per_t.times(size.tonnes), self.per_teu.times(size.teu)))


def leg_rates(network: Network, service: Service, cargo: str) -> LegRates:
    """CO2e of a leg; km without catenary count by the service's `toc_unwired`."""
    unwired_km = math.fsum(service.unwired_km.values())
    parts = [(service.toc, service.distance_km - unwired_km)]
    if unwired_km:
        parts.append((service.toc_unwired or service.toc, unwired_km))
    kg: dict[str, list[Kg]] = {"tkm": [], "teukm": [], "vehiclekm": []}
    for id_, km in parts:
        toc = row_for(network.tocs, id_, cargo)
        if toc is None:
            raise LookupError(id_)  # `unpriced` has found it before
        activity_km = _activity_km(network, service, toc, km)
        kg[toc.activity].append(Kg(toc.wtt_g, toc.ttw_g).times(activity_km / 1000))
    return LegRates(kg_sum(kg["tkm"]), kg_sum(kg["teukm"]), kg_sum(kg["vehiclekm"]))


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


def duties_eur(network: Network, shipment: Shipment, countries: Collection[str]) -> float:
    """Import duty, and transit duty once per other country out of these."""
    if not shipment.value_eur:
        return 0.0
    origin = network.terminals[shipment.origin].country
    destination = network.terminals[shipment.destination].country
    percent = 0.0
    if origin != destination:
        row = _duty(network, origin, destination, shipment.commodity)
        percent += 0.0 if row is None else row.import_pct
    for country in sorted({*countries} - {origin, destination}):
        row = _duty(network, origin, country, shipment.commodity)
        percent += 0.0 if row is None else row.transit_pct
    return shipment.value_eur * percent / 100


def _duty(network: Network, origin: str, country: str, commodity: str) -> Duty | None:
    """Most specific row; a named origin weighs more than a named commodity."""
    rows = [
        row
        for row in reversed(network.duties)
        if row.country == country
        and row.origin_country in {"", origin}
        and row.commodity in {"", commodity}
    ]
    return max(rows, key=lambda row: (row.origin_country != "", row.commodity != ""), default=None)
