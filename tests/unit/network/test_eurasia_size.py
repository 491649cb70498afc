"""The network travels in the wheel: it must stay small."""

from __future__ import annotations

from routeopt.box import networks_dir

MOST_BYTES = 4_000_000


def test_the_network_is_small() -> None:
    files = [file for file in (networks_dir() / "eurasia").iterdir() if file.is_file()]
    assert {"road.npz", "rail.npz", "sea.npz", "network.yaml"} <= {file.name for file in files}
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
