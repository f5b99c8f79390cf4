"""Filters of the audit page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .queries import verb_choices


class AuditFilterForm(forms.Form):
    """What to look for; its state lives in the address."""

    verb = forms.ChoiceField(label=_("What"), required=False)
    actor = forms.CharField(label=_("E-mail of who did it"), required=False, max_length=254)
    kind = forms.CharField(label=_("Kind of thing"), required=False, max_length=60)
    target = forms.CharField(label=_("Its number"), required=False, max_length=40)
    first_day = forms.DateField(label=_("From"), required=False, input_formats=["%Y-%m-%d"],
                                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label=_("To"), required=False, input_formats=["%Y-%m-%d"],
                               widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"] = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Everything")), *verb_choices()])
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
