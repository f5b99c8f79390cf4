"""Import of a file, and the name of a new draft."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """A file and the organisation that runs the programme."""

    file = forms.FileField(label=_("File"), help_text=_("XLSX by the template, YAML, or CSV of Curricular Analytics; 5 MB at most."),
                           allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".xlsx,.yaml,.yml,.csv"}))
    organisation = forms.ChoiceField(label=_("Organisation"), help_text=_("The faculty or university that runs the programme."))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300, help_text=_("Kept in the history."))

    def __init__(self, *args: Any, organisations: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(organisations)


class ReviseForm(forms.Form):
    """Name of the draft that is to replace a version."""

    version = forms.CharField(label=_("New version"), max_length=20, help_text=_("Short, such as 2027.1."))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300, help_text=_("Kept in the history."))
