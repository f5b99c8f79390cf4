"""The row of a content, locked: whoever brings a content and whoever removes it wait for each other here.

A content is held by every row that points at it by a foreign key: a file, or what another system keeps.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q

from ..models import Blob

TRIES = 5


def blob_locked(*, digest: str, size: int, media_type: str, now: dt.datetime) -> Blob:
    """The row for the content, made when there is none, held until the transaction ends."""
    for _again in range(TRIES):
        # Waits for whoever is inserting or removing the same row, and does nothing when it is there then.
        Blob.objects.bulk_create([Blob(sha256=digest, size=size, media_type=media_type, created_at=now, touched_at=now)],
                                 ignore_conflicts=True)
        found = Blob.objects.select_for_update().filter(sha256=digest).first()
        if found is not None:
            return found
    raise RuntimeError(f"the row of the content {digest[:12]} comes and goes")


def holders() -> tuple[tuple[Any, str], ...]:
    """Every model that points at contents, with the column that does."""
    fields: Any = Blob._meta.get_fields(include_hidden=True)
    return tuple((one.related_model, one.field.attname) for one in fields if one.auto_created and one.one_to_many)


def unused() -> Q:
    """Contents that nothing points at, as a condition."""
    found = Q()
    for model, column in holders():
        found &= ~Q(Exists(model._default_manager.filter(**{column: OuterRef("pk")})))
    return found


def is_used(blob: Blob) -> bool:
    """Whether anything points at it."""
    return any(model._default_manager.filter(**{column: blob.pk}).exists() for model, column in holders())
