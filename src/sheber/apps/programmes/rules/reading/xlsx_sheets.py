"""Sheets of a workbook as rows of located texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from sheber.apps.programmes.rules.reading import headings, values
from sheber.apps.programmes.rules.reading.problems import MAX_COURSES, Place, Problems
from sheber.kit.exchange.reading.apart import BookSheet, book_apart

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


def open_sheets(data: bytes, problems: Problems) -> dict[str, BookSheet]:
    """Our sheets by key, read in a process of its own; a sheet under another name is told of. Raises ``RefusedError``."""
    found: dict[str, BookSheet] = {}
    for sheet in book_apart(data, titles=headings.plain_names(headings.SHEETS), columns_max=MAX_COLUMNS, rows_max=MAX_ROWS,
                            seen_max=MAX_ROWS_SEEN):
        key = headings.key_of(headings.SHEETS, sheet.title)
        if key and key not in found:
            found[key] = sheet
        else:
            near = values.nearest(sheet.title, headings.all_names(headings.SHEETS))
            problems.note("ignored_column", Place(sheet=sheet.title), near=near)
    return found


def read_sheet(sheet: BookSheet, names: headings.Names, required: Sequence[str], problems: Problems, *, extra: bool = False) -> Sheet:
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


def _lines(sheet: BookSheet, problems: Problems) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Rows that hold something: number, and position and text of the filled cells."""
    for number, cells in sheet.lines:
        if filled := _filled(sheet.title, number, cells, problems):
            yield number, filled
    if sheet.beyond:
        problems.error("too_many_rows", Place(sheet=sheet.title), limit=sheet.beyond - 1)


def _filled(title: str, number: int, cells: Sequence[tuple[int, str, str]], problems: Problems) -> list[tuple[int, str]]:
    filled = []
    for position, kind, text in cells:
        if position >= MAX_COLUMNS:
            problems.error("too_many_columns", Place(title, number), limit=MAX_COLUMNS)
            break
        if kind:
            column = get_column_letter(position + 1)
            problems.error("formula" if kind == "f" else "cell_error", Place(title, number, column), found=text)
        else:
            filled.append((position, text))
    return filled
