"""Adding people, their passwords and preferences, signing in."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.people.models import User
from sheber.spine.people.queries.people import home_paths

THEMES = ("auto", "light", "dark")


@transaction.atomic
def person_create(*, actor: audit.Actor, email: str, name: Mapping[str, str], password: str | None = None, language: str = "kk",
                  scope_path: str = "", **fields: Any) -> User:
    """Add a person. Without a password nobody can sign in as them by form. ``scope_path``: where they will belong, for those who look
    after people there.

    Raises ``DomainError``: ``email_taken``, ``password_too_weak``; ``ValidationError`` when the address or the name is wrong.
    """
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise DomainError("email_taken", _("Somebody has this e-mail address already."), email=email)
    user = User(email=email.strip().lower(), name=LocalisedText.of(name), language=language, **fields)
    if password is None:
        user.set_unusable_password()
    else:
        _set_password(user, password)
    user.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as taken:       # somebody was added with it after the look above: the database alone decides
        raise DomainError("email_taken", _("Somebody has this e-mail address already."), email=email) from taken
    audit.record(actor=actor, verb="person.created", target=user, after={"email": user.email, "name": user.name},
                 scope_path=scope_path)
    return user


@transaction.atomic
def password_set(*, actor: audit.Actor, person_id: int, password: str) -> None:
    """Set a password; every session of the person ends. Raises ``DomainError("password_too_weak")``."""
    user = User.objects.select_for_update().get(pk=person_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    audit.record(actor=actor, verb="person.password_set", target=user, after={"email": user.email},
                 scope_path=next(iter(home_paths(user.pk)), ""))
    notify(user, "account.password_changed")


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
def sign_in_record(*, person: User, as_persona: bool = False, via: str = "") -> None:
    """Leave an entry that a person signed in; ``as_persona``: anybody may have, by the tour; ``via``: whose word was taken for it."""
    verb = "person.signed_in_as" if as_persona else "person.signed_in"
    told = {"name": person.name, "via": via} if via else {"name": person.name}
    audit.record(actor=None if as_persona else person, verb=verb, target=person, after=told)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise DomainError("password_too_weak", " ".join(weak.messages)) from weak
    user.set_password(password)
