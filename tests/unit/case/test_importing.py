"""Tables of others as tables of a case."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from routeopt.case.importing import Assumed, Imported, import_table
from routeopt.case.places import Faults
from routeopt.case.sheets import read_sheet
from routeopt.errors import CaseError


def brought(
    folder: Path,
    text: str,
    table: str = "toc",
    *,
    ttw_share: float | None = None,
    teu_per_box: float | None = None,
) -> Imported:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    assumed = Assumed(ttw_share=ttw_share, teu_per_box=teu_per_box)
    return import_table(path, table, assumed=assumed)


def cells(done: Imported) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.text)))


@pytest.mark.parametrize(
    ("header", "unit", "row"),
    [
        ("WTT (g CO2e/tkm),TTW (g CO2e/tkm)", "g/tkm", "20.5,68.5"),
        ("WTT g/t-km,TTW g/t-km", "g/tkm", "20.5,68.5"),
        ("Well-to-tank [gCO2e/TEU-km],Tank-to-wheel [gCO2e/TEU-km]", "g/teukm", "20.5,68.5"),
        ("wtt_g_per_tkm,ttw_g_per_tkm", "g/tkm", "20.5,68.5"),
        ("WTT kg CO2-eq/vehicle-km,TTW kg CO2-eq/vehicle-km", "g/vehiclekm", "0.0205,0.0685"),
        ("WTT (kgCO₂e/tkm),TTW (kgCO₂e/tkm)", "g/tkm", "0.0205,0.0685"),
    ],
)
def test_headers_name_column_and_unit(tmp_path: Path, header: str, unit: str, row: str) -> None:
    (found,) = cells(brought(tmp_path, f"TOC_ID,Mode,{header}\nlorry,Truck,{row}\n"))
    assert (found["id"], found["mode"], found["unit"]) == ("lorry", "road", unit)
    assert (float(found["wtt"]), float(found["ttw"])) == pytest.approx((20.5, 68.5))


def test_wtw_less_ttw_is_wtt(tmp_path: Path) -> None:
    # 89 - 68.5 = 20.5
    text = "toc_id,unit,TTW,WTW\nlorry,gCO2e/tkm,68.5,89\n"
    (found,) = cells(brought(tmp_path, text))
    assert (found["wtt"], found["ttw"]) == ("20.5", "68.5")


def test_wtw_alone_is_left_out_unless_it_is_split(tmp_path: Path) -> None:
    # 40 kg/t * 0.32 = 12.8 TTW; 40 - 12.8 = 27.2 WTT
    text = "hoc_id,unit,wtw,ttw\nshed,kgCO2e/t,40,\nshed-2,kgCO2e/t,4,1\n"
    done = brought(tmp_path, text, "hoc")
    assert (done.read, done.count) == (2, 1)
    assert [(reason, [p.line for p in places]) for reason, places in done.left_out.items()] == [
        ("WTW alone is given; split it with --ttw-share", [2])
    ]
    (found, _) = cells(brought(tmp_path, text, "hoc", ttw_share=0.32))
    assert (found["wtt"], found["ttw"]) == ("27.2", "12.8")
    assert "assumption" in found["note"]


def test_per_container_needs_teu_per_box(tmp_path: Path) -> None:
    # 11.4 kg per box - 4.09 = 7.31 WTT; / 1.7 TEU per box = 4.3 and 2.40588 kg/teu
    text = "hoc_id,unit,wtw,ttw\nquay,kgCO2e/container,11.4,4.09\n"
    assert not brought(tmp_path, text, "hoc").count
    (found,) = cells(brought(tmp_path, text, "hoc", teu_per_box=1.7))
    assert found["unit"] == "kg/teu"
    assert (float(found["wtt"]), float(found["ttw"])) == pytest.approx((4.3, 4.09 / 1.7))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('lorry,g/tkm,"20,5",68.5', "table.csv:2:WTT: E205"),
        ("lorry,g/tkm,-1,68.5", "table.csv:2:WTT: E206"),
        ("lorry,g/tkm,nan,68.5", "table.csv:2:WTT: E206"),
        ("lorry,g/tkm,much,68.5", "table.csv:2:WTT: E205"),
        (",g/tkm,20.5,68.5", "table.csv:2:id: E202"),
    ],
)
def test_faults_have_file_line_and_column(tmp_path: Path, line: str, fault: str) -> None:
    done = brought(tmp_path, f"id,unit,WTT,TTW\n{line}\nother,g/tkm,1,2\n")
    assert [str(each).removeprefix(f"{tmp_path}/")[: len(fault)] for each in done.faults] == [fault]
    assert [row["id"] for row in cells(done)] == ["other"]


def test_decimal_commas_are_told(tmp_path: Path) -> None:
    done = brought(tmp_path, 'id,unit,wtw,ttw\nlorry,kg/tkm,"0,089","0,0685"\n')
    assert len(done.faults) == 2
    assert all("write a decimal point" in str(fault) for fault in done.faults)


def test_rows_are_checked_as_those_of_a_case(tmp_path: Path) -> None:
    text = (
        "id,unit,energy,fuel,reefer\n"
        "a,MJ/tkm,0.9,diesle,\n"
        "b,MJ/tkm,0.9,diesel,nothing\n"
        "c,MJ/tkm,0.9,,\n"
        "d,kWh/tkm,0.1,electricity,\n"
        "d,kWh/tkm,0.1,electricity,\n"
    )
    done = brought(tmp_path, text)
    assert [(fault.code, fault.line) for fault in done.faults] == [
        ("E311", 2), ("E306", 3), ("E418", 4), ("E301", 6),
    ]  # fmt: skip
    assert done.faults[0].nearest == "diesel"
    assert [row["id"] for row in cells(done)] == ["d"]


def test_distance_basis(tmp_path: Path) -> None:
    text = (
        "id,unit,wtt,ttw,distance_basis,daf\n"
        "a,g/tkm,1,2,SFD,yes (+15 %)\n"
        "b,g/tkm,1,2,actual,1.15\n"
        "c,g/tkm,1,2,actual,no (multiply SFD activity by 1.15)\n"
        "d,g/tkm,1,2,actual,\n"
        "e,g/tkm,1,2,as published,\n"
        "f,g/tkm,1,2,SFD=actual,n/a\n"
    )
    done = brought(tmp_path, text)
    found = [(row["id"], row["distance_basis"], row["daf"]) for row in cells(done)]
    assert found == [
        ("a", "sfd", ""), ("b", "actual", "1.15"), ("c", "actual", "1.15"), ("f", "sfd", ""),
    ]  # fmt: skip
    assert sum(len(places) for places in done.left_out.values()) == 2


def test_what_a_case_has_no_column_for(tmp_path: Path) -> None:
    text = "id,mode,unit,wtt,ttw,vehicle,fuel,colour\na,sea,g/teukm,1,2,feeder,mix,blue\n"
    done = brought(tmp_path, text)
    assert done.dropped == ["colour"]
    (found,) = cells(done)
    assert "fuel" not in found
    assert found["note"] == "vehicle: feeder; fuel: mix"


def test_other_modes_and_units_are_left_out(tmp_path: Path) -> None:
    text = "id,mode,unit,wtt,ttw\na,air,g/tkm,1,2\nb,inland waterway,g/tkm,1,2\nc,rail,g/pkm,1,2\n"
    done = brought(tmp_path, text)
    assert [(row["id"], row["mode"]) for row in cells(done)] == [("b", "barge")]
    assert len(done.left_out) == 2


def test_a_sum_that_is_none_is_doubted(tmp_path: Path) -> None:
    done = brought(tmp_path, "id,unit,wtt,ttw,wtw\na,g/tkm,1,2,9\nb,g/tkm,1,2,3.1\n")
    assert [[place.line for place in places] for places in done.doubts.values()] == [[2]]
    assert done.count == 2


def test_dry_rows_name_their_reefer_twin(tmp_path: Path) -> None:
    done = brought(tmp_path, "id,unit,wtt,ttw\nx_dry,g/teukm,1,2\nx_reefer,g/teukm,2,4\n")
    assert [row["reefer"] for row in cells(done)] == ["x_reefer", "x_reefer"]


def test_fuels_per_kg_follow_from_the_heating_value(tmp_path: Path) -> None:
    # 0.68 kg/kg * 1000 / 41.3 MJ/kg = 16.4649; 3.16 * 1000 / 41.3 = 76.5133 g/MJ
    text = "fuel_id,lhv,WTT (kg CO2e/kg),TTW (kg CO2e/kg)\noil,41.3,0.68,3.16\nair,,1,1\n"
    done = brought(tmp_path, text, "fuels")
    (found,) = cells(done)
    assert float(found["wtt_g_per_mj"]) == pytest.approx(16.4649, abs=1e-4)
    assert float(found["ttw_g_per_mj"]) == pytest.approx(76.5133, abs=1e-4)
    assert list(done.left_out) == ["kg per kg without a heating value: no g per MJ follows"]


def test_grid_in_kg_per_kwh(tmp_path: Path) -> None:
    header = "zone,basis,year,value,unit,includes_losses"
    text = f"{header}\nPT,consumption_lifecycle,2025,0.117,kgCO2e/kWh,no\n"
    (found,) = cells(brought(tmp_path, text, "grid"))
    assert (found["country"], found["g_per_kwh"]) == ("PT", "117")
    assert "losses are not inside" in found["note"]


def test_a_title_may_stand_above_the_header(tmp_path: Path) -> None:
    text = "Our factors 2025,,,\n\nid,unit,wtt,ttw\na,g/tkm,1,2\n"
    assert brought(tmp_path, text).count == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E120"),
        ("name,unit,wtt\nx,g/tkm,1\n", "E202"),
        ("id;unit;wtt\nx;g/tkm;1\n", "E124"),
        ("id,unit,wtt,WTT\nx,g/tkm,1,1\n", "E125"),
        ('id,unit,wtt\n"x,g/tkm,1\n', "E122"),
    ],
)
def test_files_that_are_no_such_table(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(CaseError) as raised:
        brought(tmp_path, text)
    assert [fault.code for fault in raised.value.faults] == [code]


def workbook(path: Path) -> Path:
    book = Workbook()
    first = book.active
    if first is None:
        raise AssertionError
    first.title = "Read me"
    sheet = book.create_sheet("Lanes")
    sheet.append(["Lanes 2025"])
    sheet.append(["TOC ID", "Mode", "WTT (g CO2e/TEU-km)", "TTW (g CO2e/TEU-km)"])
    sheet.append(["asia-med", "sea", 9.1, 43.1])
    sheet.append(["bad", "sea", "9,1", 43.1])
    book.save(path)
    return path


def test_a_sheet_of_a_workbook(tmp_path: Path) -> None:
    done = import_table(workbook(tmp_path / "book.xlsx"), "toc", sheet="Lanes")
    (found,) = cells(done)
    assert (found["id"], found["unit"], found["wtt"]) == ("asia-med", "g/teukm", "9.1")
    (fault,) = done.faults
    assert str(fault).startswith(f"{tmp_path / 'book.xlsx'}:Lanes!C4: E205")


def test_no_such_sheet_tells_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="did you mean 'Lanes'"):
        import_table(workbook(tmp_path / "book.xlsx"), "toc", sheet="Lane")


def test_a_formula_without_a_stored_value_is_a_fault(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise AssertionError
    sheet.append(["id", "unit", "wtt", "ttw"])
    sheet.append(["a", "g/tkm", "=1+1", 3])
    book.save(tmp_path / "book.xlsx")
    done = import_table(tmp_path / "book.xlsx", "toc")
    assert "!C2: E133 the formula '=1+1' has no stored value" in str(done.faults[0])
    assert not done.count


def test_what_is_no_workbook_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "fake.xlsx").write_text("id,unit\n", encoding="utf-8")
    for name, code in (
        ("fake.xlsx", "E130"),
        ("old.xls", "E130"),
        ("fakes.csv", "E100"),
        (".", "E101"),
    ):
        faults = Faults(name)
        assert read_sheet(tmp_path / name, None, faults) is None
        assert [fault.code for fault in faults.all()] == [code]
