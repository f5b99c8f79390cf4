"""Synthetic students and what they showed, drawn by lot. Plain values; the same seed gives the same people.

Nothing here describes anybody. The figures are shaped so that the pages have something to show: most students reach
what their courses plan, a few items lag in each programme, a share of cells stays unassessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sheber.engines.curriculum.plan import Plan

# Items that lag behind the plan, by programme, in levels. Invented.
LAGS: Mapping[str, Mapping[str, float]] = {
    "6B07202": {"4.6": 0.5, "2.3": 0.7, "2.1": 0.4, "4.1": 0.5},
    "6B07201": {"3.3": 0.6, "4.7": 0.5, "2.2": 0.4},
    "6B07103": {"4.2": 0.6, "4.1": 0.5, "3.2": 0.4},
    "6B07112": {"2.3": 0.5, "4.4": 0.5, "1.1": 0.4},
    "7M07104": {"3.2": 0.5, "4.3": 0.5},
    "5AB07161301": {"3.3": 0.4, "4.2": 0.5, "1.1": 0.4},
}
DEFAULT_SIZE = 84
SIZES: Mapping[str, int] = {"7M07104": 26, "5AB07161301": 56}
UNASSESSED_SHARE = 0.06
CORRECTED_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the three languages."""

    kk: str
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class DemoClass:
    """The students who entered a programme in one autumn."""

    entry_year: int
    class_year: int
    size: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Levels shown by one class in one course and item: one entry a student, NaN where nothing was assessed."""

    course: str
    item: str
    held_on: date
    levels: np.ndarray[tuple[int], np.dtype[np.float64]]
    corrected: np.ndarray[tuple[int], np.dtype[np.bool_]]


def classes(plan: Plan, *, today: date, years: int) -> tuple[DemoClass, ...]:
    """The class that has just left and every class still studying; the academic year begins on 1 September."""
    size = SIZES.get(plan.code, DEFAULT_SIZE)
    newest = today.year if today >= date(today.year, 9, 1) else today.year - 1
    return tuple(DemoClass(entry, entry + years, size + (entry * 7) % 9 - 4, entry + years > newest)
                 for entry in range(newest - years, newest + 1))


def term_end(entry_year: int, term: int) -> date:
    """Day on which a term is assessed: mid January for the odd terms, mid June for the even ones."""
    year = entry_year + (term - 1) // 2 + 1
    return date(year, 1, 14) if term % 2 else date(year, 6, 12)


def levels_shown(plan: Plan, group: DemoClass, *, today: date, rng: np.random.Generator) -> Iterator[Shown]:
    """What the students of a class showed in every course already assessed, course by course."""
    lags = LAGS.get(plan.code, {})
    ability = rng.normal(0.05, 0.35, group.size)
    leaning: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for course in sorted(plan.courses, key=lambda c: (c.term or 0, c.code)):
        if course.term is None or (held_on := term_end(group.entry_year, course.term)) > today:
            continue
        severity = rng.normal(0.0, 0.12)
        for cell in course.cells:
            lean = leaning.setdefault(cell.item, rng.normal(0.0, 0.25, group.size))
            noise = rng.normal(0.0, 0.35, group.size)
            unassessed = rng.random(group.size) < UNASSESSED_SHARE
            corrected = rng.random(group.size) < CORRECTED_SHARE
            if cell.mode == "I":  # an introduction is not assessed
                continue
            level = cell.level + ability + lean + severity + noise - lags.get(cell.item, 0.0)
            rounded = np.clip(np.round(level * 2) / 2, 0.5, 5.0)
            yield Shown(course.code, cell.item, held_on, np.where(unassessed, np.nan, rounded), corrected & ~unassessed)


def draw_names(pool: Mapping[str, Sequence[Mapping[str, str]]], *, size: int, rng: np.random.Generator) -> list[Name]:
    """Names by lot: a given name and a family name that does not change with the gender."""
    given = [*pool["given_female"], *pool["given_male"]]
    first, last = rng.integers(len(given), size=size), rng.integers(len(pool["family"]), size=size)
    return [Name(*(f"{given[i][code]} {pool['family'][j][code]}" for code in ("kk", "ru", "en")))
            for i, j in zip(first, last, strict=True)]
