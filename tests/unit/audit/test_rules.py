"""Each rule by itself: the good plan (numbers in conftest.py) under a case changed in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from routeopt.audit import Finding, audit, audit_inputs
from routeopt.case import Avoid, Case, Limits
from routeopt.freight import Size, minute_of
from routeopt.network import Duty, Opening, Timetable

Change = Callable[[Case], Case]
Field = Any
Json = Any


def service(id_: str, **fields: Field) -> Change:
    def change(case: Case) -> Case:
        services = {**case.network.services}
        services[id_] = replace(services[id_], **fields)
        return replace(case, network=replace(case.network, services=services))

    return change


def terminal(id_: str, **fields: Field) -> Change:
    def change(case: Case) -> Case:
        terminals = {**case.network.terminals}
        terminals[id_] = replace(terminals[id_], **fields)
        return replace(case, network=replace(case.network, terminals=terminals))

    return change


def shipments(**fields: Field) -> Change:
    return lambda case: replace(
        case, shipments=tuple(replace(row, **fields) for row in case.shipments)
    )


def keys(**fields: Field) -> Change:
    return lambda case: replace(case, **fields)


def at(text: str) -> int:
    return minute_of(f"2026-03-{text}:00+00:00")


def told(found: tuple[Finding, ...]) -> str:
    return "\n".join(str(finding) for finding in found)


TRAIN = "shipments[BOX/1].legs[0]"
TRUCK = "shipments[BOX/2].legs[1]"

BROKEN: list[tuple[Change, str]] = [
    (keys(max_legs=1), "shipments[BOX/1].legs: 2 legs, over max_legs 1"),
    (keys(avoid=Avoid(modes=("rail",))), f"{TRAIN}.service: the mode rail is to be avoided"),
    (shipments(avoid_modes=("road",)), f"{TRUCK}.service: the mode road is to be avoided"),
    (keys(avoid=Avoid(services=("truck",))), f"{TRUCK}.service: the service truck is to be"),
    (keys(avoid=Avoid(terminals=("X",))), "shipments[COL]: the terminal X is to be avoided"),
    (keys(avoid=Avoid(countries=("FR",))), "shipments[COL]: D lies in FR, which is to be avoided"),
    (
        lambda case: service("train", country_km={"PT": 250, "AD": 350})(
            replace(case, avoid=Avoid(countries=("AD",)))
        ),
        f"{TRAIN}.service: it runs in AD, which is to be avoided",
    ),
    (  # a zone counts for its country
        lambda case: service("train", country_km={"PT": 250, "CN-LN": 350})(
            replace(case, avoid=Avoid(countries=("CN",)))
        ),
        f"{TRAIN}.service: it runs in CN, which is to be avoided",
    ),
    (service("train", timetable=Timetable.parse("Tue 12:00")), f"{TRAIN}.depart: train has no dep"),
    (service("train", timetable=Timetable.parse("daily 12:01")), f"{TRAIN}.depart: train has no"),
    (service("train", timetable=Timetable.parse("every 7h")), f"{TRAIN}.depart: train has no dep"),
    (
        service("train", timetable=Timetable.parse("2026-03-02T12:00+01:00")),
        f"{TRAIN}.depart: train has no departure at 2026-03-02T12:00:00+00:00",
    ),
    (service("train", valid_from=date(2026, 3, 3)), f"{TRAIN}.depart: 2026-03-02 is before the"),
    (service("train", valid_to=date(2026, 3, 1)), f"{TRAIN}.depart: 2026-03-02 is after the last"),
    # the truck leaves Monday 23:30 UTC: in Madrid it is Tuesday
    (service("truck", valid_to=date(2026, 3, 2)), f"{TRUCK}.depart: 2026-03-03 is after the last"),
    (
        service("train", cutoff_h=4.02),  # 241 minutes: from 08:00 to 12:01
        f"{TRAIN}.depart: 2026-03-02T12:00:00+00:00 is too early: the cargo can board from 2026-03",
    ),
    (
        service("truck", cutoff_h=0.25),
        f"{TRUCK}.depart: on demand it leaves with the cargo: the plan says '2026-03-02T23:30:00",
    ),
    (service("train", hours=10.009), f"{TRAIN}.arrive: wrong time"),  # rounds to 10 h 1 min
    (service("train", origin="X", destination="O"), f"{TRAIN}.from: X is not the shipment's or"),
    (service("shuttle", destination="O"), "shipments[COL].legs[1].to: O is not the shipment's des"),
    (service("shuttle", destination="O"), "shipments[COL].legs: O is visited more than once"),
    (
        service("shuttle", origin="D", destination="D"),
        "shipments[COL].legs[1].from: starts at D, but the leg before ends at X",
    ),
    (
        keys(start=at("02T12:01")),
        f"{TRAIN}.depart: 2026-03-02T12:00:00+00:00 is outside the horizon",
    ),
    (keys(days=1), "shipments[COL].legs[1].depart: 2026-03-04T00:00:00+00:00 is outside the hori"),
    (
        terminal("O", open=Opening.parse("Mon 06:01-22:00", "Europe/Lisbon")),
        "'2026-03-02T06:00:00+00:00', recomputed '2026-03-02T06:01:00+00:00'",
    ),
    (terminal("O", open=None), "shipments[BOX/1].transfers[0].start: wrong time"),
    (terminal("X", handling_h=1.01), "shipments[BOX/1].transfers[1].hours: wrong number"),
    (terminal("X", max_teu_per_day=3.9), "shipments: X handles 4 TEU on 2026-03-02, over max_te"),
    (terminal("X", free_days=0), "shipments[BOX/1].transfers[1].storage_eur: wrong number: the pl"),
    (terminal("X", country="MA"), "shipments[BOX/1].duties_eur: wrong number"),
    (terminal("D", hoc="box"), "shipments[BOX/1].transfers[2].hoc: wrong value: the plan says not"),
    (
        shipments(due=at("04T07:59")),
        "shipments[COL].delivered: delivered at 2026-03-04T08:00:00+00:00, after due 2026-03-04T07",
    ),
    (shipments(max_hours=50.9), "shipments[BOX/1].hours: 51 h are over max_hours 50.9"),
    (shipments(max_cost_eur=1900), "shipments[BOX/1]: 1903.6 alone is over max_cost_eur 1900"),
    (shipments(max_co2e_kg=495), "shipments[BOX/1]: 496 alone is over max_co2e_kg 495"),
    (service("train", max_units=1), "departures[train 2026-03-02T12:00:00+00:00].units: 2 units a"),
    (service("train", max_t=27.9), "departures[train 2026-03-02T12:00:00+00:00]: 28 t are over "),
    (service("train", unit_teu=None), "departures[0].units: wrong value: the plan says 2, recomp"),
    (service("truck", max_units=0), f"{TRUCK}.units: 1 units are over max_units 0"),
    (service("truck", max_t=7.9), f"{TRUCK}: 8 t are over max_t 7.9"),
    (keys(limits=Limits(cost_eur=3605)), "totals.cost_eur: 3605.68 is over the case's limit of"),
    (keys(limits=Limits(co2e_kg=1226)), "totals.co2e_kg: 1226.8 is over the case's limit of 1226"),
    # rail: 600 km × 28 t = 16800 of 28800 tkm, 0.58333
    (
        keys(limits=Limits(min_share={"rail": 0.59})),
        "totals.tkm: rail has 0.5833333333, under min_share 0.59",
    ),
    (keys(limits=Limits(min_share={"barge": 0.1})), "totals.tkm: barge has 0, under min_share 0.1"),
    (keys(co2e_scope="ttw"), "totals.co2e_kg: wrong number: the plan says 1226.8, recomputed 879."),
    (keys(carbon_price_eur_per_t=0), "totals.cost_parts.carbon: wrong number"),
    (service("train", unwired_km={}), f"{TRAIN}.ttw_kg: wrong number: the plan says 12.8, recom"),
    (
        lambda case: replace(case, shipments=case.shipments[:1]),
        "shipments[COL]: no shipment of the case has this id",
    ),
    (
        lambda case: replace(
            case, shipments=(*case.shipments, replace(case.shipments[1], id="NEW", count=1))
        ),
        "shipments[NEW/1]: this shipment of the case is not in the plan",
    ),
]


@pytest.mark.parametrize(("change", "text"), BROKEN, ids=[text for _, text in BROKEN])
def test_a_broken_rule_is_found(
    case: Case, plan: dict[str, Any], change: Change, text: str
) -> None:
    assert text in told(audit(plan, change(case)))


KEPT: list[Change] = [
    keys(max_legs=2),
    keys(days=2),  # the shuttle leaves in the last minute of the horizon
    shipments(due=at("04T08:00")),
    shipments(max_hours=51),
    shipments(max_hours=50.999),  # 50 h 59.94 min rounds to 51 h
    shipments(max_cost_eur=2488.6),
    shipments(max_co2e_kg=650),
    keys(limits=Limits(cost_eur=3605.68, co2e_kg=1226.8, min_share={"rail": 16800 / 28800})),
    service("train", cutoff_h=4),
    service("train", timetable=Timetable.parse("Mon 12:00; Wed 09:00")),
    service("train", timetable=Timetable.parse("2026-03-02T12:00")),
    service("train", timetable=Timetable.parse("every 4h")),
    service("train", valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 2)),
    service("truck", valid_from=date(2026, 3, 3), valid_to=date(2026, 3, 3)),
    service("truck", max_units=1, max_t=8),
    service("train", max_t=28),
    terminal("X", max_teu_per_day=4),
    terminal("O", open=Opening.parse("Sat 22:00-06:00; Mon 06:00-06:01", "Europe/Lisbon")),
    lambda case: service("train", country_km={"PT": 600, "CN-LN": 0})(
        replace(case, avoid=Avoid(countries=("CN",)))
    ),
    keys(avoid=Avoid(countries=("MA",), modes=("sea",), services=("bus",), terminals=("Q",))),
]


@pytest.mark.parametrize("change", KEPT)
def test_a_limit_just_kept_is_not_found(case: Case, plan: dict[str, Any], change: Change) -> None:
    # what a changed case says of ready and due stands in the plan too
    changed = change(case)
    for entry in plan["shipments"]:
        due = changed.members[entry["id"]].due
        entry["due"] = "2026-03-04T08:00:00+00:00" if due == at("04T08:00") else entry["due"]
    if changed.network.services["train"].max_units != 10:
        plan["departures"][0]["max_units"] = changed.network.services["train"].max_units
    assert told(audit(plan, changed)) == ""


def test_ttw_scope_counts_tank_to_wheel_only(case: Case, plan: dict[str, Any]) -> None:
    # without a carbon price only co2e_kg changes: it equals ttw_kg everywhere
    def rescope(node: Json) -> None:
        children = node.values() if isinstance(node, dict) else node
        for child in children:
            if isinstance(child, dict | list):
                rescope(child)
        if isinstance(node, dict) and "co2e_kg" in node:
            node["co2e_kg"] = node["ttw_kg"]
        if isinstance(node, dict) and "g_per_tkm" in node and "co2e_kg" in node:
            node["g_per_tkm"] = node["ttw_kg"] * 1000 / node["tkm"]
        if isinstance(node, dict) and "shadow" in node:
            node["shadow"] = 0.0

    rescope(plan)
    alone = {"BOX/1": 49.6, "BOX/2": 55.6, "COL": 65}
    for entry in plan["shipments"]:
        entry["cost_eur"] -= entry["carbon_eur"]
        entry["cost_alone_eur"] -= alone[entry["id"]]
        entry["carbon_eur"] = 0.0
        for leg in entry["legs"]:
            leg["carbon_eur"] = 0.0
    plan["totals"]["cost_eur"] = 3483.0
    plan["totals"]["cost_parts"]["carbon"] = 0.0
    values = (879.84, 3483.0)
    for bound, value in zip(plan["bounds"], values, strict=True):
        bound.update(value=value, bound=value)
    free = replace(case, carbon_price_eur_per_t=0, co2e_scope="ttw")
    assert told(audit(plan, free)) == ""
    # alone COL emits 470.4 kg tank-to-wheel
    assert audit(plan, shipments(max_co2e_kg=470)(free))
    assert not audit(plan, shipments(max_co2e_kg=470.4)(free))


def test_dry_cargo_shares_vehicles_by_units(case: Case, plan: dict[str, Any]) -> None:
    # COL dry, 5 TEU: alone 2 units of 3 TEU; with BOX/1 6 TEU, 2 units; in the ratio 1 : 2
    # 2 units × 440 km × 200 g = 176 kg wtt: BOX/1 58.667, COL 117.333 (ttw four times as much)
    changed = replace(
        case,
        shipments=(case.shipments[0], replace(case.shipments[1], cargo="dry", size=Size(5, 12, 0))),
    )
    for index, part in ((0, 1 / 3), (2, 2 / 3)):
        leg = plan["shipments"][index]["legs"][1]
        leg.update(wtt_kg=176 * part, ttw_kg=704 * part, co2e_kg=880 * part)
    text = told(audit(plan, changed))
    for index in (0, 2):
        where = ["shipments[BOX/1]", "", "shipments[COL]"][index]
        assert f"{where}.legs[1].wtt_kg" not in text
        assert f"{where}.legs[1].ttw_kg" not in text
        assert f"{where}.legs[0].cost_eur" in text  # it does see that COL is larger now


def test_a_surplus_of_a_billionth_of_a_unit_needs_no_unit(case: Case, plan: dict[str, Any]) -> None:
    tight = service("shuttle", unit_teu=3 * (1 - 1e-10))
    assert told(audit(plan, tight(case))) == ""
    loose = service("shuttle", unit_teu=3 * (1 - 1e-8))
    assert "departures[1].units" in told(audit(plan, loose(case)))


def test_cargo_without_a_factor_is_found(case: Case, plan: dict[str, Any]) -> None:
    tocs = {**case.network.tocs, "van": replace(case.network.tocs["van"], reefer=None)}
    changed = replace(case, network=replace(case.network, tocs=tocs))
    text = "shipments[COL].legs[1].service: the toc van has no row for reefer cargo"
    assert told(audit(plan, changed)) == text
    hocs = {"box": replace(case.network.hocs["box"], reefer=None)}
    changed = replace(case, network=replace(case.network, hocs=hocs))
    assert "shipments[COL]: the hoc of O has no row for reefer" in told(audit(plan, changed))


def test_the_longest_name_of_a_duty_wins(case: Case, plan: dict[str, Any]) -> None:
    # origin before commodity: (PT, all) beats (all, toys), (PT, toys) beats both
    duty = case.network.duties[1]
    toys = replace(duty, origin_country="", commodity="toys", import_pct=50)
    both = replace(duty, commodity="toys", import_pct=3)

    def with_rows(*rows: Duty) -> str:
        network = replace(case.network, duties=(*case.network.duties, *rows))
        goods = (replace(case.shipments[0], commodity="toys"), case.shipments[1])
        return told(audit(plan, replace(case, network=network, shipments=goods)))

    assert with_rows(toys) == ""
    where = "shipments[BOX/1].duties_eur: wrong number: the plan says 250.0, recomputed"
    assert f"{where} 350.0" in with_rows(toys, both)  # 10000 × (3 % + 0.5 %)


def test_a_great_circle_basis_counts_the_arc(case: Case, plan: dict[str, Any]) -> None:
    # a quarter of the equator: 6371.0088 km × π / 2 = 10007.557 km; × 8 t × (1, 2) g
    tocs = {**case.network.tocs}
    for id_ in ("wire", "diesel"):
        tocs[id_] = replace(tocs[id_], wtt_g=1, ttw_g=2, distance_basis="gcd")
    network = replace(case.network, tocs=tocs)
    changed = terminal("O", lat=0, lon=0)(replace(case, network=network))
    changed = terminal("X", lat=0, lon=90)(changed)
    leg = plan["shipments"][0]["legs"][0]
    leg.update(wtt_kg=80.0604568, ttw_kg=160.1209137, co2e_kg=240.1813705)
    text = told(audit(plan, changed))
    assert f"{TRAIN}.wtt_kg" not in text
    assert f"{TRAIN}.ttw_kg" not in text
    assert "shipments[BOX/2].legs[0].wtt_kg" in text


# what a plan claims


def unserved(plan: dict[str, Any], status: str) -> dict[str, Any]:
    """The plan that serves nothing."""
    for key, value in plan["totals"].items():
        plan["totals"][key] = dict.fromkeys(value, 0.0) if isinstance(value, dict) else 0.0
    plan["totals"].update(served=0, unserved=3)
    for entry in plan["shipments"]:
        numbers = [key for key, value in entry.items() if isinstance(value, float)]
        entry.update(dict.fromkeys(numbers, 0.0), status="unserved", reason="No way is open.")
        entry.update(delivered=None, legs=[], transfers=[])
        entry["carbon_parts"] = dict.fromkeys(entry["carbon_parts"], 0.0)
    plan["iso"] = {
        **dict.fromkeys(("g_per_tkm", "ttw_g_per_tkm", "hub_activity_t", "hub_activity_teu"), 0.0),
        "standard": "ISO 14083:2023",
        "distance_kinds": {},
        "data_type_share": dict.fromkeys(("primary", "modelled", "default"), 0.0),
        "gwp": [],
        "grids": [],
    }
    plan.update(status=status, departures=[], bounds=[])
    return plan


@pytest.mark.parametrize("status", ["infeasible", "unknown"])
def test_a_plan_of_nothing(case: Case, plan: dict[str, Any], status: str) -> None:
    nothing = unserved(plan, status)
    assert told(audit(nothing, case)) == ""
    del nothing["shipments"][1]["reason"]
    assert "shipments[BOX/2].reason: an unserved shipment needs" in told(audit(nothing, case))


def test_nothing_is_served_if_infeasible(case: Case, plan: dict[str, Any]) -> None:
    plan["status"] = "infeasible"
    assert "status: infeasible, yet 3 shipments are served" in told(audit(plan, case))


def test_serve_all_serves_all(case: Case, plan: dict[str, Any]) -> None:
    nothing = unserved(plan, "optimal")
    nothing["bounds"] = [{"objective": key, "bound": 0.0, "gap": 0.0} for key in ("co2e", "cost")]
    text = "shipments[COL].status: unserved in a plan that is optimal and serves all"
    assert text in told(audit(nothing, case))
    assert told(audit(nothing, replace(case, serve="most"))) == ""


def test_an_unserved_shipment_carries_no_numbers(case: Case, plan: dict[str, Any]) -> None:
    nothing = unserved(plan, "infeasible")
    nothing["shipments"][0].update(cost_eur=1.0, delivered="2026-03-04T08:00:00+00:00")
    nothing["shipments"][0]["transfers"] = [{}]
    assert audit(nothing, case)
    nothing["shipments"][0]["transfers"] = []
    text = told(audit(nothing, case))
    assert "shipments[BOX/1].cost_eur: wrong number: the plan says 1.0, recomputed 0.0" in text
    assert "shipments[BOX/1].delivered: wrong value" in text
    nothing["shipments"][2].update(tkm=1.0, g_per_tkm=2.0)
    nothing["shipments"][2]["carbon_parts"]["ets2"] = 3.0
    text = told(audit(nothing, case))
    for key in ("tkm", "g_per_tkm", "carbon_parts.ets2"):
        assert f"shipments[COL].{key}: wrong number" in text


CLAIMS: list[tuple[tuple[str, ...], dict[str, Any], str]] = [
    (("co2e",), {}, "objective: wrong value: the plan says ['co2e', 'cost'], recomputed ['co2e']"),
    (("co2e", "cost"), {"objective": []}, "objective: wrong value"),
    (("cost", "co2e"), {"objective": ["cost", "co2e"]}, "bounds: want them in the order of the ob"),
    (("co2e",), {"objective": ["co2e"]}, "bounds: want them in the order of the objective"),
    (
        ("co2e", "cost", "time"),
        {"objective": ["co2e", "cost", "time"]},
        "bounds: optimal without a bound on time",
    ),
    (("co2e", "cost"), {"bounds": []}, "bounds: optimal without a bound on co2e"),
]


@pytest.mark.parametrize(("objective", "change", "text"), CLAIMS)
def test_bounds_follow_the_objective(
    case: Case, plan: dict[str, Any], objective: tuple[str, ...], change: dict[str, Any], text: str
) -> None:
    assert text in told(audit({**plan, **change}, replace(case, objective=objective)))


def test_feasible_may_lack_later_bounds(case: Case, plan: dict[str, Any]) -> None:
    plan["status"] = "feasible"
    plan["bounds"] = plan["bounds"][:1]
    plan["bounds"][0].update(bound=613.4, gap=0.5)  # half of 1226.8 kg
    assert told(audit(plan, case)) == ""
    plan["status"] = "optimal"
    assert "bounds[0].gap: a gap of 0.5 in a plan that is called" in told(audit(plan, case))


def test_optimal_up_to_a_millionth(case: Case, plan: dict[str, Any]) -> None:
    bound = plan["bounds"][1]
    bound.update(bound=3605.68 * (1 - 1e-6), gap=1e-6)
    assert told(audit(plan, case)) == ""
    bound.update(bound=3605.68 * (1 - 1.1e-6), gap=1.1e-6)
    assert "bounds[1].gap: a gap of" in told(audit(plan, case))


def test_a_bound_above_the_value_is_found(case: Case, plan: dict[str, Any]) -> None:
    plan["status"] = "feasible"
    plan["bounds"][1].update(bound=3605.68 * 1.01, gap=0.01)
    assert "bounds[1].bound: 3641.7368 is above what the plan" in told(audit(plan, case))


def test_a_gap_from_zero(case: Case, plan: dict[str, Any]) -> None:
    nothing = unserved(plan, "feasible")
    nothing["bounds"] = [{"objective": "co2e", "bound": -1.0, "gap": 1.0}]
    most = replace(case, serve="most")
    assert "bounds[0].gap: no gap from the value 0" in told(audit(nothing, most))
    nothing["bounds"][0].update(bound=0.0, gap=0.0)
    assert told(audit(nothing, most)) == ""


def test_time_as_objective(case: Case, plan: dict[str, Any]) -> None:
    plan["objective"] = ["time"]
    plan["bounds"] = [{"objective": "time", "value": 129.0, "bound": 129.0, "gap": 0.0}]
    assert told(audit(plan, replace(case, objective=("time",)))) == ""


# inputs


def test_each_change_of_an_input_is_found(case: Case, plan: dict[str, Any]) -> None:
    now = {"case.yaml": "c0ffee", "services.csv": "dead", "toc.csv": "f00d"}
    plan["manifest"]["inputs"]["hoc.csv"] = "1"
    found = audit_inputs(plan, replace(case, inputs=now, name="other"))
    assert [finding.where for finding in found] == [
        "case.name",
        "manifest.inputs[hoc.csv]",
        "manifest.inputs[services.csv]",
        "manifest.inputs[toc.csv]",
    ]
    assert str(found[2]) == (
        "manifest.inputs[services.csv]: the file has changed since the plan was made: "
        "the plan says 'beef', recomputed 'dead'"
    )


def test_a_plan_without_a_manifest(case: Case, plan: dict[str, Any]) -> None:
    plan["manifest"] = {}
    assert audit(plan, case) == ()
    assert audit_inputs(plan, case)[0].where == "manifest.software"
