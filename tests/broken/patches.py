"""Broken cases: scenarios and overrides."""

from __future__ import annotations

from tests.broken.good import CASE, Broken

PATCHES: Broken = {
    "wrong shapes of an override": (
        [
            (
                CASE,
                "scale: {cost_per_teu: 1.2}",
                "scale: {cost_per_teu: [1.2]}, set: {operator: [a]}",
            ),
            (CASE, "where: {mode: rail}", "where: {mode: {a: b}}"),
        ],
        [
            (
                "case.yaml:20:41: E204 scenario 'Dearer': override[0].where.mode: "
                "want a value or a list of values"
            ),
            (
                "case.yaml:20:72: E204 scenario 'Dearer': "
                "override[0].scale.cost_per_teu: want a number, got a list"
            ),
            (
                "case.yaml:20:96: E204 scenario 'Dearer': override[0].set.operator: "
                "want a value, got a list"
            ),
        ],
    ),
    "overrides": (
        [
            (
                CASE,
                "where: {mode: rail}, scale: {cost_per_teu: 1.2}",
                "where: {mod: rail}, scale: {cost_per_teu: x, toc: 2}",
            ),
            (
                CASE,
                "case: 1\n",
                (
                    "case: 1\n"
                    "override:\n"
                    "  - {table: service, set: {toc: road}}\n"
                    "  - {table: trucking, set: {eur_per_km: 1}}\n"
                    "  - {table: toc}\n"
                    "  - {set: {toc: road}, were: {}}\n"
                    "  - 5\n"
                    "  - {table: services, where: [1], set: {toc: {a: b}}}\n"
                ),
            ),
        ],
        [
            (
                "case.yaml:3:13: E207 table: want one of shipments, terminals, "
                "services, toc, hoc, fuels, grid, duties, trucking, got 'service': did you "
                "mean 'services'?"
            ),
            "case.yaml:4:5: E310 override matches no row of trucking: it has none",
            "case.yaml:5:5: E202 override[2]: want `set` or `scale`",
            (
                "case.yaml:6:5: E202 override[3].table: missing value, want one of "
                "shipments, terminals, services, toc, hoc, fuels, grid, duties, "
                "trucking"
            ),
            ("case.yaml:6:24: E201 unknown key 'were' of an override: did you mean 'where'?"),
            (
                "case.yaml:7:5: E204 override[4]: want a mapping with table, where, "
                "set, scale, got '5'"
            ),
            "case.yaml:8:30: E204 where: want columns and values, got a list",
            ("case.yaml:8:46: E204 override[5].set.toc: want a value, got a mapping"),
            (
                "case.yaml:27:35: E201 scenario 'Dearer': unknown column 'mod' of "
                "services: did you mean 'mode'?"
            ),
            (
                "case.yaml:27:69: E205 scenario 'Dearer': "
                "override[0].scale.cost_per_teu: want a number >= 0, got 'x'"
            ),
            (
                "case.yaml:27:77: E205 scenario 'Dearer': override[0].scale.toc: "
                "'toc' of services is no number that can be scaled"
            ),
        ],
    ),
    "override of nothing": (
        [
            (CASE, "where: {mode: rail}", "where: {mode: [sea, barge]}"),
        ],
        [
            (
                "case.yaml:20:9: E310 scenario 'Dearer': override matches no row of services: "
                "none has mode 'barge' or 'sea'"
            ),
        ],
    ),
    "override of nothing, misspelt": (
        [
            (CASE, "where: {mode: rail}", "where: {distance_km: 700.0, mode: rial}"),
            (
                CASE,
                "carbon_price_eur_per_t: 100",
                (
                    "override: [{table: services, where: {mode: road, toc: rail-d}, "
                    "set: {hours: 1}}, {table: services, where: {hours: 11}, set: {hours: 1}}, "
                    "{table: toc, where: {id: []}, set: {wtt: 1}}]"
                ),
            ),
        ],
        [
            (
                "case.yaml:17:38: E310 scenario 'Carbon at 100': override matches no row of "
                "services: none has all of these values"
            ),
            (
                "case.yaml:17:108: E310 scenario 'Carbon at 100': override matches no row of "
                "services: none has hours '11'"
            ),
            (
                "case.yaml:17:164: E310 scenario 'Carbon at 100': override matches no row of "
                "toc: where.id is an empty list"
            ),
            (
                "case.yaml:20:9: E310 scenario 'Dearer': override matches no row of services: "
                "none has mode 'rial': did you mean 'rail'?"
            ),
        ],
    ),
    "unknown words of a scenario": (
        [
            (
                CASE,
                "- {name: Carbon at 100, carbon_price_eur_per_t: 100}",
                (
                    "- {name: Carbon at 100, limits: {cost_eu: 5}, avoid: {mode: [sea]}}\n"
                    "  - name: Columns\n"
                    "    override: [{table: services, where: {mod: rail}, set: {hour: 1}, "
                    "scale: {cost_per_te: 2}}]\n"
                    "  - name: Keys\n"
                    "    override: [{table: services, wher: {mode: rail}, set: {hours: 1}}]\n"
                    "  - {nam: X, days: 3}\n"
                    "  - {name: [X], days: 3}"
                ),
            ),
        ],
        [
            (
                "case.yaml:17:36: E201 scenario 'Carbon at 100': unknown key 'cost_eu' of limits: "
                "did you mean 'cost_eur'?"
            ),
            (
                "case.yaml:17:57: E201 scenario 'Carbon at 100': unknown key 'mode' of avoid: did "
                "you mean 'modes'?"
            ),
            (
                "case.yaml:19:42: E201 scenario 'Columns': unknown column 'mod' of services: did "
                "you mean 'mode'?"
            ),
            (
                "case.yaml:19:60: E201 scenario 'Columns': unknown column 'hour' of services: did "
                "you mean 'hours'?"
            ),
            (
                "case.yaml:19:78: E201 scenario 'Columns': unknown column 'cost_per_te' of "
                "services: did you mean 'cost_per_teu'?"
            ),
            (
                "case.yaml:21:34: E201 scenario 'Keys': unknown key 'wher' of an override: did "
                "you mean 'where'?"
            ),
            "case.yaml:22:5: E202 scenarios[3]: missing key name, want a text: is it 'nam'?",
            "case.yaml:23:12: E204 scenarios[4].name: want a text, got a list",
        ],
    ),
    "scaled to what can't be": (
        [
            (
                CASE,
                "scale: {cost_per_teu: 1.2}",
                "scale: {hours: -1, cost_per_teu: inf, operator: 2, departures: 2}",
            ),
            (
                CASE,
                "carbon_price_eur_per_t: 100",
                (
                    "override: [{table: services, where: {id: train}, scale: {hours: 1e5}}, "
                    "{table: services, where: {id: truck}, set: {mode: , id: train}}, "
                    "{table: shipments, where: {id: A}, set: {due: 2026-03-01T08:00}}]"
                ),
            ),
        ],
        [
            (
                "case.yaml:17:91: E206 scenario 'Carbon at 100': override[0].scale.hours: want a "
                "number 0 to 87600, got '1400000.0'"
            ),
            (
                "case.yaml:17:148: E202 scenario 'Carbon at 100': override[1].set.mode: missing "
                "value, want one of road, rail, sea, barge"
            ),
            (
                "case.yaml:17:154: E301 scenario 'Carbon at 100': id 'train' stands twice in "
                "services; first in line 2"
            ),
            (
                "case.yaml:17:209: E403 scenario 'Carbon at 100': due 2026-03-01T08:00 is before "
                "ready 2026-03-02T08:00"
            ),
            (
                "case.yaml:20:63: E206 scenario 'Dearer': override[0].scale.hours: want a number "
                ">= 0, got '-1'"
            ),
            (
                "case.yaml:20:81: E206 scenario 'Dearer': override[0].scale.cost_per_teu: want a "
                "number >= 0, a finite one, got 'inf'"
            ),
            (
                "case.yaml:20:96: E205 scenario 'Dearer': override[0].scale.operator: 'operator' "
                "of services is no number that can be scaled"
            ),
            (
                "case.yaml:20:111: E205 scenario 'Dearer': override[0].scale.departures: "
                "'departures' of services is no number that can be scaled"
            ),
        ],
    ),
    "override that breaks": (
        [
            (CASE, "scale: {cost_per_teu: 1.2}", "set: {toc: rail-x, hours: -1}"),
        ],
        [
            (
                "case.yaml:20:59: E304 scenario 'Dearer': toc: no toc 'rail-x': "
                "did you mean 'rail-e'?"
            ),
            (
                "case.yaml:20:74: E206 scenario 'Dearer': override[0].set.hours: "
                "want a number 0 to 87600, got '-1'"
            ),
        ],
    ),
    "fuel of a row in use": (
        [
            (
                CASE,
                "- {table: services, where: {mode: rail}, scale: {cost_per_teu: 1.2}}",
                "- {table: toc, where: {fuel: diesel}, set: {fuel: hvo}}",
            ),
        ],
        [
            (
                "case.yaml:20:57: E416 scenario 'Dearer': fuel of toc 'rail-d' is "
                "changed to 'hvo', but its intensity would still be the old fuel's: "
                "set wtt and ttw too, or use a row by energy (kWh/…, MJ/…)"
            ),
            (
                "case.yaml:20:57: E416 scenario 'Dearer': fuel of toc 'road' is "
                "changed to 'hvo', but its intensity would still be the old fuel's: "
                "set wtt and ttw too, or use a row by energy (kWh/…, MJ/…)"
            ),
        ],
    ),
    "scenarios": (
        [
            (
                CASE,
                "- {name: Carbon at 100, carbon_price_eur_per_t: 100}",
                (
                    "- {name: Dearer, days: 0}\n"
                    "  - {days: 3}\n"
                    "  - {name: X, case: 1, scenarios: [], limts: {}}\n"
                    "  - Y"
                ),
            ),
        ],
        [
            (
                "case.yaml:17:26: E206 scenario 'Dearer': days: want a whole number "
                "1 to 3660, got '0'"
            ),
            "case.yaml:18:5: E202 scenarios[1]: missing key name, want a text",
            "case.yaml:19:15: E201 key 'case' can't stand in a scenario",
            "case.yaml:19:24: E201 key 'scenarios' can't stand in a scenario",
            ("case.yaml:19:39: E201 scenario 'X': unknown key 'limts': did you mean 'limits'?"),
            ("case.yaml:20:5: E204 scenarios[3]: want a mapping with a name, got 'Y'"),
            "case.yaml:21:11: E301 scenario 'Dearer' stands twice",
        ],
    ),
    "scenario alone is wrong": (
        [
            (
                CASE,
                "carbon_price_eur_per_t: 100",
                "tables: {toc: tocs.csv}, avoid: {services: [new]}, start: tomorrow",
            ),
        ],
        [
            (
                "case.yaml:17:41: E100 scenario 'Carbon at 100': no such file "
                "'tocs.csv': did you mean 'toc.csv'?"
            ),
            ("case.yaml:17:71: E308 scenario 'Carbon at 100': avoid.services: no service 'new'"),
            (
                "case.yaml:17:85: E209 scenario 'Carbon at 100': start: want a date "
                "such as 2026-03-02, got 'tomorrow'"
            ),
        ],
    ),
    "scenarios that are no list": (
        [
            (CASE, "case: 1\n", "case: 1\noverride: {table: toc}\n"),
            (
                CASE,
                (
                    "scenarios:\n"
                    "  - {name: Carbon at 100, carbon_price_eur_per_t: 100}\n"
                    "  - name: Dearer\n"
                    "    override:\n"
                    "      - {table: services, where: {mode: rail}, scale: "
                    "{cost_per_teu: 1.2}}\n"
                ),
                "scenarios: {name: X}\n",
            ),
        ],
        [
            "case.yaml:2:11: E204 override: want a list, got a mapping",
            "case.yaml:17:12: E204 scenarios: want a list, got a mapping",
        ],
    ),
    "too many scenarios": (
        [
            (
                CASE,
                "  - {name: Carbon at 100, carbon_price_eur_per_t: 100}\n",
                "".join(f"  - {{name: N{n}}}\n" for n in range(1000)),
            ),
        ],
        [
            ("case.yaml:17:3: E203 scenarios: 1,001 entries, at most 1,000 are read"),
        ],
    ),
}
