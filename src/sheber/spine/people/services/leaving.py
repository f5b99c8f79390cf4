"""What becomes of an account, its roles and invitations when the person is erased. Called inside the transaction of the erasure."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from sheber.kit.localised import LocalisedText
from sheber.kit.personal import Leaving
from sheber.spine.people import access, rules
from sheber.spine.people.models import Invitation, RoleAssignment, User


def person_leave(leaving: Leaving) -> int:
    """A number, a name that says so, an address that cannot exist; no password, no preferences, no session."""
    user = User.objects.get(pk=leaving.person_id)
    user.email, user.name = rules.erased_email(user.pk), LocalisedText.of(rules.erased_name(user.pk))
    user.language, user.theme, user.persona_order, user.persona_note = "kk", "auto", None, LocalisedText()
    user.is_active, user.last_login = False, None
    user.session_epoch += 1
    user.edit_version += 1
    user.set_unusable_password()
    user.save()
    return 1


def roles_leave(leaving: Leaving) -> int:
    """Roles that are held, or would be, end with yesterday."""
    last = timezone.localdate() - dt.timedelta(days=1)
    count = 0
    for row in RoleAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=last), user_id=leaving.person_id):
        row.ends_on, row.starts_on = last, min(row.starts_on, last) if row.starts_on else None
        row.save(update_fields=["ends_on", "starts_on"])
        count += 1
    access.forget(User.objects.get(pk=leaving.person_id))
    return count


def invitations_leave(leaving: Leaving) -> int:
    """Those the person took up, and those to their address; an open one is withdrawn."""
    found = Invitation.objects.filter(Q(accepted_by_id=leaving.person_id) | Q(email__iexact=leaving.email))
    keys = list(found.values_list("pk", flat=True))
    found.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    return Invitation.objects.filter(pk__in=keys).update(email=rules.erased_email(leaving.person_id), name={})
