"""What a plan's numbers are made of: each kilogram as activity × factor, each charge by its rule.

The plan file gives only which shipment rides which departure; all numbers are worked out again
from the case and then held against those of the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from routeopt.case.model import Case
from routeopt.emissions import ELECTRICITY, MJ_PER_KWH, Component, Emission, Grid, Hoc, LegPart
from routeopt.emissions import for_cargo as row_for
from routeopt.errors import InputError
from routeopt.freight import (
    Carbon,
    IsoReport,
    Itinerary,
    Minute,
    Ride,
    Shipment,
    ShipmentPlan,
    Transfer,
    minute_of,
)
from routeopt.isoreport import iso_report
from routeopt.ledger import Ledger, Share

TOLERANCE = 1e-9
"""How far a sum may lie from the plan's number, relative."""

EXCLUDED = (
    "making, servicing and scrapping of vehicles and infrastructure, making of refrigerants, "
    "administration, waste, black carbon, offsets and bought allowances"
)
"""What ISO 14083 leaves out, or apart, and no row therefore holds."""

_AMOUNT_UNIT = {"tkm": "t", "teukm": "TEU", "vehiclekm": "vehicles"}
_HUB_UNIT = {"t": "t", "teu": "TEU"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One addend of a plan's CO2e: activity × factor.

    Parameters
    ----------
    element
        `leg 1`, `hub 1`, … in the order of the way.
    kind
        `leg`, `handling`, `plug` (reefer plugs while waiting) or `leak` (refrigerant).
    name
        Service of a leg, terminal of a hub.
    factor
        Id of the operation category (toc or hoc); empty where a terminal has none.
    carrier, country
        What emits, and where electricity comes from.
    amount, amount_unit, km
        What the activity is the product of: t, TEU or vehicles, and km; no km at hubs.
    activity, activity_unit
        tkm, teukm or vehiclekm of a leg; t, TEU or kWh of a hub.
    wtt_g, ttw_g
        The factor, g CO2e per unit of activity.
    energy, energy_unit
        MJ or kWh per unit of activity; None where intensities are given.
    energy_wtt_g, energy_ttw_g
        g CO2e per MJ or per kWh used, losses of the grid included.
    grid
        The row of the grid table behind electricity.
    source, carrier_source
        Of the category, and of what emits.
    """

    shipment: str
    element: str
    kind: str
    name: str
    mode: str = ""
    factor: str = ""
    carrier: str = ""
    country: str = ""
    amount: float = 0.0
    amount_unit: str = ""
    km: float | None = None
    distance_kind: str = ""
    activity: float = 0.0
    activity_unit: str = ""
    wtt_g: float = 0.0
    ttw_g: float = 0.0
    energy: float | None = None
    energy_unit: str = ""
    energy_wtt_g: float | None = None
    energy_ttw_g: float | None = None
    grid: Grid | None = None
    data_type: str = ""
    gwp: str = ""
    source: str = ""
    carrier_source: str = ""

    @property
    def wtt_kg(self) -> float:
        """Well-to-tank CO2e."""
        return self.activity * self.wtt_g / 1000

    @property
    def ttw_kg(self) -> float:
        """Tank-to-wheel CO2e."""
        return self.activity * self.ttw_g / 1000

    @property
    def wtw_kg(self) -> float:
        """Both."""
        return self.wtt_kg + self.ttw_kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What carbon costs on a leg or at a hub; `covered` is EU ETS' and FuelEU's part of a leg."""

    shipment: str
    element: str
    name: str
    covered: float | None
    carbon: Carbon


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum of rows beside what the plan file says."""

    what: str
    rows: float
    stated: float

    @property
    def agrees(self) -> bool:
        """Whether both are the same number."""
        return math.isclose(self.rows, self.stated, rel_tol=TOLERANCE, abs_tol=1e-9)

    def __str__(self) -> str:
        return f"{self.what}: the rows add up to {self.rows!r}, the plan says {self.stated!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that a plan, or some shipments of it, is made of.

    Parameters
    ----------
    plans
        The shipments explained, worked out again from the case.
    chosen
        Itinerary of every served shipment of the plan, explained or not.
    whole
        Whether these are all shipments of the plan.
    kg
        All CO2e of the rows.
    plan_kg
        The total of the whole plan in scope, as its file says.
    sums
        Totals of the rows beside those of the plan; first those of all shipments explained.
    """

    case: Case
    plans: tuple[ShipmentPlan, ...]
    chosen: Mapping[str, Itinerary]
    whole: bool
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    iso: IsoReport
    kg: Emission
    plan_kg: float
    sums: tuple[Sum, ...]

    @property
    def differences(self) -> tuple[Sum, ...]:
        """Sums that are not what the plan says."""
        return tuple(each for each in self.sums if not each.agrees)


def emission(lines: Sequence[Line]) -> Emission:
    """Add up rows."""
    return Emission(
        math.fsum(line.wtt_kg for line in lines), math.fsum(line.ttw_kg for line in lines)
    )


def explain(case: Case, plan: Mapping[str, Any], shipment: str | None = None) -> Explanation:
    """Take a plan apart.

    Parameters
    ----------
    plan
        What `plan.json` holds.
    shipment
        Id of one shipment, or of a counted row; None: all.

    Raises
    ------
    InputError
        If the plan names a shipment or service that the case does not have, or `shipment` is
        not in it.
    """
    chosen = itineraries(case, plan)
    ledger = Ledger(case)
    shares = ledger.shares(chosen)
    settled, _, _ = ledger.settle(chosen, {})
    asked = _asked(case, plan, shipment)
    plans = tuple(each for each in settled if each.id in asked)
    served = [each for each in plans if each.served]
    lines = [line for each in served for line in _lines(case, each, shares)]
    charges = [charge for each in served for charge in _charges(ledger, each)]
    stated = [row for row in plan["shipments"] if row["id"] in asked]
    return Explanation(
        case=case,
        plans=plans,
        chosen=chosen,
        whole=shipment is None,
        lines=tuple(lines),
        charges=tuple(charges),
        iso=iso_report(case, plans),
        kg=emission(lines),
        plan_kg=plan["totals"]["co2e_kg"],
        sums=tuple(_sums(case, lines, charges, stated, plan["totals"] if not shipment else None)),
    )


def itineraries(case: Case, plan: Mapping[str, Any]) -> dict[str, Itinerary]:
    """Itinerary of each served shipment of a plan file.

    Raises
    ------
    InputError
        If it names what the case does not have.
    """
    chosen = {}
    for row in plan["shipments"]:
        if row["id"] not in case.members:
            raise InputError(f"shipment {row['id']!r} of the plan is not in its case")
        for leg in row["legs"]:
            if leg["service"] not in case.network.services:
                raise InputError(f"service {leg['service']!r} of the plan is not in its case")
        rides = [
            Ride(
                service=leg["service"],
                depart=minute_of(leg["depart"]),
                arrive=minute_of(leg["arrive"]),
            )
            for leg in row["legs"]
        ]
        if rides:
            chosen[row["id"]] = Itinerary(rides=tuple(rides))
    return chosen


def _asked(case: Case, plan: Mapping[str, Any], shipment: str | None) -> set[str]:
    """Ids of the shipments that are asked for."""
    known = [row["id"] for row in plan["shipments"]]
    if shipment is None:
        return set(known)
    asked = {id_ for id_ in known if shipment in {id_, case.members[id_].id}}
    if not asked:
        near = get_close_matches(shipment, [*known, *(row.id for row in case.shipments)], n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise InputError(f"no shipment {shipment!r} in the plan{hint}")
    return asked


def _lines(
    case: Case, plan: ShipmentPlan, shares: Mapping[tuple[str, str, Minute], Share]
) -> Iterator[Line]:
    """Rows of a shipment in the order of its way."""
    shipment = case.members[plan.id]
    for index, transfer in enumerate(plan.transfers):
        yield from _hub_lines(case, plan.id, f"hub {index + 1}", transfer)
        if index < len(plan.legs):
            leg = plan.legs[index]
            units = shares[plan.id, leg.service, leg.depart].units
            for part in case.network.leg_parts(case.network.services[leg.service], shipment.cargo):
                amount = _amount(part, shipment, units)
                for component in part.components:
                    yield Line(
                        shipment=plan.id,
                        element=f"leg {index + 1}",
                        kind="leak" if component.leak else "leg",
                        name=leg.service,
                        mode=leg.mode,
                        amount=amount,
                        activity=amount * part.km,
                        **_of_part(part),
                        **_of_component(case, part, component),
                    )


def _amount(part: LegPart, shipment: Shipment, units: float) -> float:
    if part.toc.activity == "vehiclekm":
        return units
    return shipment.size.tonnes if part.toc.activity == "tkm" else shipment.size.teu


def _of_part(part: LegPart) -> dict[str, Any]:
    return {
        "factor": part.toc.id,
        "amount_unit": _AMOUNT_UNIT[part.toc.activity],
        "km": part.km,
        "distance_kind": part.toc.distance_basis,
        "activity_unit": part.toc.activity,
        "data_type": part.toc.data_type,
        "source": part.toc.source,
    }


def _of_component(case: Case, part: LegPart, component: Component) -> dict[str, Any]:
    """Columns of what emits; energy × g per MJ or kWh where the category is by energy."""
    found: dict[str, Any] = {
        "carrier": component.carrier,
        "country": component.country,
        "wtt_g": component.wtt_g,
        "ttw_g": component.ttw_g,
        "gwp": component.gwp,
        "carrier_source": component.source if part.toc.by_energy or component.leak else "",
    }
    if component.energy_mj is None:
        return found
    if component.carrier == ELECTRICITY:
        grid = case.network.factors.grids[component.country]
        return found | {
            "energy": component.energy_mj / MJ_PER_KWH,
            "energy_unit": "kWh",
            "energy_wtt_g": grid.used_g_per_kwh,
            "energy_ttw_g": 0.0,
            "grid": grid,
        }
    fuel = case.network.factors.fuels[component.carrier]
    return found | {
        "energy": component.energy_mj,
        "energy_unit": "MJ",
        "energy_wtt_g": fuel.wtt_g_per_mj,
        "energy_ttw_g": fuel.ttw_g_per_mj,
    }


def _hub_lines(case: Case, member: str, element: str, transfer: Transfer) -> Iterator[Line]:
    network, terminal = case.network, case.network.terminals[transfer.terminal]
    head: dict[str, Any] = {"shipment": member, "element": element, "name": transfer.terminal}
    if terminal.hoc is None:
        yield Line(
            kind="handling",
            amount=transfer.activity,
            amount_unit="t",
            activity=transfer.activity,
            activity_unit="t",
            **head,
        )
        return
    hoc = row_for(network.hocs, terminal.hoc, case.members[member].cargo)
    head |= {"factor": hoc.id, "data_type": hoc.data_type, "source": hoc.source}
    handled: dict[str, Any] = {
        "amount": transfer.activity,
        "amount_unit": _HUB_UNIT[hoc.per],
        "activity": transfer.activity,
        "activity_unit": _HUB_UNIT[hoc.per],
        "gwp": hoc.gwp,
    }
    yield Line(
        kind="handling",
        carrier=hoc.fuel,
        wtt_g=grams(hoc.wtt_kg),
        ttw_g=grams(hoc.ttw_kg),
        **head,
        **handled,
    )
    if hoc.leak_g:
        yield _hub_leak(case, hoc, {**head, **handled})
    if transfer.plug_kwh:
        yield _plug(network.factors.grids[terminal.country], transfer.plug_kwh, head)


def _plug(grid: Grid, kwh: float, columns: Mapping[str, Any]) -> Line:
    """Electricity of reefer plugs during the wait."""
    return Line(
        kind="plug",
        carrier=ELECTRICITY,
        country=grid.country,
        amount=kwh,
        amount_unit="kWh",
        activity=kwh,
        activity_unit="kWh",
        wtt_g=grid.used_g_per_kwh,
        grid=grid,
        carrier_source=grid.source,
        **columns,
    )


def grams(kg: float) -> float:
    """Kilograms as grams with the digits of the table, which a product may lose.

    >>> 2.046 * 1000, grams(2.046)
    (2045.9999999999998, 2046.0)
    """
    return float(Decimal(repr(kg)).scaleb(3))


def _hub_leak(case: Case, hoc: Hoc, columns: Mapping[str, Any]) -> Line:
    agent = case.network.factors.refrigerants[hoc.refrigerant]
    return Line(
        kind="leak",
        carrier=agent.id,
        ttw_g=case.network.leak_kg(hoc) * 1000,
        carrier_source=agent.source,
        **columns,
    )


def _charges(ledger: Ledger, plan: ShipmentPlan) -> Iterator[Charge]:
    """List what carbon costs by element; sea legs at 0 too, if ships are charged at all."""
    case = ledger.case
    services = [case.network.services[leg.service] for leg in plan.legs]
    covered = ledger.carbon.coverages(services)
    for index, transfer in enumerate(plan.transfers):
        shadow = ledger.carbon.shadow(Emission(transfer.wtt_kg, transfer.ttw_kg))
        if shadow.eur:
            yield Charge(
                shipment=plan.id,
                element=f"hub {index + 1}",
                name=transfer.terminal,
                covered=None,
                carbon=shadow,
            )
        if index < len(plan.legs):
            leg = plan.legs[index]
            at_sea = leg.mode == "sea" and ledger.carbon.charges_ships
            if leg.carbon.eur or at_sea:
                yield Charge(
                    shipment=plan.id,
                    element=f"leg {index + 1}",
                    name=leg.service,
                    covered=covered[index] if at_sea else None,
                    carbon=leg.carbon,
                )


def _sums(
    case: Case,
    lines: Sequence[Line],
    charges: Sequence[Charge],
    stated: Sequence[Mapping[str, Any]],
    totals: Mapping[str, Any] | None,
) -> Iterator[Sum]:
    """Add up all rows, then those of each shipment; `totals` None: `stated` adds up to them."""
    if totals is None:
        keys = ("co2e_kg", "wtt_kg", "ttw_kg")
        totals = {key: math.fsum(row[key] for row in stated) for key in keys}
        totals["cost_parts"] = {"carbon": math.fsum(row["carbon_eur"] for row in stated)}
    kg = emission(lines)
    yield Sum(what="co2e_kg", rows=kg.in_scope(case.co2e_scope), stated=totals["co2e_kg"])
    yield Sum(what="wtt_kg", rows=kg.wtt_kg, stated=totals["wtt_kg"])
    yield Sum(what="ttw_kg", rows=kg.ttw_kg, stated=totals["ttw_kg"])
    eur = math.fsum(charge.carbon.eur for charge in charges)
    yield Sum(what="carbon_eur", rows=eur, stated=totals["cost_parts"]["carbon"])
    own: dict[str, list[Line]] = {}
    for line in lines:
        own.setdefault(line.shipment, []).append(line)
    for row in stated:
        part, where = emission(own.get(row["id"], ())), f"shipment {row['id']}"
        yield Sum(what=f"{where}, wtt_kg", rows=part.wtt_kg, stated=row["wtt_kg"])
        yield Sum(what=f"{where}, ttw_kg", rows=part.ttw_kg, stated=row["ttw_kg"])
