"""Background work over the API."""

import datetime as dt
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Word, cut, filled, page
from sheber.kit.http import Request
from sheber.spine.jobs import queries, services
from sheber.spine.jobs.access import PERMISSION
from sheber.spine.jobs.queries import JobFilters, JobRow

router = Router(tags=["jobs"])
JOB = "/jobs/{key:job_id}"


class JobOut(Out):
    """A piece of background work."""

    id: int
    kind: str = Field(examples=["jobs.tidy"])
    title: str = Field(description="In the reader's language.")
    state: str = Field(description="waiting, running, done, failed or cancelled.")
    is_recurring: bool = Field(description="Begun by the schedule.")
    created_at: dt.datetime
    due_at: dt.datetime | None = Field(description="It does not begin before; empty: at once.")
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    kept_until: dt.datetime | None = Field(description="After this moment it is removed.")
    cancel_asked_at: dt.datetime | None
    attempts: int
    max_attempts: int
    progress_done: int
    progress_total: int = Field(description="0: not known.")
    sentence: str = Field(description="What it does at this moment.")
    result: dict[str, Any] | None = Field(description="What came of it; `url` opens it, `sentence` says it.")
    error_code: str = Field(description="Empty when the last attempt went well.", examples=["timed_out"])
    problem: str = Field(description="What went wrong, for the person who asked.")


class JobPage(Page[JobOut]):
    """A part of a list of background work, newest first."""


class WorkerOut(Out):
    """A worker process."""

    name: str
    started_at: dt.datetime
    beat_at: dt.datetime = Field(description="The last sign of life.")
    alive: bool
    job_id: int | None = Field(description="What it does at this moment.")
    done: int


class WorkerPage(Page[WorkerOut]):
    """Workers that are there, and those that were not long ago."""


class ScheduleOut(Out):
    """Recurring work."""

    kind: str
    title: str
    every_seconds: float
    next_at: dt.datetime | None
    last_at: dt.datetime | None
    last_job_id: int | None


class SchedulePage(Page[ScheduleOut]):
    """Recurring work, the next first."""


class JobQuery(Schema):
    """Empty means any."""

    state: Literal["", "waiting", "running", "done", "failed", "cancelled"] = ""
    kind: Word = ""


class Reason(In):
    """Why."""

    reason: Prose = ""


@router.get("/jobs", response={200: JobPage}, url_name="jobs_list", operation_id="job_list")
def job_list(request: Request, asked: Query[JobQuery], paging: Query[Paging]) -> Any:
    """Works for the organisations where the reader is an operator, and below."""
    filters = JobFilters(request.access.visible_paths(PERMISSION), state=asked.state, kind=asked.kind)
    rows, total, _all = queries.job_list(filters, offset=paging.offset, limit=paging.limit)
    return page([_out(row) for row in rows], total, paging)


@router.get("/jobs-mine", response={200: JobPage}, url_name="jobs_mine", operation_id="job_list_mine")
def job_list_mine(request: Request, asked: Query[JobQuery], paging: Query[Paging]) -> Any:
    """Works that the reader asked for."""
    filters = JobFilters(started_by_id=request.user.pk, state=asked.state, kind=asked.kind)
    rows, total, _all = queries.job_list(filters, offset=paging.offset, limit=paging.limit)
    return page([_out(row) for row in rows], total, paging)


@router.get("/job-workers", response={200: WorkerPage}, url_name="jobs_workers", operation_id="job_worker_list")
def worker_list(request: Request, paging: Query[Paging]) -> Any:
    """Workers; for operators of the whole installation."""
    return cut([filled(WorkerOut, row) for row in queries.workers()], paging)


@router.get("/job-schedule", response={200: SchedulePage}, url_name="jobs_schedule", operation_id="job_schedule_list")
def schedule_list(request: Request, paging: Query[Paging]) -> Any:
    """When recurring work comes next."""
    return cut([filled(ScheduleOut, row, every_seconds=row.every.total_seconds()) for row in queries.schedule()], paging)


@router.get(JOB, response={200: JobOut}, url_name="jobs_job", operation_id="job_detail")
def job_detail(request: Request, job_id: int) -> Any:
    """One work; ask again until `finished_at` is set."""
    return _job(job_id)


@router.post(f"{JOB}/cancel", response={200: JobOut, 409: Problem}, url_name="jobs_cancel", operation_id="job_cancel")
def job_cancel(request: Request, job_id: int, why: Reason) -> Any:
    """End work that waits; ask work that runs to stop."""
    services.job_cancel(actor=request.user, job_id=job_id, reason=why.reason)
    return _job(job_id)


@router.post(f"{JOB}/retry", response={200: JobOut, 409: Problem}, url_name="jobs_retry", operation_id="job_retry")
def job_retry(request: Request, job_id: int) -> Any:
    """Let work that failed or was cancelled begin anew."""
    services.job_retry(actor=request.user, job_id=job_id)
    return _job(job_id)


def _job(job_id: int) -> dict[str, Any]:
    row = queries.job(job_id)
    if row is None:
        raise LookupError(_("There is no such work."))
    return _out(row)


def _out(row: JobRow) -> dict[str, Any]:
    return filled(JobOut, row)
