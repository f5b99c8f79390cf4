"""What people and systems ask for: start, cancel, try again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sheber.kit.access import NATIONAL
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit

from .. import clock, registry
from ..models import Job
from .values import as_json

OPEN = (Job.State.WAITING, Job.State.RUNNING)


@transaction.atomic
def job_start(*, actor: audit.Actor, kind: str, params: Mapping[str, Any] | None = None, scope_path: str = NATIONAL,
              unique_key: str = "", not_before: dt.datetime | None = None) -> Job:
    """Ask for a piece of work, in the transaction of the caller: a worker sees it after the commit, and never when it is rolled back.

    Parameters
    ----------
    kind : str
        Stated by :func:`sheber.spine.jobs.registry.handler`.
    params : mapping, JSON
        What the handler gets as ``run.params``. Ids rather than contents: they stand in the list of operators.
    scope_path : str
        Path of the organisation it is for: its operators see it, beside the person who asked.
    unique_key : str
        While work of this kind and key waits that no worker has taken yet, that one is given back and no second one is made.
        Work with the same key never runs twice at once: what is asked for while it runs waits behind it.
    not_before : datetime, optional
        The earliest moment, by the clock of the database.

    Raises
    ------
    ValueError
        Nobody states the kind, the key is too long, or ``params`` are no JSON.
    """
    known = registry.find(kind)
    if known is None:
        raise ValueError(f"no work.py states the kind {kind}")
    if len(unique_key) > 200:
        raise ValueError(f"{kind}: a unique_key has at most 200 characters")
    waiting_key = f"{kind}/{unique_key}" if unique_key else None
    given = as_json(params or {})
    person = actor if actor is not None and actor.is_authenticated else None
    row = Job(kind=kind, params=given, scope_path=scope_path, started_by_id=person.pk if person else None,
              language=(get_language() or settings.LANGUAGE_CODE)[:8], created_at=clock.now(), due_at=not_before,
              max_attempts=known.max_attempts, waiting_key=waiting_key,
              turn=kind if known.exclusive else waiting_key or "")
    found = _inserted(row)
    if found is not row:
        return found
    if person is not None:                                          # what the product asks of itself stands in the list, not in the record
        audit.record(actor=person, verb="job.started", target=row, scope_path="" if scope_path == NATIONAL else scope_path,
                     after={"kind": kind, "params": given})
    if getattr(settings, "JOBS_IMMEDIATE", False):
        from .running import run_now

        return run_now(row, raising=False)
    return row


def _inserted(row: Job) -> Job:
    """The row, or the one that waits with the same key already."""
    for _again in range(5):
        # Held until the caller commits: a worker passes over it, so it cannot be done before what the caller writes can be seen.
        waiting = Job.objects.select_for_update().filter(waiting_key=row.waiting_key).first() if row.waiting_key else None
        if waiting is not None:
            if waiting.due_at is not None and (row.due_at is None or row.due_at < waiting.due_at):
                waiting.due_at = row.due_at
                waiting.save(update_fields=["due_at"])
            return waiting
        try:
            with transaction.atomic():
                row.save(force_insert=True)                         # waits for another transaction that inserts the same key
        except IntegrityError:
            if row.waiting_key is None:
                raise
        else:
            return row
    raise DomainError("job_busy", _("The same work is being started by somebody else at this moment. Try again."), kind=row.kind)


@transaction.atomic
def job_cancel(*, actor: audit.Actor, job_id: int, reason: str = "") -> Job:
    """End work that waits; ask work that runs to stop, which it does where it looks.

    Asking again changes nothing. Raises ``DoesNotExist``; DomainError("job_ended").
    """
    row = Job.objects.select_for_update().get(pk=job_id)
    if row.state not in OPEN:
        raise DomainError("job_ended", _("This work has ended already."), state=row.state)
    if row.cancel_asked_at is not None:
        return row
    now, before = clock.now(), row.state
    row.cancel_asked_at = now
    if row.state == Job.State.WAITING:
        known = registry.find(row.kind)
        row.state, row.finished_at, row.waiting_key, row.due_at, row.wait_s = Job.State.CANCELLED, now, None, None, None
        row.kept_until = now + (known.keep if known else registry.KEEP)
    row.save(update_fields=["cancel_asked_at", "state", "finished_at", "waiting_key", "due_at", "wait_s", "kept_until"])
    _record(actor, "job.cancelled", row, before, reason)
    return row


@transaction.atomic
def job_retry(*, actor: audit.Actor, job_id: int) -> Job:
    """Let work that failed or was cancelled begin anew, and work that waits to be tried again begin now.

    Raises ``DoesNotExist``; DomainError("job_open") while it runs or is done; DomainError("job_unknown_kind").
    """
    row = Job.objects.select_for_update().get(pk=job_id)
    again = row.state in {Job.State.FAILED, Job.State.CANCELLED} or (row.state == Job.State.WAITING and row.due_at is not None)
    if not again:
        raise DomainError("job_open", _("Only work that failed, was cancelled or waits for a time can be tried again."), state=row.state)
    if registry.find(row.kind) is None:
        raise DomainError("job_unknown_kind", _("This version of the product does not know such work any more."), kind=row.kind)
    before = row.state
    row.state, row.due_at, row.wait_s, row.cancel_asked_at = Job.State.WAITING, None, None, None
    row.finished_at = row.kept_until = None
    row.attempts = row.progress_done = row.progress_total = 0
    row.sentence = ""
    row.save(update_fields=["state", "due_at", "wait_s", "cancel_asked_at", "finished_at", "kept_until", "attempts", "progress_done",
                            "progress_total", "sentence"])
    _record(actor, "job.retried", row, before, "")
    return row


def _record(actor: audit.Actor, verb: str, row: Job, before: str, reason: str) -> None:
    audit.record(actor=actor, verb=verb, target=row, before={"state": before}, after={"kind": row.kind, "state": row.state},
                 reason=reason, scope_path="" if row.scope_path == NATIONAL else row.scope_path)
