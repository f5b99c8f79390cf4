"""Numbers and dates as the reader writes them (kk, ru, en).

A number keeps its unit behind a no-break space, an interval has an en dash, minus is U+2212. Kazakh and Russian group
thousands with a no-break space and use a decimal comma.
"""

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import NumberPattern, parse_pattern
from babel.numbers import format_decimal as babel_decimal
from django.utils import timezone
from django.utils.translation import get_language

Number = int | float | Decimal
DateStyle = Literal["text", "table", "iso"]

NBSP: Final = "\u00a0"
MINUS: Final = "−"
EN_DASH: Final = "–"
MISSING: Final = EN_DASH
LANGUAGES: Final = ("kk", "ru", "en")


def reader(language: str | None = None) -> str:
    """``kk``, ``ru`` or ``en``: the given language, else that of the request, else Kazakh."""
    code = (language or get_language() or "kk").split("-")[0]
    return code if code in LANGUAGES else "en"


@lru_cache(maxsize=32)
def _pattern(places: int, fixed: bool, grouped: bool) -> NumberPattern:
    fraction = ("0" if fixed else "#") * places
    return parse_pattern(("#,##0" if grouped else "0") + (f".{fraction}" if fraction else ""))


def number(value: Number | None, places: int = 0, *, fixed: bool = False, language: str | None = None) -> str:
    """``1250.5`` is ``1 250,5`` in Kazakh and Russian and ``1,250.5`` in English; ``None`` is an en dash.

    Parameters
    ----------
    places : int
        Digits after the comma, at most; exactly so many when ``fixed``.
    """
    if value is None:
        return MISSING
    text = babel_decimal(value, format=_pattern(places, fixed, True), locale=reader(language))
    text = text.replace("\u202f", NBSP).replace("-", MINUS)
    return text.removeprefix(MINUS) if text.strip(MINUS + "0.,") == "" else text


def level(value: Number | None, *, language: str | None = None) -> str:
    """A proficiency level: one digit after the comma, none when it is whole and comes as an integer."""
    return number(value, 0 if isinstance(value, int) else 1, fixed=True, language=language)


def interval(low: Number, high: Number, places: int = 1, *, language: str | None = None) -> str:
    """``3.0–3.4``."""
    return f"{number(low, places, fixed=True, language=language)}{EN_DASH}{number(high, places, fixed=True, language=language)}"


def signed(value: Number | None, places: int = 1, *, language: str | None = None) -> str:
    """A difference: ``+0.4``, ``−1.2``, ``0.0`` without a sign."""
    text = number(value, places, fixed=True, language=language)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.,") else text


def percent(share: Number | None, places: int = 0, *, language: str | None = None) -> str:
    """A share 0..1 as ``71 %``, with a no-break space in all three languages."""
    return MISSING if share is None else f"{number(share * 100, places, language=language)}{NBSP}%"


def with_unit(value: Number | None, unit: str, places: int = 1, *, language: str | None = None) -> str:
    """``8 h``: number, no-break space, unit; a missing value has no unit."""
    return MISSING if value is None else f"{number(value, places, language=language)}{NBSP}{unit}"


def date(value: dt.date | None, style: DateStyle = "text", *, language: str | None = None) -> str:
    """``text``: 23 Nov 2026 · 23 ноября 2026 г. · 2026 ж. 23 қараша; ``table``: 23.11.2026 in Kazakh and Russian."""
    if value is None:
        return MISSING
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if style == "iso":
        return value.isoformat()
    locale = reader(language)
    if locale == "en":
        return format_date(value, "d MMM y", locale="en")
    if style == "table":
        return value.strftime("%d.%m.%Y")
    return format_date(value, "y 'ж'. d MMMM" if locale == "kk" else "d MMMM y 'г'.", locale=locale)


def month(value: dt.date, *, language: str | None = None) -> str:
    """Month and year: ``Oct 2026``, ``октябрь 2026 г.``, ``2026 ж. қазан``."""
    locale = reader(language)
    if locale == "en":
        return format_date(value, "MMM y", locale="en")
    # As a word of a sentence the name of a month is small; the Kazakh data has it as a heading.
    return format_date(value, "y 'ж'. LLLL" if locale == "kk" else "LLLL y 'г'.", locale=locale).lower()


def day_month(value: dt.date, *, language: str | None = None) -> str:
    """A day of this year, short: ``15 Dec``, ``15 дек.``, ``15 жел.``."""
    locale = reader(language)
    return format_date(value, "d MMM", locale=locale) if locale != "ru" else format_skeleton("MMMd", value, locale=locale)


def moment(value: dt.datetime | None, style: DateStyle = "text", *, language: str | None = None) -> str:
    """Date and 24-hour time in the local zone: ``23 Nov 2026, 09:36``."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    if style == "iso":
        return local.isoformat(timespec="minutes")
    return f"{date(local.date(), style, language=language)}, {format_datetime(local, 'HH:mm', locale=reader(language))}"
