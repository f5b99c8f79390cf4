"""Alphabetical order of Kazakh, Russian and English texts, the same on every database."""

from typing import Final

# The Kazakh alphabet holds the Russian one; letters of both stand where a Kazakh reader looks for them.
ALPHABET: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_PLACE: Final = {letter: chr(0xE000 + place) for place, letter in enumerate(ALPHABET)}


def alphabetical(text: str) -> str:
    """A key to sort by: without case; Latin letters and digits before Cyrillic.

    >>> sorted(["я", "қ", "л", "к", "Ә", "б"], key=alphabetical)
    ['Ә', 'б', 'к', 'қ', 'л', 'я']
    """
    return "".join(_PLACE.get(letter, letter) for letter in text.casefold())
