"""Tokens, webhooks and messages for tests, written without the services."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from sheber.spine.integrations.models import ApiToken, Delivery, Webhook
from sheber.spine.integrations.rules import sealing, signing, tokens
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.models import User


def make_token(*, owner: User, scopes: Collection[str] = ("programme.view",), at: Organisation | None = None, days: int = 30,
               **fields: Any) -> tuple[ApiToken, str]:
    """A token in force, and its text."""
    text = tokens.make()
    row = ApiToken.objects.create(owner=owner, name="A program", prefix=tokens.shown(text), digest=tokens.digest(text),
                                  scopes=sorted(scopes), organisation=at, expires_at=timezone.now() + dt.timedelta(days=days), **fields)
    return row, text


def make_webhook(*, owner: User, at: Organisation, url: str = "https://receiver.example/hook", events: Collection[str] = ("programme.*",),
                 **fields: Any) -> Webhook:
    """An active webhook with a secret."""
    return Webhook.objects.create(owner=owner, organisation=at, name="A portal", url=url, events=sorted(events),
                                  sealed_secret=sealing.seal(signing.make_secret().encode()), **fields)


def make_delivery(hook: Webhook, **fields: Any) -> Delivery:
    """A message that waits."""
    now = timezone.now()
    given: dict[str, Any] = {"message_id": f"msg_{Delivery.objects.count():032d}", "event": "programme.published", "happened_at": now,
                             "next_at": now, "payload": '{"data":{},"type":"programme.published"}', **fields}
    return Delivery.objects.create(webhook=hook, **given)
