"""Asking for one's own erasure, and what is decided. Carrying it out is in ``erasing``."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.notices import services as notices
from sheber.spine.people import access
from sheber.spine.people.models import User
from sheber.spine.people.queries import home_paths
from sheber.spine.people.services.guards import masters

from .. import rules
from ..models import ErasureRequest
from ..queries import kept

State = ErasureRequest.State


@transaction.atomic
def erasure_ask(*, person: User, words: str = "") -> ErasureRequest:
    """Ask to be erased. Raises ``DomainError``: ``erasure_from_token``, ``erasure_asked_already``, ``erasure_kept``."""
    if access.narrowing_of(person) is not None:
        raise DomainError("erasure_from_token", _("A token does not ask for this: sign in."))
    User.objects.select_for_update().get(pk=person.pk)
    refuse_while_kept(person.pk)
    if ErasureRequest.objects.filter(person_id=person.pk, state=State.WAITING).exists():
        raise DomainError("erasure_asked_already", _("You have asked already: your request waits to be decided."))
    now = timezone.now()
    asked = ErasureRequest.objects.create(person_id=person.pk, words=words.strip(), asked_at=now,
                                          due_on=timezone.localdate(now) + rules.DECIDED_WITHIN)
    audit.record(actor=person, verb="erasure.asked", target=person, scope_path=place_of(person.pk), after={"due_on": asked.due_on})
    return asked


@transaction.atomic
def erasure_withdraw(*, person: User) -> None:
    """Take the request back. Raises ``DomainError("erasure_not_asked")``."""
    asked = ErasureRequest.objects.select_for_update().filter(person_id=person.pk, state=State.WAITING).first()
    if asked is None:
        raise DomainError("erasure_not_asked", _("No request of yours waits."))
    asked.state, asked.decided_at = State.WITHDRAWN, timezone.now()
    asked.save(update_fields=["state", "decided_at"])
    audit.record(actor=person, verb="erasure.withdrawn", target=person, scope_path=place_of(person.pk))


@transaction.atomic
def erasure_refuse(*, actor: User, request_id: int, reason: str, kept_until: dt.date | None = None) -> ErasureRequest:
    """Refuse a request in words that the person reads; with ``kept_until`` nobody erases them before that day has passed.

    Raises ``DoesNotExist``; ``DomainError``: ``reason_missing``, ``erasure_decided_already``, ``kept_until_past``, ``person_above_you``.
    """
    asked = ErasureRequest.objects.select_for_update().get(pk=request_id)
    person = User.objects.get(pk=asked.person_id)
    masters(actor, person)
    need_reason(reason)
    if asked.state != State.WAITING:
        raise DomainError("erasure_decided_already", _("This request was decided already."))
    if kept_until is not None and kept_until < timezone.localdate():
        sentence = _("This day has passed.")
        raise DomainError("kept_until_past", sentence, fields={"kept_until": [sentence]})
    asked.state, asked.decided_at, asked.decided_by, asked.answer = State.REFUSED, timezone.now(), actor, reason.strip()
    asked.kept_until = kept_until
    asked.save(update_fields=["state", "decided_at", "decided_by", "answer", "kept_until"])
    audit.record(actor=actor, verb="erasure.refused", target=person, scope_path=place_of(person.pk), reason=reason,
                 after={"person": person.name, "kept_until": kept_until})
    notices.notify(person, "erasure.refused", {"reason": asked.answer}, link="/privacy/erasure/")
    return asked


@transaction.atomic
def erasure_keep_end(*, actor: User, request_id: int, reason: str) -> None:
    """End the keeping of a refused person's data before its day. Raises as :func:`erasure_refuse`, and ``erasure_not_kept``."""
    asked = ErasureRequest.objects.select_for_update().get(pk=request_id)
    person = User.objects.get(pk=asked.person_id)
    masters(actor, person)
    need_reason(reason)
    if asked.kept_until is None:
        raise DomainError("erasure_not_kept", _("Nothing is kept by this decision."))
    before, asked.kept_until = asked.kept_until, None
    asked.save(update_fields=["kept_until"])
    audit.record(actor=actor, verb="erasure.keeping_ended", target=person, scope_path=place_of(person.pk), reason=reason,
                 before={"kept_until": before}, after={"person": person.name})


def refuse_while_kept(person_id: int) -> None:
    """Raises ``DomainError("erasure_kept")``, with the words of the decision."""
    if row := kept(person_id):
        raise DomainError("erasure_kept", _("The data are kept until %(day)s: %(reason)s") % {
            "day": row.kept_until.isoformat() if row.kept_until else "", "reason": row.answer}, kept_until=str(row.kept_until))


def need_reason(reason: str) -> None:
    """Raises ``DomainError("reason_missing")``."""
    if not reason.strip():
        sentence = _("Say why you decide so.")
        raise DomainError("reason_missing", sentence, fields={"reason": [sentence]})


def place_of(person_id: int) -> str:
    """Where the entry belongs: the first place of the person."""
    return next(iter(home_paths(person_id)), "")
