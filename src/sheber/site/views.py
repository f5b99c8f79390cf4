"""Pages of the shell: home, search, the component page, and what is shown when something went wrong."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.engines.competence import DEFAULT_METHOD, METHODS, SETTINGS
from sheber.kit import charts, exports
from sheber.kit.http import refused
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.operation import outages
from sheber.spine.people.middleware import API_PREFIX

from . import queries, samples

NOT_TYPED = frozenset({"csrfmiddlewaretoken", "edit_version", "opened", "way"})
"""What a form sends beside what a person typed."""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The loop with live figures and what waits for the reader."""
    return render(request, "site/home.html", queries.home(request) | {"now": timezone.localtime()})


@require_GET
def attainment(request: HttpRequest) -> HttpResponse:
    """How a level and its interval come out of evidence, with the constants the engine uses; the whole is in docs/explanation."""
    method = DEFAULT_METHOD
    names = dict(EvidenceItem.Setting.choices)
    return render(request, "site/attainment.html", {
        "method": method, "others": [key for key in METHODS if key != method.key], "floor": round(1 / method.recency_floor),
        "share": round(100 * method.confidence),
        "weights": [(names[code], weight) for code, weight in zip(SETTINGS, method.setting_weights, strict=True)]})


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every component once; the tests look at it in both themes. ``?chart=load&as=svg`` and ``?export=csv`` answer files.

    Not there in production."""
    if not settings.SAMPLES:
        raise Http404
    if request.GET.get("chart") == "load":
        return charts.respond(samples.load_chart(), request.GET.get("as", "svg"))
    if (kind := exports.known(request.GET.get("export", ""))) is not None:
        headings, rows = samples.table(request).export()
        return exports.export(kind, headings, rows, title=_("Courses"), filename="courses", synthetic=True)
    return render(request, "site/design.html", samples.context(request))


def refuse(request: HttpRequest, status: int, heading: str, sentences: tuple[str, str], **more: Any) -> HttpResponse:
    """A page in our look that says what happened and what to do; ``sentences`` are these two."""
    what, todo = sentences
    return render(request, "site/refusal.html", {"status": status, "heading": heading, "what": what, "todo": todo, **more}, status=status)


def refuse_script(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse | None:
    """The refusal in the shape of the API, when it was the API that was asked; else ``None``."""
    if not request.path.startswith(API_PREFIX):
        return None
    return JsonResponse({"code": code, "message": message, "detail": {}}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if answer := refuse_script(request, 400, "bad_request", _("The request cannot be read. Nothing was changed.")):
        return answer
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return refuse(request, 400, _("The request cannot be read"), (
        _("Something in the address or the form is not as expected. Nothing was changed."), _("Go back and try again.")))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    if answer := refuse_script(request, 403, "not_allowed", _("Your roles do not allow it here.")):
        return answer
    return refuse(request, 403, _("This page is not open to you"), (
        _("Your roles do not allow it here. Nothing was changed."),
        _("If you need it for your work, ask the person who grants roles in your organisation.")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the sign-in, or came from elsewhere."""
    del reason
    refused(request, "csrf")
    return refuse(request, 403, _("The form is too old"), (
        _("It was opened before you signed in, or cookies are switched off. Nothing was changed."),
        _("Open the page again and send the form.")))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    if answer := refuse_script(request, 404, "not_found", _("There is no such thing.")):
        return answer
    if request.method == "POST" and request.user.is_authenticated and "edit_version" in request.POST:
        return gone(request)
    return refuse(request, 404, _("There is no such page"), (
        _("The address is wrong, or the thing was moved or never existed."), _("Search for it, or start from the home page.")))


def gone(request: HttpRequest) -> HttpResponse:
    """410: what a form was opened for is deleted, or has another code by now. What was typed is handed back."""
    words = [text.strip() for name, texts in request.POST.lists() if name not in NOT_TYPED for text in texts]
    return refuse(request, 410, _("It is not there any more"), (
        _("Somebody deleted it, or gave it another code, after you opened the page. Nothing was written."),
        _("If it was deleted, it lies in the trash for thirty days, and whoever may delete it may put it back.")),
        words=[text for text in dict.fromkeys(words) if text], trash=True)


def conflict(request: HttpRequest, *, saved: str, typed: str, who: str = "", when: str = "") -> HttpResponse:
    """409: somebody saved first. What was typed is shown beside what is saved."""
    return refuse(request, 409, _("Somebody saved this before you"), (
        _("Nothing of yours was written, and nothing of it is lost: both are below."),
        _("Take what you need over into the newest version and save again.")), saved=saved, typed=typed, who=who, when=when)


def too_large(request: HttpRequest) -> HttpResponse:
    """413, for views that take files."""
    megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
    return refuse(request, 413, _("The file is too large"), (
        _("Nothing was written."), _("Send at most %(n)s MB, or split the file.") % {"n": megabytes}))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without the database, which may be what failed; 503 or 507 when it is a database or a disk that is out of order."""
    if answer := outages.answer_to(request, sys.exc_info()[1]):
        return answer
    if answer := refuse_script(request, 500, "server_error", _("Something went wrong on our side.")):
        return answer
    return render(request, "site/server_error.html", {"request_id": getattr(request, "request_id", "")}, status=500)
