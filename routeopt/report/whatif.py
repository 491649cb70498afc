"""How a plan's total would move if things were otherwise, as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from routeopt.words import count, heading, money, number, signed, wrapped

if TYPE_CHECKING:
    from routeopt.sensitivity import Outcome


def outcome_dict(outcome: Outcome) -> dict[str, Any]:
    """Outcome as JSON has it."""
    return {
        "change": outcome.question.name,
        "patch": outcome.question.patch,
        "note": outcome.question.note,
        "verdict": str(outcome.verdict),
        "co2e_kg": outcome.co2e_kg,
        "cost_eur": outcome.cost_eur,
        "broken": outcome.broken or None,
        "best_co2e_kg": outcome.best_kg,
        "best_cost_eur": outcome.best_eur,
        "shipments_moved": outcome.moved,
        "best_proven": outcome.proven if outcome.best_kg is not None else None,
        "reason": outcome.reason or None,
    }


def change(fraction: float) -> str:
    """Change of a total in percent.

    >>> change(-0.186), change(0.0)
    ('−19 %', '0 %')
    """
    return "0 %" if abs(fraction) < 1e-5 else signed(f"{fraction * 100:.2g} %")  # noqa: PLR2004


def outcomes_text(outcomes: Sequence[Outcome], *, base_kg: float, bold: bool) -> str:
    """Tell what each question did to the plan's total, and whether the plan stays the best.

    Parameters
    ----------
    base_kg
        The total of the whole plan as it is.
    """
    rows = [_outcome_cells(outcome, base_kg) for outcome in outcomes]
    header = ("The plan, if otherwise", "kg", "", "EUR", "this plan's itineraries are then")
    widths = [max(len(header[n]), *(len(row[n]) for row in rows)) for n in range(len(header) - 1)]
    lines = [heading(_what_if(header, widths), bold=bold)]
    lines += [_what_if(row, widths) for row in rows]
    lines += [wrapped(text, hang="  ") for outcome in outcomes for text in _outcome_notes(outcome)]
    return "\n".join(lines)


def _what_if(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers, last = cells
    parts = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
    return "  ".join([first.ljust(widths[0]), *parts, last]).rstrip()


def _outcome_cells(outcome: Outcome, base_kg: float) -> tuple[str, str, str, str, str]:
    kg, eur = outcome.co2e_kg, outcome.cost_eur
    moved = "" if kg is None or not base_kg else change(kg / base_kg - 1)
    return (
        outcome.question.name,
        "" if kg is None else number(kg),
        moved,
        "" if eur is None else money(eur),
        _verdict(outcome),
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.best_kg is None:  # no others are better
        return str(outcome.verdict)
    return "not allowed" if outcome.broken else "not the best"


def _outcome_notes(outcome: Outcome) -> Iterator[str]:
    parts = [outcome.question.note] if outcome.question.note else []
    if outcome.broken:
        parts.append(f"as planned {outcome.broken}")
    if outcome.best_kg is not None and outcome.best_eur is not None:
        best = "the best" if outcome.proven else "the best found in time"
        moved = outcome.moved or 0
        how = f"{count(moved, 'shipment')} going another way" if moved else "only other departures"
        parts.append(
            f"{best} would be {number(outcome.best_kg)} kg and {money(outcome.best_eur)} EUR, {how}"
        )
    if outcome.reason:
        parts.append(outcome.reason.rstrip("."))
    if parts:
        yield f"{outcome.question.name}: {'; '.join(parts)}."
