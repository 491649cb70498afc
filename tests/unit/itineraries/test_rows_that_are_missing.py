"""Rows that a factor lacks where nothing needs them: sound cases that once crashed."""

from __future__ import annotations

from pathlib import Path

import pytest

from routeopt.audit import audit
from routeopt.case import load_case
from routeopt.freight import Status
from routeopt.optimize import solve
from routeopt.planfile import plan_dict
from tests.broken.good import CASE, SERVICES, SHIPMENTS, TERMINALS, TOC, write

Edit = tuple[str, str, str]
HOC: list[Edit] = [
    (CASE, "  toc: toc.csv\n", "  toc: toc.csv\n  hoc: hoc.csv\n"),
    (TERMINALS, "kind,open", "hoc,open"),
    (TERMINALS, "seaport", "plug"),
    (TERMINALS, "rail terminal", "plug"),
    (
        "hoc.csv",
        "",
        "id,unit,wtt,ttw,reefer,plug_kw_per_teu\nplug,kg/teu,1,1,plug,2\nplain,kg/teu,1,1,,\n",
    ),
]
ENERGY: list[Edit] = [
    (TOC, "id,mode,unit,wtt,ttw,fuel", "id,mode,unit,wtt,ttw,energy,fuel"),
    (TOC, "rail-e,rail,g/tkm,10,0,elec", "rail-e,rail,kWh/tkm,,,0.03,elec"),
    (TOC, "g/tkm,7,23,", "g/tkm,7,23,,"),
    (TOC, "g/tkm,20,68,", "g/tkm,20,68,,"),
]
CASES: dict[str, list[Edit]] = {
    "reefer cargo that avoids trucks, trucks without a reefer row": [
        (TOC, "diesel,road,", "diesel,,"),
        (SHIPMENTS, "value_eur,count", "value_eur,avoid_modes"),
        (SHIPMENTS, "50000,10", "50000,"),
        (SHIPMENTS, "reefer,50000,", "reefer,50000,road"),
    ],
    "a terminal without service and without a reefer row": [
        *HOC,
        (TERMINALS, "ESMAD,Madrid", "ESLON,Lone,PT,50,30,UTC,plain,\nESMAD,Madrid"),
    ],
    "an electric service without any wire, in a country without a grid row": [
        *ENERGY,
        (SERVICES, "PT 300; ES 500,ES 62", "UA 800,UA 800"),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_case_is_solved_and_stands_the_audit(name: str, tmp_path: Path) -> None:
    case = load_case(write(tmp_path, CASES[name]))
    plan = solve(case)
    assert plan.status is Status.OPTIMAL
    assert audit(plan_dict(plan), case) == ()
