"""What is wrong with a file that was given to us, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "note"]

#: Limits that keep a hostile or mistaken file from costing anything.
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: ``row`` counts from 1 as people see it (0: the whole file), ``column`` is a heading or a key."""

    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a file from being read (error) or was put right on the way (note)."""

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    severity: Severity = "error"


class RefusedError(Exception):
    """The file as a whole cannot be read; carries the problem that says why."""

    def __init__(self, code: str, place: Place = Place(), **values: object) -> None:
        super().__init__(code)
        self.problem = Problem(code, place.sheet, place.row, place.column, MappingProxyType(values))


class Problems:
    """Collects problems up to a limit, so that a bad file of a million rows gives a readable answer."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self.failed = False

    def error(self, code: str, place: Place, **values: object) -> None:
        self.failed = True
        self._add(Problem(code, place.sheet, place.row, place.column, MappingProxyType(values)))

    def note(self, code: str, place: Place, **values: object) -> None:
        self._add(Problem(code, place.sheet, place.row, place.column, MappingProxyType(values), "note"))

    def add(self, problem: Problem) -> None:
        self.failed = self.failed or problem.severity == "error"
        self._add(problem)

    def _add(self, problem: Problem) -> None:
        if len(self._found) < MAX_PROBLEMS:
            self._found.append(problem)
        elif len(self._found) == MAX_PROBLEMS:
            self._found.append(Problem("too_many_problems", values={"shown": MAX_PROBLEMS}))
