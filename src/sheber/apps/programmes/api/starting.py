"""A programme started from nothing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from ninja import Status
from pydantic import Field

from sheber.apps.programmes import queries, services
from sheber.kit.api import In, Problem, Prose, TextsIn, Word
from sheber.kit.http import Request
from sheber.spine.organisations import queries as organisations

from .catalogue import VersionOut, router, version_out
from .common import Degree, System

__all__ = ["router"]


class ProgrammeNew(In):
    """A programme and its first draft. Levels follow from the degree; 60 credits a year in equal terms."""

    code: Word = Field(description="Code of the programme in the classifier, at most 20 characters.", examples=["6B07201"])
    title: TextsIn
    organisation: Word = Field(description="Code of the faculty or university that runs the programme.")
    engineer_type: Word = Field(description="Code of an engineer type.")
    degree: Degree
    version: Word = Field(description="Name of the draft, at most 20 characters.", examples=["2027.1"])
    years: int = Field(ge=1, le=8)
    system: System = "semester"
    reason: Prose = ""


@router.post("/programmes", response={201: VersionOut, 409: Problem}, url_name="programmes_list", operation_id="programme_start")
def programme_start(request: Request, wanted: ProgrammeNew) -> Any:
    """Start a programme as an empty draft with its terms."""
    owner = organisations.by_code(wanted.organisation)
    if owner is None or not request.access.allowed("programme.edit", owner.path):
        raise PermissionDenied
    made = services.programme_start(actor=request.user, **wanted.model_dump())
    row = queries.version_overview(made.pk)
    assert row is not None, "it was there a moment ago"
    return Status(201, version_out(row))
