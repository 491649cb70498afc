# ruff: noqa: E501  messages stand whole
"""Cases on a network, and what is told of them."""

from __future__ import annotations

from tests.broken.good import CASE, SHIPMENTS

ON_EURASIA = (CASE, "network: none", "network: eurasia")

NETWORK = {
    "no such network": (
        [(CASE, "network: none", "network: eurasie")],
        [
            "case.yaml:3:10: E126 network: no network 'eurasie': did you mean 'eurasia'?; or give the path of a network's folder"
        ],
    ),
    "doors": (
        [
            ON_EURASIA,
            (SHIPMENTS, "A,PTSIE-XXI", 'A,"-9.1,38.7"'),
            (SHIPMENTS, "B,PTSIE-XXI", 'B,"38.7,-9.1 Lisbon"'),
            (
                SHIPMENTS,
                "1,12,2026-03-02T08:00,2026-03-06T18:00,reefer",
                "1,12,2026-03-02T08:00,2026-03-06T18:00,dry",
            ),
        ],
        [
            "case.yaml: W619 no rate for 'CNY' in fx_to_eur: services of the network with prices in it do not run",
            "shipments.csv:2:origin: E423 origin: -9.1,38.7: the nearest road is 6,518 km away, more than 25 km: are lat and lon swapped? 38.7, -9.1 lies within 25 km of a road",
        ],
    ),
    "passages closed": (
        [
            ON_EURASIA,
            (
                CASE,
                "avoid: {modes: [barge], services: [old]}",
                "avoid: {modes: [barge], passages: [suez, good-hope, panama, magellan, cape-horn]}",
            ),
        ],
        [
            "case.yaml: W619 no rate for 'CNY' in fx_to_eur: services of the network with prices in it do not run",
            "case.yaml: W618 no factor for reefer cargo, which avoids them: sea-dalian-incheon-ferry, sea-dalianwan-yantai-roro, sea-dandong-incheon-ferry, sea-incheon-dalian-ferry, sea-lushun-yantai-truck, ...",
            "<eurasia>/services.csv:122:id: W617 sea-lion-shanghai-sines-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
            "<eurasia>/services.csv:123:id: W617 sea-lion-ningbo-sines-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
            "<eurasia>/services.csv:124:id: W617 sea-lion-busan-sines-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
            "<eurasia>/services.csv:125:id: W617 sea-shanghai-rotterdam-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
            "<eurasia>/services.csv:126:id: W617 sea-shanghai-valencia-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
            "<eurasia>/services.csv:127:id: W617 sea-shanghai-piraeus-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
            "<eurasia>/services.csv:128:id: W617 sea-rotterdam-shanghai-suez: no way by sea is left without suez, good-hope, panama, magellan, cape-horn: it does not run",
        ],
    ),
}
