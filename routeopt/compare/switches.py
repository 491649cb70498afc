"""Where a swept number makes another plan the best: bisection, some values at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from routeopt.compare.answers import Answer
from routeopt.compare.changes import changed, same_plan
from routeopt.compare.sweep import Sweep

MAX_TRIES = 400
"""Most values between those of the sweep that are solved."""

_NEAR = Decimal("0.01")
_PROVEN = ("optimal", "infeasible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Another plan is the best from some value on.

    Parameters
    ----------
    below, above
        Last value with the old plan and first with the new one; `above` counts.
    narrow
        Whether they are within 1 %.
    """

    below: Decimal
    above: Decimal
    before: Answer
    after: Answer
    narrow: bool

    @property
    def changed(self) -> str:
        """What moves, in words; empty where a side has no plan, or the cargo itself changes."""
        return changed(self.before, self.after)


class Search:
    """The answers that are known, and the values to ask for next.

    Parameters
    ----------
    answers
        Of the values of the sweep.
    """

    def __init__(self, sweep: Sweep, answers: Mapping[Decimal, Answer]) -> None:
        self._sweep = sweep
        self._answers = dict(answers)
        self._given = len(answers)

    def add(self, value: Decimal, answer: Answer) -> None:
        """Take note of an answer that was asked for."""
        self._answers[value] = answer

    def todo(self) -> list[Decimal]:
        """Middles of all intervals that are still too wide; none: done, or too many were asked."""
        middles = [
            self._middle(below, above)
            for below, above in self._changes()
            if self._proven(below, above) and not self._done(below, above)
        ]
        tried = len(self._answers) - self._given
        return middles if tried + len(middles) <= MAX_TRIES else []

    def switches(self) -> list[Switch]:
        """All changes of the best plan, as near as they are known.

        At the very value where two plans are equally good a third, mixed from both, may be chosen:
        changes that together lie within 1 % are one.
        """
        found: list[Switch] = []
        for below, above in self._changes():
            if not self._proven(below, above):
                continue
            touching = bool(found) and found[-1].above == below
            if touching and above - found[-1].below <= self._tolerance(found[-1].below, above):
                below = found.pop().below  # noqa: PLW2901  one change from there on
            found.append(
                Switch(
                    below=below,
                    above=above,
                    before=self._answers[below],
                    after=self._answers[above],
                    narrow=self._narrow(below, above),
                )
            )
        return [each for each in found if not same_plan(each.before, each.after)]

    def unproven(self) -> list[Decimal]:
        """Values beside which nothing can be sought, as their own plan is not proven the best."""
        return [value for value in sorted(self._answers) if not self._proven(value)]

    def _changes(self) -> list[tuple[Decimal, Decimal]]:
        """Neighbouring values whose plans differ."""
        values = sorted(self._answers)
        return [
            (below, above)
            for below, above in pairwise(values)
            if not same_plan(self._answers[below], self._answers[above])
        ]

    def _proven(self, *values: Decimal) -> bool:
        """Whether what was found is what there is: between chance finds there is no switch."""
        return all(self._answers[value].status in _PROVEN for value in values)

    def _tolerance(self, below: Decimal, above: Decimal) -> Decimal:
        """1 % of the value; of a tenth of the step where the value is less than that."""
        return _NEAR * max(min(abs(below), abs(above)), self._sweep.step / 10)

    def _narrow(self, below: Decimal, above: Decimal) -> bool:
        apart = above - below
        return apart <= self._tolerance(below, above) or (self._sweep.whole and apart <= 1)

    def _done(self, below: Decimal, above: Decimal) -> bool:
        """Whether the search goes no further: half of 1 %, so that two changes can be one."""
        apart = above - below
        return apart <= self._tolerance(below, above) / 2 or (self._sweep.whole and apart <= 1)

    def _middle(self, below: Decimal, above: Decimal) -> Decimal:
        """Value between two, with no more digits than the search needs."""
        middle = (below + above) / 2
        if self._sweep.whole:
            return Decimal(math.floor(middle))
        digits = math.floor((self._tolerance(below, above) / 8).log10())
        return middle.quantize(Decimal(1).scaleb(min(digits, 0)))
