"""Deny by default: every named URL has a rule, checked before its view runs."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from sheber.kit.access import Rule, covered, find_rule
from sheber.kit.http import refused

from .access import OWN, PersonAccess, narrowing_of

API_PREFIX: Final = ("/api/", "/ims/")
"""Addresses of programs: those of ours, and those that CASE lays down. Ready for ``str.startswith``."""


class AccessMiddleware:
    """Sets ``request.access`` and lets a view run only when the rule of its address allows the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = PersonAccess(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any,
                     kwargs: dict[str, Any]) -> HttpResponse | None:
        if "\x00" in request.path_info:                    # in no text of the database, and PostgreSQL fails when asked for it
            raise Http404
        match = request.resolver_match
        name = match.view_name if match else ""
        rule = find_rule(name, request.method or "GET")
        if rule is None:
            refused(request, "no_rule")
            if settings.DEBUG:
                raise ImproperlyConfigured(f"the address {name!r} has no rule: state one in an access.py (see sheber.kit.access)")
            return _refuse(request)
        if rule.public:
            return None
        if not request.user.is_authenticated:
            refused(request, "not_signed_in")
            return _ask_to_sign_in(request)
        if _opens(rule, request, kwargs):
            return None
        refused(request, "token_too_narrow" if rule.signed_in else "outside_the_place" if PersonAccess(request.user).visible_paths(
            rule.permission) else "permission_not_held")
        return _refuse(request)


def access_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> AccessMiddleware:
    """For the settings."""
    return AccessMiddleware(get_response)


def _opens(rule: Rule, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    narrowing = narrowing_of(request.user)                  # what a scoped token leaves; None when the person asks
    if rule.signed_in:
        return narrowing is None or rule.any_token or OWN in narrowing.scopes
    if rule.owner is not None and rule.owner(request, **kwargs) == request.user.pk and (narrowing is None or OWN in narrowing.scopes):
        return True
    held = PersonAccess(request.user).visible_paths(rule.permission)
    if not held:
        return False
    if rule.scope is None:
        return True
    place = rule.scope(request, **kwargs)
    if place is None:
        # Told only to those who hold the permission somewhere: others do not learn which numbers exist.
        raise Http404
    return any(covered(path, held) for path in ([place] if isinstance(place, str) else place))


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"code": "not_signed_in", "message": _("Sign in first."), "detail": {}}, status=401)
    sign_in = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        # A redirect would put the sign-in page into a part of the page; this makes the browser go there.
        return HttpResponse(status=204, headers={"HX-Redirect": sign_in})
    target = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': target})}" if target not in {"", "/"} else sign_in)


def _refuse(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"code": "not_allowed", "message": _("Your roles do not allow it here."), "detail": {}}, status=403)
    raise PermissionDenied
