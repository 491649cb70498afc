"""What would move a plan, on the case of tests/seacase.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routeopt import sensitivity as unit
from routeopt.case import Case, load_case
from routeopt.emissions import Fuel
from routeopt.explain import Explanation, explain
from routeopt.freight import Plan, Status
from routeopt.optimize import solve
from routeopt.planfile import plan_dict
from routeopt.sensitivity import Outcome, Verdict, ar5_ttw_g_per_mj, load_ratio, sensitivity
from tests import seacase

BASE = seacase.WTT + seacase.TTW


def explained(folder: Path) -> Explanation:
    case, _, plan = seacase.solved(folder)
    return explain(case, plan)


def asked(explanation: Explanation, **options: Any) -> dict[str, Outcome]:  # noqa: ANN401  passed on
    settings = {"scenario": None, "time_limit_s": 60.0} | options
    return {each.question.name: each for each in sensitivity(explanation, **settings)}


def reloader(case: Case) -> unit.Reload:
    def reload(patch: Mapping[str, object]) -> Case:
        return load_case(case.path, patch=patch)

    return reload


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return asked(explained(seacase.write(tmp_path_factory.mktemp("sea"))))


def test_questions_in_their_order(outcomes: dict[str, Outcome]) -> None:
    assert list(outcomes) == [
        "grid of 2020",
        "grid of 2023",
        "GWP set AR5, not AR6",
        "a fifth more t per TEU",
        "a fifth less t per TEU",
        "trucks 50 % full, not 60 %",
        "trucks 70 % full, not 60 %",
    ]


def test_another_grid_year(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["grid of 2023"]
    # Portugal 180 → 90: half of 3 × 80 + 40 kg on rails, and of 1.2 kg at plugs, is saved
    assert found.co2e_kg == pytest.approx(BASE - (3 * 80 + 40 + 1.2) / 2)
    assert found.verdict is Verdict.BEST
    assert found.best_kg is None
    assert "PT 180 → 90" in found.question.note
    assert found.question.patch == {"grid": {"year": 2023}}


def test_grid_that_moves_all_to_the_road(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["grid of 2020"]
    # Portugal 3,600: 20 times as much; the truck emits 500 km × 95 g = 47.5 kg per tonne
    assert found.co2e_kg == pytest.approx(BASE + 19 * (3 * 80 + 40 + 1.2))
    assert found.verdict is Verdict.OTHER
    assert (found.moved, found.proven, found.broken) == (4, True, "")
    rail = 3 * (80 + 20 + 6 + 32) + 40 + 10 + 3 + 16
    # no plug at Sines: the truck leaves when the cargo is handled
    assert found.best_kg == pytest.approx(BASE - rail - 1.2 + 70 * 47.5)
    assert "ES 360 → 360 (of 2023)" in found.question.note


def test_other_gwp_set(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["GWP set AR5, not AR6"]
    # (0.01 × (28 - 29.8) + 0.001 × (265 - 273)) × 1,000 / 40 = -0.65 g/MJ
    # dry 10,000 + 1,200 + 400 MJ each, ice 10,000 + 600 + 200 MJ; R-134a 10.6 g × (1,300 - 1,530)
    mj = 3 * 11_600 + 10_800
    assert found.co2e_kg == pytest.approx(BASE - mj * 0.65 / 1000 - 10.6 * 0.23)
    assert found.verdict is Verdict.BEST
    # tank to wheel of oil and leaks: 45,600 MJ × 80 g + 16.2 kg = 3,664 of 4,847 kg
    assert found.question.note.startswith("76 % of the kg could be restated")


def test_heavier_cargo_is_too_much_for_the_train(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["a fifth more t per TEU"]
    # ships and hubs count TEU; only the train grows: a fifth of 3 × 138 + 69 kg
    assert found.co2e_kg == pytest.approx(BASE + (3 * 138 + 69) / 5)
    assert found.broken == "train would carry 84 t, 72 t are its most"
    assert found.verdict is Verdict.OTHER
    # a dry box takes the train a day later, which emits no more
    assert found.best_kg == pytest.approx(BASE + (3 * 138 + 69) / 5)
    assert found.moved == 0


def test_lighter_cargo(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["a fifth less t per TEU"]
    assert found.co2e_kg == pytest.approx(BASE - (3 * 138 + 69) / 5)
    assert (found.verdict, found.broken, found.question.note) == (Verdict.BEST, "", "")


def test_weight_of_what_counts_per_teu(tmp_path: Path) -> None:
    folder = seacase.write(tmp_path)
    file = folder / "toc.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("/tkm", "/vehiclekm"), encoding="utf-8")
    case, _, plan = seacase.solved(folder)
    for question in unit._tonnes_questions(explain(case, plan), reloader(case)):
        assert question.note.startswith("nothing in the plan counts per tonne")


def test_load_of_trucks_that_the_plan_does_not_use(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["trucks 50 % full, not 60 %"]
    assert found.co2e_kg == pytest.approx(BASE, rel=1e-12)
    assert found.verdict is Verdict.BEST
    assert found.question.note.startswith("no such road leg in the plan; × 1.142 on road")


def test_load_ratio_by_hand() -> None:
    # g × t = empty × runs + slope × t with runs = 1 / (1 - 0.17) = 1.2048 and 1
    # 89 × 15.6 = 1,388.4 = 1.2048 empty + 15.6 slope; 60 × 24 = 1,440 = empty + 24 slope
    # slope = 60 - empty / 24; 1,388.4 - 936 = (1.2048 - 0.65) empty; empty 815.4, slope 26.03
    empty = (1388.4 - 15.6 * 60) / (1 / 0.83 - 15.6 / 24)
    slope = 60 - empty / 24
    assert (empty, slope) == pytest.approx((815.4, 26.03), rel=1e-3)
    assert load_ratio(0.6) == pytest.approx(1, rel=1e-12)
    assert load_ratio(0.5) == pytest.approx((empty / 0.83 / 13 + slope) / 89, rel=1e-12)
    assert load_ratio(0.7) == pytest.approx((empty / 0.83 / 18.2 + slope) / 89, rel=1e-12)


def fuel(**changes: Any) -> Fuel:  # noqa: ANN401  any field
    given = {"ets_ch4_kg_per_kg": 0.01, "ets_n2o_kg_per_kg": 0.001, "lhv_mj_per_kg": 40.0}
    head = {"id": "x", "wtt_g_per_mj": 0.0, "ttw_g_per_mj": 80.0, "gwp": "AR6"}
    return Fuel(**{**head, **given, **changes})


def test_biogenic_methane_has_a_gwp_of_its_own() -> None:
    assert ar5_ttw_g_per_mj(fuel()) == pytest.approx(80 - 0.65)
    # (0.01 × (28 - 27.0) - 0.001 × 8) × 25 = 0.05
    assert ar5_ttw_g_per_mj(fuel(ets_zero_rated=True)) == pytest.approx(80.05)
    assert ar5_ttw_g_per_mj(fuel(ttw_g_per_mj=0.1)) == 0


@pytest.mark.parametrize(
    "gap", [{"gwp": "AR5"}, {"ets_ch4_kg_per_kg": None}, {"ets_n2o_kg_per_kg": None},
            {"lhv_mj_per_kg": None}]
)  # fmt: skip
def test_fuel_that_cannot_be_restated(gap: dict[str, Any]) -> None:
    assert ar5_ttw_g_per_mj(fuel(**gap)) is None


DIESEL_TRAIN = (
    'rail,rail,kWh/tkm,0.05,electricity,rail,,,,,"trains, p.1"',
    "rail,rail,MJ/tkm,0.4,oil,rail,,,,,p.1",
)


def test_what_changes_no_number_says_so(tmp_path: Path) -> None:
    no_plug = ("port-reefer,kg/teu,4,2,port-reefer,3", "port-reefer,kg/teu,4,2,port-reefer,")
    no_gases = ("40,AR6,3,0.01,0.001", "40,AR5,3,0.01,0.001")
    folder = seacase.write(tmp_path, toc=DIESEL_TRAIN, hoc=no_plug, fuels=no_gases)
    file = folder / "toc.csv"  # no leak, and trucks by the vehicle
    text = file.read_text(encoding="utf-8").replace("R-134a,0.001", ",")
    file.write_text(text.replace("road,road,MJ/tkm", "road,road,MJ/vehiclekm"), encoding="utf-8")
    found = asked(explained(folder))
    untouched = {name: each for name, each in found.items() if each.verdict is Verdict.UNTOUCHED}
    assert {name: each.question.note for name, each in untouched.items()} == {
        "another grid year": "no electric leg",
        "GWP set AR5, not AR6": "none of the kg could be restated; "
        "the tables don't part the gases of the rest",
        "trucks 50 % full, not 60 %": "no road leg that counts per tonne-km",
        "trucks 70 % full, not 60 %": "no road leg that counts per tonne-km",
    }
    assert all(each.co2e_kg is None for each in untouched.values())


def test_electric_service_that_the_plan_leaves_out(tmp_path: Path) -> None:
    no_plug = ("port-reefer,kg/teu,4,2,port-reefer,3", "port-reefer,kg/teu,4,2,port-reefer,")
    dirty = ("PT,made_up,2025,180", "PT,made_up,2025,3600")
    found = asked(explained(seacase.write(tmp_path, hoc=no_plug, grid=dirty)))["grid of 2023"]
    # by truck at 47.5 kg a tonne now, by train at 6.9 then
    assert found.question.note.startswith("no electric leg in the plan; ")
    assert (found.verdict, found.moved) == (Verdict.OTHER, 4)


def test_no_other_year(tmp_path: Path) -> None:
    rows = seacase.FILES["grid.csv"].splitlines()
    folder = seacase.write(tmp_path)
    only = "\n".join(row for row in rows if "2020" not in row and "2023" not in row)
    (folder / "grid.csv").write_text(only + "\n", encoding="utf-8")
    found = asked(explained(folder))["another grid year"]
    assert found.verdict is Verdict.UNTOUCHED
    assert found.question.note == (
        "the grid table has no other year of made_up for ES, MA, PT and SG"
    )


def test_out_of_time(tmp_path: Path) -> None:
    found = asked(explained(seacase.write(tmp_path)), time_limit_s=1e-6)
    assert {each.verdict for each in found.values()} == {Verdict.OPEN}
    # the plan's own itineraries are settled all the same
    assert found["a fifth less t per TEU"].co2e_kg == pytest.approx(BASE - (3 * 138 + 69) / 5)


def test_infeasible_gives_the_reason(tmp_path: Path) -> None:
    cap = ("days: 40", "days: 40\nlimits: {co2e_kg: 5000}")
    found = asked(explained(seacase.write(tmp_path, case=cap)))["grid of 2020"]
    assert found.verdict is Verdict.INFEASIBLE
    assert found.broken.endswith("over limits.co2e_kg")
    assert found.reason


def test_scenario_and_own_overrides_stay(tmp_path: Path) -> None:
    more = """days: 40
override:
  - {table: fuels, where: {id: oil}, set: {wtt_g_per_mj: 0}}
scenarios:
  - name: Slow
    override:
      - {table: fuels, where: {id: oil}, set: {wtt_g_per_mj: 30}}"""
    folder = seacase.write(tmp_path, case=("days: 40", more))
    case = load_case(folder, scenario="Slow")
    explanation = explain(case, plan_dict(solve(case)))
    found = asked(explanation, scenario="Slow")["a fifth less t per TEU"]
    # of oil 30 g/MJ well to tank: 15 g more on 45,600 MJ, a fifth less of which on 1,400 MJ
    assert explanation.kg.wtt_kg == pytest.approx(seacase.WTT + 45_600 * 15 / 1000)
    assert found.co2e_kg == pytest.approx(
        BASE + 45_600 * 0.015 - (3 * 138 + 69) / 5 - 1400 * 0.015 / 5
    )


@pytest.fixture
def settled(tmp_path: Path) -> tuple[Case, Plan]:
    case, plan, _ = seacase.solved(seacase.write(tmp_path))
    return case, plan


QUESTION = unit.Question(name="x", patch={})


def judged(
    settled: tuple[Case, Plan], best: Plan, *, broken: str = "", objective: Sequence[str] = ()
) -> Outcome:
    case, plan = settled
    case = replace(case, objective=tuple(objective) or case.objective)
    outcome = Outcome(question=QUESTION, verdict=Verdict.OPEN, broken=broken)
    return unit.judged(outcome, case, plan.shipments, plan.totals, best)


def test_verdicts(settled: tuple[Case, Plan]) -> None:
    _, plan = settled
    less = replace(plan.totals, co2e_kg=plan.totals.co2e_kg * 0.9)
    hair = replace(plan.totals, co2e_kg=plan.totals.co2e_kg * (1 - 1e-8))
    unproven = replace(plan, status=Status.FEASIBLE)
    assert judged(settled, plan).verdict is Verdict.BEST
    assert judged(settled, replace(plan, totals=hair)).verdict is Verdict.BEST
    assert judged(settled, unproven).verdict is Verdict.OPEN
    assert "nor proven away" in judged(settled, unproven).reason
    assert judged(settled, replace(plan, status=Status.UNKNOWN)).verdict is Verdict.OPEN
    found = judged(settled, replace(unproven, totals=less))
    assert (found.verdict, found.proven) == (Verdict.OTHER, False)
    assert judged(settled, plan, broken="too heavy").verdict is Verdict.OTHER


def test_objectives_count_in_their_order(settled: tuple[Case, Plan]) -> None:
    _, plan = settled
    dearer = replace(
        plan.totals, co2e_kg=plan.totals.co2e_kg * 0.9, cost_eur=plan.totals.cost_eur * 1.1
    )
    best = replace(plan, totals=dearer)
    assert judged(settled, best, objective=("co2e", "cost")).verdict is Verdict.OTHER
    assert judged(settled, best, objective=("cost", "co2e")).verdict is Verdict.BEST


def test_shipments_of_a_counted_row_are_interchangeable(settled: tuple[Case, Plan]) -> None:
    case, plan = settled
    by_truck = [replace(leg, service="truck") if leg.mode == "rail" else leg
                for leg in plan.shipments[0].legs]  # fmt: skip
    first = replace(plan.shipments[0], legs=tuple(by_truck))
    third = replace(first, id="dry/3")
    one = (first, *plan.shipments[1:])
    other = (*plan.shipments[:2], third, plan.shipments[3])
    assert unit._moved(case, one, other) == 0
    assert unit._moved(case, plan.shipments, other) == 1


def limits(settled: tuple[Case, Plan], case: Case) -> str | None:
    _, plan = settled
    chosen = explain(case, plan_dict(plan)).chosen
    return unit.broken_limit(case, chosen, plan.shipments, plan.departures, plan.totals)


def test_limits_that_itineraries_break(settled: tuple[Case, Plan]) -> None:
    case, plan = settled
    assert limits(settled, case) is None
    kept = replace(case.limits, cost_eur=plan.totals.cost_eur, co2e_kg=plan.totals.co2e_kg)
    assert limits(settled, replace(case, limits=kept)) is None
    less = replace(case.limits, cost_eur=plan.totals.cost_eur * 0.9)
    assert "over limits.cost_eur" in (limits(settled, replace(case, limits=less)) or "")
    less = replace(case.limits, min_share={"road": 0.1})
    assert limits(settled, replace(case, limits=less)) == (
        "road would have less than its min_share of 10 %"
    )
    rows = tuple(replace(row, max_co2e_kg=1.0) for row in case.shipments)
    assert "over its max_co2e_kg" in (limits(settled, replace(case, shipments=rows)) or "")
    rows = tuple(replace(row, max_cost_eur=1.0) for row in case.shipments)
    assert "over its max_cost_eur" in (limits(settled, replace(case, shipments=rows)) or "")


def test_capacities_that_itineraries_break(settled: tuple[Case, Plan]) -> None:
    case, _ = settled

    def with_train(**changes: Any) -> Case:  # noqa: ANN401  any field
        services = dict(case.network.services)
        services["train"] = replace(services["train"], **changes)
        return replace(case, network=replace(case.network, services=services))

    found = limits(settled, with_train(max_units=0))
    assert found == "train would need 1 of 0 units"
    assert limits(settled, with_train(max_t=69.9)) == "train would carry 70 t, 69.9 t are its most"
    _, plan = settled
    on_demand = with_train(max_t=19.9, timetable=case.network.services["truck"].timetable)
    chosen = explain(case, plan_dict(plan)).chosen
    no_trains = [each for each in plan.departures if each.service != "train"]
    found = unit.broken_limit(on_demand, chosen, plan.shipments, no_trains, plan.totals)
    assert found == "train could not take dry/1"


def test_patch_that_makes_the_case_unsound(settled: tuple[Case, Plan]) -> None:
    case, plan = settled
    explanation = explain(case, plan_dict(plan))
    patch = {"grid": {"basis": "none"}}
    found = unit._answer(QUESTION, patch, explanation, reloader(case), 1.0)
    assert found.verdict is Verdict.INFEASIBLE
    assert found.reason.startswith("the changed case is unsound: ")
    assert "none" in found.reason


def test_ctrl_c_ends_all_questions(
    settled: tuple[Case, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    case, plan = settled
    monkeypatch.setattr(unit, "solve", lambda *_, **__: replace(plan, interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        sensitivity(explain(case, plan_dict(plan)), scenario=None, time_limit_s=60.0)


def test_rows_without_teu_keep_it(tmp_path: Path) -> None:
    # tonnes alone: 20 t are 2 TEU and stay 2 TEU with 24 t
    rows = ("dry,SGSIN,ESMAD,2,,", "dry,SGSIN,ESMAD,,20,")
    found = asked(explained(seacase.write(tmp_path, shipments=rows)))
    assert found["a fifth less t per TEU"].co2e_kg == pytest.approx(BASE - (3 * 138 + 69) / 5)


def test_too_many_rows_are_not_asked(
    settled: tuple[Case, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit, "_MOST_OVERRIDES", 1)
    case, plan = settled
    found = list(unit._tonnes_questions(explain(case, plan_dict(plan)), reloader(case)))
    assert [(each.patch, each.verdict) for each in found] == [(None, Verdict.UNASKED)] * 2
    assert found[0].note == "too many rows without TEU to write their TEU down"
