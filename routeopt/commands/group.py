"""The group `routeopt`: errors become a text and an exit status."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import click

from routeopt.commands.options import example
from routeopt.commands.streams import say, use_utf8
from routeopt.errors import InputError, RouteoptError
from routeopt.interrupts import end_if_left

INTERRUPTED = 130
BUG = 1
SOFTWARE = ("routeopt", "ortools", "networkx", "numpy", "pandas")


class Cli(click.Group):
    """Turns errors that are meant for the user into their text and exit status.

    Whatever else is raised is a bug: Python shows its traceback and ends with 1.
    """

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401  as in click
        """Run the command line."""
        use_utf8()
        sys.excepthook = _report_bug
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            if isinstance(end.code, int):
                end_if_left(end.code)
            raise
        except OSError as err:  # of --help and --version, which click prints before any command
            say(f"can't write: {err.strerror}")
            sys.exit(InputError.exit_code)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  as in click
    ) -> click.Context:
        """Remember the words typed: the manifest of a plan states them."""
        typed = tuple(args)  # click empties the list
        ctx = super().make_context(info_name, args, parent, **extra)
        ctx.meta["routeopt.args"] = typed
        return ctx

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which one needs them."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except RouteoptError as err:
            say(str(err))
            ctx.exit(err.exit_code)
        except KeyboardInterrupt:
            say("interrupted")
            ctx.exit(INTERRUPTED)


def _report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, MemoryError):
        say("out of memory")
        return
    say("".join(traceback.format_exception(kind, error, trace)).rstrip())
    say("This is a bug in routeopt. Please report it with the lines above and your case.")


def typed(ctx: click.Context) -> Sequence[str]:
    """Words that stood after `routeopt` on the command line."""
    words: Sequence[str] = ctx.find_root().meta.get("routeopt.args", ())
    return words


def software() -> dict[str, str]:
    """Versions of what a plan's numbers depend on, without loading any of it."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  takes 20 ms

    from routeopt import __version__  # noqa: PLC0415  the package above loads this one

    found = {"routeopt": __version__, "python": sys.version.split()[0]}
    for name in SOFTWARE[1:]:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001  click calls it
    if value and not ctx.resilient_parsing:
        click.echo("\n".join(f"{name} {number}" for name, number in software().items()))
        ctx.exit()


@click.group(
    cls=Cli,
    epilog=example("routeopt init my-case"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the versions of routeopt and of what it computes with.",
)
def cli() -> None:
    """Plan freight routes by road, rail, barge and sea that emit least.

    A CASE (a folder with case.yaml and tables) names shipments, deadlines and budgets. routeopt
    chooses the routes and departures that emit least within them, proves that no others emit
    less, and says what every other choice costs.

    \b
    Exit status: 0 done; 2 wrong usage; 3 bad input; 4 proven infeasible;
    5 stopped by a limit without a plan; 130 interrupted; 1 a bug.
    """  # noqa: D301  click reads the backslash
