"""Signing in and out, the tour of the demonstration, language and theme, and one's own account."""

from typing import cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit.http import Request, stays_here
from sheber.kit.localised import LANGUAGES
from sheber.spine.people import queries, services, steps
from sheber.spine.people.forms.signing import SignInForm
from sheber.spine.people.models import User

COOKIE_AGE_S = 365 * 24 * 3600
THEME_COOKIE = "sheber_theme"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """By e-mail and password; in the demonstration also as a persona, one click away."""
    if request.user.is_authenticated:
        return redirect(next_address(request))
    if request.method == "POST" and not settings.PASSWORD_SIGN_IN:
        raise Http404
    form = SignInForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        return steps.asked(request, form.user, next_address(request)) or signed_in(request, form.user)
    context = {"form": form, "next": next_address(request, default=""), "personas": queries.personas() if settings.DEMONSTRATION else (),
               "ways": steps.other_ways(request), "by_password": settings.PASSWORD_SIGN_IN}
    # 422: the same page again, with what is wrong; a cache or a script does not take it for a success.
    return render(request, "people/sign_in.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def sign_in_as(request: Request, user_id: int) -> HttpResponse:
    """Take the tour as a persona. There is no such address outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise Http404
    person = get_object_or_404(User, pk=user_id, persona_order__isnull=False, is_synthetic=True, is_active=True)
    return signed_in(request, person, as_persona=True)


@never_cache
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session; what it held is forgotten. Whoever came from a provider goes on there."""
    held = dict(request.session.items())
    logout(request)
    return steps.left(request, held) or redirect("people:sign_in")


@require_POST
def language(request: Request) -> HttpResponse:
    """Remember the language: in a cookie, and on the account when signed in."""
    wanted = request.POST.get("language", "")
    if wanted not in LANGUAGES:
        return HttpResponseBadRequest(_("There is no such language."))
    return _remembered(request, name=settings.LANGUAGE_COOKIE_NAME, field="language", value=wanted)


@require_POST
def theme(request: Request) -> HttpResponse:
    """Remember the theme: in a cookie, and on the account when signed in."""
    wanted = request.POST.get("theme", "")
    if wanted not in services.THEMES:
        return HttpResponseBadRequest(_("There is no such theme."))
    return _remembered(request, name=THEME_COOKIE, field="theme", value=wanted)


@require_GET
def me(_request: Request) -> HttpResponse:
    """One's own page."""
    return redirect("people:account")


@require_GET
def account(request: Request) -> HttpResponse:
    """One's own name, the roles one holds with nodes and dates, and the choices of language and theme."""
    roles = queries.roles_of(cast(User, request.user).pk)
    themes = [("auto", _("As the system")), ("light", pgettext("theme", "Light")), ("dark", pgettext("theme", "Dark"))]
    return render(request, "people/account.html", {
        "person": request.user, "roles": roles, "held": sum(role.is_current for role in roles), "themes": themes,
        "ways": steps.other_ways(request), "by_password": settings.PASSWORD_SIGN_IN})


def signed_in(request: Request, person: User, *, as_persona: bool = False, via: str = "", target: str = "") -> HttpResponse:
    """Begin the session: whoever calls this has seen to it that it is the person. ``via``: whose word was taken for it.

    ``target`` is an address of ours; without one the request says where to go.
    """
    target = target or next_address(request)
    # A person who was signed in leaves first: nothing of their session passes to the next one.
    if request.user.is_authenticated:
        logout(request)
    login(request, person, backend=BACKEND)
    services.sign_in_record(person=person, as_persona=as_persona, via=via)
    response = HttpResponseRedirect(target)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _cookie(request, response, settings.LANGUAGE_COOKIE_NAME, person.language)
    return response


def _remembered(request: Request, *, name: str, field: str, value: str) -> HttpResponse:
    if isinstance(request.user, User):
        services.preferences_set(person=request.user, **{field: value})
    by_script = request.headers.get("X-Requested-With") == "fetch"
    response = HttpResponse(status=204) if by_script else HttpResponseRedirect(next_address(request))
    _cookie(request, response, name, value)
    return response


def _cookie(request: Request, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=COOKIE_AGE_S, samesite="Lax", secure=request.is_secure())


def next_address(request: Request, default: str | None = None) -> str:
    """Where to go afterwards: ``next`` when it is an address of this server, otherwise the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if stays_here(wanted, host=request.get_host(), secure=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL) if default is None else default
