"""Sessions end when they are left alone or too old; whoever decides for others has a second step before going on."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sheber.kit.access import find_rule
from sheber.kit.http import refused
from sheber.spine.people.access import narrowing_of, visible_paths
from sheber.spine.people.middleware import API_PREFIX
from sheber.spine.people.models import User

from . import queries, services
from .services.sessions import BEGAN
from .waiting import STEP_VOUCHED

DECIDES: Final = ("programme.publish", "role.grant")
"""Whoever holds one of these anywhere needs a second step where the installation asks for it."""
CLEARED: Final = '"storage"'
"""What a browser throws away when a session ends. Pages of a session are in no cache; cookies of language and theme are no secret."""
NEEDS_STEP: Final = frozenset({"integrations:token_new"})
"""What outlives the session: a session that did not pass the second step of its person is asked for it first."""


def sessions_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Stands behind the one that knows the person. Writes at most once a minute for each session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        held = settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session
        if held:
            _look(request)
        answer = get_response(request)
        if held and SESSION_KEY not in request.session:
            answer["Clear-Site-Data"] = CLEARED
        return answer

    return middleware


class SecondStepMiddleware:
    """Stands behind the one of access: what a person may not open anyway is refused as before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not (settings.REQUIRE_SECOND_FACTOR or name in NEEDS_STEP) or not request.user.is_authenticated:
            return None
        person = request.user
        if narrowing_of(person) is not None or _always_open(name, request.method or "GET"):
            return None
        has = None
        if name in NEEDS_STEP and not request.session.get(services.PASSED) and (has := queries.has_second_step(person.pk)):
            return _lead(request, "accounts:second_check", "second_step_needed", _("Pass the second step first."))
        if request.session.get(STEP_VOUCHED):                 # the provider asked for one, and its word is taken
            return None
        if settings.REQUIRE_SECOND_FACTOR and must_have(person) and not (queries.has_second_step(person.pk) if has is None else has):
            return _lead(request, "accounts:second_setup", "second_step_missing",
                         _("Your roles need a second step at sign-in. Set it up on the page of your account."))
        return None


def must_have(person: User) -> bool:
    """Whether the roles of the person need a second step; asks nothing that the request has not asked already."""
    return any(visible_paths(person, permission) for permission in DECIDES)


def _always_open(name: str, method: str) -> bool:
    if name.startswith("accounts:") or name in {"people:account", "people:me"}:
        return True
    rule = find_rule(name, method)
    return rule is not None and rule.public


def _lead(request: HttpRequest, page: str, code: str, sentence: str) -> HttpResponse:
    refused(request, code)
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"code": code, "message": sentence, "detail": {}}, status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(page)})
    target = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': target})}" if target else reverse(page))


def _look(request: HttpRequest) -> None:
    session, ip = request.session, str(request.META.get("REMOTE_ADDR", ""))
    if BEGAN not in session:                                  # signed in before sessions were counted
        if request.user.is_authenticated:
            services.session_begin(person=request.user, session=session, ip=ip,
                                   user_agent=request.headers.get("User-Agent", ""))
    elif services.session_is_over(session):
        logout(request)
    elif services.session_is_due(session) and request.user.is_authenticated:
        services.session_seen(person=request.user, session=session, ip=ip)
