"""Load of the terms and of the whole plan, courses without a place, and practice in every year."""

from collections.abc import Iterator

from sheber.apps.programmes.rules.checks.index import PlanIndex
from sheber.apps.programmes.rules.findings import Finding, Repair, figure
from sheber.engines.curriculum.plan import Course

PRACTICE = "industrial_practice"
#: Rounding of credits: a hundredth is not a difference.
TOLERANCE = 0.005


def findings(index: PlanIndex) -> Iterator[Finding]:
    yield from _placed(index)
    yield from _loads(index)
    yield from _total(index)
    yield from _practice(index)


def _placed(index: PlanIndex) -> Iterator[Finding]:
    known = set(index.term_numbers)
    for course in index.plan.courses:
        if course.term is None and known:
            yield Finding("course_not_placed", (course.code,), {"course": course.code}, course=course.code, repair=_roomiest(index, course))
        elif course.term is not None and course.term not in known:
            yield Finding("unknown_term", (course.code, f"term {course.term}"),
                          {"course": course.code, "term": course.term, "last": max(known, default=0)}, course=course.code, term=course.term,
                          repair=_roomiest(index, course))


def _roomiest(index: PlanIndex, course: Course) -> Repair | None:
    """The least loaded term that the requisites of the course allow."""
    allowed = [number for number in index.term_numbers if index.may_move(course.code, number)]
    if not allowed:
        return None
    return Repair("place_in_term", {"course": course.code, "term": min(allowed, key=index.load)})


def _loads(index: PlanIndex) -> Iterator[Finding]:
    if index.plan.term_load is None:
        return
    least, wanted, most = index.plan.term_load
    for number in index.term_numbers:
        load = index.load(number)
        if least - TOLERANCE <= load <= most + TOLERANCE:
            continue
        yield Finding("term_load", ("term", str(number), figure(load)),
                      {"term": number, "credits": load, "least": least, "most": most}, term=number,
                      repair=_lighten(index, number, load - wanted) if load > most else _fill(index, number, wanted - load))


def _lighten(index: PlanIndex, number: int, excess: float) -> Repair:
    """Move the excess to the nearest term with the most room, naming a course that may go there."""
    assert index.plan.term_load is not None
    wanted = index.plan.term_load[1]
    room = {other: wanted - index.load(other) for other in index.term_numbers if wanted - index.load(other) > TOLERANCE}
    if not room:
        return Repair("no_room", {"credits": excess})
    target = max(room, key=lambda other: (min(room[other], excess), -abs(other - number)))
    amount = min(excess, room[target])
    movable = [course.code for course in index.plan.courses
               if course.term == number and course.credits <= amount + TOLERANCE and index.may_move(course.code, target)]
    fitting = [code for code in movable if abs(index.courses[code].credits - amount) <= TOLERANCE] or movable
    if not fitting:
        return Repair("move_credits", {"credits": amount, "term": target})
    example = max(fitting, key=lambda code: index.courses[code].credits)
    return Repair("move_credits_for_example", {"credits": amount, "term": target, "course": example})


def _fill(index: PlanIndex, number: int, shortage: float) -> Repair:
    assert index.plan.term_load is not None
    wanted = index.plan.term_load[1]
    spare = {other: index.load(other) - wanted for other in index.term_numbers if index.load(other) - wanted > TOLERANCE}
    if not spare:
        return Repair("add_credits", {"credits": shortage, "term": number})
    giver = max(spare, key=lambda other: (min(spare[other], shortage), -abs(other - number)))
    return Repair("take_credits", {"credits": min(shortage, spare[giver]), "term": giver})


def _total(index: PlanIndex) -> Iterator[Finding]:
    stated = index.plan.credits
    total = sum(course.credits for course in index.plan.courses)
    if stated is not None and abs(total - stated) > TOLERANCE:
        yield Finding("credit_total", (f"{figure(total)}≠{figure(stated)}",), {"credits": total, "stated": stated},
                      repair=Repair("add_to_plan" if total < stated else "take_from_plan", {"credits": abs(total - stated)}))


def _practice(index: PlanIndex) -> Iterator[Finding]:
    """Every year has a course with practice at an enterprise.

    Asked of plans that state an engineer type or mark features at all; a bare list of courses says nothing of practice.
    """
    plan = index.plan
    if not plan.terms or not (plan.engineer_type or any(course.features for course in plan.courses)):
        return
    practices: dict[int, list[Course]] = {}
    for course in plan.courses:
        year = None if course.term is None else index.year_of(course.term)
        if PRACTICE in course.features and year is not None:
            practices.setdefault(year, []).append(course)
    for year in sorted({term.year for term in plan.terms}):
        if year not in practices:
            yield Finding("no_practice_in_year", ("year", str(year)), {"year": year},
                          term=max(term.number for term in plan.terms if term.year == year), repair=_bring_back(index, practices, year))


def _bring_back(index: PlanIndex, practices: dict[int, list[Course]], year: int) -> Repair:
    """A year with two practices can give one to a year without."""
    last = max(term.number for term in index.plan.terms if term.year == year)
    rich = sorted((abs(other - year), other) for other, courses in practices.items() if len(courses) > 1)
    for _distance, other in rich:
        courses = sorted(practices[other], key=lambda course: course.term or 0, reverse=other < year)
        for course in courses:
            if index.may_move(course.code, last):
                return Repair("move_practice", {"course": course.code, "term": last})
    return Repair("add_practice", {"term": last})
