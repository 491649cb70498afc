"""Random small cases for hypothesis: built as objects, so that no file is in the way.

Numbers are round, so that equal totals are exactly equal, cargo often fits exactly, and totals
that differ do so by more than the tolerance of the objectives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from routeopt.case.model import Avoid, Case, Limits
from routeopt.emissions import Hoc, Toc
from routeopt.freight import DAY_MIN, Shipment, Size
from routeopt.network import Duty, Network, Opening, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
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


# ---- factors --------------------------------------------------------------------------------


def tocs(d: Draw) -> dict[str, Toc]:
    """For each mode two categories, and each with its row for reefer cargo."""
    found: dict[str, Toc] = {}
    for mode, grams in (("road", 60), ("rail", 10), ("sea", 4), ("barge", 20)):
        for number in (1, 2):
            activity: Literal["tkm", "teukm", "vehiclekm"] = d.one("tkm", "vehiclekm", "teukm")
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
            )
            cold = replace(
                dry,
                id=f"{mode}-{number}-reefer",
                ttw_g=dry.ttw_g + d.one(2, 6, 0) * scale,
                reefer=None,
            )
            found |= {dry.id: dry, cold.id: cold}
    return found


HOCS = {
    hoc.id: hoc
    for hoc in (
        Hoc(id="per-t", wtt_kg=0.25, ttw_kg=0.5, per="t", reefer="per-t-reefer"),
        Hoc(id="per-t-reefer", wtt_kg=0.5, ttw_kg=1, per="t"),
        Hoc(id="per-teu", wtt_kg=2, ttw_kg=3, per="teu", reefer="per-teu-reefer"),
        Hoc(id="per-teu-reefer", wtt_kg=2, ttw_kg=9, per="teu"),
    )
}


# ---- network --------------------------------------------------------------------------------


def terminal(d: Draw, id_: str, place: int) -> Terminal:
    zone = d.one(*ZONES)
    hours = d.rarely(20, *OPEN)
    stores = d.whether(50)
    return Terminal(
        id=id_,
        name="",
        country=d.one(*COUNTRIES),
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
        hoc=d.one(None, "per-t", "per-teu"),
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


def service(d: Draw, lane: Lane, first: date) -> Service:
    distance_km = d.one(200, 500, 800, 1000)
    off_wire_km = d.one(100, distance_km) if lane.mode == "rail" and d.whether(25) else 0
    countries = sorted({lane.origin.country, lane.destination.country})
    scheduled = lane.scheduled
    direct = lane.id != "s0" and (lane.origin.id, lane.destination.id) == ("A", "B")
    first_truck = lane.id == "s0" and not scheduled
    return Service(
        id=lane.id,
        mode=lane.mode,
        origin=lane.origin.id,
        destination=lane.destination.id,
        timetable=timetable(d, first, scheduled=scheduled),
        distance_km=distance_km,
        hours=d.one(6, 10, 4, 5.5, 20, 30),
        country_km=_split(countries, distance_km) if d.whether(50) else None,
        unwired_km={countries[0]: float(off_wire_km)} if off_wire_km else {},
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
        surcharge_per_teu_eur=d.one(0, 0, 10),
        toc=f"{lane.mode}-1",
        toc_unwired=f"{lane.mode}-2" if off_wire_km and d.whether(80) else None,
        valid_from=d.rarely(6, first + timedelta(1), first + timedelta(2)),
        valid_to=d.rarely(6, first + timedelta(3), first + timedelta(2)),
    )


def _split(countries: Sequence[str], distance_km: float) -> dict[str, float]:
    each = distance_km / len(countries)
    return dict.fromkeys(countries, each)


def lanes(d: Draw, places: Sequence[Terminal]) -> list[Lane]:
    """A truck (mostly) from the first place to the second, ways by the third, and others."""
    a, b, c = places[:3]
    direct = [(a, b), (a, b), (a, c), (c, b), (a, b)]
    by_hub = [(a, b), (a, c), (c, b), (a, c), (c, b)]
    ends = list(d.one(direct, by_hub))
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


def network(d: Draw, first: date) -> Network:
    places = [terminal(d, id_, place) for place, id_ in enumerate("ABCDEF"[: d.integer(3, 6)])]
    services = [service(d, lane, first) for lane in lanes(d, places)]
    if d.whether(25):  # a twin, equal but for its name: a tie
        services.append(replace(d.one(*services), id=d.one("s99", "a0")))
    return Network(
        terminals={place.id: place for place in places},
        services={s.id: s for s in services},
        tocs=tocs(d),
        hocs=HOCS,
        duties=duties(d),
    )


# ---- shipments and the case -----------------------------------------------------------------


def shipment(d: Draw, number: int, case: Case) -> Shipment:
    pairs = [(s.origin, s.destination) for s in case.network.services.values()]
    origin, destination = ("A", "B") if d.whether(85) else d.one(*pairs)
    ready = case.start + 60 * d.one(0, 8, 24, 30)
    teu = d.one(1.0, 2.0, 1.0, 3.0)
    return Shipment(
        id=d.one("", "S", "a") + str(number),
        origin=origin,
        destination=destination,
        size=Size(teu, d.one(10.0, 20.0, 5.0), d.one(33.0, 66.0, 30.0)),
        ready=ready,
        due=ready + DAY_MIN * d.one(4, 5, 3, 8),
        cargo=d.one("dry", "dry", "dry", "reefer"),
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
        return replace(row, max_cost_eur=round(way.cost_eur, 6))
    return replace(row, max_co2e_kg=round(way.co2e_kg, 6))


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
        cost_eur=round(cost * d.one(0.8, 1, 0.9, 0.6, 1.2), 6) if d.whether(45) else None,
        co2e_kg=round(co2e * d.one(0.8, 1, 0.9, 0.6, 1.2), 6) if d.whether(35) else None,
        min_share=share,
    )


def avoid(d: Draw, case: Case) -> Avoid:
    if not d.whether(15):
        return Avoid()
    return Avoid(
        modes=d.one((), ("sea",), ("road",)),
        terminals=d.one((), ("C",), ("D",)),
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
def cases(draw: st.DrawFn, *, most_plans: int = 20_000) -> Case:
    """A case of 3 to 6 terminals, 3 to 10 services and up to 4 rows of shipments."""
    d = Draw(draw)
    first = d.one(*FIRST_DAYS)
    case = Case(
        path=Path("random.yaml"),
        name="random",
        start=to_minute(first, 0, "UTC"),
        days=d.one(6, 5, 8, 4),
        shipments=(),
        network=network(d, first),
        objective=d.one(*OBJECTIVES),
        co2e_scope=d.one("wtw", "wtw", "ttw"),
        carbon_price_eur_per_t=d.one(0, 0, 100),
        serve=d.one("all", "all", "most"),
        max_legs=d.one(8, 8, 8, 8, 2, 1),
    )
    rows: list[Shipment] = []
    for number in range(1, 1 + d.one(3, 4, 2)):
        row = own_limits(d, case, shipment(d, number, case))
        room = 5 - sum(len(other.members) for other in rows)
        if row.count is not None:
            row = replace(row, count=min(row.count, room))
        if room:
            rows.append(row)
    case = replace(case, shipments=tuple(rows), avoid=avoid(d, case))
    case = small_enough(case, most_plans)
    return replace(case, limits=plan_limits(d, case))
