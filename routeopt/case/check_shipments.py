"""What shipments, and the keys of a case that name rows, must be to make sense."""

from __future__ import annotations

import re

from routeopt.case.check_factors import toc_columns, usable_services
from routeopt.case.check_network import shipped
from routeopt.case.measured import DOOR, truck_ids
from routeopt.case.places import Place, shown
from routeopt.case.rows import Row, Values
from routeopt.case.tables import SHIPPED, Tables, first_minute, minute
from routeopt.freight import DAY_MIN

MAX_SHIPMENTS = 1_000_000
"""Most single shipments of a case, counted ones one by one."""
_SHOWN = 5


def check_shipments(tables: Tables) -> None:
    """Record every fault of the shipments and of the keys `avoid`, `via`, `trucking`."""
    total = 0
    for row, values in tables.each_read("shipments"):
        _ends(tables, row, values)
        _times(tables, row, values)
    for row, values in tables.each("shipments"):
        _size(tables, row, values)
        _member_ids(tables, row)
        total += values.get("count", 1)
        if MAX_SHIPMENTS < total <= MAX_SHIPMENTS + values.get("count", 1):
            message = f"count: more than {MAX_SHIPMENTS:,} shipments in all"
            tables.faults.add("E417", row.place("count"), message)
    _reefer(tables)
    _duties(tables)
    _avoided(tables)
    _no_effect(tables)


def _ends(tables: Tables, row: Row, values: Values) -> None:
    for end in ("origin", "destination"):
        id_ = values.get(end)
        if id_ is None or id_ in tables.ids["terminals"]:
            continue
        if DOOR.fullmatch(id_) and not tables.settings.standalone:
            continue  # a fault of its place has been told
        if DOOR.fullmatch(id_) and tables.settings.standalone:
            message = (
                f"{end}: a door, {shown(id_)}, needs a network's roads; "
                "with `network: none` name a terminal"
            )
            tables.faults.add("E404", row.place(end), message, value=id_)
        elif "terminals" not in tables.lost:
            known = tables.ids["terminals"].keys()
            message = f"{end}: no terminal {shown(id_)}"
            tables.faults.add("E303", row.place(end), message, value=id_, known=known)
    if "origin" in values and values["origin"] == values.get("destination"):
        message = f"origin and destination are both {shown(values['destination'])}"
        tables.faults.add("E401", row.place("destination"), message)


def _size(tables: Tables, row: Row, values: Values) -> None:
    if not any(name in values for name in ("teu", "tonnes", "m3")):
        message = "teu, tonnes, m3: missing values; give at least one"
        tables.faults.add("E413", row.place("teu"), message)


def _times(tables: Tables, row: Row, values: Values) -> None:
    if not {"origin", "destination", "ready", "due"} <= values.keys():
        return
    zones = tables.zone(values["origin"]), tables.zone(values["destination"])
    if zones[0] is None or zones[1] is None:
        return
    ready, due = minute(values["ready"], zones[0]), minute(values["due"], zones[1])
    if due < ready:
        message = f"due {values['due']} is before ready {values['ready']}"
        tables.faults.add("E403", row.place("due"), message, value=values["due"])
    start, days = tables.settings.get("start"), tables.settings.get("days")
    if start is None or days is None:
        return
    begin = first_minute(start)
    if ready < begin:
        message = f"ready {values['ready']} is before the horizon: nothing departs before {start}"
        tables.faults.add("W604", row.place("ready"), message, value=values["ready"])
    elif ready > begin + days * DAY_MIN:
        message = f"ready {values['ready']} is after the horizon of {days} days: nothing departs"
        tables.faults.add("W609", row.place("ready"), message, value=values["ready"])


def _member_ids(tables: Tables, row: Row) -> None:
    """Record an id that another row's `count` makes too."""
    stem, slash, number = row.id.rpartition("/")
    counted = tables.values("shipments", stem) if slash else None
    if counted is None or "count" not in counted or not re.fullmatch("[1-9][0-9]{0,6}", number):
        return
    if int(number) <= counted["count"]:
        message = f"id {shown(row.id)} is one that the count of {shown(stem)} makes"
        tables.faults.add("E302", row.place("id"), message, value=row.id)


def _reefer(tables: Tables) -> None:
    """Record services and terminals that reefer cargo could use and whose factor has no row."""
    cargo = [(row, values) for row, values in tables.each("shipments") if _is_reefer(values)]
    if not cargo:
        return
    name = shown(cargo[0][0].id)
    barred = set.intersection(*({*values.get("avoid_modes", ())} for _, values in cargo))
    ends: set[str] = set()
    warm: set[str] = set()
    for row, values in usable_services(tables):
        if values["mode"] in barred:
            continue
        ends |= {values["from"], values["to"]}
        if shipped(row):  # a network's rows are not for this cargo alone: it avoids them
            lacking = (values[c] for c in toc_columns(values))
            warm |= {row.id for id_ in lacking if _no_reefer(tables, "toc", id_)}
            continue
        for column in toc_columns(values):
            if _no_reefer(tables, "toc", values[column]):
                message = (
                    f"{column}: {shown(values[column])} names no reefer row, "
                    f"and shipment {name} is reefer"
                )
                tables.faults.add("E410", row.place(column), message, value=values[column])
    for row, values in tables.each("terminals"):
        id_ = tables.hoc(values)
        if row.id in ends and _no_reefer(tables, "hoc", id_):
            if shipped(row):
                warm.add(row.id)
                continue
            message = f"hoc: {shown(str(id_))} names no reefer row, and shipment {name} is reefer"
            tables.faults.add("E411", row.place("hoc"), message, value=id_)
    warm |= {
        f"trucks of {country}"
        for country, id_ in sorted(
            {(t.row["country"], t.row["toc"]) for t in tables.measured.trucks}
        )
        if "road" not in barred and _no_reefer(tables, "toc", id_)
    }
    if warm:
        told = ", ".join(sorted(warm)[:_SHOWN]) + (", ..." if len(warm) > _SHOWN else "")
        message = f"no factor for reefer cargo, which avoids them: {told}"
        tables.faults.add("W618", Place(tables.faults.file), message)


def _no_reefer(tables: Tables, table: str, id_: str | None) -> bool:
    """Whether a factor has no reefer row, and nothing else wrong that is told elsewhere."""
    row = tables.ids[table].get(id_ or "")
    if row is None or row.values is None:
        return False
    told = "reefer" in row.values and not row.file.startswith(SHIPPED)
    return not told and tables.reefer(table, row.id) is None


def _is_reefer(values: Values) -> bool:
    return bool(values["cargo"] == "reefer")


class _DutyRows:
    """Which duty rows could charge a shipment."""

    def __init__(self, tables: Tables) -> None:
        self.rows = [
            (v.get("origin_country", ""), v["country"], v.get("commodity", ""), v)
            for _, v in tables.each("duties")
        ]
        self.known: dict[tuple[str, str, str], tuple[bool, bool]] = {}

    def of(self, origin: str, destination: str, commodity: str) -> tuple[bool, bool]:
        """(whether an import row is there, whether any row could charge something)."""
        key = (origin, destination, commodity)
        if key not in self.known:
            rows = [
                (country, values)
                for start, country, goods, values in self.rows
                if start in {"", origin} and goods in {"", commodity}
            ]
            imports = [values for country, values in rows if country == destination]
            transits = [values for country, values in rows if country not in {origin, destination}]
            charged = any(v["import_pct"] for v in imports) or any(
                v["transit_pct"] for v in transits
            )
            self.known[key] = (bool(imports), charged)
        return self.known[key]


def _duties(tables: Tables) -> None:
    duties = _DutyRows(tables)
    for row, values in tables.each("shipments"):
        ends = [tables.values("terminals", values[end]) for end in ("origin", "destination")]
        if ends[0] is None or ends[1] is None or ends[0]["country"] == ends[1]["country"]:
            continue
        origin, destination = ends[0]["country"], ends[1]["country"]
        found, charged = duties.of(origin, destination, values.get("commodity", ""))
        if charged and "value_eur" not in values:
            message = "value_eur: not given, so no duty is charged, though duties rows match"
            tables.faults.add("W605", row.place("value_eur"), message)
        elif values.get("value_eur") and not found and "duties" not in tables.lost:
            message = f"value_eur: no duties row from {origin} to {destination}: none is charged"
            tables.faults.add("W606", row.place("value_eur"), message)


def _avoided(tables: Tables) -> None:
    services = set(tables.ids["services"])
    services |= {f"{row.id}/back" for row, v in tables.each("services") if v["both_ways"]}
    for key, code, what, known in (
        ("avoid.terminals", "E303", "terminal", set(tables.ids["terminals"])),
        ("avoid.services", "E308", "service", services),
    ):
        if f"{what}s" in tables.lost:
            continue
        for index, id_ in enumerate(tables.listed(key)):
            if id_ not in known and not _is_truck(tables, id_):
                place = tables.settings.places.get(f"{key}[{index}]", tables.settings.places[key])
                message = f"{key}: no {what} {shown(id_)}"
                tables.faults.add(code, place, message, value=id_, known=known)


def _is_truck(tables: Tables, id_: str) -> bool:
    return not tables.settings.standalone and truck_ids(tables.ids["terminals"], id_)


def _no_effect(tables: Tables) -> None:
    settings = tables.settings
    if not settings.standalone:
        return
    if "trucking" in settings.places and settings.get("trucking") != "none":
        message = "trucking: with `network: none` there are no trucks but those of services"
        tables.faults.add("W601", settings.places["trucking"], message)
    for key in ("avoid.passages", "via.passages"):
        if tables.listed(key):
            message = f"{key}: no service here has a measured way, so this changes nothing"
            tables.faults.add("W602", settings.places[key], message)
