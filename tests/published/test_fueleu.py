"""O5 and O6: FuelEU Maritime, Regulation (EU) 2023/1805 Annexes I, II and IV, Art. 20, 21 and 23.

Balance and penalty of a ship, borrowing and pooling; and what a tonne of fuel pays, which is the
same arithmetic for one tonne.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from routeopt.emissions import Fuel
from routeopt.regulations import (
    GwpPair,
    Regulations,
    fueleu_advance_g,
    fueleu_balance_g,
    fueleu_eur_per_mj,
    fueleu_g_per_mj,
    fueleu_lcv,
    fueleu_penalty_eur,
    fueleu_pool_holds,
    rule,
)
from tests.published.ondisk import line_case, service


@pytest.fixture(scope="module")
def fuels(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Fuel]:
    """Shipped fuels, as a case has them."""
    ship = service("ship", "sea", "SG > DE", "ship-industry", distance_km=1)
    return line_case(tmp_path_factory.mktemp("fuels"), [ship]).network.factors.fuels


# 1000 t × 40 500 MJ/t
HFO_MJ = 1000 * 40_500


@pytest.mark.parametrize(
    ("gwp", "intensity", "balance_t", "eur"),
    [
        # 13.5 + (3.114 + 0.00005 × 28 + 0.00018 × 265) / 0.0405 = 13.5 + 3.1631 / 0.0405
        ("28/265", 91.60123, -91.7096, 58_606),
        # 13.5 + (3.114 + 0.00005 × 25 + 0.00018 × 298) / 0.0405 = 13.5 + 3.16889 / 0.0405
        ("25/298", 91.74420, -97.500, 62_209),
    ],
)
def test_ship_on_one_fuel(
    fuels: Mapping[str, Fuel], gwp: GwpPair, intensity: float, balance_t: float, eur: float
) -> None:
    found = fueleu_g_per_mj(fuels["hfo"], 2026, gwp)
    assert found == pytest.approx(intensity, abs=0.0005)
    # (89.3368 − 91.60123) × 40 500 000 MJ = −91.71 t
    balance_g = fueleu_balance_g(found, HFO_MJ, 2026)
    assert balance_g / 1e6 == pytest.approx(balance_t, abs=0.02)
    # 91 709 600 / (91.60123 × 41 000) × 2400 = 58 606
    once = fueleu_penalty_eur(balance_g, found, 2026)
    assert once == pytest.approx(eur, abs=10)
    # a second and a third year of deficit in a row: × 1.1 and × 1.2
    assert fueleu_penalty_eur(balance_g, found, 2026, nth=2) == pytest.approx(1.1 * once)
    assert fueleu_penalty_eur(balance_g, found, 2026, nth=3) == pytest.approx(1.2 * once)


def test_limits() -> None:
    # 91.16 × (1 − 2, 6, 14.5, 31, 62, 80 %)
    wanted = [89.3368, 85.6904, 77.9418, 62.9004, 34.6408, 18.2320]
    years = [2025, 2030, 2035, 2040, 2045, 2050]
    assert [rule("fueleu_limit", year) for year in years] == pytest.approx(wanted, abs=1e-4)
    before = [rule("fueleu_limit", year + 4) for year in years]  # each holds for five years
    assert before == pytest.approx(wanted, abs=1e-4)


def test_largest_advance() -> None:
    # 2 % × 89.3368 g/MJ × 15 000 MJ = 26 801 g: 20 000 g may be borrowed, 30 000 g may not
    assert fueleu_advance_g(15_000, 2029) == pytest.approx(26_801, abs=1)


def test_pools() -> None:
    before = {"A": 200, "B": -30, "C": -50, "D": 10, "E": -100}  # sum +30: a pool may be made
    printed = {"A": 30, "B": 0, "C": 0, "D": 0, "E": -80}  # sums to −50: 80 units are lost
    kept = {"A": 20, "B": 0, "C": 0, "D": 10, "E": 0}
    assert fueleu_pool_holds(list(before.values()), list(kept.values()))
    assert not fueleu_pool_holds(list(before.values()), list(printed.values()))
    # a ship with a surplus ends below 0; one in deficit ends lower than before
    assert not fueleu_pool_holds([200, -30, 10], [185, 0, -5])
    assert not fueleu_pool_holds([200, -30, 10], [215, -40, 5])
    assert not fueleu_pool_holds([20, -30], [0, -10])  # the sum is negative


@pytest.mark.parametrize(
    ("fuel", "eur"),
    [
        # HFO: 91 710 g per t over 91.601 × 41 000, × 2400, and so on with the limits of 2030, 2035
        ("hfo", (58.6, 153, 354)),
        ("mgo", (35.7, 136, 350)),  # marine diesel oil
    ],
)
def test_penalty_per_tonne_of_fuel(
    fuels: Mapping[str, Fuel], fuel: str, eur: tuple[float, float, float]
) -> None:
    row = fuels[fuel]
    found = [
        (row.lhv_mj_per_kg or 0)
        * 1000
        * fueleu_eur_per_mj(row, Regulations(year=year, fueleu=True))
        for year in (2025, 2030, 2035)
    ]
    assert found[0] == pytest.approx(eur[0], abs=0.05)
    assert found[1:] == pytest.approx(eur[1:], abs=0.5)


def test_lng_changes_its_sign_with_the_gwp_set(fuels: Mapping[str, Fuel]) -> None:
    def eur_per_t(gwp: GwpPair) -> float:
        rules = Regulations(year=2025, fueleu=True, fueleu_gwp=gwp)
        return 49_100 * fueleu_eur_per_mj(fuels["lng-otto-ms"], rules)

    # 28/265: 18.5 + 3.560996 / 0.0491 = 91.0254, a deficit of 1.6886 g/MJ × 49 100 = 82 910 g per t
    # 82 910 / (91.0254 × 41 000) × 2400 = 53.3
    assert eur_per_t("28/265") == pytest.approx(53.3, abs=0.05)
    # 25/298: 0.031 × −3 + 0.00010659 × 33 = −0.08948 g/g, 89.203 g/MJ: under the limit, no penalty
    assert eur_per_t("25/298") == 0


def test_surplus_of_lng_in_a_diesel_engine_and_of_b24(fuels: Mapping[str, Fuel]) -> None:
    lng, b24 = fuels["lng-diesel-ss"], fuels["b24"]
    # (89.3368 − 18.5 − 57.629) × 49 100 MJ/t = 0.65 t per t of fuel
    surplus_g = fueleu_balance_g(fueleu_g_per_mj(lng, 2025), 49_100, 2025)
    assert surplus_g / 1e6 == pytest.approx(0.65, abs=0.005)
    # FAME with E = 30 g/MJ: 30 − 2.834 / 0.0372 + (2.834 + 0.0014 + 0.0477) / 0.0372 = 31.3
    assert fueleu_g_per_mj(fuels["fame"], 2025) == pytest.approx(31.3, abs=0.05)
    # 24 % of it by mass in fuel oil: 78.05 g/MJ; (89.3368 − 78.05) × 39 708 = 0.448 t per t
    assert fueleu_g_per_mj(b24, 2025) == pytest.approx(78.05, abs=0.005)
    surplus_g = fueleu_balance_g(fueleu_g_per_mj(b24, 2025), fueleu_lcv(b24) or 0, 2025) * 1000
    assert surplus_g / 1e6 == pytest.approx(0.448, abs=0.0005)
    for fuel in (lng, b24):  # a surplus earns nothing
        assert fueleu_eur_per_mj(fuel, Regulations(year=2025, fueleu=True)) == 0


@pytest.mark.parametrize(("gwp", "eur"), [("28/265", 753_551), ("25/298", 801_932)])
def test_benchmark_ship_on_two_fuels(fuels: Mapping[str, Fuel], gwp: GwpPair, eur: float) -> None:
    # 12 000 t of HFO and 1 400 t of MDO: 486 000 000 and 59 780 000 MJ
    mj = {"hfo": 12_000 * 40_500, "mgo": 1_400 * 42_700}
    whole_mj = sum(mj.values())
    grams = sum(fueleu_g_per_mj(fuels[fuel], 2025, gwp) * each for fuel, each in mj.items())
    intensity = grams / whole_mj
    balance_g = fueleu_balance_g(intensity, whole_mj, 2025)
    # 753 617 and 802 009; the published sums come out to 6 EUR with the limit rounded to 89.337
    assert fueleu_penalty_eur(balance_g, intensity, 2025) == pytest.approx(eur, rel=1e-4)
    # a plan charges fuel by fuel, and so misses that the ship's intensity divides the whole
    rules = Regulations(year=2025, fueleu=True, fueleu_gwp=gwp)
    by_fuel = sum(
        each
        * (fuels[fuel].lhv_mj_per_kg or 0)
        / (fueleu_lcv(fuels[fuel]) or 1)
        * fueleu_eur_per_mj(fuels[fuel], rules)
        for fuel, each in mj.items()
    )
    assert by_fuel == pytest.approx(eur, rel=1e-3)
