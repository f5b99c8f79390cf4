"""Dropping values about a person from entries that stand. The chain stays as it is, and says itself what it lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from .. import sealing
from ..models import AuditEntry, ErasedEntry
from .agreement import ERASED_VERB
from .recording import PERSON, Actor, record

NAMED_AT_ONCE = 500
_VALUES = ("sequence", "target_kind", "target_id", "before", "after", "reason", "seals")
_KNOWN_BY = ("name", "email", "person")


@dataclass(frozen=True, slots=True)
class Gone:
    """How many entries lost values, and the reason without the names of the person."""

    entries: int
    reason: str


def values_erase(*, actor: Actor, person_id: int, names: list[str], reason: str, scope_path: str = "") -> Gone:
    """Drop every sealed value that is about a person or names them.

    ``names`` are the address and the names they have now; those they had earlier are read from the entries about their account.
    Every sealed entry is read once. Called inside the transaction of the erasure, after everything else about the person was
    recorded; what is recorded here names entries and places, and none of the values. ``reason`` is recorded without the names.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("values are erased inside the transaction of the erasure")
    wanted = sealing.Wanted(person_id, [*names, *known_as(person_id)])
    found: list[tuple[int, list[str], tuple[Any, Any, str, Any]]] = []
    for number, kind, key, before, after, text, seals in _sealed():
        is_target = kind == PERSON and key == str(person_id)
        if places := wanted.places(is_target=is_target, before=before, after=after, reason=text, seals=seals):
            found.append((number, places, (before, after, text, seals)))
    for start in range(0, len(found), NAMED_AT_ONCE):
        part = found[start:start + NAMED_AT_ONCE]
        entry = record(actor=actor, verb=ERASED_VERB, target=("audit.auditentry", f"{part[0][0]}-{part[-1][0]}"), scope_path=scope_path,
                       reason=wanted.blanked(reason), after={"count": len(part), "person_id": person_id,
                                                             "entries": {str(number): places for number, places, _values in part}})
        ErasedEntry.objects.bulk_create([ErasedEntry(sequence=number, named_in=entry.sequence) for number, _places, _values in part],
                                        update_conflicts=True, unique_fields=["sequence"], update_fields=["named_in"])
        for number, places, values in part:
            before, after, text, seals = sealing.without(*values, places=places)
            AuditEntry.objects.filter(pk=number).update(before=before, after=after, reason=text, seals=seals)
    return Gone(len(found), wanted.blanked(reason))


def known_as(person_id: int) -> list[str]:
    """Names and addresses the person has had, as entries about their account tell."""
    found: set[str] = set()
    about = AuditEntry.objects.filter(target_kind=PERSON, target_id=str(person_id)).values_list("before", "after")
    for sides in about.iterator():
        for values in sides:
            for key in _KNOWN_BY:
                value = values.get(key)
                if value != sealing.ERASED:
                    found.update(value.values() if isinstance(value, dict) else [value] if isinstance(value, str) else [])
    return sorted(text for text in found if isinstance(text, str) and text.strip())


def _sealed() -> Iterator[tuple[Any, ...]]:
    return iter(AuditEntry.objects.exclude(seals={}).order_by("sequence").values_list(*_VALUES).iterator(chunk_size=2000))
