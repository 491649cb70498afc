"""Plans side by side: baselines, scenarios, other cases, and a number of the case swept."""

from routeopt.compare.answers import Answer, answer, plan_answer
from routeopt.compare.questions import Asked, Question, Terms, questions
from routeopt.compare.rows import Row, compared
from routeopt.compare.soundness import check_sweep
from routeopt.compare.sweep import Sweep, SweepError, read_sweep
from routeopt.compare.switches import Search, Switch

__all__ = [
    "Answer",
    "Asked",
    "Question",
    "Row",
    "Search",
    "Sweep",
    "SweepError",
    "Switch",
    "Terms",
    "answer",
    "check_sweep",
    "compared",
    "plan_answer",
    "questions",
    "read_sweep",
]
