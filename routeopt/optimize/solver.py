"""Linear and integer programs, solved by what OR-Tools brings; the only importer of ortools.

Relaxations go to GLOP, which keeps its basis between solves; integer programs to SCIP, chosen by
measurement (docs/method.md).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from ortools.math_opt.python import mathopt

from routeopt.interrupts import LEFT_TO_DIE, held

_GRACE_S = 5.0
"""How long after its time limit a solver is waited for."""

_KEPT_WITHIN = 1e-9
"""How far SCIP may break a row, relative to its limit.

Its own 1e-6 is as much as the slack with which objectives are held: a plan that uses both would be
further from the best than is promised, and below bounds proven for the limit itself.
"""

_POLL_S = 0.2
"""How often a waiting main thread looks for Ctrl-C."""


class Outcome(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


_OUTCOME = {
    mathopt.TerminationReason.OPTIMAL: Outcome.OPTIMAL,
    mathopt.TerminationReason.FEASIBLE: Outcome.FEASIBLE,
    mathopt.TerminationReason.INFEASIBLE: Outcome.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED: Outcome.INFEASIBLE,
    mathopt.TerminationReason.NO_SOLUTION_FOUND: Outcome.UNKNOWN,
}  # UNBOUNDED, IMPRECISE, NUMERICAL_ERROR, OTHER_ERROR: our bug, a KeyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """Optimum of a relaxation: shape of `values` (n_variables,), of `duals` (n_rows,)."""

    feasible: bool
    value: float = math.inf
    values: Sequence[float] = ()
    duals: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """End of an integer solve: no solution is better than `bound`."""

    outcome: Outcome
    bound: float = -math.inf
    values: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a solve may take: seconds, relative gap; the seed of its random choices."""

    limit_s: float
    seed: int = 0
    gap: float = 0.0


class Program:
    """A linear or integer program to be minimized, built step by step; indices count from 0."""

    def __init__(self, name: str) -> None:
        self._model = mathopt.Model(name=name)
        self._variables: list[mathopt.Variable] = []
        self._rows: list[mathopt.LinearConstraint] = []
        self._incremental: mathopt.IncrementalSolver | None = None

    def variable(
        self, upper: float, *, lower: float = 0.0, cost: float = 0.0, integer: bool = False
    ) -> int:
        """Index of a new variable between `lower` and `upper`."""
        variable = self._model.add_variable(lb=lower, ub=upper, is_integer=integer)
        if cost:
            self._model.objective.set_linear_coefficient(variable, cost)
        self._variables.append(variable)
        return len(self._variables) - 1

    def row(
        self, terms: Mapping[int, float], *, lower: float = -math.inf, upper: float = math.inf
    ) -> int:
        """Index of a new row `lower` <= sum of terms <= `upper`."""
        row = self._model.add_linear_constraint(lb=lower, ub=upper)
        for variable, factor in terms.items():
            row.set_coefficient(self._variables[variable], factor)
        self._rows.append(row)
        return len(self._rows) - 1

    def put(self, row: int, variable: int, factor: float) -> None:
        """Set the factor of a variable in a row."""
        self._rows[row].set_coefficient(self._variables[variable], factor)

    def set_upper(self, variable: int, upper: float) -> None:
        """Change the upper bound of a variable."""
        self._variables[variable].upper_bound = upper

    def set_lower(self, variable: int, lower: float) -> None:
        """Change the lower bound of a variable."""
        self._variables[variable].lower_bound = lower

    def minimize(self, costs: Sequence[float]) -> None:
        """Replace the objective: one cost for each variable."""
        objective = self._model.objective
        objective.clear()
        objective.is_maximize = False
        for variable, cost in zip(self._variables, costs, strict=True):
            if cost:
                objective.set_linear_coefficient(variable, cost)

    def set_cost(self, variable: int, cost: float) -> None:
        """Change the cost of a variable."""
        self._model.objective.set_linear_coefficient(self._variables[variable], cost)

    def relax(self) -> Relaxed:
        """Optimum of a program without integer variables, from the last basis on."""
        if self._incremental is None:
            self._incremental = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        with held():  # protobuf loses a Ctrl-C while it converts
            result = self._incremental.solve()
        if result.termination.reason is mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED:
            plain = mathopt.SolveParameters(presolve=mathopt.Emphasis.OFF)  # presolve can't tell
            with held():
                result = mathopt.solve(self._model, mathopt.SolverType.GLOP, params=plain)
        if _OUTCOME[result.termination.reason] is not Outcome.OPTIMAL:
            return Relaxed(feasible=False)
        values, duals = result.variable_values(), result.dual_values()
        return Relaxed(
            feasible=True,
            value=result.objective_value(),
            values=[values[variable] for variable in self._variables],
            duals=[duals[row] for row in self._rows],
        )

    def solve(self, effort: Effort) -> Solved:
        """Best integer solution within `effort`.

        No hint is given, though a plan is often known: SCIP (9.15) tries to complete it and is
        slower for it (15 ms instead of 3 ms on small programs).
        """
        parameters = mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(effort.limit_s, 0.01)),
            relative_gap_tolerance=effort.gap,
            absolute_gap_tolerance=0.0,
            random_seed=effort.seed,
        )
        parameters.gscip.real_params["numerics/feastol"] = _KEPT_WITHIN
        return self._in_thread(parameters, patience_s=max(effort.limit_s, 0.01) + _GRACE_S)

    def _in_thread(self, parameters: mathopt.SolveParameters, *, patience_s: float) -> Solved:
        """Solve beside the main thread, which alone can hear Ctrl-C.

        SCIP can't be stopped through MathOpt (9.15); after Ctrl-C its thread is left to end with
        the process, and what it had found is lost. So it is where SCIP does not keep its time.
        """
        results: list[mathopt.SolveResult] = []
        errors: list[BaseException] = []
        done = threading.Event()  # Ctrl-C in `Thread.join` would mark a live thread as ended

        def work() -> None:
            try:
                results.append(
                    mathopt.solve(
                        self._model,
                        mathopt.SolverType.GSCIP,
                        params=parameters,
                    )
                )
            except BaseException as error:  # noqa: BLE001 - raised again in the main thread
                errors.append(error)
            finally:
                done.set()

        threading.Thread(target=work, name=LEFT_TO_DIE, daemon=True).start()
        until = time.monotonic() + patience_s
        while not done.is_set():
            done.wait(_POLL_S)
            if time.monotonic() > until:
                return Solved(outcome=Outcome.UNKNOWN)
        if errors:
            raise errors[0]
        return self._read(results[0])

    def _read(self, result: mathopt.SolveResult) -> Solved:
        outcome = _OUTCOME[result.termination.reason]
        bound = result.termination.objective_bounds.dual_bound
        if outcome in {Outcome.OPTIMAL, Outcome.FEASIBLE}:
            values = result.variable_values()
            found = [values[variable] for variable in self._variables]
            return Solved(outcome=outcome, bound=bound, values=found)
        return Solved(outcome=outcome, bound=bound)
