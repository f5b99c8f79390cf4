"""From a plan to its requisite graph, and what the graph says about the plan."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheber.engines.curriculum.graph import RequisiteCycleError, RequisiteGraph, requisite_graph
from sheber.engines.curriculum.metrics import CurriculumMetrics, curriculum_metrics, delay_in_terms
from sheber.engines.curriculum.plan import Course, Plan, Requisite, RequisiteKind
from sheber.engines.errors import EngineInputError


class PlanEdges(NamedTuple):
    """Requisites of a plan as arrays.

    ``codes`` are the n course codes in the order of the plan; ``requisite`` and ``course`` (int, shape (m,)) number
    them from 0; ``unknown`` holds (code of the course, code asked for) of requisites that lead out of the plan.
    """

    codes: tuple[str, ...]
    requisite: NDArray[np.int64]
    course: NDArray[np.int64]
    unknown: tuple[tuple[str, str], ...]


class RequisiteArc(NamedTuple):
    """One option of one requisite, by position of the courses in the plan."""

    requisite: int
    course: int
    kind: RequisiteKind


def plan_edges(plan: Plan) -> PlanEdges:
    """Requisites of a plan, every option of a choice included, each pair once, sorted by course.

    Raises EngineInputError when two courses bear one code (``row`` is the position of the second).
    """
    arcs, unknown = _arcs(plan)
    pairs = sorted({(arc.course, arc.requisite) for arc in arcs})
    return PlanEdges(
        tuple(course.code for course in plan.courses),
        np.array([requisite for _, requisite in pairs], dtype=np.int64),
        np.array([course for course, _ in pairs], dtype=np.int64),
        unknown,
    )


def plan_arcs(plan: Plan) -> tuple[RequisiteArc, ...]:
    """Requisites of a plan with their kind; options outside the plan are left out. Errors as `plan_edges`."""
    return _arcs(plan)[0]


def plan_metrics(plan: Plan) -> CurriculumMetrics:
    """`curriculum_metrics` of a plan, by position of the course in ``plan.courses``; errors name the courses."""
    edges = plan_edges(plan)
    return curriculum_metrics(len(edges.codes), edges.requisite, edges.course, system=plan.system, names=_names(plan))


def plan_delay_in_terms(plan: Plan) -> tuple[int, ...]:
    """`delay_in_terms` of a plan: corequisites of either kind cost no term of their own."""
    arcs = plan_arcs(plan)
    return delay_in_terms(
        len(plan.courses),
        np.array([arc.requisite for arc in arcs], dtype=np.int64),
        np.array([arc.course for arc in arcs], dtype=np.int64),
        np.array([arc.kind != "prerequisite" for arc in arcs], dtype=np.bool_),
    )


def check_satisfiable(plan: Plan) -> None:
    """Raise RequisiteCycleError when no order of terms can meet the requisites.

    Besides an ordinary circle this finds the circle through a strict corequisite: courses bound to one term, of which
    one comes, by some path, before the other. A circle of strict corequisites alone, or one that needs no course to be
    finished before another, can be met in one term; `plan_metrics` still refuses it when its arcs run in a circle.
    O(n + m).
    """
    arcs = plan_arcs(plan)
    codes = _names(plan)
    _acyclic(len(codes), arcs, codes)
    bound: list[list[int]] = [[] for _ in codes]
    for arc in arcs:
        bound[arc.requisite].append(arc.course)
        if arc.kind == "strict_corequisite":  # same term: neither comes before the other
            bound[arc.course].append(arc.requisite)
    group = _strong_components(bound)
    for arc in arcs:
        if arc.kind == "prerequisite" and group[arc.requisite] == group[arc.course]:
            back = _shortest_path(bound, arc.course, arc.requisite)
            least = back.index(min(back))
            raise RequisiteCycleError(back[least:] + back[:least], codes, same_term=True)


def requisite_distance(plan: Plan) -> dict[str, int]:
    """Terms between each course and its requisites, summed over the requisites: code of the course → distance.

    The published figure of a plan is the sum of the values. A requisite counts only when both courses have a term; a
    requisite placed after its course counts below zero.
    """
    distance = {course.code: 0 for course in plan.courses}
    for requisite, course in {(arc.requisite, arc.course) for arc in plan_arcs(plan)}:
        before, after = plan.courses[requisite].term, plan.courses[course]
        if before is not None and after.term is not None:
            distance[after.code] += after.term - before
    return distance


def extraneous_requisites(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Requisites already implied by longer paths: (requisite, course) codes, in the order of the plan.

    Published definition: u → v is extraneous when v can also be reached from u by a longer path and u is a corequisite
    of no course through which v is reached. Raises as `plan_metrics`.
    """
    arcs = plan_arcs(plan)
    codes = [course.code for course in plan.courses]
    graph = _acyclic(len(codes), arcs, codes)
    soft = {(arc.requisite, arc.course) for arc in arcs if arc.kind != "prerequisite"}
    reach = [0] * len(codes)
    found = []
    for u in reversed(graph.order):
        followers = graph.after[u]
        for v in followers:
            through = [w for w in followers if w == v or reach[w] >> v & 1]
            if len(through) > 1 and not any((u, w) in soft for w in through):
                found.append((u, v))
        for w in followers:
            reach[u] |= reach[w] | (1 << w)
    return tuple((codes[u], codes[v]) for u, v in sorted(found))


def dead_ends(plan: Plan, prefixes: Collection[str]) -> tuple[str, ...]:
    """Codes of courses that have requisites, are asked for by none, and belong to none of the ``prefixes``.

    Published definition: nothing of the programme's own prefixes makes use of them. A course without a prefix is left out.
    """
    edges = plan_edges(plan)
    asked, asking = set(edges.requisite.tolist()), set(edges.course.tolist())
    ends = sorted(asking - asked)
    return tuple(edges.codes[v] for v in ends if (prefix := course_label(plan, plan.courses[v])[0]) and prefix not in prefixes)


def course_label(plan: Plan, course: Course) -> tuple[str, str]:
    """Prefix and number of a course: those of the file it came from, else its code split after its leading letters."""
    kept = plan.details.get("courses")
    own = kept.get(course.code) if isinstance(kept, dict) else None
    if isinstance(own, dict):
        return str(own.get("prefix", "")), str(own.get("number", ""))
    letters = next((place for place, sign in enumerate(course.code) if not sign.isalpha()), len(course.code))
    return course.code[:letters], course.code[letters:].strip(" -_")


def _arcs(plan: Plan) -> tuple[tuple[RequisiteArc, ...], tuple[tuple[str, str], ...]]:
    position: dict[str, int] = {}
    for row, course in enumerate(plan.courses):
        if course.code in position:
            raise EngineInputError("courses", f"the code {course.code} is borne by two courses", row)
        position[course.code] = row
    arcs, unknown = [], []
    for v, course in enumerate(plan.courses):
        for requisite, option in _options(course):
            u = position.get(option)
            if u is None:
                unknown.append((course.code, option))
            else:
                arcs.append(RequisiteArc(u, v, requisite.kind))
    return tuple(arcs), tuple(dict.fromkeys(unknown))


def _options(course: Course) -> Iterator[tuple[Requisite, str]]:
    for requisite in course.requisites:
        for option in requisite.options:
            yield requisite, option


def _names(plan: Plan) -> list[str]:
    """What to call the courses in an error: the code, and the title too where the code is a mere number."""
    return [
        f"{course.code} {next(iter(course.title.values()), '')}".strip() if course.code.isdigit() else course.code
        for course in plan.courses
    ]


def _acyclic(n_courses: int, arcs: tuple[RequisiteArc, ...], codes: list[str]) -> RequisiteGraph:
    requisite = np.array([arc.requisite for arc in arcs], dtype=np.int64)
    course = np.array([arc.course for arc in arcs], dtype=np.int64)
    return requisite_graph(n_courses, requisite, course, names=codes)


def _strong_components(after: list[list[int]]) -> list[int]:
    """Number of the strong component of each vertex: two depth-first walks (Kosaraju, Sharir 1981), without recursion."""
    finished: list[int] = []
    seen = [False] * len(after)
    for root in range(len(after)):
        if seen[root]:
            continue
        seen[root] = True
        stack = [(root, iter(after[root]))]
        while stack:
            vertex, followers = stack[-1]
            step = next((w for w in followers if not seen[w]), None)
            if step is None:
                finished.append(vertex)
                stack.pop()
            else:
                seen[step] = True
                stack.append((step, iter(after[step])))
    before: list[list[int]] = [[] for _ in after]
    for vertex, onwards in enumerate(after):
        for follower in onwards:
            before[follower].append(vertex)
    component = [-1] * len(after)
    for number, root in enumerate(reversed(finished)):
        pending = [root] if component[root] < 0 else []
        while pending:
            vertex = pending.pop()
            if component[vertex] < 0:
                component[vertex] = number
                pending.extend(before[vertex])
    return component


def _shortest_path(after: list[list[int]], start: int, end: int) -> list[int]:
    """Vertices of a shortest path from ``start`` to ``end``, both included."""
    came: dict[int, int] = {start: start}
    queue = [start]
    for vertex in queue:
        if vertex == end:
            break
        for follower in after[vertex]:
            if follower not in came:
                came[follower] = vertex
                queue.append(follower)
    path = [end]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]
