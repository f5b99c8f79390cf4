"""The list of programmes, filtered, sorted and paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final, Literal

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from sheber.apps.programmes.models import Programme, ProgrammeVersion

from .versions import VersionRow, version_rows

PAGE_SIZE: Final = 50
Sort = Literal["code", "-code", "version", "-version", "credits", "-credits", "engineer_type", "-engineer_type", "organisation",
               "-organisation", "status", "-status", "students", "-students", "updated", "-updated"]
_SORTS: Final[dict[str, str]] = {
    "code": "programme__code", "version": "version", "credits": "credits", "engineer_type": "engineer_type__sort",
    "organisation": "programme__organisation__path", "status": "status", "students": "students", "updated": "updated_at"}
_IN_FORCE_FIRST: Final = Case(When(status="published", then=Value(0)), When(status="draft", then=Value(1)), default=Value(2))


@dataclass(frozen=True, slots=True)
class ProgrammeFilters:
    """Empty means any. ``text`` is looked for in the code and in the titles of all languages."""

    engineer_type: str = ""
    status: str = ""
    organisation_path: str = ""
    text: str = ""


ANY: Final = ProgrammeFilters()


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One row a programme: its version in force, else its newest. ``count`` is over all pages."""

    rows: tuple[VersionRow, ...]
    count: int
    page: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.page * self.size < self.count


@dataclass(frozen=True, slots=True)
class ProgrammePart:
    """Some rows, and how many there are in all."""

    rows: tuple[VersionRow, ...]
    count: int


def programme_list(paths: Sequence[str], filters: ProgrammeFilters = ANY, sort: Sort = "code", page: int = 1,
                   size: int = PAGE_SIZE) -> ProgrammePage:
    """Programmes at or below ``paths``, what the reader may see. Two queries whatever their number."""
    page = max(page, 1)
    part = programme_part(paths, filters, sort, offset=(page - 1) * size, limit=size)
    return ProgrammePage(part.rows, part.count, page, size)


def programme_part(paths: Sequence[str], filters: ProgrammeFilters = ANY, sort: Sort = "code", *, offset: int, limit: int) -> ProgrammePart:
    """``limit`` programmes after the first ``offset``. Two queries whatever their number."""
    if not paths:
        return ProgrammePart((), 0)
    found = _found(paths, filters)
    field = _SORTS[sort.removeprefix("-")]
    rows = version_rows(found, (f"-{field}" if sort.startswith("-") else field, "programme__code"), slice(offset, offset + limit))
    return ProgrammePart(rows, found.count())


def programmes_at(paths: Sequence[str], most: int) -> tuple[VersionRow, ...]:
    """At most ``most`` programmes at or below ``paths``, by code; one query."""
    return version_rows(_found(paths, ANY), (_SORTS["code"], "programme__code"), slice(0, most)) if paths else ()


def programmes_by_place(paths: Sequence[str]) -> dict[str, int]:
    """How many programmes stand at each organisation at or below ``paths``, by its path; those below it are not counted. One query."""
    if not paths:
        return {}
    held = reduce(or_, (Q(organisation__path__startswith=path) for path in paths))
    has_version = Exists(ProgrammeVersion.objects.filter(programme=OuterRef("pk")))
    found = Programme.objects.filter(held, has_version).order_by().values_list("organisation__path")
    return dict(found.annotate(n=Count("pk")))


def _found(paths: Sequence[str], filters: ProgrammeFilters) -> QuerySet[ProgrammeVersion]:
    held = reduce(or_, (Q(programme__organisation__path__startswith=path) for path in paths))
    chosen = ProgrammeVersion.objects.filter(programme=OuterRef("programme")).order_by(_IN_FORCE_FIRST, "-version", "-id").values("pk")[:1]
    found = ProgrammeVersion.objects.filter(held, pk=Subquery(chosen))
    if filters.engineer_type:
        found = found.filter(engineer_type_id=filters.engineer_type)
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.organisation_path:
        found = found.filter(programme__organisation__path__startswith=filters.organisation_path)
    if text := filters.text.replace("\x00", "").strip():
        found = found.filter(_named(text))
    return found


def _named(text: str) -> Q:
    """SQLite ignores the case of Latin letters only, so the usual spellings of other letters are asked for too."""
    spellings = {text, text.lower(), text.capitalize(), text.upper()}
    titles = [Q(**{f"programme__title__{language}__icontains": spelling}) for language in ("kk", "ru", "en") for spelling in spellings]
    return reduce(or_, [Q(programme__code__icontains=text), *titles])
