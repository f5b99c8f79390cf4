"""Where a class fell short of the plan: the courses in which it showed less than they plan to bring it to."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sheber.apps.programmes.models import Assessment
from sheber.kit.localised import LocalisedText
from sheber.spine.evidence import queries as evidence

from .assessments import SOURCE_KIND
from .gap import SMALLEST_GROUP, class_people, measured, programme_gap

SHOWN = 5


@dataclass(frozen=True, slots=True)
class WeakProof:
    """One course and item. ``shown`` is the mean of what was assessed there, ``items`` how many observations that is."""

    course: str
    course_title: LocalisedText
    item: str
    item_name: LocalisedText
    planned: int
    shown: float
    items: int

    @property
    def difference(self) -> float:
        """Shown minus planned, negative when short."""
        return self.shown - self.planned


def weak_proofs(*, version_id: int, against: str = "", class_year: int | None = None, on_day: dt.date) -> tuple[WeakProof, ...]:
    """The weakest course of each item in which the class is short although the plan is not, largest lack first.

    Means of fewer than SMALLEST_GROUP observations are left out: they say little, and they would tell of a person. Raises
    ``LookupError`` for an unknown ``against``.
    """
    whole = measured(version_id=version_id, against=against)
    report = programme_gap(version_id=version_id, against=against, class_year=class_year, on_day=on_day, whole=whole)
    short = {row.code for row in report.rows if row.verdict == "short" and row.planned_verdict != "short"}
    if not short:
        return ()
    code_of = {item.id: item.code for item in whole.items if item.code in short}
    names = {item.code: item.name for item in whole.items}
    course_of = {str(pk): code for pk, code in Assessment.objects.filter(course__version_id=version_id).values_list("pk", "course__code")}
    people = [person for person, _name in class_people(version_id, report.class_year)]
    totals: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (source, competence), (mean, count) in evidence.means_from(SOURCE_KIND, course_of, person_ids=people, until=on_day,
                                                                           competence_ids=list(code_of)).items():
        total = totals[course_of[source], code_of[competence]]
        total[0] += mean * count
        total[1] += count
    found: dict[str, WeakProof] = {}
    for course in whole.plan.courses:
        for cell in course.cells:
            levels, items = totals.get((course.code, cell.item), (0.0, 0.0))
            if cell.mode == "I" or items < SMALLEST_GROUP:
                continue
            proof = WeakProof(course=course.code, course_title=LocalisedText.of(course.title), item=cell.item, item_name=names[cell.item],
                              planned=cell.level, shown=levels / items, items=int(items))
            if proof.difference < 0 and (cell.item not in found or proof.difference < found[cell.item].difference):
                found[cell.item] = proof
    return tuple(sorted(found.values(), key=lambda one: (one.difference, one.item))[:SHOWN])
