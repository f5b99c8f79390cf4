"""Reading people: rows as values, one query each."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from sheber.kit.folding import containing
from sheber.kit.localised import LocalisedText
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.roles import ROLE_CHOICES

PAGE_SIZE = 50
ROLE_LABELS = dict(ROLE_CHOICES)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists and links show them."""

    id: int
    name: LocalisedText
    email: str
    is_active: bool
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role held at a node. ``is_current`` is told by today's date."""

    id: int
    user_id: int
    role: str
    organisation_id: int
    organisation_name: LocalisedText
    organisation_short: LocalisedText
    organisation_path: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    organisation_code: str = ""
    edit_version: int = 0

    @property
    def label(self) -> str:
        """The role in the reader's language."""
        return str(ROLE_LABELS.get(self.role, self.role))

    @property
    def place(self) -> str:
        return str(self.organisation_short) or str(self.organisation_name)

    @property
    def is_current(self) -> bool:
        today = timezone.localdate()
        return (self.starts_on is None or self.starts_on <= today) and (self.ends_on is None or self.ends_on >= today)


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """Somebody of the demonstration tour."""

    user_id: int
    name: LocalisedText
    note: LocalisedText
    role: str
    organisation_short: str

    @property
    def role_label(self) -> str:
        return str(ROLE_LABELS.get(self.role, self.role))


@dataclass(frozen=True, slots=True)
class PersonPage:
    """People, and whether more follow."""

    rows: tuple[PersonRow, ...]
    page: int
    has_next: bool


_PERSON = ("id", "name", "email", "is_active", "is_synthetic")
_ROLE = ("id", "user_id", "role", "organisation_id", "organisation__name", "organisation__short_name", "organisation__path", "starts_on",
         "ends_on", "organisation__code", "edit_version")


def person(person_id: int) -> PersonRow | None:
    """One person."""
    return next(iter(people([person_id]).values()), None)


def people(person_ids: Iterable[int]) -> dict[int, PersonRow]:
    """People by id."""
    return {row[0]: PersonRow(*row) for row in User.objects.filter(pk__in=list(person_ids)).values_list(*_PERSON)}


def by_email(email: str) -> PersonRow | None:
    """The person with this address, whatever its case."""
    values: Any = User.objects.filter(email__iexact=email.strip()).values_list(*_PERSON).first()
    return PersonRow(*values) if values else None


def role_rows(found: QuerySet[RoleAssignment]) -> tuple[RoleRow, ...]:
    """Roles as values, in the order they were given; one query."""
    return tuple(RoleRow(*values) for values in found.order_by("id").values_list(*_ROLE))


def roles_of(person_id: int) -> tuple[RoleRow, ...]:
    """Every role a person holds, held or will hold."""
    return tuple(RoleRow(*values) for values in RoleAssignment.objects.filter(user_id=person_id).order_by("id").values_list(*_ROLE))


def roles_at(path: str) -> tuple[RoleRow, ...]:
    """Roles held at a node and below it."""
    return tuple(RoleRow(*values) for values in
                 RoleAssignment.objects.filter(organisation__path__startswith=path).order_by("id").values_list(*_ROLE))


def home_paths(person_id: int) -> tuple[str, ...]:
    """Paths of the nodes a person belongs to: where they study or studied, else where they hold a role.

    This decides who may open a person's record: a student who helps elsewhere does not open theirs to that other house.
    """
    held = list(RoleAssignment.objects.filter(user_id=person_id).order_by("id").values_list("role", "organisation__path"))
    studies = tuple(dict.fromkeys(path for role, path in held if role == "student"))
    return studies or tuple(dict.fromkeys(path for _role, path in held))


def homes(person_ids: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Id and path of the nodes each person belongs to, as :func:`home_paths` says it; one query. Who belongs nowhere is left out."""
    held: dict[int, list[tuple[str, int, str]]] = {}
    rows = RoleAssignment.objects.filter(user_id__in=list(person_ids)).order_by("id")
    for user_id, role, node, path in rows.values_list("user_id", "role", "organisation_id", "organisation__path"):
        held.setdefault(user_id, []).append((role, node, path))
    found = {}
    for user_id, all_roles in held.items():
        studies = [one for one in all_roles if one[0] == "student"]
        found[user_id] = tuple(dict.fromkeys((node, path) for _role, node, path in studies or all_roles))
    return found


def belonging(paths: Sequence[str], field: str = "pk") -> Q:
    """The condition that the person whose id stands in ``field`` belongs at or below one of the paths: :func:`home_paths` for a query.
    Paths of the root let everybody through, also who belongs nowhere."""
    if not paths:
        return Q(pk__in=[])
    if any(path.count("/") <= 2 for path in paths):
        return Q(**{f"{field}__isnull": False})
    below = Q()
    for path in paths:
        below |= Q(organisation__path__startswith=path)
    students = RoleAssignment.objects.filter(role="student")
    here = RoleAssignment.objects.filter(below)
    return Q(**{f"{field}__in": students.filter(below).values("user_id")}) | (
        Q(**{f"{field}__in": here.values("user_id")}) & ~Q(**{f"{field}__in": students.values("user_id")}))


def person_list(*, paths: Sequence[str], role: str = "student", text: str = "", page: int = 1, size: int = PAGE_SIZE) -> PersonPage:
    """People who hold ``role`` today at or below the paths a reader may see, by e-mail; one query."""
    if not paths:
        return PersonPage((), page, has_next=False)
    today, below = timezone.localdate(), Q()
    for path in paths:
        below |= Q(organisation__path__startswith=path)
    held = RoleAssignment.objects.filter(
        below, Q(starts_on__isnull=True) | Q(starts_on__lte=today), Q(ends_on__isnull=True) | Q(ends_on__gte=today), role=role)
    found = User.objects.filter(pk__in=held.values("user_id"))
    if text:
        found = found.filter(containing(text))
    start = (max(page, 1) - 1) * size
    rows = [PersonRow(*values) for values in found.order_by("email").values_list(*_PERSON)[start:start + size + 1]]
    return PersonPage(tuple(rows[:size]), max(page, 1), has_next=len(rows) > size)


def personas() -> tuple[PersonaRow, ...]:
    """The people of the tour in its order, each with the first role held; one query."""
    tour = User.objects.filter(persona_order__isnull=False, is_active=True, is_synthetic=True).order_by("persona_order", "roles__id")
    rows = tour.values_list("id", "name", "persona_note", "roles__role", "roles__organisation__short_name", "roles__organisation__name")
    first: dict[int, PersonaRow] = {}
    for user_id, name, note, role, short, full in rows:
        first.setdefault(user_id, PersonaRow(user_id, name, note, role or "", str(short or "") or str(full or "")))
    return tuple(first.values())


def staff_at(path: str, *, limit: int) -> tuple[list[tuple[LocalisedText, str]], int]:
    """Names and roles held today at the node itself, students left out, at most ``limit``; and how many study there or below it. Two
    queries."""
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=today), Q(ends_on__isnull=True) | Q(ends_on__gte=today), user__is_active=True)
    here = held.filter(organisation__path=path).exclude(role="student").order_by("role", "id").values_list("user__name", "role")
    students = held.filter(organisation__path__startswith=path, role="student").values("user_id").distinct().count()
    return list(here[:limit]), students


def administrators_of_nation() -> list[int]:
    """Ids of open accounts that hold the role of administrator at the root today; one query."""
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today),
                                         role="administrator", organisation__parent=None, user__is_active=True)
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())
