"""The shortest way to close a student's gap: which courses ahead add most of what is short, for each credit. Plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sheber.engines.curriculum.plan import Course

STEPS: Final = 4
_NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Effect:
    """What a course adds to one short item: from the level before to the level planned, never above the required one."""

    item: str
    before: float
    after: float
    required: float

    @property
    def planned(self) -> int | float:
        """The level after, as a whole number where it is one: planned levels are printed without a fraction."""
        return int(self.after) if self.after == int(self.after) else self.after

    @property
    def closes(self) -> bool:
        """Whether the planned level reaches what is required."""
        return self.after >= self.required - _NOTHING


@dataclass(frozen=True, slots=True)
class Step:
    """A course of the way. ``closed`` is the sum of weighted levels it adds, ``per_credit`` the same for each credit."""

    course: Course
    effects: tuple[Effect, ...]
    closed: float
    per_credit: float


@dataclass(frozen=True, slots=True)
class Way:
    """Steps in the order of what they close per credit, and the items that stay short after all courses ahead."""

    steps: tuple[Step, ...]
    left: tuple[str, ...]


def shortest_way(courses: Sequence[Course], *, attained: Mapping[str, float], required: Mapping[str, float], weight: Mapping[str, float],
                 short: Collection[str], most: int = STEPS) -> Way:
    """Choose courses one after another, each time the one that closes most of what is still short, for each credit.

    Only taught and utilised cells count, and no further than what is required. Each item counts with its weight. Ties go to the
    earlier term, then to the code. A course without credits takes no part. ``left`` looks at all ``courses``, not only at the steps.
    """
    levels = {item: attained[item] for item in short}
    usable = [course for course in courses if course.credits > 0]
    steps: list[Step] = []
    while len(steps) < most:
        taken = {step.course.code for step in steps}
        tried = [_step(course, levels, required, weight) for course in usable if course.code not in taken]
        best = min(tried, key=lambda step: (-round(step.per_credit, 9), step.course.term or 0, step.course.code), default=None)
        if best is None or best.closed <= _NOTHING:
            break
        steps.append(best)
        levels |= {effect.item: effect.after for effect in best.effects}
    planned = [(cell.item, cell.level) for course in usable for cell in course.cells if cell.mode != "I"]
    promised = {item: max([attained[item], *(level for one, level in planned if one == item)]) for item in short}
    return Way(tuple(steps), tuple(item for item in short if promised[item] < required[item] - _NOTHING))


def _step(course: Course, levels: Mapping[str, float], required: Mapping[str, float], weight: Mapping[str, float]) -> Step:
    effects = tuple(
        Effect(cell.item, levels[cell.item], min(float(cell.level), required[cell.item]), required[cell.item]) for cell in course.cells
        if cell.mode != "I" and cell.item in levels and min(float(cell.level), required[cell.item]) > levels[cell.item] + _NOTHING)
    closed = sum((effect.after - effect.before) * weight.get(effect.item, 0.0) for effect in effects)
    return Step(course, effects, closed, closed / course.credits)
