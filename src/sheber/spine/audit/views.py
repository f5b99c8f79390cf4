"""The trail as a page: newest first, filtered by the address."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sheber.kit.http import Request

from . import queries
from .forms import AuditFilterForm

PAGE_MAX = 100_000


@require_GET
def entry_list(request: Request) -> HttpResponse:
    """Entries at and below the nodes where the reader holds ``audit.view``. A filter that cannot be read finds nothing."""
    form = AuditFilterForm(request.GET)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    number = request.GET.get("page", "1")
    page = min(int(number), PAGE_MAX) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    shown = queries.entries(
        scope_paths=request.access.visible_paths("audit.view") if form.is_valid() else (), verb=wanted.get("verb", ""),
        actor_text=wanted.get("actor", ""), target_kind=wanted.get("kind", ""), target_id=wanted.get("target", ""),
        first_day=wanted.get("first_day"), last_day=wanted.get("last_day"), page=page)
    others = request.GET.copy()
    others.pop("page", None)
    return render(request, "audit/list.html", {"form": form, "shown": shown, "query": others.urlencode()},
                  status=200 if form.is_valid() else 422)
