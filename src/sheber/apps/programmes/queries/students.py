"""Students with how far each is from the engineer type aimed at; attainment is computed for the rows shown only."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from sheber.apps.programmes.models import Enrolment, Programme, ProgrammeVersion
from sheber.apps.programmes.rules.study import year_of_study
from sheber.engines.competence import DEFAULT_METHOD, VERDICTS, Method, gap
from sheber.kit.localised import LocalisedText
from sheber.kit.tables import Query, Slice
from sheber.spine.competences import profiles
from sheber.spine.competences.profiles import EngineerTypeRow, ItemRow, ProfileRow
from sheber.spine.people.queries import named

from .gap import FloatArray, Freshness, people_attainment

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


_NOTHING: Final = Distance()
Overrides = Mapping[str, float | None]


class Aim(NamedTuple):
    """Of an enrolment, what its distance is measured by."""

    id: int
    student_id: int
    framework_id: int
    own_type: str
    goal: str
    version_id: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Distance by id of the enrolment, in the order asked for."""

    distances: list[tuple[int, Distance]]
    freshness: Freshness


@dataclass(frozen=True)
class StudentSlice(Slice[StudentRow]):
    """A page of students. ``freshness`` is of everybody who was measured for it, whether shown or not."""

    freshness: Freshness = field(default_factory=Freshness)


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


def students_below(paths: Sequence[str], *, version_id: int | None = None, narrowed: bool = False) -> "QuerySet[Enrolment]":
    """Enrolments in programmes at or below the paths at which the reader may see evidence; ``narrowed`` when few people are asked for."""
    if not paths:
        return Enrolment.objects.none()
    below = ProgrammeVersion.objects.filter(reduce(or_, (Q(programme__organisation__path__startswith=path) for path in paths)))
    # Versions are few and students many: the places are looked at once for each version, not for each student.
    # Of few people the version is looked at and not looked up: SQLite would ask its index for each person and each of 400 versions.
    here = Q(of_version__in=below.order_by().values("pk")) if narrowed else Q(version__in=below.order_by().values("pk"))
    found = Enrolment.objects.alias(of_version=F("version_id") + 0).filter(here)
    return found if version_id is None else found.filter(version_id=version_id)


def students_named(words: str) -> Q:
    """Enrolments of students whose name or e-mail address has every word, see :func:`sheber.spine.people.queries.named`."""
    return named(words, "student_id")


def student_slice(query: Query, *, paths: Sequence[str], on_day: dt.date, version_id: int | None = None) -> StudentSlice:
    """The page a table asks for. A fixed number of queries; only its own rows are read whole.

    Filters: ``programme`` (code), ``class`` (year), ``goal`` (engineer type), ``verdict`` (``short``, ``fine``, ``unassessed``).
    Filtering by the verdict and sorting by a measured column look at everybody who passes the other filters; with more than
    ``MOST_COMPARED`` of them that order is not taken (:func:`too_many` says so).
    """
    everybody = students_below(paths, version_id=version_id)
    found = filtered(students_below(paths, version_id=version_id, narrowed=bool(query.words)), query)
    total, unfiltered = found.count(), everybody.count()
    verdict = query.filters.get("verdict", "")
    end = None if query.limit is None else query.offset + query.limit
    if (verdict or query.sort in _MEASURED) and total <= MOST_COMPARED:
        compared = _compared(ordered(found, query), on_day)
        kept = [one for one in compared.distances if not verdict or one[1].verdict == verdict]
        if query.sort in _MEASURED:
            kept.sort(key=lambda one: getattr(one[1], query.sort), reverse=query.descending)
        part = kept[query.offset:end]
        whole = {row.id: row for row in enrolled(Enrolment.objects.filter(pk__in=[pk for pk, _distance in part]))}
        rows = [_row(whole[pk], distance, on_day) for pk, distance in part if pk in whole]
        return StudentSlice(rows, len(kept), unfiltered, compared.freshness)
    rows, freshness = _measured(enrolled(ordered(found, query), slice(query.offset, end)), on_day)
    return StudentSlice(rows, total, unfiltered, freshness)


def too_many(query: Query, *, paths: Sequence[str], version_id: int | None = None) -> bool:
    """Whether the list is too long to be filtered or sorted by what was attained. One query, none when it is not asked for."""
    if not query.filters.get("verdict") and query.sort not in _MEASURED:
        return False
    return filtered(students_below(paths, version_id=version_id, narrowed=bool(query.words)), query).count() > MOST_COMPARED


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


def filtered(found: "QuerySet[Enrolment]", query: Query, *, with_words: bool = True) -> "QuerySet[Enrolment]":
    """Those who pass the words and filters of a table, but for the verdict."""
    wanted = query.filters
    if query.words and with_words:
        found = found.filter(students_named(query.words))
    if programme := wanted.get("programme"):
        found = found.filter(version__programme__code=programme)
    if year := wanted.get("class"):
        found = found.filter(class_year=int(year))
    if goal := wanted.get("goal"):
        found = found.filter(goal_id=goal)
    return found


def ordered(found: "QuerySet[Enrolment]", query: Query) -> "QuerySet[Enrolment]":
    """In the order of a table, by name where it asks for none that is in the database."""
    name = f"student__sort_{(get_language() or 'kk').split('-')[0]}"
    field = _SORTS.get(query.sort, name)
    first = f"-{field}" if query.descending and (field != name or query.sort == "name") else field
    return found.order_by(first, *([] if field == name else [name]), "id")


def _row(who: Enrolled, distance: Distance, on_day: dt.date) -> StudentRow:
    return StudentRow(who, year_of_study(who.entry_year, on_day, who.years), distance)


def _measured(rows: Sequence[Enrolled], on_day: dt.date) -> tuple[list[StudentRow], Freshness]:
    compared = _distances([Aim(row.id, row.student_id, row.framework_id, row.own_type, row.goal.code, row.version_id) for row in rows],
                          {row.version_id: row.overrides for row in rows}, on_day)
    return [_row(row, distance, on_day) for row, (_pk, distance) in zip(rows, compared.distances, strict=True)], compared.freshness


def _compared(found: "QuerySet[Enrolment]", on_day: dt.date) -> Compared:
    """Distances of everybody in a query set, in its order. Of each row only what is measured by is read."""
    columns = ("id", "student_id", "version__framework_id", "version__engineer_type_id", "goal_id", "version_id")
    rows = [Aim(*row) for row in found.values_list(*columns)]
    versions = {row.version_id for row in rows}
    overrides = dict(ProgrammeVersion.objects.filter(pk__in=versions).values_list("pk", "target_overrides"))
    return _distances(rows, overrides, on_day)


def target_levels(row: Enrolled | Aim, goal: str, profile: ProfileRow, items: Sequence[ItemRow], overrides: Overrides) -> FloatArray:
    """Levels a goal requires of a student; the targets of the own version stand in place of those of its own type."""
    if goal != row.own_type or not overrides:
        return profile.level
    return np.array([_level(overrides[item.code]) if item.code in overrides else level
                     for item, level in zip(items, profile.level, strict=True)])


def distances_of(rows: Sequence[Enrolled], *, on_day: dt.date, method: Method = DEFAULT_METHOD) -> dict[int, Distance]:
    """Distance of each student to the own goal, by id of the enrolment. A fixed number of queries for each framework."""
    aims = [Aim(row.id, row.student_id, row.framework_id, row.own_type, row.goal.code, row.version_id) for row in rows]
    return dict(_distances(aims, {row.version_id: row.overrides for row in rows}, on_day, method).distances)


def _distances(rows: Sequence[Aim], overrides: Mapping[int, Overrides], on_day: dt.date, method: Method = DEFAULT_METHOD) -> Compared:
    """In the order of the rows."""
    found: dict[int, Distance] = {}
    moved_on, as_of = 0, None
    for framework_id in sorted({row.framework_id for row in rows}):
        part = [row for row in rows if row.framework_id == framework_id]
        distances, fresh = _in_framework(part, overrides, framework_id, on_day, method)
        found |= distances
        moved_on += fresh.moved_on
        as_of = min((one for one in (as_of, fresh.as_of) if one is not None), default=None)
    return Compared([(row.id, found.get(row.id, _NOTHING)) for row in rows], Freshness(moved_on, as_of))


def _in_framework(rows: Sequence[Aim], overrides: Mapping[int, Overrides], framework_id: int, on_day: dt.date,
                  method: Method) -> tuple[dict[int, Distance], Freshness]:
    items = profiles.item_rows(framework_id)
    types = profiles.type_profiles(items)
    rows = [row for row in rows if row.goal in types]
    if not rows or not items:
        return {}, Freshness()
    people = np.unique([row.student_id for row in rows])
    answer = people_attainment(people.tolist(), items, on_day=on_day, method=method)
    shown, at = answer.attainment, np.searchsorted(people, [row.student_id for row in rows])
    # Requirements differ by version and goal, of which there are few; each is worked out once.
    aims = {(row.version_id, row.goal): row for row in rows}
    place = {key: n for n, key in enumerate(aims)}
    of_row = np.array([place[row.version_id, row.goal] for row in rows])
    required = np.array([target_levels(row, row.goal, types[row.goal], items, overrides.get(row.version_id) or {})
                         for row in aims.values()])
    weight = np.array([types[row.goal].weight for row in aims.values()])
    found = gap(required[of_row], weight[of_row], shown.level[at], shown.low[at], shown.high[at])
    met, within, short, unknown = [(found.verdict == code).sum(axis=1).tolist() for code in range(4)]
    lacks = np.where(found.verdict == VERDICTS.index("short"), found.difference, np.inf)
    worst = lacks.argmin(axis=1)
    largest, behind = lacks[np.arange(len(rows)), worst].tolist(), shown.count.sum(axis=1)[at].tolist()
    return {row.id: Distance(
        required=met[n] + within[n] + short[n] + unknown[n], met=met[n], within=within[n], short=short[n], not_assessed=unknown[n],
        largest=items[int(worst[n])].code if short[n] else "", largest_difference=largest[n] if short[n] else None, items=behind[n])
        for n, row in enumerate(rows)}, Freshness(answer.moved_on, answer.as_of)


def _level(value: float | None) -> float:
    return float("nan") if value is None else float(value)
