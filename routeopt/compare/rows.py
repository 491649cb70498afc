"""Rows of a comparison: each answer held against the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routeopt.compare.answers import Answer
from routeopt.compare.changes import changed, comparable

RELATIVE = 1e-6
"""Kilograms and EUR as near as this are equal, as in the optimizer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An answer beside the first.

    Parameters
    ----------
    saved_kg
        CO2e less than in the first row; negative: more. None: nothing to hold it against.
    eur_per_t
        EUR more than in the first row for each tonne saved; negative: it saves money too. None
        where nothing is saved.
    changed
        What moves, in words.
    unlike
        Why the row is not held against the first, where it can't be.
    """

    answer: Answer
    saved_kg: float | None = None
    eur_per_t: float | None = None
    changed: str = ""
    unlike: str = ""


def compared(answers: Sequence[Answer]) -> list[Row]:
    """Hold each answer against the first, which gets a row too."""
    return [_row(answers[0], each) if n else Row(answer=each) for n, each in enumerate(answers)]


def _row(first: Answer, answer: Answer) -> Row:
    if not (first.solved and answer.solved):
        return Row(answer=answer)
    told = changed(first, answer)
    unlike = _unlike(first, answer)
    if unlike:
        return Row(answer=answer, changed=told, unlike=unlike)
    saved_kg = difference(first.co2e_kg, answer.co2e_kg)
    dearer_eur = difference(answer.cost_eur, first.cost_eur)
    return Row(
        answer=answer,
        saved_kg=saved_kg,
        eur_per_t=dearer_eur / saved_kg * 1000 if saved_kg > 0 else None,
        changed=told,
    )


def difference(one: float, other: float) -> float:
    """One less the other; 0 where they are equal but for rounding.

    >>> difference(5.0, 3.0), difference(1e6, 1e6 + 0.5)
    (2.0, 0.0)
    """
    apart = one - other
    return apart if abs(apart) > RELATIVE * max(abs(one), abs(other)) else 0.0


def _unlike(first: Answer, answer: Answer) -> str:
    """Say where two plans of one case carry unlike cargo: one emits less by carrying less."""
    if not comparable(first, answer):
        return ""
    loads = [_served(each) for each in (first, answer)]
    if loads[0] is None or loads[1] is None:
        same = first.served == answer.served
        return "" if same else f"serves {answer.served:,} shipments, not {first.served:,}"
    if abs(loads[0] - loads[1]) <= RELATIVE * max(loads[0], loads[1]):
        return ""
    return f"serves {loads[1]:,.6g} TEU, not {loads[0]:,.6g}"


def _served(answer: Answer) -> float | None:
    """TEU served; None where they are not known."""
    sizes = [way.teu for way in answer.ways.values() if way.rides]
    return None if None in sizes else sum(size for size in sizes if size is not None)
