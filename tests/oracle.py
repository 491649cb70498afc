"""Brute force: every itinerary of every shipment, every combination of them, priced one by one.

Written from the contract alone to judge the optimizer, so it shares no arithmetic with it: it
reads the plain fields of a case, and the calendar. Only for small cases.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt

from routeopt.case.model import Case
from routeopt.emissions import Fuel, Hoc, Toc
from routeopt.freight import Shipment, Size
from routeopt.network import Service, Terminal
from routeopt.network.calendar import local_date
from routeopt.regulations import Regulations

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

Rides = tuple[tuple[str, int, int], ...]  # service, departure, arrival
Stops = tuple[tuple[str, int, int], ...]  # terminal, start and end of handling

LEX = 1e-6
"""Within this fraction of the best, plans count as equal in an objective."""
NOISE = 1e-9
"""What sums of the same numbers in another order may differ by."""
DAY = 1440


class TooMany(Exception):  # noqa: N818  (not an error of a case: it is only too big for us)
    """More plans than brute force is willing to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One itinerary of one shipment.

    `co2e_kg` and `cost_eur` are alone; `own_kg` and `own_eur` of them are what no sharing can
    change, without the case's carbon price, with what `regulations` charge: what is left are
    units, departures and vehicle-km.
    """

    rides: Rides
    delivered: int
    co2e_kg: float
    cost_eur: float
    own_kg: float
    own_eur: float
    tkm: Mapping[str, float]
    handled: frozenset[tuple[str, date]]

    @property
    def key(self) -> tuple[tuple[str, int], ...]:
        return tuple((service, depart) for service, depart, _ in self.rides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best plan, or none.

    `choice`: (service, depart) of each ride by id of the single shipment, empty where unserved.
    `clear`: no plan lies so near to a limit, or to the best of an objective, that a difference in
    the last digits could change which plan is the best.
    """

    feasible: bool
    values: tuple[float, ...] = ()
    co2e_kg: float = 0.0
    cost_eur: float = 0.0
    hours: float = 0.0
    served: int = 0
    served_teu: float = 0.0
    choice: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    clear: bool = True
    plans: int = 0


# ---- one shipment alone ---------------------------------------------------------------------


def whole_units(service: Service, size: Size) -> int:
    """Least n with n units large enough in each dimension that is given; 1 where none is."""
    least = 1
    for unit, amount in (
        (service.unit_teu, size.teu),
        (service.unit_t, size.tonnes),
        (service.unit_m3, size.m3),
    ):
        if unit is not None:
            while least * unit < amount * (1 - NOISE):
                least += 1
    return least


def scoped(case: Case, wtt: float, ttw: float) -> float:
    return ttw if case.co2e_scope == "ttw" else wtt + ttw


Activity = Mapping[str, float]
"""A number for each unit of activity: per tonne, per TEU and per unit (vehicle) of a leg."""


def row_for(case: Case, id_: str, cargo: str) -> Toc:
    toc = case.network.tocs[id_]
    return toc if cargo != "reefer" else case.network.tocs[str(toc.reefer)]


def stretches(case: Case, service: Service, cargo: str) -> list[tuple[Toc, float, str]]:
    """Each TOC of a leg with the km that count for it and the country that they lie in."""
    wired = row_for(case, service.toc, cargo)
    unwired = row_for(case, service.toc_unwired or service.toc, cargo)
    off_wire = service.unwired_km
    if service.country_km is None:
        found = [(wired, service.distance_km - sum(off_wire.values()), "")]
    else:
        found = [(wired, km - off_wire.get(c, 0.0), c) for c, km in service.country_km.items()]
    found += [(unwired, km, country) for country, km in off_wire.items()]
    return [(toc, km * _stretch(case, service, toc), c) for toc, km, c in found if km > NOISE]


def _stretch(case: Case, service: Service, toc: Toc) -> float:
    """Km that count for a TOC, per km of the service."""
    if toc.distance_basis == "gcd":
        return great_circle_km(case, service) / service.distance_km
    return toc.daf if toc.distance_basis == "actual" else 1.0


def grams(case: Case, toc: Toc, country: str) -> tuple[float, float, float]:
    """WTT, TTW of what burns, and TTW of what leaks, g for each unit of activity."""
    factors = case.network.factors
    leaked = 0.0
    if toc.leak_g:
        agent = factors.refrigerants[toc.refrigerant]
        leaked = toc.leak_g * {"AR5": agent.gwp_ar5}.get(toc.gwp, agent.gwp_ar6)
    if toc.energy_mj is None:
        return toc.wtt_g, toc.ttw_g, leaked
    wtt = burnt = 0.0
    for carrier, share in toc.carriers:
        mj = toc.energy_mj * share
        if carrier == "electricity":
            wtt += mj / 3.6 * at_the_plug(case, country)
        else:
            wtt += mj * factors.fuels[carrier].wtt_g_per_mj
            burnt += mj * factors.fuels[carrier].ttw_g_per_mj
    return wtt, burnt, leaked


def at_the_plug(case: Case, country: str) -> float:
    """Electricity of a country, g per kWh that arrives."""
    grid = case.network.factors.grids[country]
    return grid.g_per_kwh / (1 - grid.loss_pct / 100)


class Rates:
    """Kilograms of legs and what the rules charge on them, for one kind of cargo."""

    def __init__(self, case: Case, cargo: str) -> None:
        self.case = case
        self.cargo = cargo
        self._kg: dict[str, Activity] = {}
        self._eur: dict[tuple[str, float], Activity] = {}

    def kg(self, service: Service) -> Activity:
        """Kilograms in scope."""
        if service.id not in self._kg:
            total = {"tkm": 0.0, "teukm": 0.0, "vehiclekm": 0.0}
            for toc, km, country in stretches(self.case, service, self.cargo):
                wtt, burnt, leaked = grams(self.case, toc, country)
                total[toc.activity] += scoped(self.case, wtt, burnt + leaked) * km / 1000
            self._kg[service.id] = total
        return self._kg[service.id]

    def eur(self, service: Service, covered: float) -> Activity:
        """EUR by `regulations`; `covered` is the share of a sea leg that counts."""
        if (service.id, covered) not in self._eur:
            total = {"tkm": 0.0, "teukm": 0.0, "vehiclekm": 0.0}
            for toc, km, country in stretches(self.case, service, self.cargo):
                if service.mode == "sea":
                    each = covered * ship_eur(self.case, toc)
                elif service.mode == "road":
                    each = ets2_eur(self.case, service, grams(self.case, toc, country)[1])
                else:
                    each = 0.0
                total[toc.activity] += each * km
            self._eur[service.id, covered] = total
        return self._eur[service.id, covered]


# ---- what the rules charge ------------------------------------------------------------------

EEA = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO"
CUTS = ((2050, 0.8), (2045, 0.62), (2040, 0.31), (2035, 0.145), (2030, 0.06), (2025, 0.02))
"""By how much of 91.16 g/MJ ships must be cleaner, from which year on (FuelEU)."""


def in_eea(case: Case, terminal: str) -> bool:
    """Whether a terminal is a port of call in the EEA."""
    return case.network.terminals[terminal].country in EEA.split() and not passed(terminal)


def passed(terminal: str) -> bool:
    """Whether a stop there is no port of call."""
    return terminal[:5] in {"MAPTM", "EGPSE"}


def coverages(case: Case, services: Sequence[Service]) -> list[float]:
    """Share of each leg that the rules for ships cover: half for each end of its voyage.

    The voyage runs on, back and forth, over stops that are no port of call.
    """
    found = []
    for index, service in enumerate(services):
        first = last = index
        while first and passed(services[first].origin) and services[first - 1].mode == "sea":
            first -= 1
        end = len(services) - 1
        while (
            last < end and passed(services[last].destination) and services[last + 1].mode == ("sea")
        ):
            last += 1
        ends = (services[first].origin, services[last].destination)
        covered = sum(in_eea(case, id_) for id_ in ends) / 2
        found.append(covered if service.mode == "sea" else 0.0)
    return found


def ship_eur(case: Case, toc: Toc) -> float:
    """EU ETS and FuelEU for each unit of activity on a voyage that is fully covered."""
    rules = case.regulations
    if rules is None or rules.surcharge == "carrier":
        return 0.0
    fuels = case.network.factors.fuels
    burning = [(fuels[name], share) for name, share in toc.carriers if name != "electricity"]
    if toc.energy_mj is not None:
        mj = toc.energy_mj
    elif burning and (rules.eu_ets_eur_per_t or rules.fueleu):
        mj = toc.ttw_g / sum(share * fuel.ttw_g_per_mj for fuel, share in burning)
    else:
        mj = 0.0
    return mj * sum(
        share * (_ets_eur(fuel, rules) + _fueleu_eur(fuel, rules)) for fuel, share in burning
    )


def _ets_eur(fuel: Fuel, rules: Regulations) -> float:
    """EU ETS for an MJ: CO2, from 2026 CH4 and N2O too; from 2026 all of it, before a part."""
    due = {2024: 0.4, 2025: 0.7}.get(rules.year, 1.0 if rules.year > 2025 else 0.0)
    if fuel.ets_co2_kg_per_kg is None or fuel.lhv_mj_per_kg is None:
        kg = 0.0 if fuel.ets_zero_rated else fuel.ttw_g_per_mj / 1000
    else:
        kg = 0.0 if fuel.ets_zero_rated else fuel.ets_co2_kg_per_kg
        if rules.year >= 2026:
            kg += 28 * (fuel.ets_ch4_kg_per_kg or 0) + 265 * (fuel.ets_n2o_kg_per_kg or 0)
        kg /= fuel.lhv_mj_per_kg
    return kg * due * rules.eu_ets_eur_per_t / 1000


def _fueleu_eur(fuel: Fuel, rules: Regulations) -> float:
    """FuelEU for an MJ, by the heating value of ISO: the penalty, or the price of a pool."""
    if not rules.fueleu or rules.year < 2025:
        return 0.0
    limit = 91.16 * (1 - next(cut for year, cut in CUTS if rules.year >= year))
    wtt, ttw = fuel.fueleu_wtt_g_per_mj, fuel.fueleu_ttw_g_per_mj
    intensity = fuel.wtt_g_per_mj if wtt is None else wtt
    intensity += fuel.ttw_g_per_mj if ttw is None else ttw
    if rules.year < 2034:
        intensity /= fuel.rwd
    mj = 1.0
    if fuel.fueleu_lcv_mj_per_kg and fuel.lhv_mj_per_kg:
        mj = fuel.fueleu_lcv_mj_per_kg / fuel.lhv_mj_per_kg
    deficit_g = max(0.0, intensity - limit) * mj
    if rules.fueleu_pool_eur_per_t:
        return deficit_g / 1e6 * rules.fueleu_pool_eur_per_t
    return deficit_g / (intensity * 41000) * 2400 if deficit_g else 0.0


def ets2_eur(case: Case, service: Service, burnt_g: float) -> float:
    """ETS2 on grams tank to wheel, on the km in the EEA; all km if an end lies there."""
    rules = case.regulations
    if rules is None or rules.year < 2028:
        return 0.0
    if service.country_km is None:
        ends = (service.origin, service.destination)
        share = float(any(case.network.terminals[id_].country in EEA.split() for id_ in ends))
    else:
        inside = sum(km for country, km in service.country_km.items() if country in EEA.split())
        share = inside / service.distance_km
    return burnt_g * share * rules.ets2_eur_per_t / 1e6


# ---- places and prices ----------------------------------------------------------------------


def great_circle_km(case: Case, service: Service) -> float:
    """Angle between two unit vectors × the radius (`atan2` form, exact for any angle)."""

    def vector(terminal: Terminal) -> tuple[float, float, float]:
        phi, lam = math.radians(terminal.lat), math.radians(terminal.lon)
        return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)

    a = vector(case.network.terminals[service.origin])
    b = vector(case.network.terminals[service.destination])
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    return 6371.0088 * math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b, strict=True)))


def hoc_for(case: Case, terminal: Terminal, cargo: str) -> Hoc | None:
    if terminal.hoc is None:
        return None
    hoc = case.network.hocs[terminal.hoc]
    return case.network.hocs[str(hoc.reefer)] if cargo == "reefer" else hoc


def kg_of_handling(case: Case, terminal: Terminal, shipment: Shipment) -> float:
    hoc = hoc_for(case, terminal, shipment.cargo)
    if hoc is None:
        return 0.0
    amount = shipment.size.tonnes if hoc.per == "t" else shipment.size.teu
    leaked_kg = 0.0
    if hoc.leak_g:
        agent = case.network.factors.refrigerants[hoc.refrigerant]
        gwp = agent.gwp_ar5 if hoc.gwp == "AR5" else agent.gwp_ar6
        leaked_kg = hoc.leak_g * gwp / 1000
    return amount * scoped(case, hoc.wtt_kg, hoc.ttw_kg + leaked_kg)


def kg_of_waiting(case: Case, terminal: Terminal, shipment: Shipment, minutes: int) -> float:
    """What the plugs of reefers draw from the end of handling to departure, all of it WTT."""
    hoc = hoc_for(case, terminal, shipment.cargo)
    if hoc is None or not hoc.plug_kw_per_teu or shipment.cargo != "reefer":
        return 0.0
    kwh = hoc.plug_kw_per_teu * shipment.size.teu * minutes / 60
    return scoped(case, kwh * at_the_plug(case, terminal.country) / 1000, 0.0)


def duties_eur(case: Case, shipment: Shipment, visited: Sequence[str]) -> float:
    country = {id_: case.network.terminals[id_].country for id_ in visited}
    home, goal = country[shipment.origin], country[shipment.destination]

    def percent(where: str, which: str) -> float:
        best, rank = 0.0, -1
        for row in case.network.duties:
            origin_fits = row.origin_country in {"", home}
            if row.country == where and origin_fits and row.commodity in {"", shipment.commodity}:
                this = 2 * bool(row.origin_country) + bool(row.commodity)
                if this > rank:
                    best, rank = getattr(row, which), this
        return best

    total = percent(goal, "import_pct") if goal != home else 0.0
    for transit in sorted(set(country.values()) - {home, goal}):
        total += percent(transit, "transit_pct")
    return total / 100 * (shipment.value_eur or 0.0)


def alone_eur(service: Service, size: Size) -> tuple[float, float]:
    """Price of a departure for one shipment alone: what no sharing changes, and the rest."""
    linear = (
        size.teu * (service.cost_per_teu_eur + service.surcharge_per_teu_eur)
        + size.tonnes * service.cost_per_t_eur
        + size.m3 * service.cost_per_m3_eur
    )
    units = whole_units(service, size)
    return linear, units * service.cost_per_unit_eur + service.cost_per_departure_eur


def timetable_of(case: Case, service: Service) -> tuple[int, ...]:
    """Departures within the horizon; none for a service on demand."""
    return service.timetable.departures(
        case.network.terminals[service.origin].timezone,
        start=case.start,
        end=case.end,
        valid_from=service.valid_from,
        valid_to=service.valid_to,
    )


def leaves_at(case: Case, service: Service, available: int) -> tuple[int, ...]:
    """When cargo that is available at this minute leaves on a service on demand, if it does."""
    depart = available + round(service.cutoff_h * 60)
    day = local_date(depart, case.network.terminals[service.origin].timezone)
    early = service.valid_from is not None and day < service.valid_from
    late = service.valid_to is not None and day > service.valid_to
    return (depart,) if case.start <= depart <= case.end and not early and not late else ()


def handling(terminal: Terminal, arrive: int) -> tuple[int, int]:
    """Start and end of handling of cargo that arrives at this minute."""
    start = arrive if terminal.open is None else terminal.open.first_from(arrive)
    return start, start + round(terminal.handling_h * 60)


def services_for(case: Case, shipment: Shipment) -> list[Service]:
    """Services that this shipment may use and that have room for it alone."""
    avoid = case.avoid
    network = case.network

    def allowed(service: Service) -> bool:
        ends = {service.origin, service.destination}
        countries = {network.terminals[id_].country for id_ in ends}
        countries |= {name for name, km in (service.country_km or {}).items() if km > 0}
        return not (
            service.mode in avoid.modes
            or service.mode in shipment.avoid_modes
            or service.id in avoid.services
            or ends & set(avoid.terminals)
            or countries & set(avoid.countries)
        )

    def room(service: Service) -> bool:
        size = shipment.size
        fits = service.max_units is None or whole_units(service, size) <= service.max_units
        return fits and (service.max_t is None or size.tonnes <= service.max_t * (1 + NOISE))

    return [s for s in network.services.values() if allowed(s) and room(s)]


def itineraries(case: Case, shipment: Shipment) -> list[Way]:
    """Every feasible itinerary of one shipment of this row, sorted by key."""
    search = Search(case, shipment)
    search.start()
    return sorted(filter(search.affordable, search.found), key=lambda way: way.key)


class Search:
    """Depth first, through terminals not yet visited, on every departure that can be met."""

    def __init__(self, case: Case, shipment: Shipment) -> None:
        self.case = case
        self.shipment = shipment
        self.terminals = case.network.terminals
        self.services = services_for(case, shipment)
        self.runs = {service.id: timetable_of(case, service) for service in self.services}
        self.latest = shipment.due
        if shipment.max_hours is not None:
            self.latest = min(self.latest, shipment.ready + math.floor(shipment.max_hours * 60))
        self.rates = Rates(case, shipment.cargo)
        self.found: list[Way] = []

    def start(self) -> None:
        origin = self.shipment.origin
        start, end = handling(self.terminals[origin], self.shipment.ready)
        if self.handles(self.terminals[origin]):
            self.extend((), ((origin, start, end),))

    def extend(self, rides: Rides, stops: Stops) -> None:
        at, _, free = stops[-1]
        if at == self.shipment.destination:
            self.found.append(price(self.rates, self.shipment, rides, stops))
        elif len(rides) < self.case.max_legs:
            for service in self.services:
                there = self.terminals[service.destination]
                seen = any(there.id == id_ for id_, _, _ in stops)
                if there.kind == "door" and there.id != self.shipment.destination:
                    continue
                if service.origin == at and not seen and self.handles(there):
                    self.ride(service, free, rides, stops)

    def ride(self, service: Service, free: int, rides: Rides, stops: Stops) -> None:
        for depart in self.departures(service, free):
            arrive = depart + round(service.hours * 60)
            start, end = handling(self.terminals[service.destination], arrive)
            if end <= self.latest:
                this = (service.id, depart, arrive)
                self.extend((*rides, this), (*stops, (service.destination, start, end)))

    def departures(self, service: Service, free: int) -> Iterable[int]:
        if service.timetable.on_demand:
            return leaves_at(self.case, service, free)
        board = free + round(service.cutoff_h * 60)
        return [depart for depart in self.runs[service.id] if depart >= board]

    def handles(self, terminal: Terminal) -> bool:
        """Whether the terminal has room for the shipment alone."""
        limit = terminal.max_teu_per_day
        return limit is None or self.shipment.size.teu <= limit * (1 + NOISE)

    def affordable(self, way: Way) -> bool:
        """Whether the shipment's own limits allow it."""
        return all(
            limit is None or value <= limit + NOISE * max(1.0, limit)
            for value, limit in (
                (way.cost_eur, self.shipment.max_cost_eur),
                (way.co2e_kg, self.shipment.max_co2e_kg),
            )
        )


def price(rates: Rates, shipment: Shipment, rides: Rides, stops: Stops) -> Way:
    """Cost and CO2e of an itinerary."""
    case, size = rates.case, shipment.size
    network = case.network
    own_eur = duties_eur(case, shipment, [id_ for id_, _, _ in stops])
    own_kg = shared_eur = shared_kg = 0.0
    tkm: dict[str, float] = {}
    for id_, _, _ in stops:
        terminal = network.terminals[id_]
        own_eur += size.teu * terminal.handling_eur_per_teu
        own_eur += size.tonnes * terminal.handling_eur_per_t
        own_eur += size.m3 * terminal.handling_eur_per_m3
        own_kg += kg_of_handling(case, terminal, shipment)
    for (id_, _, end), (_, depart, _) in zip(stops[:-1], rides, strict=True):
        terminal = network.terminals[id_]
        days = max(0, math.ceil((depart - end) / DAY) - terminal.free_days)
        own_eur += days * size.teu * terminal.storage_eur_per_teu_day
        own_eur += days * size.m3 * terminal.storage_eur_per_m3_day
        own_kg += kg_of_waiting(case, terminal, shipment, depart - end)
    services = [network.services[name] for name, _, _ in rides]
    for service, covered in zip(services, coverages(case, services), strict=True):
        linear, rest = alone_eur(service, size)
        kg, eur = rates.kg(service), rates.eur(service, covered)
        own_kg += size.tonnes * kg["tkm"] + size.teu * kg["teukm"]
        vehicle_kg = whole_units(service, size) * kg["vehiclekm"]
        own_eur += linear + size.tonnes * eur["tkm"] + size.teu * eur["teukm"]
        rest += whole_units(service, size) * eur["vehiclekm"]
        if service.timetable.on_demand:
            own_eur += rest
            own_kg += vehicle_kg
        else:
            shared_eur += rest
            shared_kg += vehicle_kg
        tkm[service.mode] = tkm.get(service.mode, 0.0) + size.tonnes * service.distance_km
    co2e_kg = own_kg + shared_kg
    return Way(
        rides=rides,
        delivered=stops[-1][2],
        co2e_kg=co2e_kg,
        cost_eur=own_eur + shared_eur + co2e_kg * case.carbon_price_eur_per_t / 1000,
        own_kg=own_kg,
        own_eur=own_eur,
        tkm=tkm,
        handled=frozenset(
            (id_, local_date(start, network.terminals[id_].timezone)) for id_, start, _ in stops
        ),
    )


def front(case: Case, shipment: Shipment) -> list[tuple[float, float, int]]:
    """Non-dominated (co2e_kg, cost_eur, delivered), one per distinct triple, sorted."""
    points = sorted(
        (way.co2e_kg, way.cost_eur, way.delivered) for way in itineraries(case, shipment)
    )

    def no_worse(a: tuple[float, float, int], b: tuple[float, float, int]) -> bool:
        return all(
            x <= y + NOISE * max(1.0, abs(y)) for x, y in zip(a[:2], b[:2], strict=True)
        ) and (a[2] <= b[2])

    kept: list[tuple[float, float, int]] = []
    for point in points:
        if any(no_worse(other, point) for other in kept):
            continue
        kept = [other for other in kept if not no_worse(point, other)]
        kept.append(point)
    return kept


# ---- all shipments together -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """What one shipment may do: its ways, preceded by None where it may be left out."""

    shipment: Shipment
    ways: tuple[Way | None, ...]


def choices_of(case: Case) -> list[Choices]:
    """By row, sorted by id."""
    first: tuple[Way | None, ...] = (None,) if case.serve == "most" else ()
    return [
        Choices(row, first + tuple(itineraries(case, row)))
        for row in sorted(case.shipments, key=lambda row: row.id)
    ]


def count_plans(choices: Sequence[Choices]) -> int:
    """How many plans `best_plan` looks at; equal shipments count once in any order."""
    return math.prod(
        math.comb(len(c.ways) + len(c.shipment.members) - 1, len(c.shipment.members))
        for c in choices
    )


def all_plans(choices: Sequence[Choices]) -> Indices:
    """Array (plan, single shipment) of indices of ways, in lexicographic order."""
    plans = np.zeros((1, 0), dtype=np.intp)
    for c in choices:
        of_row = np.array(
            list(
                itertools.combinations_with_replacement(range(len(c.ways)), len(c.shipment.members))
            ),
            dtype=np.intp,
        ).reshape(-1, len(c.shipment.members))
        plans = np.hstack([np.repeat(plans, len(of_row), axis=0), np.tile(of_row, (len(plans), 1))])
    return plans


class Tally:
    """Sums over all plans at once: each is an array with one number for each plan.

    `allowed`: the plans that are still in; `clear` as in `Best`.
    """

    def __init__(self, case: Case, choices: Sequence[Choices]) -> None:
        self.case = case
        self.single = [(c.shipment, c.ways) for c in choices for _ in c.shipment.members]
        self.plans = all_plans(choices)
        self.allowed: Truths = np.ones(len(self.plans), dtype=bool)
        self.clear = True
        self.hours = self.total(lambda row, way: (way.delivered - row.ready) / 60)
        self.served_teu = self.total(lambda row, _: row.size.teu)
        self.kg = self.total(lambda _, way: way.own_kg)
        self.eur = self.total(lambda _, way: way.own_eur)
        ways = [way for _, some in self.single for way in some if way is not None]
        for name, depart in sorted({pair for way in ways for pair in way.key}):
            service = case.network.services[name]
            if not service.timetable.on_demand:
                self._share(service, depart)
        self.eur += self.kg * case.carbon_price_eur_per_t / 1000
        for id_, day in sorted({place for way in ways for place in way.handled}):
            self._limit_terminal(id_, day)

    def total(self, number: Callable[[Shipment, Way], float]) -> Numbers:
        """Sum of a number that each served shipment has on its way."""
        result = np.zeros(len(self.plans))
        for column, (row, ways) in enumerate(self.single):
            values = np.array([0.0 if way is None else number(row, way) for way in ways])
            result += values[self.plans[:, column]]
        return result

    def _share(self, service: Service, depart: int) -> None:
        """One departure: units for all its cargo together, departure paid once, its room."""

        def load(amount: Callable[[Shipment], float]) -> Numbers:
            pair = (service.id, depart)
            return self.total(lambda row, way: amount(row) if pair in way.key else 0.0)

        tonnes = load(lambda row: row.size.tonnes)
        runs = load(lambda _: 1.0)
        units = np.minimum(runs, 1.0)
        for unit, cargo in (
            (service.unit_teu, load(lambda row: row.size.teu)),
            (service.unit_t, tonnes),
            (service.unit_m3, load(lambda row: row.size.m3)),
        ):
            if unit is not None:
                units = np.maximum(units, np.ceil(cargo / unit * (1 - NOISE)))
        if service.max_units is not None:
            self.allowed &= units <= service.max_units
        if service.max_t is not None:
            self.limit(tonnes, service.max_t)
        self.eur += units * service.cost_per_unit_eur
        self.eur += np.minimum(runs, 1.0) * service.cost_per_departure_eur
        per_tonne = units / np.where(runs > 0, tonnes, 1.0)
        (covered,) = coverages(self.case, [service])  # none counts vehicles beside a passed port
        for kind in sorted({row.cargo for row, _ in self.single}):
            rates = Rates(self.case, kind)  # rows of dry and reefer cargo count by their tonnes
            of_kind = per_tonne * load(partial(_tonnes_of, kind))
            self.kg += rates.kg(service)["vehiclekm"] * of_kind
            self.eur += rates.eur(service, covered)["vehiclekm"] * of_kind

    def _limit_terminal(self, id_: str, day: date) -> None:
        limit = self.case.network.terminals[id_].max_teu_per_day
        if limit is not None:
            place = (id_, day)
            self.limit(
                self.total(lambda row, way: row.size.teu if place in way.handled else 0.0), limit
            )

    def limit_plan(self) -> None:
        """Limits of the case on the plan's real total."""
        limits = self.case.limits
        if limits.cost_eur is not None:
            self.limit(self.eur, limits.cost_eur)
        if limits.co2e_kg is not None:
            self.limit(self.kg, limits.co2e_kg)
        tkm = self.total(lambda _, way: sum(way.tkm.values()))
        for mode, share in sorted(limits.min_share.items()):
            self.limit(tkm * share, self.total(partial(_tkm_of, mode)))

    def limit(self, values: Numbers, most: float | Numbers) -> None:
        """Keep the plans with values <= most, but for noise."""
        margin = (values - most) / np.maximum(1.0, np.abs(most))
        near = (np.abs(margin) < 3 * LEX) & (np.abs(margin) > NOISE)
        self.clear &= not np.any(near & self.allowed)
        self.allowed &= margin <= NOISE

    def least(self, values: Numbers) -> float:
        """Least value; keep the plans that are within LEX of it."""
        best = float(values[self.allowed].min())
        margin = (values - best) / max(abs(best), 1e-3)
        near = (margin > NOISE) & (margin < 3 * LEX)
        self.clear &= not np.any(near & self.allowed)
        self.allowed &= values <= best + LEX * abs(best) + 1e-12
        return best


def _tonnes_of(kind: str, row: Shipment) -> float:
    return row.size.tonnes if row.cargo == kind else 0.0


def _tkm_of(mode: str, _: Shipment, way: Way) -> float:
    return way.tkm.get(mode, 0.0)


def best_plan(case: Case, *, most: int = 200_000) -> Best:
    """The plan that the contract asks for, ties broken as it says.

    Raises
    ------
    TooMany
        If there are more than `most` plans.
    """
    choices = choices_of(case)
    if count_plans(choices) > most:
        raise TooMany(f"{count_plans(choices)} plans")
    tally = Tally(case, choices)
    tally.limit_plan()
    if not tally.allowed.any():
        return Best(feasible=False, clear=tally.clear, plans=len(tally.plans))
    if case.serve == "most":
        tally.least(-tally.served_teu)
    numbers = {"co2e": tally.kg, "cost": tally.eur, "time": tally.hours}
    values = tuple(tally.least(numbers[name]) for name in case.objective)
    for name in ("cost", "time", "co2e"):
        if name not in case.objective:
            tally.least(numbers[name])
    # Ways are sorted by key, "left out" (an empty list) comes first, and the plans are in
    # lexicographic order: the first that is left has the least list.
    first = int(np.argmax(tally.allowed))
    ids = [id_ for c in choices for id_ in c.shipment.members]
    chosen = [ways[way] for (_, ways), way in zip(tally.single, tally.plans[first], strict=True)]
    return Best(
        feasible=True,
        values=values,
        co2e_kg=float(tally.kg[first]),
        cost_eur=float(tally.eur[first]),
        hours=float(tally.hours[first]),
        served=sum(way is not None for way in chosen),
        served_teu=float(tally.served_teu[first]),
        choice={id_: () if way is None else way.key for id_, way in zip(ids, chosen, strict=True)},
        clear=tally.clear,
        plans=len(tally.plans),
    )
