"""Making the entries of some things what their sources say, in the transaction of whoever changed these."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from django.db import IntegrityError, transaction

from sheber.kit.findable import Kind, Source

from ..models import Entry, Place, Word
from ..rules import shelf_of, sort_of, words_of

BATCH: Final = 500
ROWS: Final = 2_000


def refresh(kind: Kind, keys: Collection[str]) -> None:
    """Make, change or drop the entries of these things. What is as it should be is not written.

    Entries are locked before the sources are read: of two changes of one thing at the same time the later one sees both.
    """
    for some in _batches(sorted(keys)):
        with transaction.atomic():
            _refresh(kind, some)


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    return (list(keys[at:at + BATCH]) for at in range(0, len(keys), BATCH))


def _refresh(kind: Kind, keys: list[str]) -> None:
    entries = _locked(kind, keys)
    sources = {source.key: source for source in kind.read(keys)}
    gone = [entry.pk for key, entry in entries.items() if key not in sources]
    if gone:
        Entry.objects.filter(pk__in=gone).delete()
    missing = [Entry(kind=kind.name, key=key, later=source.later, sort=sort_of(source))
               for key, source in sources.items() if key not in entries]
    if missing:
        try:
            with transaction.atomic():
                Entry.objects.bulk_create(missing, batch_size=ROWS)
        except IntegrityError:      # somebody else has just made one of them
            entries |= _locked(kind, keys)
            missing = [entry for entry in missing if entry.key not in entries]
            Entry.objects.bulk_create(missing, batch_size=ROWS)
    standing = {key: entry for key, entry in entries.items() if key in sources}
    changed = []
    for key, entry in standing.items():
        wanted = (sources[key].later, sort_of(sources[key]))
        if (entry.later, entry.sort) != wanted:
            entry.later, entry.sort = wanted
            changed.append(entry)
    if changed:
        Entry.objects.bulk_update(changed, ["later", "sort"], batch_size=BATCH)
    fresh = {entry.key: entry for entry in missing}
    _write(kind, sources, standing, fresh)


def _locked(kind: Kind, keys: list[str]) -> dict[str, Entry]:
    return {entry.key: entry for entry in Entry.objects.select_for_update().filter(kind=kind.name, key__in=keys).order_by("key")}


def _write(kind: Kind, sources: dict[str, Source], standing: dict[str, Entry], fresh: dict[str, Entry]) -> None:
    """Words and places: those of new entries are added, those of others compared first."""
    ids = [entry.pk for entry in standing.values()]
    words: dict[int, dict[tuple[str, str], tuple[int, bool]]] = {one: {} for one in ids}
    places: dict[int, dict[int, int]] = {one: {} for one in ids}
    if ids:
        columns = ("pk", "entry_id", "kind", "word", "is_inner")
        for pk, entry, shelf, word, is_inner in Word.objects.filter(entry__in=ids).values_list(*columns):
            words[entry][shelf, word] = (pk, is_inner)
        for pk, entry, organisation in Place.objects.filter(entry__in=ids).values_list("pk", "entry_id", "organisation_id"):
            places[entry][organisation] = pk
    new_words, old_words, new_places, old_places = [], [], [], []
    for key, made in {**standing, **fresh}.items():
        has, shelf = words.get(made.pk, {}), shelf_of(kind, sources[key])
        wanted = {(shelf, word): is_inner for word, is_inner in words_of(kind, sources[key]).items()}
        old_words += [pk for place, (pk, is_inner) in has.items() if wanted.get(place) != is_inner]
        new_words += [Word(entry_id=made.pk, kind=shelf, word=word, is_inner=is_inner) for (shelf, word), is_inner in wanted.items()
                      if (shelf, word) not in has or has[shelf, word][1] != is_inner]
        at = places.get(made.pk, {})
        old_places += [pk for organisation, pk in at.items() if organisation not in sources[key].places]
        new_places += [Place(entry_id=made.pk, organisation_id=one) for one in sorted(sources[key].places - at.keys())]
    for some in _ids(old_words):
        Word.objects.filter(pk__in=some).delete()
    for some in _ids(old_places):
        Place.objects.filter(pk__in=some).delete()
    if new_words:
        Word.objects.bulk_create(new_words, batch_size=ROWS)
    if new_places:
        Place.objects.bulk_create(new_places, batch_size=ROWS)


def _ids(rows: list[int]) -> Iterator[list[int]]:
    return (rows[at:at + ROWS] for at in range(0, len(rows), ROWS))
