"""Text to value: the attribute's type decides, never YAML or a spreadsheet."""

from __future__ import annotations

from datetime import date

import pytest

from routeopt.case.attributes import TABLES
from routeopt.case.values import UnfitError, cell_converter, read_number
from routeopt.network.calendar import Timetable


def convert(table: str, name: str, text: str) -> object:
    return cell_converter(TABLES[table][name])(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000), ("1.", 1), (".5", 0.5), ("+2", 2), ("-0", 0), ("007", 7), ("1E-2", 0.01)],
)
def test_numbers(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "1_000", "0x10", "12:30", "1,5", "1 000", "٣", "1e", "--1", "ten", "1e5.0", "1d3", "²"],
)
def test_no_numbers(text: str) -> None:
    with pytest.raises(UnfitError) as caught:
        read_number(text)
    assert caught.value.code == "E205"


@pytest.mark.parametrize("text", ["nan", "NaN", ".nan", "inf", "-Infinity", "1e999", "9" * 400])
def test_endless_numbers(text: str) -> None:
    with pytest.raises(UnfitError) as caught:
        read_number(text)
    assert caught.value.code == "E206"


@pytest.mark.parametrize(
    ("table", "name", "text", "value"),
    [
        ("terminals", "country", "NO", "NO"),
        ("terminals", "modes", "road; rail;", ("road", "rail")),
        ("terminals", "lat", "-90", -90.0),
        ("terminals", "timezone", "America/Argentina/Buenos_Aires", None),
        ("services", "max_units", "80.0", 80),  # what a spreadsheet makes of a whole number
        ("services", "valid_from", "2024-02-29", date(2024, 2, 29)),
        ("services", "both_ways", "true", True),
        ("services", "country_km", "PT 322; ES 62.5", {"PT": 322.0, "ES": 62.5}),
        ("services", "country_km", "CN-LN 3; CN 4", {"CN-LN": 3.0, "CN": 4.0}),
        ("toc", "unit", "MJ/tkm", "MJ/tkm"),
        ("toc", "fuel", "diesel", (("diesel", 1.0),)),
        ("toc", "fuel", "diesel 0.75; fame .25;", (("diesel", 0.75), ("fame", 0.25))),
        ("toc", "fuel", "electricity 1", (("electricity", 1.0),)),
        ("fuels", "fueleu_wtt_g_per_mj", "-46.2", -46.2),
        ("fuels", "ets_zero_rated", "yes", True),
        ("fuels", "ets_zero_rated", "false", False),
        ("grid", "year", "2025.0", 2025),
        ("grid", "country", "RU-AS", "RU-AS"),
        ("services", "departures", "any", Timetable(on_demand=True)),
        ("services", "id", "=1+1", "=1+1"),
        ("shipments", "ready", "2026-03-02T08:00Z", None),
        ("shipments", "ready", "2026-03-02 08:00:30+05:30", None),
    ],
)
def test_good_cells(table: str, name: str, text: str, value: object) -> None:
    assert convert(table, name, text) == (text if value is None else value)


@pytest.mark.parametrize(
    ("table", "name", "text", "code"),
    [
        ("terminals", "lat", "90.1", "E206"),
        ("terminals", "lon", "-180.5", "E206"),
        ("terminals", "country", "PRT", "E213"),
        ("terminals", "country", "ÅL", "E213"),
        ("terminals", "timezone", "Europe", "E210"),
        ("terminals", "timezone", "../../etc/passwd", "E210"),
        ("terminals", "timezone", "/UTC", "E210"),
        ("terminals", "modes", "road;road", "E218"),
        ("terminals", "open", "always", "E212"),
        ("terminals", "id", "A\u202eB", "E216"),
        ("terminals", "id", "A\u00a0B", "E216"),
        ("terminals", "name", "A\u202eB", "E216"),
        ("services", "departures", "every 9999999h9", "E211"),
        ("services", "departures", "every " + "9" * 400 + "h", "E211"),
        ("services", "departures", "9999-12-31T23:59", "E209"),
        ("services", "departures", ";", "E211"),
        ("services", "departures", "x" * 500, "E211"),
        ("services", "hours", "87601", "E206"),
        ("services", "country_km", ";", "E215"),
        ("services", "country_km", "PT", "E215"),
        ("services", "country_km", "PT x", "E205"),
        ("services", "both_ways", "1", "E208"),
        ("services", "valid_from", "2026-W10-1", "E209"),
        ("shipments", "ready", "2026-03-02T25:00", "E209"),
        ("shipments", "ready", "20260302T0800", "E209"),
        ("shipments", "ready", "0001-01-01T00:00+14:00", "E209"),
        ("shipments", "count", "1.5", "E205"),
        ("toc", "unit", "kg/tkm", "E207"),
        ("toc", "unit", "kwh/tkm", "E207"),
        ("toc", "energy", "-1", "E206"),
        ("toc", "fuel", ";", "E214"),
        ("toc", "fuel", "diesel 0.5; fame", "E214"),
        ("toc", "fuel", "diesel 93 %; fame 7 %", "E214"),
        ("toc", "fuel", "diesel 0.5; fame 0.49", "E214"),
        ("toc", "fuel", "diesel 0.5; fame nan", "E214"),
        ("toc", "fuel", "diesel 1; fame 0", "E214"),
        ("toc", "fuel", "diesel 1e999", "E206"),
        ("toc", "fuel", "die\u200bsel", "E216"),
        ("services", "country_km", "CN_LN 3", "E215"),
        ("services", "country_km", "CN-ABCDE 3", "E215"),
        ("fuels", "lhv_mj_per_kg", "0", "E206"),
        ("fuels", "rwd", "3", "E206"),
        ("fuels", "ets_zero_rated", "1", "E208"),
        ("grid", "country", "pt", "E213"),
        ("grid", "year", "2025.5", "E205"),
        ("grid", "loss_pct", "100", "E206"),
    ],
)
def test_bad_cells(table: str, name: str, text: str, code: str) -> None:
    with pytest.raises(UnfitError) as caught:
        convert(table, name, text)
    assert caught.value.code == code
    assert len(str(caught.value)) < 250


def test_a_text_is_one_line_and_may_hold_a_joiner() -> None:
    assert convert("terminals", "name", "Sines\n XXI\u00a0\u200d2") == "Sines XXI \u200d2"
