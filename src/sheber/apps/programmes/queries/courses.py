"""One course of a version: facts, what it needs and what needs it, its row of the matrix, its metrics."""

from dataclasses import dataclass
from typing import Final

from sheber.apps.programmes.models import Course as CourseModel
from sheber.apps.programmes.models import MatrixCell
from sheber.engines.curriculum import RequisiteCycleError, plan_metrics
from sheber.engines.curriculum.plan import Cell, Course, Plan, Requisite
from sheber.kit.localised import LocalisedText
from sheber.spine.competences.profiles import ItemRow, item_rows

from .assessments import HeldRow, held_in
from .versions import VersionRow, version_plan

HOURS_PER_CREDIT: Final = 30
"""Where a plan does not say: an academic credit of Kazakhstan."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A requisite with the courses it names; an option that leads nowhere has no title."""

    kind: str
    need: int
    options: tuple[tuple[str, LocalisedText | None, int | None], ...]

    @property
    def is_all(self) -> bool:
        return self.need == len(self.options)


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell of the course's row of the matrix. ``target`` is what the engineer type requires."""

    item: ItemRow
    cell: Cell
    assessed_by: LocalisedText
    target: float | None


@dataclass(frozen=True, slots=True)
class CourseCell:
    """A cell of the matrix without what is required."""

    code: str
    title: LocalisedText
    mode: str
    level: int
    assessed_by: LocalisedText


@dataclass(frozen=True, slots=True)
class CourseMetrics:
    """Figures of one course; see docs/reference/curriculum-metrics.md."""

    blocking: int
    delay: int
    centrality: int
    complexity: float


@dataclass(frozen=True, slots=True)
class CoursePage:
    """``metrics`` is ``None`` when the requisites of the programme run in a circle."""

    course: Course
    needs: tuple[Needed, ...]
    needed_by: tuple[tuple[str, LocalisedText, int | None, str], ...]
    cells: tuple[CellRow, ...]
    metrics: CourseMetrics | None
    held: tuple[HeldRow, ...]
    hours: int | None
    hours_expected: float
    previous: Course | None
    following: Course | None

    @property
    def has_notes(self) -> bool:
        """Whether any cell says what assesses it."""
        return any(any(cell.assessed_by.values()) for cell in self.cells)


def course_page(row: VersionRow, code: str) -> CoursePage | None:
    """A course by its code, ``None`` when the version has no such course. A fixed number of queries."""
    plan = version_plan(row.id)
    place = next((n for n, each in enumerate(plan.courses) if each.code == code), None)
    if place is None:
        return None
    course = plan.courses[place]
    course_id = CourseModel.objects.values_list("pk", flat=True).get(version_id=row.id, code=code)
    notes = dict(MatrixCell.objects.filter(course_id=course_id).values_list("competence__code", "assessed_by"))
    items = {item.code: item for item in item_rows(row.framework_id)}
    cells = tuple(CellRow(items[cell.item], cell, LocalisedText.of(notes.get(cell.item)), plan.targets.get(cell.item))
                  for cell in course.cells if cell.item in items)
    parts = (course.contact_hours, course.lab_hours, course.self_study_hours)
    hours = sum(part or 0 for part in parts) if any(part is not None for part in parts) else None
    return CoursePage(
        course, tuple(_needed(plan, requisite) for requisite in course.requisites), _needed_by(plan, code), cells, _metrics(plan, place),
        held_in(course_id), hours, course.credits * (plan.hours_per_credit or HOURS_PER_CREDIT), plan.courses[place - 1] if place else None,
        plan.courses[place + 1] if place + 1 < len(plan.courses) else None)


def _needed(plan: Plan, requisite: Requisite) -> Needed:
    known = {course.code: course for course in plan.courses}
    return Needed(requisite.kind, requisite.need, tuple(
        (code, LocalisedText.of(known[code].title) if code in known else None, known[code].term if code in known else None)
        for code in requisite.options))


def _needed_by(plan: Plan, code: str) -> tuple[tuple[str, LocalisedText, int | None, str], ...]:
    found = []
    for course in plan.courses:
        kind = next((requisite.kind for requisite in course.requisites if code in requisite.options), None)
        if kind is not None:
            found.append((course.code, LocalisedText.of(course.title), course.term, kind))
    return tuple(found)


def _metrics(plan: Plan, place: int) -> CourseMetrics | None:
    try:
        found = plan_metrics(plan)
    except RequisiteCycleError:
        return None
    return CourseMetrics(int(found.blocking_factor[place]), int(found.delay_factor[place]), int(found.centrality[place]),
                         float(found.structural_complexity[place]))


def course_cells(version_id: int, code: str) -> tuple[CourseCell, ...]:
    """The row of the matrix of a course, in the order of the framework. One query."""
    found = MatrixCell.objects.filter(course__version_id=version_id, course__code=code).order_by("competence__sort")
    columns = ("competence__code", "competence__title", "mode", "level", "assessed_by")
    return tuple(CourseCell(*values) for values in found.values_list(*columns))
