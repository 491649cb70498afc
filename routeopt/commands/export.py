"""`routeopt export`: a plan as files for spreadsheets and maps."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.options import AnyPath, example
from routeopt.commands.output import make_folder
from routeopt.commands.progress import watching
from routeopt.commands.record import write_files
from routeopt.commands.streams import emit, say
from routeopt.commands.verify import Checked, checked
from routeopt.errors import VerifyError

if TYPE_CHECKING:
    from routeopt.export.model import Facts

FORMATS = ("xlsx", "csv", "geojson")
_SHOWN = 20
_KB = 1000


class Formats(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """`xlsx,csv`: what to write."""

    name = "xlsx|csv|…"

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        """Names in their order, each known and none doubled."""
        if isinstance(value, tuple):
            return value
        names = tuple(part.strip().lower() for part in str(value).split(","))
        for name in names:
            if name not in FORMATS:
                near = get_close_matches(name, FORMATS, n=1)
                hint = f", did you mean {near[0]}?" if near else ""
                self.fail(f"no format {name!r}; there are {', '.join(FORMATS)}{hint}", param, ctx)
        if len(set(names)) < len(names):
            self.fail(f"a format is named twice in {value!r}", param, ctx)
        return names


@click.command(
    short_help="Write a plan for spreadsheets and maps.",
    epilog=example("routeopt export out/plan.json --to xlsx,csv"),
)
@click.argument("plan_path", metavar="PLAN", type=AnyPath())
@click.option(
    "--to",
    "formats",
    metavar="FORMATS",
    type=Formats(),
    required=True,
    help="Some of xlsx (one workbook), csv (a file a table), geojson (lines for maps), "
    "with commas between.",
)
@click.option(
    "-o",
    "--out",
    metavar="DIR",
    type=AnyPath(),
    help="Folder for the files.  [the plan's folder]",
)
@click.option(
    "--excel",
    is_flag=True,
    help="CSV for spreadsheets in Spain and Portugal: semicolons, decimal commas.",
)
@click.option("--case", "case_path", type=AnyPath(), help="The case, if it has moved.")
@click.option(
    "--force", is_flag=True, help="Overwrite files that routeopt did not write, or that changed."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def export(plan_path: Path, **options: Any) -> None:  # noqa: ANN401  click calls it
    """Write PLAN (plan.json or its folder) as tables and maps for other programs.

    The plan is first recomputed from its case, as `routeopt verify` does: a plan that its case
    does not bear out, or whose input files have changed, is not exported (exit status 3).
    """
    if options["excel"] and "csv" not in options["formats"]:
        raise click.UsageError("--excel is about csv, which --to does not name")
    with watching("exporting", quiet=options["quiet"]):
        found = checked(plan_path, options["case_path"])
        facts = _facts(found)
        stem = found.file.stem
        files = _files(facts, stem, options["formats"], excel=options["excel"])
    folder = make_folder(options["out"] or found.file.parent)
    written = write_files(folder, files, folder / f"{stem}-export.json", force=options["force"])
    if not options["quiet"]:
        if not facts.plan["totals"]["served"]:
            say("no shipment is served: the files hold little but the reasons")
        emit("\n".join(f"{file}  {_size(size)}" for file, size in written.items()))


def _facts(found: Checked) -> Facts:
    """Gather what is exported.

    Raises
    ------
    VerifyError
        If the case does not bear the plan out.
    """
    from routeopt.explain import explain
    from routeopt.export.model import Facts
    from routeopt.factorbook import case_book

    _stop_at([str(finding) for finding in found.findings], found.file)
    explanation = explain(found.case, found.plan)
    _stop_at([str(each) for each in explanation.differences], found.file)
    book = case_book(found.case_path, scenario=found.plan["manifest"].get("scenario"))
    return Facts(plan=found.plan, case=found.case, explanation=explanation, book=book)


def _stop_at(faults: list[str], file: Path) -> None:
    if not faults:
        return
    lines = [f"{file}: not exported, since its case does not bear it out:", *faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"and {len(faults) - _SHOWN} more; routeopt verify shows all")
    raise VerifyError("\n".join(lines))


def _files(facts: Facts, stem: str, formats: tuple[str, ...], *, excel: bool) -> dict[str, bytes]:
    """Contents of all files by name."""
    files: dict[str, bytes] = {}
    tables = _tables(facts) if {"xlsx", "csv"} & set(formats) else ()
    for name in formats:
        if name == "xlsx":
            from routeopt.export.workbook import workbook

            files[f"{stem}.xlsx"] = workbook(tables, title=facts.plan["case"]["name"])
        elif name == "csv":
            from routeopt.export.csvfiles import EXCEL, PLAIN, table_csv

            dialect = EXCEL if excel else PLAIN
            files |= {f"{stem}-{table.name}.csv": table_csv(table, dialect) for table in tables}
        else:
            from routeopt.export.geojson import geojson

            files[f"{stem}.geojson"] = geojson(facts)
    return files


def _tables(facts: Facts) -> tuple[Any, ...]:
    from routeopt.export.tables import tables

    return tables(facts)


def _size(size: int) -> str:
    """Size in kB.

    >>> _size(12), _size(10_800)
    ('0.1 kB', '10.8 kB')
    """
    return f"{max(0.1, size / _KB):,.1f} kB"
