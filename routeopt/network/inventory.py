"""What the layers of a network hold, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from routeopt.network.layers import Layer, Mask
from routeopt.network.physical import Physical


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """What one layer holds.

    Parameters
    ----------
    km, country_km
        Length of all edges, and by country ("" at sea).
    gauge_km, unwired_km
        Rail: length by gauge in mm, and without catenary.
    """

    mode: str
    nodes: int
    edges: int
    km: float
    bytes: int
    country_km: Mapping[str, float]
    gauge_km: Mapping[int, float]
    unwired_km: float


def layer_facts(physical: Physical) -> list[LayerFacts]:
    """Count what each layer of a network holds.

    Raises
    ------
    InputError
        If a layer's file is damaged.
    """
    return [_facts(physical, mode) for mode in physical.modes]


def _facts(physical: Physical, mode: str) -> LayerFacts:
    layer = physical.layer(mode)
    gauges = np.unique(layer.gauge_mm).tolist() if mode == "rail" else []
    return LayerFacts(
        mode=mode,
        nodes=len(layer.lat_udeg),
        edges=len(layer),
        km=float(layer.length_m.sum(dtype=np.int64)) / 1000,
        bytes=physical.file(mode).stat().st_size,
        country_km={
            name: km
            for index, name in enumerate(layer.countries)
            if (km := _km(layer, layer.country == index))
        },
        gauge_km={gauge: _km(layer, layer.gauge_mm == gauge) for gauge in gauges},
        unwired_km=_km(layer, layer.wired == 0) if mode == "rail" else 0.0,
    )


def _km(layer: Layer, which: Mask) -> float:
    return float(layer.length_m[which].sum(dtype=np.int64)) / 1000
