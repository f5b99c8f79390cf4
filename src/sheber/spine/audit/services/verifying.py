"""Walking the chain from the first entry to the last and naming the first that is not as it was written."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import connection

from .. import rules, sealing
from ..models import AuditEntry, AuditHead
from .agreement import Agreement

CHUNK = 2000
AT_ONCE = 500
COLUMNS = ("sequence", "at", "actor_id", "verb", "target_kind", "target_id", "scope_path", "before", "after", "reason", "request_id",
           "previous_hash", "entry_hash")
SEALS = ("seals", "sealed_hash")
What = Literal["hash_mismatch", "link_broken", "missing_number", "head_differs", "erasure_unnamed", "erasure_undone"]


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain is not whole: the entry's number, what is wrong there, what should and what does stand."""

    sequence: int
    what: What
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Verification:
    """``checked`` entries were found whole before the end, or before ``first_broken``; ``head``: hash the whole chain ends with;
    ``erased``: how many of them lawfully lost values."""

    ok: bool
    checked: int
    first_broken: Break | None
    head: str = field(default="", compare=False)
    erased: int = field(default=0, compare=False)


def verify(*, progress: Callable[[int], None] | None = None, after: int = 0, hash_before: str = rules.GENESIS) -> Verification:
    """Recompute every hash in order, or those of the entries behind number ``after``, whose hash is taken to be ``hash_before``.

    Reads in chunks, so memory does not grow; ``progress`` hears the count after each chunk.

    Writers are not held up: entries added meanwhile are checked too. The figures are those of the rows as they lie in the
    database, so a row changed behind the product's back is found whatever column was touched. A value that was dropped is lawful
    only when a later entry of the chain names it; a named one that is there again is found too.
    """
    checked, agreed = after, Agreement(after=after)
    while True:
        for rows in _chunks(after=checked):
            for row in rows:
                broken = _first_wrong(row, sequence=checked + 1, hash_before=hash_before, agreed=agreed)
                if broken:
                    return Verification(ok=False, checked=checked, first_broken=broken)
                checked, hash_before = checked + 1, row[len(COLUMNS) - 1]
            if progress:
                progress(checked)
        head = AuditHead.objects.filter(pk=1).values_list("sequence", "entry_hash").first() or (0, rules.GENESIS)
        if head == (checked, hash_before):
            if fault := agreed.fault(_erased_now):
                number, what, expected, found = fault
                return Verification(ok=False, checked=number - 1, first_broken=Break(number, what, expected, found))
            return Verification(ok=True, checked=checked, first_broken=None, head=hash_before, erased=agreed.entries)
        if head[0] <= checked or not any(_chunks(after=checked)):
            break
    ends = f"{head[0]} {head[1]}", f"{checked} {hash_before}"
    whole = min(head[0], checked)
    return Verification(ok=False, checked=whole, first_broken=Break(whole + 1, "head_differs", *ends))


def _chunks(*, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in order, as the driver gives them: no model is built, and no converter hides a damaged value."""
    names = ", ".join(f'"{name}"' for name in (*COLUMNS, *SEALS))
    if connection.vendor == "sqlite":  # as it lies in the file: the driver's converter would fail on a damaged moment
        names = names.replace('"at"', 'CAST("at" AS TEXT)')
    last: int | None = None
    with connection.cursor() as cursor:
        there = {one.name for one in connection.introspection.get_table_description(cursor, "audit_auditentry")}
        if not there.issuperset(SEALS):  # a backup of an older version, looked at before it is migrated
            names = names.replace('"seals", "sealed_hash"', "'{}', ''")
        while True:
            # The first chunk begins below the numbers already checked only when nothing was: a forged 0 or -5 is then seen too.
            condition, values = ("", []) if last is None and after == 0 else ('WHERE "sequence" > %s', [after if last is None else last])
            cursor.execute(f'SELECT {names} FROM "audit_auditentry" {condition} ORDER BY "sequence" LIMIT {CHUNK}', values)  # noqa: S608 - our own names
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield rows


def _first_wrong(row: tuple[Any, ...], *, sequence: int, hash_before: str, agreed: Agreement) -> Break | None:
    number, at, actor_id, verb, kind, key, scope, before, after, reason, request_id, previous_hash, digest, seals, sealed_hash = row
    if number != sequence:
        return Break(sequence, "missing_number", str(sequence), str(number))
    if previous_hash != hash_before:
        return Break(sequence, "link_broken", hash_before, str(previous_hash))
    told = {"sequence": number, "actor_id": actor_id, "verb": verb, "target_kind": kind, "target_id": key, "scope_path": scope,
            "request_id": request_id, "previous_hash": previous_hash}
    expected = digest
    try:
        told["at"] = _moment(at)
        before, after, seals = _loaded(before), _loaded(after), _loaded(seals)
        hidden = dict(zip(("before", "after", "reason"), sealing.masked(before, after, reason, seals), strict=True))
        computed = rules.entry_hash(**told, **hidden, sealed=list(seals))
        if sealed_hash:                     # written before there were seals: its own hash covers the values, the later one commitments
            if computed != sealed_hash:
                expected = sealed_hash
            elif not sealing.erased_places(seals):
                computed = rules.entry_hash(**told, before=before, after=after, reason=reason)
            else:
                computed = digest
    except (ValueError, TypeError, AttributeError, KeyError) as unreadable:
        computed = f"unreadable: {unreadable}"
    if computed != expected:
        return Break(sequence, "hash_mismatch", str(expected), computed)
    wrong = agreed.heard(sequence=sequence, verb=verb, after=after, seals=seals, digest=digest, sealed_hash=sealed_hash)
    return Break(sequence, "hash_mismatch", *wrong) if wrong else None


def _erased_now(numbers: Collection[int]) -> Mapping[int, set[str]]:
    """What some entries have lost by now."""
    wanted, found = sorted(numbers), dict[int, set[str]]()
    for start in range(0, len(wanted), AT_ONCE):
        part = AuditEntry.objects.filter(pk__in=wanted[start:start + AT_ONCE]).values_list("sequence", "seals")
        found.update({number: set(sealing.erased_places(seals)) for number, seals in part})
    return found


def _moment(at: Any) -> str:
    """SQLite keeps ``2026-11-24 05:57:49.123456`` in UTC and drops a fraction of zero; PostgreSQL gives a datetime."""
    if isinstance(at, dt.datetime):
        return rules.iso_utc(at)
    text = f"{at}".replace(" ", "T", 1)
    return f"{text}+00:00" if "." in text else f"{text}.000000+00:00"


def _loaded(text: Any) -> Any:
    return {} if text == "{}" else json.loads(text)
