"""Random small cases for hypothesis: built as objects, so that no file is in the way.

Numbers are round, so that equal totals are exactly equal, cargo often fits exactly, and totals
that differ do so by more than the tolerance of the objectives. Limits that just admit a plan are
those of its own numbers, to nine decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from routeopt.case.model import Avoid, Case, Limits
from routeopt.emissions import Factors, Fuel, Grid, Hoc, Refrigerant, Toc
from routeopt.freight import DAY_MIN, Shipment, Size
from routeopt.network import Duty, Network, Opening, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.regulations import Regulations
from tests import oracle

SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),  # with Phase.shrink a failure gets small, but that takes minutes
    suppress_health_check=list(HealthCheck),
)
T = TypeVar("T")
ZONES = ("UTC", "Europe/Lisbon", "Europe/Madrid", "Asia/Shanghai")
COUNTRIES = ("PT", "ES", "ES", "FR", "CN")
OBJECTIVES = (
    ("co2e", "cost"),
    ("cost", "co2e"),
    ("cost",),
    ("co2e",),
    ("time",),
    ("cost", "time"),
    ("co2e", "time"),
    ("time", "cost"),
    ("time", "co2e"),
    ("co2e", "cost", "time"),
    ("co2e", "time", "cost"),
    ("cost", "co2e", "time"),
    ("cost", "time", "co2e"),
    ("time", "co2e", "cost"),
    ("time", "cost", "co2e"),
)
OPEN = (
    "Mon-Fri 06:00-22:00",
    "daily 08:00-18:00",
    "Mon-Sat 22:00-06:00",
    "Mon,Wed 07:00-12:30; Sun 00:00-24:00",
)
FIRST_DAYS = (
    date(2026, 3, 2),
    date(2026, 3, 27),  # Friday before Europe's clocks go forward
    date(2026, 10, 23),  # Friday before they go back
)
DAILY = ("daily 06:00", "daily 18:30", "daily 02:30", "every 24h", "daily 06:00; daily 18:30")
SPARSE = ("Mon,Thu 18:30", "Sat,Sun,Mon 09:00", "Tue,Fri 02:30", "every 36h", "every 48h")


@dataclass(frozen=True)
class Draw:
    """Short words for what is drawn most."""

    draw: st.DrawFn

    def one(self, *values: T) -> T:
        """One of the values, the first being the simplest."""
        return self.draw(st.sampled_from(values))

    def whether(self, percent: int) -> bool:
        """True in about so many of a hundred cases; simplest: False."""
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def rarely(self, percent: int, *values: T) -> T | None:
        """None, but in some cases one of the values."""
        return self.one(*values) if self.whether(percent) else None

    def integer(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))


# ---- what a case has beside the plain -------------------------------------------------------


@dataclass(frozen=True)
class Features:
    """What only some cases have, so that the plain ones stay as frequent as they matter."""

    energy: bool
    leaks: bool
    plugs: bool
    passed: bool
    rules: Regulations | None

    @property
    def charges_ships(self) -> bool:
        return self.rules is not None and self.rules.charges_ships


def features(d: Draw, *, at_least: int) -> Features:
    """Draw what a case has; each in at least so many of a hundred cases."""
    rules = regulations(d) if d.whether(max(40, at_least)) else None
    return Features(
        energy=d.whether(max(35, at_least)),
        leaks=d.whether(max(15, at_least)),
        plugs=d.whether(max(25, at_least)),
        passed=rules is not None and d.whether(max(70, at_least)),
        rules=rules,
    )


def regulations(d: Draw) -> Regulations:
    """Prices far above those of today, so that the rules matter beside the other prices."""
    return Regulations(
        year=d.one(2026, 2025, 2030, 2024, 2028, 2040),
        eu_ets_eur_per_t=d.one(1000, 5000, 0),
        fueleu=d.whether(60),
        fueleu_pool_eur_per_t=d.one(0, 0, 1000, 10000),
        ets2_eur_per_t=d.one(0, 100, 1000),
        surcharge=d.one("own", "own", "own", "own", "carrier"),
    )


# ---- factors --------------------------------------------------------------------------------

FUELS = {
    fuel.id: fuel
    for fuel in (
        Fuel(id="oil", wtt_g_per_mj=20, ttw_g_per_mj=80, lhv_mj_per_kg=40),
        Fuel(
            id="heavy",
            wtt_g_per_mj=15,
            ttw_g_per_mj=80,
            lhv_mj_per_kg=40,
            fueleu_wtt_g_per_mj=19.3368,
            fueleu_ttw_g_per_mj=80,
            fueleu_lcv_mj_per_kg=44,
            ets_co2_kg_per_kg=3,
            ets_ch4_kg_per_kg=0.005,
            ets_n2o_kg_per_kg=0.001,
        ),
        Fuel(
            id="gas",
            wtt_g_per_mj=20,
            ttw_g_per_mj=60,
            lhv_mj_per_kg=50,
            ets_co2_kg_per_kg=2.5,
            ets_ch4_kg_per_kg=0.02,
        ),
        Fuel(
            id="bio",
            wtt_g_per_mj=30,
            ttw_g_per_mj=2,
            lhv_mj_per_kg=40,
            ets_co2_kg_per_kg=2.8,
            ets_zero_rated=True,
        ),
        Fuel(
            id="e-fuel", wtt_g_per_mj=100, ttw_g_per_mj=0, lhv_mj_per_kg=20, rwd=2,
            ets_zero_rated=True,
        ),
    )
}  # fmt: skip
GRIDS = {
    country: Grid(country=country, basis="round", year=2026, g_per_kwh=grams, loss_pct=loss)
    for country, grams, loss in (
        ("PT", 90, 10),
        ("ES", 200, 0),
        ("FR", 45, 10),
        ("CN", 600, 0),
        ("MA", 720, 10),
        ("EG", 400, 20),
    )
}
AGENTS = {"agent": Refrigerant(id="agent", gwp_ar5=1000, gwp_ar6=2000)}
FACTORS = Factors(fuels=FUELS, grids=GRIDS, refrigerants=AGENTS)
BLENDS: Mapping[str, tuple[tuple[tuple[str, float], ...], ...]] = {
    "road": ((("oil", 1.0),), (("electricity", 1.0),), (("oil", 0.75), ("bio", 0.25))),
    "rail": ((("electricity", 1.0),), (("electricity", 0.5), ("oil", 0.5)), (("oil", 1.0),)),
    "sea": (
        (("heavy", 1.0),),
        (("gas", 1.0),),
        (("heavy", 0.5), ("bio", 0.5)),
        (("oil", 1.0),),
        (("e-fuel", 1.0),),
        (("heavy", 0.75), ("electricity", 0.25)),
    ),
    "barge": ((("oil", 1.0),), (("gas", 0.5), ("e-fuel", 0.5))),
}


def tocs(d: Draw, has: Features) -> dict[str, Toc]:
    """For each mode two categories, and each with its row for reefer cargo."""
    found: dict[str, Toc] = {}
    for mode, grams in (("road", 60), ("rail", 10), ("sea", 4), ("barge", 20)):
        for number in (1, 2, 3) if mode == "sea" and has.passed else (1, 2):
            activity: Literal["tkm", "teukm", "vehiclekm"] = d.one("tkm", "vehiclekm", "teukm")
            if mode == "sea" and number > 1 and activity == "vehiclekm":
                activity = "teukm"  # for scheduled ships beside a transshipment port
            scale = {"tkm": 1, "teukm": 10, "vehiclekm": 20}[activity]
            basis: Literal["sfd", "gcd", "actual"] = d.one("sfd", "sfd", "sfd", "gcd", "actual")
            dry = Toc(
                id=f"{mode}-{number}",
                wtt_g=d.one(2, 4, 0) * scale,
                ttw_g=d.one(grams, grams // 2, grams * 2) * scale,
                activity=activity,
                distance_basis=basis,
                daf=d.one(1.0, 1.5),
                reefer=f"{mode}-{number}-reefer",
                mode=mode,
                carriers=d.one((("heavy", 1.0),), (("gas", 0.5), ("bio", 0.5)))
                if mode == "sea" and has.charges_ships
                else (),
            )
            if has.energy and d.whether(60):
                dry = by_energy(d, dry)
            if number == 3 and d.whether(50):  # a leg that costs nothing in the midst of a voyage
                dry = replace(by_energy(d, dry), carriers=(("e-fuel", 1.0),))
            cold = cooled(d, dry, has, scale)
            found |= {dry.id: dry, cold.id: cold}
    return found


def by_energy(d: Draw, toc: Toc) -> Toc:
    """The category given by its energy: of oil it would emit about as much."""
    return replace(
        toc,
        wtt_g=0.0,
        ttw_g=0.0,
        energy_mj=toc.energy_mj or toc.ttw_g / 80 * d.one(1, 2),
        carriers=d.one(*BLENDS[toc.mode]),
    )


def cooled(d: Draw, dry: Toc, has: Features, scale: int) -> Toc:
    """The row for reefer cargo: dirtier, or as clean."""
    more = d.one(2, 6, 0) * scale
    row = replace(dry, id=f"{dry.id}-reefer", reefer=None)
    if dry.energy_mj is None:
        row = replace(row, ttw_g=dry.ttw_g + more)
    else:
        row = replace(row, energy_mj=dry.energy_mj + more / 80)
        if d.whether(15):
            row = replace(row, carriers=d.one(*BLENDS[dry.mode]))
    if has.leaks and d.whether(50):
        row = replace(row, refrigerant="agent", leak_g=0.001 * scale, gwp=d.one("", "AR5"))
    return row


def hocs(d: Draw, has: Features) -> dict[str, Hoc]:
    plug_kw = d.one(10.0, 2.0) if has.plugs else 0.0
    leak_g, agent = (1.0, "agent") if has.leaks else (0.0, "")
    rows = (
        Hoc(id="per-t", wtt_kg=0.25, ttw_kg=0.5, per="t", reefer="per-t-reefer"),
        Hoc(id="per-t-reefer", wtt_kg=0.5, ttw_kg=1, per="t"),
        Hoc(id="per-teu", wtt_kg=2, ttw_kg=3, per="teu", reefer="per-teu-reefer"),
        Hoc(id="per-teu-reefer", wtt_kg=2, ttw_kg=9, per="teu"),
    )
    found = {hoc.id: hoc for hoc in rows}
    for id_ in d.one(("per-t-reefer", "per-teu-reefer"), ("per-teu-reefer",)):
        found[id_] = replace(
            found[id_], plug_kw_per_teu=plug_kw, leak_g=leak_g, refrigerant=agent, gwp="AR5"
        )
    return found


# ---- network --------------------------------------------------------------------------------


def terminal(d: Draw, letter: str, place: int, has: Features) -> Terminal:
    zone = d.one(*ZONES)
    hours = d.rarely(20, *OPEN)
    stores = d.whether(50)
    id_, country = letter, d.one(*COUNTRIES)
    if has.passed and d.whether({"A": 10, "B": 10, "C": 90, "D": 60}.get(letter, 20)):
        id_, country = d.one((f"MAPTM-{letter}", "MA"), (f"EGPSE-{letter}", "EG"))
    return Terminal(
        id=id_,
        name="",
        country=country,
        lat=36 + place * d.integer(1, 3),
        lon=-9 + place * 2,
        timezone=zone,
        handling_h=d.one(0, 1, 2, 0.5, 0, 1, 6),
        handling_eur_per_teu=d.one(10, 0, 25),
        handling_eur_per_t=d.one(0, 0, 0, 1),
        handling_eur_per_m3=d.one(0, 0, 0, 1),
        open=None if hours is None else Opening.parse(hours, zone),
        max_teu_per_day=d.rarely(10, 3.0, 4.0, 2.0),
        free_days=d.one(0, 1, 2),
        storage_eur_per_teu_day=d.one(10, 50, 0) if stores else 0,
        storage_eur_per_m3_day=d.one(0, 0, 1) if stores else 0,
        hoc=d.one("per-t", "per-teu") if has.plugs else d.one(None, "per-t", "per-teu"),
    )


def timetable(d: Draw, first: date, *, scheduled: bool) -> Timetable:
    if not scheduled:
        return Timetable.parse("any")
    text = d.one(*DAILY, *DAILY, *SPARSE, "iso")
    if text == "iso":
        days = sorted({d.integer(1, 3), d.integer(0, 5)})
        text = "; ".join(f"{first + timedelta(day)}T{d.one('08:00', '20:00')}" for day in days)
    elif d.whether(10):
        text += f"; {first + timedelta(1)}T12:00Z"
    return Timetable.parse(text)


@dataclass(frozen=True)
class Lane:
    """Where a service goes and how."""

    id: str
    mode: str
    origin: Terminal
    destination: Terminal
    scheduled: bool

    @property
    def between(self) -> str:
        """Letters of the two places."""
        return self.origin.id[-1] + self.destination.id[-1]

    @property
    def beside_passed(self) -> bool:
        """Whether an end is a transshipment port."""
        return oracle.passed(self.origin.id) or oracle.passed(self.destination.id)


def service(d: Draw, lane: Lane, first: date, shelf: Mapping[str, Toc], has: Features) -> Service:
    distance_km = d.one(200, 500, 800, 1000)
    off_wire_km = d.one(100, distance_km) if lane.mode == "rail" and d.whether(25) else 0
    countries = sorted({lane.origin.country, lane.destination.country})
    scheduled = lane.scheduled
    direct = lane.id != "s0" and lane.between == "AB"
    first_truck = lane.id == "s0" and not scheduled
    charged_beside = has.charges_ships and lane.mode == "sea" and lane.beside_passed and scheduled
    toc = f"{lane.mode}-{d.one(2, 3) if charged_beside else 1}"
    off_wire = _unwired(countries, distance_km, off_wire_km)
    toc_unwired = f"{lane.mode}-2" if off_wire_km and d.whether(80) else None
    rows = [shelf[id_] for id_ in (toc, toc_unwired) if id_ is not None]
    rows += [shelf[str(row.reefer)] for row in rows]
    km_known = any(row.electric for row in rows) or d.whether(50)
    return Service(
        id=lane.id,
        mode=lane.mode,
        origin=lane.origin.id,
        destination=lane.destination.id,
        timetable=timetable(d, first, scheduled=scheduled),
        distance_km=distance_km,
        hours=d.one(6, 10, 4, 5.5, 20, 30),
        country_km=_split(countries, distance_km) if km_known else None,
        unwired_km=off_wire,
        cutoff_h=d.one(0, 0, 0, 1, 2, 24),
        unit_teu=d.rarely(50, 1.0, 2.0, 3.0, 4.0),
        unit_t=d.rarely(25, 20.0, 25.0, 10.0),
        unit_m3=d.rarely(12, 66.0, 33.0, 100.0),
        max_units=None if first_truck else d.rarely(35, 3, 4, 2, 1),
        max_t=None if first_truck else d.rarely(20, 20.0, 30.0, 40.0),
        cost_per_unit_eur=d.one(100, 200, 50, 0) * (2 if direct else 1) * (1 if scheduled else 5),
        cost_per_teu_eur=d.one(0, 50, 100),
        cost_per_t_eur=d.one(0, 0, 5),
        cost_per_m3_eur=d.one(0, 0, 1),
        cost_per_departure_eur=d.one(200, 0, 500, 1000) if scheduled else d.one(0, 0, 50),
        surcharge_per_teu_eur=_surcharge(d.one(0, 0, 10), lane, has),
        toc=toc,
        toc_unwired=toc_unwired,
        valid_from=d.rarely(6, first + timedelta(1), first + timedelta(2)),
        valid_to=d.rarely(6, first + timedelta(3), first + timedelta(2)),
    )


def _surcharge(eur: float, lane: Lane, has: Features) -> float:
    """What the loader leaves of a surcharge: nothing at sea where the rules are computed."""
    own = has.rules is not None and has.rules.surcharge == "own"
    return 0 if own and lane.mode == "sea" else eur


def _split(countries: Sequence[str], distance_km: float) -> dict[str, float]:
    each = distance_km / len(countries)
    return dict.fromkeys(countries, each)


def _unwired(countries: Sequence[str], distance_km: float, off_wire_km: float) -> dict[str, float]:
    """Km without wire: the whole way, or some in the first country."""
    if off_wire_km == distance_km:
        return _split(countries, distance_km)
    return {countries[0]: float(off_wire_km)} if off_wire_km else {}


def lanes(d: Draw, places: Sequence[Terminal], has: Features) -> list[Lane]:
    """A truck (mostly) from the first place to the second, ways by the third, and others."""
    a, b, c = places[:3]
    direct = [(a, b), (a, b), (a, c), (c, b), (a, b)]
    by_hub = [(a, b), (a, c), (c, b), (a, c), (c, b)]
    ends = list(d.one(direct, by_hub))
    if has.passed and len(places) > 3:
        ends = list(d.one(by_hub, [(a, b), (a, c), (c, places[3]), (places[3], b), (c, b)]))
    count = d.one(7, 6, 8, 9, 5)
    pairs = [(p, q) for p in (a, c, *places[3:]) for q in (b, *places[3:]) if p is not q]
    while len(ends) < count:
        ends.append(d.one(*pairs))
    found = []
    for number, (origin, destination) in enumerate(ends[:count]):
        scheduled = d.whether(10) if number == 0 else d.whether(80)
        mode = (
            d.one("rail", "rail", "sea", "barge", "road")
            if scheduled
            else d.one("road", "road", "road", "barge")
        )
        if has.charges_ships and number and d.whether(60):
            mode = "sea"
        found.append(Lane(f"s{number}", mode, origin, destination, scheduled))
    return found


def duties(d: Draw) -> tuple[Duty, ...]:
    rows = {}
    for _ in range(d.integer(0, 4)):
        row = Duty(
            origin_country=d.one("", "PT", "CN"),
            country=d.one("ES", "FR", "PT"),
            commodity=d.one("", "wine"),
            import_pct=d.one(0, 1, 5),
            transit_pct=d.one(0, 1, 2),
        )
        rows[row.origin_country, row.country, row.commodity] = row
    return tuple(rows.values())


def network(d: Draw, first: date, has: Features) -> Network:
    letters = "ABCDEF"[: d.integer(3, 6)]
    places = [terminal(d, letter, place, has) for place, letter in enumerate(letters)]
    shelf = tocs(d, has)
    services = [service(d, lane, first, shelf, has) for lane in lanes(d, places, has)]
    if d.whether(25):  # a twin, equal but for its name: a tie
        services.append(replace(d.one(*services), id=d.one("s99", "a0")))
    return Network(
        terminals={place.id: place for place in places},
        services={s.id: s for s in services},
        tocs=shelf,
        hocs=hocs(d, has),
        duties=duties(d),
        factors=FACTORS,
    )


# ---- shipments and the case -----------------------------------------------------------------


def shipment(d: Draw, number: int, case: Case, has: Features) -> Shipment:
    pairs = [(s.origin, s.destination) for s in case.network.services.values()]
    first, second, *_ = case.network.terminals
    origin, destination = (first, second) if d.whether(85) else d.one(*pairs)
    ready = case.start + 60 * d.one(0, 8, 24, 30)
    teu = d.one(1.0, 2.0, 1.0, 3.0)
    return Shipment(
        id=d.one("", "S", "a") + str(number),
        origin=origin,
        destination=destination,
        size=Size(teu, d.one(10.0, 20.0, 5.0), d.one(33.0, 66.0, 30.0)),
        ready=ready,
        due=ready + DAY_MIN * d.one(4, 5, 3, 8),
        cargo=d.one("reefer", "dry")
        if has.plugs or has.leaks
        else d.one("dry", "dry", "dry", "reefer"),
        max_hours=d.rarely(10, 60.0, 48.0, 24.0),
        value_eur=d.rarely(50, 10000.0, 50000.0),
        commodity=d.one("", "wine"),
        avoid_modes=d.rarely(10, ("road",), ("rail", "sea")) or (),
        count=d.rarely(30, 2, 1, 3),
    )


def own_limits(d: Draw, case: Case, row: Shipment) -> Shipment:
    """Sometimes a limit that just admits one of the shipment's itineraries."""
    if not d.whether(20):
        return row
    ways = oracle.itineraries(case, row)
    if not ways:
        return row
    way = d.one(*ways)
    if d.whether(50):
        return replace(row, max_cost_eur=round(way.cost_eur, 9))
    return replace(row, max_co2e_kg=round(way.co2e_kg, 9))


def plan_limits(d: Draw, case: Case) -> Limits:
    """Limits near to what is attainable: fractions of what some itineraries cost alone."""
    cost = co2e = 0.0
    for row in case.shipments:
        ways = oracle.itineraries(case, row)
        if ways:
            way = d.one(*ways)
            cost += way.cost_eur * len(row.members)
            co2e += way.co2e_kg * len(row.members)
    share = {d.one("rail", "sea", "road"): d.one(0.5, 0.4, 1.0)} if d.whether(20) else {}
    return Limits(
        cost_eur=round(cost * d.one(0.8, 1, 0.9, 0.6, 1.2), 9) if d.whether(45) else None,
        co2e_kg=round(co2e * d.one(0.8, 1, 0.9, 0.6, 1.2), 9) if d.whether(35) else None,
        min_share=share,
    )


def avoid(d: Draw, case: Case) -> Avoid:
    if not d.whether(15):
        return Avoid()
    return Avoid(
        modes=d.one((), ("sea",), ("road",)),
        terminals=d.one((), *((id_,) for id_ in case.network.terminals if id_[-1] in "CD")),
        services=d.one((), ("s1",), tuple(sorted(case.network.services))[:2]),
        countries=d.one((), (), ("FR",)),
    )


def small_enough(case: Case, most: int) -> Case:
    """The case with so few shipments that there are at most so many plans."""
    while oracle.count_plans(oracle.choices_of(case)) > most:
        *others, last = case.shipments
        count = (last.count or 1) - 1
        kept = (replace(last, count=count),) if count else ()
        case = replace(case, shipments=(*others, *kept))
    return case


@st.composite
def cases(draw: st.DrawFn, *, most_plans: int = 20_000, at_least: int = 0) -> Case:
    """A case of 3 to 6 terminals, 3 to 10 services and up to 4 rows of shipments.

    Each of what only some cases have is in `at_least` percent of them.
    """
    d = Draw(draw)
    first, has = d.one(*FIRST_DAYS), features(d, at_least=at_least)
    case = Case(
        path=Path("random.yaml"),
        name="random",
        start=to_minute(first, 0, "UTC"),
        days=d.one(6, 5, 8, 4),
        shipments=(),
        network=network(d, first, has),
        objective=d.one(*OBJECTIVES),
        co2e_scope=d.one("wtw", "wtw", "ttw"),
        carbon_price_eur_per_t=d.one(0, 0, 100),
        regulations=has.rules,
        serve=d.one("all", "all", "most"),
        max_legs=d.one(8, 8, 8, 8, 2, 1),
    )
    rows: list[Shipment] = []
    for number in range(1, 1 + d.one(3, 4, 2)):
        row = own_limits(d, case, shipment(d, number, case, has))
        room = 5 - sum(len(other.members) for other in rows)
        if row.count is not None:
            row = replace(row, count=min(row.count, room))
        if room:
            rows.append(row)
    case = replace(case, shipments=tuple(rows), avoid=avoid(d, case))
    case = small_enough(case, most_plans)
    return replace(case, limits=plan_limits(d, case))


@st.composite
def hub_cases(draw: st.DrawFn) -> Case:
    """Many ways from A to a hub, few from there to B: what labels at the hub are compared by.

    At the hub reefers are plugged in while they wait, or it is a transshipment port.
    """
    d = Draw(draw)
    first = FIRST_DAYS[0]
    at_sea = d.whether(50)
    hub, country = ("MAPTM", "MA") if at_sea else ("C", "ES")
    places = {
        id_: Terminal(id=id_, name="", country=where, lat=36, lon=0, hoc=hoc)
        for id_, where, hoc in (
            ("A", d.one("PT", "CN"), None),
            (hub, country, None if at_sea else "plugged"),
            ("D", "ES", d.one("plugged", None)),
            ("B", d.one("PT", "PT", "CN"), None),
        )
    }
    ends = [("A", hub)] * d.one(3, 4, 2) + [(hub, "B")] * d.one(2, 1)
    ends += d.one([], [(hub, "D"), ("D", "B")], [(hub, "D"), ("D", "B"), ("A", "D")])
    services = [
        Service(
            id=f"s{number}",
            mode="sea" if at_sea and d.whether(85) else "rail",
            origin=origin,
            destination=goal,
            timetable=Timetable.parse(
                d.one("daily 06:00", "daily 12:00", "any", "daily 18:00")
                if origin == "A" or goal == "D"
                else d.one("daily 10:00", "daily 22:00", "every 48h")
            ),
            distance_km=100,
            hours=d.one(6, 2, 10, 20, 30),
            cost_per_teu_eur=d.one(0, 10, 50, 100),
            toc=d.one("t1", "t2", "t4", "t8", "green"),
        )
        for number, (origin, goal) in enumerate(ends)
    ]
    shelf = {
        f"t{n}": Toc(
            id=f"t{n}", ttw_g=n * 10, activity="tkm", carriers=(("oil", 1.0),), reefer=f"t{n}"
        )
        for n in (1, 2, 4, 8)
    }
    shelf["green"] = Toc(
        id="green", activity="tkm", energy_mj=0.5, carriers=(("e-fuel", 1.0),), reefer="green"
    )
    plugged = Hoc(
        id="plugged", wtt_kg=0, ttw_kg=0, per="t", reefer="plugged", plug_kw_per_teu=d.one(2, 10)
    )
    start = to_minute(first, 0, "UTC")
    row = Shipment(
        id="S",
        origin="A",
        destination="B",
        size=Size(1.0, 10.0, 33.0),
        ready=start + 60 * d.one(0, 5),
        due=start + 6 * DAY_MIN,
        cargo="reefer",
    )
    return Case(
        path=Path("random.yaml"),
        name="random",
        start=start,
        days=5,
        shipments=(row,),
        network=Network(
            terminals=places,
            services={s.id: s for s in services},
            tocs=shelf,
            hocs={"plugged": plugged},
            factors=FACTORS,
        ),
        carbon_price_eur_per_t=d.one(0, 1000),
        regulations=Regulations(year=2026, eu_ets_eur_per_t=d.one(5000, 1000)) if at_sea else None,
        objective=d.one(("cost",), ("co2e",), ("co2e", "cost")),
    )
