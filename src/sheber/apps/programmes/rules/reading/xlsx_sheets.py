"""Sheets of a workbook as rows of located texts."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from sheber.apps.programmes.rules.reading import headings, values
from sheber.apps.programmes.rules.reading.problems import MAX_COURSES, Place, Problems, RefusedError
from sheber.kit.exchange.reading.workbooks import cell_text

MAX_ROWS = MAX_COURSES * 4
MAX_COLUMNS = 400
#: Rows gone through in all, counting the empty ones that a far-off cell brings with it.
MAX_ROWS_SEEN = 50_000


@dataclass(frozen=True)
class Row:
    """``texts`` by key of the column; only filled cells are there."""

    number: int
    sheet: str
    texts: dict[str, str]
    titles: dict[str, str]

    def get(self, key: str) -> str:
        return self.texts.get(key, "")

    def place(self, key: str = "") -> Place:
        return Place(self.sheet, self.number, self.titles.get(key, key))


@dataclass(frozen=True)
class Sheet:
    """A sheet below its heading row. ``extra`` are headings that are none of ours, by position."""

    name: str
    keys: tuple[str, ...]
    extra: dict[int, str]
    rows: tuple[Row, ...]


def find_sheets(book: Any, problems: Problems) -> dict[str, Any]:
    """Our sheets by key; a sheet under another name is told of."""
    found: dict[str, Any] = {}
    for sheet in book.worksheets:
        key = headings.key_of(headings.SHEETS, sheet.title)
        if key and key not in found:
            found[key] = sheet
        else:
            near = values.nearest(sheet.title, headings.all_names(headings.SHEETS))
            problems.note("ignored_column", Place(sheet=sheet.title), near=near)
    return found


def read_sheet(sheet: Any, names: headings.Names, required: Sequence[str], problems: Problems, *, extra: bool = False) -> Sheet:
    """The heading row is the first that is not empty. ``extra`` lets unknown headings through as columns of their own."""
    lines = _lines(sheet, problems)
    number, cells = next(lines, (1, []))
    keys: dict[int, str] = {}
    others: dict[int, str] = {}
    titles: dict[str, str] = {}
    for position, text in cells:
        key = headings.key_of(names, text)
        if not key:
            others[position] = text
        elif key in titles:
            problems.error("duplicate_column", Place(sheet.title, number), name=text)
        else:
            keys[position], titles[key] = key, text
    if not extra:
        for text in others.values():
            problems.note("ignored_column", Place(sheet.title, number, text[:60]), near=values.nearest(text, headings.all_names(names)))
    for key in required:
        if key not in titles:
            english = headings.name_of(names, key, "en")
            near = next((text for text in others.values() if values.nearest(text, [name.lower() for name in names[key]])), "")
            problems.error("missing_column", Place(sheet.title, number), name=english, near=near)
    rows = []
    for line, filled in lines:
        texts = {keys[position]: text for position, text in filled if position in keys}
        if extra:
            texts |= {f"#{position}": text for position, text in filled if position in others}
        if texts:
            rows.append(Row(line, sheet.title, texts, titles | {f"#{position}": text for position, text in others.items()}))
    return Sheet(sheet.title, tuple(titles), others, tuple(rows))


def _lines(sheet: Any, problems: Problems) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Rows that hold something: number, and position and text of the filled cells."""
    sheet.reset_dimensions()
    kept = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = iter(sheet.iter_rows())
            number = 0
            while True:
                row = next(rows, None)
                if row is None:
                    return
                number += 1
                filled = _filled(sheet.title, number, row, problems)
                kept += bool(filled)
                if kept > MAX_ROWS or number > MAX_ROWS_SEEN:
                    problems.error("too_many_rows", Place(sheet=sheet.title), limit=number - 1)
                    return
                if filled:
                    yield number, filled
    except Exception as broken:
        raise RefusedError("xlsx_broken", Place(sheet=sheet.title)) from broken


def _filled(title: str, number: int, row: Sequence[Any], problems: Problems) -> list[tuple[int, str]]:
    filled = []
    for position, cell in enumerate(row):
        if cell.value is None:
            continue
        if position >= MAX_COLUMNS:
            problems.error("too_many_columns", Place(title, number), limit=MAX_COLUMNS)
            break
        if cell.data_type in {"f", "e"}:
            column = get_column_letter(position + 1)
            problems.error("formula" if cell.data_type == "f" else "cell_error", Place(title, number, column), found=str(cell.value)[:20])
        elif text := cell_text(cell):
            filled.append((position, text))
    return filled
