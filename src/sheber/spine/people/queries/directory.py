"""The directory of people: those with a role at or below the places a reader looks after; indexed, so that 100,000 stay fast."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation

from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.kit.tables import Query, Slice
from sheber.spine.people.models import RoleAssignment, User

from .naming import named
from .people import RoleRow, role_rows

EXPORT_MOST: Final = 100_000
STATES: Final = ("active", "closed")
IDS_AT_ONCE: Final = 900
"""SQLite of older systems takes at most 999 parameters."""


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A person with the roles the reader may see; ``roles`` holds those held now, ``past`` counts the others."""

    id: int
    name: LocalisedText
    email: str
    language: str
    is_active: bool
    is_synthetic: bool
    created_at: dt.datetime
    roles: tuple[RoleRow, ...] = ()
    past: int = 0


@dataclass(frozen=True, slots=True)
class DirectoryFilters:
    """Empty means any. ``paths`` are those where the reader holds ``person.view``; ``at`` is the path of a node asked for."""

    paths: Sequence[str]
    words: str = ""
    role: str = ""
    at: str = ""
    state: str = ""
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryPart:
    """A part of the directory: rows, how many pass, and how many there are without filters."""

    rows: tuple[DirectoryRow, ...]
    total: int
    unfiltered: int = field(default=0)


_COLUMNS = ("id", "name", "email", "language", "is_active", "is_synthetic", "created_at")


def directory_slice(query: Query, *, paths: Sequence[str], at: str) -> Slice[DirectoryRow]:
    """What a table asks for; a fixed number of queries."""
    wanted = DirectoryFilters(paths, query.words, query.filters.get("role", ""), at, query.filters.get("state", ""), query.sort or "name",
                              query.descending)
    part = directory(wanted, offset=query.offset, limit=EXPORT_MOST if query.limit is None else query.limit)
    return Slice(part.rows, part.total, part.unfiltered)


def directory(wanted: DirectoryFilters, *, offset: int, limit: int) -> DirectoryPart:
    """``limit`` people after the first ``offset``. Five queries at most, whatever the number of people."""
    everybody = _within(wanted.paths)
    found = _narrowed(everybody, wanted)
    # The keys first: walking an index to a far page is quick as long as no row is read for it.
    ids = list(found.order_by(*_order(wanted)).values_list("pk", flat=True)[offset:offset + limit])
    total = found.count()
    narrowed = bool(wanted.words or wanted.role or wanted.at or wanted.state)
    return DirectoryPart(_rows(ids, wanted.paths), total, everybody.count() if narrowed else total)


def _within(paths: Sequence[str]) -> QuerySet[User]:
    if not paths:
        return User.objects.none()
    if any(path.count("/") <= 2 for path in paths):
        return User.objects.all()          # whoever looks after the whole nation also sees those who hold no role
    return User.objects.filter(_holding(_below(paths)))


def _below(paths: Sequence[str]) -> Q:
    below = Q()
    for path in paths:
        below |= Q(organisation__path__startswith=path)
    return below


def _holding(condition: Q) -> Q:
    """People with such a role: by a list of keys where the places are few, which both databases find by the index of places."""
    return Q(pk__in=RoleAssignment.objects.filter(condition).values("user_id"))


def _current() -> Q:
    today = timezone.localdate()
    return Q(Q(starts_on__isnull=True) | Q(starts_on__lte=today)) & Q(Q(ends_on__isnull=True) | Q(ends_on__gte=today))


def _narrowed(found: QuerySet[User], wanted: DirectoryFilters) -> QuerySet[User]:
    if wanted.role or wanted.at:
        condition = _current()
        if wanted.role:
            condition &= Q(role=wanted.role)
        if wanted.at:
            found = found.filter(_holding(condition & Q(organisation__path__startswith=wanted.at)))
        else:
            # A role of the whole nation may be held by nearly everybody: asked person by person, in the order of the page.
            root = any(path.count("/") <= 2 for path in wanted.paths)
            here = condition if root else condition & _below(wanted.paths)
            found = found.filter(Exists(RoleAssignment.objects.filter(here, user_id=OuterRef("pk"))))
    if wanted.state:
        found = found.filter(is_active=wanted.state == "active")
    if wanted.words:
        found = found.filter(named(wanted.words))
    return found


def _order(wanted: DirectoryFilters) -> tuple[str, str]:
    language = (translation.get_language() or "kk").split("-")[0]
    column = {"email": "email", "added": "id"}.get(wanted.sort, f"sort_{language if language in LANGUAGES else 'kk'}")
    sign = "-" if wanted.descending else ""
    return f"{sign}{column}", f"{sign}id"


def _rows(ids: Sequence[int], paths: Sequence[str]) -> tuple[DirectoryRow, ...]:
    people: dict[int, Any] = {}
    roles: dict[int, list[RoleRow]] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        part = ids[start:start + IDS_AT_ONCE]
        people.update({values[0]: values for values in User.objects.filter(pk__in=part).values_list(*_COLUMNS)})
        for role in role_rows(RoleAssignment.objects.filter(user_id__in=part)):
            if any(role.organisation_path.startswith(path) for path in paths):
                roles.setdefault(role.user_id, []).append(role)
    made = []
    for one in ids:
        held = roles.get(one, [])
        now = tuple(role for role in held if role.is_current)
        made.append(_row(people[one], now, len(held) - len(now)))
    return tuple(made)


def _row(values: list[Any], now: tuple[RoleRow, ...], past: int) -> DirectoryRow:
    return replace(DirectoryRow(*values), roles=now, past=past)
