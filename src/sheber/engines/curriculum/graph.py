"""The requisite graph: an arc from each requisite to the course that asks for it, put in order and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheber.engines.errors import EngineInputError


class RequisiteCycleError(EngineInputError):
    """Courses that wait for one another, so that none of them can ever be taken.

    ``cycle`` holds the positions of the courses: each is a requisite of the next and the last of the first.
    ``same_term`` says that somewhere on it a strict corequisite is followed backwards: both its courses share a term.
    """

    def __init__(self, cycle: Sequence[int], names: Sequence[str] | None = None, *, same_term: bool = False) -> None:
        self.cycle = tuple(cycle)
        self.same_term = same_term
        ring = (*self.cycle, self.cycle[0])
        text = " → ".join(str(vertex) if names is None else names[vertex] for vertex in ring)
        super().__init__("requisite", f"the requisites run in a circle{' through a strict corequisite' if same_term else ''}: {text}")


@dataclass(frozen=True, slots=True)
class RequisiteGraph:
    """Requisites as adjacency lists, in order, with the paths that lead to each course.

    Attributes
    ----------
    after : list of n sequences
        Courses that ask for each course, ascending, each once.
    order : list of k positions
        Courses with a requisite or a follower by ``longest_to``, then by position: every requisite comes before the
        courses that ask for it.
    alone : list of n - k positions
        Courses without either, ascending.
    paths_to, length_to, longest_to : lists of n ints
        Of the paths from a course without requisites to each course: how many, their total length, the longest; lengths
        in courses. A course of ``alone`` has 0, 0, 1.
    """

    after: list[Sequence[int]]
    order: list[int]
    alone: list[int]
    paths_to: list[int]
    length_to: list[int]
    longest_to: list[int]


def requisite_graph(
    n_courses: int, requisite: NDArray[np.integer[Any]], course: NDArray[np.integer[Any]], *, names: Sequence[str] | None = None
) -> RequisiteGraph:
    """Check the arcs, drop the repeated ones, put the courses in order and count the paths on the way.

    Parameters, errors and cost: those of `requisite_arcs` and then of `ordered_graph`.
    """
    tail, head = requisite_arcs(n_courses, requisite, course, names=names)
    return ordered_graph(n_courses, tail, head, names=names)


def requisite_arcs(
    n_courses: int, requisite: NDArray[np.integer[Any]], course: NDArray[np.integer[Any]], *, names: Sequence[str] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The arcs as two columns, each arc once, sorted by requisite, then course.

    Parameters
    ----------
    n_courses : int
        Number of courses; they are numbered from 0.
    requisite, course : int arrays, shape (m,)
        Arc i says that ``course[i]`` asks for ``requisite[i]``.
    names : n strings, optional
        What to call the courses in an error.

    Raises
    ------
    EngineInputError
        Lengths differ, a position is outside 0..n-1, or a course asks for itself (``row`` says where).

    Notes
    -----
    O(m log m). The answer does not depend on the order of the arcs.
    """
    first, second = _checked(n_courses, requisite, course, names)
    if not first.size:
        return first, second
    bits = n_courses.bit_length()  # of the second half of a key
    key = first << bits | second
    key.sort()
    repeated = key[1:] == key[:-1]
    if repeated.any():
        key = key[np.concatenate(([True], ~repeated))]
    return key >> bits, key & ((1 << bits) - 1)


def ordered_graph(
    n_courses: int, tail: NDArray[np.int64], head: NDArray[np.int64], *, names: Sequence[str] | None = None
) -> RequisiteGraph:
    """Put the courses in order (Kahn 1962) and count the paths on the way; arcs as `requisite_arcs` gives them.

    Raises RequisiteCycleError when the arcs run in a circle. O(n log n + m).
    """
    after: list[Sequence[int]] = [()] * n_courses
    paths, length, longest = [0] * n_courses, [0] * n_courses, [1] * n_courses
    if not tail.size:
        return RequisiteGraph(after, [], list(range(n_courses)), paths, length, longest)
    waiting_for = np.bincount(head, minlength=n_courses)
    cut = np.flatnonzero(tail[1:] != tail[:-1]) + 1
    heads: list[int] = head.tolist()
    start = 0
    tails = tail[np.concatenate(([0], cut))]
    for vertex, end in zip(tails.tolist(), [*cut.tolist(), tail.size], strict=True):
        after[vertex] = heads[start:end]
        start = end
    order: list[int] = tails[waiting_for[tails] == 0].tolist()
    for vertex in order:
        paths[vertex] = length[vertex] = 1
    waiting: list[int] = waiting_for.tolist()
    push = order.append
    for vertex in order:  # grows while it is read: a course joins when its last requisite has been seen
        followers = after[vertex]
        if followers:
            count = paths[vertex]
            total = length[vertex] + count
            step = longest[vertex] + 1
            for follower in followers:
                paths[follower] += count
                length[follower] += total
                if longest[follower] < step:  # noqa: PLR1730  max() would double the time of this loop
                    longest[follower] = step
                if waiting[follower] == 1:
                    push(follower)
                else:
                    waiting[follower] -= 1
    touched = waiting_for > 0
    touched[tails] = True
    alone: list[int] = np.flatnonzero(~touched).tolist()
    if len(order) + len(alone) < n_courses:
        seen = {*order, *alone}
        raise RequisiteCycleError(find_cycle(after, [v for v in range(n_courses) if v not in seen]), names)
    order.sort()
    order.sort(key=longest.__getitem__)
    return RequisiteGraph(after, order, alone, paths, length, longest)


def find_cycle(after: Sequence[Sequence[int]], among: Sequence[int]) -> list[int]:
    """Vertices of one cycle, in the direction of the arcs, from its least vertex; empty when ``among`` holds none.

    Only arcs between vertices of ``among`` are followed. O(n + m).
    """
    inside = set(among)
    state: dict[int, int] = {}  # 1 = on the path walked now, 2 = done
    for root in sorted(inside):
        if root in state:
            continue
        path, stack = [root], [iter(after[root])]
        state[root] = 1
        while stack:
            step = next((v for v in stack[-1] if v in inside and state.get(v) != 2), None)
            if step is None:
                state[path.pop()] = 2
                stack.pop()
            elif state.get(step) == 1:
                ring = path[path.index(step) :]
                least = ring.index(min(ring))
                return ring[least:] + ring[:least]
            else:
                state[step] = 1
                path.append(step)
                stack.append(iter(after[step]))
    return []


def _checked(
    n_courses: int, requisite: NDArray[np.integer[Any]], course: NDArray[np.integer[Any]], names: Sequence[str] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if n_courses < 0:
        raise EngineInputError("n_courses", f"must not be negative, is {n_courses}")
    if names is not None and len(names) != n_courses:
        raise EngineInputError("names", f"must name each of the {n_courses} courses, names {len(names)}")
    columns = []
    for name, given in (("requisite", requisite), ("course", course)):
        column = np.asarray(given)
        if column.ndim != 1:
            raise EngineInputError(name, f"must have one axis, has {column.ndim}")
        if column.size and column.dtype.kind not in "iu":
            raise EngineInputError(name, f"must hold whole numbers, holds {column.dtype}")
        number = column.astype(np.int64, copy=False)
        if number.size and number.view(np.uint64).max() >= n_courses:  # below 0 becomes very large
            row = int(np.flatnonzero((number < 0) | (number >= n_courses))[0])
            raise EngineInputError(name, f"must be a course 0..{n_courses - 1}, is {column[row]}", row)
        columns.append(number)
    first, second = columns
    if first.size != second.size:
        raise EngineInputError("course", f"must be as long as requisite ({first.size}), is {second.size}")
    same = first == second
    if same.any():
        row = int(np.flatnonzero(same)[0])
        who = str(first[row]) if names is None else names[int(first[row])]
        raise EngineInputError("requisite", f"course {who} asks for itself", row)
    return first, second
