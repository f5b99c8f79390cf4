"""The register of what is held about a person.

A system states it in its ``personal.py``, found at start-up::

    holding("people.roles", title=_("Roles"), why=_("They decide what you may open."), kept=_("As long as your account exists."),
            fields=("people.RoleAssignment.user",), export=roles)
    not_handed_out("people.RoleAssignment.granted_by", "the person is told in audit.done which roles they gave")

``export(person_id)`` gives rows of plain values, all with the same keys. A test walks every model: whatever points at a person, or
keeps an e-mail address, is named here or the build fails.

What becomes of the rows when the person is erased is stated beside it, once for each model::

    at_erasure("people.RoleAssignment", "kept", "who was responsible for what, without a name", run=end_roles)
    at_erasure("accounts.SecondStep", "deleted", "a way in", by=("person",))
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.apps import apps

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Row = Mapping[str, Any]
Export = Callable[[int], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Holding:
    """One table of what is held: what it is, why and for how long, in the reader's language. ``code`` names its files."""

    code: str
    title: "str | _StrPromise"
    why: "str | _StrPromise"
    kept: "str | _StrPromise"
    fields: tuple[str, ...]
    export: Export


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who is erased, as known a moment before: for rows that name a person by an address or in a text."""

    person_id: int
    email: str
    names: tuple[str, ...]

    def is_named_in(self, text: str) -> bool:
        """Whether a text names them by an address or a whole name, in whatever case."""
        pattern = naming((self.email, *self.names))
        return pattern is not None and pattern.search(text) is not None

    def blanked(self, text: str) -> str:
        """The text without their address and names."""
        pattern = naming((self.email, *self.names))
        return text if pattern is None else pattern.sub("…", text)


def naming(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the names as whole words, in whatever case; ``None`` when there is none of three letters or more."""
    found = sorted({name.strip() for name in names if len(name.strip()) > 2}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in found), re.IGNORECASE) if found else None


Fate = Literal["kept", "deleted", "blanked"]
"""``kept``: the row stays and points at “Erased person N”; ``deleted``: it goes; ``blanked``: it stays without what told of the person."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """What becomes of the rows of one model. ``run`` does it inside the transaction of the erasure and returns how many it touched."""

    model: str
    fate: Fate
    why: str
    run: Callable[[Leaving], int] | None


_holdings: dict[str, Holding] = {}
_erasings: dict[str, Erasing] = {}
_reasons: dict[str, str] = {}


def holding(code: str, *, title: "str | _StrPromise", why: "str | _StrPromise", kept: "str | _StrPromise", fields: tuple[str, ...],
            export: Export) -> None:
    """State one table. ``fields`` are those by which it belongs to a person, as ``app.Model.field``.

    Raises ``ValueError`` for a code that is no name of a file, or is stated already.
    """
    if not re.fullmatch(r"[a-z]+\.[a-z_]+", code):
        raise ValueError(f"{code}: write system.table in small letters")
    if code in _holdings:
        raise ValueError(f"{code} is stated already")
    _holdings[code] = Holding(code, title, why, kept, fields, export)


def not_handed_out(field: str, reason: str) -> None:
    """State why what ``app.Model.field`` ties to a person is in no table. Raises ``ValueError`` without a reason, or a second time."""
    if not reason or field in _reasons:
        raise ValueError(f"{field}: give one reason, once")
    _reasons[field] = reason


def at_erasure(model: str, fate: Fate, why: str, *, by: tuple[str, ...] = (), run: Callable[[Leaving], int] | None = None) -> None:
    """State what becomes of the rows of ``app.Model`` when the person is erased; in English, for those who look after the product.

    ``by`` (only with ``deleted``): fields that lead to the person; the rows where any of them does are deleted. Otherwise ``run``
    does the work; ``kept`` needs neither. Statements are carried out in the order of the systems.

    Raises ``ValueError`` without a reason, for a second statement, or when what is to be done is not said.
    """
    if not why or model in _erasings:
        raise ValueError(f"{model}: give one reason, once")
    if fate != "kept" and bool(by) == (run is not None):
        raise ValueError(f"{model}: say either by which fields or how")
    _erasings[model] = Erasing(model, fate, why, _deleting(model, by) if by else run)


def erasings() -> Mapping[str, Erasing]:
    """What becomes of each model's rows, by ``app.Model``."""
    return dict(_erasings)


def _deleting(model: str, by: tuple[str, ...]) -> Callable[[Leaving], int]:
    def run(leaving: Leaving) -> int:
        rows: Any = apps.get_model(model)._default_manager.none()
        for field in by:
            rows = rows | apps.get_model(model)._default_manager.filter(**{field: leaving.person_id})
        return int(rows.delete()[0])

    return run


def holdings() -> tuple[Holding, ...]:
    """Every table stated, in the order of the systems: the account first."""
    return tuple(_holdings.values())


def reasons() -> Mapping[str, str]:
    """Fields in no table, each with its reason."""
    return dict(_reasons)


def table(*columns: str, source: Callable[[int], Iterable[tuple[Any, ...]]]) -> Export:
    """An export from tuples: each gets the names ``columns``."""
    def export(person_id: int) -> Iterable[Row]:
        return (dict(zip(columns, row, strict=True)) for row in source(person_id))

    return export
