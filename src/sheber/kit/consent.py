"""What people may consent to. The system that acts on a purpose states it at start-up, in the module where it asks whether it may, and
asks ``privacy.queries.consenting`` inside its own queries, so that a consent taken back holds from the next query on::

    PROFILE = purpose("profile.enterprises", version=1, title=_("…"), text=_("…"), preview="students:profile").code

Nothing is asked before something acts on it. ``preview`` is a page, by the number of the person, on which they see what others would.

A text that means something else gets the next version: whoever agreed to the earlier one is asked again, and until then has not agreed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Purpose:
    """``text`` is what the person agrees to, in the reader's language."""

    code: str
    version: int
    title: "str | _StrPromise"
    text: "str | _StrPromise"
    preview: str = ""


_purposes: dict[str, Purpose] = {}


def purpose(code: str, *, version: int, title: "str | _StrPromise", text: "str | _StrPromise", preview: str = "") -> Purpose:
    """State a purpose. Raises ``ValueError`` for a code that is none, or is stated already."""
    if not re.fullmatch(r"[a-z_]+\.[a-z_]+", code) or version < 1:
        raise ValueError(f"{code} {version}: write subject.purpose in small letters, and count from 1")
    if code in _purposes:
        raise ValueError(f"{code} is stated already")
    _purposes[code] = Purpose(code, version, title, text, preview)
    return _purposes[code]


def purposes() -> Mapping[str, Purpose]:
    """Every purpose, by its code."""
    return dict(_purposes)
