"""Where plans are written, and that nothing else is overwritten."""

# ruff: noqa: PLC0415  what takes long to load is imported where it is needed
from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from routeopt.errors import InputError

PLAN = "plan.json"


def case_label(case_path: Path) -> str:
    """Name of a case among several: its folder's, or the file's if that is not `case.yaml`."""
    whole = case_path.resolve()
    if whole.is_dir() or whole.name == "case.yaml":
        return (whole if whole.is_dir() else whole.parent).name
    return whole.stem


def folders(case_paths: Sequence[Path], out: Path) -> list[Path]:
    """Folder of the plan of each case: `out` itself for one, a folder in it for each of several.

    Raises
    ------
    click.UsageError
        If two cases would share a folder.
    """
    if len(case_paths) == 1:
        return [out]
    labels = [case_label(path) for path in case_paths]
    for label in labels:
        if labels.count(label) > 1:
            raise click.UsageError(f"two cases are called {label}: solve them one by one")
    return [out / label for label in labels]


def make_folder(folder: Path) -> Path:
    """Make a folder if it is not there.

    Raises
    ------
    InputError
        If it can't be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise InputError(f"{folder}: can't be made: {err.strerror}") from err
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: can't be written to")
    return folder


def claim(folder: Path, *, force: bool) -> Path:
    """Make the folder and see that the plan file may be written there.

    Raises
    ------
    InputError
        If it can't, or a file with the plan's name is no plan of ours.
    """
    file = make_folder(folder) / PLAN
    if not (file.exists() or file.is_symlink()):
        return file
    if file.is_dir():
        raise InputError(f"{file} is a folder; give another -o")
    if not force and not _is_plan(file):
        raise InputError(f"{file} is no plan of routeopt; give another -o, or --force")
    return file


def claim_picture(file: Path) -> None:
    """See, before any work is done for it, that a picture may be written there.

    Raises
    ------
    InputError
        If its ending is unknown, its folder is missing or can't be written to, or it is a folder.
    """
    from routeopt.plots.canvas import check_format

    check_format(file)
    if not file.parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.parent}")
    if file.is_dir():
        raise InputError(f"{file} is a folder, want a file")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise InputError(f"{file.parent}: can't be written to")


def _is_plan(file: Path) -> bool:
    from routeopt.planfile import read_plan

    try:
        read_plan(file)
    except InputError:
        return False
    return True


def quoted(word: str | Path) -> str:
    """Word as a shell of this platform takes it."""
    text = str(word)
    if sys.platform == "win32":
        return f'"{text}"' if " " in text or not text else text
    return shlex.quote(text)
