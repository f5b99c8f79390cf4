"""What the whole chain was found to be, remembered: an answer reads what came since, and the whole is walked along once a day."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ..models import AuditCheckpoint, AuditEntry
from .verifying import Break, Verification, verify

log = logging.getLogger("sheber.audit")


@dataclass(frozen=True, slots=True)
class Standing:
    """The record as far as it is known: ``checked`` entries are whole, of which ``recomputed`` were read for this answer.

    ``whole_at``: when the last walk from the first entry began; ``whole_up_to``: the entry up to which it found everything whole.
    """

    ok: bool
    checked: int
    first_broken: Break | None
    recomputed: int
    whole_at: dt.datetime
    whole_up_to: int


def standing() -> Standing:
    """Verify what came since the whole was verified, and say when that was.

    How much is read depends on what came since, not on how long the record is: those entries, the one they begin behind, and entries
    that they name as erased. A change of an earlier entry is found by :func:`verify_whole` alone; what it found stands here until it
    runs again. Where it never ran, after a restore too, it runs now.
    """
    known = AuditCheckpoint.objects.filter(pk=1).first()
    if known is None:
        return standing_whole()
    moved = Break(**known.broken) if known.broken else _moved(known)
    if moved:
        whole = moved.sequence - 1 if known.broken else known.sequence
        return Standing(ok=False, checked=moved.sequence - 1, first_broken=moved, recomputed=0, whole_at=known.whole_at, whole_up_to=whole)
    since = verify(after=known.sequence, hash_before=known.entry_hash)
    return Standing(ok=since.ok, checked=since.checked, first_broken=since.first_broken, recomputed=max(0, since.checked - known.sequence),
                    whole_at=known.whole_at, whole_up_to=known.sequence)


def standing_whole() -> Standing:
    """Verify everything from the first entry, now, and remember what was found."""
    began = timezone.now()
    found = _walked(began)
    return Standing(ok=found.ok, checked=found.checked, first_broken=found.first_broken, recomputed=found.checked, whole_at=began,
                    whole_up_to=found.checked)


def verify_whole(*, progress: Callable[[int], None] | None = None) -> Verification:
    """Verify everything from the first entry and remember what was found, good or bad.

    A chain that is whole in itself but no longer holds the entry with which it ended when it was last found whole was written anew:
    that is a break too. On the tables of an older version, and on a database that can only be read, nothing is remembered.
    """
    return _walked(timezone.now(), progress)


def _walked(began: dt.datetime, progress: Callable[[int], None] | None = None) -> Verification:
    there = AuditCheckpoint._meta.db_table in connection.introspection.table_names()
    known = AuditCheckpoint.objects.filter(pk=1).first() if there else None
    found = verify(progress=progress)
    if found.ok and known is not None and (moved := _moved(known)):
        found = replace(found, ok=False, checked=moved.sequence - 1, first_broken=moved)
    if there:
        try:
            _keep(found, began, known)
        except DatabaseError as no:
            log.warning("what was found of the record of changes could not be remembered: %s", no)
    return found


@transaction.atomic
def _keep(found: Verification, began: dt.datetime, known: AuditCheckpoint | None) -> None:
    """Not told in the record: nothing that people work with changes. What another walk found broken in the meantime stands, and so does
    its end when it came further; no clock is asked, because one may be set back."""
    AuditCheckpoint.objects.bulk_create([AuditCheckpoint(id=1, whole_at=began)], ignore_conflicts=True)
    row = AuditCheckpoint.objects.select_for_update().get(pk=1)
    ended_meanwhile = row.whole_at != (known.whole_at if known else began)
    if found.ok and ended_meanwhile and (row.broken or row.sequence > found.checked):
        return
    row.whole_at, row.broken = began, asdict(found.first_broken) if found.first_broken else {}
    if found.ok:
        row.sequence, row.entry_hash = found.checked, found.head
    row.save()


def _moved(known: AuditCheckpoint) -> Break | None:
    """What is wrong when the entry at the checkpoint is another one by now, or none."""
    if known.sequence == 0:
        return None
    entries = AuditEntry.objects.values_list("sequence", "entry_hash")
    number, digest = entries.filter(pk__gte=known.sequence).order_by("pk").first() or (None, "")
    if (number, digest) == (known.sequence, known.entry_hash):
        return None
    if number == known.sequence:
        return Break(known.sequence, "hash_mismatch", known.entry_hash, digest)
    if number is not None:
        return Break(known.sequence, "missing_number", str(known.sequence), str(number))
    last, digest = entries.order_by("-pk").first() or (0, "")
    return Break(max(last, 0) + 1, "head_differs", f"{known.sequence} {known.entry_hash}", f"{last} {digest}")
