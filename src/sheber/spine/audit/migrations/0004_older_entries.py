"""Entries older than seals get salts beside them, and one new entry of the chain that vouches for the commitments.

Nothing that is hashed already changes: the values stay where they are, and the hash of each entry still covers them. ``sealed_hash``
is the hash of the same entry with commitments; the entry ``audit.sealed`` holds a digest over all of them. After an erasure such an
entry is checked against its ``sealed_hash``, and these against that digest. An entry whose hash is wrong already gets no seals.
"""

from hashlib import sha256

from django.db import migrations
from django.utils import timezone

from sheber.spine.audit import guard, rules, sealing

PART = 1000


def _hash(row, hidden, sealed):
    return rules.entry_hash(sequence=row.sequence, at=rules.iso_utc(row.at), actor_id=row.actor_id, verb=row.verb,
                            target_kind=row.target_kind, target_id=row.target_id, scope_path=row.scope_path, request_id=row.request_id,
                            previous_hash=row.previous_hash, sealed=sealed, **dict(zip(("before", "after", "reason"), hidden, strict=True)))


def _vouched(head, digest):
    """The new entry, linked to the last one."""
    at, after = timezone.now(), {"entries": head.sequence, "digest": digest}
    told = {"sequence": head.sequence + 1, "verb": "audit.sealed", "target_kind": "audit.auditentry", "target_id": f"1-{head.sequence}",
            "scope_path": "", "before": {}, "after": after, "reason": "", "request_id": "", "previous_hash": head.entry_hash}
    return {**told, "at": at, "entry_hash": rules.entry_hash(at=rules.iso_utc(at), actor_id=None, **told)}


def forwards(apps, schema_editor):
    entry, heads = apps.get_model("audit", "AuditEntry"), apps.get_model("audit", "AuditHead")
    head = heads.objects.filter(pk=1).first()
    if head is None or not head.sequence:
        return
    guard.remove(schema_editor)
    total, last = sha256(), 0
    while rows := list(entry.objects.filter(sequence__gt=last).order_by("sequence")[:PART]):
        changed = []
        for row in rows:
            about = int(row.target_id) if row.target_kind == "people.user" and row.target_id.isdigit() else None
            values = (row.before, row.after, row.reason)
            row.seals = sealing.new_seals(*values, about=about)
            if row.seals and _hash(row, values, ()) == row.entry_hash:
                row.sealed_hash = _hash(row, sealing.masked(*values, row.seals), list(row.seals))
                changed.append(row)
            total.update((row.sealed_hash or row.entry_hash).encode())
        entry.objects.bulk_update(changed, ["seals", "sealed_hash"], batch_size=200)
        last = rows[-1].sequence
    made = entry.objects.create(**_vouched(head, total.hexdigest()))
    heads.objects.filter(pk=1).update(sequence=made.sequence, entry_hash=made.entry_hash)
    guard.install(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
