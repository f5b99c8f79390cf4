"""The end of what lies in the trash."""

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils import timezone

from sheber.spine.audit import services as audit
from sheber.spine.trash.models import Deletion

PORTION = 200


@transaction.atomic
def destroy(*, actor: audit.Actor, deletion_id: int, reason: str = "") -> None:
    """Delete for ever. Raises DoesNotExist."""
    row = Deletion.objects.select_for_update(of=("self",)).get(pk=deletion_id, restored_at__isnull=True)
    _told(row, actor, "trash.destroyed", reason)
    row.delete()


def purge() -> int:
    """Delete for ever what was kept long enough, in portions; how many."""
    number = 0
    while True:
        with transaction.atomic():
            rows = list(Deletion.objects.select_for_update(of=("self",)).filter(kept_until__lte=timezone.now()).order_by("pk")[:PORTION])
            for row in rows:
                if row.restored_at is None:
                    _told(row, None, "trash.purged")
            Deletion.objects.filter(pk__in=[row.pk for row in rows]).delete()
        number += len(rows)
        if len(rows) < PORTION:
            return number


def scope_moved(*, old_path: str, new_path: str) -> None:
    """An organisation hangs elsewhere now: what was deleted below it follows. Called inside the transaction of the move."""
    rest = Substr(F("scope_path"), len(old_path) + 1, Length(F("scope_path")))
    Deletion.objects.filter(scope_path__startswith=old_path).update(
        scope_path=Concat(Value(new_path), rest, output_field=CharField()))


def _told(row: Deletion, actor: audit.Actor, verb: str, reason: str = "") -> None:
    audit.record(actor=actor, verb=verb, target=row, scope_path=row.scope_path, reason=reason,
                 after={"kind": row.kind, "title": dict(row.title), "place": row.place, "deleted_at": row.deleted_at.isoformat()})
