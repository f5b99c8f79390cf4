"""Metrics of a plan that leaves choices: the least and the most over everything a student may choose."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np

from sheber.engines.curriculum.graph import RequisiteCycleError
from sheber.engines.curriculum.metrics import CurriculumMetrics, CurriculumTotals, curriculum_metrics
from sheber.engines.curriculum.plan import Plan
from sheber.engines.curriculum.plans import plan_arcs

MOST_CHOICES = 4096


@dataclass(frozen=True, slots=True)
class MetricsInterval:
    """Least and most of each figure over the choices, each figure on its own.

    ``choices`` counts the combinations of options, ``impossible`` those of them whose requisites run in a circle and
    which are left out. Positions are those of ``plan.courses``.
    """

    choices: int
    impossible: int
    blocking_factor: tuple[tuple[int, int], ...]
    delay_factor: tuple[tuple[int, int], ...]
    centrality: tuple[tuple[int, int], ...]
    structural_complexity: tuple[tuple[float, float], ...]
    least: CurriculumTotals
    most: CurriculumTotals


def choice_count(plan: Plan) -> int:
    """Ways to meet the requisites of a plan: the product over requisites of (options choose need)."""
    return prod(
        comb(len(options), min(requisite.need, len(options)))
        for course in plan.courses
        for requisite in course.requisites
        if (options := tuple(dict.fromkeys(requisite.options)))
    )


def metrics_interval(plan: Plan, *, most_choices: int = MOST_CHOICES) -> MetricsInterval | None:
    """Least and most of the metrics when each requisite is met by just ``need`` of its options.

    Exact. None when there are more than ``most_choices`` ways to choose, so that the figures would cost too much; then
    only the published figures, which count every option, can be shown. Raises RequisiteCycleError when every choice runs
    in a circle, and EngineInputError when two courses bear one code.
    """
    choices = choice_count(plan)
    if choices > most_choices:
        return None
    plan_arcs(plan)  # refuses a repeated code
    codes = tuple(course.code for course in plan.courses)
    results: list[CurriculumMetrics] = []
    refused: RequisiteCycleError | None = None
    for arcs in _ways(plan):
        first = np.array([u for u, _ in arcs], dtype=np.int64)
        second = np.array([v for _, v in arcs], dtype=np.int64)
        try:
            results.append(curriculum_metrics(len(codes), first, second, system=plan.system, names=codes))
        except RequisiteCycleError as circle:
            refused = circle
    if not results:
        if refused is None:
            raise AssertionError("a plan has at least one way to meet its requisites")
        raise refused
    return MetricsInterval(
        choices,
        choices - len(results),
        tuple(_span(each) for each in zip(*(r.blocking_factor for r in results), strict=True)),
        tuple(_span(each) for each in zip(*(r.delay_factor for r in results), strict=True)),
        tuple(_span(each) for each in zip(*(r.centrality for r in results), strict=True)),
        tuple((min(each), max(each)) for each in zip(*(r.structural_complexity for r in results), strict=True)),
        _totals(results, 0),
        _totals(results, 1),
    )


def _ways(plan: Plan) -> Iterator[list[tuple[int, int]]]:
    position = {course.code: row for row, course in enumerate(plan.courses)}
    options = [
        [
            [(position[code], v) for code in chosen if code in position]
            for chosen in combinations(given, min(requisite.need, len(given)))
        ]
        for v, course in enumerate(plan.courses)
        for requisite in course.requisites
        if (given := tuple(dict.fromkeys(requisite.options)))
    ]
    for way in product(*options):
        yield [arc for arcs in way for arc in arcs]


def _span(values: tuple[int, ...]) -> tuple[int, int]:
    return min(values), max(values)


def _totals(results: list[CurriculumMetrics], end: int) -> CurriculumTotals:
    pick = max if end else min
    return CurriculumTotals(
        pick(r.totals.blocking_factor for r in results),
        pick(r.totals.delay_factor for r in results),
        pick(r.totals.centrality for r in results),
        pick(r.totals.structural_complexity for r in results),
        pick(r.totals.structural_complexity_unscaled for r in results),
    )
