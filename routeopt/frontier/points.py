"""Points of the plan's front: each gains from what the others found, then they are marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routeopt.freight import Plan, Status
from routeopt.network import MODES

RELATIVE = 1e-6
"""Plans as near as this are equally good, as in the optimizer."""

NOISE = 1e-9
"""What sums of the same numbers may differ by: a cap that a plan just meets must admit it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapPoint:
    """The least cost under one cap on the plan's CO2e.

    Parameters
    ----------
    cap_kg
        The cap; at the ends what the plan itself emits.
    served_teu
        TEU that the plan serves.
    bound_eur
        No plan under this cap that serves as much costs less.
    eur_per_t
        EUR for each tonne of CO2e less than in the next cheaper plan; None: there is none.
    repeats
        The plan is that of the tighter cap before.
    knee
        Farthest below the straight line from the cleanest plan to the cheapest.
    """

    cap_kg: float
    plan: Plan
    served_teu: float
    bound_eur: float
    eur_per_t: float | None = None
    repeats: bool = False
    knee: bool = False

    @property
    def co2e_kg(self) -> float:
        """What the plan emits."""
        return self.plan.totals.co2e_kg

    @property
    def cost_eur(self) -> float:
        """What the plan costs."""
        return self.plan.totals.cost_eur

    @property
    def gap(self) -> float:
        """How much cheaper a plan under the cap might be at most, as a fraction."""
        return (self.cost_eur - self.bound_eur) / self.cost_eur if self.cost_eur else 0.0

    @property
    def status(self) -> Status:
        """`optimal` if proven under this cap."""
        proven = self.plan.status is Status.OPTIMAL and self.gap <= RELATIVE
        return Status.OPTIMAL if proven else Status.FEASIBLE

    @property
    def share(self) -> Mapping[str, float]:
        """Share of the plan's tonne-km by mode."""
        legs = [leg for shipment in self.plan.shipments for leg in shipment.legs]
        tkm = math.fsum(leg.tkm for leg in legs)
        return {
            mode: math.fsum(leg.tkm for leg in legs if leg.mode == mode) / tkm if tkm else 0.0
            for mode in MODES
        }

    @property
    def rank(self) -> tuple[float, float, float]:
        """What makes one plan better than another: more TEU, less cost, less CO2e."""
        return -self.served_teu, self.cost_eur, self.co2e_kg


def more(a: float, b: float) -> bool:
    """Whether `a` is more than `b` by what counts as a difference."""
    return a > b * (1 + RELATIVE) + NOISE


def points_of(found: Sequence[CapPoint]) -> tuple[CapPoint, ...]:
    """Put points in order, let each gain from what the others found, and mark them.

    A plan found under one cap may keep a tighter one, and keeps every looser one; what no plan
    under a looser cap undercuts, none under a tighter one does. So a looser cap never costs more,
    though searches were stopped early.
    """
    points = sorted(found, key=lambda point: (point.cap_kg, point.rank))
    points = _with_bounds([_with_best_plan(point, points) for point in points])
    if points and not more(points[-1].co2e_kg, points[0].co2e_kg):
        points = points[:1]
    return _marked(points)


def _with_best_plan(point: CapPoint, points: Sequence[CapPoint]) -> CapPoint:
    best = min(
        (other for other in points if other is point or _keeps(other, point.cap_kg)),
        key=lambda other: other.rank,
    )
    return replace(point, plan=best.plan, served_teu=best.served_teu)


def _keeps(point: CapPoint, cap_kg: float) -> bool:
    return point.co2e_kg <= cap_kg * (1 + NOISE)


def _with_bounds(points: Sequence[CapPoint]) -> list[CapPoint]:
    """Carry bounds over to tighter caps, and see that none contradicts a plan.

    A bound holds for plans that serve as much as its own, or more.
    """
    found = []
    for index, point in enumerate(points):
        looser = [other for other in points[index:] if other.served_teu <= point.served_teu]
        for other in looser:
            if _keeps(point, other.cap_kg) and more(other.bound_eur, point.cost_eur):
                raise AssertionError(
                    f"a plan of {point.co2e_kg} kg costs {point.cost_eur} EUR, and up to "
                    f"{other.cap_kg} kg none costs less than {other.bound_eur} EUR"
                )
        bound = max(other.bound_eur for other in looser)
        found.append(replace(point, bound_eur=min(bound, point.cost_eur)))
    return found


def _marked(points: Sequence[CapPoint]) -> tuple[CapPoint, ...]:
    """Mark plans that repeat, the knee, and what each tonne less costs."""
    groups: list[list[CapPoint]] = []
    for point in points:
        if groups and _same(groups[-1][0], point):
            groups[-1].append(replace(point, repeats=True))
        else:
            groups.append([point])
    knee = _knee([group[0] for group in groups])
    marked = []
    for index, group in enumerate(groups):
        cheaper = groups[index + 1][0] if index + 1 < len(groups) else None
        eur_per_t = _eur_per_t(group[0], cheaper)
        marked += [replace(point, eur_per_t=eur_per_t) for point in group]
        if index == knee:
            marked[-len(group)] = replace(marked[-len(group)], knee=True)
    return tuple(marked)


def _same(a: CapPoint, b: CapPoint) -> bool:
    return all(
        not more(x, y) and not more(y, x)
        for x, y in ((a.co2e_kg, b.co2e_kg), (a.cost_eur, b.cost_eur))
    )


def _eur_per_t(point: CapPoint, cheaper: CapPoint | None) -> float | None:
    if cheaper is None or cheaper.served_teu != point.served_teu:
        return None
    if not more(cheaper.co2e_kg, point.co2e_kg):
        return None
    tonnes = (cheaper.co2e_kg - point.co2e_kg) / 1000
    return (point.cost_eur - cheaper.cost_eur) / tonnes


def _knee(points: Sequence[CapPoint]) -> int | None:
    """Which point lies farthest below the straight line between the ends; None: none does.

    Both axes are scaled so that the line runs from (0, 1) to (1, 0): how far a point lies below
    it is in proportion to 1 - x - y.
    """
    if len(points) < 3 or len({point.served_teu for point in points}) > 1:  # noqa: PLR2004  ends
        return None
    first, last = points[0], points[-1]
    wide, high = last.co2e_kg - first.co2e_kg, first.cost_eur - last.cost_eur
    depths = [
        1 - (p.co2e_kg - first.co2e_kg) / wide - (p.cost_eur - last.cost_eur) / high for p in points
    ]
    deepest = max(range(len(points)), key=lambda n: depths[n])
    return deepest if depths[deepest] > RELATIVE else None
