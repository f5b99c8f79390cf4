"""Exports of one person as rows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from sheber.spine.jobs import queries as jobs
from sheber.spine.jobs.queries import JobRow

from .models import Export

TONES = {"ready": "ok", "waiting": "", "running": "info", "failed": "bad", "cancelled": "warn"}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A file that was asked for. ``size`` in bytes; ``rows`` is ``None`` while they are not counted."""

    id: int
    address: str
    kind: str
    title: str
    filename: str
    asked_at: dt.datetime
    made_at: dt.datetime | None
    kept_until: dt.datetime
    rows: int | None
    size: int | None
    job: JobRow | None

    @property
    def state(self) -> str:
        """``ready``, ``waiting``, ``running``, ``failed`` or ``cancelled``."""
        if self.made_at is not None:
            return "ready"
        return self.job.state if self.job is not None and self.job.state != "done" else "failed"

    @property
    def state_label(self) -> str:
        if self.state == "ready":
            return pgettext("state of an export", "ready")
        return self.job.state_label if self.job is not None else pgettext("state of an export", "failed")

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def problem(self) -> str:
        return self.job.problem if self.job is not None and self.state == "failed" else ""

    @property
    def kilobytes(self) -> int | None:
        """Rounded up; ``None`` before there is a file."""
        return None if self.size is None else -(-self.size // 1024)


_COLUMNS = ("id", "address", "kind", "title", "filename", "asked_at", "made_at", "kept_until", "rows", "blob__size", "job_id")


def exports_of(person_id: int) -> tuple[ExportRow, ...]:
    """All that the person asked for and that is still kept, newest first; two queries."""
    found: list[Any] = list(Export.objects.filter(owner_id=person_id, kept_until__gt=timezone.now()).order_by("-id").values_list(*_COLUMNS))
    known = jobs.jobs_by_id([row[-1] for row in found if row[-1] is not None])
    return tuple(ExportRow(*(*row[:-1], known.get(row[-1]))) for row in found)


def export_row(person_id: int, export_id: int) -> ExportRow | None:
    """One of them."""
    return next((one for one in exports_of(person_id) if one.id == export_id), None)
