from __future__ import annotations

from dataclasses import replace

from routeopt.freight import minute_of
from routeopt.network.calendar import Opening


def test_another_zone_has_its_own_windows() -> None:
    # 08:00 in Shanghai is 00:00 UTC: at 04:00 UTC it is open there, and not yet in UTC
    noon = minute_of("2026-03-02T04:00:00+00:00")
    utc = Opening.parse("daily 08:00-18:00", "UTC")
    assert utc.first_from(noon) == minute_of("2026-03-02T08:00:00+00:00")
    assert replace(utc, zone_name="Asia/Shanghai").first_from(noon) == noon
