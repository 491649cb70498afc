"""A sound case that each broken one is made from by a change or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

CASE = "case.yaml"
SHIPMENTS = "shipments.csv"
TERMINALS = "terminals.csv"
SERVICES = "services.csv"
TOC = "toc.csv"
DUTIES = "duties.csv"
HOC = "hoc.csv"
FUELS = "fuels.csv"
GRID = "grid.csv"

GOOD: Mapping[str, str] = {
    CASE: """\
case: 1
name: Sines to Madrid
network: none
start: 2026-03-02
days: 14
objective: [co2e, cost]
fx_to_eur: {USD: 0.92}
limits: {cost_eur: 90000, min_share: {rail: 0.4}}
avoid: {modes: [barge], services: [old]}
shipments: shipments.csv
tables:
  terminals: terminals.csv
  services: services.csv
  toc: toc.csv
  duties: duties.csv
scenarios:
  - {name: Carbon at 100, carbon_price_eur_per_t: 100}
  - name: Dearer
    override:
      - {table: services, where: {mode: rail}, scale: {cost_per_teu: 1.2}}
""",
    SHIPMENTS: """\
id,origin,destination,teu,tonnes,ready,due,cargo,value_eur,count
A,PTSIE-XXI,ESMAD,2,20,2026-03-02T08:00,2026-03-06T18:00,dry,50000,10
B,PTSIE-XXI,ESMAD,1,12,2026-03-02T08:00,2026-03-06T18:00,reefer,50000,
""",
    TERMINALS: """\
id,name,country,lat,lon,timezone,kind,open
PTSIE-XXI,Sines Terminal XXI,PT,37.94,-8.846,Europe/Lisbon,seaport,
ESMAD,Madrid,ES,40.4,-3.5,Europe/Madrid,rail terminal,Mon-Fri 06:00-22:00
""",
    SERVICES: """\
id,mode,from,to,departures,distance_km,hours,country_km,unwired_km,cost_per_teu,currency,toc,toc_unwired,both_ways
train,rail,PTSIE-XXI,ESMAD,daily 06:00,800,14,PT 300; ES 500,ES 62,400,USD,rail-e,rail-d,true
truck,road,PTSIE-XXI,ESMAD,any,700,10,,,700,,road,,
old,rail,PTSIE-XXI,ESMAD,"Mon,Thu 18:30",800,20,,,300,,rail-d,,false
""",
    TOC: """\
id,mode,unit,wtt,ttw,fuel,reefer,gwp,source
rail-e,rail,g/tkm,10,0,electricity,rail-e,AR6,made up
rail-d,rail,g/tkm,7,23,diesel,rail-d,AR6,made up
road,road,g/tkm,20,68,diesel,road,AR6,made up
""",
    DUTIES: """\
origin_country,country,commodity,import_pct,transit_pct,source
PT,ES,,0,0,customs union
""",
}

Edit = tuple[str, str, str]
"""(file, text in it, text instead); with an empty text in it: the whole file."""
Broken = dict[str, tuple[list[Edit], list[str]]]
"""By what is wrong: the edits, and every fault that is told."""

ENERGY: Sequence[Edit] = (
    (
        CASE,
        "fx_to_eur:",
        (
            "grid: {basis: [consumption_lifecycle], year: 2025}\n"
            "regulations: {year: 2026, eu_ets_eur_per_t: 75, fueleu: true}\n"
            "fx_to_eur:"
        ),
    ),
    (
        CASE,
        "  toc: toc.csv\n",
        "  toc: toc.csv\n  hoc: hoc.csv\n  fuels: fuels.csv\n  grid: grid.csv\n",
    ),
    (TERMINALS, "timezone,kind,open", "timezone,hoc,open"),
    (TERMINALS, "seaport,", "quay,"),
    (TERMINALS, "rail terminal,Mon-Fri 06:00-22:00", "yard,"),
    (TERMINALS, "ESMAD,", "MAPTM,Tanger Med,MA,35.88,-5.5,Africa/Casablanca,quay,\nESMAD,"),
    (
        SERVICES,
        "old,rail",
        'ship,sea,MAPTM,PTSIE-XXI,"Mon,Thu 08:00",600,24,,,90,,ship,,\nold,rail',
    ),
    (
        TOC,
        "",
        """\
id,mode,unit,wtt,ttw,energy,fuel,reefer,refrigerant,leak_g,gwp,source
rail-e,rail,kWh/tkm,,,0.03,electricity,rail-e,,,,made up
rail-d,rail,MJ/tkm,,,0.3,diesel 0.93; fame 0.07,rail-d,,,,made up
road,road,g/tkm,20,68,,diesel,road-cold,,,AR6,made up
road-cold,road,g/tkm,22,75,,diesel,road-cold,R-134a,0.002,AR6,made up
ship,sea,MJ/teukm,,,0.5,bio-oil,ship,,,,made up
""",
    ),
    (
        HOC,
        "",
        """\
id,unit,wtt,ttw,reefer,plug_kw_per_teu,source
quay,kg/teu,4,2,quay-cold,,made up
quay-cold,kg/teu,4,2,quay-cold,1.5,made up
yard,kg/t,0.4,0.2,yard,,made up
""",
    ),
    (
        FUELS,
        "",
        """\
id,wtt_g_per_mj,ttw_g_per_mj,lhv_mj_per_kg,fueleu_wtt_g_per_mj,fueleu_ttw_g_per_mj,\
ets_co2_kg_per_kg,ets_ch4_kg_per_kg,ets_n2o_kg_per_kg,ets_zero_rated,gwp,source
bio-oil,30,50,40,20,60,2,0.0001,0.0001,no,AR6,made up
""",
    ),
    (
        GRID,
        "",
        """\
country,basis,year,g_per_kwh,loss_pct,source
PT,consumption_lifecycle,2025,90,10,made up
XX,consumption_lifecycle,2024,50,,made up
""",
    ),
)
"""Edits after which the sound case has electric trains, own fuels and grids, and regulations."""


def edited(edits: Sequence[Edit]) -> dict[str, str]:
    """Files of the sound case after these edits, each of which must hit once."""
    files = dict(GOOD)
    for file, old, new in edits:
        text = files.get(file, "")
        if old:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        files[file] = text.replace(old, new) if old else new
    return files


def write(folder: Path, edits: Sequence[Edit] = ()) -> Path:
    """Write the sound case with these edits."""
    for file, text in edited(edits).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8", newline="")
    return folder
