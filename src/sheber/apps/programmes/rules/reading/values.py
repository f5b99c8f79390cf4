"""One cell or scalar to a value: codes, numbers, words, requisites. Everything comes in as text and is judged here."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.engines.curriculum.plan import Requisite, RequisiteKind

#: Cyrillic capitals and small letters drawn like Latin ones.
LOOK_ALIKES = str.maketrans("АВСЕНІКМОРТХУЅЈҺаеосрхуіѕјһ", "ABCEHIKMOPTXYSJHaeocpxyisjh")
MAX_CODE = 30
MAX_TEXT = 2000
_NEVER_IN_A_CODE = re.compile(r"[,;()|=<>\"'`\\{}\[\]\x00-\x1f\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d{1,9})?")
_CELL = re.compile(r"([ITU])\s*([1-5])")
_ANY = {"any", "any of", "любой", "любая", "любое", "любой из", "кез келген", "кез келгені"}
_ALL = {"all", "all of", "все", "барлығы"}
_OF = re.compile(r"(\d{1,3})\s*(?:of|из|ішінен)", re.IGNORECASE)


def clean_text(text: str) -> str:
    """Composed letters, one kind of line end, no space at the ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_text(text: str, place: Place, problems: Problems, limit: int = MAX_TEXT) -> str:
    text = clean_text(text)
    if found := _CONTROL.search(text):
        problems.error("control_character", place, character=f"U+{ord(found.group()):04X}")
        return ""
    if len(text) > limit:
        problems.error("text_too_long", place, length=len(text), limit=limit)
        return text[:limit]
    return text


def read_code(text: str, place: Place, problems: Problems) -> str:
    """A course code: look-alike Cyrillic letters become Latin, runs of spaces one space; empty when it is no code."""
    raw = " ".join(unicodedata.normalize("NFKC", text).split())
    if not raw:
        return ""
    latin = raw.translate(LOOK_ALIKES)
    if latin != raw and not _has_cyrillic(latin):
        problems.note("look_alike_letters", place, found=raw, used=latin)
        raw = latin
    elif _has_cyrillic(raw) and re.search("[A-Za-z]", raw):
        problems.note("mixed_letters", place, found=raw)
    if len(raw) > MAX_CODE:
        problems.error("code_too_long", place, found=raw[:MAX_CODE] + "…", limit=MAX_CODE)
        return ""
    if _NEVER_IN_A_CODE.search(raw) or _CONTROL.search(raw):
        problems.error("code_characters", place, found=raw)
        return ""
    return raw


def _has_cyrillic(text: str) -> bool:
    return any("\u0400" <= character <= "\u052f" for character in text)


def read_number(text: str, place: Place, problems: Problems, least: float, most: float) -> float | None:
    """A number between two bounds; a comma may stand for the point; empty is none."""
    text = re.sub(r"[\s\u00a0\u202f]", "", text).replace("−", "-")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        problems.error("not_a_number", place, found=text[:40])
        return None
    number = float(text.replace(",", "."))
    if not least <= number <= most:
        problems.error("out_of_range", place, found=text[:40], least=f"{least:g}", most=f"{most:g}")
        return None
    return number


def read_integer(text: str, place: Place, problems: Problems, least: int, most: int) -> int | None:
    number = read_number(text, place, problems, least, most)
    if number is None:
        return None
    if number != int(number):
        problems.error("not_whole", place, found=text.strip()[:40])
        return None
    return int(number)


def read_cell(text: str, place: Place, problems: Problems) -> tuple[str, int] | None:
    """``T3`` to mode and level; empty and dashes are no cell."""
    raw = unicodedata.normalize("NFKC", text).strip().upper().translate(LOOK_ALIKES)
    if raw in {"", "-", "–", "—", "0"}:
        return None
    if found := _CELL.fullmatch(raw):
        return found.group(1), int(found.group(2))
    problems.error("not_a_cell", place, found=text.strip()[:40])
    return None


def read_requisites(text: str, kind: RequisiteKind, place: Place, problems: Problems) -> tuple[Requisite, ...]:
    """``MAT101; any(PHY1, PHY2); 2 of (A, B, C)`` to requisites; words in Kazakh and Russian too."""
    found = []
    for part in (each.strip() for each in text.replace("\n", ";").split(";")):
        if part and (requisite := _requisite(part, kind, place, problems)):
            found.append(requisite)
    return tuple(found)


def _requisite(part: str, kind: RequisiteKind, place: Place, problems: Problems) -> Requisite | None:
    if "(" not in part and ")" not in part:
        if "," in part:
            problems.error("requisite_unclear", place, found=part[:60])
            return None
        code = read_code(part, place, problems)
        return Requisite(kind, (code,)) if code else None
    head, _, rest = part.partition("(")
    inside, closed, tail = rest.partition(")")
    word = " ".join(head.lower().split())
    options = tuple(code for option in inside.split(",") if option.strip() and (code := read_code(option, place, problems)))
    counted = _OF.fullmatch(word)
    if tail.strip() or not closed or not options or not (word in _ANY or word in _ALL or counted):
        problems.error("requisite_unclear", place, found=part[:60])
        return None
    need = int(counted.group(1)) if counted else 1 if word in _ANY else len(options)
    return make_requisite(kind, options, need, place, problems)


def make_requisite(kind: RequisiteKind, options: tuple[str, ...], need: int, place: Place, problems: Problems) -> Requisite | None:
    if need < 1:
        problems.error("need_below_one", place, found=need)
        return None
    if len(set(options)) != len(options):
        problems.error("option_twice", place, found=", ".join(options)[:80])
        return None
    return Requisite(kind, options, need)


def write_requisites(requisites: tuple[Requisite, ...]) -> str:
    """The same grammar, in English."""
    parts = []
    for requisite in requisites:
        names = ", ".join(requisite.options)
        if len(requisite.options) == 1 and requisite.need == 1:
            parts.append(names)
        elif requisite.need == 1:
            parts.append(f"any({names})")
        else:
            parts.append(f"{requisite.need} of ({names})")
    return "; ".join(parts)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like this one, or nothing."""
    found = get_close_matches(name.lower(), list(known), n=1, cutoff=0.7)
    return found[0] if found else ""
