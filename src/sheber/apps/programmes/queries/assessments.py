"""Assessed work in courses: what evidence opens at, and who showed what there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sheber.apps.programmes.models import Assessment, Enrolment
from sheber.kit.localised import LocalisedText
from sheber.spine.evidence import queries as evidence

SOURCE_KIND: Final = "programmes.assessment"
_COLUMNS: Final = (
    "id", "kind", "title", "held_on", "assessor_id", "assessor__name", "is_synthetic", "course__code", "course__title", "course__term",
    "course__version_id", "course__version__programme__code", "course__version__programme__title", "course__version__version",
    "course__version__programme__organisation__path")


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An assessed piece of work with its course."""

    id: int
    kind: str
    title: LocalisedText
    held_on: dt.date
    assessor_id: int
    assessor: LocalisedText
    is_synthetic: bool
    course: str
    course_title: LocalisedText
    term: int | None
    version_id: int
    code: str
    programme: LocalisedText
    version: str
    organisation_path: str

    @property
    def kind_label(self) -> str:
        return str(Assessment.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An assessment of a course and how many people it holds evidence of."""

    assessment: AssessmentRow
    people: int


@dataclass(frozen=True, slots=True)
class ResultCell:
    """A level shown; ``earlier`` are the levels it superseded, oldest first. ``None`` was withdrawn."""

    level: float | None
    earlier: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A person with one cell for each item; ``None`` is not assessed."""

    person_id: int
    name: LocalisedText
    class_year: int | None
    cells: tuple[ResultCell | None, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """``items`` are code and title, in the order of the cells."""

    items: tuple[tuple[str, LocalisedText], ...]
    rows: tuple[ResultRow, ...]


def assessment(assessment_id: int) -> AssessmentRow | None:
    """One assessment. One query."""
    return next(iter(assessments([assessment_id]).values()), None)


def assessments(ids: Collection[int]) -> dict[int, AssessmentRow]:
    """Assessments by id. One query."""
    return {row[0]: AssessmentRow(*row) for row in Assessment.objects.filter(pk__in=list(ids)).values_list(*_COLUMNS)}


def held_in(course_id: int) -> tuple[HeldRow, ...]:
    """Assessments of a course, newest first. Two queries."""
    found = Assessment.objects.filter(course_id=course_id).order_by("-held_on", "-id")
    rows = [AssessmentRow(*row) for row in found.values_list(*_COLUMNS)]
    people = evidence.people_from(SOURCE_KIND, [str(row.id) for row in rows])
    return tuple(HeldRow(row, people.get(str(row.id), 0)) for row in rows)


def results_of(row: AssessmentRow) -> Results:
    """Who showed what, by name; a corrected level carries the levels before it. Two queries."""
    found = evidence.items_from(SOURCE_KIND, str(row.id))
    titles = {item.competence_code: item.competence_title for item in found}
    codes = tuple(sorted(titles, key=lambda code: [int(part) if part.isdecimal() else 0 for part in code.split(".")]))
    by_id = {item.id: item for item in found}
    cells: dict[int, dict[str, ResultCell]] = {}
    names: dict[int, LocalisedText] = {}
    for item in found:
        names[item.person_id] = item.person_name
        if item.superseded_by_id is not None:
            continue
        earlier, before = [], item.supersedes_id
        while before is not None and before in by_id:
            earlier.append(by_id[before].level)
            before = by_id[before].supersedes_id
        cells.setdefault(item.person_id, {})[item.competence_code] = ResultCell(item.level, tuple(reversed(earlier)))
    years = dict(Enrolment.objects.filter(version_id=row.version_id, student_id__in=names).values_list("student_id", "class_year"))
    people = sorted(names, key=lambda person: (str(names[person]), person))
    return Results(tuple((code, titles[code]) for code in codes), tuple(
        ResultRow(person, names[person], years.get(person), tuple(cells.get(person, {}).get(code) for code in codes)) for person in people))
