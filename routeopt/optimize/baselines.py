"""Plans to hold others against: all by road, the cheapest, the fastest, the cleanest."""

from __future__ import annotations

from dataclasses import replace

from routeopt.case.model import Case, Limits
from routeopt.network import MODES

_FIRST = {"cheapest": "cost", "fastest": "time", "cleanest": "co2e"}


def baseline(case: Case, name: str) -> Case:
    """Turn a case into the question whose best plan is the baseline.

    Parameters
    ----------
    name
        `road`: no other mode, and the limits of the whole plan do not hold; `cheapest`, `fastest`,
        `cleanest`: the case with that objective first, then least CO2e and cost.
    """
    if name == "road":
        others = {mode for mode in MODES if mode != "road"}
        by_road = replace(case.avoid, modes=tuple(sorted({*case.avoid.modes, *others})))
        return replace(case, avoid=by_road, limits=Limits())
    first = _FIRST[name]
    rest = tuple(each for each in ("co2e", "cost") if each != first)
    return replace(case, objective=(first, *rest))


def first_objective(name: str) -> str | None:
    """Objective that a baseline puts first; None where it keeps the case's.

    >>> first_objective("cheapest")
    'cost'
    """
    return _FIRST.get(name)


def without_trucks(case: Case) -> str | None:
    """Say which shipment no chain of trucks could carry; None: there is one for each."""
    heads: dict[str, list[str]] = {}
    for service in case.network.services.values():
        if service.mode == "road":
            heads.setdefault(service.origin, []).append(service.destination)
    for shipment in case.shipments:
        reached, todo = {shipment.origin}, [shipment.origin]
        while todo:
            new = set(heads.get(todo.pop(), ())) - reached
            reached |= new
            todo += new
        if shipment.destination not in reached:
            ends = (case.network.place(id_) for id_ in (shipment.origin, shipment.destination))
            return f"no truck goes from {' to '.join(ends)}"
    return None
