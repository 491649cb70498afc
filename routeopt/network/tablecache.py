"""Tables of many ways kept in files; one that is damaged is never believed.

They lie in `__pycache__` of the network's folder, which version control and wheels leave out, or
where that can't be written in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]

_KEPT = 40
"""Files kept in a folder; the oldest go first."""
_SEAL = hashlib.sha256().digest_size


def load(folder: Path, key: str) -> dict[str, npt.NDArray[Any]] | None:
    """Arrays kept under a key; None if there are none, or they are not what was written."""
    for place in _places(folder):
        try:
            raw = (place / _name(key)).read_bytes()
        except OSError:
            continue
        seal, body = raw[:_SEAL], raw[_SEAL:]
        if _sealed(key, body) != seal:
            continue
        try:
            archive = np.load(io.BytesIO(body), allow_pickle=False)
            return {name: archive[name] for name in archive.files}
        except (ValueError, EOFError, OSError, zipfile.BadZipFile):
            continue
    return None


def save(folder: Path, key: str, arrays: Arrays) -> Path | None:
    """Keep arrays under a key, in the first place that can be written; None if none can."""
    body = io.BytesIO()
    np.savez_compressed(body, **dict(arrays))  # type: ignore[arg-type]  # names of ours, none is an option
    raw = _sealed(key, body.getvalue()) + body.getvalue()
    for place in _places(folder):
        try:
            place.mkdir(parents=True, exist_ok=True)
            _replace(place / _name(key), raw)
        except OSError:
            continue
        _prune(place)
        return place / _name(key)
    return None


def _sealed(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).digest()


def _name(key: str) -> str:
    return f"ways-{key[:32]}.table"


def _places(folder: Path) -> tuple[Path, ...]:
    user = _user_cache()
    beside = folder / "__pycache__"
    return (beside,) if user is None else (beside, user / "routeopt" / "ways")


def _user_cache() -> Path | None:
    """Cache folder of the user, as the platform has it."""
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    if given:
        return Path(given)
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache")


def _replace(file: Path, raw: bytes) -> None:
    """Write a file whole or not at all: others may read it meanwhile."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix="ways-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(raw)
        Path(name).replace(file)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _prune(place: Path) -> None:
    with suppress(OSError):
        files = sorted(place.glob("ways-*.table"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-_KEPT]:
            file.unlink()
