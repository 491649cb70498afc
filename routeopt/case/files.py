"""Files of a case: inside its folder, of bounded size, UTF-8; nothing else is opened."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from routeopt.case.places import Faults, Place, nearest, shown

MAX_YAML_BYTES = 16 * 2**20
MAX_TABLE_BYTES = 256 * 2**20
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass
class Folder:
    """The folder of a case, with the hash of each file read from it.

    Parameters
    ----------
    path
        The folder.
    case_file
        Name of the case file in it.
    """

    path: Path
    case_file: str
    inputs: dict[str, str] = field(default_factory=dict)

    def read_case(self, faults: Faults) -> str | None:
        """Text of the case file, None once its fault is recorded."""
        here = Place(self.case_file)
        data = self._read(self.path / self.case_file, here, faults, MAX_YAML_BYTES)
        return None if data is None else decode(data, here.file, faults)

    def read_table(self, name: str, place: Place, faults: Faults) -> str | None:
        """Text of a table; `place` is where the case names it."""
        data = self.read_bytes(name, place, faults)
        return None if data is None else decode(data, self.relative(name), faults)

    def read_bytes(self, name: str, place: Place, faults: Faults) -> bytes | None:
        """Content of a table or workbook; `place` is where the case names it."""
        path = self._inside(name, place, faults)
        if path is None:
            return None
        if not os.path.lexists(path):
            message = f"no such file {shown(name)}"
            faults.add("E100", place, message, value=name, known=_files_beside(path, self.path))
            return None
        return self._read(path, Place(self.relative(name)), faults, MAX_TABLE_BYTES)

    def relative(self, name: str) -> str:
        """Path in the folder, normalized, with `/`."""
        return Path(os.path.normpath(name)).as_posix()

    def _inside(self, name: str, place: Place, faults: Faults) -> Path | None:
        windows = PureWindowsPath(name)
        if "\0" in name or windows.drive or windows.root or ".." in windows.parts:
            message = (
                f"want a path in the case's folder, without '..' and relative, got {shown(name)}"
            )
            faults.add("E110", place, message, value=name)
            return None
        path = self.path / name
        try:
            inside = path.resolve().is_relative_to(self.path.resolve())
        except (OSError, RuntimeError) as err:  # a link to itself, a name too long
            faults.add("E103", place, f"can't read {shown(name)}: {_reason(err)}", value=name)
            return None
        if not inside:
            message = f"{shown(name)} is a link that leaves the case's folder"
            faults.add("E111", place, message, value=name)
        return path if inside else None

    def _read(self, path: Path, place: Place, faults: Faults, limit: int) -> bytes | None:
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                kind = next((word for test, word in _KINDS if test(status.st_mode)), "no file")
                faults.add("E101", place, f"is {kind}: want a file")
                return None
            if status.st_size > limit:
                faults.add("E102", place, _too_big(status.st_size, limit))
                return None
            with path.open("rb") as stream:
                data = stream.read(limit + 1)
        except OSError as err:
            faults.add("E103", place, f"can't be read: {_reason(err)}")
            return None
        if len(data) > limit:  # it grew since
            faults.add("E102", place, _too_big(len(data), limit))
            return None
        self.inputs[place.file] = hashlib.sha256(data).hexdigest()
        return data


def find_case(path: Path, faults: Faults) -> Folder | None:
    """Folder and file of a case, from the path of either."""
    here = Place(str(path))
    try:
        if path.is_dir():
            return _case_in(path, faults)
        if os.path.lexists(path):
            return Folder(path.parent, path.name)
        beside = sorted(entry.name for entry in path.parent.iterdir())
    except (OSError, ValueError) as err:  # ValueError: NUL in the path
        beside = []
        if not isinstance(err, FileNotFoundError | NotADirectoryError):
            faults.add("E103", here, f"can't be read: {_reason(err)}")
            return None
    near = nearest(path.name, beside)
    hint = f": did you mean {shown(str(path.parent / near))}?" if near else ""
    faults.add("E100", here, f"no such case{hint}", value=str(path))
    return None


def _case_in(folder: Path, faults: Faults) -> Folder | None:
    path = folder / "case.yaml"
    if not os.path.lexists(path):
        near = nearest("case.yaml", [entry.name for entry in folder.iterdir()])
        hint = f": did you mean {shown(str(folder / near))}?" if near else ""
        faults.add("E100", Place(str(folder)), f"no case.yaml in this folder{hint}")
        return None
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as err:
        faults.add("E103", Place(str(path)), f"can't be read: {_reason(err)}")
        return None
    if not inside:
        faults.add("E111", Place("case.yaml"), "is a link that leaves the case's folder")
    return Folder(folder, "case.yaml") if inside else None


def decode(data: bytes, file: str, faults: Faults) -> str | None:
    """Text of UTF-8 bytes, with or without a byte order mark; None once a fault is recorded."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add("E104", Place(file, 1, 1), "is UTF-16: save it as UTF-8")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        before = data[: err.start].decode("utf-8", "replace")
        message = (
            f"byte 0x{data[err.start]:02x} is not UTF-8 (Latin-1 or Windows-1252?): "
            "save the file as UTF-8"
        )
        faults.add("E104", Place(file, *_line_column(before)), message)
        return None
    odd = _CONTROL.search(text)
    if odd is not None:
        line, column = _line_column(text[: odd.start()])
        message = f"control character {odd[0]!r} (a binary file, or UTF-16?): want plain text"
        faults.add("E105", Place(file, line, column), message)
        return None
    return text


def _line_column(before: str) -> tuple[int, int]:
    lines = re.split("\r\n|\n|\r", before)
    return len(lines), len(lines[-1]) + 1


def _too_big(size: int, limit: int) -> str:
    return f"is too big: {size:,} bytes, at most {limit:,} are read"


def _reason(err: OSError | RuntimeError | ValueError) -> str:
    return err.strerror or str(err) if isinstance(err, OSError) else str(err)


def _files_beside(path: Path, folder: Path) -> list[str]:
    try:
        return sorted(p.relative_to(folder).as_posix() for p in path.parent.iterdir())
    except OSError:
        return []
