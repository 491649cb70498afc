"""Reefer and dry cargo on one departure: each company of riders gets its row once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from routeopt.case.model import Case
from routeopt.emissions import Toc
from routeopt.freight import DAY_MIN, Shipment, Size
from routeopt.itineraries.search import Prices
from routeopt.network import Network, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.optimize.model import OBJECTIVES, Problem
from routeopt.optimize.selection import Selection
from routeopt.optimize.solver import Effort, Outcome, Solved

START = to_minute(date(2026, 3, 2), 0, "UTC")


def shared_van() -> Case:
    van = Service(
        id="van",
        mode="road",
        origin="A",
        destination="B",
        timetable=Timetable.parse("2026-03-02T06:00"),
        distance_km=100,
        hours=6,
        unit_teu=2.0,
        toc="van",
    )
    rows = tuple(
        Shipment(
            id=cargo,
            origin="A",
            destination="B",
            size=Size(1, 10, 33),
            ready=START,
            due=START + DAY_MIN,
            cargo=cargo,
        )
        for cargo in ("dry", "reefer")
    )
    return Case(
        path=Path("x"),
        name="x",
        start=START,
        days=2,
        shipments=rows,
        network=Network(
            terminals={
                id_: Terminal(id=id_, name="", country="PT", lat=36, lon=-9) for id_ in "AB"
            },
            services={"van": van},
            tocs={
                "van": Toc(id="van", ttw_g=1000, activity="vehiclekm", reefer="cold"),
                "cold": Toc(id="cold", ttw_g=3000, activity="vehiclekm"),
            },
            hocs={},
        ),
        carbon_price_eur_per_t=100,
    )


def selection_of(case: Case) -> Selection:
    problem = Problem(case)
    columns = [
        problem.column(group, found)
        for group in problem.groups
        for found in group.search.run(Prices(kg=1.0))
    ]
    return Selection(problem, columns, (), may_leave=False)


def test_both_kilograms_and_euros_of_a_mixed_departure_are_exact() -> None:
    # one van: 100 km × (1 × 10/20 + 3 × 10/20) kg/km = 200 kg, 20 EUR at 100 EUR/t
    selection = selection_of(shared_van())
    for name, value in (("co2e", 200.0), ("cost", 20.0)):
        selected = selection.best(OBJECTIVES[name], Effort(limit_s=10, seed=0, gap=0.0))
        assert selected.outcome is Outcome.OPTIMAL
        assert selected.bound == pytest.approx(value)


def test_a_company_is_not_cut_off_twice() -> None:
    """A rider counted as 0.9999999 left the row short for ever: the search did not end."""
    selection = selection_of(shared_van())
    (extras,) = selection._mixed.values()
    values = [0.9999999] * len(selection._worths)
    for extra in extras:
        values[extra] = 0.0
    short = Solved(outcome=Outcome.OPTIMAL, bound=0.0, values=values)
    assert selection._cut(short)
    assert not selection._cut(short)


def test_cutting_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each turn once had the whole limit; now what is left of it, and then no choice is claimed."""
    selection = selection_of(shared_van())
    values = [1.0] * len(selection._worths)
    for extra in next(iter(selection._mixed.values())):
        values[extra] = 0.0
    short = Solved(outcome=Outcome.OPTIMAL, bound=5.0, values=values)
    monkeypatch.setattr(selection.program, "solve", lambda _: short)
    selected = selection.best(OBJECTIVES["co2e"], Effort(limit_s=0.0, seed=0, gap=0.0))
    assert (selected.outcome, selected.choice) == (Outcome.UNKNOWN, None)
