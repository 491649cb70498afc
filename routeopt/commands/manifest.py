"""The manifest of a plan: what is needed to make it again. No time of day: same run, same file."""

from __future__ import annotations

import os
import platform
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routeopt.commands.group import software

if TYPE_CHECKING:
    from routeopt.case import Case
    from routeopt.freight import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `solve` was asked for; None: as the case says."""

    gap: float
    time_limit_s: float
    seed: int
    workers: int
    scenario: str | None
    objective: tuple[str, ...] | None
    serve: str | None

    def applied(self, case: Case) -> Case:
        """Change the case as was asked for on the command line."""
        return replace(
            case,
            objective=self.objective or case.objective,
            serve=self.serve or case.serve,
        )

    @property
    def overrides(self) -> dict[str, Any]:
        """What the command line changed in the case."""
        changes: dict[str, Any] = {}
        if self.objective:
            changes["objective"] = list(self.objective)
        if self.serve:
            changes["serve"] = self.serve
        return changes


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def signed(
    plan: Plan, case: Case, *, settings: Settings, folder: Path, words: Sequence[str]
) -> Plan:
    """Plan with its case and manifest."""
    manifest = {
        "software": software(),
        "platform": platform.platform(),
        "inputs": dict(sorted(case.inputs.items())),
        "seed": settings.seed,
        "workers": settings.workers,
        "gap": settings.gap,
        "time_limit_s": settings.time_limit_s,
        "case_path": _path_from(folder, case.path),
        "scenario": settings.scenario,
        "overrides": settings.overrides,
        "command": shlex.join(["routeopt", *words]),
    }
    return replace(plan, manifest=manifest, case_name=case.name, case_sha256=case.sha256)


def _path_from(folder: Path, file: Path) -> str:
    """Path relative to the plan's folder, so that both can move together."""
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return file.resolve().as_posix()
