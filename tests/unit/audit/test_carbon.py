"""Carbon and energy in the audit: each rule by itself, and voyage.py changed in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from routeopt.audit import audit
from routeopt.audit.bills import LegBill, bills_of
from routeopt.audit.burdens import RateBook
from routeopt.audit.carbon import coverages, ets2_eur, in_force, ship_eur
from routeopt.audit.chain import read_shipments
from routeopt.audit.energy import Piece, UnpricedError
from routeopt.audit.findings import Findings
from routeopt.case import Case
from routeopt.emissions import Factors, Fuel, Toc
from routeopt.freight import Size
from routeopt.network import Service, Terminal, Timetable
from routeopt.regulations import Regulations

Field = Any
Change = Callable[[Case], Case]


@pytest.fixture
def sample() -> str:
    return "voyage"


def legs_of(case: Case, plan: dict[str, Any], member: str) -> tuple[LegBill, ...]:
    """What the audit bills for the legs of a shipment of the plan under a changed case."""
    book, found = RateBook(case), Findings(1e-6)
    trips = read_shipments(plan, book, found).trips
    bills, _ = bills_of(trips, book)
    return next(b.legs for t, b in zip(trips, bills, strict=True) if t.stated["id"] == member)


def with_rules(case: Case, **fields: Field) -> Case:
    assert case.regulations is not None
    return replace(case, regulations=replace(case.regulations, **fields))


def with_row(case: Case, table: str, id_: str, **fields: Field) -> Case:
    rows: dict[str, Field] = {**getattr(case.network, table)}
    rows[id_] = replace(rows[id_], **fields)
    changed: dict[str, Field] = {table: rows}
    return replace(case, network=replace(case.network, **changed))


def with_factors(case: Case, table: str, rows: Mapping[str, Field]) -> Case:
    changed: dict[str, Field] = {table: rows}
    factors = replace(case.network.factors, **changed)
    return replace(case, network=replace(case.network, factors=factors))


# voyages

COUNTRIES = {
    "GRPIR": "GR", "ESVLC": "ES", "NLRTM": "NL", "MAPTM-TC4": "MA", "EGPSE": "EG", "SGSIN": "SG",
    "MACAS": "MA",
}  # fmt: skip
VOYAGES: list[tuple[str, list[float]]] = [
    ("GRPIR sea ESVLC", [1]),
    ("SGSIN sea ESVLC", [0.5]),
    ("ESVLC sea SGSIN", [0.5]),
    ("SGSIN sea MACAS", [0]),
    ("SGSIN sea MACAS sea ESVLC", [0, 0.5]),  # Casablanca is a port of call
    ("SGSIN sea MAPTM-TC4 sea ESVLC", [0.5, 0.5]),
    ("ESVLC sea MAPTM-TC4 sea SGSIN", [0.5, 0.5]),
    ("NLRTM sea MAPTM-TC4 sea ESVLC", [1, 1]),
    ("SGSIN sea EGPSE sea MAPTM-TC4 sea ESVLC sea NLRTM", [0.5, 0.5, 0.5, 1]),
    ("MAPTM-TC4 sea ESVLC", [0.5]),  # it may have come from anywhere
    ("ESVLC sea MAPTM-TC4", [0.5]),
    ("MAPTM-TC4 sea EGPSE", [0]),
    ("ESVLC sea MAPTM-TC4 road MACAS", [0.5, 0]),
    ("ESVLC sea MAPTM-TC4 road EGPSE sea GRPIR", [0.5, 0, 0.5]),  # the road ends the voyage
    ("ESVLC rail NLRTM barge GRPIR", [0, 0]),
]


@pytest.mark.parametrize(("way", "covered"), VOYAGES, ids=[way for way, _ in VOYAGES])
def test_half_for_each_end_in_the_eea(way: str, covered: list[float]) -> None:
    terminals = {
        id_: Terminal(id=id_, name="", country=country, lat=0, lon=0)
        for id_, country in COUNTRIES.items()
    }
    words = way.split()
    services = [
        Service(
            id=str(n), mode=words[n + 1], origin=words[n], destination=words[n + 2],
            timetable=Timetable.parse("any"), distance_km=1, hours=1,
        )
        for n in range(0, len(words) - 2, 2)
    ]  # fmt: skip
    assert coverages(services, terminals) == covered


# the law by year


def test_rules_begin_and_change() -> None:
    phase = [in_force("ets_phase_in", year) for year in (2023, 2024, 2025, 2026, 2050)]
    assert phase == [0, 0.4, 0.7, 1, 1]
    assert [in_force("ets2", year) for year in (2027, 2028)] == [0, 1]
    with pytest.raises(KeyError):
        in_force("ets_phase", 2026)


HFO = Fuel(
    id="hfo", wtt_g_per_mj=13.5, ttw_g_per_mj=80, lhv_mj_per_kg=40.5,
    fueleu_wtt_g_per_mj=13.5, fueleu_ttw_g_per_mj=3163.1 / 40.5, fueleu_lcv_mj_per_kg=40.5,
    ets_co2_kg_per_kg=3.114, ets_ch4_kg_per_kg=0.00005, ets_n2o_kg_per_kg=0.00018,
)  # fmt: skip


def one_fuel(fuel: Fuel, **rules: Field) -> tuple[float, float]:
    """(EU ETS, FuelEU) of an MJ of a fuel on a voyage all covered."""
    toc = Toc(id="t", activity="tkm", energy_mj=1, carriers=((fuel.id, 1.0),))
    return ship_eur(toc, Factors(fuels={fuel.id: fuel}), Regulations(**rules))


def test_ets_counts_methane_and_nitrous_oxide_from_2026() -> None:
    # per tonne of fuel at 100 EUR: 3.114 t × 0.4, × 0.7 in 2024 and 2025;
    # in 2026 3.114 + 0.00005 × 28 + 0.00018 × 265 = 3.1631 t
    for year, eur in ((2023, 0), (2024, 124.56), (2025, 217.98), (2026, 316.31)):
        ets, _ = one_fuel(HFO, year=year, eu_ets_eur_per_t=100)
        assert ets * 40_500 == pytest.approx(eur)


def test_zero_rated_fuel_pays_for_its_methane_only() -> None:
    # 0.00005 × 28 + 0.00018 × 265 = 0.0491 t per tonne, 4.91 EUR
    ets, _ = one_fuel(replace(HFO, ets_zero_rated=True), year=2026, eu_ets_eur_per_t=100)
    assert ets * 40_500 == pytest.approx(4.91)


def test_ets_without_gases_counts_tank_to_wheel() -> None:
    # 80 g/MJ × 100 EUR/t = 0.008 EUR; zero-rated nothing
    bare = replace(HFO, ets_co2_kg_per_kg=None)
    assert one_fuel(bare, year=2026, eu_ets_eur_per_t=100)[0] == pytest.approx(0.008)
    free = replace(bare, ets_zero_rated=True)
    assert one_fuel(free, year=2026, eu_ets_eur_per_t=100) == (0, 0)


def test_fueleu_penalty_by_year() -> None:
    # heavy fuel oil: 13.5 + 3.1631 / 0.0405 = 91.602 g/MJ; in 2025 (91.602 − 89.3368) × 40 500
    # = 91 740 g a tonne; / (91.602 × 41 000) × 2400 EUR = 58.6; then 153 and 354 EUR
    for year, eur in ((2024, 0), (2025, 58.6), (2030, 153), (2035, 354)):
        assert one_fuel(HFO, year=year, fueleu=True)[1] * 40_500 == pytest.approx(eur, rel=2e-3)


def test_fueleu_pool_price_counts_the_deficit() -> None:
    # 91.60173 − 89.3368 = 2.26493 g/MJ × 200 EUR/t
    _, eur = one_fuel(HFO, year=2025, fueleu=True, fueleu_pool_eur_per_t=200)
    assert eur == pytest.approx((13.5 + 3163.1 / 40.5 - 89.3368) * 200 / 1e6)


def test_fueleu_of_another_gwp_set() -> None:
    # 0.00018 × (298 − 265) − 0.00005 × (28 − 25) = 0.00579 kg/kg more: / 40.5 = 0.14296 g/MJ
    pool: dict[str, Field] = {"year": 2025, "fueleu": True, "fueleu_pool_eur_per_t": 1e6}
    _, now = one_fuel(HFO, **pool)
    _, then = one_fuel(HFO, **pool, fueleu_gwp="25/298")
    assert then - now == pytest.approx(5.79 / 40.5)


def test_fueleu_rewards_rfnbo_until_2033() -> None:
    # 120 g/MJ counts as 60 until 2033, under the limit; in 2034 it is 120 − 85.6904 g over
    green = replace(HFO, rwd=2, fueleu_wtt_g_per_mj=100, fueleu_ttw_g_per_mj=20)
    pool: dict[str, Field] = {"fueleu": True, "fueleu_pool_eur_per_t": 1e6}
    assert one_fuel(green, year=2033, **pool)[1] == 0
    assert one_fuel(green, year=2034, **pool)[1] == pytest.approx(34.3096)


def test_fueleu_without_columns_takes_iso_values() -> None:
    # 13.5 + 80 − 89.3368 = 4.1632 g over; an LCV of 81 counts each MJ twice
    bare = replace(HFO, fueleu_wtt_g_per_mj=None, fueleu_ttw_g_per_mj=None)
    pool: dict[str, Field] = {"year": 2025, "fueleu": True, "fueleu_pool_eur_per_t": 1e6}
    assert one_fuel(bare, **pool)[1] == pytest.approx(4.1632)
    assert one_fuel(replace(bare, fueleu_lcv_mj_per_kg=81), **pool)[1] == pytest.approx(8.3264)
    alone = replace(bare, fueleu_lcv_mj_per_kg=None, lhv_mj_per_kg=None)
    assert one_fuel(alone, **pool)[1] == pytest.approx(4.1632)


def test_a_fuel_far_below_zero_pays_nothing() -> None:
    sink = replace(HFO, fueleu_wtt_g_per_mj=-100)
    assert one_fuel(sink, year=2050, fueleu=True)[1] == 0


# the energy behind given intensities

RULES = Regulations(year=2026, eu_ets_eur_per_t=100)
FACTORS = Factors(fuels={"hfo": HFO, "dry": replace(HFO, id="dry", ttw_g_per_mj=0)})


def given(**fields: Field) -> Toc:
    return Toc(id="t", activity="tkm", wtt_g=9, ttw_g=8, **fields)


def test_energy_behind_an_intensity_is_that_of_its_tank_to_wheel_part() -> None:
    # 8 g / (0.5 × 80 g/MJ) = 0.2 MJ, half of each fuel, of the same gases: 3.1631 / 40.5 kg/MJ
    half = given(carriers=(("hfo", 0.5), ("dry", 0.5)))
    assert ship_eur(half, FACTORS, RULES)[0] == pytest.approx(0.2 * 3.1631 / 40.5 / 1000 * 100)
    # with a quarter of electricity: 8 / (0.75 × 80) MJ, three quarters of them oil
    hybrid = given(carriers=(("hfo", 0.75), ("electricity", 0.25)))
    assert ship_eur(hybrid, FACTORS, RULES)[0] == pytest.approx(0.1 * 3.1631 / 40.5 / 1000 * 100)
    assert ship_eur(given(carriers=(("electricity", 1.0),)), FACTORS, RULES) == (0, 0)


@pytest.mark.parametrize("carriers", [(), (("dry", 1.0),), (("tar", 1.0),)])
def test_energy_that_cant_be_told(carriers: tuple[tuple[str, float], ...]) -> None:
    toc = given(carriers=carriers)
    with pytest.raises(UnpricedError):
        ship_eur(toc, FACTORS, RULES)
    for none in (None, replace(RULES, surcharge="carrier"), replace(RULES, eu_ets_eur_per_t=0)):
        assert ship_eur(toc, FACTORS, none) == (0, 0)


# ETS2

KM: list[tuple[Mapping[str, float] | None, str, float]] = [
    ({"ES": 60, "MA": 20}, "ESVLC > MACAS", 0.75),
    ({"FR-X": 30, "CH-BS": 10}, "ESVLC > MACAS", 0.75),
    ({"MA": 80}, "ESVLC > MACAS", 0),
    (None, "ESVLC > MACAS", 1),
    (None, "MACAS > ESVLC", 1),
    ({}, "MACAS > ESVLC", 1),
    (None, "MACAS > SGSIN", 0),
]


@pytest.mark.parametrize(("km", "ends", "share"), KM)
def test_ets2_counts_km_in_the_eea(km: Mapping[str, float] | None, ends: str, share: float) -> None:
    terminals = {
        id_: Terminal(id=id_, name="", country=country, lat=0, lon=0)
        for id_, country in COUNTRIES.items()
    }
    origin, destination = ends.split(" > ")
    service = Service(
        id="s", mode="road", origin=origin, destination=destination, distance_km=80, hours=1,
        timetable=Timetable.parse("any"), country_km=km,
    )  # fmt: skip
    piece = Piece(given(), "", 80)
    # 8 g × 50 EUR/t = 0.0004 EUR
    rules = Regulations(year=2028, ets2_eur_per_t=50)
    eur = ets2_eur(piece, service, terminals, Factors(), rules)
    assert eur == pytest.approx(0.0004 * share)
    early = replace(rules, year=2027)
    assert ets2_eur(piece, service, terminals, Factors(), early) == 0
    assert ets2_eur(piece, service, terminals, Factors(), None) == 0


def test_ets2_leaves_leaks_out(case: Case, plan: dict[str, Any]) -> None:
    # the truck leaks 0.5 g × 1000 (AR5) per km: 100 kg more on 200 km, and the same 21.87 EUR
    leaky = with_row(case, "tocs", "truck", refrigerant="cool", leak_g=0.5, gwp="AR5")
    truck = legs_of(leaky, plan, "TIN")[3].burden
    assert truck.ttw == pytest.approx(586)
    assert truck.ets2 == pytest.approx(21.87)


# what a case switches


def test_the_carriers_surcharge_replaces_ets_and_fueleu(case: Case, plan: dict[str, Any]) -> None:
    legs = legs_of(with_rules(case, surcharge="carrier"), plan, "TIN")
    assert [(leg.burden.ets, leg.burden.fueleu) for leg in legs] == [(0, 0)] * 4
    assert legs[3].burden.ets2 == pytest.approx(21.87)


def test_no_regulations_charge_nothing(case: Case, plan: dict[str, Any]) -> None:
    text = [str(row) for row in audit(plan, replace(case, regulations=None))]
    assert "totals.carbon_parts.ets2: wrong number: the plan says 21.87, recomputed 0.0" in text
    assert any(row.startswith("shipments[FIG].legs[0].carbon_parts.fueleu") for row in text)


def test_units_of_ships_are_shared_by_tonnes_where_voyages_differ(
    case: Case, plan: dict[str, Any]
) -> None:
    # both dry, the feeder by vehicle: 2 units × 800 km × (2, 6) g = (3.2, 9.6) kg
    # TIN sails from the EEA and pays all, FIG a half: so 20 and 10 of 30 t share the units
    changed = with_row(case, "tocs", "feeder", activity="vehiclekm")
    tin, fig = changed.shipments
    changed = replace(changed, shipments=(tin, replace(fig, cargo="dry", size=Size(1, 10, 30))))
    feeder = [legs_of(changed, plan, id_)[leg] for id_, leg in (("TIN", 1), ("FIG", 0))]
    assert [leg.shared_units for leg in feeder] == pytest.approx([4 / 3, 2 / 3])
    assert [leg.burden.ttw for leg in feeder] == pytest.approx([6.4, 3.2])
    # 6 / 75 = 0.08 MJ/km × 800 km × 4/3 = 85.33 MJ of oil × 0.077025 kg × 80 EUR/t; FIG a fourth
    assert feeder[0].burden.ets == pytest.approx(256 / 3 * 0.077025 * 0.08)
    assert feeder[1].burden.ets == pytest.approx(64 / 3 * 0.077025 * 0.08)
    assert [leg.alone.ttw for leg in feeder] == pytest.approx([4.8, 4.8])  # a unit each
    # without the rules all emit alike: by their units alone, 1 and 1
    free = replace(changed, regulations=None)
    assert legs_of(free, plan, "FIG")[0].shared_units == 1


# what is missing is told

MISSING: list[tuple[Change, str]] = [
    (
        lambda case: with_factors(case, "grids", {}),
        "shipments[TIN].legs[2].service: no electricity of ES in the grid table",
    ),
    (
        lambda case: with_factors(case, "fuels", {}),
        "shipments[TIN].legs[0].service: no fuel of the case is called oil",
    ),
    (
        lambda case: with_factors(case, "refrigerants", {}),
        "shipments[FIG].legs[0].service: no refrigerant of the case is called cool",
    ),
    (
        lambda case: with_row(case, "services", "train", country_km=None),
        "shipments[TIN].legs[2].service: the toc wire runs on electricity, and the km of train",
    ),
    (
        lambda case: with_row(case, "services", "train", country_km={"ES": 0.0}),
        "shipments[TIN].legs[2].service: the toc wire runs on electricity, and the km of train",
    ),
    (
        lambda case: with_row(case, "tocs", "feeder", carriers=()),
        "shipments[TIN].legs[1].service: the energy behind the toc feeder, which EU ETS and Fuel",
    ),
    (
        lambda case: with_row(case, "terminals", "MAPTM", country="XX"),
        "shipments[FIG]: no electricity of XX in the grid table",
    ),
    (
        lambda case: with_row(case, "hocs", "yard-r", leak_g=1, refrigerant="ice"),
        "shipments[FIG]: no refrigerant of the case is called ice",
    ),
]


@pytest.mark.parametrize(("change", "text"), MISSING, ids=[text for _, text in MISSING])
def test_a_missing_factor_is_a_finding(
    case: Case, plan: dict[str, Any], change: Change, text: str
) -> None:
    found = audit(plan, change(case))
    assert text in "\n".join(str(row) for row in found)


# energy


def test_an_electric_engine_without_wire_is_priced_by_the_country_of_those_km(
    case: Case, plan: dict[str, Any]
) -> None:
    # 100 km in ES by 0.1 kWh (battery) × 100 g × 20 t = 20 kg; with wire 6.5 kg as before
    changed = with_row(case, "tocs", "diesel", energy_mj=0.36, carriers=(("electricity", 1.0),))
    burden = legs_of(changed, plan, "TIN")[2].burden
    assert (burden.wtt, burden.ttw) == pytest.approx((26.5, 0))


def test_a_line_without_wire_throughout(case: Case, plan: dict[str, Any]) -> None:
    # 300 and 120 km without wire of 420: nothing is left for the wire; 20 t × 420 × (8, 30) g
    bare = {"ES": 300.0, "FR": 120.0}
    changed = with_row(case, "services", "train", unwired_km=bare, distance_km=420)
    burden = legs_of(changed, plan, "TIN")[2].burden
    assert (burden.wtt, burden.ttw) == pytest.approx((67.2, 252))


def test_grams_by_great_circle_have_their_share_of_the_arc(
    case: Case, plan: dict[str, Any]
) -> None:
    # ESVLC and FRTLS lie at one place here: an arc of 0 km emits nothing, whatever the distance
    changed = with_row(case, "tocs", "wire", distance_basis="gcd")
    changed = with_row(changed, "tocs", "diesel", distance_basis="gcd")
    assert legs_of(changed, plan, "TIN")[2].burden.wtt == 0


def test_the_other_gwp_set_of_a_leak(case: Case, plan: dict[str, Any]) -> None:
    # 8000 tkm × 0.001 g × 2000 (AR6) = 16 kg beside 60; only AR5 by name is AR5
    for name in ("AR6", ""):
        changed = with_row(case, "tocs", "feeder-r", gwp=name)
        assert legs_of(changed, plan, "FIG")[0].burden.ttw == pytest.approx(76)


def test_tank_to_wheel_scope_leaves_plugs_out(case: Case, plan: dict[str, Any]) -> None:
    text = "\n".join(str(row) for row in audit(plan, replace(case, co2e_scope="ttw")))
    where = "shipments[FIG].transfers[0].co2e_kg: wrong number: the plan says 36.5, recomputed"
    assert f"{where} 3.0" in text
    assert "transfers[0].wtt_kg" not in text  # the parts are shown whatever counts
