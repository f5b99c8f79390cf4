"""The register of what is held about a person.

A system states it in its ``personal.py``, found at start-up::

    holding("people.roles", title=_("Roles"), why=_("They decide what you may open."), kept=_("As long as your account exists."),
            fields=("people.RoleAssignment.user",), export=roles)
    not_handed_out("people.RoleAssignment.granted_by", "the person is told in audit.done which roles they gave")

``export(person_id)`` gives rows of plain values, all with the same keys. A test walks every model: whatever points at a person, or
keeps an e-mail address, is named here or the build fails.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


_holdings: dict[str, Holding] = {}
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
