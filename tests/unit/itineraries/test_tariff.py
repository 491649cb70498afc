"""The arrays of a search say what the service and its factors say one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routeopt.box import cases_dir
from routeopt.case import load_case
from routeopt.case.model import Avoid, Case
from routeopt.freight import Size, Status
from routeopt.itineraries.graph import ServiceGraph
from routeopt.optimize import solve
from tests import randomcases


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(
    case=randomcases.cases(),
    teu=st.sampled_from((0.5, 1.0, 2.0, 3.0, 7.25)),
    tonnes=st.sampled_from((1.0, 20.0, 28.0, 56.0)),
    cargo=st.sampled_from(("dry", "reefer")),
)
def test_quote_equals_the_service(case: Case, teu: float, tonnes: float, cargo: str) -> None:
    graph = ServiceGraph(case)
    size = Size(teu, tonnes, 33 * teu)
    quote = graph.tariff.quote(size, cargo)
    for v, service in enumerate(graph.services):
        intensity = case.network.leg_intensity(service, cargo)
        alone = intensity.emission(size, service.units(size)).in_scope(case.co2e_scope)
        linear = intensity.emission(size, 0).in_scope(case.co2e_scope)
        whole = service.timetable.on_demand
        leg, ends = graph.tariff.carbon.leg(service, cargo), graph.tariff.carbon.ends(service)
        known = leg.at(ends.known_coverage)
        own_eur = service.linear_eur(size) + known.own(size).eur
        alone_eur = service.transport_eur(size) + known.own(size).eur
        alone_eur += known.per_unit.eur * service.units(size)
        voyage_eur = leg.voyage.own(size).eur + leg.voyage.per_unit.eur * service.units(size)
        assert quote.alone_eur[v] == pytest.approx(alone_eur, rel=1e-12)
        assert quote.alone_kg[v] == pytest.approx(alone, rel=1e-12)
        assert quote.own_eur[v] == pytest.approx(alone_eur if whole else own_eur, rel=1e-12)
        assert quote.voyage_eur[v] == pytest.approx(voyage_eur if ends.open else 0.0, rel=1e-12)
        assert quote.own_kg[v] == pytest.approx(alone if whole else linear, rel=1e-12)
        assert bool(quote.takes[v]) is service.takes(size)


def test_a_case_that_avoids_every_terminal_has_no_ways() -> None:
    # no terminals are left, so every array of the search is empty
    case = load_case(cases_dir() / "starter")
    nowhere = replace(case, avoid=Avoid(countries=("NL", "DE")))
    plan = solve(nowhere)
    assert plan.status is Status.INFEASIBLE
    assert all("avoided" in (shipment.reason or "") for shipment in plan.shipments)
