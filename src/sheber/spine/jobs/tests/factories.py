"""Works and workers for tests, written without the services."""

from typing import Any

from django.utils import timezone

from sheber.spine.jobs.models import Job, Worker


def make_job(*, kind: str = "jobs.tidy", state: str = "waiting", **fields: Any) -> Job:
    """A work in the state named."""
    now = timezone.now()
    given: dict[str, Any] = {"created_at": now, "language": "en", **fields}
    if state == "running":
        given = {"token": "f" * 32, "attempts": 1, "started_at": now, "beat_at": now, "worker": "machine:1"} | given
    if state in {"done", "failed", "cancelled"}:
        given = {"attempts": 1, "started_at": now, "finished_at": now, "kept_until": now} | given
    return Job.objects.create(kind=kind, state=state, **given)


def make_worker(**fields: Any) -> Worker:
    """A worker that was heard of just now."""
    now = timezone.now()
    return Worker.objects.create(**{"name": "machine:1", "started_at": now, "beat_at": now, **fields})
