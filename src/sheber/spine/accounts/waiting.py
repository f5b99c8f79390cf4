"""The state between the right password and the second step: kept in the session of somebody who is nobody yet."""

import time
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from sheber.spine.people.models import User

from . import queries

WAITING: Final = "accounts_waiting"
WAITS_S: Final = 10 * 60


def ask_second_step(request: HttpRequest, person: User, target: str) -> HttpResponse | None:
    """After the right password: whoever set up a second step is asked for it, and is nobody until it is passed."""
    if not queries.has_second_step(person.pk):
        return None
    request.session.cycle_key()
    request.session[WAITING] = {"person": person.pk, "stamp": person.get_session_auth_hash(), "at": time.time()}
    return HttpResponseRedirect(f"{reverse('accounts:second_check')}?{urlencode({'next': target})}")


def who_waits(request: HttpRequest) -> User | None:
    """Who gave the right password a short while ago in this browser; nobody when the account has changed since."""
    kept = request.session.get(WAITING)
    if kept is None or not 0 <= time.time() - kept["at"] <= WAITS_S:
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    return person if person is not None and constant_time_compare(kept["stamp"], person.get_session_auth_hash()) else None
