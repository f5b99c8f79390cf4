"""How hard a curriculum is to get through: blocking factor, delay factor, centrality, structural complexity."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from sheber.engines.curriculum.graph import RequisiteGraph, requisite_graph
from sheber.engines.curriculum.plan import System

# Above this many courses with requisites the sets of followers are counted in blocks of this width: one set per course
# would take n²/8 bytes, and 100 000 courses would need more than a gigabyte.
BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class CurriculumTotals:
    """Sums over the courses."""

    blocking_factor: int
    delay_factor: int
    centrality: int
    structural_complexity: float
    structural_complexity_unscaled: int


@dataclass(frozen=True, slots=True)
class CurriculumMetrics:
    """Metrics of each course, by its position, and of the whole.

    Attributes
    ----------
    system : "semester" or "quarter"
    blocking_factor : n ints
        Courses that cannot be taken before this one.
    delay_factor : n ints
        Courses on the longest requisite path through this one, itself included.
    centrality : n ints
        Sum of the lengths, in courses, of all paths from a source to a sink with this course strictly inside. Exact.
    structural_complexity : n numbers
        Blocking + delay; under quarters 2/3 of it, rounded to one decimal.
    structural_complexity_unscaled : n ints
        Blocking + delay.
    totals : CurriculumTotals
    longest_path : positions
        One of the longest requisite paths, first course first.
    order : n positions
        An order in which the courses can be taken: those with requisites or followers first, then the free ones.
    """

    system: System
    blocking_factor: tuple[int, ...]
    delay_factor: tuple[int, ...]
    centrality: tuple[int, ...]
    structural_complexity: tuple[float, ...]
    structural_complexity_unscaled: tuple[int, ...]
    totals: CurriculumTotals
    longest_path: tuple[int, ...]
    order: tuple[int, ...]


def curriculum_metrics(
    n_courses: int,
    requisite: NDArray[np.integer[Any]],
    course: NDArray[np.integer[Any]],
    *,
    system: System = "semester",
    names: Sequence[str] | None = None,
) -> CurriculumMetrics:
    """Metrics of a curriculum from its requisites; prerequisites and corequisites of either kind count alike.

    Parameters
    ----------
    n_courses : int
        Number of courses; they are numbered from 0.
    requisite, course : int arrays, shape (m,)
        ``course[i]`` asks for ``requisite[i]``. A repeated pair counts once.
    system : "semester" or "quarter"
        Under quarters the structural complexity is scaled by 2/3 course by course.
    names : n strings, optional
        What to call the courses in an error.

    Returns
    -------
    CurriculumMetrics

    Raises
    ------
    EngineInputError
        Lengths differ, a position is outside 0..n-1, or a course asks for itself (``row`` says where).
    RequisiteCycleError
        Requisites run in a circle; ``cycle`` says through which courses.

    Notes
    -----
    O(n + m) steps and, for blocking, O(n·m/64) words. Paths are counted, never listed: with ``p`` paths of total length
    ``P`` from the sources to v, and ``s``, ``S`` from v to the sinks, the centrality of v is ``p·S + s·P − p·s``.
    Definitions: G. L. Heileman, C. T. Abdallah, A. Slim, M. Hickman, "Curricular Analytics: A Framework for Quantifying
    the Impact of Curricular Reforms and Pedagogical Innovations", 2018.

    Examples
    --------
    >>> m = curriculum_metrics(4, np.array([0, 1, 0]), np.array([1, 2, 3]))
    >>> m.blocking_factor, m.delay_factor, m.centrality
    ((3, 1, 0, 0), (3, 3, 3, 2), (0, 3, 0, 0))
    >>> m.totals.structural_complexity
    15
    """
    graph = requisite_graph(n_courses, requisite, course, names=names)
    after, order, paths_to, length_to = graph.after, graph.order, graph.paths_to, graph.length_to
    blocking, centrality = [0] * n_courses, [0] * n_courses
    delay, plain = graph.longest_to, graph.longest_to.copy()  # right already for a course that nothing follows
    paths_from, length_from, longest_from = [1] * n_courses, [1] * n_courses, [1] * n_courses
    reach = [0] * n_courses
    bit = 1 if len(order) <= BLOCK else 0  # with bit 0 every set stays empty and costs nothing
    for v in reversed(order):
        followers = after[v]
        if followers:
            longest = paths = length = reached = 0
            for w in followers:
                paths += paths_from[w]
                length += length_from[w]
                onwards = longest_from[w]
                if onwards > longest:  # noqa: PLR1730  max() would double the time of this loop
                    longest = onwards
                reached |= reach[w]
            paths_from[v] = paths
            length_from[v] = length + paths
            longest_from[v] = longest + 1
            delay[v] = d = delay[v] + longest
            blocking[v] = b = reached.bit_count()
            plain[v] = b + d
            reach[v] = reached | bit
            before = length_to[v]
            if before != 1:  # 1 only at a source, which is inside no path
                centrality[v] = paths_to[v] * length + before * paths
        else:
            reach[v] = bit
        bit <<= 1
    if len(order) > BLOCK:
        blocking = _blocking_by_blocks(n_courses, graph)
        plain = [b + d for b, d in zip(blocking, delay, strict=True)]
    unscaled = tuple(plain)
    blocking_total, delay_total = sum(blocking), sum(delay)
    unscaled_total = blocking_total + delay_total
    scaled, scaled_total = _scaled(unscaled, unscaled_total, system)
    totals = CurriculumTotals(blocking_total, delay_total, sum(centrality), scaled_total, unscaled_total)
    return CurriculumMetrics(
        system,
        tuple(blocking),
        tuple(delay),
        tuple(centrality),
        scaled,
        unscaled,
        totals,
        _longest_path(after, longest_from),
        (*order, *graph.alone),
    )


def delay_in_terms(
    n_courses: int, requisite: NDArray[np.integer[Any]], course: NDArray[np.integer[Any]], same_term: NDArray[np.bool_]
) -> tuple[int, ...]:
    """Terms that the longest requisite path through each course takes, when a corequisite costs no term of its own.

    Stands beside the published delay factor, which counts courses and is never less. ``same_term`` (shape (m,)) marks
    the arcs that may be met in the same term; a pair given both ways counts as a prerequisite. Errors and numbering as
    for `curriculum_metrics`. O(n + m).

    >>> delay_in_terms(3, np.array([0, 1]), np.array([1, 2]), np.array([False, True]))
    (2, 2, 2)
    """
    graph = requisite_graph(n_courses, requisite, course)
    strict = {(u, v) for u, v, same in zip(requisite.tolist(), course.tolist(), same_term.tolist(), strict=True) if not same}
    terms_to, terms_from = [1] * n_courses, [1] * n_courses
    for v in graph.order:
        for w in graph.after[v]:
            terms_to[w] = max(terms_to[w], terms_to[v] + ((v, w) in strict))
    for v in reversed(graph.order):
        for w in graph.after[v]:
            terms_from[v] = max(terms_from[v], terms_from[w] + ((v, w) in strict))
    return tuple(to + onwards - 1 for to, onwards in zip(terms_to, terms_from, strict=True))


def _blocking_by_blocks(n_courses: int, graph: RequisiteGraph) -> list[int]:
    """Followers of each course, counted ``BLOCK`` possible followers at a time to bound the memory."""
    blocking = [0] * n_courses
    backwards = graph.order[::-1]  # a follower always stands earlier here than the course it follows
    for start in range(0, len(backwards), BLOCK):
        reach = [0] * n_courses
        for position in range(start, len(backwards)):
            v = backwards[position]
            reached = 0
            for w in graph.after[v]:
                reached |= reach[w]
            blocking[v] += reached.bit_count()
            own = position - start
            reach[v] = reached | (1 << own) if own < BLOCK else reached
    return blocking


def _scaled(plain: tuple[int, ...], total: int, system: System) -> tuple[tuple[float, ...], float]:
    """Structural complexity of each course and their sum, on the scale of the system of terms."""
    if system == "semester":
        return plain, total
    if system == "quarter":
        # 2/3 of a whole number, rounded to tenths, is never a tie; whole tenths keep the sum exact.
        tenths = [(20 * value + 1) // 3 for value in plain]
        return tuple(value / 10 for value in tenths), sum(tenths) / 10
    assert_never(system)


def _longest_path(after: list[Sequence[int]], longest_from: list[int]) -> tuple[int, ...]:
    if not longest_from:
        return ()
    left = max(longest_from)
    path = [longest_from.index(left)]
    while left > 1:
        left -= 1
        path.append(next(w for w in after[path[-1]] if longest_from[w] == left))
    return tuple(path)
