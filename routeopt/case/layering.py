"""Which rows lie under a case's own, and how they are laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from routeopt.case.csvfile import read_csv
from routeopt.case.places import Faults
from routeopt.case.rows import Row, read_rows
from routeopt.case.tables import KEY_OF, SHIPPED
from routeopt.case.values import UnfitError, read_number


@cache
def shipped_rows(name: str) -> tuple[Row, ...]:
    """Rows of a factor table that comes with routeopt.

    Parameters
    ----------
    name
        `toc`, `toc_published`, `toc_open`, `hoc`, `fuels` or `grid`.
    """
    text = files("routeopt").joinpath("factors", f"{name}.csv").read_text("utf-8")
    table, file = name.partition("_")[0], f"{SHIPPED}factors/{name}.csv"
    faults = Faults(file)
    rows, _ = read_csv(table, text, file, faults)
    rows = read_rows(table, rows, faults)
    if faults.any_errors:
        raise ValueError(f"a shipped table is broken: {faults.all()}")
    return tuple(rows)


def shipped_under(table: str, factors: str | None) -> list[str]:
    """Names of the shipped sets that lie under a table, the lowest first."""
    if table == "toc":
        return ["toc", *([f"toc_{factors}"] if factors in {"published", "open"} else [])]
    return [table] if table in {"hoc", "fuels", "grid"} else []


def laid_over(table: str, layers: Sequence[Sequence[Row]]) -> list[Row]:
    """Rows of all layers; a row replaces those of lower layers with its id (or other key)."""
    if len(layers) == 1:
        return list(layers[0])
    names = KEY_OF.get(table, ("id",))

    def key(row: Row) -> tuple[str | float, ...]:
        return tuple(_same(name, row.cells.get(name, "")) for name in names)

    kept: list[Row] = []
    hidden: set[tuple[str | float, ...]] = set()
    for layer in reversed(layers):
        kept = [row for row in layer if key(row) not in hidden] + kept
        hidden |= {key(row) for row in layer}
    return kept


def _same(name: str, text: str) -> str | float:
    """Cell of a key as it is compared: a spreadsheet may write a year as 2025.0."""
    if name == "year":
        try:
            return read_number(text)
        except UnfitError:
            return text
    return text
