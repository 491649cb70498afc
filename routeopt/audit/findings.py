"""What an audit finds, and the one place where stated and recomputed numbers are compared."""

from __future__ import annotations

from dataclasses import dataclass, field

from routeopt.freight import Minute, stamp

SMALL = 1e-3
"""Below this (EUR, kg, hours, …) the tolerance no longer shrinks with the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing in a plan that its case does not bear out.

    Parameters
    ----------
    where
        Place in the plan, e.g. `shipments[ZAZ-1].legs[0].cost_eur`.
    message
        What is wrong, in words.
    stated, recomputed
        What the plan says and what the audit computes, where the finding is about a value.
    """

    where: str
    message: str
    stated: object = None
    recomputed: object = None

    def __str__(self) -> str:
        if self.stated is None and self.recomputed is None:
            return f"{self.where}: {self.message}"
        return (
            f"{self.where}: {self.message}: the plan says {_shown(self.stated)}, "
            f"recomputed {_shown(self.recomputed)}"
        )


def _shown(value: object) -> str:
    return "nothing" if value is None else repr(value)


def named(id_: str) -> str:
    """Id as it stands in a place; one with control characters is quoted, so a line stays one.

    >>> named("ZAZ-1"), len(named("a" + chr(10)))
    ('ZAZ-1', 5)
    """
    return id_ if id_.isprintable() else repr(id_)


@dataclass(slots=True)
class Findings:
    """Gathers findings; numbers may differ by `tolerance`, relative to the greater of the two."""

    tolerance: float
    rows: list[Finding] = field(default_factory=list)

    def add(
        self, where: str, message: str, stated: object = None, recomputed: object = None
    ) -> None:
        """Record a finding."""
        self.rows.append(
            Finding(where=where, message=message, stated=stated, recomputed=recomputed)
        )

    def close(self, one: float, other: float) -> bool:
        """Whether two numbers are equal within the tolerance."""
        return abs(one - other) <= self.tolerance * max(abs(one), abs(other), SMALL)

    def exceeds(self, value: float, limit: float) -> bool:
        """Whether a value is above a limit by more than the tolerance."""
        return value > limit and not self.close(value, limit)

    def number(self, where: str, stated: float, recomputed: float) -> None:
        """Compare a number."""
        if not self.close(stated, recomputed):
            self.add(where, "wrong number", stated, recomputed)

    def same(self, where: str, stated: object, recomputed: object) -> None:
        """Compare a name, or a whole number that must be exact."""
        if stated != recomputed:
            self.add(where, "wrong value", stated, recomputed)

    def time(self, where: str, stated: str | None, recomputed: Minute) -> None:
        """Compare a stamp."""
        if stated != stamp(recomputed):
            self.add(where, "wrong time", stated, stamp(recomputed))
