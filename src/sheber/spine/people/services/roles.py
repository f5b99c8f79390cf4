"""Giving and ending roles."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.people import access
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.roles import ROLES


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


def _pk(actor: audit.Actor) -> int | None:
    return actor.pk if actor is not None and actor.is_authenticated else None
