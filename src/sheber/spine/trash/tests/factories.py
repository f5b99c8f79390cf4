"""Deletions for tests, written without the services."""

import datetime as dt
from typing import Any

from django.utils import timezone

from sheber.spine.trash.models import Deletion
from sheber.spine.trash.services.snapshots import Snapshot, digest


def make_deletion(*, scope_path: str, **fields: Any) -> Deletion:
    """One that took nothing, yesterday."""
    text, now = Snapshot().written(), timezone.now()
    given: dict[str, Any] = {"kind": "programmes.course", "target_kind": "programmes.course", "target_id": "1", "title": {"en": "Course"},
                             "place": "6B00001 2026.1 MAT1", "snapshot": text, "digest": digest(text),
                             "deleted_at": now - dt.timedelta(days=1), "kept_until": now + dt.timedelta(days=29)}
    return Deletion.objects.create(scope_path=scope_path, **{**given, **fields})
