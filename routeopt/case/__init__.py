"""Cases: YAML and CSV in, checked objects out; every fault with its place."""

from routeopt.case.load import check_case, load_case
from routeopt.case.model import Avoid, Case, Limits

__all__ = ["Avoid", "Case", "Limits", "check_case", "load_case"]
