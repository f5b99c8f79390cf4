"""Hours of a course against its credits, in one sentence; the script of the page says the same while one types."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.values import read_number
from sheber.kit import formats


@dataclass(frozen=True, slots=True)
class HoursSaid:
    """``templates`` have the holes ``{sum}`` and ``{expected}``: for the script."""

    sentence: str
    state: str
    none: str
    equal: str
    differs: str


def hours_said(hours: Sequence[str], credits: str, per_credit: int) -> HoursSaid:
    """What is typed so far; what cannot be read counts as nothing here, and is told at its field."""
    none = _("No hours are stated. %(expected)s go with these credits.") % {"expected": "{expected}"}
    equal = _("Hours add up to %(sum)s, as the credits ask.") % {"sum": "{sum}"}
    differs = _("Hours add up to %(sum)s; the credits ask for %(expected)s.") % {"sum": "{sum}", "expected": "{expected}"}
    found = [_number(text) for text in hours]
    expected = (_number(credits) or 0) * per_credit
    total = sum(each or 0 for each in found)
    state = "none" if all(each is None for each in found) else "equal" if abs(total - expected) < 1e-6 else "differs"
    template = {"none": none, "equal": equal, "differs": differs}[state]
    sentence = template.replace("{sum}", formats.number(total, 1)).replace("{expected}", formats.number(expected, 1))
    return HoursSaid(sentence, state, none, equal, differs)


def _number(text: str) -> float | None:
    return read_number(text, Place(), Problems(), 0, 100_000)
