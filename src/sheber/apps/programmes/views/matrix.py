"""The competence matrix: the page, and saving what was changed on it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.queries.matrix import MatrixPage, matrix_page
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.matrix import covered, item_totals
from sheber.apps.programmes.rules.targets import targets_of
from sheber.engines.curriculum.plan import Plan
from sheber.kit import formats
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.audit.queries import history_of
from sheber.spine.people.access import allowed

from .common import may_edit, tabs, version_or_404
from .matrix_changes import read_changes
from .matrix_page import SHOWS, choices, columns, finding_values, groups, packed_cells, packed_totals, summary, total_rows
from .matrix_strings import matrix_strings


@require_GET
def matrix(request: Request, code: str, version: str) -> HttpResponse:
    """The matrix of a version; ``?cell=MET3203~2.3`` opens a cell, ``term``, ``cycle`` and ``show`` filter."""
    row = version_or_404(request, code, version)
    page, plan = matrix_page(version_id=row.id), queries.version_plan(row.id)
    editable = may_edit(request, row)
    targets = targets_of(plan)
    totals = item_totals((cell for course in plan.courses for cell in course.cells), (item.code for item in page.items))
    found = check_plan(plan)
    findings = finding_values(found, page)
    offered = choices(page)
    chosen = _chosen(request, offered)
    shown = groups(page, findings, chosen)
    met, asked = covered(totals, targets)
    address = _addresses(row)
    type_title = str(row.engineer_type.title)
    context = {
        "row": row, "page": page, "editable": editable, "why_read_only": "" if editable else _why_read_only(request, row),
        "columns": columns(page), "groups": shown, "summary": summary(page), "totals": total_rows(page, totals, targets, type_title),
        "some_shown": any(not group["hidden"] for group in shown), "chosen": chosen, **offered, "findings": findings,
        "findings_text": _("%(n)s of %(total)s lie in cells") % {"n": sum(bool(one["cell"]) for one in findings), "total": len(findings)},
        "covered_text": _("%(n)s of %(total)s") % {"n": met, "total": asked}, "saved_text": formats.moment(page.updated_at),
        "tabs": tabs(row, "matrix", findings=len(found)), **address, "strings": matrix_strings(),
        "data": {
            "courses": [{"code": course.code, "title": str(course.title)} for course in page.courses],
            "items": [{"code": item.code, "title": str(item.title), "target": targets.get(item.code)} for item in page.items],
            "levels": [{"level": level.level, "meaning": str(level.meaning)} for level in page.levels],
            "cells": packed_cells(page), "findings": findings, "editable": editable, "editVersion": page.edit_version,
            "saveUrl": address["save_url"], "csrf": get_token(request), "locale": get_language(),
        },
    }
    return render(request, "programmes/matrix.html", context)


@require_POST
def matrix_save(request: Request, code: str, version: str) -> HttpResponse:
    """Change cells. JSON in: ``{"edit_version": 7, "changes": [{"course", "item", "mode", "level", "assessed_by"}]}``.

    200 with what the page must show now; 403 without the right; 409 ``stale`` with the saved cells and who saved them, 409 for
    another refusal of the service; 422 for a body that cannot be read. Nothing is written but on 200.
    """
    row = version_or_404(request, code, version, permission="programme.edit")
    try:
        edit_version, changes = read_changes(request.body)
    except DomainError as no:
        return _refusal(no, 422)
    try:
        services.cells_set(version_id=row.id, changes=changes, actor=request.user, edit_version=edit_version)
    except DomainError as no:
        return JsonResponse(_stale(row), status=409) if no.code == "stale" else _refusal(no, 409)
    return JsonResponse(_answer(matrix_page(version_id=row.id), queries.version_plan(row.id)))


def _answer(page: MatrixPage, plan: Plan) -> dict[str, Any]:
    totals = item_totals((cell for course in plan.courses for cell in course.cells), (item.code for item in page.items))
    return {"edit_version": page.edit_version, "saved_at": timezone.now().isoformat(), "totals": packed_totals(totals),
            "findings": finding_values(check_plan(plan), page)}


def _stale(row: VersionRow) -> dict[str, Any]:
    """What is saved now, and who saved it when."""
    page = matrix_page(version_id=row.id)
    last = next(iter(history_of("programmes.programmeversion", row.id, limit=1)), None)
    return {"code": "stale", "message": _("Someone else saved this matrix after you opened it."), "edit_version": page.edit_version,
            "cells": packed_cells(page), "by": last.actor_name if last else "", "at": _clock(last.at) if last else ""}


def _clock(at: dt.datetime) -> str:
    """The time when it was today, else the date too."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else formats.moment(at)


def _refusal(error: DomainError, status: int) -> JsonResponse:
    return JsonResponse({"code": error.code, "message": str(error.message), "detail": dict(error.detail)}, status=status)


def _why_read_only(request: Request, row: VersionRow) -> str:
    if not allowed(request.user, "programme.edit", row.organisation_path):
        return _("You may read this matrix. Changing it takes the role of programme director here.")
    return _("This version is in force, so its matrix is closed for changes. Make a new version to change it.")


def _chosen(request: Request, offered: Mapping[str, Any]) -> dict[str, str]:
    """Filters of the address; what is not offered counts as not chosen."""
    chosen = {name: request.GET.get(name, "") for name in ("term", "cycle", "show")}
    known = {"term": {one["value"] for one in offered["terms"]}, "cycle": {one["value"] for one in offered["cycles"]}, "show": set(SHOWS)}
    for name, values in known.items():
        if chosen[name] not in values:
            chosen[name] = ""
    return chosen


def _addresses(row: VersionRow) -> dict[str, str]:
    """Pages around this one."""
    def address(name: str, *more: str) -> str:
        return reverse(f"programmes:{name}", args=[row.code, row.version, *more])

    return {"save_url": address("matrix_save"), "export_xlsx_url": address("matrix_export", "xlsx"),
            "export_csv_url": address("matrix_export", "csv"), "overview_url": address("overview"), "findings_url": address("findings"),
            "gap_url": address("gap"), "list_url": reverse("programmes:list"), "import_url": reverse("programmes:import")}
