"""The first table: what the plan comes to, how sure that is, and whose data it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from routeopt.emissions import DATA_TYPES
from routeopt.explain import EXCLUDED
from routeopt.export.evidence import factors
from routeopt.export.model import Cell, Facts, Row
from routeopt.freight import Bound, Plan, Status, Totals
from routeopt.planfile import ISO_STANDARD
from routeopt.report.charges import charges_of
from routeopt.report.plan import certainty, failure
from routeopt.words import VEHICLE

_SCOPES = {"wtw": "well to wheel (WTT + TTW)", "ttw": "tank to wheel (TTW)"}
_AIMS = {"co2e": ("CO2e", "kg"), "cost": ("Cost", "EUR"), "time": ("Time", "h")}
_PARTS = ("transport", "handling", "storage", "duties", "carbon")


def summary(facts: Facts) -> Iterator[Row]:
    """Rows of the summary, part by part."""
    yield from _plan(facts)
    yield from _totals(facts)
    yield from _by_mode(facts)
    yield from _cost(facts)
    yield from _proof(facts)
    yield from _data(facts)
    yield from _warnings(facts)
    yield from _licences(facts)


def _says(part: str, item: str, text: str) -> Row:
    return {"part": part, "item": item, "text": text}


def _counts(part: str, item: str, value: float, unit: str) -> Row:
    return {"part": part, "item": item, "value": value, "unit": unit}


def _shares(part: str, unit: str, values: Mapping[str, float]) -> Iterator[Row]:
    """One row for each part of a whole that is not nothing."""
    whole = math.fsum(values.values())
    for item, value in values.items():
        if value:
            share: Cell = 100 * value / whole if whole else None
            yield {**_counts(part, item, value, unit), "share_pct": share}


def _plan(facts: Facts) -> Iterator[Row]:
    plan, case = facts.plan, facts.case
    yield _says("Plan", "Case", plan["case"]["name"])
    scenario = plan["manifest"].get("scenario")
    if scenario:
        yield _says("Plan", "Scenario", scenario)
    yield _says("Plan", "Status", plan["status"])
    yield _says("Plan", "How sure", _how_sure(facts))
    yield _says("Plan", "Objective", ", then ".join(plan["objective"]))
    yield _says("Plan", "CO2e that counts", _SCOPES[case.co2e_scope])
    checked = "Every leg, transfer, limit and total was recomputed by separate code before export."
    yield _says("Plan", "Checked", checked)


def _how_sure(facts: Facts) -> str:
    """Status and bound in words."""
    stated = facts.plan
    plan = Plan(
        status=Status(stated["status"]),
        objective=tuple(stated["objective"]),
        totals=Totals(),
        bounds=tuple(
            Bound(
                objective=row["objective"],
                value=row.get("value", math.nan),  # no sentence reads it
                bound=row["bound"],
                gap=row["gap"],
            )
            for row in stated["bounds"]
        ),
        shipments=(),
        departures=(),
        interrupted=stated.get("interrupted", False),
    )
    if stated["totals"]["served"]:
        return certainty(plan, facts.case)
    words = " ".join(failure(plan, facts.case).split())
    return words.removesuffix(" What would do:")


def _totals(facts: Facts) -> Iterator[Row]:
    totals, case = facts.plan["totals"], facts.case
    served = [row["id"] for row in facts.plan["shipments"] if row["status"] == "served"]
    teu = math.fsum(case.members[id_].size.teu for id_ in served)
    yield _counts("Totals", "CO2e", totals["co2e_kg"], "kg")
    yield _counts("Totals", "CO2e well to tank", totals["wtt_kg"], "kg")
    yield _counts("Totals", "CO2e tank to wheel", totals["ttw_kg"], "kg")
    yield _counts("Totals", "Transport activity", totals["tkm"], "tkm")
    if totals["tkm"]:
        yield _counts("Totals", "Intensity", totals["co2e_kg"] * 1000 / totals["tkm"], "g/tkm")
    yield _counts("Totals", "Cost", totals["cost_eur"], "EUR")
    if teu:
        yield _counts("Totals", "Cost per TEU", totals["cost_eur"] / teu, "EUR/TEU")
    yield _counts("Totals", "Time, all shipments together", totals["hours"], "h")
    yield _counts("Totals", "Served", totals["served"], "shipments")
    yield _counts("Totals", "Not served", totals["unserved"], "shipments")
    yield _counts("Totals", "Cargo served", teu, "TEU")


def _by_mode(facts: Facts) -> Iterator[Row]:
    """CO2e, transport activity and price by mode; handling beside them where it counts."""
    legs = [leg for row in facts.plan["shipments"] for leg in row["legs"]]
    stops = [stop for row in facts.plan["shipments"] for stop in row["transfers"]]

    def added(key: str) -> dict[str, float]:
        return {
            mode: math.fsum(leg[key] for leg in legs if leg["mode"] == mode) for mode in VEHICLE
        }

    handling_kg = math.fsum(stop["co2e_kg"] for stop in stops)
    yield from _shares("CO2e by mode", "kg", added("co2e_kg") | {"at terminals": handling_kg})
    yield from _shares("Transport activity by mode", "tkm", added("tkm"))
    yield from _shares("Transport cost by mode", "EUR", added("cost_eur"))


def _cost(facts: Facts) -> Iterator[Row]:
    parts = facts.plan["totals"]["cost_parts"]
    yield from _shares("Cost by part", "EUR", {name: parts[name] for name in _PARTS})
    charges = [charges_of(charge.carbon) for charge in facts.explanation.charges]
    together = {
        name: math.fsum(c[name] for c in charges) for name in (charges[0] if charges else ())
    }
    yield from _shares("Carbon cost by charge", "EUR", together)


def _proof(facts: Facts) -> Iterator[Row]:
    for row in facts.plan["bounds"]:
        name, unit = _AIMS[row["objective"]]
        yield _counts("Proof", f"{name}: no plan can be below", row["bound"], unit)
        yield _counts("Proof", f"{name}: gap to that bound", 100 * row["gap"], "%")


def _data(facts: Facts) -> Iterator[Row]:
    iso = facts.explanation.iso
    for name in DATA_TYPES:
        if iso.data_type_share[name]:
            share = 100 * iso.data_type_share[name]
            yield _counts("Data", f"CO2e that rests on {name} data", share, "%")
    yield _says("Data", "GWP100 sets", ", ".join(iso.gwp) or "none stated")
    for mode, kinds in iso.distance_kinds.items():
        yield _says("Data", f"Distances by {mode}", ", ".join(kinds))
    for row in iso.grids:
        told = f"{row.basis} {row.year}: {row.g_per_kwh:g} g/kWh, {row.loss_pct:g} % lost"
        yield _says("Data", f"Electricity of {row.country}", told)
    yield _says("Data", "Left out", EXCLUDED)
    method = f"Computed by the method of {ISO_STANDARD}; nobody has certified it."
    yield _says("Data", "Method", method)


def _warnings(facts: Facts) -> Iterator[Row]:
    texts = [*(fault.message for fault in facts.case.warnings), *facts.plan.get("warnings", [])]
    for number, text in enumerate(dict.fromkeys(texts), 1):
        yield _says("Warnings", f"Warning {number}", text)


def _licences(facts: Facts) -> Iterator[Row]:
    """Notices that must stay with data of the network."""
    attribution, licence = notices(facts)
    for number, text in enumerate(attribution, 1):
        yield _says("Licences", f"Attribution {number}", text)
    for number, text in enumerate(licence, 1):
        yield _says("Licences", f"Licence {number}", text)
    licences = dict.fromkeys(str(row["licence"]) for row in factors(facts) if row["licence"])
    told = "; ".join(licences) or "none stated"
    yield _says("Licences", "Factors", f"{told} (the table Factors says which is under which)")


def notices(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Attribution and licence lines of the network; none where the case stands on none."""
    physical = facts.case.network.physical
    if physical is None:
        return (), ()
    return physical.settings.attribution, physical.settings.licence
