"""Whether a way keeps the rules: a chain through distinct terminals, allowed and in time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from routeopt.audit.chain import Hop, Stop, Trip
from routeopt.audit.clock import departs_at, local_day
from routeopt.audit.energy import row_for
from routeopt.audit.findings import Findings, named
from routeopt.case.model import Case
from routeopt.freight import stamp
from routeopt.network import Service


def check_trip(trip: Trip, case: Case, found: Findings) -> None:
    """Check all that needs no prices."""
    _check_chain(trip, case, found)
    _check_avoided(trip, case, found)
    legs = trip.stated["legs"]
    for index, (hop, leg) in enumerate(zip(trip.hops, legs, strict=True)):
        where = f"{trip.where}.legs[{index}]"
        _check_leg_facts(leg, where, hop, trip, case, found)
        _check_departure(where, hop, trip.stops[index], case, found)
    _check_transfers(trip, case, found)
    _check_delivery(trip, found)


def _check_chain(trip: Trip, case: Case, found: Findings) -> None:
    services = [hop.service for hop in trip.hops]
    first, last = services[0], services[-1]
    if first.origin != trip.shipment.origin:
        where = f"{trip.where}.legs[0].from"
        origin = named(trip.shipment.origin)
        found.add(where, f"{named(first.origin)} is not the shipment's origin, {origin}")
    if last.destination != trip.shipment.destination:
        where = f"{trip.where}.legs[{len(services) - 1}].to"
        destination = named(trip.shipment.destination)
        message = f"{named(last.destination)} is not the shipment's destination, {destination}"
        found.add(where, message)
    for index, (before, after) in enumerate(pairwise(services), 1):
        if before.destination != after.origin:
            where = f"{trip.where}.legs[{index}].from"
            message = f"the leg before ends at {named(before.destination)}"
            found.add(where, f"starts at {named(after.origin)}, but {message}")
    visited = [stop.terminal.id for stop in trip.stops]
    for terminal in sorted({id_ for id_ in visited if visited.count(id_) > 1}):
        found.add(f"{trip.where}.legs", f"{named(terminal)} is visited more than once")
    for stop in trip.stops[1:-1]:
        if stop.terminal.kind == "door":
            found.add(f"{trip.where}.legs", f"passes {named(stop.terminal.id)}, which is a door")
    if len(services) > case.max_legs:
        found.add(f"{trip.where}.legs", f"{len(services)} legs, over max_legs {case.max_legs}")


def _check_avoided(trip: Trip, case: Case, found: Findings) -> None:
    for index, hop in enumerate(trip.hops):
        where = f"{trip.where}.legs[{index}].service"
        service = hop.service
        if service.mode in {*case.avoid.modes, *trip.shipment.avoid_modes}:
            found.add(where, f"the mode {service.mode} is to be avoided")
        if service.id in case.avoid.services:
            found.add(where, f"the service {named(service.id)} is to be avoided")
        for passage in sorted({*(service.passages or ())} & {*case.avoid.passages}):
            found.add(where, f"it uses the passage {passage}, which is to be avoided")
        for country in sorted(_countries_crossed(service) & {*case.avoid.countries}):
            found.add(where, f"it runs in {country}, which is to be avoided")
    for stop in trip.stops:
        terminal = stop.terminal
        if terminal.id in case.avoid.terminals:
            found.add(trip.where, f"the terminal {named(terminal.id)} is to be avoided")
        if terminal.country in case.avoid.countries:
            message = f"{named(terminal.id)} lies in {terminal.country}, which is to be avoided"
            found.add(trip.where, message)


def _countries_crossed(service: Service) -> set[str]:
    """Countries of its known km; a zone such as CN-LN counts for its country."""
    return {zone[:2] for zone, km in (service.country_km or {}).items() if km > 0}


def _check_leg_facts(
    leg: Mapping[str, Any], where: str, hop: Hop, trip: Trip, case: Case, found: Findings
) -> None:
    service = hop.service
    toc = row_for(case.network.tocs, service.toc, trip.shipment.cargo)
    for key, fact in (
        ("mode", service.mode),
        ("from", service.origin),
        ("to", service.destination),
        ("toc", None if toc is None else toc.id),
        ("source", None if toc is None else toc.source),
    ):
        found.same(f"{where}.{key}", leg[key], fact)
    if service.passages is not None or "passages" in leg:
        passages = None if service.passages is None else [*service.passages]
        found.same(f"{where}.passages", leg.get("passages"), passages)
    found.time(f"{where}.arrive", leg["arrive"], hop.arrive)
    found.number(f"{where}.distance_km", leg["distance_km"], service.distance_km)
    tkm = trip.shipment.size.tonnes * service.distance_km
    found.number(f"{where}.tkm", leg["tkm"], tkm)


def _check_departure(where: str, hop: Hop, stop: Stop, case: Case, found: Findings) -> None:
    """Check that the departure exists and that the cargo can board it."""
    where = f"{where}.depart"
    service, depart = hop.service, hop.depart
    zone_name = stop.terminal.timezone
    board = stop.end + round(service.cutoff_h * 60)
    if service.timetable.on_demand:
        if depart != board:
            found.add(where, "on demand it leaves with the cargo", stamp(depart), stamp(board))
    else:
        if not departs_at(service.timetable, depart, zone_name, start=case.start):
            message = f"{named(service.id)} has no departure at {stamp(depart)}"
            found.add(where, message)
        if depart < board:
            message = f"{stamp(depart)} is too early: the cargo can board from {stamp(board)}"
            found.add(where, message)
    day = local_day(depart, zone_name)
    if service.valid_from is not None and day < service.valid_from:
        found.add(where, f"{day} is before the first day of the service, {service.valid_from}")
    if service.valid_to is not None and day > service.valid_to:
        found.add(where, f"{day} is after the last day of the service, {service.valid_to}")


def _check_transfers(trip: Trip, case: Case, found: Findings) -> None:
    transfers = trip.stated["transfers"]
    if len(transfers) != len(trip.stops):
        message = f"want one at each of {len(trip.stops)} terminals, got {len(transfers)}"
        found.add(f"{trip.where}.transfers", message)
    for index, (stop, transfer) in enumerate(zip(trip.stops, transfers, strict=False)):
        where = f"{trip.where}.transfers[{index}]"
        found.same(f"{where}.terminal", transfer["terminal"], stop.terminal.id)
        found.time(f"{where}.start", transfer["start"], stop.start)
        found.number(f"{where}.hours", transfer["hours"], (stop.end - stop.start) / 60)
        found.number(f"{where}.wait_h", transfer["wait_h"], stop.wait_min / 60)
        id_ = stop.terminal.hoc
        hoc = None if id_ is None else row_for(case.network.hocs, id_, trip.shipment.cargo)
        found.same(f"{where}.hoc", transfer["hoc"], None if hoc is None else hoc.id)


def _check_delivery(trip: Trip, found: Findings) -> None:
    shipment, where = trip.shipment, trip.where
    took_min = trip.delivered - shipment.ready
    found.time(f"{where}.delivered", trip.stated["delivered"], trip.delivered)
    found.number(f"{where}.hours", trip.stated["hours"], took_min / 60)
    if "reason" in trip.stated:
        found.add(f"{where}.reason", "a served shipment needs none", trip.stated["reason"])
    if trip.delivered > shipment.due:
        message = f"delivered at {stamp(trip.delivered)}, after due {stamp(shipment.due)}"
        found.add(f"{where}.delivered", message)
    if shipment.max_hours is not None and took_min > round(shipment.max_hours * 60):
        message = f"{took_min / 60:.10g} h are over max_hours {shipment.max_hours:.10g}"
        found.add(f"{where}.hours", message)
