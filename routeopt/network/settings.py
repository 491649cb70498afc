"""Settings of a network: `network.yaml` of its folder, every fault with its file and key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from routeopt.errors import InputError
from routeopt.network import MODES

FILE = "network.yaml"
VERSION = 1
"""Version of the format of a network folder; a folder of another one is refused."""

_KEYS = (
    *("network", "name", "title", "licence", "attribution", "speeds_kmh"),
    *("snap_km", "tie_factor", "closed_passages", "driving_rules"),
)
_REQUIRED = ("network", "name", "licence", "attribution")
_RULE_HOURS = ("driving_h", "break_h", "day_h", "rest_h")
_MOST_HOURS = 168.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """What `network.yaml` says.

    Parameters
    ----------
    version
        Version of the folder's format.
    licence, attribution
        Lines to print where the network's data are shown.
    speeds_kmh
        Mean speed by mode, stops and waits included; road has its trucks' own.
    snap_km
        Longest straight line by which a place is tied to a layer.
    tie_factor
        Way of a tie, as a multiple of its straight line.
    closed
        Sea passages that are closed unless a case names them in `via`.
    driving_rules
        By name: `driving_h`, `break_h`, `day_h`, `rest_h` and `source`, as `DrivingRules` takes
        them.
    """

    version: int
    name: str
    title: str
    licence: tuple[str, ...]
    attribution: tuple[str, ...]
    speeds_kmh: Mapping[str, float] = field(default_factory=dict)
    snap_km: float = 25.0
    tie_factor: float = 1.3
    closed: tuple[str, ...] = ()
    driving_rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> NetworkSettings:
        """Read `network.yaml` of a network's folder.

        Raises
        ------
        InputError
            If it can't be read or has faults; the text names the file and each key concerned.
        """
        file = folder / FILE
        try:
            text = file.read_text("utf-8")
        except OSError as err:
            raise InputError(f"{file}: can't read this network: {err.strerror or err}") from err
        except UnicodeDecodeError as err:
            raise InputError(f"{file}: is not UTF-8: save it as UTF-8") from err
        reader = _Reader(str(file))
        found = reader.settings(text)
        if found is None or reader.faults:
            raise InputError("\n".join(reader.faults))
        return found


class _Reader:
    """Reads the keys and gathers their faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[str] = []

    def fault(self, node: yaml.Node | None, message: str) -> None:
        """Record a fault at a node."""
        at = f"{self.file}:{node.start_mark.line + 1}" if node is not None else self.file
        self.faults.append(f"{at}: {message}")

    def settings(self, text: str) -> NetworkSettings | None:
        """Read the settings; None where the file has no shape to speak of."""
        try:
            top = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as err:
            self.faults.append(f"{self.file}: is not YAML: {' '.join(str(err).split())}")
            return None
        if not isinstance(top, yaml.MappingNode):
            self.fault(top, "want a mapping with the keys of a network, such as `name: eurasia`")
            return None
        nodes = self.mapping(top, "", _KEYS)
        for key in _REQUIRED:
            if key not in nodes:
                self.fault(None, f"{key}: missing")
        if "network" in nodes:
            self.version(nodes["network"])
        return self._build(nodes)

    def _build(self, nodes: Mapping[str, yaml.Node]) -> NetworkSettings:
        name = self.text(nodes, "name")
        return NetworkSettings(
            version=VERSION,
            name=name,
            title=self.text(nodes, "title") or name,
            licence=self.lines(nodes, "licence"),
            attribution=self.lines(nodes, "attribution"),
            speeds_kmh=self.speeds(nodes.get("speeds_kmh")),
            snap_km=self.number(nodes.get("snap_km"), "snap_km", default=25.0, most=1000.0),
            tie_factor=self.number(
                nodes.get("tie_factor"), "tie_factor", default=1.3, least=1.0, most=10.0
            ),
            closed=self.lines(nodes, "closed_passages"),
            driving_rules=self.rules(nodes.get("driving_rules")),
        )

    def mapping(
        self, node: yaml.Node, where: str, known: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """Values of a mapping by key; unknown and doubled keys are faults."""
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{where}: want a mapping")
            return {}
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(getattr(key_node, "value", ""))
            full = f"{where}.{key}" if where else key
            if key in found:
                self.fault(key_node, f"{full}: stands twice")
            elif known and key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f": did you mean {near[0]!r}?" if near else f", want {', '.join(known)}"
                self.fault(key_node, f"{full}: unknown key{hint}")
            found[key] = value
        return found

    def version(self, node: yaml.Node) -> None:
        """See that the folder's format is ours."""
        if getattr(node, "value", None) != str(VERSION):
            got = getattr(node, "value", "")
            self.fault(node, f"network: want version {VERSION}, got {got!r}: update routeopt")

    def text(self, nodes: Mapping[str, yaml.Node], key: str) -> str:
        """Text of a key; empty where it is left out."""
        node = nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.fault(node, f"{key}: want a text")
            return ""
        return str(node.value.strip())

    def lines(self, nodes: Mapping[str, yaml.Node], key: str) -> tuple[str, ...]:
        """Lines of a key: a list of texts, or one text."""
        node = nodes.get(key)
        if node is None:
            return ()
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return (str(node.value.strip()),)
        if isinstance(node, yaml.SequenceNode) and all(
            isinstance(item, yaml.ScalarNode) for item in node.value
        ):
            return tuple(str(item.value).strip() for item in node.value)
        self.fault(node, f"{key}: want a list of texts")
        return ()

    def number(
        self,
        node: yaml.Node | None,
        where: str,
        *,
        default: float = math.nan,
        least: float = 0.0,
        most: float = math.inf,
    ) -> float:
        """Read a number above 0; NaN once its fault is recorded."""
        if node is None:
            return default
        try:
            value = float(getattr(node, "value", ""))
        except (TypeError, ValueError):
            value = math.nan
        if not (least <= value <= most and 0 < value < math.inf):
            want = f"from {least:g} to {most:g}" if least else f"above 0, at most {most:g}"
            want = want.removesuffix(", at most inf")
            got = node.value if isinstance(node, yaml.ScalarNode) else "no number"
            self.fault(node, f"{where}: want a number {want}, got {got!r}")
            return math.nan
        return value

    def speeds(self, node: yaml.Node | None) -> dict[str, float]:
        """Read the speeds by mode."""
        if node is None:
            return {}
        found = self.mapping(node, "speeds_kmh", MODES)
        return {mode: self.number(value, f"speeds_kmh.{mode}") for mode, value in found.items()}

    def rules(self, node: yaml.Node | None) -> dict[str, dict[str, float | str]]:
        """Read the driving rules by name."""
        if node is None:
            return {}
        return {
            name: self.rule(value, f"driving_rules.{name}")
            for name, value in self.mapping(node, "driving_rules").items()
        }

    def rule(self, node: yaml.Node, where: str) -> dict[str, float | str]:
        """Read the rules of one driver."""
        nodes = self.mapping(node, where, (*_RULE_HOURS, "source"))
        rule: dict[str, float | str] = {}
        for key in _RULE_HOURS:
            if key not in nodes:
                self.fault(node, f"{where}.{key}: missing")
            rule[key] = self.number(nodes.get(key), f"{where}.{key}", most=_MOST_HOURS)
        source = nodes.get("source")
        rule["source"] = str(source.value) if isinstance(source, yaml.ScalarNode) else ""
        return rule
