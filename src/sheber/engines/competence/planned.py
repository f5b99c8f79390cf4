"""Planned attainment: the level a programme promises per item, read from its matrix of I, T and U."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sheber.engines.competence.columns import (
    INTRODUCE,
    MODES,
    TEACH,
    USE,
    BoolArray,
    FloatArray,
    IntArray,
    check_index,
    check_level,
    floats,
    refuse,
    same_length,
)
from sheber.engines.errors import EngineInputError

CELL_REASONS = ("counts", "introduced_only", "used_before_taught", "order_unknown")
"""Codes of ``PlannedAttainment.cell_reason``."""
COUNTS, INTRODUCED_ONLY, USED_BEFORE_TAUGHT, ORDER_UNKNOWN = range(4)


@dataclass(frozen=True, slots=True)
class PlannedAttainment:
    """Planned levels of R programmes over K items, and what became of each of the n cells.

    Two definitions, never mixed:

    ``level`` (R, K)
        Highest level of a T or U cell, wherever it stands. NaN = nothing planned.
    ``sequenced_level`` (R, K)
        The same over the cells that count: every T, and each U whose teaching comes first.

    ``cell`` and ``sequenced_cell`` (R, K): index of the cell that gives the level (earliest term, then first row, if several
    do); -1 = none. ``cell_reason`` (n,): index in CELL_REASONS. ``first_term`` (R, K, 3): term of the first I, T, U; 0 = none placed.
    """

    level: FloatArray
    cell: IntArray
    sequenced_level: FloatArray
    sequenced_cell: IntArray
    cell_reason: IntArray
    first_term: IntArray

    @property
    def level_or_zero(self) -> FloatArray:
        """``level`` with 0 where nothing is planned, for a check against a target."""
        return np.nan_to_num(self.level)

    @property
    def sequenced_level_or_zero(self) -> FloatArray:
        """``sequenced_level`` with 0 where nothing counts."""
        return np.nan_to_num(self.sequenced_level)


def planned_attainment(course: IntArray, item: IntArray, mode: IntArray, level: FloatArray, *, course_term: IntArray,
                       n_items: int, linked: IntArray | None = None, entry_level: ArrayLike | None = None,
                       course_programme: IntArray | None = None, n_programmes: int = 1) -> PlannedAttainment:
    """Planned level per programme and item, with the cells that do not count and why.

    Parameters
    ----------
    course, item, mode : int array, shape (n,)
        One row per cell of the matrix; mode 0 introduce, 1 teach, 2 use.
    level : float array, shape (n,), level 0-5
    course_term : int array, shape (C,)
        Term from 1; 0 = not placed.
    n_items : int
        K.
    linked : int array, shape (m, 2), optional
        (a, b): teaching in course b counts for a use in course a whatever the terms (corequisites).
    entry_level : float array, shape (K,) or (R, K), optional
        Level assumed at entry; NaN or 0 = nothing assumed.
    course_programme : int array, shape (C,), optional
        Programme of each course; all in programme 0 when left out.
    n_programmes : int
        R.

    Raises
    ------
    EngineInputError
        Lengths differ, an index or a level is out of range, a link joins two programmes.

    Notes
    -----
    A U counts when the item is taught (T) in an earlier term, in the same course or in a linked course, or has an entry level.
    Where a term is missing and the order can therefore not be told, the cell is ``order_unknown`` and does not count. O(n log n).

    Examples
    --------
    >>> plan = planned_attainment(np.array([0, 1]), np.array([0, 0]), np.array([2, 1]), np.array([4.0, 3.0]),
    ...                           course_term=np.array([1, 2]), n_items=1)
    >>> plan.level, plan.sequenced_level, [CELL_REASONS[code] for code in plan.cell_reason]
    (array([[4.]]), array([[3.]]), ['used_before_taught', 'counts'])
    """
    same_length(course=course, item=item, mode=mode, level=level)
    n_courses = same_length(course_term=course_term)
    programme_of = np.zeros(n_courses, dtype=np.int64) if course_programme is None else course_programme
    same_length(course_term=course_term, course_programme=programme_of)
    check_index("course_programme", programme_of, n_programmes)
    check_index("course", course, n_courses)
    check_index("item", item, n_items)
    check_index("mode", mode, len(MODES))
    check_level("level", level)
    refuse("course_term", course_term < 0, "A term counts from 1; 0 says not placed.")
    pairs = np.zeros((0, 2), dtype=np.int64) if linked is None else linked
    _check_links(pairs, programme_of, n_courses)
    entry = np.broadcast_to(np.nan if entry_level is None else floats("entry_level", entry_level), (n_programmes, n_items))

    slot = programme_of[course] * n_items + item                 # (programme, item) of each cell
    term = course_term[course]
    reason = _reasons(course, item, mode, slot, term, pairs, entry.ravel(), n_items)
    shape = (n_programmes, n_items)
    any_cell = _best(slot, level, term, mode != INTRODUCE, shape)
    counted = _best(slot, level, term, reason == COUNTS, shape)
    first_term = np.zeros((n_programmes * n_items, len(MODES)), dtype=np.int64)
    placed = np.flatnonzero(term > 0)
    late_first = placed[np.argsort(-term[placed], kind="stable")]
    first_term[slot[late_first], mode[late_first]] = term[late_first]       # the last write is the earliest term
    level_or_nan = np.append(level.astype(np.float64), np.nan)              # index -1 reads NaN
    return PlannedAttainment(level_or_nan[any_cell], any_cell, level_or_nan[counted], counted, reason,
                             first_term.reshape(*shape, len(MODES)))


def _check_links(pairs: IntArray, programme_of: IntArray, n_courses: int) -> None:
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise EngineInputError("linked", "Pairs of courses, shape (m, 2), are expected.")
    for column in range(2):
        check_index("linked", pairs[:, column], n_courses)
    refuse("linked", programme_of[pairs[:, 0]] != programme_of[pairs[:, 1]], "A link joins two programmes.")


def _reasons(course: IntArray, item: IntArray, mode: IntArray, slot: IntArray, term: IntArray, pairs: IntArray,
             entry: FloatArray, n_items: int) -> IntArray:
    taught, used = mode == TEACH, mode == USE
    no_term = np.iinfo(np.int64).max
    first_taught = np.full(entry.size, no_term)
    placed = taught & (term > 0)
    np.minimum.at(first_taught, slot[placed], term[placed])
    taught_unplaced = np.zeros(entry.size, dtype=np.bool_)
    taught_unplaced[slot[taught & (term == 0)]] = True
    taught_anywhere = taught_unplaced | (first_taught < no_term)

    here = np.unique(course[taught] * n_items + item[taught])               # (course, item) that are taught
    beside = _reached_by_links(here, pairs, n_items)
    with np.errstate(invalid="ignore"):
        known = entry[slot] > 0
    earlier = (term > 0) & (first_taught[slot] < term)
    first = known | earlier | np.isin(course * n_items + item, np.concatenate([here, beside]))
    unknown = ((term == 0) & taught_anywhere[slot]) | taught_unplaced[slot]
    reason = np.full(course.size, COUNTS)
    reason[mode == INTRODUCE] = INTRODUCED_ONLY
    reason[used & ~first] = USED_BEFORE_TAUGHT
    reason[used & ~first & unknown] = ORDER_UNKNOWN
    return reason


def _reached_by_links(here: IntArray, pairs: IntArray, n_items: int) -> IntArray:
    """(course, item) keys for which some linked course teaches the item."""
    order = np.argsort(pairs[:, 1], kind="stable")
    origin, target = pairs[order, 0], pairs[order, 1]
    begin = np.searchsorted(target, here // n_items, side="left")
    length = np.searchsorted(target, here // n_items, side="right") - begin
    rows = np.repeat(begin - np.cumsum(length) + length, length) + np.arange(int(length.sum()))
    keys: IntArray = origin[rows] * n_items + np.repeat(here % n_items, length)
    return keys


def _best(slot: IntArray, level: FloatArray, term: IntArray, eligible: BoolArray, shape: tuple[int, int]) -> IntArray:
    """Cell with the highest level per slot; ties go to the earliest placed term, then to the first row."""
    rows = np.flatnonzero(eligible)
    when = np.where(term[rows] == 0, np.iinfo(np.int64).max, term[rows])
    order = rows[np.lexsort((-rows, -when, level[rows]))]                  # best last
    best = np.full(shape[0] * shape[1], -1)
    best[slot[order]] = order
    return best.reshape(shape)
