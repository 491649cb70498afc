"""The audit shares no arithmetic with what it audits, and agrees with it."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import routeopt.audit
from routeopt.audit import energy
from routeopt.audit.clock import departs_at, first_open, local_day
from routeopt.emissions import great_circle_km
from routeopt.freight import minute_of
from routeopt.network import Opening, Terminal, Timetable
from routeopt.network.calendar import local_date

FORBIDDEN = {
    *("handling_eur", "storage_rate_eur", "storage_eur", "handling_start"),
    *("units", "takes", "linear_eur", "transport_eur", "unit_sizes"),
    *("duty", "duties_eur", "leg_intensity", "handling_emission"),
    *("first_from", "departures", "emission", "in_scope", "import_pct", "transit_pct"),
    *("leg_parts", "wired_km", "waiting_kg_per_h", "leak_kg", "used_g_per_kwh"),
    *("by_energy", "electric", "gwp", "charges_ships", "place"),
}
OWN = {  # plain fields of factors and of `Duty`, and of the audit's own bills
    *("handling_eur", "storage_eur", "duties_eur", "units", "import_pct", "transit_pct", "gwp")
}
FIELDS_ONLY = {  # plain data, of modules that hold functions too
    "routeopt.emissions": {"Factors", "Fuel", "Grid", "Hoc", "Refrigerant", "Toc"},
    "routeopt.regulations": {"Regulations"},
}


def test_no_module_of_the_search_is_loaded() -> None:
    script = (
        "import sys, routeopt.audit, routeopt.planfile\n"
        "ours = ['routeopt.' + name for name in "
        "('itineraries', 'optimize', 'ledger', 'carbon', 'isoreport')]\n"
        "heavy = [*ours, 'ortools', 'numpy', 'pandas', 'jsonschema']\n"
        "print([name for name in sys.modules if any(f'{name}.'.startswith(f'{part}.') "
        "for part in heavy)])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]"


def _trees() -> list[tuple[str, ast.Module]]:
    folder = Path(routeopt.audit.__file__).parent
    return [(path.name, ast.parse(path.read_text("utf-8"))) for path in sorted(folder.glob("*.py"))]


def test_no_pricing_method_is_called() -> None:
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in FORBIDDEN, (name, node.lineno)
            if isinstance(node, ast.Attribute):
                assert node.attr not in FORBIDDEN - OWN, (name, node.lineno)


def test_of_modules_that_price_only_plain_data_are_imported() -> None:
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module is not None, name
                names = {alias.name for alias in node.names}
                assert names <= FIELDS_ONLY.get(node.module, names), (name, node.lineno)
            if isinstance(node, ast.Import):  # else `import routeopt.emissions` would go unseen
                assert not any("routeopt" in alias.name for alias in node.names), name


ZONES = ["UTC", "Europe/Madrid", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"]
TEXTS = ["daily 02:30", "Sun 02:30; Mon,Thu 00:10", "every 5h", "2026-03-29T02:30; every 7h"]
START = minute_of("2026-01-01T00:00:00+00:00")
YEAR_MIN = 365 * 1440


@given(st.sampled_from(TEXTS), st.sampled_from(ZONES), st.integers(0, YEAR_MIN))
def test_departures_agree_with_the_calendar(text: str, zone: str, offset: int) -> None:
    timetable = Timetable.parse(text)
    begin = START + offset
    listed = timetable.departures(zone, start=START, end=begin + 2 * 1440)
    near = [minute for minute in listed if minute >= begin]
    for minute in near:
        assert departs_at(timetable, minute, zone, start=START)
        for other in (minute - 1, minute + 1, minute + 60):
            assert departs_at(timetable, other, zone, start=START) is (other in listed) or (
                other > begin + 2 * 1440
            )


HOURS = ["Mon-Fri 06:00-22:00", "Sat 22:00-06:00", "00:00-24:00", "Sun 02:00-03:00", "01:30-02:30"]


@given(st.sampled_from(HOURS), st.sampled_from(ZONES), st.integers(0, YEAR_MIN))
def test_opening_hours_agree_with_the_calendar(text: str, zone: str, offset: int) -> None:
    opening = Opening.parse(text, zone)
    minute = START + offset
    assert first_open(opening, minute) == opening.first_from(minute)
    assert local_day(minute, zone) == local_date(minute, zone)


def test_a_skipped_hour_moves_forward_and_a_doubled_one_is_the_first() -> None:
    # 29 March 2026, Madrid: 02:30 doesn't exist, it is 03:30 summer time, 01:30 UTC
    timetable = Timetable.parse("Sun 02:30")
    minute = minute_of("2026-03-29T01:30:00+00:00")
    assert departs_at(timetable, minute, "Europe/Madrid", start=START)
    # 25 October 2026: the first 02:30 is summer time, 00:30 UTC
    first = minute_of("2026-10-25T00:30:00+00:00")
    assert departs_at(timetable, first, "Europe/Madrid", start=START)
    assert not departs_at(timetable, first + 60, "Europe/Madrid", start=START)


def test_the_closing_minute_is_outside() -> None:
    opening = Opening.parse("Mon 06:00-22:00", "UTC")
    closing = minute_of("2026-03-02T22:00:00+00:00")
    assert first_open(opening, closing - 1) == closing - 1
    next_monday = minute_of("2026-03-09T06:00:00+00:00")
    assert first_open(opening, closing) == next_monday
    assert local_day(closing, "Asia/Kathmandu") == date(2026, 3, 2) + timedelta(days=1)


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_the_chord_agrees_with_the_haversine(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    here = Terminal(id="a", name="", country="", lat=lat1, lon=lon1)
    there = Terminal(id="b", name="", country="", lat=lat2, lon=lon2)
    arc_km = energy._arc_km(here, there)
    assert arc_km == pytest.approx(great_circle_km(lat1, lon1, lat2, lon2), rel=1e-7, abs=1e-3)
