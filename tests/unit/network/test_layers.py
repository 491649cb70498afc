from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from routeopt.errors import InputError
from routeopt.network.layers import NEVER, Layer

DEGREE_KM = 111.195  # of a great circle: 2 * pi * 6371.0088 / 360


def ints(*values: float) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.array(values, dtype=np.int32)


def rail() -> Layer:
    """Four nodes on the equator at 0, 1, 2, 3 degrees, and a detour from the first to the last.

    0 -100 km (ES, wired)- 1 -120 km (ES, opens 1970-01-11)- 2 -150 km (PT, off)- 3; 0 -500 km- 3
    by way of (1, 1) and (1, 2), of another gauge.
    """
    return Layer(
        mode="rail",
        lat_udeg=ints(0, 0, 0, 0),
        lon_udeg=ints(0, 1e6, 2e6, 3e6),
        tail=ints(0, 1, 2, 0),
        head=ints(1, 2, 3, 3),
        length_m=ints(112_000, 120_000, 150_000, 500_000),
        country=ints(1, 1, 2, 1),
        gauge_mm=ints(1668, 1668, 1668, 1435),
        wired=ints(1, 0, 0, 1),
        valid_from=ints(0, 10, NEVER, 0),
        passage=ints(0, 0, 0, 1),
        shape_at=ints(0, 0, 0, 0, 2),
        shape_lat_udeg=ints(1e6, 1e6),
        shape_lon_udeg=ints(1e6, 2e6),
        countries=("", "ES", "PT"),
        passages=("", "suez"),
    )


def test_written_and_read_back_it_is_the_same(tmp_path: Path) -> None:
    layer = rail()
    layer.write(tmp_path / "a.npz")
    again = Layer.read(tmp_path / "a.npz")
    for name, value in vars(layer).items():
        assert np.array_equal(getattr(again, name), value), name
    again.write(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_lines_open_on_their_day_and_some_never() -> None:
    layer = rail()
    assert layer.allowed().tolist() == [True, True, False, True]
    assert layer.allowed(day=date(1970, 1, 10)).tolist() == [True, False, False, True]
    assert layer.allowed(day=date(1970, 1, 11)).tolist() == [True, True, False, True]


def test_gauge_and_closed_passages_leave_edges_out() -> None:
    layer = rail()
    assert layer.allowed(gauge_mm=1435).tolist() == [False, False, False, True]
    assert layer.allowed(closed=["suez", "panama"]).tolist() == [True, True, False, False]


def test_graph_has_what_the_arrays_say() -> None:
    layer = rail()
    graph = layer.graph()
    assert graph.number_of_edges() == len(layer) == 4
    assert graph.nodes[2] == {"lat": 0.0, "lon": 2.0}
    assert graph.edges[1, 2] == {
        "edge": 1,
        "km": 120.0,
        "country": "ES",
        "gauge_mm": 1668,
        "wired": False,
        "valid_from": 10,
        "passage": "",
    }
    assert list(layer.graph(layer.allowed(gauge_mm=1435)).edges) == [(0, 3)]


def test_matrix_is_symmetric_in_km() -> None:
    table = rail().matrix().toarray()
    assert np.array_equal(table, table.T)
    assert table[0].tolist() == [0, 112, 0, 500]
    assert rail().matrix(rail().allowed(gauge_mm=1435)).nnz == 2


def test_way_follows_the_shape() -> None:
    assert rail().way(3) == [(0, 0), (1, 1), (1, 2), (0, 3)]
    assert rail().way(0) == [(0, 0), (0, 1)]


def test_nearest_is_a_point_of_an_edge() -> None:
    tie = rail().nearest(-0.1, 0.25)
    assert tie is not None
    assert tie.edge == 0
    assert tie.share == pytest.approx(0.25, abs=1e-6)
    assert (tie.lat, tie.lon) == pytest.approx((0, 0.25), abs=1e-9)
    assert tie.km == pytest.approx(0.1 * DEGREE_KM, rel=1e-4)


def test_nearest_knows_inner_points() -> None:
    tie = rail().nearest(1.2, 1.5)  # over the middle of the shape
    assert tie is not None
    assert tie.edge == 3
    assert tie.share == pytest.approx(0.5, abs=1e-3)


def test_nearest_among_nothing_is_none() -> None:
    assert rail().nearest(0, 0, rail().allowed(gauge_mm=1520)) is None


def test_nearest_over_the_date_line() -> None:
    layer = replace(rail(), lon_udeg=ints(179.5e6, -179.5e6, -178e6, -177e6))
    tie = layer.nearest(0.01, 180.0)
    assert tie is not None
    assert tie.edge == 0
    assert tie.share == pytest.approx(0.5, abs=1e-6)
    assert abs(tie.lon) == pytest.approx(180, abs=1e-6)


def test_km_between_points_of_edges() -> None:
    layer = rail()
    start, end = layer.nearest(0, 0.25), layer.nearest(0, 1.5)
    assert start is not None
    assert end is not None
    # three quarters of 112 km, half of 120 km
    assert layer.km(start, end) == pytest.approx(0.75 * 112 + 0.5 * 120, abs=0.01)


def test_km_on_one_edge_is_the_part_between() -> None:
    layer = rail()
    start, end = layer.nearest(0, 0.25), layer.nearest(0, 0.75)
    assert start is not None
    assert end is not None
    assert layer.km(start, end) == pytest.approx(56, abs=0.01)


def test_no_way_is_infinite() -> None:
    layer = rail()
    start, end = layer.nearest(0, 0.25), layer.nearest(0, 2.5)
    assert start is not None
    assert end is not None
    assert layer.km(start, end, layer.allowed(day=date(1970, 1, 2), gauge_mm=1668)) == np.inf


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.npz: can't read this layer: No such file"):
        Layer.read(tmp_path / "none.npz")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:0],
        lambda raw: b"lat,lon\n" + raw[:0],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:200] + bytes(60) + raw[260:],
        lambda raw: b"\x80\x04" + raw,
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "rail.npz"
    rail().write(path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(InputError, match=r"rail\.npz: damaged or no layer file"):
        Layer.read(path)


def test_one_array_is_no_layer(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(3))
    (tmp_path / "rail.npz").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="no numpy zip"):
        Layer.read(tmp_path / "rail.npz")


def test_a_file_without_a_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rail.npz"
    rail().write(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "less.npz", "w") as new:
        for name in old.namelist():
            if name != "wired.npy":
                new.writestr(name, old.read(name))
    with pytest.raises(InputError, match=r"less\.npz: damaged .*wired"):
        Layer.read(tmp_path / "less.npz")


def test_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rail.npz"
    with monkeypatch.context() as patch:
        patch.setattr("routeopt.network.layers.VERSION", 2)
        rail().write(path)
    with pytest.raises(InputError, match=r"rail\.npz: layer of version 2, want version 1"):
        Layer.read(path)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"head": ints(1, 2, 3, 9)}, "an edge to no node"),
        ({"tail": ints(0, 1, 2, -1)}, "an edge to no node"),
        ({"head": ints(1, 2, 3, 1)}, "two edges between the same nodes"),
        ({"length_m": ints(112_000, 0, 1, 1)}, "an edge without length"),
        ({"length_m": ints(1, 1)}, "columns of different lengths"),
        ({"lat_udeg": ints(0, 0, 0, 91e6)}, "a place off the Earth"),
        ({"shape_lon_udeg": ints(1e6, 181e6)}, "a place off the Earth"),
        ({"country": ints(1, 1, 3, 1)}, "a country or passage without a name"),
        ({"passage": ints(0, 0, 0, 2)}, "a country or passage without a name"),
        ({"shape_at": ints(0, 1, 0, 0, 2)}, "shapes out of order"),
    ],
)
def test_what_cant_be_is_said(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    path = tmp_path / "rail.npz"
    replace(rail(), **changes).write(path)
    with pytest.raises(InputError, match=rf"rail\.npz: damaged layer: {fault}"):
        Layer.read(path)
