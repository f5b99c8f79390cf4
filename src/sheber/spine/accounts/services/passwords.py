"""A password changed by its owner, or set anew by a link that came by e-mail."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.notices import services as notices
from sheber.spine.people.models import User

from .attempts import UNKNOWN, letter_is_due

_LETTER = "accounts.password_link"


@transaction.atomic
def password_change(*, person_id: int, old: str, new: str) -> User:
    """Change one's own password; every session ends. Raises ``DomainError``: ``password_wrong``, ``password_too_weak``."""
    user = User.objects.select_for_update().get(pk=person_id)
    if not user.check_password(old):
        raise DomainError("password_wrong", _("This is not your password."), fields={"old": [_("This is not your password.")]})
    _set(user, new)
    audit.record(actor=user, verb="person.password_changed", target=user, after={"person": user.name})
    notices.notify(user, "account.password_changed")
    return user


def reset_letter_send(*, email: str, ip: str, link: Callable[[str, str], str]) -> None:
    """Write a letter with a link to set a new password, when an open account with a password has this address.

    Says nothing either way: the letter leaves by the background work, and writing it costs the same whether there is a receiver.
    ``link(uid, token)`` makes the whole address.
    """
    if not letter_is_due(email=email, ip=ip):
        return
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is not None and not person.has_usable_password():
        person = None
    with transaction.atomic():
        audit.record(actor=None, verb="person.password_link_asked", target=UNKNOWN if person is None else person,
                     after={} if person is None else {"person": person.name})
        address = link(urlsafe_base64_encode(force_bytes(person.pk if person else 0)),
                       default_token_generator.make_token(person or User(pk=0, email=email[:254])))
        with override(person.language if person else None):
            body = _("Somebody asked for a new password for your account. Open this address to choose it:\n\n%(link)s\n\n"
                     "It works once, and not for long. If it was not you, you need do nothing.\n") % {"link": address}
        if person is None:
            notices.letter_pretend(type=_LETTER, body=body)
        else:
            notices.letter_write(type=_LETTER, email=person.email, language=person.language, person_id=person.pk, body=body,
                                 expires_at=timezone.now() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


def person_of_link(uid: str, token: str) -> User | None:
    """Whose link it is; ``None`` when it is used, too old, or made up."""
    try:
        key = int(urlsafe_base64_decode(uid).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return None
    if not 0 < key < 2**63:
        return None
    person = User.objects.filter(pk=key, is_active=True).first()
    return person if person is not None and default_token_generator.check_token(person, token) else None


@transaction.atomic
def password_reset(*, uid: str, token: str, new: str) -> User:
    """Set a new password by a link; every session ends. Raises ``DomainError``: ``link_dead``, ``password_too_weak``."""
    found = person_of_link(uid, token)
    user = User.objects.select_for_update().filter(pk=found.pk).first() if found is not None else None
    # Asked again behind the lock: of two who hold the same link, one comes too late.
    if user is None or not user.is_active or not default_token_generator.check_token(user, token):
        raise DomainError("link_dead", _("The link was used already or is too old. Ask for a new one."))
    _set(user, new)
    audit.record(actor=None, verb="person.password_reset", target=user, after={"person": user.name})
    notices.notify(user, "account.password_changed")
    return user


def _set(user: User, new: str) -> None:
    try:
        validate_password(new, user)
    except ValidationError as weak:
        raise DomainError("password_too_weak", " ".join(weak.messages), fields={"new": list(weak.messages)}) from weak
    user.set_password(new)
    user.save(update_fields=["password"])
