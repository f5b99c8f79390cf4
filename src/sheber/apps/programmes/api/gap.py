"""The gap of a programme, the changes that would close most of it, and what stands behind one item."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.apps.programmes.queries.changes import proposed_changes
from sheber.apps.programmes.queries.gap import GapReport, Measured, measured, programme_gap
from sheber.apps.programmes.queries.gap_item import item_sources
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.apps.programmes.queries.weak_proof import weak_proofs
from sheber.apps.programmes.rules.gap_words import change_reason, weak_sentence
from sheber.engines.competence import METHODS
from sheber.kit.api import Out, Texts, Word, filled
from sheber.kit.errors import DomainError
from sheber.kit.http import Request

from .common import LEVEL, VERSION, version_named

router = Router(tags=["gap"])


class AgainstOut(Out):
    """What the programme is compared with."""

    code: str = Field(description="Code of an engineer type, or SOC code of an occupation.", examples=["line_engineer"])
    title: Texts
    engineer_type: str
    is_occupation: bool
    version: str
    status_of_fact: str
    sources: list[str]
    attribution: str = Field(description="To be shown wherever the figures are shown.")


class GapRowOut(Out):
    """One item. Differences are attained (or planned) minus required, in levels: negative is a lack."""

    code: str = Field(examples=["4.3"])
    name: Texts
    stage: str
    section: str | None
    weight: float = Field(description="0 to 1.")
    required: float | None = Field(description=LEVEL + " Empty: not required.")
    required_low: float | None = Field(description=LEVEL)
    required_high: float | None = Field(description=LEVEL)
    type_level: float | None = Field(description="What the engineer type requires, before an occupation shades it. 0 to 5.")
    deviation: float = Field(description="Occupation minus the mean of its type, in levels.")
    is_noise: bool = Field(description="The deviation is too small to mean anything.")
    is_weak: bool = Field(description="The occupation's level rests on little.")
    weak_reason: str = Field(description="Why, in the reader's language.")
    is_kept: bool = Field(description="The source is silent, so the type's level stands.")
    planned: float | None = Field(description=LEVEL + " Empty: not planned.")
    planned_course: str = Field(description="Course that gives the planned level.")
    planned_verdict: str = Field(description="met, within, short, not_assessed (here: not planned) or not_required.")
    planned_difference: float | None
    attained: float | None = Field(description="Mean of the class. " + LEVEL + " Empty: not assessed, which is not zero.")
    low: float | None = Field(description="Lower end of the interval. " + LEVEL)
    high: float | None = Field(description="Upper end of the interval. " + LEVEL)
    assessed: int = Field(description="Persons assessed.")
    not_assessed: int = Field(description="Persons not assessed.")
    below_share: float | None = Field(description="Share of the assessed below the required level, 0 to 1.")
    verdict: str = Field(description="met, within (the interval holds the required level), short, not_assessed, not_required, or hidden "
                                     "(fewer than five people, and the reader may not know who they are).")
    difference: float | None
    difference_is_noise: bool


class SummaryOut(Out):
    """Over the required items."""

    required: int = Field(description="Items.")
    short: int = Field(description="Items attained short.")
    fine: int = Field(description="Items met or within the interval.")
    not_assessed: int = Field(description="Items without a figure.")
    planned_short: int = Field(description="Items planned short.")
    largest: str = Field(description="Item with the largest lack.")
    shortfall: float | None = Field(description="Weighted mean lack, in levels; a surplus does not pay for a lack.")
    planned_shortfall: float | None = Field(description="The same for the plan.")


class ClassOut(Out):
    """Students who leave in one year."""

    year: int
    students: int
    is_active: bool


class GapOut(Out):
    """Required, planned and attained, item by item."""

    against: AgainstOut
    class_year: int | None
    classes: list[ClassOut]
    students: int = Field(description="Persons in the class.")
    evidence_items: int = Field(description="Items of evidence behind the attained levels.")
    measured_on: dt.date
    moved_on: int = Field(description="So many students are told by figures of before; 0: all are exact.")
    as_of: dt.datetime | None = Field(description="When the oldest of these figures of before were computed.")
    method: str = Field(examples=["weighted-1.0"])
    summary: SummaryOut
    rows: list[GapRowOut]
    is_synthetic: bool = Field(description="Made for the demonstration.")


class ChangeOut(Out):
    """One change of one cell."""

    course: str
    course_title: Texts
    term: int | None
    item: str
    item_name: Texts
    from_mode: str = Field(description="I, T, U, or empty for an empty cell.")
    from_level: int
    to_mode: str
    to_level: int
    credits: float = Field(description="Credits the change is taken to cost.")
    gap_closed: float = Field(description="Weighted mean lack closed, in levels.")
    closed_share: float = Field(description="The same as a share of the gap before, 0 to 1.")
    reason: str
    sentence: str = Field(description="What the change does, in the reader's language.")


class WeakProofOut(Out):
    """A course in which a class showed less than it plans, of an item the plan brings to the target and the class does not."""

    course: str
    course_title: Texts
    item: str
    item_name: Texts
    planned: int = Field(description="Planned level, 1 to 5.")
    shown: float = Field(description="Mean level shown there, 0 to 5.")
    items: int = Field(description="Observations behind the mean; never fewer than five.")
    difference: float = Field(description="Shown minus planned, in levels.")


class ChangesOut(Out):
    """The bundle of changes that closes most of the planned gap per credit."""

    against: AgainstOut
    changes: list[ChangeOut]
    gap_before: float = Field(description="Weighted mean lack, in levels.")
    gap_after: float = Field(description="Weighted mean lack, in levels.")
    credits: float
    per_credit: float = Field(description="Levels closed for each credit.")
    bound: float = Field(description="No bundle closes more per credit than this.")
    status: str = Field(description="What the solver says of its answer.")
    candidates: int = Field(description="Changes weighed.")
    cost_version: str
    weak_proofs: list[WeakProofOut] = Field(description="Where the class fell short of the plan, largest lack first; at most five.")


class CellSourceOut(Out):
    """A cell of the matrix behind the planned level."""

    course: str
    course_title: Texts
    term: int | None
    mode: str
    level: int = Field(description="1 to 5.")
    assessed_by: Texts
    reason: str = Field(description="counts, or why it does not.")
    is_planned_level: bool


class PersonSourceOut(Out):
    """A student behind the attained level."""

    id: int
    name: Texts
    level: float | None = Field(description=LEVEL + " Empty: not assessed.")
    low: float | None = Field(description=LEVEL)
    high: float | None = Field(description=LEVEL)
    items: int = Field(description="Items of evidence.")


class BinOut(Out):
    """Students whose level lies in a half-level."""

    from_level: float
    students: int


class ItemSourcesOut(Out):
    """What stands behind one item of the gap."""

    row: GapRowOut
    class_year: int | None
    cells: list[CellSourceOut]
    spread: list[BinOut]
    evidence_items: int
    people: list[PersonSourceOut] = Field(description="Empty for readers who may not see persons here.")


class GapFilters(Schema):
    """What is compared with what."""

    against: Word = Field("", description="Code of an engineer type or SOC code of an occupation; empty for the programme's own type.")
    class_year: int | None = Field(None, ge=1900, le=2200, description="Year the class leaves in; empty for the class that left last.")
    method: Word = Field("", description="Method of attainment: " + ", ".join(METHODS) + "; empty for the first.")


class ChangesFilters(Schema):
    """What the plan and the class are compared with."""

    against: Word = Field("", description="Code of an engineer type or SOC code of an occupation; empty for the programme's own type.")
    class_year: int | None = Field(None, ge=1900, le=2200, description="Year the class leaves in; empty for the class that left last.")


@router.get(f"{VERSION}/gap", response={200: GapOut}, url_name="programmes_gap", operation_id="gap_detail")
def gap_detail(request: Request, code: str, version: str, filters: Query[GapFilters]) -> Any:
    """What industry needs, what the matrix plans and what the class has proved."""
    row = version_named(request, code, version, "gap.view")
    report = _report(request, row, filters)
    return filled(GapOut, report, against=_against(report), method=report.method.key, is_synthetic=row.is_synthetic,
                  rows=[_row(one) for one in report.rows], moved_on=report.freshness.moved_on, as_of=report.freshness.as_of)


@router.get(f"{VERSION}/gap/changes", response={200: ChangesOut}, url_name="programmes_gap_changes", operation_id="gap_changes")
def gap_changes(request: Request, code: str, version: str, filters: Query[ChangesFilters]) -> Any:
    """The few changes of the matrix that close most of the planned gap for each credit they cost."""
    row = version_named(request, code, version, "gap.view")
    found = proposed_changes(version_id=row.id, edit_version=row.edit_version, against=filters.against)
    proofs = weak_proofs(version_id=row.id, against=filters.against, class_year=filters.class_year, on_day=timezone.localdate())
    return filled(ChangesOut, found, against=_against(found), weak_proofs=[filled(WeakProofOut, one) for one in proofs],
                  changes=[filled(ChangeOut, one, sentence=change_reason(one.reason)) for one in found.changes])


@router.get(f"{VERSION}/gap/items/{{item}}", response={200: ItemSourcesOut}, url_name="programmes_gap_item", operation_id="gap_item")
def gap_item(request: Request, code: str, version: str, item: str, filters: Query[GapFilters]) -> Any:
    """Where the three levels of one item come from."""
    row = version_named(request, code, version, "gap.view")
    whole = measured(version_id=row.id, against=filters.against)
    report = _report(request, row, filters, whole)
    found = next((one for one in report.rows if one.code == item), None)
    if found is None:
        raise LookupError(_("The syllabus has no item %(item)s.") % {"item": item})
    sources = item_sources(version_id=row.id, item=item, class_year=report.class_year, method=report.method,
                           on_day=report.measured_on, named=request.access.allowed("evidence.view", row.organisation_path), whole=whole)
    return filled(ItemSourcesOut, sources, row=_row(found), class_year=report.class_year,
                  spread=[{"from_level": low, "students": count} for low, count in sources.spread])


def method_named(key: str) -> str:
    """The key of a method as it is. Raises ``DomainError("unknown_method")``."""
    if key and key not in METHODS:
        raise DomainError("unknown_method", _("There is no method %(name)s.") % {"name": key}, methods=list(METHODS))
    return key


def _report(request: Any, row: VersionRow, filters: GapFilters, whole: Measured | None = None) -> GapReport:
    return programme_gap(version_id=row.id, against=filters.against, class_year=filters.class_year, on_day=timezone.localdate(),
                         method=method_named(filters.method), named=request.access.allowed("evidence.view", row.organisation_path),
                         whole=whole)


def _against(report: Any) -> dict[str, Any]:
    return filled(AgainstOut, report.against, engineer_type=report.against.engineer_type.code)


def _row(row: Any) -> dict[str, Any]:
    return filled(GapRowOut, row, weak_reason=weak_sentence(row.code) if row.is_weak else "")
