"""A content that another system keeps by a foreign key of its own: no file of anybody, judged and counted by nobody."""

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from .. import stores
from ..models import Blob
from ..stores.contents import hash_of
from .blobs import blob_locked
from .receiving import not_kept


def content_put(content: BinaryIO) -> tuple[str, int]:
    """Write it into the store; its SHA-256 and its size in bytes. Until :func:`content_hold` it is a stray, which goes after a day.

    Call it outside of transactions: it may take long. Raises ``DomainError``: ``store_full``, ``store_gone``.
    """
    content.seek(0)
    digest, size = hash_of(content)
    content.seek(0)
    try:
        stores.current().put(digest, content)
    except OSError as no:
        raise not_kept(no) from no
    return digest, size


def content_hold(*, digest: str, size: int, media_type: str, content: BinaryIO) -> Blob:
    """The row to point at, in the transaction of the caller, who points at it there. ``content`` is written again when it was collected."""
    now = timezone.now()
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("whoever holds a content points at it in the same transaction")
    blob = blob_locked(digest=digest, size=size, media_type=media_type, now=now)
    if stores.current().size(digest) != size:
        content.seek(0)
        stores.current().put(digest, content)
    blob.touched_at = now
    blob.save(update_fields=["touched_at"])
    return blob


def content_let_go(blob_ids: list[int]) -> None:
    """Whoever pointed at them does so no more: they go a day later, when nobody else does."""
    Blob.objects.filter(pk__in=blob_ids).update(touched_at=timezone.now())
