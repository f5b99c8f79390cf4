"""The figures of the courses one by one, in whole numbers of any size."""

from collections.abc import Sequence
from operator import add
from typing import NamedTuple

from sheber.engines.curriculum.graph import RequisiteGraph

# Above this many courses with requisites the sets of followers are counted in blocks of this width: one set per course
# would take n²/8 bytes, and 100 000 courses would need more than a gigabyte.
BLOCK = 16_384


class Figures(NamedTuple):
    """Figures of the n courses of a plan, by position.

    ``order`` are the courses by the earliest term they can be taken in, those without arcs last; ``longest_path`` is the
    first of the longest; ``totals`` are the sums of blocking factor, delay factor and centrality.
    """

    blocking_factor: tuple[int, ...]
    delay_factor: tuple[int, ...]
    centrality: tuple[int, ...]
    complexity: tuple[int, ...]
    order: tuple[int, ...]
    longest_path: tuple[int, ...]
    totals: tuple[int, int, int]


def exact_figures(graph: RequisiteGraph) -> Figures:
    """Figures of every course: O(n + m) steps and, for blocking, O(n·m/64) words."""
    after, order, paths_to, length_to = graph.after, graph.order, graph.paths_to, graph.length_to
    n_courses = len(after)
    blocking, centrality = [0] * n_courses, [0] * n_courses
    delay = graph.longest_to.copy()  # right already for a course that nothing follows
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
            delay[v] += longest
            blocking[v] = reached.bit_count()
            reach[v] = reached | bit
            before = length_to[v]
            if before != 1:  # 1 only at a source, which is inside no path
                centrality[v] = paths_to[v] * length + before * paths
        else:
            reach[v] = bit
        bit <<= 1
    if len(order) > BLOCK:
        blocking = _blocking_by_blocks(graph)
    return Figures(
        tuple(blocking),
        tuple(delay),
        tuple(centrality),
        tuple(map(add, blocking, delay)),
        (*order, *graph.alone),
        _longest_path(after, longest_from),
        (sum(blocking), sum(delay), sum(centrality)),
    )


def _blocking_by_blocks(graph: RequisiteGraph) -> list[int]:
    """Followers of each course, counted ``BLOCK`` possible followers at a time to bound the memory."""
    blocking = [0] * len(graph.after)
    backwards = graph.order[::-1]  # a follower always stands earlier here than the course it follows
    for start in range(0, len(backwards), BLOCK):
        reach = [0] * len(graph.after)
        for position in range(start, len(backwards)):
            v = backwards[position]
            reached = 0
            for w in graph.after[v]:
                reached |= reach[w]
            blocking[v] += reached.bit_count()
            own = position - start
            reach[v] = reached | (1 << own) if own < BLOCK else reached
    return blocking


def _longest_path(after: list[Sequence[int]], longest_from: list[int]) -> tuple[int, ...]:
    if not longest_from:
        return ()
    left = max(longest_from)
    path = [longest_from.index(left)]
    while left > 1:
        left -= 1
        path.append(next(w for w in after[path[-1]] if longest_from[w] == left))
    return tuple(path)
