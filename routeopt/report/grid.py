"""Aligned columns of plain text: the same on a terminal, in a pipe and in a file."""

from __future__ import annotations

from collections.abc import Sequence


def grid(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, indent: str = ""
) -> str:
    """Align columns, two blanks apart; nothing is cut or broken.

    Parameters
    ----------
    left
        How many of the first columns are flush left; the others, numbers, are flush right.

    >>> print(grid(("train", "kg"), [("a", "1,200"), ("long one", "7")]))
    train        kg
    a         1,200
    long one      7
    """
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    text = [
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return "\n".join(f"{indent}{line}".rstrip() for line in text)
