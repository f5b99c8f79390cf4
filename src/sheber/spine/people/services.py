"""Adding people, giving and ending roles, signing in. Each is one transaction with its audit entry."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.audit import services as audit

from . import access
from .models import RoleAssignment, User
from .roles import ROLES

THEMES = ("auto", "light", "dark")


@transaction.atomic
def person_create(*, actor: audit.Actor, email: str, name: Mapping[str, str], password: str | None = None, language: str = "kk",
                  **fields: Any) -> User:
    """Add a person. Without a password nobody can sign in as them by form.

    Raises ``DomainError``: ``email_taken``, ``password_too_weak``; ``ValidationError`` when the address or the name is wrong.
    """
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise DomainError("email_taken", _("Somebody has this e-mail address already."), email=email)
    user = User(email=email.strip().lower(), name=LocalisedText.of(name), language=language, **fields)
    if password is None:
        user.set_unusable_password()
    else:
        _set_password(user, password)
    user.full_clean()
    user.save()
    audit.record(actor=actor, verb="person.created", target=user, after={"email": user.email, "name": user.name})
    return user


@transaction.atomic
def password_set(*, actor: audit.Actor, person_id: int, password: str) -> None:
    """Set a password; every session of the person ends. Raises ``DomainError("password_too_weak")``."""
    user = User.objects.select_for_update().get(pk=person_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    audit.record(actor=actor, verb="person.password_set", target=user, after={"email": user.email})


@transaction.atomic
def role_grant(*, actor: audit.Actor, person_id: int, role: str, organisation_id: int, starts_on: dt.date | None = None,
               ends_on: dt.date | None = None, reason: str = "") -> RoleAssignment:
    """Give a role at a node, or change the dates of one that is held.

    Raises ``DomainError("role_unknown")``; ``ValidationError`` when the dates run backwards; ``DoesNotExist`` for the person.
    """
    if role not in ROLES:
        raise DomainError("role_unknown", _("There is no role “%(role)s”.") % {"role": role}, roles=list(ROLES))
    user = User.objects.select_for_update().get(pk=person_id)
    held = RoleAssignment.objects.filter(user=user, role=role, organisation_id=organisation_id).first()
    before = {"starts_on": held.starts_on, "ends_on": held.ends_on} if held else {}
    held = held or RoleAssignment(user=user, role=role, organisation_id=organisation_id, granted_by_id=_pk(actor))
    held.starts_on, held.ends_on = starts_on, ends_on
    held.full_clean()
    held.save()
    audit.record(actor=actor, verb="role.granted", target=user, before=before, reason=reason, scope_path=held.organisation.path,
                 after={"role": role, "organisation": held.organisation.code, "person": user.name, "starts_on": starts_on,
                        "ends_on": ends_on})
    access.forget(user)
    return held


@transaction.atomic
def role_end(*, actor: audit.Actor, role_id: int, last_day: dt.date, reason: str) -> RoleAssignment:
    """Say on which day a role was held last; the row stays, because it explains what was done under it."""
    held = RoleAssignment.objects.select_for_update().get(pk=role_id)
    before = {"ends_on": held.ends_on}
    held.ends_on = last_day
    held.full_clean()
    held.save(update_fields=["ends_on"])
    audit.record(actor=actor, verb="role.ended", target=held.user, before=before, reason=reason, scope_path=held.organisation.path,
                 after={"role": held.role, "organisation": held.organisation.code, "person": held.user.name, "ends_on": last_day})
    access.forget(held.user)
    return held


@transaction.atomic
def preferences_set(*, person: User, language: str | None = None, theme: str | None = None) -> None:
    """Remember the language and the theme of a person. Saying the same again writes nothing."""
    wanted = {name: value for name, value, known in (("language", language, LANGUAGES), ("theme", theme, THEMES)) if value in known}
    before = {name: getattr(person, name) for name in wanted}
    if wanted == before:
        return
    User.objects.filter(pk=person.pk).update(**wanted)
    for name, value in wanted.items():
        setattr(person, name, value)
    audit.record(actor=person, verb="person.preferences_changed", target=person, before=before, after=wanted)


@transaction.atomic
def sign_in_record(*, person: User, as_persona: bool = False) -> None:
    """Leave an entry that a person signed in; ``as_persona``: anybody may have, by the tour."""
    verb = "person.signed_in_as" if as_persona else "person.signed_in"
    audit.record(actor=None if as_persona else person, verb=verb, target=person, after={"name": person.name})


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise DomainError("password_too_weak", " ".join(weak.messages)) from weak
    user.set_password(password)


def _pk(actor: audit.Actor) -> int | None:
    return actor.pk if actor is not None and actor.is_authenticated else None
