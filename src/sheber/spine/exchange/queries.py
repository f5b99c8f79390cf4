"""Which tables a reader may take out and bring in, and what became of a file they gave."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from sheber.kit.access import NATIONAL, Access
from sheber.kit.exchange.declaring import Elsewhere, Exchange, Values, elsewhere, exchange_named, exchanges
from sheber.kit.exports import Format

from .models import KeptFile


@dataclass(frozen=True, slots=True)
class Open:
    """A table with the paths of this reader: ``view`` is never empty, ``edit`` is when they may not bring anything in."""

    exchange: Exchange
    view: Sequence[str]
    edit: Sequence[str]


def open_tables(access: Access) -> tuple[Open, ...]:
    """All that the reader may take out, by name."""
    found = (_open(access, one) for one in exchanges())
    return tuple(one for one in found if one.view)


def open_table(access: Access, name: str) -> Open | None:
    """One of them; ``None`` when it is not there or not open to this reader."""
    exchange = exchange_named(name)
    found = _open(access, exchange) if exchange is not None else None
    return found if found is not None and found.view else None


def imports_elsewhere(access: Access) -> tuple[Elsewhere, ...]:
    """Imports with a page of their own that the reader may use."""
    return tuple(one for one in elsewhere() if (
        access.allowed(one.edit, NATIONAL) if one.is_national else access.visible_paths(one.edit)))


def file_name(found: Open, kind: Format, *, empty: bool) -> str:
    """Of the table, or its template; a demonstration says in the name that the data is invented."""
    part = "-template" if empty else "-demonstration" if settings.DEMONSTRATION else ""
    return f"{found.exchange.name}{part}.{kind}"


def table_rows(found: Open, values: Mapping[str, Any]) -> Iterator[Values]:
    """The rows that this reader may take out, narrowed by ``values``; one after another, however many there are."""
    narrowed = found.exchange.narrowed
    return iter(narrowed(found.view, values) if narrowed is not None else found.exchange.rows(found.view, None))


def _open(access: Access, exchange: Exchange) -> Open:
    return Open(exchange, access.visible_paths(exchange.view), access.visible_paths(exchange.edit))


def may_bring_in(access: Access, name: str) -> bool:
    """Whether the reader may change a table, or frameworks for ``case``."""
    if name == "case":
        return access.allowed("framework.edit", NATIONAL)
    found = open_table(access, name)
    return found is not None and bool(found.edit)


@dataclass(frozen=True, slots=True)
class Tried:
    """A file of the reader that background work looks through, writes, or has. ``outcome`` is empty until then; plain, see ``rules``."""

    id: int
    exchange: str
    filename: str
    job: int | None
    outcome: dict[str, Any] | None
    purpose: str


def tried(*, owner: Any, exchange: str, file_id: int) -> Tried | None:
    """``None`` when it is gone or somebody else's; one query."""
    row: Any = KeptFile.objects.filter(pk=file_id, owner_id=owner.pk, exchange=exchange).values_list(
        "id", "exchange", "filename", "job", "outcome", "purpose").first()
    return Tried(*row) if row else None
