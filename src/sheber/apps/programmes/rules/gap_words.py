"""Words of the gap: verdicts, weak sources, reasons of a change."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sheber.spine.competences.rules import weak_sentence

__all__ = ["VERDICT_WORDS", "change_reason", "weak_sentence"]

VERDICT_WORDS: Final[Mapping[str, "str | Promise"]] = {
    "met": pgettext_lazy("gap", "met"), "within": pgettext_lazy("gap", "within"), "short": pgettext_lazy("gap", "short"),
    "not_assessed": pgettext_lazy("gap", "not assessed"), "not_required": pgettext_lazy("gap", "not required"),
    "hidden": pgettext_lazy("gap", "fewer than 5 people"),
}


def change_reason(reason: str) -> str:
    """What a recommended change does, as a heading."""
    return {
        "raise_teaching": _("Teach it to a higher level"), "raise_use": _("Use it at a higher level"),
        "teach_introduced": _("Teach what is only introduced"), "add_teaching": _("Teach it in this course too"),
        "add_use": _("Use it in this course too"), "use_now_counts": _("An existing use starts to count"),
    }[reason]
