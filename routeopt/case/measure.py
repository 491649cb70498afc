"""What a network gives to a case: doors, time zones, measured ways, trucks between places."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import Any

from routeopt.case.ground import Ground
from routeopt.case.measured import DOOR, Measured, Truck, gauges_of, lines_on
from routeopt.case.places import Faults, Place, shown
from routeopt.case.rows import Row, Values
from routeopt.case.settings import Settings
from routeopt.network import DOOR_KIND
from routeopt.network.driving import DrivingRules, truck_hours
from routeopt.network.physical import NoTieError, Physical, Spot, Way

_LAST_LAT, _LAST_LON = 90, 180


class Surveyor:
    """Measures what a case leaves to its network; faults go to the case's."""

    def __init__(
        self,
        ground: Ground,
        settings: Settings,
        rows: dict[str, list[Row]],
        ids: dict[str, dict[str, Row]],
        faults: Faults,
    ) -> None:
        self.physical: Physical = ground.physical
        self.settings = settings
        self.rows = rows
        self.ids = ids
        self.faults = faults
        self.on: date = settings.get("start")
        self.measured = Measured()
        self.trucking = {
            row.values["country"]: row.values for row in rows["trucking"] if row.values
        }
        self._lost: dict[tuple[str, str, date], str] = {}

    def survey(self) -> Measured:
        """Add doors and time zones, measure services, and find the trucks."""
        self._doors()
        self._zones()
        self._services()
        self._trucks()
        return self.measured

    # ---- doors and time zones ---------------------------------------------------------------

    def _doors(self) -> None:
        for row in self.rows["shipments"]:
            for end in ("origin", "destination"):
                text = row.cells.get(end, "")
                hit = DOOR.fullmatch(text)
                if hit and text not in self.ids["terminals"]:
                    self._door(row, end, text, hit)

    def _door(self, row: Row, end: str, text: str, hit: re.Match[str]) -> None:
        lat, lon = float(hit[1]), float(hit[2])
        if abs(lat) > _LAST_LAT or abs(lon) > _LAST_LON:
            hint = ": are lat and lon swapped?" if abs(lon) <= _LAST_LAT else ""
            message = f"{end}: no place on Earth: {shown(text)}{hint}"
            self.faults.add("E404", row.place(end), message, value=text)
            return
        spot = Spot(id=text, lat=lat, lon=lon, name=hit[3] or "")
        try:
            tie = self.physical.tie("road", spot, on=self.on)
        except NoTieError as err:
            self.faults.add("E423", row.place(end), f"{end}: {err}", value=text)
            return
        layer = self.physical.layer("road")
        country = layer.countries[int(layer.country[tie.edge])]
        name = hit[3] or f"door at {lat:g}, {lon:g}"
        self._add_place(row, text, name, country, lat, lon)

    def _add_place(
        self, row: Row, id_: str, name: str, country: str, lat: float, lon: float
    ) -> None:
        cells = {"id": id_, "name": name, "country": country, "lat": str(lat), "lon": str(lon)}
        place = Row("terminals", cells, at=Place(row.file, row.line, row.column), label=row.label)
        place.values = {
            "id": id_,
            "name": name,
            "country": country,
            "lat": lat,
            "lon": lon,
            "timezone": _zone_at(lat, lon),
            "kind": DOOR_KIND,
            "handling_h": 0.0,
            "free_days": 0,
            **dict.fromkeys(
                (
                    *("handling_eur_per_teu", "handling_eur_per_t", "handling_eur_per_m3"),
                    *("storage_eur_per_teu_day", "storage_eur_per_m3_day"),
                ),
                0.0,
            ),
        }
        self.rows["terminals"].append(place)
        self.ids["terminals"][id_] = place

    def _zones(self) -> None:
        """Give terminals without a time zone that of their position."""
        for index, row in enumerate(self.rows["terminals"]):
            values = row.values
            if values is None or "timezone" in row.cells:
                continue
            if values.get("kind") != DOOR_KIND:
                self._put("terminals", index, timezone=_zone_at(values["lat"], values["lon"]))

    def _put(self, table: str, index: int, **values: Any) -> None:  # noqa: ANN401  as in rows
        """Put a copy of a row with more values in its place: rows are shared between cases."""
        row = self.rows[table][index].with_values(values)
        self.rows[table][index] = row
        if self.ids[table].get(row.id) is not None:
            self.ids[table][row.id] = row

    # ---- services ---------------------------------------------------------------------------

    def _services(self) -> None:
        wanted = [
            (index, row)
            for index, row in enumerate(self.rows["services"])
            if row.values is not None and self._is_measured(row.values)
        ]
        groups: dict[tuple[str, date], list[tuple[int, Row]]] = defaultdict(list)
        for index, row in wanted:
            groups[self._group(row)].append((index, row))
        for mode, on in sorted(groups):
            some = [(i, row) for i, row in groups[mode, on] if self._tied(mode, row, on)]
            self._measure(mode, on, some)
        for index, row in enumerate(self.rows["services"]):
            if row.values is not None and "distance_km" in row.values:
                self._hours(index, row.values)

    def _is_measured(self, values: Values) -> bool:
        ends = {values["from"], values["to"]}
        known = all(id_ in self.ids["terminals"] and self.spot(id_) for id_ in ends)
        return "distance_km" not in values and known and len(ends) > 1

    def _group(self, row: Row) -> tuple[str, date]:
        """Mode of a service, and the day whose lines it runs on: of the start, or its first."""
        values = row.values or {}
        return values["mode"], lines_on(self.on, values.get("valid_from"))

    def spot(self, id_: str) -> Spot | None:
        """Place of a terminal as the layers take it; None where it has faults."""
        values = self.ids["terminals"][id_].values
        if values is None:
            return None
        return Spot(
            id=id_,
            lat=values["lat"],
            lon=values["lon"],
            name=values.get("name", ""),
            gauges_mm=gauges_of(values),
        )

    def _tied(self, mode: str, row: Row, on: date) -> bool:
        """Whether both ends are tied to the layer; tells of the first service that they are not."""
        tied = True
        for end in ("from", "to"):
            id_ = row.cells[end]
            if (mode, id_, on) not in self._lost:
                spot = self.spot(id_)
                reason = ""
                try:
                    if spot is not None:
                        self.physical.tie(mode, spot, on=on)
                except NoTieError as err:
                    reason = str(err)
                self._lost[mode, id_, on] = reason
                if reason:
                    self.faults.add("E423", row.place(end), f"{end}: {reason}", value=id_)
            tied = tied and not self._lost[mode, id_, on]
        return tied

    def _measure(self, mode: str, on: date, rows: list[tuple[int, Row]]) -> None:
        if not rows:
            return
        pairs = [self._pair(row) for _, row in rows]
        avoid = self._passages("avoid") if mode == "sea" else ()
        via = self._passages("via") if mode == "sea" else ()
        ways = self.physical.ways(mode, pairs, on=on, avoid=avoid, via=via)
        plain = self.physical.ways(mode, pairs, on=on) if avoid or via else ways
        for (index, row), way, usual in zip(rows, ways, plain, strict=True):
            if way is None:
                self._does_not_run(row, mode)
            else:
                self.measured.ways[row.id] = way
                self._put("services", index, **self._given(row, way, usual))

    def _passages(self, key: str) -> tuple[str, ...]:
        found: tuple[str, ...] = self.settings.get(f"{key}.passages") or ()
        return found

    def _pair(self, row: Row) -> tuple[Spot, Spot]:
        here, there = self.spot(row.cells["from"]), self.spot(row.cells["to"])
        if here is None or there is None:
            raise AssertionError(row.id)  # `_is_measured` has seen both
        return here, there

    def _does_not_run(self, row: Row, mode: str) -> None:
        closed = ", ".join(self._passages("avoid")) if mode == "sea" else ""
        why = f"no way by {mode} is left" + (f" without {closed}" if closed else "")
        self.measured.idle[row.id] = why
        message = f"{row.id}: {why}: it does not run"
        self.faults.add("W617", row.place("id"), message, value=row.id)

    def _given(self, row: Row, way: Way, usual: Way | None) -> dict[str, Any]:
        """Values of a service that its way gives."""
        values = row.values or {}
        found: dict[str, Any] = {"distance_km": way.distance_km}
        if way.mode != "sea" and "country_km" not in values and way.country_km:
            found["country_km"] = dict(way.country_km)
        if "unwired_km" not in values and way.unwired_km and "toc_unwired" in values:
            found["unwired_km"] = dict(way.unwired_km)
        if values.get("hours") is not None and usual is not None:
            more_km = way.distance_km - usual.distance_km
            if more_km:
                found["hours"] = values["hours"] + more_km / self._speed(way.mode)
        return found

    def _speed(self, mode: str) -> float:
        return float(self.physical.settings.speeds_kmh[mode])

    def _hours(self, index: int, values: Values) -> None:
        if "hours" in values:
            return
        if values["mode"] != "road":
            speed = self.physical.settings.speeds_kmh.get(values["mode"])
            if speed:
                self._put("services", index, hours=values["distance_km"] / speed)
            return
        start = self.ids["terminals"].get(values["from"])
        truck = None if start is None or start.values is None else self._truck_row(start.values)
        if truck is not None:
            self._put("services", index, hours=self._truck_hours(values["distance_km"], truck))

    # ---- trucks -----------------------------------------------------------------------------

    def _truck_row(self, terminal: Values) -> Values | None:
        return self.trucking.get(terminal["country"])

    def _truck_hours(self, km: float, row: Values) -> float:
        rules = self.physical.settings.driving_rules
        name = row["rules"]
        rule = None if name == "none" else DrivingRules(**rules[name])
        return truck_hours(km, row["speed_kmh"], rule)

    def _trucks(self) -> None:
        """Trucks between all places by road, or only from and to doors."""
        which = self.settings.get("trucking")
        if which == "none" or "road" not in self.physical.modes:
            return
        spots = self._on_road()
        doors = {id_ for id_ in spots if self._is_door(id_)}
        pairs = [
            (here, there)
            for here in spots.values()
            for there in spots.values()
            if here.id != there.id
            and (which == "all" or here.id in doors or there.id in doors)
            and self._truck_row_of(here.id) is not None
        ]
        ways = self.physical.ways("road", pairs, on=self.on)
        for (here, there), way in zip(pairs, ways, strict=True):
            row = self._truck_row_of(here.id)
            if way is not None and row is not None:
                hours = self._truck_hours(way.distance_km, row)
                truck = Truck(origin=here.id, destination=there.id, way=way, hours=hours, row=row)
                self.measured.trucks.append(truck)

    def _is_door(self, id_: str) -> bool:
        values = self.ids["terminals"][id_].values
        return values is not None and values.get("kind") == DOOR_KIND

    def _truck_row_of(self, id_: str) -> Values | None:
        values = self.ids["terminals"][id_].values
        return None if values is None else self._truck_row(values)

    def _on_road(self) -> dict[str, Spot]:
        """Places that the road layer reaches; others simply have no truck."""
        found: dict[str, Spot] = {}
        for row in self.rows["terminals"]:
            spot = self.spot(row.id) if row.id in self.ids["terminals"] else None
            if spot is None:
                continue
            try:
                self.physical.tie("road", spot, on=self.on)
            except NoTieError:
                continue
            found[spot.id] = spot
        return found


def _zone_at(lat: float, lon: float) -> str:
    """Time zone of a position."""
    from tzfpy import get_tz  # noqa: PLC0415  takes long to load

    return str(get_tz(lon, lat)) or "UTC"
