"""The ways of OpenStreetMap that trucks and freight trains use, by their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LIMITER = "Directive 92/6/EEC as amended by 2002/85/EC: speed limiters of trucks, 90 km/h"
ROADS: Mapping[str, tuple[float, float, str]] = {
    "motorway": (90, 90, LIMITER),
    "trunk": (80, 90, f"{LIMITER}; default: assumption"),
    "primary": (60, 80, "assumption"),
    "secondary": (50, 80, "assumption"),
    "tertiary": (40, 60, "assumption"),
    "unclassified": (30, 50, "assumption"),
}
"""Truck roads: km/h where no limit is tagged, km/h of a truck at most, source."""

PURPOSELESS = {"tourism", "leisure", "test", "military"}  # rail that freight does not use
CLOSED = {"no", "private", "agricultural", "forestry", "military", "emergency"}
ACCESS = ("hgv", "goods", "motor_vehicle", "vehicle", "access")  # the first that is tagged counts
TRACKS = {"rail": "1435", "narrow_gauge": "1000"}
"""Kinds of track, and their gauge where no track that they touch or meet has one: assumption."""

TAGS = (
    "highway", "junction", "maxspeed", "oneway", "area", "disused", "abandoned", *ACCESS,
    "railway", "gauge", "electrified", "voltage", "usage", "service", "railway:traffic_mode",
)  # fmt: skip


def is_wanted(tags: Mapping[str, str], mode: str) -> bool:
    """Whether a truck or a freight train may use a way."""
    if tags.get("disused") == "yes" or tags.get("abandoned") == "yes":
        return False
    if mode == "rail":
        passengers = tags.get("railway:traffic_mode") == "passenger"
        return tags.get("railway") in TRACKS and not (
            passengers or tags.get("usage") in PURPOSELESS
        )
    if tags.get("highway", "").removesuffix("_link") not in ROADS or tags.get("area") == "yes":
        return False
    return next((tags[key] for key in ACCESS if key in tags), "yes") not in CLOSED


def mode_names(modes: Sequence[str]) -> str:
    """Name the ways of these modes, for messages."""
    return " or ".join({"road": "truck roads", "rail": "freight rail"}[mode] for mode in modes)
