"""What a plan's numbers are made of, as text, CSV and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from routeopt.emissions import DATA_TYPES
from routeopt.explain import EXCLUDED, Charge, Explanation, Line, Sum, emission
from routeopt.freight import Carbon, IsoReport, ShipmentPlan
from routeopt.planfile import ISO_STANDARD
from routeopt.report.chain import Group, groups
from routeopt.report.grid import grid
from routeopt.report.sheet import to_csv
from routeopt.report.whatif import change, outcome_dict, outcomes_text
from routeopt.words import (
    VEHICLE,
    amount,
    count,
    heading,
    listed,
    money,
    number,
    stuck,
    wrapped,
)

if TYPE_CHECKING:
    from routeopt.sensitivity import Outcome

MAX_GROUPS = 30
_COLUMNS = 100
_LEAST_NAME = 12
_LABEL = 40
_FEW = 3
_HEADER = (
    "",
    "service or terminal",
    "factor",
    "km",
    "activity",
    "g WTT",
    "g TTW",
    "kg WTT",
    "kg TTW",
    "kg WTW",
)
_SHOWN_DIFFERENCES = 10
_AGREE, _DIFFER = "they agree", "THEY DIFFER"
_UNIT = {"tkm": "tkm", "teukm": "TEU-km", "vehiclekm": "vehicle-km"}
_CHARGES = ("shadow_eur", "ets_eur", "fueleu_eur", "ets2_eur")
COLUMNS = (
    "shipment",
    "element",
    "kind",
    "service_or_terminal",
    "mode",
    "factor",
    "carrier",
    "country",
    "amount",
    "amount_unit",
    "distance_kind",
    "km",
    "activity",
    "activity_unit",
    "energy_per_activity",
    "energy_unit",
    "wtt_g_per_energy",
    "ttw_g_per_energy",
    "wtt_g_per_activity",
    "ttw_g_per_activity",
    "wtt_kg",
    "ttw_kg",
    "wtw_kg",
    "data_type",
    "gwp",
    "grid_basis",
    "grid_year",
    "grid_g_per_kwh",
    "grid_loss_pct",
    "source",
    "carrier_source",
    "coverage",
    *_CHARGES,
)


def explain_csv(explanation: Explanation) -> str:
    """Write one row for each addend, nothing rounded, then one for each charge on carbon."""
    rows = [*map(line_row, explanation.lines), *map(_charge_row, explanation.charges)]
    cells = [[row.get(column) for column in COLUMNS] for row in rows]
    return to_csv(COLUMNS, [["" if cell is None else cell for cell in row] for row in cells])


def line_row(line: Line) -> dict[str, Any]:
    """Cells of an addend by column, nothing rounded; empty texts and None where nothing is said."""
    row = line.grid
    return {
        "shipment": line.shipment,
        "element": line.element,
        "kind": line.kind,
        "service_or_terminal": line.name,
        "mode": line.mode,
        "factor": line.factor,
        "carrier": line.carrier,
        "country": line.country,
        "amount": float(line.amount),
        "amount_unit": line.amount_unit,
        "distance_kind": line.distance_kind,
        "km": line.km,
        "activity": float(line.activity),
        "activity_unit": line.activity_unit,
        "energy_per_activity": line.energy,
        "energy_unit": line.energy_unit,
        "wtt_g_per_energy": line.energy_wtt_g,
        "ttw_g_per_energy": line.energy_ttw_g,
        "wtt_g_per_activity": line.wtt_g,
        "ttw_g_per_activity": line.ttw_g,
        "wtt_kg": line.wtt_kg,
        "ttw_kg": line.ttw_kg,
        "wtw_kg": line.wtw_kg,
        "data_type": line.data_type,
        "gwp": line.gwp,
        "grid_basis": None if row is None else row.basis,
        "grid_year": None if row is None else row.year,
        "grid_g_per_kwh": None if row is None else row.g_per_kwh,
        "grid_loss_pct": None if row is None else row.loss_pct,
        "source": line.source,
        "carrier_source": line.carrier_source,
    }


def _charge_row(charge: Charge) -> dict[str, Any]:
    return {
        "shipment": charge.shipment,
        "element": charge.element,
        "kind": "carbon charge",
        "service_or_terminal": charge.name,
        "coverage": charge.covered,
        **_eur(charge.carbon),
    }


def _eur(carbon: Carbon) -> dict[str, float]:
    return {name: float(getattr(carbon, name)) for name in _CHARGES}


def explain_dict(
    explanation: Explanation, outcomes: Sequence[Outcome] | None = None
) -> dict[str, Any]:
    """Explanation as JSON has it; `outcomes` None: the questions were not asked."""
    kg = explanation.kg
    return {
        "case": explanation.case.name,
        "standard": ISO_STANDARD,
        "scope": explanation.case.co2e_scope,
        "co2e_kg": kg.in_scope(explanation.case.co2e_scope),
        "wtt_kg": kg.wtt_kg,
        "ttw_kg": kg.ttw_kg,
        "agrees": not explanation.differences,
        "sums": [_sum_dict(each) for each in explanation.sums],
        "shipments": [_shipment_dict(plan) for plan in explanation.plans if plan.served],
        "lines": [_with_nulls(line_row(line)) for line in explanation.lines],
        "charges": [
            {
                "shipment": charge.shipment,
                "element": charge.element,
                "service_or_terminal": charge.name,
                "coverage": charge.covered,
                **_eur(charge.carbon),
            }
            for charge in explanation.charges
        ],
        **_iso(explanation.iso),
        "excluded": EXCLUDED,
        "certified": False,
        "sensitivity": None if outcomes is None else [outcome_dict(each) for each in outcomes],
    }


def _iso(iso: IsoReport) -> dict[str, Any]:
    return {
        "g_per_tkm": iso.g_per_tkm,
        "ttw_g_per_tkm": iso.ttw_g_per_tkm,
        "hub_activity_t": iso.hub_activity_t,
        "hub_activity_teu": iso.hub_activity_teu,
        "data_type_share": dict(iso.data_type_share),
        "distance_kinds": {mode: list(kinds) for mode, kinds in iso.distance_kinds.items()},
        "gwp": list(iso.gwp),
        "grids": [
            {
                "country": row.country,
                "basis": row.basis,
                "year": row.year,
                "g_per_kwh": row.g_per_kwh,
                "loss_pct": row.loss_pct,
            }
            for row in iso.grids
        ],
    }


def _with_nulls(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if value != "" else None for key, value in row.items()}


def _sum_dict(each: Sum) -> dict[str, Any]:
    return {"what": each.what, "rows": each.rows, "plan": each.stated, "agrees": each.agrees}


def _shipment_dict(plan: ShipmentPlan) -> dict[str, Any]:
    wtw_kg, tkm = plan.wtt_kg + plan.ttw_kg, plan.tkm
    return {
        "id": plan.id,
        "wtt_kg": plan.wtt_kg,
        "ttw_kg": plan.ttw_kg,
        "tkm": tkm,
        "wtw_g_per_tkm": wtw_kg * 1000 / tkm if tkm else None,
        "ttw_g_per_tkm": plan.ttw_kg * 1000 / tkm if tkm else None,
        **_eur(plan.carbon),
    }


def explain_text(
    explanation: Explanation,
    outcomes: Sequence[Outcome] | None = None,
    *,
    bold: bool = False,
) -> str:
    """Tell what a plan's kilograms are made of, the answer first; at most 100 columns wide."""
    if not explanation.lines:
        return f"{explanation.case.name}: no shipment is served, so there is nothing to explain."
    told = groups(explanation.case, [plan for plan in explanation.plans if plan.served])
    factors = _Factors(explanation.lines)
    blocks = [
        "\n".join(wrapped(text) for text in _answer(explanation, outcomes)),
        _rows(explanation, told, factors, bold=bold),
        _total(explanation),
        f"{heading('Factors', bold=bold)}\n{factors.text()}",
        _charges_text(explanation, told, bold=bold),
        "\n".join(wrapped(text, hang="  ") for text in _statements(explanation)),
        _what_if(explanation, outcomes, bold=bold),
    ]
    return "\n\n".join(block for block in blocks if block)


def _answer(explanation: Explanation, outcomes: Sequence[Outcome] | None) -> Iterator[str]:
    """Total, of what, how sure."""
    case, kg = explanation.case, explanation.kg
    served = [plan for plan in explanation.plans if plan.served]
    who = count(len(served), "shipment") if len(served) > 1 else served[0].id
    if case.co2e_scope == "ttw":
        what = (
            f"{number(kg.ttw_kg)} kg CO2e tank to wheel; {number(kg.wtt_kg)} kg well to tank "
            "are not counted"
        )
    else:
        what = (
            f"{number(kg.wtt_kg + kg.ttw_kg)} kg CO2e = {number(kg.wtt_kg)} well to tank + "
            f"{number(kg.ttw_kg)} tank to wheel"
        )
    yield f"{case.name}, {who}: {what}."
    yield f"Of what: {', '.join(_made_of(explanation)) or 'nothing emits'}."
    yield f"How sure: {_how_sure(explanation, outcomes)}."


def _made_of(explanation: Explanation) -> Iterator[str]:
    """Kilograms in scope by what emits where, the most first."""
    scope = explanation.case.co2e_scope
    parts: dict[str, list[Line]] = {}
    for line in explanation.lines:
        where = f"in {VEHICLE.get(line.mode, line.mode)}s" if line.mode else "at terminals"
        what = {"handling": "handling", "plug": "reefer plugs"}.get(line.kind, line.carrier)
        parts.setdefault(f"{what or 'energy'} {where}", []).append(line)
    whole = explanation.kg.in_scope(scope)
    kg_of = {words: emission(lines).in_scope(scope) for words, lines in parts.items()}
    for words, kg in sorted(kg_of.items(), key=lambda item: (-item[1], item[0])):
        if kg:
            yield f"{words} {number(kg)} kg ({_share(kg / whole)})"


def _how_sure(explanation: Explanation, outcomes: Sequence[Outcome] | None) -> str:
    parts = [_data_types(explanation)]
    base = explanation.plan_kg
    moves = [o.co2e_kg / base - 1 for o in outcomes or () if o.co2e_kg is not None and base]
    if moves:
        low, high = min(*moves, 0.0), max(*moves, 0.0)
        span = stuck(f"{change(low)} to {change(high)}")
        parts.append(f"what is asked below moves the whole plan's total by {span}")
    if explanation.differences:
        parts.append("THE ROWS DO NOT ADD UP TO THE PLAN'S NUMBERS")
    return "; ".join(parts)


def _share(fraction: float) -> str:
    """Percent with one decimal, so that shares add up to 100."""
    return stuck(f"{fraction * 100:.1f} %")


def _data_types(explanation: Explanation) -> str:
    share = explanation.iso.data_type_share
    words = [f"{name} data behind {_share(share[name])}" for name in DATA_TYPES if share[name]]
    of = " well to wheel" if explanation.case.co2e_scope == "ttw" else ""
    return f"{', '.join(words)} of the kg{of}" if words else "no data"


class _Factors:
    """Factors behind rows, numbered in the order in which they are met."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._lines: list[Line] = []
        for line in lines:
            if self._key(line) not in self._numbers:
                self._lines.append(line)
                self._numbers[self._key(line)] = len(self._lines)

    @staticmethod
    def _key(line: Line) -> tuple[object, ...]:
        return (line.factor, line.kind, line.carrier, line.country, line.wtt_g, line.ttw_g)

    def mark(self, line: Line) -> str:
        """Give the number of a row's factor."""
        return f"[{self._numbers[self._key(line)]}]"

    def text(self) -> str:
        """List them, each with its sources; a source that was told is not told again."""
        blocks = []
        told: dict[tuple[str, str], str] = {}
        for line in self._lines:
            mark = self.mark(line)
            blocks.append(wrapped(f"{mark} {_factor(line)}", hang="    "))
            for name, source in _sources(line):
                first = told.setdefault((name, source), mark)
                words = source if first == mark else f"as in {first}"
                blocks.append(wrapped(f"{name}: {words}", indent="    ", hang="  "))
        return "\n".join(blocks)


def _factor(line: Line) -> str:
    unit = _UNIT.get(line.activity_unit, line.activity_unit)
    if not line.factor:
        return "no hub category: handling counts as 0 kg"
    grams = f"{_digits(line.wtt_g)} WTT + {_digits(line.ttw_g)} TTW g per {unit}"
    what = f"{line.factor}, {line.carrier}" if line.carrier else line.factor
    if line.kind == "leak":
        text = f"{what} that leaks: {_digits(line.ttw_g)} g per {unit}"
    elif line.energy is not None:
        per = f"{_digits(line.energy)} {line.energy_unit} per {unit}"
        text = f"{what}: {per} × {_carrier(line)} = {grams}"
    elif line.grid is not None:
        text = f"{what} of reefer plugs: {_carrier(line)}"
    else:
        text = f"{what}: {grams}, as given"
    kind = f", {line.distance_kind} km" if line.distance_kind else ""
    gwp = f", GWP100 of {line.gwp}" if line.gwp else ", no GWP set stated"
    return f"{text}; {line.data_type} data{kind}{gwp}"


def _carrier(line: Line) -> str:
    if line.grid is None:
        wtt_g, ttw_g = line.energy_wtt_g or 0.0, line.energy_ttw_g or 0.0
        return f"({_digits(wtt_g)} + {_digits(ttw_g)}) g/{line.energy_unit}"
    row = line.grid
    return (
        f"{_digits(row.used_g_per_kwh)} g/kWh ({row.country} {row.year} {row.basis}: "
        f"{row.g_per_kwh:g} generated, {row.loss_pct:g} % lost)"
    )


def _sources(line: Line) -> Iterator[tuple[str, str]]:
    if line.factor:
        yield line.factor, line.source or "no source given"
    if line.carrier_source:
        yield f"{line.carrier} {line.country}".rstrip(), line.carrier_source


def _digits(value: float) -> str:
    """Four digits, or all before the point.

    >>> _digits(22.5), _digits(0.316973), _digits(4299.0), _digits(0.0)
    ('22.5', '0.317', '4,299', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 999.95 else f"{value:.4g}"  # noqa: PLR2004


def _rows(explanation: Explanation, told: Sequence[Group], factors: _Factors, *, bold: bool) -> str:
    """One block for each group: its rows, each activity × factor."""
    lines_of: dict[str, list[Line]] = {}
    for line in explanation.lines:
        lines_of.setdefault(line.shipment, []).append(line)
    shown, names = told[:MAX_GROUPS], 0
    tables = []
    for group in shown:
        times = len(group.members)
        lines = lines_of[group.first.id]
        tables.append([_cells(line, times, factors, explanation) for line in lines])
        names = max(names, *(len(line.name) for line in lines))
    widths = [
        max(len(_HEADER[n]), *(len(row[n]) for table in tables for row in table))
        for n in range(len(_HEADER))
    ]
    room = _COLUMNS - sum(widths) + widths[1] - 2 * (len(_HEADER) - 1)
    width = max(_LEAST_NAME, min(room, max(names, len(_HEADER[1]))))
    widths[1] = width
    blocks = [heading(_line(_HEADER, widths), bold=bold)]
    for group, table in zip(shown, tables, strict=True):
        title = _group_title(group, explanation)
        title = title if len(title) <= _COLUMNS else wrapped(title, hang="  ")
        blocks.append(heading(title, bold=bold))
        blocks += [_line(row, widths) for row in table]
    if len(told) > MAX_GROUPS:
        rest = [line for g in told[MAX_GROUPS:] for m in g.members for line in lines_of[m.id]]
        kg = emission(rest)
        more = count(len(told) - MAX_GROUPS, "more chain")
        blocks.append(
            f"and {more} with {number(kg.wtt_kg + kg.ttw_kg)} kg: see --format csv, or --shipment"
        )
    return "\n".join(blocks)


def _cells(line: Line, times: int, factors: _Factors, explanation: Explanation) -> tuple[str, ...]:
    unit = _UNIT.get(line.activity_unit, line.activity_unit)
    kg = [value * times for value in (line.wtt_kg, line.ttw_kg, line.wtw_kg)]
    return (
        line.element,
        line.name,
        factors.mark(line),
        "" if line.km is None else amount(line.km),
        f"{amount(line.activity * times)} {unit}",
        _digits(line.wtt_g),
        _digits(line.ttw_g),
        *(_kilograms(value, explanation) for value in kg),
    )


def _kilograms(value: float, explanation: Explanation) -> str:
    """Kilograms with the decimals that a plan of this size needs; they line up."""
    whole = explanation.kg.wtt_kg + explanation.kg.ttw_kg
    return f"{value:,.1f}" if whole >= 100 else f"{value:,.4f}"  # noqa: PLR2004  three digits


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Line of the table, its name cut to the width."""
    left = 3  # element, name, factor
    cells = (cells[0], _short(cells[1], widths[1]), *cells[2:])
    parts = [
        cell.ljust(width) if n < left else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(parts).rstrip()


def _short(text: str, width: int) -> str:
    """Text with its middle left out where it is too long: ids differ at their ends.

    >>> _short("rail-sines-entroncamento", 11)
    'rail-…mento'
    """
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"


def _group_title(group: Group, explanation: Explanation) -> str:
    one, times = group.first, len(group.members)
    kg = (one.wtt_kg + one.ttw_kg) * times
    tkm = one.tkm * times
    intensity = f", {number(kg * 1000 / tkm)} g/tkm WTW over {amount(tkm)} tkm" if tkm else ""
    size = explanation.case.members[one.id].size
    cargo = f"{amount(size.tonnes * times)} t in {amount(size.teu * times)} TEU"
    together = ", together" if times > 1 else ""
    return f"{group.label()}{together}: {cargo}, {number(kg)} kg{intensity}"


def _total(explanation: Explanation) -> str:
    """Show the sums of the rows beside what the plan says."""
    co2e, wtt, ttw, *_ = explanation.sums
    agree = all(each.agrees for each in (co2e, wtt, ttw))
    rows = f"{_exact(co2e.rows)} kg ({_exact(wtt.rows)} WTT, {_exact(ttw.rows)} TTW)"
    stated = f"{_exact(co2e.stated)} kg ({_exact(wtt.stated)} WTT, {_exact(ttw.stated)} TTW)"
    whose = "the plan says" if explanation.whole else "the plan says of these shipments"
    lines = [f"All rows add up to {rows}; {whose} {stated}: {_AGREE if agree else _DIFFER}."]
    lines += [f"Differs: {each}." for each in explanation.differences[:_SHOWN_DIFFERENCES]]
    return "\n".join(wrapped(line, hang="  ") for line in lines)


def _exact(value: float) -> str:
    """Twelve digits: a difference of 1e-9 is seen."""
    return f"{value:,.12g}"


def _charges_text(explanation: Explanation, told: Sequence[Group], *, bold: bool) -> str:
    """EUR on carbon by group, and how much of each sea leg the rules cover."""
    if not explanation.charges:
        return "Carbon charges: none in this plan."
    rows = [
        (_short(group.label(), _LABEL), *_charge_cells(group.members))
        for group in told[:MAX_GROUPS]
    ]
    if len(told) > MAX_GROUPS:
        left = [member for group in told[MAX_GROUPS:] for member in group.members]
        rows.append((count(len(left), "more shipment"), *_charge_cells(left)))
    if len(told) > 1:
        rows.append(("all", *_charge_cells(explanation.plans)))
    header = ("Carbon charges, EUR", "shadow", "EU ETS", "FuelEU", "ETS2", "together")
    first, _, rest = grid(header, rows).partition("\n")
    notes = [*_coverage(explanation, told), "Charges are costs: they lower no kilogram above."]
    return "\n".join(
        [heading(first, bold=bold), rest, *(wrapped(note, hang="  ") for note in notes)]
    )


def _coverage(explanation: Explanation, told: Sequence[Group]) -> Iterator[str]:
    """Say how much of each sea leg EU ETS and FuelEU cover; what is alike is said once."""
    words: dict[str, list[str]] = {}
    for charge in explanation.charges:
        if charge.covered is not None:
            leg = stuck(f"{charge.element} {charge.name} {charge.covered * 100:.0f} %")
            words.setdefault(charge.shipment, []).append(leg)
    alike: dict[str, list[str]] = {}
    for group in told:
        if group.first.id in words:
            alike.setdefault(", ".join(words[group.first.id]), []).append(group.label())
    items = list(alike.items())
    for legs, labels in items[:MAX_GROUPS]:
        more = [f"{len(labels) - _FEW:,} more"] if len(labels) > _FEW else []
        who = listed([*labels[:_FEW], *more])
        yield f"Covered by EU ETS and FuelEU, {who}: {legs}."
    if len(items) > MAX_GROUPS:
        yield f"and {count(len(items) - MAX_GROUPS, 'other way')}: see --format csv"


def _charge_cells(members: Sequence[ShipmentPlan]) -> tuple[str, ...]:
    parts = [math.fsum(getattr(m.carbon, name) for m in members) for name in _CHARGES]
    return (*(money(eur) for eur in parts), money(math.fsum(parts)))


def _statements(explanation: Explanation) -> Iterator[str]:
    """State what ISO 14083 asks for beside the kilograms."""
    iso = explanation.iso
    tkm = math.fsum(plan.tkm for plan in explanation.plans)
    yield (
        f"Intensity: {number(iso.g_per_tkm)} g/tkm WTW, {number(iso.ttw_g_per_tkm)} TTW, over "
        f"{amount(tkm)} tkm."
    )
    hubs = [
        f"{amount(value)} {unit}"
        for value, unit in ((iso.hub_activity_t, "t"), (iso.hub_activity_teu, "TEU"))
        if value
    ]
    yield (
        f"Hubs handled {' and '.join(hubs) or 'nothing'}: their kilograms are in the intensity, "
        "their activity is not in the tkm."
    )
    yield f"Data: {_data_types(explanation)}."
    kinds = [f"{mode} {listed(kinds)}" for mode, kinds in iso.distance_kinds.items()]
    yield f"Distances: {', '.join(kinds)}."
    sets = f"{listed(iso.gwp)}" if iso.gwp else "none stated"
    mixed = " (mixed: sums of two sets are not quite comparable)" if len(iso.gwp) > 1 else ""
    yield f"GWP100 sets: {sets}{mixed}."
    rows = [
        f"{row.country} {row.basis} {row.year}, {row.g_per_kwh:g} g/kWh and {row.loss_pct:g} % lost"
        for row in iso.grids
    ]
    yield f"Electricity: {'; '.join(rows) or 'none used'}."
    yield f"Left out: {EXCLUDED}."
    yield f"Computed by the method of {ISO_STANDARD}; nobody has certified it."


def _what_if(explanation: Explanation, outcomes: Sequence[Outcome] | None, *, bold: bool) -> str:
    if outcomes is None:
        return ""
    return outcomes_text(outcomes, base_kg=explanation.plan_kg, bold=bold)
