from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from routeopt.errors import InputError
from routeopt.network.health import (
    Finding,
    KnownDistance,
    Stop,
    check,
    last_opening,
    read_distances,
)
from routeopt.network.inventory import layer_facts
from routeopt.network.layers import Layer
from routeopt.network.physical import Spot, open_network
from tests.toynetwork import RAIL, ROAD, SEA, SETTINGS, Edge, layer, write

PLAIN = SETTINGS.replace("[arctic]", "[]")
HEADER = "mode,from,to,from_lat,from_lon,to_lat,to_lon,real_km,real_nm,tolerance_pct,known_gap\n"


def spot(lat: float, lon: float, *gauges_mm: int, name: str = "X") -> Spot:
    return Spot(id=name, lat=lat, lon=lon, gauges_mm=gauges_mm)


def known(km: float, *, gap: bool = False, to: Spot | None = None) -> KnownDistance:
    """Row for the 112 km of road between (0, 0) and (0, 1)."""
    start, end = spot(0, 0, name="A"), to or spot(0, 1, name="B")
    return KnownDistance(mode="road", start=start, end=end, km=km, tolerance_pct=5, known_gap=gap)


def findings(
    folder: Path,
    *layers: Layer,
    stops: Sequence[Stop] = (),
    distances: Sequence[KnownDistance] = (),
    settings: str = "",
    severity: str = "error",
) -> list[Finding]:
    settings = settings or (SETTINGS if SEA in layers else PLAIN)
    physical = open_network(write(folder, *layers, settings=settings))
    return [f for f in check(physical, stops, distances) if f.severity == severity]


def messages(found: Sequence[Finding], name: str) -> list[str]:
    return [finding.message for finding in found if finding.check == name]


def test_a_sound_network_has_only_notes(tmp_path: Path) -> None:
    sea = layer("sea", [(-1, 0), (-1, 5)], [Edge(0, 1, 560)])
    stops = [Stop(spot=spot(0, 0, 1668), modes=("road", "rail"))]
    physical = open_network(write(tmp_path, ROAD, RAIL, sea, settings=PLAIN))
    found = check(physical, stops, [known(113)])
    assert {finding.severity for finding in found} == {"note"}
    checks = ["lost terminals", "components", "short edges", "one-way traps", "sea on land"]
    assert list(dict.fromkeys(finding.check for finding in found)) == [*checks, "distances"]


def test_short_edges_are_told_with_the_worst(tmp_path: Path) -> None:
    # (0, 0) to (0, 1) is 111.195 km, (0, 1) to (0, 2) too
    short = layer("road", [(0, 0), (0, 1), (0, 2)], [Edge(0, 1, 111), Edge(1, 2, 100)])
    (finding,) = findings(tmp_path, short)
    assert finding.check == "short edges"
    assert finding.message.startswith("2 edges are shorter than the straight line; the worst is")
    assert finding.message.endswith(
        "edge 1 from 0.000, 1.000 to 0.000, 2.000: 100.000 km, straight 111.195 km"
    )


def test_a_terminal_that_no_layer_reaches(tmp_path: Path) -> None:
    lost = Stop(spot=spot(8, 8, name="LOST"), modes=("road", "rail"))
    (finding,) = findings(tmp_path, ROAD, RAIL, stops=[lost])
    # by road (5, 6): 3 degrees south, 2 west: 3.6 degrees of 111.195 km
    # by rail (0, 2): 8 degrees south, 6 west: 10 degrees
    assert finding.message == "LOST: no layer reaches it: road 400 km away, rail 1,111 km away"
    given = replace(lost, measured=False)
    assert findings(tmp_path, ROAD, RAIL, stops=[given]) == []
    (warning,) = findings(tmp_path, ROAD, RAIL, stops=[given], severity="warning")
    assert warning.message.endswith("no service needs its km to be measured there")


def test_a_gauge_that_is_nowhere_in_use(tmp_path: Path) -> None:
    lost = Stop(spot=spot(0, 0, 1520, name="LOST"), modes=("rail",))
    (finding,) = findings(tmp_path, RAIL, stops=[lost])
    assert finding.message == "LOST: no layer reaches it: rail not in use"


def test_swapped_coordinates_are_an_error_even_if_another_layer_reaches(tmp_path: Path) -> None:
    turned = Stop(spot=spot(1.9, 0, name="TURNED"), modes=("road",))
    (finding,) = findings(tmp_path, ROAD, stops=[turned])
    assert "are lat and lon swapped" in finding.message


def test_a_mode_that_is_missed_by_little_is_a_warning_and_by_much_a_note(tmp_path: Path) -> None:
    # (0.5, 2.9) lies 0.5 degrees = 56 km from the end of the line that is off, 114 from the rest;
    # by road the island's end (5, 6) is near
    near = Stop(spot=spot(5.5, 6, name="NEAR"), modes=("road", "sea"))
    coast = layer("sea", [(5.5, 6), (5.5, 7)], [Edge(0, 1, 120)])
    (warning,) = findings(tmp_path, ROAD, coast, stops=[near], severity="warning")
    assert warning.mode == "road"
    assert "NEAR: the nearest road is 56 km away" in warning.message  # 0.5 degrees
    far = Stop(spot=spot(5.5, 7, name="FAR"), modes=("road", "sea"))
    notes = findings(tmp_path, ROAD, coast, stops=[far], severity="note")
    assert "terminals that name it and lie outside it: 1 (FAR)" in messages(notes, "lost terminals")


def test_parts_that_are_not_joined_are_counted(tmp_path: Path) -> None:
    line = [Edge(i, i + 1, 12) for i in range(30)]
    island = layer(
        "road", [(0, i / 10) for i in range(31)] + [(5, 5), (5, 6)], [*line, Edge(31, 32, 115)]
    )
    stops = [Stop(spot=spot(0, 0, name="MAIN")), Stop(spot=spot(5, 5, name="ISLE"))]
    notes = findings(tmp_path, island, stops=stops, severity="note")
    assert messages(notes, "components") == [
        "separate parts: 1 large (31 nodes) and 1 of fewer than 30 nodes"
    ]
    warnings = findings(tmp_path, island, stops=stops, severity="warning")
    assert messages(warnings, "components") == ["ISLE: tied to a part of only 2 nodes"]


def test_a_closed_world_at_sea(tmp_path: Path) -> None:
    shut = SETTINGS.replace("[arctic]", "[arctic, canal, cape]")
    ports = [
        Stop(spot=spot(-1, lon, name=name), modes=("sea",))
        for lon, name in ((0, "WEST"), (5, "MID"), (10, "EAST"))
    ]
    found = findings(tmp_path, SEA, stops=ports, settings=shut)
    assert messages(found, "components") == [
        "no open way by sea joins EAST with the other ports: a closed world"
    ]


def test_settings_that_close_or_time_nothing(tmp_path: Path) -> None:
    odd = SETTINGS.replace("[arctic]", "[artic]").replace("rail: 50, ", "")
    assert messages(findings(tmp_path, SEA, RAIL, settings=odd), "settings") == [
        "closed_passages: the sea layer has no passage 'artic': nothing is closed"
    ]
    warnings = findings(tmp_path, SEA, RAIL, settings=odd, severity="warning")
    assert messages(warnings, "settings") == [
        "speeds_kmh has no rail: hours of its services can't be told"
    ]


def test_a_folder_without_layers(tmp_path: Path) -> None:
    (tmp_path / "network.yaml").write_text(PLAIN)
    (finding,) = check(open_network(tmp_path), [], [])[:1]
    assert (finding.severity, finding.check) == ("error", "settings")
    assert "want at least one of road.npz" in finding.message


def test_sea_edges_over_land(tmp_path: Path) -> None:
    # three roads run north at 0.2, 0.4 and 0.6 degrees east; the ship sails east along the equator
    nodes = [(lat, lon) for lon in (0.2, 0.4, 0.6) for lat in (-1, 1)]
    roads = layer("road", nodes, [Edge(2 * i, 2 * i + 1, 223) for i in range(3)])
    for lons, edges in (((0, 1), 1), ((0, 0.5), 0), ((2, 3), 0)):
        ship = layer("sea", [(0, lons[0]), (0, lons[1])], [Edge(0, 1, 120)])
        warnings = findings(tmp_path, roads, ship, severity="warning")
        assert len(messages(warnings, "sea on land")) == edges
    ship = layer("sea", [(0, 0), (0, 1)], [Edge(0, 1, 120, shape=((2, 0), (2, 1)))])
    assert findings(tmp_path, roads, ship, severity="warning") == []


def test_sea_edges_in_a_country(tmp_path: Path) -> None:
    ship = layer("sea", [(0, 0), (0, 1)], [Edge(0, 1, 120, "PT")])
    found = findings(tmp_path, ship)
    assert messages(found, "sea on land") == ["sea edges lie in a country: PT"]


def test_distances_within_their_tolerance(tmp_path: Path) -> None:
    # 112 km against 112 * 100 / 104 = 107.692: +4.0 %, tolerance 5 %
    notes = findings(tmp_path, ROAD, distances=[known(107.692)], severity="note")
    assert messages(notes, "distances") == [
        "known distances: 1, median error 4.0 %, 100 % within tolerance; known gaps left out: 0"
    ]


def test_distances_that_are_wrong(tmp_path: Path) -> None:
    # 112 km against 100: +12 %; four of five within is 80 %, less than 95
    rows = [known(100), *[known(112)] * 4]
    (finding,) = findings(tmp_path, ROAD, distances=rows)
    assert "median error 0.0 %, 80 % within tolerance" in finding.message
    (warning,) = findings(tmp_path, ROAD, distances=rows, severity="warning")
    assert warning.message == "A to B: 112 km, a source says 100 km: +12.0 %, tolerance 5 %"


def test_known_gaps_are_told_apart(tmp_path: Path) -> None:
    rows = [known(112), known(50, gap=True), known(111, gap=True)]
    notes = findings(tmp_path, ROAD, distances=rows, severity="note")
    assert messages(notes, "distances") == [
        "A to B: known gap, now within tolerance",
        "known distances: 1, median error 0.0 %, 100 % within tolerance; known gaps left out: 2",
    ]
    warnings = findings(tmp_path, ROAD, distances=rows[1:2], severity="warning")
    assert messages(warnings, "distances") == ["known distances: none but known gaps (1)"]


def test_distances_without_way_or_tie_or_layer(tmp_path: Path) -> None:
    rows = [
        known(500, to=spot(5, 5, name="ISLE")),
        known(500, to=spot(8, 8, name="FAR")),
        replace(known(500), mode="barge"),
    ]
    warnings = findings(tmp_path, ROAD, distances=rows, severity="warning")
    told = messages(warnings, "distances")
    assert told[0] == "A to ISLE: there is no way"
    assert "FAR: the nearest road is" in told[1]
    assert told[2] == "A to B: the network has no layer 'barge'"


def test_it_is_checked_as_it_will_be(tmp_path: Path) -> None:
    assert last_opening(open_network(write(tmp_path, RAIL))) == date(2027, 1, 1)
    assert last_opening(open_network(write(tmp_path / "b", ROAD))) == date(1970, 1, 1)


def test_distances_are_read(tmp_path: Path) -> None:
    assert read_distances(tmp_path) == []
    rows = "road,A,B,0,0,0,1,112,,5,no\nsea,A,B,0,0,0,1,,100,7,doubtful\n"
    (tmp_path / "distances.csv").write_text(HEADER + rows)
    road, sea = read_distances(tmp_path)
    assert road == known(112)
    assert sea.km == pytest.approx(185.2)  # 100 nm of 1.852 km
    assert (sea.tolerance_pct, sea.known_gap) == (7, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mode,from\n", r"distances\.csv:1: missing column to, from_lat"),
        (HEADER + "road,A,B,0,0,0,1,far,,5,no\n", r"csv:2: real_km: want a number, got 'far'"),
        (HEADER + "road,A,B,0,0,0,1,,,5,no\n", r"csv:2: real_nm: want a number, got ''"),
        (HEADER + "road,A,B,0,0,0,1,0,,5,no\n", r"csv:2: real_km: want a distance above 0"),
        (HEADER + "air,A,B,0,0,0,1,5,,5,no\n", r"csv:2: mode: want one of road, rail"),
        (HEADER + "road,A,B,0,0,0,1,5,,,no\n", r"csv:2: tolerance_pct: want a number"),
    ],
)
def test_faults_of_distances(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "distances.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        read_distances(tmp_path)


def test_layers_are_counted(tmp_path: Path) -> None:
    road, rail, sea = layer_facts(open_network(write(tmp_path)))
    assert (road.mode, road.nodes, road.edges, road.km) == ("road", 5, 3, 112 + 120 + 115)
    assert road.country_km == {"ES": 112, "PT": 120 + 115}
    assert road.bytes == (tmp_path / "road.npz").stat().st_size
    assert (road.gauge_km, road.unwired_km) == ({}, 0)
    assert rail.gauge_km == {1435: 225, 1668: 112 + 120 + 230 + 112}
    assert rail.unwired_km == 120 + 112
    assert sea.country_km == {"": sea.km}
