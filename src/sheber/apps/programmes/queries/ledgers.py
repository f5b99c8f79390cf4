"""A person's ledger as a reader meets it: one entry for each thing that was assessed, with the levels seen there."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheber.kit.localised import LocalisedText
from sheber.spine.evidence.queries import ItemRow
from sheber.spine.evidence.sources import Source


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of the ledger. ``replaced`` is the item it took the place of; an item that no longer counts is ``superseded``."""

    id: int
    competence_id: int
    code: str
    level: float | None
    observed_on: dt.date
    title: str
    url: str
    setting: str
    assessor: LocalisedText | None
    assessor_rule: str
    is_superseded: bool
    superseded_by_id: int | None
    superseded_by_level: float | None
    reason: str
    replaced: "Seen | None" = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was assessed on one day by one assessor, and the levels seen there."""

    observed_on: dt.date
    title: str
    url: str
    setting: str
    assessor: LocalisedText | None
    assessor_rule: str
    seen: tuple[Seen, ...]

    @property
    def corrections(self) -> tuple[Seen, ...]:
        """The items of this entry that took the place of others."""
        return tuple(one for one in self.seen if one.replaced is not None)


def seen_items(rows: Iterable[ItemRow], sources: Mapping[tuple[str, str], Source], reader: Any) -> list[Seen]:
    """Items as the reader may see them, newest first: a source they may not open has no address."""
    rows = list(rows)
    earlier = {row.id: _seen(row, sources, reader) for row in rows}
    found = []
    for row in rows:
        replaced = earlier.get(row.supersedes_id) if row.supersedes_id is not None else None
        found.append(_seen(row, sources, reader, replaced))
    return found


def entries_of(seen: Sequence[Seen]) -> list[Entry]:
    """Items of one source, day and assessor in one entry, in the order of the items."""
    groups: dict[tuple[Any, ...], list[Seen]] = {}
    for one in seen:
        groups.setdefault((one.observed_on, one.title, one.url, one.setting, str(one.assessor), one.assessor_rule), []).append(one)
    return [Entry(first.observed_on, first.title, first.url, first.setting, first.assessor, first.assessor_rule, tuple(group))
            for group in groups.values() for first in group[:1]]


def _seen(row: ItemRow, sources: Mapping[tuple[str, str], Source], reader: Any, replaced: Seen | None = None) -> Seen:
    source = sources.get(row.source_key) or Source(title=f"{row.source_kind} {row.source_id}")
    url = source.url if source.url and source.visible_to(reader) else ""
    return Seen(row.id, row.competence_id, row.competence_code, row.level, row.observed_on, source.title, url, row.setting_label,
                row.assessor_name, row.assessor_rule, not row.is_current, row.superseded_by_id, row.superseded_by_level, row.reason,
                replaced)
