"""From sound rows to the objects of a case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from routeopt.case.measured import Truck, gauges_of
from routeopt.case.model import Avoid, Case, Limits
from routeopt.case.rows import Values
from routeopt.case.tables import Tables, first_minute, minute, size_of
from routeopt.emissions import MJ_PER_KWH, Factors, Fuel, Grid, Hoc, Toc, choose_grids
from routeopt.errors import Fault
from routeopt.freight import Shipment
from routeopt.network import Duty, Network, Opening, Service, Terminal, Timetable
from routeopt.regulations import Regulations

_ANY = Timetable.parse("any")
_COSTS = (
    "cost_per_unit",
    "cost_per_teu",
    "cost_per_t",
    "cost_per_m3",
    "cost_per_departure",
    "surcharge_per_teu",
)


def build_case(
    tables: Tables,
    *,
    path: Path,
    scenario: str | None,
    scenarios: tuple[str, ...],
    inputs: Mapping[str, str],
    warnings: tuple[Fault, ...],
) -> Case:
    """Case of sound tables; `scenario` names the one that was laid over it."""
    get = tables.settings.get
    name = str(get("name"))
    return Case(
        path=path,
        name=name if scenario is None else f"{name}: {scenario}",
        start=first_minute(get("start")),
        days=get("days"),
        shipments=tuple(_shipment(tables, values) for _, values in tables.each("shipments")),
        network=_network(tables),
        objective=get("objective"),
        co2e_scope=get("co2e_scope"),
        carbon_price_eur_per_t=get("carbon_price_eur_per_t"),
        regulations=_regulations(tables),
        serve=get("serve"),
        limits=Limits(
            cost_eur=get("limits.cost_eur"),
            co2e_kg=get("limits.co2e_kg"),
            min_share=get("limits.min_share") or {},
        ),
        avoid=_avoid(tables),
        via_passages=tables.listed("via.passages"),
        max_legs=get("max_legs"),
        scenarios=scenarios,
        inputs=MappingProxyType(dict(inputs)),
        warnings=warnings,
    )


def _regulations(tables: Tables) -> Regulations | None:
    get = tables.settings.get
    if get("regulations.year") is None:
        return None
    return Regulations(
        year=get("regulations.year"),
        eu_ets_eur_per_t=get("regulations.eu_ets_eur_per_t"),
        fueleu=get("regulations.fueleu"),
        fueleu_pool_eur_per_t=get("regulations.fueleu_pool_eur_per_t"),
        fueleu_gwp=get("regulations.fueleu_gwp"),
        ets2_eur_per_t=get("regulations.ets2_eur_per_t"),
        surcharge=get("regulations.surcharge"),
    )


def _avoid(tables: Tables) -> Avoid:
    return Avoid(
        modes=tables.listed("avoid.modes"),
        terminals=tables.listed("avoid.terminals"),
        services=tables.listed("avoid.services"),
        countries=tables.listed("avoid.countries"),
        passages=tables.listed("avoid.passages"),
    )


def _network(tables: Tables) -> Network:
    services: dict[str, Service] = {}
    for _, values in tables.each("services"):
        if not tables.runs(values):
            continue
        service = _service(tables, values)
        services[service.id] = service
        if values["both_ways"]:
            back = _service(tables, {**values, "from": values["to"], "to": values["from"]}, "/back")
            services[back.id] = back
    services |= {truck.id: _truck(truck) for truck in tables.measured.trucks}
    ground = tables.ground
    return Network(
        name="none" if ground is None else ground.physical.settings.name,
        physical=None if ground is None else ground.physical,
        terminals={v["id"]: _terminal(tables, v) for _, v in tables.each("terminals")},
        services=services,
        tocs={v["id"]: _toc(tables, v) for _, v in tables.each("toc")},
        hocs={v["id"]: _hoc(tables, v) for _, v in tables.each("hoc")},
        duties=tuple(_duty(v) for _, v in tables.each("duties")),
        factors=factors_of(tables),
    )


def _shipment(tables: Tables, values: Values) -> Shipment:
    get = values.get
    origin, destination = values["origin"], values["destination"]
    return Shipment(
        id=values["id"],
        origin=origin,
        destination=destination,
        size=size_of(values),
        ready=minute(values["ready"], tables.zone(origin) or "UTC"),
        due=minute(values["due"], tables.zone(destination) or "UTC"),
        cargo=values["cargo"],
        max_cost_eur=get("max_cost_eur"),
        max_co2e_kg=get("max_co2e_kg"),
        max_hours=get("max_hours"),
        value_eur=get("value_eur"),
        commodity=get("commodity", ""),
        avoid_modes=get("avoid_modes", ()),
        count=get("count"),
    )


@lru_cache(maxsize=10_000)
def _opening(text: str, zone: str) -> Opening:
    return Opening.parse(text, zone)


def _terminal(tables: Tables, values: Values) -> Terminal:
    get = values.get
    zone = values["timezone"]
    return Terminal(
        id=values["id"],
        name=get("name", values["id"]),
        country=values["country"],
        lat=values["lat"],
        lon=values["lon"],
        timezone=zone,
        modes=get("modes", ()),
        city=get("city", ""),
        handling_h=values["handling_h"],
        handling_eur_per_teu=values["handling_eur_per_teu"],
        handling_eur_per_t=values["handling_eur_per_t"],
        handling_eur_per_m3=values["handling_eur_per_m3"],
        open=_opening(values["open"], zone) if "open" in values else None,
        max_teu_per_day=get("max_teu_per_day"),
        free_days=values["free_days"],
        storage_eur_per_teu_day=values["storage_eur_per_teu_day"],
        storage_eur_per_m3_day=values["storage_eur_per_m3_day"],
        hoc=tables.hoc(values),
        kind=get("kind", ""),
        gauges_mm=gauges_of(values),
        source=get("source", ""),
    )


def _service(tables: Tables, values: Values, suffix: str = "") -> Service:
    get = values.get
    rates = tables.settings.get("fx_to_eur") or {}
    rate = 1.0 if values["currency"] == "EUR" else rates[values["currency"]]
    costs = {f"{name}_eur": values[name] * rate for name in _COSTS}
    if values["mode"] == "sea" and tables.settings.get("regulations.surcharge") == "own":
        costs["surcharge_per_teu_eur"] = 0.0  # the rules are computed instead
    return Service(
        id=values["id"] + suffix,
        mode=values["mode"],
        origin=values["from"],
        destination=values["to"],
        timetable=values["departures"],
        distance_km=values["distance_km"],
        hours=values["hours"],
        country_km=tables.country_km(values),
        unwired_km=_unwired(values),
        cutoff_h=values["cutoff_h"],
        unit_teu=get("unit_teu"),
        unit_t=get("unit_t"),
        unit_m3=get("unit_m3"),
        max_units=get("max_units"),
        max_t=get("max_t"),
        toc=values["toc"],
        toc_unwired=get("toc_unwired"),
        operator=get("operator", ""),
        valid_from=get("valid_from"),
        valid_to=get("valid_to"),
        source=get("source", ""),
        price_source=get("price_source", ""),
        passages=_passages(tables, values),
        measured=values["id"] in tables.measured.ways,
        **costs,
    )


def _passages(tables: Tables, values: Values) -> tuple[str, ...] | None:
    way = tables.measured.ways.get(values["id"])
    return way.passages if way is not None and values["mode"] == "sea" else None


def _truck(truck: Truck) -> Service:
    """Service of a truck between two places."""
    row, km = truck.row, truck.way.distance_km
    return Service(
        id=truck.id,
        mode="road",
        origin=truck.origin,
        destination=truck.destination,
        timetable=_ANY,
        distance_km=km,
        hours=truck.hours,
        country_km=dict(truck.way.country_km),
        unit_teu=row.get("unit_teu"),
        unit_t=row.get("unit_t"),
        cost_per_unit_eur=row["eur_per_trip"] + km * row["eur_per_km"],
        toc=row["toc"],
        generated=True,
        measured=True,
        source=row.get("source", ""),
        price_source=row.get("source", ""),
    )


def _unwired(values: Values) -> Mapping[str, float]:
    """Unwired km where there are any, not over the distance by the last bit of a sum."""
    km = {zone: part for zone, part in values.get("unwired_km", {}).items() if part}
    total, distance = sum(km.values()), values["distance_km"]
    return km if total <= distance else {c: part * (distance / total) for c, part in km.items()}


def _toc(tables: Tables, values: Values) -> Toc:
    get = values.get
    unit, _, activity = values["unit"].partition("/")
    energy = None if unit == "g" else values["energy"] * (MJ_PER_KWH if unit == "kWh" else 1.0)
    return Toc(
        id=values["id"],
        wtt_g=get("wtt", 0.0),
        ttw_g=get("ttw", 0.0),
        activity=activity,
        energy_mj=energy,
        carriers=get("fuel", ()),
        distance_basis=values["distance_basis"],
        daf=get("daf", 1.0),
        reefer=tables.reefer("toc", values["id"]),
        refrigerant=get("refrigerant", ""),
        leak_g=values["leak_g"],
        mode=get("mode", ""),
        fuel=_mix_text(values),
        gwp=get("gwp", ""),
        data_type=values["data_type"],
        source=get("source", ""),
    )


def _mix_text(values: Values) -> str:
    """Fuel or blend in words."""
    mix = values.get("fuel", ())
    if len(mix) == 1:
        return str(mix[0][0])
    return "; ".join(f"{carrier} {share:.6g}" for carrier, share in mix)


def _hoc(tables: Tables, values: Values) -> Hoc:
    get = values.get
    return Hoc(
        id=values["id"],
        wtt_kg=get("wtt", 0.0),
        ttw_kg=get("ttw", 0.0),
        per=values["unit"].removeprefix("kg/"),
        plug_kw_per_teu=values["plug_kw_per_teu"],
        reefer=tables.reefer("hoc", values["id"]),
        refrigerant=get("refrigerant", ""),
        leak_g=values["leak_g"],
        fuel=_mix_text(values),
        gwp=get("gwp", ""),
        data_type=values["data_type"],
        source=get("source", ""),
    )


def factors_of(tables: Tables) -> Factors:
    """Collect what energy and leaks emit in a case."""
    get = tables.settings.get
    grids = choose_grids(
        (grid_of(v) for _, v in tables.each("grid")), get("grid.basis"), get("grid.year")
    )
    return Factors(
        fuels={v["id"]: fuel_of(v) for _, v in tables.each("fuels")},
        grids=grids,
        refrigerants=tables.refrigerants,
    )


def fuel_of(values: Values) -> Fuel:
    """Fuel of a row."""
    get = values.get
    return Fuel(
        id=values["id"],
        wtt_g_per_mj=values["wtt_g_per_mj"],
        ttw_g_per_mj=values["ttw_g_per_mj"],
        lhv_mj_per_kg=get("lhv_mj_per_kg"),
        price_eur_per_kg=get("price_eur_per_kg"),
        fueleu_wtt_g_per_mj=get("fueleu_wtt_g_per_mj"),
        fueleu_ttw_g_per_mj=get("fueleu_ttw_g_per_mj"),
        fueleu_lcv_mj_per_kg=get("fueleu_lcv_mj_per_kg"),
        rwd=values["rwd"],
        ets_co2_kg_per_kg=get("ets_co2_kg_per_kg"),
        ets_ch4_kg_per_kg=get("ets_ch4_kg_per_kg"),
        ets_n2o_kg_per_kg=get("ets_n2o_kg_per_kg"),
        ets_zero_rated=values["ets_zero_rated"],
        gwp=get("gwp", ""),
        source=get("source", ""),
    )


def grid_of(values: Values) -> Grid:
    """Electricity of a row."""
    return Grid(
        country=values["country"],
        basis=values["basis"],
        year=values["year"],
        g_per_kwh=values["g_per_kwh"],
        loss_pct=values["loss_pct"],
        source=values.get("source", ""),
    )


def _duty(values: Values) -> Duty:
    get = values.get
    return Duty(
        origin_country=get("origin_country", ""),
        country=values["country"],
        commodity=get("commodity", ""),
        import_pct=values["import_pct"],
        transit_pct=values["transit_pct"],
        agreement=get("agreement", ""),
        source=get("source", ""),
    )
