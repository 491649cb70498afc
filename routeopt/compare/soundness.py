"""Whether a sweep fits a case: rows to change, and numbers that the case allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from routeopt.case.load import case_tables
from routeopt.case.patch import Override
from routeopt.case.places import Place, nearest, shown
from routeopt.case.rows import Row
from routeopt.case.values import UnfitError, read_number
from routeopt.compare.sweep import Sweep
from routeopt.errors import CaseError, InputError


def check_sweep(path: Path, sweep: Sweep, *, scenario: str | None) -> None:
    """See that the first and the last value make a sound case, before any is solved.

    Raises
    ------
    InputError
        If no row has what the sweep names, there is nothing to scale, or the case is unsound.
    """
    if sweep.table:
        _check_rows(case_tables(path, scenario=scenario, patch={}).rows[sweep.table], sweep)
    for value in {sweep.values[0], sweep.values[-1]}:
        try:
            case_tables(path, scenario=scenario, patch=sweep.patch(value))
        except CaseError as err:
            told = "\n".join(dict.fromkeys(f"  {fault.message}" for fault in err.faults))
            raise InputError(f"--sweep {sweep.key} = {sweep.label(value)}:\n{told}") from err


def _check_rows(rows: Sequence[Row], sweep: Sweep) -> None:
    """See that there are rows to change, and numbers to scale."""
    hits = [row for row in rows if _matcher(sweep, sweep.where).matches(row)]
    if not hits:
        raise InputError(f"--sweep {sweep.key}: {_no_row(rows, sweep)}")
    if sweep.scales and not any(row.cells.get(sweep.column) for row in hits):
        filled = {name for row in hits for name in row.cells}
        near = nearest(sweep.column, filled)
        hint = f": did you mean {shown(near)}?" if near else ""
        raise InputError(
            f"--sweep {sweep.key}: no such row has a {sweep.column} that could be scaled{hint}"
        )


def _matcher(sweep: Sweep, columns: Iterable[str]) -> Override:
    """Condition of a sweep on some columns, as an override has it."""
    where = {
        name: (frozenset(sweep.where[name]), frozenset(_numbers(sweep.where[name])))
        for name in columns
    }
    return Override(table=sweep.table, where=where, set={}, scale={}, place=Place(""))


def _numbers(texts: Sequence[str]) -> list[float]:
    found = []
    for text in texts:
        try:
            found.append(read_number(text))
        except UnfitError:
            continue
    return found


def _no_row(rows: Sequence[Row], sweep: Sweep) -> str:
    """Say which of the conditions no row meets, and what comes nearest."""
    for name, values in sweep.where.items():
        if not any(_matcher(sweep, {name}).matches(row) for row in rows):
            known = {row.cells[name] for row in rows if name in row.cells}
            near = nearest(values[0], known)
            hint = f": did you mean {shown(near)}?" if near else ""
            return f"no row of {sweep.table} has the {name} {shown(';'.join(values))}{hint}"
    return f"no row of {sweep.table} has all of it"
