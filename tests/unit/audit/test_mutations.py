"""A change anywhere in a good plan is found, and no nonsense ends in a traceback."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any

import pytest

from routeopt.audit import audit, audit_inputs
from routeopt.case import Case

Json = Any
NONSENSE: tuple[Json, ...] = (
    *(None, True, -1, 0, 1.5, float("nan"), float("inf"), 10**400),
    *("", "x", "é\ud800\n", "9999-12-31T23:59:00+00:00", "2026-02-31T00:00:00+00:00"),
    *([], [None], {}, {"plan": 1}),
)


OF_LEG = ("carbon_eur", "activity", "activity_unit", "distance_kind", "data_type")
OF_TRANSFER = ("wtt_kg", "ttw_kg", "activity", "activity_unit", "plug_kwh", "data_type")
OPTIONAL = {  # by kind of row: what a plan need not state
    "legs": {*OF_LEG},
    "transfers": {*OF_TRANSFER},
    "shipments": {"tkm", "g_per_tkm"},
    "departures": {"tonnes"},
    "bounds": {"value"},
}
each_sample = pytest.mark.parametrize("sample", ["hand", "voyage"], indirect=True)


def _parent(plan: dict[str, Any], path: tuple[str | int, ...]) -> Json:
    node: Json = plan
    for key in path[:-1]:
        node = node[key]
    return node


def _a_little_off(value: Json) -> Json:
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + max(abs(value) * 1e-5, 1e-6)
    try:
        return (datetime.fromisoformat(value) + timedelta(minutes=1)).isoformat()
    except ValueError:
        return f"{value}x"


@each_sample
def test_the_good_plan_has_no_findings(case: Case, plan: dict[str, Any]) -> None:
    assert audit(plan, case) == ()
    assert audit_inputs(plan, case) == ()


def test_each_leaf_changed_a_little_is_found(
    case: Case, plan: dict[str, Any], leaf: tuple[str | int, ...]
) -> None:
    node = _parent(plan, leaf)
    node[leaf[-1]] = _a_little_off(node[leaf[-1]])
    found = audit(plan, case)
    assert found
    assert all("\n" not in str(finding) for finding in found)


def test_each_leaf_taken_down_is_found(
    case: Case, plan: dict[str, Any], leaf: tuple[str | int, ...]
) -> None:
    node = _parent(plan, leaf)
    value = node[leaf[-1]]
    if isinstance(value, float):
        node[leaf[-1]] = value - max(abs(value) * 1e-5, 1e-6)
        assert audit(plan, case)


def test_each_missing_key_is_found(
    case: Case, plan: dict[str, Any], leaf: tuple[str | int, ...]
) -> None:
    row = leaf[-3] if len(leaf) > 2 else ""  # such as `legs` of (…, legs, 0, activity)
    optional = leaf[-1] in OPTIONAL.get(str(row), ())
    node = _parent(plan, leaf)
    if isinstance(leaf[-1], str):
        del node[leaf[-1]]
        assert bool(audit(plan, case)) is not optional


@each_sample
def test_a_plan_of_the_first_kind_states_less(case: Case, plan: dict[str, Any]) -> None:
    del plan["iso"], plan["totals"]["carbon_parts"]
    for entry in plan["shipments"]:
        for key in ("carbon_parts", "tkm", "g_per_tkm"):
            del entry[key]
        for leg in entry["legs"]:
            for key in (*OF_LEG, "carbon_parts"):
                del leg[key]
        for transfer in entry["transfers"]:
            for key in OF_TRANSFER:
                del transfer[key]
    assert audit(plan, case) == ()
    plan["totals"]["cost_parts"]["carbon"] += 0.01  # what it does state is still checked
    assert audit(plan, case)


def _nodes(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = []
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            found += [(*path, key), *_nodes(child, (*path, key))]
    return found


@each_sample
def test_nonsense_anywhere_gives_findings_not_tracebacks(case: Case, plan: dict[str, Any]) -> None:
    first_shipment_only = [
        path for path in _nodes(plan) if path[:1] != ("shipments",) or path[1:2] in {(), (0,)}
    ]
    for path in first_shipment_only:
        for nonsense in NONSENSE:
            bad = copy.deepcopy(plan)
            node = _parent(bad, path)
            same = node[path[-1]] == nonsense
            node[path[-1]] = nonsense
            found = (*audit(bad, case), *audit_inputs(bad, case))
            assert found or same or path[0] == "manifest", (path, nonsense)
            for finding in found:
                str(finding).encode()


def test_a_plan_that_is_no_mapping_is_found(case: Case) -> None:
    for nonsense in NONSENSE:
        assert audit(nonsense, case)
        assert audit_inputs(nonsense, case)


@each_sample
def test_each_entry_dropped_or_doubled_is_found(case: Case, plan: dict[str, Any]) -> None:
    first, second = plan["shipments"][0]["legs"], plan["shipments"][0]["transfers"]
    for key in ("shipments", "departures", "bounds"):
        assert audit({**plan, key: plan[key][1:]}, case), key
        assert audit({**plan, key: [*plan[key], plan[key][0]]}, case), key
    for rows in (first, second):
        row = rows.pop(0)
        assert audit(plan, case)
        rows[:0] = [row, row]
        assert audit(plan, case)
        rows.pop(0)
    assert audit(plan, case) == ()


@each_sample
def test_each_entry_of_the_report_dropped_or_added_is_found(
    case: Case, plan: dict[str, Any]
) -> None:
    iso = plan["iso"]
    for rows in (iso["gwp"], iso["grids"], *iso["distance_kinds"].values()):
        kept = [*rows]
        rows[1:] = []
        assert bool(audit(plan, case)) is (len(kept) > 1)
        rows[:] = [*kept, *kept[:1]]
        assert bool(audit(plan, case)) is bool(kept)
        rows[:] = kept
    iso["distance_kinds"]["barge"] = ["sfd"]
    assert audit(plan, case)
    del iso["distance_kinds"]["barge"], iso["distance_kinds"]["road"]
    assert audit(plan, case)
