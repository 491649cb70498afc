"""The table of our default values beside published ones, for docs/method.md.

`python -m routeopt.ranges docs/method.md` writes it between its two marks, and without a file it is
printed. Ours follows from the shipped default tables; the published ranges stand with their
sources in `factors/ranges.csv`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from routeopt.factorbook import Book, shipped_book

BEGIN = "<!-- ranges: made by `python -m routeopt.ranges docs/method.md` -->"
END = "<!-- /ranges -->"

T_PER_UNIT = {"g/tkm": 1.0, "g/teukm": 10.0, "g/vehiclekm": 10.0}
"""Tonnes by which an intensity is divided: 10 t per TEU, and a truck with one such box."""

ROUNDING = 0.01
"""Published values are rounded to 0.1 g, which is up to 1 % of the smallest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Published values of a kind of transport, g CO2e per tkm well-to-wheel, and our row for it.

    Parameters
    ----------
    country
        Whose electricity counts; empty where none does.
    low, high
        Least and most of the sources, which stand in this order in `source` and `place`.
    why
        Why ours lies outside; empty where it does not.
    """

    mode: str
    what: str
    toc: str
    country: str
    low: float
    high: float
    source: str
    place: str
    licence: str
    why: str

    def holds(self, value: float) -> bool:
        """Whether a value lies inside, but for rounding in the sources."""
        return self.low * (1 - ROUNDING) <= value <= self.high * (1 + ROUNDING)


def ranges() -> tuple[Range, ...]:
    """All rows of `factors/ranges.csv`."""
    text = files("routeopt").joinpath("factors", "ranges.csv").read_text("utf-8")
    return tuple(
        Range(
            mode=row["mode"],
            what=row["what"],
            toc=row["toc"],
            country=row["country"],
            low=float(row["low"]),
            high=float(row["high"]),
            source=row["source"],
            place=row["place"],
            licence=row["licence"],
            why=row["why"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def our_g_per_tkm(book: Book, row: Range) -> float:
    """Intensity of our category per tonne and km of the leg, at 10 t per TEU."""
    (hit,) = (each for each in book.rows["toc"] if each.id == row.toc)
    (factor,) = book.factor("toc", hit, row.country or None)
    if factor.intensity is None or factor.intensity.by_grid:
        raise ValueError(f"{row.toc} has no intensity without a country")
    daf = float(hit.cells.get("daf") or 1)
    return factor.intensity.wtw * daf / T_PER_UNIT[factor.intensity.unit]


def table() -> str:
    """Write the table in Markdown, its sources, and the reasons of what lies outside."""
    book, rows = shipped_book(), ranges()
    names = sorted({name for row in rows for name in row.source.split("; ")})
    letters = {name: chr(ord("A") + index) for index, name in enumerate(names)}
    lines = [
        "| mode | what | our row | ours, g/tkm | published, g/tkm | ours lies | sources |",
        "|---|---|---|--:|--:|---|---|",
    ]
    reasons = []
    for row in rows:
        ours = our_g_per_tkm(book, row)
        verdict = "inside"
        if not row.holds(ours):
            verdict = "below" if ours < row.low else "above"
            reasons.append(f"- **{row.what}** ({verdict}): {row.why}.")
        published = f"{row.low:.1f}" + ("" if row.low == row.high else f" to {row.high:.1f}")
        cells = (row.mode, row.what, f"`{row.toc}`", f"{ours:.1f}", published, verdict)
        lines.append(f"| {' | '.join(cells)} | {_sources(row, letters)} |")
    told = [f"- {letter}: {name}." for name, letter in letters.items()]
    return "\n".join([*lines, "", *told, "", "Outside, and why:", "", *reasons])


def _sources(row: Range, letters: Mapping[str, str]) -> str:
    """Each source with its place, the least value first."""
    names, places = row.source.split("; "), row.place.split("; ")
    told = (f"{letters[name]}: {place}" for name, place in zip(names, places, strict=True))
    return "; ".join(told)


def with_table(page: str) -> str:
    """Put the table between the marks of a page.

    Raises
    ------
    ValueError
        If the page does not have both marks once.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"want the marks {BEGIN} and {END} once each")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"


if __name__ == "__main__":
    if sys.argv[1:]:
        target = Path(sys.argv[1])
        target.write_text(with_table(target.read_text("utf-8")), "utf-8")
    else:
        print(table())  # noqa: T201  # the table is what this prints
