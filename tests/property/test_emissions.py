"""What emissions and carbon charges obey whatever the case (ISO 14083 and the rules of the EU)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import fsum
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routeopt.box import cases_dir
from routeopt.case import load_case
from routeopt.case.model import Case
from routeopt.emissions import Component, Hoc, Toc, components
from routeopt.freight import (
    DAY_MIN,
    Carbon,
    Leg,
    Plan,
    Shipment,
    ShipmentPlan,
    Size,
    Status,
    Transfer,
)
from routeopt.network import Network, Service, Terminal, Timetable
from routeopt.network.calendar import to_minute
from routeopt.optimize import solve
from routeopt.planfile import plan_dict
from routeopt.regulations import Regulations, fueleu_eur_per_mj, fueleu_g_per_mj
from tests import oracle, randomcases

EXAMPLES = settings(randomcases.SETTINGS, max_examples=30)
CASES = randomcases.cases(most_plans=300, at_least=50)
START = to_minute(date(2026, 3, 2), 0, "UTC")
EXACT = 1e-9
SHIP = Toc(id="ship", wtt_g=2, ttw_g=8, activity="tkm", carriers=(("heavy", 1.0),))
SHIPPED = load_case(cases_dir() / "starter").network.factors
FACTORS = replace(randomcases.FACTORS, fuels={**SHIPPED.fuels, **randomcases.FUELS})
FUELS = sorted(FACTORS.fuels)
COUNTRIES = ("PT", "NO", "CN", "SG", "MA")
LOADS = (Size(1.0, 16.0, 33), Size(3.0, 7.0, 99), Size(2.0, 0.5, 66))


def route(  # noqa: PLR0913  a lane has so many parts
    stops: Sequence[tuple[str, str]],
    toc: Toc,
    *,
    km: float = 400.0,
    size: Size = LOADS[0],
    mode: str = "sea",
    hoc: Hoc | None = None,
    rules: Regulations | None = None,
) -> Case:
    """One shipment through terminals (id, country) in a row; legs of the same length."""
    terminals = [
        Terminal(
            id=id_, name="", country=country, lat=36 + place, lon=-9, hoc=hoc.id if hoc else None
        )
        for place, (id_, country) in enumerate(stops)
    ]
    legs = len(stops) - 1
    services = [
        Service(
            id=f"s{place}",
            mode=mode,
            origin=terminals[place].id,
            destination=terminals[place + 1].id,
            timetable=Timetable.parse("any"),
            distance_km=km / legs,
            hours=8,
            country_km={stops[place][1]: km / legs},
            toc=toc.id,
        )
        for place in range(legs)
    ]
    row = Shipment(
        id="S",
        origin=terminals[0].id,
        destination=terminals[-1].id,
        size=size,
        ready=START,
        due=START + 5 * DAY_MIN,
    )
    return Case(
        path=Path("x"),
        name="x",
        start=START,
        days=4,
        shipments=(row,),
        network=Network(
            terminals={t.id: t for t in terminals},
            services={s.id: s for s in services},
            tocs={toc.id: toc},
            hocs={hoc.id: hoc} if hoc else {},
            factors=FACTORS,
        ),
        regulations=rules,
    )


def near(value: float) -> object:
    return pytest.approx(value, rel=EXACT, abs=EXACT)


# ---- sums -----------------------------------------------------------------------------------


@EXAMPLES
@given(CASES)
def test_well_to_wheel_is_well_to_tank_and_tank_to_wheel(case: Case) -> None:
    plan = solve(replace(case, co2e_scope="wtw"))
    for shipment in plan.shipments:
        elements: tuple[Leg | Transfer, ...] = (*shipment.legs, *shipment.transfers)
        for element in (*elements, shipment):
            assert element.co2e_kg == near(element.wtt_kg + element.ttw_kg)
        assert shipment.wtt_kg == near(fsum(e.wtt_kg for e in elements))
        assert shipment.ttw_kg == near(fsum(e.ttw_kg for e in elements))
    totals = plan.totals
    assert totals.co2e_kg == near(totals.wtt_kg + totals.ttw_kg)
    assert totals.wtt_kg == near(fsum(s.wtt_kg for s in plan.shipments))
    assert totals.ttw_kg == near(fsum(s.ttw_kg for s in plan.shipments))


@EXAMPLES
@given(CASES)
def test_allocation_closes(case: Case) -> None:
    plan = solve(case)
    for departure in plan.departures:
        aboard = [
            (case.members[s.id], leg)
            for s in plan.shipments
            for leg in s.legs
            if (leg.service, leg.depart) == (departure.service, departure.depart)
        ]
        assert departure.cost_eur == near(fsum(leg.cost_eur for _, leg in aboard))
        service = case.network.services[departure.service]
        assert fsum(leg.co2e_kg for _, leg in aboard) == near(emitted_kg(case, service, aboard))
    totals = plan.totals
    parts = (totals.transport_eur, totals.handling_eur, totals.storage_eur, totals.duties_eur)
    assert totals.cost_eur == near(fsum((*parts, totals.carbon_eur)))
    for name in ("shadow_eur", "ets_eur", "fueleu_eur", "ets2_eur"):
        assert getattr(totals.carbon, name) == near(
            fsum(getattr(s.carbon, name) for s in plan.shipments)
        )
    for shipment in plan.shipments:
        assert shipment.cost_eur == near(parts_eur(shipment))


def emitted_kg(case: Case, service: Service, aboard: Sequence[tuple[Shipment, Leg]]) -> float:
    """What a departure emits: its cargo by weight and size, its units by the tonnes of each."""
    sizes = [row.size for row, _ in aboard]
    tonnes = fsum(size.tonnes for size in sizes)
    whole = Size(fsum(s.teu for s in sizes), tonnes, fsum(s.m3 for s in sizes))
    units = oracle.whole_units(service, whole)
    kg = []
    for row, _ in aboard:
        per = oracle.Rates(case, row.cargo).kg(service)
        kg.append(row.size.tonnes * per["tkm"] + row.size.teu * per["teukm"])
        kg.append(units * row.size.tonnes / tonnes * per["vehiclekm"])
    return fsum(kg)


def parts_eur(shipment: ShipmentPlan) -> float:
    legs = [leg.cost_eur for leg in shipment.legs]
    hubs = [t.cost_eur + t.storage_eur for t in shipment.transfers]
    return fsum((*legs, *hubs, shipment.duties_eur, shipment.carbon_eur))


# ---- activity and intensity -----------------------------------------------------------------


@EXAMPLES
@given(
    st.integers(1, 4),
    st.sampled_from(("sea", "rail", "road", "barge")),
    st.sampled_from(LOADS),
    st.sampled_from((None, "t", "teu")),
)
def test_a_hub_adds_its_handling_and_no_tonne_km(
    legs: int, mode: str, size: Size, per: str | None
) -> None:
    hoc = Hoc(id="hub", wtt_kg=1, ttw_kg=2, per=per) if per else None  # type: ignore[arg-type]
    direct, by_hubs = (
        solve(
            route([(f"P{n}", "PT") for n in range(count + 1)], SHIP, size=size, mode=mode, hoc=hoc)
        )
        for count in (1, legs)
    )
    # the same 400 km in so many legs, 3 kg for each t or TEU handled at each of legs - 1 hubs
    assert by_hubs.totals.tkm == near(direct.totals.tkm) == near(400 * size.tonnes)
    handled = {None: 0.0, "t": 3 * size.tonnes, "teu": 3 * size.teu}[per]
    assert by_hubs.totals.co2e_kg == near(direct.totals.co2e_kg + (legs - 1) * handled)


@st.composite
def categories(draw: st.DrawFn) -> Toc:
    """A category by intensities, or by energy with fuels, blends and electricity."""
    activity = draw(st.sampled_from(("tkm", "teukm", "vehiclekm")))
    blend = draw(
        st.sampled_from(randomcases.BLENDS[draw(st.sampled_from(("road", "rail", "sea")))])
    )
    plain = Toc(id="toc", wtt_g=3, ttw_g=5, activity=activity)  # type: ignore[arg-type]
    return draw(
        st.sampled_from(
            (plain, replace(plain, wtt_g=0.0, ttw_g=0.0, energy_mj=0.25, carriers=blend))
        )
    )


def times(toc: Toc, factor: float) -> Toc:
    """The category with its intensity times a factor."""
    energy = None if toc.energy_mj is None else toc.energy_mj * factor
    return replace(toc, wtt_g=toc.wtt_g * factor, ttw_g=toc.ttw_g * factor, energy_mj=energy)


def kg_of(toc: Toc, size: Size = LOADS[0]) -> float:
    return solve(route((("A", "PT"), ("B", "ES")), toc, size=size, mode="rail")).totals.co2e_kg


@EXAMPLES
@given(categories(), st.floats(1.0, 2.0), st.sampled_from(LOADS))
def test_sfd_and_actual_km_with_their_daf_give_the_same_kg(
    toc: Toc, daf: float, size: Size
) -> None:
    actual = replace(times(toc, 1 / daf), distance_basis="actual", daf=daf)
    assert kg_of(toc, size) > 0
    assert kg_of(actual, size) == near(kg_of(toc, size))


@EXAMPLES
@given(categories(), st.floats(0.1, 30.0))
def test_tonnes_and_teu_agree_at_ten_tonnes_a_teu(toc: Toc, teu: float) -> None:
    size = Size(teu, 10 * teu, 33 * teu)
    by_teu = replace(times(toc, 10), activity="teukm")
    assert kg_of(by_teu, size) == near(kg_of(replace(toc, activity="tkm"), size))


@EXAMPLES
@given(categories(), st.sampled_from(LOADS))
def test_half_the_tonnes_half_the_kg_of_a_leg_by_tonne_km(toc: Toc, size: Size) -> None:
    by_t = replace(toc, activity="tkm")
    half = replace(size, tonnes=size.tonnes / 2)
    assert 2 * kg_of(by_t, half) == near(kg_of(by_t, size))


@EXAMPLES
@given(CASES, st.sampled_from((0.0, 0.25, 0.5, 0.99)))
def test_a_cleaner_grid_never_raises_the_kg(case: Case, factor: float) -> None:
    case = replace(case, objective=("co2e",), serve="all")
    grids = {
        country: replace(grid, g_per_kwh=grid.g_per_kwh * factor)
        for country, grid in case.network.factors.grids.items()
    }
    factors = replace(case.network.factors, grids=grids)
    cleaner = replace(case, network=replace(case.network, factors=factors))
    assert least(solve(cleaner), "co2e_kg") <= least(solve(case), "co2e_kg") * (1 + 2e-6)


def least(plan: Plan, name: str) -> float:
    """A total of the best plan; infinite where there is none."""
    assert plan.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return float("inf") if plan.status is Status.INFEASIBLE else float(getattr(plan.totals, name))


@pytest.mark.parametrize("factors", ["default", "published", "open"])
def test_shipped_reefer_rows_emit_at_least_what_the_dry_ones_do(factors: str) -> None:
    network = load_case(cases_dir() / "starter", patch={"factors": factors}).network
    grids = sorted(network.factors.grids)
    pairs = [(toc, network.tocs[toc.reefer]) for toc in network.tocs.values() if toc.reefer]
    assert pairs
    for dry, cold in pairs:
        assert dry.activity == cold.activity
        for country in grids if dry.electric or cold.electric else [""]:
            dry_g, cold_g = (
                total_g(components(toc, country, network.factors)) for toc in (dry, cold)
            )
            assert cold_g >= dry_g * (1 - EXACT), (dry.id, cold.id)
    for dry_hoc in network.hocs.values():
        if dry_hoc.reefer:
            cold_hoc = network.hocs[dry_hoc.reefer]
            dry_kg, cold_kg = (hoc.wtt_kg + hoc.ttw_kg for hoc in (dry_hoc, cold_hoc))
            assert dry_hoc.per == cold_hoc.per
            assert cold_kg >= dry_kg, (dry_hoc.id, cold_hoc.id)


def total_g(rows: Sequence[Component]) -> float:
    return fsum(row.wtt_g + row.ttw_g for row in rows)


@EXAMPLES
@given(st.tuples(*[st.sampled_from(("AR5", "AR6"))] * 2))
def test_mixed_gwp_sets_warn_and_the_plan_records_them(sets: tuple[str, str]) -> None:
    # barges burn HVO, trucks diesel; a plan that emits least takes a barge and a truck
    of_fuel = dict(zip(("hvo", "diesel"), sets, strict=True))
    barge = {"table": "toc", "where": {"id": "barge-container-110"}, "set": {"fuel": "hvo"}}
    gwp = [
        {"table": "fuels", "where": {"id": fuel}, "set": {"gwp": name}}
        for fuel, name in of_fuel.items()
    ]
    patch = {"override": [barge, *gwp], "avoid": {"modes": ["rail"]}, "limits": {}}
    case = load_case(cases_dir() / "starter", patch=patch)
    told = [fault.message for fault in case.warnings if fault.code == "W607"]
    assert bool(told) is (len(set(sets)) > 1)
    plan = solve(case)
    assert {leg.mode for s in plan.shipments for leg in s.legs} == {"road", "barge"}
    assert plan_dict(plan)["iso"]["gwp"] == sorted({*sets, *hub_sets(case)})
    assert set(told) <= set(plan_dict(plan).get("warnings", ()))


def hub_sets(case: Case) -> set[str]:
    """GWP sets of the terminals' own rows."""
    ids = {terminal.hoc for terminal in case.network.terminals.values()} - {None}
    return {case.network.hocs[str(id_)].gwp for id_ in ids} - {""}


# ---- what carbon costs ----------------------------------------------------------------------


def carbon(
    stops: Sequence[tuple[str, str]], rules: Regulations, *, toc: Toc = SHIP, size: Size = LOADS[0]
) -> Carbon:
    return solve(route(stops, toc, size=size, rules=rules)).totals.carbon


SHIP_RULES = st.builds(
    Regulations,
    year=st.integers(2023, 2055),
    eu_ets_eur_per_t=st.sampled_from((75.0, 0.0, 120.0)),
    fueleu=st.booleans(),
    fueleu_pool_eur_per_t=st.sampled_from((0.0, 250.0)),
)


@EXAMPLES
@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES), SHIP_RULES)
def test_ships_pay_for_half_of_a_voyage_at_each_end_in_the_eea(
    origin: str, goal: str, rules: Regulations
) -> None:
    found = carbon((("A", origin), ("B", goal)), rules)
    inside = carbon((("A", "PT"), ("B", "NO")), rules)
    share = sum(country in {"PT", "NO"} for country in (origin, goal)) / 2
    assert found.ets_eur == near(share * inside.ets_eur)
    assert found.fueleu_eur == near(share * inside.fueleu_eur)
    if rules.eu_ets_eur_per_t:
        assert bool(inside.ets_eur) is (rules.year >= 2024)


def test_eu_ets_of_a_voyage_by_hand() -> None:
    # 16 t × 400 km × 8 g/tkm TTW = 51.2 kg; at 80 g/MJ 640 MJ = 16 kg of fuel at 40 MJ/kg
    # CO2 16 × 3 = 48 kg, CH4 16 × 0.005 × 28 = 2.24 kg, N2O 16 × 0.001 × 265 = 4.24 kg
    # 2025: 48 kg × 70 % × 50 % × 100 EUR/t = 1.68; 2026: 54.48 kg × 50 % × 100 EUR/t = 2.724
    for year, eur in ((2025, 1.68), (2026, 2.724)):
        rules = Regulations(year=year, eu_ets_eur_per_t=100)
        assert carbon((("A", "SG"), ("B", "PT")), rules).ets_eur == near(eur)


@EXAMPLES
@given(
    st.sampled_from(COUNTRIES),
    st.sampled_from(COUNTRIES),
    st.sampled_from((["MAPTM"], ["EGPSE-1"], ["EGPSE", "MAPTM-TC4"], ["MAPTM-A", "MAPTM-B"])),
    SHIP_RULES,
)
def test_a_transshipment_port_does_not_cut_a_voyage(
    origin: str, goal: str, hubs: list[str], rules: Regulations
) -> None:
    ends = (("A", origin), ("B", goal))
    country = {"M": "MA", "E": "EG"}
    stops = (ends[0], *((hub, country[hub[0]]) for hub in hubs), ends[1])
    found, direct = carbon(stops, rules), carbon(ends, rules)
    assert (found.ets_eur, found.fueleu_eur) == pytest.approx((direct.ets_eur, direct.fueleu_eur))


def test_a_port_of_call_outside_the_eea_cuts_a_voyage() -> None:
    # two halves of the way: to Casablanca nothing, from there a half of a half
    rules = Regulations(year=2026, eu_ets_eur_per_t=100)
    cut = carbon((("A", "SG"), ("MACAS", "MA"), ("B", "PT")), rules)
    whole = carbon((("A", "SG"), ("B", "PT")), rules)
    assert cut.ets_eur == near(whole.ets_eur / 2)


@settings(EXAMPLES, max_examples=500)
@given(
    st.sampled_from(FUELS),
    st.floats(0, 120),
    st.floats(0, 120),
    st.integers(2023, 2055),
    st.integers(0, 20),
    st.sampled_from((0.0, 250.0)),
)
def test_fueleu_costs_nothing_below_the_limit_and_never_less_in_a_later_year(
    name: str, wtt: float, ttw: float, year: int, later: int, pool: float
) -> None:
    shipped = FACTORS.fuels[name]
    drawn = replace(shipped, fueleu_wtt_g_per_mj=wtt, fueleu_ttw_g_per_mj=ttw)
    rules = Regulations(year=year, fueleu=True, fueleu_pool_eur_per_t=pool)
    for fuel in (shipped, drawn):
        eur = fueleu_eur_per_mj(fuel, rules)
        cuts = [cut for first, cut in oracle.CUTS if year >= first]
        limit = 91.16 * (1 - cuts[0]) if cuts else float("inf")
        over = fueleu_g_per_mj(fuel, year) - limit
        if abs(over) > EXACT:
            assert (eur > 0) is (over > 0)
        assert fueleu_eur_per_mj(fuel, replace(rules, year=year + later)) >= eur - EXACT


@EXAMPLES
@given(CASES, st.sampled_from(("shadow", "ets", "ets2", "pool", "all")))
def test_twice_a_carbon_price_never_lowers_the_cost(case: Case, which: str) -> None:
    case = replace(case, objective=("cost", "co2e"), serve="all")
    rules = case.regulations or Regulations(year=2030, ets2_eur_per_t=100)
    case = replace(case, regulations=rules, carbon_price_eur_per_t=50)
    dearer = {
        "ets": {"eu_ets_eur_per_t": 2 * rules.eu_ets_eur_per_t},
        "ets2": {"ets2_eur_per_t": 2 * rules.ets2_eur_per_t},
        "pool": {"fueleu_pool_eur_per_t": 2 * rules.fueleu_pool_eur_per_t},
    }
    dear = replace(case, carbon_price_eur_per_t=100) if which in {"shadow", "all"} else case
    for name, prices in dearer.items():
        if which in {name, "all"}:
            dear = replace(dear, regulations=replace(dear.regulations, **prices))  # type: ignore[type-var]
    assert least(solve(case), "cost_eur") <= least(solve(dear), "cost_eur") * (1 + 2e-6) + EXACT
