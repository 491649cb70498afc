"""Whatever the bytes of a case: it is read, or its faults are told; nothing else is raised."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routeopt.carbon import CarbonPrices
from routeopt.case import Case, check_case, load_case
from routeopt.errors import CaseError
from routeopt.itineraries.graph import usable_service
from routeopt.network import Service
from tests.broken.good import CASE, ENERGY, edited

NASTY = (
    *("", " ", "\n", "\r", "\t", '"', "'", ",", ";", ":", "-", "/", "..", "\\", "\0", "\ufeff"),
    *("[", "]", "{", "}", "&x ", "*x", "<<", "!!int ", "---\n", "? ", "| ", "> ", "# ", "%"),
    *("nan", "-inf", "1e999", "-1", "0", "9" * 400, "1_0", "0x1", "12:30", "null", "~", "NO"),
    *("9999-12-31T23:59", "0001-01-01T00:00", "2026-03-29T02:30", "+25:00", "Europe", "UTC"),
    *("electricity", "diesel", "diesel 1", "diesel 0.5; fame 0.5", "hvo 1e-9; b7 0.999999999"),
    *("kWh/tkm", "g/vehiclekm", "MJ/teukm", "PT 300; CN-LN 500", "UA", "RU-AS", "2010", "1e-320"),
    *("generation_lifecycle", "[generation_lifecycle, consumption_lifecycle]", "R-134a", "AR5"),
    *("every 9999999999999999999999h", "Mon-Sun 00:00-24:00", "é", "\u2028", "\u200b", "😀"),
)
GOOD = edited(ENERGY)
"""Files of the sound case with electric trains, own fuels and grids, and regulations."""


def attempt(folder: Path) -> None:
    case, faults = check_case(folder)
    for fault in faults:
        assert "\n" not in str(fault)
    if case is not None:
        assert load_case(folder) == case
        for service in case.network.services.values():
            if usable_service(case, service):
                priced(case, service)
        return
    with pytest.raises(CaseError) as caught:
        load_case(folder)
    assert caught.value.faults
    assert all(fault.severity == "error" for fault in caught.value.faults)


def priced(case: Case, service: Service) -> None:
    """Price a leg that may be used: nothing that its factors need is missing."""
    cargoes = {shipment.cargo for shipment in case.shipments}
    for cargo in sorted(cargoes):
        try:
            kg = case.network.leg_intensity(service, cargo)
        except KeyError:  # reefer cargo that avoids the mode may have no row
            assert cargo == "reefer"
            assert any(service.mode in shipment.avoid_modes for shipment in case.shipments)
            continue
        for part in (kg.per_t, kg.per_teu, kg.per_unit):
            assert part.wtt_kg >= 0
            assert part.ttw_kg >= 0
        CarbonPrices(case).leg(service, cargo)


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


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8", newline="")
    return folder


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
        folder = written(Path(name), {**GOOD, file: ""})
        (folder / file).write_bytes(data)
        attempt(folder)


CELLS = st.sampled_from(NASTY) | st.text(max_size=6)


@given(st.sampled_from(sorted(set(GOOD) - {CASE})), st.data())
@settings(max_examples=150, deadline=None)
def test_random_cells(file: str, data: st.DataObject) -> None:
    lines = list(csv.reader(GOOD[file].splitlines()))
    row = data.draw(st.integers(1, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row]) - 1))
    lines[row][column] = data.draw(CELLS)
    with tempfile.TemporaryDirectory() as name:
        folder = written(Path(name), GOOD)
        with (folder / file).open("w", encoding="utf-8", errors="replace", newline="") as stream:
            csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(lines)
        attempt(folder)


KEYS = st.sampled_from(
    [
        *("grid", "basis", "year", "regulations", "fueleu", "surcharge", "eu_ets_eur_per_t"),
        *("override", "table", "where", "set", "scale", "fuel", "factors"),
        *("toc", "fuels", "hoc", "g_per_kwh"),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | CELLS
PATCHES = st.dictionaries(
    KEYS,
    st.recursive(
        PLAIN,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(PATCHES)
@settings(max_examples=150, deadline=None)
def test_random_patches(patch: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = written(Path(name), GOOD)
        try:
            case = load_case(folder, patch=patch)
        except CaseError as err:
            faults = err.faults
        else:
            assert case.network.factors.grids
            return
    assert faults
    assert all("\n" not in str(fault) for fault in faults)
