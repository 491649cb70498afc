"""The two doors: `load_case` raises, `check_case` tells."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml

from routeopt.case.attributes import ROW_TABLES, TABLES
from routeopt.case.build import build_case
from routeopt.case.check_factors import check_factors
from routeopt.case.check_network import check_network
from routeopt.case.check_shipments import check_shipments
from routeopt.case.files import Folder, find_case
from routeopt.case.layering import laid_over, shipped_rows, shipped_under
from routeopt.case.measured import Measured
from routeopt.case.model import Case
from routeopt.case.patch import apply, merged, read_overrides
from routeopt.case.places import Faults, Place, nearest, shown
from routeopt.case.rows import Row, read_rows
from routeopt.case.settings import MAX_ENTRIES, Settings, read_settings
from routeopt.case.sources import Sources
from routeopt.case.tables import Tables
from routeopt.case.yamlfile import Block, Items, Scalar, kind_of, read_yaml
from routeopt.emissions import Refrigerant
from routeopt.errors import CaseError, Fault, InputError

if TYPE_CHECKING:
    from routeopt.case.ground import Ground

PATCH = "<patch>"
"""What the file is called in faults of a patch."""


def load_case(
    path: Path | str, *, scenario: str | None = None, patch: Mapping[str, object] | None = None
) -> Case:
    """Read a case, and lay one of its scenarios, and a further patch, over it.

    Parameters
    ----------
    path
        A case file, or the folder of `case.yaml`.
    scenario
        Name of one of the case's scenarios.
    patch
        Keys of a case with their values, as a scenario has them; its `override` entries come
        after those of the case.

    Raises
    ------
    CaseError
        With all errors of the case, its tables, its scenarios and the patch.
    """
    reading = _Reading(Path(path))
    case = reading.case(scenario, patch)
    if case is None:
        raise CaseError(reading.faults.all(severity="E"))
    return case


def case_tables(
    path: Path | str, *, scenario: str | None = None, patch: Mapping[str, object] | None = None
) -> Tables:
    """Read the tables of a case, or of a scenario: its rows over those of the network and the box.

    Parameters
    ----------
    scenario, patch
        As `load_case` has them.

    Raises
    ------
    CaseError
        With all errors of the case.
    """
    reading = _Reading(Path(path))
    read = reading.tables(scenario, patch)
    if read is None:
        raise CaseError(reading.faults.all(severity="E"))
    return read.tables


def check_case(path: Path | str) -> tuple[Case | None, tuple[Fault, ...]]:
    """Read a case and all its scenarios: the case if it has no errors, and every fault."""
    reading = _Reading(Path(path))
    return reading.case(None), reading.faults.all()


@cache
def refrigerants() -> Mapping[str, Refrigerant]:
    """All refrigerants by id, from the table that ships."""
    text = files("routeopt").joinpath("factors", "refrigerants.csv").read_text("utf-8")
    return MappingProxyType(
        {
            row["id"]: Refrigerant(
                id=row["id"],
                gwp_ar5=float(row["gwp_ar5"]),
                gwp_ar6=float(row["gwp_ar6"]),
                source=row["source"],
            )
            for row in csv.DictReader(text.splitlines())
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a reading without errors gives."""

    tables: Tables
    scenarios: tuple[str, ...]
    warnings: tuple[Fault, ...]


@dataclass
class _Scenario:
    name: str
    patch: Block
    place: Place


@dataclass
class _Reading:
    """One reading of a case with its scenarios; each file is read once."""

    path: Path
    faults: Faults = field(init=False)
    folder: Folder | None = None
    _sources: Sources = field(init=False)

    def case(self, scenario: str | None, patch: Mapping[str, object] | None = None) -> Case | None:
        """Read the case that is asked for; None if anything is wrong with it or a scenario."""
        read = self.tables(scenario, patch)
        if read is None or self.folder is None:
            return None
        return build_case(
            read.tables,
            path=self.folder.path / self.folder.case_file,
            scenario=scenario,
            scenarios=read.scenarios,
            inputs=self.folder.inputs,
            warnings=read.warnings,
        )

    def tables(
        self, scenario: str | None, patch: Mapping[str, object] | None = None
    ) -> _Read | None:
        """Read the tables of the case that is asked for; None if anything is wrong."""
        self.faults = Faults(str(self.path))
        self.folder = find_case(self.path, self.faults)
        if self.folder is None:
            return None
        self._sources = Sources(self.folder)
        self.faults = Faults(self.folder.case_file)
        text = self.folder.read_case(self.faults)
        top = None if text is None else read_yaml(text, self.folder.case_file, self.faults)
        if top is None:
            return None
        scenarios = self._scenarios(top)
        extra = None if patch is None else _patch_block(patch)
        base = self._tables(_patched(top, extra), self.faults)
        wanted, warnings = base, self.faults.all(severity="W")
        for entry in scenarios:
            if patch is not None and entry.name != scenario:
                continue  # told when the case was read as it is
            own = Faults(self.folder.case_file)
            patched = self._tables(_patched(merged(top, entry.patch), extra), own)
            if entry.name == scenario:
                wanted, warnings = patched, own.all(severity="W")
            if not self.faults.overflowed:
                self.faults.take_over(own, scenario=entry.name)
        names = tuple(entry.name for entry in scenarios)
        if scenario is not None and scenario not in names:
            message = f"no scenario {shown(scenario)}"
            if not names:
                message += ": the case has none"
            place = Place(self.folder.case_file)
            self.faults.add("E309", place, message, value=scenario, known=names)
        if self.faults.any_errors:
            return None
        return _Read(tables=wanted, scenarios=names, warnings=warnings)

    def _scenarios(self, top: Block) -> list[_Scenario]:
        pair = top.pairs.get("scenarios")
        if pair is None or not isinstance(pair[1], Items):
            return []  # another shape is told with the other keys
        if len(pair[1].items) > MAX_ENTRIES:
            return []
        found: dict[str, _Scenario] = {}
        for index, node in enumerate(pair[1].items):
            entry = self._scenario(node, f"scenarios[{index}]")
            if entry is None:
                continue
            if entry.name in found:
                message = f"scenario {shown(entry.name)} stands twice"
                self.faults.add("E301", entry.place, message, value=entry.name)
            found.setdefault(entry.name, entry)
        return list(found.values())

    def _scenario(self, node: object, key: str) -> _Scenario | None:
        if not isinstance(node, Block):
            if isinstance(node, Scalar | Items):
                message = f"{key}: want a mapping with a name, got {kind_of(node)}"
                self.faults.add("E204", _place(node, key), message)
            return None
        for name in ("case", "scenarios"):
            if name in node.pairs:
                written = node.pairs[name][0]
                message = f"key {shown(name)} can't stand in a scenario"
                self.faults.add("E201", _place(written, f"{key}.{name}"), message, value=name)
        name_node = self._scenario_name(node, key)
        if name_node is None:
            return None
        kept = {k: v for k, v in node.pairs.items() if k not in {"case", "scenarios"}}
        patch = Block(kept, node.line, node.column, node.file)
        return _Scenario(name_node.text.strip(), patch, _place(name_node, f"{key}.name"))

    def _scenario_name(self, node: Block, key: str) -> Scalar | None:
        value = node.pairs["name"][1] if "name" in node.pairs else None
        if value is not None and not isinstance(value, Scalar):
            message = f"{key}.name: want a text, got {kind_of(value)}"
            self.faults.add("E204", _place(value, f"{key}.name"), message)
            return None
        if value is None or not value.text.strip():
            near = nearest("name", set(node.pairs) - set(TABLES["case"]))
            hint = f": is it {shown(near)}?" if near else ""
            message = f"{key}: missing key name, want a text{hint}"
            self.faults.add("E202", _place(node, f"{key}.name"), message)
            return None
        if not value.text.isprintable():
            message = f"name: control or invisible character in {shown(value.text)}"
            self.faults.add("E216", _place(value, f"{key}.name"), message)
        return value

    def _tables(self, top: Block, faults: Faults) -> Tables:
        """Read the tables that a case names, with its overrides, and check them."""
        settings = read_settings(top, faults.file, faults)
        overrides = read_overrides(settings.overrides, faults.file, faults)
        rows: dict[str, list[Row]] = {}
        flawed: dict[str, list[Row]] = {}
        ids: dict[str, dict[str, Row]] = {}
        doubled: dict[str, list[Row]] = {}
        lost: set[str] = set()
        refuelled: list[Row] = []
        ground = self._ground(settings, faults)
        self._sources.check(settings, faults)
        for table in ROW_TABLES:
            raw, whole = self._rows(table, settings, faults, ground)
            if not whole or (ground is None and not settings.standalone):
                lost.add(table)
            elif table == "shipments" and "shipments" in settings.places and not raw:
                message = "shipments: is empty, want at least one"
                faults.add("E219", settings.places["shipments"], message)
            changed = apply(overrides, table, raw, None if table in lost else faults)
            if table == "toc":
                refuelled = [b for a, b in zip(raw, changed, strict=True) if _refuelled(a, b)]
            rows[table] = read_rows(table, changed, faults)
            flawed[table] = [row for row in changed if row.values is None]
            if table == "grid" and flawed[table]:
                lost.add(table)  # no second fault of a country whose row has one
            ids[table], doubled[table] = _by_id(changed)
        measured = Measured()
        if ground is not None and settings.get("start") is not None:
            from routeopt.case.measure import Surveyor  # noqa: PLC0415  loads numpy

            measured = Surveyor(ground, settings, rows, ids, faults).survey()
        tables = Tables(
            settings=settings,
            faults=faults,
            rows=rows,
            flawed=flawed,
            ids=ids,
            doubled=doubled,
            lost=frozenset(lost),
            refuelled=tuple(refuelled),
            shipped_in={
                row.id: factors
                for factors in ("open", "published")
                for row in shipped_rows(f"toc_{factors}")
            },
            refrigerants=refrigerants(),
            measured=measured,
            ground=ground,
        )
        check_network(tables)
        check_factors(tables)
        check_shipments(tables)
        return tables

    def _ground(self, settings: Settings, faults: Faults) -> Ground | None:
        """Network that the case stands on; None where it needs none, or has a fault."""
        if settings.standalone or self.folder is None:
            return None
        from routeopt.case.ground import open_ground  # noqa: PLC0415  loads numpy
        from routeopt.network.physical import (  # noqa: PLC0415  loads numpy
            find_network,
            shipped_networks,
        )

        name = settings.get("network")
        try:
            folder = find_network(name, self.folder.path)
            inside = folder.resolve().is_relative_to(self.folder.path.resolve())
            if folder not in shipped_networks().values() and not inside:
                message = f"network: {shown(name)} lies outside the case's folder"
                faults.add("E110", settings.places["network"], message, value=name)
                return None
            ground = open_ground(folder)
        except CaseError as err:
            for fault in err.faults:
                faults.add(fault.code, Place(fault.file, fault.line, fault.column), fault.message)
            return None
        except InputError as err:
            faults.add("E126", settings.places["network"], f"network: {err}", value=name)
            return None
        self.folder.inputs.update(ground.inputs)
        return ground

    def _rows(
        self, table: str, settings: Settings, faults: Faults, ground: Ground | None
    ) -> tuple[list[Row], bool]:
        """Rows of a table over those of the network and of the box; whether all were read."""
        own, whole = self._sources.rows(table, settings, faults)
        names = shipped_under(table, settings.get("factors"))
        layers: list[Sequence[Row]] = [shipped_rows(name) for name in names]
        if ground is not None:
            layers.append(ground.rows.get(table, []))
        return laid_over(table, [*layers, own]), whole


def _place(node: Scalar | Items | Block, key: str) -> Place:
    return Place(node.file, node.line, node.column, key)


def _patch_block(patch: Mapping[str, object]) -> Block:
    """Read plain values as the block that a case file would hold, a key a line at its top."""
    faults = Faults(PATCH)
    if not patch:
        return Block({}, 1, 1, PATCH)
    try:
        text = yaml.dump(
            _plain(patch), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=math.inf
        )
    except yaml.YAMLError as err:
        message = f"want texts, numbers, lists and mappings: {err.args[0]}"
        faults.add("E204", Place(PATCH), message)
        raise CaseError(faults.all()) from err
    block = read_yaml(text, PATCH, faults)
    if block is None:
        raise CaseError(faults.all())
    return block


class _Plain(yaml.SafeDumper):
    """Writes a value that stands twice twice: aliases are bounded when read."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  the base class asks for it
        return True


def _plain(value: object) -> object:
    """Turn mappings and sequences of any kind into those that YAML writes."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(each) for each in value]
    return value


def _patched(case: Block, patch: Block | None) -> Block:
    """Case with a patch over it, its overrides after those of the case."""
    if patch is None:
        return case
    laid = merged(case, patch)
    lists = [
        pair[1].items
        for block in (case, patch)
        if (pair := block.pairs.get("override")) is not None and isinstance(pair[1], Items)
    ]
    if len(lists) > 1:
        written, node = patch.pairs["override"]
        items = [item for each in lists for item in each]
        laid.pairs["override"] = (written, Items(items, node.line, node.column, node.file))
    return laid


def _refuelled(old: Row, new: Row) -> bool:
    """Whether an override changed the fuel of a row and left its given intensity."""
    if not new.cells.get("unit", "").startswith("g/"):
        return False
    same = old.cells.get("fuel", "") == new.cells.get("fuel", "")
    spots = new.spots or {}
    return not same and not ("wtt" in spots and "ttw" in spots)


def _by_id(rows: Iterable[Row]) -> tuple[dict[str, Row], list[Row]]:
    ids: dict[str, Row] = {}
    doubled = [row for row in rows if row.id and ids.setdefault(row.id, row) is not row]
    return ids, doubled
