"""Parts of a tree that is too large to be read whole: what stands directly below, what matches, what can be chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.utils import translation

from sheber.kit.folding import containing
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.kit.tables import Query, Slice
from sheber.spine.organisations.models import Organisation

from .tree import OrganisationRow, in_tree_order, rows_of

MOST: Final = 100_000
PICK_MOST: Final = 30
_SORTS: Final = {"code": "code", "kind": "kind", "region": "region_id", "above": "parent__code", "state": "is_active"}


@dataclass(frozen=True, slots=True)
class Picked:
    """An organisation that can be chosen, with the name of what stands above it."""

    id: int
    code: str
    name: LocalisedText
    above: LocalisedText | None
    path: str

    @property
    def label(self) -> str:
        return f"{self.name}, {self.above}" if self.above else str(self.name)


def _below(paths: Sequence[str]) -> Q:
    if any(path.count("/") <= 2 for path in paths):
        return Q()
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    return below


def pick(words: str, *, paths: Sequence[str], limit: int = PICK_MOST) -> tuple[Picked, ...]:
    """Open organisations at or below ``paths`` that hold every word, those whose code is the words first, then by name; two queries."""
    if not paths:
        return ()
    found = Organisation.objects.filter(_below(paths), is_active=True)
    columns = ("id", "code", "name", "parent__name", "path")
    exact = [Picked(*values) for values in found.filter(code__iexact=words.strip().replace("\x00", ""))[:1].values_list(*columns)]
    ordered = found.filter(containing(words)).order_by(_by_name(), "code")
    rest = [Picked(*values) for values in ordered.values_list(*columns)[:limit]]
    return tuple(dict.fromkeys([*exact, *rest]))[:limit]


def below_counts(ids: Iterable[int]) -> dict[int, int]:
    """How many organisations stand directly below each; one query."""
    counted = Organisation.objects.filter(parent_id__in=list(ids)).values("parent_id").annotate(n=Count("id")).order_by()
    return {row["parent_id"]: row["n"] for row in counted}


def children(path: str) -> tuple[OrganisationRow, ...]:
    """What stands directly below the organisation at ``path``; one query."""
    own = path.rstrip("/").rsplit("/", 1)[-1]
    return in_tree_order(Organisation.objects.filter(parent_id=int(own)))


def tree_top(paths: Sequence[str]) -> tuple[OrganisationRow, ...]:
    """The outermost organisations of the reader and what stands directly below them; one query."""
    if not paths:
        return ()
    ids = [int(path.rstrip("/").rsplit("/", 1)[-1]) for path in paths if path != "/"]
    here = Q(pk__in=ids) | Q(parent_id__in=ids)
    if "/" in paths:
        here |= Q(parent__isnull=True) | Q(parent__parent__isnull=True)
    return in_tree_order(Organisation.objects.filter(here))


def matching(paths: Sequence[str], *, words: str, kind: str, region: str, sector: str, limit: int
             ) -> tuple[tuple[OrganisationRow, ...], int, int]:
    """At most ``limit`` organisations that fit every filter with all that stands above them; how many fit, and how many are shown.
    Three queries."""
    if not paths:
        return (), 0, 0
    found = Organisation.objects.filter(_below(paths), **{name: value for name, value in (
        ("kind", kind), ("region_id", region), ("sector_id", sector)) if value}).filter(containing(words))
    chosen = list(found.order_by(_by_name(), "code").values_list("path", flat=True)[:limit])
    ids = {int(part) for path in chosen for part in path.split("/") if part}
    rows = in_tree_order(Organisation.objects.filter(_below(paths), pk__in=ids)) if len(ids) < 900 else ()
    return rows, found.count(), len(chosen)


def list_slice(query: Query, *, paths: Sequence[str]) -> Slice[OrganisationRow]:
    """What the table of organisations asks for; three queries."""
    if not paths:
        return Slice((), 0, 0)
    everything = Organisation.objects.filter(_below(paths))
    wanted = query.filters
    found = everything.filter(**{name: wanted[key] for key, name in (
        ("kind", "kind"), ("region", "region_id"), ("sector", "sector_id")) if wanted.get(key)})
    if wanted.get("state"):
        found = found.filter(is_active=wanted["state"] == "open")
    if query.words:
        found = found.filter(containing(query.words))
    sign = "-" if query.descending else ""
    ordered = found.order_by(f"{sign}{_SORTS.get(query.sort, _by_name())}", f"{sign}id")
    end = query.offset + (MOST if query.limit is None else query.limit)
    return Slice(rows_of(ordered[query.offset:end]), found.count(), everything.count())


def count(paths: Sequence[str]) -> int:
    """How many organisations stand at or below the paths."""
    return Organisation.objects.filter(_below(paths)).count() if paths else 0


def _by_name() -> str:
    language = (translation.get_language() or "kk").split("-")[0]
    return f"sort_{language if language in LANGUAGES else 'kk'}"
