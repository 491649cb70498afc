from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from routeopt.case import Case, Limits
from routeopt.errors import Fault
from routeopt.report import case_text


@dataclass(frozen=True)
class Seen:
    """Stands in for the survey of the optimizer."""

    unservable: Mapping[str, str] = field(default_factory=dict)
    departures: Mapping[str, int] = field(default_factory=lambda: {"rail": 1})


def text_of(case: Case, seen: Seen | None = None, faults: tuple[Fault, ...] = ()) -> str:
    return case_text(case, seen or Seen(), faults=faults)  # type: ignore[arg-type]  # see Seen


def test_summary_counts_what_is_there(case: Case) -> None:
    lines = [line.strip() for line in text_of(case).splitlines()]
    assert lines == [
        "Sines to Madrid: sound",
        "4 shipments: 8 TEU, 80 t",
        "horizon: Mon 2 Mar 2026 00:00 to Mon 9 Mar 2026 00:00 UTC, 7 days",
        "3 terminals",
        "3 services: 2 road, 1 rail",
        "1 departure in the horizon: 1 rail",
        "2 services on demand, whenever the cargo is ready",
        "objective: co2e, then cost; serve all",
        "2 of 3 prices are assumptions",
        "1 of 3 distances and timetables are assumptions",
        "0 of 1 handling prices are assumptions",
        "1 of 3 factors are assumptions",
    ]


def test_way_back_is_the_same_price(case: Case) -> None:
    rail = case.network.services["rail-sines-badajoz"]
    back = replace(rail, id=f"{rail.id}/back", origin=rail.destination, destination=rail.origin)
    services = {**case.network.services, back.id: back}
    text = text_of(replace(case, network=replace(case.network, services=services)))
    assert "4 services: 2 road, 2 rail" in text
    assert "2 of 3 prices are assumptions" in text


def test_missing_sources_are_counted(case: Case) -> None:
    truck = replace(case.network.services["truck-sines-madrid"], source="")
    services = {**case.network.services, truck.id: truck}
    text = text_of(replace(case, network=replace(case.network, services=services)))
    assert "2 of 3 prices are assumptions, 1 without a source" in text


def test_limits_of_the_plan(case: Case) -> None:
    limits = Limits(cost_eur=90000.0, co2e_kg=4000.0, min_share={"rail": 0.4})
    text = text_of(replace(case, limits=limits))
    assert (
        "limits of the plan: at most 90,000 EUR, at most 4,000 kg CO2e, at least 40% by rail"
        in text
    )


def test_unservable_shipments_and_warnings(case: Case) -> None:
    reasons = {f"S{n}": "no path" for n in range(25)}
    warning = Fault(code="W701", message="no path", file="case.yaml")
    text = text_of(case, Seen(unservable=reasons), (warning,) * 25)
    assert text.startswith("Sines to Madrid: sound, with 25 warnings\n")
    assert "25 shipments can't be served at all:\n  S0: no path\n" in text
    assert text.endswith("and 5 more")
