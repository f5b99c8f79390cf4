"""The tree as a page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sheber.kit.http import Request

from . import queries


@require_GET
def tree(request: Request) -> HttpResponse:
    """All organisations the reader may see, each below its parent."""
    return render(request, "organisations/tree.html", {"rows": queries.visible(request.access.visible_paths("organisation.view"))})


@require_GET
def detail(request: Request, code: str) -> HttpResponse:
    """One organisation: facts, where it stands, what stands below it."""
    row = queries.by_code(code)
    if row is None:
        raise Http404
    above = queries.breadcrumbs(row.path)[:-1]
    below = [one for one in queries.subtree(row.path) if one.id != row.id]
    return render(request, "organisations/detail.html", {"row": row, "above": above, "below": below})
