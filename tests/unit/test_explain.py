"""Rows of a plan against the arithmetic of tests/seacase.py."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from routeopt.case import Case
from routeopt.errors import InputError
from routeopt.explain import Explanation, Line, explain
from tests import seacase


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, dict[str, Any]]:
    case, _, plan = seacase.solved(seacase.write(tmp_path_factory.mktemp("sea")))
    return case, plan


@pytest.fixture
def whole(solved: tuple[Case, dict[str, Any]]) -> Explanation:
    return explain(*solved)


def lines(explanation: Explanation, shipment: str, element: str, kind: str = "") -> list[Line]:
    found = [
        line
        for line in explanation.lines
        if (line.shipment, line.element) == (shipment, element) and kind in {"", line.kind}
    ]
    assert found
    return found


def test_rows_add_up_to_the_plan(whole: Explanation) -> None:
    assert whole.kg.wtt_kg == pytest.approx(seacase.WTT, rel=1e-12)
    assert whole.kg.ttw_kg == pytest.approx(seacase.TTW, rel=1e-12)
    assert whole.differences == ()
    co2e = whole.sums[0]
    assert co2e.rows == pytest.approx(seacase.WTT + seacase.TTW, rel=1e-12)
    assert math.isclose(co2e.rows, co2e.stated, rel_tol=1e-12)
    assert whole.plan_kg == co2e.stated


def test_fuel_is_energy_times_grams(whole: Explanation) -> None:
    (line,) = lines(whole, "dry/1", "leg 1")
    # 2 TEU × 10,000 km = 20,000 TEU-km; 0.5 MJ × (15 + 80) g = 7.5 + 40 g
    assert (line.amount, line.amount_unit, line.km) == (2, "TEU", 10_000)
    assert (line.activity, line.activity_unit) == (20_000, "teukm")
    assert (line.energy, line.energy_unit) == (0.5, "MJ")
    assert (line.energy_wtt_g, line.energy_ttw_g) == (15, 80)
    assert (line.wtt_g, line.ttw_g) == (7.5, 40)
    assert (line.wtt_kg, line.ttw_kg, line.wtw_kg) == (150, 800, 950)
    assert (line.factor, line.carrier, line.country, line.distance_kind) == (
        "ship", "oil", "", "sfd",
    )  # fmt: skip
    assert (line.data_type, line.gwp) == ("modelled", "AR6")
    assert (line.source, line.carrier_source) == ("ships, p.1", "fuels, p.1")


def test_train_has_a_row_for_each_grid_and_one_off_the_wire(whole: Explanation) -> None:
    portugal, spain, diesel = lines(whole, "dry/2", "leg 3")
    # 0.05 kWh × 180 / 0.9 = 10 g; 20 t × 400 km × 10 g = 80 kg
    assert (portugal.country, portugal.energy, portugal.energy_unit) == ("PT", 0.05, "kWh")
    assert portugal.energy_wtt_g == pytest.approx(200)
    assert (portugal.activity, portugal.ttw_kg) == (8000, 0)
    assert portugal.wtt_kg == pytest.approx(80)
    assert portugal.carrier_source == "grids, p.3"
    assert portugal.grid is not None
    assert portugal.grid.loss_pct == 10
    assert (spain.country, spain.km) == ("ES", 50)
    assert spain.wtt_kg == pytest.approx(20)
    assert (diesel.factor, diesel.km) == ("rail-diesel", 50)
    assert (diesel.wtt_kg, diesel.ttw_kg) == pytest.approx((6, 32))


def test_reefer_leaks_and_plugs(whole: Explanation) -> None:
    (leak,) = lines(whole, "ice", "leg 1", "leak")
    # 0.001 g × 1,530 = 1.53 g per TEU-km
    assert (leak.carrier, leak.wtt_g, leak.energy) == ("R-134a", 0, None)
    assert leak.ttw_g == pytest.approx(1.53)
    assert leak.ttw_kg == pytest.approx(15.3)
    plugs = [line for line in whole.lines if line.kind == "plug"]
    # 10 h, 8 h and 2 h × 3 kW
    assert [line.activity for line in plugs] == pytest.approx([30, 24, 6])
    assert [line.country for line in plugs] == ["SG", "MA", "PT"]
    assert [line.wtt_kg for line in plugs] == pytest.approx([12, 9.6, 1.2])
    assert {line.activity_unit for line in plugs} == {"kWh"}


def test_hub_that_leaks(tmp_path: Path) -> None:
    hoc = """\
id,unit,wtt,ttw,reefer,refrigerant,leak_g,gwp,source
port,kg/teu,4,2,port-reefer,,,AR6,p.1
port-reefer,kg/teu,4,2.046,port-reefer,R-134a,0.1,AR5,p.2
"""
    folder = seacase.write(tmp_path, hoc=(seacase.FILES["hoc.csv"], hoc))
    case, _, plan = seacase.solved(folder)
    whole = explain(case, plan)
    (leak,) = lines(whole, "ice", "hub 1", "leak")
    # 0.1 g × 1,300 by AR5 = 130 g per TEU
    assert (leak.factor, leak.carrier, leak.activity) == ("port-reefer", "R-134a", 1)
    assert (leak.wtt_g, leak.ttw_g) == pytest.approx((0, 130))
    (handling,) = lines(whole, "ice", "hub 1", "handling")
    assert handling.ttw_g == 2046  # the digits of the table, not 2045.9999999999998
    assert whole.differences == ()


def test_hubs(whole: Explanation) -> None:
    (handling,) = lines(whole, "dry/1", "hub 1")
    assert (handling.name, handling.factor, handling.km) == ("SGSIN", "port", None)
    assert (handling.activity, handling.activity_unit) == (2, "TEU")
    assert (handling.wtt_g, handling.ttw_g) == (4000, 2000)
    assert (handling.wtt_kg, handling.ttw_kg) == (8, 4)
    (nothing,) = lines(whole, "dry/1", "hub 4")
    assert (nothing.factor, nothing.activity, nothing.wtw_kg) == ("", 20, 0)


def test_charges_and_coverage(whole: Explanation) -> None:
    of_dry = [charge for charge in whole.charges if charge.shipment == "dry/1"]
    assert {charge.element: charge.covered for charge in of_dry if "leg" in charge.element} == {
        "leg 1": 0.5, "leg 2": 0.5, "leg 3": None,
    }  # fmt: skip
    # 11,200 MJ / 40 MJ per kg × 3.545 kg × 50 % × 0.1 EUR per kg = 49.63
    assert sum(charge.carbon.ets_eur for charge in of_dry) == pytest.approx(49.63)
    # 11,200 × 5.6632 / (95 × 41,000) × 2,400 × 50 % = 19.541
    fueleu = 11_200 * 5.6632 / (95 * 41_000) * 2400 / 2
    assert sum(charge.carbon.fueleu_eur for charge in of_dry) == pytest.approx(fueleu)
    assert sum(charge.carbon.shadow_eur for charge in of_dry) == pytest.approx(12.38)
    (carbon,) = (each for each in whole.sums if each.what == "carbon_eur")
    assert carbon.agrees
    assert carbon.rows > 4 * 49


def test_units_of_a_shared_departure_are_split(tmp_path: Path) -> None:
    # the train by the vehicle: 1 vehicle for 70 t, each shipment has a quarter of its 500 km
    case, plan, stated = seacase.solved(
        seacase.write(
            tmp_path,
            toc=(
                'rail,rail,kWh/tkm,0.05,electricity,rail,,,,,"trains, p.1"',
                "rail,rail,kWh/vehiclekm,0.05,electricity,rail,,,,,p.1",
            ),
        )
    )
    explanation = explain(case, stated)
    rows = [line for line in explanation.lines if line.factor == "rail" and line.country == "PT"]
    assert [row.amount for row in rows] == pytest.approx([0.25] * 4)
    assert {row.amount_unit for row in rows} == {"vehicles"}
    assert [row.activity for row in rows] == pytest.approx([100] * 4)
    assert explanation.differences == ()
    assert explanation.kg.wtt_kg == pytest.approx(plan.totals.wtt_kg, rel=1e-12)


@pytest.mark.parametrize(("asked", "ids"), [("ice", {"ice"}), ("dry/2", {"dry/2"}),
                                            ("dry", {"dry/1", "dry/2", "dry/3"})])  # fmt: skip
def test_some_shipments(solved: tuple[Case, dict[str, Any]], asked: str, ids: set[str]) -> None:
    part = explain(*solved, asked)
    assert {line.shipment for line in part.lines} == ids
    assert {plan.id for plan in part.plans} == ids
    assert not part.whole
    assert part.differences == ()
    assert len(part.chosen) == 4
    assert part.plan_kg == pytest.approx(seacase.WTT + seacase.TTW)


def test_number_that_differs_is_named(solved: tuple[Case, dict[str, Any]]) -> None:
    case, plan = solved
    rows = [dict(row) for row in plan["shipments"]]
    rows[1]["ttw_kg"] *= 1 + 1e-8
    changed = {**plan, "shipments": rows}
    assert [each.what for each in explain(case, changed).differences] == ["shipment dry/2, ttw_kg"]
    totals = {**plan["totals"], "co2e_kg": plan["totals"]["co2e_kg"] * (1 + 1e-8)}
    (found,) = explain(case, {**plan, "totals": totals}).differences
    assert str(found).startswith("co2e_kg: the rows add up to ")


@pytest.mark.parametrize(
    ("key", "name", "message"),
    [
        ("id", "rice", "shipment 'rice' of the plan is not in its case"),
        ("service", "boat", "service 'boat' of the plan is not in its case"),
    ],
)
def test_plan_of_another_case(
    solved: tuple[Case, dict[str, Any]], key: str, name: str, message: str
) -> None:
    case, plan = solved
    row = dict(plan["shipments"][-1])
    if key == "id":
        row["id"] = name
    else:
        row["legs"] = [{**row["legs"][0], "service": name}]
    with pytest.raises(InputError, match=message):
        explain(case, {**plan, "shipments": [row]})


def test_unknown_shipment_names_the_nearest(solved: tuple[Case, dict[str, Any]]) -> None:
    with pytest.raises(InputError, match="no shipment 'dri' in the plan, did you mean 'dry'"):
        explain(*solved, "dri")


def test_tank_to_wheel_scope(tmp_path: Path) -> None:
    folder = seacase.write(tmp_path, case=("days: 40", "days: 40\nco2e_scope: ttw"))
    case, _, plan = seacase.solved(folder)
    explanation = explain(case, plan)
    assert explanation.differences == ()
    assert explanation.sums[0].rows == pytest.approx(explanation.kg.ttw_kg)
    assert explanation.plan_kg == pytest.approx(explanation.kg.ttw_kg)


def test_unserved_shipment_has_no_rows(tmp_path: Path) -> None:
    due = ("10,2026-03-02T08:00,2026-04-08T18:00", "10,2026-03-02T08:00,2026-03-09T18:00")
    folder = seacase.write(tmp_path, shipments=due, case=("days: 40", "days: 40\nserve: most"))
    case, _, plan = seacase.solved(folder)
    explanation = explain(case, plan)
    assert {line.shipment for line in explanation.lines} == {"dry/1", "dry/2", "dry/3"}
    assert explanation.differences == ()
    assert explain(case, plan, "ice").lines == ()
