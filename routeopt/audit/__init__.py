"""Recomputes a plan from its case, by code that shares nothing with the optimizer.

It takes from the plan only what was chosen (services and departures of each shipment) and from
the case only raw fields. It imports neither the itinerary search nor the optimizer nor the ledger,
and none of the functions that price carbon and emissions or that write the ISO report: a fault in
those shows as a finding here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routeopt.audit.bills import bills_of, check_bill, check_departures
from routeopt.audit.burdens import RateBook
from routeopt.audit.chain import read_shipments
from routeopt.audit.findings import Finding, Findings
from routeopt.audit.report import check_activity, check_iso
from routeopt.audit.rules import check_trip
from routeopt.audit.totals import check_limits, check_proof, check_totals
from routeopt.case.model import Case
from routeopt.errors import RouteoptError
from routeopt.freight import Plan
from routeopt.planfile import plan_dict, shape_faults

__all__ = ["Finding", "audit", "audit_inputs", "require_sound"]


def audit(plan: Mapping[str, Any], case: Case, *, tolerance: float = 1e-6) -> tuple[Finding, ...]:
    """Recompute a plan from its case; no findings: every number, time and limit holds.

    Parameters
    ----------
    plan
        What `plan.json` holds, as `read_plan` or `plan_dict` give it.
    case
        The case that the plan answers, with the options laid over it that the plan was made with.
    tolerance
        How far numbers may lie apart, relative to the greater one; capacities, times and counts
        are exact.

    Notes
    -----
    A plan of the wrong shape gives the findings of its shape only. A plan with unknown ids is
    checked shipment by shipment, without shared departures and totals: they can't be known.
    Of the keys that a plan need not state (`carbon_parts`, `activity`, `iso`, …), what is stated is
    checked. The manifest and the hashes are left to `audit_inputs`.
    """
    found = Findings(tolerance)
    _check_shape(plan, found, of_inputs=False)
    if found.rows:
        return tuple(found.rows)
    book = RateBook(case)
    reading = read_shipments(plan, book, found)
    for trip in reading.trips:
        check_trip(trip, case, found)
    if reading.complete:
        bills, runs = bills_of(reading.trips, book)
        for trip, bill in zip(reading.trips, bills, strict=True):
            check_bill(trip, bill, case, found)
            check_activity(trip, bill, case, found)
        check_departures(plan["departures"], runs, found)
        check_totals(plan["totals"], reading, bills, case, found)
        check_limits(reading.trips, bills, case, found)
        if "iso" in plan:
            check_iso(plan["iso"], reading.trips, bills, case, found)
    check_proof(plan, case, found)
    return tuple(found.rows)


def audit_inputs(plan: Mapping[str, Any], case: Case) -> tuple[Finding, ...]:
    """Compare the files that the plan was made from with those that the case was read from."""
    found = Findings(0.0)
    _check_shape(plan, found, of_inputs=True)
    if found.rows:
        return tuple(found.rows)
    found.same("case.name", plan["case"]["name"], case.name)
    found.same("case.sha256", plan["case"]["sha256"], case.sha256)
    then, now = plan["manifest"]["inputs"], case.inputs
    for name in sorted({*then, *now}):
        where = f"manifest.inputs[{name}]" if name.isprintable() else f"manifest.inputs[{name!r}]"
        if name not in now:
            found.add(where, "the plan was made with this file, which the case no longer reads")
        elif name not in then:
            found.add(where, "the plan was made without this file, which the case reads now")
        elif then[name] != now[name]:
            message = "the file has changed since the plan was made"
            found.add(where, message, then[name], now[name])
    return tuple(found.rows)


def _check_shape(plan: object, found: Findings, *, of_inputs: bool) -> None:
    """Record shape faults: those of `case` and `manifest`, or those of all the rest."""
    for where, message in shape_faults(plan):
        top = where.partition(".")[0]
        if (top in {"case", "manifest"}) is of_inputs or not isinstance(plan, Mapping):
            found.add(where, message)


def require_sound(plan: Plan, case: Case, *, what: str) -> None:
    """Let a plan of ours pass only if the audit finds nothing.

    Parameters
    ----------
    what
        Whose plan it is, as the message begins.

    Raises
    ------
    RouteoptError
        With every finding: a bug of ours.
    """
    findings = audit(plan_dict(plan), case)
    if findings:
        lines = [f"{what}: the plan does not stand the audit and is not used:"]
        lines += [f"  {finding}" for finding in findings]
        lines.append("This is a bug in routeopt. Please report it with these lines and your case.")
        raise RouteoptError("\n".join(lines))
