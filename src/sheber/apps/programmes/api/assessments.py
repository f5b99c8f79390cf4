"""An assessed piece of work, and what was shown there."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from sheber.apps.programmes.queries import assessments as queries
from sheber.apps.programmes.queries.assessments import AssessmentRow
from sheber.kit.api import Out, Page, Paging, Texts, cut, filled
from sheber.kit.http import Request

from .common import LEVEL

router = Router(tags=["students"])


class AssessmentOut(Out):
    """An assessed piece of work."""

    id: int
    kind: str
    title: Texts
    held_on: dt.date
    assessor: Texts
    programme: str = Field(description="Code of the programme.")
    version: str
    course: str
    course_title: Texts
    term: int | None
    is_synthetic: bool = Field(description="Made for the demonstration.")


class ResultCellOut(Out):
    """A level shown."""

    item: str = Field(examples=["4.3"])
    level: float | None = Field(description=LEVEL + " Empty: taken back.")
    earlier: list[float | None] = Field(description="Levels it took the place of, oldest first.")


class ResultOut(Out):
    """What a person showed."""

    person_id: int
    name: Texts
    class_year: int | None
    levels: list[ResultCellOut]


class ResultPage(Page[ResultOut]):
    """A part of the results, by name."""


@router.get("/assessments/{key:assessment_id}", response={200: AssessmentOut}, url_name="students_assessment",
            operation_id="assessment_detail")
def assessment_detail(request: Request, assessment_id: int) -> Any:
    """One assessed piece of work."""
    row = _named(assessment_id)
    return filled(AssessmentOut, row, programme=row.code)


@router.get("/assessments/{key:assessment_id}/results", response={200: ResultPage}, url_name="students_results", operation_id="result_list")
def result_list(request: Request, assessment_id: int, paging: Query[Paging]) -> Any:
    """What was shown there: by everybody for those who may see it, else by the reader alone."""
    row = _named(assessment_id)
    sees_all = request.user.pk == row.assessor_id or request.access.allowed("evidence.view", row.organisation_path)
    found = queries.results_of(row)
    codes = [code for code, _title in found.items]
    return cut([filled(ResultOut, one, levels=[filled(ResultCellOut, cell, item=code) for code, cell in zip(codes, one.cells, strict=True)
                                               if cell is not None])
                for one in found.rows if sees_all or one.person_id == request.user.pk], paging)


def _named(assessment_id: int) -> AssessmentRow:
    row = queries.assessment(assessment_id)
    if row is None:
        raise LookupError(_("There is no such assessment."))
    return row
