"""A course of a draft: added, edited, removed from a page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.forms.courses import FEATURES, HOURS, CourseForm
from sheber.apps.programmes.forms.editing import missing_languages
from sheber.apps.programmes.queries.courses import HOURS_PER_CREDIT
from sheber.apps.programmes.queries.editing import going_with
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.engines.curriculum.plan import Plan
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.trash.undo import told_with_undo

from ..common import version_or_404
from ..courses import feature_label
from .common import Answer, answer, closed, context_of
from .hours import hours_said

BLANK_ROWS = 2
"""Rows for new outcomes that stand ready where no script adds them."""


def _labels(plan: Plan) -> dict[str, str]:
    return {mark: feature_label(mark) for mark in {*FEATURES, *(mark for course in plan.courses for mark in course.features)}}


@require_http_methods(["GET", "POST"])
def course_add(request: Request, code: str, version: str) -> HttpResponse:
    """A new course; ``?term=3`` chooses its term."""
    row = version_or_404(request, code, version, permission="programme.edit")
    if row.status != "draft":
        return closed(request, row, here=_("New course"), status=409 if request.method == "POST" else 200)

    def make(data: QueryDict | None) -> CourseForm:
        current = queries.version_overview(row.id) or row
        plan = queries.version_plan(row.id)
        return CourseForm(data, plan=plan, course=None, edit_version=current.edit_version, feature_labels=_labels(plan),
                          term=request.GET.get("term", ""))

    def save(form: CourseForm) -> None:
        services.course_add(version_id=row.id, code=form.cleaned_data["code"], facts=form.facts(), requisites=form.requisites(),
                            outcomes=form.cleaned_data["outcomes"], actor=request.user, edit_version=form.stated_edit_version(),
                            reason=form.cleaned_data["reason"])

    found = answer(request, row, make=make, save=save)
    if found.saved:
        added = found.form.cleaned_data["code"]
        messages.success(request, _("Course %(course)s is added. Say in the matrix what it teaches.") % {"course": added})
        if "another" in request.POST:
            return HttpResponseRedirect(reverse("programmes:course_add", args=[code, version]))
        return HttpResponseRedirect(reverse("programmes:course", args=[code, version, added]))
    return _page(request, row, found, course=None)


@require_http_methods(["GET", "POST"])
def course_edit(request: Request, code: str, version: str, course: str) -> HttpResponse:
    """Everything of a course but its cells; ``?remove`` opens the question whether to remove it."""
    row = version_or_404(request, code, version, permission="programme.edit")
    if row.status != "draft":
        return closed(request, row, here=course, status=409 if request.method == "POST" else 200)
    standing = next((one for one in queries.version_plan(row.id).courses if one.code == course), None)
    if standing is None:
        if request.method == "POST":
            return _gone(request, row, course)
        raise Http404(_("The version has no course %(course)s.") % {"course": course})

    def make(data: QueryDict | None) -> CourseForm:
        current = queries.version_overview(row.id) or row
        plan = queries.version_plan(row.id)
        now = next((one for one in plan.courses if one.code == course), standing)
        return CourseForm(data, plan=plan, course=now, edit_version=current.edit_version, feature_labels=_labels(plan))

    def save(form: CourseForm) -> None:
        services.course_save(version_id=row.id, code=course, new_code=form.cleaned_data["code"], facts=form.facts(),
                             requisites=form.requisites(), outcomes=form.cleaned_data["outcomes"], actor=request.user,
                             edit_version=form.stated_edit_version(), reason=form.cleaned_data["reason"])

    found = answer(request, row, make=make, save=save)
    if found.saved:
        saved = found.form.cleaned_data["code"]
        messages.success(request, _("Course %(course)s is saved.") % {"course": saved})
        return HttpResponseRedirect(reverse("programmes:course", args=[code, version, saved]))
    return _page(request, row, found, course=course)


@require_POST
def course_remove(request: Request, code: str, version: str, course: str) -> HttpResponse:
    """Take a course out of a draft."""
    row = version_or_404(request, code, version, permission="programme.edit")
    if row.status != "draft":
        return closed(request, row, here=course, status=409)
    text = request.POST.get("edit_version", "")
    stated = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    try:
        gone = services.course_remove(version_id=row.id, code=course, actor=request.user, edit_version=stated,
                                      reason=request.POST.get("reason", "").replace("\x00", "")[:300])
    except DomainError as no:
        if no.code == "unknown_course":
            messages.warning(request, _("Course %(course)s was removed already.") % {"course": course})
            return HttpResponseRedirect(reverse("programmes:overview", args=[code, version]) + "#courses")
        return _not_removed(request, row, course, no)
    told_with_undo(request, _("Course %(course)s is removed.") % {"course": course}, gone.deletion_id)
    return HttpResponseRedirect(reverse("programmes:overview", args=[code, version]) + "#courses")


def _not_removed(request: Request, row: VersionRow, course: str, no: DomainError) -> HttpResponse:
    """The form again, with what would go now."""
    plan = queries.version_plan(row.id)
    standing = next((one for one in plan.courses if one.code == course), None)
    if standing is None:
        raise Http404(_("The version has no course %(course)s.") % {"course": course})
    current = queries.version_overview(row.id) or row
    form = CourseForm(None, plan=plan, course=standing, edit_version=current.edit_version, feature_labels=_labels(plan))
    return _page(request, row, Answer(form, 409), course=course, removal=no)


def _gone(request: Request, row: VersionRow, course: str) -> HttpResponse:
    """Somebody removed or renamed the course meanwhile: what was typed stands ready to be added as a new one."""
    plan = queries.version_plan(row.id)
    data = request.POST.copy()
    data["edit_version"] = str((queries.version_overview(row.id) or row).edit_version)
    form = CourseForm(data, plan=plan, course=None, edit_version=0, feature_labels=_labels(plan))
    return _page(request, row, Answer(form, 409), course=None, gone=course)


def _page(request: Request, row: VersionRow, found: Answer[CourseForm], *, course: str | None, **more: Any) -> HttpResponse:
    form = found.form
    per = form.plan.hours_per_credit or HOURS_PER_CREDIT
    rows = form["outcomes"].value() or []
    context = {
        **context_of(found), "row": row, "course": course, "per_credit": per, "missing": missing_languages(form, "title"),
        "hours": hours_said([str(form[name].value() or "") for name in HOURS], str(form["ects"].value() or ""), per),
        "outcome_rows": [*rows, *([""] * 4 for _row in range(BLANK_ROWS))], "languages": LANGUAGES,
        "codes": [(one.code, LocalisedText.of(one.title)) for one in form.plan.courses if one.code != course],
        "going": going_with(row.id, course) if course else None, "asks": "remove" in request.GET or "removal" in more, **more}
    return render(request, "programmes/course_edit.html", context, status=found.status)

