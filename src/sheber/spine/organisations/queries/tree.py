"""Reading the tree: one query each, rows as values."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from sheber.kit.localised import LocalisedText
from sheber.kit.search import matches
from sheber.spine.organisations.models import Organisation, Region, Sector

_COLUMNS = ("id", "code", "kind", "name", "short_name", "parent_id", "path", "country", "region_id", "region__name", "sector_id",
            "sector__name", "city", "about", "employees", "is_fictional", "is_synthetic", "is_active", "closed_on", "edit_version")
_ORDER_OF_KINDS = {kind: place for place, kind in enumerate(Organisation.Kind.values)}

_ICONS = {"nation": "o-map", "university": "o-academic-cap", "college": "o-academic-cap", "faculty": "o-book-open",
          "department": "o-users", "research_centre": "o-beaker", "ministry": "o-building-library", "network_office": "o-link",
          "partner_abroad": "o-arrow-top-right-on-square"}


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A node of the tree. ``depth`` is 0 at the root."""

    id: int
    code: str
    kind: str
    name: LocalisedText
    short_name: LocalisedText
    parent_id: int | None
    path: str
    country: str
    region: str | None
    region_name: LocalisedText | None
    sector: str | None
    sector_name: LocalisedText | None
    city: LocalisedText
    about: LocalisedText
    employees: int | None
    is_fictional: bool
    is_synthetic: bool
    is_active: bool
    closed_on: dt.date | None
    edit_version: int

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    @property
    def kind_label(self) -> str:
        return str(Organisation.Kind(self.kind).label)

    @property
    def icon(self) -> str:
        """The sign of its kind."""
        return _ICONS.get(self.kind, "o-building-office-2")

    @property
    def short(self) -> str:
        """The short name, else the name."""
        return str(self.short_name) or str(self.name)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A region or a sector, with where the fact comes from."""

    code: str
    name: LocalisedText
    status_of_fact: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TreePart:
    """Organisations that match, with all that stands above them; ``matching`` counts without those above."""

    rows: tuple[OrganisationRow, ...]
    matching: int


@dataclass(frozen=True, slots=True)
class TreeNode:
    """An organisation with what stands below it. ``programmes`` counts those at it and below it, ``total`` the organisations below.

    Of one that is ``closed``, what stands below was not read: ``total`` counts what stands directly below it.
    """

    row: OrganisationRow
    children: "tuple[TreeNode, ...]"
    total: int
    programmes: int
    closed: bool = False


def tree(*, kinds: Sequence[str] = (), active_only: bool = True) -> tuple[OrganisationRow, ...]:
    """All organisations, each below its parent; siblings by kind and code."""
    found = Organisation.objects.all()
    if kinds:
        found = found.filter(kind__in=kinds)
    return in_tree_order(found.filter(is_active=True) if active_only else found)


def subtree(path: str) -> tuple[OrganisationRow, ...]:
    """The organisation at ``path`` and everything below it."""
    return in_tree_order(Organisation.objects.filter(path__startswith=path))


def visible(paths: Sequence[str]) -> tuple[OrganisationRow, ...]:
    """Organisations at or below any of the paths a reader may see."""
    if not paths:
        return ()
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    return in_tree_order(Organisation.objects.filter(below))


def tree_part(rows: Sequence[OrganisationRow], *, words: str = "", kind: str = "", region: str = "", sector: str = "") -> TreePart:
    """The rows that fit every filter (words: of the code or of a name in any language), each below all it belongs to; no query."""
    by_id = {row.id: row for row in rows}
    found = [row for row in rows if (not kind or row.kind == kind) and (not region or row.region == region)
             and (not sector or row.sector == sector)
             and matches(words, row.code, *row.name.values(), *row.short_name.values(), *row.city.values())]
    kept: set[int] = set()
    for row in found:
        here: OrganisationRow | None = row
        while here is not None and here.id not in kept:
            kept.add(here.id)
            here = by_id.get(here.parent_id or 0)
    return TreePart(tuple(row for row in rows if row.id in kept), len(found))


def tree_nodes(rows: Sequence[OrganisationRow], programmes: Mapping[str, int]) -> tuple[TreeNode, ...]:
    """The rows as a tree, in their order; a row whose parent is not among them stands at the top. No query."""
    ids = {row.id for row in rows}
    below: dict[int, list[OrganisationRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in ids and row.parent_id else 0, []).append(row)

    def nodes(parent_id: int) -> tuple[TreeNode, ...]:
        made = []
        for row in below.get(parent_id, ()):
            children = nodes(row.id)
            made.append(TreeNode(row, children, sum(1 + child.total for child in children),
                                 programmes.get(row.path, 0) + sum(child.programmes for child in children)))
        return tuple(made)

    return nodes(0)


def closed_nodes(rows: Sequence[OrganisationRow], programmes: Mapping[str, int], below: Mapping[int, int]) -> tuple[TreeNode, ...]:
    """The rows as a tree in which those without children among the rows are closed; ``below`` counts what stands directly below each.

    No query.
    """
    ids = {row.id for row in rows}
    under: dict[int, list[OrganisationRow]] = {}
    for row in rows:
        under.setdefault(row.parent_id if row.parent_id in ids and row.parent_id else 0, []).append(row)

    def node(row: OrganisationRow) -> TreeNode:
        children = tuple(node(one) for one in under.get(row.id, ()))
        count = sum(number for path, number in programmes.items() if path.startswith(row.path))
        return TreeNode(row, children, len(children) or below.get(row.id, 0), count, closed=not children and row.id in below)

    return tuple(node(row) for row in under.get(0, ()))


def by_code(code: str) -> OrganisationRow | None:
    """The organisation with this code."""
    return _one(Organisation.objects.filter(code=code))


def by_id(organisation_id: int) -> OrganisationRow | None:
    """The organisation with this id."""
    return _one(Organisation.objects.filter(pk=organisation_id))


def by_ids(ids: Iterable[int]) -> tuple[OrganisationRow, ...]:
    """Organisations by id; an id that nobody has is left out."""
    return tuple(rows_of(Organisation.objects.filter(pk__in=list(ids))))


def by_codes(codes: Iterable[str]) -> dict[str, OrganisationRow]:
    """Organisations by code; a code that nobody has is left out."""
    return {row.code: row for row in rows_of(Organisation.objects.filter(code__in=list(codes)))}


def breadcrumbs(path: str) -> tuple[OrganisationRow, ...]:
    """From the root down to the organisation at ``path``."""
    ids = [int(part) for part in path.split("/") if part]
    return tuple(sorted(rows_of(Organisation.objects.filter(pk__in=ids)), key=lambda row: row.depth))


def root() -> OrganisationRow | None:
    """The nation."""
    return _one(Organisation.objects.filter(parent__isnull=True).order_by("id"))


def path_of(organisation_id: int) -> str | None:
    """Path of an organisation, for the rules of addresses."""
    return Organisation.objects.filter(pk=organisation_id).values_list("path", flat=True).first()


def regions() -> tuple[CodeRow, ...]:
    """Regions and cities of republican significance, by code."""
    rows = Region.objects.order_by("code").values_list("code", "name", "status_of_fact", "sources")
    return tuple(CodeRow(code, name, status, tuple(sources)) for code, name, status, sources in rows)


def sectors() -> tuple[CodeRow, ...]:
    """Branches of industry, by code."""
    rows = Sector.objects.order_by("code").values_list("code", "name", "status_of_fact", "sources")
    return tuple(CodeRow(code, name, status, tuple(sources)) for code, name, status, sources in rows)


def rows_of(found: QuerySet[Organisation]) -> list[OrganisationRow]:
    return [OrganisationRow(*values) for values in found.values_list(*_COLUMNS)]


def _one(found: QuerySet[Organisation]) -> OrganisationRow | None:
    values: Any = found.values_list(*_COLUMNS).first()
    return OrganisationRow(*values) if values else None


def in_tree_order(found: QuerySet[Organisation]) -> tuple[OrganisationRow, ...]:
    """Sorted here and not by the database: how slashes sort depends on its collation."""
    rows = {row.id: row for row in rows_of(found)}

    def key(row: OrganisationRow) -> tuple[tuple[int, str, int], ...]:
        line = [int(part) for part in row.path.split("/") if part]
        return tuple((_ORDER_OF_KINDS[rows[one].kind], rows[one].code, one) if one in rows else (-1, "", one) for one in line)

    return tuple(sorted(rows.values(), key=key))
