"""Reads of the trash: what waits to be put back or to go."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from sheber.kit.access import NATIONAL, Access, covered
from sheber.kit.folding import containing
from sheber.kit.localised import LANGUAGES, LocalisedText

from . import registry
from .models import Deletion

COLUMNS: Final = ("id", "kind", "title", "place", "scope_path", "counts", "reason", "deleted_by_id", "deleted_by__name", "deleted_at",
                  "kept_until", "restored_at")
ORDERS: Final = {"kind": "kind", "place": "place", "who": "deleted_by__email", "deleted": "deleted_at", "left": "kept_until"}


@dataclass(frozen=True, slots=True)
class DeletionRow:
    """A deletion as people see it."""

    id: int
    kind: str
    title: LocalisedText
    place: str
    scope_path: str
    counts: Mapping[str, int]
    reason: str
    deleted_by_id: int | None
    deleted_by_name: LocalisedText | None
    deleted_at: dt.datetime
    kept_until: dt.datetime
    restored_at: dt.datetime | None

    @property
    def kind_title(self) -> str:
        found = registry.find(self.kind)
        return self.kind if found is None else str(found.title)

    @property
    def days_left(self) -> int:
        """Whole days, the begun one counted."""
        return max(0, -(-(self.kept_until - timezone.now()) // dt.timedelta(days=1)))

    @property
    def contents(self) -> list[str]:
        """What it took, in words."""
        return [words for model, number in self.counts.items() if (words := registry.in_words(model, number))]


def may_restore(access: Access, row: DeletionRow) -> bool:
    """Whoever may delete such a thing there may put it back."""
    kind = registry.find(row.kind)
    return kind is not None and access.allowed(kind.permission, row.scope_path)


def deletion(deletion_id: int) -> DeletionRow | None:
    """One that waits or was put back. One query."""
    found = Deletion.objects.filter(pk=deletion_id).values_list(*COLUMNS).first()
    return None if found is None else _row(found)


def scope_of(deletion_id: int) -> str | None:
    """Where it belonged."""
    return Deletion.objects.filter(pk=deletion_id).values_list("scope_path", flat=True).first()


def deletions(access: Access, *, kind: str = "", words: str = "", order: str = "-deleted", offset: int = 0,
              limit: int | None = 50) -> tuple[Sequence[DeletionRow], int, int]:
    """Those that wait and that the reader may put back; how many with and without the filters. Three queries."""
    all_rows = Deletion.objects.filter(_open(access), restored_at__isnull=True, kept_until__gt=timezone.now())
    rows = all_rows.filter(containing(words)) if words else all_rows
    if kind:
        rows = rows.filter(kind=kind)
    name, back = order.removeprefix("-"), "-" if order.startswith("-") else ""
    language = (get_language() or "kk").split("-")[0]
    column = f"sort_{language if language in LANGUAGES else 'kk'}" if name == "title" else ORDERS.get(name, "deleted_at")
    ordered = rows.order_by(f"{back}{column}", f"{back}id").values_list(*COLUMNS)
    found = [_row(one) for one in ordered[offset:None if limit is None else offset + limit]]
    return found, rows.count(), all_rows.count()


def _open(access: Access) -> Q:
    """Kinds by their permission, each where it is held."""
    wanted = Q(pk__in=[])
    for permission in {one.permission for one in registry.kinds().values()}:
        paths = access.visible_paths(permission)
        codes = [one.code for one in registry.kinds().values() if one.permission == permission]
        for path in paths:
            if path == NATIONAL:
                wanted |= Q(kind__in=codes)
            else:
                wanted |= Q(kind__in=codes, scope_path__startswith=path)
        if covered(NATIONAL, paths):
            wanted |= Q(kind__in=codes, scope_path=NATIONAL)
    return wanted


def _row(found: tuple[Any, ...]) -> DeletionRow:
    id_, kind, title, place, scope, counts, reason, by, name, at, until, restored = found
    return DeletionRow(id_, kind, LocalisedText.of(title), place, scope, counts, reason, by,
                       LocalisedText.of(name) if name else None, at, until, restored)
