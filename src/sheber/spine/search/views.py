"""The page of results, and the lines of the palette: the same answers from one address."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from sheber.kit.http import Request
from sheber.kit.letters import marked

from . import queries

LETTERS_MOST: Final = 80
IN_PALETTE: Final = 5
OF_KIND: Final = 20
ON_PAGE: Final = 25
PAGES_MOST: Final = 400


@require_GET
def results(request: Request) -> HttpResponse:
    """``?q=`` words, ``kind=`` one kind only, ``page=`` of it. The palette asks with the header ``HX-Request`` and gets lines."""
    words, kind = request.GET.get("q", "").strip()[:LETTERS_MOST], queries.known_kind(request.GET.get("kind", ""))
    if request.headers.get("HX-Request") == "true":
        found = queries.look_up(request, words, kind=kind, limit=OF_KIND if kind else IN_PALETTE)
        return render(request, "search/_found.html", _shown(found, words, kind))
    asked = request.GET.get("page", "1")
    page = min(max(int(asked), 1), PAGES_MOST) if kind and asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    limit = ON_PAGE if kind else IN_PALETTE
    found = queries.look_up(request, words, kind=kind, limit=limit, offset=(page - 1) * limit)
    total = next((facet.total for facet in found.facets if facet.kind == kind), 0)
    first, pages = (page - 1) * limit + 1, min((total + limit - 1) // limit, PAGES_MOST)
    return render(request, "search/results.html", _shown(found, words, kind) | {
        "page": page, "first": first, "last": min(first + limit - 1, total), "kind_total": total,
        "before": _address(words, kind, page - 1) if page > 1 else "", "after": _address(words, kind, page + 1) if page < pages else ""})


def _shown(found: queries.Found, words: str, kind: str) -> dict[str, Any]:
    groups = [{"kind": group.kind, "heading": group.heading, "icon": group.icon, "total": group.total,
               "more": _address(words, group.kind) if group.total > len(group.hits) else "",
               "hits": [(hit, mark(hit.title, found.words)) for hit in group.hits]} for group in found.groups]
    facets = [{"kind": facet.kind, "heading": facet.heading, "icon": facet.icon, "total": facet.total,
               "url": _address(words, facet.kind), "is_current": facet.kind == kind} for facet in found.facets]
    return {"groups": groups, "facets": facets, "words": words, "kind": kind, "read_as": found.read_as, "total": found.total,
            "all_url": _address(words)}


def mark(title: str, keys: Sequence[str]) -> SafeString:
    """The title with what was asked for marked in it."""
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", piece) if is_asked else piece,)
                                       for piece, is_asked in marked(title, keys)))


def _address(words: str, kind: str = "", page: int = 1) -> str:
    state = [("q", words), *([("kind", kind)] if kind else []), *([("page", str(page))] if page > 1 else [])]
    return f"{reverse('search:results')}?{urlencode(state)}"
