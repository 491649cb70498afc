"""What carbon costs a leg: coverage along a chain, ETS2 by km, the switch to the carrier's price.

Terminals are named by their country: `line_case` reads it from the first two letters of an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from routeopt.carbon import CarbonPrices, CarbonRates, Ends
from routeopt.case import load_case
from routeopt.case.model import Case
from routeopt.errors import CaseError
from routeopt.freight import Carbon, Size
from routeopt.optimize import solve
from tests.published.ondisk import Row, line_case, service, shipment, terminal, write_case

BOX = Size(1, 10, 33)
ETS = {"year": 2026, "eu_ets_eur_per_t": 100}
PORTS = ["PTSIE", "ESVLC", "CNSHA", "USNYC", "MACAS", "MAPTM", "MAPTM-2", "EGPSE"]


def ships(*ports: str, mode: str = "sea") -> list[Row]:
    """A service from each port to the next, 1000 km each."""
    toc = {"sea": "ship-industry", "road": "road-artic-eu"}[mode]
    return [
        service(f"{mode} {a} > {b}", mode, f"{a} > {b}", toc, distance_km=1000)
        for a, b in pairwise(ports)
    ]


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A ship and a truck between any two of some ports; EU ETS at 100 EUR."""
    rows: list[Row] = []
    for a in PORTS:
        for b in PORTS:
            if a != b:
                rows += [*ships(a, b), *ships(a, b, mode="road")]
    return line_case(tmp_path_factory.mktemp("everywhere"), rows, regulations=ETS)


def covered(case: Case, chain: str) -> list[float]:
    """Coverage of each leg of a chain such as `CNSHA > MAPTM ~ MACAS`; `~` is a truck."""
    words = chain.split()
    ids = [
        f"{'sea' if sign == '>' else 'road'} {a} > {b}"
        for a, sign, b in zip(words[::2], words[1::2], words[2::2], strict=False)
    ]
    return CarbonPrices(case).coverages([case.network.services[id_] for id_ in ids])


@pytest.mark.parametrize(
    ("chain", "wanted"),
    [
        # half for each end in the EEA
        ("PTSIE > ESVLC", [1]),
        ("PTSIE > CNSHA", [0.5]),
        ("CNSHA > PTSIE", [0.5]),
        ("CNSHA > USNYC", [0]),
        # any other port on the way cuts the voyage
        ("CNSHA > MACAS > PTSIE", [0, 0.5]),
        ("CNSHA > ESVLC > PTSIE", [0.5, 1]),
        # a listed port in the middle does not: the ends of the whole voyage count
        ("CNSHA > MAPTM > PTSIE", [0.5, 0.5]),
        ("PTSIE > MAPTM > CNSHA", [0.5, 0.5]),
        ("PTSIE > MAPTM > ESVLC", [1, 1]),
        ("CNSHA > MAPTM > USNYC", [0, 0]),
        # two of them in a row
        ("CNSHA > EGPSE > MAPTM > PTSIE", [0.5, 0.5, 0.5]),
        ("PTSIE > MAPTM > EGPSE > ESVLC", [1, 1, 1]),
        # at either end it stands for an unknown port outside the EEA
        ("MAPTM > PTSIE", [0.5]),
        ("PTSIE > MAPTM", [0.5]),
        ("MAPTM > EGPSE", [0]),
        ("CNSHA > MAPTM", [0]),
        ("MAPTM > EGPSE > PTSIE", [0.5, 0.5]),
        # the port of call after it begins a new voyage
        ("CNSHA > MAPTM > PTSIE > ESVLC", [0.5, 0.5, 1]),
        ("CNSHA > MAPTM > MACAS > PTSIE", [0, 0, 0.5]),
        # cargo that leaves the quay by truck ends the voyage that is known
        ("PTSIE > MAPTM ~ MAPTM-2 > ESVLC", [0.5, 0, 0.5]),
        ("CNSHA > MAPTM ~ MACAS > PTSIE", [0, 0, 0.5]),
        ("CNSHA > PTSIE ~ ESVLC", [0.5, 0]),
        ("PTSIE ~ ESVLC", [0]),
    ],
)
def test_coverage_along_a_chain(everywhere: Case, chain: str, wanted: list[float]) -> None:
    assert covered(everywhere, chain) == wanted


@pytest.mark.parametrize(
    ("way", "ends", "open_", "known"),
    [
        ("PTSIE > ESVLC", Ends(False, False, True, True), False, 1),  # noqa: FBT003
        ("PTSIE > MAPTM", Ends(False, True, True, False), True, 0.5),  # noqa: FBT003
        ("EGPSE > CNSHA", Ends(True, False, False, False), True, 0),  # noqa: FBT003
    ],
)
def test_ends_of_a_leg(everywhere: Case, way: str, ends: Ends, open_: bool, known: float) -> None:  # noqa: FBT001
    prices = CarbonPrices(everywhere)
    found = prices.ends(everywhere.network.services[f"sea {way}"])
    assert found == ends
    assert found.open is open_
    assert found.known_coverage == known
    assert prices.ends(everywhere.network.services[f"sea {way}"]) is found


@pytest.mark.parametrize(
    "regulations", [None, {"year": 2026}, {**ETS, "surcharge": "carrier"}], ids=str
)
def test_nothing_is_covered_without_rules_for_ships(
    tmp_path: Path, regulations: dict[str, object] | None
) -> None:
    keys = {} if regulations is None else {"regulations": regulations}
    case = line_case(tmp_path, ships("PTSIE", "ESVLC"), **keys)
    prices = CarbonPrices(case)
    (ship,) = case.network.services.values()
    assert prices.charges_ships is False
    assert prices.coverages([ship]) == [0]
    assert prices.leg(ship, "dry").voyage == CarbonRates()


# Ships -----------------------------------------------------------------------------------------


def charge(case: Case, *, cover: float = 1.0, size: Size = BOX, cargo: str = "dry") -> Carbon:
    """What the one service of a case charges a size that takes one unit."""
    (each,) = case.network.services.values()
    rates = CarbonPrices(case).leg(each, cargo).at(cover)
    return rates.own(size) + rates.per_unit


def test_eu_ets_on_a_lane(tmp_path: Path) -> None:
    case = line_case(tmp_path, ships("CNSHA", "PTSIE"), regulations=ETS)
    # 0.771108 MJ per TEU-km × 1000 km = 771.108 MJ; / 41.3 MJ/kg = 18.67090 kg of fuel
    # × (3.114 + 0.00005 × 28 + 0.00018 × 265) = × 3.1631 = 59.0579 kg; × 100 EUR/t = 5.90579 EUR
    assert charge(case).ets_eur == pytest.approx(5.90579, rel=1e-5)
    assert charge(case, cover=0.5).ets_eur == pytest.approx(2.952896, rel=1e-5)
    assert charge(case, size=Size(2, 10, 33)).ets_eur == pytest.approx(2 * 5.90579, rel=1e-5)
    # reefer boxes burn 1.529146 MJ per TEU-km
    assert charge(case, cargo="reefer").ets_eur == pytest.approx(5.90579 * 1.529146 / 0.771108)


def test_eu_ets_on_printed_intensities(tmp_path: Path) -> None:
    case = line_case(tmp_path, ships("CNSHA", "PTSIE"), regulations=ETS, factors="published")
    # the fuel of a g/… row tells its energy: 59.0 g / 76.513317 g/MJ = 0.771108 MJ, as above
    assert charge(case).ets_eur == pytest.approx(5.90579, rel=1e-5)


def test_intensity_without_a_fuel_is_refused_where_ships_pay(tmp_path: Path) -> None:
    row = {"id": "bare", "mode": "sea", "unit": "g/teukm", "wtt": 10, "ttw": 60, "source": "x"}
    path = write_case(
        tmp_path,
        tables={
            "terminals": [terminal("CN", "CN"), terminal("PT", "PT")],
            "services": [service("s", "sea", "CN > PT", "bare", distance_km=1000)],
            "toc": [row],
        },
        shipments=[shipment("box", "CN > PT", teu=1, tonnes=10)],
        regulations=ETS,
    )
    with pytest.raises(CaseError, match="no fuel from which the energy"):
        load_case(path)
    assert load_case(path, patch={"regulations": {"surcharge": "carrier"}}).regulations is not None


def test_zero_rated_fuels_and_blends(tmp_path: Path) -> None:
    def eur(name: str, fuel: str) -> Carbon:
        switch = {"table": "toc", "where": {"id": "ship-industry"}, "set": {"fuel": fuel}}
        rules = {**ETS, "fueleu": True}
        path = tmp_path / name
        return charge(line_case(path, ships("CN", "PT"), override=[switch], regulations=rules))

    fame, vlsfo, blend = eur("1", "fame"), eur("2", "vlsfo"), eur("3", "vlsfo 0.6; fame 0.4")
    # FAME pays for CH4 and N2O alone: 771.108 / 37 = 20.84076 kg × 0.0491 = 1.02328 kg
    assert fame.ets_eur == pytest.approx(0.102328, rel=1e-5)
    assert fame.fueleu_eur == 0
    assert blend.ets_eur == pytest.approx(0.6 * vlsfo.ets_eur + 0.4 * fame.ets_eur)
    assert blend.fueleu_eur == pytest.approx(0.6 * vlsfo.fueleu_eur)


def test_fueleu_penalty_and_pool(tmp_path: Path) -> None:
    rules = {"year": 2026, "fueleu": True}
    case = line_case(tmp_path / "penalty", ships("CNSHA", "PTSIE"), regulations=rules)
    # 18.67090 kg of fuel × 58.6064 EUR per t of heavy fuel oil
    assert charge(case).fueleu_eur == pytest.approx(1.09424, rel=1e-4)
    pool = {**rules, "fueleu_pool_eur_per_t": 200}
    case = line_case(tmp_path / "pool", ships("CNSHA", "PTSIE"), regulations=pool)
    # a deficit of 91 710 g per t: 18.67090 kg × 91.71 g/kg = 1712.3 g; × 200 EUR/t
    assert charge(case).fueleu_eur == pytest.approx(0.342460, rel=1e-4)
    assert charge(case).ets_eur == 0


@pytest.mark.parametrize(
    ("mode", "toc"),
    [("rail", "rail-diesel-eu"), ("barge", "barge-push-2"), ("road", "road-artic-eu")],
)
def test_rules_for_ships_charge_no_other_mode(tmp_path: Path, mode: str, toc: str) -> None:
    row = service("s", mode, "PT > ES", toc, distance_km=100, country_km="PT 40; ES 60")
    case = line_case(tmp_path, [row], regulations={**ETS, "fueleu": True})
    assert charge(case) == Carbon()


# ETS2 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "country_km", "year", "share"),
    [
        ("PT > ES", "PT 400; ES 600", 2027, 0),  # not yet
        ("PT > ES", "PT 400; ES 600", 2028, 1),
        ("ES > MA", "ES 250; MA 750", 2028, 0.25),
        ("MA > EG", "MA 500; EG 500", 2028, 0),
        ("RU > LT", "RU-KGD 100; LT 900", 2028, 0.9),
        # countries of the km not known: all of them if an end lies in the EEA
        ("PT > MA", "", 2028, 1),
        ("MA > PT", "", 2028, 1),
        ("MA > EG", "", 2028, 0),
    ],
)
def test_ets2_by_year_and_km(
    tmp_path: Path, way: str, country_km: str, year: int, share: float
) -> None:
    row = service("s", "road", way, "road-artic-eu", distance_km=1000, country_km=country_km)
    rules = {"year": year, "ets2_eur_per_t": 45}
    case = line_case(tmp_path, [row], regulations=rules)
    # 10 t × 1000 km × 0.91002 MJ × 75.3 g/MJ = 685.245 kg tank to wheel; × 45 EUR/t = 30.836 EUR
    assert charge(case).ets2_eur == pytest.approx(share * 30.83603, rel=1e-6)


def test_ets2_of_other_trucks(tmp_path: Path) -> None:
    rules = {"year": 2028, "ets2_eur_per_t": 45}

    def eur(toc: str) -> float:
        row = service("s", "road", "PT1 > PT2", toc, distance_km=1000)
        return charge(line_case(tmp_path / toc, [row], regulations=rules)).ets2_eur

    # by vehicle: 1000 km × 14.196319 MJ × 75.3 g/MJ = 1068.983 kg, whatever is on board
    assert eur("road-artic-eu-vkm") == pytest.approx(1.068983 * 45, rel=1e-6)
    # HVO: 9100.2 MJ × 1.16 g/MJ, its CH4 and N2O
    assert eur("road-artic-eu-hvo") == pytest.approx(9100.2 * 1.16 * 45 / 1e6, rel=1e-4)
    assert eur("road-artic-bev") == 0


def test_leaks_of_cooling_units_pay_no_ets2(tmp_path: Path) -> None:
    rules = {"year": 2028, "ets2_eur_per_t": 45}
    leak = {"refrigerant": "R-134a", "leak_g": 0.01}
    switch = {"table": "toc", "where": {"id": "road-artic-eu"}, "set": leak}
    row = service("s", "road", "PT1 > PT2", "road-artic-eu", distance_km=1000)
    case = line_case(tmp_path, [row], regulations=rules, override=[switch])
    (truck,) = case.network.services.values()
    # 0.01 g × 1530 per tkm × 10 000 tkm = 153 kg more are emitted, and the charge is as before
    kg = case.network.leg_intensity(truck, "dry").emission(BOX, 1)
    assert kg.ttw_kg == pytest.approx(685.245 + 153, rel=1e-5)
    assert charge(case).ets2_eur == pytest.approx(30.83603, rel=1e-6)


# Shadow price, surcharge, sums -----------------------------------------------------------------


@pytest.mark.parametrize(("scope", "eur"), [("wtw", 71.6961), ("ttw", 59.0)])
def test_shadow_price_on_what_is_in_scope(tmp_path: Path, scope: str, eur: float) -> None:
    keys = {"carbon_price_eur_per_t": 1000, "co2e_scope": scope}
    case = line_case(tmp_path, ships("CNSHA", "PTSIE"), **keys)
    # 771.108 MJ × (16.464891 + 76.513317) g/MJ = 71.696 kg, 59.000 kg of it tank to wake
    assert charge(case).shadow_eur == pytest.approx(eur, rel=1e-5)
    assert charge(case, cover=0).shadow_eur == charge(case, cover=1).shadow_eur


def _bill(folder: Path, regulations: dict[str, object] | None) -> tuple[float, Carbon]:
    """(transport, carbon) of a box whose carrier asks for 30 EUR per TEU, and for freight 100."""
    row = service("s", "sea", "PT > ES", "ship-industry", distance_km=1000)
    path = write_case(
        folder,
        tables={
            "terminals": [terminal("PT", "PT"), terminal("ES", "ES")],
            "services": [{**row, "cost_per_teu": 100, "surcharge_per_teu": 30}],
        },
        shipments=[shipment("box", "PT > ES", teu=1, tonnes=10)],
        **({} if regulations is None else {"regulations": regulations}),
    )
    totals = solve(load_case(path)).totals
    return totals.transport_eur, totals.carbon


def test_own_calculation_or_the_carriers_surcharge_never_both(tmp_path: Path) -> None:
    transport, carbon = _bill(tmp_path / "own", {**ETS, "surcharge": "own"})
    assert transport == 100
    assert carbon.ets_eur == pytest.approx(5.90579, rel=1e-5)  # EEA to EEA: all of it
    for name, rules in (("carrier", {**ETS, "surcharge": "carrier"}), ("none", None)):
        transport, carbon = _bill(tmp_path / name, rules)
        assert transport == 130
        assert carbon == Carbon()


def test_rates_add_up_and_scale() -> None:
    a = CarbonRates(per_t=Carbon(shadow_eur=1), per_teu=Carbon(ets_eur=2))
    b = CarbonRates(per_teu=Carbon(fueleu_eur=4), per_unit=Carbon(ets2_eur=8))
    both = (a + b) * 2
    # 10 t × 2 × 1 and 1 TEU × 2 × (2, 4); units are left to who knows them
    assert both.own(BOX) == Carbon(shadow_eur=20, ets_eur=4, fueleu_eur=8)
    assert both.per_unit == Carbon(ets2_eur=16)
    assert both.own(BOX).eur == 32


def test_rates_of_a_leg_are_computed_once(everywhere: Case) -> None:
    prices = CarbonPrices(everywhere)
    ship = everywhere.network.services["sea CNSHA > PTSIE"]
    assert prices.leg(ship, "dry") is prices.leg(ship, "dry")
    assert prices.leg(ship, "dry") is not prices.leg(ship, "reefer")


# Inside the plan -------------------------------------------------------------------------------


def _feeder(way: Sequence[str]) -> list[Row]:
    return [
        {**row, "id": f"{index} {way[0]}", "cost_per_teu": 100}
        for index, row in enumerate(ships(*way))
    ]


def test_a_plan_charges_the_whole_voyage(tmp_path: Path) -> None:
    path = write_case(
        tmp_path,
        tables={
            "terminals": [terminal(id_, id_[:2]) for id_ in ("CNSHA", "MAPTM", "MACAS", "PTSIE")],
            "services": [
                *_feeder(["CNSHA", "MAPTM", "PTSIE"]),
                *({**row, "id": f"c{row['id']}"} for row in _feeder(["CNSHA", "MACAS", "PTSIE"])),
            ],
        },
        shipments=[shipment("box", "CNSHA > PTSIE", teu=1, tonnes=10)],
        regulations=ETS,
        objective=["cost"],
    )
    plan = solve(load_case(path))
    (box,) = plan.shipments
    # by Tanger Med: half of both legs, 5.906 EUR; by Casablanca: half of the second, 2.953 EUR
    assert [leg.destination for leg in box.legs] == ["MACAS", "PTSIE"]
    assert [leg.carbon.ets_eur for leg in box.legs] == pytest.approx([0, 2.952896], rel=1e-5)
    only = solve(load_case(path, patch={"avoid": {"terminals": ["MACAS"]}}))
    assert only.totals.carbon.ets_eur == pytest.approx(5.90579, rel=1e-5)
    assert only.totals.co2e_kg == pytest.approx(plan.totals.co2e_kg)  # a charge is no emission
