"""Sheets of a workbook as rows of texts. Runs in the process that reads; what it gives is plain JSON."""

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator
from typing import Any, Final

from sheber.kit.exchange.reading.problems import Place, RefusedError
from sheber.kit.exchange.reading.workbooks import cell_text, workbook

_MERGED: Final = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z0-9:]{1,30})"')
TEXT_MOST: Final = 40_000
"""Characters of a cell that are told: more than one may hold, so that it is seen to be too long."""


class SheetError(Exception):
    """``merged`` (``text``: the range) or ``formula`` (``text``: the letter of its column)."""

    def __init__(self, code: str, row: int, text: str) -> None:
        super().__init__(code)
        self.code, self.row, self.text = code, row, text


def sheet_lines(data: bytes, *, columns_max: int) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of each row of the first sheet; one column more than the most is read, so that it can be told.

    Raises ``RefusedError`` as :func:`.workbooks.workbook` does, and ``SheetError``.
    """
    book = workbook(data)
    try:
        sheet: Any = book.worksheets[0]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            merged = _MERGED.search(archive.read(sheet._worksheet_path))
        if merged:
            raise SheetError("merged", 0, merged.group(1).decode())
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            texts = []
            for cell in row[:columns_max + 1]:
                if cell.value is not None and cell.data_type in {"f", "e"}:
                    raise SheetError("formula", number, cell.column_letter)
                texts.append("" if cell.value is None else cell_text(cell)[:TEXT_MOST])
            yield number, texts
    except (SheetError, RefusedError):
        raise
    except MemoryError:         # of the whole process, and not of the sheet
        raise
    except Exception as broken:     # the library raises errors of many kinds on a damaged sheet; all mean the same
        raise RefusedError("xlsx_broken") from broken
    finally:
        book.close()


def plain_title(title: str) -> str:
    """A title as titles are compared: whatever its case, its blanks and its ё."""
    return " ".join(title.lower().replace("ё", "е").split())


def book_lines(data: bytes, *, titles: Collection[str], columns_max: int, rows_max: int, seen_max: int) -> Iterator[Any]:
    """Sheet by sheet: ``{"sheet": title}``, and for those of ``titles`` (plain) each row that holds something.

    A row is ``[number, cells]``, a cell ``[position, kind, text]``; kind is ``f`` for a formula, ``e`` for an error, otherwise empty. One
    column and one row more than the most are told, so that it can be said; ``{"beyond": number}`` when rows go on after that.
    Raises ``RefusedError``.
    """
    book = workbook(data)
    try:
        for sheet in book.worksheets:
            yield {"sheet": sheet.title}
            if plain_title(sheet.title) in titles:
                yield from _sheet(sheet, columns_max, rows_max, seen_max)
    finally:
        book.close()


def _sheet(sheet: Any, columns_max: int, rows_max: int, seen_max: int) -> Iterator[Any]:
    kept = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(), start=1):
                cells = []
                for position, cell in enumerate(row):
                    if cell.value is None:
                        continue
                    kind = cell.data_type if cell.data_type in {"f", "e"} else ""
                    text = str(cell.value)[:20] if kind else cell_text(cell)[:TEXT_MOST]
                    cells += [[position, kind, text]] if text or kind or position >= columns_max else []
                    if position >= columns_max:
                        break
                kept += bool(cells)
                if kept > rows_max or number > seen_max:
                    yield {"beyond": number}
                    return
                if cells:
                    yield [number, cells]
    except MemoryError:
        raise
    except Exception as broken:
        raise RefusedError("xlsx_broken", Place(sheet=sheet.title)) from broken
