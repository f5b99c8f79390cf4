"""Invitations as lists and pages show them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import Q, QuerySet
from django.utils import timezone

from sheber.kit.localised import LocalisedText
from sheber.kit.tables import Query, Slice
from sheber.spine.people.models import Invitation

from .people import ROLE_LABELS

State = Literal["open", "accepted", "withdrawn", "expired"]
STATES: Final[tuple[State, ...]] = ("open", "expired", "accepted", "withdrawn")
MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation. ``state`` is told by the clock."""

    id: int
    email: str
    name: LocalisedText
    language: str
    role: str
    organisation_code: str
    organisation_name: LocalisedText
    organisation_path: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    invited_by_id: int | None
    invited_by: LocalisedText | None
    invited_at: dt.datetime
    sent_at: dt.datetime | None
    expires_at: dt.datetime
    accepted_at: dt.datetime | None
    accepted_by_id: int | None
    withdrawn_at: dt.datetime | None

    @property
    def role_label(self) -> str:
        return str(ROLE_LABELS.get(self.role, self.role))

    @property
    def state(self) -> State:
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "expired" if self.expires_at <= timezone.now() else "open"


_COLUMNS = ("id", "email", "name", "language", "role", "organisation__code", "organisation__name", "organisation__path", "starts_on",
            "ends_on", "invited_by_id", "invited_by__name", "invited_at", "sent_at", "expires_at", "accepted_at", "accepted_by_id",
            "withdrawn_at")
_SORTS = {"email": "email", "role": "role", "place": "organisation__code", "expires": "expires_at", "invited": "id"}


def invitation(invitation_id: int) -> InvitationRow | None:
    """One invitation."""
    values: Any = Invitation.objects.filter(pk=invitation_id).values_list(*_COLUMNS).first()
    return InvitationRow(*values) if values else None


def invitation_slice(query: Query, *, paths: Sequence[str]) -> Slice[InvitationRow]:
    """Invitations to places where the reader grants roles; three queries."""
    if not paths:
        return Slice((), 0, 0)
    below = Q()
    for path in paths:
        below |= Q(organisation__path__startswith=path)
    everything = Invitation.objects.filter(below)
    found = everything
    if state := query.filters.get("state", ""):
        found = found.filter(_in_state(state))
    if role := query.filters.get("role", ""):
        found = found.filter(role=role)
    for word in query.words.replace("\x00", "").lower().split():
        found = found.filter(Q(email__contains=word) | Q(organisation__code__icontains=word))
    sign = "-" if query.descending else ""
    ordered = found.order_by(f"{sign}{_SORTS.get(query.sort, 'id')}", f"{sign}id")
    end = query.offset + (MOST if query.limit is None else query.limit)
    return Slice(_rows(ordered[query.offset:end]), found.count(), everything.count())


def _in_state(state: str) -> Q:
    standing = Q(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return {"accepted": Q(accepted_at__isnull=False), "withdrawn": Q(withdrawn_at__isnull=False),
            "open": standing & Q(expires_at__gt=timezone.now()), "expired": standing & Q(expires_at__lte=timezone.now())}[state]


def _rows(found: QuerySet[Invitation]) -> tuple[InvitationRow, ...]:
    return tuple(InvitationRow(*values) for values in found.values_list(*_COLUMNS))
