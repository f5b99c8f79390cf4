"""Reading background work, workers and the schedule; rows as values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from sheber.kit import formats
from sheber.kit.access import NATIONAL

from . import clock, registry
from .models import Job, Schedule, Worker

_COLUMNS = ("id", "kind", "state", "scope_path", "started_by_id", "started_by__name", "is_recurring", "created_at", "due_at", "started_at",
            "finished_at", "kept_until", "attempts", "max_attempts", "worker", "beat_at", "cancel_asked_at", "progress_done",
            "progress_total", "sentence", "result", "error_code", "error", "error_told")
ALIVE = dt.timedelta(seconds=60)
"""A worker heard of within this time counts as there."""
TONES = {"waiting": "", "running": "info", "done": "ok", "failed": "bad", "cancelled": "warn"}


@dataclass(frozen=True, slots=True)
class JobRow:
    """A piece of work; times by the clock of the database. ``error_told`` is for operators only."""

    id: int
    kind: str
    state: str
    scope_path: str
    started_by_id: int | None
    started_by_name: Any
    is_recurring: bool
    created_at: dt.datetime
    due_at: dt.datetime | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    kept_until: dt.datetime | None
    attempts: int
    max_attempts: int
    worker: str
    beat_at: dt.datetime | None
    cancel_asked_at: dt.datetime | None
    progress_done: int
    progress_total: int
    sentence: str
    result: Mapping[str, Any] | None
    error_code: str
    error: str
    error_told: str

    @property
    def title(self) -> str:
        return registry.title_of(self.kind)

    @property
    def is_open(self) -> bool:
        """It waits or runs: the page looks again."""
        return self.state in {"waiting", "running"}

    @property
    def may_cancel(self) -> bool:
        return self.is_open and self.cancel_asked_at is None

    @property
    def may_retry(self) -> bool:
        return self.state in {"failed", "cancelled"} or (self.state == "waiting" and self.due_at is not None)

    @property
    def state_label(self) -> str:
        if self.state == "running" and self.cancel_asked_at is not None:
            return pgettext("state of background work", "stopping")
        if self.state == "waiting" and self.attempts and self.due_at is not None:
            return pgettext("state of background work", "waits to be tried again")
        return str(Job.State(self.state).label)

    @property
    def tone(self) -> str:
        """For the badge."""
        return "warn" if self.state == "waiting" and self.error_code else TONES[self.state]

    @property
    def share(self) -> float | None:
        """How far it is, 0..1; ``None`` when it cannot be known."""
        return min(1.0, self.progress_done / self.progress_total) if self.progress_total > 0 else None

    @property
    def progress_label(self) -> str:
        """``120 of 300``, or what it has done so far."""
        if self.progress_total:
            values = {"done": formats.number(self.progress_done), "total": formats.number(self.progress_total)}
            return _("%(done)s of %(total)s") % values
        return formats.number(self.progress_done) if self.progress_done else ""

    @property
    def outcome(self) -> str:
        """What came of it, in words."""
        return str((self.result or {}).get("sentence", ""))

    @property
    def result_url(self) -> str:
        """Where the result opens: a path of this product and nothing else."""
        url = str((self.result or {}).get("url", ""))
        return url if url.startswith("/") and not url.startswith(("//", "/\\")) else ""

    @property
    def problem(self) -> str:
        """What went wrong, for the person who asked."""
        if not self.error_code:
            return ""
        if self.error:
            return self.error
        return {
            "timed_out": _("It took too long and was stopped."),
            "worker_lost": _("The program that did it ended before it was done."),
            "outage_full": _("The server had no room left to write."),
            "outage_gone": _("The database did not answer."), "outage_busy": _("The database did not answer."),
        }.get(self.error_code) or _("It did not work. The operators of this installation see why.")

    @property
    def attempts_label(self) -> str:
        return _("%(done)s of %(total)s") % {"done": self.attempts, "total": self.max_attempts}


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker; ``alive``: heard of lately."""

    name: str
    started_at: dt.datetime
    beat_at: dt.datetime
    job_id: int | None
    job_kind: str | None
    done: int
    alive: bool

    @property
    def job_title(self) -> str:
        return registry.title_of(self.job_kind) if self.job_kind else ""


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """Recurring work and when it comes next; ``next_at`` is empty until a worker has seen it."""

    kind: str
    every: dt.timedelta
    next_at: dt.datetime | None
    last_at: dt.datetime | None
    last_job_id: int | None
    last_state: str | None

    @property
    def title(self) -> str:
        return registry.title_of(self.kind)

    @property
    def every_label(self) -> str:
        """How often, in its largest whole unit."""
        seconds = round(self.every.total_seconds())
        if seconds % 86400 == 0:
            return ngettext("every day", "every %(n)s days", seconds // 86400) % {"n": seconds // 86400}
        if seconds % 3600 == 0:
            return ngettext("every hour", "every %(n)s hours", seconds // 3600) % {"n": seconds // 3600}
        if seconds % 60 == 0:
            return ngettext("every minute", "every %(n)s minutes", seconds // 60) % {"n": seconds // 60}
        return ngettext("every second", "every %(n)s seconds", seconds) % {"n": seconds}

    @property
    def last_label(self) -> str:
        return str(Job.State(self.last_state).label) if self.last_state else ""

    @property
    def last_tone(self) -> str:
        return TONES[self.last_state] if self.last_state else ""


@dataclass(frozen=True, slots=True)
class JobFilters:
    """Empty means any. ``scope_paths``: at or below them; ``None`` is everything, an empty sequence nothing."""

    scope_paths: Sequence[str] | None = None
    started_by_id: int | None = None
    state: str = ""
    kind: str = ""
    text: str = ""
    recurring: str = ""
    """``yes``, ``no``, or ``notable``: all but what the schedule began and ended well."""


def job(job_id: int) -> JobRow | None:
    """One piece of work; one query."""
    values: Any = Job.objects.filter(pk=job_id).values_list(*_COLUMNS).first()
    return JobRow(*values) if values else None


def jobs_by_id(ids: Sequence[int]) -> dict[int, JobRow]:
    """Works by number, those that are still in the list; one query, none without numbers."""
    rows: Any = Job.objects.filter(pk__in=list(ids)).values_list(*_COLUMNS) if ids else ()
    return {one.id: one for one in (JobRow(*values) for values in rows)}


def job_list(filters: JobFilters | None = None, *, offset: int = 0, limit: int | None = 50, order: str = "-id",
             ) -> tuple[tuple[JobRow, ...], int, int]:
    """Works, how many there are with the filters, and how many the reader sees without them; three queries. ``-`` turns the order."""
    asked = filters or JobFilters()
    seen = _seen(asked)
    found = seen.filter(**{name: value for name, value in (("state", asked.state), ("kind", asked.kind)) if value})
    if asked.recurring in {"yes", "no"}:
        found = found.filter(is_recurring=asked.recurring == "yes")
    elif asked.recurring == "notable":
        found = found.exclude(is_recurring=True, state=Job.State.DONE)
    if asked.text:
        kinds = [kind for kind in registry.handlers() if asked.text.casefold() in registry.title_of(kind).casefold()]
        found = found.filter(Q(kind__icontains=asked.text) | Q(kind__in=kinds) | Q(started_by__email__icontains=asked.text)
                             | Q(sentence__icontains=asked.text) | Q(error_told__icontains=asked.text))
    end = None if limit is None else offset + limit
    rows = tuple(JobRow(*values) for values in found.order_by(order, "-id").values_list(*_COLUMNS)[offset:end])
    return rows, found.count(), seen.count()


def _seen(asked: JobFilters) -> QuerySet[Job]:
    every = Job.objects.all()
    if asked.scope_paths is not None:
        # What is for the whole nation is for those who hold the permission at its root.
        held = [Q(scope_path__startswith=path) | (Q(scope_path=NATIONAL) if path.count("/") <= 2 else Q()) for path in asked.scope_paths]
        every = every.filter(reduce(or_, held)) if held else every.none()
    return every if asked.started_by_id is None else every.filter(started_by_id=asked.started_by_id)


def latest(*, kind: str, started_by_id: int | None = None, open_only: bool = False) -> JobRow | None:
    """The youngest work of a kind, for a page that shows how far it is; one query."""
    found = Job.objects.filter(kind=kind).order_by("-id")
    if started_by_id is not None:
        found = found.filter(started_by_id=started_by_id)
    if open_only:
        found = found.filter(state__in=("waiting", "running"))
    values: Any = found.values_list(*_COLUMNS).first()
    return JobRow(*values) if values else None


def trace(job_id: int) -> str:
    """Where in the program the last attempt failed; for operators."""
    return Job.objects.filter(pk=job_id).values_list("trace", flat=True).first() or ""


def job_path(job_id: int) -> str | None:
    """The organisation a work is for, for the rules of addresses."""
    return Job.objects.filter(pk=job_id).values_list("scope_path", flat=True).first()


def job_starter(job_id: int) -> int | None:
    """Who asked for it, for the rules of addresses."""
    return Job.objects.filter(pk=job_id).values_list("started_by_id", flat=True).first()


def counts() -> dict[str, int]:
    """How many works there are in each state."""
    found: dict[str, int] = dict(Job.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in Job.State.values}


def waiting_since() -> dt.datetime | None:
    """Since when the oldest work that may begin has been waiting; work that waits for its turn behind another does not count."""
    now = clock.now()
    due = Job.objects.filter(state=Job.State.WAITING).filter(Q(due_at__isnull=True) | Q(due_at__lte=now))
    due = due.filter(Q(turn="") | ~Exists(Job.objects.filter(running_key=OuterRef("turn"))))
    oldest: Any = due.order_by("id").values_list("created_at", "due_at").first()
    return max(filter(None, oldest)) if oldest else None


def workers() -> tuple[WorkerRow, ...]:
    """Workers that are there, and those that were not long ago; one query."""
    since = clock.now() - ALIVE
    found = Worker.objects.values_list("name", "started_at", "beat_at", "job_id", "job__kind", "done")
    return tuple(WorkerRow(*values, alive=values[2] >= since) for values in found)


def schedule() -> tuple[ScheduleRow, ...]:
    """All recurring work, the next first; one query."""
    stored = {row[0]: row[1:] for row in Schedule.objects.values_list("kind", "next_at", "last_at", "last_job_id", "last_job__state")}
    rows = [ScheduleRow(kind, one.every, *stored.get(kind, (None, None, None, None)))
            for kind, one in registry.handlers().items() if one.every is not None]
    return tuple(sorted(rows, key=lambda row: (row.next_at is not None, row.next_at or dt.datetime.min.replace(tzinfo=dt.UTC), row.kind)))


def params(job_id: int) -> dict[str, Any]:
    """What the work was asked with."""
    found: Any = Job.objects.filter(pk=job_id).values_list("params", flat=True).first()
    return dict(found or {})
