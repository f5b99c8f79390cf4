"""What every change of a person or of a role is checked against."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.people import access, rules
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.roles import ROLE_CHOICES, ROLES

LABELS = dict(ROLE_CHOICES)


def known_role(role: str) -> None:
    """Raises ``DomainError("role_unknown")``."""
    if role not in ROLES:
        raise DomainError("role_unknown", _("There is no role “%(role)s”.") % {"role": role}, roles=list(ROLES))


def grantable(actor: audit.Actor, role: str, path: str) -> None:
    """Nobody gives or takes what they do not hold themselves; ``None`` is the command line, which may.

    Raises ``DomainError``: ``not_yours_to_grant`` (no ``role.grant`` there), ``more_than_you_hold`` (detail ``permissions``).
    """
    if actor is None:
        return
    held = access.held(actor)
    if not access.allowed(actor, "role.grant", path):
        raise DomainError("not_yours_to_grant", _("You do not grant roles at this organisation."))
    if lacking := rules.missing_permissions(role, path, held):
        text = _("You can grant only what you hold yourself at that organisation. The role “%(role)s” permits more.")
        if rules.looks_beyond(role, path, held):
            text = _("The role “%(role)s” looks into every organisation of the nation, so whoever looks after the whole nation gives it. "
                     "For somebody who works with yours alone, choose “Project supervisor” or “External reviewer”.")
        raise DomainError("more_than_you_hold", text % {"role": LABELS[role]}, permissions=list(lacking))


def dates_fit(role: str, starts_on: dt.date | None, ends_on: dt.date | None) -> None:
    """Raises ``DomainError``: ``role_dates_backwards``, ``role_end_missing``, ``role_end_too_late``, each with detail ``fields``."""
    fault = rules.date_fault(role, starts_on, ends_on, timezone.localdate())
    if fault is None:
        return
    code, sentence = {
        "backwards": ("role_dates_backwards", _("The last day lies before the first.")),
        "end_missing": ("role_end_missing", _("The role “%(role)s” needs a last day.") % {"role": LABELS[role]}),
        "end_too_late": ("role_end_too_late", _("The role “%(role)s” is given for one year at most; it can be prolonged later.") % {
            "role": LABELS[role]})}[fault]
    raise DomainError(code, sentence, fields={"ends_on": [sentence]})


def open_place(is_active: bool) -> None:
    """Raises ``DomainError("organisation_closed")``."""
    if not is_active:
        raise DomainError("organisation_closed", _("The organisation is closed: no role is given there."))


def masters(actor: audit.Actor, user: User) -> None:
    """Whoever changes another person's e-mail or closes their account could act as them: all that the person holds, or will hold,
    must be the actor's to grant. ``None`` is the command line.

    Raises ``DomainError("person_above_you")``.
    """
    if actor is None:
        return
    held = access.held(actor)
    rows = list(RoleAssignment.objects.filter(user=user).values_list("role", "organisation__path", "ends_on"))
    today = timezone.localdate()
    standing = [(role, path) for role, path, ends_on in rows if ends_on is None or ends_on >= today]
    # Somebody whose roles are over belongs where they were held; who never held one, to the whole nation.
    where = [path for _role, path in standing] or [path for _role, path, _end in rows] or [access.NATIONAL]
    if (any(not access.allowed(actor, "person.edit", path) for path in where)
            or any(not rules.may_grant(role, path, held) for role, path in standing if role in ROLES)):
        raise DomainError("person_above_you", _("This person holds roles that are not yours to grant. Ask who looks after all of them."))


def _administrators() -> QuerySet[RoleAssignment]:
    """Administrators of the nation with their accounts, locked when they are read; always in one order, so that nobody waits in a ring."""
    return RoleAssignment.objects.select_for_update(of=("self", "user")).select_related("user").filter(
        role="administrator", organisation__parent__isnull=True).order_by("pk")


def hold_administrators(*, before_role: int | None = None) -> None:
    """Wait until nobody else changes the administrators of the nation; for ``before_role``, only when it is one of theirs.

    Called before any other row is locked. Whoever locked one role first and all of them after would meet another who does the same
    with a second role, and the database would end one of the two with a deadlock.
    """
    if before_role is None or RoleAssignment.objects.filter(
            pk=before_role, role="administrator", organisation__parent__isnull=True).exists():
        list(_administrators())


def an_administrator_stays(*, without_role: int | None = None, without_person: int | None = None) -> None:
    """The nation never loses its last administrator: one who holds the role without an end, with an open account, stays.

    Called inside the transaction of the change, after :func:`hold_administrators` and before it is written; the rows are locked, so that
    two who take the role from each other at one moment cannot both succeed. Raises ``DomainError("last_administrator")``.
    """
    today = timezone.localdate()
    held = _administrators().filter(Q(starts_on__isnull=True) | Q(starts_on__lte=today))
    rows = [row for row in held if (row.ends_on is None or row.ends_on >= today) and row.user.is_active]
    left = [row for row in rows if row.pk != without_role and row.user_id != without_person]
    if len(left) < len(rows) and not any(row.ends_on is None for row in left):
        raise DomainError("last_administrator", _(
            "The nation needs an administrator whose role has no last day. Give the role to somebody else first."))
