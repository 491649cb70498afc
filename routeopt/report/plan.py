"""The first screen after `solve`: the answer, how sure it is, and what every other choice costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from routeopt.case import Case
from routeopt.freight import Bound, Plan, Status
from routeopt.report.chain import chains_text, reasons_text
from routeopt.report.charges import SHADOW, charges_of
from routeopt.report.grid import grid
from routeopt.words import (
    amount,
    at,
    count,
    heading,
    listed,
    money,
    number,
    percent,
    signed,
    span,
    wrapped,
)

if TYPE_CHECKING:
    from routeopt.optimize import Alternative

MAX_DEPARTURES = 12
PROVEN_GAP = 1e-6
_VERB = {"co2e": "emits", "cost": "costs", "time": "takes"}
_LITTLE = {"co2e": "emit as little", "cost": "cost as little", "time": "take as little time"}
_AS_LITTLE = {"co2e": "emits as little", "cost": "costs as little", "time": "takes as little time"}
_LESS = {"co2e": "emits less", "cost": "costs less", "time": "takes less time"}
_AIM = {"co2e": "CO2e", "cost": "cost", "time": "time"}


def plan_text(
    plan: Plan,
    case: Case,
    *,
    alternatives: Sequence[Alternative] = (),
    files: Sequence[str] = (),
    bold: bool = False,
) -> str:
    """All that the first screen shows, blocks with a blank line between.

    Parameters
    ----------
    files
        Lines on where the plan file is and what to type next.
    """
    served = [shipment for shipment in plan.shipments if shipment.served]
    unserved = [shipment for shipment in plan.shipments if not shipment.served]
    blocks = [wrapped(_headline(plan, case)) if served else failure(plan, case)]
    if unserved and plan.status is not Status.UNKNOWN:
        blocks.append(reasons_text(case, unserved))
    if served:
        blocks.append(wrapped(certainty(plan, case)))
        blocks.append(chains_text(case, served, bold=bold))
        blocks.append(_totals(plan, case))
        blocks.append(_departures(plan, case, bold=bold))
        blocks.append(_comparison(plan, alternatives, bold=bold))
        blocks.append("Checked by separate code: every leg, transfer, sum and limit.")
    blocks.append(
        "\n".join(wrapped(f"Warning: {text}", hang="  ") for text in _warnings(plan, case))
    )
    blocks.append("\n".join(files))
    return "\n\n".join(block for block in blocks if block)


def _warnings(plan: Plan, case: Case) -> list[str]:
    """Warnings of the case and the plan, none twice."""
    return list(dict.fromkeys([*(fault.message for fault in case.warnings), *plan.warnings]))


def _headline(plan: Plan, case: Case) -> str:
    served = [shipment for shipment in plan.shipments if shipment.served]
    teu = sum(case.members[shipment.id].size.teu for shipment in served)
    whole = sum(shipment.size.teu for shipment in case.members.values())
    teu_words = (
        f"{amount(teu)} TEU"
        if not plan.totals.unserved
        else (f"{amount(teu)} of {amount(whole)} TEU")
    )
    numbers = f"{number(plan.totals.co2e_kg)} kg CO2e, {money(plan.totals.cost_eur)} EUR"
    return f"{case.name}: {teu_words} served, {numbers}, {_delivery(plan, case)}."


def _delivery(plan: Plan, case: Case) -> str:
    """When the last shipment is there, and how near to its due time the tightest one is."""
    ends = [(s.delivered, s) for s in plan.shipments if s.delivered is not None]
    last, shipment = max(ends, key=lambda pair: pair[0])
    place = case.members[shipment.id].destination
    slack, tightest = min(((s.due - end, s.id) for end, s in ends), key=lambda pair: pair[0])
    when = at(case, place, last, year=True)
    alike = len({s.due - end for end, s in ends}) == 1
    if len(ends) == 1:
        return f"delivered {when} ({span(slack)} before due)"
    near = (
        f"{span(slack)} before due"
        if alike
        else f"{tightest} is the tightest, {span(slack)} before due"
    )
    return f"all delivered by {when} ({near})"


def failure(plan: Plan, case: Case) -> str:
    """Say what came out where nothing is served, and whether that is proven."""
    if plan.status is Status.INFEASIBLE:
        what = "no plan keeps every deadline and limit (proven)."
        return wrapped(f"{case.name}: {what} What would do:")
    if plan.status is Status.UNKNOWN:
        what = "interrupted" if plan.interrupted else "stopped by the time limit"
        return wrapped(
            f"{case.name}: {what} before a plan was found; that there is none is not proven. "
            "A longer --time-limit may find one."
        )
    return wrapped(f"{case.name}: no shipment can be served.")


def certainty(plan: Plan, case: Case) -> str:
    """How sure the plan is, in words.

    A bound below the value says how far the best plan may be; an objective without a bound was
    never reached.
    """
    reached = {bound.objective: bound for bound in plan.bounds}
    serving = (
        "no plan serves more TEU; among those that serve as many, " if case.serve == "most" else ""
    )
    if plan.status is Status.OPTIMAL:
        first, *rest = plan.objective
        parts = [f"Proven: {serving}no plan of this case {_LESS[first]}"]
        for before, name in zip(plan.objective, rest, strict=False):
            parts.append(f"among those that {_LITTLE[before]}, none {_LESS[name]}")
        return f"{'; '.join(parts)}."
    sentences = ["Interrupted: the best plan found until then." if plan.interrupted else ""]
    firsts = (None, *plan.objective[:-1])
    sentences += [
        _open_stage(reached.get(name), name, after)
        for name, after in zip(plan.objective, firsts, strict=True)
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _open_stage(bound: Bound | None, name: str, before: str | None) -> str:
    """Say how far one objective got; `before` is the one that comes first."""
    if bound is None:
        return f"The search for the least {_AIM[name]} was not reached."
    if bound.gap <= PROVEN_GAP:
        return f"The least {_AIM[name]} is proven."
    verb = _VERB[name].removesuffix("s")
    who = "Not proven best: no plan" if before is None else f"No plan that {_AS_LITTLE[before]}"
    least = _quantity(name, bound.bound)
    return f"{who} can {verb} less than {least}: at most {percent(bound.gap)} better."


def _quantity(objective: str, value: float) -> str:
    if objective == "time":
        return f"{amount(value)} hours in all"
    return f"{number(value)} kg" if objective == "co2e" else f"{money(value)} EUR"


def _totals(plan: Plan, case: Case) -> str:
    totals = plan.totals
    parts = {
        "transport": totals.transport_eur,
        "handling": totals.handling_eur,
        "storage": totals.storage_eur,
        "duties": totals.duties_eur,
        "carbon": totals.carbon_eur,
    }
    shown = [f"{name} {money(eur)}" for name, eur in parts.items() if eur]
    charges = {name: eur for name, eur in charges_of(totals.carbon).items() if eur}
    if charges and [*charges] != [SHADOW]:
        shown[-1] += f" ({', '.join(f'{name} {money(eur)}' for name, eur in charges.items())})"
    teu = sum(case.members[s.id].size.teu for s in plan.shipments if s.served)
    cost = f"Cost: {' + '.join(shown) or '0'} = {money(totals.cost_eur)} EUR"
    cost += f", {money(totals.cost_eur / teu)} a TEU." if teu else "."
    return "\n".join(wrapped(text) for text in (cost, _emissions(plan, case), _data(plan)))


def _data(plan: Plan) -> str:
    """Say what the kilograms rest on."""
    shares = [
        f"{percent(share)} {name}" for name, share in plan.iso.data_type_share.items() if share
    ]
    parts = [f"{', '.join(shares) or 'no'} data"]
    if plan.iso.gwp:
        parts.append(f"GWP100 of {' and '.join(plan.iso.gwp)}")
    grids: dict[tuple[str, int], list[str]] = {}
    for row in plan.iso.grids:
        grids.setdefault((row.basis, row.year), []).append(row.country)
    for (basis, year), countries in grids.items():
        parts.append(f"electricity of {listed(countries)} ({basis} {year})")
    return f"Factors: {'; '.join(parts)}."


def _emissions(plan: Plan, case: Case) -> str:
    totals = plan.totals
    intensity = f", {number(totals.co2e_kg * 1000 / totals.tkm)} g a tkm" if totals.tkm else ""
    if case.co2e_scope == "ttw":
        return (
            f"CO2e: {number(totals.ttw_kg)} kg tank to wheel{intensity}; "
            f"{number(totals.wtt_kg)} kg well to tank are not counted."
        )
    return (
        f"CO2e: well to tank {number(totals.wtt_kg)} + tank to wheel {number(totals.ttw_kg)} = "
        f"{number(totals.co2e_kg)} kg{intensity}."
    )


def _departures(plan: Plan, case: Case, *, bold: bool) -> str:
    if not plan.departures:
        return f"{_zones(plan, case)}"
    rows = [
        (
            departure.service,
            at(case, case.network.services[departure.service].origin, departure.depart),
            f"{departure.units:,}"
            + (f" of {departure.max_units:,}" if departure.max_units else ""),
            amount(departure.teu),
            money(departure.cost_eur),
        )
        for departure in plan.departures[:MAX_DEPARTURES]
    ]
    text = grid(("Departures", "leaves", "units", "TEU", "EUR"), rows, left=2)
    first, _, rest = text.partition("\n")
    lines = [heading(first, bold=bold), rest]
    if len(plan.departures) > MAX_DEPARTURES:
        lines.append(f"and {len(plan.departures) - MAX_DEPARTURES} more in the plan file")
    return "\n".join([*lines, _zones(plan, case)])


def _zones(plan: Plan, case: Case) -> str:
    """In which time zones the times of this screen are."""
    places = {t.terminal for shipment in plan.shipments for t in shipment.transfers}
    zones = sorted({case.network.terminals[place].timezone for place in places})
    if zones == ["UTC"]:
        return "Times are UTC."
    return wrapped(f"Times are local to each terminal ({listed(zones)}).")


def _comparison(plan: Plan, alternatives: Sequence[Alternative], *, bold: bool) -> str:
    if not alternatives:
        return ""
    rows = [("this plan", *_numbers(plan), "", "", "")]
    notes = []
    for other in alternatives:
        if other.plan is None or not other.plan.totals.served:
            notes.append(f"{other.name}: {other.reason or 'there is no such plan'}")
            continue
        rows.append((other.name, *_numbers(other.plan), *_difference(plan, other.plan)))
        notes += _caveats(plan, other.name, other.plan)
    header = ("Compared", "kg CO2e", "EUR", "h each", "kg more", "EUR more", "EUR/t saved")
    first, _, rest = grid(header, rows).partition("\n")
    text = "EUR/t saved: what the cleaner of the two pays for each tonne of CO2e less"
    below = any(row[-1].startswith("−") for row in rows)
    notes.append(f"{text}; below 0 it saves money too." if below else f"{text}.")
    return "\n".join(
        [heading(first, bold=bold), rest, *(wrapped(note, hang="  ") for note in notes)]
    )


def _numbers(plan: Plan) -> tuple[str, str, str]:
    totals = plan.totals
    each = totals.hours / totals.served if totals.served else 0.0
    return number(totals.co2e_kg), money(totals.cost_eur), f"{each:,.1f}"


def _difference(plan: Plan, other: Plan) -> tuple[str, str, str]:
    kg = other.totals.co2e_kg - plan.totals.co2e_kg
    eur = other.totals.cost_eur - plan.totals.cost_eur
    differs = abs(kg) > 1e-6 * other.totals.co2e_kg
    saves = differs and plan.totals.served == other.totals.served
    per_t = signed(money(-eur * 1000 / kg)).removeprefix("+") if saves else "–"
    return signed(number(kg)), signed(money(eur)), per_t


def _caveats(plan: Plan, name: str, other: Plan) -> Iterator[str]:
    totals = other.totals
    if totals.served != plan.totals.served:
        whole = count(totals.served + totals.unserved, "shipment")
        yield f"{name}: serves {totals.served} of {whole}"
    if other.status is not Status.OPTIMAL:
        yield f"{name}: the best found, not proven"
