"""Cases: YAML and CSV in, checked objects out; every fault with its place."""

from routeopt.case.model import Avoid, Case, Limits

__all__ = ["Avoid", "Case", "Limits"]
