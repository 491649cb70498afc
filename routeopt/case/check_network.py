"""What terminals, services, factors and duties must be to make sense together."""

from __future__ import annotations

from routeopt.case.places import Place, shown
from routeopt.case.rows import Row, Values
from routeopt.case.tables import HOC_OF_KIND, Tables
from routeopt.emissions import great_circle_km
from routeopt.network import DOOR_KIND

_KM_TOLERANCE = 0.5
_SHARE_TOLERANCE = 0.001
_POSITION_TOLERANCE = 0.02

_NAMES = {
    ("terminals", "hoc"): ("hoc", "E305"),
    ("services", "from"): ("terminals", "E303"),
    ("services", "to"): ("terminals", "E303"),
    ("services", "toc"): ("toc", "E304"),
    ("services", "toc_unwired"): ("toc", "E304"),
    ("trucking", "toc"): ("toc", "E304"),
    ("toc", "reefer"): ("toc", "E306"),
    ("hoc", "reefer"): ("hoc", "E306"),
}
"""Columns that name a row of another table: which table, and the fault where it has none."""


def check_network(tables: Tables) -> None:
    """Record every fault of the network's rows."""
    for table in ("shipments", "terminals", "services", "toc", "hoc", "fuels"):
        check_ids(tables, table)
    for (table, column), (named, code) in _NAMES.items():
        for row, values in tables.each_read(table):
            if column == "reefer" and shipped(row):
                continue  # a shipped set may leave a reefer row to another
            _reference(tables, row, values.get(column), column, table=named, code=code)
    for row, values in tables.each("terminals"):
        _terminal(tables, row, values)
    for row, values in tables.each("services"):
        _service(tables, row, values)
    _duties(tables)


def shipped(row: Row) -> bool:
    """Whether a row comes with routeopt, not with the case."""
    return row.file.startswith("<")  # no file of a case is named so


def check_ids(tables: Tables, table: str) -> None:
    """Record ids that stand twice in a table."""
    for row in tables.doubled.get(table, ()):
        first = tables.ids[table][row.id]
        message = f"id {shown(row.id)} stands twice in {table}; first in line {first.line}"
        tables.faults.add("E301", row.place("id"), message, value=row.id)


def _reference(
    tables: Tables, row: Row, id_: str | None, column: str, *, table: str, code: str
) -> None:
    """Record a cell that names a row which is not there."""
    if id_ is None or id_ in tables.ids[table] or table in tables.lost:
        return
    what = {"terminals": "terminal"}.get(table, table)
    message = f"{column}: no {what} {shown(id_)}"
    if table == "toc" and id_ in tables.shipped_in:
        message += f" here; `factors: {tables.shipped_in[id_]}` brings it"
        tables.faults.add(code, row.place(column), message, value=id_)
        return
    tables.faults.add(code, row.place(column), message, value=id_, known=tables.ids[table].keys())


def _terminal(tables: Tables, row: Row, values: Values) -> None:
    if tables.hoc(values) is None and values.get("kind") != DOOR_KIND:
        kind = values.get("kind", "")
        what = f"kind {shown(kind)} is none that gives one" if kind else "no kind gives one"
        message = f"{row.id}: no hoc, and {what}: handling here emits nothing"
        place = row.place("hoc")
        tables.faults.add("W603", place, message, value=kind, known=HOC_OF_KIND if kind else ())


def _service(tables: Tables, row: Row, values: Values) -> None:
    faults = tables.faults
    if values["from"] == values["to"]:
        message = f"from and to are both {shown(values['to'])}"
        faults.add("E402", row.place("to"), message, value=values["to"])
    for column in ("distance_km", "hours"):
        if column not in values and tables.settings.standalone:
            message = f"{column}: missing value; with `network: none` it must be given"
            faults.add("E405", row.place(column), message)
        elif column not in values and row.id in tables.measured.ways:
            message = (
                f"{column}: missing value; the network has no speed for {values['mode']} there"
            )
            faults.add("E405", row.place(column), message)
    first, last = values.get("valid_from"), values.get("valid_to")
    if first is not None and last is not None and last < first:
        message = f"valid_to {last} is before valid_from {first}"
        faults.add("E414", row.place("valid_to"), message)
    currency = values["currency"]
    rates = tables.settings.get("fx_to_eur") or {}
    told = f"fx_to_eur.{currency}" in tables.settings.places
    if currency != "EUR" and currency not in rates and shipped(row):
        tables.measured.idle[row.id] = f"no rate for {currency}"
        message = (
            f"no rate for {shown(currency)} in fx_to_eur: "
            "services of the network with prices in it do not run"
        )
        faults.add("W619", Place(faults.file), message, value=currency, known=rates)
    elif currency != "EUR" and currency not in rates and not told:
        message = f"currency: no rate for {shown(currency)} in fx_to_eur"
        faults.add("E307", row.place("currency"), message, value=currency, known=rates)
    if values["both_ways"] and f"{row.id}/back" in tables.ids["services"]:
        message = f"both_ways makes {shown(row.id + '/back')}, which is another row's id"
        faults.add("E302", row.place("both_ways"), message, value=f"{row.id}/back")
    if "distance_km" in values:
        _km(tables, row, values)
    _mode(tables, row, values)


def _km(tables: Tables, row: Row, values: Values) -> None:
    distance = values["distance_km"]
    tolerance = _KM_TOLERANCE + _SHARE_TOLERANCE * distance
    given = values.get("country_km")
    if given is not None and abs(sum(given.values()) - distance) > tolerance:
        message = f"country_km sums to {sum(given.values()):g} km, distance_km is {distance:g}"
        tables.faults.add("E406", row.place("country_km"), message)
    _unwired(tables, row, values, tolerance)
    if distance == 0:
        message = "distance_km is 0: its legs emit nothing"
        tables.faults.add("W610", row.place("distance_km"), message)
    ends = [tables.values("terminals", values[end]) for end in ("from", "to")]
    if distance == 0 or ends[0] is None or ends[1] is None:
        return
    straight = great_circle_km(ends[0]["lat"], ends[0]["lon"], ends[1]["lat"], ends[1]["lon"])
    if distance < straight * (1 - _POSITION_TOLERANCE) - 1:
        message = f"distance_km is {distance:g}, less than the great circle's {straight:.0f} km"
        tables.faults.add("W611", row.place("distance_km"), message)


def _unwired(tables: Tables, row: Row, values: Values, tolerance: float) -> None:
    unwired = values.get("unwired_km")
    if unwired is None:
        return
    place, faults = row.place("unwired_km"), tables.faults
    total, distance = sum(unwired.values()), values["distance_km"]
    if total > distance * (1 + 1e-9):
        message = f"unwired_km sums to {total:g} km, more than distance_km {distance:g}"
        faults.add("E407", place, message)
        return
    country_km = tables.country_km(values)
    for country, km in unwired.items():
        if country_km is not None and km > country_km.get(country, 0) + tolerance:
            message = (
                f"unwired_km has {km:g} km in {country}, of {country_km.get(country, 0):g} km there"
            )
            faults.add("E407", place, message)
    if total and "toc_unwired" not in values:
        message = "toc_unwired: missing value; unwired_km is given"
        faults.add("E408", row.place("toc_unwired"), message)


def _mode(tables: Tables, row: Row, values: Values) -> None:
    for column in ("toc", "toc_unwired"):
        toc = tables.values("toc", values.get(column, ""))
        if toc is not None and toc.get("mode", values["mode"]) != values["mode"]:
            message = (
                f"{column}: {shown(values[column])} is of mode {toc['mode']}, "
                f"the service of {values['mode']}"
            )
            tables.faults.add("W608", row.place(column), message)


def _duties(tables: Tables) -> None:
    first: dict[tuple[str, str, str], int | None] = {}
    for row, values in tables.each("duties"):
        key = (values.get("origin_country", ""), values["country"], values.get("commodity", ""))
        if key in first:
            message = f"the row stands twice; first in line {first[key]}"
            tables.faults.add("E301", row.place("country"), message, value=values["country"])
        first.setdefault(key, row.line)
