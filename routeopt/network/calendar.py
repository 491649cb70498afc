"""Timetables and opening hours: from local clock times to minutes in UTC and back.

A local time that daylight saving skips moves forward by the gap, a doubled one is the first:
that is how `zoneinfo` reads `fold=0`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from routeopt.freight import DAY_MIN, Minute, whole_minutes

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_FORMS = "any, daily 06:00, Mon,Thu 18:30, every 6h or ISO times, joined by ;"
_EVERY = re.compile(r"every\s+(\d+(?:\.\d+)?)\s*h")


@cache
def zone(name: str) -> ZoneInfo:
    """Time zone of this IANA name."""
    return ZoneInfo(name)


def to_minute(day: date, minute_of_day: int, zone_name: str) -> Minute:
    """UTC minute of a local clock time; `minute_of_day` may run past midnight.

    >>> to_minute(date(2026, 3, 29), 150, "Europe/Madrid") - to_minute(date(2026, 3, 29), 60,
    ...     "Europe/Madrid")  # 02:30 is skipped, so it is 03:30 summer time, 90 minutes after 01:00
    90
    """
    local = datetime.combine(day, time(), zone(zone_name)) + timedelta(minutes=minute_of_day)
    return round(local.timestamp()) // 60


def local_date(minute: Minute, zone_name: str) -> date:
    """Calendar day at this place."""
    return datetime.fromtimestamp(minute * 60, zone(zone_name)).date()


def read_time(text: str, zone_name: str) -> Minute:
    """Minute of an ISO time: local to the zone, or absolute with an offset or `Z`.

    Seconds are rounded to the nearest minute.

    Raises
    ------
    ValueError
        If the text is no ISO date and time.
    """
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        raise ValueError(f"want a time such as 2026-03-02T08:00, got {text!r}")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone(zone_name))
    return round(moment.timestamp() / 60)


def _weekdays(text: str) -> tuple[int, ...]:
    """Numbers of the days in `Mon,Thu` or `Mon-Fri`; raises ValueError."""
    days: list[int] = []
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise ValueError(f"want days such as Mon,Thu or Mon-Fri, got {text!r}")
        begin = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - begin) % 7 + 1 if dash else 1
        days += [(begin + step) % 7 for step in range(length)]
    if len(set(days)) < len(days):
        raise ValueError(f"a day is named twice in {text!r}")
    return tuple(days)


def _minute_of_day(text: str, *, midnight: bool = False) -> int:
    """Minute of a clock time `18:30`; `24:00` only where `midnight` allows it."""
    hit = _CLOCK.fullmatch(text)
    if hit:
        return int(hit[1]) * 60 + int(hit[2])
    if midnight and text == "24:00":
        return DAY_MIN
    raise ValueError(f"want a clock time such as 18:30, got {text!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When a service departs: `on_demand`, or the union of the other patterns.

    Parameters
    ----------
    weekly
        (weekday, minute of the day) in local time.
    every
        Periods in minutes, counted from the first minute of the case.
    stamps
        ISO times as written.
    """

    on_demand: bool = False
    weekly: tuple[tuple[int, int], ...] = ()
    every: tuple[int, ...] = ()
    stamps: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Timetable:
        """Read `any`, `daily 06:00`, `Mon,Thu 18:30`, `every 6h`, ISO times, joined by `;`.

        Raises
        ------
        ValueError
            If a part is none of these, or `any` stands beside others.
        """
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if parts == ["any"]:
            return cls(on_demand=True)
        weekly: list[tuple[int, int]] = []
        every: list[int] = []
        stamps: list[str] = []
        for part in parts:
            period = _EVERY.fullmatch(part)
            if part == "any":
                raise ValueError("'any' can't be joined with other departures")
            if period:
                every.append(whole_minutes(float(period[1])))
            elif re.match(r"\d{4}-", part):
                read_time(part, "UTC")
                stamps.append(part)
            else:
                weekly += _weekly(part)
        if not parts or 0 in every:
            raise ValueError(
                f"want any, daily 06:00, Mon,Thu 18:30, every 6h or times, got {text!r}"
            )
        return cls(weekly=tuple(weekly), every=tuple(every), stamps=tuple(stamps))

    def departures(
        self,
        zone_name: str,
        *,
        start: Minute,
        end: Minute,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> tuple[Minute, ...]:
        """Departures from `start` to `end`, both included, sorted; none for on-demand services."""
        found = {read_time(text, zone_name) for text in self.stamps}
        for period in self.every:
            found.update(range(start, end + 1, period))
        day = local_date(start, zone_name) - timedelta(days=1)
        while self.weekly and day <= local_date(end, zone_name) + timedelta(days=1):
            found.update(
                to_minute(day, minute, zone_name)
                for weekday, minute in self.weekly
                if weekday == day.weekday()
            )
            day += timedelta(days=1)
        inside = (minute for minute in found if start <= minute <= end)
        if valid_from or valid_to:
            inside = (m for m in inside if _runs(local_date(m, zone_name), valid_from, valid_to))
        return tuple(sorted(inside))


def _weekly(part: str) -> list[tuple[int, int]]:
    days, _, clock = part.rpartition(" ")
    if not days:
        raise ValueError(f"want {_FORMS}, got {part!r}")
    numbers = tuple(range(7)) if days.strip() == "daily" else _weekdays(days.strip())
    return [(day, _minute_of_day(clock)) for day in numbers]


def _runs(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When handling may start at a terminal: windows of the local week, `[open, close)`.

    Parameters
    ----------
    windows
        (weekday, minute of opening, minute of closing); the closing minute may lie past midnight.
    zone_name
        IANA name of the terminal's time zone.
    """

    windows: tuple[tuple[int, int, int], ...]
    zone_name: str
    _weeks: dict[date, tuple[list[Minute], list[Minute]]] = field(
        init=False, default_factory=dict, repr=False, compare=False, hash=False
    )

    @classmethod
    def parse(cls, text: str, zone_name: str) -> Opening:
        """Read `Mon-Fri 06:00-22:00; Sat 22:00-06:00`; days left out mean all of them.

        Raises
        ------
        ValueError
            If a part is not of this form, or a window is empty.
        """
        windows = [window for part in text.split(";") if part.strip() for window in _window(part)]
        if not windows:
            raise ValueError(f"want hours such as Mon-Fri 06:00-22:00, got {text!r}")
        return cls(windows=tuple(windows), zone_name=zone_name)

    def first_from(self, minute: Minute) -> Minute:
        """First minute not before this one at which handling may start."""
        day = local_date(minute, self.zone_name)
        monday = day - timedelta(days=day.weekday())
        for week in range(3):
            opens, closes = self._week(monday + timedelta(weeks=week))
            index = bisect_right(closes, minute)
            if index < len(opens):
                return max(minute, opens[index])
        raise AssertionError(f"no window within two weeks of {minute}: {self}")

    def _week(self, monday: date) -> tuple[list[Minute], list[Minute]]:
        """Windows in UTC, joined where they overlap, that open from the Sunday before to Sunday."""
        if monday not in self._weeks:
            spans = sorted(
                (to_minute(day, begin, self.zone_name), to_minute(day, end, self.zone_name))
                for day in (monday + timedelta(days=step) for step in range(-1, 7))
                for weekday, begin, end in self.windows
                if weekday == day.weekday()
            )
            self._weeks[monday] = _joined(spans)
        return self._weeks[monday]


def _joined(spans: Sequence[tuple[Minute, Minute]]) -> tuple[list[Minute], list[Minute]]:
    opens: list[Minute] = []
    closes: list[Minute] = []
    for begin, end in spans:
        if begin >= end:  # swallowed by a change of the clock
            continue
        if closes and begin <= closes[-1]:
            closes[-1] = max(closes[-1], end)
        else:
            opens.append(begin)
            closes.append(end)
    return opens, closes


def _window(part: str) -> list[tuple[int, int, int]]:
    days, _, hours = part.strip().rpartition(" ")
    first, dash, last = (piece.strip() for piece in hours.partition("-"))
    if not dash:
        raise ValueError(f"want hours such as Mon-Fri 06:00-22:00, got {part.strip()!r}")
    begin, end = _minute_of_day(first), _minute_of_day(last, midnight=True)
    if begin == end:
        raise ValueError(f"the window {hours!r} is empty; a whole day is 00:00-24:00")
    if end < begin:
        end += DAY_MIN
    numbers = tuple(range(7)) if days in {"", "daily"} else _weekdays(days)
    return [(day, begin, end) for day in numbers]
