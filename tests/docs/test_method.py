"""Numbers on the method page are those of the shipped tables, and its table is fresh."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from routeopt.carbon import CarbonPrices
from routeopt.case.model import Case
from routeopt.emissions import Component, Emission, LegPart
from routeopt.factorbook import Book, shipped_book
from routeopt.freight import Size
from routeopt.network import Terminal
from routeopt.ranges import BEGIN, END, Range, our_g_per_tkm, ranges, table, with_table
from routeopt.regulations import fueleu_balance_g, fueleu_g_per_mj
from tests.published.ondisk import line_case, service

PAGE = Path(__file__).parents[2] / "docs" / "method.md"
TEXT = PAGE.read_text("utf-8")
CARGO = Size(2, 20, 66)


def section(title: str) -> str:
    """Text under a heading, to the next one."""
    hit = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#)", TEXT, re.DOTALL | re.MULTILINE)
    assert hit, title
    return " ".join(hit[1].split())


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The services of the worked examples."""
    train = service("train", "rail", "PT1 > ES1", "rail-electric-1000", distance_km=500)
    train |= {"country_km": "PT 200; ES 300", "unwired_km": "ES 60"}
    return line_case(
        tmp_path_factory.mktemp("method"),
        [
            service("truck", "road", "PT1 > ES1", "road-artic-eu", distance_km=500),
            {**train, "toc_unwired": "rail-diesel-eu"},
            service("ship", "sea", "CN1 > PT1", "ship-asia-med", distance_km=17_000),
        ],
        regulations={"year": 2026, "eu_ets_eur_per_t": 75, "fueleu": True},
    )


def parts(case: Case, id_: str) -> list[tuple[LegPart, Component]]:
    """Parts of a leg, each of one energy carrier."""
    found = case.network.leg_parts(case.network.services[id_], "dry")
    return [(part, part.components[0]) for part in found]


def emission(case: Case, id_: str) -> Emission:
    leg = case.network.services[id_]
    return case.network.leg_intensity(leg, "dry").emission(CARGO, 1)


def shown(text: str, *wanted: str) -> None:
    """See that a text holds each of these, in their order."""
    at = 0
    for each in wanted:
        found = text.find(each, at)
        assert found >= 0, f"{each} is missing, or not in its place"
        at = found + len(each)


def test_the_truck(case: Case) -> None:
    ((part, diesel),) = parts(case, "truck")
    tkm = 20 * part.km
    assert diesel.energy_mj is not None
    kg = emission(case, "truck")
    shown(
        section("A diesel truck"),
        f"= {tkm:,.0f} tkm",
        f"{tkm:,.0f} × {diesel.energy_mj:g} = {tkm * diesel.energy_mj:,.1f} MJ",
        f"× {diesel.wtt_g / diesel.energy_mj:.1f} g = {kg.wtt_kg:.2f} kg",
        f"× {diesel.ttw_g / diesel.energy_mj:.1f} g = {kg.ttw_kg:.2f} kg",
        f"**{kg.in_scope('wtw'):.2f} kg**, {1000 * kg.in_scope('wtw') / tkm:.1f} g/tkm",
    )


def test_the_train(case: Case) -> None:
    wanted = []
    for part, energy in parts(case, "train")[:2]:
        kwh = 20 * part.km * (energy.energy_mj or 0) / 3.6
        grid = case.network.factors.grids[energy.country]
        assert grid.year == 2025
        told = f"× {grid.g_per_kwh:g} / (1 − {grid.loss_pct / 100:g}) g"
        kg = 20 * part.km * energy.wtt_g / 1000
        wanted.append(f"20 × {part.km:g} × 0.036929 = {kwh:.2f} kWh {told} = {kg:.2f} kg")
    part, diesel = parts(case, "train")[2]
    wtt, ttw = (20 * part.km * g / 1000 for g in (diesel.wtt_g, diesel.ttw_g))
    mj = 20 * part.km * (diesel.energy_mj or 0)
    whole = emission(case, "train")
    kg = whole.in_scope("wtw")
    shown(
        section("An electric train through two countries"),
        *wanted,
        f"20 × {part.km:g} × {diesel.energy_mj:g} = {mj:.2f} MJ",
        f"= {wtt:.2f} + {ttw:.2f} = {wtt + ttw:.2f} kg",
        f"{whole.wtt_kg:.2f} kg, {whole.ttw_kg:.2f} kg",
        f"**{kg:.2f} kg**, {kg / 10:.1f} g/tkm",
        f"{part.km / 5:g} % of the km make {100 * (wtt + ttw) / kg:.0f} % of it",
    )


def test_the_ship(case: Case) -> None:
    ship = case.network.services["ship"]
    ((part, energy),) = parts(case, "ship")
    fuel = case.network.factors.fuels["vlsfo"]
    assert energy.energy_mj is not None
    assert fuel.lhv_mj_per_kg is not None
    assert fuel.fueleu_lcv_mj_per_kg is not None
    mj = 2 * part.km * energy.energy_mj
    fuel_kg = mj / fuel.lhv_mj_per_kg
    kg = emission(case, "ship")
    prices = CarbonPrices(case)
    assert prices.coverages([ship]) == [0.5]
    half = prices.leg(ship, "dry").at(0.5).own(CARGO)
    intensity = fueleu_g_per_mj(fuel, 2026)
    eu_mj = fuel_kg * fuel.fueleu_lcv_mj_per_kg
    short_kg = -fueleu_balance_g(intensity, eu_mj, 2026) / 1000
    shown(
        section("A ship under EU ETS and FuelEU"),
        f"{fuel.wtt_g_per_mj:f} + {fuel.ttw_g_per_mj:f} g per MJ, {fuel.lhv_mj_per_kg} MJ/kg",
        f"34,000 × {energy.energy_mj:g} = {mj:,.1f} MJ, / 41.3 = {fuel_kg:.2f} kg",
        f"= {kg.wtt_kg:,.2f} kg, × {fuel.ttw_g_per_mj:f} g = {kg.ttw_kg:,.2f} kg",
        f"**{kg.in_scope('wtw'):,.2f} kg**, {1000 * kg.in_scope('wtw') / 340_000:.1f} g/tkm",
        f"({fuel.ets_co2_kg_per_kg:g} + 0.00005 × 28 + 0.00018 × 265)",
        f"= {half.ets_eur / 0.5 / 75 * 1000:,.2f} kg × 50 % × 100 % × 75 EUR/t",
        f"= {half.ets_eur:.2f} EUR",
        f"= {eu_mj:,.1f} MJ × ({intensity:.4f} − 89.3368) = {short_kg:.2f} kg short",
        f"= {2 * half.fueleu_eur:.2f} EUR, × 50 % = {half.fueleu_eur:.2f} EUR",
    )


def test_the_terminal(case: Case) -> None:
    hub = Terminal(id="H", name="H", country="PT", lat=0, lon=0, hoc="container-terminal")
    kg = case.network.handling_emission(hub, "dry", CARGO)
    shown(
        section("A terminal"),
        f"{kg.wtt_kg / 2:g} + {kg.ttw_kg / 2:g} kg per TEU",
        f"= {kg.wtt_kg:.2f} kg",
        f"= {kg.ttw_kg:.2f} kg",
        f"**{kg.in_scope('wtw'):.2f} kg**",
    )


def test_rules_on_the_page_are_those_of_the_table() -> None:
    text = files("routeopt").joinpath("factors", "rules.csv").read_text("utf-8")
    rows: dict[str, list[float]] = {}
    for row in csv.DictReader(text.splitlines()):
        rows.setdefault(row["rule"], []).append(float(row["value"]))
    assert rows["ets_phase_in"] == [0.4, 0.7, 1]
    # 91.16 less 2, 6, 14.5, 31, 62 and 80 %
    shares = [round(100 * (1 - limit / 91.16), 2) for limit in rows["fueleu_limit"]]
    assert shares == [2, 6, 14.5, 31, 62, 80]
    shown(
        section("What carbon rules charge"),
        "40, 70 and 100 %",
        "91.16 g per MJ less 2 % (2025), 6, 14.5, 31, 62 and 80 % (2050)",
        f"{rows['fueleu_penalty'][0]:,.0f} EUR per {rows['fueleu_energy'][0]:,.0f} MJ",
    )


# The table of ranges ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book() -> Book:
    return shipped_book()


def test_the_table_is_fresh() -> None:
    assert with_table(TEXT) == TEXT


def test_the_command_prints_the_table_or_writes_it(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "routeopt.ranges"]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == table() + "\n"
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    subprocess.run([*words, str(page)], check=True)
    assert page.read_text("utf-8") == f"before\n{BEGIN}\n\n{table()}\n\n{END}\nafter\n"


@pytest.mark.parametrize("page", ["", BEGIN, f"{BEGIN}{END}{END}"])
def test_a_page_without_its_marks_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        with_table(page)


@pytest.mark.parametrize("row", ranges(), ids=lambda row: f"{row.what}")
def test_each_range_has_its_sources_and_says_why_ours_is_outside(book: Book, row: Range) -> None:
    ours = our_g_per_tkm(book, row)
    assert 0 < row.low <= row.high
    assert bool(row.why) is not row.holds(ours)
    assert row.licence
    sources = row.source.split("; ")
    assert (
        len(sources) == len(row.place.split("; ")) == (1 if row.low == row.high else len(sources))
    )


def test_our_values_by_hand(book: Book) -> None:
    wanted = {
        "road-artic-eu": 89.0,  # 0.91002 MJ × 97.8 g
        "road-artic-eu-vkm": 138.84,  # 14.196319 MJ × 97.8 g / 10 t
        "rail-electric-1000": 5.562,  # 0.036929 kWh × 136 / (1 − 0.097), Spain
        "ship-industry": 7.1696,  # 0.771108 MJ × 92.978208 g / 10 t
        "ship-bulk-35000": 7.4067,  # 0.069269 MJ × 92.978208 g × 1.15
    }
    found = {row.toc: our_g_per_tkm(book, row) for row in ranges() if row.country != "DE"}
    for toc, g in wanted.items():
        assert found[toc] == pytest.approx(g, rel=1e-4)


def test_a_row_by_grid_needs_a_country(book: Book) -> None:
    row = next(row for row in ranges() if row.country)
    bare = Range(**{name: getattr(row, name) for name in Range.__slots__} | {"country": ""})
    with pytest.raises(ValueError, match="without a country"):
        our_g_per_tkm(book, bare)
