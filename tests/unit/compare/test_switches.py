"""Switching values known on paper."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from routeopt.compare import Answer, Search, Switch, read_sweep
from routeopt.compare.switches import MAX_TRIES
from tests.unit.compare.answers import WEDNESDAY, answer, ride, ways

TRUCK = ways((2, [ride("truck")]))
TRAIN = ways((2, [ride("train")]))
LATER = ways((2, [ride("train", depart=WEDNESDAY)]))


def found(text: str, ask: Callable[[Decimal], Answer]) -> tuple[list[Switch], Search]:
    """Search to the end."""
    sweep = read_sweep(text)
    search = Search(sweep, {value: ask(value) for value in sweep.values})
    while todo := search.todo():
        for value in todo:
            search.add(value, ask(value))
    return search.switches(), search


def by_carbon_price(price: Decimal) -> Answer:
    """Truck 100 EUR and 50 kg, train 110 EUR and 20 kg: the cheaper of the two.

    100 + 0.05 p = 110 + 0.02 p at p = 10 / 0.03 = 333.33 EUR/t.
    """
    truck, train = 100 + 50 * float(price) / 1000, 110 + 20 * float(price) / 1000
    return (
        answer("x", 50, truck, ways=TRUCK) if truck < train else answer("x", 20, train, ways=TRAIN)
    )


@pytest.mark.parametrize("span", ["0:1000:100", "0:1000:1000", "300:400:10", "333:334:1"])
def test_the_switching_value_is_found_within_one_percent(span: str) -> None:
    (switch,), _ = found(f"carbon_price_eur_per_t={span}", by_carbon_price)
    assert switch.below < Decimal(1000) / 3 <= switch.above
    assert float(switch.above) == pytest.approx(1000 / 3, rel=0.01)
    assert switch.narrow
    assert switch.changed == "4 of 4 TEU move from trucks to the Tuesday train"


def test_near_zero_it_is_found_within_one_percent_of_the_value() -> None:
    # the step is 100 and the switch at 12: within 0.12
    (switch,), _ = found(
        "carbon_price_eur_per_t=0:100:100",
        lambda price: answer("x", ways=TRUCK if price < 12 else TRAIN),
    )
    assert switch.below < 12 <= switch.above
    assert switch.above - switch.below <= Decimal("0.12")


def test_at_zero_it_ends() -> None:
    (switch,), _ = found(
        "carbon_price_eur_per_t=0:100:100",
        lambda price: answer("x", ways=TRAIN if price else TRUCK),
    )
    assert switch.below == 0
    assert switch.above <= Decimal("0.1")


def test_all_switches_between_two_values_are_found() -> None:
    def ask(price: Decimal) -> Answer:
        return answer("x", ways=TRUCK if price < 30 else TRAIN if price < 60 else LATER)

    switches, _ = found("carbon_price_eur_per_t=0:100:100", ask)
    assert [float(each.above) for each in switches] == pytest.approx([30, 60], rel=0.01)
    assert switches[1].changed.startswith("4 of 4 TEU move from the Tuesday to the Wednesday")


def test_a_mixed_plan_at_the_tie_itself_is_no_plan_of_its_own() -> None:
    mixed = ways((1, [ride("truck")]), (1, [ride("train")]))

    def ask(price: Decimal) -> Answer:
        return answer("x", ways=mixed if price == 50 else TRUCK if price < 50 else TRAIN)

    (switch,), _ = found("carbon_price_eur_per_t=0:100:50", ask)
    assert switch.below < 50 < switch.above
    assert switch.above - switch.below <= Decimal("0.5")
    assert switch.changed == "4 of 4 TEU move from trucks to the Tuesday train"


def test_another_plan_at_the_tie_alone_is_no_switch() -> None:
    switches, _ = found(
        "carbon_price_eur_per_t=0:100:50",
        lambda price: answer("x", ways=LATER if price == 50 else TRAIN),
    )
    assert switches == []


def test_whole_numbers_are_not_cut() -> None:
    asked: list[Decimal] = []

    def ask(legs: Decimal) -> Answer:
        asked.append(legs)
        return answer("x", ways=TRUCK if legs < 4 else TRAIN)

    (switch,), _ = found("max_legs=1:8:7", ask)
    assert [int(switch.below), int(switch.above)] == [3, 4]
    assert all(legs == legs.to_integral_value() for legs in asked)


def test_from_no_plan_to_a_plan() -> None:
    def ask(budget: Decimal) -> Answer:
        if budget < 690:
            return answer("x", status="infeasible", reason="short")
        return answer("x", ways=TRAIN)

    (switch,), _ = found("limits.cost_eur=500:1000:500", ask)
    assert switch.below < 690 <= switch.above
    assert not switch.before.solved
    assert switch.after.solved


@pytest.mark.parametrize("status", ["feasible", "unknown", "error"])
def test_nothing_is_sought_beside_what_is_not_proven(status: str) -> None:
    def ask(price: Decimal) -> Answer:
        if price == 50:
            return answer("x", ways=TRAIN, status=status)
        return answer("x", ways=TRUCK)

    switches, search = found("carbon_price_eur_per_t=0:100:50", ask)
    assert switches == []
    assert search.unproven() == [50]


def test_too_many_switches_are_left_wide_and_say_so() -> None:
    asked: list[Decimal] = []

    def ask(price: Decimal) -> Answer:
        asked.append(price)
        return answer("x", ways=ways((1, [ride(f"train-{price}")])))

    switches, _ = found("carbon_price_eur_per_t=0:100:1", ask)
    assert len(asked) <= 101 + MAX_TRIES
    assert any(not each.narrow for each in switches)


def test_cargo_that_grows_is_no_other_plan() -> None:
    switches, _ = found(
        "shipments[].teu*=1:2:0.5",
        lambda factor: answer("x", ways=ways((2, [ride("train")]), teu=2 * float(factor))),
    )
    assert switches == []
