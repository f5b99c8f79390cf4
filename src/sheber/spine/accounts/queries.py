"""What a person is told of their second step, their sessions and their accounts at providers."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from sheber.spine.people.models import User

from .models import Identity, RecoveryCode, SecondStep, SignedSession


@dataclass(frozen=True, slots=True)
class SecondStepRow:
    """A second step that is set up; ``codes_left`` of the recovery codes."""

    started_at: dt.datetime
    codes_left: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that goes on."""

    id: int
    browser: str
    system: str
    network: str
    first_at: dt.datetime
    last_at: dt.datetime


def has_second_step(person_id: int) -> bool:
    """One query."""
    return SecondStep.objects.filter(pk=person_id).exists()


def second_step(person_id: int) -> SecondStepRow | None:
    """Two queries; ``None``: not set up."""
    found = SecondStep.objects.filter(pk=person_id).values_list("started_at", flat=True).first()
    return None if found is None else SecondStepRow(found, RecoveryCode.objects.filter(person_id=person_id, used_at=None).count())


def sessions_of(person: User) -> list[SessionRow]:
    """Sessions that go on, the last used first; one query."""
    now = timezone.now()
    rows = SignedSession.objects.filter(
        person_id=person.pk, stamp=person.get_session_auth_hash(), last_at__gt=now - dt.timedelta(hours=settings.SESSION_IDLE_HOURS),
        first_at__gt=now - dt.timedelta(days=settings.SESSION_DAYS))
    columns = ("id", "browser", "system", "network", "first_at", "last_at")
    return [SessionRow(*row) for row in rows.order_by("-last_at", "-id").values_list(*columns)]


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """An account at a provider that is linked; ``email`` as the provider said last."""

    id: int
    issuer: str
    email: str
    linked_at: dt.datetime
    last_at: dt.datetime | None


def identities_of(person_id: int) -> list[IdentityRow]:
    """In the order they were linked; one query."""
    columns = ("id", "issuer", "email", "linked_at", "last_at")
    return [IdentityRow(*row) for row in Identity.objects.filter(person_id=person_id).order_by("id").values_list(*columns)]


def person_of_identity(issuer: str, subject: str) -> int | None:
    """Number of the person; one query."""
    return Identity.objects.filter(issuer=issuer, subject=subject).values_list("person_id", flat=True).first()
