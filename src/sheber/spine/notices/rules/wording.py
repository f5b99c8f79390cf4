"""What a notice says, in the reader's language."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from sheber.kit import formats
from sheber.kit.localised import LANGUAGES, LocalisedText


def sentence_of(sentence: Any, params: Mapping[str, Any]) -> str:
    """The sentence with its holes filled. What is not known shows as a dash, so that an old notice never breaks a page."""
    if isinstance(sentence, str | Promise):
        return str(sentence) % _Holes(params)
    return str(sentence(params))


class _Holes(dict[str, str]):
    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__({name: shown(value) for name, value in params.items()})

    def __missing__(self, _name: str) -> str:
        return "–"


def shown(value: Any) -> str:
    """A value of params as people read it: texts in three languages, ``{"date": "2026-12-01"}``, numbers, words."""
    if isinstance(value, Mapping):
        if set(value) == {"date"}:
            return formats.date(dt.date.fromisoformat(str(value["date"])))
        if value and set(value) <= set(LANGUAGES):
            return str(LocalisedText.of(value))
        return "–"
    if isinstance(value, bool) or value is None:
        return "–"
    return formats.number(value) if isinstance(value, int | float) else str(value)
