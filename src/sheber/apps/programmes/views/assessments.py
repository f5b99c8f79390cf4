"""An assessed piece of work: what evidence from a course opens at."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.apps.programmes.queries import assessments as queries
from sheber.apps.programmes.queries.courses import course_cells
from sheber.kit.http import Request
from sheber.spine.people.access import allowed


@require_GET
def assessment(request: Request, assessment_id: int) -> HttpResponse:
    """Its facts for all who may open it; all results for those who see evidence there or assessed it, else the own row only."""
    row = queries.assessment(assessment_id)
    if row is None:
        raise Http404(_("There is no such assessment."))
    sees_all = request.user.pk == row.assessor_id or allowed(request.user, "evidence.view", row.organisation_path)
    results = queries.results_of(row)
    rows = [one for one in results.rows if sees_all or one.person_id == request.user.pk]
    return render(request, "programmes/assessment.html", {
        "row": row, "results": results, "rows": rows, "sees_all": sees_all, "cells": course_cells(row.version_id, row.course),
        "may_open_course": allowed(request.user, "programme.view", row.organisation_path),
        "may_open_people": allowed(request.user, "evidence.view", row.organisation_path)})
