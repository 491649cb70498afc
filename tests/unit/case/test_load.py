"""The two doors, and the case that comes out of them."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from routeopt.case import Case, check_case, load_case
from routeopt.case.layering import shipped_rows
from routeopt.errors import CaseError
from routeopt.freight import Size, minute_of
from tests.broken.good import CASE, GOOD, SERVICES, SHIPMENTS, TERMINALS, TOC, Edit, write

MINIMAL = """\
case: 1
name: Least
network: none
start: 2026-03-02
days: 14
shipments: shipments.csv
tables: {terminals: terminals.csv, services: services.csv, toc: toc.csv}
"""


def load(folder: Path, *edits: Edit, scenario: str | None = None) -> Case:
    return load_case(write(folder, edits), scenario=scenario)


def errors(folder: Path, *edits: Edit) -> list[str]:
    return [str(fault) for fault in check_case(write(folder, edits))[1]]


def test_case(tmp_path: Path) -> None:
    case = load(tmp_path)
    assert case == load_case(tmp_path / CASE)
    assert case == load_case(str(tmp_path))
    assert case == check_case(tmp_path)[0]
    assert (case.name, case.path, case.days) == ("Sines to Madrid", tmp_path / CASE, 14)
    assert case.start == minute_of("2026-03-02T00:00+00:00")
    assert (case.limits.cost_eur, case.limits.co2e_kg) == (90000, None)
    assert case.limits.min_share == {"rail": 0.4}
    assert (case.avoid.modes, case.avoid.services) == (("barge",), ("old",))
    assert case.scenarios == ("Carbon at 100", "Dearer")
    assert case.warnings == ()


def test_defaults_of_the_contract(tmp_path: Path) -> None:
    case = load(tmp_path, (CASE, "", MINIMAL), (SERVICES, "400,USD", "400,"))
    assert case.objective == ("co2e", "cost")
    assert (case.co2e_scope, case.serve, case.max_legs) == ("wtw", "all", 8)
    assert case.carbon_price_eur_per_t == 0
    assert (case.limits.cost_eur, case.limits.co2e_kg, dict(case.limits.min_share)) == (
        *(None, None, {}),
    )
    assert case.avoid == type(case.avoid)()
    assert (case.via_passages, case.scenarios) == ((), ())
    terminal = case.network.terminals["PTSIE-XXI"]
    assert (terminal.handling_h, terminal.free_days, terminal.max_teu_per_day) == (0, 0, None)
    toc = case.network.tocs["road"]
    assert (toc.distance_basis, toc.daf) == ("sfd", 1.0)


def test_inputs_are_hashed(tmp_path: Path) -> None:
    case = load(tmp_path, (CASE, "toc: toc.csv", "toc: ./sub/../toc.csv".replace("sub/../", "")))
    assert set(case.inputs) == set(GOOD)
    for name, digest in case.inputs.items():
        assert digest == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert case.sha256 == case.inputs[CASE]


def test_tables_in_folders(tmp_path: Path) -> None:
    write(tmp_path, [(CASE, "toc: toc.csv", "toc: factors/own.csv")])
    (tmp_path / "factors").mkdir()
    (tmp_path / TOC).rename(tmp_path / "factors" / "own.csv")
    assert "factors/own.csv" in load_case(tmp_path).inputs


def test_shipment(tmp_path: Path) -> None:
    boxes, reefer = load(tmp_path).shipments
    assert boxes.members == tuple(f"A/{n}" for n in range(1, 11))
    assert (reefer.count, reefer.members) == (None, ("B",))
    # 2 TEU * 33 m3 = 66 m3; Lisbon is UTC and Madrid UTC+1 in March
    assert boxes.size == Size(teu=2, tonnes=20, m3=66)
    assert boxes.ready == minute_of("2026-03-02T08:00+00:00")
    assert boxes.due == minute_of("2026-03-06T17:00+00:00")
    assert (boxes.cargo, reefer.cargo) == ("dry", "reefer")


def test_times_with_an_offset_are_absolute(tmp_path: Path) -> None:
    case = load(
        tmp_path,
        (
            SHIPMENTS,
            "2,20,2026-03-02T08:00,2026-03-06T18:00",
            "2,20,2026-03-02T08:00Z,2026-03-06T18:00-01:00",
        ),
    )
    assert case.shipments[0].ready == minute_of("2026-03-02T08:00+00:00")
    assert case.shipments[0].due == minute_of("2026-03-06T19:00+00:00")


def test_time_that_summer_time_skips_moves_by_the_gap(tmp_path: Path) -> None:
    case = load(
        tmp_path,
        (SHIPMENTS, "12,2026-03-02T08:00,2026-03-06T18:00", "12,2026-03-02T08:00,2026-03-29T02:30"),
    )
    # in Madrid clocks jump from 02:00 to 03:00, which is 01:00 UTC: 02:30 is 03:30, 01:30 UTC
    assert case.shipments[1].due == minute_of("2026-03-29T01:30+00:00")


def test_service_and_its_way_back(tmp_path: Path) -> None:
    services = load(tmp_path).network.services
    train, back = services["train"], services["train/back"]
    # 400 USD * 0.92 EUR/USD = 368 EUR
    assert train.cost_per_teu_eur == pytest.approx(368)
    assert services["truck"].cost_per_teu_eur == 700
    assert train.country_km == {"PT": 300, "ES": 500}
    assert (train.unwired_km, train.toc_unwired) == ({"ES": 62}, "rail-d")
    assert (back.origin, back.destination) == (train.destination, train.origin)
    assert (back.timetable, back.unwired_km) == (train.timetable, train.unwired_km)
    assert set(services) == {"train", "train/back", "truck", "old"}


def test_country_km_left_out(tmp_path: Path) -> None:
    services = load(tmp_path).network.services
    assert services["truck"].country_km is None  # PT to ES: not known
    write(tmp_path, [(TERMINALS, "XXI,PT,37", "XXI,ES,37")])
    assert load_case(tmp_path).network.services["truck"].country_km == {"ES": 700}


def test_unwired_km_never_exceed_the_distance_by_rounding(tmp_path: Path) -> None:
    # 0.1 + 0.2 > 0.3 in binary
    service = load(
        tmp_path,
        (SERVICES, "800,14,PT 300; ES 500,ES 62", "0.3,14,PT 0.1; ES 0.2,PT 0.1; ES 0.2"),
    ).network.services["train"]
    assert 0 <= service.distance_km - sum(service.unwired_km.values()) < 1e-12


def test_hubs(tmp_path: Path) -> None:
    def hoc(kind: str, gauges: str = "", hoc: str = "") -> str | None:
        write(
            tmp_path,
            [
                (TERMINALS, "kind,open", "kind,open,gauges_mm,hoc"),
                (TERMINALS, "seaport,", f"{kind},,{gauges},{hoc}"),
                (TERMINALS, "22:00", "22:00,,"),
            ],
        )
        return load_case(tmp_path).network.terminals["PTSIE-XXI"].hoc

    assert hoc("seaport") == "container-terminal"
    assert hoc("inland port") == "container-terminal"
    assert hoc("rail terminal") == "rail-terminal"
    assert hoc("border crossing", "1668") == "rail-terminal"
    assert hoc("border crossing", "1668;1435") == "gauge-change"
    assert hoc("distribution centre") == "cross-dock"
    assert hoc("seaport", hoc="cross-dock") == "cross-dock"
    assert hoc("") is None


def test_factors(tmp_path: Path) -> None:
    default = {"rail-e", "rail-d", "road"} | {row.id for row in shipped_rows("toc")}
    network = load(tmp_path).network
    assert set(network.tocs) == default
    assert set(network.hocs) == {row.id for row in shipped_rows("hoc")}
    assert set(network.factors.fuels) == {row.id for row in shipped_rows("fuels")}
    assert network.tocs["road-artic-eu"].energy_mj == 0.91002  # MJ/tkm
    for name in ("published", "open"):
        laid = load(tmp_path, (CASE, "days: 14", f"days: 14\nfactors: {name}")).network
        assert set(laid.tocs) == default | {row.id for row in shipped_rows(f"toc_{name}")}
        assert not laid.tocs["road-artic-eu"].by_energy  # the printed g lie over the energy
        assert laid.tocs["road-artic-bev"] == network.tocs["road-artic-bev"]


def test_a_row_of_the_case_replaces_a_shipped_one_whole(tmp_path: Path) -> None:
    row = "road-artic-eu,,g/tkm,1,2,,,,mine\n"
    case = load(
        tmp_path,
        (CASE, "days: 14", "days: 14\nfactors: published"),
        (TOC, "", GOOD[TOC] + row),
    )
    toc = case.network.tocs["road-artic-eu"]
    assert (toc.wtt_g, toc.ttw_g, toc.fuel, toc.gwp, toc.source) == (1, 2, "", "", "mine")


def test_shipments_in_the_case_file(tmp_path: Path) -> None:
    inline = """shipments:
  - {id: A, origin: PTSIE-XXI, destination: ESMAD, m3: 66, ready: 2026-03-02T08:00,
     due: 2026-03-06T18:00, avoid_modes: [sea, barge], commodity: NO}
"""
    (shipment,) = load(tmp_path, (CASE, "shipments: shipments.csv\n", inline)).shipments
    # 66 m3 / 33 m3/TEU = 2 TEU; 2 TEU * 10 t/TEU = 20 t
    assert shipment.size == Size(teu=2, tonnes=20, m3=66)
    assert shipment.avoid_modes == ("sea", "barge")
    assert shipment.commodity == "NO"


def test_reefer_cargo_minds_only_what_it_could_use(tmp_path: Path) -> None:
    no_row = (TOC, "diesel,road,", "diesel,,")
    assert [line.split()[1] for line in errors(tmp_path, no_row)] == ["E410"]
    assert errors(tmp_path, no_row, (CASE, "[barge]", "[barge, road]")) == []
    assert errors(tmp_path, no_row, (CASE, "[old]", "[old, truck]")) == []
    assert errors(tmp_path, no_row, (CASE, "services: [old]", "countries: [PT]")) == []
    assert errors(tmp_path, no_row, (SHIPMENTS, "reefer", "dry")) == []
    avoids = [
        (SHIPMENTS, "value_eur,count", "value_eur,avoid_modes"),
        (SHIPMENTS, "50000,10", "50000,"),
        (SHIPMENTS, "reefer,50000,", "reefer,50000,road"),
    ]
    assert errors(tmp_path, no_row, *avoids) == []


def test_unused_unwired_toc_needs_no_reefer_row(tmp_path: Path) -> None:
    # `old` is avoided, so rail-d counts on the unwired km of `train` alone
    no_row = (TOC, "diesel,rail-d,", "diesel,,")
    assert [line.split()[1] for line in errors(tmp_path, no_row)] == ["E410"]
    assert errors(tmp_path, no_row, (SERVICES, "ES 62", "")) == []


def test_currency_of_a_rate_that_is_wrong_is_told_once(tmp_path: Path) -> None:
    assert len(errors(tmp_path, (CASE, "USD: 0.92", "USD: x"))) == 1


def test_with_an_unknown_network_references_are_not_checked(tmp_path: Path) -> None:
    told = errors(
        tmp_path,
        (CASE, "network: none", "network: eurasie"),
        (SERVICES, "any,700,10", "any,,"),
        (SHIPMENTS, "A,PTSIE-XXI", "A,PTLEI"),
    )
    assert [line.split()[1] for line in told] == ["E126"]


def test_large_case_is_read_in_no_time(tmp_path: Path) -> None:
    rows = "".join(
        f"S{n},rail,PTSIE-XXI,ESMAD,daily {n % 24:02}:{n % 60:02},{800 + n % 97},{9 + n % 7},"
        f",,{400 + n % 89},USD,rail-e,,\n"
        for n in range(10_000)
    )
    cargo = "".join(
        f"X{n},PTSIE-XXI,ESMAD,{1 + n % 9},{10 + n % 31},2026-03-02T{n % 24:02}:00,"
        f"2026-03-06T18:{n % 60:02},dry,{n},\n"
        for n in range(10_000)
    )
    write(
        tmp_path, [(SERVICES, "", GOOD[SERVICES] + rows), (SHIPMENTS, "", GOOD[SHIPMENTS] + cargo)]
    )
    begin = time.perf_counter()
    case = load_case(tmp_path)
    assert time.perf_counter() - begin < 6  # two scenarios are checked too; a loaded machine
    assert len(case.shipments) == 10_002


@pytest.mark.parametrize(
    "name", sorted(p.name for p in (Path(__file__).parents[3] / "cases").iterdir() if p.is_dir())
)
def test_shipped_cases_are_sound(name: str) -> None:
    case, faults = check_case(Path(__file__).parents[3] / "cases" / name)
    assert case is not None, faults


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_no_permission(tmp_path: Path) -> None:
    (write(tmp_path) / TOC).chmod(0)
    assert errors_of(tmp_path) == ["toc.csv: E103 can't be read: Permission denied"]


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(CaseError) as caught:
        load_case(folder)
    return str(caught.value).splitlines()
