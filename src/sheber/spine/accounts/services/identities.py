"""Who somebody known at a provider is here. Nobody is made by signing in; an invitation alone makes a person."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.people import services as people
from sheber.spine.people.models import Invitation, User
from sheber.spine.people.queries.people import home_paths
from sheber.spine.people.services.guards import masters

from ..models import Identity
from ..provider_client import Told


def identity_person(*, told: Told) -> User:
    """Who it is: by issuer and subject, else, where the provider is trusted for the domain, by the address it has checked.

    Raises ``DomainError``: ``sso_email_unverified``, ``sso_email_elsewhere``, ``sso_unknown``, ``sso_other_subject``, ``sso_closed``.
    """
    _vouched(told)
    found = Identity.objects.select_related("person").filter(issuer=told.provider.issuer, subject=told.subject).first()
    person = found.person if found is not None else _by_address(told)
    if not person.is_active:
        with transaction.atomic():
            audit.record(actor=None, verb="person.sign_in_failed", target=person, after={"person": person.name}, scope_path=_place(person))
        raise DomainError("sso_closed", _("Your account here is closed. Ask whoever looks after accounts at your organisation."))
    if found is None:
        identity_link(person_id=person.pk, told=told, by_trust=True)
    Identity.objects.filter(issuer=told.provider.issuer, subject=told.subject).update(last_at=timezone.now(), email=told.email)
    return person


@transaction.atomic
def identity_link(*, person_id: int, told: Told, by_trust: bool = False) -> Identity:
    """Somebody known at the provider is this person from now on. ``by_trust``: nobody asked for it but the settings.

    Raises ``DomainError``: ``sso_email_unverified``, ``sso_email_elsewhere``, ``identity_taken``, ``sso_other_subject``.
    """
    _vouched(told)
    person = User.objects.select_for_update().get(pk=person_id)
    standing = Identity.objects.filter(issuer=told.provider.issuer, subject=told.subject).first()
    if standing is not None and standing.person_id == person.pk:
        return standing
    if standing is not None:
        raise _taken()
    if Identity.objects.filter(issuer=told.provider.issuer, person=person).exists():
        raise _other_subject()
    try:
        with transaction.atomic():
            made = Identity.objects.create(person=person, issuer=told.provider.issuer, subject=told.subject, email=told.email)
    except IntegrityError as taken:       # somebody else was linked with it at the same moment
        raise _taken() from taken
    audit.record(actor=None if by_trust else person, verb="identity.linked_by_address" if by_trust else "identity.linked", target=person,
                 after={"person": person.name, "provider": told.provider.key}, scope_path=_place(person))
    notify(person, "account.sign_in_method_added", {"provider": told.provider.key})
    return made


@transaction.atomic
def identity_accept(*, token: str, told: Told) -> User:
    """A new person out of an open invitation to the very address the provider has checked.

    Raises ``DomainError``: ``sso_email_unverified``, ``sso_email_elsewhere``, ``invitation_for_another`` and those of
    :func:`~sheber.spine.people.services.invitation_accept`.
    """
    _vouched(told)
    offered = Invitation.objects.filter(token_hash=people.token_hash(token)).first()
    if offered is not None and offered.email.lower() != told.email:
        raise DomainError("invitation_for_another", _("The invitation is for another e-mail address."))
    language = offered.language if offered is not None else "kk"
    name = dict(offered.name) if offered is not None and any(offered.name.values()) else {language: told.name or told.email.split("@")[0]}
    person = people.invitation_accept(token=token, name=name, language=language, password=None)
    identity_link(person_id=person.pk, told=told)
    return person


@transaction.atomic
def identity_unlink(*, person: User, identity_id: int) -> None:
    """End a link of one's own. Raises ``DomainError("identity_only_way")`` when nothing else would let the person in; ``DoesNotExist``."""
    user = User.objects.select_for_update().get(pk=person.pk)
    row = Identity.objects.get(pk=identity_id, person=user)
    issuers = [one.issuer for one in settings.OIDC_PROVIDERS]
    others = Identity.objects.filter(person=user, issuer__in=issuers).exclude(pk=row.pk).exists()
    by_password = settings.PASSWORD_SIGN_IN and user.has_usable_password()
    if not others and not by_password:
        raise DomainError("identity_only_way", _("This is your only way to sign in. Set a password or link another account first."))
    provider = next((one.key for one in settings.OIDC_PROVIDERS if one.issuer == row.issuer), row.issuer)
    row.delete()
    audit.record(actor=user, verb="identity.unlinked", target=user, after={"person": user.name, "provider": provider},
                 scope_path=_place(user))
    notify(user, "account.sign_in_method_removed", {"provider": provider})


@transaction.atomic
def identities_end(*, actor: audit.Actor, person_id: int, reason: str) -> int:
    """End every link of somebody else, and their sessions; how many there were. ``None`` is the command line.

    Raises ``DomainError``: ``reason_missing``, ``person_above_you``, ``person_yourself``, ``identity_missing``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why."), fields={"reason": [_("Say why.")]})
    user = User.objects.select_for_update().get(pk=person_id)
    masters(actor, user)
    if actor is not None and actor.pk == user.pk:
        raise DomainError("person_yourself", _("Your own links you end on the page of your account."))
    ended, _by = Identity.objects.filter(person=user).delete()
    if not ended:
        raise DomainError("identity_missing", _("No account of a provider is linked."))
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    audit.record(actor=actor, verb="identity.ended", target=user, after={"person": user.name}, reason=reason, scope_path=_place(user))
    return ended


def _by_address(told: Told) -> User:
    person = User.objects.filter(email__iexact=told.email).first()
    if person is None or not told.provider.is_trusted_for(told.email):
        # One answer for both: whoever holds an address elsewhere does not learn who has an account here.
        raise DomainError("sso_unknown", _(
            "Nobody here is linked with this account. If you have an invitation, open its link first. If you have a password, sign in "
            "with it and link the account on the page of your account."))
    if Identity.objects.filter(issuer=told.provider.issuer, person=person).exists():
        # The address was given to somebody else there: the same address is not the same person.
        raise _other_subject()
    return person


def _vouched(told: Told) -> None:
    if not told.email or not told.email_verified:
        raise DomainError("sso_email_unverified", _("The provider has not checked your e-mail address. Have it checked there first."))
    if not told.provider.vouches_for(told.email):
        raise DomainError("sso_email_elsewhere", _("With this provider only addresses of %(domains)s sign in. Yours is %(email)s.") % {
            "domains": ", ".join(told.provider.domains), "email": told.email})


def _other_subject() -> DomainError:
    return DomainError("sso_other_subject", _("Another account of this provider is linked already. Unlink it first on the page of your "
                                              "account, or ask whoever looks after accounts."))


def _taken() -> DomainError:
    return DomainError("identity_taken", _("This account of the provider is linked with somebody else here."))


def _place(user: User) -> str:
    return next(iter(home_paths(user.pk)), "")
