"""What a catalogue must satisfy before it is shipped."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message

from .merging import DOMAINS, PLURALS, read_catalogue, wanted_catalogue

PERCENT_HOLE: Final = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z%]")
BRACE_HOLE: Final = re.compile(r"\{[a-z_][\w.]*\}")
TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&\w+;")
TWO_SCRIPTS: Final = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")
KAZAKH_ONLY: Final = re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]")
RUSSIAN_IN_KAZAKH: Final = re.compile(r"\b(?:и|или|для|при|что|это|без)\b", re.IGNORECASE)
ENDINGS: Final = ".:…?!"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one catalogue: ``code`` names the rule, ``message`` the English sentence."""

    file: str
    code: str
    message: str
    detail: str = ""


def check_catalogues(locales: Path, languages: tuple[str, ...]) -> list[Fault]:
    """Faults of every catalogue, in the order of the files. Empty when all may be shipped."""
    faults: list[Fault] = []
    for language in languages:
        for domain in DOMAINS:
            path = locales / language / "LC_MESSAGES" / f"{domain}.po"
            wanted = wanted_catalogue(language, domain)
            if not len(wanted) and not path.is_file():
                continue
            name = path.relative_to(locales).as_posix()
            if not path.is_file():
                faults.append(Fault(name, "no_file", ""))
                continue
            faults += check_catalogue(name, read_catalogue(path, language), wanted, language)
    return faults


def check_catalogue(name: str, catalogue: Catalog, wanted: Catalog, language: str) -> list[Fault]:
    """Faults of one catalogue against the sentences it must hold."""
    faults: list[Fault] = []
    if _squeezed(catalogue.plural_forms) != _squeezed(PLURALS[language]):
        faults.append(Fault(name, "plural_header", "", catalogue.plural_forms))
    for message in wanted:
        if not message.id:
            continue
        found = catalogue.get(message.id, message.context)
        if found is None or _ids(found) != _ids(message):
            faults.append(Fault(name, "not_merged", _ids(message)[0]))
    for message in catalogue:
        if message.id:
            faults += [Fault(name, code, _ids(message)[0], detail) for code, detail in _faults(message, language, catalogue.num_plurals)]
    return faults


def _faults(message: Message, language: str, plurals: int) -> Iterator[tuple[str, str]]:
    ids, strings = _ids(message), _strings(message)
    if message.fuzzy:
        yield "fuzzy", ""
    if not strings or not all(text.strip() for text in strings):
        yield "untranslated", ""
        return
    if len(ids) == 2 and len(strings) != plurals:
        yield "plural_count", f"{len(strings)}, not {plurals}"
        return
    for position, text in enumerate(strings):
        # Only a form that is used for the number one alone may leave the number out, as English does.
        models = ids if position == 0 and language == "kk" else ids[-1:]
        if holes(text) not in [holes(model) for model in models]:
            yield "holes", text
        if Counter(TAG.findall(text)) not in [Counter(TAG.findall(model)) for model in ids]:
            yield "html", text
        if _edges(text) not in [_edges(model) for model in ids]:
            yield "edges", text
        if TWO_SCRIPTS.search(_without_holes(text)):
            yield "two_scripts", text
        if (language == "ru" and KAZAKH_ONLY.search(text) and not KAZAKH_ONLY.search(ids[0])) or (
                language == "kk" and RUSSIAN_IN_KAZAKH.search(text)):
            yield "other_language", text


def holes(text: str) -> Counter[str]:
    """The places a value goes into, each as often as it stands there: ``%(name)s``, ``%d``, ``{name}``."""
    return Counter([hole for hole in PERCENT_HOLE.findall(text) if not hole.endswith("%")] + BRACE_HOLE.findall(text))


def _without_holes(text: str) -> str:
    return BRACE_HOLE.sub(" ", PERCENT_HOLE.sub(" ", TAG.sub(" ", text)))


def _edges(text: str) -> tuple[str, str, str]:
    """Blanks around a text and the mark it ends in: a sentence stays a sentence, a label stays a label.

    Where every word has a point it is an abbreviation's (“No.”), which need not be one in another language.
    """
    bare = text.strip()
    abbreviated = all(word.endswith(".") for word in bare.split())
    ending = bare[-1:] if bare[-1:] in ENDINGS and not abbreviated else ""
    return text[:len(text) - len(text.lstrip())], text[len(text.rstrip()):], ending


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _squeezed(plural_forms: str) -> str:
    return re.sub(r"[\s();]", "", plural_forms)
