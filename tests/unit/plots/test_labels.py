"""Labels stand beside their points and not on each other."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text

from routeopt.plots.canvas import canvas
from routeopt.plots.labels import Label, place, titled


def written(axes: Axes) -> list[Annotation]:
    return [child for child in axes.get_children() if isinstance(child, Annotation)]


def test_labels_of_near_points_do_not_overlap() -> None:
    spots = [(0.5, 0.5), (0.505, 0.5), (0.5, 0.505)]
    with canvas() as figure:
        axes = figure.add_subplot()
        place(axes, [Label(x=x, y=y, text="a label of some length") for x, y in spots], spots)
        boxes = [note.get_window_extent() for note in written(axes)]
        assert len(boxes) == 3
        assert not any(a.overlaps(b) for a in boxes for b in boxes if a is not b)
        assert all(axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 for box in boxes)


def test_a_label_that_has_no_room_is_left_out_unless_needed() -> None:
    text = "far too long a label for any picture " * 9
    with canvas() as figure:
        axes = figure.add_subplot()
        place(axes, [Label(x=0.5, y=0.5, text=text, needed=False)], [(0.5, 0.5)])
        assert written(axes) == []
        place(axes, [Label(x=0.5, y=0.5, text=text)], [(0.5, 0.5)])
        assert len(written(axes)) == 1


def test_a_far_label_covers_no_point() -> None:
    # Points crowd around the middle one: only farther off is there room, with a line to it.
    near = [(0.5 + dx / 20, 0.5 + dy / 20) for dx in range(-3, 4) for dy in range(-2, 3)]
    with canvas() as figure:
        axes = figure.add_subplot()
        place(axes, [Label(x=0.5, y=0.5, text="a label of some length")], near)
        (note,) = written(axes)
        assert note.arrow_patch is not None
        box = Text.get_window_extent(note)
        assert not any(box.contains(*axes.transData.transform(spot)) for spot in near)


def test_titles_are_broken_between_words() -> None:
    assert titled("word " * 20).splitlines() == [" ".join(["word"] * 15), " ".join(["word"] * 5)]
