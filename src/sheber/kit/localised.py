"""Text typed by people, kept in Kazakh, Russian and English side by side."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("kk", "ru", "en")
MARKS = {"kk": "ҚАЗ", "ru": "РУС", "en": "ENG"}


class LocalisedText(dict[str, str]):
    """``{"kk": …, "ru": …, "en": …}``; ``str()`` gives the reader's language, else kk, ru, en in this order."""

    def in_language(self, language: str | None = None) -> tuple[str, str]:
        """The text and the language it is in; an empty text is ``("", "")``."""
        wanted = (language or get_language() or "kk").split("-")[0]
        for code in (wanted, *LANGUAGES):
            if text := self.get(code):
                return text, code
        return "", ""

    @property
    def language(self) -> str:
        """Language of what ``str()`` gives, for the ``lang`` attribute."""
        return self.in_language()[1]

    @property
    def missing_mark(self) -> str:
        """``ҚАЗ``, ``РУС`` or ``ENG`` when the reader's own language is missing, else empty."""
        wanted = (get_language() or "kk").split("-")[0]
        _text, found = self.in_language(wanted)
        return MARKS[found] if found and found != wanted else ""

    def __str__(self) -> str:
        return self.in_language()[0]

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))

    @classmethod
    def of(cls, value: "Mapping[str, str] | str | None") -> "LocalisedText":
        """Build from a mapping, or from one text that stands for English."""
        if value is None:
            return cls()
        if isinstance(value, str):
            return cls(en=value)
        return cls({code: str(text) for code, text in value.items() if code in LANGUAGES and text})


class LocalisedField(models.JSONField):
    """JSON column that holds a :class:`LocalisedText`."""

    description = _("Text in three languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", LocalisedText)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        loaded = super().from_db_value(value, expression, connection)
        return LocalisedText(loaded) if isinstance(loaded, dict) else loaded

    def to_python(self, value: Any) -> LocalisedText:
        return LocalisedText.of(value)

    def get_prep_value(self, value: Any) -> Any:
        return dict(value) if isinstance(value, Mapping) else value

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not self.blank and not any(str(text).strip() for text in value.values()):
            raise ValidationError(_("Write the text in at least one language."), code="blank")
