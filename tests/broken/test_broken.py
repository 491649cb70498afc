"""Every broken case is told with all its faults, to the letter."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from routeopt.case import check_case, csvfile, load_case
from routeopt.errors import CaseError
from tests.broken.factors import FACTORS
from tests.broken.form import FORM
from tests.broken.good import CASE, ENERGY, SHIPMENTS, TOC, write
from tests.broken.keys import KEYS
from tests.broken.meaning import MEANING
from tests.broken.network import NETWORK
from tests.broken.patches import PATCHES
from tests.broken.workbooks import WORKBOOKS, write_book

BROKEN = {**FORM, **KEYS, **MEANING, **FACTORS, **PATCHES, **NETWORK}


def told(path: Path) -> list[str]:
    case, faults = check_case(path)
    errors = [fault for fault in faults if fault.severity == "error"]
    assert (case is None) == bool(errors)
    if errors:
        with pytest.raises(CaseError) as caught:
            load_case(path)
        assert caught.value.exit_code == 3
        assert list(caught.value.faults) == errors
    return [str(fault) for fault in faults]


@pytest.mark.parametrize("name", BROKEN)
def test_faults(name: str, tmp_path: Path) -> None:
    edits, faults = BROKEN[name]
    assert told(write(tmp_path, edits)) == faults


@pytest.mark.parametrize("name", WORKBOOKS)
def test_faults_of_workbooks(name: str, tmp_path: Path) -> None:
    edits, change, faults = WORKBOOKS[name]
    assert told(write_book(tmp_path, change, edits)) == faults


def test_there_are_fifty() -> None:
    errors = [faults for _, faults in BROKEN.values() if any(": E" in fault for fault in faults)]
    assert len(errors) >= 50


def test_the_good_case_is_sound(tmp_path: Path) -> None:
    assert told(write(tmp_path)) == []


def test_the_good_case_in_a_workbook_is_the_same_case(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "book").mkdir()
    assert told(write_book(tmp_path / "book")) == []
    for scenario in (None, "Carbon at 100", "Dearer"):
        plain = load_case(write(tmp_path / "csv"), scenario=scenario)
        booked = load_case(tmp_path / "book", scenario=scenario)
        assert set(booked.inputs) == {"case.yaml", "book.xlsx"}
        assert replace(booked, path=plain.path, inputs=plain.inputs) == plain


def test_the_good_case_by_energy_is_sound(tmp_path: Path) -> None:
    assert told(write(tmp_path, ENERGY)) == []


def test_every_code_is_documented_and_every_documented_one_is_used() -> None:
    root = Path(__file__).parents[2]
    sources = (root / "routeopt").rglob("*.py")
    used = {code for p in sources for code in re.findall(r"\"([EW]\d{3})\"", p.read_text("utf-8"))}
    page = (root / "docs" / "faults.md").read_text("utf-8")
    assert set(re.findall(r"^### ([EW]\d{3}) ", page, re.MULTILINE)) == used
    blocks = dict(re.findall(r"(?ms)^### ([EW]\d{3}) .*?```text\n(.*?)\n```", page))
    assert {code for code, example in blocks.items() if f": {code} " in example} == used


def test_every_example_of_the_docs_is_a_message_of_a_broken_case() -> None:
    page = (Path(__file__).parents[2] / "docs" / "faults.md").read_text("utf-8")
    examples = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)
    messages = {fault for _, faults in BROKEN.values() for fault in faults}
    messages |= {fault for _, _, faults in WORKBOOKS.values() for fault in faults}
    strange = [e for e in examples if e not in messages]
    codes = {re.findall(r": ([EW]\d{3}) ", example)[0] for example in strange}
    assert codes == {  # these need a file that is no text, or very many of something
        *("E101", "E102", "E103", "E104", "E111", "E121", "E199", "E309", "W632", "W699", "W701"),
    }


def put(folder: Path, name: str, data: bytes) -> Path:
    write(folder)
    (folder / name).write_bytes(data)
    return folder


def test_windows_file_is_fine(tmp_path: Path) -> None:
    write(tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(tmp_path) == []


@pytest.mark.parametrize("name", [CASE, TOC])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16(name: str, encoding: str, tmp_path: Path) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    text = (write(tmp_path) / name).read_text("utf-8")
    put(tmp_path, name, mark + text.encode(encoding))
    assert told(tmp_path) == [f"{name}:1:1: E104 is UTF-16: save it as UTF-8"]


def test_latin_1(tmp_path: Path) -> None:
    put(tmp_path, SHIPMENTS, "id,origin,note\nA,PTSIE-XXI,Setúbal\n".encode("latin-1"))
    wrong = "byte 0xfa is not UTF-8 (Latin-1 or Windows-1252?): save the file as UTF-8"
    assert told(tmp_path) == [f"shipments.csv:2:16: E104 {wrong}"]


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        stream.truncate(size)


@pytest.mark.parametrize(("name", "limit"), [(CASE, "16,777,216"), (SHIPMENTS, "268,435,456")])
def test_a_gigabyte_is_refused_unread(name: str, limit: str, tmp_path: Path) -> None:
    write(tmp_path)
    sparse(tmp_path / name, 2**30)
    begin = time.perf_counter()
    faults = [str(fault) for fault in check_case(tmp_path)[1]]
    assert time.perf_counter() - begin < 1
    assert faults == [
        f"{name}: E102 is too big: 1,073,741,824 bytes, at most {limit} are read",
    ]


def test_billion_laughs_are_refused_at_once(tmp_path: Path) -> None:
    write(tmp_path, FORM["billion laughs"][0])
    begin = time.perf_counter()
    assert check_case(tmp_path)[0] is None
    assert time.perf_counter() - begin < 0.2


def test_aliases_within_bounds(tmp_path: Path) -> None:
    shared = "x0: &x0 [suez]\navoid: {passages: *x0}\nvia: {passages: *x0}\n"
    edits = [(CASE, "avoid: {modes: [barge], services: [old]}\n", shared)]
    assert told(write(tmp_path, edits))[0].startswith("case.yaml:9:1: E201 unknown key 'x0'")


def test_many_aliases_are_counted_by_what_they_stand_for(tmp_path: Path) -> None:
    # 100 aliases of a list of 9 texts: 100 * 10 nodes = 1,000, the most that is allowed
    texts = "&x [" + ", ".join("abcdefghi") + "]"
    for aliases, code in ((100, "E201"), (101, "E118")):
        body = f"y: {texts}\nz: [{', '.join(['*x'] * aliases)}]\n"
        faults = told(write(tmp_path, [(CASE, "days: 14\n", f"days: 14\n{body}")]))
        assert f" {code} " in faults[0]


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


SPECIAL: dict[str, Callable[[Path], None]] = {
    "a pipe": fifo,
    "a folder": Path.mkdir,
    "a socket": unix_socket,
}


@pytest.mark.skipif(os.name == "nt", reason="special files of Unix")
@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a socket"])
def test_special_files_are_not_opened(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    (tmp_path / TOC).unlink()
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    SPECIAL[kind](Path(TOC))
    assert told(tmp_path) == [f"toc.csv: E101 is {kind}: want a file"]


@pytest.mark.skipif(os.name == "nt", reason="special files of Unix")
def test_a_device_is_no_case() -> None:
    assert told(Path("/dev/zero")) == ["zero: E101 is a device: want a file"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_stay_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    outside = tmp_path / "toc.csv"
    outside.write_text((write(folder) / TOC).read_text("utf-8"), "utf-8")
    (folder / TOC).unlink()
    (folder / TOC).symlink_to(outside)
    leaves = "case.yaml:14:8: E111 'toc.csv' is a link that leaves the case's folder"
    assert told(folder) == [leaves]
    (folder / TOC).unlink()
    (folder / TOC).symlink_to(TOC)
    assert [line[:20] for line in told(folder)] == ["case.yaml:14:8: E103"]
    (folder / TOC).unlink()
    (folder / "inside.csv").write_text(outside.read_text("utf-8"), "utf-8")
    (folder / TOC).symlink_to("inside.csv")
    assert told(folder) == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_folder_that_is_a_link_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    folder = tmp_path / "case"
    folder.mkdir()
    write(folder, [(CASE, "toc: toc.csv", "toc: in/toc.csv")])
    (folder / TOC).rename(tmp_path / "out" / TOC)
    (folder / "in").symlink_to(tmp_path / "out")
    assert told(folder) == [
        "case.yaml:14:8: E111 'in/toc.csv' is a link that leaves the case's folder"
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_case_file_that_is_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (write(folder) / CASE).rename(tmp_path / "elsewhere.yaml")
    (folder / CASE).symlink_to(tmp_path / "elsewhere.yaml")
    assert told(folder) == ["case.yaml: E111 is a link that leaves the case's folder"]
    assert told(folder / CASE) == []  # the user named that very file


def test_no_such_case(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert told(folder / "case.yml") == [
        f"{folder / 'case.yml'}: E100 no such case: did you mean {str(folder / CASE)!r}?"
    ]
    (folder / CASE).rename(folder / "cases.yaml")
    assert told(folder) == [
        f"{folder}: E100 no case.yaml in this folder: did you mean {str(folder / 'cases.yaml')!r}?"
    ]
    assert [line.rpartition(" E100 ")[2] for line in told(folder / "x" / "y")] == ["no such case"]
    assert " E10" in told(folder / ("n" * 5000))[0]
    assert " E100 " in told(folder / "a\0b")[0]


def test_a_hundred_faults_a_file(tmp_path: Path) -> None:
    rows = "".join(f"N{n},PTSIE-XXI,ESMAD,x,\n" for n in range(150))
    write(tmp_path, [(SHIPMENTS, "", f"id,origin,destination,teu,ready\n{rows}")])
    faults = told(tmp_path)
    assert len(faults) == 101
    assert faults[0].startswith("shipments.csv:1:due: E202 ")
    assert faults[-1] == (
        "shipments.csv: E199 more errors, not shown: these are the first 100 that were found"
    )


def test_a_hundred_warnings_a_file(tmp_path: Path) -> None:
    rows = "".join(f"N{n},N{n},PT,38,-8,UTC,,\n" for n in range(150))
    write(tmp_path, [("terminals.csv", "PTSIE-XXI,Sines", f"{rows}PTSIE-XXI,Sines")])
    case, faults = check_case(tmp_path)
    assert case is not None
    assert len(faults) == 101
    assert str(faults[-1]).startswith("terminals.csv: W699 more warnings, not shown")


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "MAX_ROWS", 2)
    assert told(write(tmp_path)) == [
        "services.csv:4: E121 more than 2 rows",
        "toc.csv:4: E121 more than 2 rows",
    ]


def test_many_wrong_references_are_told_soon(tmp_path: Path) -> None:
    rows = "".join(f"S{n},rail,PTSIE-XX{n},ESMAD,any,1,1,x{n}\n" for n in range(5000))
    write(
        tmp_path,
        [("services.csv", "", f"id,mode,from,to,departures,distance_km,hours,toc\n{rows}")],
    )
    begin = time.perf_counter()
    assert check_case(tmp_path)[0] is None
    assert time.perf_counter() - begin < 3


def test_unknown_scenario(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        load_case(write(tmp_path), scenario="carbon at 10")
    assert str(caught.value) == (
        "case.yaml: E309 no scenario 'carbon at 10': did you mean 'Carbon at 100'?"
    )
