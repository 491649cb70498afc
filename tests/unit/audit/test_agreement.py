"""Two ways to the same number: the audit and what prices plans agree on any factors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routeopt.audit import audit
from routeopt.audit.burdens import RateBook
from routeopt.audit.carbon import coverages, ship_eur
from routeopt.carbon import CarbonPrices
from routeopt.case import Case
from routeopt.emissions import Factors, Fuel, Grid, Toc, components
from routeopt.freight import Itinerary, Plan, Ride
from routeopt.isoreport import iso_report
from routeopt.ledger import settle
from routeopt.network import Network, Service, Terminal, Timetable
from routeopt.planfile import plan_dict
from routeopt.regulations import Regulations
from routeopt.regulations import ship_eur as priced_ship_eur
from tests.unit.audit import voyage

PORTS = {
    "PTSIE": "PT", "GRPIR": "GR", "SGSIN": "SG", "MACAS": "MA", "MAPTM": "MA", "MAPTM-TC4": "MA",
    "EGPSE": "EG",
}  # fmt: skip
TERMINALS = {
    id_: Terminal(id=id_, name="", country=country, lat=lat, lon=2 * lat)
    for lat, (id_, country) in enumerate(PORTS.items())
}
ANY = Timetable.parse("any")

grams = st.floats(0, 200)
shares = st.sampled_from([0.25, 0.5, 0.75, 1.0])
fuels = st.builds(
    Fuel,
    id=st.just("f"),
    wtt_g_per_mj=grams,
    ttw_g_per_mj=st.floats(1, 200),
    lhv_mj_per_kg=st.none() | st.floats(10, 120),
    fueleu_wtt_g_per_mj=st.none() | st.floats(-80, 200),
    fueleu_ttw_g_per_mj=st.none() | grams,
    fueleu_lcv_mj_per_kg=st.none() | st.floats(10, 120),
    rwd=st.sampled_from([0.0, 1.0, 1.5, 2.0]),
    ets_co2_kg_per_kg=st.none() | st.floats(0, 4),
    ets_ch4_kg_per_kg=st.none() | st.floats(0, 0.05),
    ets_n2o_kg_per_kg=st.none() | st.floats(0, 0.001),
    ets_zero_rated=st.booleans(),
)
rules = st.builds(
    Regulations,
    year=st.integers(2022, 2055),
    eu_ets_eur_per_t=st.sampled_from([0.0, 75.0]),
    fueleu=st.booleans(),
    fueleu_pool_eur_per_t=st.sampled_from([0.0, 120.0]),
    fueleu_gwp=st.sampled_from(["28/265", "25/298"]),
    ets2_eur_per_t=st.sampled_from([0.0, 45.0]),
    surcharge=st.sampled_from(["own", "carrier"]),
)


def a_case(services: list[Service], tocs: list[Toc], factors: Factors, law: Regulations) -> Case:
    network = Network(
        terminals=TERMINALS,
        services={service.id: service for service in services},
        tocs={toc.id: toc for toc in tocs},
        hocs={},
        factors=factors,
    )
    return Case(
        path=Path("x"), name="x", start=0, days=1, shipments=(), network=network, regulations=law
    )


@given(fuels, rules, st.floats(0, 9), st.booleans())
def test_fuels_cost_the_same(fuel: Fuel, law: Regulations, amount: float, by_energy: bool) -> None:  # noqa: FBT001
    carriers = (("f", 0.75), ("electricity", 0.25))
    toc = Toc(
        id="t",
        activity="tkm",
        carriers=carriers,
        energy_mj=amount if by_energy else None,
        ttw_g=0 if by_energy else amount,
    )
    factors = Factors(
        fuels={"f": fuel},
        grids={"PT": Grid(country="PT", basis="b", year=2025, g_per_kwh=100, loss_pct=10)},
    )
    parts = [
        priced_ship_eur(part, carriers, factors.fuels, law)
        for part in components(toc, "PT", factors)
    ]
    wanted = [sum(column) for column in zip(*parts, strict=True)]
    assert ship_eur(toc, factors, law) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


modes = st.lists(st.sampled_from(["sea", "sea", "sea", "road"]), min_size=1, max_size=6)


@given(modes, st.permutations([*PORTS]))
def test_voyages_are_covered_alike(ways: list[str], ports: list[str]) -> None:
    services = [
        Service(
            id=str(n), mode=mode, origin=ports[n], destination=ports[n + 1], timetable=ANY,
            distance_km=1, hours=1,
        )
        for n, mode in enumerate(ways)
    ]  # fmt: skip
    law = Regulations(year=2026, eu_ets_eur_per_t=1)
    case = a_case(services, [], Factors(), law)
    assert coverages(services, TERMINALS) == CarbonPrices(case).coverages(services)


km_by_country = st.dictionaries(st.sampled_from(["PT", "ES", "MA", "FR-X"]), st.floats(0, 900))


@given(
    by_country=km_by_country.filter(lambda km: sum(km.values()) > 1),
    unwired=st.floats(0, 1),
    scale=st.floats(0.9, 1.1),
    basis=st.sampled_from(["sfd", "gcd", "actual"]),
    mode=st.sampled_from(["rail", "road", "sea"]),
    law=rules,
)
def test_legs_burden_the_same(
    by_country: dict[str, float],
    unwired: float,
    scale: float,
    basis: Literal["sfd", "gcd", "actual"],
    mode: str,
    law: Regulations,
) -> None:
    service = Service(
        id="s", mode=mode, origin="PTSIE", destination="SGSIN", timetable=ANY, hours=1,
        distance_km=sum(by_country.values()) * scale, country_km=by_country, toc="on",
        toc_unwired="off",
        unwired_km={c: km * unwired * 0.9 for c, km in by_country.items() if km * unwired},
    )  # fmt: skip
    tocs = [
        Toc(
            id=id_, activity="tkm", energy_mj=0.5, distance_basis=basis, carriers=carriers,
            daf=1.15 if basis == "actual" else 1,
        )
        for id_, carriers in (
            ("on", (("electricity", 0.75), ("f", 0.25))),
            ("off", (("electricity", 0.5), ("f", 0.5))),
        )
    ]  # fmt: skip
    grids = {
        c: Grid(country=c, basis="b", year=2025, g_per_kwh=100.0 * n, loss_pct=n)
        for n, c in enumerate(["PT", "ES", "MA", "FR-X"])
    }
    fuel = Fuel(id="f", wtt_g_per_mj=20, ttw_g_per_mj=75)
    case = a_case([service], tocs, Factors(fuels={"f": fuel}, grids=grids), law)
    mine = RateBook(case).leg(service, "dry").per_t
    kg = case.network.leg_intensity(service, "dry").per_t
    eur = CarbonPrices(case).leg(service, "dry").at(1).per_t
    wanted = (kg.wtt_kg, kg.ttw_kg, eur.ets_eur, eur.fueleu_eur, eur.ets2_eur)
    assert tuple(mine) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def as_priced(case: Case) -> Plan:
    """The voyage by hand with the numbers that the program gives to its rides."""
    plan = voyage.make_plan()
    chosen = {
        entry.id: Itinerary(
            rides=tuple(
                Ride(service=leg.service, depart=leg.depart, arrive=leg.arrive)
                for leg in entry.legs
            )
        )
        for entry in plan.shipments
    }
    shipments, departures, totals = settle(case, chosen)
    iso = iso_report(case, shipments)
    return replace(plan, shipments=shipments, departures=departures, totals=totals, iso=iso)


def test_the_plan_by_hand_is_what_the_program_makes() -> None:
    case = voyage.make_case()
    assert audit(plan_dict(as_priced(case)), case, tolerance=1e-12) == ()


Field = Any
# what is broken, how, and where the audit must see it
FAULTS: list[tuple[str, Field, str]] = [
    ("routeopt.carbon.is_transshipment_port", lambda _: False, "legs[0].carbon_parts.ets"),
    ("routeopt.carbon.eea", frozenset, "legs[3].carbon_parts.ets2"),
    ("routeopt.carbon.coverage", lambda *_: 1.0, "shipments[FIG].legs[0].carbon_parts.fueleu"),
    ("routeopt.carbon.CarbonPrices.ets2_share", lambda *_: 1.0, "legs[3].carbon_parts.ets2"),
    ("routeopt.regulations.ets_share", lambda _: 0.7, "totals.carbon_parts.ets"),
    ("routeopt.regulations.fueleu_lcv", lambda fuel: fuel.lhv_mj_per_kg, "carbon_parts.fueleu"),
    ("routeopt.regulations.burnt_mj", lambda *_: 1.0, "legs[1].carbon_parts.ets"),
    ("routeopt.emissions.MJ_PER_KWH", 3.5, "legs[2].wtt_kg"),
    ("routeopt.emissions.Grid.used_g_per_kwh", 100.0, "transfers[0].wtt_kg"),
    ("routeopt.emissions.Refrigerant.gwp", lambda *_: 1.0, "legs[0].ttw_kg"),
    ("routeopt.network.basis_km", lambda _, km, **__: km, "legs[0].activity"),
    ("routeopt.network.Network.leak_kg", lambda *_: 0.0, "transfers[0].ttw_kg"),
    ("routeopt.network.Network.waiting_kg_per_h", lambda *_: 0.0, "transfers[0].wtt_kg"),
    ("routeopt.network.Service.wired_km", lambda *_, **__: {"ES": 400.0}, "iso.grids"),
    ("routeopt.ledger.DATA_TYPES", ("default", "modelled", "primary"), "legs[2].data_type"),
    ("routeopt.isoreport._factors_used", lambda *_: ((), ()), "iso.gwp"),
]


@pytest.mark.parametrize(("target", "fault", "place"), FAULTS, ids=[each[0] for each in FAULTS])
def test_a_fault_in_what_prices_a_plan_is_found(
    monkeypatch: pytest.MonkeyPatch, target: str, fault: Field, place: str
) -> None:
    case = voyage.make_case()
    monkeypatch.setattr(target, fault)
    found = audit(plan_dict(as_priced(case)), case)
    assert any(place in finding.where for finding in found), [*map(str, found)]
