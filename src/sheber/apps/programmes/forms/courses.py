"""A course of a draft as a form."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sheber.apps.programmes.models import Course as CourseModel
from sheber.apps.programmes.rules.reading.assembling import KINDS
from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.values import MAX_CODE, read_requisites, write_requisites
from sheber.engines.curriculum.plan import Course, Plan, Requisite
from sheber.kit.localised import LANGUAGES

from .editing import EditForm, text_cleaned, text_initial
from .fields import Code, Number, Outcomes, Text, sentences, written

FEATURES: Final = ("introduction_to_engineering", "design_implement_basic", "design_implement_advanced", "industrial_practice", "capstone")
"""Marks that the checks of a programme ask about."""
MOST_HOURS: Final = 10_000
LONGEST_REQUISITES: Final = 8_000
REQUISITE_FIELDS: Final[Mapping[str, str]] = dict(zip(("prerequisites", "corequisites", "strict_corequisites"), KINDS, strict=True))
HOURS: Final = ("contact_hours", "lab_hours", "self_study_hours")


def _requisites(label: Any, hint: Any) -> Text:
    return Text(label=label, help_text=hint, required=False, limit=LONGEST_REQUISITES,
                attrs={"list": "course-codes", "autocomplete": "off", "spellcheck": "false", "data-requisites": ""})


def _hours(label: Any) -> Number:
    return Number(label=label, required=False, least=0, most=MOST_HOURS, whole=True, attrs={"data-hours": ""})


class CourseForm(EditForm):
    """``plan`` is the version as it stands, ``course`` the one that is edited, ``None`` for a new one, which begins in ``term``."""

    code = Code(label=gettext_lazy("Code"), limit=MAX_CODE, help_text=gettext_lazy("Letters, digits, points and hyphens, such as MAT101."))
    title_kk = Text(label=gettext_lazy("Title in Kazakh"), required=False, attrs={"lang": "kk"})
    title_ru = Text(label=gettext_lazy("Title in Russian"), required=False, attrs={"lang": "ru"})
    title_en = Text(label=gettext_lazy("Title in English"), required=False, attrs={"lang": "en"})
    ects = Number(label=gettext_lazy("Credits"), least=0, most=60, attrs={"data-credits": ""},
                  help_text=gettext_lazy("Academic credits (ECTS), 0 to 60."))
    term = forms.ChoiceField(label=gettext_lazy("Term"), required=False)
    cycle = forms.ChoiceField(label=gettext_lazy("Cycle"), choices=CourseModel.Cycle.choices)
    delivery = forms.ChoiceField(label=pgettext_lazy("way of teaching", "Taught by"), choices=CourseModel.Delivery.choices)
    contact_hours = _hours(gettext_lazy("Contact hours"))
    lab_hours = _hours(gettext_lazy("Laboratory hours"))
    self_study_hours = _hours(gettext_lazy("Self-study hours"))
    features = forms.MultipleChoiceField(label=gettext_lazy("Marks"), required=False, widget=forms.CheckboxSelectMultiple)
    prerequisites = _requisites(gettext_lazy("Prerequisites"), gettext_lazy("Passed before: MAT101; any(PHY1, PHY2); 2 of (A, B, C)."))
    corequisites = _requisites(gettext_lazy("Corequisites"), gettext_lazy("Before or in the same term."))
    strict_corequisites = _requisites(gettext_lazy("Strict corequisites"), gettext_lazy("In the same term."))
    outcomes = Outcomes(label=gettext_lazy("Learning outcomes"))

    def __init__(self, data: Any = None, *, plan: Plan, course: Course | None, edit_version: int,
                 feature_labels: Mapping[str, str], term: str = "") -> None:
        self.plan, self.course = plan, course
        super().__init__(data, initial={"edit_version": str(edit_version), **(course_initial(course) if course else _blank(term))})
        marks = [*FEATURES, *sorted((course.features if course else frozenset()) - set(FEATURES))]
        _choices(self.fields["features"], [(mark, feature_labels.get(mark, mark)) for mark in marks])
        numbers = {term.number for term in plan.terms} | ({course.term} if course and course.term is not None else set())
        _choices(self.fields["term"], [("", _("not placed")), *((str(number), str(number)) for number in sorted(numbers))])
        self.remember()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        own = self.course.code if self.course else None
        if code != own and any(one.code == code for one in self.plan.courses):
            raise forms.ValidationError(_("There is already a course %(course)s in this version.") % {"course": code})
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        titles = [f"title_{language}" for language in LANGUAGES]
        if not any(cleaned.get(name) for name in titles) and not any(name in self.errors for name in titles):
            self.add_error(titles[0], _("The title is missing. Enter it in at least one language."))
        for name, kind in REQUISITE_FIELDS.items():
            problems = Problems()
            found = read_requisites(cleaned.get(name, ""), kind, Place(), problems)  # type: ignore[arg-type]
            wrong = [*sentences(problems), *self._leading_nowhere(found)]
            for sentence in wrong:
                self.add_error(name, sentence)
            if not wrong:
                cleaned[name] = found
        return cleaned

    def _leading_nowhere(self, found: Sequence[Requisite]) -> list[str]:
        """A code that was there already may lead nowhere: the checks tell of it, and other fields can still be saved."""
        own = self.cleaned_data.get("code") or (self.course.code if self.course else "")
        known = {one.code for one in self.plan.courses}
        stood = {option for one in (self.course.requisites if self.course else ()) for option in one.options}
        wrong = []
        for option in dict.fromkeys(option for one in found for option in one.options):
            if option in stood and option != own:
                continue
            if option == own and option not in stood:
                wrong.append(_("%(course)s needs itself. Remove this requisite.") % {"course": option})
            elif option not in known and option not in stood:
                near = get_close_matches(option, known, n=1, cutoff=0.6)
                text = (_("%(found)s is not among the courses. Did you mean %(near)s?") if near
                        else _("%(found)s is not among the courses. Correct the code or add the course first."))
                wrong.append(text % {"found": option, "near": near[0] if near else ""})
        return wrong

    def facts(self) -> dict[str, Any]:
        """What the services take; after ``is_valid``."""
        cleaned = self.cleaned_data
        return {"title": text_cleaned(cleaned, "title"), "ects": cleaned["ects"], "term": int(cleaned["term"]) if cleaned["term"] else None,
                "cycle": cleaned["cycle"], "delivery": cleaned["delivery"], "features": sorted(cleaned["features"]),
                **{name: cleaned[name] for name in HOURS}}

    def requisites(self) -> tuple[Requisite, ...]:
        """All kinds together; after ``is_valid``."""
        return tuple(one for name in REQUISITE_FIELDS for one in self.cleaned_data[name])


def _choices(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def course_initial(course: Course) -> dict[str, Any]:
    """What a form of the course holds."""
    return {
        "code": course.code, **text_initial("title", course.title), "ects": written(course.credits),
        "term": "" if course.term is None else str(course.term), "cycle": course.cycle, "delivery": course.delivery,
        **{name: written(getattr(course, name)) for name in HOURS}, "features": sorted(course.features),
        **{name: write_requisites(tuple(one for one in course.requisites if one.kind == kind)) for name, kind in REQUISITE_FIELDS.items()},
        "outcomes": [[one.code, *(one.text.get(language, "") for language in LANGUAGES)] for one in course.outcomes]}


def _blank(term: str) -> dict[str, Any]:
    return {"term": term, "cycle": "other", "delivery": "lecture", "features": [], "outcomes": []}
