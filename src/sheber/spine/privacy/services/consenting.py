"""Giving a consent and taking it back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sheber.kit import consent
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.people.models import User

from ..models import ConsentChange


@transaction.atomic
def consent_set(*, person: User, purpose: str, version: int, is_given: bool) -> None:
    """Give a consent, or take it back; saying the same again writes nothing.

    ``version`` is that of the text the person read. Raises ``DomainError``: ``purpose_unknown``, ``consent_text_changed``.
    """
    known = consent.purposes().get(purpose)
    if known is None:
        raise DomainError("purpose_unknown", _("There is no such purpose."), purposes=sorted(consent.purposes()))
    if is_given and version != known.version:
        raise DomainError("consent_text_changed", _("The text has changed since you opened the page. Read it again."),
                          version=known.version)
    User.objects.select_for_update().get(pk=person.pk)
    newest = ConsentChange.objects.filter(person_id=person.pk, purpose=purpose).order_by("-id").first()
    if newest is None and not is_given:
        return
    if newest is not None and newest.is_given == is_given and (not is_given or newest.version == known.version):
        return
    ConsentChange.objects.create(person_id=person.pk, purpose=purpose, version=known.version if is_given or newest is None
                                 else newest.version, is_given=is_given, language=(get_language() or "kk")[:2], text=str(known.text),
                                 at=timezone.now())
    audit.record(actor=person, verb="consent.given" if is_given else "consent.withdrawn", target=person,
                 after={"purpose": purpose, "version": known.version})
