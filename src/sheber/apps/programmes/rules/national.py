"""The synthetic nation, drawn by lot: how many of what, where, and what its students showed. Plain values; one seed, one nation.

Nothing here describes anybody or any university. Sizes are shaped so that pages meet what a country has: one university and one
programme that are far larger than the rest, classes of a few and of hundreds, items that lag, cells that nobody assessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sheber.apps.programmes.rules.study import academic_year

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

SEED: Final = 20263
UNIVERSITIES: Final = 54
STUDENTS: Final = 100_000
STUDENTS_PER_TEACHER: Final = 20
UNASSESSED_SHARE: Final = 0.12
CORRECTED_SHARE: Final = 0.001
CHANGED_CELL_SHARE: Final = 0.1
SPREAD: Final = 0.7
"""Standard deviation of the logarithm of sizes: the largest university has about four times the mean."""
PIECES: Final = ("first", "second", "final")
"""Two mid-term checks and the final work: the three times a course is assessed."""
DAYS_BEFORE: Final = {"first": 75, "second": 33, "final": 0}


@dataclass(frozen=True, slots=True)
class Nation:
    """How large the nation is. ``scale`` 1 is the whole country; universities shrink with its root, so that each stays a university."""

    scale: float
    universities: int
    students: int


@dataclass(frozen=True, slots=True)
class NationalProgramme:
    """A programme made from template number ``template``; ``letter`` tells those of one university apart. ``sizes`` by class."""

    template: int
    letter: str
    faculty: int
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NationalUniversity:
    """University ``number`` (from 1; the first is the largest) with its programmes and teachers."""

    number: int
    region: int
    students: int
    teachers: int
    programmes: tuple[NationalProgramme, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An assessed piece of work of one class in one course, with the marks: place of the student, place of the cell, level in tenths."""

    course: int
    piece: str
    held_on: date
    student: IntArray
    cell: IntArray
    tenths: IntArray
    corrected: IntArray
    """Places among the marks that were entered wrongly at first and superseded later."""


def nation(scale: float) -> Nation:
    """Sizes for a scale in (0, 1]. Raises ``ValueError`` outside.

    >>> nation(1.0)
    Nation(scale=1.0, universities=54, students=100000)
    """
    if not 0 < scale <= 1:
        raise ValueError("a scale lies above 0 and is at most 1")
    return Nation(scale, max(2, round(UNIVERSITIES * scale ** 0.5)), max(40, round(STUDENTS * scale)))


def universities(wanted: Nation, *, templates: Sequence[int], regions: int) -> tuple[NationalUniversity, ...]:
    """Every university of the nation. ``templates`` holds the years of study of each template; every region has at least one
    university where there are enough of them."""
    lot = np.random.default_rng([SEED, wanted.universities])
    weights = np.sort(lot.lognormal(0.0, SPREAD, wanted.universities))[::-1]
    found = []
    for number, students in enumerate(shares(wanted.students, weights), start=1):
        found.append(NationalUniversity(number, (number - 1) % regions, students, max(3, -(-students // STUDENTS_PER_TEACHER)),
                                        _programmes(number, students, templates)))
    return tuple(found)


def _programmes(number: int, students: int, templates: Sequence[int]) -> tuple[NationalProgramme, ...]:
    lot = np.random.default_rng([SEED, 1, number])
    how_many = min(int(lot.integers(6, 11)), max(2, students // 30))
    # All templates before any comes twice; the first programme of the first university is by far the largest of the country.
    kinds = np.concatenate([lot.permutation(len(templates)) for _ in range(2)])[:how_many]
    weights = lot.lognormal(0.0, SPREAD, how_many)
    if number == 1:
        kinds[0], weights[0] = int(np.argmax(templates)), 2.0 * weights.sum()
    made = []
    for place, (kind, size) in enumerate(zip(kinds.tolist(), shares(students, weights), strict=True)):
        classes = shares(size, lot.uniform(0.85, 1.15, templates[kind] + 1))       # one has just left, the others study
        made.append(NationalProgramme(kind, "ABCDEFGHIJ"[place], int(lot.integers(0, 3)), tuple(classes)))
    return tuple(made)


def shares(total: int, weights: FloatArray) -> list[int]:
    """``total`` in whole parts by weight; the largest remainders get one more.

    >>> shares(10, np.array([1.0, 1.0, 2.0]))
    [3, 2, 5]
    """
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    for place in np.argsort(-(exact - whole), kind="stable")[:total - int(whole.sum())]:
        whole[place] += 1
    return [int(one) for one in whole]


def entry_years(today: date, years: int) -> tuple[int, ...]:
    """The class that has just left and every class still studying, oldest first."""
    newest = academic_year(today)
    return tuple(range(newest - years, newest + 1))


def pieces_held(terms: Sequence[int | None], entry_year: int, *, today: date) -> Iterator[tuple[int, str, date]]:
    """What was assessed by ``today``: place of the course, which of its pieces, and the day; course by course."""
    for place, term in enumerate(terms):
        if term is None:
            continue
        year = entry_year + (term - 1) // 2 + 1
        end = date(year, 1, 14) if term % 2 else date(year, 6, 12)
        for piece in PIECES:
            day = end - timedelta(days=DAYS_BEFORE[piece] + place % 14)
            if day <= today:
                yield place, piece, day


def marks(*, terms: Sequence[int | None], cell_course: IntArray, cell_item: IntArray, cell_level: IntArray, students: int, entry_year: int,
          today: date, lot: np.random.Generator) -> Iterator[Piece]:
    """What the students of a class showed. Cells that are only introduced are left out by the caller.

    A level is the planned one and: ability of the student, leaning of the student to the item, severity of the course, noise, and
    the lag of one item in five; in halves, 0.5 to 5.
    """
    items = int(cell_item.max()) + 1 if cell_item.size else 0
    ability = lot.normal(0.05, 0.35, students)
    leaning = lot.normal(0.0, 0.25, (items, students))
    lag = np.where(lot.random(items) < 0.2, lot.uniform(0.3, 0.7, items), 0.0)
    severity = lot.normal(0.0, 0.12, len(terms))
    of_course = [np.flatnonzero(cell_course == place) for place in range(len(terms))]
    for course, piece, day in pieces_held(terms, entry_year, today=today):
        cells = of_course[course]
        if not cells.size or not students:
            continue
        shape = (cells.size, students)
        level = (cell_level[cells, None] + ability + leaning[cell_item[cells]] + severity[course] + lot.normal(0.0, 0.35, shape)
                 - lag[cell_item[cells], None])
        tenths = np.clip(np.round(level * 2) * 5, 5, 50).astype(np.int64)
        at_cell, at_student = np.nonzero(lot.random(shape) >= UNASSESSED_SHARE)
        corrected = np.flatnonzero(lot.random(at_cell.size) < CORRECTED_SHARE)
        yield Piece(course, piece, day, at_student, cells[at_cell], tenths[at_cell, at_student], corrected)


def changed_levels(mode: Sequence[str], level: IntArray, lot: np.random.Generator) -> IntArray:
    """Planned levels of a programme made from a template: one in ten is one higher or one lower; introductions stay."""
    step = lot.choice([-1, 1], size=level.size) * (lot.random(level.size) < CHANGED_CELL_SHARE)
    fixed = np.array([one == "I" for one in mode])
    return np.where(fixed, level, np.clip(level + step, 1, 5))


def title_of_piece(piece: str, course_title: dict[str, Any], final: dict[str, str]) -> dict[str, str]:
    """The title of a piece of work in the languages of the course."""
    if piece == "final":
        return final
    return {language: _CHECKS[piece][language].format(name) for language, name in course_title.items() if name}


_CHECKS: Final = {
    "first": {"kk": "1-аралық бақылау: {}", "ru": "Рубежный контроль 1: {}", "en": "First mid-term check: {}"},
    "second": {"kk": "2-аралық бақылау: {}", "ru": "Рубежный контроль 2: {}", "en": "Second mid-term check: {}"},
}
