"""The figures of many courses at once: whole columns are swept level by level instead of course by course.

Plans without a common course are one graph here, so a batch costs hardly more calls than its deepest plan alone. Paths are
counted in floats, exact below 2**53; a graph with more paths, a circle or a very long chain is left to `exact_figures`.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheber.engines.curriculum.exact import Figures

DEEPEST = 32  # courses on the longest path: each costs a pass over all arcs
EXACT_BELOW = 2.0**53

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Paths(NamedTuple):
    """Of the paths that end at each vertex: how many, their total length in arcs, courses on the longest; shapes (n,)."""

    number: Floats
    arcs: Floats
    longest: Ints


def swept_figures(sizes: Sequence[int], tail: Ints, head: Ints) -> list[Figures] | None:
    """Figures of each plan, or None when they cannot be had exactly in this way.

    Parameters
    ----------
    sizes : p ints > 0
        Courses of each plan; the courses of all plans are numbered through from 0.
    tail, head : int arrays, shape (m,)
        Distinct arcs requisite → course, each within a plan, sorted by tail, then head.

    Notes
    -----
    O(m·depth) steps and m·k/64 words, k being the most courses with arcs in one plan.
    """
    starts = np.array([0, *accumulate(sizes)], dtype=np.int64)
    n_courses = int(starts[-1])
    linked = np.zeros(n_courses, dtype=np.bool_)
    linked[tail] = linked[head] = True
    course = np.flatnonzero(linked)  # only courses with arcs are swept, numbered through anew
    number = np.cumsum(linked) - 1
    tail, head = number.take(tail), number.take(head)
    both = _paths(course.size, tail, head)
    if both is None:
        return None
    to, onwards = both
    through = to.number * (onwards.arcs + onwards.number) + to.arcs * onwards.number
    through *= (to.longest > 1) & (onwards.longest > 1)
    # Whole numbers ≥ 0 were added and multiplied, and rounding never crosses 2**53: a total below it is exact, and so is all
    # that went into it. Paths without an inner course do not enter, but of these there are at most m.
    if through.sum() >= EXACT_BELOW:
        return None
    cuts = np.searchsorted(course, starts)
    followers = _followers(cuts, onwards.longest, tail, head)
    blocking, delay, centrality = np.zeros((3, n_courses), dtype=np.int64)
    blocking[course] = followers
    delay += 1
    delay[course] = to.longest + onwards.longest - 1
    centrality[course] = through
    columns = (blocking, delay, centrality, blocking + delay, _orders(sizes, starts, course, to.longest))
    bounds = [slice(*pair) for pair in pairwise(starts.tolist())]
    paths = _longest_paths(starts, cuts, course, onwards.longest, tail, head)
    totals = zip(*(np.add.reduceat(column, starts[:-1]).tolist() for column in (blocking, delay, centrality)), strict=True)
    return [Figures(*each) for each in zip(*(_cut(column, bounds) for column in columns), paths, totals, strict=True)]


def _paths(n: int, tail: Ints, head: Ints) -> tuple[Paths, Paths] | None:
    """Paths from the sources and, arcs reversed, from the sinks to each vertex; None for a circle or a very long path.

    Step k pushes along every arc the number of paths of k arcs. Both directions go together as one graph of 2n vertices.
    """
    start, end = np.concatenate((tail, head + n)), np.concatenate((head, tail + n))
    paths = (np.bincount(end, minlength=2 * n) == 0).astype(np.float64)
    by_arcs = []
    while np.count_nonzero(paths):
        by_arcs.append(paths)
        if len(by_arcs) > DEEPEST:
            return None
        paths = np.bincount(end, paths.take(start), 2 * n)
    if not by_arcs:
        return None
    table = np.array(by_arcs)
    number = table.sum(axis=0)
    arcs = np.arange(len(table), dtype=np.float64) @ table
    depths = np.arange(1, len(table) + 1, dtype=np.uint8)
    longest = ((table > 0) * depths[:, np.newaxis]).max(axis=0).astype(np.int64)
    if not number.all():
        return None
    return Paths(number[:n], arcs[:n], longest[:n]), Paths(number[n:], arcs[n:], longest[n:])


def _followers(cuts: Ints, height: Ints, tail: Ints, head: Ints) -> Ints:
    """How many vertices can be reached from each vertex: sets of bits, united from the sinks upwards.

    ``cuts`` bounds the vertices of each plan, which share the bits; ``height`` is ``longest`` towards the sinks.
    """
    n = height.size
    place = np.arange(n) - np.repeat(cuts[:-1], np.diff(cuts))
    by_height = _order(height)
    rank = np.empty(n, dtype=np.int64)
    rank[by_height] = np.arange(n)
    head = rank.take(head.take(_order(height.take(tail))))
    first_arc = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=n).take(by_height))))
    place = place.take(by_height)
    reach = np.zeros((n, place.max() // 64 + 1), dtype=np.uint64)
    reach[np.arange(n), place >> 6] = np.uint64(1) << (place & 63).astype(np.uint64)
    for low, high in pairwise(np.cumsum(np.bincount(height))[1:].tolist()):  # the vertices of one height
        begin, end = first_arc[low], first_arc[high]
        sets = reach[low:high]
        sets |= np.bitwise_or.reduceat(reach.take(head[begin:end], axis=0), first_arc[low:high] - begin, axis=0)
    followers: Ints = np.bitwise_count(reach).sum(axis=1, dtype=np.int64) - 1  # a vertex is in its own set
    return followers.take(rank)


def _longest_paths(starts: Ints, cuts: Ints, course: Ints, height: Ints, tail: Ints, head: Ints) -> Iterator[tuple[int, ...]]:
    """The first of the longest paths of each plan, courses numbered within the plan."""
    down = np.flatnonzero(height.take(head) == height.take(tail) - 1)[::-1]
    following = np.zeros(height.size, dtype=np.int64)
    following[tail.take(down)] = head.take(down)  # of the arcs of one tail the least head comes last and stays
    ahead, heights, courses = following.tolist(), height.tolist(), course.tolist()
    for start, (first, last) in zip(starts.tolist(), pairwise(cuts.tolist()), strict=False):
        if first == last:  # no arcs: the path is one course
            yield (0,)
            continue
        left = max(heights[first:last])
        vertex = heights.index(left, first)
        path = []
        for _ in range(left):
            path.append(courses[vertex] - start)
            vertex = ahead[vertex]
        yield tuple(path)


def _orders(sizes: Sequence[int], starts: Ints, course: Ints, depth: Ints) -> Ints:
    """Courses of each plan by depth, those without arcs last, numbered within the plan."""
    deepest = DEEPEST + 1  # where a course without arcs stands
    key = np.repeat(np.arange(len(sizes)) * (deepest + 1) + deepest, sizes)
    key[course] += depth - deepest
    return _order(key) - np.repeat(starts[:-1], sizes)


def _cut(column: Ints, bounds: list[slice]) -> list[tuple[int, ...]]:
    """Column over all courses as plain numbers, plan by plan."""
    values = column.tolist()
    return [tuple(values[bound]) for bound in bounds] if len(bounds) > 1 else [tuple(values)]


def _order(key: Ints) -> Ints:
    """Positions sorted by a key ≥ 0, stable. Small keys go as 16 bits, which NumPy sorts by counting."""
    return np.argsort(key.astype(np.uint16) if key.max(initial=0) < 2**16 else key, kind="stable")
