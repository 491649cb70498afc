"""The tables of `networks/eurasia`: sound, sourced, and at one with each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from routeopt.box import networks_dir
from routeopt.case import Case, load_case
from routeopt.case.csvfile import read_csv
from routeopt.case.layering import shipped_rows
from routeopt.case.places import Faults
from routeopt.case.rows import read_rows
from routeopt.emissions import great_circle_km
from routeopt.network.driving import DrivingRules, truck_hours
from routeopt.network.settings import NetworkSettings

EURASIA = networks_dir() / "eurasia"
TABLES = ("terminals", "services", "trucking", "duties", "handling")
SUEZ_SHIP = "sea-lion-shanghai-sines-suez"
CAPE_SHIP = "sea-jade-shanghai-sines-cape"
CASE = """case: 1
name: Shanghai to Sines
network: eurasia
start: 2026-03-02
days: 60
fx_to_eur: {USD: 0.92, CNY: 0.128}
trucking: none
shipments:
  - {id: a, origin: CNYAN, destination: PTSIE-XXI, teu: 2, ready: 2026-03-02T08:00,
     due: 2026-06-01T08:00}
scenarios:
  - name: Back through Suez
    avoid: {services: [sea-jade-shanghai-sines-cape]}
    override:
      - {table: services, where: {mode: sea, valid_from: 2027-01-01}, set: {valid_from: 2026-03-02}}
  - name: Back through Suez, which then closes
    avoid: {passages: [suez]}
    override:
      - {table: services, where: {mode: sea, valid_from: 2027-01-01}, set: {valid_from: 2026-03-02}}
"""

Values = Mapping[str, Any]


def read(table: str) -> tuple[list[Values], Faults, bool]:
    """Values of all sound rows, the faults, and whether every record was read."""
    file = f"{table}.csv"
    faults = Faults(file)
    found, whole = read_csv(table, (EURASIA / file).read_text("utf-8"), file, faults)
    rows = read_rows(table, found, faults)
    return [row.values for row in rows if row.values is not None], faults, whole


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Values]]:
    """Values of every table."""
    return {table: read(table)[0] for table in TABLES}


@pytest.fixture(scope="module")
def terminals(rows: dict[str, list[Values]]) -> dict[str, Values]:
    return {values["id"]: values for values in rows["terminals"]}


@pytest.fixture(scope="module")
def services(rows: dict[str, list[Values]]) -> dict[str, Values]:
    return {values["id"]: values for values in rows["services"]}


def case_of(folder: Path, scenario: str | None = None) -> Case:
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    return load_case(folder, scenario=scenario)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_reads_without_a_fault(table: str) -> None:
    values, faults, whole = read(table)
    assert faults.all() == ()
    assert whole
    assert values


@pytest.mark.parametrize("table", TABLES)
def test_every_row_names_its_source(table: str, rows: dict[str, list[Values]]) -> None:
    assert [values for values in rows[table] if not values.get("source")] == []
    if table == "services":
        assert [values["id"] for values in rows[table] if not values.get("price_source")] == []


def test_ids_stand_once(rows: dict[str, list[Values]]) -> None:
    for table in ("terminals", "services", "handling"):
        ids = [values["id"] for values in rows[table]]
        assert len(ids) == len(set(ids)), table
    keys = [(v.get("origin_country"), v["country"], v.get("commodity")) for v in rows["duties"]]
    assert len(keys) == len(set(keys))
    countries = [values["country"] for values in rows["trucking"]]
    assert len(countries) == len(set(countries))


def test_references_lead_to_rows(
    rows: dict[str, list[Values]], terminals: dict[str, Values]
) -> None:
    tocs = {row.id: (row.values or {}).get("mode") for row in shipped_rows("toc")}
    for values in rows["services"]:
        assert {values["from"], values["to"]} <= set(terminals), values["id"]
        assert tocs.get(values["toc"]) == values["mode"], values["id"]
        assert "toc_unwired" not in values or tocs[values["toc_unwired"]] == "rail"
        assert values["currency"] in {"EUR", "USD", "CNY"}, values["id"]
    assert all(tocs[values["toc"]] == "road" for values in rows["trucking"])
    assert {values["id"] for values in rows["handling"]} == set(terminals)


def test_every_country_with_a_terminal_has_trucks_and_known_rules(
    rows: dict[str, list[Values]], terminals: dict[str, Values]
) -> None:
    named = {values["country"] for values in terminals.values()}
    assert named <= {values["country"] for values in rows["trucking"]}
    rules = NetworkSettings.read(EURASIA).driving_rules
    assert {values["rules"] for values in rows["trucking"]} <= {*rules, "none"}


def test_every_terminal_has_the_clock_of_its_country(terminals: dict[str, Values]) -> None:
    zones = {id_: values["timezone"] for id_, values in terminals.items()}
    for zone in zones.values():
        ZoneInfo(zone)
    # Elvas and Badajoz lie 2 km apart, an hour of the clock between them; by position alone both
    # are in Spain. Khorgos keeps Beijing time as all of China, Almaty across the border its own.
    assert (zones["PTELV"], zones["ES-BADAJOZ"]) == ("Europe/Lisbon", "Europe/Madrid")
    assert (zones["CNHRS"], zones["KZ-ALMATY"]) == ("Asia/Shanghai", "Asia/Almaty")
    in_country: dict[str, set[str]] = {}
    for id_, values in terminals.items():
        in_country.setdefault(values["country"], set()).add(zones[id_])
    assert {country for country, found in in_country.items() if len(found) > 1} == {"RU"}


def test_given_km_are_no_less_than_the_great_circle_and_sum_by_country(
    services: dict[str, Values], terminals: dict[str, Values]
) -> None:
    for id_, values in services.items():
        if "distance_km" not in values:
            continue
        ends = terminals[values["from"]], terminals[values["to"]]
        least = great_circle_km(ends[0]["lat"], ends[0]["lon"], ends[1]["lat"], ends[1]["lon"])
        assert values["distance_km"] >= least, id_
        by_country = values.get("country_km")
        if by_country is not None:
            assert sum(by_country.values()) == pytest.approx(values["distance_km"]), id_
        elif values["mode"] == "rail":  # else an electric train could not be priced
            assert ends[0]["country"] == ends[1]["country"], id_


def test_ships_by_the_cape_are_fixed_and_those_by_suez_measured(
    services: dict[str, Values],
) -> None:
    cape = {id_: v for id_, v in services.items() if id_.endswith("-cape")}
    suez = {id_: v for id_, v in services.items() if id_.endswith("-suez")}
    assert cape
    assert all("distance_km" in values and "hours" in values for values in cape.values())
    by_ends = {(values["from"], values["to"]) for values in cape.values()}
    for id_, values in suez.items():
        assert (values["from"], values["to"]) in by_ends, id_
        assert "distance_km" not in values, id_
        assert "hours" not in values, id_
        assert values["valid_from"] == date(2027, 1, 1), id_  # the assumed return
    # what a scenario matches: no other ship begins on that day
    later = {id_ for id_, v in services.items() if v["mode"] == "sea"}
    later = {id_ for id_ in later if services[id_].get("valid_from") == date(2027, 1, 1)}
    assert later == set(suez)


def test_a_scenario_switches_the_cape_for_suez(tmp_path: Path) -> None:
    now = case_of(tmp_path).network.services
    assert now[SUEZ_SHIP].valid_from == date(2027, 1, 1)
    # 23,430 km by the Cape as given: the km of a ship of fixed way are never measured
    assert now[CAPE_SHIP].distance_km == 23430
    back = case_of(tmp_path, "Back through Suez")
    ship = back.network.services[SUEZ_SHIP]
    assert ship.valid_from == date(2026, 3, 2)
    assert ship.passages is not None
    assert "suez" in ship.passages
    assert ship.distance_km < 23430 - 4000
    assert CAPE_SHIP in back.avoid.services
    closed = case_of(tmp_path, "Back through Suez, which then closes").network.services
    assert "good-hope" in (closed[SUEZ_SHIP].passages or ())
    assert closed[CAPE_SHIP].distance_km == 23430  # its passages are unknown


def test_settings_hold_what_cases_rely_on() -> None:
    settings = NetworkSettings.read(EURASIA)
    assert settings.name == "eurasia"
    assert settings.licence
    assert any("OpenStreetMap contributors" in line for line in settings.attribution)
    assert set(settings.speeds_kmh) == {"rail", "sea", "barge"}  # trucks bring their own
    assert (settings.snap_km, settings.tie_factor) == (25, 1.3)
    assert {"northwest", "northern-sea-route"} <= set(settings.closed)
    assert all(rules["source"] for rules in settings.driving_rules.values())


def test_a_chinese_driver_has_eight_hours_at_the_wheel_in_twenty_four() -> None:
    rules = DrivingRules(**NetworkSettings.read(EURASIA).driving_rules["cn"])
    # 4 h + 20 min + 4 h, then rest until 24 h are over, then the ninth hour: 25 h in all
    assert truck_hours(9 * 65, 65, rules) == pytest.approx(25)
    # 260 km at 65 km/h are 4 h and need no break; one km more needs 20 min
    assert truck_hours(260, 65, rules) == pytest.approx(4)
    assert truck_hours(261, 65, rules) == pytest.approx(4 + 1 / 65 + 1 / 3)


def test_an_eu_driver_follows_regulation_561() -> None:
    rules = DrivingRules(**NetworkSettings.read(EURASIA).driving_rules["eu"])
    # 700 km at 70 km/h: 4.5 h, 45 min, 4.5 h, 11 h of rest, 1 h = 21.75 h
    assert truck_hours(700, 70, rules) == pytest.approx(21.75)
