"""Hours of a course against its credits."""

from collections.abc import Iterator

from sheber.apps.programmes.rules.checks.index import PlanIndex
from sheber.apps.programmes.rules.findings import Finding, Repair, figure
from sheber.engines.curriculum.plan import Course

#: Half an hour: credits may be halves, hours are whole.
TOLERANCE_HOURS = 0.5


def findings(index: PlanIndex) -> Iterator[Finding]:
    """Contact, laboratory and self-study hours together are hours per credit × credits.

    A course that does not state both contact and self-study hours is not judged; unstated laboratory hours are none.
    """
    per_credit = index.plan.hours_per_credit
    if not per_credit:
        return
    for course in index.plan.courses:
        if course.contact_hours is None or course.self_study_hours is None:
            continue
        stated = course.contact_hours + (course.lab_hours or 0) + course.self_study_hours
        expected = course.credits * per_credit
        if abs(stated - expected) > TOLERANCE_HOURS:
            yield Finding("hours_mismatch", (course.code,),
                          {"course": course.code, "hours": stated, "credits": figure(course.credits), "expected": figure(expected)},
                          course=course.code, term=course.term, repair=_repair(course, stated, expected))


def _repair(course: Course, stated: int, expected: float) -> Repair:
    self_study = round((course.self_study_hours or 0) + expected - stated)
    if self_study >= 0:
        return Repair("set_self_study", {"course": course.code, "hours": self_study})
    return Repair("cut_contact", {"course": course.code, "hours": -self_study})
