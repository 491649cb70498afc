"""Tables and texts of cases, plans and fronts; formats, and computes nothing but sums to show."""

from routeopt.report.case import case_text
from routeopt.report.compare import compare_csv, compare_json, compare_text
from routeopt.report.front import front_csv, front_text
from routeopt.report.frontier import frontier_csv, frontier_json, frontier_text
from routeopt.report.plan import plan_text
from routeopt.report.sheet import plan_csv, to_csv
from routeopt.report.sweep import sweep_csv, sweep_json, sweep_text
from routeopt.words import count

__all__ = [
    "case_text",
    "compare_csv",
    "compare_json",
    "compare_text",
    "count",
    "front_csv",
    "front_text",
    "frontier_csv",
    "frontier_json",
    "frontier_text",
    "plan_csv",
    "plan_text",
    "sweep_csv",
    "sweep_json",
    "sweep_text",
    "to_csv",
]
