"""What whoever looks after a person does: names, e-mail and language; closing and opening the account."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.editing import not_stale
from sheber.kit.errors import DomainError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.people import access, rules
from sheber.spine.people.models import User
from sheber.spine.people.queries.people import home_paths

from .guards import an_administrator_stays, hold_administrators, masters


@transaction.atomic
def person_edit(*, actor: audit.Actor, person_id: int, name: Mapping[str, str], email: str, language: str, edit_version: int | None,
                reason: str = "") -> int:
    """Change names, e-mail and language; returns the new ``edit_version``. Another e-mail ends every session of the person.

    Raises ``DomainError``: ``person_above_you``, ``stale``, ``email_taken``, ``unknown_language``, ``bad_person`` (detail ``fields``).
    """
    user = User.objects.select_for_update().get(pk=person_id)
    masters(actor, user)
    _stays_erased(user)
    not_stale(edit_version, user.edit_version)
    if language not in LANGUAGES:
        raise DomainError("unknown_language", _("The language is kk, ru or en."), languages=list(LANGUAGES))
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise DomainError("email_taken", _("Somebody has this e-mail address already."),
                          fields={"email": [_("Somebody has this e-mail address already.")]})
    before = {"name": user.name, "email": user.email, "language": user.language}
    after = {"name": LocalisedText.of(name), "email": email, "language": language}
    changed = [key for key in before if before[key] != after[key]]
    if not changed:
        return user.edit_version
    for key in changed:
        setattr(user, key, after[key])
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as wrong:
        raise DomainError("bad_person", _("Some values do not fit. Nothing was changed."), fields=wrong.message_dict) from wrong
    user.edit_version += 1
    if "email" in changed:
        user.session_epoch += 1
        changed.append("session_epoch")
    user.save(update_fields=[*changed, "edit_version"])
    told = [key for key in changed if key != "session_epoch"]
    audit.record(actor=actor, verb="person.changed", target=user, before={key: before[key] for key in told},
                 after={**{key: after[key] for key in told}, "person": user.name}, reason=reason, scope_path=_place(user))
    if "email" in changed:
        notify(user, "account.email_changed", email=str(before["email"]))
    return user.edit_version


@transaction.atomic
def person_deactivate(*, actor: audit.Actor, person_id: int, reason: str) -> User:
    """Close an account: nobody signs in with it, every session ends at once, and none of them comes back when it is opened again.

    Raises ``DomainError``: ``reason_missing``, ``person_above_you``, ``person_yourself``, ``person_closed_already``,
    ``last_administrator``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the account is closed."), fields={"reason": [_("Say why the account is closed.")]})
    hold_administrators()
    user = User.objects.select_for_update().get(pk=person_id)
    masters(actor, user)
    if actor is not None and actor.pk == user.pk:
        raise DomainError("person_yourself", _("You cannot close your own account here."))
    if not user.is_active:
        raise DomainError("person_closed_already", _("The account is closed already."))
    an_administrator_stays(without_person=user.pk)
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    audit.record(actor=actor, verb="person.deactivated", target=user, before={"is_active": True}, reason=reason, scope_path=_place(user),
                 after={"is_active": False, "person": user.name})
    access.forget(user)
    return user


@transaction.atomic
def person_reactivate(*, actor: audit.Actor, person_id: int, reason: str = "") -> User:
    """Open a closed account; roles that have not ended hold again. Raises ``DomainError``: ``person_above_you``,
    ``person_open_already``."""
    user = User.objects.select_for_update().get(pk=person_id)
    masters(actor, user)
    _stays_erased(user)
    if user.is_active:
        raise DomainError("person_open_already", _("The account is open already."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(actor=actor, verb="person.reactivated", target=user, before={"is_active": False}, reason=reason, scope_path=_place(user),
                 after={"is_active": True, "person": user.name})
    access.forget(user)
    return user


@transaction.atomic
def sessions_end(*, actor: audit.Actor, person_id: int, reason: str = "") -> None:
    """End every session of a person, wherever it is open. Raises ``DomainError("person_above_you")``; of one's own always."""
    user = User.objects.select_for_update().get(pk=person_id)
    if actor is None or actor.pk != user.pk:
        masters(actor, user)
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    audit.record(actor=actor, verb="person.sessions_ended", target=user, after={"person": user.name}, reason=reason,
                 scope_path=_place(user))


def _stays_erased(user: User) -> None:
    if rules.is_erased(user.email):
        raise DomainError("person_erased", _("This person was erased. Nothing brings the account back."))


def _place(user: User) -> str:
    """Where the entry belongs: the first place of the person, so that those who look after it see what was done."""
    return next(iter(home_paths(user.pk)), "")
