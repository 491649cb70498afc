"""What the whole plan costs under each cap on its CO2e, from the cleanest plan to the cheapest.

The ends are the best plans for [co2e, cost] and [cost, co2e]; between their kilograms caps are
spaced evenly, and under each the plan of least cost, then of least CO2e, is found.
"""

from routeopt.frontier.points import CapPoint
from routeopt.frontier.search import Effort, Frontier, frontier, frontier_of

__all__ = ["CapPoint", "Effort", "Frontier", "frontier", "frontier_of"]
