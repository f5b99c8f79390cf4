"""Changes that could be made to a matrix: what each costs, what it would reach, and what teaching it must stand on."""

from dataclasses import dataclass

import numpy as np

from sheber.engines.competence.columns import INTRODUCE, LEVEL_MAX, TEACH, USE, BoolArray, FloatArray, IntArray, MatrixColumns
from sheber.engines.errors import EngineInputError

REASONS = ("raise_teaching", "raise_use", "teach_introduced", "add_teaching", "add_use", "use_now_counts")
"""Codes of a change. ``use_now_counts`` is no change: an existing U that starts to count once its teaching comes first."""
RAISE_TEACHING, RAISE_USE, TEACH_INTRODUCED, ADD_TEACHING, ADD_USE, USE_NOW_COUNTS = range(6)
NONE = -1


@dataclass(frozen=True, slots=True)
class CostModel:
    """What a change costs, in credits of student work, and what is allowed. All figures are proposed, for validation; show them.

    Parameters
    ----------
    version : str
    teach_step : five floats, credits
        Bringing a class from level l - 1 to l in teaching: the upper levels take practice and an assessed piece of work. Counted from
        what the class brings: taught before or in the course, assumed at entry, or taught by the change this one stands on.
    use_share : float, 0..1
        The same step in work that is done anyway (U) costs this share of it.
    new_outcome : float, credits
        Added once when the course did not assess the item in this mode before.
    new_topic : float, credits
        Added once when the course did not touch the item at all.
    most_raise : int, levels
        How far one change may lift an existing T or U cell.
    teach_rise : int, levels
        Teaching may exceed what the course already teaches, or what was taught before or is assumed at entry, by this much.
    use_rise : int, levels
        A use may exceed the teaching that comes first, or is in the same course, by this much.
    course_changes : int
        Most changes in one course.
    course_share : float, 0..1
        Most added credits in one course, as a share of its credits.
    """

    version: str = "proposed-1.0"
    teach_step: tuple[float, float, float, float, float] = (0.25, 0.25, 0.5, 0.75, 1.0)
    use_share: float = 0.5
    new_outcome: float = 0.25
    new_topic: float = 0.25
    most_raise: int = 2
    teach_rise: int = 2
    use_rise: int = 1
    course_changes: int = 2
    course_share: float = 0.25

    def __post_init__(self) -> None:
        checks = (
            ("teach_step", len(self.teach_step) == LEVEL_MAX and min(self.teach_step) > 0, "Five positive costs are expected."),
            ("use_share", 0 < self.use_share <= 1, "A share lies in (0, 1]."),
            ("new_outcome", self.new_outcome >= 0, "A cost is not negative."),
            ("new_topic", self.new_topic >= 0, "A cost is not negative."),
            ("most_raise", self.most_raise >= 1, "At least one level."),
            ("teach_rise", self.teach_rise >= 1, "At least one level."),
            ("use_rise", self.use_rise >= 0, "Not negative."),
            ("course_changes", self.course_changes >= 1, "At least one change."),
            ("course_share", 0 < self.course_share <= 1, "A share lies in (0, 1]."))
        for name, right, reason in checks:
            if not right:
                raise EngineInputError(name, reason)

    def credits(self, from_mode: int, to_mode: int, start: int, level: int) -> float:
        """Cost of bringing a class from level ``start`` to ``level`` in a cell that turns from ``from_mode`` (-1 = no cell) to T or U."""
        steps = sum(self.teach_step[start:level]) * (1.0 if to_mode == TEACH else self.use_share)
        return steps + (self.new_outcome if from_mode != to_mode else 0.0) + (self.new_topic if from_mode == NONE else 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible change.

    ``start`` is the level the class brings by the present matrix, ``gain`` the levels of gap closed, ``needs`` the least level of other
    teaching the change must stand on; 0 = nothing more than there is.
    """

    course: int
    item: int
    cell: int
    from_mode: int
    from_level: int
    to_mode: int
    to_level: int
    reason: int
    start: int
    gain: float
    needs: int

    def credits(self, cost: CostModel, brought: int = 0) -> float:
        """Cost when another change lets the class bring level ``brought``; at least the last step is paid."""
        start = min(self.to_level - 1, max(self.start, brought))
        return cost.credits(self.from_mode, self.to_mode, start, self.to_level)


def before(matrix: MatrixColumns) -> BoolArray:
    """(C, C): True where teaching in the first course comes before the second one: an earlier term, or a link."""
    term = matrix.course_term
    first = (term[:, None] < term[None, :]) & (term[:, None] > 0)
    first[matrix.linked[:, 1], matrix.linked[:, 0]] = True
    np.fill_diagonal(first, False)
    return first


def taught_before(matrix: MatrixColumns, first: BoolArray) -> tuple[FloatArray, FloatArray]:
    """(own, earlier), each (C, K): level taught in the course itself; highest taught before it or assumed at entry. 0 = none."""
    own = np.zeros((matrix.course_term.size, matrix.n_items))
    teach = matrix.mode == TEACH
    np.maximum.at(own, (matrix.course[teach], matrix.item[teach]), matrix.level[teach])
    entry = np.nan_to_num(matrix.entry_level)
    earlier = np.broadcast_to(entry, own.shape).copy()
    for course in range(own.shape[0]):
        if first[:, course].any():
            earlier[course] = np.maximum(entry, own[first[:, course]].max(axis=0))
    return own, earlier


def may_host(matrix: MatrixColumns) -> BoolArray:
    """(C, K): courses that may take a new cell of an item: a hosting delivery, or a T or U of the same section already there."""
    touches = np.zeros((matrix.course_term.size, int(matrix.section.max(initial=-1)) + 1), dtype=np.bool_)
    works = matrix.mode != INTRODUCE
    touches[matrix.course[works], matrix.section[matrix.item[works]]] = True
    return matrix.course_hosts[:, None] | touches[:, matrix.section]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the present plan gives: ``planned``, ``required``, ``short`` (K,), ``counts`` (n,) which cells count now,
    ``suitable`` (C, K) which courses may take a new cell.
    """

    planned: FloatArray
    required: FloatArray
    short: FloatArray
    counts: BoolArray
    suitable: BoolArray


def candidate_changes(matrix: MatrixColumns, standing: Standing, cost: CostModel) -> list[Candidate]:
    """All admissible changes of items that are short, in a fixed order: item, course, mode, level."""
    own, earlier = taught_before(matrix, before(matrix))
    found: list[Candidate] = []
    for item in np.flatnonzero(standing.short > 0).tolist():
        highest, planned = float(standing.required[item]), float(standing.planned[item])
        rows = np.flatnonzero(matrix.item == item)
        for course in range(matrix.course_term.size):
            cells = rows[matrix.course[rows] == course].tolist()
            stands = int(max(own[course, item], earlier[course, item]))
            room = cost.course_share * float(matrix.course_credits[course]) + 1e-9
            for cell, mode, start, to_mode, reason in _options(matrix, cells, bool(standing.suitable[course, item])):
                if mode == USE and not standing.counts[cell] and min(start, highest) > planned:
                    found.append(Candidate(course, item, cell, USE, start, USE, start, USE_NOW_COUNTS, start,
                                           min(start, highest) - planned, 1))
                same = mode == to_mode
                top = start + cost.most_raise if same else int(LEVEL_MAX)
                for level in range(start + 1 if same else 1, min(top, int(np.ceil(highest))) + 1):
                    needs = level - cost.teach_rise if to_mode == TEACH else max(1, level - cost.use_rise)
                    one = Candidate(course, item, cell, mode, start if cell >= 0 else 0, to_mode, level, reason,
                                    max(start, stands) if same else stands,
                                    max(0.0, min(level, highest) - planned), 0 if needs <= stands else needs)
                    if one.credits(cost, level) <= room and (to_mode == TEACH or one.gain > 0):      # a use supports nothing
                        found.append(one)
    return found


def _options(matrix: MatrixColumns, cells: list[int], suitable: bool) -> list[tuple[int, int, int, int, int]]:
    """(cell, from mode, from level, to mode, reason) of what could be done to an item in a course that has these cells of it."""
    if not cells:
        return [(NONE, NONE, 0, TEACH, ADD_TEACHING), (NONE, NONE, 0, USE, ADD_USE)] if suitable else []
    becomes = {INTRODUCE: (TEACH, TEACH_INTRODUCED), TEACH: (TEACH, RAISE_TEACHING), USE: (USE, RAISE_USE)}
    return [(cell, int(matrix.mode[cell]), int(matrix.level[cell]), *becomes[int(matrix.mode[cell])]) for cell in cells]


def supports(candidates: list[Candidate], first: BoolArray) -> list[IntArray]:
    """For each candidate, the candidates whose teaching it could stand on (empty when it needs none).

    Teaching supports what comes after it; it also supports a use in its own course.
    """
    by_item: dict[int, list[int]] = {}
    for number, one in enumerate(candidates):
        if one.to_mode == TEACH:
            by_item.setdefault(one.item, []).append(number)
    answer = []
    for number, one in enumerate(candidates):
        fit = [] if one.needs == 0 else [
            other for other in by_item.get(one.item, ()) if other != number and candidates[other].to_level >= one.needs
            and (first[candidates[other].course, one.course] or (one.to_mode == USE and candidates[other].course == one.course))]
        answer.append(np.array(fit, dtype=np.int64))
    return answer


def prune(candidates: list[Candidate], matrix: MatrixColumns, cost: CostModel, keep: int) -> list[Candidate]:
    """Leave out candidates that cannot improve any bundle of at most ``keep`` changes; the optimum stays.

    Two changes of the same kind, cost and gain in unlinked courses differ only by term. Teaching that stands on its own is best early,
    a use that needs teaching is best late; other teaching is compared within its term. With ``keep`` of the better ones left, one
    of them lies in a course that the rest of a bundle does not touch, so it can replace the one left out.
    """
    linked = set(matrix.linked.ravel().tolist())
    groups: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    kept: list[int] = []
    for number, one in enumerate(candidates):
        term = int(matrix.course_term[one.course])
        roomy = one.credits(cost) <= cost.course_share * float(matrix.course_credits[one.course])
        if one.reason == USE_NOW_COUNTS or one.course in linked or not roomy:
            kept.append(number)
            continue
        free = one.needs == 0 or one.to_mode == USE
        key = (one.item, one.reason, one.from_level, one.to_level, one.start, one.needs, term > 0, 0 if free else term)
        groups.setdefault(key, []).append((term if one.needs == 0 else -term, number))
    for members in groups.values():
        kept.extend(number for _, number in sorted(members)[:keep])
    return [candidates[number] for number in sorted(kept)]
