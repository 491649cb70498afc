"""Broken cases: factors by energy, grids, refrigerants, and what regulations need."""

from __future__ import annotations

from tests.broken.good import CASE, ENERGY, FUELS, GRID, HOC, SERVICES, TERMINALS, TOC, Broken

FACTORS: Broken = {
    "blends": (
        [
            *ENERGY,
            (TOC, "0.03,electricity", '0.03,"diesel 0,9; fame 0,1"'),
            (TOC, "fame 0.07", "fame 0.17"),
            (TOC, "20,68,,diesel", "20,68,,marine diesel"),
            (TOC, "22,75,,diesel", "22,75,,diesel 0.5; diesel 0.5"),
            (TOC, "0.5,bio-oil", "0.5,bio-oil 1.5; diesel -0.5"),
        ],
        [
            (
                "toc.csv:2:fuel: E205 fuel: want a share of the energy, got '0,9': write a "
                "decimal point, and no separator of thousands"
            ),
            (
                "toc.csv:3:fuel: E214 fuel: the shares of 'diesel 0.93; fame 0.17' sum to "
                "1.1, want 1"
            ),
            (
                "toc.csv:4:fuel: E214 fuel: want a fuel, electricity, or a blend by energy "
                "such as diesel 0.93; fame 0.07, got 'marine diesel'"
            ),
            "toc.csv:5:fuel: E214 fuel: a fuel stands twice in 'diesel 0.5; diesel 0.5'",
            (
                "toc.csv:6:fuel: E214 fuel: want shares between 0 and 1, got 'bio-oil 1.5; "
                "diesel -0.5'"
            ),
        ],
    ),
    "unknown fuels": (
        [
            *ENERGY,
            (TOC, "0.03,electricity", "0.03,electric"),
            (TOC, "diesel 0.93; fame 0.07", "deisel 0.93; fame 0.07"),
            (TOC, "22,75,,diesel", "22,75,,coal"),
        ],
        [
            "toc.csv:2:fuel: E311 fuel: no fuel 'electric': did you mean 'electricity'?",
            "toc.csv:3:fuel: E311 fuel: no fuel 'deisel': did you mean 'diesel'?",
            "toc.csv:5:fuel: E311 fuel: no fuel 'coal'",
        ],
    ),
    "fuels that no cell can name": (
        [
            *ENERGY,
            (
                FUELS,
                "bio-oil,30,50,40,20,60,2,0.0001,0.0001,no",
                (
                    "electricity,0,0,,,,,,,no,,made up\nbio oil,1,1,,,,,,,no,,made "
                    "up\nbio-oil,30,50,40,20,60,2,0.0001,0.0001,no"
                ),
            ),
        ],
        [
            (
                "fuels.csv:2:id: E314 id: 'electricity' is priced by the grid table; this "
                "row would never count"
            ),
            "fuels.csv:3:id: E314 id: want a fuel's id without spaces and ';', got 'bio oil'",
        ],
    ),
    "refrigerants": (
        [
            *ENERGY,
            (TOC, "R-134a,0.002", "R-134,0.002"),
            (
                TOC,
                "diesel,road-cold,,,AR6,made up\nroad-cold",
                "diesel,road-cold,,0.1,AR6,made up\nroad-cold",
            ),
            (
                TOC,
                "rail-e,rail,kWh/tkm,,,0.03,electricity,rail-e,,,",
                "rail-e,rail,kWh/tkm,,,0.03,electricity,rail-e,R-404A,,",
            ),
            (
                TOC,
                "ship,sea,MJ/teukm,,,0.5,bio-oil,ship,,,",
                "ship,sea,MJ/teukm,,,0.5,bio-oil,ship,R-404A,0.1,AR4",
            ),
        ],
        [
            "case.yaml: W607 toc rows in use rest on different GWP100 sets: AR4 (1), AR6 (4)",
            "toc.csv:2:leak_g: E419 leak_g: missing value; refrigerant is given",
            "toc.csv:4:refrigerant: E419 refrigerant: missing value; leak_g is given",
            (
                "toc.csv:5:refrigerant: E312 refrigerant: no refrigerant 'R-134': did you "
                "mean 'R-134a'?"
            ),
            "toc.csv:6:gwp: E419 gwp: a refrigerant has values for AR5 and AR6, got 'AR4'",
        ],
    ),
    "no grid of a country": (
        [
            *ENERGY,
            (SERVICES, "PT 300; ES 500,ES 62", "UA 200; RU-XX 300; CN-LN 200; ZZ 100,"),
        ],
        [
            (
                "services.csv:2:country_km: E313 no grid row of basis consumption_lifecycle "
                "for UA; it has generation_lifecycle 2022"
            ),
            (
                "services.csv:2:country_km: E313 no grid row of basis consumption_lifecycle "
                "for RU-XX; the nearest that has rows is RU"
            ),
            (
                "services.csv:2:country_km: E313 no grid row of basis consumption_lifecycle "
                "for CN-LN; it has consumption_direct_co2 2023"
            ),
            ("services.csv:2:country_km: E313 no grid row of basis consumption_lifecycle for ZZ"),
        ],
    ),
    "plugs without a grid": (
        [
            *ENERGY,
            (TERMINALS, "Terminal XXI,PT", "Terminal XXI,UA"),
        ],
        [
            (
                "shipments.csv:2:value_eur: W606 value_eur: no duties row from UA to ES: "
                "none is charged"
            ),
            (
                "shipments.csv:3:value_eur: W606 value_eur: no duties row from UA to ES: "
                "none is charged"
            ),
            (
                "terminals.csv:2:country: E313 no grid row of basis consumption_lifecycle "
                "for UA; it has generation_lifecycle 2022"
            ),
        ],
    ),
    "basis that no row has": (
        [
            *ENERGY,
            (CASE, "basis: [consumption_lifecycle]", "basis: consumption_lifecyle"),
        ],
        [
            (
                "case.yaml:7:15: E313 grid.basis: no row of the grid table has the basis "
                "'consumption_lifecyle': did you mean 'consumption_lifecycle'?"
            ),
        ],
    ),
    "units and columns": (
        [
            *ENERGY,
            (TOC, "kWh/tkm,,,0.03,electricity", "kWh/tkm,5,,0.03,"),
            (TOC, "MJ/tkm,,,0.3,", "MJ/tkm,,,,"),
            (TOC, "g/tkm,20,68,,", "g/tkm,20,68,0.9,"),
            (TOC, "MJ/teukm", "MJ/teu"),
        ],
        [
            (
                "toc.csv:2:wtt: E418 wtt: unit is kWh/tkm; wtt and ttw go with g/…, they "
                "follow from the fuel here"
            ),
            "toc.csv:2:fuel: E418 fuel: missing value; unit is kWh/tkm, want what burns",
            (
                "toc.csv:3:energy: E418 energy: missing value; unit is MJ/tkm, want the "
                "energy in MJ/tkm"
            ),
            "toc.csv:4:energy: E418 energy: unit is g/tkm; energy goes with kWh/… and MJ/…",
            (
                "toc.csv:6:unit: E207 unit: want one of g/tkm, g/teukm, g/vehiclekm, "
                "kWh/tkm, kWh/teukm, kWh/vehiclekm, MJ/tkm, MJ/teukm, MJ/vehiclekm, got "
                "'MJ/teu': did you mean 'MJ/teukm'?"
            ),
        ],
    ),
    "electricity without countries": (
        [
            *ENERGY,
            (SERVICES, "PT 300; ES 500,ES 62", ","),
        ],
        [
            (
                "services.csv:2:country_km: E420 country_km: missing value; 'rail-e' is "
                "electric, and electricity is priced by the country of each km"
            ),
        ],
    ),
    "ships whose energy is not known": (
        [
            *ENERGY,
            (
                TOC,
                "ship,sea,MJ/teukm,,,0.5,bio-oil,ship,,,",
                (
                    "ship,sea,g/teukm,10,40,,,ship-cold,,,,made "
                    "up\nship-cold,sea,g/teukm,10,40,,e-hydrogen,ship-cold,,,"
                ),
            ),
        ],
        [
            (
                "services.csv:4:toc: E421 toc: 'ship' gives intensities and no fuel from "
                "which the energy could be told, which EU ETS and FuelEU need: name its fuel"
            ),
            (
                "services.csv:4:toc: E421 toc: 'ship-cold' gives intensities and no fuel "
                "from which the energy could be told, which EU ETS and FuelEU need: name its "
                "fuel"
            ),
        ],
    ),
    "ships by vehicle at a transshipment port": (
        [
            *ENERGY,
            (
                TOC,
                "ship,sea,MJ/teukm,,,0.5,bio-oil,ship",
                "ship,sea,MJ/vehiclekm,,,0.5,bio-oil,ship",
            ),
        ],
        [
            (
                "services.csv:4:toc: E422 toc: 'ship' counts per vehicle-km, which a "
                "scheduled ship from or to a transshipment port can't share under EU ETS and "
                "FuelEU: use a row per tonne-km or TEU-km"
            ),
        ],
    ),
    "another year of the grid": (
        [
            *ENERGY,
            (CASE, "year: 2025}", "year: 2010}"),
        ],
        [
            (
                "case.yaml:7:46: W612 the grid table has no consumption_lifecycle of PT in "
                "2010: 2024 counts"
            ),
            (
                "case.yaml:7:46: W612 the grid table has no consumption_lifecycle of ES in "
                "2010: 2024 counts"
            ),
            (
                "case.yaml:7:46: W612 the grid table has no consumption_lifecycle of MA in "
                "2010: 2024 counts"
            ),
        ],
    ),
    "mixed bases": (
        [
            *ENERGY,
            (CASE, "[consumption_lifecycle]", "[consumption_lifecycle, generation_lifecycle]"),
            (SERVICES, "PT 300; ES 500,ES 62", "PT 300; UA 500,"),
        ],
        [
            (
                "case.yaml:7:15: W613 electricity of different countries rests on different "
                "bases: consumption_lifecycle (2), generation_lifecycle (1)"
            ),
            (
                "case.yaml:7:68: W612 the grid table has no generation_lifecycle of UA in "
                "2025: 2022 counts"
            ),
        ],
    ),
    "fuels without the values of the rules": (
        [
            *ENERGY,
            (
                FUELS,
                "bio-oil,30,50,40,20,60,2,0.0001,0.0001,no",
                "bio-oil,30,50,40,,60,2,0.0001,,no",
            ),
        ],
        [
            (
                "fuels.csv:2:fueleu_wtt_g_per_mj: W614 fueleu_wtt_g_per_mj: not given for "
                "'bio-oil', which ships burn: its wtt and ttw count instead"
            ),
            (
                "fuels.csv:2:ets_n2o_kg_per_kg: W614 ets_n2o_kg_per_kg: not given for "
                "'bio-oil', which ships burn: EU ETS counts none"
            ),
        ],
    ),
    "fuels without a mass": (
        [
            *ENERGY,
            (
                FUELS,
                "bio-oil,30,50,40,20,60,2,0.0001,0.0001,no",
                "bio-oil,30,50,,20,60,2,0.0001,0.0001,no",
            ),
        ],
        [
            (
                "fuels.csv:2:lhv_mj_per_kg: W614 lhv_mj_per_kg: not given for 'bio-oil', "
                "which ships burn: its wtt and ttw count instead"
            ),
        ],
    ),
    "plug power twice": (
        [
            *ENERGY,
            (HOC, "quay-cold,kg/teu,4", "quay-cold,kg/teu,5.2"),
        ],
        [
            (
                "hoc.csv:3:plug_kw_per_teu: W615 plug_kw_per_teu: wtt is 5.2, above the 4 of "
                "'quay': is plug power inside already?"
            ),
        ],
    ),
    "ETS2 on unknown countries": (
        [
            *ENERGY,
            (
                CASE,
                "{year: 2026, eu_ets_eur_per_t: 75, fueleu: true}",
                "{year: 2028, ets2_eur_per_t: 45}",
            ),
        ],
        [
            (
                "services.csv:3:country_km: W616 country_km: not given; where either end "
                "lies in the EEA, ETS2 is charged on the whole way"
            ),
        ],
    ),
    "keys of grid and regulations": (
        [
            *ENERGY,
            (
                CASE,
                "basis: [consumption_lifecycle], year: 2025",
                "basis: [], yaer: 2025, year: 1900",
            ),
            (
                CASE,
                "{year: 2026, eu_ets_eur_per_t: 75, fueleu: true}",
                "{eu_ets: 75, surcharge: mine, fueleu: yes}",
            ),
        ],
        [
            "case.yaml:7:15: E219 grid.basis: is empty, want at least one",
            "case.yaml:7:19: E201 unknown key 'yaer' of grid: did you mean 'year'?",
            "case.yaml:7:37: E206 grid.year: want a whole number 1990 to 2100, got '1900'",
            (
                "case.yaml:8:14: E202 regulations.year: missing key, want a whole number "
                "2000 to 2100"
            ),
            "case.yaml:8:15: E201 unknown key 'eu_ets' of regulations",
            "case.yaml:8:38: E207 regulations.surcharge: want one of own, carrier, got 'mine'",
            "case.yaml:8:52: E208 regulations.fueleu: want true or false, got 'yes'",
        ],
    ),
    "shapes of grid and regulations": (
        [
            *ENERGY,
            (CASE, "basis: [consumption_lifecycle], year: 2025", "basis: {a: b}"),
            (CASE, "{year: 2026, eu_ets_eur_per_t: 75, fueleu: true}", "2026"),
        ],
        [
            "case.yaml:7:15: E204 grid.basis: want a text or a list of texts, got a mapping",
            "case.yaml:8:14: E204 regulations: want a mapping, got '2026'",
        ],
    ),
    "basis twice": (
        [
            *ENERGY,
            (CASE, "[consumption_lifecycle]", "[consumption_lifecycle, consumption_lifecycle]"),
        ],
        [
            "case.yaml:7:15: E218 grid.basis: 'consumption_lifecycle' stands twice",
        ],
    ),
    "negative factors": (
        [
            *ENERGY,
            (TOC, "0.03,electricity", "-0.03,electricity"),
            (
                FUELS,
                "bio-oil,30,50,40,20,60,2,0.0001,0.0001,no",
                "bio-oil,-30,50,40,20,60,2,0.0001,0.0001,no",
            ),
            (GRID, "2025,90,10", "2025,-90,10"),
            (GRID, "2024,50,", "2024,50,100"),
            (HOC, "quay-cold,1.5", "quay-cold,-1.5"),
        ],
        [
            "fuels.csv:2:wtt_g_per_mj: E206 wtt_g_per_mj: want a number >= 0, got '-30'",
            "grid.csv:2:g_per_kwh: E206 g_per_kwh: want a number >= 0, got '-90'",
            "grid.csv:3:loss_pct: E206 loss_pct: want a number 0 to 99, got '100'",
            "hoc.csv:3:plug_kw_per_teu: E206 plug_kw_per_teu: want a number >= 0, got '-1.5'",
            "toc.csv:2:energy: E206 energy: want a number >= 0, got '-0.03'",
        ],
    ),
    "values of fuels and grids": (
        [
            *ENERGY,
            (
                FUELS,
                "bio-oil,30,50,40,20,60,2,0.0001,0.0001,no",
                "bio-oil,,50,40,20,60,2,0.0001,0.0001,maybe",
            ),
            (GRID, "XX,consumption_lifecycle,2024", "Spain,,2024.5"),
            (TOC, "fame 0.07", "fame x"),
        ],
        [
            "fuels.csv:2:ets_zero_rated: E208 ets_zero_rated: want yes or no, got 'maybe'",
            "fuels.csv:2:wtt_g_per_mj: E202 wtt_g_per_mj: missing value, want a number >= 0",
            (
                "grid.csv:3:country: E213 country: want a country as ISO 3166 alpha-2 such "
                "as PT, or a zone of it, got 'Spain'"
            ),
            "grid.csv:3:year: E205 year: want a whole number 1990 to 2100, got '2024.5'",
            "grid.csv:3:basis: E202 basis: missing value",
            (
                "toc.csv:3:fuel: E214 fuel: want a fuel, electricity, or a blend by energy "
                "such as diesel 0.93; fame 0.07, got 'diesel 0.93; fame x'"
            ),
        ],
    ),
    "grid rows twice": (
        [
            *ENERGY,
            (GRID, "XX,consumption_lifecycle,2024,50", "PT,consumption_lifecycle,2025.0,50"),
        ],
        [
            (
                "grid.csv:3:country: E301 PT consumption_lifecycle 2025 stands twice in "
                "grid; first in line 2"
            ),
        ],
    ),
    "override that doubles grid rows": (
        [
            *ENERGY,
            (
                CASE,
                "{table: services, where: {mode: rail}, scale: {cost_per_teu: 1.2}}",
                (
                    "{table: grid, where: {country: PT, basis: consumption_lifecycle}, set: "
                    "{year: 2023}}"
                ),
            ),
        ],
        [
            (
                "case.yaml:7:46: W612 scenario 'Dearer': the grid table has no "
                "consumption_lifecycle of PT in 2025: 2023 counts"
            ),
            (
                "case.yaml:25:87: E301 scenario 'Dearer': PT consumption_lifecycle 2023 "
                "stands twice in grid; first in <routeopt>/factors/grid.csv:3"
            ),
        ],
    ),
    "overrides of factors": (
        [
            *ENERGY,
            (
                CASE,
                "{table: services, where: {mode: rail}, scale: {cost_per_teu: 1.2}}",
                (
                    "{table: toc, where: {id: ship}, set: {fuel: e-methanole}}\n      - {table: "
                    "toc, where: {id: rail-d}, set: {fuel: diesel 0.5; hvo 0.6}}\n      - {table: "
                    "hoc, where: {id: quay}, set: {unit: g/t}}\n      - {table: fuels, where: "
                    "{id: bio-oil}, set: {wtt_g_per_mj: -1}}\n      - {table: grid, where: "
                    "{country: QQ}, scale: {g_per_kwh: 2}}\n      - {table: grid, set: "
                    "{g_per_kwhs: 2}}"
                ),
            ),
        ],
        [
            (
                "case.yaml:25:53: E311 scenario 'Dearer': fuel: no fuel 'e-methanole': did "
                "you mean 'e-methanol'?"
            ),
            (
                "case.yaml:26:55: E214 scenario 'Dearer': override[1].set.fuel: the shares "
                "of 'diesel 0.5; hvo 0.6' sum to 1.1, want 1"
            ),
            (
                "case.yaml:27:53: E207 scenario 'Dearer': override[2].set.unit: want one of "
                "kg/t, kg/teu, got 'g/t': did you mean 'kg/t'?"
            ),
            (
                "case.yaml:28:66: E206 scenario 'Dearer': override[3].set.wtt_g_per_mj: want "
                "a number >= 0, got '-1'"
            ),
            (
                "case.yaml:29:9: E310 scenario 'Dearer': override matches no row of grid: none has "
                "country 'QQ'"
            ),
            (
                "case.yaml:30:29: E201 scenario 'Dearer': unknown column 'g_per_kwhs' of "
                "grid: did you mean 'g_per_kwh'?"
            ),
        ],
    ),
    "fuel of a printed row": (
        [
            *ENERGY,
            (CASE, "days: 14", "days: 14\nfactors: published"),
            (SERVICES, "700,,road,,", "700,,road-artic-eu,,"),
            (
                CASE,
                "{table: services, where: {mode: rail}, scale: {cost_per_teu: 1.2}}",
                "{table: toc, where: {mode: road}, set: {fuel: hvo}}",
            ),
        ],
        [
            (
                "case.yaml:26:55: E416 scenario 'Dearer': fuel of toc 'road-artic-eu' is "
                "changed to 'hvo', but its intensity would still be the old fuel's: set wtt "
                "and ttw too, or use a row by energy (kWh/…, MJ/…)"
            ),
        ],
    ),
    "scenarios of grid and regulations": (
        [
            *ENERGY,
            (
                CASE,
                "carbon_price_eur_per_t: 100",
                "grid: {year: 2024, basis: [generation]}, regulations: {year: }",
            ),
        ],
        [
            (
                "case.yaml:8:14: E202 scenario 'Carbon at 100': regulations.year: missing "
                "key, want a whole number 2000 to 2100"
            ),
            (
                "case.yaml:22:54: E313 scenario 'Carbon at 100': grid.basis: no row of the "
                "grid table has the basis 'generation': did you mean 'generation_lifecycle'?"
            ),
        ],
    ),
}
