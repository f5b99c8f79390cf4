"""What is wrong with the file of a plan, and where."""

from dataclasses import dataclass

from sheber.engines.curriculum.plan import Plan
from sheber.kit.exchange.reading import problems as shared
from sheber.kit.exchange.reading.problems import MAX_FILE_BYTES, MAX_PROBLEMS, Place, Problem, RefusedError, Severity

__all__ = ["MAX_COURSES", "MAX_FILE_BYTES", "MAX_PROBLEMS", "Place", "Problem", "Problems", "ReadResult", "RefusedError", "Severity"]

MAX_COURSES = 3000


@dataclass(frozen=True, slots=True)
class ReadResult:
    """``plan`` is empty when any problem is an error."""

    plan: Plan | None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def notes(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "note")


class Problems(shared.Problems):
    """The shared collection; it ends as a plan or as the reasons why there is none."""

    def result(self, plan: Plan | None) -> ReadResult:
        return ReadResult(None if self.failed else plan, tuple(self._found))
