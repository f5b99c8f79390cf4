"""Giving roles, changing their dates, taking them back. Access follows at once: it is asked of the database with every request."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.editing import not_stale
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.people import access
from sheber.spine.people.models import RoleAssignment, User

from .guards import an_administrator_stays, dates_fit, grantable, hold_administrators, known_role, open_place

ENDS_SOON: Final = dt.timedelta(days=14)


@transaction.atomic
def role_grant(*, actor: audit.Actor, person_id: int, role: str, organisation_id: int, starts_on: dt.date | None = None,
               ends_on: dt.date | None = None, reason: str = "", is_new: bool = False) -> RoleAssignment:
    """Give a role at a node, or change the dates of one that is held; ``is_new``: whoever asks has seen that it is not held.

    Raises ``DomainError``: ``role_held_already`` (only when ``is_new`` and it is held now, or will be), ``role_unknown``,
    ``not_yours_to_grant``, ``more_than_you_hold``, ``role_dates_backwards``,
    ``role_end_missing``, ``role_end_too_late``, ``organisation_closed``, ``last_administrator``; ``DoesNotExist`` for the person.
    """
    known_role(role)
    if role == "administrator":
        hold_administrators()
    user = User.objects.select_for_update().get(pk=person_id)
    held = RoleAssignment.objects.select_related("organisation").filter(user=user, role=role, organisation_id=organisation_id).first()
    before = {"starts_on": held.starts_on, "ends_on": held.ends_on} if held else {}
    if is_new and held is not None and (held.ends_on is None or held.ends_on >= timezone.localdate()):
        sentence = _("The person holds this role there already. Change its days on their page.")
        raise DomainError("role_held_already", sentence, role_id=held.pk)
    held = held or RoleAssignment(user=user, role=role, organisation_id=organisation_id, granted_by_id=_pk(actor))
    held.full_clean(exclude=["starts_on", "ends_on"], validate_unique=False, validate_constraints=False)
    place = held.organisation
    grantable(actor, role, place.path)
    dates_fit(role, starts_on, ends_on)
    open_place(place.is_active)
    _keeps_an_administrator(held, starts_on, ends_on)
    held.starts_on, held.ends_on = starts_on, ends_on
    held.edit_version += bool(before)
    held.save()
    audit.record(actor=actor, verb="role.granted", target=user, before=before, reason=reason, scope_path=place.path,
                 after={"role": role, "organisation": place.code, "person": user.name, "starts_on": starts_on, "ends_on": ends_on})
    _tell(actor, "role.granted", held)
    access.forget(user)
    return held


@transaction.atomic
def role_dates_change(*, actor: audit.Actor, role_id: int, starts_on: dt.date | None, ends_on: dt.date | None,
                      reason: str = "", edit_version: int | None = None) -> RoleAssignment:
    """Another first or last day of a role that is or was held; prolonging is granting. Saying the same days again writes nothing.

    Raises as :func:`role_grant`, and ``stale``; ``DoesNotExist`` for the role. A closed organisation lets a role be shortened, not
    prolonged.
    """
    held = _locked(role_id)
    place, user = held.organisation, held.user
    grantable(actor, held.role, place.path)
    not_stale(edit_version, held.edit_version)
    if (held.starts_on, held.ends_on) == (starts_on, ends_on):
        return held
    dates_fit(held.role, starts_on, ends_on)
    if ends_on is None or (held.ends_on is not None and ends_on > held.ends_on):
        open_place(place.is_active)
    _keeps_an_administrator(held, starts_on, ends_on)
    before = {"starts_on": held.starts_on, "ends_on": held.ends_on}
    held.starts_on, held.ends_on = starts_on, ends_on
    held.edit_version += 1
    held.save(update_fields=["starts_on", "ends_on", "edit_version"])
    audit.record(actor=actor, verb="role.dates_changed", target=user, before=before, reason=reason, scope_path=place.path,
                 after={"role": held.role, "organisation": place.code, "person": user.name, "starts_on": starts_on, "ends_on": ends_on})
    _tell(actor, "role.granted", held)
    access.forget(user)
    return held


@transaction.atomic
def role_end(*, actor: audit.Actor, role_id: int, last_day: dt.date, reason: str, edit_version: int | None = None) -> RoleAssignment:
    """Say on which day a role was held last; the row stays, because it explains what was done under it.

    Raises ``DomainError``: ``reason_missing``, ``not_yours_to_grant``, ``more_than_you_hold``, ``role_ended_already``,
    ``last_administrator``, ``stale``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the role ends."), fields={"reason": [_("Say why the role ends.")]})
    held = _locked(role_id)
    grantable(actor, held.role, held.organisation.path)
    if held.ends_on is not None and held.ends_on < timezone.localdate():
        raise DomainError("role_ended_already", _("The role has ended already."))
    not_stale(edit_version, held.edit_version)
    before = {"ends_on": held.ends_on}
    fields = ["ends_on", "edit_version"]
    if held.starts_on is not None and held.starts_on > last_day:
        # Given today, or for later: there was no whole day on which it was held. The entry keeps the first day that was meant.
        before["starts_on"], held.starts_on = held.starts_on, last_day
        fields.append("starts_on")
    _keeps_an_administrator(held, held.starts_on, last_day)
    held.ends_on = last_day
    held.edit_version += 1
    held.save(update_fields=fields)
    audit.record(actor=actor, verb="role.ended", target=held.user, before=before, reason=reason, scope_path=held.organisation.path,
                 after={"role": held.role, "organisation": held.organisation.code, "person": held.user.name, "ends_on": last_day})
    _tell(actor, "role.ended", held)
    access.forget(held.user)
    return held


def role_end_now(*, actor: audit.Actor, role_id: int, reason: str, edit_version: int | None = None) -> RoleAssignment:
    """Take a role back at once: yesterday was its last whole day. Raises as :func:`role_end`."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    return role_end(actor=actor, role_id=role_id, last_day=yesterday, reason=reason, edit_version=edit_version)


def roles_ending_tell() -> int:
    """Tell people of roles whose last day is near, each once; how many roles there are. Short roles told their day when they began."""
    today = timezone.localdate()
    near = RoleAssignment.objects.filter(ends_on__gt=today, ends_on__lte=today + ENDS_SOON, user__is_active=True)
    found = [held for held in near.select_related("organisation").order_by("pk")
             if held.ends_on is not None and timezone.localdate(held.granted_at) < held.ends_on - ENDS_SOON]
    for held in found:
        _tell(None, "role.ending", held, once=f"role/{held.pk}/{held.ends_on}")
    return len(found)


def _tell(actor: audit.Actor, type: str, held: RoleAssignment, *, once: str = "") -> None:
    """Nobody is told what they did themselves."""
    if _pk(actor) == held.user_id:
        return
    day = {"date": held.ends_on.isoformat()} if held.ends_on is not None else None
    notify(held.user_id, type, {"role": held.role, "place": dict(held.organisation.name), "day": day}, link=reverse("people:account"),
           once=once)


def _locked(role_id: int) -> RoleAssignment:
    hold_administrators(before_role=role_id)
    found = RoleAssignment.objects.select_related("organisation", "user")
    return found.select_for_update(of=("self",)).get(pk=role_id)


def _keeps_an_administrator(held: RoleAssignment, starts_on: dt.date | None, ends_on: dt.date | None) -> None:
    """A root administrator whose role gets an end, or begins later, may be the last one."""
    if held.pk is None or held.role != "administrator" or held.organisation.parent_id is not None:
        return
    if ends_on is not None or (starts_on is not None and starts_on > timezone.localdate()):
        an_administrator_stays(without_role=held.pk)


def _pk(actor: audit.Actor) -> int | None:
    return actor.pk if actor is not None and actor.is_authenticated else None
