"""Which rows there are, and in which order."""

from __future__ import annotations

from pathlib import Path

from routeopt.compare import Asked, Question, Terms, questions

ONE = Asked(path=Path("one"), scenarios=("Strike", "Flood"))
A, B = Asked(path=Path("a"), name="A"), Asked(path=Path("b"), name="B", scenarios=("Strike",))


def names(*items: Asked | str, baselines: tuple[str, ...] | None = None) -> list[str]:
    found = questions(items, baselines=baselines, terms=Terms())
    return [each.name if isinstance(each, Question) else each for each in found]


def test_a_single_case_comes_first_with_all_baselines_and_scenarios() -> None:
    assert names(ONE) == ["as planned", "all road", "cheapest", "fastest", "Strike", "Flood"]


def test_baselines_that_are_asked_for_stand_first() -> None:
    assert names(ONE, baselines=("fastest", "road")) == [
        "fastest",
        "all road",
        "as planned",
        "Strike",
        "Flood",
    ]


def test_several_cases_are_a_row_each_and_plans_keep_their_place() -> None:
    assert names(A, "plan", B) == ["A", "plan", "B", "B: Strike"]
    assert names("plan", A, baselines=("road",)) == ["A: all road", "plan", "A"]
