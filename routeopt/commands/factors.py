"""`routeopt factors`: what every factor is, where it comes from, and how to bring your own."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from routeopt.commands.explain import explain
from routeopt.commands.options import AnyPath, Finite, example, format_option
from routeopt.commands.output import quoted
from routeopt.commands.streams import colours, emit, say
from routeopt.errors import CaseError, InputError

if TYPE_CHECKING:
    from routeopt.factorbook import Book

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FORMATS = ("table", "json", "csv")
_TONNES = Finite(min=0, min_open=True)


def _book_options(command: _Command) -> _Command:
    """`--set NAME` and `--case CASE`: whose factors."""
    for option in (
        click.option(
            "--case", "case_path", metavar="CASE", type=AnyPath(), help="Factors as CASE has them."
        ),
        click.option(
            "--set",
            "set_",
            metavar="NAME",
            help="Shipped set: default, published or open.  [default: default]",
        ),
    ):
        command = option(command)
    return command


def _book(set_: str | None, case_path: Path | None) -> Book:
    from routeopt.factorbook import case_book, shipped_book

    if case_path is None:
        return shipped_book(set_ or "default")
    if set_ is not None:
        raise click.UsageError("--set and --case exclude each other: the case names its set")
    return case_book(case_path)


def _width() -> int:
    return max(60, shutil.get_terminal_size().columns)


@click.group(
    short_help="Show, explain and bring emission factors.",
    epilog=example("routeopt factors list --mode rail --country PT"),
)
def factors() -> None:
    """Show every emission factor with its unit, scope, licence and source; bring your own."""


@factors.command(
    "list",
    short_help="List factors with units and sources.",
    epilog=example("routeopt factors list --table toc --mode rail --country PT"),
)
@click.option("--table", metavar="NAME", help="toc, hoc, fuels, grid, refrigerants or rules.")
@click.option("--mode", metavar="MODE", help="Transport by road, rail, sea or barge.")
@click.option(
    "--country",
    metavar="CODE",
    help="Grid rows of this country or zone; electric rows are priced by it.",
)
@click.option("--fuel", metavar="ID", help="A fuel, and what burns it.")
@_book_options
@format_option(*_FORMATS)
def list_(  # noqa: PLR0913  one argument an option
    *,
    table: str | None,
    mode: str | None,
    country: str | None,
    fuel: str | None,
    set_: str | None,
    case_path: Path | None,
    style: str,
) -> None:
    """List factors: values with units, GWP100 set, scope, licence and source.

    WTT, TTW and WTW of rows by energy are computed with the fuels. Electric rows say `by grid`
    until --country names the country whose grid prices them.
    """
    from routeopt.report.factors import COLUMNS, factor_row, factors_text

    book = _book(set_, case_path)
    found = book.select(table=table, mode=mode, country=country, fuel=fuel)
    if style == "json":
        rows = [factor_row(factor) for factor in found]
        emit(json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False))
    elif style == "csv":
        from routeopt.report.sheet import to_csv

        emit(to_csv(COLUMNS, [list(factor_row(factor).values()) for factor in found]))
    elif found:
        emit(factors_text(found, width=_width(), bold=colours()))
    if not found:
        say("no factor fits all of these filters")


@factors.command(
    short_help="Show all about one factor.",
    epilog=example("routeopt factors show vlsfo"),
)
@click.argument("id_", metavar="ID")
@_book_options
@format_option("table", "json")
def show(*, id_: str, set_: str | None, case_path: Path | None, style: str) -> None:
    """Show all about factor ID: values, how derived, source, licence, and what refers to it.

    ID is that of a transport or hub operation category, a fuel or a refrigerant, a country for
    its grid rows, or the name of a rule.
    """
    from routeopt.report.factors import factor_facts, show_text

    book = _book(set_, case_path)
    found = book.find(id_)
    if style == "json":
        facts = [factor_facts(book, factor) for factor in found]
        emit(json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        emit(show_text(book, found, width=_width(), bold=colours()))


factors.add_command(explain)


@factors.command(
    "import",
    short_help="Bring your own copy of a published table.",
    epilog=example("routeopt factors import my-table.csv --as toc -o my-case"),
)
@click.argument("file", metavar="FILE", type=AnyPath())
@click.option(
    "--as",
    "table",
    required=True,
    type=click.Choice(["toc", "hoc", "fuels", "grid"]),
    help="The table that it becomes.",
)
@click.option(
    "-o", "--output", "folder", required=True, metavar="CASE_DIR", type=AnyPath(), help="The case."
)
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook; left out: the first.")
@click.option(
    "--ttw-share",
    type=Finite(min=0, max=1),
    help="Share of TTW in WTW, for rows that give WTW alone; without it they are left out.",
)
@click.option(
    "--teu-per-box",
    type=Finite(min=0, min_open=True),
    help="TEU per container, for hub rows per container; without it they are left out.",
)
@click.option("--partial", is_flag=True, help="Leave out rows with faults and write the rest.")
@click.option("--force", is_flag=True, help="Replace a table that is there already.")
def import_(  # noqa: PLR0913  one argument an option
    *,
    file: Path,
    table: str,
    folder: Path,
    sheet: str | None,
    ttw_share: float | None,
    teu_per_box: float | None,
    partial: bool,
    force: bool,
) -> None:
    """Write CASE_DIR/TABLE.csv from FILE, a CSV file or a workbook (.xlsx).

    Columns are matched by name (`WTT (g CO2e/tkm)`, `Well-to-tank`, `toc_id`); WTW less TTW
    gives WTT. Faults are told with their place, and nothing is written if there are any.
    """
    from routeopt.case.importing import Assumed, import_table
    from routeopt.planfile import write_text_atomic

    target = folder / f"{table}.csv"
    if target.exists() and not force:
        raise InputError(f"{target} is there already; give --force to replace it")
    assumed = Assumed(ttw_share=ttw_share, teu_per_box=teu_per_box)
    done = import_table(file, table, sheet=sheet, assumed=assumed)
    for line in done.lines():
        say(line)
    if done.faults and not partial:
        raise CaseError(done.faults)
    for fault in done.faults:
        say(str(fault))
    if not done.count:
        raise InputError(f"{file}: no row to import; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise InputError(f"{folder}: can't be made: {err.strerror}") from err
    write_text_atomic(target, done.text)
    say(f"{target}: {done.count} of {done.read} rows imported. Write in case.yaml of that folder:")
    emit(f"tables: {{{table}: {table}.csv}}")
    say(f"then: routeopt check {quoted(folder)}")


@factors.command(
    short_help="Work out a train's energy from its mass.",
    epilog=example("routeopt factors rail --gross-t 1190 --net-t 700"),
)
@click.option("--gross-t", type=_TONNES, metavar="T", help="Mass of wagons, boxes and cargo.")
@click.option("--net-t", type=_TONNES, metavar="T", required=True, help="Mass of the cargo.")
@click.option(
    "--wagons",
    type=click.IntRange(min=1),
    help="Number of wagons, in place of --gross-t: gross = cargo + wagons × wagon mass.",
)
@click.option("--wagon-t", type=_TONNES, metavar="T", help="Mass of a wagon and its empty boxes.")
@click.option("--diesel", is_flag=True, help="Hauled by a diesel engine: a row in MJ of diesel.")
@click.option("--id", "id_", metavar="ID", default="", help="Id of the row.")
@click.option(
    "--reefer-pct",
    type=Finite(min=0),
    metavar="PCT",
    help="Add a row for reefer cargo with this much more energy, e.g. 12.",
)
@format_option("table", "csv", "json")
def rail(  # noqa: PLR0913  one argument an option
    *,
    gross_t: float | None,
    net_t: float,
    wagons: int | None,
    wagon_t: float | None,
    diesel: bool,
    id_: str,
    reefer_pct: float | None,
    style: str,
) -> None:
    """Work out the energy per tonne-km of a freight train, and print its row for toc.csv.

    The formula is that of EcoTransIT: 1200 × G^-0.62 Wh per gross tonne-km, G the mass in t, and
    10.0 above 2000 t. Masses are means that count empty slots and empty ways.
    """
    from routeopt.report.factors import train_text
    from routeopt.trains import Train

    gross_t = _gross_t(gross_t, net_t, wagons, wagon_t)
    try:
        train = Train(gross_t=gross_t, net_t=net_t, diesel=diesel)
    except ValueError as err:
        raise InputError(str(err)) from err
    rows = train.rows(id_.strip(), reefer_pct=reefer_pct)
    if style == "json":
        steps = [
            {
                "what": step.what,
                "formula": step.formula,
                "value": step.value,
                "unit": step.unit,
                "source": step.source,
            }
            for step in train.steps()
        ]
        answer = {"rows": rows, "steps": steps}
        emit(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False))
        return
    text = _rows_csv(rows)
    emit(text if style == "csv" else train_text(train, rows, text))


def _gross_t(
    gross_t: float | None, net_t: float, wagons: int | None, wagon_t: float | None
) -> float:
    """Gross mass as given, or from the wagons."""
    by_wagons = wagons is not None and wagon_t is not None
    if (wagons is None) != (wagon_t is None) or by_wagons == (gross_t is not None):
        raise click.UsageError("want either --gross-t, or --wagons with --wagon-t")
    return gross_t if gross_t is not None else net_t + (wagons or 0) * (wagon_t or 0.0)


def _rows_csv(rows: list[dict[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
