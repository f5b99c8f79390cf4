"""A whole course of a draft: added, replaced with its requisites and outcomes, removed."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Status
from pydantic import Field

from sheber.apps.programmes import services
from sheber.engines.curriculum import plan as values
from sheber.kit.api import In, Problem, Prose, TextsIn, Word
from sheber.kit.http import Request

from .common import READ, VERSION, Removal, course_in_address, version_named
from .courses import Cycle, Delivery, RequisiteIn, Saved, requisites_of, router

__all__ = ["router"]

HOURS = "Hours over the term; null when not stated."


class OutcomeIn(In):
    """A learning outcome."""

    code: Word = Field(description="Unlike that of every other outcome of the course.", examples=["LO1"])
    text: TextsIn


class CourseWhole(In):
    """Everything of a course but its cells, by the names under which a course is read. Nothing is left out, so nothing is lost."""

    code: Word = Field(description="Another code renames the course; requisites of other courses follow.", examples=["MAT1101"])
    title: TextsIn
    credits: float = Field(ge=0, le=60, description="Academic credits (ECTS).")
    term: int | None = Field(ge=1, le=60, description="Counts from 1; null for a course that is not placed.")
    cycle: Cycle
    delivery: Delivery
    contact_hours: int | None = Field(ge=0, le=10_000, description=HOURS)
    lab_hours: int | None = Field(ge=0, le=10_000, description=HOURS)
    self_study_hours: int | None = Field(ge=0, le=10_000, description=HOURS)
    features: list[Word] = Field(max_length=50)
    requisites: list[RequisiteIn] = Field(max_length=100)
    outcomes: list[OutcomeIn] = Field(max_length=200)

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        found = self.model_dump(exclude={"code", "credits", "requisites", "outcomes"})
        return found | {"ects": self.credits}


class CourseWritten(In):
    """A course of a draft, added or replaced."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    course: CourseWhole
    reason: Prose = ""


class RemovedOut(Saved):
    """A course lies in the trash."""

    deletion_id: int = Field(description="By which it is put back.")


@router.post(f"{VERSION}/courses", response={201: Saved, 409: Problem}, url_name="programmes_courses", operation_id="course_add")
def course_add(request: Request, code: str, version: str, change: CourseWritten) -> Any:
    """Add a course to a draft, after the others. What it teaches is said in the matrix."""
    row = version_named(request, code, version, "programme.edit")
    course = change.course
    number = services.course_add(version_id=row.id, code=course.code, facts=course.facts(), requisites=requisites_of(course.requisites),
                                 outcomes=_outcomes(course.outcomes), actor=request.user, edit_version=change.edit_version,
                                 reason=change.reason)
    return Status(201, {"edit_version": number})


@router.put(f"{VERSION}/courses/{{course}}", response={200: Saved, 409: Problem}, url_name="programmes_course", operation_id="course_save")
def course_save(request: Request, code: str, version: str, course: str, change: CourseWritten) -> Any:
    """Make a course of a draft what is sent. Its cells stay."""
    row = version_named(request, code, version, "programme.edit")
    wanted = change.course
    with course_in_address(course):
        number = services.course_save(version_id=row.id, code=course, new_code=wanted.code, facts=wanted.facts(),
                                      requisites=requisites_of(wanted.requisites), outcomes=_outcomes(wanted.outcomes), actor=request.user,
                                      edit_version=change.edit_version, reason=change.reason)
    return {"edit_version": number}


@router.delete(f"{VERSION}/courses/{{course}}", response={200: RemovedOut, 409: Problem}, url_name="programmes_course",
               operation_id="course_remove")
def course_remove(request: Request, code: str, version: str, course: str, removal: Query[Removal]) -> Any:
    """Take a course out of a draft, with its cells and outcomes; for thirty days it can be put back (`deletion_restore`).

    409 `course_in_use` when somebody was assessed in it.
    """
    row = version_named(request, code, version, "programme.edit")
    with course_in_address(course):
        gone = services.course_remove(version_id=row.id, code=course, actor=request.user, edit_version=removal.edit_version,
                                      reason=removal.reason)
    return {"edit_version": gone.edit_version, "deletion_id": gone.deletion_id}


def _outcomes(outcomes: Sequence[OutcomeIn]) -> list[values.Outcome]:
    return [values.Outcome(one.code, one.text.model_dump()) for one in outcomes]
