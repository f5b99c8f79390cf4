"""A table as a file: at once when it is small, else whoever writes large files is asked."""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, islice
from typing import IO, Any, Final

from django.conf import settings
from django.http import HttpResponse

from sheber.kit.exchange.writing import write, write_to
from sheber.kit.exports import TYPES, Asked, Format, download, instead
from sheber.kit.http import Request

from . import queries
from .queries import Open

HEAD_ROWS: Final = 2


def template_answer(found: Open, kind: Format) -> HttpResponse:
    """The table without rows."""
    return download(write(found.exchange, [], kind), TYPES[kind], queries.file_name(found, kind, empty=True))


def table_answer(request: Request, found: Open, kind: Format, values: Mapping[str, Any]) -> HttpResponse:
    """The rows the reader may take out, narrowed by ``values``; counted only as far as it takes to see that there are many."""
    exchange, count = found.exchange, found.exchange.count
    rows = queries.table_rows(found, values)
    first = list(islice(rows, max(settings.EXPORTS_AT_ONCE, 0) + 1))
    large = len(first) > settings.EXPORTS_AT_ONCE
    lines, filename = chain(first, rows), queries.file_name(found, kind, empty=False)

    def written(out: IO[bytes], them: Iterator[Any]) -> None:
        write_to(out, exchange, them, kind, synthetic=settings.DEMONSTRATION)

    asked = Asked(kind, str(exchange.title), filename, lines, None if large else len(first), written, HEAD_ROWS,
                  partial(count, found.view, values) if count is not None else None)
    other = instead(request, asked)
    if other is not None:
        return other
    out = io.BytesIO()
    written(out, lines)
    return download(out.getvalue(), TYPES[kind], filename)
