"""`routeopt verify`: recompute a plan from its case."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routeopt.commands.options import AnyPath, example, format_option
from routeopt.commands.streams import emit, say
from routeopt.errors import InputError, VerifyError

if TYPE_CHECKING:
    from routeopt.audit import Finding
    from routeopt.case import Case


@click.command(
    short_help="Recompute a plan from its case.",
    epilog=example("routeopt verify out/plan.json"),
)
@click.argument("plan_path", metavar="PLAN", type=AnyPath())
@click.argument("case_word", metavar="[CASE]", type=AnyPath(), required=False)
@click.option("--case", "case_option", type=AnyPath(), help="The case, if it has moved.")
@format_option("table", "json")
@click.pass_context
def verify(
    ctx: click.Context,
    plan_path: Path,
    case_word: Path | None,
    case_option: Path | None,
    style: str,
) -> None:
    """Recompute PLAN (plan.json or its folder) from its case, by code that shares nothing with
    the optimizer.

    Every leg, transfer, cost part, shared departure, limit and total is checked, and whether the
    files of the case are still those that the plan was made from. CASE is found by the path that
    the plan states, unless it is given.
    """  # noqa: D205  click makes one paragraph of it
    if case_word and case_option:
        raise click.UsageError("the case is given twice")
    found = checked(plan_path, case_word or case_option)
    if style == "json":
        emit(_json(found))
    elif not found.findings:
        words = _checked(found.plan)
        emit(f"{found.file} agrees with {found.case_path}: {words}; inputs unchanged")
    if found.findings:
        for finding in found.findings:
            say(str(finding))
        ctx.exit(VerifyError.exit_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A plan file held against its case; no findings: it agrees, and its inputs are unchanged."""

    file: Path
    plan: Mapping[str, Any]
    case_path: Path
    case: Case
    findings: tuple[Finding, ...]


def checked(plan_path: Path, case_path: Path | None) -> Checked:
    """Read a plan file, or that of a folder, and recompute it from its case.

    Parameters
    ----------
    case_path
        None: where the plan says that its case lies.

    Raises
    ------
    InputError
        If the plan or its case can't be read.
    """
    from routeopt.audit import audit, audit_inputs
    from routeopt.planfile import read_plan

    file = plan_path / "plan.json" if plan_path.is_dir() else plan_path
    plan = read_plan(file)
    case_path = case_path or find_case(plan, file)
    case = as_solved(case_path, plan)
    findings = (*audit_inputs(plan, case), *audit(plan, case))
    return Checked(file=file, plan=plan, case_path=case_path, case=case, findings=findings)


def find_case(plan: Mapping[str, Any], file: Path) -> Path:
    """Case that a plan was made from: its path is relative to the plan's folder, or to here.

    Raises
    ------
    InputError
        If the plan states none, or it is not there.
    """
    stated: str = plan["manifest"]["case_path"]
    if not stated:
        raise InputError(f"{file} does not say where its case lies; give it with --case")
    places = (file.resolve().parent / stated, Path(stated))
    for place in places:
        if place.exists():
            return place.resolve() if place is places[0] else place
    raise InputError(f"the case of {file} is not at {stated} any more; give it with --case")


def as_solved(case_path: Path, plan: Mapping[str, Any]) -> Case:
    """Read the case with the scenario, objective and serve that the plan was made with."""
    from routeopt.case import load_case

    manifest = plan["manifest"]
    changes = manifest.get("overrides", {})
    case = load_case(case_path, scenario=manifest.get("scenario"))
    return dataclasses.replace(
        case,
        objective=tuple(changes.get("objective", case.objective)),
        serve=changes.get("serve", case.serve),
    )


def _counts(plan: Mapping[str, Any]) -> dict[str, int]:
    shipments = plan["shipments"]
    return {
        "shipment": len(shipments),
        "leg": sum(len(shipment["legs"]) for shipment in shipments),
        "transfer": sum(len(shipment["transfers"]) for shipment in shipments),
        "departure": len(plan["departures"]),
    }


def _checked(plan: Mapping[str, Any]) -> str:
    from routeopt.report import count

    parts = [count(number, noun) for noun, number in _counts(plan).items()]
    return f"{', '.join(parts)}, every limit and total"


def _json(found: Checked) -> str:
    answer = {
        "plan": str(found.file),
        "case": str(found.case_path),
        "agrees": not found.findings,
        "checked": {f"{noun}s": number for noun, number in _counts(found.plan).items()},
        "findings": [dataclasses.asdict(finding) for finding in found.findings],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)
