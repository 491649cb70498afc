from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from routeopt.export.model import Facts, columns, table, times
from routeopt.export.reference import reference_page
from routeopt.export.tables import MAKERS
from tests import seacase
from tests.exportfacts import cells, facts_of

Made = dict[str, list[dict[str, Any]]]
NINE = [
    *("summary", "shipments", "legs", "transfers", "departures"),
    *("emissions", "factors", "inputs", "manifest"),
]


def added(rows: list[dict[str, Any]], key: str) -> float:
    return math.fsum(row[key] for row in rows if row[key] is not None)


def test_there_are_nine_tables_each_with_columns() -> None:
    assert list(columns()) == list(MAKERS) == NINE
    for listed in columns().values():
        assert len({column.name for column in listed}) == len(listed)
        assert len({column.header for column in listed}) == len(listed)  # told apart in a sheet


def test_each_column_of_numbers_names_its_unit_or_has_a_column_for_it() -> None:
    suffixes = {
        "_km": "km", "_kg": "kg", "_eur": "EUR", "_kwh": "kWh", "_pct": "%", "_h": "h",
        "teu": "TEU", "tonnes": "t", "m3": "m3", "tkm": "tkm", "hours": "h",
    }  # fmt: skip
    for name, listed in columns().items():
        for column in listed:
            if column.kind != "number" or column.unit.startswith(("EUR/", "g")):
                continue
            ending = next((s for s in suffixes if column.name.endswith(s)), None)
            if column.name == "km":
                assert column.unit == "km"
            elif ending:
                assert column.unit == suffixes[ending], f"{name}.{column.name}"
            else:
                beside = {other.name for other in listed}
                known = {f"{column.name}_unit", "activity_unit", "energy_unit", "unit"}
                assert known & beside, f"{name}.{column.name}"


def test_a_cell_without_a_column_is_not_lost() -> None:
    with pytest.raises(KeyError, match="shoe_size"):
        table("inputs", [{"file": "a", "shoe_size": 43}])


def test_emissions_add_up_to_every_total(sea: Facts, made: Made) -> None:
    rows = made["emissions"]
    assert added(rows, "wtt_kg") == pytest.approx(seacase.WTT, rel=1e-12)
    assert added(rows, "ttw_kg") == pytest.approx(seacase.TTW, rel=1e-12)
    assert added(rows, "co2e_kg") == pytest.approx(sea.plan["totals"]["co2e_kg"], rel=1e-12)
    # of the reefer box, in the order of its way:  hub, its plug, ship, its leak, hub, its plug,
    # feeder, its leak, hub, its plug, train by country and without wire, hub
    kinds = [row["kind"] for row in rows if row["shipment"] == "ice"]
    assert kinds == [
        "handling", "plug", "leg", "leak", "handling", "plug", "leg", "leak",
        "handling", "plug", "leg", "leg", "leg", "handling",
    ]  # fmt: skip


def test_each_row_of_emissions_is_activity_times_factor(made: Made) -> None:
    for row in made["emissions"]:
        kg = row["activity"] * (row["wtt_g_per_activity"] + row["ttw_g_per_activity"]) / 1000
        assert row["wtw_kg"] == pytest.approx(kg, rel=1e-12)
    train = next(r for r in made["emissions"] if r["shipment"] == "dry/1" and r["country"] == "PT")
    # 20 t × 400 km × 0.05 kWh × 200 g
    assert (train["amount"], train["km"], train["energy_per_activity"]) == (20.0, 400.0, 0.05)
    assert (train["distance_kind"], train["grid_year"]) == ("sfd", 2025)
    assert train["wtt_kg"] == pytest.approx(80)


def test_tank_to_wheel_scope_counts_that_alone(tmp_path: Path) -> None:
    folder = seacase.write(tmp_path, case=("days: 40", "days: 40\nco2e_scope: ttw"))
    facts = facts_of(folder)
    rows = cells(table("emissions", MAKERS["emissions"](facts)))
    assert added(rows, "co2e_kg") == pytest.approx(facts.plan["totals"]["co2e_kg"], rel=1e-12)
    assert added(rows, "co2e_kg") == pytest.approx(added(rows, "ttw_kg"))
    assert added(rows, "wtt_kg") > 0


def test_legs_transfers_and_shipments_add_up(sea: Facts, made: Made) -> None:
    totals = sea.plan["totals"]
    legs, stops, shipments = made["legs"], made["transfers"], made["shipments"]
    assert len(legs) == 4 * 3
    assert len(stops) == 4 * 4
    for key in ("co2e_kg", "wtt_kg", "ttw_kg"):
        assert added(legs, key) + added(stops, key) == pytest.approx(totals[key])
        assert added(shipments, key) == pytest.approx(totals[key])
    assert added(legs, "tkm") == pytest.approx(totals["tkm"])
    cost = added(legs, "cost_eur") + added(stops, "cost_eur") + added(stops, "storage_eur")
    charged = added(shipments, "carbon_eur") + added(shipments, "duties_eur")
    assert cost + charged == pytest.approx(totals["cost_eur"])
    assert added(made["departures"], "cost_eur") == pytest.approx(added(legs, "cost_eur"))


def test_units_of_a_departure(made: Made) -> None:
    row = made["departures"][0]
    # three boxes of 2 TEU and one of 1: 3 × 20 + 10 t
    assert (row["service"], row["shipments"], row["teu"], row["tonnes"]) == ("=ship", 4, 7.0, 70.0)
    assert row["max_units"] is row["used_pct"] is None


def test_shares_of_the_summary(sea: Facts, made: Made) -> None:
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in made["summary"]:
        parts.setdefault(row["part"], []).append(row)
    for name in ("CO2e by mode", "Transport activity by mode", "Cost by part"):
        assert added(parts[name], "share_pct") == pytest.approx(100)
    totals = sea.plan["totals"]
    assert added(parts["CO2e by mode"], "value") == pytest.approx(totals["co2e_kg"])
    assert added(parts["Transport activity by mode"], "value") == pytest.approx(totals["tkm"])
    assert added(parts["Cost by part"], "value") == pytest.approx(totals["cost_eur"])
    charges = added(parts["Carbon cost by charge"], "value")
    assert charges == pytest.approx(totals["cost_parts"]["carbon"])
    words = {row["item"]: row["text"] for row in parts["Plan"]}
    assert words["How sure"].startswith("Proven: no plan of this case emits less")
    assert words["Status"] == "optimal"
    # 70 t × (10,000 + 600 + 500) km = 777,000 tkm
    activity = next(row for row in parts["Totals"] if row["item"] == "Transport activity")
    assert (activity["value"], activity["unit"]) == (777_000.0, "tkm")
    told = [row["text"] for row in parts["Warnings"]]
    assert any("ESMAD" in text for text in told)  # its handling counts as 0 kg


def test_factors_are_those_in_use_and_no_others(made: Made) -> None:
    used = [(row["table"], row["id"], row["gwp"]) for row in made["factors"]]
    rules = [id_ for table, id_, _ in used if table == "rules"]
    assert [row for row in used if row[0] != "rules"] == [
        ("toc", "ship", "AR6"),
        ("toc", "feeder", "AR6"),
        ("toc", "cold", "AR6"),
        ("toc", "rail", None),
        ("toc", "rail-diesel", "AR6"),
        ("hoc", "port", "AR6"),
        ("hoc", "port-reefer", "AR6"),
        ("fuels", "oil", "AR6"),
        ("grid", "PT", None),
        ("grid", "ES", None),
        ("grid", "MA", None),
        ("grid", "SG", None),
        ("refrigerants", "R-134a", "AR6"),
    ]
    assert set(rules) == {
        "ets_phase_in", "ets_least_gt", "ets_gwp_ch4", "ets_gwp_n2o",
        "fueleu_limit", "fueleu_penalty", "fueleu_energy", "fueleu_rwd",
    }  # fmt: skip
    grids = [row for row in made["factors"] if row["table"] == "grid"]
    assert {(row["basis"], row["year"]) for row in grids} == {("made_up", "2025")}
    assert all(row["source"] for row in made["factors"])


def test_inputs_and_manifest(sea: Facts, made: Made) -> None:
    assert {row["file"]: row["sha256"] for row in made["inputs"]} == sea.case.inputs
    assert {row["of"] for row in made["inputs"]} == {"case"}
    told = {row["key"]: row["value"] for row in made["manifest"]}
    assert told["software.routeopt"] == "0.1.0"
    assert told["seed"] == 0
    assert told["objective"] == "co2e, cost"
    assert not any(key.startswith("inputs") for key in told)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Lisbon", "2026-03-29T02:30:00+01:00"),  # summer time began at 01:00 UTC
        ("Europe/Madrid", "2026-03-29T03:30:00+02:00"),
        ("Asia/Shanghai", "2026-03-29T09:30:00+08:00"),
    ],
)
def test_times_on_both_clocks(zone: str, local: str) -> None:
    row: dict[str, Any] = dict(times("depart", "2026-03-29T01:30:00+00:00", zone))
    assert row["depart_local"].isoformat() == local
    assert row["depart_timezone"] == zone
    assert row["depart_utc"].isoformat() == "2026-03-29T01:30:00+00:00"


def test_unserved_shipments_have_a_reason_and_no_numbers(sea: Facts, tmp_path: Path) -> None:
    folder = seacase.write(tmp_path, services=("daily 10:00", "2027-01-01T10:00"))
    (folder / "services.csv").write_text(
        (folder / "services.csv").read_text("utf-8").replace("truck,road", "truck,rail"), "utf-8"
    )
    text = (folder / "shipments.csv").read_text("utf-8")
    (folder / "shipments.csv").write_text(text.replace("2026-04-08", "2026-03-05"), "utf-8")
    facts = facts_of(folder)
    row = cells(table("shipments", MAKERS["shipments"](facts)))[0]
    assert (row["status"], row["co2e_kg"], row["delivered_utc"]) == ("unserved", None, None)
    assert row["reason"]
    told = cells(table("summary", MAKERS["summary"](facts)))
    sure = next(row["text"] for row in told if row["item"] == "How sure")
    assert sure.endswith("no plan keeps every deadline and limit (proven).")
    for name in ("legs", "transfers", "departures", "emissions", "factors"):
        assert not list(MAKERS[name](facts))
    assert sea.plan["status"] == "optimal"


def test_reference_page_is_fresh() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "export.md"
    assert page.read_text("utf-8") == reference_page()
    for listed in columns().values():
        assert all(f"| `{column.name}` |" in reference_page() for column in listed)
