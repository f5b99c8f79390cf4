"""The whole index: made anew, and compared with its sources.

Entries are made what they should be some hundred at a time, each lot in a transaction of its own, and what has no source any more is
dropped at the end. So at every moment everything is found that was found before, people may go on working, and a rebuild that was
stopped goes on with little to write.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from sheber.kit.findable import Kind, kinds

from ..models import Entry, Place, State, Word
from ..rules import layout, shelf_of, sort_of, words_of
from .indexing import refresh

BATCH: Final = 500
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is within one kind; ``total`` things may be more than are found in the end."""

    kind: str
    done: int
    total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind compared with its sources: how many entries are right, missing, too many, or say something else; some keys of each."""

    kind: str
    right: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not (self.missing or self.extra or self.wrong)


def rebuild(*, only: tuple[str, ...] = (), progress: Callable[[Progress], None] | None = None) -> int:
    """Make the index what it should be. Returns how many entries there are then."""
    begun = time.monotonic()
    for kind in kinds().values():
        if only and kind.name not in only:
            continue
        total, done = kind.model._default_manager.count(), 0
        for keys in _lots(kind):
            refresh(kind, keys)
            done += len(keys)
            if progress is not None:
                progress(Progress(kind.name, done, total, time.monotonic() - begun))
        for some in _entry_lots(kind):
            there = set(_standing(kind, some))
            if gone := [key for key in some if key not in there]:
                refresh(kind, gone)
    if not only:
        with transaction.atomic():
            Entry.objects.exclude(kind__in=list(kinds())).delete()
            State.objects.update_or_create(pk=1, defaults={"layout": layout(list(kinds().values()))})
    return Entry.objects.count()


def is_of_this_version() -> bool:
    """Whether the index was made the way this version makes it. One query."""
    return State.objects.filter(pk=1, layout=layout(list(kinds().values()))).exists()


def after_migrations(**_more: Any) -> None:
    """Make the index when it was never made, or is of another layout than this version's. One query when it is as it should be."""
    if not is_of_this_version():
        rebuild()


def falls_behind(kind: str) -> bool:
    """Whether of the newest hundred things of a kind one that should be found is not. Three queries."""
    one = kinds()[kind]
    newest: Any = one.model._default_manager.order_by("-pk").values_list("pk", flat=True)[:100]
    wanted = {source.key for source in one.read([str(pk) for pk in newest])}
    return len(wanted) > Entry.objects.filter(kind=kind, key__in=wanted).count()


def compare(*, progress: Callable[[Progress], None] | None = None) -> list[Difference]:
    """Read the whole index beside its sources; nothing is written. A line for each kind."""
    return [_compared(kind, progress) for kind in kinds().values()]


def _compared(kind: Kind, progress: Callable[[Progress], None] | None) -> Difference:
    begun = time.monotonic()
    total, done, right = kind.model._default_manager.count(), 0, 0
    missing: list[str] = []
    wrong: list[str] = []
    seen: set[str] = set()
    for keys in _lots(kind):
        entries = {entry.key: entry for entry in Entry.objects.filter(kind=kind.name, key__in=keys)}
        ids = {entry.pk: entry.key for entry in entries.values()}
        words: dict[str, dict[tuple[str, str], bool]] = {key: {} for key in entries}
        places: dict[str, set[int]] = {key: set() for key in entries}
        for pk, at, word, is_inner in Word.objects.filter(entry__in=list(ids)).values_list("entry_id", "kind", "word", "is_inner"):
            words[ids[pk]][at, word] = is_inner
        for pk, organisation in Place.objects.filter(entry__in=list(ids)).values_list("entry_id", "organisation_id"):
            places[ids[pk]].add(organisation)
        for source in kind.read(keys):
            seen.add(source.key)
            entry = entries.get(source.key)
            if entry is None:
                missing.append(source.key)
            elif (words[source.key], places[source.key], entry.later, entry.sort) != (
                    {(shelf_of(kind, source), word): is_inner for word, is_inner in words_of(kind, source).items()},
                    set(source.places), source.later, sort_of(source)):
                wrong.append(source.key)
            else:
                right += 1
        done += len(keys)
        if progress is not None:
            progress(Progress(kind.name, done, total, time.monotonic() - begun))
    extra = [key for some in _entry_lots(kind) for key in some if key not in seen]
    return Difference(kind.name, right, tuple(missing[:SHOWN]), tuple(extra[:SHOWN]), tuple(wrong[:SHOWN]))


def _lots(kind: Kind) -> Iterator[list[str]]:
    """Keys of all things that may be findable, some at a time."""
    rows: Any = kind.model._default_manager.order_by("pk")
    last: Any = None
    while True:
        some = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH])
        if not some:
            return
        last = some[-1]
        yield [str(one) for one in some]


def _entry_lots(kind: Kind) -> Iterator[list[str]]:
    rows, last = Entry.objects.filter(kind=kind.name).order_by("pk"), 0
    while some := list(rows.filter(pk__gt=last).values_list("pk", "key")[:BATCH]):
        last = some[-1][0]
        yield [key for _pk, key in some]


def _standing(kind: Kind, keys: list[str]) -> Iterator[str]:
    rows: Any = kind.model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
    return (str(one) for one in rows)
