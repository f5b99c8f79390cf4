"""From located values to a plan: what every format must obey, whatever it is written in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from sheber.apps.programmes.rules.checks.circles import circles
from sheber.apps.programmes.rules.checks.index import natural
from sheber.apps.programmes.rules.reading.problems import MAX_COURSES, Place, Problems
from sheber.engines.curriculum.plan import Cell, Course, Outcome, Plan, Requisite, RequisiteKind, Term

CYCLES: Final = ("general", "basic", "major", "other")
DELIVERIES: Final = ("lecture", "lab", "practice", "project", "thesis")
SEASONS: Final = ("autumn", "winter", "spring", "summer")
KINDS: Final[tuple[RequisiteKind, ...]] = ("prerequisite", "corequisite", "strict_corequisite")
MAX_CREDITS = 60
MAX_TERM = 40

#: Fields of a programme kept in ``Plan.details`` and how each is written.
DETAILS: Final[Mapping[str, str]] = {
    "status": "text", "degree": "text", "qualification": "texts", "university": "text", "faculty": "text", "nqf": "integer",
    "eqf": "integer", "isced_f": "text", "classifier_group": "text", "languages": "list", "years": "integer",
    "admission": "texts", "practice_note": "texts",
    "sectors": "list", "task_complexity": "text", "cdio_syllabus_version": "text", "synthetic": "flag", "synthetic_note": "texts",
}
#: What ``DETAILS`` integers may be.
DETAIL_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {"nqf": (1, 8), "eqf": (1, 8), "years": (1, 8)}


@dataclass
class RawCourse:
    """A course as read, with the place it was read at and of each requisite and cell."""

    place: Place
    code: str
    title: Mapping[str, str]
    credits: float
    term: int | None = None
    cycle: str = "other"
    delivery: str = "lecture"
    hours: tuple[int | None, int | None, int | None] = (None, None, None)
    requisites: list[tuple[Place, Requisite]] = field(default_factory=list)
    cells: list[tuple[Place, Cell]] = field(default_factory=list)
    features: frozenset[str] = frozenset()
    outcomes: list[Outcome] = field(default_factory=list)

    def course(self) -> Course:
        contact, lab, self_study = self.hours
        requisites = sorted((requisite for _place, requisite in self.requisites), key=lambda requisite: KINDS.index(requisite.kind))
        cells = sorted((cell for _place, cell in self.cells), key=lambda cell: natural(cell.item))
        return Course(self.code, self.title, self.credits, self.term, self.cycle, self.delivery, contact, lab, self_study,
                      tuple(requisites), tuple(cells), self.features, tuple(self.outcomes))


def check_courses(courses: Sequence[RawCourse], terms: Sequence[Term], problems: Problems) -> None:
    """Duplicates, too many, and terms that do not exist. What the checks of a plan can tell is left to them."""
    if not courses:
        problems.error("no_courses", Place())
    if len(courses) > MAX_COURSES:
        problems.error("too_many_courses", Place(), count=len(courses), limit=MAX_COURSES)
    first: dict[str, Place] = {}
    for course in courses:
        if course.code in first:
            problems.error("duplicate_code", course.place, found=course.code, first=first[course.code].row)
        first.setdefault(course.code, course.place)
        items: set[str] = set()
        for place, cell in course.cells:
            if cell.item in items:
                problems.error("duplicate_cell", place, found=cell.item, course=course.code)
            items.add(cell.item)
        outcomes: set[str] = set()
        for outcome in course.outcomes:
            if outcome.code in outcomes:
                problems.error("duplicate_outcome", course.place, found=outcome.code, course=course.code)
            outcomes.add(outcome.code)
    numbers: set[int] = set()
    for term in terms:
        if term.number in numbers:
            problems.error("duplicate_term", Place(), found=term.number)
        numbers.add(term.number)


def tell_requisites(courses: Sequence[RawCourse], plan: Plan, problems: Problems) -> None:
    """Say at which row a requisite leads nowhere or round in a circle.

    These are notes: a draft with such mistakes is still read, so that it can be checked, shown and mended.
    """
    known = {course.code: course.place for course in courses}
    for course in courses:
        for place, requisite in course.requisites:
            for option in requisite.options:
                if option not in known:
                    near = get_close_matches(option, known, n=1, cutoff=0.75)
                    problems.note("unknown_requisite", place, found=option, course=course.code, near=near[0] if near else "")
    for circle in circles(plan):
        problems.note("requisite_circle", known[circle[0]], circle=" → ".join((*circle, circle[0])))
