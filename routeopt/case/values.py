"""From text to value, by the type of an attribute.

Spreadsheets and YAML guess what `NO`, `1_000` or `12:30` mean; here the attribute's type decides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from routeopt.case.attributes import Attribute
from routeopt.case.places import shown
from routeopt.network.calendar import Opening, Timetable, read_time

MAX_NUMBER = 1e12
"""No quantity of a case is larger; sums and products of such numbers stay finite."""
_MAX_CACHED = 100_000
_LONGEST = 200
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_ENDLESS = re.compile(r"[+-]?\.?(inf|infinity|nan)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9.]*,[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ZONE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4})?")
_COUNTRY_KM = re.compile(r"(\S+)\s+(\S+)")
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*")


class UnfitError(ValueError):
    """A text that is no value of its attribute.

    Parameters
    ----------
    code
        Code of the fault.
    message
        What is wrong, without the attribute's name.
    allowed
        What is allowed, in words.
    known
        Names among which the nearest is looked for.
    """

    def __init__(
        self, code: str, message: str, *, allowed: str | None = None, known: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.allowed = allowed
        self.known = tuple(known)


Converter = Callable[[str], Any]


def _bounds(allowed: str) -> tuple[float, bool, float]:
    """(lower bound, whether the bound itself is outside, upper bound)."""
    if ".." in allowed:
        low, high = allowed.split("..")
        return float(low), False, float(high)
    if allowed.startswith(">"):
        sign, low = allowed.split()
        return float(low), sign == ">", MAX_NUMBER
    return -MAX_NUMBER, False, MAX_NUMBER


def wanted_number(attribute: Attribute) -> str:
    """Say what numbers an attribute takes."""
    kind = "a whole number" if attribute.type == "integer" else "a number"
    return f"{kind} {attribute.allowed.replace('..', ' to ')}".strip()


def _number(attribute: Attribute) -> Converter:
    low, open_, high = _bounds(attribute.allowed)
    want = wanted_number(attribute)
    whole = attribute.type == "integer"

    def convert(text: str) -> float | int:
        value = read_number(text, want)
        if not low <= value <= high or (open_ and value == low):
            much = f" (no quantity here is over {MAX_NUMBER:g})" if value > MAX_NUMBER else ""
            raise UnfitError("E206", f"want {want}, got {shown(text)}{much}", allowed=want)
        if whole and not value.is_integer():
            raise UnfitError("E205", f"want {want}, got {shown(text)}", allowed=want)
        return int(value) if whole else value

    return convert


def read_number(text: str, want: str = "a number") -> float:
    """Finite number written with a decimal point.

    >>> read_number("1e3")
    1000.0
    """
    if _NUMBER.fullmatch(text):
        value = float(text)
        if math.isfinite(value):
            return value
    if _NUMBER.fullmatch(text) or _ENDLESS.fullmatch(text):
        raise UnfitError("E206", f"want {want}, a finite one, got {shown(text)}", allowed=want)
    hint = ""
    if _DECIMAL_COMMA.fullmatch(text):
        hint = ": write a decimal point, and no separator of thousands"
    elif "_" in text and _NUMBER.fullmatch(text.replace("_", "")):
        hint = ": write the digits without `_`"
    raise UnfitError("E205", f"want {want}, got {shown(text)}{hint}", allowed=want)


def _latlon(attribute: Attribute) -> Converter:
    return _number(attribute)


def _choice(attribute: Attribute) -> Converter:
    choices = attribute.choices or (attribute.allowed,)
    words = ", ".join(choices)

    def convert(text: str) -> str:
        if text not in choices:
            message = f"want one of {words}, got {shown(text)}"
            raise UnfitError("E207", message, allowed=words, known=choices)
        return text

    return convert


def _text(_: Attribute) -> Converter:
    def convert(text: str) -> str:
        line = text if text.isprintable() else " ".join(text.split())
        if not line.isprintable() and not line.translate(_SPACES).isprintable():
            raise UnfitError("E216", f"control or invisible character in {shown(text)}")
        return line

    return convert


_SPACES = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u200e\u200f", " "))


def _id(_: Attribute) -> Converter:
    def convert(text: str) -> str:
        if not text.isprintable():
            raise UnfitError("E216", f"control or invisible character in {shown(text)}")
        return text

    return convert


def _version(attribute: Attribute) -> Converter:
    def convert(text: str) -> str:
        if text != attribute.allowed:
            message = f"want {attribute.allowed}, the version of the format, got {shown(text)}"
            raise UnfitError("E220", message, allowed=attribute.allowed)
        return text

    return convert


def _truth(_: Attribute) -> Converter:
    def convert(text: str) -> bool:
        if text not in {"true", "false"}:
            message = f"want true or false, got {shown(text)}"
            raise UnfitError("E208", message, allowed="true, false", known=("true", "false"))
        return text == "true"

    return convert


def _yes_or_no(_: Attribute) -> Converter:
    """Convert as factor tables write it; `true` and `false` are understood too."""
    words = {"yes": True, "true": True, "no": False, "false": False}

    def convert(text: str) -> bool:
        if text not in words:
            message = f"want yes or no, got {shown(text)}"
            raise UnfitError("E208", message, allowed="yes, no", known=words)
        return words[text]

    return convert


def _date(_: Attribute) -> Converter:
    want = "a date such as 2026-03-02"

    def convert(text: str) -> date:
        try:
            day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            raise UnfitError("E209", f"want {want}, got {shown(text)}", allowed=want) from None
        _check_year(text, want)
        return day

    return convert


def _check_year(text: str, want: str) -> None:
    if not _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR:
        message = f"want {want}, in the years {_FIRST_YEAR} to {_LAST_YEAR}, got {shown(text)}"
        raise UnfitError("E209", message, allowed=want)


def _time(_: Attribute) -> Converter:
    want = "a time such as 2026-03-02T08:00"

    def convert(text: str) -> str:
        if _DATE.fullmatch(text):
            message = f"want {want}, got the date {shown(text)}: add the time of day"
            raise UnfitError("E209", message, allowed=want)
        try:
            _check_year(text, want)
            read_time(text, "UTC")
        except UnfitError:
            raise
        except (ValueError, OverflowError):
            raise UnfitError("E209", f"want {want}, got {shown(text)}", allowed=want) from None
        return text

    return convert


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _timezone(_: Attribute) -> Converter:
    def convert(text: str) -> str:
        try:
            if _ZONE_NAME.fullmatch(text):
                return ZoneInfo(text).key
        except (KeyError, ValueError, OSError):  # no such zone, or a folder of zones
            pass
        message = f"want a time zone such as Europe/Madrid, got {shown(text)}"
        raise UnfitError("E210", message, known=_zone_names())

    return convert


def _departures(_: Attribute) -> Converter:
    want = "any, daily 06:00, Mon,Thu 18:30, every 6h or ISO times, joined by ;"

    def convert(text: str) -> Timetable:
        try:
            timetable = Timetable.parse(text)
            for time in timetable.stamps:
                _check_year(time, "departures")
        except UnfitError:
            raise
        except (ValueError, OverflowError) as err:
            raise UnfitError("E211", _told(err, want, text), allowed=want) from None
        return timetable

    return convert


def _told(err: Exception, want: str, text: str) -> str:
    """Message of a parser, if it is one of ours; else what we want."""
    message = str(err)
    ours = message.startswith(("want ", "the window", "a day is named", "'any'"))
    return message if ours and len(message) <= _LONGEST else f"want {want}, got {shown(text)}"


def _opening(_: Attribute) -> Converter:
    want = "hours such as Mon-Fri 06:00-22:00; Sat 08:00-12:00"

    def convert(text: str) -> str:
        try:
            Opening.parse(text, "UTC")
        except ValueError as err:
            raise UnfitError("E212", _told(err, want, text), allowed=want) from None
        return text

    return convert


def _pattern(code: str, pattern: re.Pattern[str], want: str) -> Callable[[Attribute], Converter]:
    def converter(_: Attribute) -> Converter:
        def convert(text: str) -> str:
            if not pattern.fullmatch(text):
                hint = f": {text.upper()}?" if pattern.fullmatch(text.upper()) else ""
                raise UnfitError(code, f"want {want}, got {shown(text)}{hint}", allowed=want)
            return text

        return convert

    return converter


def _country_km(_: Attribute) -> Converter:
    want = "km by country such as PT 322; ES 62"

    def convert(text: str) -> Mapping[str, float]:
        km: dict[str, float] = {}
        for part in split_list(text):
            hit = _COUNTRY_KM.fullmatch(part)
            if not hit or not _ZONE.fullmatch(hit[1]):
                raise UnfitError("E215", f"want {want}, got {shown(text)}", allowed=want)
            if hit[1] in km:
                raise UnfitError("E215", f"{hit[1]} stands twice in {shown(text)}", allowed=want)
            value = read_number(hit[2], f"{want}: a number")
            if not 0 <= value <= MAX_NUMBER:
                message = f"want {want}, none negative, got {shown(text)}"
                raise UnfitError("E206", message, allowed=want)
            km[hit[1]] = value
        if not km:
            raise UnfitError("E215", f"want {want}, got {shown(text)}", allowed=want)
        return km

    return convert


_BLEND = "a fuel, electricity, or a blend by energy such as diesel 0.93; fame 0.07"
_SUM_TOLERANCE = 1e-6


def _fuel_mix(_: Attribute) -> Converter:
    """(carrier, share of the energy) of each carrier; shares sum to 1."""

    def convert(text: str) -> tuple[tuple[str, float], ...]:
        parts = [part.split() for part in split_list(text)]
        if not text.isprintable():
            raise UnfitError("E216", f"control or invisible character in {shown(text)}")
        if len(parts) == 1 and len(parts[0]) == 1:
            return ((parts[0][0], 1.0),)
        if not parts or any(len(part) != 2 for part in parts):  # noqa: PLR2004  name and share
            raise UnfitError("E214", f"want {_BLEND}, got {shown(text)}", allowed=_BLEND)
        shares = {name: _share(share, text) for name, share in parts}
        if len(shares) < len(parts):
            raise UnfitError("E214", f"a fuel stands twice in {shown(text)}", allowed=_BLEND)
        whole = sum(shares.values())
        if not all(0 < share <= 1 for share in shares.values()):
            message = f"want shares between 0 and 1, got {shown(text)}"
            raise UnfitError("E214", message, allowed=_BLEND)
        if abs(whole - 1) > _SUM_TOLERANCE:
            message = f"the shares of {shown(text)} sum to {whole:g}, want 1"
            raise UnfitError("E214", message, allowed=_BLEND)
        return tuple((name, share / whole) for name, share in shares.items())

    return convert


def _share(share: str, text: str) -> float:
    """Share of a blend; a word in its place makes the whole text no blend."""
    try:
        return read_number(share, "a share of the energy")
    except UnfitError as err:
        if share[0].isalpha():
            raise UnfitError("E214", f"want {_BLEND}, got {shown(text)}", allowed=_BLEND) from err
        raise


def split_list(text: str) -> list[str]:
    """Items of a list in one cell.

    >>> split_list("road; rail;")
    ['road', 'rail']
    """
    return [part.strip() for part in text.split(";") if part.strip()]


def _plain(_: Attribute) -> Converter:
    return str


CONVERTERS: Mapping[str, Callable[[Attribute], Converter]] = {
    "number": _number,
    "integer": _number,
    "latitude": _latlon,
    "longitude": _latlon,
    "text": _text,
    "id": _id,
    "place": _id,
    "choice": _choice,
    "fuel mix": _fuel_mix,
    "version": _version,
    "truth": _truth,
    "yes or no": _yes_or_no,
    "date": _date,
    "time": _time,
    "timezone": _timezone,
    "departures": _departures,
    "opening": _opening,
    "country": _pattern("E213", _COUNTRY, "a country as ISO 3166 alpha-2 such as PT"),
    "zone": _pattern("E213", _ZONE, "a country as ISO 3166 alpha-2 such as PT, or a zone of it"),
    "currency": _pattern("E217", _CURRENCY, "a currency as ISO 4217 such as USD"),
    "country km": _country_km,
    "path": _plain,
    "rows": _plain,
    "rates": _number,
    "shares": _number,
}
"""Maker of a converter by the attribute's type."""


def item_converter(attribute: Attribute) -> Converter:
    """Make the converter of one item of an attribute that is a list, else of its value."""
    kind = attribute.type.removeprefix("list ").removeprefix("some ")
    return _cached(CONVERTERS[kind](attribute))


@cache
def cell_converter(attribute: Attribute) -> Converter:
    """Make the converter of a cell; lists are separated by `;`."""
    item = item_converter(attribute)
    if not attribute.type.startswith("list "):
        return item

    def convert(text: str) -> tuple[Any, ...]:
        return checked_list([item(part) for part in split_list(text)])

    return _cached(convert)


def checked_list(items: list[Any]) -> tuple[Any, ...]:
    """Items as a tuple, each once."""
    for index, item in enumerate(items):
        if item in items[:index]:
            raise UnfitError("E218", f"{shown(str(item))} stands twice")
    return tuple(items)


def _cached(convert: Converter) -> Converter:
    return lru_cache(maxsize=_MAX_CACHED)(convert)
