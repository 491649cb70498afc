"""What one plan does otherwise than another, in words."""

from __future__ import annotations

import pytest

from routeopt.compare.answers import Ride, Way
from routeopt.compare.changes import changed, same_plan
from routeopt.freight import minute_of
from tests.unit.compare.answers import WEDNESDAY, answer, ride, ways

TRUCK = ride("truck", distance_km=650.0)
TUESDAY_TRAIN, WEDNESDAY_TRAIN = ride("train"), ride("train", depart=WEDNESDAY)


def told(before: dict[str, Way], after: dict[str, Way]) -> str:
    return changed(answer("a", ways=before), answer("b", ways=after))


def test_a_move_to_another_mode() -> None:
    # 10 boxes of 2 TEU; 7 of them leave the trucks
    before, after = ways((10, [TRUCK])), ways((7, [TUESDAY_TRAIN]), (3, [TRUCK]))
    assert told(before, after) == "14 of 20 TEU move from trucks to the Tuesday train"
    assert told(after, before) == "14 of 20 TEU move from the Tuesday train to trucks"


def test_trains_of_several_days_are_one_move() -> None:
    before = ways((3, [TRUCK]))
    after = ways((1, [TUESDAY_TRAIN]), (2, [WEDNESDAY_TRAIN]))
    assert told(before, after) == "6 of 6 TEU move from trucks to trains"


def test_a_move_to_another_day() -> None:
    words = "4 of 4 TEU move from the Tuesday to the Wednesday train Sines → Coslada"
    assert told(ways((2, [TUESDAY_TRAIN])), ways((2, [WEDNESDAY_TRAIN]))) == words


def test_the_same_day_of_another_week_is_told_by_its_date() -> None:
    later = ride("train", depart=minute_of("2026-03-10T20:00:00Z"))
    assert told(ways((1, [TUESDAY_TRAIN])), ways((1, [later]))) == (
        "2 of 2 TEU move from train of Tue 3 Mar 20:00 to train of Tue 10 Mar 20:00"
    )


def test_another_route_is_told_by_the_end_that_differs() -> None:
    via_hub = [ride("shuttle", "PORT HUB", distance_km=50), ride("express", "HUB DRY")]
    assert told(ways((1, [TUESDAY_TRAIN])), ways((1, via_hub))) == (
        "2 of 2 TEU move from the Tuesday train out of Sines to the Tuesday train out of Badajoz"
    )


def test_a_ship_is_held_against_a_ship_where_trains_differ_too() -> None:
    def by(port: str, rail_km: float, sea_km: float) -> list[Ride]:
        train = ride(f"train-{port}", f"PORT {port}", distance_km=rail_km)
        ship = ride(f"ship-{port}", f"{port} DRY", distance_km=sea_km, mode="sea")
        return [train, ship]

    words = told(ways((1, by("HUB", 500, 1187))), ways((1, by("YARD", 1050, 950))))
    # the time zone of YARD is not known, so no day of the week is told
    assert words == "2 of 2 TEU move from the Tuesday ship out of Badajoz to ships out of YARD"


def test_a_train_is_held_against_a_truck_where_short_trucks_differ_too() -> None:
    drayage = ride("truck-hub", "PORT HUB", distance_km=20)
    after = [drayage, ride("train-hub", "HUB DRY")]
    words = "2 of 2 TEU move from trucks to the Tuesday train"
    assert told(ways((1, [TRUCK])), ways((1, after))) == words


def test_the_two_largest_moves_are_told_and_the_rest_summed() -> None:
    barge = ride("barge", mode="barge")
    before = ways((6, [TRUCK]), (2, [barge]), (1, [TUESDAY_TRAIN]))
    before |= {"BOX/10": Way(row=("LATE",), teu=3.0, rides=(TRUCK,))}
    after = ways((3, [TUESDAY_TRAIN]), (6, [barge]))
    after |= {"BOX/10": Way(row=("LATE",), teu=3.0, rides=())}
    # BOX: trucks 6 -> 0, barge 2 -> 6, train 1 -> 3: 4 boxes (8 TEU) to the barge, 2 to the train
    assert told(before, after) == (
        "8 of 21 TEU move from trucks to the Tuesday barge; 4 move from trucks to the Tuesday "
        "train; 3 go otherwise"
    )


def test_members_of_a_row_may_stand_for_one_another() -> None:
    before = ways((1, [TRUCK]), (1, [TUESDAY_TRAIN]))
    after = ways((1, [TUESDAY_TRAIN]), (1, [TRUCK]))
    assert told(before, after) == "same plan"


def test_cargo_left_behind() -> None:
    before, after = ways((2, [TRUCK])), ways((1, [TRUCK]), (1, []))
    assert told(before, after) == "2 of 4 TEU of trucks are left behind"
    assert told(after, before) == "2 of 4 TEU that were left behind take trucks"


def test_trucks_that_leave_at_another_time() -> None:
    later = ride("truck", distance_km=650.0, depart=WEDNESDAY)
    assert told(ways((1, [TRUCK])), ways((1, [later]))) == (
        "2 of 2 TEU leave by truck at another time"
    )


def test_a_plan_file_counts_shipments_and_knows_no_names() -> None:
    before = answer("a", ways=ways((2, [TUESDAY_TRAIN]), teu=None), places={}, zones={})
    after = answer("b", ways=ways((2, [WEDNESDAY_TRAIN])), places={}, zones={})
    assert changed(before, after) == (
        "2 of 2 shipments move from train of 2026-03-03 20:00 UTC to train of 2026-03-04 20:00 UTC"
    )


@pytest.mark.parametrize(
    ("status", "same"), [("infeasible", True), ("unknown", True), ("optimal", False)]
)
def test_two_without_a_plan_are_the_same(status: str, *, same: bool) -> None:
    none = answer("a", status="infeasible")
    other = answer("b", status=status, ways=ways((1, [TRUCK])))
    assert same_plan(none, other) is same
    assert changed(none, other) == ""
