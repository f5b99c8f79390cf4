"""Import of a programme: the file is read and compared first; nothing is written before the reader has seen what would change."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sheber.apps.programmes import services
from sheber.apps.programmes.forms import ImportForm
from sheber.apps.programmes.rules.reading import Problem, problem_place, problem_reason, read_plan
from sheber.apps.programmes.rules.template import template_plan
from sheber.apps.programmes.rules.writing import write_xlsx
from sheber.apps.programmes.services import ImportReport
from sheber.engines.curriculum.plan import Plan
from sheber.kit.errors import DomainError
from sheber.kit.exports import TYPES, download
from sheber.kit.http import Request
from sheber.spine.exchange import services as kept
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.access import allowed, visible_paths

KEPT = "programme"
"""Under which the file waits for its confirmation; no table may be called so."""
FILE_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProblemRow:
    place: str
    text: str
    is_error: bool


def _problems(found: tuple[Problem, ...]) -> list[ProblemRow]:
    return [ProblemRow(problem_place(one), problem_reason(one), one.severity == "error") for one in found]


def _choices(request: Request) -> list[tuple[str, str]]:
    paths = visible_paths(request.user, "programme.edit")
    kinds = {"university", "college", "faculty", "department"}
    return [(row.code, f"{row.name} ({row.code})") for row in organisations.visible(paths) if row.kind in kinds]


@require_http_methods(["GET", "POST"])
def programme_import(request: Request) -> HttpResponse:
    """GET: the form. POST with a file: the dry run. POST with ``plan``: what was shown is written."""
    if request.method == "POST" and "plan" in request.POST:
        return _write(request)
    form = ImportForm(request.POST or None, request.FILES or None, organisations=_choices(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    file = form.cleaned_data["file"]
    if file.size > FILE_LIMIT:
        form.add_error("file", _("The file is larger than 5 MB. A programme takes less than 1 MB: check that it is the right file."))
        return _page(request, form)
    data, name = file.read(), file.name
    result = read_plan(data, name)
    context: dict[str, Any] = {"filename": name, "problems": _problems(result.problems), "errors": len(result.errors)}
    if result.plan is None:
        return _page(request, form, status=422, **context)
    organisation = form.cleaned_data["organisation"]
    try:
        report = services.import_programme(plan=result.plan, organisation=organisation, actor=request.user, dry_run=True)
    except DomainError as no:
        return _page(request, form, status=409, refusal=no.message, **context)
    options = {"organisation": organisation, "reason": form.cleaned_data["reason"]}
    kept.file_keep(actor=request.user, name=KEPT, filename=name, data=data, plan=report.mark, options=options)
    return _page(request, form, report=report, plan=result.plan, **context, **_report_context(report, result.plan))


def _report_context(report: ImportReport, plan: Plan) -> dict[str, Any]:
    difference = report.difference
    parts = (difference.courses_added, difference.courses_changed, difference.courses_removed, difference.cells, difference.facts)
    count = sum(len(part) for part in parts)
    added = set(difference.courses_added)
    return {"changes": count, "added": [course for course in plan.courses if course.code in added],
            "write_label": ngettext("Write %(n)s change", "Write %(n)s changes", count) % {"n": count}}


def _write(request: Request) -> HttpResponse:
    form = ImportForm(organisations=_choices(request))
    try:
        file = kept.file_take(actor=request.user, name=KEPT, plan=request.POST["plan"][:64].replace("\0", ""))
        owner = organisations.by_code(file.options["organisation"])
        if owner is None or not allowed(request.user, "programme.edit", owner.path):
            return _page(request, form, status=403, refusal=_("You may not change programmes of this organisation. Nothing was written."))
        result = read_plan(bytes(file.data), file.filename)
        if result.plan is None:
            return _page(request, form, status=422, filename=file.filename, problems=_problems(result.problems), errors=len(result.errors))
        report = services.import_programme(plan=result.plan, organisation=owner.code, actor=request.user, reason=file.options["reason"],
                                           expected=file.plan)
    except DomainError as no:
        return _page(request, form, status=409, refusal=no.message)
    messages.success(request, _("%(code)s, version %(version)s: written.") % {"code": report.code, "version": report.version})
    return HttpResponseRedirect(reverse("programmes:overview", args=[report.code, report.version]))


def _page(request: Request, form: ImportForm, *, status: int = 200, **context: Any) -> HttpResponse:
    invalid = form.is_bound and bool(form.errors)
    return render(request, "programmes/import.html", {"form": form, **context}, status=422 if invalid and status == 200 else status)


@require_GET
def import_template(_request: Request) -> HttpResponse:
    """The workbook to fill in, headings in the reader's language, with two courses as an example."""
    return download(write_xlsx(template_plan(), (get_language() or "en")[:2]), TYPES["xlsx"], _("programme-template") + ".xlsx")
