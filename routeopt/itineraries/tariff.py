"""Prices and emissions of all services at once, for one size of cargo.

The same arithmetic as `Service.transport_eur` and `LegIntensity.emission`, in arrays over the
services of a graph: a search looks at thousands of services, a plan at a few. A test holds both
together; the numbers of a plan come from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routeopt.carbon import CarbonPrices, CarbonRates
from routeopt.case.model import Case
from routeopt.emissions import Emission, LegIntensity
from routeopt.freight import Size
from routeopt.network import Service

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Rates = tuple[Floats, Floats, Floats]
"""Per tonne, per TEU and per unit."""

_SURPLUS = 1e-9
"""A surplus of this share of a unit is arithmetic, not cargo (as in `Service.units`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What each service asks for a shipment: arrays of shape (n_services,).

    Parameters
    ----------
    own_eur, own_kg
        What sharing can't change: all of an on-demand service, the linear part of others.
    alone_eur, alone_kg
        The same for a shipment that rides alone. EUR hold what carbon costs, at the coverage
        that is known of the leg alone.
    voyage_eur
        What a sea leg from or to a transshipment port costs at full coverage of its voyage, of
        which half is due for each end in the EEA; 0 for all other services.
    takes
        Whether one departure has room.
    """

    own_eur: Floats
    own_kg: Floats
    alone_eur: Floats
    alone_kg: Floats
    voyage_eur: Floats
    takes: Flags


class Tariff:
    """Tables of services, by index.

    Parameters
    ----------
    ends
        Indices of the terminals where each service starts and ends.
    minutes
        Least time from being free at the start to being free at the end.
    """

    def __init__(
        self,
        case: Case,
        services: Sequence[Service],
        *,
        ends: tuple[Sequence[int], Sequence[int]],
        on_demand: Sequence[bool],
        minutes: Sequence[int],
    ) -> None:
        self._case = case
        self._services = services
        self.tail: Ints = np.array(ends[0], dtype=np.int64)
        self.head: Ints = np.array(ends[1], dtype=np.int64)
        self.on_demand: Flags = np.array(on_demand, dtype=np.bool_)
        self.minutes = _floats(minutes)
        self.modes = np.array([service.mode for service in services], dtype=np.str_)
        self.km = _column(services, lambda s: s.distance_km)
        self._per_teu = _column(services, lambda s: s.cost_per_teu_eur + s.surcharge_per_teu_eur)
        self._per_t = _column(services, lambda s: s.cost_per_t_eur)
        self._per_m3 = _column(services, lambda s: s.cost_per_m3_eur)
        self._per_unit = _column(services, lambda s: s.cost_per_unit_eur)
        self._per_departure = _column(services, lambda s: s.cost_per_departure_eur)
        self._unit_teu = _column(services, lambda s: s.unit_teu or np.inf)
        self._unit_t = _column(services, lambda s: s.unit_t or np.inf)
        self._unit_m3 = _column(services, lambda s: s.unit_m3 or np.inf)
        self._max_units = _column(
            services, lambda s: np.inf if s.max_units is None else s.max_units
        )
        self._max_t = _column(services, lambda s: np.inf if s.max_t is None else s.max_t)
        self._kg: dict[str, Rates] = {}
        self._carbon: dict[str, tuple[Rates, Rates]] = {}
        self.carbon = CarbonPrices(case)

    def quote(self, size: Size, cargo: str) -> Quote:
        """Quote of all services."""
        units = np.ones(len(self.km))
        dimensions = (
            (size.teu, self._unit_teu),
            (size.tonnes, self._unit_t),
            (size.m3, self._unit_m3),
        )
        for amount, unit in dimensions:
            need = amount / unit
            units = np.maximum(units, np.ceil(need - _SURPLUS * np.maximum(1.0, need)))
        linear_eur = self._per_teu * size.teu + self._per_t * size.tonnes + self._per_m3 * size.m3
        alone_eur = units * self._per_unit + linear_eur + self._per_departure
        per_t, per_teu, per_unit = self._intensities(cargo)
        linear_kg = per_t * size.tonnes + per_teu * size.teu
        alone_kg = linear_kg + per_unit * units
        known, voyage = self._charges(cargo)
        carbon_eur = known[0] * size.tonnes + known[1] * size.teu
        linear_eur += carbon_eur
        alone_eur += carbon_eur + known[2] * units
        return Quote(
            own_eur=np.where(self.on_demand, alone_eur, linear_eur),
            own_kg=np.where(self.on_demand, alone_kg, linear_kg),
            alone_eur=alone_eur,
            alone_kg=alone_kg,
            voyage_eur=voyage[0] * size.tonnes + voyage[1] * size.teu + voyage[2] * units,
            takes=(units <= self._max_units)
            & (size.tonnes <= self._max_t * (1 + _SURPLUS))
            & self._carried(cargo),
        )

    def _carried(self, cargo: str) -> Flags:
        """Which services have a row for this cargo: those without are avoided by its shipments."""
        network = self._case.network
        return np.array([network.carries(s, cargo) for s in self._services], dtype=np.bool_)

    def _intensities(self, cargo: str) -> Rates:
        """Kilograms in scope per tonne, TEU and unit, for this cargo."""
        if cargo not in self._kg:
            case = self._case
            network = case.network
            rows = [
                network.leg_intensity(service, cargo)
                if network.carries(service, cargo)
                else LegIntensity()  # `takes` is false for it
                for service in self._services
            ]

            def column(part: Callable[[Any], Emission]) -> Floats:
                return _floats([part(row).in_scope(case.co2e_scope) for row in rows])

            self._kg[cargo] = (
                column(lambda row: row.per_t),
                column(lambda row: row.per_teu),
                column(lambda row: row.per_unit),
            )
        return self._kg[cargo]

    def _charges(self, cargo: str) -> tuple[Rates, Rates]:
        """EUR on carbon per tonne, TEU and unit: what is known of a leg, and open voyages."""
        if cargo not in self._carbon:
            eur_per_kg = self.carbon.eur_per_kg
            per_t, per_teu, per_unit = (kg * eur_per_kg for kg in self._intensities(cargo))
            known, voyages = [], []
            ruled = [
                n
                for n, service in enumerate(self._services)
                if self.carbon.ruled(service) and self._case.network.carries(service, cargo)
            ]
            for n in ruled:
                leg = self.carbon.leg(self._services[n], cargo)
                ends = self.carbon.ends(self._services[n])
                known.append(leg.at(ends.known_coverage))
                voyages.append(leg.voyage if ends.open else CarbonRates())
            for column, rates in zip((per_t, per_teu, per_unit), _rates(known), strict=True):
                column[ruled] = rates
            zeros = np.zeros((3, len(self.km)))
            open_voyages = (zeros[0], zeros[1], zeros[2])
            for column, rates in zip(open_voyages, _rates(voyages), strict=True):
                column[ruled] = rates
            self._carbon[cargo] = ((per_t, per_teu, per_unit), open_voyages)
        return self._carbon[cargo]


def _rates(rows: Sequence[CarbonRates]) -> Rates:
    return (
        _floats([row.per_t.eur for row in rows]),
        _floats([row.per_teu.eur for row in rows]),
        _floats([row.per_unit.eur for row in rows]),
    )


def _column(services: Sequence[Service], value: Callable[[Service], float]) -> Floats:
    return _floats([value(service) for service in services])


def _floats(values: Sequence[Any]) -> Floats:
    return np.array(values, dtype=np.float64)
