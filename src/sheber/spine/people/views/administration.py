"""Changing a person: account, roles."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheber.kit import editing
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.audit.queries import history_of
from sheber.spine.people import access, queries, services
from sheber.spine.people.forms.administration import DatesForm, EndForm, PersonForm, ReasonForm, RoleForm
from sheber.spine.people.queries import PersonDetail, RoleRow

RoleFormT = TypeVar("RoleFormT", DatesForm, EndForm)


def _detail(person_id: int) -> PersonDetail:
    row = queries.person_detail(person_id)
    if row is None:
        raise Http404
    return row


def _asked(request: Request, row: PersonDetail, form: forms.Form, save: Callable[[Any], object], *, done: str,
           **words: Any) -> HttpResponse:
    """A small form on a page of its own: shown, checked, saved; a refusal stands beside its field and what was typed stays."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save(form.cleaned_data)
            except DomainError as no:
                told = dict(no.detail.get("fields") or {})
                for name, sentences in told.items():
                    form.add_error(name if name in form.fields else None, sentences)
                if not told:
                    form.add_error(None, str(no.message))
                status = 409
            else:
                messages.success(request, done)
                return HttpResponseRedirect(reverse("people:person", args=[row.id]))
    return render(request, "people/change.html", {"row": row, "form": form, **words}, status=status)


@require_http_methods(["GET", "POST"])
def role_grant(request: Request, person_id: int) -> HttpResponse:
    """Give a role."""
    row = _detail(person_id)
    form = RoleForm(request.POST if request.method == "POST" else None, held=access.held(request.user))

    def save(data: dict[str, Any]) -> None:
        services.role_grant(actor=request.user, person_id=row.id, role=data["role"], organisation_id=data["organisation"].id,
                            starts_on=data["starts_on"], ends_on=data["ends_on"], reason=data["reason"], is_new=True)

    return _asked(request, row, form, save, done=_("The role is given."), heading=_("Give a role"), button=_("Give the role"),
                  purpose=_("You can give only what you hold yourself at that organisation."), places=form.places)


@require_http_methods(["GET", "POST"])
def role_dates(request: Request, person_id: int, role_id: int) -> HttpResponse:
    """Another first or last day."""
    row = _detail(person_id)

    def save(form: DatesForm) -> None:
        data = form.cleaned_data
        services.role_dates_change(actor=request.user, role_id=role_id, starts_on=data["starts_on"], ends_on=data["ends_on"],
                                   reason=data["reason"], edit_version=form.stated_edit_version())

    return _of_role(request, row, role_id, DatesForm, save, done=_("The days are changed."), heading=_("Change the days of a role"),
                    button=_("Change the days"), purpose=_("The role holds from its first to its last day, both included."))


@require_http_methods(["GET", "POST"])
def role_end(request: Request, person_id: int, role_id: int) -> HttpResponse:
    """Take a role back at once."""
    row = _detail(person_id)
    return _of_role(request, row, role_id, EndForm, lambda form: services.role_end_now(
        actor=request.user, role_id=role_id, reason=form.cleaned_data["reason"], edit_version=form.stated_edit_version()),
        done=_("The role has ended."), heading=_("End a role now"), button=_("End the role"), danger=True,
        purpose=_("It ends at once. What was done under it stays as it is."))


def _of_role(request: Request, row: PersonDetail, role_id: int, shape: type[RoleFormT], save: Callable[[RoleFormT], object], *, done: str,
             **words: Any) -> HttpResponse:
    """A form about one role that is held; a stale one shows what became of its days."""
    def role() -> RoleRow:
        found = queries.role_of(row.id, role_id)
        if found is None:
            raise Http404
        return found

    def last() -> tuple[str, dt.datetime] | None:
        entry = next((one for one in history_of("people.user", row.id, limit=20) if one.verb.startswith("role.")), None)
        return (entry.actor_name, entry.at) if entry else None

    found = editing.answer(request, last=last, make=lambda data: shape(data, saved=role()), save=save)
    if found.saved:
        messages.success(request, done)
        return HttpResponseRedirect(reverse("people:person", args=[row.id]))
    return render(request, "people/change.html", {**editing.context_of(found), "row": row, "role": role(), **words}, status=found.status)


@require_http_methods(["GET", "POST"])
def person_deactivate(request: Request, person_id: int) -> HttpResponse:
    """Close the account."""
    return _asked(request, row := _detail(person_id), ReasonForm(request.POST if request.method == "POST" else None),
                  lambda data: services.person_deactivate(actor=request.user, person_id=row.id, reason=data["reason"]),
                  done=_("The account is closed."), heading=_("Close the account"), button=_("Close the account"), danger=True,
                  purpose=_("The person is signed out everywhere at once and cannot sign in. Nothing they did is lost."))


@require_http_methods(["GET", "POST"])
def person_reactivate(request: Request, person_id: int) -> HttpResponse:
    """Open the account again."""
    return _asked(request, row := _detail(person_id), ReasonForm(request.POST if request.method == "POST" else None),
                  lambda data: services.person_reactivate(actor=request.user, person_id=row.id, reason=data["reason"]),
                  done=_("The account is open again."), heading=_("Open the account again"), button=_("Open the account"),
                  purpose=_("Roles that have not ended hold again. The person signs in anew."))


@require_http_methods(["GET", "POST"])
def person_edit(request: Request, person_id: int) -> HttpResponse:
    """Names, e-mail, language; a stale save shows both versions."""
    row = _detail(person_id)

    def make(data: QueryDict | None) -> PersonForm:
        return PersonForm(data, saved=_detail(person_id))

    def save(form: PersonForm) -> None:
        services.person_edit(actor=request.user, person_id=row.id, name=form.name(), email=form.cleaned_data["email"],
                             language=form.cleaned_data["language"], edit_version=form.stated_edit_version(),
                             reason=form.cleaned_data["reason"])

    def last() -> tuple[str, dt.datetime] | None:
        entry = next((one for one in history_of("people.user", row.id, limit=20) if one.verb == "person.changed"), None)
        return (entry.actor_name, entry.at) if entry else None

    found = editing.answer(request, last=last, make=make, save=save)
    if found.saved:
        messages.success(request, _("The account is saved."))
        return HttpResponseRedirect(reverse("people:person", args=[row.id]))
    return render(request, "people/person_edit.html", {**editing.context_of(found), "row": row}, status=found.status)
