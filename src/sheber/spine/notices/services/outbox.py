"""Letters are written in the transaction of what they tell of, and sent by a worker after it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LANGUAGES
from sheber.spine.audit import services as audit
from sheber.spine.jobs import services as jobs

from .. import types
from ..models import Letter
from ..rules.sealing import seal

KIND = "notices.send"


def mail_is_sent() -> bool:
    """Whether letters leave this installation: a mail server is named. Without one no letter is written, so none pile up."""
    return bool(settings.MAIL_CONFIGURED)


@transaction.atomic(savepoint=False)
def letter_write(*, type: str, email: str, language: str, body: str, person_id: int | None = None, expires_at: dt.datetime | None = None,
                 about: str = "", is_bulk: bool = False) -> Letter | None:
    """Write a letter, in the transaction of the caller: it leaves after the commit, and never when it is rolled back.

    Parameters
    ----------
    type : str
        A type of notice; its title in ``language`` is the subject.
    body : str
        Plain text in ``language``. It may hold a link that opens an account: it is kept encrypted and blanked once sent.
    expires_at : datetime, optional
        After it the letter is of no use, and is dropped rather than sent.
    about : str
        A letter about the same that still waits is dropped: its link opens nothing any more.

    Returns
    -------
    Letter or None
        ``None`` when no mail server is named.

    Raises
    ------
    ValueError
        Nobody states the type.
    """
    if types.find(type) is None:
        raise ValueError(f"no notices.py states the type {type}")
    if not mail_is_sent():
        return None
    if about:
        letters_withdraw(about=about)
    row = _row(type, email, language, body, person_id=person_id, expires_at=expires_at, about=about, is_bulk=is_bulk)
    row.save(force_insert=True)
    _wake_after_commit()
    return row


def letters_withdraw(*, about: str) -> int:
    """Drop letters that still wait and say what is no longer so; how many. One that is being sent goes out."""
    return Letter.objects.filter(about=about, state__in=(Letter.State.WAITING, Letter.State.FAILED), token="").update(
        state=Letter.State.DROPPED, sealed="", next_at=None, ended_at=timezone.now(), problem="superseded")


@transaction.atomic(savepoint=False)
def letters_write(rows: Sequence[dict[str, Any]]) -> int:
    """Many letters at once, each the arguments of :func:`letter_write`; how many were written."""
    if not mail_is_sent() or not rows:
        return 0
    for one in rows:
        if types.find(one["type"]) is None:
            raise ValueError(f"no notices.py states the type {one['type']}")
    Letter.objects.bulk_create([_row(**one) for one in rows], batch_size=500)
    _wake_after_commit()
    return len(rows)


def letter_pretend(*, type: str, body: str) -> None:
    """Do what writing a letter costs and leave nothing: where the time of an answer must not tell whether there is a receiver."""
    if not mail_is_sent():
        return
    with transaction.atomic():
        point = transaction.savepoint()
        _row(type, "nobody@example.invalid", settings.LANGUAGE_CODE, body).save(force_insert=True)
        transaction.savepoint_rollback(point)
        _wake_after_commit()


def _row(type: str, email: str, language: str, body: str, *, person_id: int | None = None, expires_at: dt.datetime | None = None,
         about: str = "", is_bulk: bool = False) -> Letter:
    now = timezone.now()
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return Letter(type=type, person_id=person_id, email=email, language=language if language in LANGUAGES else settings.LANGUAGE_CODE,
                  sealed=seal({"body": body}), message_id=f"<{uuid.uuid4().hex}@{host}>", about=about, is_bulk=is_bulk,
                  next_at=now, expires_at=expires_at, created_at=now)


def _wake_after_commit() -> None:
    """Ask for the work once in a transaction. After the commit, not in it: the row of waiting work would hold up everybody else."""
    here = set(connection.savepoint_ids)
    if not any(entry[1] is _wake and entry[0] <= here for entry in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    jobs.job_start(actor=None, kind=KIND, unique_key="now")


@transaction.atomic
def letter_retry(*, actor: audit.Actor, letter_id: int) -> Letter:
    """Let a letter that failed be sent again, or one that waits be tried now.

    Raises ``DoesNotExist``; DomainError("letter_over") when it was sent, dropped or is being sent.
    """
    row = Letter.objects.select_for_update().get(pk=letter_id)
    if row.state not in {Letter.State.WAITING, Letter.State.FAILED} or row.token or not row.sealed:
        raise DomainError("letter_over", _("This letter was sent or dropped, or is being sent at this moment."), state=row.state)
    before = row.state
    row.state, row.next_at, row.ended_at, row.attempts = Letter.State.WAITING, timezone.now(), None, 0
    row.save(update_fields=["state", "next_at", "ended_at", "attempts"])
    _record(actor, "letter.retried", row, before)
    _wake_after_commit()
    return row


@transaction.atomic
def letters_retry(*, actor: audit.Actor) -> int:
    """Let every letter that failed be sent again; how many."""
    failed = Letter.objects.filter(state=Letter.State.FAILED).exclude(sealed="")
    count = failed.update(state=Letter.State.WAITING, next_at=timezone.now(), ended_at=None, attempts=0)
    if count:
        audit.record(actor=actor, verb="letter.retried_all", target=("notices.letter", "all"), after={"letters": count})
        _wake_after_commit()
    return count


@transaction.atomic
def letter_drop(*, actor: audit.Actor, letter_id: int, reason: str = "") -> Letter:
    """Give up a letter that was not sent; its words are blanked. Raises ``DoesNotExist``; DomainError("letter_over")."""
    row = Letter.objects.select_for_update().get(pk=letter_id)
    if row.state not in {Letter.State.WAITING, Letter.State.FAILED} or row.token:
        raise DomainError("letter_over", _("This letter was sent or dropped, or is being sent at this moment."), state=row.state)
    before = row.state
    row.state, row.sealed, row.next_at, row.ended_at = Letter.State.DROPPED, "", None, timezone.now()
    row.save(update_fields=["state", "sealed", "next_at", "ended_at"])
    _record(actor, "letter.dropped", row, before, reason)
    return row


def _record(actor: audit.Actor, verb: str, row: Letter, before: str, reason: str = "") -> None:
    audit.record(actor=actor, verb=verb, target=row, before={"state": before}, after={"type": row.type, "state": row.state}, reason=reason,
                 scope_path="")


