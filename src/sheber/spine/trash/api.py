"""The trash over the API."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Texts, Word, filled, page
from sheber.kit.http import Request
from sheber.spine.trash import queries, services
from sheber.spine.trash.queries import DeletionRow

router = Router(tags=["trash"])
DELETION = "/trash/{key:deletion_id}"


class DeletionOut(Out):
    """Something that was deleted and can still be put back."""

    id: int
    kind: str = Field(examples=["programmes.course"])
    kind_title: str = Field(description="In the reader's language.")
    title: Texts
    place: str = Field(description="Where it stood, by codes.", examples=["6B07202 2026.1 MET3203"])
    counts: dict[str, int] = Field(description="What went with it: rows by table.")
    reason: str
    deleted_at: dt.datetime
    kept_until: dt.datetime = Field(description="After this moment it is deleted for ever.")
    days_left: int
    restored_at: dt.datetime | None = Field(description="Empty while it waits.")


class DeletionPage(Page[DeletionOut]):
    """A part of what lies in the trash, the newest first."""


class DeletionQuery(Schema):
    """Empty means any."""

    kind: Word = ""
    text: Word = Field("", description="Words of the title, or codes.")


class Returned(In):
    """Why it is put back."""

    reason: Prose = ""


class RestoredOut(Out):
    """It is back."""

    deletion_id: int
    links_left: int = Field(description="References that were changed meanwhile and stay as they are now.")
    address: str = Field(description="The page on which it can be opened.")


class Ending(Schema):
    """What deleting for ever is sent with."""

    reason: Prose = ""


@router.get("/trash", response={200: DeletionPage}, url_name="trash_list", operation_id="deletion_list")
def deletion_list(request: Request, asked: Query[DeletionQuery], paging: Query[Paging]) -> Any:
    """What the reader may put back."""
    rows, total, _all = queries.deletions(request.access, kind=asked.kind, words=asked.text, offset=paging.offset, limit=paging.limit)
    return page([_out(row) for row in rows], total, paging)


@router.get(DELETION, response={200: DeletionOut}, url_name="trash_deletion", operation_id="deletion_detail")
def deletion_detail(request: Request, deletion_id: int) -> Any:
    """One deletion."""
    return _out(_open(request, deletion_id))


@router.post(f"{DELETION}/restore", response={200: RestoredOut, 409: Problem}, url_name="trash_restore", operation_id="deletion_restore")
def deletion_restore(request: Request, deletion_id: int, why: Returned) -> Any:
    """Put it back with its links. 409 says what stands in the way; `parent_in_trash` names the deletion to put back `first`."""
    _open(request, deletion_id)
    done = services.restore(actor=request.user, deletion_id=deletion_id, reason=why.reason)
    return {"deletion_id": done.deletion_id, "links_left": done.left, "address": done.address}


@router.delete(DELETION, response={204: None}, url_name="trash_deletion", operation_id="deletion_destroy")
def deletion_destroy(request: Request, deletion_id: int, end: Query[Ending]) -> Any:
    """Delete it for ever; for administrators."""
    services.destroy(actor=request.user, deletion_id=deletion_id, reason=end.reason)
    return Status(204, None)


def _open(request: Request, deletion_id: int) -> DeletionRow:
    row = queries.deletion(deletion_id)
    if row is None or not queries.may_restore(request.access, row):
        raise LookupError(_("There is no such deletion, or it is not open to you."))
    return row


def _out(row: DeletionRow) -> dict[str, Any]:
    return filled(DeletionOut, row)
