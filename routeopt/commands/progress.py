"""How far a search has come, on standard error: a live line on a terminal, else one now and then.

The line moves on by a clock of its own, so that a search that reports nothing is seen to live.
"""

# ruff: noqa: PLC0415  rich takes long to load and only a terminal needs it
from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from routeopt.commands.streams import say

if TYPE_CHECKING:
    from rich.spinner import Spinner

    from routeopt.optimize import Progress

HEARTBEAT_S = 30.0


class Watch:
    """The last that a search reported; callable as its `on_progress`."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._last: Progress | None = None
        self._start = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Take note."""
        self._last = progress

    def stage(self, words: str) -> None:
        """Say what is being done from now on."""
        self._stage = words

    def line(self) -> str:
        """One line in words: stage, best, bound, gap, elapsed."""
        elapsed = f"{time.monotonic() - self._start:.0f} s"
        last = self._last
        if last is None:
            return f"{self._stage}, {elapsed}"
        parts = [last.stage]
        if last.best is not None:
            parts.append(f"best {last.best:,.1f}")
        if last.bound is not None:
            parts.append(f"bound {last.bound:,.1f}")
        if last.gap is not None:
            parts.append(f"gap {last.gap:.2%}")
        return ", ".join([*parts, elapsed])


@contextmanager
def watching(stage: str, *, quiet: bool) -> Iterator[Watch]:
    """Show what the search in the body reports to the watch; `stage` until it does."""
    watch = Watch(stage)
    if quiet:
        yield watch
    elif sys.stderr.isatty():
        with _live(watch):
            yield watch
    else:
        with _heartbeat(watch):
            yield watch


@contextmanager
def _live(watch: Watch) -> Iterator[None]:
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    spinner = Spinner("dots")

    def frame() -> Spinner:
        spinner.update(text=Text(watch.line(), overflow="ellipsis", no_wrap=True))
        return spinner

    with Live(get_renderable=frame, console=Console(stderr=True), transient=True):
        yield


@contextmanager
def _heartbeat(watch: Watch) -> Iterator[None]:
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_S):
            say(watch.line())

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
