"""What is held about oneself, all of it as a file; asking to be erased; consents."""

import time
from typing import Final, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit import consent as kit_consent
from sheber.kit import exports, personal
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.accounts import services as accounts
from sheber.spine.accounts.services.sessions import BEGAN
from sheber.spine.people import access
from sheber.spine.people.models import User

from .. import queries, services
from ..forms import AskForm, PasswordForm, WordsForm
from ..rules import DECIDED_WITHIN

FRESH_S: Final = 600
"""How long ago the session of somebody without a password may have begun."""


@never_cache
@require_GET
def overview(request: Request) -> HttpResponse:
    """What is held, why, and for how long."""
    _no_token(request)
    return render(request, "privacy/overview.html", {"holdings": personal.holdings()})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: Request) -> HttpResponse:
    """All of it, after the password or a fresh sign-in."""
    _no_token(request)
    person = cast(User, request.user)
    if not person.has_usable_password():
        is_fresh = 0 <= time.time() - request.session.get(BEGAN, 0) <= FRESH_S
        if request.method == "POST" and is_fresh:
            return _file(person)
        return render(request, "privacy/download.html", {"is_fresh": is_fresh, "minutes": FRESH_S // 60},
                      status=403 if request.method == "POST" else 200)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _is_right(request, person, form):
        return _file(person)
    return render(request, "privacy/download.html", {"form": form, "is_fresh": True}, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: Request) -> HttpResponse:
    """Ask to be erased, after the password or a fresh sign-in; see what was decided."""
    _no_token(request)
    person, status = cast(User, request.user), 200
    by_password = person.has_usable_password()
    is_fresh = by_password or 0 <= time.time() - request.session.get(BEGAN, 0) <= FRESH_S
    form = (AskForm if by_password else WordsForm)(request.POST if request.method == "POST" else None)
    if form.is_bound:
        status = 422
        if not is_fresh:
            raise PermissionDenied
        if form.is_valid() and (not isinstance(form, PasswordForm) or _is_right(request, person, form)):
            try:
                services.erasure_ask(person=person, words=form.cleaned_data["words"])
            except DomainError as no:
                form.add_error(None, str(no.message))
                status = 409
            else:
                messages.success(request, _("You have asked to be erased. You read here what is decided."))
                return HttpResponseRedirect(reverse("privacy:erasure"))
    return render(request, "privacy/erasure.html", {
        "form": form, "asked": queries.request_of(person.pk), "kept": queries.kept(person.pk), "is_fresh": is_fresh,
        "minutes": FRESH_S // 60, "fates": personal.erasings().values(), "days": DECIDED_WITHIN.days}, status=status)


@never_cache
@require_POST
def erasure_withdraw(request: Request) -> HttpResponse:
    """Take one's request back."""
    _no_token(request)
    try:
        services.erasure_withdraw(person=cast(User, request.user))
    except DomainError as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, _("You took the request back. Nothing was erased."))
    return HttpResponseRedirect(reverse("privacy:erasure"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: Request) -> HttpResponse:
    """Every purpose with its text; each is given and taken back by a button of its own."""
    _no_token(request)
    person, status, fault = cast(User, request.user), 200, ""
    if request.method == "POST":
        number = request.POST.get("version", "")
        try:
            services.consent_set(person=person, purpose=request.POST.get("purpose", ""), is_given=request.POST.get("given") == "yes",
                                 version=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
        except DomainError as no:
            status, fault = 409, str(no.message)
        else:
            messages.success(request, _("Saved. You can change it at any time."))
            return HttpResponseRedirect(reverse("privacy:consents"))
    return render(request, "privacy/consents.html", {
        "rows": queries.consents(person.pk), "history": queries.history(person.pk), "titles": kit_consent.purposes(), "fault": fault},
        status=status)


def _is_right(request: Request, person: User, form: PasswordForm) -> bool:
    """Whether the password is right. A wrong one counts against the account, as at sign-in."""
    attempt = accounts.attempt_begin(email=person.email, ip=str(request.META.get("REMOTE_ADDR", "")))
    if attempt.held_until is not None:
        form.add_error("password", _("There were too many attempts. Try again later."))
        return False
    if person.check_password(form.cleaned_data["password"]):
        accounts.attempt_succeeded(attempt=attempt)
        return True
    accounts.attempt_failed(attempt=attempt, email=person.email)
    form.add_error("password", _("This is not your password."))
    return False


def _file(person: User) -> HttpResponse:
    day = timezone.localdate().isoformat()
    return exports.download(services.data_collect(person_id=person.pk), "application/zip", f"sheber-{day}.zip")


def _no_token(request: Request) -> None:
    if access.narrowing_of(request.user) is not None:
        raise PermissionDenied
