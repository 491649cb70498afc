"""A wheel in an environment of its own, used from an empty folder, brings cases and networks."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Interpreter of a new environment that holds the wheel; its dependencies are borrowed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *build], check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    scripts = "Scripts" if os.name == "nt" else "bin"
    own = folder / "env" / scripts / "python"
    asked = [str(own), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (wheel,) = folder.glob("*.whl")
    target = ["install", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run([*pip, *target], check=True, capture_output=True)
    borrowed = sysconfig.get_path("purelib")  # a .pth there is not read: no editable install
    (site / "borrowed.pth").write_text(f"{borrowed}\n")
    return own


def run(python: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-m", "routeopt", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_is_what_runs(python: Path, tmp_path: Path) -> None:
    asked = [str(python), "-c", "import routeopt; print(routeopt.__file__)"]
    found = subprocess.run(asked, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert str(python.parents[1]) in found


def test_templates_are_found_and_solve(python: Path, tmp_path: Path) -> None:
    listed = run(python, tmp_path, "init", "--list")
    assert listed.returncode == 0
    names = {line.split()[0] for line in listed.stdout.splitlines()}
    assert names == {path.parent.name for path in (ROOT / "cases").glob("*/case.yaml")}
    for name in sorted(names):
        assert run(python, tmp_path, "init", name, f"my {name}").returncode == 0
        solved = run(python, tmp_path, "solve", f"my {name}", "-o", f"out {name}")
        assert solved.returncode == 0, solved.stderr
        assert "Proven" in solved.stdout
        assert run(python, tmp_path, "verify", f"out {name}/plan.json").returncode == 0
