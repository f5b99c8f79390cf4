"""Telling whoever asked for background work how it ended."""

import datetime as dt
from typing import Final

from sheber.spine.jobs import queries as jobs
from sheber.spine.jobs import registry

from .notifying import notify

LONG: Final = dt.timedelta(seconds=20)
"""Whoever asked for work that took longer has closed the page by then; of the rest one sees the end."""


def work_ended(job_id: int) -> None:
    """A notice for the person who asked; none for work that the schedule began, and none for what was cancelled."""
    row = jobs.job(job_id)
    if row is None or row.started_by_id is None or row.is_recurring or row.finished_at is None:
        return
    link = row.result_url or f"/jobs/{row.id}/"
    if row.state == "failed":
        notify(row.started_by_id, "job.failed", {"kind": row.kind, "problem": row.error}, link=f"/jobs/{row.id}/")
    elif row.state == "done" and not ((known := registry.find(row.kind)) and known.tells) and row.finished_at - row.created_at >= LONG:
        notify(row.started_by_id, "job.done", {"kind": row.kind, "outcome": row.outcome}, link=link)
