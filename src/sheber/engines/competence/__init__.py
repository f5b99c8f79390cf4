"""What is planned, what is attained, what is required, the gap between them, and what to change."""

from sheber.engines.competence.attainment import Attainment, attainment
from sheber.engines.competence.candidates import REASONS, CostModel
from sheber.engines.competence.changes import Change, ChangePlan, recommended_changes
from sheber.engines.competence.cohort import CohortAttainment, cohort_attainment
from sheber.engines.competence.columns import MODES, MatrixColumns, matrix_columns
from sheber.engines.competence.demand import KEEP_TARGET_ITEMS, WEAK_ITEMS, ShadedDemand, item_flags, shaded_demand, type_means
from sheber.engines.competence.gap import NOISE_LEVELS, VERDICTS, Gap, gap
from sheber.engines.competence.methods import DEFAULT_METHOD, METHODS, SETTINGS, Method
from sheber.engines.competence.planned import CELL_REASONS, PlannedAttainment, planned_attainment

__all__ = [
    "CELL_REASONS", "DEFAULT_METHOD", "KEEP_TARGET_ITEMS", "METHODS", "MODES", "NOISE_LEVELS", "REASONS", "SETTINGS", "VERDICTS",
    "WEAK_ITEMS",
    "Attainment", "Change", "ChangePlan", "CohortAttainment", "CostModel", "Gap", "MatrixColumns", "Method", "PlannedAttainment",
    "ShadedDemand",
    "attainment", "cohort_attainment", "gap", "item_flags", "matrix_columns", "planned_attainment", "recommended_changes",
    "shaded_demand", "type_means",
]
