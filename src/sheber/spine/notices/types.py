"""Types of notices. A system states its types in its ``notices.py``, found at start-up::

    from sheber.spine.notices import types

    types.register("role.granted", title=_("You were given a role"), explanation=_("When somebody gives you a role."),
                   sentence=_("%(role)s at %(place)s."), letters="at_once")

The title is constant: it is the subject of the letter, which is read on locked screens and by every mail server on the way. What is
about the person stands in the sentence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.functional import Promise

Letters = Literal["at_once", "daily", "weekly", "never"]
Sentence = Callable[[Mapping[str, Any]], str]
CODE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
HOLE: Final = re.compile(r"%[(sd]|\{")


@dataclass(frozen=True, slots=True)
class NoticeType:
    """``letters`` and ``is_shown`` hold where the person chose nothing. A mandatory type goes both ways at once, whatever was chosen.

    ``letter_only``: it is written by a system with its own words and stands on no page of choices.
    """

    code: str
    title: str | Promise
    explanation: str | Promise
    sentence: str | Promise | Sentence
    letters: Letters
    mandatory: bool
    letter_only: bool

    @property
    def family(self) -> str:
        return self.code.split(".")[0]


_known: dict[str, NoticeType] = {}


def register(code: str, *, title: str | Promise, explanation: str | Promise = "", sentence: str | Promise | Sentence = "",
             letters: Letters = "daily", mandatory: bool = False, letter_only: bool = False) -> None:
    """State a type.

    Parameters
    ----------
    code : str
        ``system.what``.
    title : str
        Two to six words without holes; the subject of letters.
    explanation : str
        When such a notice comes; for the page of choices.
    sentence : str or callable
        What it says, with named holes ``%(name)s`` filled from the params of a notice; or a function of the params.
    letters : ``at_once``, ``daily``, ``weekly`` or ``never``
        When letters go out to those who chose nothing.
    mandatory : bool
        What touches the safety of the account: always shown, and a letter at once.
    letter_only : bool
        Its letters are written by :func:`sheber.spine.notices.services.letter_write`.

    Raises
    ------
    ValueError
        The code is not written so or is stated already, or the title has a hole.
    """
    if not CODE.fullmatch(code) or len(code) > 60:
        raise ValueError(f"{code!r} is no type of notice: write system.what")
    if code in _known:
        raise ValueError(f"the type {code} is stated already")
    if isinstance(title, str) and HOLE.search(title):
        raise ValueError(f"{code}: a title is a subject and has no holes")
    _known[code] = NoticeType(code, title, explanation, sentence, "at_once" if mandatory else letters, mandatory, letter_only)


def known() -> Mapping[str, NoticeType]:
    """Every type stated so far, by code."""
    return dict(_known)


def find(code: str) -> NoticeType | None:
    """The type, or ``None`` when this version knows no such one."""
    return _known.get(code)


def forget(code: str) -> None:
    """Take a type out again; for tests."""
    _known.pop(code, None)
