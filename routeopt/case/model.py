"""A case that has been read and found sound: what the optimizer and the audit start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from routeopt.errors import Fault
from routeopt.freight import DAY_MIN, Minute, Shipment
from routeopt.network import Network
from routeopt.regulations import Regulations


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of the whole plan; None: none. `min_share`: least share of tonne-km by mode."""

    cost_eur: float | None = None
    co2e_kg: float | None = None
    min_share: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoid:
    """What is never used, not even as the last way."""

    modes: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A planner's question.

    Parameters
    ----------
    path
        The case file.
    start, days
        Horizon: departures lie from `start` to `start` + `days`, both ends included.
    objective
        Lexicographic, out of co2e, cost, time.
    scenarios
        Names of the case's scenarios; `load_case(path, scenario=name)` reads one.
    inputs
        SHA-256 of each file read, by its path relative to the case's folder.
    warnings
        What is worth a look and no error.
    """

    path: Path
    name: str
    start: Minute
    days: int
    shipments: tuple[Shipment, ...]
    network: Network
    objective: tuple[str, ...] = ("co2e", "cost")
    co2e_scope: str = "wtw"
    carbon_price_eur_per_t: float = 0.0
    regulations: Regulations | None = None
    serve: str = "all"
    limits: Limits = field(default_factory=Limits)
    avoid: Avoid = field(default_factory=Avoid)
    via_passages: tuple[str, ...] = ()
    max_legs: int = 8
    scenarios: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()

    @property
    def end(self) -> Minute:
        """Last minute of the horizon."""
        return self.start + self.days * DAY_MIN

    @property
    def sha256(self) -> str:
        """Hash of the case file itself."""
        return self.inputs.get(self.path.name, "")

    @cached_property
    def members(self) -> Mapping[str, Shipment]:
        """The row of each single shipment by its id (`ID/1` of a counted one)."""
        return {member: row for row in self.shipments for member in row.members}
