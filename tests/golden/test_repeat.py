"""Same case, same options: the same plan, byte for byte but for the manifest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from routeopt.box import cases_dir


@pytest.mark.parametrize("name", ["sines-corridor", "sines-madrid-week", "starter"])
@pytest.mark.parametrize("options", [[], ["--objective", "time"], ["--serve", "most"]])
def test_plans_repeat(name: str, options: list[str], tmp_path: Path) -> None:
    def plan(hash_seed: str, seed: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "routeopt", "solve", str(cases_dir() / name), *options,
             "--seed", seed, "--format", "json"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        found = json.loads(done.stdout)
        del found["manifest"]
        return json.dumps(found)

    assert plan("1", "0") == plan("2", "0") == plan("3", "7")
