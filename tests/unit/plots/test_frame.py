"""Boxes of maps: what lies in them, across longitude 180 too."""

from __future__ import annotations

import numpy as np
import pytest

from routeopt.plots.canvas import canvas
from routeopt.plots.frame import Frame, dress, unwrapped


def box(west: float, south: float, east: float, north: float) -> Frame:
    return Frame(west=west, south=south, east=east, north=north)


@pytest.mark.parametrize(
    "sides",
    [(0, 0, 0, 1), (0, 1, 1, 0), (0, 0, 361, 1), (0, -91, 1, 1), (float("nan"), 0, 1, 1)],
)
def test_boxes_that_are_none(sides: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="no box"):
        box(*sides)


def test_pieces_out_of_the_box_are_left_out() -> None:
    ends = np.array([[0.5, 0.5, 0.25, 0.75], [5, 5, 6, 6], [0.5, -3, 0.5, 3]], dtype=np.float64)
    found = box(0, 0, 1, 1).segments(ends)
    # the third begins and ends outside, and crosses
    assert found.tolist() == [[[0.5, 0.5], [0.75, 0.25]], [[-3, 0.5], [3, 0.5]]]


def test_a_piece_over_the_date_line_is_short() -> None:
    found = box(170, -10, 190, 10).segments(np.array([[0.0, 179.0, 0.0, -179.0]]))
    assert found.tolist() == [[[179, 0], [181, 0]]]


def test_a_piece_over_the_seam_of_the_world_is_on_both_sides() -> None:
    found = box(-180, -90, 180, 90).segments(np.array([[0.0, 179.0, 0.0, -179.0]]))
    assert sorted(found.tolist()) == [[[-181, 0], [-179, 0]], [[179, 0], [181, 0]]]


def test_a_line_is_unwrapped() -> None:
    lat, lon = unwrapped([(0, 170), (1, 179), (2, -178), (3, -160), (4, 179)])
    assert lat.tolist() == [0, 1, 2, 3, 4]
    assert lon.tolist() == [170, 179, 182, 200, 179]


@pytest.mark.parametrize(("lat", "lon"), [((0, 0), (0, 20)), ((0, 20), (0, 0)), ((5, 5), (5, 5))])
def test_a_box_around_points_is_neither_flat_nor_thin(
    lat: tuple[float, float], lon: tuple[float, float]
) -> None:
    frame = Frame.around(np.array(lat, dtype=np.float64), np.array(lon, dtype=np.float64))
    assert 0.34 < frame.shape < 1.61
    assert frame.west < min(lon) <= max(lon) < frame.east
    assert frame.south < min(lat) <= max(lat) < frame.north


def test_a_box_has_the_shape_that_is_wanted() -> None:
    for lat in (1.0, 30.0):
        frame = Frame.around(np.array([0, lat]), np.array([0, 10.0]), shape=0.8)
        assert frame.shape == pytest.approx(0.8, rel=0.01)


def test_the_sides_as_words() -> None:
    assert str(box(170, -20, 190, 0)) == "170° E to 170° W, 20° S to 0°"


def test_graticule_and_scale() -> None:
    with canvas() as figure:
        axes = figure.add_subplot()
        dress(axes, box(-10, 36, 4, 44), lines=8)
        # 14 degrees in at most 8 steps: every 2 degrees
        assert [text.get_text() for text in axes.get_yticklabels()] == [
            "36° N", "38° N", "40° N", "42° N", "44° N",
        ]  # fmt: skip
        # a quarter of 14 * cos(40) * 111.195 km = 1192 km is 298 km: the bar is 200 km
        assert [text.get_text() for text in axes.texts] == ["200 km"]
        # 200 of 1192 km of the width
        (bar,) = axes.lines
        assert float(np.ptp(np.asarray(bar.get_xdata()))) == pytest.approx(200 / 1192.5, rel=1e-3)


def test_no_scale_on_a_map_of_the_world() -> None:
    with canvas() as figure:
        axes = figure.add_subplot()
        dress(axes, box(-115, -60, 245, 78), lines=8)
        assert not axes.texts
        assert "180°" in [text.get_text() for text in axes.get_xticklabels()]
