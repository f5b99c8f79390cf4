"""What a table is outside the product: its columns, where its rows come from and how a changed row is written."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["text", "integer", "number", "date", "choice", "flag"]
Values = Mapping[str, Any]
"""A row: text ``str``, integer ``int | None``, number ``float | None``, date ``date | None``, choice ``str`` (its code), flag ``bool``."""

ID: Final = "id"
STATE: Final = "row_state"
"""Column with the mark of the row as it was written out; an import sees by it that somebody changed the row since."""


@dataclass(frozen=True)
class Column:
    """``label`` and ``help`` are lazily translated; ``choices`` are the codes that may stand in a cell, with their meaning.

    ``clean`` brings a filled text into the one form in which ``rows`` gives it; it raises ``UnfitError`` with a sentence.
    """

    name: str
    label: Any
    kind: Kind = "text"
    required: bool = False
    choices: Sequence[tuple[str, Any]] = ()
    help: Any = ""
    clean: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Narrowing:
    """What an export can be narrowed by. ``kind``: ``choice`` (one of ``choices()``), ``date``, or ``code``, which is typed.

    ``people(code)`` is for a code that stands for people: the ids of theirs (a sequence, or a query for them), ``None`` when nobody
    knows the code.
    """

    name: str
    label: Any
    kind: Literal["choice", "date", "code"]
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    help: Any = ""
    people: Callable[[str], Any] | None = None


@dataclass(frozen=True)
class Change:
    """A row to be written. ``old`` is empty for a new row; ``fields`` are the names whose value changes."""

    row: int
    id: str
    old: Values
    new: Values
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Exchange:
    """A table that goes out and comes back.

    ``rows(paths, ids)`` gives the rows below any of the paths, those of ``ids`` only unless it is ``None``; each has ``id``, a stable
    text. ``apply(change, actor, paths)`` writes one
    row through the services of its system and raises ``DomainError`` to refuse it; it must itself refuse what lies outside
    ``paths``. ``lock(ids)`` holds the rows until the import ends, so that nobody changes them between comparing and writing; it takes
    them in the same order as the services do. The paths of reading are those of ``view``, of writing those of ``edit``.
    """

    name: str
    title: Any
    columns: Sequence[Column]
    view: str
    edit: str
    rows: Callable[[Sequence[str], Collection[str] | None], Iterable[Values]]
    apply: Callable[[Change, Any, Sequence[str]], None]
    lock: Callable[[Collection[str]], None] | None = None
    about: Any = ""
    """What the table is for, in one sentence."""
    narrowings: Sequence[Narrowing] = ()
    narrowed: Callable[[Sequence[str], Mapping[str, Any]], Iterable[Values]] | None = None
    """As ``rows`` of all, with values by the names of the narrowings: a text, a date, or for a code of people their ids."""
    count: Callable[[Sequence[str], Mapping[str, Any]], int] | None = None
    """How many ``narrowed`` gives; for the progress of large exports."""


@dataclass(frozen=True)
class Elsewhere:
    """An import with a page of its own, named in the list of what may be brought in."""

    title: Any
    about: Any
    url_name: str
    edit: str
    is_national: bool = False
    """Whether ``edit`` has to be held for the whole nation."""


_known: dict[str, Exchange] = {}
_elsewhere: dict[str, Elsewhere] = {}
_narrowings: dict[str, list[Narrowing]] = {}


def register(exchange: Exchange) -> Exchange:
    """Called from a system's ``exchange.py``. Raises ``ValueError`` when the name is taken or a column is named as one of ours."""
    names = [column.name for column in exchange.columns]
    if exchange.name in _known or len(set(names)) < len(names) or {ID, STATE} & set(names):
        raise ValueError(f"exchange {exchange.name}: the name is taken, or a column stands twice or is reserved")
    _known[exchange.name] = exchange
    return exchange


def narrow_by(exchange: str, narrowing: Narrowing) -> None:
    """Called from a system's ``exchange.py``: the table of another system can be narrowed by something only this one knows."""
    _narrowings.setdefault(exchange, []).append(narrowing)


def narrowings_of(exchange: Exchange) -> tuple[Narrowing, ...]:
    """What this table can be narrowed by; nothing when it gives all its rows at once."""
    return (*_narrowings.get(exchange.name, ()), *exchange.narrowings) if exchange.narrowed is not None else ()


def register_elsewhere(one: Elsewhere) -> None:
    """Called from a system's ``exchange.py``."""
    _elsewhere[one.url_name] = one


def elsewhere() -> tuple[Elsewhere, ...]:
    """All imports with a page of their own, by address."""
    return tuple(_elsewhere[name] for name in sorted(_elsewhere))


def exchange_named(name: str) -> Exchange | None:
    """The table of this name."""
    return _known.get(name)


def exchanges() -> tuple[Exchange, ...]:
    """All that is registered, by name."""
    return tuple(_known[name] for name in sorted(_known))
