"""Local clocks, once more: asks of a single minute what `network.calendar` answers with lists.

Rules (DESIGN section 9): a local time that daylight saving skips moves forward by the gap, a
doubled one is the first, and the closing minute of a window is outside. A `datetime` with
`fold=0`, turned into a timestamp, does just that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routeopt.freight import Minute
from routeopt.network import Opening, Timetable

_SEARCH_DAYS = 15  # two weeks: in one of them a change of the clock may swallow a window


def local_day(minute: Minute, zone_name: str) -> date:
    """Calendar day at this place."""
    return datetime.fromtimestamp(minute * 60, ZoneInfo(zone_name)).date()


def _minute_at(day: date, minute_of_day: int, zone_name: str) -> Minute:
    naive = datetime.combine(day, time()) + timedelta(minutes=minute_of_day)
    return int(naive.replace(tzinfo=ZoneInfo(zone_name)).timestamp() // 60)


def departs_at(timetable: Timetable, minute: Minute, zone_name: str, *, start: Minute) -> bool:
    """Whether a timetable has a departure at this minute; periods count from `start`."""
    if any((minute - start) % period == 0 for period in timetable.every):
        return True
    if any(_written(text, zone_name) == minute for text in timetable.stamps):
        return True
    today = local_day(minute, zone_name)
    around = [today + timedelta(days=step) for step in (-1, 0, 1)]
    return any(
        day.weekday() == weekday and _minute_at(day, minute_of_day, zone_name) == minute
        for weekday, minute_of_day in timetable.weekly
        for day in around
    )


def _written(text: str, zone_name: str) -> Minute:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone_name))
    return round(moment.timestamp() / 60)


def first_open(opening: Opening | None, minute: Minute) -> Minute:
    """First minute not before this one at which handling may start; None: always open."""
    if opening is None:
        return minute
    return min(
        max(minute, begin)
        for begin, end in _windows(opening, local_day(minute, opening.zone_name))
        if begin < end and end > minute
    )


def _windows(opening: Opening, day: date) -> Iterator[tuple[Minute, Minute]]:
    """Windows that open from the day before to two weeks later: one may run past midnight."""
    for step in range(-1, _SEARCH_DAYS):
        opens_on = day + timedelta(days=step)
        for weekday, begin, end in opening.windows:
            if weekday == opens_on.weekday():
                yield (
                    _minute_at(opens_on, begin, opening.zone_name),
                    _minute_at(opens_on, end, opening.zone_name),
                )
