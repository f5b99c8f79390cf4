"""Tables out and in: a list, and for each a page with the files, the dry run and its confirmation."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sheber.kit.errors import DomainError
from sheber.kit.exchange.files import MAX_FILE_BYTES
from sheber.kit.exchange.importing import Outcome
from sheber.kit.exports import TYPES, download, known
from sheber.kit.http import Request
from sheber.kit.search import matches
from sheber.spine.competences.case.bringing import CaseOutcome

from . import queries, services
from .forms import CaseForm, FileForm
from .queries import Open
from .rules import told

SHOWN: Final = 200
WORDS: Final = 80


@require_GET
def listing(request: Request) -> HttpResponse:
    """What the reader may take out and bring in; ``?q=`` searches."""
    words = request.GET.get("q", "").strip()[:WORDS]
    tables, pages = queries.open_tables(request.access), queries.imports_elsewhere(request.access)
    return render(request, "exchange/list.html", {
        "words": words, "number": len(tables) + len(pages),
        "tables": [one for one in tables if not words or matches(words, f"{one.exchange.title} {one.exchange.about} {one.exchange.name}")],
        "pages": [(one, reverse(one.url_name)) for one in pages if not words or matches(words, f"{one.title} {one.about}")]})


@require_http_methods(["GET", "POST"])
def table(request: Request, name: str) -> HttpResponse:
    """GET: the files and the form. POST with a file: the dry run. POST with ``plan``: what was shown is written."""
    found = _open(request, name)
    if request.method == "POST" and not found.edit:
        raise PermissionDenied
    if request.method == "POST" and "plan" in request.POST:
        return _confirm(request, found)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, form, status=422 if request.method == "POST" else 200)
    file = form.cleaned_data["file"]
    outcome = services.file_try(exchange=found.exchange, data=file.read(), filename=file.name, actor=request.user, view=found.view,
                                edit=found.edit, keep=True)
    return _page(request, found, form, outcome=outcome, filename=file.name)


def _confirm(request: Request, found: Open) -> HttpResponse:
    plan, form = request.POST["plan"][:64].replace("\0", ""), FileForm()
    try:
        job = services.kept_file_start(exchange=found.exchange, actor=request.user, plan=plan)
        if job is not None:
            messages.info(request, _("The file is being written in the background. You may close this page."))
            return HttpResponseRedirect(reverse("jobs:job", args=[job.pk]))
        outcome = services.kept_file_apply(exchange=found.exchange, actor=request.user, view=found.view, edit=found.edit, plan=plan)
    except DomainError as no:
        return _page(request, found, form, status=409, refusal=no.message)
    if outcome.moved:
        sentence = _("What is here has changed since you looked at the file. Choose the file again to see what it would do now.")
        return _page(request, found, form, status=409, refusal=sentence)
    if not outcome.written:
        return _page(request, found, form, outcome=outcome)
    count = len(outcome.added) + len(outcome.changed)
    messages.success(request, ngettext("%(n)s row is written.", "%(n)s rows are written.", count) % {"n": count})
    return HttpResponseRedirect(reverse("exchange:table", args=[found.exchange.name]))


def _page(request: Request, found: Open, form: FileForm, *, outcome: Outcome | None = None, status: int = 200, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"table": found.exchange, "may_edit": bool(found.edit), "form": form, **more}
    if outcome is not None:
        status = 200 if not outcome.faults else 409 if any(fault.is_conflict for fault in outcome.faults) else 422
        count = len(outcome.added) + len(outcome.changed)
        context |= {"outcome": outcome, "added": told(found.exchange, outcome.added[:SHOWN]), "count": count,
                    "changed": told(found.exchange, outcome.changed[:SHOWN]), "shown": SHOWN, "conflicts": sum(
                        fault.is_conflict for fault in outcome.faults),
                    "write_label": ngettext("Write %(n)s row", "Write %(n)s rows", count) % {"n": count}}
    return render(request, "exchange/table.html", context, status=status)


@require_http_methods(["GET", "POST"])
def case(request: Request) -> HttpResponse:
    """A framework from a CASE package. POST with a file: the dry run. POST with ``plan``: what was shown is written."""
    if request.method == "POST" and "plan" in request.POST:
        return _case_confirm(request)
    form = CaseForm(request.POST, request.FILES) if request.method == "POST" else CaseForm()
    if request.method != "POST" or not form.is_valid():
        return render(request, "exchange/case.html", {"form": form}, status=422 if request.method == "POST" else 200)
    given, file = form.cleaned_data, form.cleaned_data["file"]
    outcome = services.case_try(data=file.read(MAX_FILE_BYTES + 1), filename=file.name, code=given["code"], version=given["version"],
                                actor=request.user, keep=True)
    return _case_page(request, form, outcome, file.name)


def _case_confirm(request: Request) -> HttpResponse:
    try:
        outcome = services.kept_case_apply(actor=request.user, plan=request.POST["plan"][:64].replace("\0", ""))
    except DomainError as no:
        return render(request, "exchange/case.html", {"form": CaseForm(), "refusal": no.message}, status=409)
    if outcome.moved:
        sentence = _("What is here has changed since you looked at the file. Choose the file again to see what it would do now.")
        return render(request, "exchange/case.html", {"form": CaseForm(), "refusal": sentence}, status=409)
    if outcome.faults:
        return _case_page(request, CaseForm(), outcome, "")
    messages.success(request, _("%(code)s, version %(version)s, is written as a draft.") % {
        "code": outcome.code, "version": outcome.version})
    return HttpResponseRedirect(reverse("competences:framework", args=[outcome.code, outcome.version]))


def _case_page(request: Request, form: CaseForm, outcome: CaseOutcome, filename: str) -> HttpResponse:
    difference = outcome.difference
    return render(request, "exchange/case.html", {
        "form": form, "outcome": outcome, "filename": filename, "shown": SHOWN, "changed": difference.changed[:SHOWN],
        "added": difference.added[:SHOWN], "removed": difference.removed[:SHOWN]}, status=422 if outcome.faults else 200)


@require_GET
def export(request: Request, name: str, kind: str) -> HttpResponse:
    """All rows the reader may see, as a file that comes back."""
    return _file(request, name, kind, empty=False)


@require_GET
def template(request: Request, name: str, kind: str) -> HttpResponse:
    """The table without rows, to be filled in."""
    return _file(request, name, kind, empty=True)


def _file(request: Request, name: str, kind: str, *, empty: bool) -> HttpResponse:
    found, wanted = _open(request, name), known(kind)
    if wanted is None:
        raise Http404
    try:
        content, filename = queries.table_file(found, wanted, empty=empty)
    except DomainError as no:
        return _page(request, found, FileForm(), status=409, refusal=no.message)
    return download(content, TYPES[wanted], filename)


def _open(request: Request, name: str) -> Open:
    """A table that is not open to the reader answers as one that is not there would: no matter which."""
    found = queries.open_table(request.access, name)
    if found is None:
        raise PermissionDenied
    return found
