"""Brute force itself, against small examples that are worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from routeopt.case.model import Avoid, Case, Limits
from routeopt.emissions import Factors, Fuel, Grid, Hoc, Refrigerant, Toc
from routeopt.freight import Shipment, Size
from routeopt.network import Duty, Network, Opening, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.regulations import Regulations
from tests import oracle

MONDAY = to_minute(date(2026, 3, 2), 0, "UTC")
HOUR = 60
DAY = 1440


def terminal(id_: str, **fields: object) -> Terminal:
    plain = Terminal(id=id_, name="", country="ES", lat=40, lon=0)
    return replace(plain, **fields)  # type: ignore[arg-type]


def service(id_: str, departures: str, **fields: object) -> Service:
    plain = Service(
        id=id_,
        mode="rail",
        origin="A",
        destination="B",
        timetable=Timetable.parse(departures),
        distance_km=100,
        hours=10,
        toc="rail",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def shipment(id_: str = "S", **fields: object) -> Shipment:
    plain = Shipment(
        id=id_,
        origin="A",
        destination="B",
        size=Size(2, 20, 66),
        ready=MONDAY + 8 * HOUR,
        due=MONDAY + 5 * DAY,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


TOCS = {
    toc.id: toc
    for toc in (
        Toc(id="rail", wtt_g=4, ttw_g=6, activity="tkm", reefer="rail-cold"),
        Toc(id="rail-cold", wtt_g=4, ttw_g=16, activity="tkm"),
        Toc(id="truck", wtt_g=200, ttw_g=800, activity="vehiclekm", reefer="truck-cold"),
        Toc(id="truck-cold", wtt_g=200, ttw_g=1300, activity="vehiclekm"),
        Toc(id="teu", wtt_g=0, ttw_g=50, activity="teukm", distance_basis="actual", daf=1.5),
        Toc(id="gcd", wtt_g=0, ttw_g=10, activity="tkm", distance_basis="gcd"),
    )
}
HOCS = {"quay": Hoc(id="quay", wtt_kg=1, ttw_kg=2, per="teu")}


def case(
    services: list[Service],
    shipments: list[Shipment],
    *terminals: Terminal,
    duties: tuple[Duty, ...] = (),
    **fields: object,
) -> Case:
    places = {id_: terminal(id_) for id_ in "ABC"} | {place.id: place for place in terminals}
    plain = Case(
        path=Path("case.yaml"),
        name="by hand",
        start=MONDAY,
        days=7,
        shipments=tuple(shipments),
        network=Network(
            terminals=places,
            services={s.id: s for s in services},
            tocs=TOCS,
            hocs=HOCS,
            duties=duties,
        ),
        objective=("cost",),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def only(case_: Case) -> oracle.Way:
    (way,) = oracle.itineraries(case_, case_.shipments[0])
    return way


def test_every_part_of_cost_and_co2e_of_one_itinerary() -> None:
    train = service(
        "train",
        "2026-03-04T20:00",
        cutoff_h=4,
        unit_teu=1.5,
        cost_per_unit_eur=100,
        cost_per_teu_eur=30,
        surcharge_per_teu_eur=5,
        cost_per_t_eur=2,
        cost_per_m3_eur=1,
        cost_per_departure_eur=400,
    )
    harbour = terminal(
        "A",
        handling_h=2,
        handling_eur_per_teu=10,
        handling_eur_per_t=1,
        handling_eur_per_m3=0.5,
        free_days=1,
        storage_eur_per_teu_day=20,
        storage_eur_per_m3_day=1,
        hoc="quay",
    )
    yard = terminal("B", country="FR", handling_h=3, handling_eur_per_teu=25)
    levy = Duty(origin_country="", country="FR", commodity="", import_pct=3, transit_pct=9)
    way = only(
        case(
            [train],
            [shipment(value_eur=1000)],
            harbour,
            yard,
            duties=(levy,),
            carbon_price_eur_per_t=100,
        )
    )
    # ready Mon 08:00, handled until 10:00, train Wed 20:00: 58 h waiting = 3 started days, 1 free
    # train 2 units × 100 + 2 × (30 + 5) + 20 × 2 + 66 × 1 + 400           = 776
    # A: 2 × 10 + 20 × 1 + 66 × 0.5 = 73; storage 2 × (2 × 20 + 66 × 1)    = 212
    # B: 2 × 25 = 50; import duty 3 % of 1000                              = 30
    # CO2e 20 t × 100 km × 10 g = 20 kg, quay 2 TEU × 3 kg = 6 kg; × 100 EUR/t = 2.60
    assert way.co2e_kg == pytest.approx(26)
    assert way.cost_eur == pytest.approx(776 + 73 + 212 + 50 + 30 + 2.60)
    assert way.delivered == MONDAY + 2 * DAY + (20 + 10 + 3) * HOUR
    assert way.key == (("train", MONDAY + 2 * DAY + 20 * HOUR),)


def test_scope_reefer_rows_bases_and_unwired_km() -> None:
    def kg(toc: str, **fields: object) -> float:
        row = shipment(cargo=fields.pop("cargo", "dry"))
        scope = fields.pop("scope", "wtw")
        line = service("s", "any", toc=toc, **fields)
        return only(case([line], [row], terminal("B", lat=41), co2e_scope=scope)).co2e_kg

    assert kg("rail", cargo="reefer") == pytest.approx(20 * 100 * 20 / 1000)
    assert kg("rail", scope="ttw") == pytest.approx(20 * 100 * 6 / 1000)
    assert kg("teu") == pytest.approx(2 * 100 * 1.5 * 50 / 1000)
    # a degree of latitude on the sphere: 6371.0088 × pi / 180 = 111.195 km
    assert kg("gcd") == pytest.approx(20 * 111.19508 * 10 / 1000, rel=1e-6)
    # 60 wired km by tkm, 40 unwired by vehicle-km: 3 units of 8 t for 20 t
    mixed = {"unwired_km": {"ES": 40.0}, "toc_unwired": "truck", "unit_t": 8.0}
    assert kg("rail", **mixed) == pytest.approx(20 * 60 * 10 / 1000 + 3 * 40 * 1000 / 1000)


FACTORS = Factors(
    fuels={
        "oil": Fuel(id="oil", wtt_g_per_mj=20, ttw_g_per_mj=80, lhv_mj_per_kg=40),
        "heavy": Fuel(
            id="heavy",
            wtt_g_per_mj=20,
            ttw_g_per_mj=80,
            lhv_mj_per_kg=40,
            fueleu_wtt_g_per_mj=19.3368,
            fueleu_lcv_mj_per_kg=44,
            ets_co2_kg_per_kg=3,
            ets_ch4_kg_per_kg=0.01,
        ),
    },
    grids={
        id_: Grid(country=id_, basis="b", year=2025, g_per_kwh=g, loss_pct=10)
        for id_, g in (("ES", 90), ("FR", 45))
    },
    refrigerants={"agent": Refrigerant(id="agent", gwp_ar5=1000, gwp_ar6=2000)},
)


def with_factors(case_: Case, *tocs: Toc, hoc: Hoc | None = None) -> Case:
    network = case_.network
    return replace(
        case_,
        network=replace(
            network,
            tocs={**network.tocs, **{toc.id: toc for toc in tocs}},
            hocs=network.hocs if hoc is None else {hoc.id: hoc},
            factors=FACTORS,
        ),
    )


def test_energy_by_country_blends_and_leaks() -> None:
    wire = Toc(id="wire", activity="tkm", energy_mj=0.36, carriers=(("electricity", 1.0),))
    blend = Toc(
        id="blend",
        activity="teukm",
        energy_mj=2,
        carriers=(("oil", 0.5), ("electricity", 0.5)),
        refrigerant="agent",
        leak_g=0.01,
        gwp="AR5",
    )
    line = service(
        "s",
        "any",
        toc="wire",
        toc_unwired="blend",
        country_km={"ES": 70.0, "FR": 30.0},
        unwired_km={"ES": 20.0},
    )
    way = only(with_factors(case([line], [shipment()]), wire, blend))
    # wire: 0.1 kWh/tkm × 20 t × (50 km × 100 g + 30 km × 50 g)                    = 13 kg
    # blend, 2 TEU × 20 km: oil 1 MJ × 100 g, 1/3.6 kWh × 100 g = 27.78 g, leak 10 g = 5.511 kg
    assert way.co2e_kg == pytest.approx(13 + 40 * (100 + 100 / 3.6 + 10) / 1000)
    burnt = only(replace(with_factors(case([line], [shipment()]), wire, blend), co2e_scope="ttw"))
    assert burnt.co2e_kg == pytest.approx(40 * (80 + 10) / 1000)


def test_plugs_draw_while_reefers_wait() -> None:
    cold = Hoc(
        id="h", wtt_kg=0, ttw_kg=1, per="teu", reefer="h", plug_kw_per_teu=5,
        refrigerant="agent", leak_g=0.5,
    )  # fmt: skip
    train = service("train", "2026-03-02T20:00", toc="rail")
    row = shipment(cargo="reefer")
    quay = terminal("A", handling_h=2, hoc="h")
    way = only(with_factors(case([train], [row], quay), hoc=cold))
    # train 20 t × 100 km × 20 g = 40 kg; handled 08:00 to 10:00: 2 TEU × (1 + 0.5 g × 2000 = 1 kg)
    # then 10 h × 5 kW × 2 TEU = 100 kWh × 100 g = 10 kg
    assert way.co2e_kg == pytest.approx(40 + 4 + 10)


def test_what_ships_and_trucks_pay() -> None:
    ship = Toc(id="ship", wtt_g=2, ttw_g=8, activity="tkm", carriers=(("heavy", 1.0),))

    def eur(*stops: str, **rules: object) -> float:
        legs = [
            service(
                f"s{n}", "any", mode=str(rules.get("mode", "sea")), origin=here, destination=there,
                toc="ship",
            )
            for n, (here, there) in enumerate(pairwise(stops))
        ]  # fmt: skip
        places = [terminal(id_, country=COUNTRY_OF[id_[:2]]) for id_ in stops]
        row = shipment(origin=stops[0], destination=stops[-1])
        fields = {name: value for name, value in rules.items() if name != "mode"}
        question = case(legs, [row], *places, regulations=Regulations(**fields))  # type: ignore[arg-type]
        return only(with_factors(question, ship)).cost_eur

    # each leg: 20 t × 100 km × 8 g = 16 kg TTW, 200 MJ, 5 kg of fuel
    # EU ETS 2026: 5 × (3 + 0.01 × 28) = 16.4 kg; 2025: 70 % of 15 kg; × 1000 EUR/t
    assert eur("ES", "PT", year=2026, eu_ets_eur_per_t=1000) == pytest.approx(16.4)
    assert eur("ES", "CN", year=2025, eu_ets_eur_per_t=1000) == pytest.approx(10.5 / 2)
    assert eur("CN", "SG", year=2026, eu_ets_eur_per_t=1000) == 0
    # FuelEU 2025: 99.3368 - 89.3368 = 10 g on 220 MJ (LCV 44): 2.2 kg × 1000 EUR/t, or the penalty
    pool = {"year": 2025, "fueleu": True, "fueleu_pool_eur_per_t": 1000}
    assert eur("ES", "PT", **pool) == pytest.approx(2.2)
    assert eur("ES", "PT", year=2025, fueleu=True) == pytest.approx(2200 / (99.3368 * 41000) * 2400)
    # one voyage from Singapore over two transshipment ports, three legs; cut at a port of call
    prices = {"year": 2026, "eu_ets_eur_per_t": 1000}
    assert eur("SG", "MAPTM", "EGPSE", "PT", **prices) == pytest.approx(3 * 16.4 / 2)
    assert eur("ES", "MAPTM", "SG", **prices) == pytest.approx(16.4)
    assert eur("ES", "MAPTM", "PT", **prices) == pytest.approx(2 * 16.4)
    assert eur("ES", "CN", "SG", **prices) == pytest.approx(16.4 / 2)
    assert eur("MAPTM", "PT", **prices) == pytest.approx(16.4 / 2)
    assert eur("ES", "PT", **prices, surcharge="carrier") == 0
    # ETS2 from 2028, where an end lies in the EEA: 16 kg × 100 EUR/t
    assert eur("ES", "CN", mode="road", year=2028, ets2_eur_per_t=100) == pytest.approx(1.6)
    assert eur("ES", "CN", mode="road", year=2027, ets2_eur_per_t=100) == 0
    assert eur("SG", "CN", mode="road", year=2028, ets2_eur_per_t=100) == 0


COUNTRY_OF = {"ES": "ES", "PT": "PT", "CN": "CN", "SG": "SG", "MA": "MA", "EG": "EG"}


def test_on_demand_leaves_after_its_cutoff_within_horizon_and_validity() -> None:
    truck = service("truck", "any", cutoff_h=1.5, hours=2)
    shed = terminal("A", storage_eur_per_teu_day=7)
    way = only(case([truck], [shipment()], shed))
    assert way.rides == (("truck", MONDAY + 570, MONDAY + 690),)
    assert way.cost_eur == 14  # the wait for the cutoff is a started day: 2 TEU × 7
    late = shipment(ready=MONDAY + 7 * DAY - 90, due=MONDAY + 9 * DAY)
    assert only(case([truck], [late], shed)).key == (("truck", MONDAY + 7 * DAY),)
    later = replace(late, ready=late.ready + 1)
    assert not oracle.itineraries(case([truck], [later], shed), later)
    # 09:30 on Monday in UTC is Monday in Shanghai too; 16:30 is already Tuesday there
    monday_only = replace(truck, valid_to=date(2026, 3, 2))
    east = terminal("A", timezone="Asia/Shanghai")
    assert only(case([monday_only], [shipment()], east))
    evening = shipment(ready=MONDAY + 15 * HOUR)
    assert not oracle.itineraries(case([monday_only], [evening], east), evening)


def test_cutoff_opening_hours_due_and_max_hours() -> None:
    train = service("t", "daily 12:00", cutoff_h=3)
    gate = terminal("A", handling_h=1, open=Opening.parse("Mon-Fri 09:00-17:00", "UTC"))
    hall = terminal("B", handling_h=2, open=Opening.parse("Mon-Fri 06:00-20:00", "UTC"))

    def trains(**fields: float) -> list[int]:
        row = shipment(**fields)  # type: ignore[arg-type]
        ways = oracle.itineraries(case([train], [row], gate, hall), row)
        return [(way.rides[0][1] - MONDAY) // DAY for way in ways]

    # handled 09:00 to 10:00, so Monday's 12:00 is missed by its cutoff; trains arrive 22:00 and
    # are handled the next morning, Friday's on the Monday after
    assert trains(due=MONDAY + 4 * DAY + 8 * HOUR) == [1, 2, 3]
    assert trains(due=MONDAY + 4 * DAY + 8 * HOUR - 1) == [1, 2]
    assert trains(due=MONDAY + 9 * DAY) == [1, 2, 3, 4, 5, 6]
    assert trains(max_hours=48.0) == [1]
    assert trains(max_hours=47.0) == []


def test_ways_through_terminals_never_twice_and_max_legs() -> None:
    services = [
        service("ab", "any"),
        service("ac", "any", destination="C"),
        service("ca", "any", origin="C", destination="A"),
        service("cb", "any", origin="C"),
        service("ba", "any", origin="B", destination="A"),
    ]
    network = case(services, [shipment()])
    names = [tuple(s for s, _ in way.key) for way in oracle.itineraries(network, shipment())]
    assert names == [("ab",), ("ac", "cb")]
    direct = replace(network, max_legs=1)
    assert [way.key[0][0] for way in oracle.itineraries(direct, shipment())] == ["ab"]


@pytest.mark.parametrize(
    "avoid",
    [
        Avoid(modes=("rail",)),
        Avoid(terminals=("B",)),
        Avoid(services=("s",)),
        Avoid(countries=("ES",)),
        Avoid(countries=("FR",)),
    ],
)
def test_what_is_avoided_is_never_used(avoid: Avoid) -> None:
    line = service("s", "any", country_km={"ES": 60, "FR": 40})
    plain = case([line], [shipment()])
    assert only(plain)
    assert not oracle.itineraries(replace(plain, avoid=avoid), shipment())
    assert not oracle.itineraries(plain, shipment(avoid_modes=("rail",)))


def test_room_for_one_alone() -> None:
    def fits(**fields: object) -> bool:
        return bool(oracle.itineraries(case([service("s", "any", **fields)], []), shipment()))

    assert fits(unit_teu=1.0, max_units=2)
    assert not fits(unit_teu=1.0, unit_m3=22.0, max_units=2)
    assert fits(max_t=20.0)
    assert not fits(max_t=19.0)
    busy = case([service("s", "any")], [], terminal("B", max_teu_per_day=1.0))
    assert not oracle.itineraries(busy, shipment())


def test_the_most_specific_duty_counts_and_transit_once_a_country() -> None:
    rows = (
        Duty(origin_country="", country="PT", commodity="", import_pct=0, transit_pct=1),
        Duty(origin_country="", country="PT", commodity="wine", import_pct=0, transit_pct=2),
        Duty(origin_country="ES", country="PT", commodity="", import_pct=0, transit_pct=3),
    )
    via = [
        service("ac", "any", destination="C"),
        service("cd", "any", origin="C", destination="D"),
        service("db", "any", origin="D"),
    ]
    places = [terminal("C", country="PT"), terminal("D", country="PT")]

    def duty(home: str, goods: str) -> float:
        row = shipment(value_eur=1000, commodity=goods)
        start = terminal("A", country=home)
        return only(case(via, [row], start, *places, duties=rows)).cost_eur

    assert duty("ES", "wine") == 30
    assert duty("FR", "wine") == 20
    assert duty("FR", "") == 10
    assert duty("PT", "") == 0


def test_front_keeps_one_of_equals_and_no_dominated_point() -> None:
    services = [
        service("a", "any", cost_per_departure_eur=100, hours=10, toc="rail"),  # 20 kg
        service("b", "any", cost_per_departure_eur=100, hours=10, toc="rail"),
        service("c", "any", cost_per_departure_eur=100, hours=11, toc="rail"),
        service("d", "any", cost_per_departure_eur=50, hours=11, toc="truck"),  # 100 kg
        service("e", "any", cost_per_departure_eur=60, hours=11, toc="truck"),
    ]
    ready = MONDAY + 8 * HOUR
    assert oracle.front(case(services, []), shipment()) == [
        (20, 100, ready + 10 * HOUR),
        (100, 50, ready + 11 * HOUR),
    ]


# ---- all shipments together -----------------------------------------------------------------


def test_a_train_that_loses_alone_wins_when_it_is_shared() -> None:
    # alone: truck 300 < train 500; three together: train 400 + 2 units × 100 = 600 < 900
    train = service(
        "train", "daily 12:00", unit_teu=3.0, cost_per_unit_eur=100, cost_per_departure_eur=400
    )
    truck = service("truck", "any", cost_per_departure_eur=300)
    best = oracle.best_plan(case([train, truck], [shipment(count=3)], days=1))
    assert best.cost_eur == 600
    noon = MONDAY + 12 * HOUR
    assert best.choice == {f"S/{n}": (("train", noon),) for n in (1, 2, 3)}
    # two find it no better than two trucks: of plans that cost the same, "train" is the lesser name
    pair = case([train, truck], [shipment(count=2)], days=1)
    assert oracle.best_plan(pair).choice["S/1"] == (("truck", MONDAY + 8 * HOUR),)  # later: dearer
    # (time is left out of the objective, so it breaks the tie: 10 h by truck, 14 h by train)
    assert oracle.best_plan(pair).cost_eur == 600


def test_room_of_a_departure_is_for_all_its_cargo() -> None:
    fields = {"cost_per_unit_eur": 1.0, "unit_teu": 4.0}
    dear = service("z-dear", "any", cost_per_departure_eur=1000)
    rows = [shipment("S1"), shipment("S2")]

    def on_train(**room: object) -> int:
        train = service("train", "2026-03-02T12:00", **fields, **room)
        best = oracle.best_plan(case([train, dear], rows))
        return sum(way[0][0] == "train" for way in best.choice.values())

    assert on_train(max_units=1) == 2
    assert on_train(unit_m3=100.0, max_units=1) == 1
    assert on_train(max_t=40.0) == 2
    assert on_train(max_t=39.0) == 1
    any_time = service("train", "any", **fields, max_units=1, unit_m3=100.0)
    assert oracle.best_plan(case([any_time, dear], rows)).cost_eur == 2


def test_terminal_takes_so_many_teu_a_local_day() -> None:
    train = service("train", "2026-03-02T12:00; 2026-03-03T12:00", hours=11)
    rows = [shipment("S1"), shipment("S2")]

    def days(zone: str, hours: float) -> list[int]:
        yard = terminal("B", timezone=zone, max_teu_per_day=3.0)
        line = replace(train, hours=hours)
        best = oracle.best_plan(case([line], rows, yard, objective=("time",)))
        return sorted((way[0][1] - MONDAY) // DAY for way in best.choice.values())

    assert days("UTC", 11) == [0, 1]  # both on Monday's train are too many
    quay = terminal("A", max_teu_per_day=3.0)
    assert not oracle.best_plan(case([train], rows, quay)).feasible
    tuesday = replace(rows[1], ready=MONDAY + 23 * HOUR)
    lisbon = replace(quay, timezone="Europe/Madrid")  # 23:00 UTC is Tuesday there
    assert oracle.best_plan(case([train], [rows[0], tuesday], lisbon)).feasible


def test_vehicle_km_are_shared_and_mixed_by_tonnes() -> None:
    van = service("van", "2026-03-02T12:00", toc="truck", unit_teu=3.0)
    dry = shipment("S1", size=Size(1, 10, 33))
    cold = shipment("S2", size=Size(2, 30, 66), cargo="reefer")
    # 3 TEU fit in one unit: 100 km × (1 × 10/40 + 1.5 × 30/40) kg/km
    best = oracle.best_plan(case([van], [dry, cold], objective=("co2e",)))
    assert best.co2e_kg == pytest.approx(100 * (0.25 + 1.5 * 0.75))
    # alone 100 and 150
    assert oracle.best_plan(case([van], [dry])).co2e_kg == pytest.approx(100)
    assert oracle.best_plan(case([van], [cold])).co2e_kg == pytest.approx(150)


def test_limits_of_the_plan_hold_for_its_real_total() -> None:
    train = service(
        "train",
        "2026-03-02T12:00",
        unit_teu=4.0,
        cost_per_unit_eur=400,
    )
    road = service("road", "any", mode="road", toc="truck", cost_per_departure_eur=100)
    rows = [shipment("S1"), shipment("S2")]
    # train together: 400 EUR, 40 kg; trucks: 200 EUR, 200 kg; one each: 500 EUR, 120 kg
    plain = case([train, road], rows)

    def cost(**limits: object) -> float | None:
        best = oracle.best_plan(replace(plain, limits=Limits(**limits)))  # type: ignore[arg-type]
        return best.cost_eur if best.feasible else None

    assert cost() == 200
    assert cost(co2e_kg=199.0) == 400
    assert cost(co2e_kg=39.0) is None
    assert cost(cost_eur=399.0, co2e_kg=199.0) is None
    assert cost(min_share={"rail": 0.5}) == 400
    assert cost(min_share={"rail": 1.0}, cost_eur=400.0) == 400
    # its own limit holds for the shipment alone, though the shared train costs it only 200
    tight = replace(plain, shipments=(replace(rows[0], max_cost_eur=399.0), rows[1]))
    share = Limits(min_share={"rail": 0.4})
    assert oracle.best_plan(replace(tight, limits=share)).cost_eur == 500


def test_serve_most_counts_teu_first() -> None:
    train = service("train", "2026-03-02T12:00", max_t=50.0, cost_per_t_eur=1)
    rows = [
        shipment("S1", size=Size(1, 20, 1)),
        shipment("S2", size=Size(3, 40, 1)),
        shipment("S3", size=Size(1, 20, 1)),
    ]
    assert not oracle.best_plan(case([train], rows)).feasible
    best = oracle.best_plan(case([train], rows, serve="most"))
    assert (best.served, best.served_teu, best.cost_eur) == (1, 3, 40)
    assert best.choice["S1"] == ()
    nobody = oracle.best_plan(case([], rows, serve="most"))
    assert (nobody.feasible, nobody.served) == (True, 0)


def test_ties_go_to_cost_then_time_then_co2e_then_names() -> None:
    def first(*services: Service, objective: tuple[str, ...]) -> str:
        best = oracle.best_plan(case(list(services), [shipment()], objective=objective))
        return best.choice["S"][0][0]

    a = service("a", "any", hours=9, cost_per_departure_eur=2)
    b = service("b", "any", hours=10, cost_per_departure_eur=1)
    c = service("c", "any", hours=9, cost_per_departure_eur=1, toc="truck")
    assert first(a, b, objective=("co2e",)) == "b"
    assert first(b, c, objective=("cost",)) == "c"
    assert first(a, c, objective=("time",)) == "c"
    assert first(a, replace(c, id="0", cost_per_departure_eur=2), objective=("time",)) == "a"
    assert first(a, replace(a, id="0"), objective=("time",)) == "0"


def test_counted_members_take_their_ways_in_order() -> None:
    lone = service("lone", "2026-03-02T12:00", unit_teu=2.0, max_units=1)
    many = service("many", "2026-03-02T12:00", cost_per_unit_eur=10, cost_per_departure_eur=0)
    best = oracle.best_plan(case([lone, many], [shipment(count=11)], days=1))
    assert best.choice["S/1"][0][0] == "lone"
    assert {best.choice[f"S/{n}"][0][0] for n in range(2, 12)} == {"many"}
    assert list(best.choice) == [f"S/{n}" for n in range(1, 12)]
    assert best.plans == 12


def test_a_near_tie_is_reported() -> None:
    a = service("a", "any", cost_per_departure_eur=1_000_000)
    b = service("b", "any", cost_per_departure_eur=1_000_000.5, hours=9)
    best = oracle.best_plan(case([a, b], [shipment()], objective=("cost", "time")))
    assert best.choice["S"][0][0] == "b"  # within 1e-6 of the least cost, and faster
    assert not best.clear
