"""Tasks side by side: order, failures and killed processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from routeopt.errors import RouteoptError
from routeopt.parallel import side_by_side


def slow_square(task: int) -> int:
    time.sleep(0.3 - 0.1 * task)  # the first ends last
    return task * task


def own_process(_task: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def refuse(task: int) -> int:
    if task == 1:
        raise ValueError("no ones")
    return task


def die_once(task: Path) -> str:
    if task.name == "unlucky" and not task.exists():
        task.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task.name


def die(_task: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_stand_in_the_order_of_their_tasks(workers: int) -> None:
    told: dict[int, int] = {}
    found = side_by_side(slow_square, [0, 1, 2], workers=workers, on_done=told.__setitem__)
    assert found == [0, 1, 4]
    assert told == {0: 0, 1: 1, 2: 4}


def test_two_workers_are_two_processes_and_one_is_this_one() -> None:
    assert len(set(side_by_side(own_process, [0, 1], workers=2))) == 2
    assert side_by_side(own_process, [0, 1], workers=1) == [os.getpid()] * 2


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_the_function_reaches_the_caller(workers: int) -> None:
    with pytest.raises(ValueError, match="no ones"):
        side_by_side(refuse, [0, 1, 2], workers=workers)


def test_no_tasks_make_no_results() -> None:
    assert side_by_side(refuse, [], workers=2) == []
    with pytest.raises(ValueError, match="workers >= 1"):
        side_by_side(refuse, [], workers=0)


def test_a_killed_process_costs_time_not_results(tmp_path: Path) -> None:
    tasks = [tmp_path / name for name in ("a", "unlucky", "b", "c")]
    assert side_by_side(die_once, tasks, workers=2) == ["a", "unlucky", "b", "c"]


def test_processes_that_are_always_killed_end_in_an_error() -> None:
    with pytest.raises(RouteoptError, match="killed before it had an answer"):
        side_by_side(die, [0, 1], workers=2)
