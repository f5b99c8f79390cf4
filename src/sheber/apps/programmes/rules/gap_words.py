"""Words of the gap: verdicts, weak sources, reasons of a change."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sheber.engines.competence import WEAK_ITEMS

VERDICT_WORDS: Final[Mapping[str, "str | Promise"]] = {
    "met": pgettext_lazy("gap", "met"), "within": pgettext_lazy("gap", "within"), "short": pgettext_lazy("gap", "short"),
    "not_assessed": pgettext_lazy("gap", "not assessed"), "not_required": pgettext_lazy("gap", "not required"),
}


def weak_sentence(code: str) -> str:
    """Why the occupation's level of an item rests on little."""
    return {
        "poor_proxy": _("Ethics is neither a skill nor a knowledge element of the source: a poor proxy."),
        "single_element": _("Rests on one element, foreign language as seen from one country; the engineer type's target is kept."),
        "no_sustainability": _("The source has no element about sustainability."),
        "two_elements": _("Rests on two elements; leaving one out moves the level by 1.05."),
        "managing_not_inventing": _("The source sees managing, not inventing."),
        "finance_and_marketing": _("Rests on finance and marketing elements only."),
    }.get(WEAK_ITEMS.get(code, ""), _("Rests on one or two elements of the source."))


def change_reason(reason: str) -> str:
    """What a recommended change does, as a heading."""
    return {
        "raise_teaching": _("Teach it to a higher level"), "raise_use": _("Use it at a higher level"),
        "teach_introduced": _("Teach what is only introduced"), "add_teaching": _("Teach it in this course too"),
        "add_use": _("Use it in this course too"), "use_now_counts": _("An existing use starts to count"),
    }[reason]
