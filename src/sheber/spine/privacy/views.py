"""What is held about oneself, and all of it as a file."""

import time
from typing import Final, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from sheber.kit import exports, personal
from sheber.kit.http import Request
from sheber.spine.accounts import services as accounts
from sheber.spine.accounts.services.sessions import BEGAN
from sheber.spine.people import access
from sheber.spine.people.models import User

from . import services
from .forms import PasswordForm

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
