"""How a plan's total moves when what it rests on is otherwise, and whether it stays the best.

Each question is a patch as a scenario has it. The plan's own itineraries are settled under the
patched case, and the patched case is solved: nothing is guessed.
"""

from __future__ import annotations

import csv
import dataclasses
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from routeopt.case import Case, load_case
from routeopt.emissions import Fuel, Grid, Toc
from routeopt.errors import CaseError
from routeopt.explain import Explanation, Line
from routeopt.freight import Departure, Itinerary, Plan, ShipmentPlan, Size, Status, Totals
from routeopt.ledger import alone, settle
from routeopt.optimize import solve
from routeopt.words import listed, percent

RELATIVE = 1e-6
"""Plans as near as this are equally good, as in the optimizer."""

_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # what the case key `grid.year` allows
_LATE = "no plan was found in time"
_MOST_OVERRIDES = 900  # a case takes 1,000 entries, its own included
_TONNES_FACTORS = (1.2, 0.8)
_ROAD_LOADS = (0.5, 0.7)
_ROAD_LOAD = 0.6
_PAYLOAD_T = 26.0
_ANCHORS = ((89.0, _ROAD_LOAD * _PAYLOAD_T, 0.17), (60.0, 24.0, 0.0))
"""(g per tkm, t on board, empty km / all km) of an articulated truck to 40 t: GLEC Framework, read
in one transcription each."""


class Verdict(StrEnum):
    """What became of the plan's itineraries."""

    BEST = "still the best"
    OTHER = "others are better"
    INFEASIBLE = "infeasible"
    OPEN = "not worked out in time"
    UNASKED = "not asked"
    UNTOUCHED = "no number changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that could be otherwise.

    Parameters
    ----------
    patch
        What makes it so; None: it changes no number, or can't be asked, `verdict` says which and
        `note` why.
    """

    name: str
    patch: Mapping[str, object] | None
    note: str = ""
    verdict: Verdict = Verdict.UNTOUCHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to a question.

    Parameters
    ----------
    co2e_kg, cost_eur
        Totals of the plan's own itineraries then; None where they were not settled.
    broken
        Why the plan's own itineraries would not be allowed then.
    best_kg, best_eur, moved
        Totals of the best plan found then, and how many shipments go another way in it; None
        unless others are better.
    proven
        Whether no better one than that exists.
    reason
        Why it is infeasible, or not worked out.
    """

    question: Question
    verdict: Verdict
    co2e_kg: float | None = None
    cost_eur: float | None = None
    broken: str = ""
    best_kg: float | None = None
    best_eur: float | None = None
    moved: int | None = None
    proven: bool = False
    reason: str = ""


Reload = Callable[[Mapping[str, object]], Case]


def sensitivity(
    explanation: Explanation, *, scenario: str | None, time_limit_s: float
) -> tuple[Outcome, ...]:
    """Ask each question of a plan.

    Parameters
    ----------
    explanation
        Of the whole plan.
    scenario
        The scenario of its case with which it was made.
    time_limit_s
        For all questions together; what one leaves over goes to the others.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C ended a search.
    """
    deadline = time.monotonic() + time_limit_s
    case = explanation.case

    def reload(patch: Mapping[str, object]) -> Case:
        read = load_case(case.path, scenario=scenario, patch=patch)
        return dataclasses.replace(read, objective=case.objective, serve=case.serve)

    asked = questions(explanation, reload)
    left, found = sum(question.patch is not None for question in asked), []
    for question in asked:
        if question.patch is None:
            found.append(Outcome(question=question, verdict=question.verdict))
            continue
        share_s = (deadline - time.monotonic()) / left
        left -= 1
        found.append(_answer(question, question.patch, explanation, reload, share_s))
    return tuple(found)


def questions(explanation: Explanation, reload: Reload) -> list[Question]:
    """List what could be otherwise, and the patch that makes it so."""
    return [
        *_grid_questions(explanation, reload),
        _gwp_question(explanation),
        *_tonnes_questions(explanation, reload),
        *_road_questions(explanation),
    ]


def _grid_questions(explanation: Explanation, reload: Reload) -> Iterator[Question]:
    """Ask for each other year of the grid rows behind the plan's electricity."""
    case = explanation.case
    countries = sorted({line.country for line in explanation.lines if line.country})
    where = "" if countries else "no electric leg in the plan; "
    countries = countries or _electric_countries(case)
    if not countries:
        yield Question(name="another grid year", patch=None, note="no electric leg")
        return
    now = {country: case.network.factors.grids[country] for country in countries}
    years = _grid_years(countries, reload)
    others = 0
    for year, rows in sorted(years.items()):
        if rows != now:
            others += 1
            told = ", ".join(
                f"{row.country} {now[row.country].g_per_kwh:g} → {row.g_per_kwh:g}"
                + (f" (of {row.year})" if row.year != year else "")
                for row in rows.values()
            )
            patch = {"grid": {"year": year}}
            yield Question(name=f"grid of {year}", patch=patch, note=f"{where}g/kWh: {told}")
    if not others:
        basis = listed(sorted({row.basis for row in now.values()}))
        note = f"{where}the grid table has no other year of {basis} for {listed(countries)}"
        yield Question(name="another grid year", patch=None, note=note)


def _electric_countries(case: Case) -> list[str]:
    """Countries whose electricity any service could use."""
    network = case.network
    found = set()
    for service in network.services.values():
        for cargo in _cargoes(case, service.toc):
            for part in network.leg_parts(service, cargo):
                found |= {each.country for each in part.components if each.country}
    return sorted(found)


def _cargoes(case: Case, toc: str) -> list[str]:
    """Kinds of cargo that the case has and the category carries."""
    kinds = sorted({shipment.cargo for shipment in case.shipments})
    return [cargo for cargo in kinds if cargo == "dry" or case.network.tocs[toc].reefer]


def _grid_years(countries: Sequence[str], reload: Reload) -> dict[int, dict[str, Grid]]:
    """Rows that count in each year for which one of the countries has a row.

    The case answers with the row nearest to a year. Between two known years of a country the
    middle one therefore finds a third, if there is one.
    """
    asked: dict[int, dict[str, Grid]] = {}

    def rows(year: int) -> dict[str, Grid]:
        if year not in asked:
            grids = reload({"grid": {"year": year}}).network.factors.grids
            asked[year] = {country: grids[country] for country in countries}
        return asked[year]

    known: set[int] = set()
    for country in countries:
        spans = [(rows(_FIRST_YEAR)[country].year, rows(_LAST_YEAR)[country].year)]
        while spans:
            first, last = spans.pop()
            known |= {first, last}
            if last - first > 1:
                middle = rows((first + last) // 2)[country].year
                if first < middle < last:
                    spans += [(first, middle), (middle, last)]
    return {year: rows(year) for year in known}


@cache
def _gwp() -> Mapping[tuple[str, str], tuple[float, float]]:
    """GWP100 of a gas by its origin: (AR5, AR6)."""
    text = files("routeopt").joinpath("factors", "gwp.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["gas"], row["origin"]): (float(row["ar5"]), float(row["ar6"])) for row in rows}


def ar5_ttw_g_per_mj(fuel: Fuel) -> float | None:
    """Tank-to-wheel CO2e of an AR6 fuel by AR5; None where its gases are not given apart."""
    known = fuel.ets_ch4_kg_per_kg is not None and fuel.ets_n2o_kg_per_kg is not None
    if fuel.gwp != "AR6" or not fuel.lhv_mj_per_kg or not known:
        return None
    ch4_ar5, ch4_ar6 = _gwp()["CH4", "biogenic" if fuel.ets_zero_rated else "fossil"]
    n2o_ar5, n2o_ar6 = _gwp()["N2O", "any"]
    more_kg = (fuel.ets_ch4_kg_per_kg or 0.0) * (ch4_ar5 - ch4_ar6)
    more_kg += (fuel.ets_n2o_kg_per_kg or 0.0) * (n2o_ar5 - n2o_ar6)
    return max(0.0, fuel.ttw_g_per_mj + more_kg * 1000 / fuel.lhv_mj_per_kg)


def _gwp_question(explanation: Explanation) -> Question:
    """Restate in AR5 the fuels whose gases are known, and leaks."""
    name, case = "GWP set AR5, not AR6", explanation.case
    tocs = _tocs_in_use(case)
    carriers = {carrier for id_ in tocs for carrier, _ in case.network.tocs[id_].carriers}
    fuels = case.network.factors.fuels
    restated = {
        id_: ttw_g
        for id_ in sorted(carriers & fuels.keys())
        if (ttw_g := ar5_ttw_g_per_mj(fuels[id_])) is not None
    }
    leaking = sorted(id_ for id_ in tocs if _leaks_ar6(case.network.tocs[id_]))
    override: list[dict[str, object]] = [
        {
            "table": "fuels",
            "where": {"id": id_},
            "set": {"ttw_g_per_mj": repr(ttw_g), "gwp": "AR5"},
        }
        for id_, ttw_g in restated.items()
    ]
    if leaking:
        override.append({"table": "toc", "where": {"id": leaking}, "set": {"gwp": "AR5"}})
    whole = explanation.kg.wtt_kg + explanation.kg.ttw_kg
    # what the making of a fuel emits has no gases of its own in the table
    kg = math.fsum(line.ttw_kg for line in explanation.lines if _restated(line, restated, leaking))
    share = percent(kg / whole) if kg else "none"
    note = f"{share} of the kg could be restated; the tables don't part the gases of the rest"
    return Question(name=name, patch={"override": override} if override else None, note=note)


def _leaks_ar6(toc: Toc) -> bool:
    return toc.leak_g > 0 and toc.gwp != "AR5"


def _restated(line: Line, fuels: Mapping[str, float], leaking: Sequence[str]) -> bool:
    if line.kind == "leak":
        return line.factor in leaking
    return line.energy is not None and line.carrier in fuels


def _tocs_in_use(case: Case, *modes: str) -> set[str]:
    """Operation categories of the services (of some modes), with their reefer rows."""
    found: set[str] = set()
    for service in case.network.services.values():
        if not modes or service.mode in modes:
            found |= {service.toc, service.toc_unwired or service.toc}
    rows = case.network.tocs
    return found | {reefer for id_ in found if (reefer := rows[id_].reefer) is not None}


def _tonnes_questions(explanation: Explanation, reload: Reload) -> Iterator[Question]:
    """Ask for heavier and lighter cargo in as many TEU."""
    by_t = any(line.amount_unit == "t" and line.wtw_kg for line in explanation.lines)
    stays = "nothing in the plan counts per tonne: the kg stay, and the g per tkm move"
    for factor, words in zip(_TONNES_FACTORS, ("a fifth more", "a fifth less"), strict=True):
        name = f"{words} t per TEU"
        override = _tonnes_override(explanation.case, factor, reload)
        if len(override) > _MOST_OVERRIDES:
            note = "too many rows without TEU to write their TEU down"
            yield Question(name=name, patch=None, note=note, verdict=Verdict.UNASKED)
        else:
            yield Question(name=name, patch={"override": override}, note="" if by_t else stays)


def _tonnes_override(case: Case, factor: float, reload: Reload) -> list[dict[str, object]]:
    """Scale the tonnes of all rows, then set those whose size does not come out as it should.

    A row may leave tonnes out, which then follow its TEU, or TEU, which then follow its tonnes.
    """
    override: list[dict[str, object]] = [{"table": "shipments", "scale": {"tonnes": factor}}]
    scaled = reload({"override": override}).shipments
    rows_of: dict[Size, list[str]] = defaultdict(list)
    for before, after in zip(case.shipments, scaled, strict=True):
        wanted = dataclasses.replace(before.size, tonnes=before.size.tonnes * factor)
        pairs = zip(dataclasses.astuple(wanted), dataclasses.astuple(after.size), strict=True)
        if not all(math.isclose(one, other) for one, other in pairs):
            rows_of[wanted].append(before.id)
    return override + [
        {
            "table": "shipments",
            "where": {"id": ids},
            "set": {"teu": repr(size.teu), "tonnes": repr(size.tonnes), "m3": repr(size.m3)},
        }
        for size, ids in rows_of.items()
    ]


def load_ratio(load: float) -> float:
    """Emissions per tonne-km of a truck at a load factor, relative to 60 % (17 % empty km).

    Fuel is taken to grow with the load in a line, c = empty + slope × t, and the line to go
    through two printed averages: 89 g/tkm with 15.6 t on loaded km and 17 % empty km, 60 g/tkm
    with 24 t and none. With e empty km for each loaded one that is
    g × t = empty × (1 + e) + slope × t. A check of how much the load matters; no published curve.

    >>> round(load_ratio(0.6), 9), round(load_ratio(0.5), 3), round(load_ratio(0.7), 3)
    (1.0, 1.142, 0.899)
    """
    (g_1, t_1, empty_1), (g_2, t_2, empty_2) = _ANCHORS
    runs_1, runs_2 = 1 / (1 - empty_1), 1 / (1 - empty_2)  # 1 + e
    # g = empty × runs / t + slope at both anchors; their difference leaves empty alone
    empty_g = (g_1 - g_2) / (runs_1 / t_1 - runs_2 / t_2)
    slope_g = g_1 - empty_g * runs_1 / t_1
    return (empty_g * runs_1 / (load * _PAYLOAD_T) + slope_g) / g_1


def _road_questions(explanation: Explanation) -> Iterator[Question]:
    """Ask for other load factors behind road categories per tonne-km."""
    tocs = explanation.case.network.tocs
    ids = sorted(
        id_ for id_ in _tocs_in_use(explanation.case, "road") if tocs[id_].activity == "tkm"
    )
    used = any(line.factor in ids for line in explanation.lines)
    for load in _ROAD_LOADS:
        name = f"trucks {percent(load)} full, not {percent(_ROAD_LOAD)}"
        if not ids:
            yield Question(name=name, patch=None, note="no road leg that counts per tonne-km")
            continue
        ratio = load_ratio(load)
        scale = dict.fromkeys(("wtt", "ttw", "energy"), ratio)
        override = [{"table": "toc", "where": {"id": list(ids)}, "scale": scale}]
        note = f"× {ratio:.3f} on {listed(ids)}; a line through two averages, no published curve"
        yield Question(
            name=name,
            patch={"override": override},
            note=note if used else f"no such road leg in the plan; {note}",
        )


def _answer(
    question: Question,
    patch: Mapping[str, object],
    explanation: Explanation,
    reload: Reload,
    time_limit_s: float,
) -> Outcome:
    """Settle the plan's itineraries under the patched case, and solve it."""
    try:
        case = reload(patch)
    except CaseError as err:
        reason = f"the changed case is unsound: {err.faults[0].message}"
        return Outcome(question=question, verdict=Verdict.INFEASIBLE, reason=reason)
    own, departures, totals = settle(case, explanation.chosen)
    outcome = Outcome(
        question=question,
        verdict=Verdict.OPEN,
        co2e_kg=totals.co2e_kg,
        cost_eur=totals.cost_eur,
        broken=broken_limit(case, explanation.chosen, own, departures, totals) or "",
    )
    if time_limit_s <= 0:
        return dataclasses.replace(outcome, reason=_LATE)
    best = solve(case, time_limit_s=time_limit_s)
    if best.interrupted:  # Ctrl-C is meant for all questions
        raise KeyboardInterrupt
    return judged(outcome, case, own, totals, best)


def judged(
    outcome: Outcome, case: Case, own: Sequence[ShipmentPlan], totals: Totals, best: Plan
) -> Outcome:
    """Compare the plan's itineraries with what was found for the patched case."""
    proven = best.status is Status.OPTIMAL
    if best.status is Status.INFEASIBLE:
        reason = next((each.reason for each in best.shipments if each.reason), "no plan at all")
        return dataclasses.replace(outcome, verdict=Verdict.INFEASIBLE, reason=reason)
    if best.status is Status.UNKNOWN:
        return dataclasses.replace(outcome, reason=_LATE)
    better = _less(_worth(case, best.shipments, best.totals), _worth(case, own, totals))
    if not better and not outcome.broken:
        if proven:
            return dataclasses.replace(outcome, verdict=Verdict.BEST)
        return dataclasses.replace(outcome, reason="no better plan was found, nor proven away")
    return dataclasses.replace(
        outcome,
        verdict=Verdict.OTHER,
        best_kg=best.totals.co2e_kg,
        best_eur=best.totals.cost_eur,
        moved=_moved(case, own, best.shipments),
        proven=proven,
    )


def _worth(case: Case, plans: Sequence[ShipmentPlan], totals: Totals) -> tuple[float, ...]:
    """Give what is minimized, in order: TEU left behind, then the objectives."""
    left = math.fsum(case.members[each.id].size.teu for each in plans if not each.served)
    of = {"co2e": totals.co2e_kg, "cost": totals.cost_eur, "time": totals.hours}
    return (left, *(of[name] for name in case.objective))


def _less(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the first number in which they differ is less in the one."""
    for a, b in zip(one, other, strict=True):
        if not math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-9):
            return a < b
    return False


def _moved(case: Case, own: Sequence[ShipmentPlan], best: Sequence[ShipmentPlan]) -> int:
    """Shipments that take other services; of a counted row it does not matter which member."""
    ways: dict[str, tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]] = {}
    for side, plans in enumerate((own, best)):
        for each in plans:
            row = ways.setdefault(case.members[each.id].id, (Counter(), Counter()))
            row[side][tuple(leg.service for leg in each.legs)] += 1
    return sum((before - after).total() for before, after in ways.values())


def broken_limit(
    case: Case,
    chosen: Mapping[str, Itinerary],
    plans: Sequence[ShipmentPlan],
    departures: Sequence[Departure],
    totals: Totals,
) -> str | None:
    """First capacity or limit that itineraries break; patches here move no times."""
    for each in departures:
        service = case.network.services[each.service]
        if service.max_units is not None and each.units > service.max_units:
            return f"{each.service} would need {each.units:,} of {service.max_units:,} units"
        if service.max_t is not None and each.tonnes > service.max_t * (1 + 1e-9):
            return f"{each.service} would carry {each.tonnes:g} t, {service.max_t:g} t are its most"
    for plan in plans:
        shipment = case.members[plan.id]
        for leg in plan.legs:
            service = case.network.services[leg.service]
            if service.timetable.on_demand and not service.takes(shipment.size):
                return f"{leg.service} could not take {plan.id}"
        own = alone(case, plan.id, shipment, chosen[plan.id]) if plan.served else plan
        if _over(own.cost_eur, shipment.max_cost_eur):
            return f"{plan.id} would cost {own.cost_eur:,.0f} EUR, over its max_cost_eur"
        if _over(own.co2e_kg, shipment.max_co2e_kg):
            return f"{plan.id} would emit {own.co2e_kg:,.1f} kg, over its max_co2e_kg"
    return _broken_case_limit(case, plans, totals)


def _broken_case_limit(case: Case, plans: Sequence[ShipmentPlan], totals: Totals) -> str | None:
    if _over(totals.cost_eur, case.limits.cost_eur):
        return f"it would cost {totals.cost_eur:,.0f} EUR, over limits.cost_eur"
    if _over(totals.co2e_kg, case.limits.co2e_kg):
        return f"it would emit {totals.co2e_kg:,.1f} kg, over limits.co2e_kg"
    for mode, least in case.limits.min_share.items():
        tkm = math.fsum(leg.tkm for plan in plans for leg in plan.legs if leg.mode == mode)
        if _over(least * totals.tkm, tkm):
            return f"{mode} would have less than its min_share of {percent(least)}"
    return None


def _over(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit * (1 + RELATIVE)
