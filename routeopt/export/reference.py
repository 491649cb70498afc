"""The reference page of the tables of an export, from the table of columns."""

from __future__ import annotations

from routeopt.export.model import Column, columns

_INTRO = """\
# Tables of an export

<!-- Made by `python -m routeopt.export.reference`; change routeopt/export/columns.csv instead. -->

`routeopt export PLAN --to xlsx,csv` writes these tables: a sheet each in `plan.xlsx`, a file each
as `plan-TABLE.csv`. CSV files name the columns as below; sheets have a title with the unit, and
the meaning as a note. Nothing is rounded; sheets only show fewer digits. An empty cell means "not
given", or that it does not apply. `local` times are on the clock of the place, with its time zone
in a column beside them; `utc` is the same instant in UTC. How to use the files:
[export a plan](../tutorials/export.md).
"""


def reference_page() -> str:
    """Write docs/reference/export.md."""
    parts = [_INTRO]
    for table, listed in columns().items():
        parts.append(f"## {table.capitalize()}\n")
        head = "| column | title | kind | unit | meaning |\n|---|---|---|---|---|"
        parts.append(head + "".join(f"\n{_line(column)}" for column in listed) + "\n")
    return "\n".join(parts)


def _line(column: Column) -> str:
    kind = "number or text" if column.kind == "value" else column.kind
    unit = column.unit if kind not in {"text", "local", "utc"} else ""
    return f"| `{column.name}` | {column.title} | {kind} | {unit} | {column.meaning} |"


if __name__ == "__main__":
    print(reference_page(), end="")  # noqa: T201  # the page is what this prints
