"""What saving a form of a draft answers; see :mod:`sheber.kit.editing`."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from sheber.apps.programmes.forms.editing import EditForm
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit import editing
from sheber.kit.editing import Answer, clock, context_of, with_errors
from sheber.kit.http import Request
from sheber.spine.audit.queries import history_of
from sheber.spine.people.access import allowed

__all__ = ["Answer", "answer", "clock", "closed", "context_of", "with_errors"]

FormT = TypeVar("FormT", bound=EditForm)


def answer(request: Request, row: VersionRow, *, make: Callable[[QueryDict | None], FormT],
           save: Callable[[FormT], object]) -> Answer[FormT]:
    """Show, check and save one form of a version."""
    def last() -> tuple[str, dt.datetime] | None:
        entry = next(iter(history_of("programmes.programmeversion", row.id, limit=1)), None)
        return (entry.actor_name, entry.at) if entry else None

    return editing.answer(request, last=last, make=make, save=save)


def closed(request: Request, row: VersionRow, *, here: str, status: int = 200) -> HttpResponse:
    """Why a version that is no draft cannot be changed, and what to do instead."""
    return render(request, "programmes/edit_closed.html", {
        "row": row, "here": here, "may_publish": allowed(request.user, "programme.publish", row.organisation_path)}, status=status)
