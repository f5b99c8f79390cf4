"""Inviting people by e-mail. Of the token that opens an invitation only a hash is kept; it goes out once, in the letter."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sheber.kit import formats
from sheber.kit.errors import DomainError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import letter_write, letters_withdraw, mail_is_sent
from sheber.spine.organisations.models import Organisation
from sheber.spine.people import rules
from sheber.spine.people.models import Invitation, RoleAssignment, User

from .guards import LABELS, dates_fit, grantable, known_role, open_place
from .people import person_create

MOST_AT_ONCE = 500
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited. ``line`` counts from 1 in a list that was pasted."""

    email: str
    name: Mapping[str, str]
    line: int = 1


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation that was written, with the token, which is known only now."""

    invitation: Invitation
    token: str


def token_hash(token: str) -> str:
    """What is kept of a token. It is long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def invitations_create(*, actor: audit.Actor, guests: Sequence[Guest], role: str, organisation_id: int, starts_on: dt.date | None = None,
                       ends_on: dt.date | None = None, language: str = "kk", address: str) -> list[Sent]:
    """Invite people to one role at one node: all of them or none; the letters go after the commit.

    ``address`` is where the token is taken to, ``https://…/people/invitation/``. Raises ``DomainError``: those of
    :func:`~sheber.spine.people.services.roles.role_grant`, ``invitation_lines`` (detail ``lines``: number, sentence),
    ``too_many_at_once``, ``unknown_language``.
    """
    known_role(role)
    place = Organisation.objects.get(pk=organisation_id)
    grantable(actor, role, place.path)
    dates_fit(role, starts_on, ends_on)
    open_place(place.is_active)
    if language not in LANGUAGES:
        raise DomainError("unknown_language", _("The language is kk, ru or en."), languages=list(LANGUAGES))
    if len(guests) > MOST_AT_ONCE:
        raise DomainError("too_many_at_once", _("At most %(n)s people are invited at once.") % {"n": MOST_AT_ONCE}, most=MOST_AT_ONCE)
    _refuse_lines(guests, role, organisation_id)
    sent = []
    for guest in guests:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        invitation = Invitation(
            email=guest.email.strip().lower(), name=LocalisedText.of(guest.name), language=language, role=role, organisation=place,
            starts_on=starts_on, ends_on=ends_on, token_hash=token_hash(token), invited_by_id=actor.pk if actor else None,
            expires_at=_expiry())
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError as taken:   # the same person was invited by somebody else at the same moment
            raise DomainError("invitation_lines", _("Nobody was invited yet. Correct the lines named."), lines=[
                {"line": guest.line, "sentence": _invited_already(guest.email)}]) from taken
        audit.record(actor=actor, verb="invitation.created", target=invitation, scope_path=place.path, after=_told(invitation))
        sent.append(Sent(invitation, token))
        invitation_send(invitation_id=invitation.pk, link=f"{address}{token}/")
    return sent


@transaction.atomic
def invitation_resend(*, actor: audit.Actor, invitation_id: int, address: str) -> Sent:
    """Send again with a new token and a new fortnight; the earlier link opens nothing any more.

    Raises ``DomainError``: ``invitation_over`` when it was accepted or withdrawn, and those of granting.
    """
    invitation = _open(invitation_id)
    grantable(actor, invitation.role, invitation.organisation.path)
    open_place(invitation.organisation.is_active)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    # Whoever sends it again answers for it from now on.
    invitation.token_hash, invitation.expires_at, invitation.invited_by_id = token_hash(token), _expiry(), actor.pk if actor else None
    invitation.save(update_fields=["token_hash", "expires_at", "invited_by"])
    audit.record(actor=actor, verb="invitation.sent_again", target=invitation, scope_path=invitation.organisation.path,
                 after=_told(invitation))
    invitation_send(invitation_id=invitation.pk, link=f"{address}{token}/")
    return Sent(invitation, token)


@transaction.atomic
def invitation_withdraw(*, actor: audit.Actor, invitation_id: int, reason: str = "") -> Invitation:
    """The link opens nothing any more. Raises ``DomainError``: ``invitation_over``, and those of granting."""
    invitation = _open(invitation_id)
    grantable(actor, invitation.role, invitation.organisation.path)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    letters_withdraw(about=_about(invitation))
    audit.record(actor=actor, verb="invitation.withdrawn", target=invitation, scope_path=invitation.organisation.path, reason=reason,
                 after=_told(invitation))
    return invitation


@transaction.atomic
def invitation_accept(*, token: str, name: Mapping[str, str], language: str, password: str | None) -> User:
    """A new person out of an invitation, with the role that was offered. ``password`` is ``None`` when another way of signing in is used.

    Raises ``DomainError``: ``invitation_unknown``, ``invitation_used``, ``invitation_withdrawn``, ``invitation_expired``,
    ``invitation_void``, ``invitation_has_account`` (somebody has the address: they sign in and accept), ``password_too_weak``.
    """
    invitation = _offered(token)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise DomainError("invitation_has_account", _("You have an account with this e-mail address. Sign in, and accept then."))
    try:
        user = person_create(actor=None, email=invitation.email, name=name, password=password, language=language,
                             scope_path=invitation.organisation.path)
    except DomainError as no:        # another invitation to the same address was accepted at the same moment
        if no.code != "email_taken":
            raise
        raise DomainError("invitation_has_account", _("You have an account with this e-mail address. Sign in, and accept then.")) from no
    _accepted(invitation, user)
    return user


@transaction.atomic
def invitation_accept_as(*, token: str, person: User) -> RoleAssignment:
    """The role that was offered goes to somebody who is signed in with the address it was offered to.

    Raises as :func:`invitation_accept`; ``DomainError("invitation_for_another")`` when the addresses differ.
    """
    invitation = _offered(token)
    user = User.objects.select_for_update().get(pk=person.pk)
    if user.email.lower() != invitation.email.lower() or not user.is_active:
        raise DomainError("invitation_for_another", _("The invitation is for another e-mail address."))
    return _accepted(invitation, user)


def invitation_send(*, invitation_id: int, link: str) -> None:
    """Write the letter with the link, in the language chosen for it: it leaves after the commit. None when no mail server is named."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation_id).first()
    if invitation is None or not mail_is_sent():
        return
    with translation.override(invitation.language):
        values = {"role": LABELS[invitation.role], "place": invitation.organisation.name, "link": link,
                  "day": formats.date(timezone.localdate(invitation.expires_at)),
                  "who": invitation.invited_by or _("The system")}
        body = _(
            "%(who)s invites you to Sheber, the national model of engineering training.\n\nRole: %(role)s\nAt: %(place)s\n\n"
            "Open this address to accept. It works once and until %(day)s:\n%(link)s\n\n"
            "If you did not expect this letter, you need do nothing.\n") % values
    letter_write(type="people.invitation", email=invitation.email, language=invitation.language, body=body,
                 about=_about(invitation), expires_at=invitation.expires_at)
    Invitation.objects.filter(pk=invitation_id).update(sent_at=timezone.now())


def _about(invitation: Invitation) -> str:
    """A letter with an earlier link that still waits is not sent: the link opens nothing any more."""
    return f"invitation/{invitation.pk}"


def _offered(token: str) -> Invitation:
    """The invitation behind a token, locked until the transaction ends."""
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "invited_by").filter(
        token_hash=token_hash(token)).first()
    if invitation is None:
        raise DomainError("invitation_unknown", _("The link opens no invitation. Perhaps a newer one was sent: look for the last letter."))
    fault = invitation_fault(invitation)
    if fault is not None:
        raise fault
    return invitation


def invitation_fault(invitation: Invitation) -> DomainError | None:
    """Why an invitation can no longer be accepted."""
    if invitation.accepted_at:
        return DomainError("invitation_used", _("The invitation was accepted already. Sign in."))
    if invitation.withdrawn_at:
        return DomainError("invitation_withdrawn", _("The invitation was withdrawn. Ask the person who invited you."))
    if invitation.expires_at <= timezone.now():
        return DomainError("invitation_expired", _("The invitation has expired. Ask the person who invited you to send it again."))
    over = invitation.ends_on is not None and invitation.ends_on < timezone.localdate()
    if over or not invitation.organisation.is_active or not _still_granted(invitation):
        return DomainError("invitation_void", _("The role that was offered can no longer be given. Ask for another invitation."))
    return None


def _still_granted(invitation: Invitation) -> bool:
    """Whoever invited must still be able to give the role: an invitation does not outlive the right to give it."""
    if invitation.invited_by is None:
        return True
    try:
        grantable(invitation.invited_by, invitation.role, invitation.organisation.path)
    except DomainError:
        return False
    return True


def _accepted(invitation: Invitation, user: User) -> RoleAssignment:
    held = RoleAssignment.objects.select_for_update().filter(user=user, role=invitation.role, organisation=invitation.organisation).first()
    before = {"starts_on": held.starts_on, "ends_on": held.ends_on} if held else {}
    today = timezone.localdate()
    if held is None:
        held = RoleAssignment(user=user, role=invitation.role, organisation=invitation.organisation, starts_on=invitation.starts_on,
                              ends_on=invitation.ends_on, granted_by=invitation.invited_by)
    elif held.ends_on is not None and (invitation.ends_on is None or invitation.ends_on > held.ends_on):
        # It was held before, or is held for a shorter time: it goes on until the later day.
        if held.ends_on < today:
            held.starts_on = invitation.starts_on
        held.ends_on = invitation.ends_on
    held.save()
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    path = invitation.organisation.path
    audit.record(actor=user, verb="invitation.accepted", target=invitation, scope_path=path, after=_told(invitation))
    audit.record(actor=invitation.invited_by, verb="role.granted", target=user, before=before, scope_path=path, after={
        "role": held.role, "organisation": invitation.organisation.code, "person": user.name, "starts_on": held.starts_on,
        "ends_on": held.ends_on})
    return held


def _open(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation_id)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise DomainError("invitation_over", _("The invitation was accepted or withdrawn meanwhile."))
    return invitation


def _refuse_lines(guests: Sequence[Guest], role: str, organisation_id: int) -> None:
    """Every line that cannot be, at once. Raises ``DomainError("invitation_lines")``."""
    emails = [guest.email.strip().lower() for guest in guests]
    standing = set(Invitation.objects.filter(email__in=emails, role=role, organisation_id=organisation_id, accepted_at=None,
                                             withdrawn_at=None).values_list("email", flat=True))
    today = timezone.localdate()
    held = {email for email, ends_on in RoleAssignment.objects.filter(
        user__email__in=emails, role=role, organisation_id=organisation_id).values_list("user__email", "ends_on")
        if ends_on is None or ends_on >= today}
    wrong: list[dict[str, object]] = []
    seen: set[str] = set()
    for guest, email in zip(guests, emails, strict=True):
        sentence = ""
        try:
            validate_email(email)
        except ValidationError:
            sentence = _("“%(text)s” is not an e-mail address.") % {"text": guest.email[:80]}
        if len(email) > 254:
            sentence = _("An e-mail address has at most %(n)s letters.") % {"n": 254}
        elif email in seen:
            sentence = _("%(email)s stands in the list twice.") % {"email": email}
        elif email in standing:
            sentence = _invited_already(email)
        elif email in held:
            sentence = _("%(email)s holds this role already.") % {"email": email}
        seen.add(email)
        if sentence:
            wrong.append({"line": guest.line, "sentence": sentence})
    if not guests:
        wrong.append({"line": 1, "sentence": _("Write at least one e-mail address.")})
    if wrong:
        raise DomainError("invitation_lines", _("Nobody was invited yet. Correct the lines named."), lines=wrong)


def _invited_already(email: str) -> str:
    return _("%(email)s is invited to this role already. Send that invitation again instead.") % {"email": email}


def _told(invitation: Invitation) -> dict[str, object]:
    return {"email": invitation.email, "role": invitation.role, "organisation": invitation.organisation.code,
            "starts_on": invitation.starts_on, "ends_on": invitation.ends_on}


def _expiry() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=rules.INVITATION_DAYS)
