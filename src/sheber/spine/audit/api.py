"""The record of changes over the API."""

import datetime as dt
from typing import Annotated, Any

from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.api import Out, Page, Paging, Word, page
from sheber.kit.http import Request

from . import queries, services

router = Router(tags=["audit"])


class EntryOut(Out):
    """One entry; entries are linked by their hashes."""

    sequence: int = Field(description="Counts from 1, without gaps.")
    at: dt.datetime
    actor_id: int | None
    actor_name: str
    verb: str = Field(examples=["programme.cells_changed"])
    sentence: str = Field(description="What happened, in the reader's language.")
    target_kind: str
    target_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    request_id: str
    entry_hash: str = Field(description="SHA-256, hexadecimal.")


class EntryPage(Page[EntryOut]):
    """A part of the record, newest first."""


class BreakOut(Out):
    """The first place where the chain is not whole."""

    sequence: int
    what: str = Field(description="hash_mismatch, link_broken, missing_number, head_differs, erasure_unnamed or erasure_undone.")
    expected: str
    found: str


class VerificationOut(Out):
    """Whether the record is as it was written."""

    ok: bool = Field(description="Nothing is broken: not in what came since `whole_at`, nor in what was found then.")
    checked: int = Field(description="Entries found whole before the end, or before the first broken one.")
    first_broken: BreakOut | None
    recomputed: int = Field(description="How many of them were recomputed for this answer: those behind `whole_up_to`, or all with "
                                        "`whole=true`.")
    whole_at: dt.datetime = Field(description="When the last verification of the whole, from the first entry, began. A change of an entry "
                                              "up to `whole_up_to` that was made later shows in the next one.")
    whole_up_to: int = Field(description="Number of the entry up to which everything was found whole then.")


class EntryFilters(Schema):
    """Empty means any."""

    verb: Word = Field("", description="Code of what was done.")
    actor: Word = Field("", description="Part of the e-mail of who did it.")
    target_kind: Word = Field("", description="What it was done to, such as programmes.programmeversion.")
    target_id: Word = Field("", description="Key of what it was done to.")
    first_day: dt.date | None = Field(None, description="Not before this day.")
    last_day: dt.date | None = Field(None, description="Not after this day.")


@router.get("/audit/entries", response={200: EntryPage}, url_name="audit_entries", operation_id="audit_entry_list")
def entry_list(request: Request, filters: Query[EntryFilters], paging: Query[Paging]) -> Any:
    """Entries at and below the organisations where the reader may see the record."""
    wanted = queries.EntryFilters(
        scope_paths=request.access.visible_paths("audit.view"), target_kind=filters.target_kind, target_id=filters.target_id,
        verb=filters.verb, actor_text=filters.actor, first_day=filters.first_day, last_day=filters.last_day)
    rows, total = queries.entry_part(wanted, offset=paging.offset, limit=paging.limit)
    return page(rows, total, paging)


@router.get("/audit/verification", response={200: VerificationOut}, url_name="audit_verification", operation_id="audit_verify")
def verification(request: Request, whole: Annotated[bool, Query(description=(
        "Recompute everything from the first entry, now. Takes as long as the record is."))] = False) -> Any:
    """Recompute the hashes of what came since the whole record was verified, and say when that was and what it found.

    The whole is verified once a day, and now with `whole=true` or where it never was. For those who see the record of the whole nation.
    """
    return services.standing_whole() if whole else services.standing()
