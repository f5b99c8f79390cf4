"""From entries of the record of changes to messages that wait to be sent, in the transaction of the change."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry
from sheber.spine.people import access

from .. import events
from ..models import Delivery, Webhook

PERMISSION = "audit.view"
"""A webhook tells what its owner may read in the record of changes, and never more."""
MOST_REPLAYED = 10_000


def events_note(rows: Sequence[AuditEntry]) -> None:
    """Write a message for every webhook that asked for what the entries tell. Nothing is asked when no entry is a public event."""
    told = [row for row in rows if events.is_public(row.verb)]
    if not told:
        return
    waiting = [_message(hook, row) for hook in _active() for row in told if _concerns(hook, row)]
    if waiting:
        Delivery.objects.bulk_create(waiting)


def _active() -> list[Webhook]:
    now = timezone.now()
    hooks = Webhook.objects.filter(state=Webhook.State.ACTIVE, owner__is_active=True).select_related("owner", "organisation", "made_by")
    return [hook for hook in hooks if hook.made_by is None or (hook.made_by.revoked_at is None and hook.made_by.expires_at > now)]


def _concerns(hook: Webhook, row: AuditEntry) -> bool:
    """Asked for, at or below the node, and readable for the owner today."""
    if not {row.verb, f"{row.verb.split('.')[0]}.*"} & set(hook.events):
        return False
    place = row.scope_path or access.NATIONAL
    return access.covered(place, (hook.organisation.path,)) and access.allowed(hook.owner, PERMISSION, place)


def _message(hook: Webhook, row: AuditEntry, *, replay: bool = False) -> Delivery:
    now = timezone.now()
    return Delivery(webhook=hook, message_id=f"msg_{row.entry_hash[:32]}", event=row.verb, payload=payload_of(row), happened_at=row.at,
                    is_replay=replay, next_at=now)


def payload_of(row: AuditEntry) -> str:
    """The JSON that goes out: ids and listed fields, nothing else."""
    ids = [int(part) for part in row.scope_path.split("/") if part]
    data: dict[str, Any] = {
        "sequence": row.sequence, "actor_id": row.actor_id, "target": {"kind": row.target_kind, "id": row.target_id},
        "organisation_id": ids[-1] if ids else None, **events.shown_fields(row.verb, before=row.before, after=row.after)}
    return _json({"type": row.verb, "timestamp": row.at.astimezone(dt.UTC).isoformat(timespec="milliseconds"), "data": data})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@transaction.atomic
def webhook_try(*, actor: audit.Actor, webhook_id: int) -> Delivery:
    """Queue a test message, also for a webhook that is paused or switched off."""
    hook = Webhook.objects.select_related("organisation").get(pk=webhook_id)
    now = timezone.now()
    made = Delivery.objects.create(
        webhook=hook, message_id=f"msg_{secrets.token_hex(16)}", event=events.TEST, happened_at=now, next_at=now,
        payload=_json({"type": events.TEST, "timestamp": now.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
                       "data": {"webhook_id": hook.pk}}))
    audit.record(actor=actor, verb="webhook.tried", target=hook, scope_path=hook.organisation.path, after={"name": hook.name})
    return made


@transaction.atomic
def delivery_replay(*, actor: audit.Actor, delivery_id: int) -> Delivery:
    """Send one message again, the same bytes under the same id. Raises ``DoesNotExist``."""
    earlier = Delivery.objects.select_related("webhook__organisation").get(pk=delivery_id)
    made = Delivery.objects.create(webhook=earlier.webhook, message_id=earlier.message_id, event=earlier.event, payload=earlier.payload,
                                   happened_at=earlier.happened_at, is_replay=True, next_at=timezone.now())
    _replayed(actor, earlier.webhook, 1)
    return made


@transaction.atomic
def deliveries_replay(*, actor: audit.Actor, webhook_id: int, first: dt.datetime, last: dt.datetime) -> int:
    """Send again all that happened between two moments, both included, oldest first: also what happened while the webhook was paused.

    Returns how many messages wait now. Raises ``DomainError``: ``range_backwards``, ``too_many_events``.
    """
    if last < first:
        raise DomainError("range_backwards", _("The end lies before the beginning."))
    hook = Webhook.objects.select_related("owner", "organisation").get(pk=webhook_id)
    found = AuditEntry.objects.filter(at__gte=first, at__lte=last, verb__in=_codes(hook.events)).order_by("sequence")
    if hook.organisation.path.count("/") > 2:
        found = found.filter(scope_path__startswith=hook.organisation.path)
    rows = list(found[:MOST_REPLAYED + 1])
    if len(rows) > MOST_REPLAYED:
        sentence = _("More than %(n)s events happened in this time. Choose a shorter one.") % {"n": MOST_REPLAYED}
        raise DomainError("too_many_events", sentence, most=MOST_REPLAYED)
    waiting = [_message(hook, row, replay=True) for row in rows if _concerns(hook, row)]
    Delivery.objects.bulk_create(waiting, batch_size=500)
    _replayed(actor, hook, len(waiting))
    return len(waiting)


def _codes(wanted: Iterable[str]) -> list[str]:
    chosen = set(wanted)
    return [code for code, one in events.known().items() if {code, f"{one.family}.*"} & chosen]


def _replayed(actor: audit.Actor, hook: Webhook, count: int) -> None:
    audit.record(actor=actor, verb="webhook.replayed", target=hook, scope_path=hook.organisation.path,
                 after={"name": hook.name, "count": count})
