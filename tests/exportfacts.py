"""The case of `seacase`, whose numbers were reckoned by hand, as what an export starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from routeopt.case import load_case
from routeopt.explain import explain
from routeopt.export.model import Facts, Table
from routeopt.factorbook import case_book
from tests import seacase


def facts_of(folder: Path) -> Facts:
    """Facts of the plan of a case folder."""
    case, _, plan = seacase.solved(folder)
    plan["case"] = {"name": case.name, "sha256": case.sha256}
    plan["manifest"] = {
        "software": {"routeopt": "0.1.0"},
        "inputs": dict(case.inputs),
        "seed": 0,
        "workers": 2,
        "time_limit_s": 60.0,
        "case_path": "../sea/case.yaml",
        "command": "routeopt solve sea",
    }
    return Facts(
        plan=plan, case=load_case(folder), explanation=explain(case, plan), book=case_book(folder)
    )


def cells(table: Table) -> list[dict[str, Any]]:
    """Rows by the names of the columns."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]
