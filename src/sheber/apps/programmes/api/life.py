"""Life of a version: publish, revise, archive; and everything that was done to it."""

import datetime as dt
from typing import Any

from ninja import Query, Router, Status
from pydantic import Field

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.queries.versions import TARGET_KIND
from sheber.apps.programmes.services import deleting
from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Word, page, told_current
from sheber.kit.http import Request
from sheber.spine.audit import queries as audit

from . import catalogue
from .catalogue import VersionOut, version_out
from .common import VERSION, Removal, version_named

router = Router(tags=["life of a version"])


class ActOut(Out):
    """Something that was done to a version."""

    sequence: int = Field(description="Number of the entry in the record of changes.")
    at: dt.datetime
    actor_name: str
    verb: str = Field(examples=["programme.cells_changed"])
    sentence: str = Field(description="What happened, in the reader's language.")
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


class ActPage(Page[ActOut]):
    """A part of the history, newest first."""


class Reasoned(In):
    """Why it is done; kept in the history."""

    reason: Prose = ""


class Publishing(Reasoned):
    """Why, and which draft was looked at."""

    edit_version: int | None = Field(None, ge=0, lt=2**31, description="The one read with the version; 409 `stale` when somebody changed "
                                     "the draft since. Left out: whatever it holds now comes into force.")


class Revision(Reasoned):
    """A draft that is to replace a version."""

    version: Word = Field(description="Name of the new version, at most 20 characters.", examples=["2027.1"])


class VersionDeleted(Out):
    """A draft lies in the trash."""

    deletion_id: int = Field(description="By which it is put back.")
    with_programme: bool = Field(description="It was the only version, so the programme went too.")


@router.get(f"{VERSION}/history", response={200: ActPage}, url_name="programmes_history", operation_id="version_history")
def version_history(request: Request, code: str, version: str, paging: Query[Paging]) -> Any:
    """What was done, by whom, when and why."""
    row = version_named(request, code, version)
    rows, total = audit.entry_part(audit.EntryFilters(target_kind=TARGET_KIND, target_id=str(row.id)), offset=paging.offset,
                                   limit=paging.limit)
    return page(rows, total, paging)


@router.post(f"{VERSION}/publish", response={200: VersionOut, 409: Problem}, url_name="programmes_publish", operation_id="version_publish")
def version_publish(request: Request, code: str, version: str, act: Publishing) -> Any:
    """Put a draft into force; from then on it does not change. 409 `not_ready` says what stands in the way."""
    row = version_named(request, code, version, "programme.publish")
    with told_current(VersionOut, lambda: _out(row.id)):
        services.version_publish(version_id=row.id, actor=request.user, reason=act.reason, edit_version=act.edit_version)
    return _out(row.id)


@router.post(f"{VERSION}/revise", response={201: VersionOut, 409: Problem}, url_name="programmes_revise", operation_id="version_revise")
def version_revise(request: Request, code: str, version: str, act: Revision) -> Any:
    """Begin a draft that replaces a version, with a copy of everything in it."""
    row = version_named(request, code, version, "programme.publish")
    made = services.version_revise(version_id=row.id, version=act.version, actor=request.user, reason=act.reason)
    return Status(201, _out(made.pk))


@router.post(f"{VERSION}/archive", response={200: VersionOut, 409: Problem}, url_name="programmes_archive", operation_id="version_archive")
def version_archive(request: Request, code: str, version: str, act: Reasoned) -> Any:
    """Close a version to new students; those who study under it go on."""
    row = version_named(request, code, version, "programme.publish")
    services.version_archive(version_id=row.id, actor=request.user, reason=act.reason)
    return _out(row.id)


@catalogue.router.delete(VERSION, response={200: VersionDeleted, 409: Problem}, url_name="programmes_version",
                          operation_id="version_delete")
def version_delete(request: Request, code: str, version: str, removal: Query[Removal]) -> Any:
    """Put a draft into the trash with its courses and its matrix; with the programme when it has no other version.

    For thirty days it can be put back (`deletion_restore`). 409 `held` when somebody is enrolled in it.
    """
    row = version_named(request, code, version, "programme.edit")
    gone = deleting.version_delete(version_id=row.id, actor=request.user, edit_version=removal.edit_version, reason=removal.reason)
    return {"deletion_id": gone.deletion_id, "with_programme": gone.with_programme}


def _out(version_id: int) -> dict[str, Any]:
    row = queries.version_overview(version_id)
    assert row is not None, "it was there a moment ago"
    return version_out(row)
