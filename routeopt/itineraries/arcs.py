"""The services that a shipment can use, as arrays, and what is left to the destination at least.

Bounds come from a hop-limited reverse Bellman-Ford on all arcs. They leave out timetables, storage
and transit duty, which only add.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from routeopt.itineraries.tariff import Floats, Quote, Tariff


@dataclass(frozen=True, slots=True)
class Arc:
    """What a service means to a shipment; sums include the handling where the service ends.

    Parameters
    ----------
    own_eur, own_kg
        Cost and CO2e in scope that sharing can't change.
    alone_eur, alone_kg
        The same for a shipment that rides alone.
    voyage_eur
        Charge of a sea leg at full coverage where its voyage is open (see `Quote`).
    """

    v: int
    head: int
    own_eur: float
    own_kg: float
    alone_eur: float
    alone_kg: float
    tkm: float
    voyage_eur: float = 0.0


class Arcs:
    """Arcs as arrays, sorted by tail and service: shape (n_arcs,).

    Attributes
    ----------
    v, heads
        Index of the service and of the terminal where it ends.
    eur, kg, minutes
        Alone cost and CO2e, and least time from being free at the tail to being free at the head.
    own_eur, own_kg
        What sharing can't change.
    """

    def __init__(
        self,
        tariff: Tariff,
        quote: Quote,
        usable: Sequence[int],
        *,
        handling: tuple[Floats, Floats],
        tonnes: float,
    ) -> None:
        self.n_terminals = len(handling[0])
        chosen = np.array(usable, dtype=np.int64)
        chosen = chosen[np.argsort(tariff.tail[chosen], kind="stable")]
        self.heads = tariff.head[chosen]
        self.tails, starts = np.unique(tariff.tail[chosen], return_index=True)
        self.starts = starts.astype(np.int64)
        bounds = [*self.starts.tolist(), len(chosen)]
        self._span = dict(zip(self.tails.tolist(), pairwise(bounds), strict=True))
        handling_eur, handling_kg = (part[self.heads] for part in handling)
        self.own_kg = quote.own_kg[chosen] + handling_kg
        self.kg = quote.alone_kg[chosen] + handling_kg
        self.own_eur = quote.own_eur[chosen] + handling_eur
        self.eur = quote.alone_eur[chosen] + handling_eur
        self.voyage_eur = quote.voyage_eur[chosen]
        self.tkm = tonnes * tariff.km[chosen]
        self.minutes = tariff.minutes[chosen]
        self.modes = tariff.modes[chosen]
        self.v: list[int] = chosen.tolist()
        self.place = {v: at for at, v in enumerate(self.v)}

    def arc(self, at: int) -> Arc:
        """Arc at a place of the arrays."""
        return Arc(
            v=self.v[at],
            head=int(self.heads[at]),
            own_eur=float(self.own_eur[at]),
            own_kg=float(self.own_kg[at]),
            alone_eur=float(self.eur[at]),
            alone_kg=float(self.kg[at]),
            tkm=float(self.tkm[at]),
            voyage_eur=float(self.voyage_eur[at]),
        )

    def leaving(self, tail: int) -> list[Arc]:
        """Arcs that leave a terminal."""
        return [self.arc(at) for at in range(*self._span.get(tail, (0, 0)))]

    def to_target(self, weights: Floats, target: int, max_legs: int) -> list[list[float]]:
        """Least sum of weights to the target with at most 0, 1, … `max_legs` more legs.

        Returns
        -------
        list of list
            By legs left, then by terminal index; infinite where the target is out of reach.
        """
        best = np.full(self.n_terminals, np.inf)
        best[target] = 0.0
        levels = [best.tolist()]
        for _ in range(max_legs):
            if len(self.heads):
                through = weights + best[self.heads]
                following = best.copy()
                least = np.minimum.reduceat(through, self.starts)
                following[self.tails] = np.minimum(best[self.tails], least)
                following[target] = 0.0
                if np.array_equal(following, best):
                    levels += [levels[-1]] * (max_legs + 1 - len(levels))
                    break
                best = following
            levels.append(best.tolist())
        return levels
