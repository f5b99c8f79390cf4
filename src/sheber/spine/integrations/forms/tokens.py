"""A new token as a form."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sheber.spine.integrations.rules import tokens as rules
from sheber.spine.organisations.queries import OrganisationRow

from .fields import OrganisationCode, permission_label

USUAL_DAYS = 90


class TokenForm(forms.Form):
    """``held``: what the person may do themselves; ``places``: where."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which program will use it, such as “timetable export”."))
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple, error_messages={
        "required": _("Choose at least one thing that the token may do.")})
    expires_on = forms.DateField(label=_("Last day"), input_formats=["%Y-%m-%d"], help_text=_("At most a year from today."),
                                 widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, *, held: Sequence[str], places: Sequence[OrganisationRow]) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"expires_on": today + dt.timedelta(days=USUAL_DAYS)})
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(code, permission_label(code)) for code in held]
        self.fields["organisation"] = OrganisationCode(
            places, label=_("Only at and below the organisation"), required=False,
            help_text=_("Its code. Empty: wherever you may do it yourself."))
        self.fields["expires_on"].widget.attrs |= {
            "min": today.isoformat(), "max": (today + dt.timedelta(days=rules.MOST_DAYS)).isoformat()}
