"""Single sign-on: to the provider and back, accounts of providers linked and unlinked."""

import logging
import time
from collections.abc import Sequence
from typing import Any, Final, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.http import Request, refused
from sheber.spine.accounts import provider_client, queries, services
from sheber.spine.accounts.models import Identity
from sheber.spine.accounts.provider_client import LEEWAY_S, ProviderGoneError, ProviderRefusedError, Told
from sheber.spine.accounts.rules.providers import Provider
from sheber.spine.accounts.waiting import CONFIRMED, HINT, STEP_VOUCHED, VIA, VOUCHED, came_from, sealed_hint
from sheber.spine.people import steps
from sheber.spine.people.models import User
from sheber.spine.people.steps import Way
from sheber.spine.people.views.invitations import SESSION_KEY as INVITATION
from sheber.spine.people.views.signing import next_address, signed_in

from .reasons import reason_page

_log: Final = logging.getLogger("sheber.accounts")


def ways(_request: HttpRequest) -> Sequence[Way]:
    """A button for each provider."""
    return [Way(_("Sign in with %(provider)s") % {"provider": _named(one)}, reverse("accounts:sso", args=[one.key]), one.vouches_for)
            for one in settings.OIDC_PROVIDERS]


@never_cache
@require_POST
def sso(request: Request, provider: str) -> HttpResponse:
    """Off to the provider."""
    if request.user.is_authenticated:
        return redirect(next_address(request))
    return _off(request, _provider(provider), purpose="sign_in")


@never_cache
@require_http_methods(["GET"])
def sso_back(request: Request, provider: str) -> HttpResponse:
    """Back from the provider, once."""
    one = _provider(provider)
    try:
        told, kept = provider_client.come_back(one, request)
        return {"link": _linked, "confirm": _confirmed}.get(str(kept.get("purpose")), _in)(request, one, told, kept)
    except ProviderGoneError as gone:
        return _gone(request, one, gone)
    except ProviderRefusedError as no:
        _log.warning("single sign-on: %s: %s", one.key, no)
        sentence = {
            "state": _("This way back from the provider was used already, is too old, or began in another browser. Begin again."),
            "denied": _("The provider says that you did not go on, or may not.")}.get(no.code, _(
                "What the provider sent does not prove who you are. Begin again; if it goes on, tell whoever looks after this server."))
        return _refused(request, one, sentence)
    except DomainError as no:
        _log.warning("single sign-on: %s: %s", one.key, no.code)
        return _refused(request, one, str(no.message))


def _in(request: Request, one: Provider, told: Told, kept: dict[str, Any]) -> HttpResponse:
    """The session begins, or the second step is asked for."""
    person = _who(request, told, kept)
    setattr(request, VIA, one.key)
    setattr(request, HINT, sealed_hint(told.id_token))
    setattr(request, VOUCHED, told.second_step)
    target = str(kept.get("next") or "")
    asked = steps.asked(request, person, target)
    if asked is not None:
        return asked
    answer = signed_in(request, person, via=one.key, target=target)
    came_from(request, one.key, getattr(request, HINT))
    if told.second_step:
        request.session[services.PASSED] = request.session[STEP_VOUCHED] = True
    # A session at the provider may be hours old: what it says of the moment counts, not that of the way back.
    request.session[CONFIRMED] = told.auth_time or 0
    return answer


@never_cache
@require_GET
def identities(request: Request) -> HttpResponse:
    """Accounts at providers that let one in here."""
    rows = queries.identities_of(cast(User, request.user).pk)
    linked = {row.issuer: row for row in rows}
    offered = [(one.key, _named(one), linked.pop(one.issuer, None)) for one in settings.OIDC_PROVIDERS]
    return render(request, "accounts/identities.html", {"offered": offered, "gone": list(linked.values())})


@never_cache
@require_POST
def identity_link(request: Request, provider: str) -> HttpResponse:
    """Off to the provider, to link what it says with the account that is open. Who it is was confirmed a moment ago."""
    return _off(request, _provider(provider), purpose="link", again=True)


@never_cache
@require_POST
def identity_unlink(request: Request, identity_id: int) -> HttpResponse:
    """End a link."""
    try:
        services.identity_unlink(person=cast(User, request.user), identity_id=identity_id)
    except Identity.DoesNotExist as no:
        raise Http404 from no
    except DomainError as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, _("The link has ended."))
    return redirect("accounts:identities")


@require_http_methods(["GET", "HEAD", "POST"])
def identities_end(request: Request, person_id: int) -> HttpResponse:
    """End the links of somebody who no longer belongs to a provider, or whom it made anew."""
    return reason_page(
        request, person_id, lambda reason: services.identities_end(actor=request.user, person_id=person_id, reason=reason),
        heading=_("End links for single sign-on"), button=_("End the links"), done=_("The links have ended."),
        purpose=_("For somebody who left the provider, or whom it made anew. Their sessions end too."))


@never_cache
@require_POST
def confirm_at(request: Request, provider: str) -> HttpResponse:
    """Off to the provider, to sign in there anew."""
    return _off(request, _provider(provider), purpose="confirm", again=True)


def _off(request: Request, one: Provider, *, purpose: str, again: bool = False) -> HttpResponse:
    kept = {"purpose": purpose, "next": next_address(request, default=""), "person": request.user.pk or 0, "at": time.time()}
    back = request.build_absolute_uri(reverse("accounts:sso_back", args=[one.key]))
    try:
        return HttpResponseRedirect(provider_client.way_to(one, request, back=back, kept=kept, again=again))
    except ProviderGoneError as gone:
        return _gone(request, one, gone)


def _who(request: Request, told: Told, kept: dict[str, Any]) -> User:
    """Who signs in; with an open invitation that waits in this browser, a new person."""
    try:
        return services.identity_person(told=told)
    except DomainError as no:
        token = str(request.session.get(INVITATION, ""))
        if no.code != "sso_unknown" or not token or kept.get("next") != reverse("people:invitation"):
            raise
    person = services.identity_accept(token=token, told=told)
    del request.session[INVITATION]
    kept["next"] = reverse("people:account")
    return person


def _linked(request: Request, one: Provider, told: Told, kept: dict[str, Any]) -> HttpResponse:
    if not request.user.is_authenticated or request.user.pk != kept.get("person"):
        return _refused(request, one, _("Somebody else is signed in now. Begin again."))
    services.identity_link(person_id=request.user.pk, told=told)
    messages.success(request, _("The account of %(provider)s is linked. You can sign in with it.") % {"provider": _named(one)})
    return redirect("accounts:identities")


def _confirmed(request: Request, one: Provider, told: Told, kept: dict[str, Any]) -> HttpResponse:
    person_id = queries.person_of_identity(one.issuer, told.subject)
    is_fresh = told.auth_time is not None and told.auth_time >= float(kept.get("at", time.time())) - LEEWAY_S
    if person_id is None or person_id != request.user.pk or person_id != kept.get("person"):
        return _refused(request, one, _("At the provider somebody else is signed in."))
    if not is_fresh:
        return _refused(request, one, _("The provider did not ask you to sign in anew. Use your password or a code instead."))
    request.session[CONFIRMED] = time.time()
    return render(request, "accounts/confirmed.html", {})


def _provider(key: str) -> Provider:
    found = next((one for one in settings.OIDC_PROVIDERS if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _named(one: Provider) -> str:
    return one.name(get_language() or "")


def _gone(request: Request, one: Provider, gone: ProviderGoneError) -> HttpResponse:
    _log.error("single sign-on: %s", gone)
    return _page(request, one, _("%(provider)s does not answer") % {"provider": _named(one)}, _(
        "Nothing of yours is lost. Try again in a few minutes; if it goes on, tell whoever looks after this server."), status=503)


def _refused(request: Request, one: Provider, sentence: str) -> HttpResponse:
    refused(request, "provider_proves_nobody")
    heading = _("This did not work") if request.user.is_authenticated else _("You are not signed in")
    return _page(request, one, heading, sentence, status=403)


def _page(request: Request, one: Provider, heading: str, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "accounts/sso_refused.html", {
        "heading": heading, "sentence": sentence, "provider": one.key, "by_password": settings.PASSWORD_SIGN_IN}, status=status)
