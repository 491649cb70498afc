"""Broken cases: files that can't be read as YAML, CSV or a path."""

from __future__ import annotations

from tests.broken.good import CASE, DUTIES, SERVICES, SHIPMENTS, TERMINALS, TOC, Broken

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)

FORM: Broken = {
    "tab in the indentation": (
        [
            (CASE, "  services: services.csv", "\tservices: services.csv"),
        ],
        [
            ("case.yaml:13:1: E106 is not YAML: a tab in the indentation; use spaces"),
        ],
    ),
    "bracket never closed": (
        [
            (CASE, "objective: [co2e, cost]", "objective: [co2e, cost"),
        ],
        [
            (
                "case.yaml:7:10: E106 is not YAML: while parsing a flow sequence "
                "(begun in line 6), did not find expected ',' or ']'"
            ),
        ],
    ),
    "colon in a value": (
        [
            (CASE, "name: Sines to Madrid", "name: Sines: to Madrid"),
        ],
        [
            ("case.yaml:2:12: E106 is not YAML: mapping values are not allowed in this context"),
        ],
    ),
    "empty file": (
        [
            (CASE, "", "# nothing but a remark\n"),
        ],
        [
            "case.yaml:1:1: E108 is empty: want the keys of a case",
        ],
    ),
    "a list at the top": (
        [
            (CASE, "", "- case: 1\n"),
        ],
        [
            ("case.yaml:1:1: E108 want a mapping, `key: value` on each line, got a list"),
        ],
    ),
    "a text at the top": (
        [
            (CASE, "", "case 1\n"),
        ],
        [
            ("case.yaml:1:1: E108 want a mapping, `key: value` on each line, got 'case 1'"),
        ],
    ),
    "two documents": (
        [
            (CASE, "scenarios:", "---\nscenarios:"),
        ],
        [
            "case.yaml:16:1: E107 a second document: a case is one",
        ],
    ),
    "doubled key": (
        [
            (CASE, "days: 14", "days: 14\ndays: 15"),
        ],
        [
            "case.yaml:6:1: E109 key 'days' stands twice; first in line 5",
        ],
    ),
    "doubled nested key": (
        [
            (CASE, "limits: {cost_eur: 90000,", "limits: {cost_eur: 90000, cost_eur: 1,"),
        ],
        [
            "case.yaml:8:27: E109 key 'cost_eur' stands twice; first in line 8",
        ],
    ),
    "python tag": (
        [
            (CASE, "name: Sines to Madrid", "name: !!python/object/apply:os.system [ls]"),
        ],
        [
            (
                "case.yaml:2:7: E112 tag "
                "'tag:yaml.org,2002:python/object/apply:os.system': values are "
                "written without tags"
            ),
        ],
    ),
    "tag": (
        [
            (CASE, "days: 14", "days: !!int 14"),
        ],
        [
            ("case.yaml:5:7: E112 tag 'tag:yaml.org,2002:int': values are written without tags"),
        ],
    ),
    "merge key": (
        [
            (
                CASE,
                "limits: {cost_eur: 90000, min_share: {rail: 0.4}}",
                "limits: &x {cost_eur: 90000}\navoid2: {<<: *x}",
            ),
        ],
        [
            ("case.yaml:9:10: E115 merge keys `<<` are not supported: write the keys out"),
        ],
    ),
    "alias of nothing": (
        [
            (CASE, "days: 14", "days: *length"),
        ],
        [
            "case.yaml:5:7: E116 alias *length stands for nothing",
        ],
    ),
    "alias of itself": (
        [
            (CASE, "objective: [co2e, cost]", "objective: &o [co2e, *o]"),
        ],
        [
            "case.yaml:6:22: E117 alias *o contains itself",
        ],
    ),
    "billion laughs": (
        [
            (CASE, "", LAUGHS),
        ],
        [
            "case.yaml:3:50: E118 aliases stand for more than 1,000 values",
        ],
    ),
    "nested too deep": (
        [
            (CASE, "objective: [co2e, cost]", "objective: " + "[" * 60 + "]" * 60),
        ],
        [
            "case.yaml:6:62: E113 nested more than 50 deep",
        ],
    ),
    "a list as key": (
        [
            (CASE, "days: 14", "days: 14\n? [a, b]\n: 3"),
        ],
        [
            "case.yaml:6:3: E114 want a word as key, got a list",
        ],
    ),
    "control character": (
        [
            (CASE, "Sines to Madrid", "Sines\x07 to Madrid"),
        ],
        [
            (
                "case.yaml:2:12: E105 control character '\\x07' (a binary file, or "
                "UTF-16?): want plain text"
            ),
        ],
    ),
    "character that YAML lacks": (
        [
            (CASE, "Sines to Madrid", "Sines\ufffe to Madrid"),
        ],
        [
            "case.yaml:2:12: E105 character '\\ufffe' has no place in YAML",
        ],
    ),
    "no such table": (
        [
            (CASE, "services: services.csv", "services: service.csv"),
        ],
        [
            ("case.yaml:13:13: E100 no such file 'service.csv': did you mean 'services.csv'?"),
        ],
    ),
    "path out of the folder": (
        [
            (CASE, "toc: toc.csv", "toc: ../toc.csv"),
            (CASE, "duties: duties.csv", "duties: /etc/passwd"),
        ],
        [
            (
                "case.yaml:14:8: E110 want a path in the case's folder, without '..' "
                "and relative, got '../toc.csv'"
            ),
            (
                "case.yaml:15:11: E110 want a path in the case's folder, without "
                "'..' and relative, got '/etc/passwd'"
            ),
        ],
    ),
    "path of Windows": (
        [
            (CASE, "toc: toc.csv", "toc: 'C:\\toc.csv'"),
            (CASE, "duties: duties.csv", "duties: sub\\..\\..\\duties.csv"),
        ],
        [
            (
                "case.yaml:14:8: E110 want a path in the case's folder, without '..' "
                "and relative, got 'C:\\\\toc.csv'"
            ),
            (
                "case.yaml:15:11: E110 want a path in the case's folder, without "
                "'..' and relative, got 'sub\\\\..\\\\..\\\\duties.csv'"
            ),
        ],
    ),
    "empty table": (
        [
            (TOC, "", "\n\n"),
        ],
        [
            "toc.csv:1: E120 is empty: want a header line",
        ],
    ),
    "doubled column": (
        [
            (SHIPMENTS, "value_eur,count", "teu,count"),
        ],
        [
            "shipments.csv:1:teu: E125 column 'teu' stands twice",
        ],
    ),
    "too many cells": (
        [
            (SHIPMENTS, "2,20,2026", "2,20,5,2026"),
        ],
        [
            (
                "shipments.csv:2: E123 too many cells: 11, where the header has 10: "
                "put a cell that holds commas in quotes"
            ),
        ],
    ),
    "too few cells": (
        [
            (TERMINALS, "Europe/Lisbon,seaport,\n", "Europe/Lisbon\n"),
        ],
        [
            "terminals.csv:2: E123 too few cells: 6, where the header has 8",
        ],
    ),
    "semicolons": (
        [
            (DUTIES, "", "origin_country;country;import_pct\nPT;ES;0,5\n"),
        ],
        [
            ("duties.csv:1: E124 cells are separated by ';': save as CSV with commas"),
        ],
    ),
    "quote never closed": (
        [
            (SERVICES, '"Mon,Thu 18:30"', '"Mon,Thu 18:30'),
        ],
        [
            'services.csv:4: E122 a quote (") is opened and never closed',
        ],
    ),
    "text after a quote": (
        [
            (SERVICES, '"Mon,Thu 18:30"', '"Mon,Thu" 18:30'),
        ],
        [
            (
                'services.csv:4: E122 text after a closing quote ("): write a quote '
                'inside a cell twice ("")'
            ),
        ],
    ),
    "NUL": (
        [
            (SHIPMENTS, "A,PTSIE", "A\x00,PTSIE"),
        ],
        [
            (
                "shipments.csv:2:2: E105 control character '\\x00' (a binary file, or "
                "UTF-16?): want plain text"
            ),
        ],
    ),
}
