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
CONFIRMED: Final = "accounts_confirmed"
STEP_VOUCHED: Final = "accounts_step_vouched"
"""Names in a session: second since 1970 at which the person last proved who they are; a provider vouches for the second step."""
VOUCHED: Final = "sheber_second_step_vouched"
VIA: Final = "sheber_signing_via"
"""Names at a request that comes back from a provider."""


def ask_second_step(request: HttpRequest, person: User, target: str) -> HttpResponse | None:
    """After the right password: whoever set up a second step is asked for it, and is nobody until it is passed.

    A provider whose word is taken for a second step has set :data:`VOUCHED` at the request; ``VIA`` names the provider either way.
    """
    if getattr(request, VOUCHED, False) or not queries.has_second_step(person.pk):
        return None
    request.session.cycle_key()
    request.session[WAITING] = {"person": person.pk, "stamp": person.get_session_auth_hash(), "at": time.time(),
                                "via": getattr(request, VIA, "")}
    return HttpResponseRedirect(f"{reverse('accounts:second_check')}?{urlencode({'next': target})}")


def who_waits(request: HttpRequest) -> User | None:
    """Who gave the right password a short while ago in this browser; nobody when the account has changed since."""
    kept = request.session.get(WAITING)
    if kept is None or not 0 <= time.time() - kept["at"] <= WAITS_S:
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    return person if person is not None and constant_time_compare(kept["stamp"], person.get_session_auth_hash()) else None
