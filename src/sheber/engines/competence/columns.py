"""Checks of the columns an engine is given, and a plan turned into columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sheber.engines.curriculum.plan import Plan
from sheber.engines.errors import EngineInputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MODES = ("I", "T", "U")
INTRODUCE, TEACH, USE = 0, 1, 2
LEVEL_MAX = 5.0
HOSTING_DELIVERIES = frozenset({"project", "practice", "lab", "thesis"})
"""Deliveries with room for work on any item; see docs/reference/gap.md."""


def same_length(**columns: NDArray[Any]) -> int:
    """Common length of one-dimensional columns; EngineInputError names the first that differs."""
    length: int | None = None
    for name, column in columns.items():
        if column.ndim != 1:
            raise EngineInputError(name, "A column has one dimension.")
        if length is None:
            length = column.size
        elif column.size != length:
            raise EngineInputError(name, f"This column has {column.size} rows, the first one {length}.")
    return length or 0


def refuse(field: str, bad: BoolArray, reason: str, offset: int = 0) -> None:
    """Raise EngineInputError with the first row where ``bad`` holds."""
    if bad.any():
        raise EngineInputError(field, reason, int(np.argmax(bad)) + offset)


def check_index(field: str, column: NDArray[Any], size: int, offset: int = 0) -> None:
    """Whole numbers from 0 to ``size`` - 1."""
    if column.dtype.kind not in "iu":
        raise EngineInputError(field, "An index is a whole number.")
    if column.size and (int(column.min()) < 0 or int(column.max()) >= size):
        refuse(field, (column < 0) | (column >= size), f"An index lies from 0 to {size - 1}.", offset)


def check_level(field: str, column: NDArray[Any], offset: int = 0) -> None:
    """Numbers from 0 to 5; NaN is refused, since a row without a level is not evidence."""
    if column.dtype.kind not in "fiu":
        raise EngineInputError(field, "A level is a number.")
    if column.size and not (column.min() >= 0 and column.max() <= LEVEL_MAX):        # NaN fails both
        refuse(field, ~((column >= 0) & (column <= LEVEL_MAX)), "A level lies between 0 and 5 and is never empty.", offset)


def floats(field: str, values: ArrayLike, shape: tuple[int, ...] | None = None, *, empty_allowed: bool = True) -> FloatArray:
    """A float64 array, of ``shape`` when given; infinities are refused, NaN only if ``empty_allowed`` is false."""
    array = np.asarray(values, dtype=np.float64)
    if shape is not None and array.shape != shape:
        raise EngineInputError(field, f"The shape is {array.shape}, expected {shape}.")
    bad = np.isinf(array) if empty_allowed else ~np.isfinite(array)
    refuse(field, bad.ravel(), "A finite number is expected.")
    return array


@dataclass(frozen=True, slots=True)
class MatrixColumns:
    """The competence matrix of one or several programmes as columns.

    ``course``, ``item``, ``mode`` (0 I, 1 T, 2 U) and ``level`` have one row per cell; ``course_*`` one per course
    (``course_term`` 0 = not placed); ``entry_level`` is (K,), NaN where nothing is assumed. A pair (a, b) of ``linked``,
    shape (m, 2), says that teaching in course b counts for course a whatever the terms: corequisites, and all earlier
    prerequisites of a course without a term.
    """

    course: IntArray
    item: IntArray
    mode: IntArray
    level: FloatArray
    course_term: IntArray
    course_credits: FloatArray
    course_hosts: BoolArray
    linked: IntArray
    entry_level: FloatArray
    section: IntArray
    required: FloatArray

    @property
    def n_items(self) -> int:
        """Number K of items of the syllabus."""
        return self.entry_level.size


def matrix_columns(plan: Plan, items: Sequence[str]) -> MatrixColumns:
    """Columns of a plan over the given item codes (their order is the item index); cells of other items are refused.

    ``section`` numbers the part of a code before the last dot ("4.6" and "4.7" share section "4"); ``required`` holds the
    plan's own targets, NaN where it states none.
    """
    position = {code: k for k, code in enumerate(items)}
    number = {course.code: c for c, course in enumerate(plan.courses)}
    cells = [(c, position.get(cell.item, -1), MODES.index(cell.mode), float(cell.level))
             for c, course in enumerate(plan.courses) for cell in course.cells]
    item = np.array([row[1] for row in cells], dtype=np.int64)
    refuse("item", item < 0, "The item is not one of those asked for.")
    sections = {name: n for n, name in enumerate(dict.fromkeys(code.rpartition(".")[0] for code in items))}
    return MatrixColumns(
        course=np.array([row[0] for row in cells], dtype=np.int64), item=item,
        mode=np.array([row[2] for row in cells], dtype=np.int64), level=np.array([row[3] for row in cells], dtype=np.float64),
        course_term=np.array([course.term or 0 for course in plan.courses], dtype=np.int64),
        course_credits=np.array([course.credits for course in plan.courses], dtype=np.float64),
        course_hosts=np.array([course.delivery in HOSTING_DELIVERIES for course in plan.courses], dtype=np.bool_),
        linked=np.array(_links(plan, number), dtype=np.int64).reshape(-1, 2),
        entry_level=np.array([float(plan.entry_levels.get(code, np.nan)) for code in items], dtype=np.float64),
        section=np.array([sections[code.rpartition(".")[0]] for code in items], dtype=np.int64),
        required=np.array([float(plan.targets.get(code, np.nan)) for code in items], dtype=np.float64))


def _links(plan: Plan, number: Mapping[str, int]) -> list[tuple[int, int]]:
    needs: dict[int, set[int]] = {}
    pairs: set[tuple[int, int]] = set()
    for c, course in enumerate(plan.courses):
        for requisite in course.requisites:
            others = {number[code] for code in requisite.options if code in number}
            if requisite.kind == "prerequisite":
                needs.setdefault(c, set()).update(others)
            else:
                pairs.update((c, other) for other in others)
    for c, course in enumerate(plan.courses):
        if course.term is None:
            seen, waiting = set[int](), list(needs.get(c, ()))
            while waiting:
                other = waiting.pop()
                if other not in seen:
                    seen.add(other)
                    waiting.extend(needs.get(other, ()))
            pairs.update((c, other) for other in seen if other != c)
    return sorted(pairs)
