"""A number swept: rows of its values, and where another plan becomes the best."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from routeopt.report.compare import COLUMNS, csv_cells, legend, notes, row_blocks, row_dict
from routeopt.report.sheet import to_csv
from routeopt.words import count, wrapped

if TYPE_CHECKING:
    from routeopt.compare import Row
    from routeopt.compare.sweep import Sweep
    from routeopt.compare.switches import Switch

_SWITCH_COLUMNS = ("value", "below", "above")
_CHANGED = "the best plan is another"


def switch_dict(switch: Switch) -> dict[str, Any]:
    """Switch as JSON has it."""
    return {
        "value": float(switch.above),
        "below": float(switch.below),
        "above": float(switch.above),
        "changed": switch_words(switch),
        "narrow": switch.narrow,
        "status_below": switch.before.status,
        "status_above": switch.after.status,
    }


def switch_words(switch: Switch) -> str:
    """Say what becomes otherwise."""
    if not switch.after.solved:
        return f"no plan: {switch.after.reason}" if switch.after.reason else "no plan"
    if not switch.before.solved:
        return "there is a plan"
    return switch.changed or _CHANGED


def _row_dict(row: Row) -> dict[str, Any]:
    value = row.answer.value
    return row_dict(row) | ({} if value is None else {"value": float(value)})


def sweep_json(sweep: Sweep, rows: Sequence[Row], switches: Sequence[Switch]) -> str:
    """Rows and switches as one JSON object."""
    answer = {
        "sweep": sweep.text,
        "unit": sweep.unit,
        "rows": [_row_dict(row) for row in rows],
        "switches": [switch_dict(switch) for switch in switches],
    }
    return json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False)


def sweep_csv(sweep: Sweep, rows: Sequence[Row], switches: Sequence[Switch]) -> str:
    """Rows of CSV; a switch is a row of the kind `switch`, after all values."""
    cells = [
        [*csv_cells(row_dict(row)), "" if row.answer.value is None else row.answer.value, "", ""]
        for row in rows
    ]
    for switch in switches:
        found = {
            "name": f"from {sweep.label(switch.above)}",
            "kind": "switch",
            "changed": switch_words(switch),
        }
        values = [float(each) for each in (switch.above, switch.below, switch.above)]
        cells.append([*(found.get(name, "") for name in COLUMNS), *values])
    return to_csv((*COLUMNS, *_SWITCH_COLUMNS), cells)


def sweep_text(
    sweep: Sweep, rows: Sequence[Row], switches: Sequence[Switch], *, bold: bool = False
) -> str:
    """Values in their order, and between two of them what changes from where on."""
    head, *blocks = row_blocks(rows, bold=bold, title="Value", per_tonne=False)
    values = count(len(sweep.values), "value")
    lines = [wrapped(f"{sweep.key}: {values}", hang="  "), "", head]
    left = list(switches)
    for row, block in zip(rows, blocks, strict=True):
        value = row.answer.value
        while value is not None and left and left[0].above <= Decimal(value):
            lines.append(_switch_line(sweep, left.pop(0)))
        lines += [
            block,
            *(wrapped(each, indent="  ", hang="  ") for each in notes(row, moves=False)),
        ]
    lines += [_switch_line(sweep, switch) for switch in left]
    return "\n".join([*lines, "", *_summary(rows, switches), *legend(rows, swept=True)])


def _switch_line(sweep: Sweep, switch: Switch) -> str:
    where = f"from {sweep.label(switch.above)}"
    if not switch.narrow:
        where = f"between {sweep.label(switch.below)} and {sweep.label(switch.above)}"
    return wrapped(f"» {where}: {switch_words(switch)}", indent="  ", hang="  ")


def _summary(rows: Sequence[Row], switches: Sequence[Switch]) -> Iterator[str]:
    """Say how near the switches are, or why there are none."""
    swept = [row.answer for row in rows if row.answer.value is not None]
    open_ = [each.name for each in swept if each.status not in {"optimal", "infeasible"}]
    if open_:
        yield wrapped(
            f"Not proven: {', '.join(open_)}. Beside them no change of the plan was sought."
        )
    if switches:
        wide = any(not switch.narrow for switch in switches)
        more = "; where it says between, the search was cut short" if wide else ""
        yield wrapped(f"»: there the best plan changes, found within 1 %{more}.")
    elif not open_ and len(swept) > 1:
        yield wrapped("The plan is the same at every value.")
        if swept[0].objective[:1] == ("co2e",):
            yield wrapped(
                "CO2e comes first in this case, so prices choose only among plans that emit as "
                "little; --objective cost asks for the cheapest plan."
            )
