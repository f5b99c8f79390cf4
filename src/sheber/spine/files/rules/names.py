"""Names of files: what people typed, without what would mislead a reader or a file system."""

import unicodedata
from typing import Final

LONGEST: Final = 150
_REPLACED: Final = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_name(name: str) -> str:
    """The last part of a path, composed, on one line, without control characters and marks that turn the writing direction.

    >>> clean_name("..\\\\..\\\\Отчёт  <1>.pdf")
    'Отчёт _1_.pdf'
    >>> clean_name("photo\\u202egpj.exe")
    'photogpj.exe'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if letter.isspace() else letter for letter in last
                    if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    clean = " ".join(shown.translate(_REPLACED).split()).strip(". ")
    stem, dot, end = clean.rpartition(".")
    if dot and len(end) <= 10:
        return f"{stem.strip('. ')[:LONGEST - len(end) - 1].strip('. ') or 'file'}.{end}"
    return clean[:LONGEST].strip(". ") or "file"


def ending(name: str) -> str:
    """What stands behind the last dot, in small letters; empty when there is none."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""
