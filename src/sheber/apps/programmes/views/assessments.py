"""An assessed piece of work: what evidence from a course opens at."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sheber.apps.programmes.queries import assessments as queries
from sheber.apps.programmes.queries.assessments import ResultRow, Results
from sheber.apps.programmes.queries.courses import course_cells
from sheber.kit.exports import export, known
from sheber.kit.http import Request
from sheber.kit.tables import Column, Table
from sheber.spine.people.access import allowed


def _table(request: Request, results: Results, rows: Sequence[ResultRow]) -> Table[ResultRow]:
    """People with a column for each item, by name."""
    def shown(place: int) -> Callable[[ResultRow], float | None]:
        return lambda one: cell.level if (cell := one.cells[place]) else None

    columns: list[Column[ResultRow]] = [
        Column("name", _("Student"), lambda one: str(one.name)),
        Column("class", pgettext("students who leave in one year", "Class"), lambda one: one.class_year, numeric=True)]
    columns += [Column(f"item-{code}", code, shown(place)) for place, (code, _title) in enumerate(results.items)]
    return Table(columns, rows, request, search=lambda one: " ".join(one.name.values()))


@require_GET
def assessment(request: Request, assessment_id: int) -> HttpResponse:
    """Its facts for all who may open it; all results for those who see evidence there or assessed it, else the own row only."""
    row = queries.assessment(assessment_id)
    if row is None:
        raise Http404(_("There is no such assessment."))
    sees_all = request.user.pk == row.assessor_id or allowed(request.user, "evidence.view", row.organisation_path)
    results = queries.results_of(row)
    rows = [one for one in results.rows if sees_all or one.person_id == request.user.pk]
    table = _table(request, results, rows)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, cells = table.export()
        return export(kind, headings, cells, title=str(row.title), filename=f"{row.code}-{row.course}-{row.held_on}",
                      synthetic=row.is_synthetic)
    return render(request, "programmes/assessment.html", {
        "row": row, "results": results, "table": table, "sees_all": sees_all, "cells": course_cells(row.version_id, row.course),
        "may_open_course": allowed(request.user, "programme.view", row.organisation_path),
        "may_open_people": allowed(request.user, "evidence.view", row.organisation_path)})
