"""Content of the component page: invented, small, one of each kind."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit.charts import Chart
from sheber.kit.localised import LocalisedText
from sheber.kit.tables import Column, Filter, Table


@dataclass(frozen=True)
class SampleCourse:
    """A row of the sample table; credits are empty once, to show where the unknown stands."""

    code: str
    title: LocalisedText
    term: int
    credits: float | None
    cycle: str


@dataclass(frozen=True)
class SampleType:
    """Stands for an engineer type."""

    code: str
    title: LocalisedText


def _named(kk: str, ru: str, en: str) -> LocalisedText:
    return LocalisedText(kk=kk, ru=ru, en=en)


TITLES: Final = (
    _named("Математика", "Математика", "Mathematics"), _named("Физика", "Физика", "Physics"), _named("Химия", "Химия", "Chemistry"),
    _named("Материалтану", "Материаловедение", "Materials science"), _named("Жылу техникасы", "Теплотехника", "Heat engineering"),
    LocalisedText(ru="Металлургия цинка и свинца"),
)
COURSES: Final = tuple(
    SampleCourse(f"MET{1100 + 100 * (n // 8) + n}", TITLES[n % len(TITLES)], n // 5 + 1, None if n == 11 else float(3 + n % 4),
                 ("general", "basic", "major")[n % 3])
    for n in range(36))
TYPES: Final = (
    SampleType("technician", _named("Техник", "Техник", "Technician")),
    SampleType("line_engineer", _named("Желілік инженер", "Линейный инженер", "Line engineer")),
    SampleType("innovative_engineer", _named("Инновациялық инженер", "Инновационный инженер", "Innovative engineer")),
    SampleType("research_engineer", _named("Зерттеуші инженер", "Инженер-исследователь", "Research engineer")),
)
GAPS: Final = (
    {"code": "4.6", "label": _named("Пайдалану", "Эксплуатация", "Operating"), "attained": 3.8, "low": 3.6, "high": 4.0, "required": 5,
     "planned": 4, "occupation": 4.9},
    {"code": "1.1", "label": _named("Математика мен жаратылыстану", "Математика и естественные науки", "Mathematics and science"),
     "attained": 3.2, "low": 3.0, "high": 3.4, "required": 3, "planned": 3, "occupation": 4.0},
    {"code": "1.2", "label": _named("Инженерлік негіздер", "Основы инженерии", "Core engineering"), "attained": 3.8, "low": 3.6,
     "high": 4.0, "required": 4, "planned": 4, "occupation": 4.2},
    {"code": "4.7", "label": _named("Инженерлік жетекшілік", "Инженерное лидерство", "Leading engineering"), "attained": None,
     "low": None, "high": None, "required": 3, "planned": 3, "occupation": 2.9},
)


class SampleForm(forms.Form):
    """A field that is fine, one with an error, a choice and a text."""

    email = forms.EmailField(label=gettext_lazy("Work or study e-mail"), help_text=gettext_lazy("The address your organisation gave you."))
    credits = forms.FloatField(label=gettext_lazy("Credits"), min_value=0, max_value=60)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


def table(request: HttpRequest) -> Table[SampleCourse]:
    """The sample table: 36 rows, 10 on a page."""
    cycles = {"general": _("general"), "basic": _("basic"), "major": _("major")}
    columns: list[Column[SampleCourse]] = [
        Column("code", _("Code"), lambda row: row.code), Column("title", _("Title"), lambda row: str(row.title)),
        Column("term", _("Term"), lambda row: row.term, numeric=True),
        Column("credits", _("Credits"), lambda row: row.credits, numeric=True),
        Column("cycle", _("Cycle"), lambda row: cycles[row.cycle]),
    ]
    filters: list[Filter[SampleCourse]] = [Filter("cycle", _("Cycle"), tuple(cycles.items()), lambda row: row.cycle)]
    return Table(columns, COURSES, request, filters=filters, search=lambda row: " ".join((row.code, *row.title.values())), default="code",
                 page_size=10)


def load_chart() -> Chart:
    """Credits of each term against the load that is asked for."""
    load = [(term, sum(course.credits or 0 for course in COURSES if course.term == term)) for term in range(1, 9)]
    spec: dict[str, Any] = {
        "height": 220, "data": {"values": [{"term": term, "credits": credits} for term, credits in load]},
        "layer": [
            {"mark": {"type": "bar", "tooltip": True}, "encoding": {
                "x": {"field": "term", "type": "ordinal", "title": _("Term"), "axis": {"labelAngle": 0}},
                "y": {"field": "credits", "type": "quantitative", "title": _("Credits")}}},
            {"mark": {"type": "rule", "strokeDash": [7, 2.5, 1.5, 2.5]}, "encoding": {"y": {"datum": 20}}},
        ],
    }
    return Chart("load", _("Credits in each term"), _("Bar chart: credits in each term, and the load that is asked for."), spec,
                 [_("Term"), _("Credits")], load, synthetic=True)


def context(request: HttpRequest) -> dict[str, Any]:
    form = SampleForm({"email": "aruzhan.beisenova@demo", "credits": "165", "note": _("What was typed stays.")})
    form.is_valid()
    return {"table": table(request), "types": TYPES, "gaps": GAPS, "levels": range(6), "stages": "CDIO", "form": form,
            "chart": load_chart(), "day": dt.date(2026, 11, 23), "missing": TITLES[-1], "synthetic": True}
