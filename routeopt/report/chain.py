"""Itineraries in words; equal ones of a counted shipment are told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from routeopt.case import Case
from routeopt.freight import Leg, ShipmentPlan
from routeopt.words import (
    VEHICLE,
    amount,
    at,
    count,
    heading,
    listed,
    money,
    number,
    span,
    stuck,
    wrapped,
)

MAX_CHAINS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Shipments of one row of the case that the plan treats alike."""

    row: str
    members: tuple[ShipmentPlan, ...]

    @property
    def first(self) -> ShipmentPlan:
        """Any of them: they travel together."""
        return self.members[0]

    def label(self) -> str:
        """`MAD`, `MAD/3`, or `7 × MAD (/1 to /7)`."""
        if len(self.members) == 1:
            return self.first.id
        numbers = [int(member.id.rpartition("/")[2]) for member in self.members]
        return f"{len(numbers)} × {self.row} ({listed(_ranges(numbers))})"


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    for _, run in runs:
        first, *rest = (value for _, value in run)
        yield f"/{first} to /{rest[-1]}" if rest else f"/{first}"


def groups(case: Case, shipments: Sequence[ShipmentPlan]) -> list[Group]:
    """Put together what belongs together, in the order of the plan."""
    found: dict[tuple[object, ...], list[ShipmentPlan]] = {}
    for shipment in shipments:
        rides = tuple((leg.service, leg.depart) for leg in shipment.legs)
        key = (case.members[shipment.id].id, shipment.served, rides, shipment.reason)
        found.setdefault(key, []).append(shipment)
    return [Group(row=str(key[0]), members=tuple(group)) for key, group in found.items()]


def chains_text(case: Case, served: Sequence[ShipmentPlan], *, bold: bool) -> str:
    """Tell how each shipment travels."""
    told = groups(case, served)
    blocks = [_group_text(case, group, bold=bold) for group in told[:MAX_CHAINS]]
    if len(told) > MAX_CHAINS:
        more = count(len(told) - MAX_CHAINS, "more chain")
        blocks.append(f"and {more}: all are in the plan file, and in --format csv")
    return "\n".join(blocks)


def _group_text(case: Case, group: Group, *, bold: bool) -> str:
    one, size = group.first, case.members[group.first.id].size
    kg = sum(member.co2e_kg for member in group.members)
    eur = sum(member.cost_eur for member in group.members)
    numbers = (
        f"{amount(size.teu * len(group.members))} TEU, {number(kg)} kg, {money(eur)} EUR, "
        f"{span(one.hours * 60)}"
    )
    lines = [f"{heading(group.label(), bold=bold)}: {numbers}"]
    lines += [wrapped(text, indent="  ", hang="  ") for text in _steps(case, one)]
    return "\n".join(lines)


def _steps(case: Case, plan: ShipmentPlan) -> Iterator[str]:
    origin = case.members[plan.id].origin
    yield f"{case.network.place(origin)}, ready {at(case, origin, plan.ready)}"
    for leg in plan.legs:
        yield stuck("→ ") + _ride(case, leg)
    destination = case.members[plan.id].destination
    delivered = plan.due if plan.delivered is None else plan.delivered
    early = span(plan.due - delivered)
    yield f"Delivered {at(case, destination, delivered)}, {early} before due"


def _ride(case: Case, leg: Leg) -> str:
    there = case.network.place(leg.destination)
    by = f" by {listed(leg.passages)}" if leg.passages else ""
    departure = stuck(f"{ride_name(leg)}{by}, {at(case, leg.origin, leg.depart)}")
    return f"{departure} {stuck(f'→ {there}, {at(case, leg.destination, leg.arrive)}')}"


def ride_name(leg: Leg) -> str:
    """Name a service so that one sees what it is: `train rail-sines-badajoz`, `truck A > B`."""
    vehicle = VEHICLE.get(leg.mode, leg.mode)
    return leg.service if leg.service.startswith(vehicle) else f"{vehicle} {leg.service}"


def reasons_text(case: Case, unserved: Sequence[ShipmentPlan]) -> str:
    """Say why shipments are not served, what holds for the fewest first: the others wait for it."""
    told: dict[str, list[Group]] = {}
    for group in groups(case, unserved):
        told.setdefault(group.first.reason or "no reason known", []).append(group)
    few_first = sorted(told.items(), key=lambda item: sum(len(g.members) for g in item[1]))
    return "\n".join(
        wrapped(f"{listed(group.label() for group in together)}: {reason}", hang="  ")
        for reason, together in few_first
    )
