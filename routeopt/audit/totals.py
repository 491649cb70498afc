"""The plan as a whole: sums, the case's limits, and what it claims to have proven."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from routeopt.audit.bills import Bill, check_carbon, check_kg
from routeopt.audit.burdens import burden_sum
from routeopt.audit.chain import Reading, Trip
from routeopt.audit.clock import local_day
from routeopt.audit.findings import Findings, named
from routeopt.audit.prices import BILLIONTH
from routeopt.case.model import Case

PROVEN_GAP = 1e-6
_ROUNDING = 1e-12  # a gap of exactly 1e-6 may come out of the division a little above it
_NOTHING = 1e-9  # kg, EUR or hours: a bound of this much below 0 is arithmetic
_TOTAL_OF = {"co2e": "co2e_kg", "cost": "cost_eur", "time": "hours"}


def check_totals(
    stated: Mapping[str, Any], reading: Reading, bills: Sequence[Bill], case: Case, found: Findings
) -> None:
    """Compare the sums over the plan."""
    trips = reading.trips
    burden = burden_sum(bill.burden for bill in bills)
    check_kg(stated, "totals", burden, case, found)
    check_carbon(stated, "totals", burden, case, found)
    legs = [leg for bill in bills for leg in bill.legs]
    stops = [stop for bill in bills for stop in bill.stops]
    parts = {
        "transport": math.fsum(leg.cost_eur for leg in legs),
        "handling": math.fsum(stop.handling_eur for stop in stops),
        "storage": math.fsum(stop.storage_eur for stop in stops),
        "duties": math.fsum(bill.duties_eur for bill in bills),
        "carbon": burden.carbon_eur(case),
    }
    for key, part_eur in parts.items():
        found.number(f"totals.cost_parts.{key}", stated["cost_parts"][key], part_eur)
    found.number("totals.cost_eur", stated["cost_eur"], math.fsum(parts.values()))
    hours = math.fsum(trip.delivered - trip.shipment.ready for trip in trips) / 60
    found.number("totals.hours", stated["hours"], hours)
    found.number("totals.tkm", stated["tkm"], math.fsum(leg.tkm for leg in legs))
    found.same("totals.served", stated["served"], len(trips))
    found.same("totals.unserved", stated["unserved"], reading.unserved)


def check_limits(trips: Sequence[Trip], bills: Sequence[Bill], case: Case, found: Findings) -> None:
    """Hold the plan's real totals to the limits of the case."""
    limits = case.limits
    kg = burden_sum(bill.burden for bill in bills).counted(case.co2e_scope)
    cost = math.fsum(bill.cost_eur for bill in bills)
    for key, value, limit in (
        ("cost_eur", cost, limits.cost_eur),
        ("co2e_kg", kg, limits.co2e_kg),
    ):
        if limit is not None and found.exceeds(value, limit):
            found.add(f"totals.{key}", f"{value:.10g} is over the case's limit of {limit:.10g}")
    _check_shares(trips, case, found)
    _check_days(trips, case, found)


def _check_shares(trips: Sequence[Trip], case: Case, found: Findings) -> None:
    tkm: dict[str, float] = defaultdict(float)
    for trip in trips:
        for hop in trip.hops:
            tkm[hop.service.mode] += trip.shipment.size.tonnes * hop.service.distance_km
    whole = math.fsum(tkm.values())
    for mode, share in case.limits.min_share.items():
        if found.exceeds(share * whole, tkm[mode]):
            got = tkm[mode] / whole
            found.add("totals.tkm", f"{mode} has {got:.10g}, under min_share {share:.10g}")


def _check_days(trips: Sequence[Trip], case: Case, found: Findings) -> None:
    teu: dict[tuple[str, date], float] = defaultdict(float)
    for trip in trips:
        for stop in trip.stops:
            day = local_day(stop.start, stop.terminal.timezone)
            teu[stop.terminal.id, day] += trip.shipment.size.teu
    for (id_, day), handled in sorted(teu.items()):
        limit = case.network.terminals[id_].max_teu_per_day
        if limit is not None and handled > limit * (1 + BILLIONTH):
            message = f"{named(id_)} handles {handled:.10g} TEU on {day}"
            found.add("shipments", f"{message}, over max_teu_per_day {limit:.10g}")


def check_proof(plan: Mapping[str, Any], case: Case, found: Findings) -> None:
    """Check status, bounds and gaps against each other and against the totals."""
    status, stated = plan["status"], plan["objective"]
    found.same("objective", stated, [*case.objective])
    _check_service(plan, case, found)
    bounds = plan["bounds"]
    names = [bound["objective"] for bound in bounds]
    if names != stated[: len(names)]:
        found.add("bounds", f"want them in the order of the objective, {stated}, got {names}")
    elif status == "optimal" and len(names) < len(stated):
        found.add("bounds", f"optimal without a bound on {stated[len(names)]}")
    for index, bound in enumerate(bounds):
        _check_bound(plan, f"bounds[{index}]", bound, found)


def _check_service(plan: Mapping[str, Any], case: Case, found: Findings) -> None:
    """Check that the plan serves what its status says."""
    served = [row for row in plan["shipments"] if row["status"] == "served"]
    if plan["status"] in {"infeasible", "unknown"}:
        if served:
            found.add("status", f"{plan['status']}, yet {len(served)} shipments are served")
        return
    if case.serve == "all":
        for row in plan["shipments"]:
            if row["status"] != "served":
                where = f"shipments[{named(row['id'])}].status"
                found.add(where, f"unserved in a plan that is {plan['status']} and serves all")


def _check_bound(
    plan: Mapping[str, Any], where: str, row: Mapping[str, Any], found: Findings
) -> None:
    total = plan["totals"][_TOTAL_OF[row["objective"]]]
    value, bound = row.get("value", total), row["bound"]
    found.number(f"{where}.value", value, total)
    if found.exceeds(bound, total):
        found.add(f"{where}.bound", f"{bound:.10g} is above what the plan reaches, {total:.10g}")
    gap = _gap(value, bound)
    if gap is None:
        found.add(
            f"{where}.gap", f"no gap from the value 0 to the bound {bound:.10g} can be stated"
        )
        return
    found.number(f"{where}.gap", row["gap"], gap)
    claims = (row["gap"], gap, _gap(total, bound) or 0.0)
    if plan["status"] == "optimal" and max(claims) > PROVEN_GAP + _ROUNDING:
        found.add(f"{where}.gap", f"a gap of {max(claims):.10g} in a plan that is called optimal")


def _gap(value: float, bound: float) -> float | None:
    """Gap as a fraction of the value; None where the value is 0 and the bound isn't."""
    if value == 0:
        return 0.0 if abs(bound) <= _NOTHING else None
    return abs(value - bound) / abs(value)
