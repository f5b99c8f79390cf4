"""My exports: what was asked for, how far it is, the files; and the page that offers to write a large one."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sheber.kit import formats
from sheber.kit.errors import DomainError
from sheber.kit.exports import Asked, export, known
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Table
from sheber.spine.files.sending import sent
from sheber.spine.people.middleware import API_PREFIX

from . import queries, services
from .models import Export
from .queries import ExportRow
from .rules import FILE_END, list_address


def offer(request: HttpRequest, asked: Asked) -> HttpResponse:
    """In place of a file of many rows: what it will be, and the button that has it written. Programs are told where to ask.

    Looking at a page writes nothing, so nobody is made to begin work by a link or a picture elsewhere.
    """
    address = list_address(request.get_full_path()) or request.path
    if request.path.startswith(API_PREFIX):
        raise DomainError("export_large", _("So many rows are written in the background. Ask for it with POST /api/v1/exports."),
                          address="/" + address.removeprefix("/api/v1/"), kind=asked.kind, rows=asked.total)
    return render(request, "exports/offer.html", _offered(address, asked.kind, asked.title, asked.total, asked.most))


def _offered(address: str, kind: str, title: str, total: int | None, most: int | None) -> dict[str, Any]:
    path = urlsplit(address).path
    back = address if not FILE_END.search(path) else FILE_END.sub("/", path)
    return {"address": address, "kind": kind, "title": title, "total": total, "back": back, "rows": total or 0,
            "number": "" if total is None else formats.number(total), "most": "" if most is None else formats.number(most),
            "too_long": most is not None and total is not None and total > most}


@never_cache
@require_POST
def start(request: Request) -> HttpResponse:
    """Have it written; on to the page of the work."""
    try:
        row = services.export_ask(person=request.user, address=request.POST.get("address", ""), kind=request.POST.get("kind", ""))
    except DomainError as no:
        return _listed(request, status=403 if no.code == "export_not_allowed" else 409, refusal=str(no.message))
    if row.blob_id is not None:                                    # where work is done at once
        return HttpResponseRedirect(reverse("exports:list"))
    messages.info(request, _("The file is being written in the background. You may close this page; you are told when it is ready."))
    return HttpResponseRedirect(reverse("jobs:job", args=[row.job_id]))


@never_cache
@require_GET
def export_list(request: Request) -> HttpResponse:
    """What the reader asked for; ``?format=csv|xlsx`` exports the list itself."""
    table = _table(request)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("My exports"), filename="exports")
    return _listed(request, table=table)


def _listed(request: Request, *, table: Table[ExportRow] | None = None, status: int = 200, refusal: str = "") -> HttpResponse:
    return render(request, "exports/list.html", {"table": table or _table(request), "refusal": refusal}, status=status)


def _table(request: Request) -> Table[ExportRow]:
    rows = queries.exports_of(request.user.pk or 0)
    columns: list[Column[ExportRow]] = [
        Column("title", _("List"), lambda row: row.title), Column("file", _("File"), lambda row: row.filename),
        Column("state", _("State"), lambda row: row.state_label), Column("rows", _("Rows"), lambda row: row.rows, numeric=True),
        Column("size", _("Size, kB"), lambda row: row.kilobytes, numeric=True), Column("asked", _("Asked"), lambda row: row.asked_at),
        Column("until", _("Kept until"), lambda row: row.kept_until)]
    kinds = [("", _("Any format")), *((str(code), str(label)) for code, label in Export.Kind.choices)]
    return Table(columns, rows, request, default="-asked", search=lambda row: f"{row.title} {row.filename} {row.address}", filters=[
        Filter("kind", _("Format"), kinds, value=lambda row: row.kind)])


@never_cache
@require_GET
def content(request: Request, export_id: int) -> HttpResponseBase:
    """One's own file."""
    try:
        return sent(services.export_take(person=request.user, export_id=export_id))
    except Export.DoesNotExist as no:
        raise Http404(_("There is no such file, or its time is over.")) from no
    except DomainError as no:
        return _listed(request, status=403 if no.code == "export_rights_lost" else 409, refusal=str(no.message))


@never_cache
@require_POST
def remove(request: Request, export_id: int) -> HttpResponse:
    """Remove one's own file, or cancel its writing."""
    try:
        services.export_remove(person=request.user, export_id=export_id)
    except Export.DoesNotExist as no:
        raise Http404(_("There is no such file, or its time is over.")) from no
    messages.success(request, _("The file is removed."))
    return HttpResponseRedirect(reverse("exports:list"))
