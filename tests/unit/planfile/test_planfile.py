"""The plan file: what is written, what its schema says, what is read back."""

from __future__ import annotations

import copy
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from routeopt import planfile
from routeopt.errors import InputError
from routeopt.freight import (
    Bound,
    Carbon,
    Departure,
    GridRow,
    IsoReport,
    Leg,
    Plan,
    ShipmentPlan,
    Status,
    Totals,
    Transfer,
    minute_of,
)
from routeopt.planfile import (
    plan_dict,
    plan_json,
    plan_schema,
    read_plan,
    shape_faults,
    write_text_atomic,
)

Json = Any

MANIFEST = {
    "software": {"routeopt": "0.1.0", "ortools": "9.15"},
    "inputs": {"case.yaml": "ab12"},
    "seed": 0,
    "workers": 2,
    "time_limit_s": 60,
    "case_path": "case.yaml",
    "command": "solve .",
}

# the example of the contract, as published: its keys must stay
EXAMPLE = """
{"plan": 1, "status": "optimal", "case": {"name": "…", "sha256": "…"},
 "manifest": {"software": {"routeopt": "0.1.0", "ortools": "…"}, "inputs": {"case.yaml": "sha256…"},
  "seed": 0, "workers": 2, "time_limit_s": 60, "case_path": "…", "command": "…"},
 "objective": ["co2e", "cost"],
 "totals": {"co2e_kg": 0.0, "wtt_kg": 0.0, "ttw_kg": 0.0, "cost_eur": 0.0, "hours": 0.0, "tkm": 0.0,
  "cost_parts": {"transport": 0.0, "handling": 0.0, "storage": 0.0, "duties": 0.0, "carbon": 0.0},
  "served": 1, "unserved": 0},
 "bounds": [{"objective": "co2e", "bound": 0.0, "gap": 0.0}],
 "shipments": [{"id": "ZAZ-1", "status": "served", "co2e_kg": 0.0, "wtt_kg": 0.0, "ttw_kg": 0.0,
  "cost_eur": 0.0, "cost_alone_eur": 0.0, "duties_eur": 0.0, "carbon_eur": 0.0,
  "ready": "2026-03-02T08:00:00+00:00", "delivered": "2026-03-02T08:00:00+00:00",
  "due": "2026-03-02T08:00:00+00:00", "hours": 0.0,
  "legs": [{"service": "…", "mode": "rail", "from": "PTSIE-XXI", "to": "…",
   "depart": "2026-03-02T08:00:00+00:00", "arrive": "2026-03-02T08:00:00+00:00",
   "distance_km": 0.0, "tkm": 0.0, "units": 1, "cost_eur": 0.0, "co2e_kg": 0.0, "wtt_kg": 0.0,
   "ttw_kg": 0.0, "toc": "…", "source": "…"}],
  "transfers": [{"terminal": "…", "start": "2026-03-02T08:00:00+00:00", "hours": 0.0,
   "wait_h": 0.0, "cost_eur": 0.0, "storage_eur": 0.0, "co2e_kg": 0.0, "hoc": "…"}]}],
 "departures": [{"service": "…", "depart": "2026-03-02T08:00:00+00:00", "units": 1,
  "max_units": 40, "teu": 0.0, "cost_eur": 0.0}]}
"""
CARBON_PARTS = ("shadow", "ets", "fueleu", "ets2")
ISO = (
    *("standard", "g_per_tkm", "ttw_g_per_tkm", "hub_activity_t", "hub_activity_teu"),
    *("distance_kinds", "data_type_share", "gwp", "grids"),
)
ADDED = {
    "shipments[].legs[].passages",
    *("bounds[].value", "departures[].tonnes", "interrupted", "warnings", "shipments[].reason"),
    *("shipments[].transfers[].wtt_kg", "shipments[].transfers[].ttw_kg", "manifest.platform"),
    *("manifest.gap", "manifest.scenario", "manifest.overrides"),
    *("manifest.overrides.objective", "manifest.overrides.serve"),
    *("shipments[].tkm", "shipments[].g_per_tkm", "shipments[].legs[].carbon_eur"),
    *(
        f"{where}carbon_parts{part}"
        for where in ("totals.", "shipments[].", "shipments[].legs[].")
        for part in ("", *(f".{name}" for name in CARBON_PARTS))
    ),
    *(
        f"shipments[].legs[].{key}"
        for key in ("activity", "activity_unit", "distance_kind", "data_type")
    ),
    *(
        f"shipments[].transfers[].{key}"
        for key in ("activity", "activity_unit", "plug_kwh", "data_type")
    ),
    *("iso", *(f"iso.{key}" for key in ISO)),
    *(f"iso.data_type_share.{name}" for name in ("primary", "modelled", "default")),
    *(f"iso.grids[].{key}" for key in ("country", "basis", "year", "g_per_kwh", "loss_pct")),
}


def at(text: str) -> int:
    return minute_of(f"2026-03-{text}:00+00:00")


def served_plan() -> Plan:
    leg = Leg(
        service="a > b", mode="rail", origin="A", destination="B", depart=at("02T10:00"),
        arrive=at("02T20:00"), distance_km=500, tkm=5000, units=1, cost_eur=0.1 + 0.2,
        wtt_kg=1, ttw_kg=2, co2e_kg=3, toc="rail", source="GLEC “v3”", activity=5000,
        activity_unit="tkm", distance_kind="sfd", data_type="default",
        carbon=Carbon(shadow_eur=0.25, ets_eur=0.5, fueleu_eur=1, ets2_eur=2),
    )  # fmt: skip
    transfer = Transfer(
        terminal="A", start=at("02T08:00"), hours=1, wait_h=1, cost_eur=5, storage_eur=0,
        wtt_kg=0, ttw_kg=0, co2e_kg=0, hoc=None, plug_kwh=0, activity=10, activity_unit="t",
        data_type=None,
    )  # fmt: skip
    shipment = ShipmentPlan(
        id="S/1", served=True, ready=at("02T08:00"), due=at("04T08:00"),
        delivered=at("02T21:30"), legs=(leg,), transfers=(transfer,), co2e_kg=3, wtt_kg=1,
        ttw_kg=2, cost_eur=9.05, cost_alone_eur=9.75, carbon=leg.carbon,
    )  # fmt: skip
    departure = Departure(
        service="a > b", depart=at("02T10:00"), units=1, max_units=None, teu=1, tonnes=10,
        cost_eur=0.3,
    )  # fmt: skip
    return Plan(
        status=Status.OPTIMAL,
        objective=("co2e", "cost"),
        totals=Totals(
            co2e_kg=3, wtt_kg=1, ttw_kg=2, cost_eur=9.05, hours=13.5, tkm=5000, served=1,
            carbon=leg.carbon,
        ),
        iso=IsoReport(
            g_per_tkm=0.6, ttw_g_per_tkm=0.4, hub_activity_t=10, gwp=("AR6",),
            distance_kinds={"rail": ("sfd",)},
            data_type_share={"primary": 0, "modelled": 0, "default": 1},
            grids=(GridRow(country="ES", basis="b", year=2025, g_per_kwh=90, loss_pct=10),),
        ),
        bounds=(Bound(objective="co2e", value=3, bound=3, gap=0),),
        shipments=(shipment,),
        departures=(departure,),
        case_name="two towns",
        case_sha256="ab12",
        manifest=MANIFEST,
    )  # fmt: skip


def unserved_plan(status: Status) -> Plan:
    shipment = ShipmentPlan(
        id="S", served=False, ready=at("02T08:00"), due=at("04T08:00"),
        reason="It arrives 6 h after due.",
    )  # fmt: skip
    return replace(
        served_plan(), status=status, shipments=(shipment,), departures=(), bounds=(),
        totals=Totals(unserved=1),
        iso=IsoReport(data_type_share={"primary": 0, "modelled": 0, "default": 0}),
    )  # fmt: skip


PLANS = {
    "optimal": served_plan(),
    "feasible": replace(served_plan(), status=Status.FEASIBLE, interrupted=True, warnings=("w",)),
    "infeasible": unserved_plan(Status.INFEASIBLE),
    "unknown": unserved_plan(Status.UNKNOWN),
}


def keys_of(value: Json, where: str = "") -> Iterator[str]:
    """Key paths such as `shipments[].legs[].units`; the names in free mappings left out."""
    free = {"manifest.software", "manifest.inputs", "iso.distance_kinds"}
    if isinstance(value, list):
        for child in value:
            yield from keys_of(child, f"{where}[]")
    elif isinstance(value, dict) and where not in free:
        for key, child in value.items():
            path = f"{where}.{key}" if where else key
            yield path
            yield from keys_of(child, path)


def rules_of(
    rule: Json, where: str = "", *, needed: bool = True
) -> Iterator[tuple[str, Json, bool]]:
    """(key path, rule, required) of each key that the schema describes.

    A key is required if all that it stands in is.
    """
    if "$ref" in rule:
        rule = plan_schema()["$defs"][rule["$ref"].rpartition("/")[2]]
    if "items" in rule:
        yield from rules_of(rule["items"], f"{where}[]", needed=needed)
    for key, child in rule.get("properties", {}).items():
        path = f"{where}.{key}" if where else key
        required = needed and key in rule.get("required", ())
        yield path, child, required
        yield from rules_of(child, path, needed=required)


# the schema


def test_schema_is_a_schema() -> None:
    assert plan_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(plan_schema())


@pytest.mark.parametrize("status", PLANS)
def test_schema_accepts_each_status(status: str) -> None:
    written = json.loads(plan_json(PLANS[status]))
    jsonschema.Draft202012Validator(plan_schema()).validate(written)
    assert shape_faults(written) == []
    assert written["status"] == status


def test_schema_accepts_the_example_and_added_keys() -> None:
    example = json.loads(EXAMPLE)
    example["shipments"][0]["legs"][0]["wagon"] = "Sgns"
    jsonschema.Draft202012Validator(plan_schema()).validate(example)
    assert shape_faults(example) == []


def test_schema_requires_just_the_keys_of_the_example() -> None:
    required = {path for path, _, needed in rules_of(plan_schema()) if needed}
    assert required == {*keys_of(json.loads(EXAMPLE))}


def test_each_written_key_is_described() -> None:
    described = {path: rule for path, rule, _ in rules_of(plan_schema())}
    written = {key for plan in PLANS.values() for key in keys_of(plan_dict(plan))}
    assert written <= {*described}
    assert {*described} - {*keys_of(json.loads(EXAMPLE))} == ADDED
    for path, rule in described.items():
        text = rule if "$ref" not in rule else plan_schema()["$defs"][rule["$ref"][8:]]
        assert text["description"], path


UNITS = {
    "_kg": "kg", "_eur": "EUR", "_km": "km", "_h": "hours", "_s": "seconds", ".tkm": "tonne-km",
    "_per_tkm": ", g", "plug_kwh": "kWh", "_per_kwh": ", g", ".activity": "activity_unit",
}  # fmt: skip


def test_each_number_names_its_unit() -> None:
    others = ("TEU", "tonnes", "number", "fraction", "Version", "Year", "Share", "Percent")
    words = (*UNITS.values(), *others)
    for path, rule, _ in rules_of(plan_schema()):
        kinds = rule.get("type", "number" if "const" in rule else "")
        if {"number", "integer"} & {*([kinds] if isinstance(kinds, str) else kinds)}:
            assert any(word in rule["description"] for word in words), path
            for ending, unit in UNITS.items():
                assert not path.endswith(ending) or unit in rule["description"], path


WRONG: tuple[Json, ...] = (
    *(None, True, False, -1, 0, 1, 1.0, 1.5, 10**400, "", "x", [], [1], {}, {"a": 1}),
    *("2026-03-02T08:00:00+00:00", "2026-03-02T08:00:30+00:00", "2026-03-02T08:00:00Z"),
)


def test_our_reader_of_the_schema_agrees_with_jsonschema() -> None:
    validator = jsonschema.Draft202012Validator(plan_schema())
    example = plan_dict(PLANS["feasible"])
    for place in [*_places(example)]:
        for wrong in (*WRONG, _DROP):
            plan = copy.deepcopy(example)
            node: Json = plan
            for key in place[:-1]:
                node = node[key]
            if wrong is _DROP:
                del node[place[-1]]
            else:
                node[place[-1]] = wrong
            ours = not shape_faults(plan)
            # jsonschema takes integers of any size; no float holds 10**400
            assert ours is validator.is_valid(plan) or wrong == 10**400, (place, wrong)


_DROP = object()


def _places(value: Json, path: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    if isinstance(value, dict | list):
        for key in [*value] if isinstance(value, dict) else range(len(value)):
            yield (*path, key)
            yield from _places(value[key], (*path, key))


# writing


def test_plan_dict_is_the_contract() -> None:
    plan = plan_dict(served_plan())
    assert plan["plan"] == 1
    assert plan["case"] == {"name": "two towns", "sha256": "ab12"}
    assert plan["bounds"] == [{"objective": "co2e", "value": 3.0, "bound": 3.0, "gap": 0.0}]
    assert {"interrupted", "warnings"}.isdisjoint(plan)
    shipment = plan["shipments"][0]
    assert (shipment["status"], shipment["hours"]) == ("served", 13.5)  # 08:00 to 21:30
    assert shipment["delivered"] == "2026-03-02T21:30:00+00:00"
    assert "reason" not in shipment
    assert (shipment["legs"][0]["from"], shipment["legs"][0]["to"]) == ("A", "B")
    assert plan["departures"][0]["max_units"] is None


def test_carbon_is_told_by_its_parts() -> None:
    plan = plan_dict(served_plan())
    shipment = plan["shipments"][0]
    for row in (shipment, shipment["legs"][0]):
        assert row["carbon_eur"] == 3.75  # 0.25 + 0.5 + 1 + 2
        assert row["carbon_parts"] == {"shadow": 0.25, "ets": 0.5, "fueleu": 1.0, "ets2": 2.0}
    assert plan["totals"]["cost_parts"]["carbon"] == 3.75
    assert plan["totals"]["carbon_parts"] == shipment["carbon_parts"]


def test_activity_and_report_are_told() -> None:
    plan = plan_dict(served_plan())
    shipment = plan["shipments"][0]
    assert (shipment["tkm"], shipment["g_per_tkm"]) == (5000, 0.6)  # 3 kg / 5000 tkm
    leg, transfer = shipment["legs"][0], shipment["transfers"][0]
    assert (leg["activity"], leg["activity_unit"], leg["distance_kind"]) == (5000, "tkm", "sfd")
    assert (transfer["activity"], transfer["activity_unit"]) == (10, "t")
    assert transfer["data_type"] is None
    assert plan["iso"]["standard"] == "ISO 14083:2023"
    assert plan["iso"]["distance_kinds"] == {"rail": ["sfd"]}
    assert plan["iso"]["grids"] == [
        {"country": "ES", "basis": "b", "year": 2025, "g_per_kwh": 90.0, "loss_pct": 10.0}
    ]


def test_unserved_has_a_reason_and_no_delivery() -> None:
    (shipment,) = plan_dict(PLANS["infeasible"])["shipments"]
    assert shipment["status"] == "unserved"
    assert shipment["reason"] == "It arrives 6 h after due."
    assert shipment["delivered"] is None
    assert (shipment["legs"], shipment["transfers"]) == ([], [])


def test_interrupt_and_warnings_are_told() -> None:
    plan = plan_dict(PLANS["feasible"])
    assert plan["interrupted"] is True
    assert plan["warnings"] == ["w"]


def test_json_keeps_every_digit_and_ends_with_a_newline() -> None:
    text = plan_json(served_plan())
    assert '"cost_eur": 0.30000000000000004,' in text
    assert "“v3”" in text
    assert text.endswith("}\n")
    assert text == plan_json(served_plan())
    assert json.loads(text) == plan_dict(served_plan())


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_json_holds_no_nan(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        plan_json(replace(served_plan(), totals=Totals(cost_eur=number)))


def test_write_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("a much longer text than the new one", "utf-8")
    write_text_atomic(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    assert [*tmp_path.iterdir()] == [path]


def test_write_follows_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.json", tmp_path / "link.json"
    path.write_text("old", "utf-8")
    link.symlink_to(path)
    write_text_atomic(link, "new")
    assert link.is_symlink()
    assert path.read_text("utf-8") == "new"


def test_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    write_text_atomic(tmp_path / "plan.json", "x")
    (tmp_path / "usual").write_text("x", "utf-8")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("name", ["no-folder/plan.json", "file/plan.json", "folder", "n" * 300])
def test_what_cant_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x", "utf-8")
    path = tmp_path / name
    with pytest.raises(InputError, match="can't be written") as caught:
        write_text_atomic(path, "x")
    assert str(caught.value).startswith(str(path))
    assert {entry.name for entry in tmp_path.iterdir()} == {"folder", "file"}
    assert [*(tmp_path / "folder").iterdir()] == []


def test_half_a_character_cant_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not Unicode"):
        write_text_atomic(tmp_path / "plan.json", "\ud800")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old", "utf-8")

    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((InputError, KeyboardInterrupt)):
        write_text_atomic(path, "new")
    assert path.read_text("utf-8") == "old"
    assert [*tmp_path.iterdir()] == [path]


def test_a_kill_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old", "utf-8")
    script = (
        "import os, signal, sys; from routeopt.planfile import write_text_atomic\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_text_atomic(sys.argv[1], 'new' * 100000)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)
    assert ran.returncode != 0
    assert path.read_text("utf-8") == "old"


# reading


@pytest.mark.parametrize("status", PLANS)
def test_read_gives_back_what_was_written(tmp_path: Path, status: str) -> None:
    path = tmp_path / "plan.json"
    write_text_atomic(path, plan_json(PLANS[status]))
    assert read_plan(path) == plan_dict(PLANS[status])


def test_read_takes_a_byte_order_mark_and_other_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    text = plan_json(served_plan()).replace("\n", "\r\n")
    path.write_bytes(text.encode("utf-8-sig"))
    assert read_plan(path) == plan_dict(served_plan())


GOOD = plan_json(served_plan())
BAD = {
    "": ":1:1: not JSON: Expecting value",
    '{"plan": 1,\n  "status": }': ":2:13: not JSON: Expecting value",
    GOOD[:-3]: "not JSON: Expecting",
    "[]": ": not a plan: want a JSON object with the key 'plan'",
    "{}": ": not a plan: want a JSON object with the key 'plan'",
    '{"type": "FeatureCollection"}': ": not a plan: want",
    '{"plan": 2}': ": plan: this is version 2, want 1",
    '{"plan": "1"}': ': plan: this is version "1", want 1',
    '{"plan": true}': ": plan: this is version true, want 1",
    '{"plan": 1}': ": totals: missing",
    GOOD.replace('"seed": 0', '"seed": NaN'): ": NaN is no number of a plan",
    GOOD.replace('"gap": 0.0', '"gap": -Infinity'): ": -Infinity is no number of a plan",
    GOOD.replace('"gap": 0.0', '"gap": 1e999'): ": bounds[0].gap: want number, got Infinity",
    GOOD.replace('"gap": 0.0', f'"gap": {"9" * 400}'): ": bounds[0].gap: want number, got 999",
    GOOD.replace('"gap": 0.0', f'"gap": {"9" * 5000}'): "Exceeds the limit",
    GOOD.replace('"gap": 0.0', '"gap": -0.1'): ": bounds[0].gap: want at least 0, got -0.1",
    GOOD.replace('"gap": 0.0', '"gap": 0.0, "gap": 1.0'): ": bounds[0].gap: the key is given twi",
    GOOD.replace('"units": 1,', '"units": 1, "units": 1,', 1): (
        ": shipments[0].legs[0].units: the key is given twice"
    ),
    GOOD.replace('"units": 1', '"units": "1"', 1): (
        ': shipments[0].legs[0].units: want integer, got "1"'
    ),
    GOOD.replace('"status": "served"', '"status": "lost"'): (
        ': shipments[0].status: want one of served, unserved, got "lost"'
    ),
    GOOD.replace("T10:00:00+00:00", "T10:00:00Z"): (
        ": shipments[0].legs[0].depart: want a time such as 2026-03-02T08:00:00+00:00, got"
    ),
    GOOD.replace('"legs": [', '"leg": ['): ": shipments[0].legs: missing",
    "[" * 100_000: ": not a plan: nested too deeply",
}


@pytest.mark.parametrize(("text", "message"), BAD.items(), ids=[*BAD.values()])
def test_bad_plans_are_refused_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(path)
    assert message in str(caught.value)
    assert all(line.startswith(str(path)) for line in str(caught.value).splitlines())
    assert caught.value.exit_code == 3


def test_many_faults_are_cut_short(tmp_path: Path) -> None:
    plan = plan_dict(served_plan())
    plan["warnings"] = [1] * 30
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), "utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(path)
    assert str(caught.value).endswith(": and 10 more")
    assert len(str(caught.value).splitlines()) == 21


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b'{"plan": "\xe9"}')
    with pytest.raises(InputError, match="byte 10: not UTF-8"):
        read_plan(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_plan(tmp_path / "plan.json")
    with pytest.raises(InputError, match="can't be read"):
        read_plan(tmp_path)


def test_a_huge_file_is_refused_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planfile, "MAX_PLAN_BYTES", 2**20)
    path = tmp_path / "plan.json"
    path.write_text(" " * (2**20 + 1), "utf-8")
    with pytest.raises(InputError, match="too large for a plan: over 1 MiB"):
        read_plan(path)
