"""What is remembered of sessions: one row each, written at sign-in and then at most once a minute."""

import datetime as dt
import time
from importlib import import_module
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sheber.kit.personal import Leaving
from sheber.spine.audit import services as audit
from sheber.spine.people.models import User

from ..models import Attempts, FamiliarAddress, SignedSession
from ..rules.delays import FAMILIAR_DAYS
from ..rules.devices import device_of, shortened

ROW: Final = "accounts_session"
BEGAN: Final = "accounts_began"
SEEN: Final = "accounts_seen"
PASSED: Final = "accounts_second_step"
"""Names in a session: number of its row; when it began and was last seen, second since 1970; whether the second step was passed."""
WRITE_EVERY_S: Final = 60


def session_begin(*, person: User, session: SessionBase, ip: str, user_agent: str) -> None:
    """A session of a person begins."""
    if not session.session_key:
        session.cycle_key()
    now = timezone.now()
    browser, system = device_of(user_agent)
    row, _made = SignedSession.objects.update_or_create(key=session.session_key, defaults={
        "person_id": person.pk, "stamp": person.get_session_auth_hash(), "browser": browser, "system": system, "network": shortened(ip),
        "first_at": now, "last_at": now})
    session[ROW], session[BEGAN], session[SEEN] = row.pk, now.timestamp(), now.timestamp()


def session_is_over(session: SessionBase) -> bool:
    """Whether it was left alone for too long, or is too old."""
    now = time.time()
    return bool(now - session[SEEN] > settings.SESSION_IDLE_HOURS * 3600 or now - session[BEGAN] > settings.SESSION_DAYS * 86400)


def session_is_due(session: SessionBase) -> bool:
    """Whether a minute has passed since it was last seen, or the clock was set back."""
    return not 0 <= time.time() - session[SEEN] < WRITE_EVERY_S


def session_seen(*, person: User, session: SessionBase, ip: str) -> None:
    """It is used."""
    now = timezone.now()
    session[SEEN] = now.timestamp()
    SignedSession.objects.filter(pk=session[ROW], person_id=person.pk).update(
        last_at=now, network=shortened(ip), key=session.session_key, stamp=person.get_session_auth_hash())


def session_moved(*, person: User, session: SessionBase) -> None:
    """Its key or the stamp of the account changed, and it goes on."""
    SignedSession.objects.filter(pk=session.get(ROW, 0), person_id=person.pk).update(
        key=session.session_key, stamp=person.get_session_auth_hash())


def session_left(*, session: SessionBase) -> None:
    """The person signed out, or it is over."""
    SignedSession.objects.filter(pk=session.get(ROW, 0)).delete()


@transaction.atomic
def session_end(*, person: User, session_id: int) -> None:
    """End one of one's own sessions at once. Raises ``DoesNotExist``."""
    row = SignedSession.objects.select_for_update().get(pk=session_id, person_id=person.pk)
    import_module(settings.SESSION_ENGINE).SessionStore(row.key).delete()
    row.delete()
    audit.record(actor=person, verb="person.session_ended", target=person, after={"person": person.name})


def forget_old() -> tuple[int, int]:
    """Remove counts and familiar addresses that no longer matter, and sessions that are over; how many of each kind.

    A count is forgotten a day after its last failure at the latest, so two days lose none.
    """
    now = timezone.now()
    counts, _by = Attempts.objects.filter(last_at__lt=now - dt.timedelta(days=2)).delete()
    places, _by = FamiliarAddress.objects.filter(last_at__lt=now - dt.timedelta(days=FAMILIAR_DAYS)).delete()
    over = Q(last_at__lt=now - dt.timedelta(hours=settings.SESSION_IDLE_HOURS + 1)) | Q(
        first_at__lt=now - dt.timedelta(days=settings.SESSION_DAYS + 1))
    sessions, _by = SignedSession.objects.filter(over).delete()
    Session.objects.filter(expire_date__lt=now).delete()          # of browsers that never came back
    return counts + places, sessions


def sessions_drop(leaving: Leaving) -> int:
    """End every session of a person who is erased, also in the store of the web server."""
    keys = list(SignedSession.objects.filter(person_id=leaving.person_id).values_list("key", flat=True))
    for key in keys:
        import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
    return int(SignedSession.objects.filter(person_id=leaving.person_id).delete()[0])
