"""Before what matters, a person proves again who they are, unless they did so a short while ago.

Works in front of the views, so that none of them knows of it: a POST that matters is answered with a page that asks for the proof and
carries all that was typed; when the proof is right, the very same request goes on. API tokens are not asked: nobody sits there.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.http import refused
from sheber.spine.people.access import narrowing_of
from sheber.spine.people.middleware import API_PREFIX
from sheber.spine.people.models import User

from . import queries, services
from .forms.confirming import ConfirmForm
from .waiting import CONFIRMED

FIELD: Final = "confirm-proof"
SENSITIVE: Final = frozenset({
    "people:role_grant", "people:role_dates", "people:role_end", "people:invite", "people:invitation_resend", "people:person_edit",
    "accounts:second_reset", "accounts:second_setup", "integrations:token_new",
    "api-v1:people_roles", "api-v1:people_role", "api-v1:people_role_end", "api-v1:people_invitations", "api-v1:people_invitation_resend",
    "api-v1:people_person"})
"""Giving and ending roles, inviting, another e-mail address, a second step set up or taken away, tokens."""
ALWAYS: Final = frozenset({"accounts:identity_link"})
"""Asked for even where ``CONFIRM_MINUTES`` is 0: a link is a way in that stays."""
LOOKS_ONLY: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class ConfirmMiddleware:
    """Stands behind the one of the second step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any,
                     kwargs: dict[str, Any]) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method in LOOKS_ONLY or not _matters(request, name, kwargs) or is_fresh(request):
            return None
        person = request.user
        if not isinstance(person, User) or narrowing_of(person) is not None:
            return None
        refused(request, "confirm_first")
        if request.path.startswith(API_PREFIX):
            return JsonResponse({"code": "confirm_first", "detail": {}, "message": _(
                "Prove again who you are: sign in anew, or ask with a token.")}, status=403)
        form = ConfirmForm({FIELD: request.POST[FIELD]} if FIELD in request.POST else None)
        if form.is_bound and form.is_valid() and _proved(request, person, form):
            request.session[CONFIRMED] = time.time()
            refused(request, "")
            return None
        return _page(request, person, form)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are a short while ago."""
    minutes = settings.CONFIRM_MINUTES or 5
    return 0 <= time.time() - float(request.session.get(CONFIRMED, 0)) <= minutes * 60


def _matters(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    if name in ALWAYS:
        return True
    if not settings.CONFIRM_MINUTES:
        return False
    # People with their roles come in by a table too; the file was read before, and what is sent now is its number.
    by_table = kwargs.get("name") == "people" and (name == "api-v1:exchange_apply" or (name == "exchange:table" and "plan" in request.POST))
    return name in SENSITIVE or by_table


def _proved(request: HttpRequest, person: User, form: ConfirmForm) -> bool:
    """Whether the password or the code is right. A wrong one counts against the account, as at sign-in."""
    attempt = services.attempt_begin(email=person.email, ip=str(request.META.get("REMOTE_ADDR", "")), kind="code")
    if attempt.held_until is not None:
        refused(request, "code_held")
        form.add_error("proof", _("There were too many attempts. Try again later."))
        return False
    try:
        services.person_prove(person_id=person.pk, proof=form.cleaned_data["proof"])
    except DomainError as no:
        refused(request, "proof_wrong")
        services.attempt_failed(attempt=attempt, email=person.email, kind="code", repeated=bool(no.detail.get("repeated")))
        form.add_error("proof", str(no.message))
        return False
    services.attempt_succeeded(attempt=attempt)
    return True


def _page(request: HttpRequest, person: User, form: ConfirmForm) -> HttpResponse:
    kept = [(key, value) for key, values in request.POST.lists() if key not in {"csrfmiddlewaretoken", FIELD} for value in values]
    linked = {row.issuer for row in queries.identities_of(person.pk)}
    ways = [(one.key, one.name(person.language)) for one in settings.OIDC_PROVIDERS if one.issuer in linked]
    has_password, has_step = settings.PASSWORD_SIGN_IN and person.has_usable_password(), queries.has_second_step(person.pk)
    answer = render(request, "accounts/confirm.html", {
        "form": form, "field": FIELD, "kept": kept, "ways": ways, "can_type": has_password or has_step,
        "address": request.get_full_path()}, status=422 if form.is_bound else 403)
    answer["Cache-Control"] = "no-store"
    return answer
