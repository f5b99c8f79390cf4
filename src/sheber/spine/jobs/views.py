"""The operators' list of background work, and the page of one for the person who asked for it."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sheber.kit.access import NATIONAL
from sheber.kit.errors import DomainError
from sheber.kit.exports import export
from sheber.kit.http import Request, stays_here, wants_part
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.jobs import queries, registry, services
from sheber.spine.jobs.access import PERMISSION
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.queries import JobFilters, JobRow

_ORDERS: Final = {"number": "id", "kind": "kind", "state": "state", "who": "started_by__email", "asked": "created_at",
                  "attempts": "attempts", "ended": "finished_at"}


@never_cache
@require_GET
def job_list(request: Request) -> HttpResponse:
    """Works where the reader is an operator; workers and the schedule for operators of the whole installation."""
    table = _table(request)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, cells = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, cells, title=_("Background work"), filename="jobs")
    whole = request.access.allowed(PERMISSION, NATIONAL)
    workers = queries.workers() if whole else ()
    return render(request, "jobs/list.html", {
        "table": table, "whole": whole, "workers": workers, "nobody": whole and not any(one.alive for one in workers),
        "schedule": queries.schedule() if whole else ()})


def _table(request: Request) -> Table[JobRow]:
    paths = request.access.visible_paths(PERMISSION)

    def source(query: Query) -> Slice[JobRow]:
        order = ("-" if query.descending else "") + _ORDERS.get(query.sort, "id")
        filters = JobFilters(paths, state=query.filters.get("state", ""), kind=query.filters.get("kind", ""),
                             recurring=query.filters.get("recurring", "") or "notable", text=query.words.replace("\x00", ""))
        return Slice(*queries.job_list(filters, offset=query.offset, limit=query.limit, order=order))

    columns: list[Column[JobRow]] = [
        Column("number", _("Number"), lambda row: row.id, numeric=True), Column("kind", _("Work"), lambda row: row.title),
        Column("state", _("State"), lambda row: row.state_label),
        Column("progress", _("Progress"), lambda row: row.progress_label, sortable=False),
        Column("who", _("By"), lambda row: str(row.started_by_name or _("the schedule") if row.is_recurring else
                                                         row.started_by_name or "")),
        Column("asked", _("Asked"), lambda row: row.created_at),
        Column("attempts", _("Attempts"), lambda row: row.attempts, numeric=True),
        Column("ended", _("Ended"), lambda row: row.finished_at),
        Column("error", _("What went wrong"), lambda row: row.error_told, sortable=False)]
    kinds = sorted(((kind, registry.title_of(kind)) for kind in registry.handlers()), key=lambda pair: pair[1])
    return Table(columns, source, request, default="-number", filters=[
        Filter("state", _("State"), [("", _("Any state")), *((str(state), str(label)) for state, label in Job.State.choices)]),
        Filter("kind", _("Work"), [("", _("Any work")), *kinds]),
        Filter("recurring", _("Begun by"), [("", _("People, and what did not go well")),
                                            ("all", _("Anybody")), ("no", pgettext("begun by", "people and the product")),
                                            ("yes", pgettext("begun by", "the schedule"))])])


@never_cache
@require_GET
def job(request: Request, job_id: int) -> HttpResponse:
    """One work: how far it is, what came of it; for operators also why it failed."""
    row = _job(job_id)
    operator = request.access.allowed(PERMISSION, row.scope_path)
    return render(request, "jobs/job.html", {"row": row, "operator": operator, "trace": queries.trace(job_id) if operator else "",
                                             "params": _shown(queries.params(job_id)) if operator else []})


@never_cache
@require_GET
def progress(request: Request, job_id: int) -> HttpResponse:
    """The part of a page that shows how far it is; asked for again until the work has ended."""
    row = _job(job_id)
    alone = request.GET.get("page") == "job"
    answer = render(request, "jobs/_progress.html", {"job": row, "alone": alone})
    if alone and not row.is_open and wants_part(request):
        answer["HX-Refresh"] = "true"                               # the page of the work has more to show at its end
    return answer


@never_cache
@require_POST
def cancel(request: Request, job_id: int) -> HttpResponse:
    """End it, or ask it to stop."""
    try:
        row = services.job_cancel(actor=request.user, job_id=job_id, reason=request.POST.get("reason", "")[:500])
    except Job.DoesNotExist as no:
        raise Http404 from no
    except DomainError as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, _("It is cancelled.") if row.state == Job.State.CANCELLED else _("It stops as soon as it can."))
    return _back(request, job_id)


@never_cache
@require_POST
def retry(request: Request, job_id: int) -> HttpResponse:
    """Let it begin anew."""
    try:
        services.job_retry(actor=request.user, job_id=job_id)
    except Job.DoesNotExist as no:
        raise Http404 from no
    except DomainError as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, _("It begins anew as soon as a worker is free."))
    return _back(request, job_id)


def _back(request: Request, job_id: int) -> HttpResponse:
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(wanted if stays_here(wanted) and wanted.startswith("/") else reverse("jobs:job", args=[job_id]))


def _job(job_id: int) -> JobRow:
    row = queries.job(job_id)
    if row is None:
        raise Http404
    return row


def _shown(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)[:200]) for name, value in values.items()]
