"""Adding, editing, moving, closing and opening organisations."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheber.kit import editing
from sheber.kit.http import Request
from sheber.spine.audit.queries import history_of
from sheber.spine.organisations import queries, services
from sheber.spine.organisations.forms.editing import MoveForm, OrganisationForm, ReasonForm
from sheber.spine.organisations.queries import OrganisationRow
from sheber.spine.trash.asking import Asked, ask

EDIT = "organisation.edit"
ReasonFormT = TypeVar("ReasonFormT", bound=ReasonForm)


def _row(code: str) -> OrganisationRow:
    row = queries.by_code(code)
    if row is None:
        raise Http404
    return row


def _page(request: Request, row: OrganisationRow, found: editing.Answer[OrganisationForm], **words: Any) -> HttpResponse:
    return render(request, "organisations/edit.html", {**editing.context_of(found), "row": row, **words}, status=found.status)


def _last(row: OrganisationRow) -> tuple[str, dt.datetime] | None:
    entry = next(iter(history_of("organisations.organisation", row.id, limit=1)), None)
    return (entry.actor_name, entry.at) if entry else None


def _no_one() -> None:
    """Nobody can have saved what is not there yet."""


@require_http_methods(["GET", "POST"])
def add(request: Request, code: str) -> HttpResponse:
    """A new organisation below this one."""
    above = _row(code)

    def save(form: OrganisationForm) -> None:
        services.organisation_create(actor=request.user, parent_id=above.id, reason=form.cleaned_data["reason"], **form.facts())

    found = editing.answer(request, last=_no_one, make=lambda data: OrganisationForm(data, saved=None), save=save)
    if found.saved:
        messages.success(request, _("The organisation is added."))
        return HttpResponseRedirect(reverse("organisations:organisation", args=[found.form.facts()["code"]]))
    return _page(request, above, found, heading=_("Add an organisation"), button=_("Add the organisation"), is_new=True)


@require_http_methods(["GET", "POST"])
def edit(request: Request, code: str) -> HttpResponse:
    """What an organisation is; a stale save shows both versions."""
    row = _row(code)

    def make(data: QueryDict | None) -> OrganisationForm:
        return OrganisationForm(data, saved=queries.by_id(row.id))

    def save(form: OrganisationForm) -> None:
        services.organisation_edit(actor=request.user, organisation_id=row.id, facts=form.facts(), reason=form.cleaned_data["reason"],
                                   edit_version=form.stated_edit_version())

    found = editing.answer(request, last=lambda: _last(row), make=make, save=save)
    if found.saved:
        messages.success(request, _("The organisation is saved."))
        return HttpResponseRedirect(reverse("organisations:organisation", args=[found.form.facts()["code"]]))
    return _page(request, row, found, heading=_("Edit the organisation"), button=_("Save the organisation"))


def _asked(request: Request, row: OrganisationRow, shape: type[ReasonFormT], save: Callable[[ReasonFormT], object], *, done: str,
           form: Mapping[str, Any] | None = None, **words: Any) -> HttpResponse:
    """A question about the organisation; a stale answer shows what became of it meanwhile, and asks again."""
    def make(data: QueryDict | None) -> ReasonFormT:
        now = queries.by_id(row.id)
        if now is None:
            raise Http404
        return shape(data, saved=now, above=queries.by_id(now.parent_id) if now.parent_id else None, **(form or {}))

    found = editing.answer(request, last=lambda: _last(row), make=make, save=save)
    if found.saved:
        messages.success(request, done)
        return HttpResponseRedirect(reverse("organisations:organisation", args=[row.code]))
    context = {**editing.context_of(found), "row": row, "places": getattr(found.form, "places", None), **words}
    return render(request, "organisations/change.html", context, status=found.status)


@require_http_methods(["GET", "POST"])
def move(request: Request, code: str) -> HttpResponse:
    """Under another organisation; whoever moves it looks after both places."""
    row = _row(code)
    above = queries.by_id(row.parent_id) if row.parent_id else None
    if above is None or not request.access.allowed(EDIT, above.path):
        raise PermissionDenied
    return _asked(request, row, MoveForm, lambda form: services.organisation_move(
        actor=request.user, organisation_id=row.id, parent_id=form.cleaned_data["parent"].id, reason=form.cleaned_data["reason"],
        edit_version=form.stated_edit_version()), form={"paths": request.access.visible_paths(EDIT)},
        done=_("The organisation is moved."), heading=_("Move the organisation"), button=_("Move the organisation"),
        purpose=_("Everything below moves with it. Roles held above the old place no longer reach it, those above the new one do."))


@require_http_methods(["GET", "POST"])
def close(request: Request, code: str) -> HttpResponse:
    """Nothing new begins there."""
    row = _row(code)
    return _asked(request, row, ReasonForm, lambda form: services.organisation_close(
        actor=request.user, organisation_id=row.id, reason=form.cleaned_data["reason"], edit_version=form.stated_edit_version()),
        danger=True, done=_("The organisation is closed."), heading=_("Close the organisation"), button=_("Close the organisation"),
        purpose=_("No role is given there any more. What is recorded stays, and it can be opened again."))


@require_http_methods(["GET", "POST"])
def reopen(request: Request, code: str) -> HttpResponse:
    """Open again."""
    row = _row(code)
    return _asked(request, row, ReasonForm, lambda form: services.organisation_reopen(
        actor=request.user, organisation_id=row.id, reason=form.cleaned_data["reason"], edit_version=form.stated_edit_version()),
        done=_("The organisation is open again."), heading=_("Open the organisation again"), button=_("Open the organisation"),
        purpose=_("Roles can be given there again."))


@require_http_methods(["GET", "POST"])
def delete(request: Request, code: str) -> HttpResponse:
    """Ask, then put it into the trash: for what was entered by mistake and nothing refers to."""
    row = _row(code)
    above = queries.by_id(row.parent_id) if row.parent_id else None
    asked = Asked(
        heading=_("Delete the organisation %(code)s?") % {"code": row.code}, button=_("Delete the organisation"),
        thing_title=str(row.name), thing_label=str(row.short), thing_url=reverse("organisations:organisation", args=[row.code]),
        list_label=_("Organisations"), list_url=reverse("organisations:tree"), edit_version=row.edit_version,
        history=("organisations.organisation", row.id),
        note=_("This is for what was entered by mistake. What people worked at is closed and not deleted."))
    return ask(request, asked, going=lambda: services.going_with_organisation(row.id), done=_("The organisation is deleted."),
               delete=lambda stated, reason: services.organisation_delete(actor=request.user, organisation_id=row.id, edit_version=stated,
                                                                          reason=reason),
               then=reverse("organisations:organisation", args=[above.code]) if above else reverse("organisations:tree"))
