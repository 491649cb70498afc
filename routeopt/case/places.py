"""Where faults are found, how they are gathered, and which known name is nearest."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from routeopt.errors import Fault

MAX_FAULTS = 100
"""Most faults of one severity that are told of one file."""
_SHOWN = 60
_MANY = 1000
_LENGTHS_APART = 2
_COMPARISONS = 200_000
"""Names compared in one run: a table of wrong references must not take minutes."""


class Place(NamedTuple):
    """Where something stands: `column` is a number in YAML and a column's name in a table."""

    file: str
    line: int | None = None
    column: int | str | None = None
    key: str | None = None
    sheet: str | None = None
    cell: str | None = None


def shown(text: str) -> str:
    """Text as a message shows it: quoted, escaped, not too long.

    >>> shown("a" * 80)[-10:]
    "aaaaaa...'"
    """
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


class Faults:
    """Gathers faults, at most 100 of each severity a file; the rest are counted.

    Parameters
    ----------
    file
        The case file: its faults come first.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[str, str], dict[Fault, None]] = {}
        self._hidden: set[tuple[str, str]] = set()
        self._comparisons = 0

    def add(
        self,
        code: str,
        place: Place,
        message: str,
        *,
        value: str | None = None,
        allowed: str | None = None,
        known: Collection[str] = (),
    ) -> None:
        """Record a fault; with `known`, the nearest of these names to `value` is told."""
        group = (place.file, code[0])
        found = self._found.setdefault(group, {})
        if len(found) >= MAX_FAULTS:
            self._hidden.add(group)
            return
        near = self._nearest(value, known) if value and known else None
        if near is not None:
            message += f": did you mean {shown(near)}?"
        fault = Fault(
            code=code,
            message=message,
            file=place.file,
            line=place.line,
            column=place.column,
            key=place.key,
            value=value,
            allowed=allowed,
            nearest=near,
            sheet=place.sheet,
            cell=place.cell,
        )
        found[fault] = None

    def take_over(self, other: Faults, *, scenario: str) -> None:
        """Add the faults that only this scenario has, with its name."""
        for group, found in other._found.items():
            mine = self._found.setdefault(group, {})
            for fault in found:
                if fault in mine:
                    continue
                if len(mine) >= MAX_FAULTS:
                    self._hidden.add(group)
                    break
                mine[replace(fault, message=f"scenario {shown(scenario)}: {fault.message}")] = None

    def repeat(self, other: Faults, *, severity: str = "EW") -> None:
        """Add faults that were gathered apart, as they are."""
        for group, found in other._found.items():
            mine = self._found.setdefault(group, {})
            for fault in found if group[1] in severity else ():
                if len(mine) >= MAX_FAULTS and fault not in mine:
                    self._hidden.add(group)
                    break
                mine[fault] = None
        self._hidden |= {group for group in other._hidden if group[1] in severity}

    @property
    def any_errors(self) -> bool:
        """Whether there is an error among them."""
        return any(found for (_, severity), found in self._found.items() if severity == "E")

    @property
    def overflowed(self) -> bool:
        """Whether some faults are not shown."""
        return bool(self._hidden)

    def all(self, *, severity: str = "EW") -> tuple[Fault, ...]:
        """Faults by file (the case file first), sheet, line and column."""
        listed = [
            fault for (_, kind), found in self._found.items() if kind in severity for fault in found
        ]
        listed.sort(key=self._order)
        hidden = sorted((file, kind) for file, kind in self._hidden if kind in severity)
        return (*listed, *(_more(file, kind) for file, kind in hidden))

    def _order(self, fault: Fault) -> tuple[bool, str, str, int, int]:
        column = fault.column if isinstance(fault.column, int) else 0
        other = fault.file != self.file
        return (other, fault.file, fault.sheet or "", fault.line or 0, column)

    def _nearest(self, word: str, known: Collection[str]) -> str | None:
        if self._comparisons > _COMPARISONS:
            return None
        candidates = known if len(known) <= _MANY else _alike(word, known)
        self._comparisons += len(candidates)
        return nearest(word, candidates)


def _more(file: str, kind: str) -> Fault:
    what = "errors" if kind == "E" else "warnings"
    return Fault(
        code="E199" if kind == "E" else "W699",
        message=f"more {what}, not shown: these are the first {MAX_FAULTS} that were found",
        file=file,
    )


def _alike(word: str, known: Iterable[str]) -> list[str]:
    """Names of about the same length with the same beginning: few enough to compare closely."""
    start = word[:2].casefold()
    return [
        n for n in known if abs(len(n) - len(word)) <= _LENGTHS_APART and n[:2].casefold() == start
    ]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Known name most like a word, None if none is.

    >>> nearest("limts", ["limits", "tables"])
    'limits'
    """
    names = sorted(known)
    folded = {name.casefold(): name for name in reversed(names)}
    hit = difflib.get_close_matches(word.casefold()[:100], folded, n=1)
    return folded[hit[0]] if hit else None
