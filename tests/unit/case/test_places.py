"""Faults: gathered, bounded, sorted; the nearest known name."""

from __future__ import annotations

from routeopt.case.places import MAX_FAULTS, Faults, Place, nearest, shown


def test_order() -> None:
    faults = Faults("case.yaml")
    faults.add("E205", Place("a.csv", 2, "teu"), "third")
    faults.add("W602", Place("case.yaml", 9, 3), "second")
    faults.add("E205", Place("a.csv", 10, "id"), "fifth")
    faults.add("E206", Place("a.csv", 2, "id"), "fourth: columns keep their order")
    faults.add("E201", Place("case.yaml", 9, 1), "first")
    words = [fault.message.split(":")[0] for fault in faults.all()]
    assert words == ["first", "second", "third", "fourth", "fifth"]
    assert [fault.code for fault in faults.all(severity="W")] == ["W602"]
    assert faults.any_errors


def test_warnings_take_no_room_from_errors() -> None:
    faults = Faults("case.yaml")
    for line in range(MAX_FAULTS + 5):
        faults.add("W609", Place("a.csv", line), "late")
    assert faults.overflowed
    assert not faults.any_errors
    faults.add("E403", Place("a.csv", 1), "due")
    assert [f.code for f in faults.all()].count("W609") == MAX_FAULTS
    assert [f.code for f in faults.all(severity="E")] == ["E403"]
    assert faults.all()[-1].code == "W699"


def test_fields() -> None:
    faults = Faults("case.yaml")
    place = Place("case.yaml", 3, 1, "limts")
    faults.add("E201", place, "unknown key 'limts'", value="limts", allowed="a", known=["limits"])
    (fault,) = faults.all()
    assert Place(fault.file, fault.line, fault.column, fault.key) == place
    assert (fault.value, fault.allowed, fault.nearest) == ("limts", "a", "limits")
    assert fault.severity == "error"
    assert str(fault) == "case.yaml:3:1: E201 unknown key 'limts': did you mean 'limits'?"


def test_take_over() -> None:
    base, other = Faults("case.yaml"), Faults("case.yaml")
    for faults in (base, other):
        faults.add("W602", Place("case.yaml", 1, 1), "both")
    other.add("E206", Place("case.yaml", 5, 1), "days: want more")
    base.take_over(other, scenario="Short")
    assert [f.message for f in base.all()] == ["both", "scenario 'Short': days: want more"]


def test_nearest() -> None:
    assert nearest("ESMAD", ["esmad", "ESMAT"]) == "esmad"
    assert nearest("zzz", ["limits"]) is None
    assert nearest("b", []) is None


def test_nearest_among_very_many_looks_at_the_beginning() -> None:
    faults = Faults("case.yaml")
    known = [f"T{n}" for n in range(20000)]
    faults.add("E303", Place("a.csv", 1), "no terminal", value="T1999", known=known)
    faults.add("E303", Place("a.csv", 2), "no terminal", value="X1", known=known)
    assert [fault.nearest is None for fault in faults.all()] == [False, True]


def test_shown_is_short_and_safe() -> None:
    assert shown("a\x1b[31m") == r"'a\x1b[31m'"
    assert len(shown("a" * 10**6)) == 62
