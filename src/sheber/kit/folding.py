"""Texts made alike for searching and for sorting, the same on every database.

SQLite does not fold the case of Cyrillic letters, PostgreSQL folds and sorts by the collation it was made with. So both are done
here, once, when a row is written: :class:`FoldedField` keeps what is searched, :class:`SortField` what is sorted by.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from .sorting import ALPHABET

PLAIN: Final = str.maketrans({"ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и", "ё": "е"})
"""Kazakh letters as they are typed on a Russian keyboard."""
SEARCH_LENGTH: Final = 600
SORT_LETTERS: Final = 60
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_ORDER: Final = " 0123456789abcdefghijklmnopqrstuvwxyz" + ALPHABET


def fold(text: str) -> str:
    """Composed, without case, single spaces; Kazakh letters are kept.

    >>> fold("  ӘЛИЯ   Сейтқызы ")
    'әлия сейтқызы'
    """
    # Folding can take letters apart (İ gives i and a dot), so the text is composed after it too.
    once = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(unicodedata.normalize("NFC", once.casefold()).split())


def plain(text: str) -> str:
    """Folded, and Kazakh letters replaced by those of a Russian keyboard.

    >>> plain("Қайрат Өтегенұлы")
    'кайрат отегенулы'
    """
    return fold(text).translate(PLAIN)


def search_text(texts: Iterable[str]) -> str:
    """What a row is found by: its texts folded and, where that differs, plain; each once, at most ``SEARCH_LENGTH`` letters."""
    folded = [fold(text) for text in texts]
    return " ".join(dict.fromkeys(filter(None, [*folded, *(text.translate(PLAIN) for text in folded)])))[:SEARCH_LENGTH]


def containing(words: str, field: str = "search_text") -> Q:
    """Rows whose search text holds every word, as it was typed or, typed without Kazakh letters, plain.

    No pattern of LIKE stands behind it, so ``%`` and ``_`` are letters like any other.
    """
    wanted = Q()
    for word in fold(words.replace("\x00", "")).split():
        wanted &= Q(GreaterThan(StrIndex(field, Value(word)), 0))
    return wanted


def sort_text(text: str) -> str:
    """Two letters or digits of ASCII for each letter, so that every collation of every database sorts alike: Latin before Cyrillic,
    Kazakh letters where the Kazakh alphabet has them, an empty text last."""
    folded = fold(text)[:SORT_LETTERS]
    places = [max(_ORDER.find(letter), 0) for letter in folded]
    return "".join(f"{_DIGITS[place // 36]}{_DIGITS[place % 36]}" for place in places) or "zz"


class ComputedField(models.CharField[str, str]):
    """A column worked out from others whenever its row is added or saved, also in bulk. ``QuerySet.update`` does not know of it."""

    def __init__(self, compute: Callable[[Any], str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)
        self.compute = compute

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if self.compute is not None:
            setattr(model_instance, self.attname, self.compute(model_instance))
        return super().pre_save(model_instance, add)


class FoldedField(ComputedField):
    """Holds :func:`search_text`."""

    def __init__(self, compute: Callable[[Any], str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SEARCH_LENGTH)
        super().__init__(compute, **kwargs)


class SortField(ComputedField):
    """Holds :func:`sort_text`."""

    def __init__(self, compute: Callable[[Any], str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2 * SORT_LETTERS)
        super().__init__(compute, **kwargs)
