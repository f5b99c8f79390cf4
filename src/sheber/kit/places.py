"""What the systems know of an organisation, for its page and for the tree.

    from sheber.kit import places

    places.register("programmes", counts=programme_counts, panel=programmes_here)

where ``counts(request)`` gives a number of things for each organisation path the reader may see (in a fixed number of queries), and
``panel(request, path)`` what stands at one place and below, or ``None`` when there is nothing to show to this reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Line:
    """A thing at the place: what it is called, where it opens (or empty), and what is said of it."""

    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """Lines under a heading; ``more`` is said and opened below them when there are more."""

    heading: str
    lines: Sequence[Line]
    more: str = ""
    more_url: str = ""


Counts = Callable[[HttpRequest], Mapping[str, int]]
Show = Callable[[HttpRequest, str], Panel | None]


@dataclass(frozen=True)
class _Provider:
    counts: Counts | None
    panel: Show | None
    order: int


_providers: dict[str, _Provider] = {}


def register(name: str, *, counts: Counts | None = None, panel: Show | None = None, order: int = 50) -> None:
    """Add or replace the provider ``name``."""
    _providers[name] = _Provider(counts, panel, order)


def counts(request: HttpRequest, name: str) -> Mapping[str, int]:
    """Things of one provider by organisation path; empty when nobody counts them."""
    provider = _providers.get(name)
    return provider.counts(request) if provider and provider.counts else {}


def panels(request: HttpRequest, path: str) -> list[Panel]:
    """What stands at the place, in the order of the providers."""
    shown = [one.panel(request, path) for one in sorted(_providers.values(), key=lambda one: one.order) if one.panel]
    return [panel for panel in shown if panel is not None]
