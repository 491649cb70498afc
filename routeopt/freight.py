"""Cargo, itineraries and plans: plain data, no files.

Time is counted in whole minutes since 1970-01-01T00:00Z (`Minute`): sums are exact, and no local
clock gets into the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Minute = int
DAY_MIN = 1440


def stamp(minute: Minute) -> str:
    """ISO time in UTC.

    >>> stamp(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(minute * 60, UTC).isoformat()


def minute_of(iso: str) -> Minute:
    """Minute of an ISO time that carries its offset.

    >>> minute_of("1970-01-02T01:00:00+01:00")
    1440
    """
    return round(datetime.fromisoformat(iso).timestamp() / 60)


def whole_minutes(hours: float) -> int:
    """Hours as whole minutes, the nearest (ties to even).

    >>> whole_minutes(5.5), whole_minutes(0.009)
    (330, 1)
    """
    return round(hours * 60)


@dataclass(frozen=True, slots=True)
class Size:
    """How much cargo: `teu`, `tonnes` (without the box) and `m3`."""

    teu: float
    tonnes: float
    m3: float

    def __add__(self, other: Size) -> Size:
        return Size(self.teu + other.teu, self.tonnes + other.tonnes, self.m3 + other.m3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Cargo with origin, destination, size, window and limits: one row of `shipments`.

    Parameters
    ----------
    count
        None for a single shipment named `id`; n for n equal ones, `id/1` to `id/n`, each of `size`.
    ready, due
        At the origin from `ready`; delivered not after `due`.
    max_cost_eur, max_co2e_kg, max_hours
        Limits of each shipment, as if it travelled alone.
    """

    id: str
    origin: str
    destination: str
    size: Size
    ready: Minute
    due: Minute
    cargo: str = "dry"
    max_cost_eur: float | None = None
    max_co2e_kg: float | None = None
    max_hours: float | None = None
    value_eur: float | None = None
    commodity: str = ""
    avoid_modes: tuple[str, ...] = ()
    count: int | None = None

    @property
    def members(self) -> tuple[str, ...]:
        """Ids of the shipments that this row stands for, in order."""
        if self.count is None:
            return (self.id,)
        return tuple(f"{self.id}/{n}" for n in range(1, self.count + 1))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Ride:
    """A shipment on one departure of a service."""

    service: str
    depart: Minute
    arrive: Minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """The way of one shipment: rides through distinct terminals; the times of handling follow."""

    rides: tuple[Ride, ...]

    @property
    def key(self) -> tuple[tuple[str, Minute], ...]:
        """What ties are broken by: (service, depart) of each ride."""
        return tuple((ride.service, ride.depart) for ride in self.rides)


class Status(StrEnum):
    """What was proven about a plan."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """EUR charged on carbon, by what charges them."""

    shadow_eur: float = 0.0
    ets_eur: float = 0.0
    fueleu_eur: float = 0.0
    ets2_eur: float = 0.0

    def __add__(self, other: Carbon) -> Carbon:
        return Carbon(
            shadow_eur=self.shadow_eur + other.shadow_eur,
            ets_eur=self.ets_eur + other.ets_eur,
            fueleu_eur=self.fueleu_eur + other.fueleu_eur,
            ets2_eur=self.ets2_eur + other.ets2_eur,
        )

    def __mul__(self, factor: float) -> Carbon:
        return Carbon(
            shadow_eur=self.shadow_eur * factor,
            ets_eur=self.ets_eur * factor,
            fueleu_eur=self.fueleu_eur * factor,
            ets2_eur=self.ets2_eur * factor,
        )

    @property
    def eur(self) -> float:
        """All of it."""
        return self.shadow_eur + self.ets_eur + self.fueleu_eur + self.ets2_eur


NO_CARBON = Carbon()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A transport chain element that moves, with its numbers in the plan (shares of departures).

    Parameters
    ----------
    carbon
        What carbon costs on it; not in `cost_eur`.
    activity, activity_unit
        What the intensity of its TOC is multiplied by: tkm, teukm or vehiclekm.
    distance_kind
        Km behind the activity: sfd, gcd or actual.
    data_type
        Weakest of the data behind its intensity: primary, modelled or default.
    passages
        Sea passages on its way; None where the way was not measured.
    """

    service: str
    mode: str
    origin: str
    destination: str
    depart: Minute
    arrive: Minute
    distance_km: float
    tkm: float
    units: int
    cost_eur: float
    wtt_kg: float
    ttw_kg: float
    co2e_kg: float
    carbon: Carbon
    toc: str
    source: str
    activity: float
    activity_unit: str
    distance_kind: str
    data_type: str
    passages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A hub operation: handling at a terminal and the wait for the departure that follows.

    Parameters
    ----------
    plug_kwh
        Electricity of reefer plugs during the wait.
    activity, activity_unit
        Cargo handled, t or teu; never part of the tonne-km.
    """

    terminal: str
    start: Minute
    hours: float
    wait_h: float
    cost_eur: float
    storage_eur: float
    wtt_kg: float
    ttw_kg: float
    co2e_kg: float
    hoc: str | None
    plug_kwh: float
    activity: float
    activity_unit: str
    data_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPlan:
    """What the plan does with one shipment; the numbers of an unserved one are 0."""

    id: str
    served: bool
    ready: Minute
    due: Minute
    delivered: Minute | None = None
    legs: tuple[Leg, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    co2e_kg: float = 0.0
    wtt_kg: float = 0.0
    ttw_kg: float = 0.0
    cost_eur: float = 0.0
    cost_alone_eur: float = 0.0
    duties_eur: float = 0.0
    carbon: Carbon = NO_CARBON
    reason: str | None = None

    @property
    def carbon_eur(self) -> float:
        """What carbon costs."""
        return self.carbon.eur

    @property
    def tkm(self) -> float:
        """Transport activity."""
        return math.fsum(leg.tkm for leg in self.legs)

    @property
    def g_per_tkm(self) -> float:
        """Intensity in the case's scope."""
        return self.co2e_kg * 1000 / self.tkm if self.tkm else 0.0

    @property
    def hours(self) -> float:
        """From ready to delivered."""
        return 0.0 if self.delivered is None else (self.delivered - self.ready) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One run of a timetabled service that the plan uses."""

    service: str
    depart: Minute
    units: int
    max_units: int | None
    teu: float
    tonnes: float
    cost_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What is proven of one objective: no plan is better than `bound`; `gap` is a fraction."""

    objective: str
    value: float
    bound: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over the plan, computed from its itineraries."""

    co2e_kg: float = 0.0
    wtt_kg: float = 0.0
    ttw_kg: float = 0.0
    cost_eur: float = 0.0
    hours: float = 0.0
    tkm: float = 0.0
    transport_eur: float = 0.0
    handling_eur: float = 0.0
    storage_eur: float = 0.0
    duties_eur: float = 0.0
    carbon: Carbon = NO_CARBON
    served: int = 0
    unserved: int = 0

    @property
    def carbon_eur(self) -> float:
        """What carbon costs."""
        return self.carbon.eur


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """Electricity of a country as it counts in a plan."""

    country: str
    basis: str
    year: int
    g_per_kwh: float
    loss_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IsoReport:
    """What ISO 14083 asks a report to state beside the kilograms.

    Parameters
    ----------
    g_per_tkm, ttw_g_per_tkm
        Intensity of all shipments, well-to-wheel and tank-to-wheel; hubs are in the kilograms and
        never in the tonne-km.
    hub_activity_t, hub_activity_teu
        Cargo handled, by the unit of the hub's category.
    distance_kinds
        Kinds of distance behind the activity, by mode.
    data_type_share
        Share of the CO2e that rests on primary, modelled and default data.
    gwp, grids
        GWP100 sets behind the factors of legs, and the electricity rows used.
    """

    g_per_tkm: float = 0.0
    ttw_g_per_tkm: float = 0.0
    hub_activity_t: float = 0.0
    hub_activity_teu: float = 0.0
    distance_kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    data_type_share: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(("primary", "modelled", "default"), 0.0)
    )
    gwp: tuple[str, ...] = ()
    grids: tuple[GridRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Itineraries of all shipments and the departures that they use.

    Parameters
    ----------
    bounds
        One for each objective that was reached, in their order.
    interrupted
        Ctrl-C ended the search; the plan is the best found until then.
    warnings
        What a reader should know: handling without a factor, mixed GWP sets.
    manifest
        Versions, hashes of the inputs, options: what is needed to make the plan again.
    """

    status: Status
    objective: tuple[str, ...]
    totals: Totals
    bounds: tuple[Bound, ...]
    shipments: tuple[ShipmentPlan, ...]
    departures: tuple[Departure, ...]
    iso: IsoReport = field(default_factory=IsoReport)
    interrupted: bool = False
    warnings: tuple[str, ...] = ()
    case_name: str = ""
    case_sha256: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)
