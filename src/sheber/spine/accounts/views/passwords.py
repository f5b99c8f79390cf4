"""Changing a password, and setting a new one by a link."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.http import Request, own_address
from sheber.spine.accounts import services
from sheber.spine.accounts.forms.passwords import ChangePasswordForm, ForgottenForm, NewPasswordForm
from sheber.spine.people import services as people
from sheber.spine.people.models import User

from .staying import stay


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: Request) -> HttpResponse:
    """Change one's own password; this session goes on, all others end."""
    _are_used()
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person = cast(User, request.user)
        attempt = services.attempt_begin(email=person.email, ip=str(request.META.get("REMOTE_ADDR", "")))
        if attempt.held_until is not None:
            form.add_error("old", _("There were too many attempts. Try again later."))
        else:
            try:
                changed = services.password_change(person_id=person.pk, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
            except DomainError as wrong:
                if wrong.code == "password_wrong":
                    services.attempt_failed(attempt=attempt, email=person.email)
                else:
                    services.attempt_succeeded(attempt=attempt)
                _tell(form, wrong)
            else:
                services.attempt_succeeded(attempt=attempt)
                stay(request, changed)
                messages.success(request, _("The password is changed. Other sessions have ended."))
                return redirect("people:account")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def sessions_end(request: Request) -> HttpResponse:
    """End all one's other sessions; this one goes on."""
    person = cast(User, request.user)
    people.sessions_end(actor=person, person_id=person.pk)
    stay(request, User.objects.get(pk=person.pk))
    messages.success(request, _("Your other sessions have ended."))
    return redirect("people:account")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: Request) -> HttpResponse:
    """Ask for a link. The answer is the same for every address."""
    _are_used()
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.reset_letter_send(
            email=form.cleaned_data["email"], ip=str(request.META.get("REMOTE_ADDR", "")),
            link=lambda uid, token: own_address(request, reverse("accounts:reset", args=[uid, token])))
        return render(request, "accounts/forgotten.html", {"asked": True})
    return render(request, "accounts/forgotten.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: Request, uid: str, token: str) -> HttpResponse:
    """Set a new password by the link of the letter; then sign in with it."""
    _are_used()
    if services.person_of_link(uid, token) is None:
        return render(request, "accounts/reset.html", {"dead": True}, status=410)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.password_reset(uid=uid, token=token, new=form.cleaned_data["new"])
        except DomainError as wrong:
            if wrong.code == "link_dead":
                return render(request, "accounts/reset.html", {"dead": True}, status=410)
            _tell(form, wrong)
        else:
            messages.success(request, _("The new password is set. Sign in with it."))
            return redirect("people:sign_in")
    return render(request, "accounts/reset.html", {"form": form}, status=422 if form.is_bound else 200)


def _are_used() -> None:
    """There are no such pages where people sign in with their university or employer only."""
    if not settings.PASSWORD_SIGN_IN:
        raise Http404


def _tell(form: NewPasswordForm, wrong: DomainError) -> None:
    for name, sentences in wrong.detail["fields"].items():
        for sentence in sentences:
            form.add_error(name, sentence)
