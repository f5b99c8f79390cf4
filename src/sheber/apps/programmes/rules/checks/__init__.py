"""All checks of a plan, in one call."""

from sheber.apps.programmes.rules.checks import hours, matrix, requisites, structure, targets, terms
from sheber.apps.programmes.rules.checks.index import PlanIndex
from sheber.apps.programmes.rules.findings import CODES, Finding, Repair, Severity
from sheber.engines.curriculum.plan import Plan

__all__ = ["CODES", "Finding", "Repair", "Severity", "check_plan"]


def check_plan(plan: Plan) -> tuple[Finding, ...]:
    """Everything that is wrong with a plan, topic by topic, each topic in the order of the plan.

    A plan that does not state something (hours, terms, targets, a matrix) is not blamed for it.
    """
    index = PlanIndex.of(plan)
    topics = (terms.findings, requisites.findings, structure.findings, matrix.findings, targets.findings, hours.findings)
    return tuple(finding for topic in topics for finding in topic(index))
