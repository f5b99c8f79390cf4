"""Values as they stand in a cell, and back. A cell can never become a formula, and nothing is lost by guarding it."""

import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from sheber.kit.exports import CELL_LIMIT, FORMULA, UNPRINTABLE

from .declaring import Column

TEXT_LIMIT: Final = CELL_LIMIT - 2
INTEGER_LIMIT: Final = 10**12
_GUARDED: Final = "' \u00a0\ufeff\u200b"
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,13}(\.0+)?")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,17}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
NUMBER_EXACT: Final = 1e15
"""Whole numbers below it are told apart in eight bytes."""
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T00:00:00)?")


class UnfitError(ValueError):
    """A cell does not fit its column; the text is a sentence that says what to do."""


def guarded(text: str) -> str:
    """An apostrophe before what a spreadsheet would compute, also before one that has an apostrophe already: so it can be undone."""
    return f"'{text}" if FORMULA.match(text.lstrip(_GUARDED)) else text


def unguarded(text: str) -> str:
    """The opposite of :func:`guarded`."""
    return text[1:] if text.startswith("'") and FORMULA.match(text.lstrip(_GUARDED)) else text


def canonical(column: Column, value: Any) -> Any:
    """A value as a file can hold it: texts without outer blanks and control characters, with plain line ends."""
    if column.kind in {"text", "choice"}:
        text = UNPRINTABLE.sub("", str(value or "").replace("\r\n", "\n").replace("\r", "\n"))
        return text.strip()[:TEXT_LIMIT].strip()
    if column.kind == "number":
        return None if value is None else float(value)
    return bool(value) if column.kind == "flag" else value


def written(column: Column, value: Any) -> str:
    """A canonical value as text."""
    if value is None:
        return ""
    if column.kind == "flag":
        return "true" if value else "false"
    if column.kind == "date":
        return str(value.isoformat())
    if column.kind == "number":
        return f"{value:.0f}" if float(value).is_integer() and abs(value) < NUMBER_EXACT else repr(float(value))
    return str(value) if column.kind == "integer" else guarded(str(value))


def read(column: Column, text: str) -> Any:
    """The canonical value of a cell. Raises ``UnfitError``."""
    plain = canonical(column, unguarded(text.strip())) if column.kind in {"text", "choice"} else text.strip()
    if len(text) > CELL_LIMIT:
        raise UnfitError(_("The text is too long: at most %(n)s characters.") % {"n": TEXT_LIMIT})
    if plain == "" and column.required:
        raise UnfitError(_("Fill in this cell."))
    if column.kind == "choice" and plain and plain not in {code for code, _label in column.choices}:
        known = ", ".join(code for code, _label in column.choices)[:300]
        raise UnfitError(_("“%(found)s” is not a choice. Write one of: %(known)s.") % {"found": plain[:40], "known": known})
    if plain and column.clean is not None:
        plain = column.clean(plain)
    if column.kind == "integer":
        return _integer(plain) if plain else None
    if column.kind == "number":
        return _number(plain) if plain else None
    if column.kind == "date":
        return _date(plain) if plain else None
    return _flag(plain) if column.kind == "flag" else plain


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text) or abs(int(float(text))) > INTEGER_LIMIT:
        raise UnfitError(_("“%(found)s” is not a whole number. Write digits only.") % {"found": text[:40]})
    return int(text.split(".", maxsplit=1)[0])


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise UnfitError(_("“%(found)s” is not a number. Write it like 3.5, with a point.") % {"found": text[:40]})
    return float(text) + 0.0          # no minus before a zero


def _date(text: str) -> dt.date:
    """ISO, or day.month.year. A bare number may be a day count of a spreadsheet, of which there are two: refused."""
    try:
        if iso := _ISO.fullmatch(text):
            return dt.date.fromisoformat(iso.group(1))
        if found := _DAY_FIRST.fullmatch(text):
            return dt.date(int(found.group(3)), int(found.group(2)), int(found.group(1)))
    except ValueError as broken:
        raise UnfitError(_("“%(found)s” is no day of the calendar.") % {"found": text[:40]}) from broken
    raise UnfitError(_("“%(found)s” is not a date. Write it like 2026-09-01.") % {"found": text[:40]})


def _flag(text: str) -> bool:
    if text.lower() not in {"", "true", "false", "1", "0"}:
        raise UnfitError(_("“%(found)s” is neither true nor false.") % {"found": text[:40]})
    return text.lower() in {"true", "1"}


def row_state(columns: Sequence[Column], values: Mapping[str, Any]) -> str:
    """16 hexadecimal digits that change when any value of the row changes."""
    held = [written(column, canonical(column, values.get(column.name))) for column in columns]
    return "s" + hashlib.sha256(json.dumps(held).encode()).hexdigest()[:16]
