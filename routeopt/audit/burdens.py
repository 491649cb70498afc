"""What legs and stops burden a shipment with: kilograms of CO2e, and what rules charge for them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from routeopt.audit.carbon import ets2_eur, ship_eur
from routeopt.audit.energy import (
    Piece,
    UnpricedError,
    burnt_g,
    category,
    grid_g_per_kwh,
    leaked_g,
    pieces_of,
    row_for,
)
from routeopt.audit.findings import named
from routeopt.case.model import Case
from routeopt.emissions import Hoc, Toc
from routeopt.freight import Shipment, Size
from routeopt.network import Service, Terminal


class Burden(NamedTuple):
    """CO2e well-to-tank and tank-to-wheel, kg, and what each of the rules charges, EUR."""

    wtt: float = 0.0
    ttw: float = 0.0
    ets: float = 0.0
    fueleu: float = 0.0
    ets2: float = 0.0

    def times(self, factor: float) -> Burden:
        """Return all of it multiplied."""
        return Burden(*(each * factor for each in self))

    def covered(self, share: float) -> Burden:
        """Return it with so much of what a voyage between two ports of the EEA is charged."""
        return self._replace(ets=self.ets * share, fueleu=self.fueleu * share)

    def counted(self, scope: str) -> float:
        """Return the kilograms in scope."""
        return self.ttw if scope == "ttw" else self.wtt + self.ttw

    def carbon_parts(self, case: Case) -> dict[str, float]:
        """Return what carbon costs, EUR by part: the case's own price, and the rules."""
        shadow = self.counted(case.co2e_scope) / 1000 * case.carbon_price_eur_per_t
        return {"shadow": shadow, "ets": self.ets, "fueleu": self.fueleu, "ets2": self.ets2}

    def carbon_eur(self, case: Case) -> float:
        """Return what carbon costs in all, EUR."""
        return math.fsum(self.carbon_parts(case).values())


def burden_sum(rows: Iterable[Burden]) -> Burden:
    """Add up."""
    listed = [*rows]
    return Burden(*(math.fsum(column) for column in zip(*listed, strict=True)))


class LegRates(NamedTuple):
    """A leg's burden per tonne, per TEU and per unit; voyages as if both ends were in the EEA.

    `toc` is the category that the leg is reported under.
    """

    toc: Toc
    pieces: tuple[Piece, ...]
    per_t: Burden
    per_teu: Burden
    per_unit: Burden

    def own_part(self, size: Size) -> Burden:
        """Return what is the shipment's own, whoever shares the departure."""
        return burden_sum((self.per_t.times(size.tonnes), self.per_teu.times(size.teu)))


@dataclass(frozen=True, slots=True)
class RateBook:
    """Rates of a case's legs, each computed once."""

    case: Case
    known: dict[tuple[str, str], LegRates] = field(default_factory=dict)

    def leg(self, service: Service, cargo: str) -> LegRates:
        """Rates of a service for a kind of cargo.

        Raises
        ------
        UnpricedError
            If a factor of it is not in the case.
        """
        key = (service.id, cargo)
        if key not in self.known:
            self.known[key] = _leg_rates(self.case, service, cargo)
        return self.known[key]


def _leg_rates(case: Case, service: Service, cargo: str) -> LegRates:
    pieces = pieces_of(case.network, service, cargo)
    burdens: dict[str, list[Burden]] = {"tkm": [], "teukm": [], "vehiclekm": []}
    for piece in pieces:
        burdens[piece.toc.activity].append(_piece_burden(case, service, piece).times(piece.km))
    toc = category(case.network, service.toc, cargo)
    return LegRates(toc, pieces, *(burden_sum(rows) for rows in burdens.values()))


def _piece_burden(case: Case, service: Service, piece: Piece) -> Burden:
    """Burden of a unit of activity."""
    factors, terminals = case.network.factors, case.network.terminals
    burnt = burnt_g(piece, factors)
    burden = Burden(burnt.wtt / 1000, (burnt.ttw + leaked_g(piece.toc, factors)) / 1000)
    if service.mode == "sea":
        ets, fueleu = ship_eur(piece.toc, factors, case.regulations)
        return burden._replace(ets=ets, fueleu=fueleu)
    if service.mode == "road":
        charge = ets2_eur(piece, service, terminals, factors, case.regulations)
        return burden._replace(ets2=charge)
    return burden


def hoc_row(case: Case, terminal: Terminal, cargo: str) -> Hoc | None:
    """Category of a terminal's handling for this cargo; None where it has none.

    Raises
    ------
    UnpricedError
        If it has one without a row for the cargo.
    """
    if terminal.hoc is None:
        return None
    hoc = row_for(case.network.hocs, terminal.hoc, cargo)
    if hoc is None:
        raise UnpricedError(f"the hoc of {named(terminal.id)} has no row for {cargo} cargo")
    return hoc


def plugged_kwh(hoc: Hoc | None, shipment: Shipment, wait_min: int) -> float:
    """Electricity that reefer plugs draw while the cargo waits."""
    if hoc is None or shipment.cargo != "reefer":
        return 0.0
    return hoc.plug_kw_per_teu * shipment.size.teu * wait_min / 60


def stop_burden(case: Case, terminal: Terminal, shipment: Shipment, wait_min: int) -> Burden:
    """Burden of handling once and of the plugs in the wait after it.

    Raises
    ------
    UnpricedError
        If a factor of it is not in the case.
    """
    hoc = hoc_row(case, terminal, shipment.cargo)
    if hoc is None:
        return Burden()
    factors, size = case.network.factors, shipment.size
    handled = Burden(hoc.wtt_kg, hoc.ttw_kg + leaked_g(hoc, factors) / 1000)
    kwh = plugged_kwh(hoc, shipment, wait_min)
    plugs = Burden(wtt=kwh * grid_g_per_kwh(terminal.country, factors) / 1000 if kwh else 0.0)
    return burden_sum((handled.times(size.teu if hoc.per == "teu" else size.tonnes), plugs))
