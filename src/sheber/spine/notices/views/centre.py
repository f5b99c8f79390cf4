"""The message centre."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sheber.kit.exports import export
from sheber.kit.http import Request, stays_here
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.notices import queries, services
from sheber.spine.notices.access import PERMISSION
from sheber.spine.notices.models import Notice
from sheber.spine.notices.queries import NoticeFilters, NoticeRow

_ORDERS: Final = {"when": "id", "type": "type"}


@never_cache
@require_GET
def notice_list(request: Request) -> HttpResponse:
    """What one was told, the newest first."""
    table = _table(request)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, cells = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, cells, title=_("Notices"), filename="notices")
    return render(request, "notices/list.html", {
        "table": table, "unread": queries.unread(request), "newest": max((row.id for row in table), default=0),
        "operator": request.access.allowed(PERMISSION, "/")})


def _table(request: Request) -> Table[NoticeRow]:
    person_id = _me(request)

    def source(query: Query) -> Slice[NoticeRow]:
        order = ("-" if query.descending else "") + _ORDERS.get(query.sort, "id")
        filters = NoticeFilters(query.filters.get("type", ""), query.filters.get("state", ""), query.words)
        return Slice(*queries.notice_list(person_id, filters, offset=query.offset, limit=query.limit, order=order))

    columns: list[Column[NoticeRow]] = [
        Column("when", _("When"), lambda row: row.created_at), Column("type", _("Notice"), lambda row: row.title),
        Column("words", _("What it says"), lambda row: row.sentence, sortable=False),
        Column("read", _("Read"), lambda row: row.read_at, sortable=False)]
    return Table(columns, source, request, default="-when", filters=[
        Filter("state", _("Read or not"), [("", _("Read or not")), ("unread", pgettext("notices", "not read")),
                                           ("read", pgettext("notices", "read"))]),
        Filter("type", _("Notice"), [("", _("Any notice")), *queries.types_of(person_id)])])


@never_cache
@require_POST
def open_notice(request: Request, notice_id: int) -> HttpResponse:
    """Mark it as read and go where it leads."""
    row = _marked(request, notice_id, is_read=True)
    return HttpResponseRedirect(row.link or reverse("notices:list"))


@never_cache
@require_POST
def mark(request: Request, notice_id: int) -> HttpResponse:
    """As read, or as unread."""
    _marked(request, notice_id, is_read=request.POST.get("read") != "0")
    return _back(request)


@never_cache
@require_POST
def mark_all(request: Request) -> HttpResponse:
    """As read: all up to the newest on the page, so that what came meanwhile is not missed."""
    until = request.POST.get("until", "")
    seen = int(until) if until.isascii() and until.isdigit() and len(until) < 19 else None
    count = services.notices_read_all(person_id=_me(request), until_id=seen)
    messages.success(request, ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", count) % {"n": count})
    return _back(request)


def _marked(request: Request, notice_id: int, *, is_read: bool) -> Notice:
    try:
        return services.notice_read(person_id=_me(request), notice_id=notice_id, is_read=is_read)
    except Notice.DoesNotExist as no:
        raise Http404 from no


def _back(request: Request) -> HttpResponse:
    wanted = request.POST.get("next", "")
    here = wanted.startswith("/notices/") and stays_here(wanted)
    return HttpResponseRedirect(wanted if here else reverse("notices:list"))


def _me(request: Request) -> int:
    person = request.user.pk
    if person is None:                                              # the rule of the address has asked who it is
        raise Http404
    return int(person)
