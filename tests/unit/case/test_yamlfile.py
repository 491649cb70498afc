"""YAML as text with places."""

from __future__ import annotations

import time

import pytest
import yaml

from routeopt.case import yamlfile
from routeopt.case.places import Faults
from routeopt.case.yamlfile import Block, Items, Scalar, kind_of, read_yaml


def read(text: str) -> tuple[Block | None, list[str]]:
    faults = Faults("case.yaml")
    return read_yaml(text, "case.yaml", faults), [str(fault) for fault in faults.all()]


def texts(node: object) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [texts(item) for item in node.items]
    assert isinstance(node, Block)
    return {key: texts(value) for key, (_, value) in node.pairs.items()}


def test_scalars_stay_text() -> None:
    text = "a: NO\nb: 2026-03-02\nc: 1_000\nd: 12:30\ne: on\nf: 0x10\ng: '~'\nh: ~\ni:\nj: null\n"
    block, faults = read(text)
    assert faults == []
    assert texts(block) == {
        "a": "NO",
        "b": "2026-03-02",
        "c": "1_000",
        "d": "12:30",
        "e": "on",
        "f": "0x10",
        "g": "~",
        "h": "",
        "i": "",
        "j": "",
    }


def test_places() -> None:
    block, _ = read("a: 1\nb:\n  - {c: x}\n")
    assert block is not None
    key, items = block.pairs["b"]
    assert (key.line, key.column) == (2, 1)
    assert isinstance(items, Items)
    inner = items.items[0]
    assert isinstance(inner, Block)
    written, value = inner.pairs["c"]
    assert (written.line, written.column, value.line, value.column) == (3, 6, 3, 9)


def test_aliases() -> None:
    block, faults = read("a: &x [1, 2]\nb: *x\n")
    assert (texts(block), faults) == ({"a": ["1", "2"], "b": ["1", "2"]}, [])


def test_windows_line_ends() -> None:
    assert texts(read("a: 1\r\nb: [2,\r\n 3]\r\n")[0]) == {"a": "1", "b": ["2", "3"]}


def test_all_doubled_keys_are_told() -> None:
    _, faults = read("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert faults == [
        "case.yaml:2:11: E109 key 'c' stands twice; first in line 2",
        "case.yaml:3:1: E109 key 'a' stands twice; first in line 1",
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "{b: " * 100_000, "- " * 100_000])
def test_depth_costs_nothing(text: str) -> None:
    begin = time.perf_counter()
    block, faults = read(text)
    assert block is None
    assert [" E113 " in fault for fault in faults] == [True]
    assert time.perf_counter() - begin < 1


def test_kinds() -> None:
    assert kind_of(Scalar("x", 1, 1)) == "'x'"
    assert kind_of(Scalar("", 1, 1)) == "nothing"


def test_without_the_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamlfile, "_LOADER", yaml.BaseLoader)
    text = "a: &x [1, ~, '~']\nb: *x\nc: !!int 1\n"
    assert read(text)[1] == [
        "case.yaml:3:4: E112 tag 'tag:yaml.org,2002:int': values are written without tags"
    ]
    assert texts(read(text.replace("!!int ", ""))[0]) == {
        "a": ["1", "", "~"],
        "b": ["1", "", "~"],
        "c": "1",
    }
    assert " E106 is not YAML: a tab" in read("a:\n\tb: 1\n")[1][0]
