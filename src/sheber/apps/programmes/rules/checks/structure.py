"""Courses that the rest of the plan could do without."""

from collections.abc import Iterator

from sheber.apps.programmes.rules.checks.index import PlanIndex
from sheber.apps.programmes.rules.findings import Finding, Repair, figure

#: The state standard asks for these courses whatever the matrix says.
REQUIRED_CYCLES = frozenset({"general"})
#: Practice and the thesis are ends in themselves.
FINAL_DELIVERIES = frozenset({"practice", "thesis"})


def findings(index: PlanIndex) -> Iterator[Finding]:
    """A course is needed by nobody when all of these hold: no other course names it in a requisite; it has no cell in
    the matrix; it has no outcome; its cycle is not required by the state; it is neither practice nor thesis and carries no feature
    (such as a capstone). Asked of plans that have a matrix: without one, most courses would look useless.
    """
    if not any(course.cells for course in index.plan.courses):
        return
    for course in index.plan.courses:
        if (course.cells or course.features or course.outcomes or index.needed_by.get(course.code)
                or course.cycle in REQUIRED_CYCLES or course.delivery in FINAL_DELIVERIES):
            continue
        values = {"course": course.code, "credits": figure(course.credits)}
        yield Finding("course_needed_by_nobody", (course.code,), values, course=course.code, term=course.term,
                      repair=Repair("map_or_drop", values))
