"""What people keeps about a person."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, not_handed_out, table

from .models import Invitation, RoleAssignment, User
from .services.leaving import invitations_leave, person_leave, roles_leave

_ACCOUNT = ("email", "name", "language", "theme", "is_active", "is_synthetic", "created_at", "last_login")
_ROLE = ("role", "organisation__code", "starts_on", "ends_on", "granted_at")
_INVITED = ("email", "name", "language", "role", "organisation__code", "invited_at", "expires_at", "accepted_at", "withdrawn_at")


def _invitations(person_id: int) -> Iterable[tuple[Any, ...]]:
    """Those the person took up, and those that wait at their address."""
    email = User.objects.filter(pk=person_id).values_list("email", flat=True).get()
    mine = Q(accepted_by_id=person_id) | Q(accepted_by=None, email__iexact=email)
    return Invitation.objects.filter(mine).order_by("pk").values_list(*_INVITED)


holding("people.account", title=_("Your account"), why=_("To know who signs in, and to show you pages in your language and theme."),
        kept=_("As long as your account exists."), fields=("people.User.email",),
        export=table(*_ACCOUNT, source=lambda person: User.objects.filter(pk=person).values_list(*_ACCOUNT)))
holding("people.roles", title=_("Your roles"), why=_("They decide what you may open and change."),
        kept=_("As long as your account exists; roles that are over stay with their dates."), fields=("people.RoleAssignment.user",),
        export=table("role", "organisation", "starts_on", "ends_on", "granted_at", source=lambda person: RoleAssignment.objects.filter(
            user_id=person).order_by("pk").values_list(*_ROLE)))
holding("people.invitations", title=_("Invitations sent to you"), why=_("To let you in for the first time."),
        kept=_("Without a limit; of the link only a hash."), fields=("people.Invitation.accepted_by", "people.Invitation.email"),
        export=table("email", "name", "language", "role", "organisation", "invited_at", "expires_at", "accepted_at", "withdrawn_at",
                     source=_invitations))
not_handed_out("people.RoleAssignment.granted_by", "what they gave to others is in audit.done, without the others' names")
not_handed_out("people.Invitation.invited_by", "whom they invited is told in audit.done, without the others' names")
at_erasure("people.RoleAssignment", "kept", "who was responsible for what, without a name; each role ends the day before", run=roles_leave)
at_erasure("people.Invitation", "blanked", "that a place was offered stays; the address and the name go", run=invitations_leave)
at_erasure("people.User", "blanked", "what refers to the number stays whole; name, address, password and preferences go", run=person_leave)
