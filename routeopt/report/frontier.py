"""The front of the whole plan: least cost by cap on CO2e, as a table, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from routeopt.freight import Status
from routeopt.network import MODES
from routeopt.report.grid import grid
from routeopt.report.sheet import to_csv
from routeopt.words import amount, count, heading, listed, money, number, percent, signed, wrapped

if TYPE_CHECKING:
    from routeopt.frontier import CapPoint, Frontier

COLUMNS = (
    "cap_kg",
    "co2e_kg",
    "cost_eur",
    "status",
    "eur_per_t",
    "bound_eur",
    "gap",
    "hours",
    "served",
    "unserved",
    "same_plan",
    "knee",
)
PROVEN_GAP = 1e-6
KNEE = "knee"


def frontier_json(found: Frontier) -> str:
    """One entry for each cap, tightest first."""
    points = [_entry(point) | {"share": dict(point.share)} for point in found.points]
    return json.dumps({"points": points}, indent=1, ensure_ascii=False, allow_nan=False)


def frontier_csv(found: Frontier) -> str:
    """One row for each cap, tightest first; shares of tonne-km by mode are the last columns."""
    rows = []
    for point in found.points:
        entry = _entry(point)
        cells = [entry[column] for column in COLUMNS]
        shares = [point.share[mode] for mode in MODES]
        rows.append([_cell(value) for value in (*cells, *shares)])
    return to_csv((*COLUMNS, *(f"share_{mode}" for mode in MODES)), rows)


def _entry(point: CapPoint) -> dict[str, Any]:
    totals = point.plan.totals
    return {
        "cap_kg": point.cap_kg,
        "co2e_kg": point.co2e_kg,
        "cost_eur": point.cost_eur,
        "status": str(point.status),
        "eur_per_t": point.eur_per_t,
        "bound_eur": point.bound_eur,
        "gap": point.gap,
        "hours": totals.hours,
        "served": totals.served,
        "unserved": totals.unserved,
        "same_plan": point.repeats,
        "knee": point.knee,
    }


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def frontier_text(found: Frontier, *, bold: bool = False) -> str:
    """All that the terminal shows; there must be a point.

    Caps that lead to the same plan are one row, with the loosest of them.
    """
    blocks = [wrapped(_title(found))]
    if len(found.plans) > 1:
        first, _, rest = _table(found).partition("\n")
        blocks.append(f"{heading(first, bold=bold)}\n{rest}")
    blocks.append("\n".join(wrapped(text, hang="  ") for text in _notes(found)))
    return "\n\n".join(blocks)


def _title(found: Frontier) -> str:
    name, plans = found.case.name, found.plans
    if len(plans) == 1:
        totals = f"{number(plans[0].co2e_kg)} kg CO2e, {money(plans[0].cost_eur)} EUR"
        if found.both_ends and plans[0].status is Status.OPTIMAL:
            return (
                f"{name}: the cleanest plan is also the cheapest, {totals}. No cap on CO2e that "
                "can be met changes the plan."
            )
        return f"{name}: one plan was found, {totals}; none that was found is cleaner or cheaper."
    done = count(len(found.points), "cap")
    done += f" of {found.caps}" if len(found.points) < found.caps else ""
    whole = ", from the cleanest to the cheapest" if found.both_ends else ""
    return f"{name}: least cost under {done} on CO2e; {count(len(plans), 'plan')}{whole}."


def _table(found: Frontier) -> str:
    plans = found.plans
    caps = _loosest_caps(found.points)
    modes = [mode for mode in MODES if any(point.share[mode] > 0 for point in plans)]
    open_ = any(point.status is not Status.OPTIMAL for point in plans)
    header = ["", "cap kg", "kg CO2e", "EUR", "EUR/t", "h each", *modes, *["proof"] * open_]
    names = _names(found)
    rows = [
        [
            name,
            number(cap),
            number(point.co2e_kg),
            money(point.cost_eur),
            per_tonne(point.eur_per_t),
            f"{point.plan.totals.hours / max(1, point.plan.totals.served):,.1f}",
            *(percent(point.share[mode]) if point.share[mode] else "–" for mode in modes),
            *[_proof(point)] * open_,
        ]
        for name, cap, point in zip(names, caps, plans, strict=True)
    ]
    return grid(header, rows)


def _loosest_caps(points: Sequence[CapPoint]) -> list[float]:
    """Loosest cap of each plan."""
    caps: list[float] = []
    for point in points:
        if point.repeats:
            caps[-1] = point.cap_kg
        else:
            caps.append(point.cap_kg)
    return caps


def _names(found: Frontier) -> list[str]:
    """Name the rows of the ends and the knee."""
    names = [KNEE if point.knee else "" for point in found.plans]
    if found.both_ends:
        names[0], names[-1] = "cleanest", "cheapest"
    return names


def per_tonne(eur: float | None) -> str:
    """EUR per tonne, below 0 with the true minus sign.

    >>> per_tonne(1309.2), per_tonne(None)
    ('1,309', '–')
    """
    return "–" if eur is None else signed(money(eur)).removeprefix("+")


def _proof(point: CapPoint) -> str:
    if point.status is Status.OPTIMAL:
        return "proven"
    return f"gap {percent(point.gap)}" if point.gap > PROVEN_GAP else "cost proven"


def _notes(found: Frontier) -> list[str]:
    plans = found.plans
    notes = [_certainty(found)]
    if found.both_ends:
        notes += _open_ends(found)
    if len(plans) > 1:
        notes.append(
            "EUR/t: what each tonne of CO2e less costs against the next row. Shares by mode are of "
            "tonne-km."
        )
    if any(point.knee for point in plans):
        notes.append(
            "Knee: the row farthest below the straight line from the cleanest to the cheapest plan."
        )
    if any(point.repeats for point in found.points) and len(plans) > 1:
        notes.append("Caps that lead to the same plan are one row, with the loosest of them.")
    short = [point for point in plans if point.plan.totals.unserved]
    if short:
        teu = listed(sorted({amount(point.served_teu) for point in short}))
        whole = sum(shipment.size.teu for shipment in found.case.members.values())
        notes.append(f"Not all is served: {teu} of {amount(whole)} TEU.")
    return notes


def _open_ends(found: Frontier) -> Iterator[str]:
    """Say how much cleaner or cheaper a plan could be than the ends that were found."""
    clean, cheap = found.plans[0], found.plans[-1]
    if found.least_kg < clean.co2e_kg * (1 - PROVEN_GAP):
        kg = number(found.least_kg)
        yield f"The cleanest plan is the cleanest found; none emits less than {kg} kg (proven)."
    if found.least_eur < cheap.cost_eur * (1 - PROVEN_GAP):
        eur = money(found.least_eur)
        yield f"The cheapest plan is the cheapest found; none costs less than {eur} EUR (proven)."


def _certainty(found: Frontier) -> str:
    proven = all(point.status is Status.OPTIMAL for point in found.plans)
    if len(found.plans) == 1:
        if proven and found.both_ends:
            return "Proven: no plan of this case costs less, and none emits less."
        return "Not proven that there is no better one. A longer --time-limit may find it."
    if proven:
        return "Proven: no plan of this case that keeps the cap of a row costs less."
    return (
        "Not all is proven: `gap` says how much cheaper a plan that keeps the cap could be at "
        "most. A longer --time-limit, or a smaller --gap, may close it."
    )
