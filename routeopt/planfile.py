"""The plan file `plan.json`: written atomically, read back with every fault named.

`schemas/plan.schema.json` describes the format; the reader follows it, so they can't disagree.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from routeopt.atomic import write_atomic
from routeopt.errors import InputError
from routeopt.freight import (
    Bound,
    Carbon,
    Departure,
    IsoReport,
    Leg,
    Plan,
    ShipmentPlan,
    Totals,
    Transfer,
    stamp,
)

PLAN_VERSION = 1
ISO_STANDARD = "ISO 14083:2023"
MAX_PLAN_BYTES = 256 * 2**20
_SHOWN_FAULTS = 20


def plan_dict(plan: Plan) -> dict[str, Any]:
    """Plan as the mapping that `plan.json` holds."""
    return {
        "plan": PLAN_VERSION,
        "status": str(plan.status),
        **({"interrupted": True} if plan.interrupted else {}),
        **({"warnings": list(plan.warnings)} if plan.warnings else {}),
        "case": {"name": plan.case_name, "sha256": plan.case_sha256},
        "manifest": dict(plan.manifest),
        "objective": list(plan.objective),
        "totals": _totals(plan.totals),
        "iso": _iso(plan.iso),
        "bounds": [_bound(bound) for bound in plan.bounds],
        "shipments": [_shipment(shipment) for shipment in plan.shipments],
        "departures": [_departure(departure) for departure in plan.departures],
    }


def plan_json(plan: Plan) -> str:
    """Plan as the text of `plan.json`: the same plan, the same text; numbers are not rounded.

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    """
    return json.dumps(plan_dict(plan), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _kilograms(row: Totals | ShipmentPlan | Leg | Transfer) -> dict[str, float]:
    return {
        "co2e_kg": float(row.co2e_kg),
        "wtt_kg": float(row.wtt_kg),
        "ttw_kg": float(row.ttw_kg),
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        **_kilograms(totals),
        "cost_eur": float(totals.cost_eur),
        "hours": float(totals.hours),
        "tkm": float(totals.tkm),
        "cost_parts": {
            "transport": float(totals.transport_eur),
            "handling": float(totals.handling_eur),
            "storage": float(totals.storage_eur),
            "duties": float(totals.duties_eur),
            "carbon": float(totals.carbon_eur),
        },
        "carbon_parts": _carbon_parts(totals.carbon),
        "served": totals.served,
        "unserved": totals.unserved,
    }


def _carbon_parts(carbon: Carbon) -> dict[str, float]:
    return {
        "shadow": float(carbon.shadow_eur),
        "ets": float(carbon.ets_eur),
        "fueleu": float(carbon.fueleu_eur),
        "ets2": float(carbon.ets2_eur),
    }


def _iso(report: IsoReport) -> dict[str, Any]:
    return {
        "standard": ISO_STANDARD,
        "g_per_tkm": float(report.g_per_tkm),
        "ttw_g_per_tkm": float(report.ttw_g_per_tkm),
        "hub_activity_t": float(report.hub_activity_t),
        "hub_activity_teu": float(report.hub_activity_teu),
        "distance_kinds": {mode: list(kinds) for mode, kinds in report.distance_kinds.items()},
        "data_type_share": {name: float(part) for name, part in report.data_type_share.items()},
        "gwp": list(report.gwp),
        "grids": [
            {
                "country": row.country,
                "basis": row.basis,
                "year": row.year,
                "g_per_kwh": float(row.g_per_kwh),
                "loss_pct": float(row.loss_pct),
            }
            for row in report.grids
        ],
    }


def _bound(bound: Bound) -> dict[str, Any]:
    return {
        "objective": bound.objective,
        "value": float(bound.value),
        "bound": float(bound.bound),
        "gap": float(bound.gap),
    }


def _shipment(shipment: ShipmentPlan) -> dict[str, Any]:
    delivered = shipment.delivered
    return {
        "id": shipment.id,
        "status": "served" if shipment.served else "unserved",
        **({} if shipment.reason is None else {"reason": shipment.reason}),
        **_kilograms(shipment),
        "cost_eur": float(shipment.cost_eur),
        "cost_alone_eur": float(shipment.cost_alone_eur),
        "duties_eur": float(shipment.duties_eur),
        "carbon_eur": float(shipment.carbon_eur),
        "carbon_parts": _carbon_parts(shipment.carbon),
        "tkm": float(shipment.tkm),
        "g_per_tkm": float(shipment.g_per_tkm),
        "ready": stamp(shipment.ready),
        "delivered": None if delivered is None else stamp(delivered),
        "due": stamp(shipment.due),
        "hours": float(shipment.hours),
        "legs": [_leg(leg) for leg in shipment.legs],
        "transfers": [_transfer(transfer) for transfer in shipment.transfers],
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "service": leg.service,
        "mode": leg.mode,
        "from": leg.origin,
        "to": leg.destination,
        "depart": stamp(leg.depart),
        "arrive": stamp(leg.arrive),
        "distance_km": float(leg.distance_km),
        "tkm": float(leg.tkm),
        "units": leg.units,
        "cost_eur": float(leg.cost_eur),
        **_kilograms(leg),
        "carbon_eur": float(leg.carbon.eur),
        "carbon_parts": _carbon_parts(leg.carbon),
        "activity": float(leg.activity),
        "activity_unit": leg.activity_unit,
        "distance_kind": leg.distance_kind,
        "data_type": leg.data_type,
        **({} if leg.passages is None else {"passages": list(leg.passages)}),
        "toc": leg.toc,
        "source": leg.source,
    }


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "terminal": transfer.terminal,
        "start": stamp(transfer.start),
        "hours": float(transfer.hours),
        "wait_h": float(transfer.wait_h),
        "cost_eur": float(transfer.cost_eur),
        "storage_eur": float(transfer.storage_eur),
        **_kilograms(transfer),
        "activity": float(transfer.activity),
        "activity_unit": transfer.activity_unit,
        "plug_kwh": float(transfer.plug_kwh),
        "data_type": transfer.data_type,
        "hoc": transfer.hoc,
    }


def _departure(departure: Departure) -> dict[str, Any]:
    return {
        "service": departure.service,
        "depart": stamp(departure.depart),
        "units": departure.units,
        "max_units": departure.max_units,
        "teu": float(departure.teu),
        "tonnes": float(departure.tonnes),
        "cost_eur": float(departure.cost_eur),
    }


def write_text_atomic(path: str | os.PathLike[str], text: str) -> None:
    """Write a file as a whole or not at all: whenever the program dies, an old file stays whole.

    A symbolic link stays one; the file that it points to is replaced.

    Raises
    ------
    InputError
        If the file can't be written.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as err:
        raise InputError(f"{path}: can't be written: the text is not Unicode: {err}") from err
    write_atomic(path, data)


def read_plan(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a plan file.

    Raises
    ------
    InputError
        If it can't be read, is no JSON or no plan, or has another version.
    """
    plan = _parsed(path, _read_text(path))
    twice = next(_keys_given_twice(plan, ""), None)
    if twice is not None:
        raise InputError(f"{path}: {twice}: the key is given twice")
    if not isinstance(plan, dict) or "plan" not in plan:
        raise InputError(f"{path}: not a plan: want a JSON object with the key 'plan'")
    if not _is_const(plan["plan"], PLAN_VERSION):
        version = _shown(plan["plan"])
        raise InputError(f"{path}: plan: this is version {version}, want {PLAN_VERSION}")
    faults = shape_faults(plan)
    if faults:
        lines = [f"{path}: {where}: {message}" for where, message in faults[:_SHOWN_FAULTS]]
        if len(faults) > _SHOWN_FAULTS:
            lines.append(f"{path}: and {len(faults) - _SHOWN_FAULTS} more")
        raise InputError("\n".join(lines))
    return plan


def _read_text(path: str | os.PathLike[str]) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_PLAN_BYTES + 1)  # not by its size: a device has none
    except OSError as err:
        raise InputError(f"{path}: can't be read: {err.strerror or err}") from err
    if len(data) > MAX_PLAN_BYTES:
        raise InputError(f"{path}: too large for a plan: over {MAX_PLAN_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")  # an editor may have put a byte order mark before it
    except UnicodeDecodeError as err:
        raise InputError(f"{path}: byte {err.start}: not UTF-8") from err


class _Twice(dict[str, Any]):
    """A JSON object in which a key is given twice."""

    key: str


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice = _Twice(made)
    twice.key = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return twice


def _keys_given_twice(value: object, where: str) -> Iterator[str]:
    if isinstance(value, _Twice):
        yield _below(where, value.key)
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _keys_given_twice(child, _below(where, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _keys_given_twice(child, f"{where}[{index}]")


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of a plan")


def _parsed(path: str | os.PathLike[str], text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as err:
        raise InputError(f"{path}:{err.lineno}:{err.colno}: not JSON: {err.msg}") from err
    except ValueError as err:
        raise InputError(f"{path}: {err}") from err
    except RecursionError as err:
        raise InputError(f"{path}: not a plan: nested too deeply") from err


@cache
def _schema_text() -> str:
    return resources.files("routeopt").joinpath("schemas/plan.schema.json").read_text("utf-8")


def plan_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the plan file."""
    schema: dict[str, Any] = json.loads(_schema_text())
    return schema


_Fault = tuple[str, str]
_Rule = Mapping[str, Any]


def shape_faults(plan: object) -> list[_Fault]:
    """Where a parsed plan departs from the schema: (place, message) of each fault.

    Reads only what our schema uses: `$ref`, `type`, `const`, `enum`, `pattern`, `minLength`,
    `minimum`, `required`, `properties`, `additionalProperties` and `items`.
    """
    schema = plan_schema()
    faults: list[_Fault] = []
    _add_faults(faults, plan, schema, "", schema["$defs"])
    return faults


def _add_faults(
    faults: list[_Fault], value: object, rule: _Rule, where: str, shared: Mapping[str, _Rule]
) -> None:
    if "$ref" in rule:
        rule = shared[rule["$ref"].removeprefix("#/$defs/")]
    message = _type_fault(value, rule) or _limit_fault(value, rule)
    if message:
        faults.append((where or "plan", message))
    elif isinstance(value, Mapping):
        missing = [key for key in rule.get("required", ()) if key not in value]
        faults += [(_below(where, key), "missing") for key in missing]
        known = rule.get("properties", {})
        for key, child in value.items():
            child_rule = known.get(key, rule.get("additionalProperties"))
            if child_rule is not None:
                _add_faults(faults, child, child_rule, _below(where, key), shared)
    elif isinstance(value, list) and "items" in rule:
        for index, child in enumerate(value):
            _add_faults(faults, child, rule["items"], f"{where}[{index}]", shared)


def _below(where: str, key: object) -> str:
    shown = key if isinstance(key, str) and key.isprintable() else repr(key)
    return f"{where}.{shown}" if where else shown


def _is_const(value: object, const: object) -> bool:
    return value == const and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond the largest float
        return False


_IS_TYPE: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == int(value),  # type: ignore[call-overload]  # a number
    "null": lambda value: value is None,
}


def _type_fault(value: object, rule: _Rule) -> str | None:
    if "const" in rule and not _is_const(value, rule["const"]):
        return f"want {rule['const']}, got {_shown(value)}"
    types = rule.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_IS_TYPE[name](value) for name in types):
        return f"want {' or '.join(types)}, got {_shown(value)}"
    return None


def _limit_fault(value: object, rule: _Rule) -> str | None:
    if "enum" in rule and value not in rule["enum"]:
        return f"want one of {', '.join(rule['enum'])}, got {_shown(value)}"
    if isinstance(value, str):
        if len(value) < rule.get("minLength", 0):
            return "want a text, got an empty one"
        if "pattern" in rule and not re.search(rule["pattern"], value):
            return f"want a time such as 2026-03-02T08:00:00+00:00, got {_shown(value)}"
    elif isinstance(value, int | float) and value < rule.get("minimum", -math.inf):
        return f"want at least {rule['minimum']}, got {_shown(value)}"
    return None


def _shown(value: object) -> str:
    """Value as JSON writes it, shortened."""
    limit = 60
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):  # no JSON at all, or an integer with too many digits
        text = f"a {type(value).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"
