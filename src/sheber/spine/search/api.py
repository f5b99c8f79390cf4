"""The search over the API: the same answers as the palette and the page of results."""

from typing import Any, Final

from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.api import Out, Page, Paging, Problem, Word, page
from sheber.kit.http import Request

from . import queries

router = Router(tags=["search"])
FURTHEST: Final = 1_000
"""Over all kinds the list is read from its beginning, so it is not read further than this; with a kind there is no such end."""


class FoundOut(Out):
    """Something that was found."""

    kind: str = Field(examples=["programmes"])
    title: str = Field(description="In the reader's language.")
    note: str = Field(description="What it is.")
    url: str = Field(description="Its page.", examples=["/programmes/6B07202/2026/"])


class FoundKindOut(Out):
    """How many of a kind were found."""

    kind: str
    heading: str = Field(description="In the reader's language.")
    total: int


class FoundPage(Page[FoundOut]):
    """What was found: by kind, within a kind the best first. Only what the reader may open, and counted so too."""

    kinds: list[FoundKindOut] = Field(description="All kinds of which something was found, whatever `kind` was asked for.")
    read_as: str = Field(description="Set when nothing has what was typed, and the same keys in the other alphabet gave something.")


class SearchQuery(Schema):
    """What to look for."""

    q: Word = Field("", description="Words, beginnings of words, codes. Letters of all alphabets that are written alike are alike.")
    kind: Word = Field("", description="One kind only, as named in `kinds`; an unknown one finds nothing.")


@router.get("/search", response={200: FoundPage, 422: Problem}, url_name="search_list", operation_id="search_list")
def search_list(request: Request, asked: Query[SearchQuery], paging: Query[Paging]) -> Any:
    """People, programmes, courses, competences, organisations, pages: whatever has all words and may be opened."""
    kind = queries.known_kind(asked.kind)
    if asked.kind and not kind:
        return page([], 0, paging) | {"kinds": [], "read_as": ""}
    # Over all kinds a part of the list may lie in several of them: each gives as many as the part reaches.
    offset = paging.offset if kind else min(paging.offset, FURTHEST)
    found = queries.look_up(request, asked.q[:80], kind=kind, limit=paging.limit if kind else offset + paging.limit,
                            offset=offset if kind else 0)
    rows = [{"kind": group.kind, "title": hit.title, "note": hit.note, "url": hit.url} for group in found.groups for hit in group.hits]
    total = next((one.total for one in found.facets if one.kind == kind), 0) if kind else found.total
    return page(rows if kind else rows[paging.offset:paging.offset + paging.limit], total, paging) | {
        "kinds": [{"kind": one.kind, "heading": one.heading, "total": one.total} for one in found.facets], "read_as": found.read_as}
