"""Energy of a freight train from its mass: a row of the toc table, and how it follows."""

from __future__ import annotations

from dataclasses import dataclass

from routeopt.emissions import ELECTRICITY, MJ_PER_KWH

_WH_AT_1_T, _EXPONENT = 1200.0, -0.62
_HEAVY_T, _HEAVY_WH = 2000.0, 10.0
DIESEL_EFFICIENCY = 0.37
"""Mechanical work of a diesel train over the energy of its fuel, against that at the wire."""
REEFER_PCT = 12.0
"""More energy for temperature-controlled cargo by rail."""

_TABLE = "EcoTransIT World Methodology and Data (July 2010), Table 23, p.44"
_REEFER = "GLEC Framework v3.2, p.98"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a derivation: what, the sum as written, its value and where it comes from."""

    what: str
    formula: str
    value: float
    unit: str
    source: str


def wh_per_gross_tkm(gross_t: float) -> float:
    """Energy at the wire per gross tonne-km of a train of this mass, Wh.

    >>> [round(wh_per_gross_tkm(mass), 1) for mass in (500, 1000, 1500, 2000, 2500)]
    [25.5, 16.6, 12.9, 10.8, 10.0]
    """
    return _HEAVY_WH if gross_t > _HEAVY_T else _WH_AT_1_T * gross_t**_EXPONENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """A train by its masses.

    Parameters
    ----------
    gross_t
        Wagons, boxes and cargo, as hauled, t.
    net_t
        Cargo in it, t; both are means that count empty slots and empty ways.
    diesel
        Whether a diesel engine hauls it.

    Raises
    ------
    ValueError
        If the cargo weighs nothing, or as much as the train.
    """

    gross_t: float
    net_t: float
    diesel: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.net_t < self.gross_t:
            raise ValueError(
                f"want a net mass above 0 and below the gross mass {self.gross_t:g} t, "
                f"got {self.net_t:g} t"
            )

    @property
    def energy(self) -> float:
        """Energy per tonne-km of cargo: kWh at the wire, or MJ of diesel."""
        kwh = wh_per_gross_tkm(self.gross_t) * self.gross_t / self.net_t / 1000
        return kwh * MJ_PER_KWH / DIESEL_EFFICIENCY if self.diesel else kwh

    @property
    def unit(self) -> str:
        """Unit of the energy, as the toc table has it."""
        return "MJ/tkm" if self.diesel else "kWh/tkm"

    def steps(self) -> tuple[Step, ...]:
        """Lead from the masses to the energy."""
        gross, net = f"{self.gross_t:g}", f"{self.net_t:g}"
        wire = wh_per_gross_tkm(self.gross_t)
        heavy = self.gross_t > _HEAVY_T
        formula = "flat above 2000 t" if heavy else f"1200 × {gross}^-0.62"
        source = _TABLE if heavy else f"formula fitted to {_TABLE}"
        per_net = wire * self.gross_t / self.net_t
        steps = [
            Step("energy per gross tonne-km", formula, wire, "Wh/gross tkm", source),
            Step(
                "gross per net tonne", f"{gross} / {net}", self.gross_t / self.net_t, "t/t", "given"
            ),
            Step(
                "energy per tonne-km of cargo",
                f"{wire:.4g} × {gross} / {net}",
                per_net,
                "Wh/tkm",
                "",
            ),
        ]
        if self.diesel:
            told = f"{per_net:.4g} / 1000 × 3.6 / {DIESEL_EFFICIENCY:g}"
            efficiency = f"efficiency {DIESEL_EFFICIENCY:.0%}: assumption"
            steps.append(Step("energy of the diesel", told, self.energy, self.unit, efficiency))
        return tuple(steps)

    def rows(self, id_: str = "", *, reefer_pct: float | None = None) -> list[dict[str, str]]:
        """Rows of the toc table: the train, and with `reefer_pct` the one for reefer cargo."""
        kind = "diesel" if self.diesel else "electric"
        id_ = id_ or f"rail-{kind}-{self.gross_t:g}"
        note = "; ".join(f"{s.what}: {s.formula} = {s.value:.5g} {s.unit}" for s in self.steps())
        source = f"{_TABLE}; masses: given by the planner" + (
            f"; efficiency {DIESEL_EFFICIENCY:.0%}: assumption" if self.diesel else ""
        )
        row = {
            "id": id_,
            "mode": "rail",
            "unit": self.unit,
            "energy": f"{self.energy:.6g}",
            "fuel": "diesel" if self.diesel else ELECTRICITY,
            "reefer": "" if reefer_pct is None else f"{id_}-reefer",
            "distance_basis": "sfd",
            "data_type": "modelled",
            "source": source,
            "note": note,
        }
        if reefer_pct is None:
            return [row]
        cooled = {
            "id": f"{id_}-reefer",
            "energy": f"{self.energy * (1 + reefer_pct / 100):.6g}",
            "source": f"{source}; +{reefer_pct:g} % for cooling: "
            + (_REEFER if reefer_pct == REEFER_PCT else "assumption"),
            "note": f"{id_} × {1 + reefer_pct / 100:g}",
        }
        return [row, row | cooled]
