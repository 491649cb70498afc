from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from routeopt.freight import Plan
from routeopt.report import plan_csv, to_csv


def rows_of(*plans: Plan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(plan_csv(plans))))


def test_rows_add_up_to_the_totals(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan()
    with_duty = replace(plan.shipments[0], duties_eur=12.5, cost_eur=0.0)
    plan = replace(plan, shipments=(with_duty, *plan.shipments[1:]))
    rows = rows_of(plan)
    eur = sum(float(row["cost_eur"]) for row in rows)
    kg = sum(float(row["co2e_kg"]) for row in rows)
    assert eur == pytest.approx(plan.totals.cost_eur + 12.5)
    assert kg == pytest.approx(plan.totals.co2e_kg)
    assert [row["element"] for row in rows if row["shipment"] == "MAD/1"] == [
        "handling", "leg", "handling", "leg", "handling", "duties",
    ]  # fmt: skip


def test_legs_keep_their_stamps_and_factors(make_plan: Callable[..., Plan]) -> None:
    leg = next(row for row in rows_of(make_plan()) if row["element"] == "leg")
    assert leg["start"] == "2026-03-03T20:00:00+00:00"
    assert (leg["from"], leg["to"], leg["factor"]) == ("PTSIE", "ESBJZ", "rail")


def test_unserved_shipment_has_a_row(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({}, reasons={"MAD/1": "no path"})
    first = rows_of(plan)[0]
    assert (first["element"], first["note"], first["cost_eur"]) == ("unserved", "no path", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_formulas_are_defused(text: str) -> None:
    assert next(csv.reader([to_csv(["a"], [[text]]).split("\n", 1)[1]])) == [f"'{text}"]


def test_numbers_are_left_alone() -> None:
    assert to_csv(["a", "b"], [[-1.5, "x"]]) == "a,b\n-1.5,x\n"
