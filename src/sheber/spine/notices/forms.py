"""How a person wants to be told."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from sheber.spine.notices.queries import ChoiceRow, rhythm_choices
from sheber.spine.notices.services import Ways

ZONES: Final = ("Asia/Almaty", "Asia/Tashkent", "Asia/Shanghai", "Asia/Seoul", "Asia/Tokyo", "Asia/Dubai", "Europe/Istanbul",
                "Europe/Moscow", "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles")
"""Those of people here and of their partners abroad; the API takes any name of the tz database."""


class ChoicesForm(forms.Form):
    """A checkbox and a rhythm for each type that is not mandatory, and the time zone of one's mornings."""

    def __init__(self, data: Any = None, *, rows: Sequence[ChoiceRow], time_zone: str) -> None:
        super().__init__(data)
        self.rows = [row for row in rows if not row.is_mandatory]
        for row in self.rows:
            names = {"title": row.title}
            self.fields[f"shown-{row.code}"] = forms.BooleanField(
                required=False, initial=row.is_shown, label=_("%(title)s: in the product") % names)
            self.fields[f"letters-{row.code}"] = forms.ChoiceField(
                choices=rhythm_choices(), initial=row.letters, label=_("%(title)s: letters") % names,
                widget=forms.Select({"class": "input"}))
        own = [] if time_zone in {"", *ZONES} else [(time_zone, time_zone)]
        self.fields["time_zone"] = forms.ChoiceField(
            required=False, initial=time_zone, label=_("Your mornings are in"),
            choices=[("", _("the time zone of this installation (%(zone)s)") % {"zone": settings.TIME_ZONE}),
                     *own, *((zone, zone.replace("_", " ")) for zone in ZONES)])

    def lines(self) -> list[tuple[ChoiceRow, forms.BoundField, forms.BoundField]]:
        """Each type with its two fields."""
        return [(row, self[f"shown-{row.code}"], self[f"letters-{row.code}"]) for row in self.rows]

    def ways(self) -> dict[str, Ways]:
        """What was chosen, by type."""
        given = self.cleaned_data
        return {row.code: Ways(given[f"shown-{row.code}"], given[f"letters-{row.code}"]) for row in self.rows}
