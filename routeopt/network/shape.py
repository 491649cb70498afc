"""The drawn line of a way: what maps show."""

from __future__ import annotations

from itertools import pairwise

from routeopt.emissions import great_circle_km
from routeopt.network.layers import Layer, Tie
from routeopt.network.routing import Whole

Point = tuple[float, float]
"""Latitude and longitude."""


def way_points(layer: Layer, start: Tie, end: Tie, nodes: Whole, edges: Whole) -> list[Point]:
    """Points of a way along the layer, from one tie to the other.

    Parameters
    ----------
    nodes
        Nodes between them in order; none if both lie on one edge.
    edges
        Edges between the nodes.
    """
    if not len(nodes):
        return part_points(layer, start.edge, start.share, end.share)
    points = part_points(layer, start.edge, start.share, _side(layer, start.edge, nodes[0]))
    for here, edge in zip(nodes[:-1].tolist(), edges.tolist(), strict=True):
        line = layer.way(edge)
        points += line if layer.tail[edge] == here else line[::-1]
    points += part_points(layer, end.edge, _side(layer, end.edge, nodes[-1]), end.share)
    return [point for index, point in enumerate(points) if not index or point != points[index - 1]]


def _side(layer: Layer, edge: int, node: int) -> float:
    """Share of an edge at which a node at one of its ends lies."""
    return 0.0 if layer.tail[edge] == node else 1.0


def part_points(layer: Layer, edge: int, first: float, last: float) -> list[Point]:
    """Points of an edge between two shares of its length, in that order."""
    line = layer.way(edge)
    past = [0.0]
    for here, there in pairwise(line):
        past.append(past[-1] + great_circle_km(*here, *there))
    low, high = sorted((first * past[-1], last * past[-1]))
    inner = [point for point, km in zip(line, past, strict=True) if low < km < high]
    points = [_at(line, past, low), *inner, _at(line, past, high)]
    return points if first <= last else points[::-1]


def _at(line: list[Point], past: list[float], km: float) -> Point:
    """Point of a line after so many km."""
    for index, (before, after) in enumerate(pairwise(past)):
        if km <= after and after > before:
            part = (km - before) / (after - before)
            (lat, lon), (lat2, lon2) = line[index : index + 2]
            turn = (lon2 - lon + 180) % 360 - 180  # the short way, over the date line if need be
            aside = (lon + part * turn + 180) % 360 - 180
            return (lat + part * (lat2 - lat), aside if part else lon)
    return line[-1]
