"""One person as those who look after people see them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sheber.kit.localised import LocalisedText
from sheber.spine.people.models import RoleAssignment, User

from .people import RoleRow, role_rows


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person with what an account holds."""

    id: int
    name: LocalisedText
    email: str
    language: str
    is_active: bool
    is_synthetic: bool
    created_at: dt.datetime
    last_login: dt.datetime | None
    edit_version: int


_COLUMNS = ("id", "name", "email", "language", "is_active", "is_synthetic", "created_at", "last_login", "edit_version")


def person_detail(person_id: int) -> PersonDetail | None:
    """One person; one query."""
    values: Any = User.objects.filter(pk=person_id).values_list(*_COLUMNS).first()
    return PersonDetail(*values) if values else None


def role_paths(person_id: int) -> tuple[str, ...]:
    """Paths of every node at which a person holds, held or will hold a role."""
    held = RoleAssignment.objects.filter(user_id=person_id).order_by("id")
    return tuple(dict.fromkeys(held.values_list("organisation__path", flat=True)))


def role_of(person_id: int, role_id: int) -> RoleRow | None:
    """One role of one person."""
    return next(iter(role_rows(RoleAssignment.objects.filter(pk=role_id, user_id=person_id))), None)
