"""Why a shipment or a plan fails, in words, with the nearest thing that would do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routeopt.audit import audit
from routeopt.case.model import Avoid, Case, Limits
from routeopt.emissions import Toc
from routeopt.freight import Shipment, Size, Status, minute_of
from routeopt.network import Network, Service, Terminal
from routeopt.network.calendar import Timetable
from routeopt.optimize import alternatives, solve
from routeopt.planfile import plan_dict
from routeopt.reasons import explain, survey

MONDAY = minute_of("2026-03-02T00:00:00+00:00")
HOUR = 60


def terminal(id_: str) -> Terminal:
    return Terminal(id=id_, name=id_.title(), country="ES", lat=40, lon=-3)


def service(id_: str, departures: str, **more: object) -> Service:
    fields: dict[str, Any] = {
        "mode": "rail", "origin": "PORT", "destination": "CITY", "distance_km": 100.0,
        "hours": 10.0, "cost_per_teu_eur": 100.0, "toc": "rail", **more,
    }  # fmt: skip
    return Service(id=id_, timetable=Timetable.parse(departures), **fields)


def shipment(id_: str = "box", **more: object) -> Shipment:
    fields: dict[str, Any] = {
        "origin": "PORT", "destination": "CITY", "size": Size(2.0, 20.0, 66.0),
        "ready": MONDAY, "due": MONDAY + 24 * HOUR, **more,
    }  # fmt: skip
    return Shipment(id=id_, **fields)


def case(*shipments: Shipment, services: tuple[Service, ...] | None = None, **more: object) -> Case:
    train = service("train", "daily 06:00")
    truck = service("truck", "any", mode="road", hours=4.0, cost_per_teu_eur=300.0, toc="road")
    network = Network(
        terminals={t.id: t for t in (terminal("PORT"), terminal("CITY"), terminal("MOOR"))},
        services={s.id: s for s in ((train, truck) if services is None else services)},
        tocs={
            "rail": Toc(id="rail", wtt_g=10, ttw_g=0, activity="tkm", source="x"),
            "road": Toc(id="road", wtt_g=0, ttw_g=100, activity="tkm", source="x"),
        },
        hocs={},
    )
    fields: dict[str, Any] = {"start": MONDAY, "days": 7, **more}
    return Case(path=Path("case.yaml"), name="x", shipments=shipments, network=network, **fields)


TRAIN = service("train", "daily 06:00")


@pytest.mark.parametrize(
    ("row", "more", "expected"),
    [
        # train 06:00 + 10 h = 16:00, due 10:00: 6 h late, 2 TEU x 100 EUR
        (
            shipment(due=MONDAY + 10 * HOUR),
            {"services": (TRAIN,)},
            (
                "arrives Mon 2 Mar 16:00 at the earliest, 6 h after due; "
                "with due +6 h it is served for 200 EUR"
            ),
        ),
        (
            shipment(max_hours=12.0),
            {"services": (TRAIN,)},
            (
                "arrives Mon 2 Mar 16:00 at the earliest, 16 h after ready, "
                "4 h over its `max_hours` "
                "of 12; with 16 h it is served for 200 EUR"
            ),
        ),
        (
            shipment(max_cost_eur=150.0),
            {},
            "costs at least 200 EUR in time, 50 EUR over its `max_cost_eur` of 150",
        ),
        # 20 t x 100 km x 10 g = 20 kg
        (
            shipment(max_co2e_kg=15.0),
            {},
            "emits at least 20 kg in time, 5 kg over its `max_co2e_kg` of 15",
        ),
        (
            shipment(destination="MOOR"),
            {},
            "no services lead from Port to Moor",
        ),
        (
            shipment(),
            {"services": (replace(TRAIN, unit_teu=1.0, max_units=1),)},
            (
                "too big for any unit on the way from Port to City: 2 TEU, 20 t; "
                "split into 2 it is served"
            ),
        ),
        (
            shipment(),
            {"avoid": Avoid(modes=("rail", "road"))},
            "no way from Port to City is left by `avoid`; without it there is one",
        ),
        (
            shipment(avoid_modes=("rail", "road")),
            {},
            "no way from Port to City without rail or road (`avoid_modes`); with it there is one",
        ),
        (
            shipment(),
            {"avoid": Avoid(terminals=("CITY",))},
            "its destination City is avoided (`avoid` of the case)",
        ),
        (
            shipment(due=MONDAY + 20 * 24 * HOUR),
            {"services": (service("late", "2026-03-12T06:00"),)},
            (
                "no departures within the 7 days of the horizon bring it there; "
                "with a longer horizon "
                "(`days`) it arrives Thu 12 Mar 16:00"
            ),
        ),
    ],
)  # fmt: skip
def test_reason_of_one_shipment(row: Shipment, more: dict[str, Any], expected: str) -> None:
    asked = case(row, **more)
    assert explain(asked, "box") == expected
    assert survey(asked).unservable == {"box": expected}
    plan = solve(asked)
    assert plan.status is Status.INFEASIBLE
    assert plan.shipments[0].reason == expected
    assert audit(plan_dict(plan), asked) == ()


def test_no_reason_where_there_is_a_way() -> None:
    asked = case(shipment())
    assert explain(asked, "box") == ""
    assert survey(asked).unservable == {}
    assert survey(asked).departures == {"rail": 7}


def test_a_budget_says_how_short_it_is() -> None:
    # two boxes of 2 TEU by train: 2 x 200 = 400 EUR
    asked = case(shipment("a"), shipment("b"), limits=Limits(cost_eur=310.0))
    text = "the budget of 310 EUR is 90 EUR short of the cheapest plan (400 EUR)"
    assert [s.reason for s in solve(asked).shipments] == [text, text]


def test_a_co2e_limit_says_how_far_it_is() -> None:
    asked = case(shipment("a"), shipment("b"), limits=Limits(co2e_kg=30.0))
    text = "the limit of 30 kg CO2e is 10 kg below the cleanest plan (40 kg)"
    assert {s.reason for s in solve(asked).shipments} == {text}


def test_two_limits_each_say_what_the_other_leaves() -> None:
    # by train 400 EUR and 40 kg; both limits are below: neither alone would do
    asked = case(shipment("a"), shipment("b"), limits=Limits(cost_eur=310.0, co2e_kg=30.0))
    text = "the plan's limits can't be met together, and no single one of them is to blame"
    assert {s.reason for s in solve(asked).shipments} == {text}


def test_a_share_that_no_plan_has() -> None:
    # one box by train is wanted to be all road: it avoids road
    asked = case(shipment(avoid_modes=("road",)), limits=Limits(min_share={"road": 0.5}))
    reason = solve(asked).shipments[0].reason
    assert reason == "at least 50 % of tonne-km by road is more than any plan can have (about 0 %)"


def test_full_trains_name_the_next_that_would_do() -> None:
    # one train a day takes one box; both are due on Monday, the second one comes Tuesday 16:00
    train = replace(TRAIN, unit_teu=1.0, max_units=2)
    asked = case(shipment("a"), shipment("b"), services=(train,))
    reasons = {s.id: s.reason or "" for s in solve(asked).shipments}
    assert any("with due +16 h it arrives Tue 3 Mar 16:00, 16 h after due" in r
               for r in reasons.values())  # fmt: skip
    assert all("full" in r or "no room" in r for r in reasons.values())


def test_serve_most_gives_each_a_reason() -> None:
    train = replace(TRAIN, unit_teu=1.0, max_units=2)
    asked = case(
        shipment("a"),
        shipment("b"),
        shipment("c", due=MONDAY + 10 * HOUR),
        services=(train,),
        serve="most",
    )
    plan = solve(asked)
    assert plan.status is Status.OPTIMAL
    left = {s.id: s.reason for s in plan.shipments if not s.served}
    assert len(left) == 2
    assert "6 h after due" in (left["c"] or "")
    assert all(left.values())
    assert audit(plan_dict(plan), asked) == ()


def test_alternatives_answer_other_questions() -> None:
    asked = case(shipment())
    plan = solve(asked)
    found = {other.name: other.plan for other in alternatives(asked, plan)}
    assert list(found) == ["all road", "cheapest", "fastest"]
    by_truck = found["all road"]
    assert by_truck is not None
    # 2 TEU x 300 EUR; 20 t x 100 km x 100 g = 200 kg
    assert (by_truck.totals.cost_eur, by_truck.totals.co2e_kg) == (600.0, 200.0)


def test_an_alternative_that_does_not_exist_says_why() -> None:
    asked = case(shipment(avoid_modes=("road",)))
    by_truck = alternatives(asked, solve(asked))[0]
    assert by_truck.plan is None
    assert by_truck.reason
