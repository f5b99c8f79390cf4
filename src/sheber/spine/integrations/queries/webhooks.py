"""Webhooks and the log of what was sent to them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from sheber.kit.localised import LocalisedText

from ..models import Attempt, Delivery, Webhook

_COLUMNS = ("id", "name", "url", "events", "state", "organisation_id", "organisation__code", "organisation__name", "organisation__path",
            "owner_id", "owner__name", "failing_since", "created_at", "earlier_until", "edit_version")
_DELIVERY = ("id", "webhook_id", "message_id", "event", "happened_at", "is_replay", "state", "attempts", "next_at", "created_at")


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook; never its secret."""

    id: int
    name: str
    url: str
    events: tuple[str, ...]
    state: str
    organisation_id: int
    organisation_code: str
    organisation_name: LocalisedText
    organisation_path: str
    owner_id: int
    owner_name: LocalisedText
    failing_since: dt.datetime | None
    created_at: dt.datetime
    earlier_until: dt.datetime | None
    edit_version: int

    @property
    def state_label(self) -> str:
        return str(Webhook.State(self.state).label)

    @property
    def tone(self) -> str:
        """For the badge."""
        return {"active": "warn" if self.failing_since else "ok", "paused": "", "disabled": "bad"}[self.state]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message for one webhook."""

    id: int
    webhook_id: int
    message_id: str
    event: str
    happened_at: dt.datetime
    is_replay: bool
    state: str
    attempts: int
    next_at: dt.datetime | None
    created_at: dt.datetime

    @property
    def state_label(self) -> str:
        return str(Delivery.State(self.state).label)

    @property
    def tone(self) -> str:
        return {"waiting": "info", "sent": "ok", "failed": "bad"}[self.state]


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try; heads only."""

    at: dt.datetime
    duration_ms: int
    request_head: str
    status: int | None
    response_head: str
    problem: str

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """A message with its text and its tries, oldest first."""

    row: DeliveryRow
    payload: str
    tries: tuple[AttemptRow, ...]


def webhook_rows(paths: Sequence[str]) -> tuple[WebhookRow, ...]:
    """Webhooks that listen at or below the paths, by name; one query."""
    if not paths:
        return ()
    below = reduce(or_, (Q(organisation__path__startswith=path) for path in paths))
    return tuple(_row(values) for values in Webhook.objects.filter(below).order_by("name", "id").values_list(*_COLUMNS))


def webhook(webhook_id: int) -> WebhookRow | None:
    """One webhook."""
    values = Webhook.objects.filter(pk=webhook_id).values_list(*_COLUMNS).first()
    return _row(values) if values else None


def webhook_path(webhook_id: int) -> str | None:
    """Where a webhook listens, for the rules of addresses."""
    return Webhook.objects.filter(pk=webhook_id).values_list("organisation__path", flat=True).first()


def delivery_path(delivery_id: int) -> str | None:
    """Where the webhook of a message listens."""
    return Delivery.objects.filter(pk=delivery_id).values_list("webhook__organisation__path", flat=True).first()


def delivery_part(webhook_id: int, *, offset: int, limit: int | None, state: str = "", event: str = "", text: str = "",
                  order: str = "-id") -> tuple[tuple[DeliveryRow, ...], int, int]:
    """Messages of a webhook, how many there are with the filters and without; three queries. ``order`` is a column, ``-`` turns it."""
    every = Delivery.objects.filter(webhook_id=webhook_id)
    found = every.filter(**{name: value for name, value in (("state", state), ("event", event)) if value})
    if text:
        found = found.filter(Q(event__icontains=text) | Q(message_id__icontains=text))
    end = None if limit is None else offset + limit
    rows = tuple(DeliveryRow(*values) for values in found.order_by(order, "-id").values_list(*_DELIVERY)[offset:end])
    return rows, found.count(), every.count()


def delivery_detail(delivery_id: int) -> DeliveryDetail | None:
    """One message with its tries; two queries."""
    values: Any = Delivery.objects.filter(pk=delivery_id).values_list(*_DELIVERY, "payload").first()
    if values is None:
        return None
    tries = Attempt.objects.filter(delivery_id=delivery_id).order_by("id").values_list(
        "at", "duration_ms", "request_head", "status", "response_head", "problem")
    return DeliveryDetail(DeliveryRow(*values[:-1]), values[-1], tuple(AttemptRow(*one) for one in tries))


def _row(values: Any) -> WebhookRow:
    key, name, url, events, *rest = values
    return WebhookRow(key, name, url, tuple(events), *rest)
