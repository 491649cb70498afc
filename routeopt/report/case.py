"""What a case says, in numbers that a planner can check by eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from routeopt.case import Case
from routeopt.errors import Fault
from routeopt.network import Service, Terminal
from routeopt.regulations import Regulations, rule
from routeopt.words import VEHICLE, amount, clock, count, heading, money, wrapped

if TYPE_CHECKING:
    from routeopt.reasons import Survey

MAX_LINES = 20


def case_text(
    case: Case, survey: Survey, *, faults: Sequence[Fault] = (), bold: bool = False
) -> str:
    """Summary of a case without errors."""
    warned = len([fault for fault in faults if fault.severity == "warning"])
    title = (
        f"{case.name}: sound, with {count(warned, 'warning')}" if warned else f"{case.name}: sound"
    )
    lines = [heading(title, bold=bold), *_lines(case, survey)]
    return "\n".join([*lines, *_unservable(survey)])


def _lines(case: Case, survey: Survey) -> Iterator[str]:
    members = case.members.values()
    teu, tonnes = (sum(getattr(m.size, dim) for m in members) for dim in ("teu", "tonnes"))
    yield f"  {count(len(members), 'shipment')}: {amount(teu)} TEU, {amount(tonnes)} t"
    first, last = (clock(minute, "UTC", year=True) for minute in (case.start, case.end))
    yield f"  horizon: {first} to {last} UTC, {count(case.days, 'day')}"
    services = [s for s in case.network.services.values() if not s.generated]
    if case.network.name != "none":
        yield f"  network: {case.network.name}"
    yield f"  {count(len(case.network.terminals), 'terminal')}"
    yield f"  {count(len(services), 'service')}: {_by_mode(Counter(s.mode for s in services))}"
    running = sum(survey.departures.values())
    yield f"  {count(running, 'departure')} in the horizon: {_by_mode(survey.departures)}"
    on_demand = sum(service.timetable.on_demand for service in services)
    if on_demand:
        yield f"  {count(on_demand, 'service')} on demand, whenever the cargo is ready"
    trucks = len(case.network.services) - len(services)
    if trucks:
        yield f"  {count(trucks, 'truck')} of the network on demand, from place to place"
    yield from _limits(case)
    yield from _assumptions(case)


def _by_mode(numbers: object) -> str:
    found = dict(numbers)  # type: ignore[call-overload]  # a mapping
    return ", ".join(f"{found[mode]:,} {mode}" for mode in VEHICLE if found.get(mode)) or "none"


def _limits(case: Case) -> Iterator[str]:
    yield f"  objective: {', then '.join(case.objective)}; serve {case.serve}"
    parts = []
    if case.limits.cost_eur is not None:
        parts.append(f"at most {money(case.limits.cost_eur)} EUR")
    if case.limits.co2e_kg is not None:
        parts.append(f"at most {amount(case.limits.co2e_kg)} kg CO2e")
    parts += [f"at least {share:.0%} by {mode}" for mode, share in case.limits.min_share.items()]
    if parts:
        yield f"  limits of the plan: {', '.join(parts)}"
    if case.carbon_price_eur_per_t:
        yield f"  carbon price: {amount(case.carbon_price_eur_per_t)} EUR/t"
    if case.regulations is not None:
        yield f"  regulations of {case.regulations.year}: {_regulations(case.regulations)}"


def _regulations(rules: Regulations) -> str:
    parts = []
    if rules.surcharge == "carrier":
        parts.append("ships pay the carrier's surcharge in place of EU ETS and FuelEU")
    else:
        if rules.eu_ets_eur_per_t:
            parts.append(f"EU ETS at {amount(rules.eu_ets_eur_per_t)} EUR/t")
        if rules.fueleu:
            pool = rules.fueleu_pool_eur_per_t
            parts.append(
                f"FuelEU in a pool at {amount(pool)} EUR/t" if pool else "FuelEU penalties"
            )
    if rules.ets2_eur_per_t:
        begun = "" if rule("ets2", rules.year) else ", which has not begun"
        parts.append(f"ETS2 at {amount(rules.ets2_eur_per_t)} EUR/t{begun}")
    return ", ".join(parts) or "nothing is charged"


def _assumptions(case: Case) -> Iterator[str]:
    network = case.network
    own = [service for service in network.services.values() if not service.generated]
    services = [service for service in own if not _is_way_back(service, network.services)]
    priced = [service for service in services if _is_priced(service)]
    yield f"  {_share(priced, 'price', lambda s: s.price_source or s.source)}"
    yield f"  {_share(services, 'distance and timetable', lambda s: s.source)}"
    handled = [terminal for terminal in network.terminals.values() if _is_priced(terminal)]
    if handled:
        yield f"  {_share(handled, 'handling price', lambda t: t.source)}"
    used = sorted({id_ for s in services for id_ in (s.toc, s.toc_unwired) if id_})
    tocs = [network.tocs[id_] for id_ in used if id_ in network.tocs]
    handled_by = sorted({terminal.hoc for terminal in network.terminals.values() if terminal.hoc})
    factors = [*tocs, *(network.hocs[id_] for id_ in handled_by)]
    yield f"  {_share(factors, 'factor', lambda f: f.source)}"


def _is_way_back(service: Service, services: object) -> bool:
    return service.id.endswith("/back") and service.id.removesuffix("/back") in services  # type: ignore[operator]  # a mapping


def _is_priced(row: Service | Terminal) -> bool:
    names = (name for name in row.__slots__ if "eur" in name)
    return any(getattr(row, name) for name in names)


def _share(rows: Sequence[object], noun: str, source: Callable[..., str]) -> str:
    """`7 of 19 prices are assumptions, 2 have no source`."""
    words = [source(row) for row in rows]
    assumed = sum("assumption" in text.lower() for text in words)
    silent = sum(not text.strip() for text in words)
    plural = noun.replace("distance and timetable", "distances and timetable") + "s"
    text = f"{assumed} of {len(rows)} {plural} are assumptions"
    return text + (f", {silent} without a source" if silent else "")


def _unservable(survey: Survey) -> Iterable[str]:
    reasons = list(survey.unservable.items())
    if not reasons:
        return
    yield ""
    yield f"{count(len(reasons), 'shipment')} can't be served at all:"
    for id_, reason in reasons[:MAX_LINES]:
        yield wrapped(f"{id_}: {reason}", indent="  ", hang="  ")
    if len(reasons) > MAX_LINES:
        yield f"  and {len(reasons) - MAX_LINES} more"
