"""Numbers of a case's README, and the plans that they are read from.

A README ends with a comment of lines `81,686 kg = plan.co2e_kg`: left the number as it stands in
the text, right what it is. Those that come from a source or from case.yaml say `given: 30 EUR`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from routeopt.case import load_case
from routeopt.case.model import Case
from routeopt.freight import Plan, ShipmentPlan, Totals
from routeopt.itineraries import front
from routeopt.itineraries.front import Point
from routeopt.optimize import solve

NUMBER = r"[−-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[−-]?\d+(?:\.\d+)?"
UNITS = r"(?:kg|EUR|TEU|t|h|%)"
_COMMENT = re.compile(r"<!-- numbers\n(.*?)\n-->", re.DOTALL)
_IN_TEXT = re.compile(rf"(?<![\w.,/-])({NUMBER})[  ]{UNITS}(?![\w])")
_CELL = re.compile(rf"\s*\**({NUMBER})\**\s*(?:{UNITS})?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A number in a text; `formula` None where it was given, not worked out."""

    text: str
    formula: str | None

    @property
    def number(self) -> str:
        """Digits as they stand in the text, without a unit."""
        hit = re.match(NUMBER, self.text)
        assert hit, f"no number at the start of {self.text!r}"
        return hit[0]

    def holds(self, value: float) -> bool:
        """Whether a value, rounded to the digits in the text, is the number there."""
        plain = self.number.replace(",", "").replace("−", "-")
        decimals = len(plain.partition(".")[2])
        return f"{value:.{decimals}f}".lstrip("-") == plain.lstrip("-") and (
            plain.startswith("-") == (value < 0) or float(plain) == 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """Text of a README, and what its last comment says of the numbers in it."""

    text: str
    claims: tuple[Claim, ...]

    @classmethod
    def read(cls, path: Path) -> Readme:
        whole = path.read_text("utf-8")
        hit = _COMMENT.search(whole)
        assert hit, f"{path}: no comment `<!-- numbers`"
        return cls(
            text=whole[: hit.start()] + whole[hit.end() :],
            claims=tuple(_claim(line) for line in hit[1].splitlines() if line.strip()),
        )

    def section(self, title: str) -> str:
        hit = re.search(rf"(?ms)^## {re.escape(title)}\n(.*?)(?=^## |\Z)", self.text)
        assert hit, f"no section {title}"
        return hit[1]

    def numbers(self, title: str) -> set[str]:
        """Numbers of a section that have a unit, or fill a cell of a table."""
        text = self.section(title)
        found = {hit[1] for hit in _IN_TEXT.finditer(text)}
        for line in text.splitlines():
            if line.startswith("|"):
                cells = (_CELL.fullmatch(cell) for cell in line.strip("|").split("|"))
                found |= {cell[1] for cell in cells if cell}
        return found


def _claim(line: str) -> Claim:
    if line.startswith("given: "):
        return Claim(text=line.removeprefix("given: ").strip(), formula=None)
    text, equals, formula = line.partition(" = ")
    assert equals, f"want `NUMBER = FORMULA` or `given: NUMBER`, got {line!r}"
    return Claim(text=text.strip(), formula=formula.strip())


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a README can say of a plan."""

    plan: Plan
    case: Case

    def __getattr__(self, name: str) -> float:
        """Totals: `co2e_kg`, `cost_eur`, `hours`, `tkm`, `served`, `unserved`."""
        if name not in Totals.__dataclass_fields__:
            raise AttributeError(name)
        value: float = getattr(self.plan.totals, name)
        return value

    @property
    def status(self) -> str:
        return str(self.plan.status)

    @cached_property
    def shipments(self) -> Mapping[str, ShipmentPlan]:
        return {shipment.id: shipment for shipment in self.plan.shipments}

    @cached_property
    def parts(self) -> Mapping[str, float]:
        totals = self.plan.totals
        names = ("transport", "handling", "storage", "duties", "carbon")
        return {name: getattr(totals, f"{name}_eur") for name in names}

    @cached_property
    def share(self) -> Mapping[str, float]:
        """Share of tonne-km by mode."""
        tkm = _summed((leg.mode, leg.tkm) for one in self.plan.shipments for leg in one.legs)
        whole = sum(tkm.values())
        return defaultdict(float, {mode: each / whole for mode, each in tkm.items()})

    @cached_property
    def teu_by(self) -> Mapping[str, float]:
        """TEU by service."""
        return _summed(
            (leg.service, self._teu(one.id)) for one in self.plan.shipments for leg in one.legs
        )

    @cached_property
    def boxes_by(self) -> Mapping[str, float]:
        """Shipments by service."""
        return _summed((leg.service, 1) for one in self.plan.shipments for leg in one.legs)

    @cached_property
    def teu_at(self) -> Mapping[str, float]:
        """TEU by terminal where they are handled."""
        return _summed(
            (hub.terminal, self._teu(one.id))
            for one in self.plan.shipments
            for hub in one.transfers
        )

    @cached_property
    def teu_on(self) -> Mapping[str, float]:
        """TEU that use a mode at all."""
        return _summed(
            (mode, self._teu(one.id))
            for one in self.plan.shipments
            for mode in {leg.mode for leg in one.legs}
        )

    def _teu(self, member: str) -> float:
        return self.case.members[member].size.teu


def _summed(pairs: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for key, value in pairs:
        sums[key] += value
    return sums


@cache
def told(folder: Path, scenario: str | None = None) -> Told:
    """Plan of a case or of one of its scenarios; solved once a run."""
    case = load_case(folder, scenario=scenario)
    return Told(plan=solve(case), case=case)


class _Fronts:
    """Fronts by shipment id, sorted by kg."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, list[Point]] = {}

    def __getitem__(self, shipment: str) -> list[Point]:
        if shipment not in self._known:
            points = front(told(self._folder).case, shipment)
            self._known[shipment] = sorted(points, key=lambda p: (p.co2e_kg, p.cost_eur))
        return self._known[shipment]


class Names(dict[str, Any]):
    """What a formula of a case's README may name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            front=_Fronts(folder),
            of=partial(told, folder),
            **{f.__name__: f for f in (abs, len, max, min, round, sum, set, sorted)},
        )
        self._folder = folder

    def __missing__(self, name: str) -> object:
        if name == "plan":
            return told(self._folder)
        raise KeyError(name)

    def value(self, formula: str) -> float:
        result = eval(formula, {"__builtins__": {}}, self)  # noqa: S307  our own README
        return float(result)
