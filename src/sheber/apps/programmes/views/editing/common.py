"""What saving a form of a draft answers: written, to be corrected (422), refused or stale (409). What was typed stays."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from sheber.apps.programmes.forms.editing import Difference, EditForm
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit import formats
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.audit.queries import history_of
from sheber.spine.people.access import allowed

FormT = TypeVar("FormT", bound=EditForm)


@dataclass(frozen=True, slots=True)
class Stale:
    """Who saved after the form was opened, when, and the fields that are not the same."""

    by: str
    at: str
    differences: tuple[Difference, ...]

    @property
    def clashes(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.is_clash)


@dataclass(frozen=True, slots=True)
class Answer(Generic[FormT]):
    """The form to show, with its status; ``saved`` when it was written."""

    form: FormT
    status: int = 200
    saved: bool = False
    stale: Stale | None = None
    refusal: DomainError | None = None


def answer(request: Request, row: VersionRow, *, make: Callable[[QueryDict | None], FormT],
           save: Callable[[FormT], object]) -> Answer[FormT]:
    """Show, check and save one form. ``make(None)`` gives the form with what is saved now, ``make(data)`` with what was typed.

    ``way=merge`` in the data writes what was typed where it was changed, and leaves every other field as it is saved.
    """
    if request.method != "POST":
        return Answer(make(None))
    form = make(request.POST)
    if request.POST.get("way") == "merge":
        form = make(form.merged(make(None)))
    if not form.is_valid():
        return Answer(form, 422)
    try:
        save(form)
    except DomainError as no:
        if no.code == "stale":
            return _stale(row, form, make)
        return Answer(with_errors(form, no), 409, refusal=no)
    return Answer(form, saved=True)


def _stale(row: VersionRow, form: FormT, make: Callable[[QueryDict | None], FormT]) -> Answer[FormT]:
    now = make(None)
    last = next(iter(history_of("programmes.programmeversion", row.id, limit=1)), None)
    stale = Stale(last.actor_name if last else "", clock(last.at) if last else "", tuple(form.differences(now)))
    data = form.with_values({})
    data["edit_version"] = str(now["edit_version"].value())
    return Answer(make(data), 409, stale=stale)


def with_errors(form: FormT, refusal: DomainError) -> FormT:
    """Put the sentences of a refusal beside the fields they are about; the rest belongs to the form as a whole."""
    told = False
    for name, wrong in dict(refusal.detail.get("fields") or {}).items():
        for field in (name, f"{name}_kk"):
            if field in form.fields:
                for sentence in wrong:
                    form.add_error(field, sentence)
                told = True
                break
    if not told:
        form.add_error(None, str(refusal.message))
    return form


def clock(at: dt.datetime) -> str:
    """The time when it was today, else the date too."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else formats.moment(at)


def closed(request: Request, row: VersionRow, *, here: str, status: int = 200) -> HttpResponse:
    """Why a version that is no draft cannot be changed, and what to do instead."""
    return render(request, "programmes/edit_closed.html", {
        "row": row, "here": here, "may_publish": allowed(request.user, "programme.publish", row.organisation_path)}, status=status)


def context_of(found: Answer[Any]) -> dict[str, Any]:
    """What the templates of all forms are given."""
    return {"form": found.form, "stale": found.stale, "refusal": found.refusal}
