"""Sentences of Django itself that people of this product meet and that Django's own catalogue lacks in a language.

Django lists its sentences, with the files they come from, in its English catalogues. Of the files named here (forms, validators,
sign-in, dates, relative time, refused requests) those sentences are taken that Django leaves untranslated; they are translated
in our catalogue, which Django reads last, so ours win and Django's later translations need no change here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT: Final = Path(django.__file__).parent
CATALOGUES: Final = ("conf", "contrib/auth", "contrib/humanize", "contrib/contenttypes", "contrib/sessions", "contrib/messages")
MET: Final = (
    "forms/", "core/validators.py", "core/paginator.py", "db/models/base.py", "db/models/constraints.py", "db/models/fields/",
    "utils/dates.py", "utils/timesince.py", "utils/text.py", "template/defaultfilters.py",
    "views/csrf.py", "views/static.py", "views/generic/",
    "contrib/auth/forms.py", "contrib/auth/password_validation.py", "contrib/auth/validators.py", "contrib/auth/base_user.py",
    "contrib/humanize/templatetags/humanize.py",
)


def missing_messages(language: str) -> Iterator[Message]:
    """Messages of the files in :data:`MET` without a translation in ``language``, each with the file it comes from."""
    for part in CATALOGUES:
        english = _catalogue(part, "en")
        own = _catalogue(part, language)
        for message in english or ():
            places = [place for place, _line in message.locations]
            if message.id and any(place.startswith(MET) for place in places) and not _translated(own, message):
                yield Message(message.id, locations=[(f"django/{place}", 0) for place in dict.fromkeys(places)],
                              auto_comments=message.auto_comments, flags=message.flags, context=message.context)


def _catalogue(part: str, language: str) -> Catalog | None:
    path = ROOT / part / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def _translated(catalogue: Catalog | None, wanted: Message) -> bool:
    found = catalogue.get(wanted.id, wanted.context) if catalogue is not None else None
    if found is None or found.fuzzy:
        return False
    return all(found.string) if isinstance(found.string, list | tuple) else bool(found.string)
