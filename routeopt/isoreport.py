"""What ISO 14083 asks a report to state beside the kilograms: activity, distances, data."""

from __future__ import annotations

import math
from collections.abc import Sequence

from routeopt.case.model import Case
from routeopt.emissions import DATA_TYPES, for_cargo
from routeopt.freight import GridRow, IsoReport, Leg, ShipmentPlan, Transfer


def iso_report(case: Case, plans: Sequence[ShipmentPlan]) -> IsoReport:
    """Report data of the shipments of a plan."""
    legs = [leg for plan in plans for leg in plan.legs]
    transfers = [transfer for plan in plans for transfer in plan.transfers]
    hubs = [transfer for transfer in transfers if transfer.hoc is not None]
    elements: list[Leg | Transfer] = [*legs, *transfers]
    tkm = math.fsum(leg.tkm for leg in legs)
    kg = math.fsum(plan.wtt_kg + plan.ttw_kg for plan in plans)
    ttw_kg = math.fsum(plan.ttw_kg for plan in plans)
    gwp, grids = _factors_used(case, plans)
    of_type = {
        name: math.fsum(e.wtt_kg + e.ttw_kg for e in elements if e.data_type == name)
        for name in DATA_TYPES
    }
    return IsoReport(
        g_per_tkm=kg * 1000 / tkm if tkm else 0.0,
        ttw_g_per_tkm=ttw_kg * 1000 / tkm if tkm else 0.0,
        hub_activity_t=math.fsum(hub.activity for hub in hubs if hub.activity_unit == "t"),
        hub_activity_teu=math.fsum(hub.activity for hub in hubs if hub.activity_unit == "teu"),
        distance_kinds={
            mode: tuple(sorted({leg.distance_kind for leg in legs if leg.mode == mode}))
            for mode in sorted({leg.mode for leg in legs})
        },
        data_type_share={name: part / kg if kg else 0.0 for name, part in of_type.items()},
        gwp=gwp,
        grids=grids,
    )


def _factors_used(
    case: Case, plans: Sequence[ShipmentPlan]
) -> tuple[tuple[str, ...], tuple[GridRow, ...]]:
    """GWP sets and grid rows behind the legs and transfers of a plan."""
    network = case.network
    gwp: set[str] = set()
    countries: set[str] = set()
    for plan in plans:
        cargo = case.members[plan.id].cargo
        for leg in plan.legs:
            for part in network.leg_parts(network.services[leg.service], cargo):
                gwp |= {each.gwp for each in part.components if each.gwp}
                countries |= {each.country for each in part.components if each.country}
        for transfer in plan.transfers:
            terminal = network.terminals[transfer.terminal]
            hoc = None if terminal.hoc is None else for_cargo(network.hocs, terminal.hoc, cargo)
            gwp |= {hoc.gwp} if hoc is not None and hoc.gwp else set()
            countries |= {terminal.country} if transfer.plug_kwh else set()
    rows = [network.factors.grids[country] for country in sorted(countries)]
    grids = tuple(
        GridRow(
            country=row.country,
            basis=row.basis,
            year=row.year,
            g_per_kwh=row.g_per_kwh,
            loss_pct=row.loss_pct,
        )
        for row in rows
    )
    return tuple(sorted(gwp)), grids
