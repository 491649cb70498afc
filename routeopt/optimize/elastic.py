"""Why a plan as a whole fails although each shipment has a way: a second, elastic solve.

Limits are let go, and what the best plan then needs says by how much they were short. Where even
that does not serve all, departures are full, and later due dates are tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from routeopt.case.model import Case, Limits
from routeopt.freight import DAY_MIN, Shipment, Status
from routeopt.itineraries.graph import ServiceGraph
from routeopt.ledger import settle
from routeopt.optimize.model import Problem
from routeopt.optimize.stages import Options, Solution, Solver, assigned
from routeopt.reasons import explain
from routeopt.words import amount, at, money, percent, span

_SHARE_STEPS = 30


def reasons(case: Case, left: Mapping[str, Shipment], options: Options) -> dict[str, str]:
    """Reason in words for each shipment that a plan leaves, by its id.

    Parameters
    ----------
    left
        The shipments without an itinerary.
    """
    alone = {row.id: explain(case, row.members[0]) for row in left.values()}
    blocked = sorted(id_ for id_, text in alone.items() if text)
    found = {member: alone[row.id] for member, row in left.items() if alone[row.id]}
    others = {member: row for member, row in left.items() if member not in found}
    if blocked and case.serve == "all":
        text = (
            f"has a way of its own, but the plan must serve all, and {blocked[0]} can't be served "
            "(`serve: most` serves what can be)"
        )
        return {**found, **dict.fromkeys(others, text)}
    if not others:
        return found
    rest = replace(case, shipments=tuple(s for s in case.shipments if s.id not in blocked))
    text = _together(rest, options)
    full = dict.fromkeys(others, text) if text else _full(rest, others, options)
    return {**found, **full}


def _solved(case: Case, options: Options) -> Solution:
    return Solver(Problem(case), options).run()


def _together(case: Case, options: Options) -> str:
    """Say what the plan's limits are short of; empty if it fails without limits too."""
    whole = replace(case, serve="all")
    names = _limit_names(case)
    free = _solved(replace(whole, limits=Limits()), options)
    if not names or free.status in {Status.INFEASIBLE, Status.UNKNOWN}:
        return ""
    said = [text for name in names if (text := _short(whole, name, options))]
    if said:
        return "; or: ".join(said)
    return "the plan's limits can't be met together, and no single one of them is to blame"


def _limit_names(case: Case) -> list[str]:
    limits = case.limits
    names = [name for name in ("cost_eur", "co2e_kg") if getattr(limits, name) is not None]
    return names + [f"min_share.{mode}" for mode in sorted(limits.min_share)]


def _short(case: Case, name: str, options: Options) -> str:
    """Say what it takes to meet all other limits, in words; empty if nothing does."""
    limits = case.limits
    others = len(_limit_names(case)) > 1
    beside = " that meets the other limits" if others else ""
    if name == "cost_eur" and limits.cost_eur is not None:
        best = _value(replace(case, objective=("cost",), limits=replace(limits, cost_eur=None)),
                      "cost", options)  # fmt: skip
        if best is None:
            return ""
        return (
            f"the budget of {money(limits.cost_eur)} EUR is {money(best - limits.cost_eur)} EUR "
            f"short of the cheapest plan{beside} ({money(best)} EUR)"
        )
    if name == "co2e_kg" and limits.co2e_kg is not None:
        best = _value(replace(case, objective=("co2e",), limits=replace(limits, co2e_kg=None)),
                      "co2e", options)  # fmt: skip
        if best is None:
            return ""
        return (
            f"the limit of {amount(limits.co2e_kg)} kg CO2e is {amount(best - limits.co2e_kg)} kg "
            f"below the cleanest plan{beside} ({amount(best)} kg)"
        )
    return _short_share(case, name.removeprefix("min_share."), beside, options)


def _value(case: Case, objective: str, options: Options) -> float | None:
    """Best value of an objective."""
    solution = _solved(case, options)
    if solution.choice is None:
        return None
    return next(bound.value for bound in solution.bounds if bound.objective == objective)


def _short_share(case: Case, mode: str, beside: str, options: Options) -> str:
    """Largest share of a mode that a plan can have, by halving."""
    asked = case.limits.min_share[mode]
    low, high = 0.0, asked
    if not _can(case, mode, low, options):
        return ""
    for _ in range(_SHARE_STEPS):
        if high - low < 1e-3:  # noqa: PLR2004 - a tenth of a percent
            break
        middle = (low + high) / 2
        if _can(case, mode, middle, options):
            low = middle
        else:
            high = middle
    return (
        f"at least {percent(asked)} of tonne-km by {mode} is more than any plan{beside} can have "
        f"(about {percent(low) if low else '0 %'})"
    )


def _can(case: Case, mode: str, share: float, options: Options) -> bool:
    shares = {**case.limits.min_share, mode: share}
    limits = replace(case.limits, min_share=shares)
    once = replace(case, limits=limits, objective=case.objective[:1])
    return _solved(once, options).choice is not None


def _full(case: Case, left: Mapping[str, Shipment], options: Options) -> dict[str, str]:
    """Departures are full: which shipments that leaves, and when they could be served."""
    most = _solved(replace(case, serve="most", limits=Limits()), options)
    problem = Problem(replace(case, serve="most"))
    served = {} if most.choice is None else assigned(problem, most.choice)
    out = [member for member in left if member not in served]
    later = _later(case, {left[member].id for member in out}, options)
    texts = {}
    for member, shipment in left.items():
        if member in served:
            texts[member] = (
                "could be served, but then no room is left for all others in time "
                "(`serve: most` serves what fits)"
            )
        elif member in later and later[member] > shipment.due:
            late = later[member] - shipment.due
            texts[member] = (
                "the departures and terminals that could bring it in time are full; with due "
                f"+{-(-late // 60)} h it arrives {at(case, shipment.destination, later[member])}, "
                f"{span(late)} after due"
            )
        else:
            texts[member] = "the departures and terminals that could bring it in time are full"
    return texts


def _later(case: Case, rows: set[str], options: Options) -> dict[str, int]:
    """When each shipment is delivered if those that are left may come later."""
    late = case.end + 60 * DAY_MIN
    shipments = tuple(replace(row, due=late) if row.id in rows else row for row in case.shipments)
    relaxed = replace(case, shipments=shipments, limits=Limits(), objective=("time",), serve="all")
    problem = Problem(relaxed, ServiceGraph(relaxed))
    solution = Solver(problem, options).run()
    if solution.choice is None:
        return {}
    plans, _, _ = settle(relaxed, assigned(problem, solution.choice))
    return {plan.id: plan.delivered for plan in plans if plan.delivered is not None}
