"""Answers given before there is a session, a language or a database: drawn from a template that asks for none of them."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_from_request, ngettext
from django.utils.translation import gettext as _

from sheber.kit.outages import Outage

API_PREFIX: Final = "/api/"


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more was sent than is taken."""
    megabytes = settings.MAX_REQUEST_BYTES // 2**20
    with translation.override(get_language_from_request(request)):
        return _answer(request, 413, "too_large", _("The file is too large"), _("Nothing was written."),
                       _("Send at most %(n)s MB, or split the file.") % {"n": megabytes}, _("Home page"))


def closed(request: HttpRequest, seconds: int) -> HttpResponse:
    """503 while the house is closed."""
    minutes = max(1, round(seconds / 60))
    with translation.override(get_language_from_request(request)):
        answer = _answer(
            request, 503, "closed", _("Closed for maintenance"),
            _("The data is being looked after. What you had saved is kept; nothing can be read or written until that is done."),
            ngettext("Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes) % {"n": minutes}, _("Try again"),
            back=request.path if request.method == "GET" else "/")
    answer["Retry-After"] = str(seconds)
    return answer


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: asked more often than is good for the others. In the language of the request, which is known by now."""
    answer = _answer(
        request, 429, "too_many_requests", _("Too many requests"),
        _("So many requests came from you in a short time that this one was not answered. Nothing was changed."),
        ngettext("Try again in %(n)s second.", "Try again in %(n)s seconds.", seconds) % {"n": seconds}, _("Try again"),
        back=request.get_full_path() if request.method == "GET" else "/")
    answer["Retry-After"] = str(seconds)
    return answer


AGAIN_S: Final = 10


def out_of_order(request: HttpRequest, outage: Outage) -> HttpResponse:
    """503 while the database does not answer or is held by somebody else, 507 when there is no room to write."""
    with translation.override(get_language_from_request(request)):
        again = ngettext("Try again in %(n)s second.", "Try again in %(n)s seconds.", AGAIN_S) % {"n": AGAIN_S}
        heading, what, todo = {
            "gone": (_("The database does not answer"),
                     _("What you had saved is kept. If you were sending something, look whether it is there before you send it again."),
                     again),
            "busy": (_("The database is busy"), _("Another piece of work holds it. What you sent was not written."), again),
            "full": (_("There is no room left"), _("The server has no room left to write. What you sent was not written."),
                     _("Tell whoever runs this server, and try again when there is room.")),
        }[outage]
        answer = _answer(request, 507 if outage == "full" else 503, f"database_{outage}" if outage != "full" else "no_room", heading, what,
                         todo, _("Try again"), back=request.get_full_path() if request.method == "GET" else "/")
    if outage != "full":
        answer["Retry-After"] = str(AGAIN_S)
    return answer


def _answer(request: HttpRequest, status: int, code: str, heading: str, what: str, todo: str, again: str, *,
            back: str = "/") -> HttpResponse:
    answer: HttpResponse
    if request.path_info.startswith(API_PREFIX):
        answer = JsonResponse({"code": code, "message": f"{what} {todo}", "detail": {}}, status=status,
                              json_dumps_params={"ensure_ascii": False})
    else:
        context: dict[str, Any] = {"heading": heading, "what": what, "todo": todo, "again": again, "back": back}
        answer = HttpResponse(render_to_string("operation/plain.html", context), status=status)
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
