"""What charges carbon, in words."""

from __future__ import annotations

from routeopt.freight import Carbon

SHADOW = "carbon price"


def charges_of(carbon: Carbon) -> dict[str, float]:
    """EUR by what charges them."""
    return {
        SHADOW: carbon.shadow_eur,
        "EU ETS": carbon.ets_eur,
        "FuelEU": carbon.fueleu_eur,
        "ETS2": carbon.ets2_eur,
    }
