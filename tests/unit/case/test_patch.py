"""Scenarios and overrides."""

from __future__ import annotations

from pathlib import Path

import pytest

from routeopt.case import Case, load_case
from routeopt.case.layering import shipped_rows
from routeopt.errors import CaseError
from tests.broken.good import CASE, SERVICES, Edit, write

DEARER = "{table: services, where: {mode: rail}, scale: {cost_per_teu: 1.2}}"


def with_override(folder: Path, entry: str, *edits: Edit) -> Case:
    text = f"days: 14\noverride:\n  - {entry}\n"
    return load_case(write(folder, [(CASE, "days: 14\n", text), *edits]))


def scenario(folder: Path, keys: str, *edits: Edit) -> Case:
    change = (CASE, "carbon_price_eur_per_t: 100", keys)
    return load_case(write(folder, [change, *edits]), scenario="Carbon at 100")


def test_scenario(tmp_path: Path) -> None:
    case = load_case(write(tmp_path), scenario="Carbon at 100")
    assert case.name == "Sines to Madrid: Carbon at 100"
    assert case.carbon_price_eur_per_t == 100
    assert case.scenarios == ("Carbon at 100", "Dearer")
    assert load_case(tmp_path).carbon_price_eur_per_t == 0


def test_mappings_merge_and_lists_are_replaced(tmp_path: Path) -> None:
    case = scenario(
        tmp_path,
        "limits: {co2e_kg: 5, min_share: {sea: 0.1}}, avoid: {modes: [sea]}, objective: [time]",
    )
    assert (case.limits.cost_eur, case.limits.co2e_kg) == (90000, 5)
    assert case.limits.min_share == {"rail": 0.4, "sea": 0.1}
    assert (case.avoid.modes, case.avoid.services) == (("sea",), ("old",))
    assert case.objective == ("time",)


def test_an_empty_value_takes_a_key_away(tmp_path: Path) -> None:
    case = scenario(tmp_path, "limits: {cost_eur: }, avoid: ")
    assert case.limits.cost_eur is None
    assert case.limits.min_share == {"rail": 0.4}
    assert case.avoid.services == ()


def test_a_scenario_with_a_table_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "fast.csv").write_text(
        "id,mode,from,to,departures,distance_km,hours,toc\n"
        "truck,road,PTSIE-XXI,ESMAD,any,700,9,road\n",
        "utf-8",
    )
    keys = "tables: {services: fast.csv}, avoid: {services: []}"
    case = scenario(tmp_path, keys, (CASE, "where: {mode: rail}", "where: {mode: road}"))
    assert list(case.network.services) == ["truck"]
    assert "fast.csv" in case.inputs


def test_scale(tmp_path: Path) -> None:
    services = load_case(write(tmp_path), scenario="Dearer").network.services
    # 400 USD * 1.2 * 0.92 EUR/USD = 441.6 EUR; old: 300 EUR * 1.2 = 360 EUR
    assert services["train"].cost_per_teu_eur == pytest.approx(441.6)
    assert services["old"].cost_per_teu_eur == pytest.approx(360)
    assert services["truck"].cost_per_teu_eur == 700


def test_a_scenario_override_replaces_the_list_of_the_case(tmp_path: Path) -> None:
    text = "days: 14\noverride:\n  - {table: services, set: {hours: 30}}\n"
    write(tmp_path, [(CASE, "days: 14\n", text)])
    assert load_case(tmp_path).network.services["train"].hours == 30
    assert load_case(tmp_path, scenario="Carbon at 100").network.services["train"].hours == 30
    assert load_case(tmp_path, scenario="Dearer").network.services["train"].hours == 14


@pytest.mark.parametrize(
    ("where", "hit"),
    [
        ("{id: [train, truck]}", {"train", "truck"}),
        ("{distance_km: 800.0}", {"train", "old"}),
        ("{distance_km: [7e2, 1]}", {"truck"}),
        ("{mode: rail, toc: rail-d}", {"old"}),
        ("{currency: ''}", {"truck", "old"}),
        ("{country_km: }", {"truck", "old"}),
        ("{}", {"train", "truck", "old"}),
    ],
)
def test_where(where: str, hit: set[str], tmp_path: Path) -> None:
    entry = f"{{table: services, where: {where}, set: {{operator: hit}}}}"
    services = with_override(tmp_path, entry).network.services.values()
    assert {s.id for s in services if s.operator == "hit"} - {"train/back"} == hit


def test_set_and_scale_together_and_in_order(tmp_path: Path) -> None:
    entries = (
        "{table: services, where: {id: truck}, set: {hours: 20}, scale: {hours: 0.5}}\n"
        "  - {table: services, where: {hours: 10.0}, scale: {cost_per_teu: 2}}"
    )
    truck = with_override(tmp_path, entries).network.services["truck"]
    assert (truck.hours, truck.cost_per_teu_eur) == (10, 1400)


def test_scale_leaves_empty_cells_and_rounds_whole_numbers_down(tmp_path: Path) -> None:
    # 5 * 0.5 = 2.5 units, of which 2 are whole
    entry = "{table: services, scale: {max_units: 0.5, cost_per_t: 3}}"
    columns = [
        (SERVICES, "cost_per_teu,currency", "max_units,currency"),
        (SERVICES, "ES 62,400", "ES 62,5"),
        (SERVICES, ",,,700,", ",,,,"),
        (SERVICES, "800,20,,,300", "800,20,,,1"),
        (CASE, DEARER, "{table: services, set: {hours: 9}}"),
    ]
    services = with_override(tmp_path, entry, *columns).network.services
    assert [services[id_].max_units for id_ in ("train", "truck", "old")] == [2, None, 0]
    assert services["train"].cost_per_t_eur == 0


def test_shipped_rows_are_changed_in_a_copy(tmp_path: Path) -> None:
    entry = "{table: hoc, where: {id: container-terminal}, set: {wtt: 1, ttw: 2}}"
    hoc = with_override(tmp_path, entry).network.hocs["container-terminal"]
    assert (hoc.wtt_kg, hoc.ttw_kg) == (1, 2)
    (row,) = (row for row in shipped_rows("hoc") if row.id == "container-terminal")
    assert row.values is not None
    assert row.values["wtt"] == load_case(write(tmp_path)).network.hocs[row.id].wtt_kg


def test_set_a_list_and_an_empty_cell(tmp_path: Path) -> None:
    entry = "{table: shipments, where: {id: A}, set: {avoid_modes: [sea, barge], count: ''}}"
    shipment = with_override(tmp_path, entry).shipments[0]
    assert (shipment.avoid_modes, shipment.count) == (("sea", "barge"), None)


def test_fuel_may_change_with_its_intensity_or_out_of_use(tmp_path: Path) -> None:
    both = "{table: toc, where: {id: road}, set: {fuel: hvo, wtt: 20, ttw: 0}}"
    assert with_override(tmp_path, both).network.tocs["road"].fuel == "hvo"
    alone = "{table: toc, where: {id: road}, set: {fuel: hvo}}"
    unused = (CASE, "modes: [barge]", "modes: [road]")
    assert with_override(tmp_path, alone, unused).network.tocs["road"].fuel == "hvo"
    same = "{table: toc, where: {id: road}, set: {fuel: diesel}}"
    with_override(tmp_path, same)
    with pytest.raises(CaseError, match="E416"):
        with_override(tmp_path, alone)
