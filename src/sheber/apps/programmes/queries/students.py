"""Students with how far each is from the engineer type aimed at; attainment is computed for the rows shown only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

import numpy as np
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from sheber.apps.programmes.models import Enrolment, Programme, ProgrammeVersion
from sheber.apps.programmes.rules.study import year_of_study
from sheber.engines.competence import DEFAULT_METHOD, VERDICTS, Method, gap
from sheber.kit.folding import containing
from sheber.kit.localised import LocalisedText
from sheber.kit.tables import Query, Slice
from sheber.spine.competences import profiles
from sheber.spine.competences.profiles import EngineerTypeRow, ItemRow, ProfileRow

from .gap import FloatArray, people_attainment

MOST_COMPARED: Final = 5_000
"""So many students can be sorted or filtered by what they attained; more have to be narrowed first."""
_COLUMNS: Final = (
    "id", "student_id", "student__name", "version_id", "version__programme__code", "version__programme__title", "version__version",
    "version__programme__organisation__name", "version__programme__organisation__short_name", "class_year", "entry_year", "is_active",
    "is_synthetic", "version__years", "version__framework_id", "version__engineer_type_id", "version__target_overrides", "goal__code",
    "goal__title", "goal__sort")
_SORTS: Final = {"programme": "version__programme__code", "class": "class_year", "goal": "goal__sort"}
_MEASURED: Final = ("short", "fine", "not_assessed", "items")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A student of a version, before anything is measured."""

    id: int
    student_id: int
    name: LocalisedText
    version_id: int
    code: str
    programme: LocalisedText
    version: str
    organisation_name: LocalisedText
    organisation_short_name: LocalisedText
    class_year: int
    entry_year: int
    is_active: bool
    is_synthetic: bool
    years: int
    framework_id: int
    own_type: str
    overrides: dict[str, float | None]
    goal: EngineerTypeRow

    @property
    def place(self) -> str:
        """The short name of the faculty or university, else its name."""
        return str(self.organisation_short_name) or str(self.organisation_name)


@dataclass(frozen=True, slots=True)
class Distance:
    """Over the items the goal requires: how many are met, within the interval, short, not assessed; and the largest lack."""

    required: int = 0
    met: int = 0
    within: int = 0
    short: int = 0
    not_assessed: int = 0
    largest: str = ""
    largest_difference: float | None = None
    items: int = 0

    @property
    def fine(self) -> int:
        return self.met + self.within

    @property
    def verdict(self) -> str:
        """``unassessed`` when nothing required was assessed, else ``short`` or ``fine``."""
        if self.not_assessed == self.required:
            return "unassessed"
        return "short" if self.short else "fine"


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A line of the list."""

    who: Enrolled
    year: int
    distance: Distance


@dataclass(frozen=True, slots=True)
class ClassSize:
    """Students of one class of a version."""

    year: int
    students: int
    is_active: bool


def enrolled(found: "QuerySet[Enrolment]", bounds: slice = slice(None)) -> list[Enrolled]:
    """Rows of a query set. One query."""
    if bounds != slice(None):
        # The page is chosen among narrow rows; only its own are joined with all their columns.
        order = found.query.order_by
        found = Enrolment.objects.filter(pk__in=found.values("pk")[bounds]).order_by(*order)
    rows: Any = found.values_list(*_COLUMNS)
    return [Enrolled(*(*row[:-3], EngineerTypeRow(*row[-3:]))) for row in rows]


def students_below(paths: Sequence[str], *, version_id: int | None = None) -> "QuerySet[Enrolment]":
    """Enrolments in programmes at or below the paths at which the reader may see evidence."""
    if not paths:
        return Enrolment.objects.none()
    below = ProgrammeVersion.objects.filter(reduce(or_, (Q(programme__organisation__path__startswith=path) for path in paths)))
    # Versions are few and students many: the places are looked at once for each version, not for each student.
    found = Enrolment.objects.filter(version__in=below.order_by().values("pk"))
    return found if version_id is None else found.filter(version_id=version_id)


def students_named(words: str) -> Q:
    """Enrolments of students whose name or e-mail holds every word, as :mod:`sheber.kit.folding` compares them."""
    return Q(student__in=get_user_model().objects.filter(containing(words)).order_by().values("pk"))


def student_slice(query: Query, *, paths: Sequence[str], on_day: dt.date, version_id: int | None = None) -> Slice[StudentRow]:
    """The page a table asks for. A fixed number of queries; only its own rows are measured.

    Filters: ``programme`` (code), ``class`` (year), ``goal`` (engineer type), ``verdict`` (``short``, ``fine``, ``unassessed``).
    Filtering by the verdict and sorting by a measured column look at everybody who passes the other filters; with more than
    ``MOST_COMPARED`` of them that order is not taken (:func:`too_many` says so).
    """
    everybody = students_below(paths, version_id=version_id)
    found = _filtered(everybody, query)
    total, unfiltered = found.count(), everybody.count()
    verdict = query.filters.get("verdict", "")
    end = None if query.limit is None else query.offset + query.limit
    if (verdict or query.sort in _MEASURED) and total <= MOST_COMPARED:
        rows = [row for row in _measured(enrolled(_sorted(found, query)), on_day) if not verdict or row.distance.verdict == verdict]
        if query.sort in _MEASURED:
            rows.sort(key=lambda row: getattr(row.distance, query.sort), reverse=query.descending)
        return Slice(rows[query.offset:end], len(rows), unfiltered)
    return Slice(_measured(enrolled(_sorted(found, query), slice(query.offset, end)), on_day), total, unfiltered)


def too_many(query: Query, *, paths: Sequence[str], version_id: int | None = None) -> bool:
    """Whether the list is too long to be filtered or sorted by what was attained. One query, none when it is not asked for."""
    if not query.filters.get("verdict") and query.sort not in _MEASURED:
        return False
    return _filtered(students_below(paths, version_id=version_id), query).count() > MOST_COMPARED


def class_sizes(version_id: int) -> tuple[ClassSize, ...]:
    """Classes of a version, those studying first, the next to leave first. One query."""
    found = Enrolment.objects.filter(version_id=version_id).values("class_year", "is_active").order_by("-is_active", "class_year")
    return tuple(ClassSize(row["class_year"], row["n"], row["is_active"]) for row in found.annotate(n=Count("id")))


def list_choices(paths: Sequence[str]) -> tuple[list[tuple[str, LocalisedText]], list[int]]:
    """Programmes with students, and the years of their classes, below the paths. Two queries."""
    found = students_below(paths).order_by()
    seen = reduce(or_, (Q(organisation__path__startswith=path) for path in paths), Q(pk__in=()))
    with_students = Exists(Enrolment.objects.filter(version__programme=OuterRef("pk")))
    programmes = Programme.objects.filter(seen, with_students).order_by("code").values_list("code", "title")
    years = found.values_list("class_year", flat=True).distinct()
    return [(code, title) for code, title in programmes], sorted(years)


def _filtered(found: "QuerySet[Enrolment]", query: Query) -> "QuerySet[Enrolment]":
    wanted = query.filters
    if query.words:
        found = found.filter(students_named(query.words))
    if programme := wanted.get("programme"):
        found = found.filter(version__programme__code=programme)
    if year := wanted.get("class"):
        found = found.filter(class_year=int(year))
    if goal := wanted.get("goal"):
        found = found.filter(goal_id=goal)
    return found


def _sorted(found: "QuerySet[Enrolment]", query: Query) -> "QuerySet[Enrolment]":
    name = f"student__sort_{(get_language() or 'kk').split('-')[0]}"
    field = _SORTS.get(query.sort, name)
    ordered = f"-{field}" if query.descending and (field != name or query.sort == "name") else field
    return found.order_by(ordered, *([] if field == name else [name]), "id")


def _measured(rows: Sequence[Enrolled], on_day: dt.date) -> list[StudentRow]:
    distances: dict[int, Distance] = {}
    for framework_id in sorted({row.framework_id for row in rows}):
        distances |= distances_of([row for row in rows if row.framework_id == framework_id], framework_id=framework_id, on_day=on_day)
    return [StudentRow(row, year_of_study(row.entry_year, on_day, row.years), distances.get(row.id, Distance())) for row in rows]


def target_levels(row: Enrolled, goal: str, profile: ProfileRow, items: Sequence[ItemRow]) -> FloatArray:
    """Levels a goal requires of a student; the targets of the own version stand in place of those of its own type."""
    if goal != row.own_type or not row.overrides:
        return profile.level
    own = row.overrides
    return np.array([_level(own[item.code]) if item.code in own else level for item, level in zip(items, profile.level, strict=True)])


def distances_of(rows: Sequence[Enrolled], *, framework_id: int, on_day: dt.date, method: Method = DEFAULT_METHOD) -> dict[int, Distance]:
    """Distance of each student to the own goal, by id of the enrolment. Four queries."""
    items = profiles.item_rows(framework_id)
    types = profiles.type_profiles(items)
    rows = [row for row in rows if row.goal.code in types]
    if not rows or not items:
        return {row.id: Distance() for row in rows}
    people = sorted({row.student_id for row in rows})
    shown = people_attainment(people, items, on_day=on_day, method=method)
    at = np.searchsorted(people, [row.student_id for row in rows])
    required = np.array([target_levels(row, row.goal.code, types[row.goal.code], items) for row in rows])
    weight = np.array([types[row.goal.code].weight for row in rows])
    found = gap(required, weight, shown.level[at], shown.low[at], shown.high[at])
    counts = [(found.verdict == code).sum(axis=1) for code in range(len(VERDICTS))]
    met, within, short, unknown = counts[:4]
    lacks = np.where(found.verdict == VERDICTS.index("short"), found.difference, np.inf)
    worst = lacks.argmin(axis=1)
    return {row.id: Distance(
        required=int(met[n] + within[n] + short[n] + unknown[n]), met=int(met[n]), within=int(within[n]), short=int(short[n]),
        not_assessed=int(unknown[n]), largest=items[int(worst[n])].code if short[n] else "",
        largest_difference=float(lacks[n, worst[n]]) if short[n] else None, items=int(shown.count[at[n]].sum()))
        for n, row in enumerate(rows)}


def _level(value: float | None) -> float:
    return float("nan") if value is None else float(value)
