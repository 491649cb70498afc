"""Cases on `network: eurasia`: doors, trucks, measured ways, passages."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from routeopt.audit import audit
from routeopt.box import networks_dir
from routeopt.case import Case, load_case
from routeopt.emissions import great_circle_km
from routeopt.errors import CaseError, InputError
from routeopt.freight import Status
from routeopt.itineraries import front
from routeopt.network.driving import DrivingRules, truck_hours
from routeopt.optimize import solve
from routeopt.planfile import plan_dict

TOP = """case: 1
name: On the network
network: eurasia
start: 2026-03-02
days: 14
fx_to_eur: {USD: 0.92, CNY: 0.128}
"""
BOX = "teu: 2, tonnes: 20, ready: 2026-03-02T08:00, due: 2026-03-12T18:00"
EVORA = "38.57,-7.91 Evora"
EU = DrivingRules(driving_h=4.5, break_h=0.75, day_h=9, rest_h=11)


def case_of(folder: Path, more: str = "", *, ends: str = "") -> Case:
    ends = ends or f'origin: "{EVORA}", destination: ES-COSLADA'
    text = f"{TOP}shipments:\n  - {{id: a, {ends}, {BOX}}}\n{more}"
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return load_case(folder)


def test_a_door_is_a_place_without_handling(tmp_path: Path) -> None:
    door = case_of(tmp_path).network.terminals[EVORA]
    assert (door.name, door.country, door.timezone) == ("Evora", "PT", "Europe/Lisbon")
    assert (door.handling_h, door.hoc, door.lat, door.lon) == (0, None, 38.57, -7.91)


def test_a_truck_is_priced_and_timed_by_the_row_of_its_start(tmp_path: Path) -> None:
    truck = case_of(tmp_path).network.services[f"truck {EVORA} > ES-COSLADA"]
    assert truck.generated
    assert truck.country_km is not None
    # Portugal: 60 EUR + 1.45 EUR/km, 70 km/h, EU rules, 2 TEU and 26 t
    assert truck.cost_per_unit_eur == pytest.approx(60 + 1.45 * truck.distance_km)
    assert truck.hours == pytest.approx(truck_hours(truck.distance_km, 70, EU))
    assert (truck.unit_teu, truck.unit_t, truck.toc) == (2, 26, "road-artic-eu")
    assert sum(truck.country_km.values()) == pytest.approx(truck.distance_km, abs=0.01)
    assert set(truck.country_km) == {"PT", "ES"}
    back = case_of(tmp_path).network.services[f"truck ES-COSLADA > {EVORA}"]
    assert back.cost_per_unit_eur == pytest.approx(60 + 1.51 * truck.distance_km)  # Spain


@pytest.mark.parametrize(
    ("trucking", "by_door", "by_terminals"), [("all", True, True), ("doors", True, False),
                                              ("none", False, False)],
)  # fmt: skip
def test_trucking(trucking: str, by_door: bool, by_terminals: bool, tmp_path: Path) -> None:  # noqa: FBT001  a table
    services = case_of(tmp_path, f"trucking: {trucking}\n").network.services
    assert (f"truck {EVORA} > ES-COSLADA" in services) is by_door
    assert ("truck PTSIE-XXI > ES-COSLADA" in services) is by_terminals


def test_measured_services_have_km_by_country_and_hours(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    train = case.network.services["rail-sines-coslada-before"]
    assert train.country_km is not None
    assert set(train.country_km) == {"PT", "ES"}
    assert 850 < train.distance_km < 1000  # round by Entroncamento: line chainage gives 925
    assert case.network.graph("rail").number_of_edges() > 1000
    with pytest.raises(InputError, match="no layer 'air'"):
        case.network.graph("air")


def test_the_line_that_is_not_open_is_not_used_before_it_is(tmp_path: Path) -> None:
    # Sines - Elvas: 450 km by the old lines, 322 by Evora - Caia
    before = case_of(tmp_path).network.services["rail-sines-elvas-before"].distance_km
    later = load_case(tmp_path, patch={"start": "2027-06-01"}).network.services
    assert before > 430
    assert later["rail-sines-elvas-before"].distance_km < 340


def test_a_service_runs_on_the_lines_of_its_first_day(tmp_path: Path) -> None:
    # Evora - Caia opens on 2027-01-01: trains "after" it are measured on it whenever the case
    # starts, those "before" it and those of an earlier first day are not
    services = case_of(tmp_path).network.services
    late, before = services["rail-sines-coslada-after"], services["rail-sines-coslada-before"]
    on_time = load_case(tmp_path, patch={"start": "2027-03-01"}).network.services[late.id]
    early = "override: [{table: services, where: {id: rail-sines-coslada-after}, set: {%s}}]\n"
    brought = case_of(tmp_path, early % "valid_from: 2026-03-02").network.services[late.id]
    assert late.distance_km == on_time.distance_km
    assert before.distance_km == brought.distance_km > late.distance_km + 100


def test_without_suez_a_ship_goes_round_the_cape(tmp_path: Path) -> None:
    service = "sea-lion-shanghai-sines-suez"
    usual = case_of(tmp_path).network.services[service]
    closed = case_of(tmp_path, "avoid: {passages: [suez]}\n").network.services[service]
    assert usual.passages is not None
    assert closed.passages is not None
    assert "suez" in usual.passages
    assert "good-hope" in closed.passages
    assert not {"suez", "panama"} & set(closed.passages)
    assert closed.distance_km > usual.distance_km + 3000
    terminals = case_of(tmp_path).network.terminals
    ends = terminals[usual.origin], terminals[usual.destination]
    assert usual.distance_km > great_circle_km(ends[0].lat, ends[0].lon, ends[1].lat, ends[1].lon)


def test_given_hours_grow_by_the_added_km(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(
        "id,mode,from,to,departures,hours,toc\n"
        "ship,sea,CNSHA,PTSIE-XXI,daily 08:00,700,ship-asia-med\n"
    )
    more = "tables: {services: s.csv}\n"
    usual = case_of(tmp_path, more).network.services["ship"]
    closed = case_of(tmp_path, more + "avoid: {passages: [suez]}\n").network.services["ship"]
    added_km = closed.distance_km - usual.distance_km
    assert usual.hours == 700
    assert closed.hours == pytest.approx(700 + added_km / 30)  # 30 km/h at sea


def test_plans_on_the_network_are_proven_and_stand_the_audit(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    plan = solve(case)
    assert plan.status is Status.OPTIMAL
    assert audit(plan_dict(plan), case) == ()
    points = front(case, "a")
    assert points[0].co2e_kg == pytest.approx(plan.totals.co2e_kg)
    assert any(ride.service.startswith("truck ") for ride in points[0].itinerary.rides)
    by_road = replace(case, avoid=replace(case.avoid, modes=("rail", "sea", "barge")))
    assert solve(by_road).totals.co2e_kg > plan.totals.co2e_kg


def test_case_rows_lie_over_the_network(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "id,country,lat,lon,kind,handling_h\nPTSIE-XXI,PT,37.94,-8.846,seaport,3\n"
        "PTNEW,PT,38.0,-8.7,distribution centre,1\n"
    )
    case = case_of(tmp_path, "tables: {terminals: t.csv}\n")
    assert case.network.terminals["PTSIE-XXI"].handling_h == 3
    assert case.network.terminals["PTNEW"].timezone == "Europe/Lisbon"
    assert "truck PTNEW > ES-COSLADA" in case.network.services


def test_the_network_is_an_input_of_the_plan(tmp_path: Path) -> None:
    names = set(case_of(tmp_path).inputs)
    tables = {"terminals", "services", "trucking", "duties", "handling"}
    wanted = {"network.yaml", *(f"{table}.csv" for table in tables)}
    wanted |= {f"{mode}.npz" for mode in ("road", "rail", "sea", "barge")}
    # rail_rules.csv and others are read by the build alone: a change there changes no plan
    assert names == {"case.yaml", *(f"networks/eurasia/{name}" for name in wanted)}


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ('origin: "30.0,-40.0", destination: ES-COSLADA', "E423"),  # in the Atlantic
        ('origin: "95.0,10.0", destination: ES-COSLADA', "E404"),
        ("origin: PTSIE, destination: ES-COSLADA", "E303"),
    ],
)
def test_places_that_are_none(ends: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        case_of(tmp_path, ends=ends)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_reefer_and_dry_cargo_share_a_network_that_can_not_carry_both(tmp_path: Path) -> None:
    """Barges and ferries of the network have no reefer row: a mixed case once crashed on them."""
    reefer = f"  - {{id: b, origin: PTSIE-XXI, destination: ES-COSLADA, cargo: reefer, {BOX}}}\n"
    case = case_of(tmp_path, reefer, ends="origin: PTSIE-XXI, destination: ES-COSLADA")
    assert [fault.code for fault in case.warnings] == ["W618"]
    plan = solve(case)
    assert plan.status is Status.OPTIMAL
    dry, cold = plan.shipments
    assert cold.co2e_kg > dry.co2e_kg
    assert audit(plan_dict(plan), case) == ()


def test_sources_of_handling_are_kept_beside_those_of_the_place(tmp_path: Path) -> None:
    # `check` once called no handling price of the network an assumption: their source was lost
    terminals = case_of(tmp_path).network.terminals
    file = networks_dir() / "eurasia" / "handling.csv"
    with file.open(encoding="utf-8", newline="") as text:
        stated = {row["id"]: row["source"] for row in csv.DictReader(text)}
    assert sum("assumption" in source for source in stated.values()) == 84
    for id_, source in stated.items():
        assert f"handling: {source}" in terminals[id_].source
        assert "place: " in terminals[id_].source


def test_nobody_passes_another_shippers_door(tmp_path: Path) -> None:
    # Sines - Coslada, 642 km at 70 km/h, is 9 h 10 min at the wheel: a rest of 11 h. Two trucks by
    # a farm near Badajoz, where nothing is handled, would take 10 h, and once they did.
    farm = "38.88,-6.97 Badajoz farm"
    other = f'  - {{id: b, origin: "{farm}", destination: ES-COSLADA, {BOX}}}\n'
    case = case_of(tmp_path, other, ends="origin: PTSIE-XXI, destination: ES-COSLADA")
    assert {f"truck PTSIE-XXI > {farm}", f"truck {farm} > ES-COSLADA"} <= set(case.network.services)
    for point in front(case, "a"):
        rides = point.itinerary.rides
        assert farm not in {case.network.services[ride.service].destination for ride in rides}


def test_the_audit_finds_a_way_through_a_door(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    plan = plan_dict(solve(case))
    stop = plan["shipments"][0]["transfers"][1]["terminal"]
    terminal = replace(case.network.terminals[stop], kind="door")
    network = replace(case.network, terminals={**case.network.terminals, stop: terminal})
    found = audit(plan, replace(case, network=network))
    assert any("which is a door" in finding.message for finding in found)
