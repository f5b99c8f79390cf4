"""What stands behind one item of the gap: cells of the matrix, people of the class, spread of their levels."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sheber.apps.programmes.models import MatrixCell
from sheber.engines.competence import CELL_REASONS, Method
from sheber.kit.localised import LocalisedText

from .gap import Measured, class_people, measured, people_attainment, planned_of, too_few

BINS = tuple(round(0.5 * n, 1) for n in range(10))
"""Left ends of the half-level bins of the spread."""


@dataclass(frozen=True, slots=True)
class CellSource:
    """A cell of the column. ``reason`` is ``counts`` or why it does not."""

    course: str
    course_title: LocalisedText
    term: int | None
    mode: str
    level: int
    assessed_by: LocalisedText
    reason: str
    is_planned_level: bool


@dataclass(frozen=True, slots=True)
class PersonSource:
    """A student of the class with the level attained; ``None`` is not assessed."""

    id: int
    name: LocalisedText
    level: float | None
    low: float | None
    high: float | None
    items: int


@dataclass(frozen=True, slots=True)
class ItemSources:
    """``spread`` counts people by half-level; ``people`` is empty for readers who may not see names."""

    cells: tuple[CellSource, ...]
    people: tuple[PersonSource, ...]
    spread: tuple[tuple[float, int], ...]
    evidence_items: int


def item_sources(*, version_id: int, item: str, class_year: int | None, method: Method, on_day: dt.date, named: bool,
                 whole: Measured | None = None) -> ItemSources:
    """Sources of one item; a fixed number of queries. Without ``named`` there are no people, and no spread of fewer than SMALLEST_GROUP.

    ``whole`` is what ``measured`` gave for the version, where the caller has it. Raises ``StopIteration`` for an unknown item.
    """
    whole = whole or measured(version_id=version_id)
    k = next(n for n, one in enumerate(whole.items) if one.code == item)
    people = class_people(version_id, class_year)
    # All items and not the one alone: the figures of a large class are kept for all of them together.
    shown = people_attainment([pk for pk, _name in people], whole.items, on_day=on_day, method=method).attainment
    levels = shown.level[:, k]
    known = levels[~np.isnan(levels)]
    if not named and too_few(np.array(known.size)):
        known = known[:0]
    counts, _edges = np.histogram(np.clip(known, 0, 4.999), bins=np.arange(0, 5.5, 0.5))
    rows = [PersonSource(pk, name, _maybe(levels[n]), _maybe(shown.low[n, k]), _maybe(shown.high[n, k]), int(shown.count[n, k]))
            for n, (pk, name) in enumerate(people)] if named else []
    rows.sort(key=lambda row: (row.level is None, row.level or 0.0, row.id))
    planned, matrix = planned_of(whole.matrix), whole.matrix
    notes = dict(MatrixCell.objects.filter(course__version_id=version_id, competence__code=item).values_list("course__code", "assessed_by"))
    cells = []
    for n in np.flatnonzero(matrix.item == k):
        course = whole.plan.courses[int(matrix.course[n])]
        cells.append(CellSource(
            course.code, LocalisedText.of(course.title), course.term, "ITU"[int(matrix.mode[n])], int(matrix.level[n]),
            LocalisedText.of(notes.get(course.code)), CELL_REASONS[int(planned.cell_reason[n])], int(planned.cell[0, k]) == n))
    cells.sort(key=lambda cell: (cell.term is None, cell.term or 0, cell.course))
    return ItemSources(tuple(cells), tuple(rows), tuple(zip(BINS, (int(c) for c in counts), strict=True)), int(shown.count[:, k].sum()))


def _maybe(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
