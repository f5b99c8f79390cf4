"""Prerequisites and corequisites: do they exist, stand in order, and can they be met at all."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise

from sheber.apps.programmes.rules.checks.circles import circles
from sheber.apps.programmes.rules.checks.index import PlanIndex, requisite_holds, stands
from sheber.apps.programmes.rules.findings import Finding, Repair
from sheber.engines.curriculum.plan import Course, Requisite


def findings(index: PlanIndex) -> Iterator[Finding]:
    for course in index.plan.courses:
        for requisite in course.requisites:
            yield from _unknown(index, course, requisite)
            yield from _impossible(course, requisite)
            yield from _order(index, course, requisite)
        yield from _pairs(course)
    yield from _circles(index)


def _unknown(index: PlanIndex, course: Course, requisite: Requisite) -> Iterator[Finding]:
    code = "unknown_prerequisite" if requisite.kind == "prerequisite" else "unknown_corequisite"
    for option in dict.fromkeys(requisite.options):
        if option not in index.courses:
            near = get_close_matches(option, [known for known in index.courses if known != course.code], n=1, cutoff=0.75)
            repair = Repair("replace_requisite", {"course": course.code, "other": option, "near": near[0]}) if near else Repair(
                "drop_or_add", {"course": course.code, "other": option})
            yield Finding(code, (course.code, option), {"course": course.code, "other": option}, course=course.code, term=course.term,
                          repair=repair)


def _impossible(course: Course, requisite: Requisite) -> Iterator[Finding]:
    options = len(set(requisite.options))
    if requisite.need > options:
        yield Finding("choose_impossible", (course.code, f"{requisite.need}>{options}"),
                      {"course": course.code, "need": requisite.need, "options": options, "names": ", ".join(requisite.options)},
                      course=course.code, term=course.term, repair=Repair("lower_need", {"course": course.code, "need": options}))


def _order(index: PlanIndex, course: Course, requisite: Requisite) -> Iterator[Finding]:
    """One finding for a requisite too few of whose options stand early enough; it names those that do not.

    Unknown options are told of apart, and a course that needs itself is a circle.
    """
    if course.term is None or requisite.need > len(set(requisite.options)):
        return
    if requisite_holds(requisite, index.courses, course.term, index.term_of):
        return
    late = [option for option in dict.fromkeys(requisite.options)
            if option != course.code and (term := index.term_of(option)) is not None and not stands(requisite.kind, term, course.term)]
    if not late:
        return
    first = min(late, key=lambda option: index.term_of(option) or 0)
    other_term = index.term_of(first)
    assert other_term is not None
    if requisite.kind == "prerequisite":
        code = "prerequisite_not_earlier"
    elif other_term > course.term:
        code = "corequisite_too_late"
    else:
        code = "strict_corequisite_apart"
    yield Finding(code, (course.code, *late),
                  {"course": course.code, "other": ", ".join(late), "term": course.term, "other_term": other_term, "need": requisite.need,
                   "options": len(requisite.options)},
                  course=course.code, term=course.term, repair=_reorder(index, course, first, code))


def _reorder(index: PlanIndex, course: Course, other: str, code: str) -> Repair:
    """The nearest lawful place for either course, else another kind of requisite."""
    here, there = course.term, index.term_of(other)
    assert here is not None
    assert there is not None
    values: dict[str, object] = {"course": course.code, "other": other}
    latest = here - 1 if code == "prerequisite_not_earlier" else here
    earlier = [number for number in index.term_numbers if number <= latest and index.may_move(other, number)]
    later = [number for number in index.term_numbers
             if number >= there + (code == "prerequisite_not_earlier") and index.may_move(course.code, number)]
    if code == "prerequisite_not_earlier" and there == here:
        if later:
            return Repair("corequisite_or_move", {**values, "term": later[0]})
        return Repair("make_corequisite", values)
    if code == "prerequisite_not_earlier" and not _needs(index, other, course.code):
        return Repair("reverse_or_drop", values) if not earlier else Repair("move_other_or_drop", {**values, "term": earlier[-1]})
    if earlier:
        return Repair("move_other_or_drop", {**values, "term": earlier[-1]})
    if later:
        return Repair("move_course_or_drop", {**values, "term": later[0]})
    return Repair("drop_requisite", values)


def _needs(index: PlanIndex, code: str, wanted: str) -> bool:
    """Whether a course needs another, directly or through others."""
    seen, waiting = {code}, [code]
    while waiting:
        course = index.courses.get(waiting.pop())
        for requisite in course.requisites if course else ():
            for option in requisite.options:
                if option == wanted:
                    return True
                if option not in seen:
                    seen.add(option)
                    waiting.append(option)
    return False


def _pairs(course: Course) -> Iterator[Finding]:
    """The same course asked for twice: before and strictly beside is a contradiction, anything else is idle."""
    kinds: dict[str, list[str]] = {}
    for requisite in course.requisites:
        if requisite.need >= len(set(requisite.options)):
            for option in dict.fromkeys(requisite.options):
                kinds.setdefault(option, []).append(requisite.kind)
    for other, found in kinds.items():
        if len(found) < 2 or other == course.code:
            continue
        values = {"course": course.code, "other": other}
        if {"prerequisite", "strict_corequisite"} <= set(found):
            yield Finding("requisite_contradiction", (course.code, other), values, course=course.code, term=course.term,
                          repair=Repair("keep_one_kind", values))
        else:
            yield Finding("requisite_redundant", (course.code, other), values, course=course.code, term=course.term,
                          repair=Repair("keep_strongest", values))


def _circles(index: PlanIndex) -> Iterator[Finding]:
    for circle in circles(index.plan):
        closed = (*circle, circle[0])
        yield Finding("prerequisite_cycle", closed, {"circle": " → ".join(closed)}, course=circle[0], term=index.term_of(circle[0]),
                      repair=_break(index, closed))


def _break(index: PlanIndex, closed: tuple[str, ...]) -> Repair:
    """Cut the link that the terms contradict most: its prerequisite stands furthest behind."""
    links = list(pairwise(closed))

    def lateness(link: tuple[str, str]) -> int:
        here, there = index.term_of(link[0]), index.term_of(link[1])
        return 0 if here is None or there is None else there - here

    course, other = max(links, key=lateness)
    return Repair("cut_circle", {"course": course, "other": other})
