"""Sending letters that wait. No transaction is open while the mail server is asked: a slow one holds nobody up.

A letter goes out at least once: a worker killed between the server's yes and the note of it here leaves the letter to the next one,
which sends it again with the same Message-ID, by which mail programs know it.
"""

import datetime as dt
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import linebreaks, urlize
from django.utils.translation import gettext as _

from .. import types
from ..models import Letter
from ..rules.sealing import UnreadableError, unseal
from ..rules.verdicts import Verdict, verdict_of
from ..rules.waiting import MOST_ATTEMPTS, longest_wait_s, next_wait_s
from .choices import DIGEST, unsubscribe_token

LEASE: Final = dt.timedelta(minutes=10)
"""Longer than the work that sends may take, so that no other worker takes a letter that is being sent."""
_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went. ``stopped``: the mail server took no letter, so the rest waits for the next round."""

    sent: int = 0
    failed: int = 0
    stopped: bool = False


def letters_send(*, limit: int = 5000, seconds: float = 50.0, go_on: Callable[[], None] = lambda: None) -> Round:
    """Send letters whose time has come, for about so many seconds. Any number of workers may do so at once.

    ``go_on`` is called between two letters and may raise to stop.
    """
    end, sent, failed, stopped = time.monotonic() + seconds, 0, 0, False
    due = Letter.objects.filter(_due(timezone.now()), state=Letter.State.WAITING).order_by("is_bulk", "next_at", "id")
    line = _Line()
    try:
        for key, seen in list(due.values_list("pk", "next_at")[:limit]):
            if time.monotonic() > end:
                break
            go_on()
            row = _take(key, seen)
            if row is None:
                continue
            verdict = _send(row, line)
            if verdict is None:
                sent += 1
                continue
            failed += 1
            if verdict.of_server:
                stopped = True
                break
    finally:
        line.close()
    return Round(sent, failed, stopped)


def _due(now: dt.datetime) -> Q:
    """Those whose time has come, and those put off for longer than any wait lasts: the clock was set back since."""
    due = Q(next_at__lte=now)
    for attempts in range(MOST_ATTEMPTS + 1):
        due |= Q(attempts=attempts, next_at__gt=now + dt.timedelta(seconds=longest_wait_s(attempts)) + 2 * LEASE)
    return due


def _take(key: int, seen: dt.datetime | None) -> Letter | None:
    """The attempt is counted now: a letter that kills its workers ends like one that is refused."""
    token = secrets.token_hex(16)
    taken = Letter.objects.filter(pk=key, state=Letter.State.WAITING, next_at=seen).update(
        next_at=timezone.now() + LEASE, token=token, attempts=F("attempts") + 1)
    return Letter.objects.filter(pk=key, token=token).first() if taken else None


def _send(row: Letter, line: "_Line") -> Verdict | None:
    """``None`` when the server took it."""
    if row.expires_at is not None and row.expires_at <= timezone.now():
        return _ended(row, Verdict(True, False, "expired", ""))
    if row.attempts > MOST_ATTEMPTS:
        return _ended(row, Verdict(True, False, "worker_lost", ""))
    try:
        message = message_of(row)
    except UnreadableError:
        return _ended(row, Verdict(True, False, "unreadable", ""))
    sending = False
    try:
        line.open()
        sending = True
        line.send(message)
    except Exception as wrong:                                       # whatever a mail server does, the letter is kept
        line.close()
        return _ended(row, verdict_of(wrong, sending=sending))
    Letter.objects.filter(pk=row.pk, token=row.token).update(
        state=Letter.State.SENT, sealed="", token="", next_at=None, ended_at=timezone.now(), problem="", told="")
    return None


def _ended(row: Letter, verdict: Verdict) -> Verdict:
    wait_s = None if verdict.for_good else next_wait_s(row.attempts, chance=_CHANCE.random())
    now = timezone.now()
    fields: dict[str, Any] = {"token": "", "problem": verdict.problem, "told": verdict.told}
    if wait_s is None:
        # What has expired is of no use to an operator either.
        blank = {"sealed": ""} if verdict.problem in {"expired", "unreadable"} else {}
        state = Letter.State.DROPPED if verdict.problem == "expired" else Letter.State.FAILED
        fields |= {"state": state, "next_at": None, "ended_at": now, **blank}
    else:
        fields |= {"next_at": now + dt.timedelta(seconds=wait_s)}
    Letter.objects.filter(pk=row.pk, token=row.token).update(**fields)
    return verdict


class _Line:
    """One connection for many letters, opened when the first is sent and again after a fault."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def open(self) -> None:
        if self._backend is None:
            backend = get_connection(fail_silently=False)
            backend.open()
            self._backend = backend

    def send(self, message: EmailMultiAlternatives) -> None:
        if self._backend is None:
            raise RuntimeError("open comes first")
        self._backend.send_messages([message])

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except OSError:                                          # it is gone already
                return


def message_of(row: Letter) -> EmailMultiAlternatives:
    """The letter as it goes out. Raises :class:`UnreadableError`."""
    words = str(unseal(row.sealed)["body"]).rstrip()
    known = types.find(row.type)
    with translation.override(row.language):
        headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
                   "Content-Language": row.language}
        optional = known is not None and not known.mandatory and (not known.letter_only or row.type == DIGEST)
        if row.person_id is not None and optional:
            leave = settings.PUBLIC_URL + reverse("notices:unsubscribe", args=[unsubscribe_token(row.person_id, row.type)])
            headers |= {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
            words += "\n\n-- \n" + _("You choose which letters you get: %(address)s") % {
                "address": settings.PUBLIC_URL + reverse("notices:settings")}
        subject = str(known.title) if known is not None else "Sheber"
        message = EmailMultiAlternatives(subject, words + "\n", None, [row.email], headers=headers)
        page = linebreaks(urlize(words, autoescape=True))            # urlize escapes; links keep their whole address as text
        message.attach_alternative(f'<!doctype html><html lang="{row.language}"><meta charset="utf-8"><body>{page}</body></html>',
                                   "text/html")
    return message
