"""Files as pages: the list of what one may see, attaching, opening, removing and bringing back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.exports import export, known
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table

from . import queries, services, targets
from .forms import AttachForm, RemoveForm
from .queries import FileRow
from .sending import sent

PART = "X-Upload"
"""Header of the script that shows how far a file is: it goes to the next page itself."""


@require_GET
def listing(request: Request) -> HttpResponse:
    """All files open to the reader; ``?format=csv|xlsx`` exports what passes."""
    seen, edited = targets.seen(request), targets.edited(request)
    things: dict[tuple[str, str], targets.Thing] = {}
    columns: list[Column[FileRow]] = [
        Column("name", _("Name"), lambda row: row.name), Column("purpose", _("What it is"), lambda row: row.purpose, sortable=False),
        Column("of", _("Attached to"), lambda row: title_of(row, things), sortable=False),
        Column("kind", _("Kind"), lambda row: row.type_label),
        Column("size", _("Size, kB"), lambda row: row.kilobytes, numeric=True),
        Column("uploaded", _("Attached"), lambda row: row.uploaded_at),
        Column("scan", _("Virus scan"), lambda row: row.scan_label)]
    filters: list[Filter[FileRow]] = [
        Filter("of", _("Attached to"), [("", _("Attached to anything")), *((one.code, str(one.label)) for one in targets.kinds())]),
        Filter("state", _("State"), [("", _("Files that are there")), ("removed", _("Removed files"))])]

    def answer(query: Query) -> Slice[FileRow]:
        found = queries.file_slice(query, seen=seen, edited=edited)
        things.update(queries.things_of(found.rows))
        return found

    table = Table(columns, answer, request, default="-uploaded", filters=filters)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("Files"), filename="files")
    return render(request, "files/list.html", {
        "table": table, "rows": [(row, things.get(row.target)) for row in table.rows], "removed": table.query.filters.get("state")})


def title_of(row: FileRow, things: dict[tuple[str, str], targets.Thing]) -> str:
    """What the file is attached to."""
    found = things.get(row.target)
    return found.title if found else f"{row.target_kind} {row.target_id}"


@require_http_methods(["GET", "POST"])
def attach(request: Request, kind: str, thing: str) -> HttpResponse:
    """The form, and the taking of what is sent."""
    found_kind, found = targets.kind_of(kind), targets.thing(kind, thing[:40])
    if found_kind is None or found is None or not found_kind.may_see(request, found):
        raise Http404
    if not found_kind.may_add(request, found):
        raise PermissionDenied
    form, status = AttachForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        form, status = AttachForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                made = services.file_attach(actor=request.user, kind=kind, key=thing, name=form.cleaned_data["file"].name,
                                            content=form.cleaned_data["file"], purpose=form.cleaned_data["purpose"])
            except DomainError as no:
                form.add_error("file", str(no.message))
                status = 422 if no.code == "bad_file" else 409
            else:
                messages.success(request, _attached(made))
                return _onwards(request, found.url)
    return render(request, "files/attach.html", {
        "form": form, "thing": found, "kind": found_kind, "scanned": settings.FILES_SCANNER is not None}, status=status)


def _attached(made: services.FileAttached) -> str:
    if made.scan == "waiting":
        return _("“%(name)s” is attached. It opens as soon as the virus scanner has seen it.") % {"name": made.name}
    return _("“%(name)s” is attached.") % {"name": made.name}


def _onwards(request: Request, url: str) -> HttpResponse:
    if PART in request.headers:
        return HttpResponse(status=204, headers={"X-Location": url})
    return HttpResponseRedirect(url)


@require_GET
def download(request: Request, file_id: int) -> HttpResponseBase:
    """The content, to be saved; looked at anew each time whether the reader may have it."""
    row = queries.file_row(file_id, targets.seen(request))
    if row is None:
        raise Http404
    try:
        return sent(services.file_open(actor=request.user, file_id=file_id))
    except DomainError as no:
        return render(request, "files/refused.html", {"row": row, "thing": targets.thing(*row.target), "sentence": no.message}, status=409)


@require_http_methods(["GET", "POST"])
def remove(request: Request, file_id: int) -> HttpResponse:
    """Asked once more; for thirty days it can be brought back."""
    row = queries.file_row(file_id, targets.seen(request))
    if row is None:
        raise Http404
    if not queries.may(file_id, targets.edited(request)):
        raise PermissionDenied
    thing = targets.thing(*row.target)
    back = thing.url if thing else reverse("files:list")
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.file_remove(actor=request.user, file_id=file_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("“%(name)s” is removed. Until 30 days are over it can be brought back.") % {"name": row.name})
        return HttpResponseRedirect(back)
    return render(request, "files/remove.html", {"row": row, "thing": thing, "form": form, "back": back},
                  status=422 if request.method == "POST" else 200)


@require_POST
def bring_back(request: Request, file_id: int) -> HttpResponse:
    """A removed file stands where it stood."""
    row: Any = queries.file_row(file_id, targets.edited(request), removed=True)
    if row is None:
        raise Http404
    services.file_bring_back(actor=request.user, file_id=file_id)
    messages.success(request, _("“%(name)s” is back.") % {"name": row.name})
    thing = targets.thing(*row.target)
    return HttpResponseRedirect(thing.url if thing else reverse("files:list"))
