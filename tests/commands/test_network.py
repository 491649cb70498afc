"""`routeopt network list|show|distance|check` on a toy network, worked by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from routeopt.commands import main
from tests.toynetwork import ROAD, SETTINGS, write

TERMINALS = """\
id,name,country,lat,lon,modes,gauges_mm,kind,source
AAA,First port,ES,0,0,road;rail,1668,seaport,own
BBB,Second port,PT,0,2,road;rail,1668;1435,rail terminal,own
"""
TRUCKING = """\
country,eur_per_km,eur_per_trip,speed_kmh,unit_teu,unit_t,toc,rules,source
ES,1.5,60,40,2,25,road,eu,assumption
PT,1.5,60,40,2,25,road,none,assumption
"""
SERVICES = """\
id,mode,from,to,departures,toc
one,rail,AAA,BBB,daily 06:00,train
"""
DISTANCES = (
    "mode,from,to,from_lat,from_lon,to_lat,to_lon,real_km,real_nm,tolerance_pct,known_gap\n"
    "road,A,B,0,0,0,1,{km},,5,no\n"
)
KEYS = ["distance_km", "hours", "gcd_km", "snap_km", "country_km", "unwired_km", "passages"]


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    folder = write(tmp_path / "toy")
    (folder / "terminals.csv").write_text(TERMINALS)
    (folder / "trucking.csv").write_text(TRUCKING)
    (folder / "services.csv").write_text(SERVICES)
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["network", *words])


def measured(*words: str) -> dict[str, Any]:
    done = run("distance", "toy", *words, "--format", "json")
    assert done.exit_code == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    assert list(facts) == KEYS
    return facts


@pytest.mark.usefixtures("toy")
def test_distance_by_road_has_the_drivers_rests() -> None:
    facts = measured("road", "AAA", "BBB")
    # 232 km at 40 km/h: 5.8 h at the wheel, 0.75 h of break after 4.5 h
    assert facts["distance_km"] == 232
    assert facts["hours"] == pytest.approx(5.8 + 0.75)
    assert facts["gcd_km"] == pytest.approx(222.390, abs=1e-3)  # 2 degrees
    assert facts["snap_km"] == [0, 0]
    assert facts["country_km"] == {"ES": 112, "PT": 120}
    assert (facts["unwired_km"], facts["passages"]) == ({}, [])
    # the other way it starts in PT, where no rules hold
    assert measured("road", "BBB", "AAA")["hours"] == pytest.approx(5.8)


@pytest.mark.usefixtures("toy")
def test_distance_by_rail_keeps_to_gauge_and_day() -> None:
    facts = measured("rail", "AAA", "BBB", "--on", "2026-03-02")
    assert (facts["distance_km"], facts["hours"]) == (232, 232 / 50)
    assert facts["unwired_km"] == {"PT": 120}
    assert measured("rail", "AAA", "BBB", "--on", "2027-03-02")["distance_km"] == 230
    assert measured("rail", "0,0", "0,2", "--on", "2026-03-02")["distance_km"] == 225


@pytest.mark.usefixtures("toy")
def test_distance_by_sea_with_passages_south_of_the_equator() -> None:
    facts = measured("sea", "-1,0", "-1,10")
    assert (facts["distance_km"], facts["passages"]) == (1120, ["canal"])
    assert facts["country_km"] == {"": 1120}
    assert measured("sea", "-1,0", "-1,10", "--avoid", "canal")["passages"] == ["cape"]
    assert measured("sea", "--via", "arctic", "-1,0", "-1,10")["passages"] == ["arctic"]


@pytest.mark.usefixtures("toy")
def test_distance_for_reading() -> None:
    done = run("distance", "toy", "road", "0.1,0.5", "BBB")
    assert done.exit_code == 0
    # ES: 56 km + 1.3 * 11.1195 = 70.5 km; 190.5 km at 40 km/h: 4.761 h + 0.75 h = 5 h 31 min
    assert done.stdout == (
        "0.1,0.5 to Second port (BBB) by road\n"
        "distance      190.5 km\n"
        "hours         5.5 h (5 h 31 min)\n"
        "great circle  167.2 km\n"
        "ties          11.1 km and 0.0 km in a straight line, counted 1.3 times\n"
        "by country    PT 120.0 km, ES 70.5 km\n"
    )


@pytest.mark.usefixtures("toy")
def test_rail_and_sea_for_reading() -> None:
    done = run("distance", "toy", "rail", "AAA", "BBB", "--on", "2026-03-02")
    assert "\nwithout wire  PT 120.0 km\n" in done.stdout
    done = run("distance", "toy", "sea", "-1,0", "-1,10", "--via", "cape")
    assert "\npassages      canal\n" in done.stdout
    assert "by country" not in done.stdout
    assert done.stderr == "not used: cape: the shortest way that may does not go there\n"


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("road AAB BBB", "unknown terminal 'AAB': did you mean 'AAA' (First port)?"),
        ("road Second AAA", "unknown terminal 'Second': did you mean 'BBB' (Second port)?"),
        ("road zzzzzz AAA", "unknown terminal 'zzzzzz'; or give latitude,longitude"),
        ("road 0,0,0 AAA", "no place: '0,0,0': want latitude, longitude such as 37.94,-8.85"),
        ("road 95,0 AAA", "no place on Earth"),
        ("sea -1,0 -1,10 --avoid kanal", "unknown passage 'kanal': did you mean 'canal'?"),
        ("sea -1,0 -1,10 --via nowhere", "unknown passage 'nowhere': known: arctic, canal, cape"),
        ("sea 5,1 -1,10", "it lies inland: give a seaport"),
        ("road 1.9,0 AAA", "are lat and lon swapped?"),
        ("barge AAA BBB", "network 'toy' has no layer 'barge'"),
        ("road AAA 5,5", "no way by road from First port (AAA) to 5,5 on 2026-03-02"),
        ("sea -1,0 -1,10 --avoid canal --avoid cape", "on 2026-03-02: closed: arctic"),
    ],
)
def test_questions_without_an_answer_are_bad_input(words: str, said: str) -> None:
    done = run("distance", "toy", *words.split(), "--on", "2026-03-02")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert said in done.stderr


def test_trains_that_no_gauge_joins(toy: Path) -> None:
    (toy / "terminals.csv").write_text(TERMINALS.replace("1668;1435", "1435"))
    done = run("distance", "toy", "rail", "AAA", "BBB")
    assert done.exit_code == 3
    assert "no track of one gauge joins them" in done.stderr


def test_hours_that_are_not_known(toy: Path) -> None:
    (toy / "trucking.csv").unlink()
    done = run("distance", "toy", "road", "AAA", "BBB", "--format", "json")
    assert json.loads(done.stdout)["hours"] is None
    assert done.stderr == "no hours: trucking.csv of the network has no row for ES\n"
    assert "hours         not known" in run("distance", "toy", "road", "AAA", "BBB").stdout
    write(toy, settings=SETTINGS.replace("sea: 25, ", ""))
    done = run("distance", "toy", "sea", "-1,0", "-1,10")
    assert done.stderr == "no hours: the network has no speed by sea\n"


def test_rules_that_the_network_lacks(toy: Path) -> None:
    (toy / "trucking.csv").write_text(TRUCKING.replace(",eu,", ",cn,"))
    done = run("distance", "toy", "road", "AAA", "BBB")
    assert done.exit_code == 3
    assert "rules 'cn': not in driving_rules of network.yaml" in done.stderr


def test_faults_of_tables_are_told_with_their_place(toy: Path) -> None:
    (toy / "terminals.csv").write_text(TERMINALS.replace("ES,0,0", "ES,north,0"))
    done = run("distance", "toy", "road", "AAA", "BBB")
    assert done.exit_code == 3
    assert "terminals.csv:2:lat: E" in done.stderr
    (toy / "terminals.csv").write_text(TERMINALS.replace(",1668,", ",broad,"))
    done = run("distance", "toy", "road", "AAA", "BBB")
    assert done.exit_code == 3
    assert "terminals.csv:2: gauges_mm: want numbers such as 1668;1435" in done.stderr


@pytest.mark.parametrize("words", ["air AAA BBB", "road AAA", "road AAA BBB --on soon"])
def test_wrong_usage(words: str) -> None:
    assert run("distance", "toy", *words.split()).exit_code == 2


@pytest.mark.parametrize(
    "words", ["show eurasai", "check eurasai", "distance eurasai road 0,0 0,1"]
)
def test_unknown_networks(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "eurasia")
    monkeypatch.setattr("routeopt.network.physical.networks_dir", lambda: tmp_path)
    done = run(*words.split())
    assert done.exit_code == 3
    assert "no network 'eurasai': did you mean 'eurasia'?" in done.stderr


@pytest.mark.usefixtures("toy")
def test_show_as_data() -> None:
    facts = json.loads(run("show", "toy", "--format", "json").stdout)
    assert facts["name"] == "toy"
    assert [layer["mode"] for layer in facts["layers"]] == ["road", "rail", "sea"]
    assert facts["layers"][0]["country_km"] == {"ES": 112, "PT": 235}
    assert facts["layers"][1]["gauge_km"] == {"1435": 225, "1668": 574}
    assert facts["closed_passages"] == ["arctic"]
    assert (facts["terminals"], facts["services_by_mode"]) == (2, {"rail": 1})
    assert facts["licence"] == ["ODbL 1.0"]
    assert facts["attribution"] == ["Made up by hand"]


@pytest.mark.usefixtures("toy")
def test_show_for_reading() -> None:
    shown = run("show", "toy").stdout
    for line in (
        "toy: A toy",
        "rail gauges: 1435 mm 225 km, 1668 mm 574 km; 232 km without catenary",
        "road countries: ES, PT",
        "sea passages: arctic, canal, cape; closed unless in `via`: arctic",
        "2 terminals: rail terminal 1, seaport 1",
        "1 service: rail 1",
        "Made up by hand",
    ):
        assert f"{line}\n" in f"{shown}\n"
    # layer, nodes, edges, km, bytes, countries
    assert next(line for line in shown.splitlines() if line.startswith("road ")).split()[:4] == [
        "road",
        "5",
        "3",
        "347",
    ]


@pytest.mark.usefixtures("toy")
def test_show_and_distance_draw() -> None:
    done = run("show", "toy", "--plot", "toy.svg")
    assert (done.exit_code, done.stderr) == (0, "picture: toy.svg\n")
    assert done.stdout == run("show", "toy").stdout
    assert ">Second port</text>" in Path("toy.svg").read_text()
    assert run("show", "toy", "--plot", "a.png", "--bbox", "-1,-1,1,1").exit_code == 0
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")
    done = run("distance", "toy", "road", "AAA", "BBB", "--plot", "way.svg")
    assert (done.exit_code, done.stderr) == (0, "picture: way.svg\n")
    assert done.stdout == run("distance", "toy", "road", "AAA", "BBB").stdout
    drawn = Path("way.svg").read_text()
    assert ">First port to Second port by road: 232.0 km</text>" in drawn
    assert ">by country: PT 120.0 km, ES 112.0 km</text>" in drawn


@pytest.mark.usefixtures("toy")
def test_a_box_over_the_date_line() -> None:
    assert run("show", "toy", "--plot", "a.svg", "--bbox", "170,-20,-170,10").exit_code == 0
    assert ">toy, 170° E to 170° W, 20° S to 10° N</text>" in Path("a.svg").read_text()


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("show toy --bbox 0,0,1,1", 2, "give --plot FILE too"),
        ("show toy --plot a.svg --bbox 0,0,1", 2, "want west,south,east,north in degrees"),
        ("show toy --plot a.svg --bbox 0,5,1,4", 2, "'0,5,1,4': want west,south,east,north"),
        ("show toy --plot a.gif", 3, "a.gif: want a picture that ends in .svg, .png or .pdf"),
        ("show toy --plot no/a.svg", 3, "no/a.svg"),
        ("distance toy road AAA BBB --plot a", 3, "a: want a picture that ends in"),
    ],
)
def test_pictures_that_can_not_be_drawn(words: str, code: int, said: str) -> None:
    done = run(*words.split())
    assert done.exit_code == code
    assert said in done.stderr
    assert done.stdout == ""
    assert not list(Path().glob("a*"))


def test_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "toy")
    (folder / "terminals.csv").write_text(TERMINALS)
    (tmp_path / "README.md").write_text("no network")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("routeopt.network.physical.networks_dir", lambda: tmp_path)
    assert json.loads(run("list", "--format", "json").stdout) == [
        {
            "name": "toy",
            "title": "A toy",
            "layers": "road;rail;sea",
            "terminals": 2,
            "folder": "toy",
        }
    ]
    rows = list(csv.reader(run("list", "--format", "csv").stdout.splitlines()))
    assert rows[1] == ["toy", "A toy", "road;rail;sea", "2", "toy"]
    assert run("list").stdout == (
        "network  layers           folder  terminals\n"
        "toy      road, rail, sea  toy             2\n"
        "\n"
        "toy: A toy\n"
    )


def test_list_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routeopt.network.physical.networks_dir", lambda: tmp_path)
    done = run("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no networks come with this routeopt" in done.stderr


def test_check_of_a_sound_network(tmp_path: Path) -> None:
    folder = write(tmp_path, ROAD, settings=SETTINGS.replace("[arctic]", "[]"))
    (folder / "distances.csv").write_text(DISTANCES.format(km=112))
    done = run("check", str(folder))
    assert done.exit_code == 0
    assert done.stdout.startswith("toy: no errors, no warnings\n\nWhat was checked\n- lost")
    assert "median error 0.0 %, 100 % within\n  tolerance" in done.stdout


def test_check_of_a_wrong_one_is_3(toy: Path) -> None:
    (toy / "distances.csv").write_text(DISTANCES.format(km=50))
    (toy / "terminals.csv").write_text(TERMINALS.replace("PT,0,2", "PT,9,9"))
    done = run("check", "toy", "--format", "json")
    assert done.exit_code == 3
    errors = [row for row in json.loads(done.stdout) if row["severity"] == "error"]
    # BBB is lost and needed by a service; the toy's arctic is too short; 112 km for 50;
    # warnings: the arctic crosses the equator's road and rails, and the distance by itself
    assert [row["check"] for row in errors] == ["lost terminals", "short edges", "distances"]
    assert run("check", "toy").stdout.startswith("toy: 3 errors, 2 warnings\n\nErrors\n- lost")
    assert run("check", "toy", "--format", "csv").stdout.startswith("severity,check,mode,message\n")


def test_a_terminal_with_given_km_need_not_be_tied(toy: Path) -> None:
    (toy / "terminals.csv").write_text(TERMINALS.replace("PT,0,2", "PT,9,9"))
    (toy / "services.csv").write_text(
        "id,mode,from,to,departures,toc,distance_km\none,rail,AAA,BBB,daily 06:00,train,900\n"
    )
    rows = json.loads(run("check", "toy", "--format", "json").stdout)
    lost = [row["severity"] for row in rows if "no layer reaches" in row["message"]]
    assert lost == ["warning"]


@pytest.mark.parametrize("command", ["list", "show", "distance", "check"])
def test_help_ends_with_an_example(command: str) -> None:
    shown = run(command, "--help").output
    assert f"Example:\n    routeopt network {command}" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
