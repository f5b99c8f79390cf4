"""The language of the command line, without Django.

The standard library reads the same catalogues as Django, so a command that needs no database stays quick. A command that
does need Django calls `sheber.site.cli.setup.django_setup`, which activates the same language there.
"""

import gettext as standard
import os
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("kk", "ru", "en")
CATALOGUES: Final = Path(__file__).resolve().parents[1] / "locale"

_chosen = "en"


def language_wanted(option: str | None = None) -> str:
    """``--language``, else SHEBER_LANGUAGE, else LC_ALL, LC_MESSAGES or LANG; English when none names one of ours."""
    for wish in (option, *(os.environ.get(name) for name in ("SHEBER_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))):
        code = (wish or "").replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in LANGUAGES:
            return code
        if wish:                    # LANG=C or de_DE: the first variable that is set decides
            break
    return "en"


def use_language(option: str | None = None) -> str:
    """Choose the language of all later sentences; return its code."""
    global _chosen  # noqa: PLW0603  one process, one reader
    _chosen = language_wanted(option)
    return _chosen


def current_language() -> str:
    return _chosen


@cache
def _catalogue(language: str) -> standard.NullTranslations:
    return standard.translation("django", localedir=CATALOGUES, languages=[language], fallback=True)


def gettext(message: str) -> str:
    return _catalogue(_chosen).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    return _catalogue(_chosen).ngettext(singular, plural, n)


def noop(message: str) -> str:
    """Mark a sentence for translation where it is declared; it is translated where it is shown."""
    return message
