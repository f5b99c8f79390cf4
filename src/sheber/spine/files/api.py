"""Files over the API: list, attach, read about, download, remove, bring back."""

import datetime as dt
from typing import Any, BinaryIO, Literal, cast

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Word, filled, page
from sheber.kit.http import Request

from . import queries, services, targets
from .queries import FileRow
from .sending import sent

router = Router(tags=["files"])
CONTENT: dict[str, Any] = {"responses": {200: {"description": "The content, always as an attachment", "content": {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}}


class FileThingOut(Out):
    """What a file is attached to."""

    kind: str = Field(examples=["organisations.organisation"])
    key: str
    title: str
    url: str = Field(description="Page of the thing.")


class FileOut(Out):
    """A file, without its content."""

    id: int
    name: str = Field(examples=["report.pdf"])
    media_type: str = Field(description="Told by the content.", examples=["application/pdf"])
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of the content, hexadecimal.")
    purpose: str = Field(description="What it is, in the words of whoever attached it.")
    attached_to: FileThingOut
    about_person_id: int | None = Field(description="The person it is about; reading it is recorded then.")
    uploaded_at: dt.datetime
    scan: Literal["none", "waiting", "clean", "infected"] = Field(
        description="`none`: no scanner has seen it; `waiting` and `infected`: it is not given out.")
    removed_at: dt.datetime | None


class FilePage(Page[FileOut]):
    """A part of the list of files, newest first."""


class FileFilters(Schema):
    """Empty means any."""

    kind: Word = Field("", description="Kind of thing they are attached to.", examples=["organisations.organisation"])
    key: Word = Field("", description="Key of the thing.")
    text: Word = Field("", description="Words of the name or of what it is.")
    removed: bool = Field(False, description="Removed files instead, those you may bring back.")


class FileTarget(In):
    """Where a file is to be attached."""

    kind: Word = Field(examples=["organisations.organisation"])
    key: Word = Field(max_length=40, examples=["12"])
    purpose: Word = Field("", description="What it is, in a few words.")


class FileRemoval(Schema):
    """Why."""

    reason: Prose = ""


@router.get("/files", response={200: FilePage}, url_name="files_list", operation_id="file_list")
def file_list(request: Request, filters: Query[FileFilters], paging: Query[Paging]) -> Any:
    """Files the reader may see."""
    who = targets.edited(request) if filters.removed else targets.seen(request)
    rows, total = queries.file_part(who, kind=filters.kind, key=filters.key, words=filters.text, removed=filters.removed,
                                    offset=paging.offset, limit=paging.limit)
    things = queries.things_of(rows)
    return page([_out(row, things) for row in rows], total, paging)


@router.post("/files", response={201: FileOut, 409: Problem}, url_name="files_list", operation_id="file_attach")
def file_attach(request: Request, target: Form[FileTarget], file: File[UploadedFile]) -> Any:
    """Attach a file. 422 `bad_file` says in `detail.reason` why a content is not taken; 409 `quota_full` that there is no room."""
    kind, thing = targets.kind_of(target.kind), targets.thing(target.kind, target.key)
    if kind is None or thing is None or not kind.may_see(request, thing):
        raise LookupError(_("There is nothing here that a file could be attached to."))
    if not kind.may_add(request, thing):
        raise PermissionDenied
    made = services.file_attach(actor=request.user, kind=target.kind, key=target.key, name=file.name or "", content=cast(BinaryIO, file),
                                purpose=target.purpose)
    return Status(201, _told(request, made.id))


@router.get("/files/{key:file_id}", response={200: FileOut}, url_name="files_file", operation_id="file_detail")
def file_detail(request: Request, file_id: int) -> Any:
    """One file, without its content."""
    return _told(request, file_id)


@router.get("/files/{key:file_id}/content", response={200: None, 409: Problem}, url_name="files_content", operation_id="file_download",
            openapi_extra=CONTENT)
def file_download(request: Request, file_id: int) -> HttpResponseBase:
    """The content. 409 while it waits for the virus scanner, when a virus was found, and when the content is lost."""
    _told(request, file_id)
    return sent(services.file_open(actor=request.user, file_id=file_id))


@router.delete("/files/{key:file_id}", response={200: FileOut, 409: Problem}, url_name="files_file", operation_id="file_remove")
def file_remove(request: Request, file_id: int, why: Query[FileRemoval]) -> Any:
    """Remove a file; for thirty days it can be brought back."""
    _told(request, file_id)
    if not queries.may(file_id, targets.edited(request)):
        raise PermissionDenied
    services.file_remove(actor=request.user, file_id=file_id, reason=why.reason)
    return _told(request, file_id, removed=True)


@router.post("/files/{key:file_id}/bring-back", response={200: FileOut, 409: Problem}, url_name="files_bring_back",
             operation_id="file_bring_back")
def file_bring_back(request: Request, file_id: int) -> Any:
    """Attach a removed file again."""
    if not queries.may(file_id, targets.edited(request)):
        raise LookupError(_("There is no such file."))
    services.file_bring_back(actor=request.user, file_id=file_id)
    return _told(request, file_id)


def _told(request: Request, file_id: int, *, removed: bool = False) -> dict[str, Any]:
    row = queries.file_row(file_id, targets.edited(request) if removed else targets.seen(request), removed=removed)
    if row is None:
        raise LookupError(_("There is no such file."))
    return _out(row, queries.things_of([row]))


def _out(row: FileRow, things: dict[tuple[str, str], targets.Thing]) -> dict[str, Any]:
    thing = things.get(row.target)
    attached_to = {"kind": row.target_kind, "key": row.target_id, "title": thing.title if thing else "", "url": thing.url if thing else ""}
    return filled(FileOut, row, attached_to=attached_to, about_person_id=row.subject_id)
