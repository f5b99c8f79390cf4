"""One student: attained against required, the evidence behind it, and the shortest way to close the gap."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sheber.apps.programmes.models import Enrolment
from sheber.apps.programmes.rules.shortest_way import Way, shortest_way
from sheber.apps.programmes.rules.study import terms_ahead, year_of_study
from sheber.engines.competence import DEFAULT_METHOD, VERDICTS, Attainment, Gap, Method, PlannedAttainment, gap, matrix_columns
from sheber.engines.curriculum.plan import Plan
from sheber.kit.localised import LocalisedText
from sheber.spine.competences import profiles
from sheber.spine.competences.profiles import EngineerTypeRow, ItemRow, ProfileRow
from sheber.spine.evidence import queries as evidence

from .gap import FloatArray, people_attainment, planned_of
from .ledgers import Seen, seen_items
from .students import Enrolled, enrolled, target_levels
from .versions import version_plan

LEDGER_MOST: Final = 5_000
"""Items of one person that are read; a lifetime of study leaves a few hundred."""


@dataclass(frozen=True, slots=True)
class StudentItem:
    """One item: levels 0-5, ``None`` where there is none; ``behind`` is the evidence, newest first, superseded items too."""

    code: str
    name: LocalisedText
    stage: str
    section: str
    section_title: LocalisedText
    weight: float
    required: float | None
    planned: float | None
    planned_course: str
    attained: float | None
    low: float | None
    high: float | None
    verdict: str
    difference: float | None
    behind: tuple[Seen, ...]

    @property
    def counted(self) -> int:
        """Items that count."""
        return sum(not one.is_superseded for one in self.behind)


@dataclass(frozen=True, slots=True)
class TypeDistance:
    """How far the person is from one engineer type."""

    kind: EngineerTypeRow
    required: int
    short: int
    fine: int
    not_assessed: int
    is_goal: bool


@dataclass(frozen=True, slots=True)
class StudentReport:
    """The page of a student in one programme, against one engineer type."""

    who: Enrolled
    year: int
    goal: ProfileRow
    items: tuple[StudentItem, ...]
    types: tuple[TypeDistance, ...]
    way: Way
    ledger: tuple[Seen, ...]
    credits_behind: float
    measured_on: dt.date
    method: Method

    @property
    def short(self) -> tuple[StudentItem, ...]:
        return tuple(item for item in self.items if item.verdict == "short")

    @property
    def fine(self) -> int:
        return sum(item.verdict in {"met", "within"} for item in self.items)

    @property
    def not_assessed(self) -> tuple[StudentItem, ...]:
        return tuple(item for item in self.items if item.verdict == "not_assessed")

    @property
    def required(self) -> int:
        """How many items the goal requires."""
        return sum(item.required is not None for item in self.items)

    @property
    def largest(self) -> str:
        """Code of the item with the largest gap."""
        return min(self.short, key=lambda item: item.difference or 0.0).code if self.short else ""


def enrolments_of(person_id: int) -> list[Enrolled]:
    """Programmes a person studies or studied, the running and newest first. One query."""
    return enrolled(Enrolment.objects.filter(student_id=person_id).order_by("-is_active", "-entry_year", "-id"))


def ledger_of(person_id: int, reader: Any) -> tuple[Seen, ...]:
    """Every item of a person as the reader may see it, newest first. One query and one for each kind of source."""
    page = evidence.ledger_of(person_id, size=LEDGER_MOST)
    return tuple(seen_items(page.rows, page.sources, reader))


def student_report(who: Enrolled, *, goal: str, on_day: dt.date, reader: Any, method: Method = DEFAULT_METHOD) -> StudentReport:
    """Everything the page shows; a fixed number of queries.

    ``goal`` is an engineer type, empty for the one the student aims at. Raises ``LookupError`` when it has no profile in force.
    """
    plan = version_plan(who.version_id)
    items = profiles.item_rows(who.framework_id)
    types = profiles.type_profiles(items)
    profile = types.get(goal or who.goal.code)
    if profile is None:
        raise LookupError(goal or who.goal.code)
    shown = people_attainment([who.student_id], items, on_day=on_day, method=method).attainment
    found = {code: gap(target_levels(who, code, one, items, who.overrides), one.weight, shown.level[0], shown.low[0], shown.high[0])
             for code, one in types.items()}
    seen = ledger_of(who.student_id, reader)
    rows = _items(who, profile, items, shown, found[profile.engineer_type.code], plan, seen)
    ahead = terms_ahead(plan.terms, entry_year=who.entry_year, on_day=on_day) if who.is_active else frozenset()
    short = [row for row in rows if row.verdict == "short"]
    way = shortest_way(
        [course for course in plan.courses if course.term in ahead], short=[row.code for row in short],
        attained={row.code: row.attained or 0.0 for row in short}, required={row.code: row.required or 0.0 for row in short},
        weight={row.code: row.weight for row in short})
    return StudentReport(
        who, year_of_study(who.entry_year, on_day, who.years), profile, rows,
        tuple(_distance(one.engineer_type, found[code], is_goal=one is profile) for code, one in types.items()), way, seen,
        sum(course.credits for course in plan.courses if course.term is not None and course.term not in ahead), on_day, method)


def _items(who: Enrolled, profile: ProfileRow, items: Sequence[ItemRow], shown: Attainment, found: Gap, plan: Plan,
           seen: Sequence[Seen]) -> tuple[StudentItem, ...]:
    matrix = matrix_columns(plan, [item.code for item in items])
    planned: PlannedAttainment = planned_of(matrix)
    required: FloatArray = target_levels(who, profile.engineer_type.code, profile, items, who.overrides)
    behind: dict[int, list[Seen]] = {}
    for one in seen:
        behind.setdefault(one.competence_id, []).append(one)
    rows = []
    for k, item in enumerate(items):
        cell = int(planned.cell[0, k])
        rows.append(StudentItem(
            item.code, item.name, item.stage, item.section, item.section_title, float(profile.weight[k]), _maybe(required[k]),
            _maybe(planned.level[0, k]), plan.courses[int(matrix.course[cell])].code if cell >= 0 else "", _maybe(shown.level[0, k]),
            _maybe(shown.low[0, k]), _maybe(shown.high[0, k]), VERDICTS[int(found.verdict[k])], _maybe(found.difference[k]),
            tuple(behind.get(item.id, ()))))
    return tuple(rows)


def _distance(kind: EngineerTypeRow, found: Gap, *, is_goal: bool) -> TypeDistance:
    verdicts = [VERDICTS[int(code)] for code in found.verdict]
    return TypeDistance(kind, len(verdicts) - verdicts.count("not_required"), verdicts.count("short"),
                        verdicts.count("met") + verdicts.count("within"), verdicts.count("not_assessed"), is_goal)


def _maybe(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
