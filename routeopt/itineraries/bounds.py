"""What is left to the destination at least: hop-limited reverse Bellman-Ford on all services.

Bounds leave out timetables, storage and transit duty, which only add.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routeopt.itineraries.graph import Ways

Floats = NDArray[np.float64]


class Arcs:
    """Arcs of `ways` as arrays, sorted by tail: shape (n_arcs,).

    Attributes
    ----------
    eur, kg, minutes
        Least alone cost and CO2e, and least time from being free at the tail to being free at
        the head.
    """

    def __init__(self, ways: Ways) -> None:
        graph = ways.graph
        arcs = sorted(ways.arcs.values(), key=lambda arc: (graph.tail[arc.v], arc.v))
        self.n_terminals = len(graph.terminals)
        self.v = [arc.v for arc in arcs]
        tails = np.array([graph.tail[arc.v] for arc in arcs], dtype=np.int64)
        self.heads = np.array([arc.head for arc in arcs], dtype=np.int64)
        self.tails, self.starts = np.unique(tails, return_index=True)
        self.eur = _floats([arc.alone_eur for arc in arcs])
        self.kg = _floats([arc.alone_kg for arc in arcs])
        self.own_eur = _floats([arc.own_eur for arc in arcs])
        self.own_kg = _floats([arc.own_kg for arc in arcs])
        self.tkm = _floats([arc.tkm for arc in arcs])
        self.minutes = _floats(
            [
                graph.cutoff_min[arc.v] + graph.ride_min[arc.v] + graph.handling_min[arc.head]
                for arc in arcs
            ]
        )

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


def _floats(values: Sequence[Any]) -> Floats:
    return np.array(values, dtype=np.float64)
