"""Whatever the bytes of a case: it is read, or its faults are told; nothing else is raised."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routeopt.case import check_case, load_case
from routeopt.errors import CaseError
from tests.broken.good import CASE, GOOD, write

NASTY = (
    *("", " ", "\n", "\r", "\t", '"', "'", ",", ";", ":", "-", "/", "..", "\\", "\0", "\ufeff"),
    *("[", "]", "{", "}", "&x ", "*x", "<<", "!!int ", "---\n", "? ", "| ", "> ", "# ", "%"),
    *("nan", "-inf", "1e999", "-1", "0", "9" * 400, "1_0", "0x1", "12:30", "null", "~", "NO"),
    *("9999-12-31T23:59", "0001-01-01T00:00", "2026-03-29T02:30", "+25:00", "Europe", "UTC"),
    *("every 9999999999999999999999h", "Mon-Sun 00:00-24:00", "é", "\u2028", "\u200b", "😀"),
)


def attempt(folder: Path) -> None:
    case, faults = check_case(folder)
    for fault in faults:
        assert "\n" not in str(fault)
    if case is not None:
        assert load_case(folder) == case
        return
    with pytest.raises(CaseError) as caught:
        load_case(folder)
    assert caught.value.faults
    assert all(fault.severity == "error" for fault in caught.value.faults)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, bytes]:
    files = {name: text.encode() for name, text in GOOD.items()}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        data = files[name]
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.integers(0, 12)))
        new = draw(st.sampled_from(NASTY).map(str.encode) | st.binary(max_size=4))
        files[name] = data[:begin] + new + data[end:]
    return files


@given(mutated())
@settings(max_examples=150, deadline=None)
def test_mutations_of_a_good_case(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        attempt(folder)


@given(
    st.sampled_from(sorted(GOOD)), st.binary(max_size=200) | st.text(max_size=100).map(str.encode)
)
@settings(max_examples=100, deadline=None)
def test_random_files(file: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name))
        (folder / file).write_bytes(data)
        attempt(folder)


CELLS = st.sampled_from(NASTY) | st.text(max_size=6)


@given(st.sampled_from(sorted(set(GOOD) - {CASE})), st.data())
@settings(max_examples=150, deadline=None)
def test_random_cells(file: str, data: st.DataObject) -> None:
    lines = [line.split(",") for line in GOOD[file].splitlines()]
    row = data.draw(st.integers(1, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row]) - 1))
    lines[row][column] = '"' + data.draw(CELLS).replace('"', '""') + '"'
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name))
        text = "\n".join(",".join(line) for line in lines)
        (folder / file).write_text(text, "utf-8", errors="replace", newline="")
        attempt(folder)
