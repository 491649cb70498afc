"""The reference page of a case's keys and columns, from the table of attributes."""

from __future__ import annotations

from routeopt.case.attributes import ROW_TABLES, TABLES, Attribute

_INTRO = """\
# Keys and columns of a case

<!-- Made by `python -m routeopt.case.reference`; change routeopt/case/attributes.csv instead. -->

A case is a folder with `case.yaml` and tables, in CSV or in workbooks (.xlsx). Every key and
column that routeopt reads stands here; any other is an error. An empty cell or value means "not
given". Lists in a cell are separated by `;`, truth values are `true` or `false`, numbers have a
decimal point. Times such as `2026-03-02T08:00` are local to the terminal concerned; with an offset
or `Z` they are absolute. Files are UTF-8, and CSV tables separate their cells by commas. In a
workbook numbers, dates and times of the spreadsheet program count as such, and formulas by their
stored values. What can be wrong with a case, and what each message means, is in
[faults](../faults.md).
"""
_TITLES = {
    "case": "The case file",
    "regulations": "`regulations`",
    "grid keys": "`grid`",
    "limits": "`limits`",
    "avoid": "`avoid`",
    "via": "`via`",
    "tables": "`tables`",
    "scenario": "An entry of `scenarios`",
    "override": "An entry of `override`",
}


def reference_page() -> str:
    """Write docs/reference/case.md."""
    parts = [_INTRO]
    for table, attributes in TABLES.items():
        parts.append(f"## {_TITLES.get(table, f'Table {table}')}\n")
        rows = [a for a in attributes.values() if a.status != "kept"]
        what = "column" if table in ROW_TABLES else "key"
        parts.append(f"| {what} | value | allowed | default | meaning |\n|---|---|---|---|---|")
        parts[-1] += "".join(f"\n{_line(a)}" for a in rows) + "\n"
        kept = [f"`{a.name}`" for a in attributes.values() if a.status == "kept"]
        if kept:
            parts.append(f"Kept and not read: {', '.join(kept)}.\n")
    return "\n".join(parts)


def _line(attribute: Attribute) -> str:
    name = f"`{attribute.name}`" + (" (required)" if attribute.required else "")
    unit = f", {attribute.unit}" if attribute.unit else ""
    default = f"`{attribute.default}`" if attribute.default else ""
    kind, allowed = kind_in_words(attribute), allowed_in_words(attribute)
    return f"| {name} | {kind}{unit} | {allowed} | {default} | {attribute.meaning} |"


def kind_in_words(attribute: Attribute) -> str:
    """Say what kind of value an attribute takes."""
    kind = attribute.type.replace("list ", "list of ")
    return f"{kind.removeprefix('some ')} or list of them" if kind.startswith("some ") else kind


def allowed_in_words(attribute: Attribute) -> str:
    """Say which values are allowed; empty where the kind says it."""
    return attribute.allowed.replace(" | ", ", ").replace("..", " to ")


if __name__ == "__main__":
    print(reference_page(), end="")  # noqa: T201  # the page is what this prints
