"""A number of the case swept: `KEY=FROM:TO:STEP`, read before the case is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from routeopt.case.attributes import ROW_TABLES, TABLES, Attribute
from routeopt.case.places import nearest, shown
from routeopt.case.values import MAX_NUMBER, UnfitError, item_converter
from routeopt.network import MODES

MAX_VALUES = 200
_FORM = "want KEY=FROM:TO:STEP, or TABLE[column=value].column*=FROM:TO:STEP to scale"
_TABLE = re.compile(r"(\w+)\[(.*)\]\.(\w+)", re.DOTALL)
_PAIRS = re.compile(r",(?=\s*\w+\s*=)")
_NUMBERS = ("number", "integer")
_LEAST = Decimal("1e-9")
_ENDS_WITHIN = Decimal("0.01")
"""Share of a step by which the last one may miss TO: 0:1:0.333 means thirds."""


class SweepError(ValueError):
    """A sweep that can't be read; its text is meant for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A number of the case, and the values that it takes.

    Parameters
    ----------
    text, key
        As typed, and the part of it before the values.
    values
        Ascending.
    to
        The end that was asked for; the last value is less where the step does not reach it.
    path
        Keys from the top of the case; empty for a column of a table.
    table, where, column
        Rows, as an override has them, and the column.
    scales
        Whether the column is multiplied, not set.
    whole
        Whether only whole numbers make sense.
    """

    text: str
    key: str
    values: tuple[Decimal, ...]
    to: Decimal
    unit: str = ""
    scales: bool = False
    whole: bool = False
    path: tuple[str, ...] = ()
    table: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    column: str = ""

    @property
    def step(self) -> Decimal:
        """Distance between two values; 0 for a single one."""
        return self.values[1] - self.values[0] if len(self.values) > 1 else Decimal(0)

    def patch(self, value: Decimal) -> dict[str, object]:
        """Keys of a case that give the number this value."""
        if self.table:
            change = {
                "table": self.table,
                "where": {name: list(each) for name, each in self.where.items()},
                "scale" if self.scales else "set": {self.column: plain(value)},
            }
            return {"override": [change]}
        found: object = plain(value)
        for key in reversed(self.path):
            found = {key: found}
        return found if isinstance(found, dict) else {}

    def label(self, value: Decimal) -> str:
        """Value as a row is called: `57.2 EUR/t`, or `× 0.9`."""
        return f"× {plain(value)}" if self.scales else f"{plain(value)} {self.unit}".strip()


def plain(value: Decimal) -> str:
    """Decimal without exponent and trailing zeros.

    >>> plain(Decimal("2E+2")), plain(Decimal("0.50"))
    ('200', '0.5')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_sweep(text: str) -> Sweep:
    """Read a sweep as it is typed.

    Raises
    ------
    SweepError
        Saying what is wrong, and the nearest right word.
    """
    key, sign, span = text.rpartition("=")
    if not (sign and key.strip() and span.count(":") == 2):  # noqa: PLR2004  FROM, TO, STEP
        raise SweepError(f"{_FORM}; got {shown(text)}")
    scales = key.endswith("*")
    key = key.removesuffix("*").strip()
    values, to = _values(span)
    found = _TABLE.fullmatch(key)
    if found is None:
        path, attribute = _path(key)
        if scales:
            raise SweepError(f"{key}: only a column of a table can be scaled; write = for *=")
        sweep = Sweep(text=text, key=key, values=values, to=to, path=path)
    else:
        table, where, column = found.groups()
        attribute = _column(table, column)
        sweep = Sweep(
            text=text,
            key=key,
            values=values,
            to=to,
            table=table,
            where=_where(table, where),
            column=column,
            scales=scales,
        )
    return _checked(sweep, attribute)


def _values(span: str) -> tuple[tuple[Decimal, ...], Decimal]:
    """Values from FROM to TO, exact; and TO."""
    start, stop, step = (_decimal(part) for part in span.split(":"))
    if stop < start:
        raise SweepError(f"{span}: want FROM <= TO")
    if stop == start:
        return (start,), stop
    if step <= 0:
        raise SweepError(f"{span}: want STEP > 0")
    if step > stop - start:
        raise SweepError(f"{span}: the step is longer than the way from FROM to TO")
    steps = int((stop - start) / step + _ENDS_WITHIN)
    if steps >= MAX_VALUES:
        raise SweepError(f"{span}: these are too many values: at most {MAX_VALUES} are solved")
    values = [start + step * n for n in range(steps + 1)]
    if abs(stop - values[-1]) <= step * _ENDS_WITHIN:
        values[-1] = stop
    return tuple(values), stop


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise SweepError(f"want a number, got {shown(text)}; {_FORM}") from None
    if not value.is_finite() or "_" in text:
        raise SweepError(f"want a number, got {shown(text)}")
    if value and not _LEAST <= abs(value) <= MAX_NUMBER:  # so that all arithmetic is exact
        raise SweepError(f"want a number from {_LEAST} to {MAX_NUMBER:g}, got {shown(text)}")
    return value


def _path(key: str) -> tuple[tuple[str, ...], Attribute]:
    """Keys and attribute of a dotted key that holds a number."""
    known = dict(_number_keys())
    if key in known:
        return tuple(key.split(".")), known[key]
    head = key.partition(".")[0]
    if head in ROW_TABLES and "." in key:
        column = key.partition(".")[2]
        hint = f"{head}[].{column} is every row, {head}[id=…].{column} one"
        raise SweepError(f"{shown(key)} is no key of the case: {hint}")
    if head == "fx_to_eur" and key.count(".") == 1:
        return tuple(key.split(".")), TABLES["case"]["fx_to_eur"]
    raise SweepError(f"{shown(key)} is no key of the case with a number{_near(key, known)}")


def _number_keys() -> Iterator[tuple[str, Attribute]]:
    """Dotted keys of a case that hold a number."""
    for name, attribute in TABLES["case"].items():
        if attribute.type in _NUMBERS:
            yield name, attribute
        elif attribute.type == "mapping" and name != "tables":
            for part, inner in TABLES["grid keys" if name == "grid" else name].items():
                if inner.type in _NUMBERS:
                    yield f"{name}.{part}", inner
                elif inner.type == "shares":
                    yield from ((f"{name}.{part}.{mode}", inner) for mode in MODES)


def _column(table: str, column: str) -> Attribute:
    if table not in ROW_TABLES:
        raise SweepError(f"{shown(table)} is no table of a case{_near(table, ROW_TABLES)}")
    numbers = {name: each for name, each in TABLES[table].items() if each.type in _NUMBERS}
    if column not in numbers:
        raise SweepError(
            f"{shown(column)} is no column of {table} with a number{_near(column, numbers)}"
        )
    return numbers[column]


def _where(table: str, text: str) -> dict[str, tuple[str, ...]]:
    """Columns and the values that a row may have there; nothing: every row."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in _PAIRS.split(text) if text.strip() else ():
        column, sign, values = (part.strip() for part in pair.partition("="))
        if not sign:
            raise SweepError(f"{table}[{text}]: want column=value, got {shown(pair)}")
        if column not in TABLES[table]:
            raise SweepError(
                f"{shown(column)} is no column of {table}{_near(column, TABLES[table])}"
            )
        if column in found:
            raise SweepError(f"{table}[{text}]: {column} stands twice; write {column}=a;b")
        found[column] = tuple(each.strip() for each in values.split(";"))
    return found


def _near(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = nearest(word, known)
    return f": did you mean {shown(near)}?" if near else ""


def _checked(sweep: Sweep, attribute: Attribute) -> Sweep:
    """Check that the number may have each value.

    Raises
    ------
    SweepError
        At the first that it may not have.
    """
    whole = attribute.type == "integer" and not sweep.scales
    rule = TABLES["case"]["carbon_price_eur_per_t"] if sweep.scales else attribute
    for value in sweep.values:
        try:
            item_converter(rule)(plain(value))
        except UnfitError as err:
            raise SweepError(f"{sweep.key}: {err}") from err
    unit = "" if "currency" in attribute.unit else attribute.unit
    fields = {name: getattr(sweep, name) for name in Sweep.__dataclass_fields__}
    return Sweep(**(fields | {"unit": unit, "whole": whole}))
