"""A user's copy of a published table as a table of a case: columns by name, faults by place."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from routeopt.case.attributes import ROW_TABLES, TABLES
from routeopt.case.check_factors import check_factors
from routeopt.case.columns import Column, Unit, columns_of, unit_in
from routeopt.case.layering import shipped_rows
from routeopt.case.load import refrigerants
from routeopt.case.places import Faults, Place, nearest, shown
from routeopt.case.rows import Row, missing, read_rows
from routeopt.case.settings import Settings
from routeopt.case.sheets import Sheet, read_sheet
from routeopt.case.tables import KEY_OF, Tables
from routeopt.case.values import UnfitError, read_number, split_list
from routeopt.emissions import ELECTRICITY
from routeopt.errors import CaseError, Fault

_HEADER_LINES = 20
"""Lines among which the header is looked for: a published table has its title above."""

_MASS = {"g": 1.0, "kg": 1000.0}
_MODES = {
    "truck": "road",
    "train": "rail",
    "ocean": "sea",
    "maritime": "sea",
    "ship": "sea",
    "inland waterway": "barge",
    "inland waterways": "barge",
    "iww": "barge",
}
_KMS = {"sfd=actual": "sfd", "shortest feasible distance": "sfd", "great circle distance": "gcd"}
_DAF = re.compile(r"(?<![0-9.])(1\.[0-9]+)(?![0-9])")
_PAIRS = (("dry", "reefer"), ("ambient", "reefer"), ("ambient", "temp"), ("ambient", "mixed"))

_ROUNDING, _ROUNDING_SHARE = 0.1001, 0.005
"""By how much a printed sum may miss the sum of its printed parts: absolute, or of the sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What a planner adds where the table is silent: it goes into the note of each row.

    Parameters
    ----------
    ttw_share
        Share of TTW in WTW, for rows that give WTW alone.
    teu_per_box
        TEU per container, for hub rows per container.
    """

    ttw_share: float | None = None
    teu_per_box: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A table of a case, and what became of each row of the file.

    Parameters
    ----------
    left_out
        Reasons why rows are not in it, and the places of such rows.
    doubts
        What looks wrong in rows that are in it all the same, and the places of such rows.
    dropped
        Headers of columns that the format of a case has no place for.
    faults
        Errors; their rows are not in the text either.
    """

    table: str
    text: str
    read: int
    count: int
    left_out: Mapping[str, Sequence[Place]]
    doubts: Mapping[str, Sequence[Place]]
    matched: Mapping[str, str]
    dropped: Sequence[str]
    faults: tuple[Fault, ...]

    def lines(self) -> Iterator[str]:
        """Say which columns were matched or dropped, and which rows are left out and why."""
        pairs = ", ".join(
            f"{header} -> {'note' if target == 'noted' else target}"
            for header, target in self.matched.items()
        )
        yield f"columns: {pairs}"
        if self.dropped:
            yield f"columns dropped: {', '.join(self.dropped)}"
        for what, reasons in (("left out", self.left_out), ("look at", self.doubts)):
            for reason, places in reasons.items():
                where = ", ".join(str(place.line) for place in places[:5])
                more = f" and {len(places) - 5} more" if len(places) > 5 else ""  # noqa: PLR2004
                yield f"{what}, {len(places)}: {reason} (line {where}{more})"


class _LeftOutError(Exception):
    """A row that is sound and has no place in a case."""


def import_table(
    path: Path, table: str, *, sheet: str | None = None, assumed: Assumed | None = None
) -> Imported:
    """Read a published table as rows of a case's table.

    Parameters
    ----------
    table
        `toc`, `hoc`, `fuels` or `grid`.
    sheet
        Name of the sheet of a workbook; the first if None.

    Raises
    ------
    CaseError
        If the file can't be read, or its columns are not those of such a table.
    """
    faults = Faults(str(path))
    read = read_sheet(path, sheet, faults)
    found = None if read is None else _header(table, read, faults)
    if read is None or found is None:
        raise CaseError(faults.all())
    start, columns, dropped = found
    job = _Job(table, read, columns, assumed or Assumed(), faults)
    rows = [row for line in read.lines[start:] if (row := job.row(*line)) is not None]
    sound = _checked(table, rows, faults)
    header = [name for name in TABLES[table] if any(name in row.cells for row in sound)]
    return Imported(
        table=table,
        text=_text(header, sound),
        read=len(read.lines) - start,
        count=len(sound),
        left_out=job.left_out,
        doubts=job.doubts,
        matched={column.header: column.target for column in columns},
        dropped=dropped,
        faults=faults.all(severity="E"),
    )


def _text(header: Sequence[str], rows: Sequence[Row]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.cells.get(name, "") for name in header] for row in rows)
    return file.getvalue()


def _header(table: str, sheet: Sheet, faults: Faults) -> tuple[int, list[Column], list[str]] | None:
    """Index of the first line of rows, columns that are read, and headers of the others."""
    key = KEY_OF.get(table, ("id",))[0]
    best: tuple[int, int] | None = None
    for index, (_, cells) in enumerate(sheet.lines[:_HEADER_LINES]):
        targets = [column.target for column in columns_of(table, cells)]
        if key in targets and (best is None or len(targets) > best[0]):
            best = (len(targets), index)
    if best is None:
        _no_header(table, key, sheet, faults)
        return None
    line, cells = sheet.lines[best[1]]
    columns = columns_of(table, cells)
    seen: dict[tuple[str, Unit | None], str] = {}
    doubled = False
    for column in columns:
        slot = (column.target, column.unit)
        if slot in seen and column.target not in {"note", "noted"}:
            message = f"columns {shown(seen[slot])} and {shown(column.header)} both mean {slot[0]}"
            faults.add("E125", sheet.place(line, column.index, column.header), message)
            doubled = True
        seen[slot] = column.header
    if doubled:
        return None
    used = {column.index for column in columns}
    dropped = [cell for index, cell in enumerate(cells) if cell and index not in used]
    return best[1] + 1, columns, dropped


def _no_header(table: str, key: str, sheet: Sheet, faults: Faults) -> None:
    if not sheet.lines:
        faults.add("E120", Place(sheet.file, 1), "is empty: want a header line")
        return
    line, cells = sheet.lines[0]
    near = nearest(key, [cell for cell in cells if cell])
    hint = f" (is it {shown(near)}?)" if near else ""
    attribute = TABLES[table][key]
    place = sheet.line_place(line)._replace(key=key)
    missing(attribute, place, faults, what=f"column{hint}")


@dataclass
class _Job:
    """One import: from a line of the file to a row of the case's table."""

    table: str
    sheet: Sheet
    columns: Sequence[Column]
    assumed: Assumed
    faults: Faults
    left_out: dict[str, list[Place]] = field(default_factory=dict)
    doubts: dict[str, list[Place]] = field(default_factory=dict)

    def row(self, line: int, cells: Sequence[str]) -> Row | None:
        """Row of a line; None if it is left out."""
        record = _Record(self.table, self.sheet, line, cells, self.columns)
        try:
            _BUILD[self.table](record, self.assumed)
        except _LeftOutError as err:
            self.left_out.setdefault(str(err), []).append(self.sheet.line_place(line))
            return None
        record.keep()
        for doubt in record.doubts:
            self.doubts.setdefault(doubt, []).append(self.sheet.line_place(line))
        return Row(
            self.table,
            {name: text for name, (text, _) in record.made.items() if text},
            at=self.sheet.line_place(line),
            spots={name: place for name, (_, place) in record.made.items()},
            sheet=self.sheet.columns,
        )


class _Record:
    """Cells of a line by what they mean, and those made of them."""

    def __init__(
        self,
        table: str,
        sheet: Sheet,
        line: int,
        cells: Sequence[str],
        columns: Sequence[Column],
    ) -> None:
        self.table = table
        self.here = sheet.line_place(line)
        self.given: dict[str, list[tuple[str, Place, Column]]] = {}
        self.made: dict[str, tuple[str, Place]] = {}
        self.notes: list[str] = []
        self.doubts: list[str] = []
        for column in columns:
            text = cells[column.index] if column.index < len(cells) else ""
            if text:
                place = sheet.place(line, column.index, column.header)
                self.given.setdefault(column.target, []).append((text, place, column))

    def text(self, target: str) -> str:
        """First text of a target; empty where there is none."""
        return self.given[target][0][0] if target in self.given else ""

    def put(self, name: str, text: str, like: str) -> None:
        """Make a cell; its place is that of a given one."""
        place = self.given[like][0][1] if like in self.given else self.here
        self.made[name] = (text, place._replace(key=name))

    def scaled(self, target: str, factor: float, *, unit: Unit | None = None) -> str:
        """Text of a number times a factor; as written if it is no number, or the factor is 1."""
        hits = self.given.get(target, [])
        text = next((t for t, _, column in hits if unit is None or column.unit == unit), "")
        number = _number(text)
        return text if number is None or factor == 1 else f"{number * factor:.10g}"

    def keep(self) -> None:
        """Take over the cells whose column a case has, and put the others into the note."""
        for target in self.given:
            if target in TABLES[self.table] and target not in self.made and target != "note":
                self.put(target, self.text(target), target)
        gwp = re.search(r"AR[0-9]", self.text("gwp"))
        if gwp:
            self.put("gwp", gwp[0], "gwp")
        noted = [f"{c.header}: {text}" for text, _, c in self.given.get("noted", [])]
        parts = [text for text, _, _ in self.given.get("note", [])] + noted + self.notes
        if parts:
            self.put("note", "; ".join(parts), "note")


def _number(text: str) -> float | None:
    try:
        return read_number(text)
    except UnfitError:
        return None


def _unit_of(record: _Record) -> Unit:
    """Find the unit of the intensities: in the column `unit`, or in the headers."""
    written = record.text("unit")
    if written:
        unit = unit_in(written)
        if unit is None:
            raise _LeftOutError(f"the unit {shown(written)} is none that a case has")
        return unit
    for target in ("wtt", "ttw", "wtw", "energy"):
        for _, _, column in record.given.get(target, []):
            if column.unit is not None:
                return column.unit
    raise _LeftOutError("no unit: neither a column `unit`, nor one in the headers")


def _intensities(record: _Record, factor: float, assumed: Assumed) -> None:
    """Make wtt and ttw; of wtw and one of them the other follows."""
    texts = {name: record.scaled(name, factor) for name in ("wtt", "ttw", "wtw")}
    numbers = {name: _number(text) for name, text in texts.items()}
    wtt, ttw, wtw = numbers["wtt"], numbers["ttw"], numbers["wtw"]
    if not any(texts.values()):
        raise _LeftOutError("no value")
    if wtw is not None and not texts["wtt"] and ttw is not None:
        texts["wtt"] = f"{wtw - ttw:.10g}"
    elif wtw is not None and not texts["ttw"] and wtt is not None:
        texts["ttw"] = f"{wtw - wtt:.10g}"
    elif wtw is not None and not texts["wtt"] and not texts["ttw"]:
        if assumed.ttw_share is None:
            raise _LeftOutError("WTW alone is given; split it with --ttw-share")
        texts["ttw"] = f"{wtw * assumed.ttw_share:.10g}"
        texts["wtt"] = f"{wtw * (1 - assumed.ttw_share):.10g}"
        record.notes.append(f"TTW {assumed.ttw_share:.4g} of WTW: assumption")
    elif not texts["wtt"] and not texts["wtw"]:
        raise _LeftOutError("TTW alone is given; a missing WTT is not 0")
    elif not texts["ttw"] and not texts["wtw"]:
        raise _LeftOutError("WTT alone is given; a missing TTW is not 0")
    elif wtt is not None and ttw is not None and wtw is not None:
        _summed(record, wtt + ttw, wtw)
    for name in ("wtt", "ttw"):
        text = texts[name] or texts["wtw"]  # no number: told as what is wrong with WTW
        record.put(name, text, name if name in record.given else "wtw")


def _summed(record: _Record, parts: float, wtw: float) -> None:
    """Doubt a printed WTW that its parts don't add up to, beyond rounding."""
    if abs(parts - wtw) > max(_ROUNDING, _ROUNDING_SHARE * wtw):
        record.doubts.append("WTW is not WTT + TTW; WTT and TTW were taken")


def _toc(record: _Record, assumed: Assumed) -> None:
    mode = record.text("mode").casefold()
    mode = _MODES.get(mode, mode)
    if mode in {"air", "pipeline", "cable car"}:
        raise _LeftOutError(f"mode {mode}: no mode of a case")
    if mode:
        record.put("mode", mode, "mode")
    quantity, per = _unit_of(record)
    if per not in {"tkm", "teukm", "vehiclekm"} or quantity == "wh":
        raise _LeftOutError(f"the unit {quantity}/{per} is none of a transport category")
    if quantity in _MASS:
        record.put("unit", f"g/{per}", "unit")
        _intensities(record, _MASS[quantity], assumed)
    else:
        record.put("unit", f"{'kWh' if quantity == 'kwh' else 'MJ'}/{per}", "unit")
        like = "energy" if "energy" in record.given else "wtw"
        if like not in record.given:
            raise _LeftOutError("no value")
        record.put("energy", record.text(like), like)
        for name in ("wtt", "ttw", "wtw"):
            record.given.pop(name, None)
    _toc_fuel(record, given=quantity in _MASS)
    _distance(record)


def _toc_fuel(record: _Record, *, given: bool) -> None:
    """Name what burns as the fuels table does; of a given intensity an unknown name is a note."""
    fuel = record.text("fuel")
    if not fuel:
        return
    ids = {row.id.casefold(): row.id for row in shipped_rows("fuels")} | {ELECTRICITY: ELECTRICITY}
    name = ids.get(fuel.casefold())
    if name is None and fuel.casefold().startswith(ELECTRICITY):
        name = ELECTRICITY
    blend = ";" in fuel and all(
        part.split()[0].casefold() in ids for part in split_list(fuel) if part.split()
    )
    if name is None and given and not blend:
        record.notes.append(f"fuel: {fuel}")
        name = ""
    record.put("fuel", fuel if name is None else name, "fuel")
    if name is not None and name != fuel and name:
        record.notes.append(f"fuel: {fuel}")


def _distance(record: _Record) -> None:
    basis = record.text("distance_basis")
    kind = _KMS.get(basis.casefold(), basis.casefold())
    if kind and kind not in {"sfd", "gcd", "actual"}:
        raise _LeftOutError(f"distance basis {shown(basis)}: want sfd, gcd or actual")
    if kind:
        record.put("distance_basis", kind, "distance_basis")
    daf = record.text("daf")
    if kind != "actual":
        record.put("daf", "", "daf")  # inside the value, or none: a case has it with actual alone
        if daf:
            record.notes.append(f"daf: {daf}")
        return
    if not daf:
        raise _LeftOutError("distance basis actual without a daf: a case needs actual / sfd")
    if _number(daf) is None:
        inside = not daf.casefold().startswith("no")
        hit = None if inside else _DAF.search(daf)
        if hit is None:
            raise _LeftOutError(f"daf {shown(daf)}: want a number")
        record.put("daf", hit[1], "daf")
        record.notes.append(f"daf: {daf}")


def _hoc(record: _Record, assumed: Assumed) -> None:
    quantity, per = _unit_of(record)
    if quantity not in _MASS or per not in {"t", "teu", "box"}:
        raise _LeftOutError(f"the unit {quantity}/{per} is none of a hub category")
    factor = _MASS[quantity] / 1000
    if per == "box":
        if assumed.teu_per_box is None:
            raise _LeftOutError("per container; give --teu-per-box")
        factor /= assumed.teu_per_box
        record.notes.append(f"{assumed.teu_per_box:g} TEU per box: assumption")
        per = "teu"
    record.put("unit", f"kg/{per}", "unit")
    _intensities(record, factor, assumed)


def _fuels(record: _Record, assumed: Assumed) -> None:
    if not {"wtt", "ttw", "wtw"} & record.given.keys():
        raise _LeftOutError("no value")
    per_mj, per_kg = ("g", "mj"), ("kg", "kg")
    units = {c.unit for t in ("wtt", "ttw", "wtw") for _, _, c in record.given.get(t, ())}
    chosen = per_mj if per_mj in units else per_kg if per_kg in units else None
    if chosen is None:
        unit = _unit_of(record)
        if unit not in {per_mj, per_kg}:
            raise _LeftOutError(f"the unit {unit[0]}/{unit[1]} is none of a fuel")
        chosen = unit
    else:
        for target in ("wtt", "ttw", "wtw"):
            hits = [hit for hit in record.given.pop(target, []) if hit[2].unit == chosen]
            if hits:
                record.given[target] = hits
    factor = 1.0
    if chosen == per_kg:
        lhv = _number(record.text("lhv_mj_per_kg"))
        if not lhv:
            raise _LeftOutError("kg per kg without a heating value: no g per MJ follows")
        factor = 1000 / lhv
    _intensities(record, factor, assumed)
    for name in ("wtt", "ttw"):
        record.made[f"{name}_g_per_mj"] = record.made.pop(name)


def _grid(record: _Record, _: Assumed) -> None:
    if "g_per_kwh" not in record.given:
        raise _LeftOutError("no value")
    units = [column.unit for _, _, column in record.given["g_per_kwh"] if column.unit]
    quantity, per = _unit_of(record) if "unit" in record.given else (units or [("g", "kwh")])[0]
    if quantity not in _MASS or per != "kwh":
        raise _LeftOutError(f"the unit {quantity}/{per} is none of electricity")
    record.put("g_per_kwh", record.scaled("g_per_kwh", _MASS[quantity]), "g_per_kwh")
    losses = record.text("losses_inside").casefold()
    if losses in {"no", "false"} and "loss_pct" not in record.given:
        record.notes.append("losses are not inside, and none are given: loss_pct counts 0")
    if losses in {"yes", "true"}:
        record.notes.append("losses are inside")
    if not record.text("basis"):
        raise _LeftOutError("no basis: name it, e.g. consumption_lifecycle")


_BUILD: Mapping[str, Callable[[_Record, Assumed], None]] = {
    "toc": _toc,
    "hoc": _hoc,
    "fuels": _fuels,
    "grid": _grid,
}


def _checked(table: str, rows: list[Row], faults: Faults) -> list[Row]:
    """Rows that would stand in a case as they are."""
    _pair(table, rows)
    _doubled(table, rows, faults)
    sound = read_rows(table, rows, faults)
    _references(table, rows, faults)
    check_factors(_tables(table, sound, faults))
    bad = {(fault.file, fault.line) for fault in faults.all(severity="E")}
    return [row for row in sound if (row.file, row.line) not in bad]


def _pair(table: str, rows: Sequence[Row]) -> None:
    """Let X-dry name X-reefer as its reefer row, where the table says nothing of it."""
    if table not in {"toc", "hoc"}:
        return
    ids = {row.id for row in rows}
    for row in rows:
        for dry, cooled in _PAIRS:
            if row.id.endswith(dry) and not row.cells.get("reefer"):
                twin = row.id.removesuffix(dry) + cooled
                if twin in ids:
                    row.cells["reefer"] = twin
        if row.id in {other.cells.get("reefer") for other in rows}:
            row.cells.setdefault("reefer", row.id)


def _doubled(table: str, rows: Sequence[Row], faults: Faults) -> None:
    names = KEY_OF.get(table, ("id",))
    if table == "grid":  # check_factors tells these
        return
    seen: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        key = tuple(row.cells.get(name, "") for name in names)
        seen[key] += 1
        if seen[key] > 1 and any(key):
            message = f"{shown(', '.join(key))} stands twice"
            faults.add("E301", row.place(names[0]), message, value=key[0])


def _references(table: str, rows: Sequence[Row], faults: Faults) -> None:
    if table not in {"toc", "hoc"}:
        return
    ids = {row.id for row in (*rows, *shipped_rows(table))}
    for row in rows:
        reefer = row.cells.get("reefer")
        if reefer and reefer not in ids:
            message = f"reefer: no {table} {shown(reefer)}"
            faults.add("E306", row.place("reefer"), message, value=reefer, known=ids)


def _tables(table: str, rows: list[Row], faults: Faults) -> Tables:
    """Tables of a case that has these rows, the shipped ones under them, and nothing else."""
    every: dict[str, list[Row]] = {name: [] for name in ROW_TABLES}
    every[table] = rows
    ids: dict[str, dict[str, Row]] = {name: {} for name in ROW_TABLES}
    for name in ("toc", "hoc", "fuels"):
        ids[name] = {row.id: row for row in shipped_rows(name)}
    if table != "grid":
        ids[table] |= {row.id: row for row in rows}
    return Tables(
        settings=Settings(),
        faults=faults,
        rows=every,
        ids=ids,
        doubled={name: [] for name in ROW_TABLES},
        refrigerants=refrigerants(),
    )
