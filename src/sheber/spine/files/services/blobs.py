"""The row of a content, locked: whoever brings a content and whoever removes it wait for each other here."""

import datetime as dt

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
