"""Words as they are searched: one key for the ways a word is written, whatever the alphabet and the keyboard.

A key is made letter by letter, so the key of the beginning of a word is the beginning of its key: what is found by three letters is
still found by the fourth. Kazakh letters and those typed for them, й, ы, и and i, and a Cyrillic letter and its usual Latin writing
have one key: Әлия, Алия and Aliya are found by each other.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

WORD_LENGTH: Final = 48
WORDS_MOST: Final = 8
_CYRILLIC: Final[dict[str, str]] = dict(re.findall(
    r"(\w)-(\w+)", "а-a ә-a б-b в-v г-g ғ-g д-d е-e ё-e ж-zh з-z и-i й-i к-k қ-k л-l м-m н-n ң-n о-o ө-o п-p р-r с-s т-t у-u ұ-u ү-u ф-f "
    "х-kh һ-kh ц-ts ч-ch ш-sh щ-shch ы-i і-i э-e ю-iu я-ia є-e ї-i ґ-g ў-u"))
_LATIN: Final = {"y": "i", "j": "zh", "q": "k", "w": "v", "x": "ks",
                 "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"}
_SILENT: Final = {"ъ": "", "ь": "", "'": "", "’": "", "ʼ": "", "`": "", "ʹ": "", "–": "-", "‑": "-"}
_LETTER: Final = {**_CYRILLIC, **_LATIN, **_SILENT}
_TOKEN: Final = re.compile(r"[^\W_](?:[\w.\-–@/+#'’ʼ]*[\w+#])?")
_PART: Final = re.compile(r"[^\W_][^\W_'’ʼ]*(?:['’ʼ][^\W_]+)*")
_TYPED_RU: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TYPED_EN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_TO_CYRILLIC: Final = str.maketrans(_TYPED_EN, _TYPED_RU)
_TO_LATIN: Final = str.maketrans(_TYPED_RU, _TYPED_EN)


@lru_cache(maxsize=4096)
def _of_letter(letter: str) -> str:
    folded = letter.casefold()
    if (known := _LETTER.get(folded)) is not None:
        return known
    # Letters with signs above or below lose them; the short й and ё are in the table, and are not taken apart.
    return "".join(_LETTER.get(one, one) for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one))


def key(word: str) -> str:
    """The key of one word, not longer than ``WORD_LENGTH``.

    >>> key("Өтегенұлы"), key("Отегенулы"), key("Otegenuly")
    ('otegenuli', 'otegenuli', 'otegenuli')
    """
    return "".join(map(_of_letter, unicodedata.normalize("NFC", word).replace("\x00", "")))[:WORD_LENGTH]


def tokens(text: str) -> Iterator[str]:
    """Words of a text as they stand there: with the points, dashes and strokes inside them, without those around.

    >>> list(tokens("4.7.10 Physics (part one), C++"))
    ['4.7.10', 'Physics', 'part', 'one', 'C++']
    """
    return (found.group() for found in _TOKEN.finditer(unicodedata.normalize("NFC", text)))


def keys(texts: Iterable[str]) -> set[str]:
    """Keys a text is found by: of each word, and of the parts of a word that holds points or dashes.

    >>> sorted(keys(["Айгерім-Сара"]))
    ['aigerim', 'aigerim-sara', 'sara']
    """
    found = set()
    for text in texts:
        for token in tokens(text):
            found |= {key(token), *(key(part) for part in _PART.findall(token))}
    return found - {""}


def inner(word: str, shortest: int = 3) -> set[str]:
    """What a key is found by besides its beginning: its ends, from the third letter on.

    >>> sorted(inner("geometri"))
    ['etri', 'metri', 'ometri', 'tri']
    """
    return {word[at:] for at in range(2, len(word) - shortest + 1)} if word.isalpha() else set()


def asked(words: str) -> list[str]:
    """Keys of what was typed, each once, in the order typed; at most ``WORDS_MOST``."""
    return list(dict.fromkeys(filter(None, map(key, tokens(words)))))[:WORDS_MOST]


def found(wanted: Iterable[str], *texts: str) -> bool:
    """Whether every key asked for begins a word of the texts, or stands inside one."""
    wanted, standing = list(wanted), keys(texts)
    return bool(wanted) and all(any(word.startswith(one) or one in word[2:] for word in standing) for one in wanted)


def other_layout(words: str) -> str:
    """The same keys of the keyboard under the other alphabet, ``ghbdtn`` for ``привет``; empty when there is no such text.

    >>> other_layout("ghbdtn"), other_layout("ьфе1")
    ('привет', 'mat1')
    """
    folded = unicodedata.normalize("NFC", words).casefold()
    letters = [letter for letter in folded if letter.isalpha()]
    if letters and all(letter.isascii() for letter in letters):
        swapped = folded.translate(_TO_CYRILLIC)
    elif letters and all(letter in _TYPED_RU for letter in letters):
        swapped = folded.translate(_TO_LATIN)
    else:
        return ""
    return swapped if swapped != folded and asked(swapped) else ""


def marked(text: str, wanted: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is what was asked for; ``wanted`` are keys. The pieces together are the text.

    >>> marked("Серік Айгерім", ["aig"])
    [('Серік ', False), ('Айг', True), ('ерім', False)]
    """
    text, wanted = unicodedata.normalize("NFC", text), [one for one in wanted if one]
    shown: list[tuple[int, int]] = []
    for found in _TOKEN.finditer(text):
        starts = [part.start() + found.start() for part in _PART.finditer(found.group())]
        for begin in dict.fromkeys([found.start(), *starts]):
            if (end := _end(text, begin, found.end(), wanted)) is not None:
                shown.append((begin, end))
    if not shown:
        shown = _inside(text, wanted)
    pieces, at = [], 0
    for begin, end in sorted(shown):
        if begin < at:
            continue
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _end(text: str, begin: int, last: int, wanted: list[str]) -> int | None:
    """Where the longest of ``wanted`` that begins here ends."""
    best = None
    for one in sorted(wanted, key=len):
        made, at = "", begin
        while at < last and len(made) < len(one):
            made += _of_letter(text[at])
            at += 1
        if made.startswith(one):
            best = at
    return best


def _inside(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    found = []
    for token in _TOKEN.finditer(text):
        for begin in range(token.start() + 1, token.end()):
            if (end := _end(text, begin, token.end(), wanted)) is not None:
                found.append((begin, end))
                break
    return found
