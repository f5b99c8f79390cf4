"""One code sent by many at the same moment, each on a connection of its own. Needs a database that threads share."""

import threading
import time
from collections.abc import Callable

from django.db import connection

from sheber.kit.errors import DomainError
from sheber.spine.accounts import services
from sheber.spine.accounts.models import RecoveryCode, SecondStep
from sheber.spine.accounts.rules import totp
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user

SECRET = b"12345678901234567890"
MANY = 6


def run_all() -> None:
    """Raises ``AssertionError``."""
    person, codes = set_up()
    # Of the next step: a step that ends while this runs makes it the present one, which is as good.
    following = totp.code_at(SECRET, int(time.time() // 30) + 1)
    assert sent(person, following) == ["code_wrong"] * (MANY - 1)
    assert sent(person, codes[0]) == ["code_wrong"] * (MANY - 1)
    assert RecoveryCode.objects.filter(person=person, used_at=None).count() == len(codes) - 1
    starts_once()


def starts_once() -> None:
    """Set up twice at once: one secret, ten codes."""
    person = make_user()
    code = totp.code_at(SECRET, int(time.time() // 30))
    refused = together(lambda: services.second_step_start(person_id=person.pk, secret=SECRET, code=code))
    assert refused == ["second_step_already"] * (MANY - 1), refused
    assert (SecondStep.objects.filter(pk=person.pk).count(), RecoveryCode.objects.filter(person=person).count()) == (1, 10)


def set_up() -> tuple[User, list[str]]:
    person = make_user()
    return services.second_step_start(person_id=person.pk, secret=SECRET, code=totp.code_at(SECRET, int(time.time() // 30)))


def sent(person: User, text: str) -> list[str]:
    return together(lambda: services.second_step_pass(person_id=person.pk, text=text))


def together(act: Callable[[], object]) -> list[str]:
    """Codes of the refusals when many do it at once; any other failure is one of its own kind."""
    start, refused = threading.Barrier(MANY), []

    def run() -> None:
        try:
            start.wait(10)
            act()
        except DomainError as no:
            refused.append(no.code)
        except Exception as failed:
            refused.append(repr(failed))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(MANY)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return refused
