"""YAML as text with places: scalars stay as written, no object is ever constructed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import yaml

from routeopt.case.places import Faults, Place, shown

MAX_ALIAS_NODES = 1000
"""Most nodes that the aliases of a file stand for, together."""
MAX_DEPTH = 50
_NOT_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULL = {"", "~", "null", "Null", "NULL"}
_LOADER: type[yaml.CBaseLoader | yaml.BaseLoader] = (
    yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written; `text` is empty where the value is null or left out.

    Parameters
    ----------
    file
        Where it stands: a patch on a case is a file of its own.
    """

    text: str
    line: int
    column: int
    file: str = ""

    size = 1


@dataclass(slots=True)
class Items:
    """A list."""

    items: list[Node]
    line: int
    column: int
    file: str = ""
    size: int = 1


@dataclass(slots=True)
class Block:
    """A mapping: key to (the key as written, its value).

    Parameters
    ----------
    under
        The value on which a scenario laid it, where that is no mapping and still counts.
    """

    pairs: dict[str, tuple[Scalar, Node]]
    line: int
    column: int
    file: str = ""
    size: int = 1
    under: Scalar | None = None


Node = Scalar | Items | Block


def kind_of(node: Node) -> str:
    """Say what a node is."""
    if isinstance(node, Scalar):
        return shown(node.text) if node.text else "nothing"
    return "a list" if isinstance(node, Items) else "a mapping"


_NESTED = f"nested more than {MAX_DEPTH} deep"
_TOO_DEEP = "exceeded maximum nesting depth"
"""What libyaml 0.2.6 says of `[` a thousand deep."""


class _RefusedError(Exception):
    """Ends the reading of a file whose fault is recorded."""


def read_yaml(text: str, file: str, faults: Faults) -> Block | None:
    """Top mapping of a file that holds one YAML document; None once a fault is recorded."""
    odd = _NOT_YAML.search(text)
    if odd is not None:
        lines = text[: odd.start()].split("\n")
        message = f"character {odd[0]!a} has no place in YAML"
        faults.add("E105", Place(file, len(lines), len(lines[-1]) + 1), message)
        return None
    composer = _Composer(file, faults)
    try:
        top = composer.document(yaml.parse(text, Loader=_LOADER))
    except _RefusedError:
        return None
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if err.problem == _TOO_DEEP:  # a scanner that stops before its events reach us
            faults.add("E113", Place(file, line, column), _NESTED)
        else:
            faults.add("E106", Place(file, line, column), _syntax(err, text, line))
        return None
    if isinstance(top, Block):
        return top
    if top is None:
        faults.add("E108", Place(file, 1, 1), "is empty: want the keys of a case")
    else:
        message = f"want a mapping, `key: value` on each line, got {kind_of(top)}"
        faults.add("E108", Place(file, top.line, top.column), message)
    return None


def _syntax(err: yaml.MarkedYAMLError, text: str, line: int) -> str:
    lines = text.splitlines()
    if line <= len(lines) and "\t" in lines[line - 1][: _indent(lines[line - 1])]:
        return "is not YAML: a tab in the indentation; use spaces"
    begun = f" (begun in line {err.context_mark.line + 1})" if err.context_mark else ""
    parts = [f"{err.context}{begun}" if err.context else "", err.problem or ""]
    return f"is not YAML: {', '.join(filter(None, parts))}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


class _Composer:
    """Builds nodes from events with a stack: depth and aliases are bounded as it goes."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults
        self.anchors: dict[str, Node] = {}
        self.open: set[int] = set()
        self.alias_nodes = 0

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        top: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse("E107", event, "a second document: a case is one")
            elif isinstance(event, yaml.NodeEvent):
                top = self._node(event, events)
        if isinstance(top, Scalar) and not top.text:
            return None
        return top

    def _node(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int = 0) -> Node:
        line, column = _line_column(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse("E112", event, f"tag {shown(str(tag))}: values are written without tags")
        if depth > MAX_DEPTH:
            self._refuse("E113", event, _NESTED)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            null = event.style is None or event.style == ""
            text = "" if null and event.value in _NULL else event.value
            node = Scalar(text, line, column, self.file)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Items([], line, column, self.file)
        else:
            node = Block({}, line, column, self.file)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if not isinstance(node, Scalar):
            self.open.add(id(node))
            self._fill(node, events, depth)
            self.open.discard(id(node))
        return node

    def _fill(self, node: Items | Block, events: Iterator[yaml.Event], depth: int) -> None:
        if isinstance(node, Items):
            for event in events:
                if not isinstance(event, yaml.NodeEvent):
                    return
                item = self._node(event, events, depth + 1)
                node.items.append(item)
                node.size += item.size
            return
        for event in events:
            if not isinstance(event, yaml.NodeEvent):
                return
            key = self._key(event, events, depth)
            value = self._node(_next_node(events), events, depth + 1)
            node.size += 1 + value.size
            self._put(node, key, value)

    def _key(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int) -> Scalar:
        key = self._node(event, events, depth + 1)
        if not isinstance(key, Scalar):
            self._refuse("E114", event, f"want a word as key, got {kind_of(key)}")
        if key.text == "<<":
            self._refuse("E115", event, "merge keys `<<` are not supported: write the keys out")
        return key

    def _put(self, node: Block, key: Scalar, value: Node) -> None:
        first = node.pairs.get(key.text)
        if first is None:
            node.pairs[key.text] = (key, value)
            return
        place = Place(self.file, key.line, key.column, key.text)
        message = f"key {shown(key.text)} stands twice; first in line {first[0].line}"
        self.faults.add("E109", place, message, value=key.text)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        name = str(event.anchor)
        node = self.anchors.get(name)
        if node is None:
            self._refuse("E116", event, f"alias *{name} stands for nothing")
        if id(node) in self.open:
            self._refuse("E117", event, f"alias *{name} contains itself")
        self.alias_nodes += node.size
        if self.alias_nodes > MAX_ALIAS_NODES:
            message = f"aliases stand for more than {MAX_ALIAS_NODES:,} values"
            self._refuse("E118", event, message)
        return node

    def _refuse(self, code: str, event: yaml.Event, message: str) -> NoReturn:
        self.faults.add(code, Place(self.file, *_line_column(event)), message)
        raise _RefusedError


def _line_column(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _next_node(events: Iterator[yaml.Event]) -> yaml.NodeEvent:
    event = next(events)
    if not isinstance(event, yaml.NodeEvent):
        raise TypeError(f"want a value, got {event}")  # the parser gives each key a value
    return event
