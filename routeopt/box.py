"""Where the shipped cases and networks lie: beside the package in a checkout, in it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def cases_dir() -> Path:
    """Folder of the shipped cases, one folder each."""
    return _shipped("cases")


def networks_dir() -> Path:
    """Folder of the shipped networks, one folder each."""
    return _shipped("networks")


def _shipped(name: str) -> Path:
    packed = _PACKAGE / "data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
