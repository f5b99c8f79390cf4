"""What the page and the palette show: pages and commands first, then what the index found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from sheber.kit import search as providers
from sheber.kit.findable import kinds
from sheber.kit.letters import asked, other_layout

from .finding import Facet, Group, find

PAGES_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """Groups with lines, all kinds with their totals, the keys to mark, and what was read instead of what was typed."""

    groups: tuple[Group, ...]
    facets: tuple[Facet, ...]
    words: tuple[str, ...]
    read_as: str = ""

    @property
    def total(self) -> int:
        return sum(facet.total for facet in self.facets)


def known_kind(name: str) -> str:
    """The name when there is such a kind, else empty: all kinds."""
    return name if name in kinds() or name in providers.provider_names() else ""


def look_up(request: HttpRequest, text: str, *, kind: str = "", limit: int, offset: int = 0) -> Found:
    """Everything the reader may open that has the words; ``limit`` and ``offset`` are of each kind that is shown."""
    answer = find(request.user, text, kind=kind, limit=limit, offset=offset)
    pages = _pages(request, answer.read_as or text)
    read_as = answer.read_as
    if not pages and not answer.groups and (other := other_layout(text)) and (pages := _pages(request, other)):
        read_as = other
    facets = (*(Facet(group.kind, group.heading, group.icon, group.total) for group in pages), *answer.facets)
    shown = [Group(one.kind, one.heading, one.icon, one.total, one.hits[offset:offset + limit]) for one in pages if kind in ("", one.kind)]
    shown += [group for group in answer.groups if kind in ("", group.kind)]
    return Found(tuple(shown), facets, tuple(asked(read_as or text)), read_as)


def _pages(request: HttpRequest, text: str) -> Sequence[Group]:
    return [Group(one.name, one.heading(), hits[0].icon, len(hits), tuple(hits))
            for one, hits in providers.provided(request, text, PAGES_MOST)]
