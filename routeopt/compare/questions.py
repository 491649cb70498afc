"""What is compared: each question is small, and answered by itself in any process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

_Done = TypeVar("_Done")
Kind = Literal["case", "baseline", "scenario", "plan", "sweep"]
BASELINES = ("road", "cheapest", "fastest")
PLANNED = "as planned"
_NAMES = {"road": "all road", "cheapest": "cheapest", "fastest": "fastest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms all questions are solved.

    Parameters
    ----------
    gap, time_limit_s
        As `solve` takes them, for each question.
    objective
        In place of the case's; a baseline keeps its own.
    """

    gap: float = 0.0
    time_limit_s: float = 60.0
    objective: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row to be: a case, patched.

    Parameters
    ----------
    path
        The case.
    scenario, patch
        As `load_case` has them.
    baseline
        One of `BASELINES`, or none.
    value
        Of a sweep, as it was written.
    """

    name: str
    kind: Kind
    path: Path
    scenario: str | None = None
    patch: Mapping[str, object] = field(default_factory=dict)
    baseline: str | None = None
    value: str | None = None
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A case of which rows are asked.

    Parameters
    ----------
    name
        What its rows are called among those of other cases; empty: it is the only one.
    scenarios
        Those that get a row.
    """

    path: Path
    name: str = ""
    scenarios: tuple[str, ...] = ()


def questions(
    items: Sequence[Asked | _Done],
    *,
    baselines: Sequence[str] | None = None,
    terms: Terms,
) -> list[Question | _Done]:
    """List the questions of some cases, in the order of their rows.

    Parameters
    ----------
    items
        Cases, and what is answered already (plans), in their order.
    baselines
        These stand first, so that the others are held against them. None: all, after the case
        itself, if it is the only one.
    """
    cases = [item for item in items if isinstance(item, Asked)]
    found: list[Question | _Done] = []
    found += [each for asked in cases for each in _baselines(asked, baselines or (), terms)]
    for item in items:
        if not isinstance(item, Asked):
            found.append(item)
            continue
        name = item.name or PLANNED
        found.append(Question(name=name, kind="case", path=item.path, terms=terms))
        if baselines is None and not item.name:
            found += _baselines(item, BASELINES, terms)
        found += _scenarios(item, terms)
    return found


def _baselines(asked: Asked, names: Sequence[str], terms: Terms) -> Iterator[Question]:
    for name in names:
        yield Question(
            name=_labelled(asked, _NAMES[name]),
            kind="baseline",
            path=asked.path,
            baseline=name,
            terms=terms,
        )


def _scenarios(asked: Asked, terms: Terms) -> Iterator[Question]:
    for name in asked.scenarios:
        yield Question(
            name=_labelled(asked, name),
            kind="scenario",
            path=asked.path,
            scenario=name,
            terms=terms,
        )


def _labelled(asked: Asked, name: str) -> str:
    return f"{asked.name}: {name}" if asked.name else name
