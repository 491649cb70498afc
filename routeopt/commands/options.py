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


def time_limit_option(help_: str) -> Callable[[_Command], _Command]:
    """`--time-limit SECONDS`; `help_` says of what."""
    return click.option(
        "--time-limit",
        "time_limit_s",
        metavar="SECONDS",
        type=Finite(min=0, min_open=True),
        default=60.0,
        show_default=True,
        help=help_,
    )


def gap_option(command: _Command) -> _Command:
    """`--gap FRACTION`: how near to the best is near enough."""
    return click.option(
        "--gap",
        metavar="FRACTION",
        type=Finite(min=0, max=1),
        default=0.0,
        show_default=True,
        help="Be content with plans proven this near to the best; 0.01 is one percent.",
    )(command)


def seed_option(command: _Command) -> _Command:
    """`--seed N`: of the solver's random choices."""
    return click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)(
        command
    )


def workers_option(help_: str) -> Callable[[_Command], _Command]:
    """`--workers N`; `help_` says what they work on, and how many there are by default."""
    return click.option("--workers", metavar="N", type=click.IntRange(1), help=help_)


def quiet_option(command: _Command) -> _Command:
    """`-q`, `--quiet`: nothing beside the data but errors."""
    return click.option(
        "-q", "--quiet", is_flag=True, help="Show no progress and no messages but errors."
    )(command)
