from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from routeopt.trains import Train, wh_per_gross_tkm


def rail_energy() -> list[dict[str, str]]:
    text = files("routeopt").joinpath("factors", "rail_energy.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(
    ("gross_t", "published"), [(500, 25.5), (1000, 16.6), (1500, 12.9), (2000, 10.8), (2500, 10.0)]
)
def test_energy_per_gross_tonne_km_is_the_published_one(gross_t: float, published: float) -> None:
    # EcoTransIT World Methodology and Data (July 2010), Table 23: tolerance 0.1 Wh/gross tkm
    assert wh_per_gross_tkm(gross_t) == pytest.approx(published, abs=0.1)


def test_net_values_of_a_1000_t_train() -> None:
    # gross / net of the same table: 1.68 bulk, 1.94 average, 2.51 volume; 16.56 Wh/gross tkm
    # 16.56 * 1.68 = 27.8; 16.56 * 1.94 = 32.1; 16.56 * 2.51 = 41.6 Wh/tkm
    for ratio, published in ((1.68, 27.8), (1.94, 32.2), (2.51, 41.5)):
        train = Train(gross_t=1000, net_t=1000 / ratio)
        assert train.energy * 1000 == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize("row", rail_energy(), ids=lambda row: row["train"])
def test_the_shipped_table_follows_from_the_formula(row: dict[str, str]) -> None:
    # its Wh per gross tkm are rounded to 0.01 before they are multiplied
    gross_t = float(row["gross_t"])
    ratio = float(row["gross_per_net_container"])
    electric = Train(gross_t=gross_t, net_t=gross_t / ratio)
    diesel = Train(gross_t=gross_t, net_t=gross_t / ratio, diesel=True)
    assert wh_per_gross_tkm(gross_t) == pytest.approx(float(row["wh_per_gtkm"]), abs=0.006)
    assert electric.energy == pytest.approx(float(row["kwh_per_tkm_container"]), rel=6e-4)
    assert diesel.energy == pytest.approx(float(row["diesel_mj_per_tkm_container"]), rel=6e-4)


def test_rows_of_an_electric_train() -> None:
    # 1190^-0.62 = 0.012393; * 1200 = 14.871 Wh/gross tkm; * 1190 / 700 = 25.281 Wh/tkm
    (row, cooled) = Train(gross_t=1190, net_t=700).rows(reefer_pct=12)
    assert (row["id"], row["unit"], row["fuel"]) == ("rail-electric-1190", "kWh/tkm", "electricity")
    assert float(row["energy"]) == pytest.approx(0.025281, rel=1e-4)
    assert row["reefer"] == cooled["id"] == cooled["reefer"] == "rail-electric-1190-reefer"
    assert float(cooled["energy"]) == pytest.approx(0.025281 * 1.12, rel=1e-4)
    assert "GLEC" in cooled["source"]


def test_a_diesel_train_burns_the_same_work_at_37_percent() -> None:
    # 0.0252808 kWh * 3.6 / 0.37 = 0.24598 MJ/tkm
    (row,) = Train(gross_t=1190, net_t=700, diesel=True).rows("shunter")
    assert (row["id"], row["unit"], row["fuel"]) == ("shunter", "MJ/tkm", "diesel")
    assert float(row["energy"]) == pytest.approx(0.24598, rel=1e-4)
    assert "assumption" in row["source"]


def test_another_reefer_surplus_is_an_assumption() -> None:
    assert "assumption" in Train(gross_t=900, net_t=500).rows(reefer_pct=20)[1]["source"]


@pytest.mark.parametrize("net_t", [0, -1, 1190, 2000, float("nan")])
def test_impossible_masses(net_t: float) -> None:
    with pytest.raises(ValueError, match="net mass"):
        Train(gross_t=1190, net_t=net_t)
