"""A small case made by hand, and plans of it that the ledger has priced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routeopt.case import Case
from routeopt.emissions import Hoc, Toc
from routeopt.freight import Bound, Itinerary, Plan, Ride, Shipment, Size, Status, minute_of
from routeopt.ledger import settle
from routeopt.network import Network, Service, Terminal, Timetable

MON_8 = minute_of("2026-03-02T08:00:00+00:00")
HOUR = 60


def terminal(id_: str, name: str, zone: str, **rest: Any) -> Terminal:  # noqa: ANN401  any field
    return Terminal(
        id=id_, name=name, country=id_[:2], lat=38.0, lon=-8.0, timezone=zone, source="port", **rest
    )


def service(id_: str, mode: str, ends: tuple[str, str], **rest: Any) -> Service:  # noqa: ANN401
    timetable = Timetable.parse(rest.pop("departures", "any"))
    return Service(
        id=id_,
        mode=mode,
        origin=ends[0],
        destination=ends[1],
        timetable=timetable,
        toc=mode,
        **rest,
    )


def network() -> Network:
    terminals = [
        terminal("PTSIE", "Sines", "Europe/Lisbon", handling_h=2.0, handling_eur_per_teu=10.0),
        terminal("ESBJZ", "Badajoz", "Europe/Madrid", handling_h=1.0, hoc="lift"),
        terminal("ESMAD", "Madrid Coslada", "Europe/Madrid", handling_h=1.0),
    ]
    services = [
        service(
            "rail-sines-badajoz",
            "rail",
            ("PTSIE", "ESBJZ"),
            departures="Tue 20:00",
            distance_km=300.0,
            hours=6.0,
            max_units=40,
            unit_teu=1.0,
            cost_per_departure_eur=1000.0,
            cost_per_teu_eur=50.0,
            source="timetable 2026",
            price_source="assumption",
        ),
        service(
            "road-badajoz-madrid",
            "road",
            ("ESBJZ", "ESMAD"),
            distance_km=400.0,
            hours=7.0,
            unit_teu=2.0,
            cost_per_unit_eur=600.0,
            source="assumption: road km",
        ),
        service(
            "truck-sines-madrid",
            "road",
            ("PTSIE", "ESMAD"),
            distance_km=640.0,
            hours=12.0,
            unit_teu=2.0,
            cost_per_unit_eur=900.0,
            source="survey",
        ),
    ]
    tocs = [
        Toc(id="rail", wtt_g=10.0, ttw_g=0.0, activity="tkm", source="table 1"),
        Toc(id="road", wtt_g=20.0, ttw_g=60.0, activity="tkm", source="an assumption"),
    ]
    return Network(
        terminals={t.id: t for t in terminals},
        services={s.id: s for s in services},
        tocs={t.id: t for t in tocs},
        hocs={"lift": Hoc(id="lift", wtt_kg=0.5, ttw_kg=0.5, per="t", source="table 2")},
    )


@pytest.fixture
def case() -> Case:
    row = Shipment(
        id="MAD",
        origin="PTSIE",
        destination="ESMAD",
        size=Size(2.0, 20.0, 66.0),
        ready=MON_8,
        due=MON_8 + 4 * 24 * HOUR,
        count=4,
    )
    return Case(
        path=Path("cases/x/case.yaml"),
        name="Sines to Madrid",
        start=MON_8 - 8 * HOUR,
        days=7,
        shipments=(row,),
        network=network(),
        inputs={"case.yaml": "0" * 64},
    )


TRAIN = minute_of("2026-03-03T20:00:00+00:00")
BY_RAIL = Itinerary(
    rides=(
        Ride(service="rail-sines-badajoz", depart=TRAIN, arrive=TRAIN + 6 * HOUR),
        Ride(service="road-badajoz-madrid", depart=TRAIN + 7 * HOUR, arrive=TRAIN + 14 * HOUR),
    )
)
BY_TRUCK = Itinerary(
    rides=(Ride(service="truck-sines-madrid", depart=MON_8 + 2 * HOUR, arrive=MON_8 + 14 * HOUR),)
)

MakePlan = Callable[..., Plan]


@pytest.fixture
def make_plan(case: Case) -> MakePlan:
    """Three by train, the fourth by truck, unless told otherwise."""

    def make(
        chosen: dict[str, Itinerary] | None = None,
        *,
        reasons: dict[str, str] | None = None,
        **changes: Any,  # noqa: ANN401  any field
    ) -> Plan:
        default = {f"MAD/{n}": BY_RAIL for n in (1, 2, 3)} | {"MAD/4": BY_TRUCK}
        ways = default if chosen is None else chosen
        shipments, departures, totals = settle(case, ways, reasons)
        plan = Plan(
            status=Status.OPTIMAL,
            objective=("co2e", "cost"),
            totals=totals,
            bounds=(
                Bound(objective="co2e", value=totals.co2e_kg, bound=totals.co2e_kg, gap=0.0),
                Bound(objective="cost", value=totals.cost_eur, bound=totals.cost_eur, gap=0.0),
            ),
            shipments=shipments,
            departures=departures,
            case_name=case.name,
        )
        return replace(plan, **changes)

    return make


@pytest.fixture
def all_by_truck(make_plan: MakePlan) -> Plan:
    return make_plan({f"MAD/{n}": BY_TRUCK for n in (1, 2, 3, 4)})
