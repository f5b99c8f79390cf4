"""How hard a curriculum is to get through: blocking factor, delay factor, centrality, structural complexity."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from sheber.engines.curriculum.exact import Figures, exact_figures
from sheber.engines.curriculum.graph import ordered_graph, requisite_arcs, requisite_graph
from sheber.engines.curriculum.plan import System
from sheber.engines.curriculum.sweep import swept_figures
from sheber.engines.errors import EngineInputError

# From this many arcs on, and up to this many courses, the columns are swept: below, the calls would cost more than they
# save; above, the sets of followers would take much memory.
SWEPT_FROM = 500
SWEPT_TO = 8_192
BATCH = 4_096  # courses of the plans swept together: their columns stay in the cache

EdgeList = tuple[int, NDArray[np.integer[Any]], NDArray[np.integer[Any]]]  # courses, requisite and course of each arc


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
        An order in which the courses can be taken: by the earliest term that the requisites leave open to each, then by
        position; courses without requisites and followers last.
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
    tail, head = requisite_arcs(n_courses, requisite, course, names=names)
    if tail.size >= SWEPT_FROM and n_courses <= SWEPT_TO:
        swept = swept_figures([n_courses], tail, head)
        if swept:
            return _metrics(swept[0], system)
    return _metrics(exact_figures(ordered_graph(n_courses, tail, head, names=names)), system)


def curriculum_metrics_many(plans: Iterable[EdgeList], *, system: System = "semester") -> Iterator[CurriculumMetrics]:
    """`curriculum_metrics` of each of many plans, given as (n_courses, requisite, course): the same answers, sooner.

    Plans are read and answered batch by batch, so that a country's plans need not be in memory at once. Errors are those of
    `curriculum_metrics`, with a note which plan it is, counted from 0.

    >>> [m.delay_factor for m in curriculum_metrics_many([(2, np.array([0]), np.array([1])), (1, np.array([]), np.array([]))])]
    [(2, 2), (1,)]
    """
    done = 0
    for batch in _batches(plans):
        figures = _figures_of_batch(batch)
        if figures:
            yield from (_metrics(each, system) for each in figures)
        else:  # a plan alone, or one of them is out of the ordinary
            for number, plan in enumerate(batch, done):
                try:
                    metrics = curriculum_metrics(*plan, system=system)
                except EngineInputError as error:
                    error.add_note(f"in plan {number}")
                    raise
                yield metrics
        done += len(batch)


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


def _batches(plans: Iterable[EdgeList]) -> Iterator[list[EdgeList]]:
    batch: list[EdgeList] = []
    n_courses = 0
    for plan in plans:
        if n_courses + plan[0] > BATCH and batch:
            yield batch
            batch, n_courses = [], 0
        batch.append(plan)
        n_courses += plan[0]
    if batch:
        yield batch


def _figures_of_batch(batch: list[EdgeList]) -> list[Figures] | None:
    """Figures of plans swept as one graph; None where one of them has a fault, too many paths or nothing to sweep."""
    sizes = [n_courses for n_courses, _, _ in batch]
    lengths = [requisite.size for _, requisite, _ in batch]
    columns = [requisite for _, requisite, _ in batch if requisite.size], [course for _, _, course in batch if course.size]
    if len(batch) < 2 or min(sizes) < 1 or lengths != [course.size for _, _, course in batch] or not columns[0]:
        return None
    size, base = np.repeat([sizes, [0, *accumulate(sizes[:-1])]], lengths, axis=1)
    if any(column.ndim != 1 for column in (*columns[0], *columns[1])):
        return None
    requisite, course = np.concatenate(columns[0]), np.concatenate(columns[1])
    if requisite.dtype.kind not in "iu" or course.dtype.kind not in "iu":
        return None
    if min(requisite.min(), course.min()) < 0 or (requisite >= size).any() or (course >= size).any() or (requisite == course).any():
        return None
    return swept_figures(sizes, *requisite_arcs(sum(sizes), requisite + base, course + base))


def _metrics(figures: Figures, system: System) -> CurriculumMetrics:
    blocking, delay, centrality = figures.totals
    scaled, scaled_total = _scaled(figures.complexity, blocking + delay, system)
    return CurriculumMetrics(
        system,
        figures.blocking_factor,
        figures.delay_factor,
        figures.centrality,
        scaled,
        figures.complexity,
        CurriculumTotals(blocking, delay, centrality, scaled_total, blocking + delay),
        figures.longest_path,
        figures.order,
    )


def _scaled(plain: tuple[int, ...], total: int, system: System) -> tuple[tuple[float, ...], float]:
    """Structural complexity of each course and their sum, on the scale of the system of terms."""
    if system == "semester":
        return plain, total
    if system == "quarter":
        # 2/3 of a whole number, rounded to tenths, is never a tie; whole tenths keep the sum exact.
        tenths = [(20 * value + 1) // 3 for value in plain]
        return tuple(value / 10 for value in tenths), sum(tenths) / 10
    assert_never(system)
