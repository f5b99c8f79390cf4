"""The level a programme plans against the level its graduate needs."""

from collections.abc import Iterator

from sheber.apps.programmes.rules.checks.index import PlanIndex, covers, in_order
from sheber.apps.programmes.rules.findings import Finding, Repair, figure
from sheber.engines.curriculum.plan import Cell, Course


def findings(index: PlanIndex) -> Iterator[Finding]:
    yield from _not_reached(index)
    yield from _unknown(index)


def planned_level(index: PlanIndex, item: str) -> int:
    """Highest level at which the item, or a part of it, is taught or used; 0 when it is neither."""
    return max((cell.level for _course, cell in _cells(index, item) if cell.mode != "I"), default=0)


def _cells(index: PlanIndex, item: str) -> list[tuple[Course, Cell]]:
    return [(course, cell) for course in index.plan.courses for cell in course.cells
            if cell.item == item or cell.item.startswith(item + ".")]


def _not_reached(index: PlanIndex) -> Iterator[Finding]:
    """Asked of plans that have a matrix."""
    if not any(course.cells for course in index.plan.courses):
        return
    for item in in_order(index.targets):
        target, planned = index.targets[item], planned_level(index, item)
        if planned < target:
            best = _best(index, item)
            yield Finding("target_not_reached", (item, f"{planned}<{figure(target)}"),
                          {"item": item, "planned": planned, "target": figure(target)},
                          course=best[0].code if best else "", item=item, term=best[0].term if best else None,
                          repair=_repair(item, target, best))


def _best(index: PlanIndex, item: str) -> tuple[Course, Cell] | None:
    """The cell closest to the target: taught or used before introduced, then by level, then the latest."""
    cells = _cells(index, item)
    return max(cells, key=lambda found: (found[1].mode != "I", found[1].level, found[0].term or 0), default=None)


def _repair(item: str, target: float, best: tuple[Course, Cell] | None) -> Repair:
    wanted = -int(-target // 1)
    if best is None:
        return Repair("teach_item", {"item": item, "to": f"T{wanted}"})
    course, cell = best
    mode = "T" if cell.mode == "I" else cell.mode
    return Repair("change_cell", {"course": course.code, "item": cell.item, "from": f"{cell.mode}{cell.level}", "to": f"{mode}{wanted}"})


def _unknown(index: PlanIndex) -> Iterator[Finding]:
    """An item of the matrix for which the graduate has no target, often a slip of the keyboard."""
    if not index.targets:
        return
    seen: dict[str, list[str]] = {}
    for course in index.plan.courses:
        for cell in course.cells:
            if not any(covers(cell.item, item) for item in index.targets):
                seen.setdefault(cell.item, []).append(course.code)
    for item in in_order(seen):
        yield Finding("target_unknown", (item,), {"item": item, "courses": ", ".join(seen[item])}, course=seen[item][0], item=item,
                      term=index.term_of(seen[item][0]), repair=Repair("set_target", {"item": item}))
