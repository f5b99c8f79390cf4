"""Telling people of something: a row in the product, and a letter as each of them chose."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sheber.kit.http import stays_here
from sheber.spine.jobs.services.values import as_json

from .. import types
from ..models import Notice, Rhythm
from ..rules.wording import sentence_of
from .choices import ways_of
from .outbox import letters_write, mail_is_sent

Who = int | Model


def notify(people: Who | Iterable[Who], type: str, params: Mapping[str, Any] | None = None, *, link: str = "", once: str = "",
           email: str = "") -> int:
    """Tell people, in the transaction of the caller. How many were told; closed accounts and those who want to hear nothing are not.

    Parameters
    ----------
    people : person, id, or several of them
    type : str
        Stated in a ``notices.py``.
    params : mapping, JSON
        What the sentence is filled with. A mapping kk/ru/en is shown in the reader's language, ``{"date": "2026-12-01"}`` as a date.
        They stay in the database as they are: never a secret.
    link : str
        A path of this product where more is found.
    once : str
        A person is told once under this key, however often it is asked for.
    email : str
        Send the letter there and not to the address of the account: of one person whose address has just changed, to the old one.

    Raises
    ------
    ValueError
        Nobody states the type, it is for letters only, ``link`` is no path of this product, or ``params`` are no JSON.
    """
    known = types.find(type)
    if known is None or known.letter_only:
        raise ValueError(f"no notices.py states the type {type}")
    if link and not (link.startswith("/") and stays_here(link)):
        raise ValueError(f"{type}: {link!r} is no path of this product")
    with transaction.atomic(savepoint=False):
        return _told(known, _keys(people), as_json(params or {}), link=link[:500], once=once[:120], email=email)


def _told(known: types.NoticeType, keys: list[int], given: Mapping[str, Any], *, link: str, once: str, email: str) -> int:
    found: list[Any] = list(get_user_model()._default_manager.filter(pk__in=keys, is_active=True).order_by("pk"))
    now, mailed = timezone.now(), mail_is_sent()
    ways = ways_of([person.pk for person in found], known)
    rows, letters = [], []
    for person in found:
        way = ways[person.pk]
        mail = mailed and not person.is_synthetic                   # nobody reads the mail of people who were invented
        wait = way.letters if mail and way.letters in {Rhythm.DAILY, Rhythm.WEEKLY} else ""
        at_once = mail and way.letters == Rhythm.AT_ONCE
        if not (way.is_shown or wait or at_once):
            continue
        row = Notice(person_id=person.pk, type=known.code, params=given, link=link, created_at=now, is_shown=way.is_shown, digest=wait,
                     once=once, read_at=None if way.is_shown else now)
        if once and not _first(row):
            continue
        if not once and (way.is_shown or wait):
            rows.append(row)
        if at_once:
            letters.append({"type": known.code, "email": email or person.email, "language": person.language, "person_id": person.pk,
                            "body": body_of(known, given, link, person.language)})
    Notice.objects.bulk_create(rows, batch_size=500)
    letters_write(letters)
    return len(found)


def _keys(people: Who | Iterable[Who]) -> list[int]:
    several: list[Any] = [people] if isinstance(people, int | Model) else list(people)
    return sorted({one if isinstance(one, int) else one.pk for one in several})


def _first(row: Notice) -> bool:
    """Write a notice with a key; False when the person was told under it before. Of two who ask at once, one writes."""
    if Notice.objects.filter(person_id=row.person_id, once=row.once).exists():
        return False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def body_of(known: types.NoticeType, params: Mapping[str, Any], link: str, language: str) -> str:
    """The words of a letter about one notice."""
    with translation.override(language):
        parts = [str(known.title) + ".", sentence_of(known.sentence, params)]
        if link:
            parts.append(_("Open it: %(address)s") % {"address": settings.PUBLIC_URL + link})
        if known.mandatory:
            parts.append(_("If it was not you, change your password and tell the administrators of your organisation."))
        return "\n\n".join(part for part in parts if part)


@transaction.atomic
def notice_read(*, person_id: int, notice_id: int, is_read: bool = True) -> Notice:
    """Mark one's own notice as read, or as unread. Raises ``DoesNotExist``: also for somebody else's."""
    row = Notice.objects.get(pk=notice_id, person_id=person_id, is_shown=True)
    if is_read != (row.read_at is not None):
        row.read_at = timezone.now() if is_read else None
        row.save(update_fields=["read_at"])
    return row


@transaction.atomic
def notices_read_all(*, person_id: int, until_id: int | None = None) -> int:
    """Mark all of one's notices as read, up to the newest that was seen; how many."""
    rows = Notice.objects.filter(person_id=person_id, is_shown=True, read_at=None)
    if until_id is not None:
        rows = rows.filter(pk__lte=until_id)
    return rows.update(read_at=timezone.now())
