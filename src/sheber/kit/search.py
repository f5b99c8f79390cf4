"""What the search palette finds besides the things of the index: pages and commands. A system registers a provider; each answers only
what the reader may see. Things that stand in tables are found by the index, see :mod:`sheber.kit.findable`.

    from sheber.kit import search

    search.register("programmes", find_programmes, order=10)

where ``find_programmes(request, words, limit)`` gives hits with ready addresses; ``words`` is folded (see :func:`fold`) and
may be empty: then a provider answers what is most useful without a question, or nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

LIMIT: Final = 6


@dataclass(frozen=True)
class Hit:
    """One line of the palette: what it is called, where it leads, and what it is."""

    title: str
    url: str
    note: str = ""
    icon: str = "o-document-text"


Find = Callable[[HttpRequest, str, int], Sequence[Hit]]


@dataclass(frozen=True)
class Provider:
    """Who answers for one kind of thing; ``heading`` is called in the reader's language."""

    name: str
    heading: Callable[[], str]
    find: Find
    order: int


_providers: dict[str, Provider] = {}


def register(name: str, heading: Callable[[], str], find: Find, *, order: int = 50) -> None:
    """Add or replace the provider ``name``."""
    _providers[name] = Provider(name, heading, find, order)


def fold(words: str) -> str:
    """What is compared: without case, single spaces. Databases differ in folding Cyrillic, so it is done here."""
    return " ".join(words.casefold().split())


def matches(words: str, *texts: str) -> bool:
    """Whether every word stands somewhere in the texts."""
    within = fold(" ".join(texts))
    return all(word in within for word in fold(words).split())


def provided(request: HttpRequest, words: str, limit: int = LIMIT) -> list[tuple[Provider, list[Hit]]]:
    """Providers with what they found, in order; those that found nothing are left out."""
    found: list[tuple[Provider, list[Hit]]] = []
    for provider in sorted(_providers.values(), key=lambda one: (one.order, one.name)):
        hits = list(provider.find(request, fold(words), limit))[:limit]
        if hits:
            found.append((provider, hits))
    return found


def provider_names() -> set[str]:
    """Names of all providers."""
    return set(_providers)
