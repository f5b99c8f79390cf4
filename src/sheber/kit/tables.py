"""A table whose state stands in the address: order, search, filters, page. The same state draws the page and the export.

    table = Table(COLUMNS, rows, request, filters=FILTERS, search=lambda row: f"{row.code} {row.title}")

``rows`` is a sequence, handled here, or a callable that answers a :class:`Query` from the database with a :class:`Slice`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any, Final, Generic, Literal, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import formats
from .search import matches
from .sorting import alphabetical

Row = TypeVar("Row")
PAGE_SIZE: Final = 50
PAGE_LAST: Final = 1_000_000
EXPORT_LIMIT: Final = 1_000_000
"""Rows that a source gives at most when it is asked for all at once; more are asked for in parts."""
EXPORT_CHUNK: Final = 5_000
"""An export of more rows than this is read in parts of so many."""
WORDS_LIMIT: Final = 80


@dataclass(frozen=True)
class Column(Generic[Row]):
    """``label`` is translated by whoever declares it. ``value`` gives what is exported and, without ``key``, sorted by."""

    name: str
    label: str
    value: Callable[[Row], Any]
    numeric: bool = False
    sortable: bool = True
    key: Callable[[Row], Any] | None = None
    css: str = ""

    def sort_key(self, row: Row) -> Any:
        found = (self.key or self.value)(row)
        return alphabetical(found) if isinstance(found, str) else found


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """A choice in the address. ``choices`` are value and label; a value that is not among them is ignored."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: Callable[[Row], str] | None = None


@dataclass(frozen=True)
class Query:
    """What the address asks for; ``limit`` is ``None`` for an export."""

    sort: str = ""
    descending: bool = False
    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int | None = PAGE_SIZE


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """The rows asked for, and how many there are with and without the filters."""

    rows: Sequence[Row]
    total: int
    unfiltered: int


@dataclass(frozen=True)
class Head:
    """A header cell."""

    label: str
    url: str
    sorted: Literal["", "ascending", "descending"]
    css: str


@dataclass(frozen=True)
class Link:
    """A page of the pager (``number`` 0 is a gap) or a chip."""

    label: str
    url: str
    number: int = 0
    current: bool = False


class ExportRows(Iterator[list[Any]]):
    """Rows of an export, once. ``many``: a file of them is written on the disk and not held in memory. ``request`` is where they were
    asked for, ``total`` how many there are (``None``: not known, more than are written at once)."""

    def __init__(self, rows: Iterator[list[Any]], *, many: bool, request: HttpRequest | None = None, total: int | None = 0) -> None:
        self._rows, self.many, self.request, self.total = rows, many, request, total

    def __next__(self) -> list[Any]:
        return next(self._rows)


Source = Callable[[Query], Slice[Row]]


class Table(Generic[Row]):
    """``prefix`` keeps two tables of one page apart. ``default`` is a column name, with ``-`` before it for descending."""

    def __init__(self, columns: Sequence[Column[Row]], rows: Sequence[Row] | Source[Row], request: HttpRequest, *,
                 filters: Sequence[Filter[Row]] = (), search: Callable[[Row], str] | None = None, default: str = "",
                 page_size: int = PAGE_SIZE, prefix: str = "") -> None:
        self.columns = {column.name: column for column in columns}
        self.filters = {one.name: one for one in filters}
        self.rows_source, self.search, self.default, self.page_size, self.prefix = rows, search, default, page_size, prefix
        self.request = request
        self.others = [(key, value) for key, values in request.GET.lists() for value in values if not self._mine(key)]
        self.query = self._read(request.GET)

    # ---- the address ----

    def _names(self) -> tuple[str, ...]:
        return ("q", "sort", "page", *self.filters)

    def _mine(self, key: str) -> bool:
        return key.startswith(self.prefix) and key.removeprefix(self.prefix) in self._names()

    def _read(self, given: Mapping[str, str]) -> Query:
        sort = given.get(f"{self.prefix}sort", self.default)
        column = self.columns.get(sort.removeprefix("-"))
        if column is None or not column.sortable:
            sort = self.default
        page = given.get(f"{self.prefix}page", "1")
        number = min(max(int(page), 1), PAGE_LAST) if page.isascii() and page.isdigit() and len(page) < 8 else 1
        chosen = {name: given.get(f"{self.prefix}{name}", "") for name in self.filters}
        valid = {name: value for name, value in chosen.items() if value in {code for code, _label in self.filters[name].choices if code}}
        return Query(sort.removeprefix("-"), sort.startswith("-"), given.get(f"{self.prefix}q", "").strip()[:WORDS_LIMIT], valid,
                     (number - 1) * self.page_size, self.page_size)

    def url(self, **changes: Any) -> str:
        """This table with ``sort``, ``q``, ``page`` or ``filters`` changed, as ``?…``; defaults are left out."""
        state: dict[str, Any] = {"sort": ("-" if self.query.descending else "") + self.query.sort, "q": self.query.words, "page": self.page,
                 "filters": self.query.filters} | changes
        mine = [(name, value) for name, value in (("q", state["q"]), *dict(state["filters"]).items()) if value]
        if state["sort"] and state["sort"] != self.default:
            mine.append(("sort", state["sort"]))
        if state["page"] > 1:
            mine.append(("page", str(state["page"])))
        return "?" + urlencode([*self.others, *((f"{self.prefix}{name}", value) for name, value in mine)])

    # ---- the rows ----

    def _answer(self, query: Query) -> Slice[Row]:
        if callable(self.rows_source):
            return self.rows_source(query)
        rows = [row for row in self.rows_source if self._passes(row, query)]
        if query.sort:
            column = self.columns[query.sort]
            keyed = [(column.sort_key(row), row) for row in rows]
            known = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=query.descending)
            rows = [row for _key, row in known] + [row for key, row in keyed if key is None]    # the unknown stands last, both ways
        end = None if query.limit is None else query.offset + query.limit
        return Slice(rows[query.offset:end], len(rows), len(self.rows_source))

    def _passes(self, row: Row, query: Query) -> bool:
        if query.words and self.search is not None and not matches(query.words, self.search(row)):
            return False
        for name, wanted in query.filters.items():
            value = self.filters[name].value
            if value is not None and str(value(row)) != wanted:
                return False
        return True

    @cached_property
    def _shown(self) -> tuple[Slice[Row], Query]:
        """What is shown and the query it answers: a page beyond the last becomes the last."""
        query, found = self.query, self._answer(self.query)
        if not found.rows and found.total:
            query = replace(query, offset=(found.total - 1) // self.page_size * self.page_size)
            found = self._answer(query)
        return found, query

    @property
    def rows(self) -> Sequence[Row]:
        return self._shown[0].rows

    @property
    def total(self) -> int:
        return self._shown[0].total

    @property
    def page(self) -> int:
        """The page shown; one asked for beyond the last has been brought back by now."""
        _found, query = self._shown
        return query.offset // self.page_size + 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_size))

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def export(self) -> "tuple[list[str], ExportRows]":
        """Headings and all rows that pass the filters, in this order, without pages; of many, never more than a part is held."""
        many = callable(self.rows_source) and self.total > EXPORT_CHUNK
        rows = self._in_parts() if many else iter(self._answer(replace(self.query, offset=0, limit=None)).rows)
        values = ([column.value(row) for column in self.columns.values()] for row in rows)
        return [column.label for column in self.columns.values()], ExportRows(
            values, many=many, request=self.request, total=self.total)

    def _in_parts(self) -> Iterator[Row]:
        for offset in count(0, EXPORT_CHUNK):
            rows = self._answer(replace(self.query, offset=offset, limit=EXPORT_CHUNK)).rows
            yield from rows
            if len(rows) < EXPORT_CHUNK:
                return

    # ---- what the template tags draw ----

    def head(self, name: str) -> Head:
        column = self.columns[name]
        here = self.query.sort == name
        direction: Literal["", "ascending", "descending"] = "" if not here else "descending" if self.query.descending else "ascending"
        css = " ".join(part for part in ("num" if column.numeric else "", column.css) if part)
        turned = f"-{name}" if here and not self.query.descending else name
        return Head(column.label, self.url(sort=turned, page=1) if column.sortable else "", direction, css)

    def chips(self) -> list[Link]:
        """What narrows the table, each with the address without it."""
        found = [Link(_("Search: %(words)s") % {"words": self.query.words}, self.url(q="", page=1))] if self.query.words else []
        for name, value in self.query.filters.items():
            one = self.filters[name]
            rest = {key: kept for key, kept in self.query.filters.items() if key != name}
            label = _("%(filter)s: %(value)s") % {"filter": one.label, "value": dict(one.choices)[value]}
            found.append(Link(label, self.url(filters=rest, page=1)))
        return found

    def page_links(self) -> list[Link]:
        """First, last and the neighbours of this page; a link with number 0 is a gap."""
        shown = sorted({1, self.pages, *(p for p in range(self.page - 2, self.page + 3) if 1 <= p <= self.pages)})
        links: list[Link] = []
        for number in shown:
            if links and number - links[-1].number > 1:
                links.append(Link("…", ""))
            links.append(Link(str(number), self.url(page=number), number, number == self.page))
        return links

    @property
    def previous_url(self) -> str:
        return self.url(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(page=self.page + 1) if self.page < self.pages else ""

    @property
    def shown_sentence(self) -> str:
        """``15–32 of 35, 269 before filters``."""
        if not self.total:
            return _("No row passes the filters") if self.query.words or self.query.filters else _("No rows")
        first = (self.page - 1) * self.page_size + 1
        values = {"first": formats.number(first), "last": formats.number(first + len(self.rows) - 1), "total": formats.number(self.total),
                  "all": formats.number(self._shown[0].unfiltered)}
        if self._shown[0].unfiltered > self.total:
            return _("%(first)s–%(last)s of %(total)s, %(all)s before filters") % values
        return _("%(first)s–%(last)s of %(total)s") % values
