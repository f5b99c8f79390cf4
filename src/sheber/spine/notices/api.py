"""Notices and letters over the API."""

import datetime as dt
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Word, cut, filled, page
from sheber.kit.http import Request
from sheber.spine.notices import queries, services
from sheber.spine.notices.queries import NoticeFilters

router = Router(tags=["notices"])
NOTICE = "/notices/{key:notice_id}"
LETTER = "/letters/{key:letter_id}"


class NoticeOut(Out):
    """Something one was told."""

    id: int
    type: str = Field(examples=["role.granted"])
    title: str = Field(description="In the reader's language.")
    sentence: str = Field(description="In the reader's language.")
    link: str = Field(description="A path of this product; may be empty.")
    created_at: dt.datetime
    read_at: dt.datetime | None = Field(description="Empty: not read.")


class NoticePage(Page[NoticeOut]):
    """A part of one's notices, newest first."""


class NoticeQuery(Schema):
    """Empty means any."""

    type: Word = ""
    state: Literal["", "unread", "read"] = ""
    text: Word = ""


class Mark(In):
    """As read, or as unread."""

    is_read: bool = True


class MarkAll(In):
    """Up to the newest that was seen."""

    until_id: int | None = Field(None, ge=0, lt=2**63, description="Newer notices stay unread; empty: all.")


class Marked(Out):
    """How many were marked."""

    marked: int


class ChoiceOut(Out):
    """How one is told of a type of notice."""

    type: str = Field(examples=["role.granted"])
    title: str
    explanation: str
    is_shown: bool = Field(description="In the product.")
    letters: str = Field(description="at_once, daily, weekly or never.")
    is_mandatory: bool = Field(description="It cannot be switched off.")


class ChoicePage(Page[ChoiceOut]):
    """How one is told, type by type."""


class ChoiceIn(In):
    """For one type."""

    type: Word
    is_shown: bool = True
    letters: Literal["at_once", "daily", "weekly", "never"]


class ChoicesIn(In):
    """Types that are not named stay as they are."""

    choices: list[ChoiceIn] = Field([], max_length=500)
    time_zone: Word | None = Field(None, description="Name of the tz database; an empty text: that of the installation.",
                                   examples=["Asia/Almaty"])


class LetterOut(Out):
    """A letter, without its words."""

    id: int
    type: str
    title: str
    email: str
    language: str
    state: str = Field(description="waiting, sent, failed or dropped.")
    attempts: int
    next_at: dt.datetime | None
    created_at: dt.datetime
    ended_at: dt.datetime | None
    problem: str = Field(description="Empty when nothing went wrong.", examples=["receiver_refused"])
    told: str = Field(description="What the mail server answered.")


class LetterPage(Page[LetterOut]):
    """A part of the letters of the last two weeks, newest first."""


class LetterQuery(Schema):
    """Empty means any."""

    state: Literal["", "waiting", "sent", "failed", "dropped"] = ""
    type: Word = ""
    text: Word = ""


class LetterReason(In):
    """Why a letter is dropped."""

    reason: Prose = ""


@router.get("/notices", response={200: NoticePage}, url_name="notices_list", operation_id="notice_list")
def notice_list(request: Request, asked: Query[NoticeQuery], paging: Query[Paging]) -> Any:
    """One's own notices."""
    rows, total, _all = queries.notice_list(_me(request), NoticeFilters(asked.type, asked.state, asked.text), offset=paging.offset,
                                            limit=paging.limit)
    return page([filled(NoticeOut, row) for row in rows], total, paging)


@router.post(f"{NOTICE}/read", response={200: Marked}, url_name="notices_mark", operation_id="notice_mark")
def notice_mark(request: Request, notice_id: int, mark: Mark) -> Any:
    """Mark one of one's notices as read, or as unread."""
    services.notice_read(person_id=_me(request), notice_id=notice_id, is_read=mark.is_read)
    return {"marked": 1}


@router.post("/notices-read", response={200: Marked}, url_name="notices_mark_all", operation_id="notice_mark_all")
def notice_mark_all(request: Request, mark: MarkAll) -> Any:
    """Mark all of one's notices as read."""
    return {"marked": services.notices_read_all(person_id=_me(request), until_id=mark.until_id)}


@router.get("/notice-choices", response={200: ChoicePage}, url_name="notices_choices", operation_id="notice_choice_list")
def choice_list(request: Request, paging: Query[Paging]) -> Any:
    """How one is told."""
    return cut([filled(ChoiceOut, row, type=row.code) for row in queries.choice_list(_me(request))], paging)


@router.post("/notice-choices", response={200: ChoicePage, 409: Problem}, url_name="notices_choices", operation_id="notice_choice_set")
def choice_set(request: Request, chosen: ChoicesIn) -> Any:
    """Choose for some types, and the time zone of one's mornings."""
    services.choices_set(person_id=_me(request), time_zone=chosen.time_zone,
                         choices={one.type: services.Ways(one.is_shown, one.letters) for one in chosen.choices})
    return cut([filled(ChoiceOut, row, type=row.code) for row in queries.choice_list(_me(request))], Paging(limit=200, offset=0))


@router.get("/letters", response={200: LetterPage}, url_name="notices_letters", operation_id="letter_list")
def letter_list(request: Request, asked: Query[LetterQuery], paging: Query[Paging]) -> Any:
    """Letters that wait, failed, or were sent in the last two weeks; for operators of the installation."""
    rows, total, _all = queries.letter_list(state=asked.state, type=asked.type, words=asked.text, offset=paging.offset, limit=paging.limit)
    return page([filled(LetterOut, row) for row in rows], total, paging)


@router.post(f"{LETTER}/retry", response={200: LetterOut, 409: Problem}, url_name="notices_letter_retry", operation_id="letter_retry")
def letter_retry(request: Request, letter_id: int) -> Any:
    """Send a letter again that failed, or one that waits at once."""
    services.letter_retry(actor=request.user, letter_id=letter_id)
    return _letter(letter_id)


@router.post(f"{LETTER}/drop", response={200: LetterOut, 409: Problem}, url_name="notices_letter_drop", operation_id="letter_drop")
def letter_drop(request: Request, letter_id: int, why: LetterReason) -> Any:
    """Give up a letter that was not sent; its words are blanked."""
    services.letter_drop(actor=request.user, letter_id=letter_id, reason=why.reason)
    return _letter(letter_id)


@router.post("/letters-retry", response={200: Marked}, url_name="notices_letters_retry", operation_id="letter_retry_all")
def letter_retry_all(request: Request) -> Any:
    """Send all letters again that failed; `marked` says how many."""
    return {"marked": services.letters_retry(actor=request.user)}


def _letter(letter_id: int) -> dict[str, Any]:
    row = queries.letter(letter_id)
    if row is None:
        raise LookupError(_("There is no such letter."))
    return filled(LetterOut, row)


def _me(request: Request) -> int:
    return int(request.user.pk or 0)
