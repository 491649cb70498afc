"""The plan of `solve` equals that of brute force: status, objectives, and how ties are broken."""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given, seed, settings

from routeopt.case.model import Case
from routeopt.freight import Plan, Status
from routeopt.optimize import solve
from tests import oracle, randomcases

SEEDS = (21, 22, 23, 24)
"""Several beginnings: hypothesis varies what it has, so one beginning sees less."""
EXAMPLES = settings(randomcases.SETTINGS, max_examples=100, derandomize=False)


def chosen(plan: Plan) -> dict[str, list[tuple[str, int]]]:
    """(service, depart) of each leg by shipment; a shipment left out has none."""
    return {s.id: [(leg.service, leg.depart) for leg in s.legs] for s in plan.shipments}


@pytest.mark.parametrize("start", SEEDS)
def test_plan_equals_brute_force(start: int) -> None:
    seed(start)(EXAMPLES(given(randomcases.cases())(check)))()


def check(case: Case) -> None:
    """One case: the plan is the one that brute force finds."""
    best = oracle.best_plan(case)
    assume(best.clear)
    plan = solve(case)
    event(f"{plan.status}, {'shared' if shares(plan) else 'not shared'}")
    if not best.feasible:
        assert plan.status is Status.INFEASIBLE
        return
    assert plan.status is Status.OPTIMAL
    have = {
        "co2e": plan.totals.co2e_kg,
        "cost": plan.totals.cost_eur,
        "time": plan.totals.hours,
    }
    for name, value in zip(case.objective, best.values, strict=True):
        assert have[name] == pytest.approx(value, rel=1e-6, abs=1e-9), name
    assert [bound.objective for bound in plan.bounds if bound.objective in have] == list(
        case.objective
    )
    assert all(bound.gap <= 1e-6 for bound in plan.bounds)
    assert chosen(plan) == {id_: list(way) for id_, way in best.choice.items()}
    assert {s.id for s in plan.shipments if s.served} == {
        id_ for id_, way in best.choice.items() if way
    }
    assert plan.totals.served == best.served
    assert plan.totals.unserved == len(case.members) - best.served
    assert (plan.totals.co2e_kg, plan.totals.cost_eur, plan.totals.hours) == pytest.approx(
        (best.co2e_kg, best.cost_eur, best.hours), rel=1e-9, abs=1e-9
    )


def shares(plan: Plan) -> bool:
    """Whether two shipments ride on one timetabled departure."""
    riders = [(leg.service, leg.depart) for s in plan.shipments for leg in s.legs]
    return any(riders.count((d.service, d.depart)) > 1 for d in plan.departures)


def emitters(case: Case, best: oracle.Best) -> set[str]:
    """What the best plan uses: categories by energy, reefer plugs, ships and trucks that pay."""
    found = set()
    network = case.network
    for id_, way in best.choice.items():
        row = case.members[id_]
        services = [network.services[name] for name, _ in way]
        rates = oracle.Rates(case, row.cargo)
        for service, covered in zip(services, oracle.coverages(case, services), strict=True):
            if any(toc.by_energy for toc, _, _ in oracle.stretches(case, service, row.cargo)):
                found.add("energy")
            if any(rates.eur(service, covered).values()):
                found.add({"sea": "ships", "road": "trucks"}[service.mode])
            hoc = oracle.hoc_for(case, network.terminals[service.origin], row.cargo)
            if hoc is not None and hoc.plug_kw_per_teu:
                found.add("plugs")
    return found


def test_brute_force_sees_what_matters() -> None:
    """Enough of the cases are feasible, share departures, meet limits, and price carbon."""
    names = ("feasible", "shared", "by two legs", "limited", "left out")
    seen = dict.fromkeys((*names, "energy", "plugs", "ships", "trucks"), 0)

    @seed(SEEDS[0])
    @settings(EXAMPLES, max_examples=150)
    @given(randomcases.cases())
    def look(case: Case) -> None:
        best = oracle.best_plan(case)
        rides = [pair for way in best.choice.values() for pair in way]
        timetabled = [
            pair for pair in rides if not case.network.services[pair[0]].timetable.on_demand
        ]
        seen["feasible"] += best.feasible
        seen["shared"] += len(set(timetabled)) < len(timetabled)
        seen["by two legs"] += any(len(way) > 1 for way in best.choice.values())
        seen["limited"] += best.plans > 0 and not best.feasible
        seen["left out"] += best.feasible and best.served < len(case.members)
        for name in emitters(case, best):
            seen[name] += 1

    look()
    assert seen["feasible"] >= 60
    assert all(seen[name] >= 5 for name in names), seen
    assert all(count >= 3 for count in seen.values()), seen
