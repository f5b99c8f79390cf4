"""A plan with the look-ups that every check needs, made once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sheber.apps.programmes.rules.targets import targets_of
from sheber.engines.curriculum.plan import Course, Plan, Requisite


@dataclass(frozen=True)
class PlanIndex:
    """``courses`` by code; ``needed_by`` lists who names a course in a requisite; ``targets`` of the graduate."""

    plan: Plan
    courses: Mapping[str, Course]
    needed_by: Mapping[str, tuple[str, ...]]
    targets: Mapping[str, float]
    term_numbers: tuple[int, ...]

    @classmethod
    def of(cls, plan: Plan) -> "PlanIndex":
        courses = {course.code: course for course in plan.courses}
        needed_by: dict[str, list[str]] = {}
        for course in plan.courses:
            for requisite in course.requisites:
                for option in requisite.options:
                    if option != course.code and course.code not in needed_by.setdefault(option, []):
                        needed_by[option].append(course.code)
        numbers = {term.number for term in plan.terms} or {c.term for c in plan.courses if c.term is not None}
        return cls(plan, courses, {code: tuple(who) for code, who in needed_by.items()}, targets_of(plan), tuple(sorted(numbers)))

    def term_of(self, code: str) -> int | None:
        course = self.courses.get(code)
        return None if course is None else course.term

    def load(self, term: int) -> float:
        """Credits of a term."""
        return sum(course.credits for course in self.plan.courses if course.term == term)

    def year_of(self, number: int) -> int | None:
        return next((term.year for term in self.plan.terms if term.number == number), None)

    def may_move(self, code: str, term: int) -> bool:
        """Whether the course may stand in the term without a requisite of its own or of a later course breaking."""
        moved = {code: term}

        def where(name: str) -> int | None:
            return moved.get(name, self.term_of(name))

        return all(requisite_holds(requisite, self.courses, where(name), where)
                   for name in (code, *self.needed_by.get(code, ()))
                   for requisite in self.courses[name].requisites
                   if name == code or code in requisite.options)


def requisite_holds(requisite: Requisite, known: Mapping[str, Course], term: int | None, where: Callable[[str], int | None]) -> bool:
    """Whether enough options stand early enough. What is unknown or not placed gets the benefit of the doubt."""
    if term is None:
        return True
    enough = 0
    for option in set(requisite.options):
        other = where(option) if option in known else None
        enough += other is None or stands(requisite.kind, other, term)
    return enough >= requisite.need


def stands(kind: str, other: int, term: int) -> bool:
    """Whether an option in term ``other`` serves a course in ``term``."""
    if kind == "prerequisite":
        return other < term
    return other == term if kind == "strict_corequisite" else other <= term


def covers(one: str, other: str) -> bool:
    """Whether two items of a syllabus speak of the same thing: equal, or one is a part of the other (4.2, 4.2.1)."""
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def natural(code: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which 4.10 follows 4.9."""
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() and len(part) < 10 else (1, 0, part) for part in code.split("."))


def in_order(items: Iterable[str]) -> list[str]:
    return sorted(items, key=natural)
