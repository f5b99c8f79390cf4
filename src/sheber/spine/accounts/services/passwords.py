"""A password changed by its owner, or set anew by a link that came by e-mail."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.people.models import User

from .attempts import UNKNOWN, letter_is_due

_post: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="letters")
_log = logging.getLogger("sheber.accounts")


@transaction.atomic
def password_change(*, person_id: int, old: str, new: str) -> User:
    """Change one's own password; every session ends. Raises ``DomainError``: ``password_wrong``, ``password_too_weak``."""
    user = User.objects.select_for_update().get(pk=person_id)
    if not user.check_password(old):
        raise DomainError("password_wrong", _("This is not your password."), fields={"old": [_("This is not your password.")]})
    _set(user, new)
    audit.record(actor=user, verb="person.password_changed", target=user, after={"person": user.name})
    return user


def reset_letter_send(*, email: str, ip: str, link: Callable[[str, str], str]) -> None:
    """Send a link to set a new password, when an open account with a password has this address.

    Says nothing either way: the letter leaves after the answer, on a thread of its own, so that the time tells nothing.
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
    if person is None:
        return
    address = link(urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person))
    with override(person.language):
        letter = EmailMessage(_("A new password for Sheber"), _(
            "Somebody asked for a new password for your account. Open this address to choose it:\n\n%(link)s\n\n"
            "It works once, and not for long. If it was not you, you need do nothing.\n") % {"link": address}, None, [person.email])
    _post.submit(_send, letter)


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
    return user


def _set(user: User, new: str) -> None:
    try:
        validate_password(new, user)
    except ValidationError as weak:
        raise DomainError("password_too_weak", " ".join(weak.messages), fields={"new": list(weak.messages)}) from weak
    user.set_password(new)
    user.save(update_fields=["password"])


def _send(letter: EmailMessage) -> None:
    try:
        letter.send()
    except Exception:
        _log.exception("a letter with a link for a new password could not be sent")
