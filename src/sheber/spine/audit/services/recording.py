"""Adding entries to the end of the chain."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from .. import rules, sealing
from ..models import AuditEntry, AuditHead
from ..requests import current_request_id, current_via

Target = models.Model | tuple[str, object]
"""What was written to: a saved row, or its kind and id when there is no row at hand."""

Actor = AbstractBaseUser | AnonymousUser | None


Listener = Callable[[Sequence[AuditEntry]], None]
_listeners: list[Listener] = []
PERSON = "people.user"
"""Kind of an entry about a person's account."""
VIA = "via_token"
"""Key of ``after`` under which an entry names the token its actor acted by."""


def listen(listener: Listener) -> None:
    """Have ``listener`` called with the new entries inside the transaction that writes them; what it writes stands or falls with them.

    Listeners come from higher parts of the spine, at start-up.
    """
    if listener not in _listeners:
        _listeners.append(listener)


@dataclass(frozen=True, slots=True)
class Entry:
    """One write to be recorded by :func:`record_many`."""

    verb: str
    target: Target
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    scope_path: str = ""
    about: int | None = None
    """The person whom the values are about; of an entry about a person's account, that person."""


def record(*, actor: Actor, verb: str, target: Target, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
           reason: str = "", scope_path: str = "", about: int | None = None) -> AuditEntry:
    """Add one entry, inside the transaction that makes the change it tells of.

    ``before`` and ``after`` hold only the fields that changed; ``about`` is the person whom they tell of, so that an erasure finds
    them. Raises ``TransactionManagementError`` outside a transaction: an
    entry must never outlive a change that was rolled back, nor a change its entry.
    """
    entry = Entry(verb=verb, target=target, before=before or {}, after=after or {}, reason=reason, scope_path=scope_path, about=about)
    return record_many(actor=actor, entries=[entry])[0]


def record_many(*, actor: Actor, entries: Iterable[Entry]) -> list[AuditEntry]:
    """Add entries in the order given; the head is locked once and the rows go in by bulk inserts."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("audit.record is called inside the transaction of the change it records")
    wanted = list(entries)
    if not wanted:
        return []
    head = _locked_head()
    actor_id = actor.pk if actor is not None and actor.is_authenticated else None
    at, request_id = timezone.now(), current_request_id()
    rows = []
    for entry in wanted:
        row = _linked(entry, head=head, at=at, actor_id=actor_id, request_id=request_id)
        head.sequence, head.entry_hash = row.sequence, row.entry_hash
        rows.append(row)
    AuditEntry.objects.bulk_create(rows, batch_size=1000)
    head.save(update_fields=["sequence", "entry_hash"])
    for listener in _listeners:
        listener(rows)
    return rows


def _locked_head() -> AuditHead:
    """The end of the chain, held until the transaction ends. On SQLite a writing transaction already excludes every other one."""
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        # The first write of all; another one at the same moment waits here for the row, and goes on from where that one ended.
        AuditHead.objects.bulk_create([AuditHead(id=1)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=1)
        if head.sequence == 0 and AuditEntry.objects.exists():
            raise TransactionManagementError("the audit trail has lost its head: run `sheber audit verify`")
    return head


def _linked(entry: Entry, *, head: AuditHead, at: dt.datetime, actor_id: int | None, request_id: str) -> AuditEntry:
    kind, key = (entry.target._meta.label_lower, entry.target.pk) if isinstance(entry.target, models.Model) else entry.target
    before, after, reason = (rules.json_safe(value) for value in (entry.before, entry.after, entry.reason))
    if via := current_via():
        after = {**after, VIA: via}
    about = int(str(key)) if kind == PERSON and str(key).isdigit() else entry.about
    seals = sealing.new_seals(before, after, reason, about=about)
    sequence = head.sequence + 1
    text: dict[str, str] = {"verb": entry.verb, "target_kind": kind, "target_id": str(key), "scope_path": entry.scope_path,
                            "request_id": request_id, "previous_hash": head.entry_hash}
    hidden = dict(zip(("before", "after", "reason"), sealing.masked(before, after, reason, seals), strict=True))
    digest = rules.entry_hash(sequence=sequence, at=rules.iso_utc(at), actor_id=actor_id, sealed=list(seals), **hidden, **text)
    return AuditEntry(sequence=sequence, at=at, actor_id=actor_id, before=before, after=after, reason=reason, seals=seals,
                      entry_hash=digest, **text)
