"""Consents of oneself, requests for erasure and erasures over the API."""

import datetime as dt
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Word, page
from sheber.kit.http import Request
from sheber.kit.tables import Query as TableQuery
from sheber.spine.people import access
from sheber.spine.people.models import User

from . import queries, services

router = Router(tags=["privacy"])


class ConsentOut(Out):
    """A purpose and what one said to it."""

    code: str
    version: int = Field(description="Of the text that stands today.")
    title: str
    text: str = Field(description="What one agrees to, in the reader's language.")
    is_given: bool
    is_outdated: bool = Field(description="One agreed to an earlier text, which no longer holds.")
    since: dt.datetime | None


class ConsentList(Out):
    """Every purpose."""

    items: list[ConsentOut]


class ConsentIn(In):
    """``version`` is that of the text that was read."""

    is_given: bool
    version: int = Field(ge=1)


class CountOut(Out):
    """How many people consent to a purpose."""

    code: str
    version: int
    title: str
    given: int


class CountList(Out):
    """Every purpose; numbers, never names."""

    items: list[CountOut]


class RequestOut(Out):
    """A request for erasure."""

    id: int
    person_id: int
    person_name: dict[str, str]
    words: str
    asked_at: dt.datetime
    due_on: dt.date
    state: str = Field(description="waiting, done, refused or withdrawn.")
    decided_at: dt.datetime | None
    answer: str
    kept_until: dt.date | None


class RequestPage(Page[RequestOut]):
    """A part of the requests, the most urgent first."""


class RequestsAsked(Schema):
    """Empty means any."""

    state: Word = ""


class ErasureRefusalIn(In):
    """Why the data stay, and until when nobody erases them."""

    reason: str = Field(max_length=1000)
    kept_until: dt.date | None = None


class ErasureReasonIn(In):
    """Why."""

    reason: str = Field(max_length=1000)


class ErasedOut(Out):
    """What an erasure did."""

    person_id: int
    rows: dict[str, int] = Field(description="Rows touched, by model.")
    entries: int = Field(description="Entries of the record of changes that lost values.")


def _own(request: Request) -> User:
    if access.narrowing_of(request.user) is not None:
        raise PermissionDenied
    return cast(User, request.user)


@router.get("/me/consents", response={200: ConsentList}, url_name="privacy_consents", operation_id="consent_list")
def consent_list(request: Request) -> Any:
    """What oneself consents to. Not for tokens."""
    return {"items": queries.consents(_own(request).pk)}


@router.put("/me/consents/{purpose}", response={200: ConsentOut, 409: Problem}, url_name="privacy_consent", operation_id="consent_set")
def consent_set(request: Request, purpose: str, wanted: ConsentIn) -> Any:
    """Give a consent or take it back. Not for tokens."""
    person = _own(request)
    services.consent_set(person=person, purpose=purpose, version=wanted.version, is_given=wanted.is_given)
    return queries.consents(person.pk, purpose)[0]


@router.get("/privacy/consent-counts", response={200: CountList}, url_name="privacy_consent_counts", operation_id="consent_counts")
def consent_counts(request: Request) -> Any:
    """How many people at and below the organisations where the reader edits people consent to each purpose."""
    return {"items": queries.counts(paths=request.access.visible_paths("person.edit"))}


@router.get("/privacy/erasure-requests", response={200: RequestPage}, url_name="privacy_requests", operation_id="erasure_request_list")
def request_list(request: Request, asked: Query[RequestsAsked], paging: Query[Paging]) -> Any:
    """Requests of people whom the reader may edit."""
    wanted = TableQuery("due", False, "", {"state": asked.state} if asked.state else {}, paging.offset, paging.limit)
    part = queries.requests(wanted, paths=request.access.visible_paths("person.edit"))
    return page(part.rows, part.total, paging)


@router.post("/privacy/erasure-requests/{key:request_id}/refuse", response={200: RequestOut, 409: Problem}, url_name="privacy_refuse",
             operation_id="erasure_refuse")
def erasure_refuse(request: Request, request_id: int, why: ErasureRefusalIn) -> Any:
    """Refuse a request; the person reads the reason."""
    services.erasure_refuse(actor=cast(User, request.user), request_id=request_id, reason=why.reason, kept_until=why.kept_until)
    return queries.request_detail(request_id)


@router.post("/privacy/erasure-requests/{key:request_id}/end-keeping", response={200: RequestOut, 409: Problem},
             url_name="privacy_keep_end", operation_id="erasure_keep_end")
def erasure_keep_end(request: Request, request_id: int, why: ErasureReasonIn) -> Any:
    """End the keeping of data that a refusal asked for."""
    services.erasure_keep_end(actor=cast(User, request.user), request_id=request_id, reason=why.reason)
    return queries.request_detail(request_id)


@router.post("/people/{key:person_id}/erase", response={200: ErasedOut, 409: Problem}, url_name="privacy_erase",
             operation_id="person_erase")
def person_erase(request: Request, person_id: int, why: ErasureReasonIn) -> Any:
    """Erase a person for good; a request of theirs that waits is carried out by it. The reason is kept without their names."""
    return services.person_erase(actor=request.user, person_id=person_id, reason=why.reason)
