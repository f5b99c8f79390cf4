"""The first sheet of a workbook as rows of texts."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from sheber.kit.exchange.reading.problems import RefusedError
from sheber.kit.exchange.reading.workbooks import cell_text, workbook

_MERGED: Final = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z0-9:]{1,30})"')


class SheetError(Exception):
    """``merged`` (``text``: the range) or ``formula`` (``text``: the letter of its column)."""

    def __init__(self, code: str, row: int, text: str) -> None:
        super().__init__(code)
        self.code, self.row, self.text = code, row, text


def sheet_lines(data: bytes, *, columns_max: int) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of each row; one column more than the most is read, so that it can be told.

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
                texts.append("" if cell.value is None else cell_text(cell))
            yield number, texts
    except (SheetError, RefusedError):
        raise
    except Exception as broken:     # the library raises errors of many kinds on a damaged sheet; all mean the same
        raise RefusedError("xlsx_broken") from broken
    finally:
        book.close()
