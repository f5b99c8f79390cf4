"""Webhooks over the API."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime, Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Word, cut, filled, page, told_current
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.integrations import events, queries, services
from sheber.spine.integrations.access import PERMISSION
from sheber.spine.integrations.middleware import TOKEN
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.models import User

router = Router(tags=["integrations"])
WEBHOOK = "/webhooks/{key:webhook_id}"
READ = "The one read with the webhook; 409 `stale` when somebody changed it since."


def _sane(at: dt.datetime) -> dt.datetime:
    if not 1970 < at.year < 9000:
        raise ValueError("a moment of our time")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_sane)]


class EventOut(Out):
    """A public event."""

    code: str = Field(examples=["programme.published"])
    label: str = Field(description="In the reader's language.")
    fields: list[str] = Field(description="Fields of `data` beside the ids.", examples=[["code", "version"]])


class EventPage(Page[EventOut]):
    """A part of the list of public events."""


class WebhookOut(Out):
    """A webhook without its secret."""

    id: int
    name: str
    url: str
    events: list[str] = Field(examples=[["programme.*", "role.granted"]])
    organisation_code: str = Field(description="It hears of what happens at and below it.")
    state: str = Field(description="active, paused, or disabled after long failure.")
    failing_since: dt.datetime | None
    created_at: dt.datetime
    edit_version: int = Field(description="Counts what people change: name, address, events, state, secret.")


class WebhookPage(Page[WebhookOut]):
    """A part of a list of webhooks."""


class WebhookMade(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class WebhookIn(In):
    """A webhook to be made."""

    name: Word
    url: str = Field(max_length=500, examples=["https://example.org/sheber"])
    events: list[Word] = Field(max_length=100, description="Codes of public events, or families such as `programme.*`.")
    organisation: Word = Field(description="Code of the organisation at and below which it listens.")


class WebhookVersion(Schema):
    """Which version of a webhook was looked at."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)


class WebhookChange(In):
    """What is to be changed; what is left out stays."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    name: Word | None = None
    url: str | None = Field(None, max_length=500)
    events: list[Word] | None = Field(None, max_length=100)
    state: Literal["active", "paused"] | None = None


class DeliveryOut(Out):
    """A message for a webhook."""

    id: int
    message_id: str = Field(description="Header webhook-id: the same for every attempt and every replay.")
    event: str
    happened_at: dt.datetime
    is_replay: bool
    state: str = Field(description="waiting, sent or failed.")
    attempts: int
    next_at: dt.datetime | None = Field(description="When it is tried next.")
    created_at: dt.datetime


class DeliveryPage(Page[DeliveryOut]):
    """A part of the log, newest first."""


class AttemptOut(Out):
    """One try: heads only, the signature left out."""

    at: dt.datetime
    duration_ms: int
    request_head: str
    status: int | None = Field(description="Of the answer; empty when there was none.")
    response_head: str
    problem: str = Field(description="Why there was no answer: not_public, no_such_host, no_connection, no_answer_in_time, certificate …")


class DeliveryOne(DeliveryOut):
    """A message with its text and its tries."""

    webhook_id: int
    payload: str = Field(description="The very text that was signed.")
    tries: list[AttemptOut] = Field(description="Oldest first.")


class DeliveryFilters(Schema):
    """Empty means any."""

    state: Literal["", "waiting", "sent", "failed"] = ""
    event: Word = ""


class Span(In):
    """A span of time, both ends included."""

    first: Moment = Field(examples=["2026-11-23T00:00:00+05:00"])
    last: Moment = Field(examples=["2026-11-24T00:00:00+05:00"])


class Replayed(Out):
    """How many messages wait to be sent again."""

    count: int


@router.get("/webhook-events", response={200: EventPage}, url_name="integrations_events", operation_id="webhook_event_list")
def event_list(request: Request, paging: Query[Paging]) -> Any:
    """What a webhook can be told of."""
    rows = [{"code": one.code, "label": str(one.label), "fields": list(one.fields)} for _code, one in sorted(events.known().items())]
    return cut(rows, paging)


@router.get("/webhooks", response={200: WebhookPage}, url_name="integrations_webhooks", operation_id="webhook_list")
def webhook_list(request: Request, paging: Query[Paging]) -> Any:
    """Webhooks at and below the organisations where the reader may see the record of changes."""
    return cut(queries.webhook_rows(request.access.visible_paths(PERMISSION)), paging)


@router.post("/webhooks", response={201: WebhookMade, 409: Problem}, url_name="integrations_webhooks", operation_id="webhook_make")
def webhook_make(request: Request, new: WebhookIn) -> Any:
    """Have an address told of events. A webhook made by a token ends with the token."""
    place = organisations.by_code(new.organisation)
    if place is None:
        raise DomainError("unknown_organisation", _("There is no such organisation."), organisation=new.organisation)
    if not request.access.allowed(PERMISSION, place.path):
        raise PermissionDenied
    token = getattr(request, TOKEN, None)
    assert isinstance(request.user, User)
    made = services.webhook_make(actor=request.user, name=new.name, url=new.url, wanted=new.events, organisation_id=place.id,
                                 token_id=token.id if token else None)
    return Status(201, _webhook(made.webhook.pk) | {"secret": made.secret})


@router.get(WEBHOOK, response={200: WebhookOut}, url_name="integrations_webhook", operation_id="webhook_detail")
def webhook_detail(request: Request, webhook_id: int) -> Any:
    """One webhook."""
    return _webhook(webhook_id)


@router.patch(WEBHOOK, response={200: WebhookOut, 409: Problem}, url_name="integrations_webhook", operation_id="webhook_change")
def webhook_change(request: Request, webhook_id: int, change: WebhookChange) -> Any:
    """Rename, redirect, choose events, pause or resume."""
    with told_current(WebhookOut, lambda: _webhook(webhook_id)), transaction.atomic():
        services.webhook_change(actor=request.user, webhook_id=webhook_id, name=change.name, url=change.url, wanted=change.events,
                                edit_version=change.edit_version)
        if change.state is not None:
            services.webhook_switch(actor=request.user, webhook_id=webhook_id, to=change.state)
    return _webhook(webhook_id)


@router.delete(WEBHOOK, response={204: None, 409: Problem}, url_name="integrations_webhook", operation_id="webhook_remove")
def webhook_remove(request: Request, webhook_id: int, seen: Query[WebhookVersion]) -> Any:
    """Remove a webhook with its log."""
    with told_current(WebhookOut, lambda: _webhook(webhook_id)):
        services.webhook_remove(actor=request.user, webhook_id=webhook_id, edit_version=seen.edit_version)
    return Status(204, None)


@router.post(f"{WEBHOOK}/secret", response={200: WebhookMade, 409: Problem}, url_name="integrations_webhook_secret",
             operation_id="webhook_secret_replace")
def secret_replace(request: Request, webhook_id: int, seen: Query[WebhookVersion]) -> Any:
    """A new secret; for 24 hours messages carry a signature by each."""
    with told_current(WebhookOut, lambda: _webhook(webhook_id)):
        made = services.secret_replace(actor=request.user, webhook_id=webhook_id, edit_version=seen.edit_version)
    return _webhook(webhook_id) | {"secret": made.secret}


@router.post(f"{WEBHOOK}/test", response={202: DeliveryOut}, url_name="integrations_webhook_test", operation_id="webhook_test")
def webhook_test(request: Request, webhook_id: int) -> Any:
    """Queue a test message."""
    return Status(202, _delivery(services.webhook_try(actor=request.user, webhook_id=webhook_id).pk))


@router.post(f"{WEBHOOK}/replay", response={202: Replayed, 409: Problem}, url_name="integrations_webhook_replay",
             operation_id="webhook_replay")
def webhook_replay(request: Request, webhook_id: int, span: Span) -> Any:
    """Send again what happened in a span of time, at most 10,000 events, also what happened while the webhook was paused."""
    count = services.deliveries_replay(actor=request.user, webhook_id=webhook_id, first=span.first, last=span.last)
    return Status(202, {"count": count})


@router.get(f"{WEBHOOK}/deliveries", response={200: DeliveryPage}, url_name="integrations_webhook_deliveries",
            operation_id="delivery_list")
def delivery_list(request: Request, webhook_id: int, filters: Query[DeliveryFilters], paging: Query[Paging]) -> Any:
    """What was sent and what waits."""
    rows, total, _all = queries.delivery_part(webhook_id, offset=paging.offset, limit=paging.limit, state=filters.state,
                                              event=filters.event)
    return page(rows, total, paging)


@router.get("/webhook-deliveries/{key:delivery_id}", response={200: DeliveryOne}, url_name="integrations_delivery",
            operation_id="delivery_detail")
def delivery_detail(request: Request, delivery_id: int) -> Any:
    """One message with its tries."""
    return _delivery(delivery_id)


@router.post("/webhook-deliveries/{key:delivery_id}/replay", response={202: DeliveryOut}, url_name="integrations_delivery_replay",
             operation_id="delivery_replay")
def delivery_replay(request: Request, delivery_id: int) -> Any:
    """Send one message again."""
    return Status(202, _delivery(services.delivery_replay(actor=request.user, delivery_id=delivery_id).pk))


def _webhook(webhook_id: int) -> dict[str, Any]:
    row = queries.webhook(webhook_id)
    if row is None:
        raise LookupError(_("There is no such webhook."))
    return filled(WebhookOut, row)


def _delivery(delivery_id: int) -> dict[str, Any]:
    found = queries.delivery_detail(delivery_id)
    if found is None:
        raise LookupError(_("There is no such message."))
    return filled(DeliveryOne, found.row, payload=found.payload, tries=found.tries)
