"""Erasing a person: their rows go or lose what tells of them, their evidence stays without a name, the chain says what it lost."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sheber.kit import personal
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.people import access
from sheber.spine.people.models import User
from sheber.spine.people.services.guards import an_administrator_stays, hold_administrators, masters

from ..models import Erasure, ErasureRequest
from . import journal
from .asking import State, need_reason, place_of, refuse_while_kept

_log = logging.getLogger("sheber.privacy")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows touched by model, and entries of the record of changes that lost values."""

    person_id: int
    rows: Mapping[str, int]
    entries: int


@transaction.atomic
def person_erase(*, actor: audit.Actor, person_id: int, reason: str) -> Erased:
    """Erase a person. What each system does with its rows it states in its ``personal.py``; the person is told by a last letter.

    ``actor=None`` is the command line. Raises ``DoesNotExist``; ``DomainError``: ``reason_missing``, ``person_above_you``,
    ``person_yourself``, ``erased_already``, ``last_administrator``, ``erasure_kept``.
    """
    need_reason(reason)
    hold_administrators()
    person = User.objects.select_for_update().get(pk=person_id)
    masters(actor, person)
    if actor is not None and actor.pk == person.pk:
        raise DomainError("person_yourself", _("Nobody erases themselves: ask for it, and somebody else decides."))
    if Erasure.objects.filter(pk=person.pk).exists():
        raise DomainError("erased_already", _("This person was erased already."))
    refuse_while_kept(person.pk)
    an_administrator_stays(without_person=person.pk)
    return _erased(actor, person, reason.strip(), timezone.now())


@transaction.atomic
def erasures_reapply(known: Iterable[Mapping[str, Any]]) -> list[int]:
    """After a restore: erase again whom ``known`` (:func:`.queries.journal`) names and the backup brought back; their numbers.

    Somebody else who got the same number is left alone: the account was made at another moment.
    """
    done = []
    for one in known:
        person = User.objects.select_for_update().filter(pk=int(one["person"]),
                                                         created_at=dt.datetime.fromisoformat(str(one["made"]))).first()
        if person is not None and not Erasure.objects.filter(pk=person.pk).exists():
            _erased(None, person, "restore", dt.datetime.fromisoformat(str(one["erased"])), is_told=False)
            done.append(person.pk)
    return done


def erasures_redo() -> int:
    """After a restore: erase again whom the journal beside the database names; how many."""
    return len(erasures_reapply(journal.read()))


def _erased(actor: audit.Actor, person: User, reason: str, at: dt.datetime, *, is_told: bool = True) -> Erased:
    names = tuple(text for text in LocalisedText.of(person.name).values() if text)
    leaving, place, address, language = personal.Leaving(person.pk, person.email, names), place_of(person.pk), person.email, person.language
    rows = {one.model: one.run(leaving) for one in personal.erasings().values() if one.run is not None}
    gone = audit.values_erase(actor=actor, person_id=person.pk, names=[person.email, *names], reason=reason, scope_path=place)
    person.refresh_from_db()
    ErasureRequest.objects.filter(person_id=person.pk, state=State.WAITING).update(
        state=State.DONE, decided_at=at, decided_by=actor, answer=gone.reason)
    Erasure.objects.create(person_id=person.pk, account_made_at=person.created_at, erased_at=at,
                           erased_by_id=actor.pk if actor is not None else None, reason=gone.reason, entries=gone.entries)
    audit.record(actor=actor, verb="person.erased", target=person, scope_path=place, reason=gone.reason,
                 after={"person": person.name, "rows": sum(rows.values()), "entries": gone.entries})
    access.forget(person)
    transaction.on_commit(journal.keep, robust=True)
    if is_told:
        transaction.on_commit(partial(_tell, address, language))
    return Erased(person.pk, {model: count for model, count in rows.items() if count}, gone.entries)


def _tell(address: str, language: str) -> None:
    """The last letter. It never stands in the outbox: its address would outlive the erasure there."""
    with override(language):
        letter = EmailMessage(_("Your data in Sheber were erased"), _(
            "What told of you in Sheber was erased. Backups made before are kept for a while and are not searched.\n"
            "This was the last letter to this address.\n"), None, [address])
    try:
        letter.send()
    except OSError as lost:
        _log.warning("the last letter could not be sent: %s", type(lost).__name__)
