"""A small case and a plan of it whose every number is worked out by hand.

Three shipments go O (PT) > X (ES) > D (FR): BOX/1 and BOX/2 of 1 TEU, 8 t, 33 m3 (dry), COL of
2 TEU, 12 t, 66 m3 (reefer). All take the Monday train to X; from there BOX/1 and COL share a
shuttle on Wednesday, BOX/2 has a truck at once.

Times, UTC (Lisbon = UTC, Madrid and Paris = UTC+1 in March)
    ready Mon 05:00; O opens 06:00, handling 2 h to 08:00; train at 12:00, 4 h later, takes 10 h
    X Mon 22:00, handling 1 h to 23:00
    shuttle Wed 00:00, 25 h later; 7.5 h to 07:30; D 0.5 h to Wed 08:00: 51 h after ready
    truck after a cutoff of 0.5 h at 23:30; 8 h to Tue 07:30; D 0.5 h to Tue 08:00: 27 h

Transport, EUR
    train, together 4 TEU, 28 t: 2 units × 200 + 4 × (10 + 5) + 1000 = 1460
        alone: BOX 200 + 15 + 1000 = 1215, COL 200 + 30 + 1000 = 1230; in all 3660
    shuttle, together 3 TEU, 20 t: 1 unit × 300 + 20 × 2 = 340
        alone: BOX 300 + 16 = 316, COL 300 + 24 = 324; in all 640
    truck: 900
Handling, EUR: BOX 30 + (20 + 8 × 1) + 10 = 68; COL 60 + (40 + 12) + 20 = 132
Storage at X: 25 h are 2 started days, 1 free: BOX/1 5, COL 10; the truck's 0.5 h is free
Duties: BOX 10000 × (2 % import FR + 0.5 % transit ES) = 250; COL has no value

CO2e, kg (wtt, ttw)
    train BOX: 8 t × (500 km × (8, 0) + 100 km × (4, 16)) g = (35.2, 12.8)
    train COL: 12 t × (500 km × (10, 0) + 100 km × (5, 20)) g = (66, 24)
    shuttle: 400 km × 1.1 = 440 vehicle-km, 1 unit; reefer and dry meet: by tonnes, 8 and 12 of 20
        BOX/1: 440 × (200, 800) g × 0.4 = (35.2, 140.8); alone (88, 352)
        COL: 440 × (240, 960) g × 0.6 = (63.36, 253.44); alone (105.6, 422.4)
    truck: 500 vehicle-km × (200, 800) g = (100, 400)
    handling at O and X, per TEU: dry (1, 3), reefer (2, 6); D has no hoc
    BOX/1: (35.2 + 35.2 + 2, 12.8 + 140.8 + 6) = (72.4, 159.6), 232; alone (125.2, 370.8), 496
    BOX/2: (35.2 + 100 + 2, 12.8 + 400 + 6) = (137.2, 418.8), 556
    COL: (66 + 63.36 + 8, 24 + 253.44 + 24) = (137.36, 301.44), 438.8; alone (179.6, 470.4), 650
Carbon at 100 EUR/t: 23.2, 55.6, 43.88; alone 49.6, 55.6, 65; of a leg a tenth of its kilograms

Activity: trains 4800, 4800, 7200 tkm; the shuttle's 440 vehicle-km in the ratio 8 : 12, 176 and
264; the truck 500. At hubs TEU, at D, which has no hoc, tonnes
ISO report: 1226.8 kg / 28 800 tkm = 42.597 g/tkm, of it 879.84 / 28 800 = 30.55 tank-to-wheel;
at hubs (1 + 1 + 2) × 2 = 8 TEU at O and X, D is not counted; all data are defaults
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from routeopt.case import Case
from routeopt.emissions import Hoc, Toc
from routeopt.freight import (
    Bound,
    Carbon,
    Departure,
    IsoReport,
    Leg,
    Plan,
    Shipment,
    ShipmentPlan,
    Size,
    Status,
    Totals,
    Transfer,
    minute_of,
)
from routeopt.network import Duty, Network, Opening, Service, Terminal, Timetable
from routeopt.planfile import plan_dict
from tests.unit.audit import voyage


def at(text: str) -> int:
    """Minute of `02T08:00`, March 2026, UTC."""
    return minute_of(f"2026-03-{text}:00+00:00")


Activity = Literal["tkm", "teukm", "vehiclekm"]
Field = Any
Json = Any


def _toc(id_: str, activity: Activity, wtt: float, ttw: float, **more: Field) -> Toc:
    return Toc(id=id_, activity=activity, wtt_g=wtt, ttw_g=ttw, source=f"book of {id_}", **more)


def make_network() -> Network:
    terminals = (
        Terminal(
            id="O", name="Oporto", country="PT", lat=41.2, lon=-8.7, timezone="Europe/Lisbon",
            handling_h=2, handling_eur_per_teu=30, hoc="box",
            open=Opening.parse("Mon-Fri 06:00-22:00", "Europe/Lisbon"),
        ),
        Terminal(
            id="X", name="Crossing", country="ES", lat=40.4, lon=-3.6, timezone="Europe/Madrid",
            handling_h=1, handling_eur_per_teu=20, handling_eur_per_t=1, hoc="box",
            free_days=1, storage_eur_per_teu_day=5, max_teu_per_day=6,
        ),
        Terminal(
            id="D", name="Dijon", country="FR", lat=47.3, lon=5.0, timezone="Europe/Paris",
            handling_h=0.5, handling_eur_per_teu=10,
        ),
    )  # fmt: skip
    services = (
        Service(
            id="train", mode="rail", origin="O", destination="X", distance_km=600, hours=10,
            timetable=Timetable.parse("daily 12:00"), unwired_km={"ES": 100}, cutoff_h=2,
            country_km={"PT": 250, "ES": 350}, unit_teu=2, max_units=10, max_t=100,
            cost_per_unit_eur=200, cost_per_teu_eur=10, surcharge_per_teu_eur=5,
            cost_per_departure_eur=1000, toc="wire", toc_unwired="diesel",
        ),
        Service(
            id="shuttle", mode="road", origin="X", destination="D", distance_km=400, hours=7.5,
            timetable=Timetable.parse("every 6h"), unit_teu=3, cost_per_unit_eur=300,
            cost_per_t_eur=2, toc="van",
        ),
        Service(
            id="truck", mode="road", origin="X", destination="D", distance_km=500, hours=8,
            timetable=Timetable.parse("any"), cutoff_h=0.5, unit_teu=2, unit_t=24,
            max_units=3, max_t=60, cost_per_unit_eur=900, toc="truck",
        ),
    )  # fmt: skip
    tocs = (
        _toc("wire", "tkm", 8, 0, reefer="wire-r"),
        _toc("wire-r", "tkm", 10, 0),
        _toc("diesel", "tkm", 4, 16, reefer="diesel-r"),
        _toc("diesel-r", "tkm", 5, 20),
        _toc("van", "vehiclekm", 200, 800, reefer="van-r", distance_basis="actual", daf=1.1),
        _toc("van-r", "vehiclekm", 240, 960, distance_basis="actual", daf=1.1),
        _toc("truck", "vehiclekm", 200, 800, reefer="van-r"),
    )
    hocs = (
        Hoc(id="box", wtt_kg=1, ttw_kg=3, per="teu", reefer="box-r"),
        Hoc(id="box-r", wtt_kg=2, ttw_kg=6, per="teu"),
    )
    duties = (
        _duty("", "FR", 9, 9),
        _duty("PT", "FR", 2, 9),
        _duty("", "ES", 9, 0.5),
    )
    return Network(
        terminals={row.id: row for row in terminals},
        services={row.id: row for row in services},
        tocs={row.id: row for row in tocs},
        hocs={row.id: row for row in hocs},
        duties=duties,
    )


def _duty(origin: str, country: str, import_pct: float, transit_pct: float) -> Duty:
    return Duty(
        origin_country=origin, country=country, commodity="", import_pct=import_pct,
        transit_pct=transit_pct,
    )  # fmt: skip


def make_case() -> Case:
    window: dict[str, Field] = {"ready": at("02T05:00"), "due": at("06T00:00")}
    box = Shipment(
        id="BOX", origin="O", destination="D", size=Size(1, 8, 33), value_eur=10000, count=2,
        **window,
    )  # fmt: skip
    col = Shipment(
        id="COL", origin="O", destination="D", size=Size(2, 12, 66), cargo="reefer", **window
    )
    return Case(
        path=Path("case.yaml"),
        name="hand",
        start=at("02T00:00"),
        days=7,
        shipments=(box, col),
        network=make_network(),
        carbon_price_eur_per_t=100,
        inputs={"case.yaml": "c0ffee", "services.csv": "beef"},
    )


_TRAIN = {
    "service": "train", "mode": "rail", "origin": "O", "destination": "X",
    "depart": at("02T12:00"), "arrive": at("02T22:00"), "distance_km": 600, "units": 1,
}  # fmt: skip
_SHUTTLE = {
    "service": "shuttle", "mode": "road", "origin": "X", "destination": "D",
    "depart": at("04T00:00"), "arrive": at("04T07:30"), "distance_km": 400, "units": 1,
}  # fmt: skip
_TRUCK = {
    "service": "truck", "mode": "road", "origin": "X", "destination": "D",
    "depart": at("02T23:30"), "arrive": at("03T07:30"), "distance_km": 500, "units": 1,
}  # fmt: skip


# by toc: unit and kind of the activity
_ACTIVITY = {
    "wire": ("tkm", "sfd"), "wire-r": ("tkm", "sfd"), "truck": ("vehiclekm", "sfd"),
    "van": ("vehiclekm", "actual"), "van-r": ("vehiclekm", "actual"),
}  # fmt: skip


def _leg(
    base: dict[str, Any], tkm: float, cost: float, kg: tuple[float, float], toc: str,
    activity: float,
) -> Leg:  # fmt: skip
    (wtt, ttw), (unit, kind) = kg, _ACTIVITY[toc]
    return Leg(
        **base, tkm=tkm, cost_eur=cost, wtt_kg=wtt, ttw_kg=ttw, co2e_kg=wtt + ttw, toc=toc,
        source=f"book of {toc}", carbon=Carbon(shadow_eur=(wtt + ttw) / 10), activity=activity,
        activity_unit=unit, distance_kind=kind, data_type="default",
    )  # fmt: skip


def _stop(  # noqa: PLR0913, PLR0917  # a row of a table
    id_: str, start: str, hours: float, wait_h: float, cost: float, activity: float,
    storage: float = 0, kg: tuple[float, float] = (0, 0), hoc: str | None = None,
) -> Transfer:  # fmt: skip
    return Transfer(
        terminal=id_, start=at(start), hours=hours, wait_h=wait_h, cost_eur=cost,
        storage_eur=storage, wtt_kg=kg[0], ttw_kg=kg[1], co2e_kg=sum(kg), hoc=hoc, plug_kwh=0,
        activity=activity, activity_unit="teu" if hoc else "t",
        data_type="default" if hoc else None,
    )  # fmt: skip


def make_plan() -> Plan:
    window: dict[str, Field] = {"ready": at("02T05:00"), "due": at("06T00:00"), "served": True}
    train_box, train_col = 1460 * 1215 / 3660, 1460 * 1230 / 3660
    shuttle_box, shuttle_col = 340 * 316 / 640, 340 * 324 / 640
    box1 = ShipmentPlan(
        id="BOX/1", **window, delivered=at("04T08:00"), wtt_kg=72.4, ttw_kg=159.6, co2e_kg=232,
        legs=(
            _leg(_TRAIN, 4800, train_box, (35.2, 12.8), "wire", 4800),
            _leg(_SHUTTLE, 3200, shuttle_box, (35.2, 140.8), "van", 176),
        ),
        transfers=(
            _stop("O", "02T06:00", 2, 4, 30, 1, kg=(1, 3), hoc="box"),
            _stop("X", "02T22:00", 1, 25, 28, 1, storage=5, kg=(1, 3), hoc="box"),
            _stop("D", "04T07:30", 0.5, 0, 10, 8),
        ),
        duties_eur=250, carbon=Carbon(shadow_eur=23.2),
        cost_eur=train_box + shuttle_box + 68 + 5 + 250 + 23.2,
        cost_alone_eur=1215 + 316 + 68 + 5 + 250 + 49.6,
    )  # fmt: skip
    box2 = ShipmentPlan(
        id="BOX/2", **window, delivered=at("03T08:00"), wtt_kg=137.2, ttw_kg=418.8, co2e_kg=556,
        legs=(
            _leg(_TRAIN, 4800, train_box, (35.2, 12.8), "wire", 4800),
            _leg(_TRUCK, 4000, 900, (100, 400), "truck", 500),
        ),
        transfers=(
            _stop("O", "02T06:00", 2, 4, 30, 1, kg=(1, 3), hoc="box"),
            _stop("X", "02T22:00", 1, 0.5, 28, 1, kg=(1, 3), hoc="box"),
            _stop("D", "03T07:30", 0.5, 0, 10, 8),
        ),
        duties_eur=250, carbon=Carbon(shadow_eur=55.6),
        cost_eur=train_box + 900 + 68 + 250 + 55.6,
        cost_alone_eur=1215 + 900 + 68 + 250 + 55.6,
    )  # fmt: skip
    col = ShipmentPlan(
        id="COL", **window, delivered=at("04T08:00"), wtt_kg=137.36, ttw_kg=301.44, co2e_kg=438.8,
        legs=(
            _leg(_TRAIN, 7200, train_col, (66, 24), "wire-r", 7200),
            _leg(_SHUTTLE, 4800, shuttle_col, (63.36, 253.44), "van-r", 264),
        ),
        transfers=(
            _stop("O", "02T06:00", 2, 4, 60, 2, kg=(4, 12), hoc="box-r"),
            _stop("X", "02T22:00", 1, 25, 52, 2, storage=10, kg=(4, 12), hoc="box-r"),
            _stop("D", "04T07:30", 0.5, 0, 20, 12),
        ),
        duties_eur=0, carbon=Carbon(shadow_eur=43.88),
        cost_eur=train_col + shuttle_col + 132 + 10 + 43.88,
        cost_alone_eur=1230 + 324 + 132 + 10 + 65,
    )  # fmt: skip
    # 1460 + 340 + 900 = 2700 transport; 68 + 68 + 132 = 268 handling; 5 + 10 = 15 storage
    # 23.2 + 55.6 + 43.88 = 122.68 carbon; 2700 + 268 + 15 + 500 + 122.68 = 3605.68 in all
    return Plan(
        status=Status.OPTIMAL,
        objective=("co2e", "cost"),
        totals=Totals(
            co2e_kg=1226.8, wtt_kg=346.96, ttw_kg=879.84, cost_eur=3605.68, hours=51 + 27 + 51,
            tkm=8000 + 8800 + 12000, transport_eur=2700, handling_eur=268, storage_eur=15,
            duties_eur=500, carbon=Carbon(shadow_eur=122.68), served=3, unserved=0,
        ),
        bounds=(
            Bound(objective="co2e", value=1226.8, bound=1226.8, gap=0),
            Bound(objective="cost", value=3605.68, bound=3605.68, gap=0),
        ),
        shipments=(box1, box2, col),
        departures=(
            Departure(
                service="train", depart=at("02T12:00"), units=2, max_units=10, teu=4, tonnes=28,
                cost_eur=1460,
            ),
            Departure(
                service="shuttle", depart=at("04T00:00"), units=1, max_units=None, teu=3,
                tonnes=20, cost_eur=340,
            ),
        ),
        iso=IsoReport(
            g_per_tkm=1226.8 / 28.8, ttw_g_per_tkm=30.55, hub_activity_t=0, hub_activity_teu=8,
            distance_kinds={"rail": ("sfd",), "road": ("actual", "sfd")},
            data_type_share={"primary": 0, "modelled": 0, "default": 1},
        ),
        case_name="hand",
        case_sha256="c0ffee",
        manifest={
            "software": {"routeopt": "0.1.0"},
            "inputs": {"case.yaml": "c0ffee", "services.csv": "beef"},
            "seed": 0, "workers": 1, "time_limit_s": None,
            "case_path": "case.yaml", "command": "solve",
        },
    )  # fmt: skip


Path_ = tuple[str | int, ...]


def leaves(value: Json, path: Path_ = ()) -> Iterator[Path_]:
    """Paths of all numbers, texts and nulls below a value."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        if isinstance(child, dict | list):
            yield from leaves(child, (*path, key))
        else:
            yield (*path, key)


def _fresh(sample: str) -> dict[str, Any]:
    plan = make_plan() if sample == "hand" else voyage.make_plan()
    return copy.deepcopy(plan_dict(plan))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `leaf` every place of both plans that the audit answers for."""
    if "leaf" in metafunc.fixturenames:
        places = [
            (sample, path)
            for sample in ("hand", "voyage")
            for path in leaves(_fresh(sample))
            if path[0] not in {"case", "manifest"}
        ]
        names = [f"{sample}:{'.'.join(map(str, path))}" for sample, path in places]
        metafunc.parametrize(("sample", "leaf"), places, ids=names, indirect=["sample"])


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> str:
    """Which of the two cases: `hand` (this file) unless a test asks for `voyage`."""
    return str(getattr(request, "param", "hand"))


@pytest.fixture
def case(sample: str) -> Case:
    return make_case() if sample == "hand" else voyage.make_case()


@pytest.fixture
def plan(sample: str) -> dict[str, Any]:
    return _fresh(sample)
