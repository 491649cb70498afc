"""Plans side by side: baselines, scenarios, other cases, and a number of the case swept."""

from routeopt.compare.answers import Answer, answer, plan_answer
from routeopt.compare.questions import Asked, Question, Terms, questions
from routeopt.compare.rows import Row, compared

__all__ = [
    "Answer",
    "Asked",
    "Question",
    "Row",
    "Terms",
    "answer",
    "compared",
    "plan_answer",
    "questions",
]
