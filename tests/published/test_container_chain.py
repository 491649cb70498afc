"""O1: container chain road, rail, road in Germany (Guide to ISO 14083, case example A).

CLECAT/UBA, "Greenhouse gas emissions in the transport sector: Guide to ISO 14083" (ifeu and
Fraunhofer IML), pp. 23-25, 42-48 and 55. The text of the guide prints 70.0 kg for the train (14 g
in place of 14.38) and 0.022 kg/tkm for operation (170 / 6500 is 0.026); the right values count.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from routeopt.case import load_case
from routeopt.optimize import solve
from routeopt.planfile import plan_json
from tests.published.ondisk import service, shipment, terminal, write_case

GUIDE = "CLECAT/UBA Guide to ISO 14083, case example A, pp. 42-48"
TOCS = [
    # 143 g per tkm on actual km, 103 of it operation; actual = 1.05 × SFD
    {"id": "truck", "mode": "road", "unit": "g/tkm", "wtt": 40, "ttw": 103}
    | {"distance_basis": "actual", "daf": 1.05, "data_type": "modelled", "source": GUIDE},
    {"id": "train", "mode": "rail", "unit": "g/tkm", "wtt": 14.38, "ttw": 0}
    | {"data_type": "modelled", "source": GUIDE},
]
# 10.7 kg per container of 10 t = 1.07 kg/t, 0.384 of it operation
HOCS = [{"id": "terminal", "unit": "kg/t", "wtt": 0.686, "ttw": 0.384, "source": GUIDE}]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The plan file of the case; the container weighs 2.25 t, which is not freight."""
    folder: Path = tmp_path_factory.mktemp("chain")
    path = write_case(
        folder / "case",
        tables={
            "terminals": [
                terminal("SHIPPER", "DE"),
                terminal("HUB-1", "DE", hoc="terminal"),
                terminal("HUB-2", "DE", hoc="terminal"),
                terminal("CONSIGNEE", "DE"),
            ],
            "services": [
                service("first", "road", "SHIPPER > HUB-1", "truck", distance_km=50),
                service("train", "rail", "HUB-1 > HUB-2", "train", distance_km=500),
                service("last", "road", "HUB-2 > CONSIGNEE", "truck", distance_km=100),
            ],
            "toc": TOCS,
            "hoc": HOCS,
        },
        shipments=[shipment("box", "SHIPPER > CONSIGNEE", teu=1, tonnes=10)],
    )
    file = folder / "plan.json"
    file.write_text(plan_json(solve(load_case(path))), encoding="utf-8")
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return made


@pytest.fixture(scope="module")
def box(plan: dict[str, Any]) -> dict[str, Any]:
    (only,) = plan["shipments"]
    found: dict[str, Any] = only
    return found


@pytest.fixture(scope="module")
def hubs(box: dict[str, Any]) -> list[dict[str, Any]]:
    """Handlings that are chain elements: those with an operation category."""
    return [each for each in box["transfers"] if each["hoc"] is not None]


def test_transport_activity(box: dict[str, Any]) -> None:
    # 10 t × 50, 500, 100 km = 500, 5000, 1000 tkm on the shortest feasible distance
    assert [leg["tkm"] for leg in box["legs"]] == [500, 5000, 1000]
    # what the road intensity is multiplied by: × 1.05 = 525 and 1050 tkm on actual km
    assert [leg["activity"] for leg in box["legs"]] == pytest.approx([525, 5000, 1050], rel=1e-12)
    assert [leg["distance_kind"] for leg in box["legs"]] == ["actual", "sfd", "actual"]


def test_kilograms_of_each_element(box: dict[str, Any], hubs: list[dict[str, Any]]) -> None:
    # road 525 × 143 g = 75.075 kg and 1050 × 143 g = 150.15 kg
    # rail 5000 × 14.38 g = 71.9 kg; a terminal 10 × 1.07 = 10.7 kg
    assert [leg["co2e_kg"] for leg in box["legs"]] == pytest.approx([75.075, 71.9, 150.15])
    assert [leg["co2e_kg"] for leg in box["legs"]] == pytest.approx([75.0, 71.9, 150.0], abs=0.3)
    assert [hub["co2e_kg"] for hub in hubs] == pytest.approx([10.7, 10.7], abs=1e-9)


def test_road_legs(box: dict[str, Any]) -> None:
    road = [leg for leg in box["legs"] if leg["mode"] == "road"]
    kg, tkm = sum(leg["co2e_kg"] for leg in road), sum(leg["tkm"] for leg in road)
    assert kg == pytest.approx(225.2, abs=0.1)  # 1575 × 143 g = 225.225 kg
    assert 1000 * kg / tkm == pytest.approx(150, abs=0.2)  # 143 × 1.05 = 150.15 g/tkm
    ttw = 1000 * sum(leg["ttw_kg"] for leg in road) / tkm
    assert ttw == pytest.approx(108, abs=0.2)  # 103 × 1.05 = 108.15 g/tkm


def test_chain(plan: dict[str, Any], box: dict[str, Any]) -> None:
    # 75.075 + 10.7 + 71.9 + 10.7 + 150.15 = 318.525 kg, which the guide rounds to 318.3 or 318.5
    assert plan["totals"]["co2e_kg"] == pytest.approx(318.525, rel=1e-9)
    assert plan["totals"]["co2e_kg"] == pytest.approx(318.3, abs=0.3)
    assert plan["totals"]["tkm"] == box["tkm"] == 6500  # hubs add nothing to it
    # 318.525 / 6500 = 0.0490 kg/tkm
    assert plan["iso"]["g_per_tkm"] / 1000 == pytest.approx(0.049, abs=0.0001)
    assert box["g_per_tkm"] == pytest.approx(plan["iso"]["g_per_tkm"], rel=1e-12)


def test_operation_part_of_the_chain(plan: dict[str, Any], hubs: list[dict[str, Any]]) -> None:
    # road 1575 × 103 g = 162.225 kg, hubs 20 t × 0.384 = 7.68 kg: 169.905 kg
    assert plan["totals"]["ttw_kg"] == pytest.approx(170, abs=1)
    assert sum(hub["ttw_kg"] for hub in hubs) == pytest.approx(8, abs=0.5)
    # 169.905 / 6500 = 0.0261 kg/tkm
    assert plan["iso"]["ttw_g_per_tkm"] / 1000 == pytest.approx(0.026, abs=0.0005)


def test_hub_activity_stands_outside_the_tonne_km(
    plan: dict[str, Any], hubs: list[dict[str, Any]]
) -> None:
    assert [hub["terminal"] for hub in hubs] == ["HUB-1", "HUB-2"]
    assert [(hub["activity"], hub["activity_unit"]) for hub in hubs] == [(10, "t"), (10, "t")]
    assert plan["iso"]["hub_activity_t"] == 20  # 2 × 10 t; shipper and consignee are no hubs
    assert plan["iso"]["hub_activity_teu"] == 0


def test_every_element_has_its_category_and_data_type(
    box: dict[str, Any], hubs: list[dict[str, Any]]
) -> None:
    assert [leg["data_type"] for leg in box["legs"]] == ["modelled"] * 3
    assert [hub["data_type"] for hub in hubs] == ["default"] * 2
    assert all("hoc" not in leg for leg in box["legs"])  # a leg has a TOC, a hub a HOC
    assert all("toc" not in hub for hub in hubs)
