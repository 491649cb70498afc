"""Finding, filtering and pricing factors."""

from __future__ import annotations

from pathlib import Path

import pytest

from routeopt.case import load_case
from routeopt.errors import CaseError, InputError
from routeopt.factorbook import Book, Intensity, case_book, shipped_book


def intensity(book: Book, id_: str) -> Intensity:
    (factor,) = book.find(id_)
    if factor.intensity is None:
        raise AssertionError(id_)
    return factor.intensity


def test_an_electric_row_has_no_price_without_a_country() -> None:
    given = intensity(shipped_book(), "rail-electric-1000")
    assert given.by_grid
    assert (given.wtt, given.ttw, given.grid_kwh) == (0, 0, 0.036929)


def test_a_country_prices_electric_rows() -> None:
    # 0.036929 kWh/tkm * 117 g/kWh / (1 - 9.3 %) = 4.764 g/tkm in Portugal, 2025
    found = shipped_book().select(mode="rail", country="PT", fuel="electricity")
    given = {factor.id: factor.intensity for factor in found}["rail-electric-1000"]
    if given is None:
        raise AssertionError
    assert not given.by_grid
    assert given.wtw == pytest.approx(0.036929 * 117 / (1 - 0.093), rel=1e-9)


def test_a_grid_row_counts_what_arrives() -> None:
    # 117 g/kWh / (1 - 9.3 %) = 129.0 g/kWh used
    first = shipped_book().find("PT")[0]
    if first.intensity is None:
        raise AssertionError
    assert (first.value, first.value_unit) == (117, "g/kWh")
    assert first.intensity.wtt == pytest.approx(117 / 0.907)


def test_a_refrigerant_has_a_value_in_each_set() -> None:
    found = shipped_book().find("R-134a")
    assert [(factor.gwp, factor.value) for factor in found] == [("AR5", 1300), ("AR6", 1530)]


def test_sets_lie_over_the_default() -> None:
    # published: 9.1 + 43.1 g/teukm; open: 2.87 + 12.66 g/tkm; default: 0.563301 MJ of vlsfo
    units = {set_: intensity(shipped_book(set_), "ship-asia-med") for set_ in ("published", "open")}
    assert (units["published"].wtt, units["published"].unit) == (9.1, "g/teukm")
    assert units["open"].wtw == pytest.approx(15.53)
    assert intensity(shipped_book("open"), "barge-push-2").unit == "g/tkm"  # from the default


def test_filters() -> None:
    book = shipped_book()
    assert {factor.table for factor in book.select(mode="sea")} == {"toc"}
    assert {factor.id for factor in book.select(table="grid", country="ES")} == {"ES"}
    burnt = book.select(fuel="b7")
    assert [(factor.table, factor.id) for factor in burnt] == [
        ("toc", "road-artic-eu-b7"), ("fuels", "b7"),
    ]  # fmt: skip
    assert len(book.select()) == sum(len(rows) for rows in book.rows.values()) + len(
        book.rows["refrigerants"]
    )


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"mode": "rial"}, "no mode 'rial': did you mean 'rail'?"),
        ({"table": "fuel"}, "no table 'fuel': did you mean 'fuels'?"),
        ({"country": "P"}, "no country in the grid table 'P'"),
        ({"fuel": "vlfso"}, "no fuel 'vlfso': did you mean 'vlsfo'?"),
    ],
)
def test_unknown_words_tell_the_nearest(filters: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as raised:
        shipped_book().select(**filters)
    assert str(raised.value).startswith(told)


def test_no_such_set_and_no_such_factor() -> None:
    with pytest.raises(InputError, match="did you mean 'open'"):
        shipped_book("opne")
    with pytest.raises(InputError, match="did you mean 'ship-asia-med'"):
        shipped_book().find("ship-asia-mde")


def test_what_refers_to_a_factor() -> None:
    book = shipped_book()
    (diesel,) = book.find("diesel")
    referring = book.referring(diesel)
    assert "road-artic-eu" in referring["fuel of toc"]
    assert "container-terminal" in referring["fuel of hoc"]
    (reefer,) = book.find("cross-dock-mixed")
    assert book.referring(reefer) == {"reefer row of hoc": ["cross-dock", "roro-terminal"]}


CASE = """\
case: 1
name: Own factors
network: none
start: 2026-03-02
days: 7
grid: {basis: consumption_lifecycle, year: 2024}
shipments:
  - {id: A, origin: P, destination: Q, teu: 1, ready: 2026-03-02T08:00, due: 2026-03-06T08:00}
tables: {terminals: terminals.csv, services: services.csv, toc: toc.csv}
override:
  - {table: toc, where: {id: own-ship}, set: {fuel: hvo}}
"""


def own_case(folder: Path) -> Path:
    texts = {
        "case.yaml": CASE,
        "terminals.csv": "id,country,lat,lon\nP,PT,38,-9\nQ,ES,40,-3\n",
        "services.csv": (
            "id,mode,from,to,departures,distance_km,hours,toc\nS,sea,P,Q,any,500,20,own-ship\n"
        ),
        "toc.csv": (
            "id,mode,unit,energy,fuel,source,licence\n"
            "own-ship,sea,MJ/teukm,0.5,vlsfo,carrier,private\n"
        ),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_case_lays_its_rows_and_overrides_over_the_shipped(tmp_path: Path) -> None:
    # the override puts hvo in: 0.5 MJ * (28.56 + 1.16) g/MJ = 14.86 g/teukm
    book = case_book(own_case(tmp_path))
    (own,) = book.find("own-ship")
    assert own.carriers == ("hvo",)
    assert (own.cell("licence"), own.row.file) == ("private", "toc.csv")
    assert intensity(book, "own-ship").wtw == pytest.approx(14.86)
    assert book.find("road-artic-eu")
    # the case asks for the grid of 2024: 100 g/kWh / (1 - 9.3 %)
    assert book.factors.grids["PT"].used_g_per_kwh == pytest.approx(100 / 0.907)


def test_a_case_with_errors_is_told(tmp_path: Path) -> None:
    folder = own_case(tmp_path)
    (folder / "toc.csv").write_text("id,unit\nown-ship,g/tkm\n", encoding="utf-8")
    with pytest.raises(CaseError, match="E415"):
        case_book(folder)


@pytest.mark.parametrize(("unit", "own"), [("g/tkm", "20,60,"), ("MJ/tkm", ",,0.8")])
def test_a_leak_is_in_the_tank_to_wheel_part(tmp_path: Path, unit: str, own: str) -> None:
    # 0.01 g/tkm of R-134a * 1530 (AR6) = 15.3 g/tkm; 0.8 MJ of diesel * 75.3 g/MJ = 60.24 g/tkm
    folder = own_case(tmp_path)
    (folder / "toc.csv").write_text(
        "id,unit,wtt,ttw,energy,fuel,gwp,refrigerant,leak_g\n"
        f"own-ship,{unit},{own},diesel,AR6,R-134a,0.01\n",
        encoding="utf-8",
    )
    text = (folder / "case.yaml").read_text(encoding="utf-8").partition("override")[0]
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    given = intensity(case_book(folder), "own-ship")
    assert given.ttw == pytest.approx((60 if unit == "g/tkm" else 60.24) + 15.3)


def test_a_book_holds_the_very_rows_that_the_case_counts_by(tmp_path: Path) -> None:
    # the book once laid tables over each other by rules of its own: a year written as 2025.0, as
    # spreadsheets do, stood beside the shipped row that it replaces in a case
    (tmp_path / "grid.csv").write_text(
        "country,basis,year,g_per_kwh,loss_pct,source\nPT,consumption_lifecycle,2025.0,50,0,mine\n"
    )
    (tmp_path / "case.yaml").write_text(
        "case: 1\nname: x\nnetwork: eurasia\nstart: 2026-03-02\ndays: 7\n"
        "fx_to_eur: {USD: 0.92, CNY: 0.128}\ntables: {grid: grid.csv}\nshipments:\n"
        "  - {id: a, origin: PTSIE-XXI, destination: ES-COSLADA, teu: 1,\n"
        "     ready: 2026-03-02T08:00, due: 2026-03-06T08:00}\n"
    )
    case, book = load_case(tmp_path), case_book(tmp_path)
    rows = [row.values for row in book.rows["grid"] if row.values]
    newest = [r for r in rows if (r["country"], r["basis"], r["year"]) ==
              ("PT", "consumption_lifecycle", 2025)]  # fmt: skip
    assert [row["g_per_kwh"] for row in newest] == [50]
    assert book.factors.grids == case.network.factors.grids
    assert {row.id for row in book.rows["toc"]} == set(case.network.tocs)
