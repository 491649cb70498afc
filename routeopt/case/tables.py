"""All tables of a case together: what a check or the building of objects looks up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from routeopt.case.measured import Measured
from routeopt.case.places import Faults
from routeopt.case.rows import Row, Values
from routeopt.case.settings import Settings
from routeopt.case.values import split_list
from routeopt.emissions import Refrigerant
from routeopt.freight import Minute, Size
from routeopt.network.calendar import read_time

if TYPE_CHECKING:
    from routeopt.case.ground import Ground

KEY_OF = {
    "grid": ("country", "basis", "year"),
    "duties": ("origin_country", "country", "commodity"),
    "trucking": ("country",),
}
"""Columns that tell the rows of a table apart, where it is not `id`."""

HOC_OF_KIND = {
    "seaport": "container-terminal",
    "inland port": "container-terminal",
    "rail terminal": "rail-terminal",
    "border crossing": "rail-terminal",
    "distribution centre": "cross-dock",
}
"""Hub operation category of a terminal that names none, by its kind."""

SHIPPED = "<routeopt>/"
"""What the file name of a shipped row begins with; that of a case's row never does."""


@dataclass
class Tables:
    """Rows of a case with the shipped ones under them, settings beside them.

    Parameters
    ----------
    rows
        Rows that have values, by table.
    ids
        All rows by table and id, those without values too: a reference to one is no fault.
    doubled
        Rows by table whose id an earlier row has.
    flawed
        Rows with faults, by table.
    lost
        Tables that could not be read whole: references into them are not checked.
    refuelled
        TOC rows whose fuel an override changed and whose intensity it did not.
    shipped_in
        TOC ids of the shipped factor sets: the value of `factors` that brings each.
    refrigerants
        All refrigerants, which ship with routeopt.
    measured, ground
        What was measured on the network that the case stands on.
    """

    settings: Settings
    faults: Faults
    rows: Mapping[str, list[Row]]
    ids: Mapping[str, Mapping[str, Row]]
    doubled: Mapping[str, list[Row]]
    flawed: Mapping[str, list[Row]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    refuelled: tuple[Row, ...] = ()
    shipped_in: Mapping[str, str] = field(default_factory=dict)
    refrigerants: Mapping[str, Refrigerant] = field(default_factory=dict)
    measured: Measured = field(default_factory=Measured)
    ground: Ground | None = None

    def values(self, table: str, id_: str) -> Values | None:
        """Values of a row; None where there is no such row, or one with faults."""
        row = self.ids[table].get(id_)
        return None if row is None else row.values

    def each(self, table: str) -> Iterator[tuple[Row, Values]]:
        """Rows that have values, with them."""
        for row in self.rows[table]:
            if row.values is not None:
                yield row, row.values

    def each_read(self, table: str) -> Iterator[tuple[Row, Values]]:
        """All rows; those with faults with what could be read of them, some may be missing."""
        yield from self.each(table)
        for row in self.flawed.get(table, ()):
            yield row, row.read

    def listed(self, key: str) -> tuple[Any, ...]:
        """Value of a key that is a list; empty where nothing is given."""
        value: tuple[Any, ...] = self.settings.get(key) or ()
        return value

    def reefer(self, table: str, id_: str) -> str | None:
        """Id of the row that counts for reefer cargo, if there is one."""
        values = self.values(table, id_)
        reefer: str | None = None if values is None else values.get("reefer")
        return reefer if reefer in self.ids[table] else None

    def zone(self, terminal: str) -> str | None:
        """Time zone of a terminal; None where it is not known."""
        values = self.values("terminals", terminal)
        return None if values is None else str(values["timezone"])

    def hoc(self, terminal: Values) -> str | None:
        """Hub operation category of a terminal: its own, or that of its kind."""
        own: str | None = terminal.get("hoc")
        kind = terminal.get("kind")
        if own is None and kind == "border crossing":
            gauges = set(split_list(terminal.get("gauges_mm", "")))
            return "gauge-change" if len(gauges) > 1 else "rail-terminal"
        return own or HOC_OF_KIND.get(kind or "")

    def country_km(self, service: Values) -> Mapping[str, float] | None:
        """Km by country as given, else all in the country that both ends share."""
        given: Mapping[str, float] | None = service.get("country_km")
        if given is not None or "distance_km" not in service:
            return given
        ends = [self.values("terminals", service[end]) for end in ("from", "to")]
        if None in ends:
            return None
        countries = {end["country"] for end in ends if end is not None}
        return {countries.pop(): service["distance_km"]} if len(countries) == 1 else None

    def runs(self, service: Values) -> bool:
        """Whether a service has a way to run on."""
        return service["id"] not in self.measured.idle and "distance_km" in service


@lru_cache(maxsize=100_000)
def minute(text: str, zone: str) -> Minute:
    """Minute of a time, local to the zone or absolute."""
    return read_time(text, zone)


def first_minute(day: date) -> Minute:
    """Minute at which a day begins in UTC."""
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() / 60)


def size_of(shipment: Values) -> Size:
    """Size with what is left out filled in: 10 t and 33 m³ a TEU (GLEC's average cargo).

    >>> size_of({"tonnes": 12})
    Size(teu=1.2, tonnes=12, m3=39.6)
    """
    teu, tonnes, m3 = (shipment.get(name) for name in ("teu", "tonnes", "m3"))
    if teu is None:
        teu = m3 / 33 if tonnes is None and m3 is not None else (tonnes or 0.0) / 10
    return Size(
        teu=teu,
        tonnes=teu * 10 if tonnes is None else tonnes,
        m3=teu * 33 if m3 is None else m3,
    )
