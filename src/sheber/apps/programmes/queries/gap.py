"""The gap of a programme: what industry needs, what the matrix plans, what the students have proved. By item, with sources."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sheber.apps.programmes.models import Enrolment, ProgrammeVersion
from sheber.apps.programmes.rules.demand import Demand, demand_of_occupation, demand_of_type
from sheber.engines.competence import (
    DEFAULT_METHOD,
    METHODS,
    VERDICTS,
    CohortAttainment,
    MatrixColumns,
    Method,
    PlannedAttainment,
    cohort_attainment,
    gap,
    matrix_columns,
    planned_attainment,
)
from sheber.engines.curriculum.plan import Plan
from sheber.kit.localised import LocalisedText
from sheber.spine.competences import profiles
from sheber.spine.competences.profiles import EngineerTypeRow, ItemRow
from sheber.spine.evidence import queries as evidence

from .versions import version_plan

FloatArray = NDArray[np.float64]
KEPT_FROM = 200
SMALLEST_GROUP = 5
"""Readers who may not know who the people are see no figure of fewer people than this."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """Students who leave in one year."""

    year: int
    students: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Against:
    """What the programme is compared with, and where that comes from."""

    code: str
    title: LocalisedText
    engineer_type: EngineerTypeRow
    is_occupation: bool
    version: str
    status_of_fact: str
    sources: tuple[str, ...]
    attribution: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """One item. Levels 0-5, ``None`` where there is none; differences are attained (or planned) minus required."""

    code: str
    name: LocalisedText
    title: LocalisedText
    stage: str
    section: str
    section_title: LocalisedText
    weight: float
    required: float | None
    required_low: float | None
    required_high: float | None
    type_level: float | None
    deviation: float
    is_noise: bool
    is_weak: bool
    is_kept: bool
    planned: float | None
    planned_course: str
    planned_verdict: str
    planned_difference: float | None
    attained: float | None
    low: float | None
    high: float | None
    assessed: int
    not_assessed: int
    below_share: float | None
    verdict: str
    difference: float | None
    difference_is_noise: bool

    @property
    def worst(self) -> float:
        """For sorting: the difference that counts, largest lack first; nothing known comes last."""
        known = [value for value in (self.difference, self.planned_difference) if value is not None]
        return min(known) if known else 99.0


@dataclass(frozen=True, slots=True)
class GapSummary:
    """Over the required items: how many are short, met or within the interval, not assessed; the largest lack."""

    required: int
    short: int
    fine: int
    not_assessed: int
    planned_short: int
    largest: str
    shortfall: float | None
    planned_shortfall: float | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """``moved_on`` people are told by figures of before; the oldest were computed ``as_of`` then. 0: everything is exact."""

    moved_on: int = 0
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class GapReport:
    """The whole page. ``evidence_items`` counts the items behind the attained levels."""

    against: Against
    rows: tuple[GapRow, ...]
    summary: GapSummary
    classes: tuple[ClassRow, ...]
    class_year: int | None
    students: int
    evidence_items: int
    measured_on: dt.date
    method: Method
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Measured:
    """What the changes are computed from: plan, columns of its matrix, and the demand."""

    plan: Plan
    items: tuple[ItemRow, ...]
    matrix: MatrixColumns
    demand: Demand
    against: Against


def classes_of(version_id: int) -> tuple[ClassRow, ...]:
    """Classes of a version, newest first. One query."""
    found: dict[int, list[int]] = {}
    for year, is_active in Enrolment.objects.filter(version_id=version_id).values_list("class_year", "is_active"):
        counts = found.setdefault(year, [0, 0])
        counts[0] += 1
        counts[1] += is_active
    return tuple(ClassRow(year, counts[0], counts[1] > 0) for year, counts in sorted(found.items(), reverse=True))


def class_people(version_id: int, class_year: int | None) -> list[tuple[int, LocalisedText]]:
    """Id and name of each student of a class, in the order of their enrolment. One query."""
    if class_year is None:
        return []
    enrolled = Enrolment.objects.filter(version_id=version_id, class_year=class_year).order_by("id")
    return [(person, LocalisedText.of(name)) for person, name in enrolled.values_list("student_id", "student__name")]


def default_class(classes: Sequence[ClassRow]) -> int | None:
    """The class that has just left, since it has shown all it was to show; else the one nearest to leaving."""
    left = [row.year for row in classes if not row.is_active]
    return max(left) if left else min((row.year for row in classes), default=None)


def demand_against(against: str, *, items: Sequence[ItemRow], own_type: str) -> tuple[Demand, Against]:
    """Demand of an engineer type (its code), an occupation (its SOC code) or, when empty, the programme's own type.

    Raises ``LookupError`` when there is no such profile.
    """
    codes = [item.code for item in items]
    types = {row.code for row in profiles.engineer_types()}
    wanted = against or own_type
    if wanted in types:
        profile = profiles.type_profile(wanted, items)
        if profile is None:
            raise LookupError(wanted)
        return demand_of_type(profile.level, profile.weight), Against(
            wanted, profile.title, profile.engineer_type, False, profile.version, profile.status_of_fact, profile.sources,
            profile.attribution)
    kind = next((row.engineer_type for row in profiles.occupations() if row.soc == wanted), None)
    own = profiles.type_profile(kind, items) if kind else None
    if kind is None or own is None:
        raise LookupError(wanted)
    rows = profiles.occupation_profiles(items, engineer_type=kind)
    position = next((n for n, row in enumerate(rows) if row.soc == wanted), None)
    if position is None:                    # the occupation is known, but no profile of it is in force
        raise LookupError(wanted)
    chosen = rows[position]
    demand = demand_of_occupation(codes=codes, type_level=own.level, type_weight=own.weight, position=position,
                                  levels=np.array([r.level for r in rows]), lows=np.array([r.low for r in rows]),
                                  highs=np.array([r.high for r in rows]), element_counts=np.array([r.element_count for r in rows]))
    return demand, Against(wanted, chosen.title, chosen.engineer_type, True, chosen.version, chosen.status_of_fact, chosen.sources,
                           chosen.attribution)


def measured(*, version_id: int, against: str = "") -> Measured:
    """Plan, matrix and demand of a version. Raises DoesNotExist, or ``LookupError`` for an unknown ``against``.

    Targets of the version's own stand in the place of its type's, ``None`` for an item not required; against another type or an
    occupation they do not count.
    """
    framework_id, own_type, overrides = ProgrammeVersion.objects.values_list("framework_id", "engineer_type_id", "target_overrides").get(
        pk=version_id)
    plan = version_plan(version_id)
    items = profiles.item_rows(framework_id)
    demand, named = demand_against(against, items=items, own_type=own_type)
    if overrides and named.code == own_type:
        own = [overrides.get(item.code, level) for item, level in zip(items, demand.level, strict=True)]
        demand = demand_of_type(np.array([np.nan if level is None else float(level) for level in own]), demand.weight)
    return Measured(plan, items, matrix_columns(plan, [item.code for item in items]), demand, named)


def planned_of(matrix: MatrixColumns) -> PlannedAttainment:
    """Planned levels of one programme."""
    return planned_attainment(matrix.course, matrix.item, matrix.mode, matrix.level, course_term=matrix.course_term,
                              n_items=matrix.n_items, linked=matrix.linked, entry_level=matrix.entry_level)


def people_attainment(person_ids: Sequence[int], items: Sequence[ItemRow], *, on_day: dt.date, method: Method) -> evidence.Shown:
    """Attainment of people, rows in the order of ``person_ids``, columns in the order of ``items``. One query.

    Of ``KEPT_FROM`` people and more, figures that were computed before are taken where they hold (three or four queries): the answer says
    when some are of an earlier state.
    """
    ids = [item.id for item in items]
    if len(person_ids) < KEPT_FROM:
        return evidence.Shown(evidence.computed(person_ids, ids, on_day=on_day, method=method))
    return evidence.shown_by(person_ids, ids, on_day=on_day, method=method)


def programme_gap(*, version_id: int, against: str = "", class_year: int | None = None, on_day: dt.date, method: str = "",
                  named: bool = True, whole: Measured | None = None) -> GapReport:
    """Required, planned and attained by item, for one class of a programme version.

    ``whole`` is what ``measured`` gave for the same version and ``against``, where the caller needs it too.
    ``method`` is a key of METHODS. Without ``named`` (a reader who may not know who the people are) a figure of fewer than
    SMALLEST_GROUP people is left out and its row says so: it would tell of a person.
    Raises DoesNotExist, or ``LookupError`` for an unknown ``against`` or method.
    """
    chosen = METHODS[method] if method else DEFAULT_METHOD
    whole = whole or measured(version_id=version_id, against=against)
    classes = classes_of(version_id)
    year = class_year if class_year in {row.year for row in classes} else default_class(classes)
    people = [person for person, _name in class_people(version_id, year)]
    found = people_attainment(people, whole.items, on_day=on_day, method=chosen)
    shown, freshness = found.attainment, Freshness(found.moved_on, found.as_of)
    cohort = cohort_attainment(shown, np.zeros(len(people), dtype=np.int64), n_cohorts=1, required=whole.demand.level)
    hidden = np.zeros(len(whole.items), dtype=np.bool_) if named else too_few(cohort.assessed[0])
    cohort = _without(cohort, hidden)
    planned = planned_of(whole.matrix)
    type_level = whole.demand.level
    if whole.against.is_occupation:
        own = profiles.type_profile(whole.against.engineer_type.code, whole.items)
        type_level = own.level if own else type_level
    rows, summary = _rows(whole, cohort, planned, type_level, hidden)
    return GapReport(whole.against, rows, summary, classes, year, len(people), int(shown.count.sum()), on_day, chosen,
                     freshness)


def too_few(people: "NDArray[np.int64]") -> NDArray[np.bool_]:
    """Where a figure would rest on somebody, but on fewer than SMALLEST_GROUP."""
    return np.asarray((people > 0) & (people < SMALLEST_GROUP))


def _without(cohort: CohortAttainment, hidden: NDArray[np.bool_]) -> CohortAttainment:
    def kept(figure: FloatArray) -> FloatArray:
        return np.where(hidden, np.nan, figure)

    return replace(cohort, level=kept(cohort.level), low=kept(cohort.low), high=kept(cohort.high), below_share=kept(cohort.below_share))


def _rows(whole: Measured, cohort: CohortAttainment, planned: PlannedAttainment,
          type_level: FloatArray, hidden: NDArray[np.bool_]) -> tuple[tuple[GapRow, ...], GapSummary]:
    demand = whole.demand
    proved = gap(demand.level, demand.weight, cohort.level[0], cohort.low[0], cohort.high[0], required_low=demand.low,
                 required_high=demand.high, noise_below=demand.noise_below)
    promised = gap(demand.level, demand.weight, planned.level_or_zero[0], required_low=demand.low, required_high=demand.high,
                   noise_below=demand.noise_below)
    rows = tuple(GapRow(
        code=item.code, name=item.name, title=item.title, stage=item.stage, section=item.section, section_title=item.section_title,
        weight=float(demand.weight[k]), required=_maybe(demand.level[k]), required_low=_maybe(demand.low[k]),
        required_high=_maybe(demand.high[k]), type_level=_maybe(type_level[k]), deviation=float(demand.deviation[k]),
        is_noise=bool(demand.noise[k]), is_weak=bool(demand.weak[k]), is_kept=bool(demand.kept[k]),
        planned=_maybe(planned.level[0, k]), planned_course=_course(whole, planned, k), planned_verdict=VERDICTS[promised.verdict[k]],
        planned_difference=_maybe(promised.difference[k]), attained=_maybe(cohort.level[0, k]), low=_maybe(cohort.low[0, k]),
        high=_maybe(cohort.high[0, k]), assessed=int(cohort.assessed[0, k]), not_assessed=int(cohort.not_assessed[0, k]),
        below_share=_maybe(cohort.below_share[0, k]), verdict="hidden" if hidden[k] else VERDICTS[proved.verdict[k]],
        difference=_maybe(proved.difference[k]), difference_is_noise=bool(proved.noise[k])) for k, item in enumerate(whole.items))
    verdicts = [row.verdict for row in rows if row.required is not None]
    largest = int(proved.largest)
    return rows, GapSummary(
        required=len(verdicts), short=int(proved.short), fine=verdicts.count("met") + verdicts.count("within"),
        not_assessed=verdicts.count("not_assessed"), planned_short=int(promised.short),
        largest=whole.items[largest].code if largest >= 0 else "",
        shortfall=_maybe(float(proved.shortfall)), planned_shortfall=_maybe(float(promised.shortfall)))


def _course(whole: Measured, planned: PlannedAttainment, k: int) -> str:
    cell = int(planned.cell[0, k])
    return whole.plan.courses[int(whole.matrix.course[cell])].code if cell >= 0 else ""


def _maybe(value: "np.floating[np.typing.NBitBase] | float") -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
