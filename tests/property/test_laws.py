"""Laws that plans obey whatever the case: checked without knowing the best plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routeopt.case.model import Case, Limits
from routeopt.emissions import Toc
from routeopt.freight import DAY_MIN, Plan, Shipment, Size, Status
from routeopt.network import Network, Opening, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.optimize import solve
from tests import oracle, randomcases

T = TypeVar("T")
EXAMPLES = settings(randomcases.SETTINGS, max_examples=25)
CASES = randomcases.cases(most_plans=3000)
PRICES = (
    "cost_per_unit_eur",
    "cost_per_teu_eur",
    "cost_per_t_eur",
    "cost_per_m3_eur",
    "cost_per_departure_eur",
    "surcharge_per_teu_eur",
)
TARIFFS = (
    "handling_eur_per_teu",
    "handling_eur_per_t",
    "handling_eur_per_m3",
    "storage_eur_per_teu_day",
    "storage_eur_per_m3_day",
)


def rank(case: Case, plan: Plan) -> tuple[float, float]:
    """What counts first: TEU left behind, then the first objective; infinite without a plan."""
    if plan.status is Status.INFEASIBLE:
        return float("inf"), float("inf")
    assert plan.status is Status.OPTIMAL
    left = sum(case.members[s.id].size.teu for s in plan.shipments if not s.served)
    totals = {
        "co2e": plan.totals.co2e_kg,
        "cost": plan.totals.cost_eur,
        "time": plan.totals.hours,
    }
    return left, totals[case.objective[0]]


def no_worse(case: Case, better: Plan, worse: Plan) -> bool:
    """Whether the first plan is at least as good, but for the tolerance of the objectives."""
    (left, value), (left_worse, value_worse) = rank(case, better), rank(case, worse)
    if left != pytest.approx(left_worse):
        return left < left_worse
    return value <= value_worse + 2e-6 * abs(value_worse) + 1e-9 or value_worse == float("inf")


def chosen(plan: Plan) -> dict[str, list[tuple[str, int]]]:
    return {s.id: [(leg.service, leg.depart) for leg in s.legs] for s in plan.shipments}


@EXAMPLES
@given(
    st.sampled_from([(1.0, 16.0), (3.0, 7.0), (2.0, 0.5)]),
    st.sampled_from(["sfd", "gcd", "actual"]),
    st.sampled_from([0.0, 90.0]),
    st.sampled_from(["any", "daily 12:00"]),
)
def test_half_the_tonnes_half_the_co2e_of_a_tkm_leg(
    load: tuple[float, float], basis: str, unwired_km: float, departures: str
) -> None:
    teu, tonnes = load
    toc = Toc(id="t", wtt_g=3, ttw_g=5, activity="tkm", daf=1.2)
    network = Network(
        terminals={
            id_: Terminal(id=id_, name="", country="ES", lat=lat, lon=-3)
            for id_, lat in (("A", 37), ("B", 40))
        },
        services={
            "s": Service(
                id="s",
                mode="rail",
                origin="A",
                destination="B",
                timetable=Timetable.parse(departures),
                distance_km=400,
                hours=8,
                unit_teu=1.0,
                unwired_km={"ES": unwired_km},
                toc="t",
            )
        },
        tocs={"t": replace(toc, distance_basis=basis)},  # type: ignore[arg-type]
        hocs={},
    )
    start = to_minute(date(2026, 3, 2), 0, "UTC")

    def kg(amount: float) -> float:
        row = Shipment(
            id="S",
            origin="A",
            destination="B",
            size=Size(teu, amount, 33),
            ready=start,
            due=start + 3 * DAY_MIN,
        )
        case = Case(
            path=Path("x"), name="x", start=start, days=2, shipments=(row,), network=network
        )
        return solve(case).totals.co2e_kg

    assert kg(tonnes) > 0
    assert kg(tonnes / 2) == pytest.approx(kg(tonnes) / 2, rel=1e-12)


@EXAMPLES
@given(CASES, st.integers(0, 5))
def test_a_looser_limit_never_worsens_the_objective(case: Case, which: int) -> None:
    limits, rows = case.limits, case.shipments
    looser = (
        replace(case, limits=replace(limits, cost_eur=(limits.cost_eur or 1e7) * 1.1)),
        replace(case, limits=replace(limits, co2e_kg=(limits.co2e_kg or 1e7) * 1.1)),
        replace(
            case,
            limits=replace(
                limits, min_share={mode: share / 2 for mode, share in limits.min_share.items()}
            ),
        ),
        replace(case, limits=Limits()),
        replace(case, shipments=tuple(replace(row, due=row.due + DAY_MIN) for row in rows)),
        replace(
            case,
            shipments=tuple(
                replace(row, max_cost_eur=None, max_co2e_kg=None, max_hours=None) for row in rows
            ),
        ),
    )[which]
    assert no_worse(case, solve(looser), solve(case))


@EXAMPLES
@given(CASES, st.data())
def test_one_more_service_never_worsens_the_objective(case: Case, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(case.network.services)))
    rest = {id_: s for id_, s in case.network.services.items() if id_ != gone}
    less = replace(case, network=replace(case.network, services=rest))
    assert no_worse(case, solve(case), solve(less))


@EXAMPLES
@given(CASES, st.data())
def test_the_order_of_rows_changes_nothing(case: Case, data: st.DataObject) -> None:
    def shuffled(items: Sequence[T]) -> list[T]:
        return data.draw(st.permutations(items))

    network = case.network
    mixed = replace(
        case,
        shipments=tuple(shuffled(case.shipments)),
        network=replace(
            network,
            terminals=dict(shuffled(list(network.terminals.items()))),
            services=dict(shuffled(list(network.services.items()))),
            duties=tuple(shuffled(network.duties)),
        ),
    )
    plan, again = solve(case), solve(mixed)
    assert again.status is plan.status
    assert chosen(again) == chosen(plan)
    assert again.totals.cost_eur == pytest.approx(plan.totals.cost_eur, rel=1e-12)


@EXAMPLES
@given(CASES)
def test_the_same_case_eight_hours_to_the_east(case: Case) -> None:
    """All places on UTC, then all at UTC+8 with every clock time the same."""

    def all_in(zone: str, shift_min: int) -> Case:
        def opening(terminal: Terminal) -> Opening | None:
            hours = terminal.open
            return None if hours is None else Opening(windows=hours.windows, zone_name=zone)

        network = case.network
        return replace(
            case,
            start=case.start + shift_min,
            shipments=tuple(
                replace(row, ready=row.ready + shift_min, due=row.due + shift_min)
                for row in case.shipments
            ),
            network=replace(
                network,
                terminals={
                    id_: replace(t, timezone=zone, open=opening(t))
                    for id_, t in network.terminals.items()
                },
            ),
        )

    stamps = [text for s in case.network.services.values() for text in s.timetable.stamps]
    assume(not any(text.endswith("Z") for text in stamps))  # these stay where they are
    here, there = solve(all_in("UTC", 0)), solve(all_in("Asia/Shanghai", -480))
    assert there.status is here.status
    assert chosen(there) == {
        id_: [(service, depart - 480) for service, depart in way]
        for id_, way in chosen(here).items()
    }
    assert replace(there.totals, cost_eur=0) == replace(here.totals, cost_eur=0)
    assert there.totals.cost_eur == pytest.approx(here.totals.cost_eur, rel=1e-12)


@EXAMPLES
@given(CASES)
def test_twice_the_prices_twice_the_cost_and_the_same_plan(case: Case) -> None:
    rules = case.regulations
    if rules is not None and not rules.fueleu_pool_eur_per_t:  # a penalty has no price to double
        rules = replace(rules, fueleu=False)
    case = replace(case, regulations=rules)
    network, limits = case.network, case.limits
    doubled = replace(
        case,
        carbon_price_eur_per_t=2 * case.carbon_price_eur_per_t,
        regulations=None
        if rules is None
        else replace(
            rules,
            eu_ets_eur_per_t=2 * rules.eu_ets_eur_per_t,
            fueleu_pool_eur_per_t=2 * rules.fueleu_pool_eur_per_t,
            ets2_eur_per_t=2 * rules.ets2_eur_per_t,
        ),
        limits=replace(limits, cost_eur=_twice(limits.cost_eur)),
        shipments=tuple(
            replace(row, max_cost_eur=_twice(row.max_cost_eur), value_eur=_twice(row.value_eur))
            for row in case.shipments
        ),
        network=replace(
            network,
            terminals={
                id_: replace(t, **{name: 2 * getattr(t, name) for name in TARIFFS})
                for id_, t in network.terminals.items()
            },
            services={
                id_: replace(s, **{name: 2 * getattr(s, name) for name in PRICES})
                for id_, s in network.services.items()
            },
        ),
    )
    plan, dear = solve(case), solve(doubled)
    assert dear.status is plan.status
    assert chosen(dear) == chosen(plan)
    assert dear.totals.cost_eur == pytest.approx(2 * plan.totals.cost_eur, rel=1e-12)
    assert dear.totals.co2e_kg == pytest.approx(plan.totals.co2e_kg, rel=1e-12)


def _twice(limit: float | None) -> float | None:
    return None if limit is None else 2 * limit


@EXAMPLES
@given(CASES)
def test_a_count_is_so_many_equal_rows(case: Case) -> None:
    rows = tuple(
        replace(row, id=member.replace("/", "-"), count=None)
        for row in case.shipments
        for member in row.members
    )
    apart = replace(case, shipments=rows)
    plan, one_by_one = solve(case), solve(apart)
    assert one_by_one.status is plan.status
    assert {id_.replace("/", "-"): way for id_, way in chosen(plan).items()} == chosen(one_by_one)
    assert one_by_one.totals.cost_eur == pytest.approx(plan.totals.cost_eur, rel=1e-12)


@EXAMPLES
@given(CASES)
def test_shares_add_up_and_nobody_pays_more_than_alone(case: Case) -> None:
    free = replace(case, carbon_price_eur_per_t=0.0, regulations=None)
    plan = solve(free)
    for s in plan.shipments:
        assert s.cost_eur <= s.cost_alone_eur * (1 + 1e-9) + 1e-9
        if s.served:
            key = tuple(chosen(plan)[s.id])
            ways = oracle.itineraries(free, free.members[s.id])
            (alone,) = (way.cost_eur for way in ways if way.key == key)
            assert s.cost_alone_eur == pytest.approx(alone)
    for name, total in (
        ("cost_eur", plan.totals.cost_eur),
        ("co2e_kg", plan.totals.co2e_kg),
        ("hours", plan.totals.hours),
    ):
        assert sum(getattr(s, name) for s in plan.shipments) == pytest.approx(total, abs=1e-9)
