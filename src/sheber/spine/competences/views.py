"""Frameworks and their competences as pages."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sheber.kit.http import Request

from . import queries


@require_GET
def frameworks(request: Request) -> HttpResponse:
    """Every framework in every version that was published."""
    return render(request, "competences/frameworks.html", {"rows": queries.framework_list(), "scale": queries.proficiency_scale()})


@require_GET
def framework_newest(_request: Request, code: str) -> HttpResponse:
    """The version in force."""
    row = queries.framework(code)
    if row is None:
        raise Http404
    return redirect("competences:framework", code=row.code, version=row.version)


@require_GET
def framework(request: Request, code: str, version: str) -> HttpResponse:
    """A framework as a tree. A draft is for those who may edit it."""
    row = queries.framework(code, version)
    if row is None or not _may_see(request, row):
        raise Http404
    return render(request, "competences/framework.html", {"framework": row, "rows": queries.framework_tree(row.id)})


@require_GET
def competence(request: Request, code: str, version: str, competence_code: str) -> HttpResponse:
    """A competence: what it means, where it stands, what it matches in other frameworks, where the fact comes from."""
    detail = queries.competence_detail(code, version, competence_code)
    if detail is None or not _may_see(request, detail.framework):
        raise Http404
    return render(request, "competences/competence.html", {"detail": detail, "framework": detail.framework, "row": detail.competence})


def _may_see(request: Request, row: queries.FrameworkRow) -> bool:
    return row.status != "draft" or bool(request.access.visible_paths("framework.edit"))
