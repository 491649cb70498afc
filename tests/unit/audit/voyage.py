"""A case of ships, electric trains and carbon rules, and a plan of it worked out by hand.

TIN (2 TEU, 20 t, dry) goes GRPIR > MAPTM > ESVLC > FRTLS > CHBSL: two ships with a stop at a
transshipment port, a train, a truck. FIG (1 TEU, 10 t, reefer) starts at MAPTM and ends at FRTLS;
both share the feeder from MAPTM and the train.

Times, UTC
    TIN ready Mon 00:00, 1 h handling, ship Mon 06:00 (wait 5 h) takes 70 h to Thu 04:00
    MAPTM handles 2 h: TIN 04:00 to 06:00; FIG, ready Thu 00:00, to 02:00; feeder Thu 12:00
    (waits 6 and 10 h) takes 30 h to Fri 18:00; ESVLC 1 h; train Sat 01:00 (wait 6 h) takes 20 h
    FRTLS Sat 21:00, 1 h: FIG delivered Sat 22:00, 70 h; the truck takes 4 h: TIN Sun 02:00, 146 h

Transport, EUR: ship 2 × 100; feeder together 3 TEU, 2 units × 100 + 60 = 260, alone 160 each, so
    130 each; train 20 × 3 = 60 and 10 × 3 = 30; truck 400. Handling at MAPTM: 80 and 40

CO2e, kg (wtt, ttw)
    ship: 2400 km × 1.25 × 2 TEU = 6000 TEU-km × 0.5 MJ of 80 % oil (15, 75), 20 % bio (20, 1) g/MJ
        0.5 × (16, 60.2) = (8, 30.1) g: (48, 180.6)
    feeder: 800 km × 20 t × (2, 6) g = (32, 96); FIG 800 × 10 × (3, 7.5) = (24, 60), and of
        0.001 g refrigerant per tkm at 1000 (AR5) 8000 g: 8 in ttw
    train: 500 km, of them 100 in ES without wire. ES 300 − 100 and FR 120 are 320 km of the other
        400: × 1.25, ES 250, FR 150. Electricity at the wire: ES 90 / 0.9 = 100 g/kWh, FR 50
        TIN 20 t × 0.01 kWh × (250 × 100 + 150 × 50) g = 6.5 wtt; diesel 0.4 MJ × (20, 75) = (8, 30)
            × 20 t × 100 km = (16, 60)
        FIG 10 t × 0.012 kWh × 32 500 g = 3.9; diesel 0.5 MJ: (10, 37.5) × 1000 tkm = (10, 37.5)
    truck: 200 km × 36 MJ, 90 % diesel: 32.4 × (20, 75) = (648, 2430) g/km: (129.6, 486)
        10 % electricity, 1 kWh/km: 150 km × 50 g + 50 km × 20 g = 8.5 wtt
    handling per TEU (1, 2); reefer (1.5, 2 + 0.5 g × 2000 (AR6) = 1 kg); FRTLS per t (0.1, 0.2),
        reefer (0.2, 0.3)
    plugs of FIG, 4 kW: MAPTM 10 h, 40 kWh × 600 / 0.75 = 800 g = 32; ESVLC 6 h, 24 kWh × 100 = 2.4
    TIN: (48 + 32 + 22.5 + 138.1 + 3 × 2 + 2, 180.6 + 96 + 60 + 486 + 3 × 4 + 4) = (248.6, 838.6)
    FIG: (24 + 13.9 + 33.5 + 3.9 + 2, 68 + 37.5 + 3 + 3 + 3) = (77.3, 114.5)

Carbon, 2028: own price 50 EUR/t; EU ETS 80, FuelEU by penalty, ETS2 60
    ETS kg per MJ: oil (3 + 0.001 × 28 + 0.0002 × 265) / 40 = 3.081 / 40 = 0.077025;
        bio, zero-rated, its methane only: 0.001 × 28 / 40 = 0.0007
    FuelEU: oil 14 + 78 = 92 g/MJ against 89.3368, 41 / 40 MJ for each of ISO's
        P = 2.6632 × 1.025 / (92 × 41 000) × 2400 EUR per MJ; bio (20 + 1 g/MJ) pays none
    TIN sails from GRPIR to ESVLC, both in the EEA, all covered: MAPTM is no port of call
        ship 3000 MJ: 2400 × 0.077025 + 600 × 0.0007 = 185.28 kg, 14.8224 EUR; 2400 P
        feeder 6 / 75 = 0.08 MJ × 16 000 tkm = 1280 MJ: 98.592 kg, 7.88736 EUR; 1280 P
    FIG comes to MAPTM from an unknown port: a half of 7.5 / 75 × 8000 = 800 MJ
        400 × 0.077025 = 30.81 kg, 2.4648 EUR; 400 P
    truck: 486 kg × 150 / 200 in the EEA = 364.5 kg, 21.87 EUR

ISO report: 91 000 tkm (20 t × 3900 km + 10 t × 1300 km); hubs 20 + 10 t at FRTLS, 3 × 2 + 2 × 1
    TEU at quays; CHBSL, without a hoc, is not counted. Of 1279 kg rest on primary data the truck,
    624.1; on modelled the ship, 228.6, and quays, 18 + 36.5 + 6.9: 290; on defaults the feeder,
    128 + 92, the train, 82.5 + 51.4 (its diesel part), and FRTLS, 6 + 5: 364.9
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from routeopt.case import Case
from routeopt.emissions import Factors, Fuel, Grid, Hoc, Refrigerant, Toc
from routeopt.freight import (
    Bound,
    Carbon,
    Departure,
    GridRow,
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
from routeopt.network import Network, Service, Terminal, Timetable
from routeopt.regulations import Regulations

P = 2.6632 * 1.025 / (92 * 41_000) * 2400
"""FuelEU penalty of an MJ of oil on a voyage all covered, EUR."""

Field = Any


def at(text: str) -> int:
    """Minute of `02T08:00`, March 2026, UTC."""
    return minute_of(f"2026-03-{text}:00+00:00")


def _terminal(id_: str, country: str, hours: float, hoc: str | None, eur: float = 0) -> Terminal:
    return Terminal(
        id=id_, name=id_, country=country, lat=40, lon=len(country), handling_h=hours, hoc=hoc,
        handling_eur_per_teu=eur,
    )  # fmt: skip


def _service(id_: str, mode: str, ends: str, when: str, **more: Field) -> Service:
    origin, destination = ends.split(" > ")
    return Service(
        id=id_, mode=mode, origin=origin, destination=destination,
        timetable=Timetable.parse(when), **more,
    )  # fmt: skip


def make_factors() -> Factors:
    fuels = (
        Fuel(
            id="oil", wtt_g_per_mj=15, ttw_g_per_mj=75, lhv_mj_per_kg=40, gwp="AR6",
            fueleu_wtt_g_per_mj=14, fueleu_ttw_g_per_mj=78, fueleu_lcv_mj_per_kg=41,
            ets_co2_kg_per_kg=3, ets_ch4_kg_per_kg=0.001, ets_n2o_kg_per_kg=0.0002,
        ),
        Fuel(
            id="bio", wtt_g_per_mj=20, ttw_g_per_mj=1, lhv_mj_per_kg=40, gwp="AR6",
            ets_co2_kg_per_kg=2.8, ets_ch4_kg_per_kg=0.001, ets_zero_rated=True,
        ),
        Fuel(id="diesel", wtt_g_per_mj=20, ttw_g_per_mj=75, gwp="AR6"),
    )  # fmt: skip
    grids = {"ES": (90, 10), "FR": (45, 10), "FR-X": (50, 0), "CH": (20, 0), "MA": (600, 25)}
    return Factors(
        fuels={row.id: row for row in fuels},
        grids={
            country: Grid(
                country=country, basis="consumption", year=2025, g_per_kwh=g, loss_pct=loss
            )
            for country, (g, loss) in grids.items()
        },
        refrigerants={"cool": Refrigerant(id="cool", gwp_ar5=1000, gwp_ar6=2000)},
    )


def make_tocs() -> dict[str, Toc]:
    wire: dict[str, Field] = {
        "activity": "tkm", "carriers": (("electricity", 1.0),), "data_type": "primary"
    }  # fmt: skip
    off_wire: dict[str, Field] = {"activity": "tkm", "carriers": (("diesel", 1.0),)}
    feeder: dict[str, Field] = {
        "activity": "tkm", "carriers": (("oil", 1.0),), "gwp": "AR5", "fuel": "oil"
    }  # fmt: skip
    rows = (
        Toc(
            id="ship", activity="teukm", energy_mj=0.5, carriers=(("oil", 0.8), ("bio", 0.2)),
            distance_basis="actual", daf=1.25, data_type="modelled", source="book of ship",
        ),
        Toc(
            id="feeder", wtt_g=2, ttw_g=6, reefer="feeder-r", source="book of feeder", **feeder
        ),
        Toc(
            id="feeder-r", wtt_g=3, ttw_g=7.5, refrigerant="cool", leak_g=0.001,
            source="book of feeder-r", **feeder,
        ),
        Toc(id="wire", energy_mj=0.036, reefer="wire-r", source="book of wire", **wire),
        Toc(id="wire-r", energy_mj=0.0432, source="book of wire-r", **wire),
        Toc(id="diesel", energy_mj=0.4, reefer="diesel-r", **off_wire),
        Toc(id="diesel-r", energy_mj=0.5, **off_wire),
        Toc(
            id="truck", activity="vehiclekm", energy_mj=36, data_type="primary",
            carriers=(("diesel", 0.9), ("electricity", 0.1)), source="book of truck",
        ),
    )  # fmt: skip
    return {row.id: row for row in rows}


def make_network() -> Network:
    terminals = (
        _terminal("GRPIR", "GR", 1, "quay"),
        _terminal("MAPTM", "MA", 2, "quay", eur=40),
        _terminal("ESVLC", "ES", 1, "quay"),
        _terminal("FRTLS", "FR", 1, "yard"),
        _terminal("CHBSL", "CH", 0, None),
    )
    services = (
        _service(
            "ship", "sea", "GRPIR > MAPTM", "Mon 06:00", distance_km=2400, hours=70, toc="ship",
            cost_per_teu_eur=100,
        ),
        _service(
            "feeder", "sea", "MAPTM > ESVLC", "Thu 12:00", distance_km=800, hours=30, toc="feeder",
            unit_teu=2, max_units=50, cost_per_unit_eur=100, cost_per_departure_eur=60,
        ),
        _service(
            "train", "rail", "ESVLC > FRTLS", "Sat 01:00", distance_km=500, hours=20, toc="wire",
            toc_unwired="diesel", country_km={"ES": 300, "FR": 120}, unwired_km={"ES": 100},
            cost_per_t_eur=3,
        ),
        _service(
            "truck", "road", "FRTLS > CHBSL", "any", distance_km=200, hours=4, toc="truck",
            country_km={"FR-X": 150, "CH": 50}, unit_teu=2, cost_per_unit_eur=400,
        ),
    )  # fmt: skip
    hocs = (
        Hoc(
            id="quay", wtt_kg=1, ttw_kg=2, per="teu", reefer="quay-r", data_type="modelled",
            gwp="AR6",
        ),
        Hoc(
            id="quay-r", wtt_kg=1.5, ttw_kg=2, per="teu", plug_kw_per_teu=4, refrigerant="cool",
            leak_g=0.5, data_type="modelled", gwp="AR6",
        ),
        Hoc(id="yard", wtt_kg=0.1, ttw_kg=0.2, per="t", reefer="yard-r"),
        Hoc(id="yard-r", wtt_kg=0.2, ttw_kg=0.3, per="t"),
    )  # fmt: skip
    return Network(
        terminals={row.id: row for row in terminals},
        services={row.id: row for row in services},
        tocs=make_tocs(),
        hocs={row.id: row for row in hocs},
        factors=make_factors(),
    )


def make_case() -> Case:
    tin = Shipment(
        id="TIN", origin="GRPIR", destination="CHBSL", size=Size(2, 20, 60), ready=at("02T00:00"),
        due=at("12T00:00"),
    )  # fmt: skip
    fig = Shipment(
        id="FIG", origin="MAPTM", destination="FRTLS", size=Size(1, 10, 30), ready=at("05T00:00"),
        due=at("12T00:00"), cargo="reefer",
    )  # fmt: skip
    return Case(
        path=Path("case.yaml"),
        name="voyage",
        start=at("02T00:00"),
        days=7,
        shipments=(tin, fig),
        network=make_network(),
        objective=("cost",),
        carbon_price_eur_per_t=50,
        regulations=Regulations(
            year=2028, eu_ets_eur_per_t=80, fueleu=True, ets2_eur_per_t=60, surcharge="own"
        ),
        inputs={"case.yaml": "c0ffee"},
    )


_RIDES: dict[str, dict[str, Field]] = {
    "ship": {
        "mode": "sea", "origin": "GRPIR", "destination": "MAPTM", "depart": at("02T06:00"),
        "arrive": at("05T04:00"), "distance_km": 2400, "activity_unit": "teukm",
        "distance_kind": "actual", "data_type": "modelled",
    },
    "feeder": {
        "mode": "sea", "origin": "MAPTM", "destination": "ESVLC", "depart": at("05T12:00"),
        "arrive": at("06T18:00"), "distance_km": 800, "activity_unit": "tkm",
        "distance_kind": "sfd", "data_type": "default",
    },
    "train": {
        "mode": "rail", "origin": "ESVLC", "destination": "FRTLS", "depart": at("07T01:00"),
        "arrive": at("07T21:00"), "distance_km": 500, "activity_unit": "tkm",
        "distance_kind": "sfd", "data_type": "default",
    },
    "truck": {
        "mode": "road", "origin": "FRTLS", "destination": "CHBSL", "depart": at("07T22:00"),
        "arrive": at("08T02:00"), "distance_km": 200, "activity_unit": "vehiclekm",
        "distance_kind": "sfd", "data_type": "primary",
    },
}  # fmt: skip


def _leg(  # noqa: PLR0913, PLR0917  # a row of a table
    service: str, toc: str, tkm: float, activity: float, cost: float, kg: tuple[float, float],
    ets: float = 0, fueleu: float = 0, ets2: float = 0,
) -> Leg:  # fmt: skip
    both = sum(kg)
    return Leg(
        service=service, **_RIDES[service], tkm=tkm, units=1, cost_eur=cost, wtt_kg=kg[0],
        ttw_kg=kg[1], co2e_kg=both, toc=toc, source=f"book of {toc}", activity=activity,
        carbon=Carbon(shadow_eur=both * 0.05, ets_eur=ets, fueleu_eur=fueleu, ets2_eur=ets2),
    )  # fmt: skip


def _stop(  # noqa: PLR0913, PLR0917  # a row of a table
    id_: str, start: str, hours: float, wait_h: float, hoc: str | None, activity: float,
    kg: tuple[float, float] = (0, 0), cost: float = 0, plug_kwh: float = 0,
) -> Transfer:  # fmt: skip
    quay = hoc in {"quay", "quay-r"}
    return Transfer(
        terminal=id_, start=at(start), hours=hours, wait_h=wait_h, cost_eur=cost, storage_eur=0,
        wtt_kg=kg[0], ttw_kg=kg[1], co2e_kg=sum(kg), hoc=hoc, plug_kwh=plug_kwh,
        activity=activity, activity_unit="teu" if quay else "t",
        data_type="modelled" if quay else "default" if hoc else None,
    )  # fmt: skip


def _tin() -> ShipmentPlan:
    carbon = Carbon(shadow_eur=1087.2 * 0.05, ets_eur=22.70976, fueleu_eur=3680 * P, ets2_eur=21.87)
    return ShipmentPlan(
        id="TIN", served=True, ready=at("02T00:00"), due=at("12T00:00"), delivered=at("08T02:00"),
        legs=(
            _leg("ship", "ship", 48_000, 6000, 200, (48, 180.6), 14.8224, 2400 * P),
            _leg("feeder", "feeder", 16_000, 16_000, 130, (32, 96), 7.88736, 1280 * P),
            _leg("train", "wire", 10_000, 10_000, 60, (22.5, 60)),
            _leg("truck", "truck", 4000, 200, 400, (138.1, 486), ets2=21.87),
        ),
        transfers=(
            _stop("GRPIR", "02T00:00", 1, 5, "quay", 2, (2, 4)),
            _stop("MAPTM", "05T04:00", 2, 6, "quay", 2, (2, 4), cost=80),
            _stop("ESVLC", "06T18:00", 1, 6, "quay", 2, (2, 4)),
            _stop("FRTLS", "07T21:00", 1, 0, "yard", 20, (2, 4)),
            _stop("CHBSL", "08T02:00", 0, 0, None, 20),
        ),
        wtt_kg=248.6, ttw_kg=838.6, co2e_kg=1087.2, carbon=carbon,
        cost_eur=790 + 80 + carbon.eur, cost_alone_eur=820 + 80 + carbon.eur,
    )  # fmt: skip


def _fig() -> ShipmentPlan:
    carbon = Carbon(shadow_eur=191.8 * 0.05, ets_eur=2.4648, fueleu_eur=400 * P)
    return ShipmentPlan(
        id="FIG", served=True, ready=at("05T00:00"), due=at("12T00:00"), delivered=at("07T22:00"),
        legs=(
            _leg("feeder", "feeder-r", 8000, 8000, 130, (24, 68), 2.4648, 400 * P),
            _leg("train", "wire-r", 5000, 5000, 30, (13.9, 37.5)),
        ),
        transfers=(
            _stop("MAPTM", "05T00:00", 2, 10, "quay-r", 1, (33.5, 3), cost=40, plug_kwh=40),
            _stop("ESVLC", "06T18:00", 1, 6, "quay-r", 1, (3.9, 3), plug_kwh=24),
            _stop("FRTLS", "07T21:00", 1, 0, "yard-r", 10, (2, 3)),
        ),
        wtt_kg=77.3, ttw_kg=114.5, co2e_kg=191.8, carbon=carbon,
        cost_eur=160 + 40 + carbon.eur, cost_alone_eur=190 + 40 + carbon.eur,
    )  # fmt: skip


def _grid_row(country: str, g: float, loss: float) -> GridRow:
    return GridRow(country=country, basis="consumption", year=2025, g_per_kwh=g, loss_pct=loss)


def make_plan() -> Plan:
    tin, fig = _tin(), _fig()
    carbon = tin.carbon + fig.carbon
    cost = 950 + 120 + carbon.eur
    runs = (
        ("ship", 1, None, 2, 20, 200),
        ("feeder", 2, 50, 3, 30, 260),
        ("train", 1, None, 3, 30, 90),
    )
    return Plan(
        status=Status.OPTIMAL,
        objective=("cost",),
        totals=Totals(
            wtt_kg=325.9, ttw_kg=953.1, co2e_kg=1279, cost_eur=cost, hours=216, tkm=91_000,
            transport_eur=950, handling_eur=120, carbon=carbon, served=2,
        ),
        bounds=(Bound(objective="cost", value=cost, bound=cost, gap=0),),
        shipments=(tin, fig),
        departures=tuple(
            Departure(
                service=service, depart=_RIDES[service]["depart"], units=units,
                max_units=max_units, teu=teu, tonnes=tonnes, cost_eur=eur,
            )
            for service, units, max_units, teu, tonnes, eur in runs
        ),
        iso=IsoReport(
            g_per_tkm=1279 / 91, ttw_g_per_tkm=953.1 / 91, hub_activity_t=30, hub_activity_teu=8,
            distance_kinds={"rail": ("sfd",), "road": ("sfd",), "sea": ("actual", "sfd")},
            data_type_share={
                "primary": 624.1 / 1279, "modelled": 290 / 1279, "default": 364.9 / 1279,
            },
            gwp=("AR5", "AR6"),
            grids=(
                _grid_row("CH", 20, 0), _grid_row("ES", 90, 10), _grid_row("FR", 45, 10),
                _grid_row("FR-X", 50, 0), _grid_row("MA", 600, 25),
            ),
        ),
        case_name="voyage",
        case_sha256="c0ffee",
        manifest={
            "software": {"routeopt": "0.1.0"}, "inputs": {"case.yaml": "c0ffee"}, "seed": 0,
            "workers": 1, "time_limit_s": None, "case_path": "case.yaml", "command": "solve",
        },
    )  # fmt: skip
