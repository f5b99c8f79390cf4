"""Which tables a reader may take out and bring in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _

from sheber.kit.access import NATIONAL, Access
from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Elsewhere, Exchange, elsewhere, exchange_named, exchanges
from sheber.kit.exchange.files import MAX_ROWS
from sheber.kit.exchange.writing import write
from sheber.kit.exports import Format


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


def table_file(found: Open, kind: Format, *, empty: bool) -> tuple[bytes, str]:
    """The table, or its template, as a file with its name; a demonstration says in the name that the data is invented."""
    invented = bool(getattr(settings, "DEMONSTRATION", False))
    rows = [] if empty else list(islice(found.exchange.rows(found.view, None), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise DomainError("table_too_large", _(
            "The table has more than %(n)s rows, which no file here holds. Take it over the API, in parts.") % {"n": MAX_ROWS})
    name = f"{found.exchange.name}{'-template' if empty else '-demonstration' if invented else ''}.{kind}"
    return write(found.exchange, rows, kind, synthetic=invented and not empty), name


def _open(access: Access, exchange: Exchange) -> Open:
    return Open(exchange, access.visible_paths(exchange.view), access.visible_paths(exchange.edit))
