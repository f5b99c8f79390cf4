"""Reading frameworks, alignments and occupations; a fixed number of queries each. Targets as arrays are in :mod:`.profiles`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from sheber.kit.localised import LocalisedText
from sheber.kit.search import matches

from .models import Alignment, Competence, EngineerType, Framework, Occupation, ProficiencyLevel, Publication

_FRAMEWORK = ("id", "code", "version", "title", "publisher", "note", "status", "replaces__version", "replaced_by__version",
              "translation_origin", "published_at", "status_of_fact", "sources")
_COMPETENCE = ("id", "code", "title", "short_title", "meaning", "parent_id", "depth", "kind", "stage", "is_extension", "confirmed_part",
               "status_of_fact", "sources")
_OCCUPATION = ("soc", "title", "engineer_type_id", "engineer_type__title", "job_zone", "sector_code", "isco08", "programme_field",
               "programme_group", "status_of_fact")
_END = ("id", "code", "title", "framework__code", "framework__version", "framework__title")
_LINK = ("kind", "origin_id", "status_of_fact", *[f"origin__{end}" for end in _END], *[f"target__{end}" for end in _END])


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """A framework in one version. ``competences`` counts its items."""

    id: int
    code: str
    version: str
    title: LocalisedText
    publisher: str
    note: LocalisedText
    status: str
    replaces_version: str | None
    replaced_by_version: str | None
    translation_origin: str
    published_at: dt.datetime | None
    status_of_fact: str
    sources: tuple[str, ...]
    competences: int
    edit_version: int

    @property
    def status_label(self) -> str:
        return str(Publication(self.status).label)


@dataclass(frozen=True, slots=True)
class CompetenceRow:
    """An item of a framework, with where the fact comes from."""

    id: int
    code: str
    title: LocalisedText
    short_title: LocalisedText
    meaning: LocalisedText
    parent_id: int | None
    depth: int
    kind: str
    stage: str
    is_extension: bool
    confirmed_part: str
    status_of_fact: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """A link as seen from one competence: the other end, and how the two relate."""

    kind: str
    is_outgoing: bool
    competence_id: int
    code: str
    title: LocalisedText
    framework_code: str
    framework_version: str
    framework_title: LocalisedText
    status_of_fact: str

    @property
    def kind_label(self) -> str:
        return str(Alignment.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class CompetenceDetail:
    """A competence with what stands above and below it, and its links both ways."""

    framework: FrameworkRow
    competence: CompetenceRow
    above: tuple[CompetenceRow, ...]
    below: tuple[CompetenceRow, ...]
    aligned: tuple[AlignedRow, ...]


@dataclass(frozen=True, slots=True)
class TreePart:
    """Items that match, with all that stands above them; ``matching`` counts without those above."""

    rows: tuple[CompetenceRow, ...]
    matching: int


@dataclass(frozen=True, slots=True)
class LinkChip:
    """Links of one item to one other framework: its codes, joined, and the first of them to open."""

    framework_code: str
    framework_version: str
    codes: str
    first: str
    words: str


@dataclass(frozen=True, slots=True)
class TreeNode:
    """An item with what stands below it; ``total`` counts everything below."""

    row: CompetenceRow
    chips: tuple[LinkChip, ...]
    children: "tuple[TreeNode, ...]"
    total: int


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of the proficiency scale."""

    level: int
    short: LocalisedText
    meaning: LocalisedText
    evidence_hint: LocalisedText
    status_of_fact: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OccupationDetail:
    """An occupation as lists show it."""

    soc: str
    title: LocalisedText
    engineer_type: str
    engineer_type_title: LocalisedText
    job_zone: int | None
    sector_code: str
    isco08: str
    programme_field: str
    programme_group: str
    status_of_fact: str

    @property
    def type(self) -> dict[str, Any]:
        """Its engineer type as the sign of a type wants it."""
        return {"code": self.engineer_type, "title": self.engineer_type_title}


@dataclass(frozen=True, slots=True)
class TypeRow:
    """An engineer type with all that is said of it."""

    code: str
    title: LocalisedText
    subtype_of: str | None
    accord: str
    problem_range: str
    nqf: tuple[int, ...]
    eqf: tuple[int, ...]
    stage_weights: dict[str, float]
    rationale: LocalisedText
    status_of_fact: str


def framework_list(*, with_drafts: bool = False) -> tuple[FrameworkRow, ...]:
    """Frameworks by code and version; one query."""
    found = Framework.objects.all() if with_drafts else Framework.objects.exclude(status=Publication.DRAFT)
    return _frameworks(found)


def framework(code: str, version: str | None = None) -> FrameworkRow | None:
    """A framework by its code; without a version the one in force published last; one query."""
    found = Framework.objects.filter(code=code)
    if version is not None:
        return next(iter(_frameworks(found.filter(version=version))), None)
    return next(iter(_frameworks(found.filter(status=Publication.PUBLISHED).order_by("-published_at", "-pk")[:1])), None)


def framework_tree(framework_id: int, *, depth_max: int | None = None) -> tuple[CompetenceRow, ...]:
    """Items of a framework in its own order, each below its parent; one query."""
    found = Competence.objects.filter(framework_id=framework_id)
    return _competences(found.filter(depth__lte=depth_max) if depth_max else found)


def tree_part(rows: Sequence[CompetenceRow], words: str) -> TreePart:
    """The rows whose code or title, in any language, holds every word, each below all it belongs to; no query."""
    if not words:
        return TreePart(tuple(rows), len(rows))
    by_id = {row.id: row for row in rows}
    found = [row for row in rows if matches(words, row.code, *row.title.values(), *row.short_title.values())]
    kept: set[int] = set()
    for row in found:
        here: CompetenceRow | None = row
        while here is not None and here.id not in kept:
            kept.add(here.id)
            here = by_id.get(here.parent_id or 0)
    return TreePart(tuple(row for row in rows if row.id in kept), len(found))


def tree_nodes(rows: Sequence[CompetenceRow], links: Mapping[int, Sequence[AlignedRow]]) -> tuple[TreeNode, ...]:
    """The rows as a tree, in their order; no query."""
    below: dict[int, list[CompetenceRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id or 0, []).append(row)

    def nodes(parent_id: int) -> tuple[TreeNode, ...]:
        made = []
        for row in below.get(parent_id, ()):
            children = nodes(row.id)
            made.append(TreeNode(row, _chips(links.get(row.id, ())), children, sum(1 + child.total for child in children)))
        return tuple(made)

    return nodes(0)


def _chips(links: Sequence[AlignedRow]) -> tuple[LinkChip, ...]:
    grouped: dict[tuple[str, str], list[AlignedRow]] = {}
    for link in links:
        grouped.setdefault((link.framework_code, link.framework_version), []).append(link)
    return tuple(LinkChip(code, version, ", ".join(one.code for one in found), found[0].code,
                          "; ".join(f"{one.code} {one.title}" for one in found)) for (code, version), found in grouped.items())


def competence_detail(code: str, version: str, competence_code: str) -> CompetenceDetail | None:
    """A competence by framework, version and code; three queries."""
    whole = framework(code, version)
    if whole is None:
        return None
    rows = framework_tree(whole.id)
    by_id = {row.id: row for row in rows}
    here = next((row for row in rows if row.code == competence_code), None)
    if here is None:
        return None
    above: list[CompetenceRow] = []
    while (parent := (above[0] if above else here).parent_id) is not None:
        above.insert(0, by_id[parent])
    return CompetenceDetail(whole, here, tuple(above), tuple(row for row in rows if row.parent_id == here.id), aligned_with([here.id]))


def aligned_with(competence_ids: Sequence[int]) -> tuple[AlignedRow, ...]:
    """Links from and to these competences, strongest kind first; one query."""
    found = Alignment.objects.filter(Q(origin__in=competence_ids) | Q(target__in=competence_ids)).values_list(*_LINK)
    rows = []
    for kind, origin_id, status, *both in found:
        is_outgoing = origin_id in competence_ids
        other: list[Any] = [*(both[len(_END):] if is_outgoing else both[:len(_END)]), status]
        rows.append(AlignedRow(kind, is_outgoing, *other))
    strength = {value: place for place, value in enumerate(Alignment.Kind.values)}
    return tuple(sorted(rows, key=lambda row: (row.framework_code, strength[row.kind], row.code)))


def competence_ids(framework_id: int) -> dict[str, int]:
    """Code to id of every item of a framework; one query."""
    return dict(Competence.objects.filter(framework_id=framework_id).order_by("sort").values_list("code", "id"))


def proficiency_scale() -> tuple[LevelRow, ...]:
    """Levels 1 to 5; one query."""
    return tuple(LevelRow(*_with_tuple(row, -1)) for row in ProficiencyLevel.objects.order_by("level").values_list(
        "level", "short", "meaning", "evidence_hint", "status_of_fact", "sources"))


def type_list() -> tuple[TypeRow, ...]:
    """The engineer types with all that is said of them; one query."""
    return tuple(TypeRow(code, title, subtype, accord, problems, tuple(nqf), tuple(eqf), weights, rationale, status)
                 for code, title, subtype, accord, problems, nqf, eqf, weights, rationale, status in
                 EngineerType.objects.order_by("sort").values_list(
                     "code", "title", "subtype_of_id", "accord", "problem_range", "nqf", "eqf", "stage_weights", "rationale",
                     "status_of_fact"))


def occupation_list(*, text: str = "", engineer_type: str = "", sector: str = "", limit: int = 200) -> tuple[OccupationDetail, ...]:
    """Occupations whose code or title holds ``text`` in any of the three languages, whatever its case; one query.

    The titles are compared here: SQLite folds the case of Latin letters only, and there are some hundred occupations, not more.
    """
    found = Occupation.objects.order_by("engineer_type__sort", "soc")
    if engineer_type:
        found = found.filter(engineer_type_id=engineer_type)
    if sector:
        found = found.filter(sector_code=sector)
    rows = (OccupationDetail(*values) for values in found.values_list(*_OCCUPATION))
    return tuple(row for row in rows if matches(text, row.soc, *row.title.values()))[:limit]


def occupation(soc: str) -> OccupationDetail | None:
    """One occupation by its code; one query."""
    values: Any = Occupation.objects.filter(soc=soc).values_list(*_OCCUPATION).first()
    return OccupationDetail(*values) if values else None


def alignments_of(framework_id: int) -> dict[int, tuple[AlignedRow, ...]]:
    """Links of every item of a framework by the item's id, by framework and code; one query."""
    found = Alignment.objects.filter(Q(origin__framework=framework_id) | Q(target__framework=framework_id)).values_list(
        *_LINK, "origin__framework_id")
    rows: dict[int, list[AlignedRow]] = {}
    for kind, origin_id, status, *both, origin_framework in found:
        origin, target = list[Any](both[:len(_END)]), list[Any](both[len(_END):])
        is_ours = origin_framework == framework_id
        other: list[Any] = [*(target if is_ours else origin), status]
        rows.setdefault(origin_id if is_ours else target[0], []).append(AlignedRow(kind, is_ours, *other))
    return {key: tuple(sorted(links, key=lambda row: (row.framework_code, row.code))) for key, links in rows.items()}


def _frameworks(found: QuerySet[Framework]) -> tuple[FrameworkRow, ...]:
    rows = found.annotate(items=Count("competences")).values_list(*_FRAMEWORK, "items", "edit_version")
    return tuple(FrameworkRow(*_with_tuple(values, -3)) for values in rows)


def _competences(found: QuerySet[Competence]) -> tuple[CompetenceRow, ...]:
    return tuple(CompetenceRow(*_with_tuple(values, -1)) for values in found.order_by("sort", "code").values_list(*_COMPETENCE))


def _with_tuple(values: Sequence[Any], place: int) -> list[Any]:
    """The values with the list of sources, which the database gives as a list, made unchangeable."""
    row = list(values)
    row[place] = tuple(row[place])
    return row
