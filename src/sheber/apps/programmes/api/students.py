"""Students: lists with the distance of each to the goal, sizes of classes, and one student's attainment and gap."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from sheber.apps.programmes import services
from sheber.apps.programmes.queries import student_page
from sheber.apps.programmes.queries import students as queries
from sheber.apps.programmes.queries.students import StudentRow
from sheber.engines.competence import DEFAULT_METHOD, METHODS
from sheber.kit import tables
from sheber.kit.api import Out, Page, Paging, Texts, Word, cut, filled, page
from sheber.kit.errors import DomainError
from sheber.kit.http import Request

from .common import LEVEL, VERSION, version_named
from .gap import ClassOut, method_named

router = Router(tags=["students"])
Verdict = Literal["", "short", "fine", "unassessed"]
Sort = Literal["name", "-name", "programme", "-programme", "class", "-class", "goal", "-goal", "short", "-short", "fine", "-fine",
               "not_assessed", "-not_assessed", "items", "-items"]


class StudyOut(Out):
    """A programme a person studies or studied."""

    programme: str = Field(description="Code of the programme.")
    programme_title: Texts
    version: str
    class_year: int = Field(description="Year in which the class leaves.")
    entry_year: int
    is_active: bool
    goal: str = Field(description="Engineer type aimed at.")


class DistanceOut(Out):
    """Over the items the goal requires."""

    required: int = Field(description="Items.")
    met: int
    within: int = Field(description="Items whose interval holds the required level.")
    short: int
    not_assessed: int
    largest: str = Field(description="Item with the largest lack.")
    largest_difference: float | None = Field(description="Attained minus required, in levels.")
    items: int = Field(description="Items of evidence.")


class StudentOut(Out):
    """A student with the distance to the goal."""

    person_id: int
    name: Texts
    study: StudyOut
    year: int = Field(description="Year of study.")
    distance: DistanceOut
    is_synthetic: bool = Field(description="Made for the demonstration.")


class StudentPage(Page[StudentOut]):
    """A part of a list of students."""

    moved_on: int = Field(0, description="Of those measured, so many are told by figures of before; 0: all are exact.")
    as_of: dt.datetime | None = Field(None, description="When the oldest of these figures of before were computed.")


class WorkOut(Out):
    """Background work that was asked for."""

    job_id: int = Field(description="Its progress is at `/jobs/{job_id}`.")


class ClassPage(Page[ClassOut]):
    """A part of the classes of a version."""


class StudentItemOut(Out):
    """One item of a student's gap."""

    code: str = Field(examples=["4.3"])
    name: Texts
    stage: str
    section: str | None
    weight: float = Field(description="0 to 1.")
    required: float | None = Field(description=LEVEL + " Empty: not required.")
    planned: float | None = Field(description=LEVEL + " Empty: not planned.")
    planned_course: str
    attained: float | None = Field(description=LEVEL + " Empty: not assessed, which is not zero.")
    low: float | None = Field(description="Lower end of the interval. " + LEVEL)
    high: float | None = Field(description="Upper end of the interval. " + LEVEL)
    verdict: str = Field(description="met, within, short, not_assessed or not_required.")
    difference: float | None = Field(description="Attained minus required, in levels.")
    counted: int = Field(description="Items of evidence that count.")
    evidence: list[int] = Field(description="Ids of the items of evidence, newest first, superseded ones too.")


class TypeDistanceOut(Out):
    """How far the student is from one engineer type."""

    engineer_type: str
    required: int
    short: int
    fine: int
    not_assessed: int
    is_goal: bool


class StepOut(Out):
    """A course of the shortest way."""

    course: str
    term: int | None
    credits: float
    items: list[str] = Field(description="Items it raises.")
    closed: float = Field(description="Weighted levels it adds.")
    per_credit: float


class AttainmentOut(Out):
    """Attained against required, item by item."""

    person_id: int
    name: Texts
    study: StudyOut
    year: int = Field(description="Year of study.")
    goal: str
    method: str = Field(examples=["weighted-1.0"])
    measured_on: dt.date
    items: list[StudentItemOut]
    types: list[TypeDistanceOut]
    way: list[StepOut] = Field(description="Courses ahead that close most of the gap, for each credit.")
    left: list[str] = Field(description="Items that stay short after all courses ahead.")
    is_synthetic: bool = Field(description="Made for the demonstration.")


class StudentFilters(Schema):
    """Empty means any."""

    text: Word = Field("", description="Beginnings of words of the name, in any language, or the beginning of the e-mail.")
    programme: Word = Field("", description="Code of the programme.")
    class_year: int | None = Field(None, ge=1900, le=2200, description="Year in which the class leaves.")
    goal: Word = Field("", description="Code of an engineer type.")
    verdict: Verdict = Field("", description="short: with a gap; fine: without one; unassessed: nothing assessed.")
    sort: Sort = Field("name", description="A minus before the name turns the order.")


class AttainmentFilters(Schema):
    """Which study, against what, by which method."""

    programme: Word = Field("", description="Code of the programme; empty for the one studied now or last.")
    goal: Word = Field("", description="Code of an engineer type; empty for the one aimed at.")
    method: Word = Field("", description="Method of attainment: " + ", ".join(METHODS) + "; empty for the first.")


@router.get("/students", response={200: StudentPage}, url_name="students_list", operation_id="student_list")
def student_list(request: Request, filters: Query[StudentFilters], paging: Query[Paging]) -> Any:
    """Students whose evidence the reader may see."""
    return _part(filters, paging, request.access.visible_paths("evidence.view"))


@router.get(f"{VERSION}/students", response={200: StudentPage}, url_name="programmes_students", operation_id="version_student_list")
def version_student_list(request: Request, code: str, version: str, filters: Query[StudentFilters], paging: Query[Paging]) -> Any:
    """Students of one version, for readers who may see persons there."""
    row = version_named(request, code, version, "evidence.view")
    return _part(filters, paging, (row.organisation_path,), version_id=row.id)


@router.post(f"{VERSION}/figures", response={202: WorkOut}, url_name="programmes_figures", operation_id="figures_refresh")
def figures_refresh(request: Request, code: str, version: str) -> Any:
    """Compute the figures of the students of a version anew, in the background: of those whose ledger has moved on."""
    row = version_named(request, code, version, "evidence.view")
    return Status(202, {"job_id": services.figures_refresh(actor=request.user, version_id=row.id)})


@router.get(f"{VERSION}/classes", response={200: ClassPage}, url_name="programmes_classes", operation_id="class_list")
def class_list(request: Request, code: str, version: str, paging: Query[Paging]) -> Any:
    """Sizes of the classes of a version."""
    return cut(queries.class_sizes(version_named(request, code, version).id), paging)


@router.get("/people/{key:person_id}/attainment", response={200: AttainmentOut}, url_name="students_attainment",
            operation_id="attainment_detail")
def attainment_detail(request: Request, person_id: int, filters: Query[AttainmentFilters]) -> Any:
    """What a student has shown, against what the goal requires. The items of evidence are at ``/people/{person_id}/evidence``."""
    key = method_named(filters.method)
    studies = student_page.enrolments_of(person_id)
    who = next((one for one in studies if filters.programme in {"", one.code}), None)
    if who is None:
        raise LookupError(_("This person does not study here."))
    report = student_page.student_report(who, goal=filters.goal, on_day=timezone.localdate(), reader=request.user,
                                         method=METHODS[key] if key else DEFAULT_METHOD)
    items = [filled(StudentItemOut, one, evidence=[seen.id for seen in one.behind]) for one in report.items]
    steps = [filled(StepOut, step, course=step.course.code, term=step.course.term, credits=step.course.credits,
                    items=[effect.item for effect in step.effects]) for step in report.way.steps]
    return {"person_id": who.student_id, "name": who.name, "study": _study(who), "year": report.year, "method": report.method.key,
            "goal": report.goal.engineer_type.code, "measured_on": report.measured_on, "items": items, "way": steps,
            "types": [filled(TypeDistanceOut, one, engineer_type=one.kind.code) for one in report.types], "left": report.way.left,
            "is_synthetic": who.is_synthetic}


def _part(filters: StudentFilters, paging: Paging, paths: Sequence[str], version_id: int | None = None) -> dict[str, Any]:
    wanted = {"programme": filters.programme, "class": str(filters.class_year or ""), "goal": filters.goal, "verdict": filters.verdict}
    query = tables.Query(sort=filters.sort.removeprefix("-"), descending=filters.sort.startswith("-"), words=filters.text, filters=wanted,
                         offset=paging.offset, limit=paging.limit)
    if queries.too_many(query, paths=paths, version_id=version_id):
        raise DomainError("too_many_to_compare", _("Choose fewer students first: at most %(n)s can be compared.") % {
            "n": queries.MOST_COMPARED}, most=queries.MOST_COMPARED)
    found = queries.student_slice(query, paths=paths, on_day=timezone.localdate(), version_id=version_id)
    return {**page([_student(row) for row in found.rows], found.total, paging), "moved_on": found.freshness.moved_on,
            "as_of": found.freshness.as_of}


def _student(row: StudentRow) -> dict[str, Any]:
    return {"person_id": row.who.student_id, "name": row.who.name, "study": _study(row.who), "year": row.year, "distance": row.distance,
            "is_synthetic": row.who.is_synthetic}


def _study(who: queries.Enrolled) -> dict[str, Any]:
    return filled(StudyOut, who, programme=who.code, programme_title=who.programme, goal=who.goal.code)
