"""What files can be attached to. A system states its kinds of things once, in its ``attachments.py``, found at start-up::

    targets.register(targets.Kind(
        "organisations.organisation", label=_("Document of an organisation"), personal=False, resolve=places,
        seen=documents_seen, edited=documents_edited, may_see=..., may_add=...))

``seen`` and ``edited`` narrow files in one query, for lists and for a single file alike; ``may_see`` and ``may_add`` decide about the
thing itself, where there is no file yet.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise

Requested = HttpRequest
NOTHING = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that files are attached to: what it is called, its page, the organisation it belongs to (whose quota counts), and the
    person it is about, if any. ``paths``: of the organisations at which
    the system asks for permissions."""

    title: str
    url: str
    organisation_id: int
    subject_id: int | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing. ``code`` is ``app.model``; ``personal``: every file names the person it is about, and its reading is recorded."""

    code: str
    label: str | Promise
    personal: bool
    resolve: Callable[[Collection[str]], Mapping[str, Thing]]
    seen: Callable[[Requested], Q]
    edited: Callable[[Requested], Q]
    may_see: Callable[[Requested, Thing], bool]
    may_add: Callable[[Requested, Thing], bool]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """State a kind. Raises ``ValueError`` when it is stated already."""
    if kind.code in _kinds:
        raise ValueError(f"files of the kind {kind.code} are stated already")
    _kinds[kind.code] = kind


def forget(code: str) -> None:
    """Take a kind out again; for tests."""
    _kinds.pop(code, None)


def kinds() -> tuple[Kind, ...]:
    """Every kind stated so far."""
    return tuple(_kinds.values())


def kind_of(code: str) -> Kind | None:
    """The kind, ``None`` when nobody here knows it."""
    return _kinds.get(code)


def thing(code: str, key: str) -> Thing | None:
    """One thing, ``None`` when there is none."""
    kind = _kinds.get(code)
    return kind.resolve([key]).get(key) if kind else None


def things(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Thing]:
    """Things by kind and key; one call for each kind, what nobody knows is left out."""
    keys: dict[str, set[str]] = {}
    for code, key in wanted:
        keys.setdefault(code, set()).add(key)
    found: dict[tuple[str, str], Thing] = {}
    for code, some in sorted(keys.items()):
        kind = _kinds.get(code)
        found |= {(code, key): one for key, one in kind.resolve(sorted(some)).items()} if kind else {}
    return found


def seen(request: Requested) -> Q:
    """Files this reader may see, removed ones not yet left out. A kind nobody states is seen by nobody."""
    return _either(kind.seen(request) & Q(target_kind=kind.code) for kind in _kinds.values())


def edited(request: Requested) -> Q:
    """Files this reader may remove and bring back."""
    return _either(kind.edited(request) & Q(target_kind=kind.code) for kind in _kinds.values())


def _either(parts: Iterable[Q]) -> Q:
    found = NOTHING
    for part in parts:
        found |= part
    return found
