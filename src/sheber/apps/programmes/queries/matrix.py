"""The competence matrix as a page and an export show it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sheber.apps.programmes.models import Course, MatrixCell, ProgrammeVersion
from sheber.kit.localised import LocalisedText
from sheber.spine.competences.models import Competence, ProficiencyLevel

ITEM_DEPTH = 2
"""The matrix has the second level of the framework as its columns: 1.1, 1.2, … 4.8."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A column."""

    code: str
    title: LocalisedText
    short_title: LocalisedText
    is_extension: bool

    @property
    def name(self) -> str:
        """The short title, else the whole one."""
        return str(self.short_title) or str(self.title)


@dataclass(frozen=True, slots=True)
class CellRow:
    """What a course does with an item; ``level`` 1-5."""

    mode: str
    level: int
    assessed_by: LocalisedText

    @property
    def mark(self) -> str:
        return f"{self.mode}{self.level}"


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A row; ``term`` counts from 1, empty when the course is not placed."""

    code: str
    title: LocalisedText
    credits: float
    term: int | None
    cycle: str
    cells: Mapping[str, CellRow]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of the proficiency scale in words."""

    level: int
    short: LocalisedText
    meaning: LocalisedText


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Everything the matrix shows but the findings. ``edit_version`` counts saves."""

    version_id: int
    edit_version: int
    updated_at: dt.datetime
    framework: LocalisedText
    framework_code: str
    framework_version: str
    items: tuple[ItemRow, ...]
    courses: tuple[CourseRow, ...]
    levels: tuple[LevelRow, ...]


def matrix_page(*, version_id: int) -> MatrixPage:
    """Rows, columns and cells of a version: five queries whatever its size. Raises DoesNotExist."""
    edit_version, updated_at, framework_id, framework, code, number = ProgrammeVersion.objects.values_list(
        "edit_version", "updated_at", "framework_id", "framework__title", "framework__code", "framework__version").get(pk=version_id)
    items = Competence.objects.filter(framework_id=framework_id, depth=ITEM_DEPTH).order_by("sort", "code")
    filled: dict[int, dict[str, CellRow]] = {}
    cells = MatrixCell.objects.filter(course__version_id=version_id)
    for course_id, item, mode, level, assessed_by in cells.values_list("course_id", "competence__code", "mode", "level", "assessed_by"):
        filled.setdefault(course_id, {})[item] = CellRow(mode, level, LocalisedText.of(assessed_by))
    courses = Course.objects.filter(version_id=version_id).values_list("id", "code", "title", "ects", "term", "cycle", "sort")
    # A course that is in no term stands last on both databases.
    ordered = sorted(courses, key=lambda row: (row[4] is None, row[4] or 0, row[6], row[1]))
    return MatrixPage(
        version_id=version_id, edit_version=edit_version, updated_at=updated_at, framework=LocalisedText.of(framework), framework_code=code,
        framework_version=number,
        items=tuple(ItemRow(*row) for row in items.values_list("code", "title", "short_title", "is_extension")),
        courses=tuple(CourseRow(course, title, ects, term, cycle, filled.get(pk, {}))
                      for pk, course, title, ects, term, cycle, _sort in ordered),
        levels=tuple(LevelRow(*row) for row in ProficiencyLevel.objects.order_by("level").values_list("level", "short", "meaning")),
    )
