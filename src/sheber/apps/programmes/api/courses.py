"""The plan of a version: its courses with hours, requisites, outcomes and their row of the matrix."""

from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from sheber.apps.programmes import queries, services
from sheber.engines.curriculum import plan as values
from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Texts, TextsIn, Word, cut, filled
from sheber.kit.http import Request

from .common import READ, VERSION, course_in_address, version_named

router = Router(tags=["courses"])
Cycle = Literal["general", "basic", "major", "other"]
Delivery = Literal["lecture", "lab", "practice", "project", "thesis"]
Kind = Literal["prerequisite", "corequisite", "strict_corequisite"]


class RequisiteOut(Out):
    """``need`` of the ``options`` must be passed before the course, or beside it."""

    kind: str = Field(description="prerequisite, corequisite or strict_corequisite.")
    need: int
    options: list[str] = Field(description="Codes of courses.", examples=[["MAT1101"]])


class PlanCellOut(Out):
    """A cell of the matrix."""

    item: str = Field(examples=["4.3"])
    mode: str = Field(description="I, T or U: introduce, teach, utilise.")
    level: int = Field(description="Planned level, 1 to 5.")


class OutcomeOut(Out):
    """A learning outcome."""

    code: str
    text: Texts


class CourseOut(Out):
    """A course of a version."""

    code: str = Field(examples=["MAT1101"])
    title: Texts
    credits: float = Field(description="Academic credits (ECTS).")
    term: int | None = Field(description="Counts from 1; empty when the course is not placed.")
    cycle: str
    delivery: str
    contact_hours: int | None = Field(description="Hours over the term.")
    lab_hours: int | None = Field(description="Hours over the term.")
    self_study_hours: int | None = Field(description="Hours over the term.")
    features: list[str]
    requisites: list[RequisiteOut]
    cells: list[PlanCellOut]
    outcomes: list[OutcomeOut]


class CoursePage(Page[CourseOut]):
    """A part of the plan."""


class CourseFacts(In):
    """What of a course is to change; what is left out stays."""

    title: TextsIn | None = None
    credits: float | None = Field(None, ge=0, le=60, description="Academic credits (ECTS).")
    term: int | None = Field(None, ge=1, le=60, description="Counts from 1; null takes the course out of its term.")
    cycle: Cycle | None = None
    delivery: Delivery | None = None
    contact_hours: int | None = Field(None, ge=0, le=10_000, description="Hours over the term.")
    lab_hours: int | None = Field(None, ge=0, le=10_000, description="Hours over the term.")
    self_study_hours: int | None = Field(None, ge=0, le=10_000, description="Hours over the term.")
    features: list[Word] | None = Field(None, max_length=50)


class CourseChange(In):
    """A change of a course of a draft."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    facts: CourseFacts
    reason: Prose = ""


class RequisiteIn(In):
    """``need`` of the ``options``."""

    kind: Kind
    options: list[Word] = Field(min_length=1, max_length=100, description="Codes of courses.")
    need: int = Field(1, ge=1, le=100)


class RequisitesChange(In):
    """All requisites a course of a draft is to have."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    requisites: list[RequisiteIn] = Field(max_length=100)
    reason: Prose = ""


class Saved(Out):
    """After a save."""

    edit_version: int = Field(description="To be sent with the next change.")


@router.get(f"{VERSION}/courses", response={200: CoursePage}, url_name="programmes_courses", operation_id="course_list")
def course_list(request: Request, code: str, version: str, paging: Query[Paging]) -> Any:
    """The plan, course by course."""
    plan = queries.version_plan(version_named(request, code, version).id)
    part = cut(plan.courses, paging)
    return part | {"items": [_course(one) for one in part["items"]]}


@router.get(f"{VERSION}/courses/{{course}}", response={200: CourseOut}, url_name="programmes_course", operation_id="course_detail")
def course_detail(request: Request, code: str, version: str, course: str) -> Any:
    """One course."""
    plan = queries.version_plan(version_named(request, code, version).id)
    found = next((one for one in plan.courses if one.code == course), None)
    if found is None:
        raise LookupError(_("There is no course %(course)s in this version.") % {"course": course})
    return _course(found)


@router.patch(f"{VERSION}/courses/{{course}}", response={200: Saved, 409: Problem}, url_name="programmes_course",
              operation_id="course_update")
def course_update(request: Request, code: str, version: str, course: str, change: CourseChange) -> Any:
    """Change a course of a draft."""
    row = version_named(request, code, version, "programme.edit")
    facts = change.facts.model_dump(exclude_unset=True)
    if "credits" in facts:
        facts["ects"] = facts.pop("credits")
    with course_in_address(course):
        number = services.course_update(version_id=row.id, code=course, facts=facts, actor=request.user, edit_version=change.edit_version,
                                        reason=change.reason)
    return {"edit_version": number}


@router.put(f"{VERSION}/courses/{{course}}/requisites", response={200: Saved, 409: Problem}, url_name="programmes_requisites",
            operation_id="requisites_set")
def requisites_set(request: Request, code: str, version: str, course: str, change: RequisitesChange) -> Any:
    """Replace the requisites of a course of a draft."""
    row = version_named(request, code, version, "programme.edit")
    with course_in_address(course):
        number = services.requisites_set(version_id=row.id, code=course, requisites=requisites_of(change.requisites), actor=request.user,
                                         edit_version=change.edit_version, reason=change.reason)
    return {"edit_version": number}


def requisites_of(given: Sequence[RequisiteIn]) -> list[values.Requisite]:
    """What the services take."""
    return [values.Requisite(one.kind, tuple(one.options), one.need) for one in given]


def _course(course: values.Course) -> dict[str, Any]:
    return filled(CourseOut, course, title=dict(course.title), features=sorted(course.features),
                  outcomes=[{"code": one.code, "text": dict(one.text)} for one in course.outcomes])
