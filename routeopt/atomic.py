"""Files written as a whole or not at all."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

from routeopt.errors import InputError


def write_atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file as a whole or not at all: whenever the program dies, an old file stays whole.

    A symbolic link stays one; the file that it points to is replaced.

    Raises
    ------
    InputError
        If the file can't be written.
    """
    target = Path(os.path.realpath(path))
    spare = target.with_name(f".routeopt-{uuid.uuid4().hex}.tmp")
    try:
        with spare.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may keep the new name and lose the text
        spare.replace(target)
    except OSError as err:
        raise InputError(f"{path}: can't be written: {err.strerror or err}") from err
    finally:
        with suppress(OSError):  # gone after success; nothing to add to the error in hand
            spare.unlink()
