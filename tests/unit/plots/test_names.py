"""Names on a map do not hide each other."""

from __future__ import annotations

from itertools import combinations

from routeopt.plots.canvas import canvas
from routeopt.plots.names import Name, write_names


def written(names: list[Name]) -> tuple[tuple[str, ...], list[tuple[float, ...]]]:
    """Names for which there was room, and the boxes that they fill, pixels."""
    with canvas() as figure:
        axes = figure.add_subplot()
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        said = write_names(axes, names)
        figure.draw_without_rendering()
        frame = axes.get_window_extent()
        boxes = [text.get_window_extent() for text in axes.texts]
        for box in boxes:
            assert frame.x0 - 1 <= box.x0
            assert box.x1 <= frame.x1 + 1
            assert frame.y0 - 1 <= box.y0
            assert box.y1 <= frame.y1 + 1
        return said, [tuple(box.extents) for box in boxes]


def test_a_crowd_has_room_for_some_and_none_overlap() -> None:
    names = [Name(x=x, y=y / 5, text=f"a place {x} {y}") for x in range(10) for y in range(50)]
    said, boxes = written(names)
    assert "a place 0 0" in said  # the first comes first
    assert 100 < len(said) < 500
    assert len(boxes) == len(said)
    for a, b in combinations(boxes, 2):  # a pixel of slack: the ground of a name is padded
        assert a[0] >= b[2] - 1 or b[0] >= a[2] - 1 or a[1] >= b[3] - 1 or b[1] >= a[3] - 1


def test_a_name_without_room_is_left_out() -> None:
    crowd = [Name(x=5 + n / 100, y=5 + n % 5 / 100, text=f"place {n}") for n in range(50)]
    assert 0 < len(written(crowd)[0]) < 12


def test_a_name_stands_on_the_other_side_of_its_point_at_the_edge() -> None:
    said, ((left, *_),) = written([Name(x=9.9, y=5, text="a long name")])
    assert said == ("a long name",)
    _, ((right, *_),) = written([Name(x=0.1, y=5, text="a long name")])
    assert left > right


def test_a_place_with_several_terminals_is_named_once() -> None:
    near = [Name(x=5 + n / 50, y=5, text="Sines") for n in range(3)]
    assert written(near)[0] == ("Sines",)
    assert written([*near, Name(x=1, y=1, text="Sines")])[0] == ("Sines", "Sines")
