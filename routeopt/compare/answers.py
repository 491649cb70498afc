"""A question answered: the case loaded, solved, audited, and what a comparison needs kept."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from routeopt.audit import require_sound
from routeopt.case import Case, load_case
from routeopt.compare.questions import Kind, Question
from routeopt.errors import CaseError
from routeopt.freight import Minute, Plan, ShipmentPlan, minute_of
from routeopt.optimize import baseline, solve, without_trucks
from routeopt.planfile import read_plan

SOLVED = ("optimal", "feasible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """A shipment on one departure, with what names it.

    Parameters
    ----------
    timetabled
        False for a service that leaves when the cargo is ready.
    """

    service: str
    mode: str
    origin: str
    destination: str
    depart: Minute
    timetabled: bool
    distance_km: float

    @property
    def key(self) -> tuple[str, Minute]:
        """(service, departure)."""
        return self.service, self.depart

    @property
    def route(self) -> tuple[str, str]:
        """(origin, destination)."""
        return self.origin, self.destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one shipment goes; no rides: it is left behind.

    Parameters
    ----------
    row
        Equal for those that may stand for one another: members of a counted shipment.
    teu
        None where only a plan file is known, which does not state it.
    """

    row: tuple[object, ...]
    teu: float | None
    rides: tuple[Ride, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plan in short, or why there is none.

    Parameters
    ----------
    status
        As in a plan; `error`: the case as patched is unsound.
    case_name
        Without the scenario's.
    tkm
        By mode.
    gap
        The widest of all objectives, a fraction; None where one was never reached.
    ways
        By id of the shipment.
    places, zones
        Name and time zone of the terminals that the rides touch, as far as they are known.
    """

    name: str
    kind: Kind
    status: str
    reason: str = ""
    baseline: str | None = None
    scenario: str | None = None
    value: str | None = None
    case_name: str = ""
    co2e_kg: float = 0.0
    cost_eur: float = 0.0
    hours: float = 0.0
    served: int = 0
    unserved: int = 0
    tkm: Mapping[str, float] = field(default_factory=dict)
    gap: float | None = None
    ways: Mapping[str, Way] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    objective: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def solved(self) -> bool:
        """Whether there is a plan."""
        return self.status in SOLVED

    @property
    def share(self) -> dict[str, float]:
        """Share of the tonne-km by mode, the largest first."""
        whole = math.fsum(self.tkm.values())
        ranked = sorted(self.tkm.items(), key=lambda item: (-item[1], item[0]))
        return {mode: tkm / whole for mode, tkm in ranked if tkm} if whole else {}


def answer(question: Question) -> Answer:
    """Solve one question and have the plan checked.

    Raises
    ------
    RouteoptError
        If the plan does not stand the audit: a bug of ours.
    """
    blank = Answer(
        name=question.name,
        kind=question.kind,
        status="error",
        baseline=question.baseline,
        scenario=question.scenario,
        value=question.value,
    )
    try:
        case = asked_case(question)
    except CaseError as err:  # told of the whole case before; so it is the patch
        return replace(blank, reason=err.faults[0].message)
    blank = replace(blank, case_name=_bare(case.name, question.scenario), objective=case.objective)
    apart = without_trucks(case) if question.baseline == "road" else None
    if apart is not None:
        return replace(blank, status="infeasible", reason=apart)
    terms = question.terms
    plan = solve(case, gap=terms.gap, time_limit_s=terms.time_limit_s)
    require_sound(plan, case, what=f"{question.path}, {question.name}")
    return _of_plan(blank, plan, case)


def asked_case(question: Question) -> Case:
    """Read the case that a question is about.

    Raises
    ------
    CaseError
        If it is unsound.
    """
    case = load_case(question.path, scenario=question.scenario, patch=question.patch)
    if question.terms.objective is not None:
        case = replace(case, objective=question.terms.objective)
    return case if question.baseline is None else baseline(case, question.baseline)


def _bare(case_name: str, scenario: str | None) -> str:
    """Name of a case without that of the scenario that was laid over it."""
    return case_name if scenario is None else case_name.removesuffix(f": {scenario}")


def _of_plan(blank: Answer, plan: Plan, case: Case) -> Answer:
    """Keep of a plan what a comparison needs."""
    totals = plan.totals
    gaps = [bound.gap for bound in plan.bounds]
    ways = {shipment.id: _way(shipment, case) for shipment in plan.shipments}
    touched = _touched(ways.values())
    return replace(
        blank,
        status=str(plan.status),
        reason=_reason([(each.id, each.reason) for each in plan.shipments]),
        co2e_kg=totals.co2e_kg,
        cost_eur=totals.cost_eur,
        hours=totals.hours,
        served=totals.served,
        unserved=totals.unserved,
        tkm=_by_mode((leg.mode, leg.tkm) for each in plan.shipments for leg in each.legs),
        gap=max(gaps) if len(gaps) == len(plan.objective) else None,
        ways=ways,
        places={id_: case.network.place(id_) for id_ in touched},
        zones={id_: case.network.terminals[id_].timezone for id_ in touched},
        warnings=plan.warnings,
        interrupted=plan.interrupted,
    )


def _way(shipment: ShipmentPlan, case: Case) -> Way:
    row = case.members[shipment.id]
    services = case.network.services
    rides = tuple(
        Ride(
            service=leg.service,
            mode=leg.mode,
            origin=leg.origin,
            destination=leg.destination,
            depart=leg.depart,
            timetabled=not services[leg.service].timetable.on_demand,
            distance_km=leg.distance_km,
        )
        for leg in shipment.legs
    )
    return Way(row=_row(shipment.id, shipment.ready, shipment.due), teu=row.size.teu, rides=rides)


def _row(id_: str, ready: Minute, due: Minute) -> tuple[object, ...]:
    """Tell which shipments may stand for one another; a plan file knows no more than this."""
    head, slash, number = id_.rpartition("/")
    return (head if slash and number.isdecimal() else id_, ready, due)


def _touched(ways: Iterable[Way]) -> list[str]:
    ends = {end for way in ways for ride in way.rides for end in (ride.origin, ride.destination)}
    return sorted(ends)


def _by_mode(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for mode, tkm in parts:
        found[mode].append(tkm)
    return {mode: math.fsum(each) for mode, each in sorted(found.items())}


def _reason(told: Sequence[tuple[str, str | None]]) -> str:
    """Reason that holds for the fewest shipments (the others wait for it), with their ids."""
    groups: dict[str, list[str]] = {}
    for id_, reason in told:
        if reason:
            groups.setdefault(reason, []).append(id_)
    if not groups:
        return ""
    reason, ids = min(groups.items(), key=lambda item: len(item[1]))
    others = len(ids) - 1
    who = f"{ids[0]} and {others} more" if others else ids[0]
    return f"{who}: {reason}"


def plan_answer(path: Path) -> Answer:
    """Read a plan file as it stands; its case is not needed.

    Raises
    ------
    InputError
        If it is no plan.
    """
    plan = read_plan(path)
    scenario = plan["manifest"].get("scenario")
    name, totals = plan["case"]["name"], plan["totals"]
    timetabled = {(each["service"], each["depart"]) for each in plan["departures"]}
    gaps = [bound["gap"] for bound in plan["bounds"]]
    legs = [leg for shipment in plan["shipments"] for leg in shipment["legs"]]
    return Answer(
        name=name,
        kind="plan",
        status=plan["status"],
        reason=_reason([(each["id"], each.get("reason")) for each in plan["shipments"]]),
        scenario=scenario,
        case_name=_bare(name, scenario),
        co2e_kg=totals["co2e_kg"],
        cost_eur=totals["cost_eur"],
        hours=totals["hours"],
        served=totals["served"],
        unserved=totals["unserved"],
        tkm=_by_mode((leg["mode"], leg["tkm"]) for leg in legs),
        gap=max(gaps) if gaps and len(gaps) == len(plan["objective"]) else None,
        ways={each["id"]: _written_way(each, timetabled) for each in plan["shipments"]},
        objective=tuple(plan["objective"]),
        warnings=tuple(plan.get("warnings", ())),
        interrupted=bool(plan.get("interrupted", False)),
    )


def _written_way(shipment: Mapping[str, Any], timetabled: set[tuple[str, str]]) -> Way:
    rides = tuple(
        Ride(
            service=leg["service"],
            mode=leg["mode"],
            origin=leg["from"],
            destination=leg["to"],
            depart=minute_of(leg["depart"]),
            timetabled=(leg["service"], leg["depart"]) in timetabled,
            distance_km=leg["distance_km"],
        )
        for leg in shipment["legs"]
    )
    ends = minute_of(shipment["ready"]), minute_of(shipment["due"])
    return Way(row=_row(shipment["id"], *ends), teu=None, rides=rides)
