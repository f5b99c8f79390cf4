"""The second step: set up, passed at sign-in, recovery codes, turned off, taken away by an administrator."""

from collections.abc import Callable
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from sheber.kit.errors import DomainError
from sheber.kit.http import Request, refused
from sheber.spine.accounts import queries, services
from sheber.spine.accounts.forms.second import CodeForm, FirstCodeForm, ProofForm
from sheber.spine.accounts.middleware import must_have
from sheber.spine.accounts.pictures import picture
from sheber.spine.accounts.rules import totp
from sheber.spine.accounts.rules.sealing import seal, unseal
from sheber.spine.accounts.waiting import STEP_VOUCHED, WAITING, came_from, who_waits
from sheber.spine.people.models import User
from sheber.spine.people.views.signing import next_address, signed_in

from .reasons import reason_page
from .staying import stay

NEW_SECRET: Final = "accounts_new_secret"  # noqa: S105 - a name


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_check(request: Request) -> HttpResponse:
    """The second step at sign-in; also for a session that began without it."""
    person: User | None
    if request.user.is_authenticated:
        person = request.user
        if request.session.get(services.PASSED) or not queries.has_second_step(request.user.pk):
            return redirect(next_address(request))
    else:
        person = who_waits(request)
    if person is None:
        return redirect("people:sign_in")
    form, person_id = CodeForm(request.POST if request.method == "POST" else None), person.pk
    if form.is_bound and form.is_valid() and _tried(
            request, person, form, "code", lambda: services.second_step_pass(person_id=person_id, text=form.cleaned_data["code"])):
        if request.user.is_authenticated:
            stay(request, person)
            answer: HttpResponse = redirect(next_address(request))
        else:
            kept = request.session.pop(WAITING, None) or {}
            answer = signed_in(request, person, via=str(kept.get("via", "")))
            came_from(request, str(kept.get("via", "")), str(kept.get("hint", "")))
        request.session[services.PASSED] = True
        return answer
    return render(request, "accounts/second_check.html", {"form": form, "next": next_address(request, default="")},
                  status=422 if form.is_bound else 200)


@never_cache
@require_GET
def second(request: Request) -> HttpResponse:
    """How things stand."""
    return render(request, "accounts/second.html", {"step": queries.second_step(cast(User, request.user).pk),
                                                    "required": _required(request)})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_setup(request: Request) -> HttpResponse:
    """Scan or type the key, type a first code, get the recovery codes."""
    person = cast(User, request.user)
    if queries.has_second_step(person.pk):
        return redirect("accounts:second")
    secret = unseal(request.session.get(NEW_SECRET, "")) or totp.new_secret()
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found: list[tuple[User, list[str]]] = []
        if _tried(request, person, form, "code", lambda: found.append(
                services.second_step_start(person_id=person.pk, secret=secret, code=form.cleaned_data["code"]))):
            changed, codes = found[0]
            request.session.pop(NEW_SECRET, None)
            request.session[services.PASSED] = True
            stay(request, changed)
            return _codes_page(request, codes, fresh=True)
    if NEW_SECRET not in request.session or unseal(request.session[NEW_SECRET]) is None:
        request.session[NEW_SECRET] = seal(secret)
    key = totp.as_text(secret)
    link = totp.uri(secret, account=person.email, issuer=f"Sheber {request.get_host().split(':')[0]}")
    return render(request, "accounts/second_setup.html", {
        "form": form, "next": next_address(request, default=""), "required": _required(request),
        "key": " ".join(key[at:at + 4] for at in range(0, len(key), 4)),
        "link": link, "picture": picture(link)},
        status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_codes(request: Request) -> HttpResponse:
    """New recovery codes in place of the earlier ones."""
    found: list[str] = []
    form = ProofForm(request.POST if request.method == "POST" else None)
    person = cast(User, request.user)
    if form.is_bound and form.is_valid() and _tried(request, person, form, "proof", lambda: found.extend(
            services.recovery_codes_renew(person_id=person.pk, proof=form.cleaned_data["proof"]))):
        return _codes_page(request, found, fresh=False)
    return _proof_page(request, form, heading=_("New recovery codes"), button=_("Make new codes"),
                       purpose=_("The codes you have now open nothing any more."))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_off(request: Request) -> HttpResponse:
    """Turn it off."""
    found: list[User] = []
    form = ProofForm(request.POST if request.method == "POST" else None)
    person = cast(User, request.user)
    if form.is_bound and form.is_valid() and _tried(request, person, form, "proof", lambda: found.append(
            services.second_step_stop(person_id=person.pk, proof=form.cleaned_data["proof"]))):
        request.session.pop(services.PASSED, None)
        request.session.pop(STEP_VOUCHED, None)
        stay(request, found[0])
        messages.success(request, _("The second step is turned off. Other sessions have ended."))
        return redirect("accounts:second")
    return _proof_page(request, form, heading=_("Turn off the second step"), button=_("Turn it off"), danger=True,
                       purpose=_("From then on your password alone opens your account. All your other sessions end."))


@require_http_methods(["GET", "HEAD", "POST"])
def second_reset(request: Request, person_id: int) -> HttpResponse:
    """Take away the second step of somebody who lost app and codes."""
    return reason_page(
        request, person_id, lambda reason: services.second_step_reset(actor=request.user, person_id=person_id, reason=reason),
        heading=_("Take away the second step"), button=_("Take it away"),
        done=_("The second step is taken away. The person signs in with the password and sets up another one."),
        purpose=_("For somebody who lost the telephone and the recovery codes. Make sure that it is them who ask."))


def _tried(request: Request, person: User, form: forms.Form, field: str, act: Callable[[], object]) -> bool:
    """Whether it was done; a refusal stands beside the field. What was typed wrong counts against the account, as at sign-in."""
    attempt = services.attempt_begin(email=person.email, ip=str(request.META.get("REMOTE_ADDR", "")), kind="code")
    if attempt.held_until is not None:
        refused(request, "code_held")
        form.add_error(field, _("There were too many attempts. Try again later."))
        return False
    try:
        act()
    except DomainError as no:
        form.add_error(field, str(no.message))
        if no.code in {"code_wrong", "proof_wrong"}:
            refused(request, no.code)
            services.attempt_failed(attempt=attempt, email=person.email, kind="code", repeated=bool(no.detail.get("repeated")))
        else:
            services.attempt_succeeded(attempt=attempt)
        return False
    services.attempt_succeeded(attempt=attempt)
    return True


def _required(request: Request) -> bool:
    return bool(settings.REQUIRE_SECOND_FACTOR) and must_have(cast(User, request.user))


def _codes_page(request: Request, codes: list[str], *, fresh: bool) -> HttpResponse:
    return render(request, "accounts/second_codes.html", {"codes": codes, "fresh": fresh,
                                                          "next": next_address(request, default=reverse("accounts:second"))})


def _proof_page(request: Request, form: ProofForm, **words: Any) -> HttpResponse:
    if not queries.has_second_step(cast(User, request.user).pk):
        return redirect("accounts:second")
    return render(request, "accounts/second_proof.html", {"form": form, **words}, status=422 if form.is_bound else 200)
