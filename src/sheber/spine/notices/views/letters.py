"""Letters that wait, and those that could not be sent; for operators."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.exports import export
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.notices import queries, services, types
from sheber.spine.notices.models import Letter
from sheber.spine.notices.queries import LetterRow

_ORDERS: Final = {"number": "id", "type": "type", "email": "email", "state": "state", "attempts": "attempts", "created": "created_at",
                  "next": "next_at"}


@never_cache
@require_GET
def letter_list(request: Request) -> HttpResponse:
    """The outbox: what waits, what failed and why. The words of letters stand nowhere."""
    table = _table(request)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, cells = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, cells, title=_("Letters"), filename="letters")
    return render(request, "notices/letters.html", {"table": table, "queue": queries.queue(), "mailed": services.mail_is_sent(),
                                                    "server": settings.EMAIL_HOST, "sender": settings.DEFAULT_FROM_EMAIL})


def _table(request: Request) -> Table[LetterRow]:
    def source(query: Query) -> Slice[LetterRow]:
        order = ("-" if query.descending else "") + _ORDERS.get(query.sort, "id")
        return Slice(*queries.letter_list(state=query.filters.get("state", ""), type=query.filters.get("type", ""),
                                          words=query.words.replace("\x00", ""), offset=query.offset, limit=query.limit, order=order))

    columns: list[Column[LetterRow]] = [
        Column("number", _("Number"), lambda row: row.id, numeric=True), Column("type", _("Letter"), lambda row: row.title),
        Column("email", _("Receiver"), lambda row: row.email), Column("state", _("State"), lambda row: row.state_label),
        Column("attempts", _("Attempts"), lambda row: row.attempts, numeric=True),
        Column("created", _("Written"), lambda row: row.created_at), Column("next", _("Next attempt"), lambda row: row.next_at),
        Column("problem", _("What went wrong"), lambda row: " ".join(filter(None, (row.problem_label, row.told))), sortable=False)]
    kinds = sorted(((code, str(known.title)) for code, known in types.known().items()), key=lambda pair: pair[1])
    return Table(columns, source, request, default="-number", filters=[
        Filter("state", _("State"), [("", _("Any state")), *((str(state), str(label)) for state, label in Letter.State.choices)]),
        Filter("type", _("Letter"), [("", _("Any letter")), *kinds])])


@never_cache
@require_POST
def letter_act(request: Request, letter_id: int) -> HttpResponse:
    """Send it again, or drop it."""
    drop = request.POST.get("act") == "drop"
    try:
        if drop:
            services.letter_drop(actor=request.user, letter_id=letter_id)
        else:
            services.letter_retry(actor=request.user, letter_id=letter_id)
    except Letter.DoesNotExist as no:
        raise Http404 from no
    except DomainError as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, _("The letter is dropped.") if drop else _("The letter is sent again at once."))
    return redirect("notices:letters")


@never_cache
@require_POST
def letters_retry(request: Request) -> HttpResponse:
    """Send all again that failed, when the mail server is mended."""
    count = services.letters_retry(actor=request.user)
    messages.success(request, ngettext("%(n)s letter is sent again.", "%(n)s letters are sent again.", count) % {"n": count})
    return redirect("notices:letters")
