"""One tree of errors; each knows the exit status that the command line ends with.

>>> InputError("no such case").exit_code
3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


class RouteoptError(Exception):
    """Any error that routeopt raises on purpose; its text is meant for the user."""

    exit_code: ClassVar[int] = 1


class InputError(RouteoptError):
    """Input that can't be used, or an output that can't be written."""

    exit_code = 3


class VerifyError(InputError):
    """A plan that its case does not bear out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong, or worth a look, in the files of a case.

    Parameters
    ----------
    code
        Stable code, `E...` for errors and `W...` for warnings; docs/faults.md explains each.
    file
        Path as the user would type it: relative to the folder of the case.
    line, column
        Place in the file, counted from 1. In a table `column` is the column's name.
    key
        Key or column concerned, with the row where that helps, e.g. `shipments[2].tonnes`.
    value
        What was read.
    allowed
        What is allowed there, in words.
    nearest
        The known name nearest to an unknown one.
    sheet, cell
        Of a workbook: the sheet, and the cell such as `D7`; `line` is its row.
    """

    code: str
    message: str
    file: str
    line: int | None = None
    column: int | str | None = None
    key: str | None = None
    value: str | None = None
    allowed: str | None = None
    nearest: str | None = None
    sheet: str | None = None
    cell: str | None = None

    @property
    def severity(self) -> Literal["error", "warning"]:
        """`warning` for codes that begin with W."""
        return "warning" if self.code.startswith("W") else "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.message}"

    @property
    def place(self) -> str:
        """Where it is: `FILE:LINE:COLUMN`, or as a spreadsheet program writes it.

        >>> Fault(code="E1", message="", file="book.xlsx", sheet="services", cell="D7").place
        'book.xlsx:services!D7'
        """
        if self.sheet is not None:
            return f"{self.file}:{sheet_reference(self.sheet, self.cell)}"
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


def sheet_reference(sheet: str, cell: str | None) -> str:
    """Sheet and cell as a formula names them.

    >>> sheet_reference("services", "D7"), sheet_reference("Week 10", None)
    ('services!D7', "'Week 10'")
    """
    name = sheet if sheet.isprintable() else ascii(sheet)[1:-1]  # a fault is one line
    plain = name.replace("_", "").isalnum() and not name[:1].isdigit()
    quoted = name if plain else "'" + name.replace("'", "''") + "'"
    return f"{quoted}!{cell}" if cell else quoted


class CaseError(InputError):
    """All faults of a case, at most 100 a file, at least one of them an error."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
