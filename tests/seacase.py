"""A case from Singapore to Madrid by ship, feeder and train, its factors made up to be reckoned.

What a box of 2 TEU and 20 t (`dry`) emits, kg well to tank + tank to wheel:

    hub 1 SGSIN    2 TEU × (4,000 + 2,000) g                                =   8 +   4
    leg 1 ship     2 TEU × 10,000 km × 0.5 MJ × (15 + 80) g                 = 150 + 800
    hub 2 MAPTM                                                             =   8 +   4
    leg 2 feeder   2 TEU × 600 km × 1 MJ × (15 + 80) g                      =  18 +  96
    hub 3 PTSIE                                                             =   8 +   4
    leg 3 train    20 t × 400 km × 0.05 kWh × 180 / (1 - 10 %) g, Portugal  =  80
                   20 t ×  50 km × 0.05 kWh × 360 / (1 - 10 %) g, Spain     =  20
                   20 t ×  50 km × 0.4 MJ × (15 + 80) g, no wire            =   6 +  32
    hub 4 ESMAD    no hub category                                          =   0
    together                                                                = 298 + 940

A reefer box of 1 TEU and 10 t (`ice`):

    hub 1 SGSIN    1 TEU × (4,000 + 2,000) g                                =   4 +   2
                   waits 10 h × 3 kW × 400 g/kWh                            =  12
    leg 1 ship     1 TEU × 10,000 km × 1 MJ × (15 + 80) g                   = 150 + 800
                   1 TEU × 10,000 km × 0.001 g × 1,530 of R-134a            =        15.3
    hub 2 MAPTM    waits 8 h × 3 kW × 400 g/kWh = 9.6                       =  13.6 + 2
    leg 2 feeder   1 TEU × 600 km × 1 MJ × (15 + 80) g                      =   9 +  48
                   1 TEU × 600 km × 0.001 g × 1,530                         =         0.918
    hub 3 PTSIE    waits 2 h × 3 kW × 200 g/kWh = 1.2                       =   5.2 + 2
    leg 3 train    half of dry                                              =  53 +  16
    together                                                                = 246.8 + 886.218

The voyage runs from Singapore to Sines, past Tanger Med: half of it is covered. For `dry`:

    EU ETS   11,200 MJ / 40 × (3 + 0.01 × 28 + 0.001 × 265) kg × 50 % × 100 EUR/t = 49.63 EUR
    FuelEU   11,200 MJ × (95 - 89.3368) g / (95 × 41,000) × 2,400 EUR × 50 %
    shadow   1,238 kg × 10 EUR/t                                                  = 12.38 EUR
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from routeopt import optimize
from routeopt.case import Case, load_case
from routeopt.freight import Plan
from routeopt.planfile import plan_dict

DRY_WTT, DRY_TTW = 298.0, 940.0
ICE_WTT, ICE_TTW = 246.8, 886.218
WTT, TTW = 3 * DRY_WTT + ICE_WTT, 3 * DRY_TTW + ICE_TTW

FILES = {
    "case.yaml": """\
case: 1
name: Singapore to Madrid
network: none
start: 2026-03-01
days: 40
carbon_price_eur_per_t: 10
regulations: {year: 2026, eu_ets_eur_per_t: 100, fueleu: true}
grid: {basis: made_up, year: 2025}
shipments: shipments.csv
tables:
  terminals: terminals.csv
  services: services.csv
  toc: toc.csv
  hoc: hoc.csv
  fuels: fuels.csv
  grid: grid.csv
""",
    "shipments.csv": """\
id,origin,destination,teu,tonnes,ready,due,cargo,count
dry,SGSIN,ESMAD,2,,2026-03-02T08:00,2026-04-08T18:00,dry,3
ice,SGSIN,ESMAD,1,10,2026-03-02T08:00,2026-04-08T18:00,reefer,
""",
    "terminals.csv": """\
id,name,country,lat,lon,handling_h,hoc,source
SGSIN,Singapore,SG,1.3,103.8,2,port,made up
MAPTM,Tanger Med,MA,35.9,-5.5,2,port,made up
PTSIE,Sines,PT,37.9,-8.8,2,port,made up
ESMAD,Madrid,ES,40.4,-3.7,0,,made up
""",
    "services.csv": """\
id,mode,from,to,departures,distance_km,hours,country_km,unwired_km,toc,toc_unwired,max_t,source
=ship,sea,SGSIN,MAPTM,2026-03-02T20:00,10000,480,,,ship,,,made up
feeder,sea,MAPTM,PTSIE,daily 06:00,600,24,,,feeder,,,made up
train,rail,PTSIE,ESMAD,daily 10:00,500,20,PT 400; ES 100,ES 50,rail,rail-diesel,72,made up
truck,road,PTSIE,ESMAD,any,500,10,PT 400; ES 100,,road,,,made up
""",
    "toc.csv": """\
id,mode,unit,energy,fuel,reefer,refrigerant,leak_g,gwp,data_type,source
ship,sea,MJ/teukm,0.5,oil,cold,,,AR6,modelled,"ships, p.1"
feeder,sea,MJ/teukm,1,oil,cold,,,AR6,,"ships, p.2"
cold,sea,MJ/teukm,1,oil,cold,R-134a,0.001,AR6,primary,"ships, p.3"
rail,rail,kWh/tkm,0.05,electricity,rail,,,,,"trains, p.1"
rail-diesel,rail,MJ/tkm,0.4,oil,rail-diesel,,,,,"trains, p.2"
road,road,MJ/tkm,1,oil,road,,,,,"trucks, p.1"
""",
    "hoc.csv": """\
id,unit,wtt,ttw,reefer,plug_kw_per_teu,gwp,source
port,kg/teu,4,2,port-reefer,,AR6,"ports, p.1"
port-reefer,kg/teu,4,2,port-reefer,3,AR6,"ports, p.1"
""",
    "fuels.csv": """\
id,wtt_g_per_mj,ttw_g_per_mj,lhv_mj_per_kg,gwp,ets_co2_kg_per_kg,ets_ch4_kg_per_kg,ets_n2o_kg_per_kg,source
oil,15,80,40,AR6,3,0.01,0.001,"fuels, p.1"
""",
    "grid.csv": """\
country,basis,year,g_per_kwh,loss_pct,source
PT,made_up,2020,3600,10,"grids, p.1"
PT,made_up,2023,90,10,"grids, p.2"
PT,made_up,2025,180,10,"grids, p.3"
ES,made_up,2023,360,10,"grids, p.4"
ES,made_up,2025,360,10,"grids, p.5"
MA,made_up,2025,360,10,"grids, p.6"
SG,made_up,2025,360,10,"grids, p.7"
""",
}


def write(folder: Path, **changes: tuple[str, str]) -> Path:
    """Write the case; of a file, named without its ending, one text may be put for another."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in FILES.items():
        old, new = changes.get(file.partition(".")[0], ("", ""))
        assert old in text
        (folder / file).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return folder


def solved(folder: Path) -> tuple[Case, Plan, dict[str, Any]]:
    """Case, its plan, and the plan as its file holds it."""
    case = load_case(folder)
    plan = optimize.solve(case)
    return case, plan, plan_dict(plan)
