"""The changes of the matrix that close most of the planned gap, with courses and items by name."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache

from sheber.engines.competence import ChangePlan, recommended_changes
from sheber.kit.localised import LocalisedText
from sheber.spine.competences.profiles import profiles_in_force

from .gap import Against, Measured, measured

KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of one cell. ``gap_closed`` is in levels of weighted mean shortfall."""

    course: str
    course_title: LocalisedText
    term: int | None
    item: str
    item_name: LocalisedText
    from_mode: str
    from_level: int
    to_mode: str
    to_level: int
    credits: float
    gap_closed: float
    closed_share: float
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A bundle, its effect, and how sure the solver is that there is none better."""

    against: Against
    changes: tuple[ChangeRow, ...]
    gap_before: float
    gap_after: float
    credits: float
    per_credit: float
    bound: float
    status: str
    candidates: int
    cost_version: str


def proposed_changes(*, version_id: int, edit_version: int, against: str = "") -> Proposal:
    """Computed once for each save of the version, each state of the profiles and each comparison.

    Raises ``LookupError`` for an unknown ``against``.
    """
    asked = hashlib.sha256(against.encode()).hexdigest()[:16]      # whatever an address holds makes a good key
    key = f"programmes.changes:{version_id}:{edit_version}:{profiles_in_force()}:{asked}"
    known: Proposal | None = cache.get(key)
    if known is None:
        whole = measured(version_id=version_id, against=against)
        known = proposal_of(whole, recommended_changes(whole.matrix, whole.demand.level, whole.demand.weight, time_limit_s=5.0))
        cache.set(key, known, KEPT_S)
    return known


def proposal_of(whole: Measured, plan: ChangePlan) -> Proposal:
    """Name the courses and items of a bundle."""
    rows = []
    for change in plan.changes:
        course, item = whole.plan.courses[change.course], whole.items[change.item]
        share = change.gap_closed / plan.gap_before if plan.gap_before else 0.0
        rows.append(ChangeRow(course.code, LocalisedText.of(course.title), course.term, item.code, item.name, change.from_mode,
                              change.from_level, change.to_mode, change.to_level, change.credits, change.gap_closed, share, change.reason))
    return Proposal(whole.against, tuple(rows), plan.gap_before, plan.gap_after, plan.credits, plan.per_credit, plan.bound, plan.status,
                    plan.candidates, plan.cost_version)
