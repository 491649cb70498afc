"""Prices from the raw fields of the case: DESIGN sections 5 and 9, once more.

Nothing here calls the pricing methods of `Terminal`, `Service` or `Network`: a fault in those
must show as a difference.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from routeopt.freight import DAY_MIN, Shipment, Size
from routeopt.network import Duty, Network, Service, Terminal

BILLIONTH = 1e-9  # so much more than a whole unit, or than a limit, is arithmetic and not cargo


def size_sum(sizes: Iterable[Size]) -> Size:
    """Size of several together."""
    rows = list(sizes)
    return Size(
        math.fsum(row.teu for row in rows),
        math.fsum(row.tonnes for row in rows),
        math.fsum(row.m3 for row in rows),
    )


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
