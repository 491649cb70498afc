"""What points say about each other: order, better plans, bounds, EUR per tonne, the knee."""

from __future__ import annotations

import pytest

from routeopt.freight import Plan, Status, Totals
from routeopt.frontier.points import CapPoint, points_of

Row = tuple[float, float]


def point(
    cap_kg: float,
    kg: float,
    eur: float,
    *,
    bound_eur: float | None = None,
    proven: bool = True,
    teu: float = 10.0,
) -> CapPoint:
    plan = Plan(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        objective=("cost", "co2e"),
        totals=Totals(co2e_kg=kg, cost_eur=eur),
        bounds=(),
        shipments=(),
        departures=(),
    )
    bound = eur if bound_eur is None else bound_eur
    return CapPoint(cap_kg=cap_kg, plan=plan, served_teu=teu, bound_eur=bound)


def numbers(points: tuple[CapPoint, ...]) -> list[tuple[float, float, float]]:
    return [(p.cap_kg, p.co2e_kg, p.cost_eur) for p in points]


def test_eur_per_tonne_is_that_to_the_next_cheaper_plan() -> None:
    # 100 -> 150 kg: 500 - 400 = 100 EUR for 0.05 t = 2000 EUR/t; the cap of 175 kg leads to the
    # plan of 150 kg once more; 150 -> 250 kg: 400 - 350 = 50 EUR for 0.1 t = 500 EUR/t.
    found = points_of(
        [point(250, 250, 350), point(175, 150, 400), point(150, 150, 400), point(100, 100, 500)]
    )
    assert numbers(found) == [(100, 100, 500), (150, 150, 400), (175, 150, 400), (250, 250, 350)]
    assert [p.eur_per_t for p in found] == pytest.approx([2000, 500, 500, None])
    assert [p.repeats for p in found] == [False, False, True, False]
    assert {p.status for p in found} == {Status.OPTIMAL}


def test_the_knee_is_farthest_below_the_line() -> None:
    # From (0, 1) to (1, 0): (0.25, 0.5) lies 1 - 0.75 = 0.25 below, (0.5, 0.2) 0.3 below.
    found = points_of(
        [point(100, 100, 200), point(125, 125, 150), point(150, 150, 120), point(200, 200, 100)]
    )
    assert [p.knee for p in found] == [False, False, True, False]


@pytest.mark.parametrize(
    "rows",
    [
        [(100, 200), (200, 100)],  # only the ends
        [(100, 200), (150, 150), (200, 100)],  # a line
        [(100, 200), (190, 180), (200, 100)],  # above the line: (0.9, 0.8)
    ],
)
def test_no_knee_where_nothing_lies_below_the_line(rows: list[Row]) -> None:
    found = points_of([point(kg, kg, eur) for kg, eur in rows])
    assert not any(p.knee for p in found)


def test_a_plan_keeps_every_looser_cap() -> None:
    # The search at 200 kg was stopped with a plan of 480 EUR; the one of 150 kg costs 400.
    found = points_of(
        [
            point(100, 100, 500),
            point(150, 150, 400),
            point(200, 190, 480, bound_eur=360, proven=False),
            point(250, 250, 350),
        ]
    )
    assert numbers(found)[2] == (200, 150, 400)
    assert found[2].repeats
    assert (found[2].bound_eur, found[2].status) == (360, Status.FEASIBLE)
    assert found[2].gap == pytest.approx(0.1)  # (400 - 360) / 400


def test_a_plan_that_keeps_a_tighter_cap_stands_there_too() -> None:
    found = points_of(
        [
            point(100, 100, 500, bound_eur=300, proven=False),
            point(200, 90, 450, bound_eur=300, proven=False),
            point(300, 300, 350),
        ]
    )
    assert numbers(found) == [(100, 90, 450), (200, 90, 450), (300, 300, 350)]
    assert [p.eur_per_t for p in found] == pytest.approx([100 / 0.21, 100 / 0.21, None])


def test_a_bound_holds_under_every_tighter_cap() -> None:
    # Nothing was proven at 100 kg, but up to 150 kg no plan costs less than 480 EUR.
    found = points_of(
        [
            point(100, 100, 500, bound_eur=0, proven=False),
            point(150, 150, 490, bound_eur=480, proven=False),
            point(200, 200, 400),
        ]
    )
    assert [p.bound_eur for p in found] == [480, 480, 400]
    assert found[0].gap == pytest.approx(0.04)


def test_a_plan_below_a_bound_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="none costs less than 450 EUR"):
        points_of([point(100, 100, 400), point(150, 150, 460, bound_eur=450, proven=False)])


def test_one_plan_at_both_ends_is_one_point() -> None:
    found = points_of([point(100, 100, 500), point(100.00000001, 100.00000001, 500)])
    assert numbers(found) == [(100, 100, 500)]
    assert (found[0].eur_per_t, found[0].knee) == (None, False)


def test_serving_more_comes_before_cost() -> None:
    # At 150 kg a stopped search left 2 TEU behind; the plan of 100 kg serves all 10.
    found = points_of(
        [
            point(100, 100, 500),
            point(150, 140, 300, bound_eur=280, proven=False, teu=8.0),
            point(200, 200, 450),
        ]
    )
    assert numbers(found)[1] == (150, 100, 500)
    assert [p.bound_eur for p in found] == [500, 450, 450]


def test_a_plan_that_serves_less_is_not_compared() -> None:
    found = points_of([point(100, 100, 300, teu=8.0), point(200, 200, 450)])
    assert [p.eur_per_t for p in found] == [None, None]
    assert found[0].bound_eur == 300


def test_a_free_plan_has_no_gap() -> None:
    assert point(0, 0, 0).gap == 0.0


def test_no_points_make_no_front() -> None:
    assert points_of([]) == ()
