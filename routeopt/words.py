"""Numbers, times and sentences as a planner reads them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import datetime

from routeopt.case.model import Case
from routeopt.freight import Minute
from routeopt.network.calendar import WEEKDAYS, zone

WIDTH = 80
VEHICLE = {"road": "truck", "rail": "train", "sea": "ship", "barge": "barge"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOUR_MIN = 60
_STUCK = "\N{NO-BREAK SPACE}"


def number(value: float) -> str:
    """Three digits or all before the point.

    >>> number(3411.6), number(34.12), number(3.414), number(0.0)
    ('3,412', '34.1', '3.41', '0')
    """
    size = abs(value)
    if size < 0.005:  # noqa: PLR2004  the last digit shown
        return "0"
    if size >= 99.95:  # noqa: PLR2004  three digits before the point
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"  # noqa: PLR2004  likewise two


def money(value: float) -> str:
    """Whole EUR, and the cents of small sums that have some.

    >>> money(9840.4), money(12.5), money(80), money(0)
    ('9,840', '12.50', '80', '0')
    """
    if abs(value) >= 99.995 or abs(value - round(value)) < 0.005:  # noqa: PLR2004  half a cent
        return f"{round(value):,}"
    return f"{value:.2f}"


def amount(value: float) -> str:
    """As many digits as were given, with thousands separators.

    >>> amount(20.0), amount(2.5), amount(12345.678)
    ('20', '2.5', '12,345.7')
    """
    text = f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004  a thousand
    return text.removesuffix(".0")


def signed(text: str) -> str:
    """Put a plus before what is more, and the true minus sign before what is less.

    >>> signed("1,360"), signed("-12"), signed("0")
    ('+1,360', '−12', '0')
    """
    if text == "0":
        return text
    return f"−{text[1:]}" if text.startswith("-") else f"+{text}"


def percent(fraction: float) -> str:
    """Percent with the digits that tell something.

    >>> percent(0.0041), percent(0.25), percent(0.00001)
    ('0.41 %', '25 %', '0.001 %')
    """
    value = fraction * 100
    if value >= 9.95:  # noqa: PLR2004  two digits before the point
        return f"{value:.0f} %"
    return f"{value:.2g} %" if value >= 0.001 else "under 0.001 %"  # noqa: PLR2004  shown digits


def span(minutes: float) -> str:
    """Hours and minutes.

    >>> span(1500), span(370), span(45)
    ('25 h', '6 h 10 min', '45 min')
    """
    hours, rest = divmod(round(minutes), _HOUR_MIN)
    parts = [f"{hours:,} h"] if hours else []
    parts += [f"{rest} min"] if rest or not hours else []
    return " ".join(parts)


def clock(minute: Minute, zone_name: str, *, year: bool = False) -> str:
    """Local time with the day of the week, in English whatever the locale.

    >>> clock(29540640, "Europe/Madrid")
    'Mon 2 Mar 09:00'
    """
    local = datetime.fromtimestamp(minute * 60, zone(zone_name))
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return f"{day}{f' {local.year}' if year else ''} {local:%H:%M}"


def at(case: Case, terminal: str, minute: Minute, *, year: bool = False) -> str:
    """Local time at a terminal."""
    return clock(minute, case.network.terminals[terminal].timezone, year=year)


def count(how_many: int, noun: str) -> str:
    """Say a number with its noun.

    >>> count(1, "leg"), count(1200, "leg"), count(0, "price"), count(2, "box")
    ('1 leg', '1,200 legs', 'no prices', '2 boxes')
    """
    plural = noun if how_many == 1 else f"{noun}{'es' if noun.endswith(('s', 'x')) else 's'}"
    return f"{how_many:,} {plural}" if how_many else f"no {plural}"


def listed(parts: Iterable[str]) -> str:
    """Join as in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    words = list(parts)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def wrapped(text: str, *, indent: str = "", hang: str = "") -> str:
    """Break a sentence into lines of 80 columns, never within a word nor at a `stuck` blank."""
    lines = textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace(_STUCK, " ")


def stuck(text: str) -> str:
    """Keep words on one line when they are `wrapped`."""
    return text.replace(" ", _STUCK)


def heading(text: str, *, bold: bool) -> str:
    """Line above a block, in bold type where the terminal has it."""
    return f"\033[1m{text}\033[0m" if bold else text
