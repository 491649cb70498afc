"""O2 and O7: hubs of the Guide to ISO 14083 (CLECAT/UBA), examples 5 (pp. 35-36) and 1 (p. 31).

Yearly energy, fuels and leaks of a hub become kilograms with the same fuels, grid and refrigerant
rows that price a leg: `components` of a category that uses all of it once. The intensities that
follow are put into hub categories, and a network handles a year's throughput with them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from routeopt.case.load import refrigerants
from routeopt.emissions import (
    ELECTRICITY,
    MJ_PER_KWH,
    Emission,
    Factors,
    Fuel,
    Grid,
    Hoc,
    Toc,
    components,
)
from routeopt.freight import Size
from routeopt.network import Network, Terminal

COOLED_T, AMBIENT_T = 6_000, 137_000


def _per_kwh(id_: str, *, wtt: float, ttw: float) -> Fuel:
    return Fuel(id=id_, wtt_g_per_mj=wtt / MJ_PER_KWH, ttw_g_per_mj=ttw / MJ_PER_KWH)


# Factors of the guide. Diesel is given per litre and LNG per kg: an "MJ" of the two stands for one.
FACTORS = Factors(
    fuels={
        "gas": _per_kwh("gas", wtt=64.77, ttw=198.26),
        "heat": _per_kwh("heat", wtt=382.02, ttw=0),
        "diesel, l": Fuel(id="diesel, l", wtt_g_per_mj=801, ttw_g_per_mj=2639),
        "lng, kg": Fuel(id="lng, kg", wtt_g_per_mj=1050, ttw_g_per_mj=2467),
    },
    grids={"DE": Grid(country="DE", basis="guide", year=2021, g_per_kwh=493.96)},
    refrigerants=refrigerants(),
)


def used(amounts: Mapping[str, float], *, leak_g: float = 0.0) -> Emission:
    """What these amounts of energy (kWh; litres, kg) and grams of R-410A emit."""
    total = Emission()
    for carrier, amount in amounts.items():
        energy = amount if "," in carrier else amount * MJ_PER_KWH
        toc = Toc(id="hub", activity="tkm", energy_mj=energy, carriers=((carrier, 1.0),))
        for part in components(toc, "DE", FACTORS):
            total += Emission(part.wtt_g / 1000, part.ttw_g / 1000)
    if leak_g:
        leaky = Toc(id="hub", activity="tkm", refrigerant="R-410A", leak_g=leak_g, gwp="AR6")
        for part in components(leaky, "DE", FACTORS):
            total += Emission(part.wtt_g / 1000, part.ttw_g / 1000)
    return total


@pytest.fixture(scope="module")
def cooled() -> Emission:
    # cooling and light of the cold area: 40 300 + 8 320 + 44 020 + 9 088 = 101 728 kWh
    return used({ELECTRICITY: 40_300 + 8_320 + 44_020 + 9_088}, leak_g=9_000)


@pytest.fixture(scope="module")
def ambient() -> Emission:
    return used({"gas": 52_000, "heat": 37_000})


@pytest.fixture(scope="module")
def all_goods() -> Emission:
    # the rest of 272 000 kWh: 170 272 kWh
    return used({ELECTRICITY: 272_000 - 101_728, "diesel, l": 11_110, "lng, kg": 5_500})


def test_sums_of_the_groups(cooled: Emission, ambient: Emission, all_goods: Emission) -> None:
    # operation 9 kg × 2255.5 = 20 299.5; provision 101 728 × 0.49396 = 50 249.6
    assert (cooled.ttw_kg, cooled.wtt_kg) == pytest.approx((20_300, 50_250), abs=2)
    # operation 52 000 × 0.19826 = 10 309.5
    # provision 52 000 × 0.06477 + 37 000 × 0.38202 = 3 368.0 + 14 134.7 = 17 502.8
    assert (ambient.ttw_kg, ambient.wtt_kg) == pytest.approx((10_310, 17_503), abs=2)
    # operation 11 110 × 2.639 + 5 500 × 2.467 = 29 319.3 + 13 568.5 = 42 887.8
    # provision 170 272 × 0.49396 + 11 110 × 0.801 + 5 500 × 1.05
    #           = 84 107.6 + 8 899.1 + 5 775.0 = 98 781.7
    assert (all_goods.ttw_kg, all_goods.wtt_kg) == pytest.approx((42_888, 98_782), abs=2)


@pytest.fixture(scope="module")
def network(cooled: Emission, ambient: Emission, all_goods: Emission) -> Network:
    """A hub with a category for each group: its own energy, and a share of that of all goods.

    The cooled category leaks 9 000 g / 6 000 t = 1.5 g of R-410A per tonne.
    """
    shared = all_goods * (1 / (COOLED_T + AMBIENT_T))
    cold = cooled * (1 / COOLED_T) + shared
    plain = ambient * (1 / AMBIENT_T) + shared
    leak_kg = 1.5 * 2255.5 / 1000
    hub = Terminal(id="HUB", name="Hub", country="DE", lat=0, lon=0, hoc="ambient")
    return Network(
        terminals={"HUB": hub},
        services={},
        tocs={},
        hocs={
            "ambient": Hoc(
                id="ambient", wtt_kg=plain.wtt_kg, ttw_kg=plain.ttw_kg, per="t", reefer="cooled"
            ),
            "cooled": Hoc(
                id="cooled",
                wtt_kg=cold.wtt_kg,
                ttw_kg=cold.ttw_kg - leak_kg,
                per="t",
                refrigerant="R-410A",
                leak_g=1.5,
                gwp="AR6",
            ),
        },
        factors=FACTORS,
    )


@pytest.mark.parametrize(
    ("cargo", "operation", "provision", "total"),
    [
        # 20 299.5 / 6 000 + 42 887.8 / 143 000 = 3.383 + 0.300; 50 249.6 / 6 000 + 0.691 = 9.066
        ("reefer", 3.68, 9.07, 12.75),
        # 10 309.5 / 137 000 + 0.300 = 0.375; 17 502.8 / 137 000 + 0.691 = 0.819
        ("dry", 0.38, 0.82, 1.19),
    ],
)
def test_intensities(
    network: Network, cargo: str, operation: float, provision: float, total: float
) -> None:
    kg = network.handling_emission(network.terminals["HUB"], cargo, Size(0.1, 1, 3))
    assert kg.ttw_kg == pytest.approx(operation, abs=0.01)
    assert kg.wtt_kg == pytest.approx(provision, abs=0.01)
    assert kg.in_scope("wtw") == pytest.approx(total, abs=0.01)


def test_a_year_of_handling_emits_what_the_hub_used(
    network: Network, cooled: Emission, ambient: Emission, all_goods: Emission
) -> None:
    hub = network.terminals["HUB"]
    handled = network.handling_emission(hub, "reefer", Size(600, COOLED_T, 1))
    handled += network.handling_emission(hub, "dry", Size(13_700, AMBIENT_T, 1))
    whole = (cooled + ambient + all_goods).in_scope("wtw")
    assert whole == pytest.approx(240_033, abs=6)  # six sums that the guide rounds to whole kg
    assert handled.in_scope("wtw") == pytest.approx(whole, rel=1e-9)


def test_station_that_three_carriers_share() -> None:
    kg = used({ELECTRICITY: 2_121_094, "gas": 121_495, "heat": 703_125})
    # operation 121 495 × 0.19826 = 24 087.6
    assert kg.ttw_kg == pytest.approx(24_088, rel=1e-4)
    # provision 2 121 094 × 0.49396 + 121 495 × 0.06477 + 703 125 × 0.38202
    #           = 1 047 735.6 + 7 869.2 + 268 607.8 = 1 324 212.6
    assert kg.wtt_kg == pytest.approx(1_324_213, rel=1e-6)
    assert kg.wtt_kg == pytest.approx(1_324_218, rel=1e-4)  # as the guide prints it
    passengers = 114_489_327
    assert 1000 * kg.ttw_kg / passengers == pytest.approx(0.21, abs=0.01)
    assert 1000 * kg.wtt_kg / passengers == pytest.approx(11.57, abs=0.01)
    assert 1000 * kg.in_scope("wtw") / passengers == pytest.approx(11.78, abs=0.01)
