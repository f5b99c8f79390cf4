"""The page of a course."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sheber.apps.programmes.models import Course
from sheber.apps.programmes.queries.courses import CoursePage, course_page
from sheber.kit import formats
from sheber.kit.http import Request
from sheber.kit.localised import LocalisedText
from sheber.spine.people.access import allowed

from .common import may_edit, tabs, version_or_404


def feature_label(feature: str) -> str:
    """What is special about a course, in words; an unknown mark as it is written."""
    return {
        "introduction_to_engineering": _("introduction to engineering"),
        "design_implement_basic": _("design and implement, first project"),
        "design_implement_advanced": _("design and implement, advanced project"),
        "industrial_practice": _("practice at an enterprise"), "capstone": _("final project"),
    }.get(feature, feature)


def _facts(page: CoursePage) -> list[tuple[str, str]]:
    """Label and value; what is not stated is left out."""
    course = page.course
    parts = [(course.contact_hours, _("%(n)s contact")), (course.lab_hours, _("%(n)s laboratory")),
             (course.self_study_hours, _("%(n)s self-study"))]
    hours = ", ".join(text % {"n": formats.number(value)} for value, text in parts if value)
    facts = [
        (_("Credits"), formats.number(course.credits, 1)),
        (_("Term"), str(course.term) if course.term is not None else _("not placed")),
        (_("Cycle"), str(Course.Cycle(course.cycle).label)),
        (pgettext("way of teaching", "Taught by"), str(Course.Delivery(course.delivery).label)),
        (_("Hours"), hours),
        (_("Marks"), ", ".join(feature_label(feature) for feature in sorted(course.features))),
    ]
    return [(label, value) for label, value in facts if value]


@require_GET
def course(request: Request, code: str, version: str, course: str) -> HttpResponse:
    """Facts, requisites both ways, outcomes, the row of the matrix, metrics and assessments held."""
    row = version_or_404(request, code, version)
    page = course_page(row, course)
    if page is None:
        raise Http404(_("The version has no course %(course)s.") % {"course": course})
    return render(request, "programmes/course.html", {
        "row": row, "page": page, "course": page.course, "title": LocalisedText.of(page.course.title),
        "facts": _facts(page), "tabs": tabs(row, ""), "may_edit": may_edit(request, row),
        "may_see_people": allowed(request.user, "evidence.view", row.organisation_path)})
