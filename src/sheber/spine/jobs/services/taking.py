"""Taking work, giving it back, ending it. Each is one short transaction, and counts only while the lease still stands."""

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from .. import clock, registry
from ..models import Job
from ..rules.waiting import next_wait_s

_CHANCE = SystemRandom()
TRACE_LENGTH = 8000


@dataclass(frozen=True, slots=True)
class Claim:
    """A run of a piece of work by one worker; ``token`` is its lease."""

    job_id: int
    token: str
    kind: str
    params: dict[str, Any]
    scope_path: str
    started_by_id: int | None
    language: str
    attempt: int
    max_attempts: int


def claim(*, worker: str, kinds: Collection[str], ripe: Collection[int] = (), only: int | None = None) -> Claim | None:
    """Take the oldest work that may begin, or ``None``. Any number of workers may do so at once; each work goes to one.

    ``ripe`` are works whose wait this worker has seen out by its own clock, whatever their date says.
    """
    due = Q(due_at__isnull=True) | Q(due_at__lte=clock.now()) | Q(pk__in=list(ripe)[:500])
    ready = Job.objects.filter(state=Job.State.WAITING, kind__in=list(kinds))
    ready = ready.filter(pk=only) if only is not None else ready.filter(due)
    busy = Job.objects.filter(running_key=OuterRef("turn"))
    ready = ready.filter(Q(turn="") | ~Exists(busy)).order_by("id")
    if not ready.exists():                                          # a plain read: an idle worker never locks SQLite's one writer
        return None
    try:
        with transaction.atomic():
            row = ready.select_for_update(skip_locked=True).first()
            return _taken(row, worker) if row is not None else None
    except IntegrityError:                                          # at the same moment another worker began a work of the same turn
        return None


def _taken(row: Job, worker: str) -> Claim | None:
    token, now = secrets.token_hex(16), clock.now()
    taken = Job.objects.filter(pk=row.pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, token=token, worker=worker[:120], attempts=F("attempts") + 1, started_at=now, beat=0, beat_at=now,
        running_key=row.turn or None, waiting_key=None, due_at=None, wait_s=None, cancel_asked_at=None, progress_done=0, progress_total=0,
        sentence="")
    if not taken:
        return None
    return Claim(row.pk, token, row.kind, row.params, row.scope_path, row.started_by_id, row.language, row.attempts + 1, row.max_attempts)


def _held(job_id: int, token: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, state=Job.State.RUNNING, token=token)


def _ended(kind: str, state: str, now: dt.datetime) -> dict[str, Any]:
    known = registry.find(kind)
    keep = registry.KEEP if known is None or state == Job.State.FAILED else known.keep
    return {"state": state, "token": "", "running_key": None, "finished_at": now, "kept_until": now + keep}


def done(one: Claim, result: Any) -> bool:
    """It is done; False when the lease was lost, and then nothing is written."""
    ended = _ended(one.kind, Job.State.DONE, clock.now())
    with transaction.atomic():
        written = bool(_held(one.job_id, one.token).update(**ended, result=result, error_code="", error="", error_told="", trace=""))
        if written:
            registry.tell_ended(one.job_id)
    return written


def stopped(one: Claim) -> bool:
    """It stopped because somebody cancelled it."""
    return bool(_held(one.job_id, one.token).update(**_ended(one.kind, Job.State.CANCELLED, clock.now())))


def released(one: Claim) -> bool:
    """It goes back unfinished and uncounted: the worker is being stopped."""
    return bool(_held(one.job_id, one.token).update(state=Job.State.WAITING, token="", running_key=None, attempts=F("attempts") - 1))


def failed(one: Claim, *, code: str, told: str, trace: str = "", sentence: str = "", final: bool = False) -> bool:
    """It failed: tried again after a while, unless ``final`` or that was the last attempt.

    ``sentence`` is for the person who asked, ``told`` and ``trace`` are for operators.
    """
    now = clock.now()
    wait_s = None if final else next_wait_s(one.attempt, max_attempts=one.max_attempts, chance=_CHANCE.random())
    sentence, told, trace = (text.replace("\x00", "\ufffd") for text in (sentence[:2000], told[:2000], trace[-TRACE_LENGTH:]))
    fields: dict[str, Any] = {"error_code": code[:60], "error": sentence, "error_told": told, "trace": trace}
    if wait_s is None:
        fields |= _ended(one.kind, Job.State.FAILED, now)
    else:
        fields |= {"state": Job.State.WAITING, "token": "", "running_key": None, "wait_s": wait_s,
                   "due_at": now + dt.timedelta(seconds=wait_s)}
    with transaction.atomic():
        written = bool(_held(one.job_id, one.token).update(**fields))
        if written and wait_s is None:
            registry.tell_ended(one.job_id)
    return written


@transaction.atomic
def taken_away(*, job_id: int, token: str, beat: int) -> bool:
    """Work whose worker does not move any more: others may have it. False when it moved after all.

    When it was the last attempt it counts as failed, so that work which kills its workers ends; when it was cancelled it is cancelled.
    """
    row = _held(job_id, token).filter(beat=beat).select_for_update().first()
    if row is None:
        return False
    lost = {"error_code": "worker_lost", "error": "", "error_told": f"{row.worker}: no sign of life", "trace": ""}
    if row.cancel_asked_at is not None:
        fields = _ended(row.kind, Job.State.CANCELLED, clock.now())
    elif row.attempts >= row.max_attempts:
        fields = _ended(row.kind, Job.State.FAILED, clock.now()) | lost
    else:
        fields = {"state": Job.State.WAITING, "token": "", "running_key": None} | lost
    written = bool(_held(job_id, token).filter(beat=beat).update(**fields))
    if written and fields["state"] == Job.State.FAILED:
        registry.tell_ended(job_id)
    return written
