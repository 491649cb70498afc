"""A network's physical layers: places tied to them, and the ways between places.

`open_network` opens a folder; `Physical.way` finds one way, `Physical.ways` and `Physical.table`
many at once. Layers run both ways, so the way from a to b is the way from b to a, turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from routeopt.box import networks_dir
from routeopt.errors import InputError
from routeopt.network import MODES
from routeopt.network.layers import Floats, Layer, Tie
from routeopt.network.measuring import Base, Field, Way
from routeopt.network.settings import FILE, NetworkSettings
from routeopt.network.ties import NoTieError, Spot

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "NetworkSettings",
    "NoTieError",
    "Physical",
    "Spot",
    "Way",
    "find_network",
    "open_network",
    "shipped_networks",
]


class Physical:
    """Layers of a network's folder, each read when it is first used.

    Parameters
    ----------
    folder
        Folder with `network.yaml` and one file a layer.
    """

    def __init__(self, folder: Path, settings: NetworkSettings) -> None:
        self.folder = folder
        self.settings = settings
        self.modes = tuple(mode for mode in MODES if self.file(mode).is_file())
        self._layers: dict[str, Layer] = {}
        self._graphs: dict[str, nx.Graph] = {}
        self._bases: dict[str, Base] = {}
        self._fields: dict[tuple[str, int, tuple[str, ...]], Field] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process as a folder, not as arrays and caches."""
        return open_network, (self.folder.resolve(),)

    # ---- layers -----------------------------------------------------------------------------

    def file(self, mode: str) -> Path:
        """File of a layer."""
        return self.folder / f"{mode}.npz"

    def layer(self, mode: str) -> Layer:
        """Layer of a mode.

        Raises
        ------
        InputError
            If the network has none, or its file is damaged.
        """
        if mode not in self._layers:
            if mode not in self.modes:
                has = ", ".join(self.modes) or "none"
                raise InputError(f"network {self.settings.name!r} has no layer {mode!r}; has {has}")
            layer = Layer.read(self.file(mode))
            if layer.mode != mode:
                raise InputError(f"{self.file(mode)}: holds a layer {layer.mode!r}; copy it anew")
            self._layers[mode] = layer
        return self._layers[mode]

    def graph(self, mode: str) -> nx.Graph:
        """Layer of a mode as a networkx graph; it is shared, so copy it before you change it."""
        if mode not in self._graphs:
            self._graphs[mode] = self.layer(mode).graph()
        return self._graphs[mode]

    @property
    def passages(self) -> tuple[str, ...]:
        """Sea passages that the network knows, by name."""
        if "sea" not in self.modes:
            return ()
        return tuple(sorted(name for name in self.layer("sea").passages if name))

    def _field(self, mode: str, on: date, closed: Iterable[str] = ()) -> Field:
        """Layer of a mode as it stands on a day, with these passages closed."""
        if mode not in self._bases:
            self._bases[mode] = Base(self.file(mode), self.layer(mode), self.settings)
        base = self._bases[mode]
        key = mode, base.stage(on), tuple(sorted(closed))
        if key not in self._fields:
            self._fields[key] = Field(base, *key[1:])
        return self._fields[key]

    def _closed(self, mode: str, avoid: Iterable[str], via: Iterable[str] = ()) -> set[str]:
        """Passages that are closed.

        Raises
        ------
        InputError
            If a name is of no passage: a misspelt one would close nothing.
        """
        if mode != "sea":
            return set()
        for name in (*avoid, *via):
            if name not in self.passages:
                near = get_close_matches(name.casefold(), self.passages, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {_listed(self.passages)}"
                raise InputError(f"unknown passage {name!r}: {hint}")
        return (set(self.settings.closed) - set(via)) | set(avoid)

    # ---- ties and ways ----------------------------------------------------------------------

    def tie(self, mode: str, spot: Spot, *, on: date) -> Tie:
        """Nearest point on the layer of a mode, for rail on track of a gauge of the place.

        Raises
        ------
        NoTieError
            If it is farther than the network's limit.
        """
        return self._field(mode, on).tie(spot)

    def way(  # noqa: PLR0913  the question as it is asked
        self,
        mode: str,
        a: Spot,
        b: Spot,
        *,
        on: date,
        avoid: Iterable[str] = (),
        via: Iterable[str] = (),
        points: bool = True,
    ) -> Way | None:
        """Shortest way between two places; None if there is none, `closing` tells why.

        Parameters
        ----------
        on
            Day of the trip: lines that open later are left out.
        avoid
            Sea passages that are closed, beside those that the network closes by itself.
        via
            Sea passages that are open even where the network closes them. The way goes through
            one if the shortest way does that may use them; else they count for nothing.

        Raises
        ------
        NoTieError
            If a place is too far from the layer.
        InputError
            If a passage is not known, or the network has no such layer.
        """
        return self.ways(mode, [(a, b)], on=on, avoid=avoid, via=via, points=points)[0]

    def ways(
        self,
        mode: str,
        pairs: Sequence[tuple[Spot, Spot]],
        *,
        on: date,
        avoid: Iterable[str] = (),
        via: Iterable[str] = (),
        points: bool = False,
    ) -> list[Way | None]:
        """Shortest way of each pair, as `way` finds it, in bulk."""
        avoid, via = tuple(avoid), tuple(via)
        plain = self._field(mode, on, self._closed(mode, avoid))
        opened = self._field(mode, on, self._closed(mode, avoid, via))
        for spot in dict.fromkeys(spot for pair in pairs for spot in pair):
            self.tie(mode, spot, on=on)
        usual = plain.ways(pairs, points=points)
        if opened is plain:
            return usual
        open_to = set(via) - set(avoid)
        through = opened.ways(pairs, points=points)
        return [
            way if way is not None and open_to & set(way.passages) else other
            for way, other in zip(through, usual, strict=True)
        ]

    def closing(
        self,
        mode: str,
        a: Spot,
        b: Spot,
        *,
        on: date,
        avoid: Iterable[str] = (),
        via: Iterable[str] = (),
    ) -> tuple[str, ...]:
        """Name the closed passages that would give a way if open; none if there is a way."""
        avoid, via = tuple(avoid), tuple(via)
        if self.way(mode, a, b, on=on, avoid=avoid, via=via, points=False) is not None:
            return ()
        way = self._field(mode, on).ways([(a, b)], points=False)[0]
        closed = self._closed(mode, avoid, via)
        return tuple(name for name in way.passages if name in closed) if way is not None else ()

    def table(
        self, mode: str, spots: Sequence[Spot], *, on: date, avoid: Iterable[str] = ()
    ) -> Floats:
        """Km between all places, shape (spots, spots).

        Infinite where there is no way, or where a place is too far from the layer.
        """
        return self._field(mode, on, self._closed(mode, tuple(avoid))).table(spots)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def open_network(folder: Path) -> Physical:
    """Open a network's folder; its layers are read when they are first used.

    Raises
    ------
    InputError
        If `network.yaml` is missing or has faults.
    """
    return Physical(folder, NetworkSettings.read(folder))


def shipped_networks() -> dict[str, Path]:
    """Folders of the networks that ship with routeopt, by name."""
    try:
        folders = sorted(networks_dir().iterdir())
    except OSError:
        return {}
    return {folder.name: folder for folder in folders if (folder / FILE).is_file()}


def find_network(name: str, near: Path) -> Path:
    """Folder of a network: one that ships with routeopt, or a path from the folder `near`.

    Raises
    ------
    InputError
        If there is none; the text tells the nearest name.
    """
    shipped = shipped_networks()
    if name in shipped:
        return shipped[name]
    folder = near / name
    try:
        folder = folder.parent if folder.name == FILE else folder
        if (folder / FILE).is_file():
            return folder
        if name.strip() and folder.is_dir():
            raise InputError(f"{folder}: no network: it has no {FILE}")
    except (OSError, ValueError):  # no path of this platform, such as one with a NUL
        pass
    close = get_close_matches(name.casefold(), shipped, n=1)
    hint = f": did you mean {close[0]!r}?" if close else f"; there are: {_listed(shipped)}"
    raise InputError(f"no network {name[:100]!r}{hint}; or give the path of a network's folder")
