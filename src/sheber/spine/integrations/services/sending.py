"""Sending what waits. No transaction is open while a receiver is asked: a slow one holds nobody up."""

import datetime as dt
import time
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.people import access

from ..models import Attempt, Delivery, Webhook
from ..rules import retrying, sealing, signing
from . import posting
from .outbox import PERMISSION

LEASE = dt.timedelta(minutes=2)
"""While a message is being sent it waits for this long: a worker that dies leaves it to the next."""
AGENT = "Sheber-Webhooks/1"
_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Sent:
    """How a round went."""

    delivered: int = 0
    failed: int = 0


def deliver_due(*, limit: int = 200, seconds: float = 50.0) -> Sent:
    """Send messages whose time has come, oldest first, for about so many seconds. Any number of workers may do so at once."""
    end, delivered, failed = time.monotonic() + seconds, 0, 0
    due = Delivery.objects.filter(_due(timezone.now()), state=Delivery.State.WAITING).order_by("next_at", "id")
    for key, next_at in list(due.values_list("pk", "next_at")[:limit]):
        if time.monotonic() > end:
            break
        taken = Delivery.objects.filter(pk=key, state=Delivery.State.WAITING, next_at=next_at).update(next_at=timezone.now() + LEASE)
        if taken:
            well = _send(key)
            delivered, failed = delivered + well, failed + (not well)
    return Sent(delivered, failed)


def _due(now: dt.datetime) -> Q:
    """Those whose time has come, and those put off for longer than any wait lasts: the clock was set back since."""
    due = Q(next_at__lte=now)
    for attempts in range(len(retrying.WAITS_S) + 1):
        longest = dt.timedelta(seconds=retrying.longest_wait_s(attempts)) + 2 * LEASE
        due |= Q(attempts=attempts, next_at__gt=now + longest)
    return due


def _send(delivery_id: int) -> bool:
    row = Delivery.objects.select_related("webhook__owner", "webhook__made_by", "webhook__organisation").filter(pk=delivery_id).first()
    if row is None:
        return False
    hook, now = row.webhook, timezone.now()
    if not _may_be_told(hook, now):
        _settled(row, state=Delivery.State.FAILED)
        Attempt.objects.create(delivery=row, at=now, duration_ms=0, request_head="", problem="owner_may_not")
        return False
    body, stamp = row.payload.encode(), int(now.timestamp())
    try:
        signed = signing.headers(_secrets(hook, now), message_id=row.message_id, timestamp=stamp, body=body)
    except sealing.UnreadableError:
        answer = posting.Answer(None, "", "secret_unreadable", 0)
        signed = {}
    else:
        headers = {"Content-Type": "application/json", "User-Agent": AGENT, **signed}
        answer = posting.post(hook.url, body=body, headers=headers, loopback=settings.WEBHOOKS_LOOPBACK)
    told = {name: value for name, value in signed.items() if name != "webhook-signature"}
    head = "\n".join([f"POST {hook.url}", "Content-Type: application/json", f"User-Agent: {AGENT}",
                      *(f"{name}: {value}" for name, value in told.items())])
    with transaction.atomic():
        Attempt.objects.create(delivery=row, at=now, duration_ms=answer.duration_ms, request_head=head, status=answer.status,
                               response_head=answer.head, problem=answer.problem)
        return _noted(row, answer)


def _may_be_told(hook: Webhook, now: dt.datetime) -> bool:
    """Its owner may still read the record there, and the token it was made by is in force."""
    made_by: Any = hook.made_by
    if made_by is not None and (made_by.revoked_at is not None or made_by.expires_at <= now):
        return False
    return bool(hook.owner.is_active) and access.allowed(hook.owner, PERMISSION, hook.organisation.path)


def _secrets(hook: Webhook, now: dt.datetime) -> list[str]:
    sealed = [hook.sealed_secret]
    if hook.earlier_until is not None and hook.earlier_until > now:
        sealed.append(hook.sealed_earlier)
    return [sealing.unseal(one).decode() for one in sealed]


def _noted(row: Delivery, answer: posting.Answer) -> bool:
    hook = Webhook.objects.select_for_update().get(pk=row.webhook_id)
    row.attempts += 1
    if answer.status is not None and 200 <= answer.status < 300:
        _settled(row, state=Delivery.State.SENT)
        if hook.failing_since is not None:
            Webhook.objects.filter(pk=hook.pk).update(failing_since=None)
        return True
    now = timezone.now()
    hook.failing_since = hook.failing_since or now
    wait = retrying.next_wait_s(row.attempts, chance=_CHANCE.random(), asked_s=retrying.asked_wait_s(answer.retry_after))
    if retrying.given_up(failing_since=hook.failing_since, now=now, status=answer.status):
        _disabled(hook)
        wait = None
    hook.save(update_fields=["failing_since", "state"])
    if wait is None:
        _settled(row, state=Delivery.State.FAILED)
    else:
        row.next_at = now + dt.timedelta(seconds=wait)
        row.save(update_fields=["attempts", "next_at"])
    return False


def _settled(row: Delivery, *, state: str) -> None:
    row.state, row.next_at = state, None
    row.save(update_fields=["state", "next_at", "attempts"])


def _disabled(hook: Webhook) -> None:
    """Switched off; messages that wait are given up. They can be sent again by time."""
    if hook.state == Webhook.State.DISABLED:
        return
    before = {"state": hook.state}
    hook.state = Webhook.State.DISABLED
    Delivery.objects.filter(webhook=hook, state=Delivery.State.WAITING).update(state=Delivery.State.FAILED, next_at=None)
    audit.record(actor=None, verb="webhook.disabled", target=hook, before=before, after={"name": hook.name, "state": hook.state},
                 scope_path=hook.organisation.path)
    notify(hook.owner_id, "webhook.disabled", {"name": hook.name}, link=reverse("integrations:webhook", args=[hook.pk]))
