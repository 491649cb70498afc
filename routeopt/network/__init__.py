"""Terminals, services and what joins them: the service network that a case is solved on.

A `Network` comes from the tables of a case, or from a folder of `networks/` with the case's
tables laid over it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from routeopt.emissions import (
    NOTHING,
    Component,
    Emission,
    Factors,
    Hoc,
    LegIntensity,
    LegPart,
    Toc,
    basis_km,
    components,
    for_cargo,
    great_circle_km,
    leg_intensity,
)
from routeopt.errors import InputError
from routeopt.freight import DAY_MIN, Minute, Shipment, Size
from routeopt.network.calendar import Opening, Timetable

if TYPE_CHECKING:
    import networkx as nx

    from routeopt.network.physical import Physical

__all__ = ["Duty", "Network", "Opening", "Service", "Terminal", "Timetable"]

MODES = ("road", "rail", "sea", "barge")

DOOR_KIND = "door"
"""Kind of a place that is no terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A node where cargo is handled; prices in EUR, `open` None means always.

    `gauges_mm`: those of its tracks; none: any.
    """

    id: str
    name: str
    country: str
    lat: float
    lon: float
    timezone: str = "UTC"
    modes: tuple[str, ...] = ()
    city: str = ""
    handling_h: float = 0.0
    handling_eur_per_teu: float = 0.0
    handling_eur_per_t: float = 0.0
    handling_eur_per_m3: float = 0.0
    open: Opening | None = None
    max_teu_per_day: float | None = None
    free_days: int = 0
    storage_eur_per_teu_day: float = 0.0
    storage_eur_per_m3_day: float = 0.0
    hoc: str | None = None
    kind: str = ""
    gauges_mm: tuple[int, ...] = ()
    source: str = ""

    @property
    def is_door(self) -> bool:
        """Whether it is a shipper's or consignee's own place, which no other cargo passes."""
        return self.kind == DOOR_KIND

    def handling_eur(self, size: Size) -> float:
        """Price of handling this much once."""
        return (
            self.handling_eur_per_teu * size.teu
            + self.handling_eur_per_t * size.tonnes
            + self.handling_eur_per_m3 * size.m3
        )

    def storage_rate_eur(self, size: Size) -> float:
        """Price of a day beyond `free_days`."""
        return self.storage_eur_per_teu_day * size.teu + self.storage_eur_per_m3_day * size.m3

    def storage_eur(self, size: Size, wait_min: int) -> float:
        """Price of a wait from the end of handling to departure: started days beyond the free."""
        days = max(0, -(-wait_min // DAY_MIN) - self.free_days)
        return days * self.storage_rate_eur(size) if days else 0.0

    def handling_start(self, arrive: Minute) -> Minute:
        """When handling of cargo that arrives at this minute starts."""
        return arrive if self.open is None else self.open.first_from(arrive)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A mode from one terminal to another, with a timetable or on demand; prices in EUR.

    Parameters
    ----------
    country_km, unwired_km
        Km by country, None and empty where not known.
    unit_teu, unit_t, unit_m3
        Size of the indivisible unit that is sold (truck, slot, wagon); None: not a limit.
    max_units, max_t
        Units and tonnes of cargo of one departure; of each shipment for on-demand services.
    passages
        Sea passages on its way; None where the way was not measured.
    generated
        A truck that the network offers by itself.
    measured
        Whether its distance was measured on the network's layer, and not given.
    """

    id: str
    mode: str
    origin: str
    destination: str
    timetable: Timetable
    distance_km: float
    hours: float
    country_km: Mapping[str, float] | None = None
    unwired_km: Mapping[str, float] = field(default_factory=dict)
    cutoff_h: float = 0.0
    unit_teu: float | None = None
    unit_t: float | None = None
    unit_m3: float | None = None
    max_units: int | None = None
    max_t: float | None = None
    cost_per_unit_eur: float = 0.0
    cost_per_teu_eur: float = 0.0
    cost_per_t_eur: float = 0.0
    cost_per_m3_eur: float = 0.0
    cost_per_departure_eur: float = 0.0
    surcharge_per_teu_eur: float = 0.0
    toc: str = ""
    toc_unwired: str | None = None
    operator: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    passages: tuple[str, ...] | None = None
    generated: bool = False
    measured: bool = False
    source: str = ""
    price_source: str = ""

    @property
    def unit_sizes(self) -> tuple[tuple[str, float], ...]:
        """(field of `Size`, size of the unit in it) of each dimension that is given."""
        sizes = (("teu", self.unit_teu), ("tonnes", self.unit_t), ("m3", self.unit_m3))
        return tuple((dimension, size) for dimension, size in sizes if size is not None)

    def wired_km(self, *, by_country: bool) -> Mapping[str, float]:
        """Km that `toc` covers: by country where they must be known, else under an empty name.

        Km by country are scaled to sum to the distance, which they may miss by rounding.

        Raises
        ------
        KeyError
            If km by country are asked for and not known.
        """
        rest_km = self.distance_km - sum(self.unwired_km.values())
        if not by_country:
            return {"": rest_km}
        if rest_km <= 1e-9 * self.distance_km:  # no wire at all, but for the last bit of a sum
            return {}
        if self.country_km is None:
            raise KeyError(self.id)
        km = {
            country: max(0.0, part - self.unwired_km.get(country, 0.0))
            for country, part in self.country_km.items()
        }
        if not any(km.values()):  # wire missing throughout, but for rounding
            km = dict(self.country_km)
        whole = sum(km.values())
        return {c: part * (rest_km / whole) for c, part in km.items() if part} if whole else {}

    def units(self, size: Size) -> int:
        """Least number of units that takes `size`; 1 where no unit is given.

        A surplus of a billionth of a unit is arithmetic, not cargo.
        """
        units = 1
        for dimension, unit in self.unit_sizes:
            need: float = getattr(size, dimension) / unit
            units = max(units, math.ceil(need - 1e-9 * max(1.0, need)))
        return units

    def takes(self, size: Size) -> bool:
        """Whether one departure has room for `size`."""
        fits = self.max_units is None or self.units(size) <= self.max_units
        return fits and (self.max_t is None or size.tonnes <= self.max_t * (1 + 1e-9))

    def linear_eur(self, size: Size) -> float:
        """Price of what grows with the size alone."""
        return (
            (self.cost_per_teu_eur + self.surcharge_per_teu_eur) * size.teu
            + self.cost_per_t_eur * size.tonnes
            + self.cost_per_m3_eur * size.m3
        )

    def transport_eur(self, size: Size) -> float:
        """Price of a departure that carries `size` and nothing else."""
        return (
            self.units(size) * self.cost_per_unit_eur
            + self.linear_eur(size)
            + self.cost_per_departure_eur
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Import and transit duty of a country, percent of value; empty origin or commodity: all."""

    origin_country: str
    country: str
    commodity: str
    import_pct: float
    transit_pct: float
    agreement: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Terminals and services by id, with the factors and duties that price them."""

    terminals: Mapping[str, Terminal]
    services: Mapping[str, Service]
    tocs: Mapping[str, Toc]
    hocs: Mapping[str, Hoc]
    duties: tuple[Duty, ...] = ()
    factors: Factors = field(default_factory=Factors)
    name: str = "none"
    physical: Physical | None = None

    def graph(self, mode: str) -> nx.Graph:
        """Physical layer of a mode as a networkx graph; edges have km, country, gauge, wire.

        Raises
        ------
        InputError
            If the network has no such layer.
        """
        if self.physical is None or mode not in self.physical.modes:
            raise InputError(f"network {self.name!r} has no layer {mode!r}")
        return self.physical.graph(mode)

    @cached_property
    def _duty_rows(self) -> dict[tuple[str, str, str], Duty]:
        return {(d.origin_country, d.country, d.commodity): d for d in self.duties}

    @cached_property
    def _leg_intensities(self) -> dict[tuple[str, str], LegIntensity]:
        return {}

    @cached_property
    def _components(self) -> dict[tuple[str, str], tuple[Component, ...]]:
        return {}

    def duty(self, origin_country: str, country: str, commodity: str) -> Duty | None:
        """Most specific row for goods of a country: origin counts before commodity."""
        for origin in (origin_country, ""):
            for goods in (commodity, ""):
                row = self._duty_rows.get((origin, country, goods))
                if row is not None:
                    return row
        return None

    def duties_eur(self, shipment: Shipment, handled_in: frozenset[str]) -> float:
        """Import duty, and transit duty of each further country in which cargo is handled."""
        if not shipment.value_eur:
            return 0.0
        origin = self.terminals[shipment.origin].country
        destination = self.terminals[shipment.destination].country
        percent = self.import_pct(shipment) + sum(
            self.transit_pct(shipment, country)
            for country in sorted(handled_in - {origin, destination})
        )
        return shipment.value_eur * percent / 100

    def import_pct(self, shipment: Shipment) -> float:
        """Percent of value charged where the shipment enters its destination's country."""
        origin = self.terminals[shipment.origin].country
        destination = self.terminals[shipment.destination].country
        row = self.duty(origin, destination, shipment.commodity)
        return 0.0 if origin == destination or row is None else row.import_pct

    def transit_pct(self, shipment: Shipment, country: str) -> float:
        """Percent of value charged where the shipment is handled in a country on its way."""
        ends = {self.terminals[id_].country for id_ in (shipment.origin, shipment.destination)}
        row = self.duty(self.terminals[shipment.origin].country, country, shipment.commodity)
        return 0.0 if country in ends or row is None else row.transit_pct

    def carries(self, service: Service, cargo: str) -> bool:
        """Whether the TOCs of a service have a row for this cargo."""
        ids = [service.toc]
        if service.unwired_km:
            ids.append(service.toc_unwired or service.toc)
        return cargo != "reefer" or all(self.tocs[id_].reefer for id_ in ids)

    def handles(self, terminal: Terminal, cargo: str) -> bool:
        """Whether the HOC of a terminal has a row for this cargo; none is needed without one."""
        no_row = terminal.hoc is not None and not self.hocs[terminal.hoc].reefer
        return cargo != "reefer" or not no_row

    def leg_intensity(self, service: Service, cargo: str) -> LegIntensity:
        """Emissions of a leg on this service by what they grow with.

        Raises
        ------
        KeyError
            If the TOC has no row for reefer cargo.
        """
        known = self._leg_intensities.get((service.id, cargo))
        if known is None:
            known = self._leg_intensities[service.id, cargo] = self._intensity(service, cargo)
        return known

    def _intensity(self, service: Service, cargo: str) -> LegIntensity:
        return leg_intensity(self.leg_parts(service, cargo))

    def leg_parts(self, service: Service, cargo: str) -> list[LegPart]:
        """Km of a leg by what emits on them: wired or not, and by country where a grid counts.

        Raises
        ------
        KeyError
            If a TOC has no row for the cargo, or electricity no row for a country.
        """
        unwired_km = sum(service.unwired_km.values())
        toc = for_cargo(self.tocs, service.toc, cargo)
        pieces = [(toc, service.wired_km(by_country=toc.electric))]
        if unwired_km:
            off_wire = for_cargo(self.tocs, service.toc_unwired or service.toc, cargo)
            pieces.append((off_wire, service.unwired_km if off_wire.electric else {"": unwired_km}))
        gcd_km = 0.0
        if any(toc.distance_basis == "gcd" for toc, _ in pieces):
            here, there = self.terminals[service.origin], self.terminals[service.destination]
            gcd_km = great_circle_km(here.lat, here.lon, there.lat, there.lon)
        return [
            LegPart(
                toc=toc,
                km=basis_km(toc, km, distance_km=service.distance_km, gcd_km=gcd_km),
                components=self._emitted(toc, country),
            )
            for toc, km_of in pieces
            for country, km in km_of.items()
        ]

    def _emitted(self, toc: Toc, country: str) -> tuple[Component, ...]:
        known = self._components.get((toc.id, country))
        if known is None:
            known = self._components[toc.id, country] = components(toc, country, self.factors)
        return known

    def handling_emission(self, terminal: Terminal, cargo: str, size: Size) -> Emission:
        """Emission of handling `size` once; nothing where the terminal has no HOC."""
        if terminal.hoc is None:
            return NOTHING
        hoc = for_cargo(self.hocs, terminal.hoc, cargo)
        amount = size.tonnes if hoc.per == "t" else size.teu
        return Emission(hoc.wtt_kg, hoc.ttw_kg + self.leak_kg(hoc)) * amount

    def leak_kg(self, hoc: Hoc) -> float:
        """Refrigerant that a handling leaks, kg CO2e per t or TEU."""
        if not hoc.leak_g:
            return 0.0
        return hoc.leak_g * self.factors.refrigerants[hoc.refrigerant].gwp(hoc.gwp) / 1000

    def plug_kw(self, terminal: Terminal, cargo: str, size: Size) -> float:
        """Return the power that reefer plugs draw while cargo waits at a terminal."""
        if terminal.hoc is None or cargo != "reefer":
            return 0.0
        return for_cargo(self.hocs, terminal.hoc, cargo).plug_kw_per_teu * size.teu

    def waiting_kg_per_h(self, terminal: Terminal, cargo: str, size: Size) -> float:
        """Return what reefer plugs emit while cargo waits for its departure, kg WTT per hour.

        Raises
        ------
        KeyError
            If the terminal's country has no grid.
        """
        kw = self.plug_kw(terminal, cargo, size)
        return kw * self.factors.grids[terminal.country].used_g_per_kwh / 1000 if kw else 0.0

    def place(self, id_: str) -> str:
        """Name of a terminal, or its id where it has none."""
        return self.terminals[id_].name or id_
