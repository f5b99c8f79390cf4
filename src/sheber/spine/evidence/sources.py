"""Where an item of evidence can be opened: each system says how to find what its own kind of source is.

A system registers a resolver once, in its ``sources.py``, found at start-up::

    sources.register("course_result", resolve)

``resolve(ids)`` answers for many ids with one query and leaves out what it does not know.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

Resolver = Callable[[Collection[str]], Mapping[str, "Source"]]


def _everybody(_user: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Source:
    """What was assessed. ``url`` is empty when there is no page for it; ``visible_to`` says who may open that page."""

    title: str
    url: str = ""
    visible_to: Callable[[Any], bool] = _everybody


_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """State how sources of ``kind`` are found. Raises ``ValueError`` when another resolver is registered for it."""
    if _resolvers.get(kind, resolver) is not resolver:
        raise ValueError(f"sources of the kind {kind} have a resolver already")
    _resolvers[kind] = resolver


def kinds() -> tuple[str, ...]:
    """Kinds of sources the product knows."""
    return tuple(sorted(_resolvers))


def known(kind: str, key: str) -> bool:
    """Whether there is such a source."""
    return kind in _resolvers and key in _resolvers[kind]([key])


def resolve(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Source]:
    """Sources by kind and id: one call of a resolver for each kind. A source nobody knows is named by its kind and id."""
    found: dict[tuple[str, str], Source] = {}
    for kind in sorted({kind for kind, _id in wanted}):
        ids = sorted({key for known, key in wanted if known == kind})
        known = _resolvers[kind](ids) if kind in _resolvers else {}
        found |= {(kind, key): known.get(key) or Source(title=f"{kind} {key}") for key in ids}
    return found
