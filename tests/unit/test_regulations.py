"""EU ETS, FuelEU and ETS2 by fuel and year, on round numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routeopt.emissions import ELECTRICITY, Component, Fuel
from routeopt.regulations import (
    Regulations,
    burnt_mj,
    coverage,
    eea,
    ets_kg_per_mj,
    ets_share,
    fueleu_advance_g,
    fueleu_balance_g,
    fueleu_eur_per_mj,
    fueleu_g_per_mj,
    fueleu_lcv,
    fueleu_penalty_eur,
    fueleu_pool_holds,
    is_transshipment_port,
    rule,
    ship_eur,
    ship_eur_per_mj,
)

# 40 MJ/kg; ISO 10 + 80 g/MJ, FuelEU 20 + 82 g/MJ at 50 MJ/kg; EU ETS 3 kg CO2, 1 g CH4, 0.1 g N2O
OIL = Fuel(
    id="oil",
    wtt_g_per_mj=10,
    ttw_g_per_mj=80,
    lhv_mj_per_kg=40,
    fueleu_wtt_g_per_mj=20,
    fueleu_ttw_g_per_mj=82,
    fueleu_lcv_mj_per_kg=50,
    ets_co2_kg_per_kg=3,
    ets_ch4_kg_per_kg=0.001,
    ets_n2o_kg_per_kg=0.0001,
)
PLAIN = Fuel(id="plain", wtt_g_per_mj=10, ttw_g_per_mj=90)
GREEN = replace(OIL, id="green", ets_zero_rated=True)
RFNBO = Fuel(
    id="rfnbo", wtt_g_per_mj=28, ttw_g_per_mj=2, lhv_mj_per_kg=20, rwd=2, ets_zero_rated=True
)
FUELS = {fuel.id: fuel for fuel in (OIL, PLAIN, GREEN, RFNBO)}
SHIPS = Regulations(year=2026, eu_ets_eur_per_t=100, fueleu=True)


# What the rules are ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "charges"),
    [
        (Regulations(year=2026), False),
        (Regulations(year=2026, eu_ets_eur_per_t=75), True),
        (Regulations(year=2026, fueleu=True), True),
        (Regulations(year=2026, ets2_eur_per_t=45), False),
        (Regulations(year=2026, eu_ets_eur_per_t=75, fueleu=True, surcharge="carrier"), False),
    ],
)
def test_who_is_charged(rules: Regulations, charges: bool) -> None:  # noqa: FBT001
    assert rules.charges_ships is charges


def test_rules_hold_from_a_year_on() -> None:
    assert [rule("ets_phase_in", year) for year in (2023, 2024, 2025, 2026, 2040)] == [
        0,
        0.4,
        0.7,
        1,
        1,
    ]
    assert [rule("ets2", year) for year in (2027, 2028)] == [0, 1]
    with pytest.raises(KeyError):
        rule("no such rule", 2026)


def test_countries_and_ports() -> None:
    assert len(eea()) == 30  # 27 members of the EU, and Iceland, Liechtenstein, Norway
    assert {"PT", "ES", "DE", "IS", "LI", "NO"} <= eea()
    assert not {"GB", "CH", "MA", "EG", "TR"} & eea()
    listed = ["MAPTM", "MAPTM-TC4", "EGPSE", "EGPSE-SCCT"]
    others = ["MATNG", "EGPSD", "PTSIE", "ESALG", "maptm", ""]
    assert all(is_transshipment_port(port) for port in listed)
    assert not any(is_transshipment_port(port) for port in others)


def test_coverage_and_phase_in() -> None:
    assert [coverage(a, b) for a in (True, False) for b in (True, False)] == [1, 0.5, 0.5, 0]
    assert ets_share(2026, gross_tonnage=5000) == 1
    assert ets_share(2026, gross_tonnage=4999) == 0
    assert ets_share(2023) == 0


# EU ETS ----------------------------------------------------------------------------------------


def test_gases_of_eu_ets() -> None:
    # CO2 alone until 2025: 3 / 40
    assert ets_kg_per_mj(OIL, 2025) == pytest.approx(0.075)
    # from 2026 with 0.001 × 28 and 0.0001 × 265: (3 + 0.028 + 0.0265) / 40
    assert ets_kg_per_mj(OIL, 2026) == pytest.approx(3.0545 / 40)
    # a zero-rated fuel still pays for CH4 and N2O
    assert ets_kg_per_mj(GREEN, 2025) == 0
    assert ets_kg_per_mj(GREEN, 2026) == pytest.approx(0.0545 / 40)


def test_fuel_whose_gases_are_not_given() -> None:
    assert ets_kg_per_mj(PLAIN, 2026) == pytest.approx(0.090)  # its ISO tank-to-wheel
    assert ets_kg_per_mj(replace(PLAIN, ets_zero_rated=True), 2026) == 0
    # gases per kg say nothing without MJ per kg
    assert ets_kg_per_mj(replace(OIL, lhv_mj_per_kg=None), 2026) == pytest.approx(0.080)
    no_traces = replace(OIL, ets_ch4_kg_per_kg=None, ets_n2o_kg_per_kg=None)
    assert ets_kg_per_mj(no_traces, 2026) == pytest.approx(0.075)


# FuelEU ----------------------------------------------------------------------------------------


def test_fueleu_values_fall_back_to_those_of_iso() -> None:
    assert fueleu_g_per_mj(OIL, 2026) == 102
    assert fueleu_g_per_mj(PLAIN, 2026) == 100
    assert (fueleu_lcv(OIL), fueleu_lcv(RFNBO), fueleu_lcv(PLAIN)) == (50, 20, None)
    # a waste-based fuel: what its carbon took from the air is in the upstream part
    assert fueleu_g_per_mj(replace(OIL, fueleu_wtt_g_per_mj=-60), 2026) == 22


def test_other_gwp_pair() -> None:
    # 102 + (0.001 × (25 − 28) + 0.0001 × (298 − 265)) × 1000 / 50 = 102 + (−0.003 + 0.0033) × 20
    assert fueleu_g_per_mj(OIL, 2026, "25/298") == pytest.approx(102.006)
    assert fueleu_g_per_mj(PLAIN, 2026, "25/298") == 100  # no mass, no gases
    bare = replace(OIL, ets_ch4_kg_per_kg=None, ets_n2o_kg_per_kg=None)
    assert fueleu_g_per_mj(bare, 2026, "25/298") == 102


def test_reward_of_renewable_fuels_ends_with_2033() -> None:
    # (28 + 2) / 2 until 2033, then 30
    assert [fueleu_g_per_mj(RFNBO, year) for year in (2025, 2033, 2034)] == [15, 15, 30]
    assert fueleu_g_per_mj(replace(RFNBO, rwd=1.5), 2026) == 20  # 30 / 1.5: no more than its own
    assert fueleu_g_per_mj(RFNBO, 2024) == 30  # before the regulation


def test_penalty() -> None:
    # limit 89.3368: a deficit of 12.6632 g/MJ
    balance_g = fueleu_balance_g(102, 1000, 2026)
    assert balance_g == pytest.approx(-12_663.2)
    # 12 663.2 / (102 × 41 000) × 2400
    assert fueleu_penalty_eur(balance_g, 102, 2026) == pytest.approx(7.26726, rel=1e-5)
    assert fueleu_penalty_eur(balance_g, 102, 2026, nth=3) == pytest.approx(1.2 * 7.26726)
    assert fueleu_penalty_eur(0, 102, 2026) == 0
    assert fueleu_penalty_eur(5, 80, 2026) == 0  # a surplus
    assert fueleu_penalty_eur(-5, 0, 2026) == 0


def test_penalty_never_falls_from_one_period_to_the_next() -> None:
    years = (2025, 2030, 2035, 2040, 2045, 2050)
    found = [fueleu_eur_per_mj(OIL, Regulations(year=year, fueleu=True)) for year in years]
    assert found == sorted(found)
    assert found[0] > 0


def test_price_of_an_mj_under_fueleu() -> None:
    # an MJ of the ISO heating value is 1 / 40 kg, which FuelEU counts as 50 / 40 MJ:
    # 1.25 × 12.6632 g = 15.829 g; / (102 × 41 000) × 2400
    assert fueleu_eur_per_mj(OIL, SHIPS) == pytest.approx(15.829 / (102 * 41_000) * 2400)
    # bought in a pool at 200 EUR per t of deficit: 15.829e-6 t × 200
    pool = replace(SHIPS, fueleu_pool_eur_per_t=200)
    assert fueleu_eur_per_mj(OIL, pool) == pytest.approx(15.829e-6 * 200)
    # without heating values an MJ is an MJ: 100 − 89.3368 = 10.6632 g
    assert fueleu_eur_per_mj(PLAIN, pool) == pytest.approx(10.6632e-6 * 200)


def test_where_fueleu_costs_nothing() -> None:
    pool = replace(SHIPS, fueleu_pool_eur_per_t=200)
    assert fueleu_eur_per_mj(OIL, replace(SHIPS, fueleu=False)) == 0
    assert fueleu_eur_per_mj(OIL, replace(SHIPS, year=2024)) == 0  # no limit yet
    assert fueleu_eur_per_mj(RFNBO, SHIPS) == 0  # under the limit
    assert fueleu_eur_per_mj(RFNBO, pool) == 0  # and a surplus is not sold


def test_borrowing() -> None:
    # 2 % × 85.6904 × 1000
    assert fueleu_advance_g(1000, 2030) == pytest.approx(1713.808)
    assert fueleu_advance_g(1000, 2024) == 0


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [
        ([10, -10], [0, 0], True),
        ([10, -4], [6, 0], True),
        ([10, -10], [5, -5], True),  # a deficit may be met in part
        ([10, -11], [0, -1], False),  # sum below 0
        ([10, -4], [10, 0], False),  # sum changed
        ([10, -4], [11, -5], False),  # a deficit grew
        ([10, 5, -6], [15, -6, 0], False),  # a surplus became a deficit
        ([0.1, 0.2, -0.3], [0.0, 0.0, 0.0], True),  # but for rounding
    ],
)
def test_pools(before: list[float], after: list[float], holds: bool) -> None:  # noqa: FBT001
    assert fueleu_pool_holds(before, after) is holds


# A TOC's addends -------------------------------------------------------------------------------


def test_both_prices_of_an_mj() -> None:
    ets, fueleu = ship_eur_per_mj(OIL, SHIPS)
    # 3.0545 / 40 kg = 0.0763625e-3 t × 100 EUR
    assert ets == pytest.approx(0.00763625)
    assert fueleu == fueleu_eur_per_mj(OIL, SHIPS)
    # 70 % in 2025, of CO2 alone: 0.075e-3 × 0.7 × 100
    assert ship_eur_per_mj(OIL, replace(SHIPS, year=2025))[0] == pytest.approx(0.00525)


def test_addend_by_energy() -> None:
    burnt = Component(carrier="oil", energy_mj=2)
    each = ship_eur_per_mj(OIL, SHIPS)
    # 2 MJ; the blend of the whole TOC does not count again
    found = ship_eur(burnt, (("oil", 0.5), ("green", 0.5)), FUELS, SHIPS)
    assert found == pytest.approx((2 * each[0], 2 * each[1]))


def test_addend_by_intensity() -> None:
    # 160 g tank to wake at 80 g/MJ: 2 MJ
    given = Component(carrier="oil", ttw_g=160)
    each = ship_eur_per_mj(OIL, SHIPS)
    assert ship_eur(given, (("oil", 1.0),), FUELS, SHIPS) == pytest.approx(
        (2 * each[0], 2 * each[1])
    )
    # a blend: 160 g at 0.5 × 80 + 0.5 × 2 = 41 g/MJ: 3.902 MJ, half of it each
    half = 160 / 41 / 2
    green = ship_eur_per_mj(RFNBO, SHIPS)
    found = ship_eur(given, (("oil", 0.5), ("rfnbo", 0.5)), FUELS, SHIPS)
    assert found == pytest.approx((half * (each[0] + green[0]), half * (each[1] + green[1])))


def test_addends_that_no_rule_charges() -> None:
    oil = (("oil", 1.0),)
    leak = Component(carrier="R-134a", ttw_g=10, leak=True)
    assert ship_eur(leak, oil, FUELS, SHIPS) == (0, 0)
    assert ship_eur(Component(carrier="oil", energy_mj=2), oil, FUELS, Regulations(year=2026)) == (
        0,
        0,
    )
    plug = Component(carrier=ELECTRICITY, country="PT", energy_mj=2, wtt_g=50)
    assert ship_eur(plug, ((ELECTRICITY, 1.0),), FUELS, SHIPS) == (0, 0)


def test_energy_behind_a_given_intensity() -> None:
    # 90 g at 90 g/MJ
    assert burnt_mj(90, (("plain", 1.0),), FUELS) == 1
    # a hybrid: half of the energy is bought from shore, so 45 g burn in each MJ: 2 MJ
    assert burnt_mj(90, (("plain", 0.5), (ELECTRICITY, 0.5)), FUELS) == 2
    assert burnt_mj(0, ((ELECTRICITY, 1.0),), FUELS) == 0
    for carriers in ((), (("clean", 1.0),)):
        with pytest.raises(ValueError, match="can't be told"):
            burnt_mj(90, carriers, {"clean": replace(PLAIN, ttw_g_per_mj=0)})
