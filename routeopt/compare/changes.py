"""What one plan does otherwise than another, in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routeopt.compare.answers import Answer, Ride, Way
from routeopt.freight import stamp
from routeopt.network.calendar import WEEKDAYS
from routeopt.words import VEHICLE, amount, clock

SAME = "same plan"
_TOLD = 2
_DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class _Move:
    """Cargo that leaves one ride and takes another; None: it is left behind."""

    before: Ride | None
    after: Ride | None
    cargo: float


def comparable(first: Answer, other: Answer) -> bool:
    """Whether both plan the same shipments of the same case, so that cargo can be seen to move."""
    return first.case_name == other.case_name and first.ways.keys() == other.ways.keys()


def same_plan(first: Answer, other: Answer) -> bool:
    """Whether both put as much cargo on the same departures; two without a plan are the same."""
    if not (first.solved and other.solved):
        return first.solved == other.solved
    in_teu = _in_teu(first, other)
    return _loads(first, in_teu=in_teu) == _loads(other, in_teu=in_teu)


def changed(first: Answer, other: Answer) -> str:
    """Tell the largest moves of cargo; empty where nothing can be said.

    Members of a counted shipment may stand for one another.
    """
    if not (first.solved and other.solved and comparable(first, other)):
        return ""
    if same_plan(first, other):
        return SAME
    in_teu = _in_teu(first, other)
    groups: dict[tuple[object, ...], list[_Move]] = {}
    for move in _moves(first, other, in_teu=in_teu):
        groups.setdefault(_kind(move), []).append(move)
    ranked = sorted(groups.values(), key=lambda group: -sum(move.cargo for move in group))
    names = _Names(first, other)
    told = [(sum(move.cargo for move in group), names.move(group)) for group in ranked[:_TOLD]]
    left = sum(move.cargo for group in ranked[_TOLD:] for move in group)
    whole = sum(_cargo(way, in_teu=in_teu) for way in other.ways.values())
    return _sentence([*told, *([(left, "go otherwise")] if left else [])], whole, in_teu=in_teu)


def _sentence(told: Sequence[tuple[float, str]], whole: float, *, in_teu: bool) -> str:
    if not told:
        return ""
    unit = "TEU" if in_teu else "shipments"
    (cargo, words), *rest = told
    parts = [f"{amount(cargo)} of {amount(whole)} {unit} {words}"]
    parts += [f"{amount(each)} {more}" for each, more in rest]
    return "; ".join(parts)


def _kind(move: _Move) -> tuple[object, ...]:
    """Group what is told together: cargo from one mode, or from one route, to another.

    Of the same route, from one day to another; the days themselves are known to the names.
    """
    old, new = move.before, move.after
    if old is None or new is None:
        return ("",) if old is None else (old.mode,)
    if old.mode != new.mode:
        return (old.mode, new.mode)
    if old.route != new.route:
        return (old.mode, old.route, new.route)
    return (old.key, new.key)


def _in_teu(first: Answer, other: Answer) -> bool:
    """Whether the TEU of each shipment are known, and the same in both; else shipments count."""
    return all(
        way.teu is not None and (other.ways[id_].teu == way.teu if id_ in other.ways else False)
        for id_, way in first.ways.items()
    )


def _cargo(way: Way, *, in_teu: bool) -> float:
    """TEU of a shipment; 1 where they are not known of both plans."""
    return way.teu or 0.0 if in_teu else 1.0


def _loads(answer: Answer, *, in_teu: bool) -> Mapping[tuple[str, int], float]:
    """Cargo by (service, departure); rounded, as sums in another order may differ by a bit."""
    found: dict[tuple[str, int], float] = {}
    for way in answer.ways.values():
        for ride in way.rides:
            found[ride.key] = found.get(ride.key, 0.0) + _cargo(way, in_teu=in_teu)
    return {key: round(cargo, 6) for key, cargo in found.items()}


def _moves(first: Answer, other: Answer, *, in_teu: bool) -> list[_Move]:
    """Pair the ways of each row that one plan has and the other has not, the most alike first."""
    rows: dict[tuple[object, ...], tuple[Counter[Way], Counter[Way]]] = {}
    for side, answer in enumerate((first, other)):
        for each in answer.ways.values():
            way = each if in_teu else replace(each, teu=None)
            rows.setdefault((way.row, way.teu), (Counter(), Counter()))[side][way] += 1
    found = []
    for befores, afters in rows.values():
        olds, news = befores - afters, afters - befores
        pairs = [(_alike(old, new), old, new) for old in olds for new in news]
        for _, old, new in sorted(
            pairs, key=lambda pair: (pair[0], _rides(pair[1]), _rides(pair[2]))
        ):
            much = min(olds[old], news[new])
            if much:
                olds[old] -= much
                news[new] -= much
                found.append(_Move(*_apart(old, new), much * _cargo(new, in_teu=in_teu)))
    return found


def _alike(old: Way, new: Way) -> tuple[float, float]:
    """Km that are not on the same departures, and km not between the same places."""
    keys = {ride.key for ride in new.rides}
    routes = {(ride.mode, ride.route) for ride in new.rides}
    shared = sum(ride.distance_km for ride in old.rides if ride.key in keys)
    along = sum(ride.distance_km for ride in old.rides if (ride.mode, ride.route) in routes)
    return -shared, -along


def _rides(way: Way) -> tuple[tuple[str, int], ...]:
    return tuple(ride.key for ride in way.rides)


def _apart(before: Way, after: Way) -> tuple[Ride | None, Ride | None]:
    """Ride of each way that tells it best from the other; None: left behind.

    The longest in which they differ, and of the other way one of the same mode, if it is at least
    half as long: a box that goes by another port changes its ship, whatever its train does.
    """
    olds, news = _own(before, after), _own(after, before)
    if not (olds and news):
        return _longest(olds), _longest(news)
    longest = max(*olds, *news, key=_length)
    likes = [
        [
            ride
            for ride in own
            if ride.mode == longest.mode and 2 * ride.distance_km >= longest.distance_km
        ]
        for own in (olds, news)
    ]
    return _longest(likes[0] or olds), _longest(likes[1] or news)


def _own(way: Way, other: Way) -> list[Ride]:
    """Rides that the other way has not; a truck at another time only if nothing else differs."""
    keys = {ride.key for ride in other.rides}
    trucks = {ride.service for ride in other.rides if not ride.timetabled}
    own = [ride for ride in way.rides if ride.key not in keys]
    return [ride for ride in own if ride.service not in trucks] or own or list(way.rides)


def _longest(rides: Sequence[Ride]) -> Ride | None:
    return max(rides, key=_length) if rides else None


def _length(ride: Ride) -> tuple[float, str]:
    return ride.distance_km, ride.service


class _Names:
    """Names of what carries cargo, as a planner would say them."""

    def __init__(self, *answers: Answer) -> None:
        self._places: dict[str, str] = {}
        self._zones: dict[str, str] = {}
        for answer in answers:
            self._places.update(answer.places)
            self._zones.update(answer.zones)

    def move(self, group: Sequence[_Move]) -> str:
        """Tell moves of one kind: `move from trucks to the Tuesday train`."""
        olds = [move.before for move in group if move.before is not None]
        news = [move.after for move in group if move.after is not None]
        if not news:
            return f"of {self._fleet(olds)} are left behind"
        if not olds:
            return f"that were left behind take {self._fleet(news)}"
        old, new = olds[0], news[0]
        if old.mode != new.mode:
            return f"move from {self._fleet(olds)} to {self._fleet(news)}"
        if old.route == new.route:
            return self._on_one_route(old, new)
        where = self._bound(old, new), self._bound(new, old)
        return f"move from {self._fleet(olds)} {where[0]} to {self._fleet(news)} {where[1]}"

    def _on_one_route(self, old: Ride, new: Ride) -> str:
        """Tell apart what runs between the same two places: by day, or by service and time."""
        vehicle = VEHICLE.get(new.mode, new.mode)
        days = self._day(old), self._day(new)
        route = f"{vehicle} {self._place(new.origin)} → {self._place(new.destination)}"
        if days[0] and days[1] and days[0] != days[1]:
            return f"move from the {days[0]} to the {days[1]} {route}"
        if old.service == new.service and not new.timetabled:
            return f"leave by {vehicle} at another time"
        return f"move from {self._exact(old)} to {self._exact(new)}"

    def _fleet(self, rides: Sequence[Ride]) -> str:
        """Say `the Tuesday train` if all are that, else `trains`."""
        vehicle = VEHICLE.get(rides[0].mode, rides[0].mode)
        days = {self._day(ride) for ride in rides}
        day = days.pop() if len(days) == 1 else ""
        if any(ride.mode != rides[0].mode for ride in rides):
            return "the services that they took"
        return f"the {day} {vehicle}" if day else f"{vehicle}s"

    def _bound(self, ride: Ride, other: Ride) -> str:
        """Say the end in which a ride differs from another."""
        parts = [f"out of {self._place(ride.origin)}"] if ride.origin != other.origin else []
        if ride.destination != other.destination:
            parts.append(f"for {self._place(ride.destination)}")
        return " ".join(parts)

    def _place(self, id_: str) -> str:
        return self._places.get(id_, id_)

    def _day(self, ride: Ride) -> str:
        """Day of the week of a departure; empty without a timetable or a known time zone."""
        zone_name = self._zones.get(ride.origin)
        if not ride.timetabled or zone_name is None:
            return ""
        return _DAYS[clock(ride.depart, zone_name).split()[0]]

    def _exact(self, ride: Ride) -> str:
        vehicle, zone_name = VEHICLE.get(ride.mode, ride.mode), self._zones.get(ride.origin)
        name = ride.service if ride.service.startswith(vehicle) else f"{vehicle} {ride.service}"
        if zone_name is None:
            return f"{name} of {stamp(ride.depart)[:16].replace('T', ' ')} UTC"
        return f"{name} of {clock(ride.depart, zone_name)}"
