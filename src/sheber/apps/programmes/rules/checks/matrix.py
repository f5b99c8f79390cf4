"""Order of teaching in the competence matrix: Introduce, Teach, Utilise."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from sheber.apps.programmes.rules.checks.index import PlanIndex, covers, in_order
from sheber.apps.programmes.rules.findings import Finding, Repair
from sheber.engines.curriculum.plan import Cell, Course


def findings(index: PlanIndex) -> Iterator[Finding]:
    teaching = Teaching(index)
    yield from _never_taught(index, teaching)
    for course in index.plan.courses:
        for cell in course.cells:
            if cell.mode == "U" and not teaching.before(course, cell.item):
                yield _used_too_early(index, teaching, course, cell)


class Teaching:
    """Who teaches what, and who is sure to have been taught."""

    def __init__(self, index: PlanIndex) -> None:
        self.index = index

    @cached_property
    def taught(self) -> Mapping[str, list[Course]]:
        """Item to the courses that teach it."""
        taught: dict[str, list[Course]] = {}
        for course in self.index.plan.courses:
            for cell in course.cells:
                if cell.mode == "T":
                    taught.setdefault(cell.item, []).append(course)
        return taught

    def teachers(self, item: str) -> list[Course]:
        """Courses that teach the item, its whole or a part of it; the earliest first, those without a term last."""
        found = {course.code: course for taught, courses in self.taught.items() if covers(taught, item) for course in courses}
        return sorted(found.values(), key=lambda course: (course.term is None, course.term or 0))

    def before(self, course: Course, item: str) -> bool:
        """Whether a student who takes the course has been taught the item.

        It is so by a level assumed at entry, by the course itself, by a course of an earlier term, by a corequisite, or by a
        prerequisite however far back. Of any-of and choose-x-of-y, every choice must bring it. Where terms are not known the
        student gets the benefit of the doubt.
        """
        if any(level > 0 and covers(known, item) for known, level in self.index.plan.entry_levels.items()):
            return True
        teachers = self.teachers(item)
        if any(teacher.code == course.code for teacher in teachers):
            return True
        if any(course.term is None or teacher.term is None or teacher.term < course.term for teacher in teachers):
            return True
        return course.code in self._brought({teacher.code for teacher in teachers})

    def _brought(self, teachers: set[str]) -> set[str]:
        """Courses whose requisites make sure of the item, found from the teachers onward along those who need them."""
        if not teachers:
            return set()
        sure = set(teachers)
        brought: set[str] = set()
        waiting = list(teachers)
        while waiting:
            for code in self.index.needed_by.get(waiting.pop(), ()):
                if code in brought or not self._makes_sure(code, sure):
                    continue
                brought.add(code)
                sure.add(code)
                waiting.append(code)
        return brought

    def _makes_sure(self, code: str, sure: set[str]) -> bool:
        """Fewer options without the item than options needed. A corequisite counts, but not what lies behind it later on."""
        for requisite in self.index.courses[code].requisites:
            options = set(requisite.options)
            if len(options - sure) < requisite.need:
                return True
        return False


def _never_taught(index: PlanIndex, teaching: Teaching) -> Iterator[Finding]:
    introduced: dict[str, list[tuple[Course, Cell]]] = {}
    for course in index.plan.courses:
        for cell in course.cells:
            if cell.mode == "I":
                introduced.setdefault(cell.item, []).append((course, cell))
    for item in in_order(introduced):
        if teaching.teachers(item):
            continue
        course, cell = max(introduced[item], key=lambda found: (found[1].level, found[0].term or 0))
        target = index.targets.get(item)
        level = max(cell.level, 2) if target is None else max(-int(-target // 1), 1)
        repair = Repair("change_cell", {"course": course.code, "item": item, "from": f"I{cell.level}", "to": f"T{min(level, 5)}"})
        names = ", ".join(each.code for each, _cell in introduced[item])
        yield Finding("introduced_never_taught", (item,), {"item": item, "courses": names}, course=course.code, item=item,
                      term=course.term, repair=repair)


def _used_too_early(index: PlanIndex, teaching: Teaching, course: Course, cell: Cell) -> Finding:
    teachers = [teacher for teacher in teaching.teachers(cell.item) if teacher.term is not None]
    values: dict[str, object] = {"course": course.code, "item": cell.item, "term": course.term or 0}
    if not teachers:
        repair = Repair("teach_before", {**values})
        reason: dict[str, object] = {**values, "teacher": "", "teacher_term": 0}
    else:
        first = teachers[0]
        reason = {**values, "teacher": first.code, "teacher_term": first.term}
        repair = _order_repair(index, course, first, cell)
    return Finding("used_before_taught", (course.code, cell.item), reason, course=course.code, item=cell.item, term=course.term,
                   repair=repair)


def _order_repair(index: PlanIndex, course: Course, teacher: Course, cell: Cell) -> Repair:
    assert course.term is not None
    assert teacher.term is not None
    values: dict[str, object] = {"course": course.code, "teacher": teacher.code, "item": cell.item, "mode": f"{cell.mode}{cell.level}"}
    if teacher.term == course.term:
        return Repair("add_corequisite", values)
    earlier = [number for number in index.term_numbers if number < course.term and index.may_move(teacher.code, number)]
    if earlier:
        return Repair("move_teacher", {**values, "term": earlier[-1]})
    return Repair("teach_earlier_or_drop", {**values, "term": course.term})
