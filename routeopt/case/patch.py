"""Scenarios and overrides: patches on the case's mapping and on the rows of its tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from routeopt.case.attributes import ROW_TABLES, TABLES
from routeopt.case.places import Faults, Place, shown
from routeopt.case.rows import Row, missing, tell
from routeopt.case.values import UnfitError, item_converter, read_number
from routeopt.case.yamlfile import Block, Items, Node, Scalar, kind_of

_T = TypeVar("_T")


def merged(case: Block, patch: Block, *, skip: str = "name") -> Block:
    """Lay a scenario's keys over a case: mappings merge, anything else is replaced.

    Tables that a scenario names come before those of the case's workbook, if it has one.
    """
    pairs = dict(case.pairs)
    for key, (written, node) in patch.pairs.items():
        if key == skip:
            continue
        old = pairs.get(key)
        if old is not None and isinstance(node, Block):
            if isinstance(old[1], Block):
                node = merged(old[1], node, skip="")  # noqa: PLW2901  # the merged one stands for it
            elif key == "tables" and isinstance(old[1], Scalar) and old[1].text:
                node = replace(node, under=old[1])  # noqa: PLW2901  # likewise
        if isinstance(node, Scalar) and not node.text:
            pairs.pop(key, None)
        else:
            pairs[key] = (written, node)
    return replace(case, pairs=pairs)


@dataclass(frozen=True, kw_only=True)
class Override:
    """One entry of `override`, read: which rows, and what becomes of their cells."""

    table: str
    where: Mapping[str, tuple[frozenset[str], frozenset[float]]]
    set: Mapping[str, tuple[str, Place]]
    scale: Mapping[str, tuple[float, Place]]
    place: Place

    def matches(self, row: Row) -> bool:
        """Whether each column named in `where` has one of the values."""
        return all(self.has(name, row.cells.get(name, "")) for name in self.where)

    def has(self, name: str, cell: str) -> bool:
        """Whether a cell is one of the values that `where` has for its column."""
        texts, numbers = self.where[name]
        return cell in texts or (bool(numbers) and _float(cell) in numbers)

    def on(self, row: Row) -> Row:
        """Set, then scale, the cells of a row."""
        cells = dict(self.set)
        for name, (factor, place) in self.scale.items():
            text = cells[name][0] if name in cells else row.cells.get(name, "")
            value = _float(text)
            if value is None:  # empty, or wrong in a way that is told of the row
                continue
            cells[name] = (_scaled(self.table, name, value * factor), place)
        return row.changed(cells)


def _float(text: str) -> float | None:
    try:
        return read_number(text)
    except UnfitError:
        return None


def _scaled(table: str, name: str, value: float) -> str:
    if TABLES[table][name].type == "integer" and math.isfinite(value):
        return str(math.floor(value + 1e-9))
    return repr(value)


def apply(
    overrides: Sequence[Override], table: str, rows: list[Row], faults: Faults | None
) -> list[Row]:
    """Rows of a table after its overrides, in their order.

    Without `faults`, an override that matches no row is not told: the table was not read whole.
    """
    for override in overrides:
        if override.table != table:
            continue
        hits = {index for index, row in enumerate(rows) if override.matches(row)}
        if not hits and faults is not None:
            _unmatched(override, rows, faults)
        rows = [override.on(row) if index in hits else row for index, row in enumerate(rows)]
    return rows


def _unmatched(override: Override, rows: Sequence[Row], faults: Faults) -> None:
    """Record an override that matches no row, and the value that none has."""
    message = f"override matches no row of {override.table}"
    for name, (texts, numbers) in override.where.items():
        cells = {row.cells.get(name, "") for row in rows}
        if not any(override.has(name, cell) for cell in cells):
            words = " or ".join(shown(text) for text in sorted(texts))
            value = next(iter(texts)) if len(texts) == 1 and not numbers else None
            message += f": none has {name} {words}" if texts else f": where.{name} is an empty list"
            faults.add("E310", override.place, message, value=value, known=cells - {""})
            return
    message += ": none has all of these values" if rows else ": it has none"
    faults.add("E310", override.place, message)


def read_overrides(node: Node | None, file: str, faults: Faults) -> list[Override]:
    """Entries of an `override` list; those with faults are left out."""
    if node is None or not isinstance(node, Items):
        return []
    reader = _OverrideReader(file, faults)
    found = [reader.entry(item, f"override[{n}]") for n, item in enumerate(node.items)]
    return [override for override in found if override is not None]


class _OverrideReader:
    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults
        self.sound = True

    def _place(self, node: Node, key: str) -> Place:
        return Place(node.file or self.file, node.line, node.column, key)

    def _fault(self, code: str, place: Place, message: str, **more: object) -> None:
        self.sound = False
        self.faults.add(code, place, message, **more)  # type: ignore[arg-type]  # passed through

    def entry(self, node: Node, at: str) -> Override | None:
        self.sound = True
        if not isinstance(node, Block):
            message = f"{at}: want a mapping with table, where, set, scale, got {kind_of(node)}"
            self._fault("E204", self._place(node, at), message)
            return None
        for key, (written, _) in node.pairs.items():
            if key not in TABLES["override"]:
                message = f"unknown key {shown(key)} of an override"
                place = self._place(written, f"{at}.{key}")
                self._fault("E201", place, message, value=key, known=list(TABLES["override"]))
        table = self._table(node, at)
        if table is None:
            return None
        change = Override(
            table=table,
            where=self._columns(node, "where", table, at, self._values),
            set=self._columns(node, "set", table, at, self._text),
            scale=self._columns(node, "scale", table, at, self._factor),
            place=self._place(node, at),
        )
        if self.sound and not change.set and not change.scale:
            message = f"{at}: want `set` or `scale`"
            self._fault("E202", change.place, message)
        return change if self.sound else None

    def _table(self, node: Block, at: str) -> str | None:
        pair = node.pairs.get("table")
        if pair is None or (isinstance(pair[1], Scalar) and not pair[1].text):
            missing(TABLES["override"]["table"], self._place(node, f"{at}.table"), self.faults)
            return None
        value = pair[1]
        place = self._place(value, f"{at}.table")
        if isinstance(value, Scalar) and value.text in ROW_TABLES:
            return value.text
        message = f"table: want one of {', '.join(ROW_TABLES)}, got {kind_of(value)}"
        text = value.text if isinstance(value, Scalar) else None
        self._fault("E207", place, message, value=text, known=ROW_TABLES)
        return None

    def _columns(
        self,
        node: Block,
        part: str,
        table: str,
        at: str,
        read: Callable[[str, str, Node, str], _T | None],
    ) -> dict[str, _T]:
        pair = node.pairs.get(part)
        if pair is None or (isinstance(pair[1], Scalar) and not pair[1].text):
            return {}
        if not isinstance(pair[1], Block):
            message = f"{part}: want columns and values, got {kind_of(pair[1])}"
            self._fault("E204", self._place(pair[1], f"{at}.{part}"), message)
            return {}
        found: dict[str, _T] = {}
        for column, (written, value) in pair[1].pairs.items():
            key = f"{at}.{part}.{column}"
            if column not in TABLES[table]:
                message = f"unknown column {shown(column)} of {table}"
                place = self._place(written, key)
                self._fault("E201", place, message, value=column, known=list(TABLES[table]))
                continue
            got = read(table, column, value, key)
            if got is not None:
                found[column] = got
        return found

    def _values(
        self, table: str, column: str, node: Node, key: str
    ) -> tuple[frozenset[str], frozenset[float]] | None:
        del table, column
        items = node.items if isinstance(node, Items) else [node]
        texts = [item.text.strip() for item in items if isinstance(item, Scalar)]
        if len(texts) < len(items):
            message = f"{key}: want a value or a list of values"
            self._fault("E204", self._place(node, key), message)
            return None
        numbers = {number for text in texts if (number := _float(text)) is not None}
        return frozenset(texts), frozenset(numbers)

    def _text(self, table: str, column: str, node: Node, key: str) -> tuple[str, Place] | None:
        place = self._place(node, key)
        listed = TABLES[table][column].type.startswith("list ")
        if isinstance(node, Items) and listed:
            texts = [item.text for item in node.items if isinstance(item, Scalar)]
            node = Scalar(";".join(texts), node.line, node.column, node.file)
        if not isinstance(node, Scalar):
            self._fault("E204", place, f"{key}: want a value, got {kind_of(node)}")
            return None
        return node.text.strip(), place

    def _factor(self, table: str, column: str, node: Node, key: str) -> tuple[float, Place] | None:
        place = self._place(node, key)
        if TABLES[table][column].type not in {"number", "integer"}:
            message = f"{key}: {shown(column)} of {table} is no number that can be scaled"
            self._fault("E205", place, message)
            return None
        if not isinstance(node, Scalar):
            self._fault("E204", place, f"{key}: want a number, got {kind_of(node)}")
            return None
        try:
            factor = item_converter(TABLES["case"]["carbon_price_eur_per_t"])(node.text.strip())
        except UnfitError as err:
            self.sound = False
            tell(err, place, node.text, self.faults)
            return None
        return float(factor), place
