"""What a search adds up along a voyage is what the whole chain costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routeopt.carbon import CarbonPrices
from routeopt.case.model import Case
from routeopt.emissions import Factors, Fuel, Toc
from routeopt.freight import DAY_MIN, Shipment, Size
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.search import Prices, Search
from routeopt.itineraries.ways import Ways
from routeopt.network import Network, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.regulations import Regulations
from tests import oracle

START = to_minute(date(2026, 3, 2), 0, "UTC")
FUELS = {
    "oil": Fuel(id="oil", wtt_g_per_mj=20, ttw_g_per_mj=80, lhv_mj_per_kg=40),
    "green": Fuel(id="green", wtt_g_per_mj=5, ttw_g_per_mj=0, ets_zero_rated=True),
}
TOCS = {
    "dirty": Toc(id="dirty", wtt_g=2, ttw_g=8, activity="tkm", carriers=(("oil", 1.0),)),
    "clean": Toc(id="clean", energy_mj=0.1, activity="teukm", carriers=(("green", 1.0),)),
    "ship": Toc(id="ship", wtt_g=9, ttw_g=80, activity="vehiclekm", carriers=(("oil", 1.0),)),
}
PORTS = (("PT{}", "PT"), ("SG{}", "SG"), ("MAPTM{}", "MA"), ("EGPSE{}", "EG"), ("MAPTM{}", "ES"))


def chain(stops: list[tuple[str, str]], legs: list[tuple[str, str]]) -> Case:
    """Terminals in a row, and one service on demand from each to the next."""
    terminals = [
        Terminal(id=id_.format(place), name="", country=country, lat=36, lon=place)
        for place, (id_, country) in enumerate(stops)
    ]
    services = [
        Service(
            id=f"s{place}",
            mode=mode,
            origin=terminals[place].id,
            destination=terminals[place + 1].id,
            timetable=Timetable.parse("any"),
            distance_km=1000,
            hours=10,
            toc=toc,
        )
        for place, (mode, toc) in enumerate(legs)
    ]
    row = Shipment(
        id="S",
        origin=terminals[0].id,
        destination=terminals[-1].id,
        size=Size(1, 10, 33),
        ready=START,
        due=START + 5 * DAY_MIN,
    )
    return Case(
        path=Path("x"),
        name="x",
        start=START,
        days=5,
        shipments=(row,),
        network=Network(
            terminals={t.id: t for t in terminals},
            services={s.id: s for s in services},
            tocs=TOCS,
            hocs={},
            factors=Factors(fuels=FUELS),
        ),
        carbon_price_eur_per_t=100,
        regulations=Regulations(year=2026, eu_ets_eur_per_t=1000, fueleu=True),
    )


def searched_eur(case: Case) -> float:
    (found,) = Search(Ways(ServiceGraph(case), case.shipments[0])).run(Prices(eur=1.0))
    assert found.own_eur == pytest.approx(found.alone_eur)
    return found.alone_eur


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(
    st.lists(st.sampled_from(PORTS), min_size=6, max_size=6),
    st.lists(
        st.tuples(
            st.sampled_from(("sea", "sea", "sea", "rail")),
            st.sampled_from(("dirty", "clean", "ship")),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_a_search_charges_what_the_chain_costs(
    stops: list[tuple[str, str]], legs: list[tuple[str, str]]
) -> None:
    case = chain(stops[: len(legs) + 1], legs)
    (way,) = oracle.itineraries(case, case.shipments[0])
    assert searched_eur(case) == pytest.approx(way.cost_eur, rel=1e-12, abs=1e-12)
    services = list(case.network.services.values())
    assert CarbonPrices(case).coverages(services) == oracle.coverages(case, services)


@pytest.mark.parametrize(
    ("stops", "legs"),
    [
        # 10 t × 1000 km × 8 g = 80 kg × 1 EUR on a dirty leg, half of it due; nothing on a clean
        (("SG", "MAPTM", "PT"), ("dirty", "clean")),
        (("SG", "MAPTM", "PT"), ("clean", "dirty")),
        (("PT", "MAPTM", "SG"), ("dirty", "clean")),
        (("PT", "MAPTM", "SG"), ("clean", "dirty")),
        (("PT", "MAPTM", "EGPSE", "SG"), ("clean", "dirty", "clean")),
        (("SG", "MAPTM", "EGPSE", "PT"), ("clean", "dirty", "clean")),
    ],
)
def test_a_leg_without_a_charge_does_not_end_a_voyage(
    stops: tuple[str, ...], legs: tuple[str, ...]
) -> None:
    country = {"SG": "SG", "PT": "PT", "MAPTM": "MA", "EGPSE": "EG"}
    case = chain([(id_, country[id_]) for id_ in stops], [("sea", toc) for toc in legs])
    rules = Regulations(year=2026, eu_ets_eur_per_t=1000)
    case = replace(case, carbon_price_eur_per_t=0.0, regulations=rules)
    assert searched_eur(case) == pytest.approx(40)
