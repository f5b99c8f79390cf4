"""One's own sessions."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sheber.kit.http import Request
from sheber.spine.accounts import queries, services
from sheber.spine.accounts.models import SignedSession
from sheber.spine.accounts.services.sessions import ROW
from sheber.spine.people.models import User


@never_cache
@require_GET
def sessions(request: Request) -> HttpResponse:
    """From where the account is open."""
    rows = [(row, _device(row), row.id == request.session.get(ROW)) for row in queries.sessions_of(cast(User, request.user))]
    rows.sort(key=lambda one: not one[2])
    return render(request, "accounts/sessions.html", {
        "rows": rows, "idle_hours": settings.SESSION_IDLE_HOURS, "days": settings.SESSION_DAYS})


@never_cache
@require_POST
def session_end(request: Request, session_id: int) -> HttpResponse:
    """End one of them. The present one is left by signing out."""
    if session_id == request.session.get(ROW):
        return redirect("accounts:sessions")
    try:
        services.session_end(person=cast(User, request.user), session_id=session_id)
    except SignedSession.DoesNotExist as no:
        raise Http404 from no
    messages.success(request, _("The session has ended."))
    return redirect("accounts:sessions")


def _device(row: queries.SessionRow) -> str:
    if row.browser and row.system:
        return _("%(browser)s on %(system)s") % {"browser": row.browser, "system": row.system}
    return row.browser or row.system or _("Unknown browser")
