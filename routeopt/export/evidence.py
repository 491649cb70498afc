"""Tables of what the numbers rest on: emissions by part, factors, input files, manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from routeopt.explain import Line
from routeopt.export.model import Cell, Facts, Row
from routeopt.factorbook import Factor
from routeopt.freight import NO_CARBON
from routeopt.report.explain import line_row
from routeopt.report.factors import factor_row

_Key = tuple[str, ...]
"""Table of a factor and what it is found by there."""

_RULES_OF = {
    "ets_eur": ("ets_phase_in", "ets_least_gt", "ets_gwp_ch4", "ets_gwp_n2o"),
    "fueleu_eur": ("fueleu_limit", "fueleu_penalty", "fueleu_energy", "fueleu_rwd"),
    "ets2_eur": ("ets2",),
}
"""Rules behind a charge."""


def emissions(facts: Facts) -> Iterator[Row]:
    """One row for each transport chain element and what emits in it; they add up to the plan."""
    counts_all = facts.case.co2e_scope == "wtw"
    for line in facts.explanation.lines:
        row = {key: cell if cell != "" else None for key, cell in line_row(line).items()}
        yield row | {"co2e_kg": line.wtw_kg if counts_all else line.ttw_kg}


def factors(facts: Facts) -> Iterator[Row]:
    """One row for each factor that a number of the plan rests on."""
    used = {key for line in facts.explanation.lines for key in _behind(line)}
    used.update(_of_rules(facts))
    for table, rows in facts.book.rows.items():
        for row in rows:
            for factor in facts.book.factor(table, row):
                if _key(factor) in used:
                    yield _cells(factor)


def _cells(factor: Factor) -> Row:
    found = factor_row(factor)
    return {
        key: cell if cell is None or isinstance(cell, int | float) else str(cell)
        for key, cell in found.items()
    }


def _key(factor: Factor) -> _Key:
    if factor.table == "grid":
        values = factor.row.values or {}
        return ("grid", factor.id, values["basis"], str(values["year"]))
    if factor.table == "refrigerants":
        return ("refrigerants", factor.id, factor.gwp)
    if factor.table == "rules":
        return ("rules", factor.id, factor.cell("from_year"))
    return (factor.table, factor.id)


def _behind(line: Line) -> Iterator[_Key]:
    """Factors behind an addend."""
    table = "toc" if line.mode else "hoc"
    if line.factor:
        yield (table, line.factor)
    if line.kind == "leak":
        yield ("refrigerants", line.carrier, "AR5" if line.gwp == "AR5" else "AR6")
    elif line.grid is not None:
        yield ("grid", line.grid.country, line.grid.basis, str(line.grid.year))
    elif line.energy is not None:
        yield ("fuels", line.carrier)


def _of_rules(facts: Facts) -> Iterator[_Key]:
    """Find the rules behind charges, in the year of the case, and the fuels that they read."""
    regulations = facts.case.regulations
    together = sum((charge.carbon for charge in facts.explanation.charges), NO_CARBON)
    charged = {
        rule for name, rules in _RULES_OF.items() if getattr(together, name) for rule in rules
    }
    if regulations is None or not charged:
        return
    begun: dict[str, int] = {}
    for row in facts.book.rows["rules"]:
        rule, year = row.cells["rule"], int(row.cells["from_year"])
        if rule in charged and year <= regulations.year:
            begun[rule] = max(year, begun.get(rule, year))
    yield from (("rules", rule, str(year)) for rule, year in begun.items())
    for toc in sorted({line.factor for line in facts.explanation.lines if line.mode}):
        yield from (("fuels", fuel) for fuel, _ in facts.case.network.tocs[toc].carriers)


def inputs(facts: Facts) -> Iterator[Row]:
    """One row for each file that the plan was made from."""
    for file, sha256 in sorted(facts.plan["manifest"]["inputs"].items()):
        of = "network" if file.startswith("networks/") else "case"
        yield {"file": file, "of": of, "sha256": sha256}


def manifest(facts: Facts) -> Iterator[Row]:
    """One row for each thing that is needed to make the plan again, files left out."""
    plan = facts.plan
    told = {"plan": plan["plan"], "case": plan["case"], "objective": plan["objective"]}
    told |= {key: value for key, value in plan["manifest"].items() if key != "inputs"}
    for key, value in _flat(told, ""):
        yield {"key": key, "value": value}


def _flat(values: Mapping[str, Any], before: str) -> Iterator[tuple[str, Cell]]:
    """Values with the keys that lead to them; lists stay one value."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, list):
            yield f"{before}{key}", ", ".join(map(str, value))
        elif value is None or isinstance(value, str | int | float):
            yield f"{before}{key}", value
        else:
            yield f"{before}{key}", json.dumps(value)
