from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from routeopt.case import Case
from routeopt.errors import Fault
from routeopt.freight import Bound, Itinerary, Plan, Status, Totals
from routeopt.report import plan_text
from routeopt.report.plan import certainty

MakePlan = Callable[..., Plan]


@dataclass(frozen=True)
class Other:
    """Stands in for an alternative of the optimizer."""

    name: str
    plan: Plan | None
    reason: str | None = None


def text_of(plan: Plan, case: Case, *others: Other, bold: bool = False) -> str:
    return plan_text(plan, case, alternatives=others, files=["Plan: x"], bold=bold)  # type: ignore[arg-type]  # see Other


def test_headline_answers_in_the_first_lines(case: Case, make_plan: MakePlan) -> None:
    # The last trains' boxes are there at Tue 20:00 + 6 h + 1 h + 7 h + 1 h handling
    # = Wed 11:00 UTC = 12:00 in Madrid; due Fri 08:00 UTC, 45 h later.
    # kg: 3 x (20 t x (300 x 10 + 400 x 80) g/tkm + 20 t x 1 kg/t lift) + 20 x 640 x 80 g
    #     = 3 x (700 + 20) + 1024 = 3184.
    # EUR: train 1000 + 6 TEU x 50, trucks 3 x 600 + 900, handling 8 TEU x 10 = 4080.
    first = text_of(make_plan(), case).split("\n\n")[0]
    assert " ".join(first.split()) == (
        "Sines to Madrid: 8 TEU served, 3,184 kg CO2e, 4,080 EUR, all delivered by "
        "Wed 4 Mar 2026 12:00 (MAD/1 is the tightest, 45 h before due)."
    )


def test_one_shipment_is_delivered_and_not_all(case: Case, make_plan: MakePlan) -> None:
    whole = make_plan()
    one = replace(whole, shipments=whole.shipments[:1], totals=replace(whole.totals, served=1))
    assert "delivered Wed 4 Mar 2026 12:00 (45 h before due)" in " ".join(
        text_of(one, case).split()
    )


def test_equal_itineraries_are_told_once_with_local_times(case: Case, make_plan: MakePlan) -> None:
    text = text_of(make_plan(), case)
    assert text.count("train rail-sines-badajoz,") == 1
    assert (
        "3 × MAD (/1 to /3): 6 TEU, 2,160 kg, 3,160 EUR, 51 h\n"
        "  Sines, ready Mon 2 Mar 08:00\n"
        "  → train rail-sines-badajoz, Tue 3 Mar 20:00 → Badajoz, Wed 4 Mar 03:00\n"
        "  → truck road-badajoz-madrid, Wed 4 Mar 04:00 → Madrid Coslada, Wed 4 Mar 11:00\n"
        "  Delivered Wed 4 Mar 12:00, 45 h before due\n"
    ) in text
    assert "\nMAD/4: 2 TEU, 1,024 kg, 920 EUR, 15 h\n" in text
    assert "Times are local to each terminal (Europe/Lisbon and Europe/Madrid)." in text


def test_members_apart_are_named_in_ranges(
    case: Case, make_plan: MakePlan, all_by_truck: Plan
) -> None:
    plan = make_plan()
    rail = plan.shipments[0]
    mixed = tuple(
        replace(rail, id="MAD/2") if shipment.id == "MAD/2" else shipment
        for shipment in all_by_truck.shipments
    )
    assert "3 × MAD (/1 and /3 to /4)" in text_of(replace(plan, shipments=mixed), case)


def test_costs_emissions_and_departures(case: Case, make_plan: MakePlan) -> None:
    # 3184 kg / (3 x 20 t x 700 km + 20 t x 640 km = 54 800 tkm) = 58.1 g
    text = text_of(make_plan(), case)
    assert "Cost: transport 4,000 + handling 80 = 4,080 EUR, 510 a TEU." in text
    assert "well to tank 946 + tank to wheel 2,238 = 3,184 kg, 58.1 g a tkm." in text
    assert "rail-sines-badajoz  Tue 3 Mar 20:00  6 of 40    6  1,300" in text


def test_tank_to_wheel_says_what_is_not_counted(case: Case, make_plan: MakePlan) -> None:
    text = " ".join(text_of(make_plan(), replace(case, co2e_scope="ttw")).split())
    assert "946 kg well to tank are not counted" in text


def test_comparison_gives_differences_and_euros_per_tonne(
    case: Case, make_plan: MakePlan, all_by_truck: Plan
) -> None:
    # all by road: 4 x 1024 = 4096 kg, 4 x 900 + 80 = 3680 EUR: 912 kg more, 400 EUR less;
    # 400 EUR / 0.912 t = 439 EUR/t
    text = text_of(
        make_plan(),
        case,
        Other("all road", all_by_truck),
        Other("fastest", None, "no plan keeps the budget"),
    )
    assert "all road     4,096  3,680    15.0     +912      −400          439\n" in text
    assert "fastest: no plan keeps the budget" in text


def test_comparison_does_not_price_a_plan_that_serves_less(
    case: Case, make_plan: MakePlan, all_by_truck: Plan
) -> None:
    fewer = replace(
        all_by_truck,
        status=Status.FEASIBLE,
        totals=replace(all_by_truck.totals, served=3, unserved=1),
    )
    text = text_of(make_plan(), case, Other("all road", fewer))
    assert "all road: serves 3 of 4 shipments" in text
    assert "all road: the best found, not proven" in text
    assert " –\n" in text


def test_plan_that_emits_less_and_costs_less_saves_money(
    case: Case, make_plan: MakePlan, all_by_truck: Plan
) -> None:
    dear = replace(all_by_truck, totals=replace(all_by_truck.totals, cost_eur=4536.0))
    # 456 EUR saved on 0.912 t
    assert "+456         −500" in text_of(make_plan(), case, Other("all road", dear))


@pytest.mark.parametrize(
    ("status", "bounds", "serve", "expected"),
    [
        (
            Status.OPTIMAL,
            (),
            "all",
            (
                "Proven: no plan of this case emits less; among those that emit as little, "
                "none costs less."
            ),
        ),
        (
            Status.OPTIMAL,
            (),
            "most",
            (
                "Proven: no plan serves more TEU; among those that serve as many, no plan of this "
                "case emits less; among those that emit as little, none costs less."
            ),
        ),
        (
            Status.FEASIBLE,
            (Bound(objective="co2e", value=3184.0, bound=3171.3, gap=0.004),),
            "all",
            (
                "Not proven best: no plan can emit less than 3,171 kg: at most 0.4 % better. "
                "The search for the least cost was not reached."
            ),
        ),
        (
            Status.FEASIBLE,
            (
                Bound(objective="co2e", value=3184.0, bound=3184.0, gap=0.0),
                Bound(objective="cost", value=4080.0, bound=3060.0, gap=0.25),
            ),
            "all",
            (
                "The least CO2e is proven. No plan that emits as little can cost less than "
                "3,060 EUR: at most 25 % better."
            ),
        ),
    ],
)
def test_certainty(
    case: Case,
    make_plan: MakePlan,
    status: Status,
    bounds: tuple[Bound, ...],
    serve: str,
    expected: str,
) -> None:
    plan = make_plan(status=status, bounds=bounds)
    assert certainty(plan, replace(case, serve=serve)) == expected


def test_infeasible_says_why_first(case: Case, make_plan: MakePlan) -> None:
    why = "arrives Thu 14:10, 6 h 10 min after due; with due +7 h it is served"
    plan = make_plan({}, reasons={f"MAD/{n}": why for n in (1, 2, 3, 4)}, status=Status.INFEASIBLE)
    text = text_of(plan, case)
    assert text.startswith(
        "Sines to Madrid: no plan keeps every deadline and limit (proven). What would do:\n\n"
        "4 × MAD (/1 to /4): arrives Thu 14:10"
    )
    assert "EUR/t" not in text
    assert "Checked by separate code" not in text


def test_reason_of_the_few_comes_first(case: Case, make_plan: MakePlan) -> None:
    reasons = dict.fromkeys(("MAD/1", "MAD/2", "MAD/3"), "waits for the others")
    plan = make_plan({}, reasons=reasons | {"MAD/4": "too late"}, status=Status.INFEASIBLE)
    assert "\n\nMAD/4: too late\n3 × MAD (/1 to /3): waits for the others" in text_of(plan, case)


def test_unknown_does_not_claim_infeasibility(case: Case, make_plan: MakePlan) -> None:
    plan = make_plan({}, status=Status.UNKNOWN)
    text = " ".join(text_of(plan, case).split())
    assert "stopped by the time limit before a plan was found" in text
    assert "not proven" in text
    stopped = " ".join(text_of(replace(plan, interrupted=True), case).split())
    assert "interrupted before a plan was found" in stopped


def test_interrupted_plan_says_so(case: Case, make_plan: MakePlan) -> None:
    text = text_of(make_plan(status=Status.FEASIBLE, interrupted=True), case)
    assert "Interrupted: the best plan found until then." in text


def test_part_served_gives_the_reasons(case: Case, make_plan: MakePlan) -> None:
    plan = make_plan()
    chosen: dict[str, Itinerary] = {}
    unserved = make_plan(chosen, reasons={"MAD/4": "no path"}).shipments[3]
    part = replace(
        plan,
        shipments=(*plan.shipments[:3], unserved),
        totals=replace(plan.totals, served=3, unserved=1),
    )
    text = " ".join(text_of(part, case).split())
    assert "6 of 8 TEU served" in text
    assert "MAD/4: no path" in text


def test_nobody_served_under_serve_most(case: Case, make_plan: MakePlan) -> None:
    plan = make_plan({}, reasons={"MAD/1": "no path"}, totals=Totals(unserved=4))
    assert text_of(plan, replace(case, serve="most")).startswith(
        "Sines to Madrid: no shipment can be served."
    )


def test_warnings_of_case_and_plan_stand_once(case: Case, make_plan: MakePlan) -> None:
    fault = Fault(code="W1", message="handling at PTSIE emits nothing", file="terminals.csv")
    plan = make_plan(warnings=("handling at PTSIE emits nothing", "two GWP sets"))
    text = text_of(plan, replace(case, warnings=(fault,)))
    assert text.count("handling at PTSIE emits nothing") == 1
    assert "Warning: two GWP sets" in text


def test_plain_unless_bold(case: Case, make_plan: MakePlan, all_by_truck: Plan) -> None:
    other = Other("all road", all_by_truck)
    plain = text_of(make_plan(), case, other)
    assert "\033" not in plain
    assert (
        text_of(make_plan(), case, other, bold=True).replace("\033[1m", "").replace("\033[0m", "")
        == plain
    )


def test_fits_80_columns(case: Case, make_plan: MakePlan, all_by_truck: Plan) -> None:
    text = text_of(make_plan(), case, Other("all road", all_by_truck))
    assert max(len(line) for line in text.splitlines()) <= 80


def test_long_ids_are_not_cut(case: Case, make_plan: MakePlan) -> None:
    long = "rail-" + "x" * 120
    renamed = replace(case.network.services["rail-sines-badajoz"], id=long)
    network = replace(case.network, services={**case.network.services, long: renamed})
    plan = make_plan()
    legs = (replace(plan.shipments[0].legs[0], service=long), plan.shipments[0].legs[1])
    shipments = (replace(plan.shipments[0], legs=legs), *plan.shipments[1:])
    departures = tuple(replace(d, service=long) for d in plan.departures)
    changed = replace(plan, shipments=shipments, departures=departures)
    assert text_of(changed, replace(case, network=network)).count(long) == 2


def test_many_chains_are_not_all_told(case: Case, make_plan: MakePlan) -> None:
    rows = tuple(replace(case.shipments[0], id=f"S{n}", count=None) for n in range(40))
    plan = make_plan()
    shipments = tuple(replace(plan.shipments[0], id=row.id) for row in rows)
    text = text_of(replace(plan, shipments=shipments), replace(case, shipments=rows))
    assert "and 10 more chains" in text
