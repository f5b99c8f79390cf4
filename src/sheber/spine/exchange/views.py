"""Tables out and in: a list, and for each a page with the files, the dry run and its confirmation."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sheber.kit import formats
from sheber.kit.errors import DomainError
from sheber.kit.exchange.files import MAX_FILE_BYTES, MAX_ROWS
from sheber.kit.exports import known
from sheber.kit.http import Request
from sheber.kit.search import matches
from sheber.spine.jobs import queries as jobs

from . import queries, services
from .forms import CaseForm, FileForm
from .narrowing import NarrowForm
from .queries import Open, Tried
from .rules import Told, from_plain, is_large, is_large_case, tell, tell_case
from .sending import table_answer, template_answer

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
    data = file.read(MAX_FILE_BYTES + 1)
    if is_large(data, file.name):
        kept = services.file_look_start(name=name, data=data, filename=file.name, actor=request.user)
        return HttpResponseRedirect(reverse("exchange:tried", args=[name, kept.pk]))
    outcome = services.file_try(exchange=found.exchange, data=data, filename=file.name, actor=request.user, view=found.view,
                                edit=found.edit, keep=True)
    return _page(request, found, form, outcome=tell(found.exchange, outcome), filename=file.name)


@never_cache
@require_GET
def tried(request: Request, name: str, file_id: int) -> HttpResponse:
    """A large file while background work has it, and then the same page as a small one has at once."""
    found = _open(request, name)
    kept = queries.tried(owner=request.user, exchange=name, file_id=file_id)
    if kept is None:
        return _page(request, found, FileForm(), status=404, refusal=_("The file is no longer kept. Choose it again."))
    if kept.outcome is None:
        return _page(request, found, FileForm(), filename=kept.filename, **_at_work(kept))
    outcome = from_plain(kept.outcome)
    more = {"written_count": outcome.count} if outcome.written else {"outcome": outcome}
    return _page(request, found, FileForm(), filename=kept.filename, status=200, **more)


def _at_work(kept: Tried) -> dict[str, Any]:
    """How far it is, or why nothing came of it."""
    row = jobs.job(kept.job) if kept.job is not None else None
    if row is not None and row.is_open:
        return {"job": row}
    refusal = _("The work was cancelled. Choose the file again.") if row is not None and row.state == "cancelled" else (
        (row.outcome or row.problem) if row is not None else "") or _("The file is no longer kept. Choose it again.")
    return {"refusal": refusal}


def _confirm(request: Request, found: Open) -> HttpResponse:
    plan, form = request.POST["plan"][:64].replace("\0", ""), FileForm()
    try:
        job = services.kept_file_start(name=found.exchange.name, actor=request.user, plan=plan)
        if job is not None:
            messages.info(request, _("The file is being written in the background. You may close this page."))
            return HttpResponseRedirect(reverse("jobs:job", args=[job.pk]))
        outcome = services.kept_file_apply(exchange=found.exchange, actor=request.user, view=found.view, edit=found.edit, plan=plan)
    except DomainError as no:
        return _page(request, found, form, status=409, refusal=no.message)
    if outcome.moved:
        return _page(request, found, form, status=409, refusal=_moved())
    if not outcome.written:
        return _page(request, found, form, outcome=tell(found.exchange, outcome))
    count = len(outcome.added) + len(outcome.changed)
    messages.success(request, ngettext("%(n)s row is written.", "%(n)s rows are written.", count) % {"n": count})
    return HttpResponseRedirect(reverse("exchange:table", args=[found.exchange.name]))


def _moved() -> str:
    return _("What is here has changed since you looked at the file. Choose the file again to see what it would do now.")


def _page(request: Request, found: Open, form: FileForm, *, outcome: Told | None = None, status: int = 0, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"table": found.exchange, "may_edit": bool(found.edit), "form": form,
                               "narrow": NarrowForm(exchange=found.exchange), "most_rows": formats.number(MAX_ROWS), **more}
    if outcome is not None:
        status = status or (200 if not outcome.faults else 409 if outcome.conflicts else 422)
        context |= {"outcome": outcome, "added": outcome.added_rows[:SHOWN], "count": outcome.count, "shown": SHOWN,
                    "changed": outcome.changed_rows[:SHOWN], "conflicts": outcome.conflicts,
                    "write_label": ngettext("Write %(n)s row", "Write %(n)s rows", outcome.count) % {"n": outcome.count}}
    return render(request, "exchange/table.html", context, status=status or 200)


@require_http_methods(["GET", "POST"])
def case(request: Request) -> HttpResponse:
    """A framework from a CASE package. POST with a file: the dry run. POST with ``plan``: what was shown is written."""
    if request.method == "POST" and "plan" in request.POST:
        return _case_confirm(request)
    form = CaseForm(request.POST, request.FILES) if request.method == "POST" else CaseForm()
    if request.method != "POST" or not form.is_valid():
        return render(request, "exchange/case.html", {"form": form}, status=422 if request.method == "POST" else 200)
    given, file = form.cleaned_data, form.cleaned_data["file"]
    data = file.read(MAX_FILE_BYTES + 1)
    if is_large_case(data):
        kept = services.file_look_start(name=services.CASE, data=data, filename=file.name, actor=request.user,
                                        options={"code": given["code"], "version": given["version"]})
        return HttpResponseRedirect(reverse("exchange:case_tried", args=[kept.pk]))
    outcome = services.case_try(data=data, filename=file.name, code=given["code"], version=given["version"], actor=request.user, keep=True)
    return _case_page(request, form, tell_case(outcome), filename=file.name)


@never_cache
@require_GET
def case_tried(request: Request, file_id: int) -> HttpResponse:
    """A large package while background work has it, and then the same page as a small one has at once."""
    kept = queries.tried(owner=request.user, exchange=services.CASE, file_id=file_id)
    if kept is None:
        return _case_page(request, CaseForm(), status=404, refusal=_("The file is no longer kept. Choose it again."))
    if kept.outcome is None:
        return _case_page(request, CaseForm(), filename=kept.filename, **_at_work(kept))
    if kept.outcome["written"]:
        return HttpResponseRedirect(reverse("competences:framework", args=[kept.outcome["code"], kept.outcome["version"]]))
    return _case_page(request, CaseForm(), kept.outcome, filename=kept.filename, status=200)


def _case_confirm(request: Request) -> HttpResponse:
    plan = request.POST["plan"][:64].replace("\0", "")
    try:
        job = services.kept_file_start(name=services.CASE, actor=request.user, plan=plan)
        if job is not None:
            messages.info(request, _("The file is being written in the background. You may close this page."))
            return HttpResponseRedirect(reverse("jobs:job", args=[job.pk]))
        outcome = services.kept_case_apply(actor=request.user, plan=plan)
    except DomainError as no:
        return _case_page(request, CaseForm(), status=409, refusal=no.message)
    if outcome.moved:
        return _case_page(request, CaseForm(), status=409, refusal=_moved())
    if outcome.faults:
        return _case_page(request, CaseForm(), tell_case(outcome))
    messages.success(request, _("%(code)s, version %(version)s, is written as a draft.") % {
        "code": outcome.code, "version": outcome.version})
    return HttpResponseRedirect(reverse("competences:framework", args=[outcome.code, outcome.version]))


def _case_page(request: Request, form: CaseForm, outcome: dict[str, Any] | None = None, *, status: int = 0, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "shown": SHOWN, **more}
    if outcome is not None:
        status = status or (422 if outcome["faults"] else 200)
        context |= {"outcome": outcome, **{name: outcome[name][:SHOWN] for name in ("added", "removed", "changed")}}
    return render(request, "exchange/case.html", context, status=status or 200)


@require_GET
def export(request: Request, name: str, kind: str) -> HttpResponse:
    """The rows the reader may see, narrowed as asked, as a file that comes back."""
    found, wanted = _open(request, name), known(kind)
    if wanted is None:
        raise Http404
    form = NarrowForm(request.GET, exchange=found.exchange)
    if not form.is_valid():
        return _page(request, found, FileForm(), status=422, narrow=form)
    return table_answer(request, found, wanted, form.values())


@require_GET
def template(request: Request, name: str, kind: str) -> HttpResponse:
    """The table without rows, to be filled in."""
    found, wanted = _open(request, name), known(kind)
    if wanted is None:
        raise Http404
    return template_answer(found, wanted)


def _open(request: Request, name: str) -> Open:
    """A table that is not open to the reader answers as one that is not there would: no matter which."""
    found = queries.open_table(request.access, name)
    if found is None:
        raise PermissionDenied
    return found
