"""Forgetting: removed files whose thirty days are over, then contents that no file refers to.

A content goes only under the lock of its row, a day after anything last came to it or left it, and never while the house is closed for
maintenance or a restore.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from sheber.kit import quiet
from sheber.spine.audit import services as audit

from .. import stores
from ..models import Blob, StoredFile
from .attaching import told_name
from .blobs import blob_locked, is_used, unused
from .removing import KEPT

GRACE: Final = dt.timedelta(hours=24)
"""Longer than any backup takes: what a backup saw referred to is there when it comes to the contents."""


@dataclass(frozen=True, slots=True)
class Collected:
    """How many files were forgotten, how many contents went, how many strays and drafts were swept."""

    files: int = 0
    contents: int = 0
    strays: int = 0
    drafts: int = 0


def collect(*, now: dt.datetime | None = None) -> Collected:
    """Do it once; again is the same as once. Raises ``OSError`` when the store does not answer."""
    at = now or timezone.now()
    if quiet.is_closed():
        return Collected()
    files = _forget_files(at)
    return Collected(files, _forget_contents(at - GRACE), _forget_strays(at - GRACE), stores.current().sweep(at - GRACE))


@transaction.atomic
def _forget_files(at: dt.datetime) -> int:
    old = list(StoredFile.objects.filter(removed_at__lt=at - KEPT).select_for_update(of=("self",)).select_related("organisation")
               .order_by("id")[:1000])
    for file in old:
        audit.record(actor=None, verb="file.forgotten", target=(file._meta.label_lower, str(file.pk)), scope_path=file.organisation.path,
                     after={"file": told_name(file.name, personal=file.is_personal, number=file.pk)})
    Blob.objects.filter(pk__in={file.blob_id for file in old}).update(touched_at=at)
    StoredFile.objects.filter(pk__in=[file.pk for file in old]).delete()
    return len(old)


def _forget_contents(before: dt.datetime) -> int:
    gone = 0
    for digest in list(Blob.objects.filter(unused(), touched_at__lt=before).values_list("sha256", flat=True)):
        if quiet.is_closed():
            break
        with transaction.atomic():
            blob = Blob.objects.select_for_update().filter(sha256=digest, touched_at__lt=before).first()
            if blob is None or is_used(blob):                 # somebody came to it meanwhile
                continue
            blob.delete()
            stores.current().remove(digest)                         # before the commit: whoever brings it again waits for the row
            gone += 1
    return gone


def _forget_strays(before: dt.datetime) -> int:
    """Contents without a row, left by uploads that were refused by the quota or killed."""
    gone, known = 0, set(Blob.objects.values_list("sha256", flat=True))
    for one in stores.current().contents():
        if one.sha256 in known or one.written_at >= before:
            continue
        if quiet.is_closed():
            break
        with transaction.atomic():
            now = timezone.now()
            row = blob_locked(digest=one.sha256, size=max(one.size, 1), media_type="", now=now)
            if row.created_at != now:                               # it has a row by now: no stray
                continue
            row.delete()
            stores.current().remove(one.sha256)
            gone += 1
    return gone
