"""A comparison as text for 80 columns, as JSON and as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from routeopt.network import MODES
from routeopt.report.sheet import to_csv
from routeopt.words import WIDTH, heading, money, number, percent, signed, wrapped

if TYPE_CHECKING:
    from routeopt.compare import Row

_PROVEN = 1e-6
_GAP = "  "
_INDENT = "  "
_STATUS = {
    "infeasible": "infeasible",
    "unknown": "no plan found in time",
    "error": "not a sound case",
}
COLUMNS = (
    "name",
    "kind",
    "status",
    "co2e_kg",
    "cost_eur",
    "hours",
    *(f"share_{mode}" for mode in MODES),
    "saved_kg",
    "eur_per_t",
    "changed",
    "reason",
    "gap",
    "served",
    "unserved",
)


def row_dict(row: Row) -> dict[str, Any]:
    """Row as JSON has it; numbers of a row without a plan are null."""
    answer = row.answer
    solved = answer.solved
    found: dict[str, Any] = {
        "name": answer.name,
        "kind": answer.kind,
        "status": answer.status,
        "co2e_kg": answer.co2e_kg if solved else None,
        "cost_eur": answer.cost_eur if solved else None,
        "hours": answer.hours if solved else None,
        "share": answer.share,
        "saved_kg": row.saved_kg,
        "eur_per_t": row.eur_per_t,
        "changed": row.changed or None,
        "reason": _reason(row) or None,
        "gap": answer.gap if solved else None,
        "served": answer.served,
        "unserved": answer.unserved,
        "case": answer.case_name or None,
        "objective": list(answer.objective),
    }
    found |= {key: each for key in ("baseline", "scenario") if (each := getattr(answer, key))}
    return found | ({"interrupted": True} if answer.interrupted else {})


def compare_json(rows: Sequence[Row]) -> str:
    """Rows as one JSON object."""
    return json.dumps(
        {"rows": [row_dict(row) for row in rows]}, indent=1, ensure_ascii=False, allow_nan=False
    )


def compare_csv(rows: Sequence[Row]) -> str:
    """Rows of CSV, with the share of each mode in a column of its own."""
    return to_csv(COLUMNS, [csv_cells(row_dict(row)) for row in rows])


def csv_cells(row: dict[str, Any]) -> list[object]:
    """Cells of `COLUMNS` of a row as JSON has it."""
    share = row["share"]
    cells = {**row, **{f"share_{mode}": share.get(mode, 0.0 if share else None) for mode in MODES}}
    return ["" if cells[name] is None else cells[name] for name in COLUMNS]


def compare_text(rows: Sequence[Row], *, bold: bool = False) -> str:
    """Rows with their numbers, and under each what is different or wrong."""
    head, *blocks = row_blocks(rows, bold=bold)
    lines = [head]
    for row, block in zip(rows, blocks, strict=True):
        lines += [block, *(wrapped(note, indent=_INDENT, hang=_INDENT) for note in notes(row))]
    return "\n".join([*lines, "", *legend(rows)])


def row_blocks(
    rows: Sequence[Row], *, bold: bool, title: str = "Compared", per_tonne: bool = True
) -> list[str]:
    """Give the header and each row's numbers as text.

    A name that leaves no room for the numbers has a line of its own.

    Parameters
    ----------
    per_tonne
        Whether EUR per tonne saved mean something: not where prices differ from row to row.
    """
    modes = [mode for mode in MODES if any(row.answer.tkm.get(mode) for row in rows)]
    header = ("kg CO2e", "EUR", "h each", *modes, "kg saved", "EUR/t")
    header = header if per_tonne else header[:-1]
    cells = [_cells(row, modes)[: len(header)] if row.answer.solved else None for row in rows]
    known = [header, *(each for each in cells if each)]
    widths = [max(len(each[n]) for each in known) for n in range(len(header))]
    room = WIDTH - sum(widths) - len(_GAP) * len(widths)
    names = [row.answer.name for row in rows if len(row.answer.name) <= room]
    left = max(len(name) for name in [title, *names])
    blocks = [heading(_line(title, header, widths, left), bold=bold)]
    return blocks + [
        _block(row, numbers, widths, left) for row, numbers in zip(rows, cells, strict=True)
    ]


def _block(row: Row, numbers: Sequence[str] | None, widths: Sequence[int], left: int) -> str:
    name = row.answer.name
    if numbers is None:
        return wrapped(f"{name}: {_STATUS[row.answer.status]}", hang=_INDENT)
    if len(name) <= left:
        return _line(name, numbers, widths, left)
    return f"{wrapped(name, hang=_INDENT)}\n{_line('', numbers, widths, left)}"


def _line(name: str, cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    numbers = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join([name.ljust(left), *numbers]).rstrip()


def _cells(row: Row, modes: Sequence[str]) -> tuple[str, ...]:
    answer = row.answer
    each_h = answer.hours / answer.served if answer.served else 0.0
    share = answer.share
    return (
        number(answer.co2e_kg),
        money(answer.cost_eur),
        f"{each_h:,.1f}",
        *(_share(share.get(mode, 0.0)) for mode in modes),
        _saved(row.saved_kg),
        _per_tonne(row.eur_per_t),
    )


def _share(share: float) -> str:
    """Whole percent: a mode that is used is never shown as 0."""
    if not share:
        return "–"
    return "<1 %" if share < 0.005 else f"{share * 100:.0f} %"  # noqa: PLR2004  half a percent


def _saved(saved_kg: float | None) -> str:
    return "" if saved_kg is None else signed(number(saved_kg)).removeprefix("+")


def _per_tonne(eur_per_t: float | None) -> str:
    if eur_per_t is None:
        return ""
    return "saves both" if eur_per_t < 0 else money(eur_per_t)


def _reason(row: Row) -> str:
    return "; ".join(part for part in (row.unlike, row.answer.reason) if part)


def notes(row: Row, *, moves: bool = True) -> Iterator[str]:
    """Tell what is different or wrong; `moves`: also what goes another way."""
    answer = row.answer
    if answer.interrupted:
        yield "interrupted: the best plan found until then" if answer.solved else "interrupted"
    elif answer.status == "feasible":
        yield _open(answer.gap)
    if moves and row.changed:
        yield row.changed
    if row.unlike:
        yield f"{row.unlike}: not held against the first row"
    elif answer.unserved and answer.solved:
        yield f"serves {answer.served:,} of {answer.served + answer.unserved:,} shipments"
    if answer.reason:
        yield answer.reason


def _open(gap: float | None) -> str:
    if gap is None or gap <= _PROVEN:
        return "not proven best"
    return f"not proven best: at most {percent(gap)} better"


def legend(rows: Sequence[Row], *, swept: bool = False) -> Iterator[str]:
    """Say what the rows are held against, and what all of them should be read with."""
    first = rows[0].answer
    if not first.solved:
        yield wrapped(f"{first.name} has no plan: nothing can be held against it.")
        return
    if len(rows) > 1 and swept:
        yield wrapped(f"kg saved: against {first.name}.")
    elif len(rows) > 1:
        yield wrapped(
            f"kg saved, EUR/t and what moves: against {first.name}. EUR/t: what each tonne of "
            "CO2e saved costs more."
        )
    if any(row.answer.baseline == "road" for row in rows):
        yield wrapped("all road: by truck only; the case's limits on the plan do not hold.")
    for text in dict.fromkeys(text for row in rows for text in row.answer.warnings):
        yield wrapped(f"Warning: {text}", hang=_INDENT)
