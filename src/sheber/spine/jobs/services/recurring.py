"""Starting recurring work: once in each period, however many workers look."""

import datetime as dt

from django.db import transaction

from .. import clock, registry
from ..models import Job, Schedule
from ..rules.recurring import turn
from .asking import job_start

UNIQUE = "schedule"


def schedule_tick() -> list[int]:
    """Start what is due; numbers of the works started. Cheap when nothing is: one query."""
    wanted = {kind: one.every for kind, one in registry.handlers().items() if one.every is not None}
    now = clock.now()
    rows = {row.kind: row for row in Schedule.objects.filter(kind__in=wanted)}
    started = []
    for kind, every in wanted.items():
        row = rows.get(kind)
        job = _new(kind, every, now) if row is None else _look(row, every, now)
        if job is not None:
            started.append(job.pk)
    return started


def _new(kind: str, every: dt.timedelta, now: dt.datetime) -> Job | None:
    step = turn(next_at=None, every=every, now=now)
    with transaction.atomic():
        Schedule.objects.bulk_create([Schedule(kind=kind, next_at=now, every_s=every.total_seconds())], ignore_conflicts=True)
        return _started(kind, now, step.next_at, now)


def _look(row: Schedule, every: dt.timedelta, now: dt.datetime) -> Job | None:
    next_at = row.next_at
    if row.every_s != every.total_seconds():                        # another period in this version
        next_at = min(next_at, now + every)
    step = turn(next_at=next_at, every=every, now=now)
    if step.start:
        with transaction.atomic():
            return _started(row.kind, row.next_at, step.next_at, now, every)
    if step.next_at != row.next_at or row.every_s != every.total_seconds():
        Schedule.objects.filter(kind=row.kind, next_at=row.next_at).update(next_at=step.next_at, every_s=every.total_seconds())
    return None


def _started(kind: str, seen: dt.datetime, next_at: dt.datetime, now: dt.datetime, every: dt.timedelta | None = None) -> Job | None:
    """Whoever moves ``next_at`` on from what it saw starts the work, in the same transaction; nobody else does."""
    more = {} if every is None else {"every_s": every.total_seconds()}
    if not Schedule.objects.filter(kind=kind, next_at=seen).update(next_at=next_at, last_at=now, **more):
        return None
    job = job_start(actor=None, kind=kind, unique_key=UNIQUE)
    Job.objects.filter(pk=job.pk).update(is_recurring=True)
    Schedule.objects.filter(kind=kind).update(last_job=job)
    return job
