"""Items of the ledger by the source they can be opened at."""

import datetime as dt
from collections.abc import Collection
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Avg, Count, Max

from ..models import EvidenceItem
from .items import ItemRow, _rows
from .snapshots import came_since, looked_at

COUNTED_S = 3600


def items_from(source_kind: str, source_id: str) -> tuple[ItemRow, ...]:
    """Every item that came from a source, superseded ones too, by person and competence; one query."""
    found = EvidenceItem.objects.filter(source_kind=source_kind, source_id=source_id)
    return _rows(found.order_by("person_id", "competence__sort", "id"))


def people_from(source_kind: str, source_ids: Collection[str]) -> dict[str, int]:
    """How many people each source holds evidence of; a source without any is left out. One query."""
    found = EvidenceItem.objects.filter(source_kind=source_kind, source_id__in=list(source_ids)).order_by()
    return dict(found.values("source_id").annotate(people=Count("person", distinct=True)).values_list("source_id", "people"))


def means_from(source_kind: str, source_ids: Collection[str], *, person_ids: Collection[int], competence_ids: Collection[int],
               until: dt.date) -> dict[tuple[str, int], tuple[float, int]]:
    """Mean level these people showed of these competences and how many items that is, by source and competence.

    Items that count only. One query; of people whose figures are kept (:mod:`.snapshots`) the answer is kept too, and given again, after
    a look at what has come since, as long as none of it is theirs.
    """
    asked = sha256(repr((source_kind, sorted(source_ids), sorted(person_ids), sorted(competence_ids), until)).encode()).hexdigest()
    kept: tuple[int, dict[tuple[str, int], tuple[float, int]]] | None = cache.get(f"evidence.means:{asked}")
    if kept is not None and not came_since(kept[0], person_ids):
        return kept[1]
    newest = looked_at(person_ids)                                   # before the items: whatever is added meanwhile comes after it
    found = EvidenceItem.objects.filter(source_kind=source_kind, source_id__in=list(source_ids), person_id__in=list(person_ids),
                                        competence_id__in=list(competence_ids), level__isnull=False, superseded_by__isnull=True,
                                        observed_on__lte=until).order_by()
    rows = found.values("source_id", "competence_id").annotate(mean=Avg("level"), items=Count("id"))
    means = {(row["source_id"], row["competence_id"]): (float(row["mean"]), row["items"]) for row in rows}
    if newest:
        cache.set(f"evidence.means:{asked}", (newest, means), COUNTED_S)
    return means


def is_in_source(person_id: int, source_kind: str, source_id: str) -> bool:
    """Whether a person was assessed there."""
    return EvidenceItem.objects.filter(source_kind=source_kind, source_id=source_id, person_id=person_id).exists()


def items_total() -> int:
    """How many items the ledger has.

    Counting ten million rows takes PostgreSQL half a second, so what was counted up to some item is kept and only the newer ones are
    counted again. An item whose transaction ended after a newer one's was counted joins the figure within ``COUNTED_S``. One query.
    """
    kept: tuple[int, int] | None = cache.get("evidence.total")
    if kept is None:
        found = EvidenceItem.objects.aggregate(n=Count("id"), last=Max("id"))
        total = int(found["n"])
        cache.set("evidence.total", (total, found["last"] or 0), COUNTED_S)
        return total
    return kept[0] + EvidenceItem.objects.filter(id__gt=kept[1]).count()
