"""Removing files: by whoever asked for them, when their time is over, and with the person."""

from contextlib import suppress
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.files import services as files
from sheber.spine.jobs.services import job_cancel

from ..models import Export

PORTION: Final = 200


@transaction.atomic
def export_remove(*, person: Any, export_id: int) -> Export:
    """Remove one's own file; what is being written is cancelled. Raises ``DoesNotExist``: also for somebody else's."""
    row = Export.objects.select_for_update(of=("self",)).select_related("job").get(pk=export_id, owner_id=person.pk)
    if row.blob_id is None and row.job is not None and row.job.finished_at is None:
        with suppress(DomainError):                                # it has ended meanwhile
            job_cancel(actor=person, job_id=row.job.pk)
    audit.record(actor=person, verb="exports.removed", target=row, before={"file": row.filename, "title": row.title})
    exports_forget(Export.objects.filter(pk=row.pk))
    return row


@transaction.atomic
def exports_forget(rows: QuerySet[Export]) -> int:
    """Remove exports; their contents go a day later. How many."""
    found = list(rows.values_list("pk", "blob_id"))
    files.content_let_go([blob for _key, blob in found if blob is not None])
    return Export.objects.filter(pk__in=[key for key, _blob in found]).delete()[0]


def exports_forget_old() -> int:
    """Those whose time is over, in portions; how many."""
    gone = 0
    while old := list(Export.objects.filter(kept_until__lte=timezone.now()).order_by("kept_until").values_list("pk", flat=True)[:PORTION]):
        gone += exports_forget(Export.objects.filter(pk__in=old))
    return gone
