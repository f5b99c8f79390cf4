"""What commands print: a table for a person, JSON or CSV for a script, one sentence for an error."""

import argparse
import csv
import json
import shutil
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TextIO

from .language import gettext as _

FINE: Final = 0
FOUND: Final = 1
BAD_INPUT: Final = 2


class BadInputError(Exception):
    """What was typed or read cannot be used. The message is one sentence for the person: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its value in a row, its heading, and how a person sees a value."""

    key: str
    title: str
    align: Literal["left", "right"] = "left"
    show: Callable[[Any], str] | None = None


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--json`` and ``--csv``; without either a table is printed."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--json", action="store_true", help=_("write JSON"))
    group.add_argument("--csv", action="store_true", help=_("write CSV"))


def emit(args: argparse.Namespace, *, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]],
         document: Mapping[str, Any] | Sequence[Any] | None = None, note: str = "") -> None:
    """Print ``rows`` as the reader asked.

    ``document`` is what ``--json`` writes (``rows`` when None). ``note`` stands below the table and nowhere else. CSV takes
    keys, not headings, as its first row, so that scripts do not depend on the language.
    """
    if args.json:
        write_json(rows if document is None else document)
    elif args.csv:
        write_csv(columns, rows)
    else:
        print_table(columns, rows)
        if note:
            print(note)


def write_json(document: Any, stream: TextIO | None = None) -> None:
    """UTF-8 JSON with letters as they are; NaN and infinity are refused because JSON has neither."""
    stream = stream or sys.stdout
    json.dump(document, stream, ensure_ascii=False, indent=1, allow_nan=False, default=_plain)
    stream.write("\n")


def write_csv(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], stream: TextIO | None = None) -> None:
    writer = csv.writer(stream or sys.stdout, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for row in rows:
        writer.writerow(["" if row.get(column.key) is None else _cell_for_csv(row[column.key]) for column in columns])


def print_table(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], stream: TextIO | None = None,
                width: int | None = None) -> None:
    """A table with a rule under its head.

    On a terminal it is fitted to the width: the widest left-aligned column gives way first, and a shortened text ends in
    “…”. In a pipe nothing is shortened.
    """
    stream = stream or sys.stdout
    cells = [[_shown(column, row.get(column.key)) for column in columns] for row in rows]
    widths = [max([text_width(column.title), *(text_width(line[i]) for line in cells)]) for i, column in enumerate(columns)]
    if width is None and stream.isatty():
        width = shutil.get_terminal_size().columns
    if width is not None:
        widths = _fit(widths, columns, width)
    lines = [[column.title for column in columns], ["─" * w for w in widths], *cells]
    for line in lines:
        parts = [pad(shorten(text, w), w, column.align) for text, w, column in zip(line, widths, columns, strict=True)]
        stream.write("  ".join(parts).rstrip() + "\n")


def _fit(widths: list[int], columns: Sequence[Column], total: int) -> list[int]:
    widths = list(widths)
    elastic = [i for i, column in enumerate(columns) if column.align == "left"]
    excess = sum(widths) + 2 * (len(widths) - 1) - total
    while excess > 0 and elastic:
        widest = max(elastic, key=lambda i: widths[i])
        if widths[widest] <= 8:
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def text_width(text: str) -> int:
    """Columns a text takes on a terminal: 2 for wide (East Asian) letters, 0 for combining marks, 1 for the rest.

    Cyrillic is of "ambiguous" width in Unicode and takes one column outside East Asian terminals.
    """
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Cf", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def shorten(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, ending in “…” when something was cut."""
    if text_width(text) <= width:
        return text
    kept = ""
    for letter in text:
        if text_width(kept + letter) > width - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


def pad(text: str, width: int, align: Literal["left", "right"]) -> str:
    blank = " " * max(0, width - text_width(text))
    return blank + text if align == "right" else text + blank


def complain(sentence: str) -> int:
    """Say one sentence on stderr; return the exit status of bad input."""
    print(f"sheber: {' '.join(sentence.split())}", file=sys.stderr)
    return BAD_INPUT


def _shown(column: Column, value: Any) -> str:
    if value is None:
        return "–"
    text = column.show(value) if column.show else str(value)
    # A control character in somebody's file must not reach the terminal.
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


def _cell_for_csv(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front, as in every export."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _plain(value: Any) -> Any:
    """numpy scalars and arrays, dates and localised texts as JSON values; Django and numpy need not be loaded for it."""
    for method in ("tolist", "isoformat", "to_json"):
        if hasattr(value, method):
            return getattr(value, method)()
    return str(value)
