"""Tokens: made, found, used and ended."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry
from sheber.spine.people import access
from sheber.spine.people.models import User
from sheber.spine.people.roles import PERMISSIONS

from ..models import ApiToken
from ..rules import tokens as rules

MOST_ACTIVE = 50
CLOSINGS = frozenset({"person.deactivated", "person.erased"})
"""Verbs of the record of changes after which a person has no account."""
SEEN_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ActiveToken:
    """A token that is in force, with its owner as the person who asks: already narrowed."""

    id: int
    prefix: str
    owner: User
    scopes: tuple[str, ...]
    organisation_code: str
    organisation_path: str
    expires_at: dt.datetime
    name: str


@transaction.atomic
def token_make(*, actor: User, name: str, scopes: Collection[str], expires_on: dt.date,
               organisation_id: int | None = None) -> tuple[ApiToken, str]:
    """Make a token for the actor: the row, and the token itself, which nobody ever sees again.

    Raises ``DomainError``: ``token_from_token`` (a token makes no tokens), ``scopes_missing``, ``scope_not_held``, ``expiry_range``,
    ``name_missing``, ``too_many_tokens``.
    """
    if access.narrowing_of(actor) is not None:
        raise DomainError("token_from_token", _("A token makes no tokens: sign in to make one."))
    if not name.strip():
        raise DomainError("name_missing", _("Say what the token is for."))
    _scopes_checked(actor, scopes)
    today = timezone.localdate()
    if not today <= expires_on <= today + dt.timedelta(days=rules.MOST_DAYS):
        raise DomainError("expiry_range", _("A token is valid from one day to one year."), days_most=rules.MOST_DAYS)
    User.objects.select_for_update().get(pk=actor.pk)                # two tabs count the tokens one after the other
    if ApiToken.objects.filter(_in_force(), owner=actor).count() >= MOST_ACTIVE:
        raise DomainError("too_many_tokens", _("You have %(n)s tokens in force. Revoke one first.") % {"n": MOST_ACTIVE})
    text = rules.make()
    end = timezone.make_aware(dt.datetime.combine(expires_on + dt.timedelta(days=1), dt.time.min))
    token = ApiToken.objects.create(owner=actor, name=name.strip(), prefix=rules.shown(text), digest=rules.digest(text),
                                    scopes=sorted(scopes), organisation_id=organisation_id, expires_at=end)
    place = token.organisation
    audit.record(actor=actor, verb="token.made", target=token, scope_path=place.path if place else "", after={
        "prefix": token.prefix, "name": token.name, "scopes": token.scopes, "organisation": place.code if place else "",
        "expires": expires_on}, about=actor.pk)
    return token, text


def _scopes_checked(actor: User, scopes: Collection[str]) -> None:
    if not scopes:
        raise DomainError("scopes_missing", _("Choose at least one thing that the token may do."))
    missing = sorted(scope for scope in scopes if scope != access.OWN and not (
        scope in PERMISSIONS and access.visible_paths(actor, scope)))
    if missing:
        sentence = _("You do not hold this yourself: %(scopes)s.") % {"scopes": ", ".join(missing)}
        raise DomainError("scope_not_held", sentence, scopes=missing)


def token_find(text: str) -> ActiveToken | None:
    """The token in force with this text, its owner narrowed to it; two queries at most. A misspelt text asks nothing."""
    if not rules.well_formed(text):
        return None
    row = ApiToken.objects.select_related("owner", "organisation").filter(_in_force(), digest=rules.digest(text)).first()
    if row is None or not row.owner.is_active:
        return None
    place, owner = row.organisation, row.owner
    assert isinstance(owner, User)
    path = place.path if place else access.NATIONAL
    access.narrow(owner, access.Narrowing(frozenset(row.scopes), path))
    return ActiveToken(row.pk, row.prefix, owner, tuple(row.scopes), place.code if place else "", path, row.expires_at, row.name)


def token_seen(token_id: int) -> None:
    """Remember that the token was used; at most one write a minute. A busy database does not make a request fail over it."""
    now = timezone.now()
    with suppress(OperationalError):
        ApiToken.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - SEEN_EVERY), pk=token_id).update(last_used_at=now)


@transaction.atomic
def token_revoke(*, actor: User, token_id: int) -> ApiToken:
    """End a token of the actor's for good; of one that has ended already nothing changes. Raises ``DoesNotExist``: it is not theirs."""
    token = ApiToken.objects.select_for_update().get(pk=token_id, owner_id=actor.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        _recorded("token.revoked", token, actor)
    return token


@transaction.atomic
def tokens_end(*, owner_ids: Iterable[int]) -> int:
    """End every token of people whose accounts were closed, so that none wakes up when an account opens again."""
    rows = list(ApiToken.objects.select_for_update().filter(_in_force(), owner_id__in=list(owner_ids)))
    for token in rows:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        _recorded("token.ended", token, None)
    return len(rows)


@transaction.atomic
def token_leaked(text: str) -> int:
    """End the token with this text or with this visible beginning; none left in force is fine. Raises ``LookupError``: no such token."""
    text = text.strip().removesuffix("…")
    chosen = {"digest": rules.digest(text)} if rules.well_formed(text) else {"prefix": text}
    rows = list(ApiToken.objects.select_for_update().filter(**chosen))
    if not rows:
        raise LookupError(_("There is no such token."))
    ended = [row for row in rows if row.revoked_at is None]
    for row in ended:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        _recorded("token.revoked", row, None)
    return len(ended)


def closings_note(rows: Sequence[AuditEntry]) -> None:
    """End the tokens of people whose accounts are closed, in the transaction that closes them."""
    closed = [int(row.target_id) for row in rows if row.verb in CLOSINGS and row.target_id.isdigit()]
    if closed:
        tokens_end(owner_ids=closed)


def _recorded(verb: str, token: ApiToken, actor: audit.Actor) -> None:
    place: Any = token.organisation
    audit.record(actor=actor, verb=verb, target=token, scope_path=place.path if place else "",
                 after={"prefix": token.prefix, "name": token.name}, about=token.owner_id)


def _in_force() -> Q:
    return Q(revoked_at__isnull=True, expires_at__gt=timezone.now())
