"""The front as a picture: what it says, and that it is the same each time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routeopt.box import cases_dir
from routeopt.case import Case, load_case
from routeopt.freight import Leg, Plan, ShipmentPlan, Status, Totals
from routeopt.frontier import CapPoint, Frontier
from routeopt.frontier.points import points_of
from routeopt.itineraries import Point, front
from routeopt.plots.fonts import lacking
from routeopt.plots.front import draw_front, draw_frontier, main_mode


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(cases_dir() / "starter")


def point(kg: float, eur: float, *, cap_kg: float | None = None, bound_eur: float = -1) -> CapPoint:
    plan = Plan(
        status=Status.OPTIMAL if bound_eur < 0 else Status.FEASIBLE,
        objective=("cost", "co2e"),
        totals=Totals(co2e_kg=kg, cost_eur=eur),
        bounds=(),
        shipments=(),
        departures=(),
    )
    bound = eur if bound_eur < 0 else bound_eur
    return CapPoint(cap_kg=cap_kg or kg, plan=plan, served_teu=1.0, bound_eur=bound)


def drawn(case: Case, points: Sequence[CapPoint], path: Path, **changes: Any) -> list[str]:  # noqa: ANN401  any field
    """Texts in the picture of a front."""
    found = Frontier(case=case, points=points_of(points), caps=len(points), **changes)
    draw_frontier(found, path)
    return texts(path)


def texts(path: Path) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text("utf-8"))


CURVE = [point(900, 3000), point(1000, 2200), point(1200, 1990), point(1400, 1900)]


def test_plan_front_names_ends_knee_and_prices(case: Case, tmp_path: Path) -> None:
    # 900 -> 1000 kg: 800 EUR for 0.1 t = 8,000 EUR/t; 210 / 0.2 t = 1,050; 90 / 0.2 t = 450.
    shown = drawn(case, CURVE, tmp_path / "a.svg")
    for text in (
        "Starter",
        "CO2e of the plan (kg)",
        "cost of the plan (EUR)",
        "cleanest: 900 kg, 3,000 EUR",
        "knee: 1,000 kg, 2,200 EUR",
        "cheapest: 1,400 kg, 1,900 EUR",
        "8,000 EUR/t",
        "1,050 EUR/t",
        "450 EUR/t",
        "least cost lies in here",
        "2,000",
    ):
        assert text in shown


def test_same_front_same_bytes(case: Case, tmp_path: Path) -> None:
    for ending in ("svg", "png"):
        for name in "ab":
            drawn_to = tmp_path / f"{name}.{ending}"
            draw_frontier(Frontier(case=case, points=points_of(CURVE), caps=4), drawn_to)
        first, second = (tmp_path / f"{name}.{ending}" for name in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_proven_steps_and_open_ones_differ(case: Case, tmp_path: Path) -> None:
    proven = [point(900, 3000), point(1000, 2200, cap_kg=1100), point(1400, 1900)]
    shown = drawn(case, proven, tmp_path / "a.svg")
    assert "least cost, proven" in shown
    assert not any("not proven" in text for text in shown)
    open_ = [point(900, 3000), point(1000, 2200, cap_kg=1100, bound_eur=2000), point(1400, 1900)]
    shown = drawn(case, open_, tmp_path / "b.svg")
    assert "plan, not proven; bar: down to the bound" in shown


def test_heavy_plans_are_in_tonnes(case: Case, tmp_path: Path) -> None:
    shown = drawn(case, [point(50_000, 90_000), point(90_000, 40_000)], tmp_path / "a.svg")
    assert "CO2e of the plan (t)" in shown
    assert "cleanest: 50.0 t, 90,000 EUR" in shown


def test_many_plans_are_not_crowded_with_prices(case: Case, tmp_path: Path) -> None:
    many = [point(1000 + 10 * n, 3000 - 30 * n + n * n / 2) for n in range(30)]
    shown = drawn(case, many, tmp_path / "a.svg")
    assert not any(text.endswith("EUR/t") for text in shown)
    assert sum(text.endswith(" EUR") for text in shown) == 3  # both ends and the knee


def test_one_plan_and_a_part_of_a_front(case: Case, tmp_path: Path) -> None:
    shown = drawn(case, [point(0, 0)], tmp_path / "a.svg")
    assert "cleanest and cheapest: 0 kg, 0 EUR" in shown
    shown = drawn(case, [point(5, 9)], tmp_path / "b.svg", both_ends=False)
    assert not any("cleanest" in text for text in shown)


def test_a_long_name_is_broken_and_any_script_is_drawn(case: Case, tmp_path: Path) -> None:
    long = replace(case, name="From the port to the hinterland and back again " * 4)
    shown = drawn(long, CURVE, tmp_path / "a.svg")
    assert max(map(len, shown)) <= 78
    draw_frontier(
        Frontier(case=replace(case, name="大连"), points=points_of(CURVE), caps=4),
        tmp_path / "a.png",
    )
    assert (tmp_path / "a.png").exists()
    assert lacking("Sines à Madrid, 10 °C") == ""
    assert lacking("\ue001x\ue001") == ""  # private letters are not printable: nobody sees them
    assert lacking("\U00013000 a \U00013000") == "\U00013000"


# ---- one shipment -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def choices(case: Case) -> tuple[Point, ...]:
    return front(case, "furniture/1")


def test_choices_of_a_shipment(choices: tuple[Point, ...], tmp_path: Path) -> None:
    draw_front("Starter: furniture/1", choices, tmp_path / "a.svg")
    shown = texts(tmp_path / "a.svg")
    for text in (
        "Starter: furniture/1",
        "CO2e of the shipment (kg)",
        "cost of the shipment (EUR)",
        "hours from ready to delivered",
        "most tonne-km by rail",
        "most tonne-km by road",
        "most tonne-km by barge",
    ):
        assert text in shown
    words = " ".join(shown)
    assert all(f"{name}: " in words for name in ("cleanest", "cheapest", "fastest"))
    draw_front("Starter: furniture/1", choices, tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_one_choice_is_all_in_one(choices: tuple[Point, ...], tmp_path: Path) -> None:
    draw_front("One", choices[:1], tmp_path / "a.svg")
    assert "cleanest, cheapest and fastest: " in " ".join(texts(tmp_path / "a.svg"))


def test_the_main_mode_has_most_tonne_km(choices: tuple[Point, ...]) -> None:
    whole = choices[0].shipment
    leg = whole.legs[0]

    def of(*legs: Leg) -> Point:
        shipment: ShipmentPlan = replace(whole, legs=legs)
        return replace(choices[0], shipment=shipment)

    road, rail, sea = (
        replace(leg, mode=m, tkm=t) for m, t in (("road", 5), ("rail", 4), ("sea", 9))
    )
    assert main_mode(of(road, rail)) == "road"
    assert main_mode(of(road, rail, rail)) == "rail"
    assert main_mode(of(sea, road, rail)) == "sea"
