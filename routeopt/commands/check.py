"""`routeopt check`: faults of a case, and what it says."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from routeopt.commands.options import AnyPath, example, format_option, scenario_option
from routeopt.commands.streams import colours, emit, say
from routeopt.errors import CaseError, Fault, InputError

if TYPE_CHECKING:
    from routeopt.case import Case
    from routeopt.reasons import Survey

COLUMNS = (
    "code",
    "severity",
    "file",
    "line",
    "column",
    "key",
    "value",
    "allowed",
    "nearest",
    "message",
    "sheet",
    "cell",
)


@click.command(
    short_help="Look for faults in a case; show what it says.",
    epilog=example("routeopt check my-case"),
)
@click.argument("case_path", metavar="CASE", type=AnyPath())
@scenario_option
@format_option("table", "json", "csv")
@click.pass_context
def check(ctx: click.Context, case_path: Path, scenario: str | None, style: str) -> None:
    """Look for faults in CASE, a case file or its folder, and show what it says.

    Every fault is shown with its file, line and column, the nearest known name and what is
    allowed. Without an error: the shipments, services and departures, how many prices and factors
    are assumptions, and the shipments that can't be served at all and why.
    """
    case, faults = _read(case_path, scenario)
    survey = None
    if case is not None:
        from routeopt.reasons import survey as look

        survey = look(case)
        faults += _unservable(case, survey)
    if style == "json":
        emit(json.dumps([_row(fault) for fault in faults], indent=2, ensure_ascii=False))
    elif style == "csv":
        from routeopt.report import to_csv

        emit(to_csv(COLUMNS, [list(_row(fault).values()) for fault in faults]))
    else:
        _show(case, survey, faults)
    if any(fault.severity == "error" for fault in faults):
        ctx.exit(InputError.exit_code)


def _read(path: Path, scenario: str | None) -> tuple[Case | None, tuple[Fault, ...]]:
    """Read the case and its faults; with a scenario, the patched case and its faults."""
    from routeopt.case import check_case, load_case

    if scenario is None:
        return check_case(path)
    try:
        case = load_case(path, scenario=scenario)
    except CaseError as err:
        return None, err.faults
    return case, case.warnings


def _unservable(case: Case, survey: Survey) -> tuple[Fault, ...]:
    """Warn of each shipment that can't be served, in the form of a fault."""
    return tuple(
        Fault(
            code="W701",
            file=case.path.name,
            key=f"shipments[{id_}]",
            value=id_,
            message=f"{id_} can't be served: {reason}",
        )
        for id_, reason in survey.unservable.items()
    )


def _row(fault: Fault) -> dict[str, object]:
    return {column: getattr(fault, column) for column in COLUMNS}


def _show(case: Case | None, survey: Survey | None, faults: Sequence[Fault]) -> None:
    from routeopt.report import case_text, count

    for fault in faults:
        say(str(fault))
    if case is not None and survey is not None:
        emit(case_text(case, survey, faults=faults, bold=colours()))
    else:
        errors = sum(fault.severity == "error" for fault in faults)
        say(f"{count(errors, 'error')}, {count(len(faults) - errors, 'warning')}")
