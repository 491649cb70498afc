"""Broken cases: references, sums and rules between rows; warnings."""

from __future__ import annotations

from tests.broken.good import CASE, DUTIES, SERVICES, SHIPMENTS, TERMINALS, TOC, Broken

MEANING: Broken = {
    "shares over one": (
        [
            (CASE, "{rail: 0.4}", "{rail: 0.7, sea: 0.5, ral: 0.1}"),
        ],
        [
            "case.yaml:8:38: E412 min_share: the shares sum to 1.2, more than 1",
            (
                "case.yaml:8:60: E207 limits.min_share.ral: want one of road, rail, "
                "sea, barge, got 'ral': did you mean 'rail'?"
            ),
        ],
    ),
    "passages": (
        [
            (CASE, "[barge], services: [old]", "[barge], services: [old], passages: [suez, Panma]"),
        ],
        [
            (
                "case.yaml:9:52: W602 avoid.passages: no service here has a measured "
                "way, so this changes nothing"
            ),
            (
                "case.yaml:9:59: E207 avoid.passages[1]: want one of suez, panama, "
                "gibraltar, malacca, bab-el-mandeb, hormuz, bosporus, dardanelles, kiel, "
                "sunda, lombok, magellan, cape-horn, good-hope, northwest, "
                "northern-sea-route, got 'Panma': did you mean 'panama'?"
            ),
        ],
    ),
    "avoid what is not there": (
        [
            (
                CASE,
                "services: [old]",
                ("services: [odl, train/back], terminals: [ESMAD, PTSIE], countries: [es]"),
            ),
        ],
        [
            ("case.yaml:9:36: E308 avoid.services: no service 'odl': did you mean 'old'?"),
            (
                "case.yaml:9:73: E303 avoid.terminals: no terminal 'PTSIE': did you "
                "mean 'PTSIE-XXI'?"
            ),
            (
                "case.yaml:9:93: E213 avoid.countries[0]: want a country as ISO 3166 "
                "alpha-2 such as PT, got 'es': ES?"
            ),
        ],
    ),
    "energy units": (
        [
            (TOC, "id,mode,unit,wtt,ttw,fuel", "id,mode,unit,wtt,energy,fuel"),
            (TOC, "rail-e,rail,g/tkm,10,0", "rail-e,rail,kWh/tkm,,0.03"),
        ],
        [
            "toc.csv:3:energy: E418 energy: unit is g/tkm; energy goes with kWh/… and MJ/…",
            "toc.csv:4:energy: E418 energy: unit is g/tkm; energy goes with kWh/… and MJ/…",
        ],
    ),
    "due before ready": (
        [
            (
                SHIPMENTS,
                "20,2026-03-02T08:00,2026-03-06T18:00",
                "20,2026-03-02T08:00,2026-03-02T08:30",
            ),
        ],
        [
            ("shipments.csv:2:due: E403 due 2026-03-02T08:30 is before ready 2026-03-02T08:00"),
        ],
    ),
    "no size": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD,2,20,", "A,PTSIE-XXI,ESMAD,,,"),
        ],
        [
            ("shipments.csv:2:teu: E413 teu, tonnes, m3: missing values; give at least one"),
        ],
    ),
    "origin is destination": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD", "A,ESMAD,ESMAD"),
        ],
        [
            ("shipments.csv:2:destination: E401 origin and destination are both 'ESMAD'"),
        ],
    ),
    "from is to": (
        [
            (SERVICES, "truck,road,PTSIE-XXI,ESMAD", "truck,road,ESMAD,ESMAD"),
        ],
        [
            "services.csv:3:to: E402 from and to are both 'ESMAD'",
        ],
    ),
    "door": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD", 'A,PTSIE-XXI,"40.4,-3.7 Getafe"'),
        ],
        [
            (
                "shipments.csv:2:destination: E404 destination: a door, '40.4,-3.7 "
                "Getafe', needs a network's roads; with `network: none` name a terminal"
            ),
        ],
    ),
    "unknown references": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD", "A,PTSIE-XX1,Madrid"),
            (SERVICES, "USD,rail-e,rail-d", "CNY,rail,rail-dd"),
            (SERVICES, "old,rail,PTSIE-XXI", "old,rail,PTLEI"),
        ],
        [
            "services.csv:2:toc: E304 toc: no toc 'rail': did you mean 'rail-e'?",
            (
                "services.csv:2:toc_unwired: E304 toc_unwired: no toc 'rail-dd': did "
                "you mean 'rail-d'?"
            ),
            ("services.csv:2:currency: E307 currency: no rate for 'CNY' in fx_to_eur"),
            "services.csv:4:from: E303 from: no terminal 'PTLEI'",
            (
                "shipments.csv:2:origin: E303 origin: no terminal 'PTSIE-XX1': did "
                "you mean 'PTSIE-XXI'?"
            ),
            "shipments.csv:2:destination: E303 destination: no terminal 'Madrid'",
        ],
    ),
    "a fault of a row hides no other": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD,2,", "A,PTSIE-XX1,ESMAD,two,"),
            (SHIPMENTS, "B,PTSIE-XXI,ESMAD,1,12,2026-03-02", "B,PTSIE-XXI,ESMAD,one,12,2026-03-09"),
            (SERVICES, "truck,road,PTSIE-XXI,ESMAD,any,700", "truck,road,PTSIE-XXI,ESMA,any,far"),
            (SERVICES, "700,,road,,", "700,,raod,,"),
        ],
        [
            "services.csv:3:distance_km: E205 distance_km: want a number >= 0, got 'far'",
            "services.csv:3:to: E303 to: no terminal 'ESMA': did you mean 'ESMAD'?",
            "services.csv:3:toc: E304 toc: no toc 'raod': did you mean 'road'?",
            "shipments.csv:2:teu: E205 teu: want a number > 0, got 'two'",
            (
                "shipments.csv:2:origin: E303 origin: no terminal 'PTSIE-XX1': did "
                "you mean 'PTSIE-XXI'?"
            ),
            "shipments.csv:3:teu: E205 teu: want a number > 0, got 'one'",
            "shipments.csv:3:due: E403 due 2026-03-06T18:00 is before ready 2026-03-09T08:00",
        ],
    ),
    "toc of a shipped set": (
        [
            (SERVICES, "road,,\n", "ship-asia-south-america,,\n"),
        ],
        [
            (
                "services.csv:3:toc: E304 toc: no toc 'ship-asia-south-america' here; "
                "`factors: published` brings it"
            ),
        ],
    ),
    "hoc and reefer rows": (
        [
            (TERMINALS, "timezone,kind,open", "timezone,hoc,open"),
            (TERMINALS, "seaport,", "container-terminl,"),
            (TERMINALS, "rail terminal", "rail-terminal"),
            (TOC, "electricity,rail-e", "electricity,rail-reefer"),
        ],
        [
            (
                "terminals.csv:2:hoc: E305 hoc: no hoc 'container-terminl': did you "
                "mean 'container-terminal'?"
            ),
            ("toc.csv:2:reefer: E306 reefer: no toc 'rail-reefer': did you mean 'rail-e'?"),
        ],
    ),
    "doubled ids": (
        [
            (SHIPMENTS, "B,PTSIE", "A,PTSIE"),
            (DUTIES, "PT,ES,,0,0,customs union\n", "PT,ES,,0,0,customs union\nPT,ES,,1,0,again\n"),
        ],
        [
            "duties.csv:3:country: E301 the row stands twice; first in line 2",
            ("shipments.csv:3:id: E301 id 'A' stands twice in shipments; first in line 2"),
        ],
    ),
    "ids that are made": (
        [
            (SHIPMENTS, "B,PTSIE", "A/10,PTSIE"),
            (SERVICES, "truck,road", "train/back,road"),
        ],
        [
            (
                "services.csv:2:both_ways: E302 both_ways makes 'train/back', which "
                "is another row's id"
            ),
            ("shipments.csv:3:id: E302 id 'A/10' is one that the count of 'A' makes"),
        ],
    ),
    "invisible character in an id": (
        [
            (TERMINALS, "ESMAD,Madrid", "ESMAD\u200b,Madrid"),
            (TERMINALS, "Sines Terminal XXI", "Sines\x9bX"),
        ],
        [
            ("services.csv:2:to: E303 to: no terminal 'ESMAD': did you mean 'ESMAD\\u200b'?"),
            ("services.csv:3:to: E303 to: no terminal 'ESMAD': did you mean 'ESMAD\\u200b'?"),
            ("services.csv:4:to: E303 to: no terminal 'ESMAD': did you mean 'ESMAD\\u200b'?"),
            (
                "shipments.csv:2:destination: E303 destination: no terminal 'ESMAD': "
                "did you mean 'ESMAD\\u200b'?"
            ),
            (
                "shipments.csv:3:destination: E303 destination: no terminal 'ESMAD': "
                "did you mean 'ESMAD\\u200b'?"
            ),
            ("terminals.csv:2:name: E216 name: control or invisible character in 'Sines\\x9bX'"),
            ("terminals.csv:3:id: E216 id: control or invisible character in 'ESMAD\\u200b'"),
        ],
    ),
    "km by country": (
        [
            (SERVICES, "PT 300; ES 500,ES 62", "PT 300; ES 400,FR 62"),
            (SERVICES, "800,20,,,", "800,20,Spain 800,PT -3,"),
        ],
        [
            ("services.csv:2:country_km: E406 country_km sums to 700 km, distance_km is 800"),
            ("services.csv:2:unwired_km: E407 unwired_km has 62 km in FR, of 0 km there"),
            (
                "services.csv:4:country_km: E215 country_km: want km by country such "
                "as PT 322; ES 62, got 'Spain 800'"
            ),
            (
                "services.csv:4:unwired_km: E206 unwired_km: want km by country such "
                "as PT 322; ES 62, none negative, got 'PT -3'"
            ),
        ],
    ),
    "km twice and far": (
        [
            (SERVICES, "PT 300; ES 500,ES 62", "PT 300; ES 500,ES 900"),
            (SERVICES, "800,20,,,", "800,20,PT 400; PT 400,,"),
        ],
        [
            (
                "services.csv:2:unwired_km: E407 unwired_km sums to 900 km, more "
                "than distance_km 800"
            ),
            ("services.csv:4:country_km: E215 country_km: PT stands twice in 'PT 400; PT 400'"),
        ],
    ),
    "unwired without toc": (
        [
            (SERVICES, "rail-e,rail-d,true", "rail-e,,true"),
        ],
        [
            ("services.csv:2:toc_unwired: E408 toc_unwired: missing value; unwired_km is given"),
        ],
    ),
    "no distance": (
        [
            (SERVICES, "any,700,10", "any,,"),
        ],
        [
            (
                "services.csv:3:distance_km: E405 distance_km: missing value; with "
                "`network: none` it must be given"
            ),
            (
                "services.csv:3:hours: E405 hours: missing value; with `network: "
                "none` it must be given"
            ),
        ],
    ),
    "validity": (
        [
            (SERVICES, "toc_unwired,both_ways", "valid_from,valid_to"),
            (SERVICES, "rail-e,rail-d,true", "rail-d,2026-03-09,2026-03-08"),
            (SERVICES, "ES 62", ""),
            (SERVICES, ",,false", ",2 March,"),
        ],
        [
            ("services.csv:2:valid_to: E414 valid_to 2026-03-08 is before valid_from 2026-03-09"),
            (
                "services.csv:4:valid_from: E209 valid_from: want a date such as "
                "2026-03-02, got '2 March'"
            ),
        ],
    ),
    "daf": (
        [
            (TOC, "fuel,reefer,gwp", "distance_basis,daf,reefer"),
            (TOC, "electricity,rail-e,AR6", "sfd,1.05,rail-e"),
            (TOC, "7,23,diesel,rail-d,AR6", "7,23,actual,,rail-d"),
            (TOC, "68,diesel,road,AR6", "68,shortest,,road"),
        ],
        [
            ("toc.csv:2:daf: E409 daf: distance_basis is sfd; a daf goes with actual alone"),
            "toc.csv:3:daf: E409 daf: missing value; distance_basis is actual",
            (
                "toc.csv:4:distance_basis: E207 distance_basis: want one of sfd, "
                "gcd, actual, got 'shortest'"
            ),
        ],
    ),
    "no intensity": (
        [
            (TOC, "g/tkm,7,23", "g/tkm,,"),
            (TOC, "g/tkm,20", "g/tkm,-20"),
        ],
        [
            "toc.csv:3:wtt: E415 wtt and ttw: missing values; give at least one",
            "toc.csv:4:wtt: E206 wtt: want a number >= 0, got '-20'",
        ],
    ),
    "reefer without rows": (
        [
            (TOC, "diesel,rail-d,", "diesel,,"),
            (TOC, "diesel,road,", "diesel,,"),
            (TERMINALS, "timezone,kind,open", "timezone,hoc,open"),
            (TERMINALS, "seaport", "general-cargo-terminal"),
            (TERMINALS, "rail terminal", "rail-terminal"),
        ],
        [
            (
                "services.csv:2:toc_unwired: E410 toc_unwired: 'rail-d' names no "
                "reefer row, and shipment 'B' is reefer"
            ),
            (
                "services.csv:3:toc: E410 toc: 'road' names no reefer row, and "
                "shipment 'B' is reefer"
            ),
            (
                "terminals.csv:2:hoc: E411 hoc: 'general-cargo-terminal' names no "
                "reefer row, and shipment 'B' is reefer"
            ),
        ],
    ),
    "too many shipments": (
        [
            (
                SHIPMENTS,
                ("B,PTSIE-XXI,ESMAD,1,12,2026-03-02T08:00,2026-03-06T18:00,reefer,50000,"),
                "".join(
                    f"B{n},PTSIE-XXI,ESMAD,1,12,2026-03-02T08:00,2026-03-06T18:00,dry,9,100000\n"
                    for n in range(11)
                ),
            ),
        ],
        [
            ("shipments.csv:12:count: E417 count: more than 1,000,000 shipments in all"),
        ],
    ),
    "warnings of keys": (
        [
            (CASE, "case: 1\n", "case: 1\ntrucking: doors\nvia: {passages: [suez]}\n"),
        ],
        [
            (
                "case.yaml:2:11: W601 trucking: with `network: none` there are no "
                "trucks but those of services"
            ),
            (
                "case.yaml:3:17: W602 via.passages: no service here has a measured "
                "way, so this changes nothing"
            ),
        ],
    ),
    "terminals without hoc": (
        [
            (TERMINALS, "seaport", "sea port"),
            (TERMINALS, "rail terminal", ""),
        ],
        [
            (
                "terminals.csv:2:hoc: W603 PTSIE-XXI: no hoc, and kind 'sea port' is none "
                "that gives one: handling here emits nothing: did you mean 'seaport'?"
            ),
            (
                "terminals.csv:3:hoc: W603 ESMAD: no hoc, and no kind gives one: handling "
                "here emits nothing"
            ),
        ],
    ),
    "shipments out of the horizon": (
        [
            (SHIPMENTS, "20,2026-03-02T08:00", "20,2026-03-01T08:00"),
            (
                SHIPMENTS,
                "12,2026-03-02T08:00,2026-03-06T18:00",
                "12,2026-03-17T08:00,2026-03-18T18:00",
            ),
        ],
        [
            (
                "shipments.csv:2:ready: W604 ready 2026-03-01T08:00 is before the "
                "horizon: nothing departs before 2026-03-02"
            ),
            (
                "shipments.csv:3:ready: W609 ready 2026-03-17T08:00 is after the "
                "horizon of 14 days: nothing departs"
            ),
        ],
    ),
    "duties that miss": (
        [
            (SHIPMENTS, "dry,50000", "dry,"),
            (DUTIES, "PT,ES,,0,0", "PT,ES,wine,0,0,x\n,ES,,4,0,x\nPT,FR,,0,1"),
        ],
        [
            (
                "shipments.csv:2:value_eur: W605 value_eur: not given, so no duty is "
                "charged, though duties rows match"
            ),
        ],
    ),
    "value without a row": (
        [
            (DUTIES, "PT,ES,,0,0", "PT,FR,,0,0"),
        ],
        [
            (
                "shipments.csv:2:value_eur: W606 value_eur: no duties row from PT to "
                "ES: none is charged"
            ),
            (
                "shipments.csv:3:value_eur: W606 value_eur: no duties row from PT to "
                "ES: none is charged"
            ),
        ],
    ),
    "two sets of warming potentials": (
        [
            (TOC, "diesel,road,AR6", "diesel,road,AR5"),
        ],
        [
            ("case.yaml: W607 toc rows in use rest on different GWP100 sets: AR5 (1), AR6 (2)"),
        ],
    ),
    "toc of another mode": (
        [
            (SERVICES, "700,,road,,", "700,,rail-d,,"),
        ],
        [
            ("services.csv:3:toc: W608 toc: 'rail-d' is of mode rail, the service of road"),
        ],
    ),
    "distances that are too short": (
        [
            (SERVICES, "any,700,10", "any,70,10"),
            (SERVICES, "800,20,,,", "0,20,,,"),
        ],
        [
            (
                "services.csv:3:distance_km: W611 distance_km is 70, less than the "
                "great circle's 536 km"
            ),
            ("services.csv:4:distance_km: W610 distance_km is 0: its legs emit nothing"),
        ],
    ),
}
