"""Broken cases: keys, columns and values that are not what they should be."""

from __future__ import annotations

from tests.broken.good import CASE, SERVICES, SHIPMENTS, TERMINALS, Broken

KEYS: Broken = {
    "unknown keys": (
        [
            (CASE, "limits:", "limts:"),
            (CASE, "scenarios:", "max_leg: 3\nscenarios:"),
        ],
        [
            "case.yaml:8:1: E201 unknown key 'limts': did you mean 'limits'?",
            "case.yaml:16:1: E201 unknown key 'max_leg': did you mean 'max_legs'?",
        ],
    ),
    "unknown nested key": (
        [
            (CASE, "{cost_eur: 90000,", "{cost: 90000,"),
            (CASE, "avoid: {modes:", "avoid: {mode:"),
        ],
        [
            ("case.yaml:8:10: E201 unknown key 'cost' of limits: did you mean 'cost_eur'?"),
            ("case.yaml:9:9: E201 unknown key 'mode' of avoid: did you mean 'modes'?"),
        ],
    ),
    "missing keys": (
        [
            (CASE, "days: 14\n", ""),
            (CASE, "name: Sines to Madrid", "name:"),
        ],
        [
            "case.yaml:1:1: E202 name: missing key",
            "case.yaml:1:1: E202 days: missing key, want a whole number 1 to 3660",
        ],
    ),
    "version of the format": (
        [
            (CASE, "case: 1", "case: 2"),
        ],
        [
            "case.yaml:1:7: E220 case: want 1, the version of the format, got '2'",
        ],
    ),
    "wrong shapes": (
        [
            (CASE, "objective: [co2e, cost]", "objective: co2e"),
            (CASE, "days: 14", "days: [14]"),
            (CASE, "{modes: [barge], services: [old]}", "[barge]"),
        ],
        [
            "case.yaml:5:7: E204 days: want a whole number 1 to 3660, got a list",
            (
                "case.yaml:6:12: E204 objective: want a list of co2e, cost, time, "
                "got 'co2e': write [co2e]"
            ),
            "case.yaml:9:8: E204 avoid: want a mapping, got a list",
        ],
    ),
    "more wrong shapes": (
        [
            (CASE, "{USD: 0.92}", "[USD]"),
            (CASE, "{rail: 0.4}", "{rail: [0.4]}"),
            (CASE, "modes: [barge]", "modes: [[barge]]"),
            (CASE, "shipments: shipments.csv", "shipments: {id: A}"),
            (CASE, "toc: toc.csv", "toc: [toc.csv]"),
            (SERVICES, "USD", ""),
        ],
        [
            ("case.yaml:7:12: E204 fx_to_eur: want a mapping of currencies to numbers, got a list"),
            ("case.yaml:8:45: E204 limits.min_share.rail: want a number 0 to 1, got a list"),
            "case.yaml:9:17: E204 avoid.modes[0]: want a value, got a list",
            (
                "case.yaml:10:12: E204 shipments: want a CSV file, a workbook or a list of "
                "mappings, got a mapping"
            ),
            "case.yaml:14:8: E204 tables.toc: want a path, got a list",
        ],
    ),
    "numbers that are none": (
        [
            (CASE, "days: 14", "days: 1_4"),
            (CASE, "{USD: 0.92}", "{USD: '0,92', usd: 1, GBP: 0}"),
            (CASE, "cost_eur: 90000", "cost_eur: 9e4.5"),
        ],
        [
            (
                "case.yaml:5:7: E205 days: want a whole number 1 to 3660, got '1_4': "
                "write the digits without `_`"
            ),
            (
                "case.yaml:7:18: E205 fx_to_eur.USD: want a number > 0, got '0,92': "
                "write a decimal point, and no separator of thousands"
            ),
            (
                "case.yaml:7:26: E217 fx_to_eur.usd: want a currency as ISO 4217 "
                "such as USD, got 'usd': USD?"
            ),
            "case.yaml:7:39: E206 fx_to_eur.GBP: want a number > 0, got '0'",
            ("case.yaml:8:20: E205 limits.cost_eur: want a number >= 0, got '9e4.5'"),
        ],
    ),
    "numbers out of range": (
        [
            (CASE, "days: 14", "days: 0"),
            (CASE, "{rail: 0.4}", "{rail: 1.4}"),
            (CASE, "cost_eur: 90000", "cost_eur: -1"),
            (CASE, "price_eur_per_t: 100", "price_eur_per_t: .inf"),
        ],
        [
            "case.yaml:5:7: E206 days: want a whole number 1 to 3660, got '0'",
            "case.yaml:8:20: E206 limits.cost_eur: want a number >= 0, got '-1'",
            ("case.yaml:8:42: E206 limits.min_share.rail: want a number 0 to 1, got '1.4'"),
            (
                "case.yaml:17:51: E206 scenario 'Carbon at 100': "
                "carbon_price_eur_per_t: want a number >= 0, a finite one, got '.inf'"
            ),
        ],
    ),
    "days of a fraction": (
        [
            (CASE, "days: 14", "days: 14.5"),
            (CASE, "case: 1\n", "case: 1\nmax_legs: 0x10\n"),
        ],
        [
            ("case.yaml:2:11: E205 max_legs: want a whole number 1 to 1000, got '0x10'"),
            "case.yaml:6:7: E205 days: want a whole number 1 to 3660, got '14.5'",
        ],
    ),
    "too many days": (
        [
            (CASE, "days: 14", "days: 12:30"),
            (CASE, "case: 1\n", "case: 1\nmax_legs: 1e999\n"),
        ],
        [
            (
                "case.yaml:2:11: E206 max_legs: want a whole number 1 to 1000, a "
                "finite one, got '1e999'"
            ),
            "case.yaml:6:7: E205 days: want a whole number 1 to 3660, got '12:30'",
        ],
    ),
    "start with a time": (
        [
            (CASE, "start: 2026-03-02", "start: 2026-03-02T00:00"),
        ],
        [
            ("case.yaml:4:8: E209 start: want a date such as 2026-03-02, got '2026-03-02T00:00'"),
        ],
    ),
    "start that is no day": (
        [
            (CASE, "start: 2026-03-02", "start: 2026-02-30"),
        ],
        [
            ("case.yaml:4:8: E209 start: want a date such as 2026-03-02, got '2026-02-30'"),
        ],
    ),
    "objectives": (
        [
            (CASE, "[co2e, cost]", "[co2, cost, cost]"),
        ],
        [
            "case.yaml:6:12: E218 objective: 'cost' stands twice",
            (
                "case.yaml:6:13: E207 objective[0]: want one of co2e, cost, time, "
                "got 'co2': did you mean 'co2e'?"
            ),
        ],
    ),
    "no objective": (
        [
            (CASE, "[co2e, cost]", "[]"),
        ],
        [
            ("case.yaml:6:12: E219 objective: is empty, want at least one of co2e, cost, time"),
        ],
    ),
    "choices": (
        [
            (CASE, "case: 1\n", "case: 1\nserve: some\nfactors: Published\nco2e_scope: wtt\n"),
        ],
        [
            "case.yaml:2:8: E207 serve: want one of all, most, got 'some'",
            (
                "case.yaml:3:10: E207 factors: want one of default, published, open, "
                "got 'Published': did you mean 'published'?"
            ),
            (
                "case.yaml:4:13: E207 co2e_scope: want one of wtw, ttw, got 'wtt': "
                "did you mean 'wtw'?"
            ),
        ],
    ),
    "euro rate": (
        [
            (CASE, "{USD: 0.92}", "{USD: 0.92, EUR: 1.1}"),
        ],
        [
            "case.yaml:7:29: E206 fx_to_eur.EUR: want 1, got 1.1",
        ],
    ),
    "tables in a workbook": (
        [
            (
                CASE,
                (
                    "tables:\n"
                    "  terminals: terminals.csv\n"
                    "  services: services.csv\n"
                    "  toc: toc.csv\n"
                    "  duties: duties.csv\n"
                ),
                "tables: book.xlsx\n",
            ),
            (CASE, ", services: [old]", ""),
            (CASE, "shipments: shipments.csv", "shipments: []"),
        ],
        [
            "case.yaml:10:12: E219 shipments: is empty, want at least one",
            "case.yaml:11:9: E100 no such file 'book.xlsx'",
        ],
    ),
    "unknown column": (
        [
            (SERVICES, "distance_km,hours", "distance,hours"),
        ],
        [
            (
                "services.csv:1:distance: E201 unknown column 'distance' of "
                "services: did you mean 'distance_km'?"
            ),
            (
                "services.csv:2:distance_km: E405 distance_km: missing value; with "
                "`network: none` it must be given"
            ),
            (
                "services.csv:3:distance_km: E405 distance_km: missing value; with "
                "`network: none` it must be given"
            ),
            (
                "services.csv:4:distance_km: E405 distance_km: missing value; with "
                "`network: none` it must be given"
            ),
        ],
    ),
    "missing columns": (
        [
            (SHIPMENTS, "id,origin,destination", "id,orgin,destination"),
            (TERMINALS, "id,name,country", "id,name,note"),
        ],
        [
            (
                "shipments.csv:1:orgin: E201 unknown column 'orgin' of shipments: "
                "did you mean 'origin'?"
            ),
            "shipments.csv:1:origin: E202 origin: missing column",
            ("terminals.csv:1:country: E202 country: missing column, want a country such as PT"),
        ],
    ),
    "decimal comma": (
        [
            (SHIPMENTS, "2,20,2026", '"2,5",20,2026'),
        ],
        [
            (
                "shipments.csv:2:teu: E205 teu: want a number > 0, got '2,5': write "
                "a decimal point, and no separator of thousands"
            ),
        ],
    ),
    "numbers of shipments": (
        [
            (SHIPMENTS, "2,20,2026", "nan,inf,2026"),
            (SHIPMENTS, "1,12,2026", "-1,0,2026"),
            (SHIPMENTS, "50000,10", "1e999,2.5"),
        ],
        [
            ("shipments.csv:2:teu: E206 teu: want a number > 0, a finite one, got 'nan'"),
            ("shipments.csv:2:tonnes: E206 tonnes: want a number > 0, a finite one, got 'inf'"),
            (
                "shipments.csv:2:value_eur: E206 value_eur: want a number >= 0, a "
                "finite one, got '1e999'"
            ),
            ("shipments.csv:2:count: E205 count: want a whole number 1 to 100000, got '2.5'"),
            "shipments.csv:3:teu: E206 teu: want a number > 0, got '-1'",
            "shipments.csv:3:tonnes: E206 tonnes: want a number > 0, got '0'",
        ],
    ),
    "thousand separators": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD,2,20", "A,PTSIE-XXI,ESMAD,1_000,1e13"),
        ],
        [
            (
                "shipments.csv:2:teu: E205 teu: want a number > 0, got '1_000': "
                "write the digits without `_`"
            ),
            (
                "shipments.csv:2:tonnes: E206 tonnes: want a number > 0, got '1e13' "
                "(no quantity here is over 1e+12)"
            ),
        ],
    ),
    "count out of range": (
        [
            (SHIPMENTS, "50000,10", "50000,0"),
            (SHIPMENTS, "reefer,50000,", "reefer,50000,100001"),
        ],
        [
            ("shipments.csv:2:count: E206 count: want a whole number 1 to 100000, got '0'"),
            ("shipments.csv:3:count: E206 count: want a whole number 1 to 100000, got '100001'"),
        ],
    ),
    "missing values": (
        [
            (SHIPMENTS, "A,PTSIE-XXI,ESMAD,2,20,", "A,PTSIE-XXI,,,,"),
            (SERVICES, "road,,\n", ",,\n"),
        ],
        [
            "services.csv:3:toc: E202 toc: missing value",
            "shipments.csv:2:destination: E202 destination: missing value",
        ],
    ),
    "times of shipments": (
        [
            (
                SHIPMENTS,
                "A,PTSIE-XXI,ESMAD,2,20,2026-03-02T08:00,2026-03-06T18:00",
                "A,PTSIE-XXI,ESMAD,2,20,2026-03-02,6 March",
            ),
            (
                SHIPMENTS,
                "B,PTSIE-XXI,ESMAD,1,12,2026-03-02T08:00",
                "B,PTSIE-XXI,ESMAD,1,12,1926-03-02T08:00",
            ),
        ],
        [
            (
                "shipments.csv:2:ready: E209 ready: want a time such as "
                "2026-03-02T08:00, got the date '2026-03-02': add the time of day"
            ),
            ("shipments.csv:2:due: E209 due: want a time such as 2026-03-02T08:00, got '6 March'"),
            (
                "shipments.csv:3:ready: E209 ready: want a time such as "
                "2026-03-02T08:00, in the years 1970 to 2199, got '1926-03-02T08:00'"
            ),
        ],
    ),
    "terminals": (
        [
            (TERMINALS, "PT,37.94,-8.846,Europe/Lisbon", "Portugal,-8.846,97.94,Europe/Lisboa"),
            (
                TERMINALS,
                "ES,40.4,-3.5,Europe/Madrid,rail terminal,Mon-Fri 06:00-22:00",
                "es,100.4,-3.5,CET+1,rail terminal,Mon-Fri 6-22",
            ),
        ],
        [
            (
                "terminals.csv:2:country: E213 country: want a country as ISO 3166 "
                "alpha-2 such as PT, got 'Portugal'"
            ),
            (
                "terminals.csv:2:timezone: E210 timezone: want a time zone such as "
                "Europe/Madrid, got 'Europe/Lisboa': did you mean 'Europe/Lisbon'?"
            ),
            (
                "terminals.csv:3:country: E213 country: want a country as ISO 3166 "
                "alpha-2 such as PT, got 'es': ES?"
            ),
            (
                "terminals.csv:3:lat: E206 lat: want a number -90 to 90, got "
                "'100.4': are lat and lon swapped?"
            ),
            (
                "terminals.csv:3:timezone: E210 timezone: want a time zone such as "
                "Europe/Madrid, got 'CET+1': did you mean 'CET'?"
            ),
            ("terminals.csv:3:open: E212 open: want a clock time such as 18:30, got '6'"),
        ],
    ),
    "hours of opening": (
        [
            (TERMINALS, "Mon-Fri 06:00-22:00", '"Mon,Mon 06:00-22:00"'),
            (TERMINALS, "seaport,\n", "seaport,06:00-06:00\n"),
        ],
        [
            (
                "terminals.csv:2:open: E212 open: the window '06:00-06:00' is empty; "
                "a whole day is 00:00-24:00"
            ),
            "terminals.csv:3:open: E212 open: a day is named twice in 'Mon,Mon'",
        ],
    ),
    "departures": (
        [
            (SERVICES, "daily 06:00", "dayly 06:00"),
            (SERVICES, "ESMAD,any", "ESMAD,any; daily 06:00"),
            (SERVICES, '"Mon,Thu 18:30"', "2026-13-02T08:00"),
        ],
        [
            (
                "services.csv:2:departures: E211 departures: want days such as "
                "Mon,Thu or Mon-Fri, got 'dayly'"
            ),
            (
                "services.csv:3:departures: E211 departures: 'any' can't be joined "
                "with other departures"
            ),
            (
                "services.csv:4:departures: E211 departures: want any, daily 06:00, "
                "Mon,Thu 18:30, every 6h or ISO times, joined by ;, got '2026-13-02T08:00'"
            ),
        ],
    ),
    "truth values": (
        [
            (SERVICES, "rail-d,true", "rail-d,TRUE"),
            (SERVICES, ",,false", ",,no"),
        ],
        [
            (
                "services.csv:2:both_ways: E208 both_ways: want true or false, got "
                "'TRUE': did you mean 'true'?"
            ),
            ("services.csv:4:both_ways: E208 both_ways: want true or false, got 'no'"),
        ],
    ),
    "country code NO": (
        [
            (TERMINALS, "XXI,PT,37", "XXI,no,37"),
        ],
        [
            (
                "terminals.csv:2:country: E213 country: want a country as ISO 3166 "
                "alpha-2 such as PT, got 'no': NO?"
            ),
        ],
    ),
    "shipments in the case file": (
        [
            (
                CASE,
                "shipments: shipments.csv",
                (
                    "shipments:\n"
                    "  - {id: A, origin: PTSIE-XXI, destination: ESMAD, tonnes: twelve, "
                    "ready: 2026-03-02T08:00, due: 2026-03-06T18:00, value_eur: 1}\n"
                    "  - {id: B, origin: PTSIE-XXI, destination: ESMAD, teu: 1, redy: "
                    "2026-03-02T08:00, due: [1], value_eur: 1}\n"
                    "  - C\n"
                    "  - {id: A, origin: PTSIE-XXI, destination: ESMAD, teu: 1, ready: "
                    "2026-03-02T08:00, due: 2026-03-06T18:00, value_eur: 1, avoid_modes: "
                    "[road, train]}"
                ),
            ),
        ],
        [
            ("case.yaml:11:60: E205 shipments[0].tonnes: want a number > 0, got 'twelve'"),
            (
                "case.yaml:12:5: E202 shipments[1].ready: missing value, want a time "
                "such as 2026-03-02T08:00"
            ),
            ("case.yaml:12:60: E201 unknown key 'redy' of shipments: did you mean 'ready'?"),
            (
                "case.yaml:12:89: E204 shipments[1].due: want a time such as "
                "2026-03-02T08:00, got a list"
            ),
            "case.yaml:13:5: E204 shipments[2]: want a mapping, got 'C'",
            ("case.yaml:14:10: E301 id 'A' stands twice in shipments; first in line 11"),
            (
                "case.yaml:14:135: E207 shipments[3].avoid_modes: want one of road, "
                "rail, sea, barge, got 'train'"
            ),
        ],
    ),
    "no shipments": (
        [
            (CASE, "shipments: shipments.csv", "shipments: []"),
        ],
        [
            "case.yaml:10:12: E219 shipments: is empty, want at least one",
        ],
    ),
}
