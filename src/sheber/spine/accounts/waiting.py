"""The state between the right password and the second step: kept in the session of somebody who is nobody yet."""

import time
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from sheber.spine.people.models import User

from . import queries
from .rules.sealing import seal

WAITING: Final = "accounts_waiting"
WAITS_S: Final = 10 * 60
PROVIDER: Final = "accounts_provider"
"""Name in a session that a provider began: its key, and the id_token, sealed."""
LONGEST_HINT: Final = 4000
"""Signs; an address of more than some 8000 is refused by servers and by what stands before them."""
CONFIRMED: Final = "accounts_confirmed"
STEP_VOUCHED: Final = "accounts_step_vouched"
"""Names in a session: second since 1970 at which the person last proved who they are; a provider vouches for the second step."""
VOUCHED: Final = "sheber_second_step_vouched"
VIA: Final = "sheber_signing_via"
HINT: Final = "sheber_signing_hint"
"""Names at a request that comes back from a provider."""


def ask_second_step(request: HttpRequest, person: User, target: str) -> HttpResponse | None:
    """After the right password: whoever set up a second step is asked for it, and is nobody until it is passed.

    A provider whose word is taken for a second step has set :data:`VOUCHED` at the request; ``VIA`` names the provider either way.
    """
    if getattr(request, VOUCHED, False) or not queries.has_second_step(person.pk):
        return None
    request.session.cycle_key()
    request.session[WAITING] = {"person": person.pk, "stamp": person.get_session_auth_hash(), "at": time.time(),
                                "via": getattr(request, VIA, ""), "hint": getattr(request, HINT, "")}
    return HttpResponseRedirect(f"{reverse('accounts:second_check')}?{urlencode({'next': target})}")


def came_from(request: HttpRequest, provider: str, hint: str) -> None:
    """Remember in a session that has begun who vouched for the person, so that they can be signed out there too."""
    if provider:
        request.session[PROVIDER] = {"key": provider, "hint": hint}


def sealed_hint(id_token: str) -> str:
    """An id_token as it may be kept in a session: it names the person, so it is sealed; one that no address would hold is not kept."""
    return seal(id_token.encode()) if 0 < len(id_token) <= LONGEST_HINT else ""


def who_waits(request: HttpRequest) -> User | None:
    """Who gave the right password a short while ago in this browser; nobody when the account has changed since."""
    kept = request.session.get(WAITING)
    if kept is None or not 0 <= time.time() - kept["at"] <= WAITS_S:
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    return person if person is not None and constant_time_compare(kept["stamp"], person.get_session_auth_hash()) else None
