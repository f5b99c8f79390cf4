"""Answers kept for repeated requests.

The claim is committed before the work begins, so that a second request sees it; the answer is kept in the transaction of the work
itself, so that a process that dies leaves either both or neither. A claim older than its lease belonged to such a process: the next
request with the key takes it over, and should the first be alive after all, its work is rolled back, because its claim is gone.
"""

import base64
import datetime as dt
import json
import secrets
from dataclasses import dataclass
from typing import Final, Literal

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from ..models import Delivery, KeptAnswer
from ..rules import repeating, sealing

_HEADERS = ("Content-Type", "Content-Language", "Location", "Content-Disposition")
REPLAYED = "Idempotency-Replayed"
PRUNED_AT_ONCE: Final = 5_000


class ClaimLostError(Exception):
    """Another request took the work over."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is to be done with a request: ``work`` on it, ``replay`` the answer, or refuse: it is ``in_flight`` or the key is ``reused``."""

    what: Literal["work", "replay", "in_flight", "reused"]
    claim: str = ""
    answer: HttpResponse | None = None


@transaction.atomic
def request_begin(*, owner_id: int, token_id: int, key: str, fingerprint: str) -> Begun:
    """Claim a key, or find out who has it."""
    now, claim = timezone.now(), secrets.token_hex(16)
    mine = KeptAnswer(owner_id=owner_id, token_id=token_id, key=key, fingerprint=fingerprint, claim=claim, claimed_at=now)
    KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    row = KeptAnswer.objects.select_for_update().filter(owner_id=owner_id, token_id=token_id, key=key).first()
    if row is None:                                                  # released between the two: ask again
        return Begun("in_flight")
    if row.claim == claim:
        return Begun("work", claim)
    age = now - row.claimed_at
    # By the distance either way: a claim from long after now was made before the clock was set back, and nobody holds it for a day.
    if age > repeating.KEPT or (row.status is None and row.fingerprint == fingerprint and abs(age) > repeating.LEASE):
        row.fingerprint, row.claim, row.claimed_at, row.status, row.sealed = fingerprint, claim, now, None, b""
        row.save(update_fields=["fingerprint", "claim", "claimed_at", "status", "sealed"])
        return Begun("work", claim)
    if row.fingerprint != fingerprint:
        return Begun("reused")
    if row.status is None:
        return Begun("in_flight")
    return Begun("replay", answer=_opened(row.status, row.sealed))


def answer_keep(*, claim: str, answer: HttpResponse) -> None:
    """Keep the answer; called in the transaction of the work. Raises :class:`ClaimLostError`, which must roll the work back."""
    text = json.dumps({"headers": {name: answer[name] for name in _HEADERS if name in answer},
                       "body": base64.b64encode(answer.content).decode("ascii")})
    kept = KeptAnswer.objects.filter(claim=claim, status__isnull=True).update(
        status=answer.status_code, sealed=sealing.seal(text.encode()), claimed_at=timezone.now())
    if not kept:
        raise ClaimLostError


def answer_release(*, claim: str) -> None:
    """Nothing was done, or nothing that may not be done again: the key is free."""
    KeptAnswer.objects.filter(claim=claim, status__isnull=True).delete()


def answers_prune() -> int:
    """Forget answers older than a day. Returns how many."""
    return KeptAnswer.objects.filter(claimed_at__lt=timezone.now() - repeating.KEPT).delete()[0]


def deliveries_prune() -> int:
    """Forget messages that ended longer ago than they are kept, with their attempts: what they tell may be of people. Returns how many."""
    before, gone = timezone.now() - dt.timedelta(days=settings.DELIVERIES_KEPT_DAYS), 0
    ended = Delivery.objects.filter(created_at__lt=before).exclude(state=Delivery.State.WAITING).order_by("pk")
    while some := list(ended.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        Delivery.objects.filter(pk__in=some).delete()
        gone += len(some)
    return gone


def _opened(status: int, sealed: "bytes | memoryview[int]") -> HttpResponse:
    held = json.loads(sealing.unseal(sealed))
    answer = HttpResponse(base64.b64decode(held["body"]), status=status)
    for name, value in held["headers"].items():
        answer[name] = value
    answer[REPLAYED] = "true"
    return answer
