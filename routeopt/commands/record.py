"""The record of an export: which files routeopt wrote, so that no other is overwritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from routeopt.atomic import write_atomic
from routeopt.errors import InputError

_VERSION = 1


def write_files(
    folder: Path, files: Mapping[str, bytes], record: Path, *, force: bool
) -> dict[Path, int]:
    """Write files and, last, the record of them; their sizes, B.

    Parameters
    ----------
    files
        Contents by the name in the folder.
    record
        Where the SHA-256 of each file stands that was written in this way.
    force
        Overwrite files that were not, or have changed since.

    Raises
    ------
    InputError
        If a file can't be written, or is somebody else's; then none is written.
    """
    known = _read(record, force=force)
    for name, data in files.items():
        _see_ours(folder / name, data, known.get(name), force=force)
    written = {folder / name: len(data) for name, data in files.items()}
    known |= {name: _sha256(data) for name, data in files.items()}
    for name, data in files.items():
        write_atomic(folder / name, data)
    told = {"export": _VERSION, "sha256": dict(sorted(known.items()))}
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    write_atomic(record, text.encode())
    return {**written, record: len(text.encode())}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(record: Path, *, force: bool) -> dict[str, str]:
    """SHA-256 by file name; nothing where there is no record yet."""
    found: Any = {}
    try:
        if not (record.exists() or record.is_symlink()):
            return {}
        found = json.loads(record.read_text("utf-8"))
        return {str(name): str(value) for name, value in found["sha256"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        if force and not record.is_dir():
            return {}
        message = f"{record} is no record of an export; give another -o, or --force"
        raise InputError(message) from err


def _see_ours(file: Path, data: bytes, known: str | None, *, force: bool) -> None:
    """See that a file may be written.

    Raises
    ------
    InputError
        If another program wrote or changed what stands there.
    """
    if not (file.exists() or file.is_symlink()):
        return
    if file.is_dir():
        raise InputError(f"{file} is a folder; give another -o")
    if force:
        return
    try:
        there = file.read_bytes()
    except OSError as err:
        raise InputError(f"{file}: can't be read: {err.strerror or err}") from err
    if there == data or _sha256(there) == known:
        return
    what = "was not written by routeopt" if known is None else "was changed since it was written"
    raise InputError(f"{file} {what}; give another -o, or --force to overwrite it")
