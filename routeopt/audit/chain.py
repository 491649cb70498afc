"""From a stated shipment to its way: services and terminals found in the case, times recomputed.

Only the choices of the plan are taken from it (which services, which departures); every time
that follows from them is computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routeopt.audit.burdens import RateBook, stop_burden
from routeopt.audit.clock import first_open
from routeopt.audit.energy import UnpricedError
from routeopt.audit.findings import Findings, named
from routeopt.case.model import Case
from routeopt.freight import Minute, Shipment, minute_of, stamp
from routeopt.network import Service, Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Handling at a terminal: from `start` to `end`, then a wait (0 at the destination)."""

    terminal: Terminal
    start: Minute
    end: Minute
    wait_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A ride from one stop to the next."""

    service: Service
    depart: Minute
    arrive: Minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """The way of one served shipment; `where` is its place in the plan, `stated` what stands there.

    `stops` has one more than `hops`.
    """

    where: str
    stated: Mapping[str, Any]
    shipment: Shipment
    hops: tuple[Hop, ...]
    stops: tuple[Stop, ...]

    @property
    def delivered(self) -> Minute:
        """End of the last handling."""
        return self.stops[-1].end


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The shipments of a plan as found in the case.

    `complete` is False if one of them can't be followed: then nothing that is shared, and no
    total, can be recomputed.
    """

    trips: tuple[Trip, ...]
    unserved: int
    complete: bool


def read_shipments(plan: Mapping[str, Any], book: RateBook, found: Findings) -> Reading:
    """Find every shipment of the case in the plan, once, and follow the served ones."""
    case = book.case
    trips: list[Trip] = []
    seen: set[str] = set()
    complete = True
    for entry in plan["shipments"]:
        where = f"shipments[{named(entry['id'])}]"
        shipment = case.members.get(entry["id"])
        if shipment is None or entry["id"] in seen:
            twice = "stands twice in the plan"
            found.add(where, "no shipment of the case has this id" if shipment is None else twice)
            complete = False
            continue
        seen.add(entry["id"])
        found.time(f"{where}.ready", entry["ready"], shipment.ready)
        found.time(f"{where}.due", entry["due"], shipment.due)
        if entry["status"] == "unserved":
            _check_unserved(entry, where, found)
            continue
        trip = _follow(entry, where, book, found)
        complete = complete and trip is not None
        trips += [] if trip is None else [trip]
    for id_ in case.members:
        if id_ not in seen:
            found.add(f"shipments[{named(id_)}]", "this shipment of the case is not in the plan")
    unserved = sum(entry["status"] == "unserved" for entry in plan["shipments"])
    return Reading(trips=tuple(trips), unserved=unserved, complete=complete)


def _check_unserved(entry: Mapping[str, Any], where: str, found: Findings) -> None:
    if not str(entry.get("reason", "")).strip():
        found.add(f"{where}.reason", "an unserved shipment needs a reason")
    if entry["delivered"] is not None:
        found.same(f"{where}.delivered", entry["delivered"], None)
    for key in ("legs", "transfers"):
        if entry[key]:
            found.add(f"{where}.{key}", f"an unserved shipment has none, got {len(entry[key])}")
    for key in (
        *("co2e_kg", "wtt_kg", "ttw_kg", "hours"),
        *("cost_eur", "cost_alone_eur", "duties_eur", "carbon_eur"),
    ):
        found.number(f"{where}.{key}", entry[key], 0.0)
    for key in ("tkm", "g_per_tkm"):
        found.number(f"{where}.{key}", entry.get(key, 0.0), 0.0)
    for key, part_eur in entry.get("carbon_parts", {}).items():
        found.number(f"{where}.carbon_parts.{key}", part_eur, 0.0)


def _follow(entry: Mapping[str, Any], where: str, book: RateBook, found: Findings) -> Trip | None:
    """Way of a served shipment; None, with findings, if it can't be made out or priced."""
    shipment = book.case.members[entry["id"]]
    if not entry["legs"]:
        found.add(f"{where}.legs", "a served shipment has legs")
        return None
    choices = [
        _choice(leg, f"{where}.legs[{index}]", book, shipment, found)
        for index, leg in enumerate(entry["legs"])
    ]
    known = [choice for choice in choices if choice is not None]
    if len(known) < len(choices):
        return None
    hops = tuple(
        Hop(service=service, depart=depart, arrive=depart + round(service.hours * 60))
        for service, depart in known
    )
    stops = _stops(book.case, shipment, hops)
    if not _priced(book.case, shipment, stops, where, found):
        return None
    return Trip(where=where, stated=entry, shipment=shipment, hops=hops, stops=stops)


def _priced(
    case: Case, shipment: Shipment, stops: tuple[Stop, ...], where: str, found: Findings
) -> bool:
    """Whether the case has the factors of all stops; records those that it lacks."""
    priced = True
    for stop in stops:
        try:
            stop_burden(case, stop.terminal, shipment, stop.wait_min)
        except UnpricedError as err:
            found.add(where, str(err))
            priced = False
    return priced


def _choice(
    leg: Mapping[str, Any], where: str, book: RateBook, shipment: Shipment, found: Findings
) -> tuple[Service, Minute] | None:
    """Service and departure of a stated leg; None, with a finding, if they aren't of the case."""
    case = book.case
    service = case.network.services.get(leg["service"])
    if service is None:
        found.add(f"{where}.service", f"no service of the case is called {leg['service']!r}")
        return None
    try:
        book.leg(service, shipment.cargo)
    except UnpricedError as err:
        found.add(f"{where}.service", str(err))
        return None
    try:
        depart = minute_of(leg["depart"])
    except ValueError:
        found.add(f"{where}.depart", f"no such day or time: {leg['depart']!r}")
        return None
    if not case.start <= depart <= case.end:
        horizon = f"{stamp(case.start)} to {stamp(case.end)}"
        found.add(f"{where}.depart", f"{leg['depart']} is outside the horizon, {horizon}")
        return None
    return service, depart


def _stops(case: Case, shipment: Shipment, hops: tuple[Hop, ...]) -> tuple[Stop, ...]:
    stops = []
    available = shipment.ready
    for hop in hops:
        terminal = case.network.terminals[hop.service.origin]
        start, end = _handling(terminal, available)
        stops.append(Stop(terminal=terminal, start=start, end=end, wait_min=hop.depart - end))
        available = hop.arrive
    terminal = case.network.terminals[hops[-1].service.destination]
    start, end = _handling(terminal, available)
    return (*stops, Stop(terminal=terminal, start=start, end=end, wait_min=0))


def _handling(terminal: Terminal, available: Minute) -> tuple[Minute, Minute]:
    start = first_open(terminal.open, available)
    return start, start + round(terminal.handling_h * 60)
