"""Arguments and options that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

OBJECTIVES = ("co2e", "cost", "time")
SERVES = ("all", "most")


class AnyPath(click.Path):
    """A file or folder; one that is missing is bad input (3), not wrong usage (2)."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Read the path; an empty word is most likely a variable that was not set."""
        if not str(value).strip():
            self.fail("want a path, got nothing", param, ctx)
        return Path(value)


class Objective(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions
    """`co2e,cost`: what to minimize first, second, third."""

    name = "co2e|cost|time,…"

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        """Names in their order, each known and none doubled."""
        if isinstance(value, tuple):
            return value
        names = tuple(part.strip() for part in str(value).split(","))
        for name in names:
            if name not in OBJECTIVES:
                near = get_close_matches(name, OBJECTIVES, n=1)
                hint = f", did you mean {near[0]!r}?" if near else ""
                self.fail(f"want {', '.join(OBJECTIVES)}, got {name!r}{hint}", param, ctx)
        if len(set(names)) < len(names):
            self.fail(f"an objective is named twice in {value!r}", param, ctx)
        return names


class Finite(click.FloatRange):
    """A number in a range; neither NaN nor infinite."""

    def convert(
        self,
        value: Any,  # noqa: ANN401  as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read the number."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"want a number, got {value!r}", param, ctx)
        return number


def example(command: str) -> str:
    """End of a help text: a command that works as it stands."""
    return f"\b\nExample:\n  {command}"


def format_option(*styles: str) -> Callable[[_Command], _Command]:
    """`--format` with these choices, the first of them the default."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(styles),
        default=styles[0],
        show_default=True,
        help="How to print the result on standard output.",
    )


def scenario_option(command: _Command) -> _Command:
    """`--scenario NAME`: the case with one of its scenarios applied."""
    return click.option(
        "--scenario", metavar="NAME", help="Apply this scenario of the case before anything else."
    )(command)
