"""Large exports over the API: asked for, looked at until they are ready, taken."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, cut, filled
from sheber.kit.exports import TYPES
from sheber.kit.http import Request
from sheber.spine.files.sending import sent

from . import queries, services
from .models import Export
from .queries import ExportRow

router = Router(tags=["exports"])
FILE: dict[str, Any] = {"responses": {200: {"description": "The file", "content": {TYPES["xlsx"]: {}, "text/csv": {}}}}}


class ExportIn(In):
    """What to write."""

    address: Annotated[str, Field(
        max_length=1900, examples=["/people/?role=student&q=aigul"],
        description="Path and query of the list, as its page has them: filters, search and order count; or of a table: "
                    "`/exchange/evidence/export.csv?framework=CDIO`.")]
    kind: Literal["csv", "xlsx"] = "csv"


class ExportOut(Out):
    """A file that was asked for."""

    id: int
    address: str
    kind: str
    title: str
    filename: str
    state: str = Field(description="waiting, running, ready, failed or cancelled.")
    rows: int | None = Field(description="Expected, then written; empty: not counted.")
    size: int | None = Field(description="Bytes; empty until it is ready.")
    asked_at: dt.datetime
    made_at: dt.datetime | None
    kept_until: dt.datetime = Field(description="After this moment it is removed.")
    job_id: int | None = Field(description="The work that writes it: `GET /jobs/{id}` says how far it is.")
    url: str = Field(description="Where the file is taken; empty until it is ready.")
    problem: str = Field(description="Why it failed, for the person who asked.")


class ExportPage(Page[ExportOut]):
    """A part of the list of exports, newest first."""


@router.post("/exports", response={202: ExportOut, 409: Problem}, url_name="exports_list", operation_id="export_start")
def export_start(request: Request, wanted: ExportIn) -> Any:
    """Have a list written as a file in the background, as the reader may see it, in the language of the request.

    Ask for it by its id until `state` is `ready`. 409 `export_too_long`: a workbook does not hold so many rows, CSV does;
    `exports_full`: remove some.
    """
    row = services.export_ask(person=request.user, address=wanted.address, kind=wanted.kind)
    return Status(202, _one(request, row.pk))


@router.get("/exports", response={200: ExportPage}, url_name="exports_list", operation_id="export_list")
def export_list(request: Request, paging: Query[Paging]) -> Any:
    """Files the reader asked for."""
    return cut([_out(row) for row in queries.exports_of(request.user.pk or 0)], paging)


@router.get("/exports/{key:export_id}", response={200: ExportOut}, url_name="exports_export", operation_id="export_detail")
def export_detail(request: Request, export_id: int) -> Any:
    """One of them; ask again until `state` is neither `waiting` nor `running`."""
    return _one(request, export_id)


@router.get("/exports/{key:export_id}/content", response={200: None, 409: Problem}, url_name="exports_content",
            operation_id="export_content", openapi_extra=FILE)
def export_content(request: Request, export_id: int) -> HttpResponseBase:
    """The file. 409 `export_not_made` until it is ready, `export_rights_lost` when a right of the reader has ended since."""
    try:
        return sent(services.export_take(person=request.user, export_id=export_id))
    except Export.DoesNotExist as no:
        raise LookupError(_("There is no such file, or its time is over.")) from no


@router.delete("/exports/{key:export_id}", response={200: ExportOut}, url_name="exports_export", operation_id="export_remove")
def export_remove(request: Request, export_id: int) -> Any:
    """Remove it; what is being written is cancelled."""
    told = _one(request, export_id)
    services.export_remove(person=request.user, export_id=export_id)
    return told


def _one(request: Request, export_id: int) -> dict[str, Any]:
    row = queries.export_row(request.user.pk or 0, export_id)
    if row is None:
        raise LookupError(_("There is no such file, or its time is over."))
    return _out(row)


def _out(row: ExportRow) -> dict[str, Any]:
    url = reverse("api-v1:exports_content", args=[row.id]) if row.state == "ready" else ""
    return filled(ExportOut, row, job_id=row.job.id if row.job else None, url=url)
