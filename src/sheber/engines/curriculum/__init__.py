"""Curriculum analytics: what a programme's requisites say about how hard it is to get through."""

from sheber.engines.curriculum.choices import MetricsInterval, metrics_interval
from sheber.engines.curriculum.csv_errors import CurriculumFileError
from sheber.engines.curriculum.graph import RequisiteCycleError
from sheber.engines.curriculum.metrics import (
    CurriculumMetrics,
    CurriculumTotals,
    curriculum_metrics,
    curriculum_metrics_many,
    delay_in_terms,
)
from sheber.engines.curriculum.plans import (
    PlanEdges,
    check_satisfiable,
    course_label,
    dead_ends,
    extraneous_requisites,
    plan_delay_in_terms,
    plan_edges,
    plan_metrics,
    requisite_distance,
)

__all__ = [
    "CurriculumFileError",
    "CurriculumMetrics",
    "CurriculumTotals",
    "MetricsInterval",
    "PlanEdges",
    "RequisiteCycleError",
    "check_satisfiable",
    "course_label",
    "curriculum_metrics",
    "curriculum_metrics_many",
    "dead_ends",
    "delay_in_terms",
    "extraneous_requisites",
    "metrics_interval",
    "plan_delay_in_terms",
    "plan_edges",
    "plan_metrics",
    "requisite_distance",
]
