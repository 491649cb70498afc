"""Ctrl-C within compiled packages: some lose it while they load or convert, so it has to wait."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LEFT_TO_DIE = "left to die with the process"
"""Name of threads in compiled packages that can't be stopped."""


def end_if_left(code: int) -> None:
    """End the process at once if such a thread still runs.

    When Python ends in its own way, a thread that comes back from a compiled package then aborts
    the process, with another exit status.
    """
    if any(thread.name == LEFT_TO_DIE for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


@contextmanager
def held() -> Iterator[None]:
    """Let Ctrl-C wait until the body, something short, is done.

    Raises
    ------
    KeyboardInterrupt
        After the body, if Ctrl-C was pressed within it.
    """
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield  # somebody else hears it, or nobody does
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt
