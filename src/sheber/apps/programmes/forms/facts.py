"""Facts and terms of a draft as a form."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.apps.programmes.models import ProgrammeVersion, Term
from sheber.apps.programmes.queries.editing import VersionFacts
from sheber.kit.localised import LANGUAGES, LocalisedText

from .editing import EditForm, text_cleaned, text_initial
from .fields import Number, Terms, Text, written

TEXTS: Final = ("qualification", "admission", "practice_note")
NUMBERS: Final = ("nqf", "eqf", "years", "credits", "hours_per_credit", "term_load_min", "term_load_target", "term_load_max")
Choices = Sequence[tuple[str, str]]


def _in(language: str, label: Any, **more: Any) -> Text:
    return Text(label=label, required=False, attrs={"lang": language}, **more)


class FactsForm(EditForm):
    """``types``, ``languages`` and ``sectors`` are what may be chosen, code and label."""

    title_kk = _in("kk", gettext_lazy("Title in Kazakh"))
    title_ru = _in("ru", gettext_lazy("Title in Russian"))
    title_en = _in("en", gettext_lazy("Title in English"))
    degree = forms.ChoiceField(label=gettext_lazy("Degree"), choices=ProgrammeVersion.Degree.choices)
    engineer_type = forms.ChoiceField(label=gettext_lazy("Engineer type"),
                                      help_text=gettext_lazy("Says which levels are required of a graduate."))
    qualification_kk = _in("kk", gettext_lazy("Qualification in Kazakh"))
    qualification_ru = _in("ru", gettext_lazy("Qualification in Russian"))
    qualification_en = _in("en", gettext_lazy("Qualification in English"))
    nqf = Number(label=gettext_lazy("Level, NQF"), least=1, most=8, whole=True,
                 help_text=gettext_lazy("National qualifications framework, 1 to 8."))
    eqf = Number(label=gettext_lazy("Level, EQF"), least=1, most=8, whole=True,
                 help_text=gettext_lazy("European qualifications framework, 1 to 8."))
    isced_f = Text(label=gettext_lazy("Field, ISCED-F"), required=False, limit=8, help_text=gettext_lazy("Such as 0715."))
    classifier_group = Text(label=gettext_lazy("Group"), required=False, limit=12,
                            help_text=gettext_lazy("Group of the classifier, such as B171."))
    languages = forms.MultipleChoiceField(label=gettext_lazy("Languages"), required=False, widget=forms.CheckboxSelectMultiple)
    sectors = forms.MultipleChoiceField(label=gettext_lazy("Sectors"), required=False, widget=forms.CheckboxSelectMultiple)
    years = Number(label=gettext_lazy("Years"), least=1, most=8, whole=True)
    credits = Number(label=gettext_lazy("Credits"), least=1, most=600, whole=True, help_text=gettext_lazy("Of the whole programme."))
    hours_per_credit = Number(label=gettext_lazy("Hours a credit"), least=1, most=60, whole=True)
    system = forms.ChoiceField(label=gettext_lazy("System"), choices=ProgrammeVersion.System.choices)
    term_load_min = Number(label=gettext_lazy("Least load of a term"), least=0, most=120, help_text=gettext_lazy("Credits."))
    term_load_target = Number(label=gettext_lazy("Load wanted in a term"), least=0, most=120, help_text=gettext_lazy("Credits."))
    term_load_max = Number(label=gettext_lazy("Greatest load of a term"), least=0, most=120, help_text=gettext_lazy("Credits."))
    admission_kk = _in("kk", gettext_lazy("Admission, in Kazakh"), lines=3)
    admission_ru = _in("ru", gettext_lazy("Admission, in Russian"), lines=3)
    admission_en = _in("en", gettext_lazy("Admission, in English"), lines=3)
    practice_note_kk = _in("kk", gettext_lazy("Practice, in Kazakh"), lines=3)
    practice_note_ru = _in("ru", gettext_lazy("Practice, in Russian"), lines=3)
    practice_note_en = _in("en", gettext_lazy("Practice, in English"), lines=3)
    terms = Terms(label=gettext_lazy("Terms"))

    def __init__(self, data: Any = None, *, saved: VersionFacts, types: Choices, languages: Choices, sectors: Choices) -> None:
        super().__init__(data, initial=facts_initial(saved))
        for name, choices, standing in (("engineer_type", types, ()), ("languages", languages, saved.facts["languages"]),
                                        ("sectors", sectors, saved.facts["sectors"])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            known = {code for code, _label in choices}
            field.choices = [*choices, *((code, code) for code in standing if code not in known)]
        self.remember()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        titles = [f"title_{language}" for language in LANGUAGES]
        if not any(cleaned.get(name) for name in titles) and not any(name in self.errors for name in titles):
            self.add_error(titles[0], _("The title is missing. Enter it in at least one language."))
        loads = [load for name in ("term_load_min", "term_load_target", "term_load_max") if (load := cleaned.get(name)) is not None]
        if len(loads) == 3 and loads != sorted(loads):
            self.add_error("term_load_target", _("The load of a term needs three numbers in order: least, wanted, most."))
        return cleaned

    def title(self) -> LocalisedText:
        """After ``is_valid``."""
        return text_cleaned(self.cleaned_data, "title")

    def facts(self) -> dict[str, Any]:
        """What the service takes; after ``is_valid``."""
        cleaned = self.cleaned_data
        loads = {name: float(cleaned[name]) for name in NUMBERS if name.startswith("term_load")}
        return {"degree": cleaned["degree"], "engineer_type_id": cleaned["engineer_type"], "isced_f": cleaned["isced_f"],
                "classifier_group": cleaned["classifier_group"], "languages": cleaned["languages"], "sectors": cleaned["sectors"],
                "system": cleaned["system"], **{name: cleaned[name] for name in NUMBERS}, **loads,
                **{name: text_cleaned(cleaned, name) for name in TEXTS}}

    @property
    def seasons(self) -> list[tuple[str, str]]:
        """Seasons of a term, code and label."""
        return [(str(code), str(label)) for code, label in Term._meta.get_field("season").flatchoices]


def facts_initial(saved: VersionFacts) -> dict[str, Any]:
    """What a form of the facts holds."""
    facts = saved.facts
    initial: dict[str, Any] = {
        "edit_version": str(saved.edit_version), "engineer_type": facts["engineer_type_id"], **text_initial("title", saved.title),
        **{name: facts[name] for name in ("degree", "isced_f", "classifier_group", "system")},
        "languages": list(facts["languages"]), "sectors": list(facts["sectors"]), **{name: written(facts[name]) for name in NUMBERS},
        "terms": [[str(term.number), str(term.year), term.season] for term in saved.terms]}
    for name in TEXTS:
        initial |= text_initial(name, facts[name])
    return initial
