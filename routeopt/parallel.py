"""Work that divides by itself, side by side on the cores: one function over many tasks.

Results do not depend on the number of processes: they come back in the order of their tasks.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from routeopt.errors import RouteoptError

__all__ = ["side_by_side"]

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_LOST_ROUNDS = 3
"""Rounds in a row that may end with a process killed and nothing done, before we give up."""


def side_by_side(
    function: Callable[[_Task], _Result],
    tasks: Sequence[_Task],
    *,
    workers: int,
    on_done: Callable[[int, _Result], None] | None = None,
) -> list[_Result]:
    """Call a function once for each task, in up to `workers` processes at a time.

    Parameters
    ----------
    function, tasks
        Both must pickle; tasks should be small (a path, not the case behind it).
    workers
        Processes; 1 works in this one.
    on_done
        Told the number of a task (from 0) and its result as soon as it is done.

    Returns
    -------
    list
        Results in the order of `tasks`.

    Raises
    ------
    ValueError
        If `workers` is not positive.
    RouteoptError
        If processes are killed again and again, say for want of memory.
    Exception
        What the function raises; tasks not yet begun are dropped, running ones stopped. So does
        Ctrl-C.
    """
    if workers < 1:
        raise ValueError(f"want workers >= 1, got {workers}")
    done: dict[int, _Result] = {}

    def keep(number: int, result: _Result) -> None:
        done[number] = result
        if on_done is not None:
            on_done(number, result)

    if min(workers, len(tasks)) <= 1:
        for number, task in enumerate(tasks):
            keep(number, function(task))
    lost_rounds = 0
    while len(done) < len(tasks):
        left = {number: task for number, task in enumerate(tasks) if number not in done}
        before = len(done)
        try:
            _round(function, left, min(workers, len(left)), keep)
        except BrokenProcessPool as err:  # killed from outside: what it did is lost, not the rest
            lost_rounds = lost_rounds + 1 if len(done) == before else 0
            if lost_rounds == _LOST_ROUNDS:
                raise RouteoptError(
                    f"{_LOST_ROUNDS} times a process was killed before it had an answer: "
                    "is there enough memory? --workers 1 needs least"
                ) from err
    return [done[number] for number in range(len(tasks))]


def _round(
    function: Callable[[_Task], _Result],
    tasks: dict[int, _Task],
    workers: int,
    keep: Callable[[int, _Result], None],
) -> None:
    """Work on tasks in processes of their own, until all are done or something fails."""
    from loky import ProcessPoolExecutor  # noqa: PLC0415  # takes long to load

    pool = ProcessPoolExecutor(max_workers=workers, initializer=_deaf)
    finished = False
    try:
        numbers = {pool.submit(function, task): number for number, task in tasks.items()}
        for future in as_completed(numbers):
            keep(numbers[future], future.result())
        finished = True
    finally:
        pool.shutdown(wait=True, kill_workers=not finished)


def _deaf() -> None:
    """Leave Ctrl-C to the process that waits for the answers: it stops the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
