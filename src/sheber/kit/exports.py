"""Rows as a file: CSV (UTF-8 with a mark, for spreadsheets) and XLSX. A cell can never become a formula.

The note on synthetic data travels with the file: as its last row, and in XLSX on the sheet “About” too. A file of more rows than
``settings.EXPORTS_AT_ONCE`` is not written while a browser waits: whoever stated :func:`when_large` answers in its place.
"""

import csv
import datetime as dt
import io
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final, Literal, TypeVar, cast
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Format = Literal["csv", "xlsx"]
Answer = TypeVar("Answer", bound=HttpResponseBase)
TYPES: Final = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# A spreadsheet takes a text that begins so as a formula, also in the full-width forms, also behind a tab or a line break.
FORMULA: Final = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n|%]")
UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CELL_LIMIT: Final = 32_767
SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet in XLSX, whatever program opens it."""
SPARE_ROWS: Final = 3
"""Of them a head, and the note with an empty row before it."""
TAKER: Final = "export_taker"
"""Attribute of a request that wants the file itself and no answer: a :data:`Taker`."""


@dataclass(frozen=True)
class Asked:
    """A file that somebody asked for. ``total`` is the number of rows, ``None`` when it is large and not counted.

    ``write(out, rows)`` writes it into an open file; ``rows`` are to be those of here, or a wrapper around them that counts.
    """

    kind: Format
    title: str
    filename: str
    rows: Iterator[Any]
    total: int | None
    write: Callable[[IO[bytes], Iterator[Any]], None]
    spare: int = SPARE_ROWS
    count: Callable[[], int] | None = None
    """Counts what ``total`` does not say; it may take long."""

    @property
    def most(self) -> int | None:
        """Rows that such a file holds at most; ``None``: any number."""
        return SHEET_ROWS - self.spare if self.kind == "xlsx" else None


Taker = Callable[[Asked], HttpResponse]
Later = Callable[[HttpRequest, Asked], HttpResponse]
_later: list[Later] = []


def when_large(later: Later) -> None:
    """State who answers when a file is too large to be written while somebody waits. The last one counts."""
    _later[:] = [later]


def instead(request: HttpRequest | None, asked: Asked) -> HttpResponse | None:
    """The answer in place of the file: of the work that writes it, or of the page that offers such work. ``None``: write it now."""
    if request is None:
        return None
    taker: Taker | None = getattr(request, TAKER, None)
    if taker is not None:
        return taker(asked)
    large = asked.total is None or asked.total > settings.EXPORTS_AT_ONCE
    return _later[0](request, asked) if large and _later else None


def known(kind: str) -> Format | None:
    """``kind`` as a format, when it is one."""
    formats: dict[str, Format] = {"csv": "csv", "xlsx": "xlsx"}
    return formats.get(kind)


def synthetic_note() -> str:
    """What a file with invented data says of itself."""
    return _("Synthetic demonstration data: no figure here describes a real programme, person or plant.")


def safe_cell(value: Any) -> Any:
    """A value as it may stand in a spreadsheet: numbers and dates as they are, everything else as text that is no formula."""
    if value is None or isinstance(value, bool | int | float | Decimal | dt.date):
        return value
    text = UNPRINTABLE.sub("", str(value))[:CELL_LIMIT - 1]
    return f"'{text}" if FORMULA.match(text.lstrip(" \u00a0\ufeff\u200b")) else text


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, synthetic: bool = False) -> bytes:
    """Comma-separated with a byte-order mark, so that spreadsheets see UTF-8. Decimal point, ISO dates."""
    out = io.BytesIO()
    write_csv(out, headings, rows, synthetic=synthetic)
    return out.getvalue()


def write_csv(out: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Any]], *, synthetic: bool = False) -> None:
    """The same into a file, row by row."""
    out.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(heading) for heading in headings])
    for row in rows:
        writer.writerow(["" if value is None else _plain(safe_cell(value)) for value in row])
    if synthetic:
        writer.writerow([synthetic_note()])
    text.detach()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else value


def xlsx_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, synthetic: bool = False,
               about: Mapping[str, str] | None = None) -> bytes:
    """One sheet with a frozen bold head, and a sheet “About” with where the figures come from."""
    out = io.BytesIO()
    write_xlsx(out, headings, rows, title=title, synthetic=synthetic, about=about)
    return out.getvalue()


def write_xlsx(out: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, synthetic: bool = False,
               about: Mapping[str, str] | None = None) -> None:
    """The same into a file; rows go to the disk as they come."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET_NAME.sub(" ", title)[:31] or _("Table"))
    sheet.freeze_panes = "A2"
    for column, heading in enumerate(headings):
        sheet.column_dimensions[_letters(column)].width = min(max(len(heading) + 4, 10), 48)
    sheet.append([_bold(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_xlsx(safe_cell(value)) for value in row])
    if synthetic:
        sheet.append([])
        sheet.append([_bold(sheet, synthetic_note())])
    notes = book.create_sheet(_("About"))
    for name, value in {_("Title"): title, **(about or {}), **({_("Data"): synthetic_note()} if synthetic else {})}.items():
        notes.append([safe_cell(name), safe_cell(value)])
    book.save(out)


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=safe_cell(text))
    cell.font = Font(bold=True)
    return cell


def _xlsx(value: Any) -> Any:
    """Spreadsheets know no time zones."""
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def export(kind: Format, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, filename: str, synthetic: bool = False,
           about: Mapping[str, str] | None = None) -> HttpResponse:
    """The file as an answer. ``filename`` is without an ending and may hold any letters. Many rows go through a file on the disk."""
    def write(out: IO[bytes], lines: Iterator[Sequence[Any]]) -> None:
        if kind == "csv":
            write_csv(out, headings, lines, synthetic=synthetic)
        else:
            write_xlsx(out, headings, lines, title=title, synthetic=synthetic, about=about)

    other = instead(getattr(rows, "request", None), Asked(kind, title, f"{filename}.{kind}", iter(rows), getattr(rows, "total", 0), write))
    if other is not None:
        return other
    if getattr(rows, "many", False):
        out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        write(out, iter(rows))
        out.seek(0)
        # Views promise an HttpResponse; both kinds are sent in the same way.
        return cast("HttpResponse", _named(FileResponse(out, content_type=TYPES[kind]), f"{filename}.{kind}"))
    if kind == "csv":
        return download(csv_bytes(headings, rows, synthetic=synthetic), TYPES[kind], f"{filename}.csv")
    return download(xlsx_bytes(headings, rows, title=title, synthetic=synthetic, about=about), TYPES[kind], f"{filename}.xlsx")


def download(content: bytes, content_type: str, filename: str) -> HttpResponse:
    """An attachment; the name goes as UTF-8 and, for old programs, in Latin letters."""
    return _named(HttpResponse(content, content_type=content_type), filename)


def _named(answer: Answer, filename: str) -> Answer:
    clean = re.sub(r"[^\w.\- ]", "_", filename)
    latin = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode().strip(" ._") or "sheber"
    answer["Content-Disposition"] = f"attachment; filename=\"{latin}\"; filename*=UTF-8''{quote(clean)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
