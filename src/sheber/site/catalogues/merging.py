"""The .po files follow the sources: new sentences are added, kept ones keep their translation, gone ones are marked obsolete."""

import io
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from .dependencies import missing_messages
from .extraction import Domain, extract_template

DOMAINS: Final[tuple[Domain, ...]] = ("django", "djangojs")
# As Django's own catalogues count: a Kazakh noun after a number stays singular, but the sentence around it may differ for one.
PLURALS: Final = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
HEADER: Final = """\
# Sheber in the language {language}.
# Own translation by the terms of sheber/data/domain/glossary.csv; not yet read by a native speaker.
#
msgid ""
msgstr ""
"Project-Id-Version: sheber\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""


def wanted_catalogue(language: str, domain: Domain) -> Catalog:
    """What ``language`` must hold: the sentences of the package, and those of Django that Django lacks."""
    template = extract_template(domain)
    if domain == "django":
        for message in missing_messages(language):
            template.add(message.id, locations=message.locations, flags=message.flags,
                         auto_comments=message.auto_comments, context=message.context)
    return template


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue at ``path``; an empty one with our header where there is none."""
    text = path.read_text("utf-8") if path.is_file() else HEADER.format(language=language, plurals=PLURALS[language])
    return read_po(io.BytesIO(text.encode()), locale=language, abort_invalid=True)


def merge_catalogues(locales: Path, languages: tuple[str, ...]) -> dict[Path, Catalog]:
    """Bring every .po under ``locales`` up to date and return the catalogues by file. A script domain without sentences has no file."""
    merged: dict[Path, Catalog] = {}
    for language in languages:
        for domain in DOMAINS:
            path = locales / language / "LC_MESSAGES" / f"{domain}.po"
            wanted = wanted_catalogue(language, domain)
            if not len(wanted) and not path.is_file():
                continue
            catalogue = read_catalogue(path, language)
            _revive(catalogue, wanted)
            catalogue.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
            write_catalogue(path, catalogue, language)
            merged[path] = catalogue
    return merged


def _revive(catalogue: Catalog, wanted: Catalog) -> None:
    """A sentence that comes back takes up the translation it had when it went."""
    for message in wanted:
        kept = catalogue.obsolete.pop(catalogue._key_for(message.id, message.context), None) if message.id else None
        if kept is not None and catalogue.get(message.id, message.context) is None:
            catalogue.add(message.id, kept.string, context=message.context)


def write_catalogue(path: Path, catalogue: Catalog, language: str) -> None:
    """Write the file with our header and no dates: it changes only when a sentence does."""
    body = io.BytesIO()
    write_po(body, catalogue, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(language=language, plurals=PLURALS[language])
    path.write_text(f"{header}\n{body.getvalue().decode().strip()}\n", encoding="utf-8")
