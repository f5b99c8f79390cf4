"""A new programme as a form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.apps.programmes.models import ProgrammeVersion
from sheber.kit.localised import LANGUAGES, LocalisedText

from .editing import text_cleaned
from .fields import Code, Number, Text

Choices = Sequence[tuple[str, str]]


class NewProgrammeForm(forms.Form):
    """``organisations``: those at which the person may start a programme."""

    code = Code(label=gettext_lazy("Code"), limit=20, help_text=gettext_lazy("Of the classifier, such as 6B07201."))
    title_kk = Text(label=gettext_lazy("Title in Kazakh"), required=False, attrs={"lang": "kk"})
    title_ru = Text(label=gettext_lazy("Title in Russian"), required=False, attrs={"lang": "ru"})
    title_en = Text(label=gettext_lazy("Title in English"), required=False, attrs={"lang": "en"})
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"),
                                     help_text=gettext_lazy("The faculty or university that runs the programme."))
    engineer_type = forms.ChoiceField(label=gettext_lazy("Engineer type"),
                                      help_text=gettext_lazy("Says which levels are required of a graduate."))
    degree = forms.ChoiceField(label=gettext_lazy("Degree"), choices=ProgrammeVersion.Degree.choices, initial="bachelor",
                               help_text=gettext_lazy("The levels of the national and the European framework follow from it."))
    years = Number(label=gettext_lazy("Years"), least=1, most=8, whole=True, initial="4", help_text=gettext_lazy("60 credits a year."))
    system = forms.ChoiceField(label=gettext_lazy("System"), choices=ProgrammeVersion.System.choices, initial="semester")
    version = Code(label=gettext_lazy("Version"), limit=20, help_text=gettext_lazy("Short, such as 2027.1."))
    reason = Text(label=gettext_lazy("Reason"), required=False, limit=300, help_text=gettext_lazy("Kept in the history."))

    def __init__(self, data: Any = None, *, organisations: Choices, types: Choices, version: str) -> None:
        super().__init__(data, initial={"version": version})
        for name, choices in (("organisation", organisations), ("engineer_type", types)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        titles = [f"title_{language}" for language in LANGUAGES]
        if not any(cleaned.get(name) for name in titles) and not any(name in self.errors for name in titles):
            self.add_error(titles[0], _("The title is missing. Enter it in at least one language."))
        return cleaned

    def title(self) -> LocalisedText:
        """After ``is_valid``."""
        return text_cleaned(self.cleaned_data, "title")
