"""Cases for benchmarks, made from a seed: clusters of terminals, trucks within, trains between.

Every number is invented (`assumption`); the shape follows what hinterland networks look like: on
demand services are many and short, timetabled ones few, long, clean and sold in whole units.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from routeopt.case.model import Case
from routeopt.emissions import Hoc, Toc, great_circle_km
from routeopt.freight import DAY_MIN, Shipment, Size, minute_of
from routeopt.network import Network, Service, Terminal
from routeopt.network.calendar import Timetable

START = minute_of("2026-03-02T00:00:00+00:00")
DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a case is."""

    terminals: int
    clusters: int
    trucks: int
    trains: int
    shipments: int
    storage: bool = True


SCALES = {
    "small": Scale(terminals=12, clusters=3, trucks=40, trains=12, shipments=6),
    "medium": Scale(terminals=60, clusters=6, trucks=600, trains=120, shipments=20),
    "large": Scale(terminals=300, clusters=12, trucks=7200, trains=2800, shipments=40),
}


def make(scale: Scale, *, seed: int = 1) -> Case:
    """Build a case of this scale."""
    draw = random.Random(seed)  # noqa: S311 - an instance, not a secret
    clusters = [_cluster(draw, scale, number) for number in range(scale.clusters)]
    terminals = {terminal.id: terminal for cluster in clusters for terminal in cluster}
    services: dict[str, Service] = {}
    while len(services) < scale.trucks:
        here, there = draw.sample(draw.choice(clusters), 2)
        truck = _truck(draw, here, there, len(services))
        services[truck.id] = truck
    while len(services) < scale.trucks + scale.trains:
        first, second = draw.sample(clusters, 2)
        train = _train(draw, draw.choice(first), draw.choice(second), len(services))
        services[train.id] = train
    network = Network(
        terminals=terminals,
        services=services,
        tocs={
            "road": Toc(id="road", wtt_g=20, ttw_g=69, activity="tkm", source="assumption"),
            "rail": Toc(id="rail", wtt_g=7, ttw_g=24, activity="tkm", source="assumption"),
        },
        hocs={"hub": Hoc(id="hub", wtt_kg=4, ttw_kg=2, per="teu", source="assumption")},
    )
    shipments = tuple(_shipment(draw, clusters, number) for number in range(scale.shipments))
    return Case(
        path=Path("benchmark.yaml"),
        name="benchmark",
        start=START,
        days=DAYS,
        shipments=shipments,
        network=network,
        objective=("co2e", "cost"),
        max_legs=6,
    )


def _cluster(draw: random.Random, scale: Scale, number: int) -> list[Terminal]:
    lat, lon = draw.uniform(37, 50), draw.uniform(-8, 20)
    return [
        Terminal(
            id=f"C{number:02}-{index:02}",
            name="",
            country=f"X{chr(65 + number)}",
            lat=lat + draw.uniform(-0.7, 0.7),
            lon=lon + draw.uniform(-0.7, 0.7),
            handling_h=2,
            handling_eur_per_teu=20,
            free_days=2,
            storage_eur_per_teu_day=draw.choice((3.0, 5.0, 8.0)) if scale.storage else 0.0,
            hoc="hub",
        )
        for index in range(scale.terminals // scale.clusters)
    ]


def _km(here: Terminal, there: Terminal) -> float:
    return round(1.3 * great_circle_km(here.lat, here.lon, there.lat, there.lon) + 5)


def _truck(draw: random.Random, here: Terminal, there: Terminal, number: int) -> Service:
    km = _km(here, there)
    return Service(
        id=f"truck-{number:05}",
        mode="road",
        origin=here.id,
        destination=there.id,
        timetable=Timetable(on_demand=True),
        distance_km=km,
        hours=km / 60,
        unit_teu=2,
        cost_per_unit_eur=round(60 + km * draw.uniform(1.3, 1.8), 2),
        toc="road",
    )


def _train(draw: random.Random, here: Terminal, there: Terminal, number: int) -> Service:
    km = _km(here, there)
    days = sorted(draw.sample(range(7), draw.randint(1, 4)))
    minute = draw.randrange(0, DAY_MIN, 30)
    return Service(
        id=f"train-{number:05}",
        mode="rail",
        origin=here.id,
        destination=there.id,
        timetable=Timetable(weekly=tuple((day, minute) for day in days)),
        distance_km=km,
        hours=km / 45,
        cutoff_h=3,
        unit_teu=draw.choice((1, 2, 3)),
        max_units=draw.choice((4, 10, 30)),
        cost_per_unit_eur=round(km * draw.uniform(0.2, 0.4), 2),
        cost_per_departure_eur=draw.choice((0, 0, 200, 400, 800)),
        toc="rail",
    )


def _shipment(draw: random.Random, clusters: list[list[Terminal]], number: int) -> Shipment:
    first, second = draw.sample(clusters, 2)
    teu = float(draw.choice((1, 2, 2, 4)))
    ready = START + draw.randrange(0, 3 * DAY_MIN, 60)
    return Shipment(
        id=f"S{number:04}",
        origin=draw.choice(first).id,
        destination=draw.choice(second).id,
        size=Size(teu, 10 * teu, 33 * teu),
        ready=ready,
        due=ready + draw.randint(5, 9) * DAY_MIN,
    )
