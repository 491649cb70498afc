"""Small cases on which `solve` and brute force once disagreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from routeopt.case.model import Case, Limits
from routeopt.emissions import Toc
from routeopt.freight import Shipment, Size, Status
from routeopt.network import Network, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.optimize import solve
from tests import oracle

START = to_minute(date(2026, 3, 2), 0, "UTC")
TOCS = {
    toc.id: toc
    for toc in (
        Toc(id="sea", wtt_g=2, ttw_g=4, activity="tkm"),
        Toc(id="rail", wtt_g=2, ttw_g=10, activity="tkm"),
        Toc(id="van", wtt_g=0, ttw_g=1000, activity="vehiclekm", reefer="cold-van"),
        Toc(id="cold-van", wtt_g=0, ttw_g=1500, activity="vehiclekm"),
    )
}


def service(id_: str, mode: str, departures: str) -> Service:
    return Service(
        id=id_,
        mode=mode,
        origin="A",
        destination="B",
        timetable=Timetable.parse(departures),
        distance_km=200,
        hours=6,
        toc=mode if mode in TOCS else "van",
    )


def shipment(id_: str) -> Shipment:
    return Shipment(
        id=id_,
        origin="A",
        destination="B",
        size=Size(1, 10, 33),
        ready=START,
        due=START + 4 * 1440,
    )


def case(services: list[Service], shipments: list[Shipment], **fields: object) -> Case:
    plain = Case(
        path=Path("case.yaml"),
        name="once wrong",
        start=START,
        days=5,
        shipments=tuple(shipments),
        network=Network(
            terminals={
                id_: Terminal(id=id_, name="", country="PT", lat=lat, lon=-9)
                for id_, lat in (("A", 36), ("B", 38))
            },
            services={s.id: s for s in services},
            tocs=TOCS,
            hocs={},
        ),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def test_nobody_need_be_left_behind() -> None:
    """A limit of next to nothing on what is left behind made the relaxation "infeasible"."""
    a = replace(service("a", "rail", "every 36h"), cost_per_departure_eur=1000)
    b = replace(service("b", "rail", "daily 06:00; daily 18:30"), cost_per_unit_eur=100)
    row = replace(shipment("S"), size=Size(2, 5, 33), ready=START + 480)
    plan = solve(case([a, b], [row], serve="most", objective=("time",)))
    assert plan.status is Status.OPTIMAL
    assert plan.totals.served == 1
    assert plan.totals.hours == 16.5  # ready 08:00, train 18:30, there at 00:30


def test_a_share_when_some_may_be_left_behind() -> None:
    """The columns that met the plan's limits were forgotten after the first stage."""
    ship = replace(service("ship", "sea", "daily 06:00"), cost_per_unit_eur=200)
    train = replace(service("train", "rail", "daily 06:00"), cost_per_unit_eur=200)
    rows = [shipment("1"), shipment("2")]
    limits = Limits(min_share={"rail": 0.5})
    plan = solve(case([ship, train], rows, serve="most", limits=limits))
    assert plan.status is Status.OPTIMAL
    # one by sea, one by rail: 10 t × 200 km × (6 + 12) g = 36 kg
    assert plan.totals.co2e_kg == pytest.approx(36)
    assert plan.totals.served == 2


def test_dry_and_reefer_in_one_van_emit_a_broken_number() -> None:
    """Thirds of a kilogram do not fit a solver that counts in whole numbers."""
    van = replace(service("van", "road", "daily 06:00"), unit_teu=2.0, distance_km=16)
    dry = replace(shipment("dry"), size=Size(1, 20, 33))
    cold = replace(shipment("cold"), cargo="reefer")
    question = case([van], [dry, cold], objective=("co2e", "cost", "time"))
    plan = solve(question)
    # one van: 16 km × (1 × 20/30 + 1.5 × 10/30) kg/km
    assert plan.status is Status.OPTIMAL
    assert plan.totals.co2e_kg == pytest.approx(16 * 3.5 / 3)
    best = oracle.best_plan(question)
    assert {s.id: tuple((leg.service, leg.depart) for leg in s.legs) for s in plan.shipments} == (
        best.choice
    )
