"""O9: EU ETS coverage, and worked carbon prices of a container leg (Directive 2003/87/EC).

Phase-in and coverage: Art. 3ga and 3gb as amended by Directive (EU) 2023/959; the list of
transshipment ports: Implementing Regulation (EU) 2023/2297.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from routeopt.carbon import CarbonPrices
from routeopt.freight import Size
from routeopt.regulations import coverage, ets_share, is_transshipment_port
from tests.published.ondisk import line_case, service

EEA, THIRD = True, False
YEARS = (2024, 2025, 2026)


@pytest.mark.parametrize(
    ("ends", "tonnes"),
    [
        ((EEA, EEA), (40, 70, 100)),  # also the berth in a port of the EEA
        ((EEA, THIRD), (20, 35, 50)),
        ((THIRD, EEA), (20, 35, 50)),
        ((THIRD, THIRD), (0, 0, 0)),
    ],
)
def test_allowances_for_a_voyage(ends: tuple[bool, bool], tonnes: tuple[float, ...]) -> None:
    # 100 t in the voyage × coverage × 40, 70, 100 % of 2024, 2025, 2026; a ship of 12 000 GT
    found = [100 * coverage(*ends) * ets_share(year, gross_tonnage=12_000) for year in YEARS]
    assert found == pytest.approx(tonnes)


def test_small_ships_are_outside() -> None:
    assert [100 * ets_share(year, gross_tonnage=4_900) for year in YEARS] == [0, 0, 0]


def test_container_ship_by_way_of_tanger_med(tmp_path: Path) -> None:
    case = line_case(
        tmp_path,
        [
            service("1", "sea", "SGSIN > MAPTM-TC4", "ship-asia-med", distance_km=14_000),
            service("2", "sea", "MAPTM-TC4 > PTSIE-XXI", "ship-short-sea-eu", distance_km=450),
        ],
        regulations={"year": 2026, "eu_ets_eur_per_t": 75},
    )
    legs = [case.network.services[id_] for id_ in "12"]
    # Tanger Med is no port of call: one voyage, Singapore to Sines, half of it covered
    assert CarbonPrices(case).coverages(legs) == [0.5, 0.5]


def test_a_bulk_carrier_calls_at_tanger_med() -> None:
    # The list of transshipment ports speaks of containerships alone. Cases treat every ship as one,
    # so a bulk carrier is computed here port by port: Singapore - Tanger Med - Sines.
    assert is_transshipment_port("MAPTM")
    assert [coverage(THIRD, THIRD), coverage(THIRD, EEA)] == [0, 0.5]


def test_charges_of_a_box_from_asia_to_north_europe(tmp_path: Path) -> None:
    case = line_case(
        tmp_path,
        [service("ship", "sea", "CN > DE", "ship-asia-north-europe", distance_km=20_000)],
        regulations={"year": 2026, "eu_ets_eur_per_t": 75, "fueleu": True},
    )
    ship, box = case.network.services["ship"], Size(1, 10, 33)
    kg = case.network.leg_intensity(ship, "dry").emission(box, 1)
    # 38.7 g per TEU-km × 20 000 km = 774 kg tank to wake, 46.9 × 20 000 = 938 kg in all
    assert kg.ttw_kg == pytest.approx(774, abs=0.1)
    assert kg.in_scope("wtw") == pytest.approx(938, rel=0.005)  # its WTT is rounded to 0.1 g
    prices = CarbonPrices(case)
    (covered,) = prices.coverages([ship])
    eur = prices.leg(ship, "dry").at(covered).own(box)
    # 0.774 t × 50 % × 100 % × 75 EUR = 29.0 EUR; a thousandth more by the gases of EU ETS:
    # 774 / 76.5133 g/MJ = 10 115.9 MJ / 41.3 = 244.94 kg of fuel × (3.114 + 0.0014 + 0.0477)
    # = 774.76 kg; × 50 % × 75 EUR/t = 29.05
    assert eur.ets_eur == pytest.approx(29.0, abs=0.1)
    assert eur.ets_eur == pytest.approx(29.053, abs=0.001)
    # 0.24494 t of fuel × 50 % × 58.6 EUR per t of heavy fuel oil = 7.18
    assert eur.fueleu_eur == pytest.approx(7.2, abs=0.05)
    assert (eur.shadow_eur, eur.ets2_eur) == (0, 0)
