"""Deciding on requests for erasure, and how many consent to what."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sheber.kit import personal
from sheber.kit.errors import DomainError
from sheber.kit.exports import export, known
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.people import queries as people
from sheber.spine.people.models import User

from .. import queries, services
from ..forms import DecisionForm, EraseForm, ReleaseForm
from ..models import ErasureRequest
from ..queries import CountRow, RequestRow


def _columns() -> list[Column[RequestRow]]:
    return [Column("person", pgettext("of a person", "Name"), lambda row: str(row.person_name)),
            Column("asked", _("Asked"), lambda row: row.asked_at.date()), Column("due", _("To be decided by"), lambda row: row.due_on),
            Column("state", _("State"), lambda row: row.state_label), Column("decided", _("Decided"), lambda row: row.decided_at and
                                                                              row.decided_at.date())]


@never_cache
@require_GET
def request_list(request: Request) -> HttpResponse:
    """Requests of people whom the reader may edit, the most urgent first; ``?format=csv|xlsx`` exports those that pass."""
    paths = request.access.visible_paths("person.edit")
    filters: list[Filter[RequestRow]] = [
        Filter("state", _("State"), [("", _("Any state")), *((code, str(label)) for code, label in ErasureRequest.State.choices)])]

    def answer(query: Query) -> Slice[RequestRow]:
        return queries.requests(query, paths=paths)

    table = Table(_columns(), answer, request, default="due", filters=filters, page_size=25)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("Requests for erasure"), filename="erasure-requests", synthetic=False)
    return render(request, "privacy/requests.html", {"table": table})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: Request, request_id: int) -> HttpResponse:
    """One request: erase the person, refuse with a reason, or end what a refusal keeps."""
    row = queries.request_detail(request_id)
    if row is None:
        raise Http404
    actor = cast(User, request.user)
    form: forms.Form | None = None
    if row.is_waiting:
        form = DecisionForm(request.POST if request.method == "POST" else None)
    elif row.kept_until is not None:
        form = ReleaseForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> str:
        if not row.is_waiting:
            services.erasure_keep_end(actor=actor, request_id=row.id, reason=data["reason"])
            return _("The data may be erased now, when they are asked for again.")
        if data["decision"] == "erase":
            return _told(services.person_erase(actor=actor, person_id=row.person_id, reason=data["reason"]))
        services.erasure_refuse(actor=actor, request_id=row.id, reason=data["reason"], kept_until=data["kept_until"])
        return _("The request is refused, and the person is told.")

    return _acted(request, form, act, "privacy/decide.html", {"row": row, "fates": personal.erasings().values()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: Request, person_id: int) -> HttpResponse:
    """Erase somebody who did not ask on these pages."""
    person = people.person_detail(person_id)
    if person is None:
        raise Http404
    form = EraseForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> str:
        return _told(services.person_erase(actor=cast(User, request.user), person_id=person.id, reason=data["reason"]))

    return _acted(request, form, act, "privacy/erase.html", {
        "person": person, "is_erased": queries.is_erased(person.id), "fates": personal.erasings().values()})


@never_cache
@require_GET
def consent_counts(request: Request) -> HttpResponse:
    """How many people consent to each purpose: numbers, never names; ``?format=csv|xlsx`` exports them."""
    rows = queries.counts(paths=request.access.visible_paths("person.edit"))
    columns: list[Column[CountRow]] = [
        Column("title", _("Purpose"), lambda row: str(row.title)), Column("code", _("Code"), lambda row: row.code),
        Column("version", _("Text"), lambda row: row.version, numeric=True),
        Column("given", _("People who consent"), lambda row: row.given, numeric=True)]
    table = Table(columns, rows, request, search=lambda row: f"{row.code} {row.title}")
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, lines = table.export()
        return export(kind, headings, lines, title=_("Consents"), filename="consents", synthetic=False)
    return render(request, "privacy/consent_counts.html", {"table": table})


def _acted(request: Request, form: forms.Form | None, act: Callable[[dict[str, Any]], str], page: str,
           context: dict[str, Any]) -> HttpResponse:
    """The form shown, checked, carried out; a refusal stands beside its field and what was typed stays."""
    status = 200
    if request.method == "POST":
        status = 422
        if form is None:
            status = 409
        elif form.is_valid():
            try:
                told = act(form.cleaned_data)
            except DomainError as no:
                fields = dict(no.detail.get("fields") or {})
                for name, sentences in fields.items():
                    form.add_error(name if name in form.fields else None, sentences)
                if not fields:
                    form.add_error(None, str(no.message))
                status = 409
            else:
                messages.success(request, told)
                return HttpResponseRedirect(reverse("privacy:requests"))
    return render(request, page, {"form": form, **context}, status=status)


def _told(done: services.Erased) -> str:
    return ngettext("The person is erased. %(n)s entry of the record of changes lost what it told of them.",
                    "The person is erased. %(n)s entries of the record of changes lost what they told of them.",
                    done.entries) % {"n": done.entries}
