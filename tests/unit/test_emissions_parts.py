"""Km by what emits on them, grids that count, and reefer plugs; priced by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from routeopt.emissions import Factors, Fuel, Grid, Hoc, Refrigerant, Toc, choose_grids
from routeopt.freight import Size
from routeopt.network import Network, Service, Terminal
from routeopt.network.calendar import Timetable

PT = Grid(country="PT", basis="mix", year=2025, g_per_kwh=117, loss_pct=9.3)
ES = Grid(country="ES", basis="mix", year=2025, g_per_kwh=136, loss_pct=9.7)
FACTORS = Factors(
    fuels={
        "diesel": Fuel(id="diesel", wtt_g_per_mj=22.5, ttw_g_per_mj=75.3),
        "hvo": Fuel(id="hvo", wtt_g_per_mj=28.5, ttw_g_per_mj=1.3),
    },
    grids={"PT": PT, "ES": ES},
    refrigerants={"R-134a": Refrigerant(id="R-134a", gwp_ar5=1300, gwp_ar6=1530)},
)
WIRE = Toc(
    id="wire",
    activity="tkm",
    energy_mj=0.036929 * 3.6,
    carriers=(("electricity", 1.0),),
    reefer="wire-cold",
)
COLD = Toc(
    id="wire-cold",
    activity="tkm",
    energy_mj=0.04136 * 3.6,
    carriers=(("electricity", 1.0),),
    reefer="wire-cold",
)
DIESEL = Toc(id="diesel", activity="tkm", energy_mj=0.3, carriers=(("diesel", 1.0),))


def terminal(id_: str, country: str, hoc: str | None = None, lon: float = 0.0) -> Terminal:
    return Terminal(id=id_, name="", country=country, lat=0, lon=lon, hoc=hoc)


def train(
    km: float,
    country_km: Mapping[str, float] | None,
    unwired_km: Mapping[str, float] | None = None,
    *,
    toc: str = "wire",
) -> Service:
    return Service(
        id="train",
        mode="rail",
        origin="A",
        destination="B",
        timetable=Timetable(on_demand=True),
        distance_km=km,
        hours=10,
        country_km=country_km,
        unwired_km=unwired_km or {},
        toc=toc,
        toc_unwired="diesel" if unwired_km else None,
    )


def network(*tocs: Toc, hocs: tuple[Hoc, ...] = (), hoc: str | None = None) -> Network:
    return Network(
        terminals={"A": terminal("A", "PT", hoc), "B": terminal("B", "ES", lon=1.0)},
        services={},
        tocs={toc.id: toc for toc in (WIRE, COLD, DIESEL, *tocs)},
        hocs={each.id: each for each in hocs},
        factors=FACTORS,
    )


def test_electric_leg_by_hand() -> None:
    # per tkm 0.036929 kWh; PT 117 / (1 - 0.093) = 128.9967 g/kWh, ES 136 / (1 - 0.097) = 150.6091
    # 100 t * 300 km * 0.036929 kWh * 128.9967 g / 1000 = 142.9124 kg
    # 100 t * 200 km * 0.036929 kWh * 150.6091 g / 1000 = 111.2369 kg
    leg = network().leg_intensity(train(500, {"PT": 300, "ES": 200}), "dry")
    kg = leg.emission(Size(teu=10, tonnes=100, m3=330), 1)
    by_hand = 100 * 0.036929 * (300 * 117 / (1 - 0.093) + 200 * 136 / (1 - 0.097)) / 1000
    assert by_hand == pytest.approx(142.9124 + 111.2369, abs=1e-3)
    assert kg.wtt_kg == pytest.approx(by_hand, rel=1e-12)
    assert kg.ttw_kg == 0  # nothing burns on the train


def test_reefer_cargo_takes_the_reefer_row() -> None:
    # 0.04136 / 0.036929 = 1.119987 times the dry leg: +12 %, as its row says
    here = network()
    service = train(500, {"PT": 300, "ES": 200})
    dry, cold = (here.leg_intensity(service, cargo).per_t for cargo in ("dry", "reefer"))
    assert cold.wtt_kg / dry.wtt_kg == pytest.approx(0.04136 / 0.036929, rel=1e-12)


def test_leg_with_km_without_wire() -> None:
    # of 500 km, 62 in Spain have no wire: PT 300 and ES 138 electric, 62 by diesel
    # WTT per t: 0.036929 * (300 * 128.9967 + 138 * 150.6091) / 1000 = 2.196650 kg
    #          + 0.3 MJ * 62 km * 22.5 g / 1000 = 0.4185 kg; TTW 0.3 * 62 * 75.3 / 1000 = 1.40058 kg
    leg = network().leg_intensity(train(500, {"PT": 300, "ES": 200}, {"ES": 62}), "dry").per_t
    wire = 0.036929 * (300 * 117 / 0.907 + 138 * 136 / 0.903) / 1000
    assert wire == pytest.approx(2.196650, abs=1e-6)
    assert leg.wtt_kg == pytest.approx(wire + 0.4185, rel=1e-12)
    assert leg.ttw_kg == pytest.approx(1.40058, rel=1e-12)


def test_wired_km_by_country() -> None:
    assert train(500, {"PT": 300, "ES": 200}).wired_km(by_country=True) == {"PT": 300, "ES": 200}
    service = train(500, {"PT": 300, "ES": 200}, {"ES": 62})
    # 500 - 62 = 438 km: 300 in PT, 200 - 62 = 138 in ES
    assert service.wired_km(by_country=True) == pytest.approx({"PT": 300, "ES": 138}, rel=1e-12)
    assert service.wired_km(by_country=False) == {"": 438}
    gone = train(500, {"PT": 300, "ES": 200}, {"ES": 200})
    assert gone.wired_km(by_country=True) == {"PT": 300}


def test_wired_km_make_up_for_rounding() -> None:
    # 300.2 + 200.2 = 500.4 km stand for 500 km: each is scaled by 500 / 500.4
    km = train(500, {"PT": 300.2, "ES": 200.2}).wired_km(by_country=True)
    assert km["PT"] == pytest.approx(300.2 * 500 / 500.4, rel=1e-12)
    assert sum(km.values()) == pytest.approx(500, rel=1e-12)
    # 200.3 km without wire in a country of 200 km: no wired km there, the rest is 500 - 200.3
    km = train(500, {"PT": 300, "ES": 200}, {"ES": 200.3}).wired_km(by_country=True)
    assert km == pytest.approx({"PT": 299.7}, rel=1e-12)


def test_electric_km_of_unknown_countries_are_refused() -> None:
    with pytest.raises(KeyError):
        network().leg_intensity(train(500, None), "dry")
    assert train(500, None).wired_km(by_country=False) == {"": 500}


def test_leg_parts_add_up_to_the_distance() -> None:
    parts = network().leg_parts(train(500, {"PT": 300, "ES": 200}, {"ES": 62}), "dry")
    assert [part.toc.id for part in parts] == ["wire", "wire", "diesel"]
    assert [part.components[0].country for part in parts] == ["PT", "ES", ""]
    assert [part.km for part in parts] == pytest.approx([300, 138, 62], rel=1e-12)


def test_leg_parts_on_the_great_circle_keep_their_shares() -> None:
    # A and B lie 1 degree of longitude apart on the equator: 6371.0088 * pi / 180 = 111.19508 km
    # 75 of 125 km are in PT: 0.6 of it is 66.71705 km
    gcd = Toc(
        id="gcd",
        activity="tkm",
        energy_mj=1,
        carriers=(("electricity", 1.0),),
        distance_basis="gcd",
    )
    parts = network(gcd).leg_parts(train(125, {"PT": 75, "ES": 50}, toc="gcd"), "dry")
    assert [part.km for part in parts] == pytest.approx([66.71705, 44.47803], abs=1e-5)


def test_leg_parts_by_actual_distance() -> None:
    # 500 km * 1.15 = 575 km
    actual = Toc(id="far", activity="tkm", wtt_g=1, ttw_g=2, distance_basis="actual", daf=1.15)
    (part,) = network(actual).leg_parts(train(500, None, toc="far"), "dry")
    assert part.km == pytest.approx(575, rel=1e-12)


def test_blend_prices_each_share_of_the_energy() -> None:
    # 0.5 MJ: 0.4 of diesel and 0.1 of hvo
    # wtt 0.4 * 22.5 + 0.1 * 28.5 = 11.85 g, ttw 0.4 * 75.3 + 0.1 * 1.3 = 30.25 g per tkm
    blend = Toc(id="blend", activity="tkm", energy_mj=0.5, carriers=(("diesel", 0.8), ("hvo", 0.2)))
    leg = network(blend).leg_intensity(train(1000, None, toc="blend"), "dry").per_t
    assert (leg.wtt_kg, leg.ttw_kg) == pytest.approx((11.85, 30.25), rel=1e-12)


def test_half_electric_blend_counts_the_grid_of_each_km() -> None:
    # 3.6 MJ = 1 kWh per tkm, half of it from the wire; PT: 0.5 * 117 / 0.907 = 64.49835 g
    # and the other half diesel: wtt 1.8 * 22.5 = 40.5 g, ttw 1.8 * 75.3 = 135.54 g
    both = Toc(
        id="both", activity="tkm", energy_mj=3.6, carriers=(("electricity", 0.5), ("diesel", 0.5))
    )
    leg = network(both).leg_intensity(train(1000, {"PT": 1000}, toc="both"), "dry").per_t
    assert (leg.wtt_kg, leg.ttw_kg) == pytest.approx((64.49835 + 40.5, 135.54), abs=1e-5)


def test_leak_is_all_tank_to_wheel() -> None:
    # 0.002 g/tkm * 1530 (AR6) = 3.06 g/tkm; AR5: 0.002 * 1300 = 2.6
    for gwp, kg in (("", 3.06), ("AR6", 3.06), ("AR5", 2.6)):
        leaky = Toc(
            id="leaky",
            activity="tkm",
            wtt_g=1,
            ttw_g=2,
            refrigerant="R-134a",
            leak_g=0.002,
            gwp=gwp,
        )
        leg = network(leaky).leg_intensity(train(1000, None, toc="leaky"), "dry").per_t
        assert (leg.wtt_kg, leg.ttw_kg) == pytest.approx((1, 2 + kg), rel=1e-12)


def grid(country: str, basis: str, year: int) -> Grid:
    return Grid(country=country, basis=basis, year=year, g_per_kwh=year)


def test_the_nearest_year_of_the_first_basis_counts() -> None:
    rows = [grid("PT", "use", 2023), grid("PT", "use", 2025), grid("PT", "make", 2024)]
    assert choose_grids(rows, ["use"], 2025) == {"PT": rows[1]}
    assert choose_grids(rows, ["use"], 2010) == {"PT": rows[0]}
    assert choose_grids(rows, ["use", "make"], 2024) == {"PT": rows[1]}  # as near: the later
    assert choose_grids(rows, ["make", "use"], 2023) == {"PT": rows[2]}  # basis before year
    assert choose_grids(reversed(rows), ["use"], 2024) == {"PT": rows[1]}  # whatever the order


def test_no_other_basis_stands_in() -> None:
    rows = [grid("PT", "use", 2025), grid("UA", "make", 2022)]
    assert choose_grids(rows, ["use"], 2025) == {"PT": rows[0]}
    assert choose_grids(rows, ["use", "make"], 2025) == {"PT": rows[0], "UA": rows[1]}
    assert choose_grids(rows, ["none"], 2025) == {}


def test_plugs_draw_power_while_reefer_boxes_wait() -> None:
    # 2 TEU * 1.5 kW/TEU = 3 kW; 3 kWh an hour * 117 / 0.907 g/kWh / 1000 = 0.3869901 kg an hour
    hocs = (
        Hoc(id="quay", wtt_kg=4, ttw_kg=2, per="teu", reefer="quay-cold"),
        Hoc(id="quay-cold", wtt_kg=4, ttw_kg=2, per="teu", plug_kw_per_teu=1.5, reefer="quay-cold"),
    )
    here = network(hocs=hocs, hoc="quay")
    size = Size(teu=2, tonnes=20, m3=66)
    port = here.terminals["A"]
    assert here.waiting_kg_per_h(port, "reefer", size) == pytest.approx(0.3869901, abs=1e-7)
    assert here.waiting_kg_per_h(port, "dry", size) == 0
    assert here.waiting_kg_per_h(here.terminals["B"], "reefer", size) == 0  # no hub category
    # the handling itself is that of the row: 2 TEU * 4 and 2 kg
    kg = here.handling_emission(port, "reefer", size)
    assert (kg.wtt_kg, kg.ttw_kg) == (8, 4)


def test_leak_of_a_handling() -> None:
    # 1.2 g/t * 1530 / 1000 = 1.836 kg/t; 20 t: 36.72 kg on top of 20 * 0.5 = 10 kg TTW
    hoc = Hoc(id="shed", wtt_kg=1, ttw_kg=0.5, per="t", refrigerant="R-134a", leak_g=1.2)
    here = network(hocs=(hoc,), hoc="shed")
    kg = here.handling_emission(here.terminals["A"], "dry", Size(teu=2, tonnes=20, m3=66))
    assert (kg.wtt_kg, kg.ttw_kg) == pytest.approx((20, 46.72), rel=1e-12)
