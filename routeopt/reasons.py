"""Why a shipment can't be served at all, and the nearest thing that would do.

Each reason is found by trying: with a later due date, without an own limit, with less cargo, with
a longer horizon. What makes the difference is the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from routeopt.case.model import Avoid, Case
from routeopt.freight import DAY_MIN, Shipment, Size, whole_minutes
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.search import Found, Prices, Search
from routeopt.itineraries.ways import Ways
from routeopt.words import amount, at, count, money, span

_LATER_DAYS = 400
_MOST_LEGS = 60
_MOST_PARTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a case offers.

    Parameters
    ----------
    departures
        Timetabled departures in the horizon, by mode.
    unservable
        Reason for each row of shipments that can't be served even alone, by its id.
    """

    departures: Mapping[str, int]
    unservable: Mapping[str, str]


def survey(case: Case) -> Survey:
    """Look at what a case offers without solving it."""
    graph = ServiceGraph(case)
    departures: Counter[str] = Counter()
    for v, service in enumerate(graph.services):
        if not graph.on_demand[v]:
            departures[service.mode] += len(graph.departures(v))
    unservable = {}
    for shipment in case.shipments:
        if not _cheapest(graph, shipment):
            unservable[shipment.id] = reason(case, shipment, graph)
    return Survey(departures=dict(departures), unservable=unservable)


def explain(case: Case, shipment_id: str) -> str:
    """Reason why a shipment can't be served even alone; empty if it can."""
    shipment = case.members[shipment_id]
    graph = ServiceGraph(case)
    return "" if _cheapest(graph, shipment) else reason(case, shipment, graph)


def reason(case: Case, shipment: Shipment, graph: ServiceGraph) -> str:
    """Reason why a shipment has no itinerary at all, in words, with the nearest that would do."""
    free = _free(case, shipment)
    if not Search(Ways(graph, shipment)).has_way:
        return _at_an_end(case, shipment, graph)
    if not _reaches(graph, free):
        return _no_way(case, shipment)
    if not _cheapest(graph, free):
        return _after_horizon(case, shipment)
    in_time = _free(case, shipment, due=shipment.due, max_hours=shipment.max_hours)
    cheapest = _cheapest(graph, in_time)
    if not cheapest:
        return _too_late(case, shipment, graph)
    return _own_limits(shipment, graph, in_time)


def _free(
    case: Case, shipment: Shipment, *, due: int | None = None, max_hours: float | None = None
) -> Shipment:
    """Return the shipment without own limits, due much later unless given."""
    late = max(case.end, shipment.due) + _LATER_DAYS * DAY_MIN
    return replace(
        shipment,
        due=late if due is None else due,
        max_hours=max_hours,
        max_cost_eur=None,
        max_co2e_kg=None,
    )


def _reaches(graph: ServiceGraph, shipment: Shipment) -> bool:
    """Whether services lead to the destination, whatever their timetables."""
    search = Search(Ways(graph, shipment))
    if not search.has_way:
        return False
    return search.minutes_left[search.max_legs][search.ways.source] < float("inf")


def _cheapest(graph: ServiceGraph, shipment: Shipment) -> Found | None:
    """Cheapest itinerary alone."""
    return _least(Ways(graph, shipment), eur=1.0)


def _least(ways: Ways, *, eur: float = 0.0, kg: float = 0.0, minute: float = 0.0) -> Found | None:
    """Itinerary that is least alone in a measure; what departures share is priced per service."""
    service = {
        v: eur * (arc.alone_eur - arc.own_eur) + kg * (arc.alone_kg - arc.own_kg)
        for v, arc in ((arc.v, arc) for arc in map(ways.arcs.arc, range(len(ways.arcs.v))))
    }
    found = Search(ways).best(Prices(eur=eur, kg=kg, minute=minute, service=service))
    return found[0] if found else None


def _at_an_end(case: Case, shipment: Shipment, graph: ServiceGraph) -> str:
    """Origin or destination is avoided, or handles less in a day than the shipment."""
    for role, id_ in (("origin", shipment.origin), ("destination", shipment.destination)):
        if id_ not in graph.index:
            return f"its {role} {case.network.place(id_)} is avoided (`avoid` of the case)"
        cap = case.network.terminals[id_].max_teu_per_day
        if cap is not None and shipment.size.teu > cap:
            return (
                f"its {role} {case.network.place(id_)} handles {amount(cap)} TEU a day, "
                f"less than its {amount(shipment.size.teu)} TEU; split it"
            )
    raise AssertionError(f"{shipment.id} has both ends")


def _no_way(case: Case, shipment: Shipment) -> str:
    """No chain of services: too big for them, too many legs, avoided, or none at all."""
    free = _free(case, shipment)
    ends = (
        f"from {case.network.place(shipment.origin)} to {case.network.place(shipment.destination)}"
    )
    parts = _parts(ServiceGraph(case), free)
    if parts:
        return (
            f"too big for any unit on the way {ends}: {_size(shipment.size)}; "
            f"split into {parts} it is served"
        )
    longer = ServiceGraph(replace(case, max_legs=_MOST_LEGS))
    for legs in range(case.max_legs + 1, _MOST_LEGS + 1):
        graph = ServiceGraph(replace(case, max_legs=legs)) if _reaches(longer, free) else None
        if graph and _reaches(graph, free):
            return (
                f"no way {ends} within {count(case.max_legs, 'leg')}; one has {legs} (`max_legs`)"
            )
    open_case = replace(case, avoid=Avoid())
    if _reaches(ServiceGraph(open_case), free):
        return f"no way {ends} is left by `avoid`; without it there is one"
    if shipment.avoid_modes and _reaches(ServiceGraph(open_case), replace(free, avoid_modes=())):
        modes = " or ".join(shipment.avoid_modes)
        return f"no way {ends} without {modes} (`avoid_modes`); with it there is one"
    return f"no services lead {ends}"


def _parts(graph: ServiceGraph, shipment: Shipment) -> int | None:
    """Into how many equal parts the shipment must be split to find a way."""
    for parts in range(2, _MOST_PARTS + 1):
        size = shipment.size
        part = Size(size.teu / parts, size.tonnes / parts, size.m3 / parts)
        if _reaches(graph, replace(shipment, size=part)):
            return parts
    return None


def _size(size: Size) -> str:
    return f"{amount(size.teu)} TEU, {amount(size.tonnes)} t"


def _after_horizon(case: Case, shipment: Shipment) -> str:
    """No departures in the horizon take it, however late it may be."""
    text = f"no departures within the {count(case.days, 'day')} of the horizon bring it there"
    for days in (case.days + 7, case.days + 31, case.days + 366):
        longer = replace(case, days=days)
        graph = ServiceGraph(longer)
        found = _least(Ways(graph, _free(longer, shipment)), minute=1.0)
        if found:
            arrives = at(case, shipment.destination, found.delivered)
            return f"{text}; with a longer horizon (`days`) it arrives {arrives}"
    return text


def _too_late(case: Case, shipment: Shipment, graph: ServiceGraph) -> str:
    """Arrives after due, or takes more than `max_hours`."""
    limited = replace(
        _free(case, shipment),
        max_cost_eur=shipment.max_cost_eur,
        max_co2e_kg=shipment.max_co2e_kg,
    )
    soonest = _least(Ways(graph, limited), minute=1.0)
    if soonest is None:
        soonest = _least(Ways(graph, _free(case, shipment)), minute=1.0)
    if soonest is None:
        raise AssertionError(f"{shipment.id} has an itinerary")
    late = soonest.delivered - shipment.due
    took = soonest.delivered - shipment.ready
    arrives = f"arrives {at(case, shipment.destination, soonest.delivered)} at the earliest"
    cost = f"{money(soonest.alone_eur)} EUR"
    if late > 0:
        hours = -(-late // 60)
        return f"{arrives}, {span(late)} after due; with due +{hours} h it is served for {cost}"
    over = took - whole_minutes(shipment.max_hours or 0.0)
    return (
        f"{arrives}, {span(took)} after ready, {span(over)} over its `max_hours` of "
        f"{amount(shipment.max_hours or 0.0)}; with {-(-took // 60)} h it is served for {cost}"
    )


def _own_limits(shipment: Shipment, graph: ServiceGraph, in_time: Shipment) -> str:
    """Costs or emits more than the shipment's own limits."""
    with_co2e = replace(in_time, max_co2e_kg=shipment.max_co2e_kg)
    with_cost = replace(in_time, max_cost_eur=shipment.max_cost_eur)
    cheapest = _least(Ways(graph, with_co2e), eur=1.0)
    cleanest = _least(Ways(graph, with_cost), kg=1.0)
    said = []
    if cheapest and shipment.max_cost_eur is not None:
        over = cheapest.alone_eur - shipment.max_cost_eur
        said.append(
            f"costs at least {money(cheapest.alone_eur)} EUR in time, {money(over)} EUR over its "
            f"`max_cost_eur` of {money(shipment.max_cost_eur)}"
        )
    if cleanest and shipment.max_co2e_kg is not None:
        over = cleanest.alone_kg - shipment.max_co2e_kg
        said.append(
            f"emits at least {amount(cleanest.alone_kg)} kg in time, {amount(over)} kg over its "
            f"`max_co2e_kg` of {amount(shipment.max_co2e_kg)}"
        )
    if said:
        return "; or: ".join(said)
    either = _least(Ways(graph, in_time), eur=1.0)
    if either is None:
        raise AssertionError(f"{shipment.id} has an itinerary in time")
    return (
        f"its `max_cost_eur` and `max_co2e_kg` can't be met, not even one of them: the cheapest "
        f"in time costs {money(either.alone_eur)} EUR and emits {amount(either.alone_kg)} kg"
    )
