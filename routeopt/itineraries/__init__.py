"""Exact labels: from the service network to the itineraries of one shipment."""

from routeopt.itineraries.front import Point, front

__all__ = ["Point", "front"]
