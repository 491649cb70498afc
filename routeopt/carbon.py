"""What carbon costs a shipment: the case's shadow price, and the rules of `regulations`.

A ship is charged by its voyage from port of call to port of call, and a stop at a transshipment
port is none: what a leg to or from such a port costs depends on the legs beside it. Coverage is
half for each end of the voyage that lies in the EEA, so each leg's charge at full coverage
(`LegCarbon.voyage`) is known, and the halves follow from the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from routeopt.case.model import Case
from routeopt.emissions import Emission, LegPart
from routeopt.freight import NO_CARBON, Carbon, Size
from routeopt.network import Service
from routeopt.regulations import Regulations, coverage, eea, is_transshipment_port, rule, ship_eur


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonRates:
    """Charges by what they grow with: EUR per tonne, per TEU and per unit (vehicle)."""

    per_t: Carbon = NO_CARBON
    per_teu: Carbon = NO_CARBON
    per_unit: Carbon = NO_CARBON

    def own(self, size: Size) -> Carbon:
        """Charge of a size without the units that it takes."""
        return self.per_t * size.tonnes + self.per_teu * size.teu

    def __add__(self, other: CarbonRates) -> CarbonRates:
        return CarbonRates(
            per_t=self.per_t + other.per_t,
            per_teu=self.per_teu + other.per_teu,
            per_unit=self.per_unit + other.per_unit,
        )

    def __mul__(self, factor: float) -> CarbonRates:
        return CarbonRates(
            per_t=self.per_t * factor,
            per_teu=self.per_teu * factor,
            per_unit=self.per_unit * factor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCarbon:
    """Charges of a leg: `fixed` whatever is around it, `voyage` at full coverage of its voyage."""

    fixed: CarbonRates
    voyage: CarbonRates

    def at(self, covered: float) -> CarbonRates:
        """Charges at a coverage."""
        return self.fixed + self.voyage * covered


@dataclass(frozen=True, slots=True)
class Ends:
    """The ends of a sea leg: whether each is a transshipment port, and whether it is in the EEA."""

    from_listed: bool
    to_listed: bool
    from_eea: bool
    to_eea: bool

    @property
    def open(self) -> bool:
        """Whether the coverage depends on the legs beside it."""
        return self.from_listed or self.to_listed

    @property
    def known_coverage(self) -> float:
        """Coverage of what is known of the leg alone: a listed port lies outside the EEA."""
        return coverage(self.from_eea and not self.from_listed, self.to_eea and not self.to_listed)


_Charge = Callable[[Service, LegPart], Carbon]


class CarbonPrices:
    """What a case charges on carbon; rates of a service are computed once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.eur_per_kg = case.carbon_price_eur_per_t / 1000
        self.rules: Regulations | None = case.regulations
        self._legs: dict[tuple[str, str], LegCarbon] = {}
        self._ends: dict[str, Ends] = {}

    @property
    def charges(self) -> bool:
        """Whether carbon can cost anything at all."""
        return self.eur_per_kg > 0 or self.rules is not None

    @cached_property
    def charges_ships(self) -> bool:
        """Whether EU ETS or FuelEU can cost a ship anything."""
        return self.rules is not None and self.rules.charges_ships

    def shadow(self, kg: Emission) -> Carbon:
        """Charge by the case's own price on CO2e in scope."""
        return Carbon(shadow_eur=kg.in_scope(self.case.co2e_scope) * self.eur_per_kg)

    def ends(self, service: Service) -> Ends:
        """Say what the ends of a sea leg are to the rules."""
        known = self._ends.get(service.id)
        if known is None:
            terminals = self.case.network.terminals
            known = self._ends[service.id] = Ends(
                from_listed=is_transshipment_port(service.origin),
                to_listed=is_transshipment_port(service.destination),
                from_eea=terminals[service.origin].country in eea(),
                to_eea=terminals[service.destination].country in eea(),
            )
        return known

    def ruled(self, service: Service) -> bool:
        """Whether the regulations can charge a service beside the case's own price."""
        if self.rules is None:
            return False
        return service.mode == "road" or (service.mode == "sea" and self.charges_ships)

    def leg(self, service: Service, cargo: str) -> LegCarbon:
        """Charges of a leg on this service."""
        known = self._legs.get((service.id, cargo))
        if known is None:
            known = self._legs[service.id, cargo] = self._leg(service, cargo)
        return known

    def _leg(self, service: Service, cargo: str) -> LegCarbon:
        intensity = self.case.network.leg_intensity(service, cargo)
        fixed = CarbonRates(
            per_t=self.shadow(intensity.per_t),
            per_teu=self.shadow(intensity.per_teu),
            per_unit=self.shadow(intensity.per_unit),
        )
        voyage = CarbonRates()
        if self.ruled(service):
            if service.mode == "road":
                fixed = fixed + self._by_activity(service, cargo, self._ets2)
            else:
                voyage = self._by_activity(service, cargo, self._ships)
        return LegCarbon(fixed=fixed, voyage=voyage)

    def _by_activity(self, service: Service, cargo: str, charge: _Charge) -> CarbonRates:
        total = {"tkm": NO_CARBON, "teukm": NO_CARBON, "vehiclekm": NO_CARBON}
        for part in self.case.network.leg_parts(service, cargo):
            total[part.toc.activity] += charge(service, part) * part.km
        return CarbonRates(per_t=total["tkm"], per_teu=total["teukm"], per_unit=total["vehiclekm"])

    def _ships(self, _: Service, part: LegPart) -> Carbon:
        """EU ETS and FuelEU per unit of activity, at full coverage."""
        if self.rules is None:
            return NO_CARBON
        ets = fueleu = 0.0
        for component in part.components:
            each = ship_eur(
                component, part.toc.carriers, self.case.network.factors.fuels, self.rules
            )
            ets, fueleu = ets + each[0], fueleu + each[1]
        return Carbon(ets_eur=ets, fueleu_eur=fueleu)

    def _ets2(self, service: Service, part: LegPart) -> Carbon:
        """ETS2 per unit of activity: on what fuels emit tank to wheel, on km in its countries."""
        if self.rules is None or not rule("ets2", self.rules.year):
            return NO_CARBON
        ttw_g = sum(component.ttw_g for component in part.components if not component.leak)
        price = self.rules.ets2_eur_per_t / 1e6
        return Carbon(ets2_eur=ttw_g * price * self.ets2_share(service))

    def ets2_share(self, service: Service) -> float:
        """Share of a road leg's km on which ETS2 is in the price of fuel.

        Where the countries of its km are not known, all of them if either end lies in the EEA.
        """
        km = service.country_km
        if km is None or not sum(km.values()):
            ends = self.ends(service)
            return 1.0 if ends.from_eea or ends.to_eea else 0.0
        inside = sum(each for zone, each in km.items() if zone[:2] in eea())
        return inside / sum(km.values())

    def coverages(self, services: Sequence[Service]) -> list[float]:
        """Share of each leg that EU ETS and FuelEU cover, along the legs of one shipment.

        A chain of sea legs is cut at its ports of call into voyages; where it begins or ends at a
        transshipment port, that port stands for the unknown one, outside the EEA.
        """
        found = [0.0] * len(services)
        if not self.charges_ships:
            return found
        voyage: list[int] = []
        from_eea = False
        for index, service in enumerate(services):
            if service.mode != "sea":
                voyage = []
                continue
            ends = self.ends(service)
            if not voyage:
                from_eea = ends.from_eea and not ends.from_listed
            voyage.append(index)
            to_eea = ends.to_eea and not ends.to_listed
            for leg in voyage:
                found[leg] = coverage(from_eea, to_eea)
            if not ends.to_listed:
                voyage = []
        return found
