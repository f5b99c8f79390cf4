"""Several workers send, several ask at once, each on a connection of its own. Needs a database that threads share."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable

from django.db import connection
from django.test import override_settings
from django.utils import timezone

from sheber.spine.notices import services, types
from sheber.spine.notices.models import Habit, Letter, Notice
from sheber.spine.people.tests.factories import make_user

from .post_office import post_office

WORKERS = 4
LETTERS = 40


def run_all() -> None:
    """Raises ``AssertionError``."""
    with post_office() as office, override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=office.port, EMAIL_TIMEOUT=10,
            EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, EMAIL_HOST_USER="", MAIL_CONFIGURED=True):
        for n in range(LETTERS):
            services.letter_write(type="people.invitation", email=f"{n}@example.invalid", language="en", body="one of many")
        assert together(services.letters_send) == []
        got = Counter(receiver for receiver, _message in office.taken)
        assert got == {f"{n}@example.invalid": 1 for n in range(LETTERS)}, got
        assert len({message["Message-ID"] for _receiver, message in office.taken}) == LETTERS
        assert set(Letter.objects.values_list("state", "attempts", "sealed")) == {("sent", 1, "")}
    once()
    digests()


def once() -> None:
    """Told once under a key, however many tell it at the same moment; one letter too."""
    types.register("test.raced", title="Raced", letters="at_once")
    try:
        person = make_user()
        assert together(lambda: services.notify(person, "test.raced", once="day/1")) == []
        assert Notice.objects.filter(person=person).count() == 1
        assert Letter.objects.filter(person=person).count() == 1
    finally:
        types.forget("test.raced")


def digests() -> None:
    """One digest, however many write digests at the same moment."""
    types.register("test.daily", title="Daily", letters="daily")
    try:
        person = make_user()
        services.notify(person, "test.daily")
        Notice.objects.filter(person=person).update(created_at=timezone.now() - dt.timedelta(days=2))
        assert together(services.digests_write) == []
        assert Letter.objects.filter(person=person).count() == 1
        assert Habit.objects.filter(person=person, daily_on__isnull=False).count() == 1
    finally:
        types.forget("test.daily")


def together(act: Callable[[], object]) -> list[str]:
    """What went wrong when many do it at once."""
    start, wrong = threading.Barrier(WORKERS), []

    def run() -> None:
        try:
            start.wait(10)
            act()
        except Exception as failed:
            wrong.append(repr(failed))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return wrong
