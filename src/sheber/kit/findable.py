"""The register of what the search finds. A system states its kinds in its ``search.py``, found at start-up::

    findable(Kind("machines", heading=lambda: _("Machines"), icon="o-cog-6-tooth", order=60, permission="machine.view",
                  read=machines_read, show=machines_show,
                  watch=(Watch(Machine, "pk", ("code", "title", "laboratory")),)))

``read(keys)`` tells what things are found by and where they stand (:class:`Source`), ``show(keys, reader)`` how a line looks to a reader
(:class:`~sheber.kit.search.Hit`), both for primary keys as text, each with a fixed number of queries. What
``read`` leaves out is not found.
The index follows every write of the watched models, see ``docs/how-to/make-something-findable.md``. What writes many rows one after
the other does so within :func:`together`: then the index follows once, at the end.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from .search import Hit


@dataclass(frozen=True, slots=True)
class Source:
    """What one thing is found by.

    ``texts`` are titles, in all languages; ``codes`` are found by their beginning only and are not taken apart; ``places`` are ids of
    the organisations it stands at (one where the permission is held is enough; none: it is for those who hold it at the root).
    ``later`` puts what is over (archived, left) behind what is current. What is ``set_aside`` (a closed account) is found by lists that
    hold it (:func:`ids_found`), and not by the search.
    """

    key: str
    texts: tuple[str, ...]
    codes: tuple[str, ...] = ()
    places: frozenset[int] = frozenset()
    later: int = 0
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """A model whose rows the kind is made from. ``via`` leads from it to the key (``pk``, ``user_id``, ``versions__courses``); ``fields``
    are those that matter, so that other saves cost nothing."""

    model: type[models.Model]
    via: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a line: paths at which the permission of the kind is held, and the own id."""

    person_id: int | None
    paths: tuple[str, ...]


Read = Callable[[Sequence[str]], Iterable[Source]]
Show = Callable[[Sequence[str], Reader], Mapping[str, Hit]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing. ``everywhere``: whoever holds the permission at any node may open all of them. ``is_person``: the key is the id
    of a person, who always finds themselves. ``inside``: titles are found by the inside of their words too."""

    name: str
    heading: Callable[[], str]
    icon: str
    order: int
    permission: str
    model: type[models.Model]
    read: Read
    show: Show
    watch: tuple[Watch, ...]
    everywhere: bool = False
    is_person: bool = False
    inside: bool = True


_kinds: dict[str, Kind] = {}


def findable(kind: Kind) -> None:
    """State a kind. Raises ``ValueError`` when the name is taken."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is stated already")
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    """Every kind stated, by name, in the order in which they are shown."""
    return {one.name: one for one in sorted(_kinds.values(), key=lambda one: (one.order, one.name))}


def watched(model: type[models.Model]) -> list[tuple[Kind, Watch]]:
    """Kinds made from rows of this model."""
    return [(kind, watch) for kind in _kinds.values() for watch in kind.watch if watch.model is model]


LookUp = Callable[[str, str], models.QuerySet[Any]]
_looked_up: list[LookUp] = []


def looked_up_by(look_up: LookUp) -> None:
    """State who answers :func:`ids_found`: the system that keeps the index."""
    _looked_up[:] = [look_up]


def ids_found(kind: str, words: str) -> models.QuerySet[Any]:
    """Ids of the things of a kind that have every word, set aside or not, as a subquery for the lists of their own systems.

    A thing has a word when one of its words, or of their parts between points and dashes, or one of its codes begins with it, compared as
    :mod:`sheber.kit.letters` does. Text without a letter or a digit finds nothing; words after the eighth are not looked at. It says
    nothing of what a reader may see. Only for kinds whose words are found by their beginning.
    """
    return _looked_up[0](kind, words)


Refresh = Callable[[Kind, Collection[str]], None]
_waiting: ContextVar["_Waiting | None"] = ContextVar("findable_waiting", default=None)
_refreshed: list[Refresh] = []


def refreshed_by(refresh: Refresh) -> None:
    """State who makes the entries of changed things anew: the system that keeps the index."""
    _refreshed[:] = [refresh]


@dataclass(slots=True)
class _Waiting:
    """Keys by the name of their kind; rows by the kind and the watch that leads from them to keys."""

    keys: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[tuple[str, Watch], set[Any]] = field(default_factory=dict)


def changed(kind: Kind, keys: Collection[str]) -> None:
    """These things have changed: the index follows now, or at the end of :func:`together`."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.keys.setdefault(kind.name, set()).update(keys)
        return
    for refresh in _refreshed:
        refresh(kind, keys)


def changed_rows(kind: Kind, watch: Watch, rows: Collection[Any]) -> None:
    """These rows of a watched model have changed: what they lead to is asked now, or at the end of :func:`together`."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.rows.setdefault((kind.name, watch), set()).update(rows)
    else:
        changed(kind, keys_of(watch, rows))


def keys_of(watch: Watch, rows: Collection[Any]) -> set[str]:
    """Keys of the things made from these rows; a query for each thousand of them, none where they are the things themselves."""
    if watch.via == "pk":
        return {str(one) for one in rows}
    found: set[str] = set()
    pks = list(rows)
    for at in range(0, len(pks), 1000):
        leads = watch.model._base_manager.filter(pk__in=pks[at:at + 1000]).values_list(watch.via, flat=True)
        found |= {str(one) for one in leads if one is not None}
    return found


@contextmanager
def together() -> Iterator[None]:
    """What changes within is followed once, at the end, still in the transaction of the caller; nothing after an error."""
    if _waiting.get() is not None:
        yield
        return
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for (name, watch), rows in waiting.rows.items():
        waiting.keys.setdefault(name, set()).update(keys_of(watch, rows))
    for name, keys in waiting.keys.items():
        changed(_kinds[name], keys)


def texts_of(*values: Any) -> tuple[str, ...]:
    """The texts of localised fields, without the empty ones, each once."""
    from .localised import LocalisedText

    return tuple(dict.fromkeys(text for value in values for text in LocalisedText.of(value).values()))
