"""Signing out at the provider that vouched for the person, once the session here has ended."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from sheber.kit.http import Request
from sheber.spine.accounts import provider_client
from sheber.spine.accounts.provider_client import ProviderGoneError
from sheber.spine.accounts.rules.sealing import unseal
from sheber.spine.accounts.waiting import PROVIDER

_log: Final = logging.getLogger("sheber.accounts")
LEAVING: Final = "accounts_leaving"
"""Name in the new, empty session: the provider's key, the state it gives back, and whether the person was sent there at all."""


def signed_out(request: HttpRequest, held: Mapping[str, Any]) -> HttpResponse | None:
    """Off to the provider that began the session which has just ended; ``None``: no provider did, or it is stated no longer.

    The session here is over whatever the provider does: one that has no such endpoint, or is gone, gets a sentence on a page of ours.
    """
    kept = held.get(PROVIDER) or {}
    one = next((one for one in settings.OIDC_PROVIDERS if one.key == kept.get("key")), None)
    if one is None:
        return None
    state, ours = secrets.token_urlsafe(16), reverse("accounts:sso_out", args=[one.key])
    hint = (unseal(str(kept.get("hint", ""))) or b"").decode("ascii", "ignore")
    try:
        there = provider_client.way_out(one, hint=hint, back=request.build_absolute_uri(ours), state=state)
    except ProviderGoneError as gone:
        _log.error("signing out: %s", gone)
        there = None
    request.session[LEAVING] = {"key": one.key, "state": state, "sent": there is not None}
    return HttpResponseRedirect(there or ours)


@never_cache
@require_GET
def sso_out(request: Request, provider: str) -> HttpResponse:
    """Signed out: here and at the provider, or here only. Whoever was not sent on from here is shown the page to sign in."""
    one = next((one for one in settings.OIDC_PROVIDERS if one.key == provider), None)
    kept = request.session.get(LEAVING) or {}
    if one is None or kept.get("key") != provider or request.user.is_authenticated:
        return redirect("people:sign_in")
    name = one.name(get_language() or "")
    # Without the state it was not the provider that sent them here: what became of the session there is not known.
    is_out = bool(kept["sent"]) and constant_time_compare(str(kept["state"]), request.GET.get("state", ""))
    heading = _("You are signed out here and at %(provider)s") if is_out else _("You are signed out here")
    sentence = _("Nobody who uses this device after you gets into your account.") if is_out else _(
        "You may still be signed in at %(provider)s. If others use this device, sign out there too, or close the browser.")
    return render(request, "accounts/signed_out.html", {"heading": heading % {"provider": name}, "sentence": sentence % {"provider": name},
                                                        "is_out": is_out})
