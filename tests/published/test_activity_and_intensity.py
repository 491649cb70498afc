"""O3, O4 and O8: iLEAP activities, EcoTransIT train energy, GLEC lane factors; and g per tkm.

iLEAP Technical Specifications 1.0.0 (attributes of a TCE); EcoTransIT World, Methodology and Data
(July 2010), Table 23; GLEC Framework v3.2 (Smart Freight Centre, 2025), Module 2 Table 18, p. 111.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from routeopt.case import load_case
from routeopt.case.model import Case
from routeopt.freight import Size
from routeopt.optimize import solve
from routeopt.planfile import plan_dict
from routeopt.trains import Train, wh_per_gross_tkm
from tests.published.ondisk import line_case, service, shipment, terminal, write_case

BOX = Size(1, 10, 33)

TRAINS = {
    row["train"]: row
    for row in csv.DictReader(
        files("routeopt").joinpath("factors", "rail_energy.csv").read_text("utf-8").splitlines()
    )
}


# O3 --------------------------------------------------------------------------------------------


def test_ileap_activities(tmp_path: Path) -> None:
    # 3.6801 kg / 36.801 tkm = 100.0 g/tkm in all, 3.2801 / 36.801 = 89.13 g/tkm tank to wheel
    ttw = 3280.1 / 36.801
    path = write_case(
        tmp_path,
        tables={
            "terminals": [terminal(id_, "DE") for id_ in "ABC"],
            "services": [
                service("sfd", "road", "A > B", "road-artic-eu", distance_km=700),
                service("actual", "road", "A > C", "measured", distance_km=423),
            ],
            "toc": [
                {"id": "measured", "mode": "road", "unit": "g/tkm", "wtt": 100 - ttw, "ttw": ttw}
                # the km are driven ones: a factor of 1 accepts them, and the plan flags the kind
                | {"distance_basis": "actual", "daf": 1, "source": "iLEAP 1.0.0, example"}
            ],
        },
        shipments=[
            shipment("parcels", "A > B", tonnes=0.230),
            shipment("crate", "A > C", tonnes=0.087),
        ],
    )
    rows = {row["id"]: row for row in plan_dict(solve(load_case(path)))["shipments"]}
    # 0.230 t × 700 km = 161 tkm
    assert rows["parcels"]["tkm"] == pytest.approx(161, rel=1e-12)
    # 0.087 t × 423 km = 36.801 tkm
    assert rows["crate"]["tkm"] == pytest.approx(36.801, rel=1e-12)
    assert rows["crate"]["co2e_kg"] == pytest.approx(3.6801, rel=1e-9)
    assert rows["crate"]["ttw_kg"] == pytest.approx(3.2801, rel=1e-9)
    assert rows["crate"]["legs"][0]["distance_kind"] == "actual"  # ISO activity wants SFD or GCD
    assert rows["parcels"]["legs"][0]["distance_kind"] == "sfd"
    for row in rows.values():  # a TOC or a HOC, never both; elements stand in order of travel
        assert all("toc" in leg and "hoc" not in leg for leg in row["legs"])
        assert all("hoc" in stop and "toc" not in stop for stop in row["transfers"])
        assert [stop["terminal"] for stop in row["transfers"]] == [
            row["legs"][0]["from"],
            row["legs"][0]["to"],
        ]


@pytest.mark.parametrize(("box", "teu"), [("40 ft", 2), ("45 ft", 2.25)])
def test_long_boxes_count_as_teu(tmp_path: Path, box: str, teu: float) -> None:
    path = write_case(
        tmp_path,
        tables={
            "terminals": [terminal("CN", "CN"), terminal("DE", "DE")],
            "services": [service("s", "sea", "CN > DE", "ship-industry", distance_km=1000)],
        },
        shipments=[shipment(box, "CN > DE", teu=teu, tonnes=20)],
    )
    (row,) = plan_dict(solve(load_case(path)))["shipments"]
    # 2 or 2.25 TEU × 1000 km, whatever the box weighs
    assert row["legs"][0]["activity"] == teu * 1000
    assert row["legs"][0]["activity_unit"] == "teukm"


# O4 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("train", "gross_t", "wh_per_gtkm"),
    [
        ("500 t", 500, 25.5),  # 1200 × 500^−0.62 = 25.46
        ("1000 t", 1000, 16.6),  # 16.56
        ("1500 t", 1500, 12.9),  # 12.88
        ("2000 t", 2000, 10.8),  # 10.78
        ("over 2000 t", 2500, 10.0),  # flat there, where the power law would give 9.38
    ],
)
def test_energy_of_an_electric_train(train: str, gross_t: float, wh_per_gtkm: float) -> None:
    found = wh_per_gross_tkm(gross_t)
    assert found == pytest.approx(wh_per_gtkm, abs=0.1)
    # the shipped table has the formula's value, and the printed one beside it
    assert float(TRAINS[train]["wh_per_gtkm"]) == pytest.approx(found, abs=0.005)
    assert float(TRAINS[train]["published_wh_per_gtkm"]) == wh_per_gtkm


@pytest.mark.parametrize(
    ("cargo", "gross_per_net", "wh_per_tkm"),
    # 16.56 Wh per gross tkm × 1.68, 1.94, 2.51 gross tonnes per net tonne
    [("bulk", 1.68, 27.8), ("average", 1.94, 32.2), ("volume", 2.51, 41.5)],
)
def test_net_energy_of_a_train_of_1000_t(
    cargo: str, gross_per_net: float, wh_per_tkm: float
) -> None:
    train = Train(gross_t=1000, net_t=1000 / gross_per_net)
    assert 1000 * train.energy == pytest.approx(wh_per_tkm, abs=0.1)
    assert float(TRAINS["1000 t"][f"published_wh_per_tkm_{cargo}"]) == wh_per_tkm
    # every size of train has the same ratio, to 1 %
    for row in TRAINS.values():
        if row[f"published_wh_per_tkm_{cargo}"]:
            net, gross = row[f"published_wh_per_tkm_{cargo}"], row["published_wh_per_gtkm"]
            assert float(net) / float(gross) == pytest.approx(gross_per_net, rel=0.01)


def test_shipped_container_trains_follow_the_same_formula(land: Case) -> None:
    # 2.23 gross tonnes per net tonne: 16.56 × 2.23 / 1000 = 0.036929 kWh per tkm; the rows round
    # to 0.01 Wh per gross tkm first
    for id_, gross_t in (("1000", 1000), ("1500", 1500), ("heavy", 2500)):
        toc = land.network.tocs[f"rail-electric-{id_}"]
        kwh = Train(gross_t=gross_t, net_t=gross_t / 2.23).energy
        assert toc.energy_mj == pytest.approx(3.6 * kwh, rel=5e-4)


@pytest.fixture(scope="module")
def lanes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Case]:
    """Ships and barges on 100 km, by set of factors."""
    boats = ["asia-north-europe", "asia-med", "trans-suez", "europe-me-india", "industry"]
    boats += ["europe-africa", "se-ne-asia", "intra-asia", "short-sea-eu", "roro-15000"]
    boats += ["roro-5000", "ferry-20000", "ferry-10000", "general-cargo", "bulk-35000"]
    rows = [service(boat, "sea", "CN > DE", f"ship-{boat}", distance_km=100) for boat in boats]
    rows += [
        service(boat, "barge", "CN > DE", boat, distance_km=100)
        for boat in ("barge-container-110", "barge-container-135", "barge-push-2")
    ]
    return {
        factors: line_case(tmp_path_factory.mktemp(factors), rows, factors=factors)
        for factors in ("default", "published")
    }


def g_per_tkm(case: Case, id_: str, cargo: str = "dry", *, scope: str = "wtw") -> float:
    """CO2e of a box of 10 t on a service, per tonne and km of the service."""
    leg = case.network.services[id_]
    kg = case.network.leg_intensity(leg, cargo).emission(BOX, leg.units(BOX))
    return 1000 * kg.in_scope(scope) / (BOX.tonnes * leg.distance_km)


# O8 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cargo", "wtt", "ttw"),
    [
        ("dry", 12.7, 59.0),  # 71.7 g per TEU-km, at 10 t per TEU 7.17 g/tkm
        ("reefer", 25.3, 117.0),  # 142.3 and 14.23
    ],
)
def test_industry_average_of_container_ships(
    lanes: Mapping[str, Case], cargo: str, wtt: float, ttw: float
) -> None:
    case = lanes["published"]
    ship = case.network.services["industry"]
    kg = case.network.leg_intensity(ship, cargo).per_teu
    # 1 TEU × 100 km; +15 % distance and 70 % use of slots are inside, so nothing is multiplied
    assert 1000 * kg.wtt_kg / 100 == pytest.approx(wtt, rel=1e-9)
    assert 1000 * kg.ttw_kg / 100 == pytest.approx(ttw, rel=1e-9)
    assert g_per_tkm(case, "industry", cargo) == pytest.approx((wtt + ttw) / 10, abs=0.01)


# Results at 10 t per TEU -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ship", "dry", "reefer"),
    [
        ("asia-north-europe", 4.7, 11.1),
        ("asia-med", 5.2, 11.7),
        ("europe-me-india", 7.3, 13.9),
        ("industry", 7.2, 14.2),
        ("europe-africa", 8.9, 16.3),
        ("se-ne-asia", 10.8, 18.9),
        ("intra-asia", 13.6, 22.8),
        ("short-sea-eu", 13.6, 22.8),
    ],
)
def test_container_ships_per_tkm(
    lanes: Mapping[str, Case], ship: str, dry: float, reefer: float
) -> None:
    # MJ per TEU-km × (16.464891 + 76.513317) g/MJ / 10 t: 0.563301 × 92.978208 / 10 = 5.24
    assert g_per_tkm(lanes["default"], ship) == pytest.approx(dry, abs=0.051)
    assert g_per_tkm(lanes["default"], ship, "reefer") == pytest.approx(reefer, abs=0.051)


@pytest.mark.parametrize(
    ("id_", "wanted"),
    [
        # MJ per tkm × 92.978208 × 1.15: the km of the leg grow by the distance factor, once
        ("roro-15000", 23),
        ("roro-5000", 53),
        ("ferry-20000", 114),
        ("ferry-10000", 151),
        ("general-cargo", 25),
        ("bulk-35000", 7.4),
        ("barge-push-2", 20),  # MJ per tkm × 97.8
        ("barge-container-110", 29),
    ],
)
def test_other_ships_per_tkm(lanes: Mapping[str, Case], id_: str, wanted: float) -> None:
    digits = 0.051 if wanted < 10 else 0.51
    assert g_per_tkm(lanes["default"], id_) == pytest.approx(wanted, abs=digits)


LAND = {
    "average": "road-artic-eu",
    "box": "road-artic-eu-vkm",
    "b7": "road-artic-eu-b7",
    "hvo": "road-artic-eu-hvo",
    "lng": "road-artic-eu-lng",
    "battery": "road-artic-bev",
    "1000": "rail-electric-1000",
    "1500": "rail-electric-1500",
    "heavy": "rail-electric-heavy",
    "diesel": "rail-diesel-eu",
    "diesel-heavy": "rail-diesel-heavy",
}


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Trucks and trains on 100 km within each country; electricity of 2025."""
    rows = [
        service(f"{name} {country}", toc.partition("-")[0], f"{country}1 > {country}2", toc)
        | {"distance_km": 100}
        for country in ("PT", "ES", "FR", "DE", "CN")
        for name, toc in LAND.items()
    ]
    return line_case(tmp_path_factory.mktemp("land"), rows, grid={"year": 2025})


@pytest.mark.parametrize(
    ("name", "by_country"),
    [
        # 0.16 kWh × 117 / (1 − 9.3 %), 136 / (1 − 9.7 %), 31 / (1 − 7.8 %), 342 / (1 − 4.7 %), ...
        ("battery", (20.6, 24.1, 5.4, 57.4, 80.4)),
        ("1000", (4.8, 5.6, 1.2, 13.3, 18.6)),  # 0.036929 kWh
        ("1500", (3.7, 4.3, 1.0, 10.3, 14.4)),  # 0.028722
        ("heavy", (2.9, 3.4, 0.7, 8.0, 11.2)),  # 0.0223
    ],
)
def test_electricity_per_tkm(land: Case, name: str, by_country: tuple[float, ...]) -> None:
    found = [g_per_tkm(land, f"{name} {country}") for country in ("PT", "ES", "FR", "DE", "CN")]
    assert found == pytest.approx(by_country, abs=0.051)
    of_ttw = [g_per_tkm(land, f"{name} {c}", scope="ttw") for c in ("PT", "CN")]
    assert of_ttw == [0, 0]


@pytest.mark.parametrize(
    ("name", "wtw", "ttw"),
    [
        ("average", 89.0, 68.5),  # 0.91002 MJ × (22.5 + 75.3)
        ("box", 138.8, 106.9),  # 14.196319 MJ per km × 97.8 / 10 t
        ("b7", 85.3, None),
        ("hvo", 27.0, None),
        ("lng", 90.8, None),
        ("diesel", 31.0, 23.9),  # 0.316973 MJ × 97.8
        ("diesel-heavy", 21.2, 16.3),
    ],
)
def test_fuels_on_land_per_tkm(land: Case, name: str, wtw: float, ttw: float | None) -> None:
    assert g_per_tkm(land, f"{name} PT") == pytest.approx(wtw, abs=0.051)
    assert g_per_tkm(land, f"{name} CN") == g_per_tkm(land, f"{name} PT")
    if ttw is not None:
        assert g_per_tkm(land, f"{name} PT", scope="ttw") == pytest.approx(ttw, abs=0.051)


@pytest.mark.parametrize(
    ("fuel", "g_per_teukm"),
    [
        ("vlsfo", 52.4),  # 0.563301 MJ per TEU-km × 92.978 g/MJ
        ("mgo", 52.9),
        ("b24", 45.2),
        ("vlsfo 0.7795; fame 0.2205", 45.2),  # the same blend by energy
        ("b30", 43.4),
        ("lng-otto-ms", 56.3),
        ("lng-diesel-ss", 47.0),
        ("fame", 19.9),
        ("hvo", 16.7),
        ("e-methanol", 15.9),
        ("bio-lng-diesel-ss", 10.0),
        ("bio-methanol", 7.5),
        ("e-methanol-best", 2.5),
    ],
)
def test_fuel_switch_on_the_lane_to_the_mediterranean(
    tmp_path: Path, fuel: str, g_per_teukm: float
) -> None:
    ship = service("ship", "sea", "CN > PT", "ship-asia-med", distance_km=100)
    switch = {"table": "toc", "where": {"id": "ship-asia-med"}, "set": {"fuel": fuel}}
    case = line_case(tmp_path, [ship], override=[switch])
    kg = case.network.leg_intensity(case.network.services["ship"], "dry").per_teu
    assert 1000 * kg.in_scope("wtw") / 100 == pytest.approx(g_per_teukm, abs=0.051)


def test_a_terminal_per_tonne(land: Case) -> None:
    # (4.299 + 2.407) kg per TEU / 10 t
    hub = replace(land.network.terminals["PT1"], hoc="container-terminal")
    kg = land.network.handling_emission(hub, "dry", BOX).in_scope("wtw")
    assert kg / BOX.tonnes == pytest.approx(0.67, abs=0.0051)
