"""A file to rows of texts by machine name, each with its number."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .declaring import ID, STATE, Column
from .reading.apart import lines_apart
from .reading.encodings import decode
from .reading.problems import Problems, RefusedError
from .reading.sheets import SheetError
from .writing import id_label, state_label

MAX_FILE_BYTES = 9 * 1024 * 1024
"""Less than a request may weigh, so that it is we who tell the reader."""
MAX_ROWS = 100_000
MAX_COLUMNS = 400


@dataclass(frozen=True)
class Fault:
    """What keeps a file from being taken; ``row`` 0 is the whole file."""

    row: int
    column: str
    sentence: str
    is_conflict: bool = False


class FileError(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, sentence: str, row: int = 0, column: str = "") -> None:
        super().__init__(sentence)
        self.fault = Fault(row, column, sentence)


Line = tuple[int, list[str]]


def read_rows(data: bytes, filename: str, columns: Sequence[Column]) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and texts of each filled row. Raises ``FileError``, at the latest when the row in question is reached."""
    if len(data) > MAX_FILE_BYTES:
        raise FileError(_("The file is too large: at most %(n)s MB.") % {"n": MAX_FILE_BYTES // 1024 // 1024})
    ending = filename.lower().rpartition(".")[2]
    if ending not in {"csv", "xlsx"}:
        raise FileError(_("Choose a file that ends in .xlsx or .csv."))
    try:
        lines = _filled(_xlsx(data) if ending == "xlsx" else _csv(data))
        number, heading = next(lines, (0, []))
        following = next(lines, (0, []))
        known = {ID, STATE, *(column.name for column in columns)}
        machine = {text for text in following[1] if text}
        if machine and machine <= known and ID in machine:
            names, first = _names(following, known), None
        else:
            names, first = _names((number, [_machine_name(text, columns) for text in heading]), known), following
        yield from _rows(lines, first, names, columns)
    except RefusedError as refused:
        raise FileError(_reason(refused.problem.code), refused.problem.row) from refused


def _reason(code: str) -> str:
    if code.startswith("zip_") or code == "xml_entities":
        return _("The workbook unpacks to far more than a table holds. Save it anew and try again.")
    if code == "xlsx_too_much":
        return _("The workbook takes too much memory or time to be read. Divide it, or save it as CSV.")
    if code == "xlsx_encrypted":
        return _("The workbook is locked by a password. Save it without one.")
    if code.startswith("xlsx"):
        return _("The file is no workbook, or it is damaged. Save it anew as .xlsx.")
    return _("The letters of the file cannot be read. Save it as CSV in UTF-8.")


def _machine_name(text: str, columns: Sequence[Column]) -> str:
    """By machine name, or by the heading in any of our languages."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            for label, name in ((id_label(), ID), (state_label(), STATE), *((str(column.label), column.name) for column in columns)):
                if text.casefold() in {name, label.casefold()}:
                    return name
    return text


def _names(line: Line, known: set[str]) -> dict[int, str]:
    number, texts = line
    found: dict[int, str] = {}
    for position, text in enumerate(texts):
        if text in found.values():
            raise FileError(_("The column “%(name)s” stands twice. Delete one of them.") % {"name": text[:60]}, number, text[:60])
        if text in known:
            found[position] = text
        elif text:
            raise FileError(_("The column “%(name)s” is unknown. Delete it.") % {"name": text[:60]}, number, text[:60])
    return found


def _rows(lines: Iterable[Line], first: Line | None, names: dict[int, str],
          columns: Sequence[Column]) -> Iterator[tuple[int, dict[str, str]]]:
    for column in columns:
        if column.name not in names.values():
            sentence = _("The column “%(name)s” is missing. Start from the template or from an export.")
            raise FileError(sentence % {"name": column.label}, 1, str(column.label))
    for number, texts in ([first] if first and first[1] else []):
        yield number, {names[position]: text for position, text in enumerate(texts) if position in names}
    for number, texts in lines:
        beyond = next((text for position, text in enumerate(texts) if text and position not in names), "")
        if beyond:
            raise FileError(_("“%(found)s” stands beside the table, below no heading.") % {"found": beyond[:40]}, number)
        yield number, {names[position]: text for position, text in enumerate(texts) if position in names}


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    kept = 0
    for number, texts in lines:
        if len(texts) > MAX_COLUMNS:
            raise FileError(_("The row has more than %(n)s columns.") % {"n": MAX_COLUMNS}, number)
        if any(texts):
            kept += 1
            if kept > MAX_ROWS + 2:
                raise FileError(_("The file has more than %(n)s rows. Divide it.") % {"n": MAX_ROWS}, number)
            yield number, texts


def nul_sentence() -> str:
    """No database keeps the character, and a file that holds it was damaged on its way."""
    return _("The cell holds a character that no text may hold (NUL). Empty the cell and type its text anew.")


def _text(data: bytes) -> str:
    """The text of a CSV file. A NUL in what is otherwise text is left in, so that its cell can be named."""
    try:
        return decode(data, Problems())
    except RefusedError as refused:
        if refused.problem.code != "binary_file" or data.count(b"\0") > len(data) // 20 + 1:
            raise
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise refused from None


def _csv(data: bytes) -> Iterator[Line]:
    """Numbers are those of rows, as a spreadsheet counts them: a cell may hold several lines."""
    text = _text(data)
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        for number, cells in enumerate(rows, start=1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as broken:
        raise FileError(_("The row is no CSV. Save the table anew as CSV in UTF-8."), rows.line_num) from broken


def _xlsx(data: bytes) -> Iterator[Line]:
    """In a process of its own."""
    try:
        yield from lines_apart(data, columns_max=MAX_COLUMNS, rows_max=MAX_ROWS + 2)
    except SheetError as wrong:
        if wrong.code == "merged":
            raise FileError(_("Cells are merged (%(range)s). Divide them and fill each one.") % {"range": wrong.text}) from wrong
        raise FileError(_("The cell holds a formula or an error. Put its value there."), wrong.row, wrong.text) from wrong
