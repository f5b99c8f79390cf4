"""Files as rows. Who may see which is said by the caller, as a condition of :mod:`~sheber.spine.files.targets`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from sheber.kit.folding import containing
from sheber.kit.localised import LocalisedText
from sheber.kit.tables import EXPORT_LIMIT, Query, Slice

from . import targets
from .models import StoredFile
from .rules.content import BY_MEDIA_TYPE

_COLUMNS: Final = ("id", "name", "blob__media_type", "blob__size", "blob__sha256", "target_kind", "target_id", "organisation_id",
                   "organisation__path", "subject_id", "subject__name", "is_personal", "purpose", "uploaded_by_id", "uploaded_by__name",
                   "uploaded_at", "scan", "scan_note", "removed_at")
_SORTS: Final = {"name": "sort_name", "size": "blob__size", "uploaded": "uploaded_at", "kind": "blob__media_type", "scan": "scan"}
_TONES: Final = {"none": "", "waiting": "warn", "clean": "ok", "infected": "bad"}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as lists show it; ``size`` in bytes, moments in UTC."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    target_kind: str
    target_id: str
    organisation_id: int
    organisation_path: str
    subject_id: int | None
    subject_name: LocalisedText | None
    is_personal: bool
    purpose: str
    uploaded_by_id: int | None
    uploaded_by_name: LocalisedText | None
    uploaded_at: dt.datetime
    scan: str
    scan_note: str
    removed_at: dt.datetime | None

    @property
    def target(self) -> tuple[str, str]:
        return self.target_kind, self.target_id

    @property
    def kilobytes(self) -> int:
        """Rounded up: nothing weighs nothing."""
        return -(-self.size // 1024)

    @property
    def type_label(self) -> str:
        """``PDF``, ``DOCX``; a word every reader knows."""
        kind = BY_MEDIA_TYPE.get(self.media_type)
        return kind.code.upper() if kind else self.media_type

    @property
    def scan_label(self) -> str:
        return str(StoredFile.Scan(self.scan).label)

    @property
    def scan_tone(self) -> str:
        return _TONES[self.scan]

    @property
    def is_sent(self) -> bool:
        """Whether it can be opened now."""
        return self.removed_at is None and self.scan in {"none", "clean"}


def file_row(file_id: int, who: Q, *, removed: bool = False) -> FileRow | None:
    """The file, when ``who`` lets it through; one query."""
    found = _rows(StoredFile.objects.filter(who, pk=file_id, removed_at__isnull=not removed))
    return found[0] if found else None


def files_of(kind: str, key: str, who: Q) -> tuple[FileRow, ...]:
    """Files of one thing, newest first; one query."""
    return _rows(StoredFile.objects.filter(who, target_kind=kind, target_id=key, removed_at__isnull=True).order_by("-uploaded_at", "-id"))


def may(file_id: int, who: Q) -> bool:
    """Whether ``who`` lets the file through, removed or not."""
    return StoredFile.objects.filter(who, pk=file_id).exists()


def file_part(who: Q, *, kind: str = "", key: str = "", words: str = "", removed: bool = False, offset: int, limit: int
              ) -> tuple[tuple[FileRow, ...], int]:
    """``limit`` files after the first ``offset``, newest first, and how many there are in all; two queries."""
    found = _found(who, kind, words, removed=removed)
    if key:
        found = found.filter(target_id=key)
    return _rows(found.order_by("-uploaded_at", "-id")[offset:offset + limit]), found.count()


def file_slice(query: Query, *, seen: Q, edited: Q) -> Slice[FileRow]:
    """What the table of files asks for; three queries. Removed files are shown to whoever may bring them back."""
    removed = query.filters.get("state") == "removed"
    who = edited if removed else seen
    found = _found(who, query.filters.get("of", ""), query.words, removed=removed)
    sign = "-" if query.descending else ""
    ordered = found.order_by(f"{sign}{_SORTS.get(query.sort, 'uploaded_at')}", f"{sign}id")
    end = query.offset + (EXPORT_LIMIT if query.limit is None else query.limit)
    return Slice(_rows(ordered[query.offset:end]), found.count(), StoredFile.objects.filter(who, removed_at__isnull=not removed).count())


def things_of(rows: Sequence[FileRow]) -> dict[tuple[str, str], targets.Thing]:
    """What the rows are attached to; one call of a system for each kind among them."""
    return targets.things({row.target for row in rows})


def _found(who: Q, kind: str, words: str, *, removed: bool) -> QuerySet[StoredFile]:
    found = StoredFile.objects.filter(who, removed_at__isnull=not removed)
    if kind:
        found = found.filter(target_kind=kind)
    return found.filter(containing(words)) if words else found


def _rows(found: QuerySet[StoredFile]) -> tuple[FileRow, ...]:
    rows: Any = found.values_list(*_COLUMNS)
    return tuple(FileRow(*values) for values in rows)
