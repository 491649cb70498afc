"""The keys of a case file as values: everything but the rows of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from routeopt.case.attributes import TABLES, Attribute
from routeopt.case.places import Faults, Place, shown
from routeopt.case.rows import Row, missing, tell, wanted
from routeopt.case.values import UnfitError, checked_list, item_converter, wanted_number
from routeopt.case.workbook import is_workbook
from routeopt.case.yamlfile import Block, Items, Node, Scalar, kind_of

MAX_ENTRIES = 1000
"""Most scenarios, and most overrides at one place."""


_KEYS_OF = {"grid": "grid keys"}
"""Table of attributes of a mapping whose name is that of a table of rows."""


@dataclass
class Settings:
    """Values of the case's keys, and where each stands.

    Parameters
    ----------
    values
        By dotted key, e.g. `limits.cost_eur`; defaults where nothing is given.
    places
        Of each key that is given; of a list, `avoid.modes[0]` too.
    shipments
        Path of a table, or rows written in the case file.
    standalone
        Whether all terminals, services and factors are the case's own or shipped ones.
    workbook
        Path of the workbook that holds a sheet for each table that no key names.
    tables_known
        Whether the names of the tables' files could be read.
    """

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    shipments: str | list[Row] | None = None
    workbook: str | None = None
    overrides: Node | None = None
    standalone: bool = True
    tables_known: bool = True

    def get(self, key: str) -> Any:  # noqa: ANN401  # its type is that of the attribute
        """Value of a dotted key; None where there is none."""
        return self.values.get(key)


def read_settings(case: Block, file: str, faults: Faults) -> Settings:
    """Read the keys of a case, or of a case with a scenario over it."""
    reader = _Reader(file, faults)
    reader.defaults("grid keys", "grid.")
    reader.block(case, "case", "")
    settings = reader.settings
    _shares_fit(settings, faults)
    _network(settings)
    return settings


def _shares_fit(settings: Settings, faults: Faults) -> None:
    shares = settings.get("limits.min_share") or {}
    total = sum(shares.values())
    if total > 1 + 1e-9:
        message = f"min_share: the shares sum to {total:g}, more than 1"
        faults.add("E412", settings.places["limits.min_share"], message)


def _network(settings: Settings) -> None:
    settings.standalone = settings.get("network") in {None, "none"}


class _Reader:
    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults
        self.settings = Settings()

    def _place(self, node: Node, key: str) -> Place:
        return Place(node.file or self.file, node.line, node.column, key)

    def block(self, node: Block, table: str, prefix: str) -> None:
        attributes = TABLES[table]
        self.defaults(table, prefix)
        for key, (written, value) in node.pairs.items():
            attribute = attributes.get(key)
            if attribute is None:
                self._unknown(table, key, self._place(written, prefix + key))
            elif isinstance(value, Scalar) and not value.text.strip():
                continue  # not given
            else:
                self._value(attribute, value, prefix + key)
        for attribute in attributes.values():
            key = prefix + attribute.name
            if attribute.required and not self._given(node, attribute.name):
                missing(attribute, self._place(node, key), self.faults, what="key")

    def defaults(self, table: str, prefix: str) -> None:
        """Give the keys of a mapping their defaults."""
        for attribute in TABLES[table].values():
            if attribute.default:
                item = item_converter(attribute)
                texts = attribute.default.split(";")
                listed = attribute.type.startswith(("list ", "some "))
                value = tuple(map(item, texts)) if listed else item(attribute.default)
                self.settings.values[prefix + attribute.name] = value

    @staticmethod
    def _given(node: Block, name: str) -> bool:
        pair = node.pairs.get(name)
        return pair is not None and not (isinstance(pair[1], Scalar) and not pair[1].text.strip())

    def _unknown(self, table: str, key: str, place: Place) -> None:
        known = [name for name, a in TABLES[table].items() if a.status == "read"]
        where = "" if table == "case" else f" of {table.removesuffix(' keys')}"
        message = f"unknown key {shown(key)}{where}"
        self.faults.add("E201", place, message, value=key, known=known)

    def _value(self, attribute: Attribute, node: Node, key: str) -> None:
        self.settings.places[key] = self._place(node, key)
        kind = attribute.type
        readers: Mapping[str, Callable[[Attribute, Node, str], None]] = {
            "mapping": self._mapping,
            "rates": self._rates,
            "shares": self._shares,
            "rows": self._rows,
            "list": self._list,
        }
        if kind in readers:
            readers[kind](attribute, node, key)
        elif kind.startswith("some ") and isinstance(node, Scalar):
            self._items(attribute, Items([node], node.line, node.column, node.file), key)
        elif kind.startswith(("list ", "some ")):
            self._items(attribute, node, key)
        else:
            self._scalar(attribute, node, key)

    def _shape(self, want: str, node: Node, key: str, *, hint: str = "") -> None:
        message = f"{key}: want {want}, got {kind_of(node)}{hint}"
        self.faults.add("E204", self._place(node, key), message, allowed=want)

    def _scalar(self, attribute: Attribute, node: Node, key: str) -> None:
        if not isinstance(node, Scalar):
            want = wanted(attribute) or ("a path" if attribute.type == "path" else "a text")
            self._shape(want, node, key)
            return
        value = self._converted(attribute, node, key)
        if value is not None:
            self.settings.values[key] = value

    def _converted(self, attribute: Attribute, node: Scalar, key: str) -> Any:  # noqa: ANN401
        text = node.text.strip()
        try:
            return item_converter(attribute)(text)
        except UnfitError as err:
            tell(err, self._place(node, key), text, self.faults)
            return None

    def _items(self, attribute: Attribute, node: Node, key: str) -> None:
        want = wanted(attribute) or "a list"
        if not isinstance(node, Items):
            hint = f": write [{node.text}]" if isinstance(node, Scalar) else ""
            self._shape(want, node, key, hint=hint)
            return
        values = []
        for index, item in enumerate(node.items):
            at = f"{key}[{index}]"
            self.settings.places[at] = self._place(item, at)
            if not isinstance(item, Scalar):
                self._shape("a value", item, at)
                continue
            value = self._converted(attribute, item, at)
            if value is not None:
                values.append(value)
        try:
            self.settings.values[key] = checked_list(values)
        except UnfitError as err:
            tell(err, self._place(node, key), "", self.faults)
        if key in {"objective", "grid.basis"} and not node.items:
            among = f" of {', '.join(attribute.choices)}" if attribute.choices else ""
            message = f"{key}: is empty, want at least one{among}"
            self.faults.add("E219", self._place(node, key), message)

    def _mapping(self, attribute: Attribute, node: Node, key: str) -> None:
        if isinstance(node, Block):
            if node.under is not None:
                self._workbook(node.under, key)
            self.block(node, _KEYS_OF.get(attribute.name, attribute.name), f"{key}.")
        elif attribute.name == "tables":
            self._workbook(node, key)
        else:
            self._shape("a mapping", node, key)

    def _workbook(self, node: Node, key: str) -> None:
        if isinstance(node, Scalar) and is_workbook(node.text.strip()):
            self.settings.workbook = node.text.strip()
            self.settings.places[key] = self._place(node, key)
            return
        self.settings.tables_known = False
        self._shape("a mapping of tables to files, or a workbook (.xlsx)", node, key)

    def _rates(self, attribute: Attribute, node: Node, key: str) -> None:
        pattern = TABLES["services"]["currency"]
        rates = self._numbers(attribute, node, key, item_converter(pattern))
        if rates.get("EUR", 1) != 1:
            place = self.settings.places[f"{key}.EUR"]
            self.faults.add("E206", place, f"{key}.EUR: want 1, got {rates['EUR']:g}")
        self.settings.values[key] = rates

    def _shares(self, attribute: Attribute, node: Node, key: str) -> None:
        pattern = TABLES["services"]["mode"]
        convert = item_converter(pattern)
        self.settings.values[key] = self._numbers(attribute, node, key, convert)

    def _numbers(
        self, attribute: Attribute, node: Node, key: str, check: Callable[[str], str]
    ) -> dict[str, float]:
        numbers: dict[str, float] = {}
        if not isinstance(node, Block):
            names = "modes" if attribute.type == "shares" else "currencies"
            self._shape(f"a mapping of {names} to numbers", node, key)
            return numbers
        for name, (written, value) in node.pairs.items():
            at = f"{key}.{name}"
            self.settings.places[at] = self._place(value, at)
            try:
                check(name)
            except UnfitError as err:
                tell(err, self._place(written, at), name, self.faults)
                continue
            if not isinstance(value, Scalar):
                self._shape(wanted_number(attribute), value, at)
                continue
            number = self._converted(attribute, value, at)
            if number is not None:
                numbers[name] = number
        return numbers

    def _rows(self, attribute: Attribute, node: Node, key: str) -> None:
        if isinstance(node, Scalar):
            self.settings.shipments = node.text.strip()
        elif isinstance(node, Items):
            rows = [self._row(item, f"{key}[{n}]") for n, item in enumerate(node.items)]
            self.settings.shipments = [row for row in rows if row is not None]
        else:
            self._shape(wanted(attribute), node, key)

    def _row(self, node: Node, label: str) -> Row | None:
        if not isinstance(node, Block):
            self._shape("a mapping", node, label)
            return None
        cells: dict[str, str] = {}
        spots: dict[str, Place] = {}
        told: set[str] = set()
        for name, (written, value) in node.pairs.items():
            attribute = TABLES["shipments"].get(name)
            at = f"{label}.{name}"
            if attribute is None:
                self._unknown("shipments", name, self._place(written, at))
                continue
            spots[name] = self._place(value, at)
            text = self._cell(attribute, value, at)
            if text:
                cells[name] = text
            elif text is None:
                told.add(name)
        at_row = self._place(node, label)
        return Row("shipments", cells, at=at_row, label=label, spots=spots, absent=told)

    def _cell(self, attribute: Attribute, node: Node, key: str) -> str | None:
        """Text of a cell, None once a fault is recorded."""
        if isinstance(node, Scalar):
            return node.text.strip()
        if isinstance(node, Items) and attribute.type.startswith("list "):
            texts = [item.text for item in node.items if isinstance(item, Scalar)]
            if len(texts) == len(node.items):
                return ";".join(texts)
        self._shape(wanted(attribute) or "a value", node, key)
        return None

    def _list(self, attribute: Attribute, node: Node, key: str) -> None:
        if not isinstance(node, Items):
            self._shape("a list", node, key)
        elif len(node.items) > MAX_ENTRIES:
            message = f"{key}: {len(node.items):,} entries, at most {MAX_ENTRIES:,} are read"
            self.faults.add("E203", self._place(node, key), message)
        elif attribute.name == "override":
            self.settings.overrides = node
