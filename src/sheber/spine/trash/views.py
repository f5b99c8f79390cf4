"""What was deleted: the list, what one deletion holds, putting back, and the end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.exports import export
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.trash import queries, registry, services
from sheber.spine.trash.models import Deletion
from sheber.spine.trash.queries import DeletionRow


@never_cache
@require_GET
def deletion_list(request: Request) -> HttpResponse:
    """What the reader may put back."""
    table = _table(request)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, cells = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, cells, title=_("Trash"), filename="trash")
    return render(request, "trash/list.html", {"table": table})


def _table(request: Request) -> Table[DeletionRow]:
    def source(query: Query) -> Slice[DeletionRow]:
        order = ("-" if query.descending else "") + query.sort
        return Slice(*queries.deletions(request.access, kind=query.filters.get("kind", ""), words=query.words.replace("\x00", ""),
                                        order=order, offset=query.offset, limit=query.limit))

    columns: list[Column[DeletionRow]] = [
        Column("title", _("What"), lambda row: str(row.title)), Column("kind", _("Kind"), lambda row: row.kind_title),
        Column("place", _("Place"), lambda row: row.place),
        Column("who", _("Deleted by"), lambda row: str(row.deleted_by_name or "")),
        Column("deleted", _("Deleted on"), lambda row: row.deleted_at),
        Column("left", _("Days left"), lambda row: row.days_left, numeric=True),
        Column("reason", _("Reason"), lambda row: row.reason, sortable=False)]
    kinds = sorted(((one.code, str(one.title)) for one in registry.kinds().values()), key=lambda pair: pair[1])
    return Table(columns, source, request, default="-deleted", filters=[Filter("kind", _("Kind"), [("", _("Any kind")), *kinds])])


@never_cache
@require_GET
def deletion(request: Request, deletion_id: int) -> HttpResponse:
    """What it holds, until when, and the button that puts it back."""
    return _page(request, _open(request, deletion_id))


def _page(request: Request, row: DeletionRow, refusal: DomainError | None = None, **more: Any) -> HttpResponse:
    context = {"row": row, "refusal": refusal, "first": refusal.detail.get("first") if refusal else None,
               "may_destroy": row.restored_at is None and request.access.allowed("operation.manage", row.scope_path), **more}
    return render(request, "trash/deletion.html", context, status=409 if refusal else 200)


@never_cache
@require_POST
def restore(request: Request, deletion_id: int) -> HttpResponse:
    """Put it back."""
    row = _open(request, deletion_id)
    try:
        done = services.restore(actor=request.user, deletion_id=deletion_id, reason=_reason(request))
    except Deletion.DoesNotExist as no:
        raise Http404 from no
    except DomainError as no:
        return _page(request, queries.deletion(deletion_id) or row, refusal=no)
    sentence = _("%(title)s %(place)s is back.") % {"title": done.title, "place": done.place}
    if done.left:
        sentence += " " + ngettext("%(n)s link was changed meanwhile and stays as it is.",
                                   "%(n)s links were changed meanwhile and stay as they are.", done.left) % {"n": done.left}
    messages.success(request, sentence)
    return HttpResponseRedirect(done.address or reverse("trash:list"))


@never_cache
@require_http_methods(["GET", "POST"])
def destroy(request: Request, deletion_id: int) -> HttpResponse:
    """Ask, then delete for ever."""
    row = queries.deletion(deletion_id)
    if row is None or row.restored_at is not None:
        raise Http404(_("There is no such deletion, or it is not open to you."))
    if request.method != "POST":
        return render(request, "trash/destroy.html", {"row": row})
    try:
        services.destroy(actor=request.user, deletion_id=deletion_id, reason=_reason(request))
    except Deletion.DoesNotExist as no:
        raise Http404 from no
    messages.success(request, _("%(title)s %(place)s is deleted for ever.") % {"title": row.title, "place": row.place})
    return HttpResponseRedirect(reverse("trash:list"))


def _open(request: Request, deletion_id: int) -> DeletionRow:
    row = queries.deletion(deletion_id)
    if row is None or not queries.may_restore(request.access, row):
        raise Http404(_("There is no such deletion, or it is not open to you."))
    return row


def _reason(request: Request) -> str:
    return request.POST.get("reason", "").replace("\x00", "")[:300]
