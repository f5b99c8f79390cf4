"""Webhooks: made, changed, switched and removed."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.editing import not_stale
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.people.models import User

from .. import events
from ..models import Webhook
from ..rules import addresses, sealing, signing

BOTH_SECRETS = dt.timedelta(hours=24)
MOST_WEBHOOKS = 50


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook and its secret, which nobody ever sees again."""

    webhook: Webhook
    secret: str


def url_fault(fault: str) -> str:
    """What is wrong with an address, in the reader's language."""
    return {
        "not_an_address": _("This is not an address. Write it as https://host/path."),
        "not_https": _("The address begins with https://: what is sent must be read by nobody on its way."),
        "names_a_person": _("The address holds a name or a password. Receivers know us by the signature."),
        "port_not_open": _("The port is 443 or above 1023."),
        "has_fragment": _("The address has a part after #, which is never sent."),
        "not_public": _("The address leads into a private network."),
        "no_such_host": _("Nobody knows this name.")}[fault]


def checked_events(wanted: Collection[str]) -> list[str]:
    """Codes and families (``programme.*``) that are public, in order. Raises ``DomainError``: ``events_missing``, ``unknown_event``."""
    public = events.known()
    known = {*public, *(f"{one.family}.*" for one in public.values())}
    if not wanted:
        raise DomainError("events_missing", _("Choose at least one event."))
    if unknown := sorted(set(wanted) - known):
        raise DomainError("unknown_event", _("There is no such public event: %(events)s.") % {"events": ", ".join(unknown)}, events=unknown)
    return sorted(set(wanted))


def checked_url(url: str) -> str:
    """The address when it may be asked. Raises ``DomainError("bad_url")``. Where it leads is looked at each time a message is sent."""
    try:
        target = addresses.target(url, loopback=settings.WEBHOOKS_LOOPBACK)
    except addresses.AddressError as no:
        raise DomainError("bad_url", url_fault(no.fault), fault=no.fault) from no
    looks_like_ip = target.host.replace(".", "").isdigit() or ":" in target.host
    if looks_like_ip and not addresses.is_public(target.host) and not settings.WEBHOOKS_LOOPBACK:
        raise DomainError("bad_url", url_fault("not_public"), fault="not_public")
    return url


@transaction.atomic
def webhook_make(*, actor: User, name: str, url: str, wanted: Collection[str], organisation_id: int, token_id: int | None = None) -> Made:
    """Have an address told of events at and below a node. Raises ``DomainError``: ``bad_url``, ``events_missing``, ``unknown_event``,
    ``name_missing``, ``too_many_webhooks``."""
    if not name.strip():
        raise DomainError("name_missing", _("Say what the webhook is for."))
    User.objects.select_for_update().get(pk=actor.pk)
    if Webhook.objects.filter(owner_id=actor.pk).count() >= MOST_WEBHOOKS:
        raise DomainError("too_many_webhooks", _("You have %(n)s webhooks. Remove one first.") % {"n": MOST_WEBHOOKS})
    secret = signing.make_secret()
    hook = Webhook.objects.create(owner=actor, made_by_id=token_id, name=name.strip(), url=checked_url(url), events=checked_events(wanted),
                                  organisation_id=organisation_id, sealed_secret=sealing.seal(secret.encode()))
    audit.record(actor=actor, verb="webhook.made", target=hook, scope_path=hook.organisation.path, after={
        "name": hook.name, "url": hook.url, "events": hook.events, "organisation": hook.organisation.code}, about=hook.owner_id)
    return Made(hook, secret)


@transaction.atomic
def webhook_change(*, actor: audit.Actor, webhook_id: int, name: str | None = None, url: str | None = None,
                   wanted: Collection[str] | None = None, edit_version: int | None = None) -> Webhook:
    """Change what is named. Messages that wait go to the new address.

    Raises as :func:`webhook_make`, ``DoesNotExist`` and ``DomainError("stale")``.
    """
    hook = _held(webhook_id, edit_version)
    before = {"name": hook.name, "url": hook.url, "events": hook.events}
    if name is not None and not name.strip():
        raise DomainError("name_missing", _("Say what the webhook is for."))
    after = {"name": hook.name if name is None else name.strip(), "url": hook.url if url is None else checked_url(url),
             "events": hook.events if wanted is None else checked_events(wanted)}
    changed = [field for field in after if after[field] != before[field]]
    if changed:
        Webhook.objects.filter(pk=hook.pk).update(edit_version=hook.edit_version + 1, **{field: after[field] for field in changed})
        audit.record(actor=actor, verb="webhook.changed", target=hook, scope_path=hook.organisation.path,
                     before={field: before[field] for field in changed}, after={"name": after["name"]} | {
                         field: after[field] for field in changed}, about=hook.owner_id)
        hook.refresh_from_db()
    return hook


@transaction.atomic
def webhook_switch(*, actor: audit.Actor, webhook_id: int, to: Literal["active", "paused"], edit_version: int | None = None) -> Webhook:
    """Pause a webhook, or let one that is paused or switched off go on; saying the same again writes nothing. Raises ``stale``."""
    hook = _held(webhook_id, edit_version)
    if hook.state != to:
        before = {"state": hook.state}
        hook.state, hook.failing_since, hook.edit_version = to, None, hook.edit_version + 1
        hook.save(update_fields=["state", "failing_since", "edit_version"])
        audit.record(actor=actor, verb="webhook.paused" if to == "paused" else "webhook.resumed", target=hook, before=before,
                     after={"state": to, "name": hook.name}, scope_path=hook.organisation.path, about=hook.owner_id)
    return hook


@transaction.atomic
def secret_replace(*, actor: audit.Actor, webhook_id: int, edit_version: int | None = None) -> Made:
    """A new secret; for a day messages are signed with the earlier one too, so that the receiver can follow without losing any.

    Only one earlier secret is kept, so two who replace it one after the other unseen would cut the receiver off: raises ``stale``.
    """
    hook = _held(webhook_id, edit_version)
    secret = signing.make_secret()
    hook.sealed_earlier, hook.sealed_secret = hook.sealed_secret, sealing.seal(secret.encode())
    hook.earlier_until = timezone.now() + BOTH_SECRETS
    hook.edit_version += 1
    hook.save(update_fields=["sealed_secret", "sealed_earlier", "earlier_until", "edit_version"])
    audit.record(actor=actor, verb="webhook.secret_replaced", target=hook, scope_path=hook.organisation.path, after={"name": hook.name},
                 about=hook.owner_id)
    return Made(hook, secret)


@transaction.atomic
def webhook_remove(*, actor: audit.Actor, webhook_id: int, edit_version: int | None = None) -> None:
    """Remove a webhook with its log and with messages that wait. Raises ``DoesNotExist`` and ``DomainError("stale")``."""
    hook = _held(webhook_id, edit_version)
    audit.record(actor=actor, verb="webhook.removed", target=hook, scope_path=hook.organisation.path,
                 before={"name": hook.name, "url": hook.url, "events": hook.events}, about=hook.owner_id)
    hook.delete()


def _held(webhook_id: int, edit_version: int | None) -> Webhook:
    hook = Webhook.objects.select_for_update().get(pk=webhook_id)
    not_stale(edit_version, hook.edit_version)
    return hook
