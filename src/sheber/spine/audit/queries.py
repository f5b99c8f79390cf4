"""Reading the trail: one query for a page of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.localised import LocalisedText

from .models import AuditEntry
from .sealing import ERASED_TEXT
from .verbs import registered, shown, verb_label, verb_sentence

PAGE_SIZE = 50
_COLUMNS = ("sequence", "at", "actor_id", "actor__name", "actor__email", "verb", "target_kind", "target_id", "scope_path", "before",
            "after", "reason", "request_id", "entry_hash")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry; ``None`` on a side that does not name it."""

    name: str
    before: str | None
    after: str | None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as a reader sees it; ``at`` is UTC."""

    sequence: int
    at: dt.datetime
    actor_id: int | None
    actor_name: str
    verb: str
    target_kind: str
    target_id: str
    scope_path: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    request_id: str
    entry_hash: str

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        return verb_sentence(self, actor=self.actor_name)

    @property
    def changes(self) -> list[Change]:
        """Field by field, what stood before and after; fields of either side, in their order."""
        names = dict.fromkeys([*self.before, *self.after])
        return [Change(name, shown(self.before[name]) if name in self.before else None,
                       shown(self.after[name]) if name in self.after else None) for name in names]

    @property
    def before_shown(self) -> list[tuple[str, str]]:
        return [(name, shown(value)) for name, value in self.before.items()]

    @property
    def after_shown(self) -> list[tuple[str, str]]:
        return [(name, shown(value)) for name, value in self.after.items()]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, newest first, and whether older ones follow."""

    rows: tuple[EntryRow, ...]
    page: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """Empty means any. ``scope_paths`` are the paths a reader may see (:func:`sheber.spine.people.access.visible_paths`): entries at
    or below them; ``None`` is everything, an empty sequence nothing. Days are days of the server's time zone, both included."""

    scope_paths: Sequence[str] | None = None
    target_kind: str = ""
    target_id: str = ""
    verb: str = ""
    actor_id: int | None = None
    actor_text: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def entries(*, scope_paths: Sequence[str] | None = None, target_kind: str = "", target_id: str = "", verb: str = "",
            actor_id: int | None = None, actor_text: str = "", first_day: dt.date | None = None, last_day: dt.date | None = None,
            page: int = 1, size: int = PAGE_SIZE) -> EntryPage:
    """A page of entries, newest first; one query. The filters are those of :class:`EntryFilters`."""
    if scope_paths is not None and not scope_paths:
        return EntryPage((), page, has_next=False)
    found = _found(EntryFilters(scope_paths, target_kind, target_id, verb, actor_id, actor_text, first_day, last_day))
    start = (max(page, 1) - 1) * size
    rows = [_row(values) for values in found.values_list(*_COLUMNS)[start:start + size + 1]]
    return EntryPage(tuple(rows[:size]), max(page, 1), has_next=len(rows) > size)


def entry_part(filters: EntryFilters, *, offset: int, limit: int) -> tuple[tuple[EntryRow, ...], int]:
    """``limit`` entries after the first ``offset``, newest first, and how many there are in all; two queries."""
    if filters.scope_paths is not None and not filters.scope_paths:
        return (), 0
    found = _found(filters)
    return tuple(_row(values) for values in found.values_list(*_COLUMNS)[offset:offset + limit]), found.count()


def _found(filters: EntryFilters) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.order_by("-sequence")
    if filters.scope_paths is not None:
        # What belongs to no organisation is for those who hold the permission at the root.
        held = [Q(scope_path__startswith=path) | (Q(scope_path="") if path.count("/") <= 2 else Q()) for path in filters.scope_paths]
        found = found.filter(reduce(or_, held))
    exact = {"target_kind": filters.target_kind, "target_id": filters.target_id, "verb": filters.verb}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.actor_id is not None:
        found = found.filter(actor_id=filters.actor_id)
    if filters.actor_text:
        found = found.filter(actor__email__icontains=filters.actor_text.replace("\x00", ""))
    if filters.first_day and filters.first_day > dt.date.min:
        found = found.filter(at__gte=_start_of(filters.first_day))
    if filters.last_day and filters.last_day < dt.date.max:
        found = found.filter(at__lt=_start_of(filters.last_day + dt.timedelta(days=1)))
    return found


def history_of(kind: str, key: object, *, limit: int = 200) -> tuple[EntryRow, ...]:
    """What was done to one thing, newest first; one query. ``kind`` is its model's label, ``programmes.programmeversion``."""
    found = AuditEntry.objects.filter(target_kind=kind, target_id=str(key)).order_by("-sequence")
    return tuple(_row(values) for values in found.values_list(*_COLUMNS)[:limit])


def verb_choices() -> tuple[tuple[str, str], ...]:
    """Codes of all verbs the product writes and what each tells of, in the reader's language; by code, so that kinds stay together."""
    return tuple((code, verb_label(code)) for code in sorted(registered()))


def _row(values: Sequence[Any]) -> EntryRow:
    sequence, at, actor_id, name, email, *rest = values
    if rest[-3] == ERASED_TEXT:
        rest[-3] = _("erased")
    return EntryRow(sequence, at, actor_id, str(name) if isinstance(name, LocalisedText) and name else email or "", *rest)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
