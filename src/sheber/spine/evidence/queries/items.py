"""Items of the ledger as rows for a reader."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sheber.kit.localised import LocalisedText

from .. import sources
from ..models import EvidenceItem

PAGE_SIZE = 50
_COLUMNS = ("id", "person_id", "person__name", "competence_id", "competence__code", "competence__title", "competence__framework__code",
            "competence__framework__version", "level", "setting", "assessor_id", "assessor__name", "assessor_rule", "observed_on",
            "recorded_at", "source_kind", "source_id", "supersedes_id", "superseded_by__id", "superseded_by__level", "reason",
            "is_synthetic")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item. ``level`` is ``None`` for a withdrawal; ``superseded_by_id`` names the item that took its place."""

    id: int
    person_id: int
    person_name: LocalisedText
    competence_id: int
    competence_code: str
    competence_title: LocalisedText
    framework_code: str
    framework_version: str
    level: float | None
    setting: str
    assessor_id: int | None
    assessor_name: LocalisedText | None
    assessor_rule: str
    observed_on: dt.date
    recorded_at: dt.datetime
    source_kind: str
    source_id: str
    supersedes_id: int | None
    superseded_by_id: int | None
    superseded_by_level: float | None
    reason: str
    is_synthetic: bool

    @property
    def is_current(self) -> bool:
        """Whether it counts."""
        return self.level is not None and self.superseded_by_id is None

    @property
    def is_withdrawn(self) -> bool:
        return self.superseded_by_id is not None and self.superseded_by_level is None

    @property
    def setting_label(self) -> str:
        return str(EvidenceItem.Setting(self.setting).label)

    @property
    def source_key(self) -> tuple[str, str]:
        return self.source_kind, self.source_id


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items, newest observation first, whether more follow, and where each can be opened."""

    rows: tuple[ItemRow, ...]
    page: int
    has_next: bool
    sources: Mapping[tuple[str, str], sources.Source]


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item with every item before and after it in its line of corrections, oldest first."""

    item: ItemRow
    chain: tuple[ItemRow, ...]
    source: sources.Source


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """Some items of a ledger, how many it has in all, and where each can be opened."""

    rows: tuple[ItemRow, ...]
    total: int
    sources: Mapping[tuple[str, str], sources.Source]


def ledger_of(person_id: int, *, page: int = 1, size: int = PAGE_SIZE, setting: str = "", current_only: bool = False) -> ItemPage:
    """A page of a person's ledger, superseded items included; one query, and one for each kind of source on the page."""
    start = (max(page, 1) - 1) * size
    rows = _rows(_ledger(person_id, setting, current_only=current_only), start, start + size + 1)
    shown = rows[:size]
    return ItemPage(shown, max(page, 1), has_next=len(rows) > size, sources=sources.resolve({row.source_key for row in shown}))


def ledger_part(person_id: int, *, offset: int, limit: int, setting: str = "", current_only: bool = False) -> LedgerPart:
    """``limit`` items of a ledger after the first ``offset``; two queries, and one for each kind of source among them."""
    found = _ledger(person_id, setting, current_only=current_only)
    rows = _rows(found, offset, offset + limit)
    return LedgerPart(rows, found.count(), sources.resolve({row.source_key for row in rows}))


def _ledger(person_id: int, setting: str, *, current_only: bool) -> QuerySet[EvidenceItem]:
    found = EvidenceItem.objects.filter(person_id=person_id).order_by("-observed_on", "-id")
    if setting:
        found = found.filter(setting=setting)
    if current_only:
        found = found.filter(superseded_by__isnull=True, level__isnull=False)
    return found


def items_behind(person_id: int, competence_id: int) -> ItemPage:
    """Everything a person's attainment of one competence rests on, newest first; superseded items too, for they are openable."""
    rows = _rows(EvidenceItem.objects.filter(person_id=person_id, competence_id=competence_id).order_by("-observed_on", "-id"))
    return ItemPage(rows, 1, has_next=False, sources=sources.resolve({row.source_key for row in rows}))


def item_detail(item_id: int) -> ItemDetail | None:
    """An item and its line of corrections; two queries and one for its source."""
    place = EvidenceItem.objects.filter(pk=item_id).values_list("person_id", "competence_id").first()
    if place is None:
        return None
    rows = {row.id: row for row in _rows(EvidenceItem.objects.filter(person_id=place[0], competence_id=place[1]))}
    first = rows[item_id]
    while first.supersedes_id is not None:
        first = rows[first.supersedes_id]
    chain = [first]
    while (after := chain[-1].superseded_by_id) is not None:
        chain.append(rows[after])
    return ItemDetail(rows[item_id], tuple(chain), sources.resolve([rows[item_id].source_key])[rows[item_id].source_key])


def owner_of(item_id: int) -> int | None:
    """Whose item it is, for the rules of addresses."""
    return EvidenceItem.objects.filter(pk=item_id).values_list("person_id", flat=True).first()


def _rows(found: QuerySet[EvidenceItem], start: int | None = None, stop: int | None = None) -> tuple[ItemRow, ...]:
    return tuple(_row(values) for values in found.values_list(*_COLUMNS)[start:stop])


def _row(values: Sequence[Any]) -> ItemRow:
    made = dict(zip(ItemRow.__dataclass_fields__, values, strict=True))
    for name in ("level", "superseded_by_level"):
        made[name] = None if made[name] is None else float(made[name])
    return ItemRow(**made)
