"""The front of a toy case by hand: which caps, which plans, and how a search ends early."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routeopt import audit as audit_module
from routeopt import optimize
from routeopt.audit import Finding
from routeopt.case import Case
from routeopt.case.model import Limits
from routeopt.emissions import Toc
from routeopt.errors import InputError, RouteoptError
from routeopt.freight import Plan, Shipment, Size, Status, minute_of
from routeopt.frontier import Effort, Frontier, frontier_of, search
from routeopt.network import Network, Service, Terminal, Timetable

READY = minute_of("2026-03-02T08:00:00+00:00")


def service(id_: str, g_per_tkm: float, eur: float) -> tuple[Service, Toc]:
    """100 km for boxes of 10 t, each a unit: g_per_tkm kg and eur EUR a box."""
    lane = Service(
        id=id_,
        mode={"train": "rail", "truck": "road", "barge": "barge"}[id_],
        origin="A",
        destination="B",
        timetable=Timetable.parse("any"),
        distance_km=100.0,
        hours=10.0,
        cost_per_unit_eur=eur,
        toc=id_,
    )
    return lane, Toc(id=id_, wtt_g=g_per_tkm, ttw_g=0.0, activity="tkm", source="made up")


@pytest.fixture
def case() -> Case:
    """Three boxes; each emits 10 kg for 300 EUR by train, 30 kg for 100 EUR by truck."""
    lanes = [service("train", 10, 300), service("truck", 30, 100)]
    return Case(
        path=Path("toy.yaml"),
        name="Toy",
        start=READY - 480,
        days=5,
        shipments=(
            Shipment(
                id="BOX",
                origin="A",
                destination="B",
                size=Size(1.0, 10.0, 33.0),
                ready=READY,
                due=READY + 3 * 1440,
                count=3,
            ),
        ),
        network=Network(
            terminals={
                id_: Terminal(id=id_, name=id_, country="ES", lat=40, lon=-3) for id_ in "AB"
            },
            services={lane.id: lane for lane, _ in lanes},
            tocs={toc.id: toc for _, toc in lanes},
            hocs={},
        ),
    )


def rows(found: Frontier) -> list[tuple[float, float, float]]:
    """Cap, kg and EUR of each point, to a millionth: none of the numbers here is finer."""
    return [(round(p.cap_kg, 6), round(p.co2e_kg, 6), round(p.cost_eur, 6)) for p in found.points]


def test_caps_that_land_on_plans_admit_them(case: Case) -> None:
    # n boxes by truck: 30 + 20 n kg, 900 - 200 n EUR. Four caps: 30, 50, 70, 90 kg.
    # Each box that leaves the train saves 200 EUR and emits 0.02 t more: 10,000 EUR/t.
    found = frontier_of(case, points=4)
    assert rows(found) == ([(30, 30, 900), (50, 50, 700), (70, 70, 500), (90, 90, 300)])
    assert [p.eur_per_t for p in found.points] == pytest.approx([10_000, 10_000, 10_000, None])
    assert [p.status for p in found.points] == [Status.OPTIMAL] * 4
    assert not any(p.knee or p.repeats for p in found.points)
    assert [p.share["road"] for p in found.points] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert (found.caps, found.least_kg, found.least_eur) == pytest.approx((4, 30, 300))


def test_a_cap_between_plans_leads_to_the_cleaner_one(case: Case) -> None:
    # Caps at 30, 60, 90: up to 60 kg one truck is the most.
    assert rows(frontier_of(case, points=3)) == ([(30, 30, 900), (60, 50, 700), (90, 90, 300)])


@pytest.mark.parametrize("points", [5, 6, 7, 13, 31])
def test_no_cap_is_lost_to_rounding(case: Case, points: int) -> None:
    for cap_kg, kg, eur in rows(frontier_of(case, points=points)):
        trucks = int((cap_kg - 30 + 1e-6) / 20)
        assert (kg, eur) == pytest.approx((30 + 20 * trucks, 900 - 200 * trucks))


def test_two_points_are_the_ends(case: Case) -> None:
    found = frontier_of(case, points=2)
    assert rows(found) == ([(30, 30, 900), (90, 90, 300)])
    with pytest.raises(ValueError, match="points >= 2"):
        frontier_of(case, points=1)


def test_the_cases_own_limits_hold(case: Case) -> None:
    # Up to 75 kg: two trucks at most, 70 kg for 500 EUR; up to 750 EUR: at least one, 50 kg.
    case = replace(case, limits=Limits(co2e_kg=75.0, cost_eur=750.0))
    assert rows(frontier_of(case, points=3)) == ([(50, 50, 700), (60, 50, 700), (70, 70, 500)])


def test_one_plan_is_one_point(case: Case) -> None:
    only = replace(case.network, services={"train": case.network.services["train"]})
    found = frontier_of(replace(case, network=only))
    assert rows(found) == ([(30, 30, 900)])
    assert found.both_ends
    assert (found.points[0].status, found.points[0].eur_per_t) == (Status.OPTIMAL, None)


def test_infeasible_has_the_reasons(case: Case) -> None:
    found = frontier_of(replace(case, limits=Limits(cost_eur=200.0)))
    assert found.points == ()
    assert found.failure is not None
    assert found.failure.status is Status.INFEASIBLE
    assert "200 EUR" in str(found.failure.shipments[0].reason)


Solve = Callable[..., Plan]


def script(monkeypatch: pytest.MonkeyPatch, change: Callable[[int, Plan], Plan]) -> None:
    """Let the optimizer's plans be changed by the number of the call."""
    real, calls = optimize.solve, itertools.count(1)

    def solve(*args: Any, **rest: Any) -> Plan:  # noqa: ANN401  as the real one
        return change(next(calls), real(*args, **rest))

    monkeypatch.setattr(optimize, "solve", solve)


def late(plan: Plan) -> Plan:
    """What a search returns that ends without a plan."""
    bare = tuple(
        replace(s, served=False, delivered=None, legs=(), transfers=(), reason="no time")
        for s in plan.shipments
    )
    return replace(plan, status=Status.UNKNOWN, shipments=bare, bounds=(), departures=())


@pytest.mark.parametrize(("stop", "kept"), [(4, [30, 90, 50]), (2, [30]), (1, [])])
def test_ctrl_c_keeps_the_points_that_are_done(
    case: Case, monkeypatch: pytest.MonkeyPatch, stop: int, kept: list[float]
) -> None:
    script(monkeypatch, lambda call, plan: replace(plan, interrupted=call == stop))
    found = frontier_of(case, points=4)
    assert found.interrupted
    assert sorted(p.cap_kg for p in found.points) == pytest.approx(sorted(kept))
    assert found.both_ends is (stop > 2)
    assert found.failure is None


def test_a_point_that_comes_too_late_has_the_plan_of_a_tighter_cap(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The third plan sought is that for 50 kg: no plan, so that of 30 kg stands there, and no
    # plan costs less than the 500 EUR proven up to 70 kg.
    monkeypatch.setattr(audit_module, "audit", lambda *_: ())
    script(monkeypatch, lambda call, plan: late(plan) if call == 3 else plan)
    found = frontier_of(case, points=4)
    assert rows(found)[1] == (50, 30, 900)
    second = found.points[1]
    assert (second.status, second.repeats) == (Status.FEASIBLE, True)
    assert second.bound_eur == pytest.approx(500)


def test_an_end_without_a_plan_is_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "audit", lambda *_: ())
    script(monkeypatch, lambda call, plan: late(plan) if call == 1 else plan)
    found = frontier_of(case, points=4)
    assert (found.missing, found.both_ends, found.failure) == (("cleanest",), False, None)
    assert rows(found) == ([(90, 90, 300)])


def test_an_infeasible_cap_between_plans_is_a_bug(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "audit", lambda *_: ())
    script(
        monkeypatch,
        lambda call, plan: replace(late(plan), status=Status.INFEASIBLE) if call == 3 else plan,
    )
    with pytest.raises(AssertionError, match="yet none up to 50"):
        frontier_of(case, points=4)


def test_a_plan_that_fails_the_audit_is_never_shown(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding(where="totals.cost_eur", message="wrong number", stated=1, recomputed=2)
    monkeypatch.setattr(audit_module, "audit", lambda *_: (finding,))
    with pytest.raises(RouteoptError, match=r"(?s)does not stand the audit.*totals\.cost_eur"):
        frontier_of(case)


def test_news_of_each_plan(case: Case) -> None:
    news: list[tuple[int, int]] = []
    frontier_of(case, points=4, on_answer=lambda done, total: news.append((done, total)))
    assert news == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_processes_refuse_files_that_changed_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        """\
case: 1
name: Tiny
network: none
start: 2026-03-02
days: 3
tables:
  terminals: terminals.csv
  services: services.csv
  toc: toc.csv
shipments:
  - {id: X, origin: A, destination: B, teu: 1, ready: 2026-03-02T08:00, due: 2026-03-04T08:00}
""",
        encoding="utf-8",
    )
    tables = {
        "terminals": "id,name,country,lat,lon\nA,A,ES,40,-3\nB,B,ES,41,-3\n",
        "services": "id,mode,from,to,departures,distance_km,hours,toc\nT,rail,A,B,any,9,1,rail\n",
        "toc": "id,mode,unit,wtt,ttw,source\nrail,rail,g/tkm,1,1,made up\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    task = search._Task(
        run="elsewhere",
        path=tmp_path,
        scenario=None,
        inputs={"case.yaml": "0"},
        objective=("cost", "co2e"),
        cap_kg=None,
        effort=Effort(),
    )
    with pytest.raises(InputError, match="changed meanwhile"):
        search._case_of(task)
