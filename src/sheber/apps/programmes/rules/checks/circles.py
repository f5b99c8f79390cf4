"""Requisites that can never be met because they lead round in a circle.

Let T(c) be the term of course c. A prerequisite p asks T(c) ≥ T(p) + 1, a corequisite asks T(c) ≥ T(p), a strict corequisite
asks T(c) = T(p); of any-of and choose-x-of-y only ``need`` options must hold. The system has a solution unless some courses push
each other on for ever, which the least solution shows: within a knot of n courses no term need exceed n − 1.
"""

from collections import deque
from collections.abc import Mapping

from sheber.engines.curriculum.plan import Plan

Link = tuple[int, tuple[str, ...], int]  # (1 for a prerequisite else 0, options, need)


def circles(plan: Plan) -> list[tuple[str, ...]]:
    """One circle for every knot of courses that cannot be studied, each as the codes along it: each needs the next."""
    links = _links(plan)
    found = []
    for knot in _knots({code: [option for _step, options, _need in of for option in options] for code, of in links.items()}):
        dead = _dead(knot, links)
        if dead:
            found += _one_circle_each(dead, links)
    order = {course.code: place for place, course in enumerate(plan.courses)}
    turned = [_from_first(circle, order) for circle in found]
    return sorted(turned, key=lambda circle: order[circle[0]])


def _links(plan: Plan) -> dict[str, list[Link]]:
    known = {course.code for course in plan.courses}
    links: dict[str, list[Link]] = {course.code: [] for course in plan.courses}
    for course in plan.courses:
        for requisite in course.requisites:
            distinct = set(requisite.options)
            options = tuple(option for option in dict.fromkeys(requisite.options) if option in known)
            need = min(requisite.need, len(distinct)) - (len(distinct) - len(options))  # an unknown option is told of elsewhere
            if need < 1:
                continue
            links[course.code].append((int(requisite.kind == "prerequisite"), options, need))
            if requisite.kind == "strict_corequisite" and need == len(options):
                for option in options:
                    links[option].append((0, (course.code,), 1))
    return links


def _knots(edges: Mapping[str, list[str]]) -> list[set[str]]:
    """Strongly connected components that hold an edge (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    knots: list[set[str]] = []
    for root in edges:
        if root in number:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for other in following:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(edges[other])))
                    break
                if other in on_stack:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    knot = set()
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        knot.add(member)
                        if member == node:
                            break
                    if len(knot) > 1 or node in edges[node]:
                        knots.append(knot)
    return knots


def _dead(knot: set[str], links: Mapping[str, list[Link]]) -> set[str]:
    """Courses of the knot that no order of study can reach."""
    earliest = dict.fromkeys(knot, 0)
    limit = len(knot)
    moved = True
    while moved:
        moved = False
        for code in knot:
            if earliest[code] >= limit:
                continue
            wanted = earliest[code]
            for step, options, need in links[code]:
                ready = sorted(min(earliest[option] + step, limit) if option in knot else 0 for option in options)
                wanted = max(wanted, ready[need - 1])
            if wanted > earliest[code]:
                earliest[code] = min(wanted, limit)
                moved = True
    return {code for code, term in earliest.items() if term >= limit}


def _one_circle_each(dead: set[str], links: Mapping[str, list[Link]]) -> list[tuple[str, ...]]:
    """In every knot of the dead courses the shortest circle with a prerequisite in it."""
    edges: dict[str, dict[str, int]] = {code: {} for code in dead}
    for code in dead:
        for step, options, need in links[code]:
            blocked = [option for option in options if option in dead]
            if len(blocked) > len(options) - need:
                for option in blocked:
                    edges[code][option] = max(step, edges[code].get(option, 0))
    found = []
    for knot in _knots({code: list(of) for code, of in sorted(edges.items())}):
        best: tuple[str, ...] | None = None
        for code in sorted(knot):
            for other, step in edges[code].items():
                if step and other in knot:
                    circle = _way(other, code, edges, knot)
                    if circle and (best is None or len(circle) < len(best)):
                        best = circle
        if best:
            found.append(best)
    return found


def _way(start: str, goal: str, edges: Mapping[str, Mapping[str, int]], knot: set[str]) -> tuple[str, ...]:
    """Shortest way from start to goal, goal first, so that the last link closes the circle."""
    came: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if node == goal:
            way = [node]
            while came[way[-1]]:
                way.append(came[way[-1]])
            way.reverse()
            return (goal, *way[:-1])
        for other in edges[node]:
            if other in knot and other not in came:
                came[other] = node
                waiting.append(other)
    return ()


def _from_first(circle: tuple[str, ...], order: Mapping[str, int]) -> tuple[str, ...]:
    start = min(range(len(circle)), key=lambda place: order[circle[place]])
    return circle[start:] + circle[:start]
