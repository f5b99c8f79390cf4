"""People and roles for tests."""

import datetime as dt
from itertools import count
from typing import Any

from sheber.spine.organisations.models import Organisation
from sheber.spine.people import access
from sheber.spine.people.models import RoleAssignment, User

PASSWORD = "a long enough password"
_number = count(1)


def make_user(*, email: str = "", role: str = "", at: Organisation | None = None, password: str | None = None, **fields: Any) -> User:
    """A person; with ``role`` and ``at`` they hold that role at that node. Without a password nobody can sign in by form."""
    number = next(_number)
    fields.setdefault("name", {"en": f"Person {number}", "ru": f"Человек {number}", "kk": f"Адам {number}"})
    fields.setdefault("language", "en")
    user = User.objects.create_user(email or f"person{number}@example.invalid", password, **fields)
    if role:
        assert at is not None, "say where the role is held"
        make_role(user=user, role=role, at=at)
    return User.objects.get(pk=user.pk)


def make_role(*, user: User, role: str, at: Organisation, starts_on: dt.date | None = None,
              ends_on: dt.date | None = None) -> RoleAssignment:
    """A role held at a node."""
    assignment = RoleAssignment.objects.create(user=user, role=role, organisation=at, starts_on=starts_on, ends_on=ends_on)
    access.forget(user)
    return assignment
