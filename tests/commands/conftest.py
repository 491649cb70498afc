"""Cases on disk and the command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**changes: str) -> dict[str, str]:
    """Environment in which the package of this checkout is found from any folder."""
    keep = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    return keep | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"} | changes


@pytest.fixture
def env() -> dict[str, str]:
    return environment()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `routeopt` with these words in an empty folder."""

    def start(*words: object, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "routeopt", *map(str, words)],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=environment(**changes),
            timeout=120,
            check=False,
        )

    return start


TERMINALS = """\
id,name,country,lat,lon,timezone,handling_h,handling_eur_per_teu,hoc,source
PORT,Port,PT,37.9,-8.8,Europe/Lisbon,2,10,lift,tariff
DRY,Dry port,ES,40.4,-3.5,Europe/Madrid,1,5,lift,assumption
"""
SERVICES = """\
id,mode,from,to,departures,distance_km,hours,unit_teu,max_units,cost_per_unit,toc,source,price_source
train,rail,PORT,DRY,"Tue,Thu 20:00",600,10,1,4,100,rail,timetable,assumption
truck,road,PORT,DRY,any,650,12,2,,900,road,survey,survey
"""
TOC = """\
id,mode,unit,wtt,ttw,source
rail,rail,g/tkm,5,5,table
road,road,g/tkm,20,60,table
"""
HOC = """\
id,unit,wtt,ttw,source
lift,kg/t,0,0,table
"""
SHIPMENTS = """\
id,origin,destination,teu,tonnes,ready,due,count
BOX,PORT,DRY,2,20,2026-03-02T08:00,{due},3
"""
CASE = """\
# Three boxes and two trains
case: 1
name: Three boxes
network: none
start: 2026-03-02
days: 7
shipments: shipments.csv
tables: {terminals: terminals.csv, services: services.csv, toc: toc.csv, hoc: hoc.csv}
scenarios:
  - {name: Strike, avoid: {modes: [rail]}}
"""

MakeCase = Callable[..., Path]


@pytest.fixture
def make_case(tmp_path: Path) -> MakeCase:
    """Write a case of three boxes, two of which fit on a train; returns its folder."""

    def make(name: str = "boxes", *, due: str = "2026-03-06T18:00", more: str = "") -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        texts = {
            "terminals.csv": TERMINALS,
            "services.csv": SERVICES,
            "toc.csv": TOC,
            "hoc.csv": HOC,
            "shipments.csv": SHIPMENTS.format(due=due),
            "case.yaml": CASE + more,
        }
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    return make
