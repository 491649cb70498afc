"""The network folder that a case stands on: the rows of its tables, and its layers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from routeopt.case.csvfile import read_csv
from routeopt.case.places import Faults, Place
from routeopt.case.rows import Row, read_rows
from routeopt.errors import CaseError
from routeopt.network import MODES
from routeopt.network.physical import Physical, open_network

NETWORK_TABLES = ("terminals", "services", "trucking", "duties", "toc", "hoc", "fuels", "grid")
"""Tables that a network may bring; a case's rows are laid over them."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A network as read.

    Parameters
    ----------
    rows
        By table, with `handling.csv` joined to the terminals.
    inputs
        SHA-256 of each file, by `networks/NAME/FILE`.
    """

    physical: Physical
    rows: dict[str, list[Row]]
    inputs: dict[str, str]


def open_ground(folder: Path) -> Ground:
    """Read a network folder; the same, unchanged folder is read once a run.

    Raises
    ------
    InputError
        If it is no network, or a table of it has faults.
    """
    stamps = tuple(
        sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in _files(folder))
    )
    return _ground(folder, stamps)


def _files(folder: Path) -> list[Path]:
    """Files that a case reads; those that only the build of the network reads change no plan."""
    names = {"network.yaml", "handling.csv"}
    names |= {f"{table}.csv" for table in NETWORK_TABLES} | {f"{mode}.npz" for mode in MODES}
    return [file for file in folder.iterdir() if file.name in names and file.is_file()]


@cache
def _ground(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> Ground:
    physical = open_network(folder)
    faults = Faults("network.yaml")
    rows = {table: _table(folder, table, faults) for table in NETWORK_TABLES}
    _join_handling(folder, rows["terminals"], faults)
    for table, found in rows.items():
        rows[table] = read_rows(table, found, faults)
    if faults.any_errors:
        raise CaseError(faults.all(severity="E"))
    name = physical.settings.name
    inputs = {
        f"networks/{name}/{file}": hashlib.sha256((folder / file).read_bytes()).hexdigest()
        for file, _, _ in stamps
    }
    return Ground(physical=physical, rows=rows, inputs=inputs)


def _table(folder: Path, table: str, faults: Faults) -> list[Row]:
    file = folder / f"{table}.csv"
    if not file.is_file():
        return []
    rows, _ = read_csv(table, file.read_text("utf-8"), shown_name(folder, file.name), faults)
    return rows


def shown_name(folder: Path, file: str) -> str:
    """Name a file of a network as faults do."""
    return f"<{folder.name}>/{file}"


def _join_handling(folder: Path, terminals: list[Row], faults: Faults) -> None:
    """Give terminals the cells of `handling.csv`: hours, prices, opening, storage by id."""
    file = folder / "handling.csv"
    if not file.is_file():
        return
    name = shown_name(folder, file.name)
    text = file.read_text("utf-8")
    rows, _ = read_csv("handling", text, name, faults)
    by_id = {row.id: row for row in terminals}
    for row in rows:
        terminal = by_id.get(row.id)
        if terminal is None:
            known = list(by_id)
            place = Place(name, row.line, "id", "id")
            faults.add("E303", place, f"no terminal {row.id!r}", value=row.id, known=known)
            continue
        for column, cell in row.cells.items():
            if column not in {"id", "source", "note"}:
                terminal.cells[column] = cell
        sources = (row.cells.get("source"), terminal.cells.get("source"))
        told = [f"{what}: {s}" for what, s in zip(("handling", "place"), sources, strict=True) if s]
        terminal.cells["source"] = "; ".join(told)  # whose prices are assumptions must be seen
